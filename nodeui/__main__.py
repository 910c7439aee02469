"""Starts the `nodeui` command. Imports little, as worker processes import this module, too."""

import gc
import sys


def main() -> None:
    """Run a subcommand, or open the editor with the given files."""
    arguments = sys.argv[1:]
    if arguments[:1] and arguments[0] in ("run", "nodes", "models", "--help", "--version"):
        from nodeui.cli import main as run_command

        run_command()
    else:
        gc.disable()  # `session.garbage` collects what is worth it
        from nodeui.app import main as open_editor
        from nodeui.session.leaving import leave

        leave(open_editor(arguments))


if __name__ == "__main__":
    main()

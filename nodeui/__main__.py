"""The `nodeui` command. Imports nothing until it is called: worker processes read this file too."""

import sys


def main() -> None:
    """Open the editor with the files that are named; or do what the first argument says."""
    arguments = sys.argv[1:]
    if arguments[:1] and arguments[0] in ("run", "nodes", "--help", "--version"):
        from nodeui.cli import main as run_command

        run_command()
    else:
        from nodeui.app import main as open_editor

        sys.exit(open_editor(arguments))


if __name__ == "__main__":
    main()

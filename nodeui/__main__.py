"""Starts the `nodeui` command. Imports little, as worker processes import this module, too."""

import gc
import importlib
import sys
from types import ModuleType


def main() -> None:
    """Run a subcommand, or open the editor with the given files."""
    arguments = sys.argv[1:]
    if arguments[:1] and arguments[0] in ("run", "nodes", "models", "--help", "--version"):
        from nodeui.cli import main as run_command

        run_command()
    else:
        from nodeui.session.leaving import leave

        leave(load_editor().main(arguments))


def load_editor() -> ModuleType:
    """Import the editor, `nodeui.app`."""
    gc.disable()  # `session.garbage` collects what is worth it
    _search_no_sources()
    from nodeui import app

    return app


def _search_no_sources() -> None:
    """Let PySide assume that a module does not import `__feature__` until it does.

    PySide reads the source of each module that is imported after it, to see if the module uses
    PySide. This takes a fifth of the time of all imports of the editor.
    """
    importlib.import_module("PySide6.QtCore")
    vars(sys.modules["shibokensupport.feature"])["_mod_uses_pyside"] = _true


def _true(module: ModuleType) -> bool:
    return True


if __name__ == "__main__":
    main()

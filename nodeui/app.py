"""The editor: puts session, views and engine together."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from nodeui.graph.registry import installed
from nodeui.session.garbage import GarbageCollector
from nodeui.session.preferences import Places, Settings
from nodeui.views import language, theme
from nodeui.views.window.main import MainWindow


def main(arguments: Sequence[str]) -> int:
    """Open the editor with these files; returns the exit status when it is closed."""
    app = QApplication([sys.argv[0]])
    app.setApplicationName("nodeui")
    app.setApplicationDisplayName("NodeUI")
    files = [Path(argument) for argument in arguments]
    settings = Settings(Places.standard())
    chosen = settings.preferences.language
    language.install(app, QLocale(chosen) if chosen else QLocale())
    window = _bare_window(app, settings)
    GarbageCollector(window)
    window.painted.connect(lambda: _begin(window, files))
    window.show()
    return app.exec()


def make_window(app: QApplication, settings: Settings) -> MainWindow:
    """The main window with all that it stands on; the engine is not started."""
    window = _bare_window(app, settings)
    _furnish(window)
    return window


def _bare_window(app: QApplication, settings: Settings) -> MainWindow:
    """What is seen first."""
    preferences = settings.preferences
    os.environ.update(preferences.environment())  # the worker inherits it
    theme.apply(app, theme.system() if preferences.theme == "system" else preferences.theme)
    return MainWindow(settings, installed().translated())


def _furnish(window: MainWindow) -> None:
    from nodeui.session.runs import Runs  # these bring the engine, which takes its time
    from nodeui.session.workspace import Workspace

    runs = Runs(window.settings, window.specs)
    workspace = Workspace(window.specs, window.settings, runs)
    runs.setParent(window)
    workspace.setParent(window)
    window.furnish(workspace, runs)


def _begin(window: MainWindow, files: Sequence[Path]) -> None:
    """Bring back what a killed editor had open, open the files, start the worker."""
    problem = window.settings.ensure_cache()
    _furnish(window)
    window.recover()
    for path in files:
        window.workspace.open(path)
    if problem:
        window.say_cache_is_temporary(problem)
    window.start_engine()

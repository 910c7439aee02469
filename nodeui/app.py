"""The editor: puts session, views and engine together."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from nodeui.graph.registry import installed
from nodeui.session.garbage import GarbageCollector
from nodeui.session.preferences import Places, Settings
from nodeui.session.runs import Runs
from nodeui.session.workspace import Workspace
from nodeui.views import theme
from nodeui.views.window.main import MainWindow


def main(arguments: Sequence[str]) -> int:
    """Open the editor with these files; returns the exit status when it is closed."""
    app = QApplication([sys.argv[0]])
    app.setApplicationName("nodeui")
    app.setApplicationDisplayName("NodeUI")
    settings = Settings(Places.standard())
    problem = settings.ensure_cache()
    window = make_window(app, settings)
    GarbageCollector(window)
    window.show()
    files = [Path(argument) for argument in arguments]
    QTimer.singleShot(0, window, lambda: _after_first_paint(window, files))
    if problem:
        window.say_cache_is_temporary(problem)
    return app.exec()


def make_window(app: QApplication, settings: Settings) -> MainWindow:
    """The main window with all that it stands on; nothing heavy is imported yet."""
    preferences = settings.preferences
    os.environ.update(preferences.environment())  # the worker inherits it
    theme.apply(app, theme.system() if preferences.theme == "system" else preferences.theme)
    specs = installed()
    runs = Runs(settings, specs)
    workspace = Workspace(specs, settings, runs)
    window = MainWindow(workspace, runs)
    runs.setParent(window)
    workspace.setParent(window)
    return window


def _after_first_paint(window: MainWindow, files: Sequence[Path]) -> None:
    """Bring back what a killed editor had open, open the files, start the worker."""
    window.recover()
    for path in files:
        window.workspace.open(path)
    window.start_engine()

"""The editor: puts session, views and engine together."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from nodeui.engine.fork_server import DEFAULT_START_METHOD, start_fork_server
from nodeui.graph import bitmaps
from nodeui.graph.foreign import editor_registry
from nodeui.graph.wording import tr
from nodeui.session.garbage import GarbageCollector
from nodeui.session.packs import PackStates, notice
from nodeui.session.preferences import Places, Settings
from nodeui.views import language, theme
from nodeui.views.window.main import MainWindow

if TYPE_CHECKING:
    from nodeui.views.window.studio import Studio


def main(arguments: Sequence[str]) -> int:
    """Open the editor with these files; return the exit status when it is closed."""
    app = QApplication([sys.argv[0]])
    app.setApplicationName("nodeui")
    app.setApplicationDisplayName("NodeUI")
    files = [Path(argument) for argument in arguments]
    settings = Settings(Places.standard())
    chosen = settings.preferences.language
    language.speak(app, QLocale(chosen) if chosen else QLocale())
    window = make_window(app, settings)
    GarbageCollector(window)
    window.painted.connect(lambda: open_studio(window, files))
    window.show()
    return app.exec()


def make_window(app: QApplication, settings: Settings) -> MainWindow:
    """Return the window with the start page in it."""
    preferences = settings.preferences
    os.environ.update(preferences.environment())  # the worker inherits it
    os.environ[bitmaps.STORE] = str(settings.places.bitmaps)
    states = PackStates.of(preferences)
    specs = editor_registry(settings.places.state / "packs", states.off)
    if DEFAULT_START_METHOD == "forkserver":
        # Its imports take longer than all that follows. It is not confined.
        start_fork_server(specs.preload_of(("", *states.trusted)))
    theme.apply(app, theme.system() if preferences.theme == "system" else preferences.theme)
    return MainWindow(settings, specs)


def open_studio(window: MainWindow, files: Sequence[Path]) -> Studio:
    """Load the rest of the editor, recover documents, open files and start the worker."""
    problem = window.settings.ensure_cache()
    studio = make_studio(window)
    studio.recover()
    for path in files:
        studio.workspace.open(path)
    if problem:
        text = tr(
            "The cache cannot be written, so results are only kept until you quit. {}", problem
        )
        studio.show_problems([text])
    studio.start_engine()
    return studio


def make_studio(window: MainWindow) -> Studio:
    """Return the studio in a window; the worker is not started.

    Its imports take longer than showing the start page, so they wait until that is painted.
    """
    from nodeui.session.runs import Runs
    from nodeui.session.workspace import Workspace
    from nodeui.views.panel import PanelContext
    from nodeui.views.thumbnails import thumbnails
    from nodeui.views.window.offers import find_offers, make_panels, register_fields
    from nodeui.views.window.studio import Studio

    sys.setswitchinterval(1e-3)  # or threads that bring pictures wait 5 ms for each painting
    thumbnails().keep_in(window.settings.places.cache)
    runs = Runs(window.settings, window.specs)
    workspace = Workspace(window.specs, window.settings, runs)
    runs.setParent(window)
    workspace.setParent(window)
    states = PackStates.of(window.settings.preferences)
    offers, not_loaded = find_offers((*states.confined, *states.off))
    panels, not_made = make_panels(offers, PanelContext(window.specs, runs))
    studio = Studio(window, workspace, runs, panels)
    packs = [*notice(states), *map(str, window.specs.problems)]
    studio.show_problems([*packs, *not_loaded, *register_fields(offers), *not_made])
    return studio

"""The editor in tests: with the installed nodes, or with toy nodes and a worker of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from nodeui import app
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.session.preferences import Places, Settings
from nodeui.session.runs import Runs
from nodeui.session.workspace import Workspace
from nodeui.views.panel import Panel
from nodeui.views.window.main import MainWindow
from nodeui.views.window.studio import Studio
from tests.session import toys

LONG = 120_000
"""Milliseconds that a slow machine may take to start a worker."""


def settings_in(folder: Path) -> Settings:
    """Settings in a folder of their own."""
    return Settings(Places(folder / "config", folder / "state", folder / "cache"))


def make_studio(application: QApplication, settings: Settings) -> Studio:
    """The editor with the installed nodes; its window is not shown yet."""
    return app.make_studio(app.make_window(application, settings))


def close(studio: Studio) -> None:
    """Close and delete the window, whatever is unsaved in it."""
    for session in studio.workspace.sessions:
        session.saved(Path("/nowhere.nodeui.json"), session.depth)
    assert studio.window.close()
    studio.window.deleteLater()
    QApplication.sendPostedEvents(studio.window, QEvent.Type.DeferredDelete)


@contextmanager
def toy_studio(folder: Path) -> Iterator[Studio]:
    """The editor, and a document in it: a grey picture that is inverted."""
    with editor_studio(folder, toys.registry(), "tests.session.toys:registry") as studio:
        session = studio.workspace.sessions[0]
        session.edit(AddNode(Node("grey", "toy.grey")))
        session.edit(AddNode(Node("invert", "toy.invert", pos=(300, 0))))
        session.edit(Connect(Link("grey", "image", "invert", "image")))
        yield studio


@contextmanager
def editor_studio(
    folder: Path,
    specs: Registry,
    registry: str,
    panels: Sequence[tuple[Panel, QWidget]] = (),
) -> Iterator[Studio]:
    """The editor with an empty document and a worker of its own.

    Args:
        folder: For settings, cache and pictures.
        specs: The nodes.
        registry: The function that returns them in the worker, "module:name".
        panels: Panels of packages.
    """
    settings = settings_in(folder)
    settings.preferences.output = str(folder / "pictures")
    runs = Runs(settings, specs, registry)
    workspace = Workspace(specs, settings, runs)
    window = MainWindow(settings, specs)
    runs.setParent(window)
    workspace.setParent(window)
    studio = Studio(window, workspace, runs, panels)
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    workspace.new()
    yield studio
    close(studio)

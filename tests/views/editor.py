"""The editor's window with toy nodes and a worker of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.parts import Link, Node
from nodeui.session.preferences import Places, Settings
from nodeui.session.runs import Runs
from nodeui.session.workspace import Workspace
from nodeui.views.window.main import MainWindow
from tests.session import toys

LONG = 120_000
"""Milliseconds that a slow machine may take to start a worker."""


def close(window: MainWindow) -> None:
    """Close and delete a window, whatever is unsaved in it."""
    for session in window.workspace.sessions:
        session.saved(Path("/nowhere.nodeui.json"), session.depth)
    assert window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


@contextmanager
def toy_window(folder: Path) -> Iterator[MainWindow]:
    """The window, and a document in it: a grey picture that is inverted."""
    settings = Settings(Places(folder / "config", folder / "state", folder / "cache"))
    settings.preferences.output = str(folder / "pictures")
    specs = toys.registry()
    runs = Runs(settings, specs, "tests.session.toys:registry")
    window = MainWindow(settings, specs)
    window.furnish(Workspace(specs, settings, runs), runs)
    runs.setParent(window)
    window.workspace.setParent(window)
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    session = window.workspace.new()
    session.edit(AddNode(Node("grey", "toy.grey")))
    session.edit(AddNode(Node("invert", "toy.invert", pos=(300, 0))))
    session.edit(Connect(Link("grey", "image", "invert", "image")))
    yield window
    close(window)

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
from nodeui.graph.registry import Registry
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
    with editor_window(folder, toys.registry(), "tests.session.toys:registry") as window:
        session = window.workspace.sessions[0]
        session.edit(AddNode(Node("grey", "toy.grey")))
        session.edit(AddNode(Node("invert", "toy.invert", pos=(300, 0))))
        session.edit(Connect(Link("grey", "image", "invert", "image")))
        yield window


@contextmanager
def editor_window(folder: Path, specs: Registry, registry: str) -> Iterator[MainWindow]:
    """The window with the nodes of `registry`, and an empty document in it."""
    settings = Settings(Places(folder / "config", folder / "state", folder / "cache"))
    settings.preferences.output = str(folder / "pictures")
    runs = Runs(settings, specs, registry)
    window = MainWindow(settings, specs)
    window.furnish(Workspace(specs, settings, runs), runs)
    runs.setParent(window)
    window.workspace.setParent(window)
    window.resize(1400, 900)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.workspace.new()
    yield window
    close(window)

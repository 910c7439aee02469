"""A hand that paints in the viewer, with a mouse or with the pen of a tablet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodes import layers, paint
from nodes.types import Image
from nodeui.engine.pictures import levels
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.registry import Registry, installed
from nodeui.painting.document import Lines
from nodeui.session.session import Session
from nodeui.views.easel.board import Board
from nodeui.views.viewer import Viewer
from tests.nodes.fakes import FakeContext
from tests.views.editor import LONG

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier

PEN = QPointingDevice.PointerType.Pen


@cache
def registry() -> Registry:
    return installed(("",))


def painted_session(*nodes: Node) -> Session:
    """Return a document with these nodes; the application owns it."""
    specs = registry()
    session = Session(Document(Graph(specs)), specs, parent=QApplication.instance())
    for node in nodes:
        session.edit(AddNode(node))
    return session


class Painter:
    """Paints in a viewer; points are shares of the sheet."""

    def __init__(self, viewer: Viewer, session: Session, qtbot: QtBot) -> None:
        self.viewer = viewer
        self.pane = viewer.pane
        self.session = session
        self.board: Board = viewer.easel.board
        self._qtbot = qtbot

    def wait(self) -> None:
        """Wait until the sheet is drawn."""
        self._qtbot.waitUntil(lambda: self.board.ready, timeout=LONG)

    def until(self, seen: Callable[[], object]) -> None:
        """Wait until something is seen."""
        self._qtbot.waitUntil(lambda: bool(seen()), timeout=LONG)

    @property
    def lines(self) -> Lines:
        return self.board.lines

    def place(self, x: float, y: float) -> QPointF:
        """Return the place of a point in the pane."""
        return self.viewer.easel.hand.place_of(x, y)

    # --- the mouse ---

    def send(
        self,
        kind: QEvent.Type,
        at: tuple[float, float],
        *,
        button: Qt.MouseButton = LEFT,
        buttons: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        place = self.place(*at)
        event = QMouseEvent(kind, place, self.pane.mapToGlobal(place), button, buttons, keys)
        QApplication.sendEvent(self.pane, event)

    def press(self, at: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        self.send(QEvent.Type.MouseButtonPress, at, keys=keys)

    def move(self, at: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        self.send(QEvent.Type.MouseMove, at, button=Qt.MouseButton.NoButton, keys=keys)

    def hover(self, at: tuple[float, float]) -> None:
        none = Qt.MouseButton.NoButton
        self.send(QEvent.Type.MouseMove, at, button=none, buttons=none)

    def release(self, at: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        none = Qt.MouseButton.NoButton
        self.send(QEvent.Type.MouseButtonRelease, at, buttons=none, keys=keys)

    def drag(self, *way: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        """Press at the first point, move along the others, release at the last."""
        self.press(way[0], keys)
        for at in way[1:]:
            self.move(at, keys)
        self.release(way[-1], keys)

    # --- the pen ---

    def pen(
        self,
        kind: QEvent.Type,
        at: tuple[float, float],
        pressure: float = 1.0,
        *,
        pointer: QPointingDevice.PointerType = PEN,
    ) -> None:
        """Send an event of a tablet."""
        place = self.place(*at)
        up = kind == QEvent.Type.TabletRelease
        event = QTabletEvent(
            kind, tablet(pointer), place, QPointF(self.pane.mapToGlobal(place)), pressure,
            0.0, 0.0, 0.0, 0.0, 0.0, NONE,
            Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT,
            Qt.MouseButton.NoButton if up else LEFT,
        )  # fmt: skip
        QApplication.sendEvent(self.pane, event)

    def draw(
        self,
        way: Sequence[tuple[float, float]],
        pressures: Sequence[float],
        *,
        pointer: QPointingDevice.PointerType = PEN,
    ) -> None:
        """Draw a stroke with the pen of a tablet."""
        kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * (len(way) - 1)]
        for kind, at, pressure in zip(kinds, way, pressures, strict=True):
            self.pen(kind, at, pressure, pointer=pointer)
        self.pen(QEvent.Type.TabletRelease, way[-1], 0.0, pointer=pointer)

    # --- keys ---

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.pane, key, keys)


@cache
def tablet(pointer: QPointingDevice.PointerType = PEN) -> QPointingDevice:
    return QPointingDevice(
        "tablet", 7, QInputDevice.DeviceType.Stylus, pointer,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure, 1, 2,
    )  # fmt: skip


def node_levels(board: Board, folder: Path, below: Image | None = None) -> NDArray[np.uint8]:
    """Return the output of the node on the easel, in 8 bits: (height, width, channels)."""
    assert board.session is not None and board.subject is not None
    node = board.session.graph.nodes[board.subject.node]
    function = {
        "paint.mask": paint.paint_mask,
        "paint.sketch": paint.paint_sketch,
        "paint.picture": paint.paint_picture,
        "paint.regions": paint.paint_regions,
        "paint.layers": layers.paint_layers,
    }[node.type]
    made = function(FakeContext(folder), below, **dict(node.params))
    if node.type == "paint.mask":
        return levels(made.alpha[0])[..., None]
    return levels(made.image.pixels[0])


def seen_levels(board: Board) -> NDArray[np.uint8]:
    """Return what the easel shows, as `node_levels`."""
    assert board.seen is not None
    found = board.seen.levels
    return found[..., None] if board.kind == "mask" else found[..., 2::-1]

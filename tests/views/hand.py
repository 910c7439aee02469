"""Simulated mouse and keyboard input on a canvas."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nodeui.views.canvas import CanvasView

LEFT, MIDDLE, RIGHT = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.RightButton,
)
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
Button = Qt.MouseButton
Keys = Qt.KeyboardModifier
_NONE = Qt.KeyboardModifier.NoModifier


class Hand:
    """Sends mouse and key events to a canvas; places are in canvas coordinates."""

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas

    # --- places ---

    def socket(self, id: str, name: str, output: bool = False) -> QPointF:
        """Return the place of a socket."""
        return self.canvas.mirror.spot_at(id, output, name)

    def field(self, id: str, name: str) -> QPointF:
        """Return the centre of a parameter's field."""
        layout = self.canvas.mirror.layouts[id]
        rect = next(spot.rect for spot in layout.shape.fields if spot.name == name)
        return rect.center() + self.canvas.mirror.nodes.rect(id).topLeft()

    def header(self, id: str) -> QPointF:
        """Return a point on a node's title."""
        return self.canvas.mirror.nodes.rect(id).topLeft() + QPointF(70, 14)

    def view(self, at: QPointF) -> QPoint:
        """Return a place in pixels of the viewport."""
        return self.canvas.mapFromScene(at)

    # --- the mouse ---

    def send(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Button,
        buttons: Button,
        keys: Keys = _NONE,
    ) -> None:
        viewport = self.canvas.viewport()
        place = QPointF(self.view(at))
        event = QMouseEvent(kind, place, viewport.mapToGlobal(place), button, buttons, keys)
        QApplication.sendEvent(viewport, event)

    def hover(self, at: QPointF) -> None:
        none = Qt.MouseButton.NoButton
        self.send(QEvent.Type.MouseMove, at, none, none)

    def press(self, at: QPointF, button: Button = LEFT, keys: Keys = _NONE) -> None:
        self.send(QEvent.Type.MouseButtonPress, at, button, button, keys)

    def move(self, at: QPointF, button: Button = LEFT, keys: Keys = _NONE) -> None:
        self.send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button, keys)

    def release(self, at: QPointF, button: Button = LEFT, keys: Keys = _NONE) -> None:
        self.send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, keys)

    def click(self, at: QPointF, button: Button = LEFT, keys: Keys = _NONE) -> None:
        self.hover(at)
        self.press(at, button, keys)
        self.release(at, button, keys)

    def double_click(self, at: QPointF) -> None:
        self.click(at)
        self.send(QEvent.Type.MouseButtonDblClick, at, LEFT, LEFT)
        self.release(at)

    def drag(self, *way: QPointF, button: Button = LEFT, keys: Keys = _NONE) -> None:
        """Press at the first place, move along the others, release at the last."""
        self.hover(way[0])
        self.press(way[0], button, keys)
        for start, end in pairwise(way):
            for step in range(1, 6):
                self.move(start + (end - start) * step / 5, button, keys)
        self.release(way[-1], button, keys)

    def wheel(self, at: QPointF, notches: int) -> None:
        viewport = self.canvas.viewport()
        place = QPointF(self.view(at))
        event = QWheelEvent(
            place, viewport.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, _NONE, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(viewport, event)

    # --- the keyboard ---

    def key(self, key: Qt.Key, keys: Keys = _NONE) -> None:
        QTest.keyClick(self.canvas, key, keys)

    def type(self, text: str) -> None:
        """Type into the in-place editor and press Return."""
        widget = self.canvas.inline.open
        assert widget is not None
        focused = widget.focusWidget() or widget
        QTest.keyClicks(focused, text)
        QTest.keyClick(focused, Qt.Key.Key_Return)

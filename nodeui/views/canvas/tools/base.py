"""The base class of tools, and the pointer they follow."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter

from nodeui.views.canvas.scene import Canvas

_SLACK = 4  # pixels that a click may move before it becomes a drag


@dataclass(frozen=True, slots=True)
class Pointer:
    """The mouse pointer.

    Attributes:
        at: Its position on the canvas.
        view: Its position in the viewport, in pixels.
        modifiers: The modifier keys held.
    """

    at: QPointF
    view: QPoint
    modifiers: Qt.KeyboardModifier

    def held(self, key: Qt.KeyboardModifier) -> bool:
        """True if a modifier key is held."""
        return bool(self.modifiers & key)


class Tool:
    """A mouse gesture, from pressing a button to releasing it.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.

    Attributes:
        cursor: The cursor during the gesture, or None for the usual one.
        dragging: True once the pointer has moved further than in a click.
    """

    cursor: Qt.CursorShape | None = None

    def __init__(self, canvas: Canvas, start: Pointer) -> None:
        self.canvas = canvas
        self.start = start
        self.dragging = False

    def move(self, pointer: Pointer) -> None:
        """Handle a move of the mouse, or of the canvas under it."""
        if not self.dragging and (pointer.view - self.start.view).manhattanLength() >= _SLACK:
            self.dragging = True
            self.begin()
        if self.dragging:
            self.drag(pointer)

    def begin(self) -> None:
        """Start a drag."""

    def drag(self, pointer: Pointer) -> None:
        """Continue a drag."""

    def release(self, pointer: Pointer) -> None:
        """Finish: the button was released."""

    def cancel(self) -> None:
        """Stop and undo everything: Escape was pressed."""

    def abandon(self) -> None:
        """Stop without touching the graph: something else has changed it."""
        self.cancel()

    def paint(self, painter: QPainter) -> None:
        """Paint in the foreground, in canvas coordinates."""

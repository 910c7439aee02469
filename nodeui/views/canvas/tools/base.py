"""What all tools have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

SLACK = 4
"""Pixels that a press may wander before it is a drag."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the mouse is.

    Attributes:
        at: On the canvas.
        view: In the viewport, in pixels.
        modifiers: The keys that are held.
    """

    at: QPointF
    view: QPoint
    modifiers: Qt.KeyboardModifier

    def held(self, key: Qt.KeyboardModifier) -> bool:
        """Whether a modifier key is held."""
        return bool(self.modifiers & key)


class Tool:
    """A gesture with the mouse: begins where a button is pressed, ends where it is released.

    Args:
        canvas: Where it happens.
        start: Where the button was pressed.

    Attributes:
        cursor: The shape of the pointer meanwhile, or None for the usual one.
        dragging: The pointer went further than a click may wander.
    """

    cursor: Qt.CursorShape | None = None

    def __init__(self, canvas: CanvasView, start: Pointer) -> None:
        self.canvas = canvas
        self.start = start
        self.dragging = False

    def move(self, pointer: Pointer) -> None:
        """The mouse moved, or the canvas below it."""
        if not self.dragging and (pointer.view - self.start.view).manhattanLength() >= SLACK:
            self.dragging = True
            self.begin()
        if self.dragging:
            self.drag(pointer)

    def begin(self) -> None:
        """The click became a drag."""

    def drag(self, pointer: Pointer) -> None:
        """The drag goes on."""

    def release(self, pointer: Pointer) -> None:
        """The button was released."""

    def cancel(self) -> None:
        """Escape: leave everything as it was."""

    def abandon(self) -> None:
        """The graph changed meanwhile: stop, and change nothing of it."""
        self.cancel()

    def paint(self, painter: QPainter) -> None:
        """Paint above everything, in canvas coordinates."""

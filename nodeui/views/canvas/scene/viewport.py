"""The visible part of a canvas, as commands and tools see it."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QPoint, QPointF, QRectF

DETAIL = 0.5
"""Zoom from which nodes are painted in full."""
BLOCKS = 0.25
"""Zoom from which nodes are painted as blocks; below it they are painted in batches."""


class Viewport(Protocol):
    """The visible part of a canvas; `CanvasView` implements it."""

    @property
    def zoom(self) -> float:
        """Pixels per canvas unit."""
        ...

    def shown_rect(self) -> QRectF:
        """Return the visible part of the canvas."""
        ...

    def pointer_at(self) -> QPointF:
        """Return the pointer's position on the canvas, or the centre of the visible part."""
        ...

    def redraw(self) -> None:
        """Repaint the foreground, in which tools paint."""
        ...

    def pan(self, by: QPoint) -> None:
        """Move the content by a number of pixels."""
        ...

    def set_zoom(self, zoom: float) -> None:
        """Zoom around the centre."""
        ...

    def show_rect(self, rect: QRectF, highest: float = 1.0) -> None:
        """Fit a part of the canvas into the view, at a zoom of at most `highest`."""
        ...

    def reveal(self, rect: QRectF) -> None:
        """Scroll just far enough to make a part of the canvas visible."""
        ...

    def place(self) -> dict[str, Any]:
        """Return the visible part in the form used by workflow files."""
        ...

    def go_to(self, place: object) -> bool:
        """Show a result of `place`; returns False if `place` is anything else."""
        ...

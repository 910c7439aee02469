"""Places images in rectangles."""

from __future__ import annotations

from PySide6.QtCore import QRectF


def fitted(aspect: float, box: QRectF) -> QRectF:
    """Return the largest rectangle in the middle of a box, for an aspect of width / height."""
    width = min(box.width(), box.height() * aspect)
    place = QRectF(0, 0, width, width / aspect)
    place.moveCenter(box.center())
    return place

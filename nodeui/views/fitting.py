"""Places images in rectangles."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF


def fitted(aspect: float, box: QRectF) -> QRectF:
    """Return the largest rectangle in the middle of a box, for an aspect of width / height."""
    width = min(box.width(), box.height() * aspect)
    place = QRectF(0, 0, width, width / aspect)
    place.moveCenter(box.center())
    return place


def grid(count: int, aspect: float, box: QRectF, gap: float = 0.0) -> list[QRectF]:
    """Return the cells of a grid that fills a box, row by row.

    Args:
        count: Number of cells, at least 1.
        aspect: Width / height of the pictures: the grid is the one that shows them largest.
        box: The box.
        gap: Space between two cells.
    """

    def width_in(columns: int) -> float:
        """Return the width of a picture in a cell."""
        rows = math.ceil(count / columns)
        height = (box.height() - (rows - 1) * gap) / rows
        return min((box.width() - (columns - 1) * gap) / columns, height * aspect)

    columns = max(range(1, count + 1), key=lambda columns: (width_in(columns), -columns))
    rows = math.ceil(count / columns)
    width = (box.width() - (columns - 1) * gap) / columns
    height = (box.height() - (rows - 1) * gap) / rows
    return [
        QRectF(
            box.left() + place % columns * (width + gap),
            box.top() + place // columns * (height + gap),
            width,
            height,
        )
        for place in range(count)
    ]

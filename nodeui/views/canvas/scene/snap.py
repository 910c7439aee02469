"""Snapping to the edges and centres of other boxes, else to the grid. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF

GRID = 10.0
"""Canvas units between the lines that nodes snap to."""

_OVERHANG = 12.0  # of a guide beyond the boxes


@dataclass(frozen=True, slots=True)
class Snap:
    """The snapped place of a dragged box.

    Attributes:
        shift: Its offset from the place under the pointer.
        guides: The lines that it is aligned with.
    """

    shift: QPointF
    guides: tuple[QLineF, ...]


def snap_box(box: QRectF, others: NDArray[np.float64], reach: float) -> Snap:
    """Align a box with others.

    Args:
        box: Its place under the pointer.
        others: (k, 4) left, top, right, bottom of the boxes that stay.
        reach: The largest distance, in canvas units, over which it snaps.
    """
    across = _nearest(box.left(), box.right(), others[:, 0], others[:, 2], reach)
    down = _nearest(box.top(), box.bottom(), others[:, 1], others[:, 3], reach)
    dx = across[0] if across else round(box.left() / GRID) * GRID - box.left()
    dy = down[0] if down else round(box.top() / GRID) * GRID - box.top()
    moved = box.translated(dx, dy)
    guides: list[QLineF] = []
    if across:
        x, other = across[1], others[across[2]]
        top, bottom = (
            min(moved.top(), other[1]) - _OVERHANG,
            max(moved.bottom(), other[3]) + _OVERHANG,
        )
        guides.append(QLineF(x, top, x, bottom))
    if down:
        y, other = down[1], others[down[2]]
        left, right = (
            min(moved.left(), other[0]) - _OVERHANG,
            max(moved.right(), other[2]) + _OVERHANG,
        )
        guides.append(QLineF(left, y, right, y))
    return Snap(QPointF(dx, dy), tuple(guides))


def _nearest(
    low: float, high: float, lows: NDArray[np.float64], highs: NDArray[np.float64], reach: float
) -> tuple[float, float, int] | None:
    """Return the shortest shift that aligns two edges or centres, the line and the other box."""
    if not len(lows):
        return None
    own = np.array([low, (low + high) / 2, high])
    theirs = np.stack([lows, (lows + highs) / 2, highs])
    shifts = theirs - own[:, None]
    line, index = np.unravel_index(int(np.abs(shifts).argmin()), shifts.shape)
    shift = float(shifts[line, index])
    return (shift, float(theirs[line, index]), int(index)) if abs(shift) <= reach else None

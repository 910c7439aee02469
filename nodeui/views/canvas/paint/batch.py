"""Many rectangles or lines in one call.

QPainter takes C arrays. A NumPy array of doubles has the memory layout of QRectF (x, y, width,
height) and of QLineF (x1, y1, x2, y2); lists of QRectF would cost more than the painting.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter
from shiboken6 import Shiboken


def draw_rects(painter: QPainter, boxes: NDArray[np.float64]) -> None:
    """Draw boxes (k, 4) left, top, right, bottom, with the painter's pen and brush."""
    if len(boxes):
        rects = np.array(boxes, order="C")
        rects[:, 2:] -= rects[:, :2]
        first = cast("QRectF", Shiboken.wrapInstance(rects.ctypes.data, QRectF))
        painter.drawRects(first, len(rects))


def draw_lines(painter: QPainter, ends: NDArray[np.float64]) -> None:
    """Draw lines (k, 4) x1, y1, x2, y2, with the painter's pen."""
    if len(ends):
        lines = np.ascontiguousarray(ends)
        first = cast("QLineF", Shiboken.wrapInstance(lines.ctypes.data, QLineF))
        painter.drawLines(first, len(lines))

"""Paints the step curves of a run: sigma, guidance scale, control strengths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nodeui.views import theme

_OTHERS = ("control", "image", "mask", "text", "model")
"""Socket types whose colours are used for other curves."""

_WIDE_SPAN = 20.0  # ratio of largest to smallest sigma above which the scale is logarithmic
_SLOT = 4.0  # pixels that keep equal curves apart


def colours(names: Sequence[str]) -> dict[str, QColor]:
    """Return the colour of each curve: that of the related socket type."""
    found: dict[str, QColor] = {}
    others = 0
    for name in names:
        if "sigma" in name:
            found[name] = theme.socket_colour("noise")
        elif "guidance" in name:
            found[name] = theme.socket_colour("guidance")
        elif "prompt" in name:
            found[name] = theme.socket_colour("conditioning")
        else:
            found[name] = theme.socket_colour(_OTHERS[others % len(_OTHERS)])
            others += 1
    return found


def heights(name: str, values: Sequence[float]) -> list[float]:
    """Scale values to heights in [0, 1].

    Sigmas that span more than a factor of 20 are scaled by their logarithm. Other values start at
    0 and end at 1 or above, so that strengths can be compared.
    """
    positive = [value for value in values if value > 0]
    if "sigma" in name and positive and max(positive) / min(positive) > _WIDE_SPAN:
        low, high = math.log(min(positive)), math.log(max(positive))
        return [(math.log(max(value, min(positive))) - low) / (high - low) for value in values]
    low, high = min(0.0, *values), max(1.0, *values)
    return [(value - low) / (high - low) for value in values]


def paint(
    painter: QPainter, box: QRectF, column: float, curves: Mapping[str, Sequence[float]]
) -> None:
    """Draw the curves, each value over the column of its step.

    Args:
        painter: The painter.
        box: The area; its left edge is that of the first column.
        column: Width of a column.
        curves: One value per step, by name.
    """
    shades = colours(list(curves))
    room = box.adjusted(0, 5 + _SLOT * (len(curves) - 1), 0, -4)
    for place, (name, values) in enumerate(curves.items()):
        lift = place * _SLOT
        points = QPolygonF()
        for index, height in enumerate(heights(name, values)):
            y = room.bottom() - height * room.height() - lift
            points.append(QPointF(room.left() + index * column, y))
            points.append(QPointF(room.left() + (index + 1) * column, y))
        painter.setPen(QPen(shades[name], 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)


def format_value(value: float) -> str:
    """Format the value of a curve with three digits."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"

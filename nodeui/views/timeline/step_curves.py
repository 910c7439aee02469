"""The course of a run below its pictures: sigma, guidance scale, strengths of controls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from nodeui.views import theme

_OTHERS = ("control", "image", "mask", "text", "model")
"""Socket types that lend their colours to further curves."""

_WIDE_SPAN = 20.0  # how often the largest holds the smallest where a log scale reads better
_SLOT = 4.0  # pixels between curves that would lie on each other


def colours(names: Sequence[str]) -> dict[str, QColor]:
    """The colour of each curve: that of the socket type it is about."""
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
    """Where values lie between bottom (0) and top (1).

    Noise levels that span more than one order of magnitude are drawn by their logarithm; all else
    starts at 0, and what is at most 1 ends there, so that strengths can be compared.
    """
    positive = [value for value in values if value > 0]
    if "sigma" in name and positive and max(positive) / min(positive) > _WIDE_SPAN:
        low, high = math.log(min(positive)), math.log(max(positive))
        return [(math.log(max(value, min(positive))) - low) / (high - low) for value in values]
    low, high = min(0.0, *values), max(1.0, *values)
    return [(value - low) / (high - low) for value in values]


def paint(
    painter: QPainter, box: QRectF, column: float, course: Mapping[str, Sequence[float]]
) -> None:
    """Draw the curves, each value over the column of its step.

    Args:
        painter: Paints it.
        box: Where; its left edge is that of the first column.
        column: Width of a column.
        curves: One number a step, by name.
    """
    shades = colours(list(course))
    room = box.adjusted(0, 5 + _SLOT * (len(course) - 1), 0, -4)
    for place, (name, values) in enumerate(course.items()):
        lift = place * _SLOT
        points = QPolygonF()
        for index, height in enumerate(heights(name, values)):
            y = room.bottom() - height * room.height() - lift
            points.append(QPointF(room.left() + index * column, y))
            points.append(QPointF(room.left() + (index + 1) * column, y))
        painter.setPen(QPen(shades[name], 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(points)


def text_of(value: float) -> str:
    """A value for people."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"

"""Painting of the parts that many nodes share, and of their badges and chevrons."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from nodeui.session.states import NodeState
from nodeui.views.canvas.paint.drawing import (
    NO_BRUSH,
    NO_PEN,
    category_colour,
    colour,
    draw_text,
    round_pen,
)
from nodeui.views.canvas.paint.fields import FIELD_RADIUS
from nodeui.views.canvas.scene import ROW, STRIP, NodeLayout, Shape
from nodeui.views.theme import RADIUS

_MOST_SWATCHES = 6
_SWATCH = 10.0  # from one dot to the next


def empty_picture(width: float, height: float, margin: float, zoom: float, ratio: float) -> QPixmap:
    """Return a transparent picture for a node of this size, with a margin around it."""
    size = QSizeF(width + 2 * margin, height + 2 * margin) * zoom * ratio
    picture = QPixmap(math.ceil(size.width()), math.ceil(size.height()))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def draw_background(layout: NodeLayout, margin: float, zoom: float, ratio: float) -> QPixmap:
    """Return a node's background: body, names of the sockets, empty fields."""
    shape, height = layout.shape, layout.height
    background = empty_picture(shape.width, height, margin, zoom, ratio)
    with QPainter(background) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(zoom, zoom)
        painter.translate(margin, margin)
        box = QRectF(0, 0, shape.width, height)
        painter.setPen(NO_PEN)
        for grow, drop in ((2.0, 3.0), (1.0, 2.0), (0.0, 1.0)):
            painter.setBrush(colour("shadow", 0.12))
            painter.drawRoundedRect(
                box.adjusted(-grow, drop - 1, grow, grow + drop), RADIUS + 2, RADIUS + 2
            )
        if layout.group is not None:
            _draw_stack(painter, box)
        painter.setPen(NO_PEN)
        painter.setBrush(category_colour(layout.tint))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setBrush(colour("node"))
        painter.drawRoundedRect(box.adjusted(0, STRIP, 0, 0), RADIUS - 1, RADIUS - 1)
        missing = QPen(colour("warning"), 1.0, Qt.PenStyle.DashLine)
        painter.setPen(missing if layout.missing else QPen(colour("outline"), 1.0))
        painter.setBrush(NO_BRUSH)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        if not shape.collapsed:
            _draw_names(painter, shape)
            painter.setPen(QPen(colour("separator"), 1.0))
            painter.setBrush(colour("field"))
            for spot in shape.fields:
                painter.drawRoundedRect(spot.rect, FIELD_RADIUS, FIELD_RADIUS)
    return background


def _draw_stack(painter: QPainter, box: QRectF) -> None:
    """Draw the edges of further nodes, below and right of a group."""
    painter.setPen(QPen(colour("outline"), 1.0))
    painter.setBrush(colour("node"))
    for step in (6.0, 3.0):
        painter.drawRoundedRect(box.translated(step, step), RADIUS, RADIUS)


def _draw_names(painter: QPainter, shape: Shape) -> None:
    half = shape.width / 2
    beside = {spot.y for spot in shape.spots if spot.output}
    across = {spot.y for spot in shape.spots if not spot.output and not spot.parameter}
    for spot in shape.spots:
        if spot.parameter:
            continue
        row = QRectF(12, spot.y - ROW / 2, shape.width - 24, ROW)
        if spot.output:
            row.setLeft(half if spot.y in across else 12)
        elif spot.y in beside:
            row.setRight(half + 20)
        draw_text(painter, row, spot.label, "small", colour("text"), right=spot.output)


# --- badges and chevrons ---


def draw_chevron(painter: QPainter, at: QPointF, collapsed: bool) -> None:
    """Draw the chevron that collapses or expands a node."""
    x, y = at.x(), at.y()
    if collapsed:
        corners = [QPointF(x - 2, y - 4), QPointF(x + 2, y), QPointF(x - 2, y + 4)]
    else:
        corners = [QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)]
    painter.setPen(QPen(colour("muted"), 1.4))
    painter.setBrush(NO_BRUSH)
    painter.drawPolyline(QPolygonF(corners))


def draw_swatches(painter: QPainter, end: QPointF, colours: Sequence[str]) -> float:
    """Draw dots in some colours, the last one left of `end`; returns their width."""
    shown = colours[:_MOST_SWATCHES]
    painter.setPen(QPen(colour("outline"), 1.0))
    for number, name in enumerate(reversed(shown)):
        painter.setBrush(QColor(name))
        painter.drawEllipse(QPointF(end.x() - 5 - number * _SWATCH, end.y()), 4, 4)
    return len(shown) * _SWATCH


def draw_badge(painter: QPainter, at: QPointF, state: NodeState) -> None:
    """Draw the badge of a node's state: about 10 pixels around `at`."""
    tints = {
        "cached": "muted",
        "done": "done",
        "resumed": "done",
        "running": "accent",
        "will-run": "accent",
        "resumes": "accent",
        "failed": "error",
        "blocked": "warning",
        "skipped": "muted",
    }
    tint = colour(tints[state.badge])
    painter.setBrush(NO_BRUSH)
    painter.setPen(round_pen(tint, 1.6))
    x, y = at.x(), at.y()
    match state.badge:
        case "cached" | "done":
            corners = [QPointF(x - 4, y), QPointF(x - 1, y + 3), QPointF(x + 4, y - 3.5)]
            painter.drawPolyline(QPolygonF(corners))
        case "resumed" | "resumes":
            painter.drawArc(QRectF(x - 4, y - 4, 8, 8), 60 * 16, 270 * 16)
            corners = [
                QPointF(x + 1, y - 6.5),
                QPointF(x + 2.2, y - 3.6),
                QPointF(x - 0.8, y - 2.4),
            ]
            painter.drawPolyline(QPolygonF(corners))
        case "running":
            painter.setBrush(tint)
            painter.drawEllipse(at, 3.5, 3.5)
        case "will-run":
            painter.drawEllipse(at, 3.5, 3.5)
        case "skipped":
            painter.drawLine(QPointF(x - 4, y), QPointF(x + 4, y))
        case _:
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 1))
            painter.drawPoint(QPointF(x, y + 4))

"""Painting of parameters as fields on nodes, without a widget for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from nodeui.views.canvas.paint.drawing import (
    NO_BRUSH,
    NO_PEN,
    colour,
    draw_paragraph,
    draw_text,
    round_pen,
)
from nodeui.views.canvas.scene import DICE, PROMPT_LINES, FieldSpot
from nodeui.views.fields import share, text_of

FIELD_RADIUS = 4.0
_INSET = 8.0


def draw_field(
    painter: QPainter, spot: FieldSpot, value: Any, linked: bool, faulty: bool, hovered: bool
) -> None:
    """Paint one parameter.

    Args:
        painter: In the node's coordinates; the empty field is already painted.
        spot: Its place.
        value: Its value; None also for a required one that is not set.
        linked: True if a link sets it.
        faulty: True if the node's error is about it.
        hovered: True if the pointer is over it.
    """
    parameter, rect = spot.parameter, spot.rect
    valid = spot.accepts(value)
    faulty = faulty or not valid
    if linked:
        painter.fillRect(rect, colour("node"))
        draw_text(
            painter, rect.adjusted(_INSET, 0, -_INSET, 0), spot.label, "small", colour("text")
        )
        return
    if faulty or hovered:
        painter.setPen(QPen(colour("error"), 1.5) if faulty else NO_PEN)
        painter.setBrush(colour("field_hover" if hovered else "field"))
        painter.drawRoundedRect(rect, FIELD_RADIUS, FIELD_RADIUS)
    if not valid:
        _draw_invalid(painter, rect.adjusted(_INSET, 0, -_INSET, 0), spot, value)
        return
    if parameter.widget == "multiline":
        _draw_prompt(painter, spot, value)
        return
    part = share(parameter, value) if parameter.type in ("integer", "number") else None
    if part and parameter.widget != "seed":
        _draw_fill(painter, rect, part)
    inner = rect.adjusted(_INSET, 0, -_INSET, 0)
    if parameter.type == "boolean":
        _draw_switch(painter, inner, bool(value))
        inner.setRight(inner.right() - 28)
        draw_text(painter, inner, spot.label, "small", colour("muted"))
        return
    if parameter.widget == "seed":
        _draw_dice(painter, spot.dice)
        inner.setRight(rect.right() - DICE)
    elif parameter.choices:
        _draw_caret(painter, inner)
        inner.setRight(inner.right() - 12)
    elif parameter.widget == "colour" and value:
        inner.setRight(_draw_swatch(painter, inner, str(value)))
    elif parameter.type == "curve" and value:
        inner.setRight(_draw_curve(painter, inner, value))
    _draw_label_and_value(painter, inner, spot, value)


def _draw_invalid(painter: QPainter, rect: QRectF, spot: FieldSpot, value: Any) -> None:
    half = QRectF(rect.center().x(), rect.top(), rect.width() / 2, rect.height())
    draw_text(painter, half, str(value), "small", colour("error"), right=True)
    draw_text(painter, rect, spot.label, "small", colour("muted"))


def _draw_label_and_value(painter: QPainter, rect: QRectF, spot: FieldSpot, value: Any) -> None:
    parameter = spot.parameter
    text = "" if value is None and parameter.required else text_of(parameter, value)
    share_of_value = 0.62 if parameter.type == "text" else 0.5
    place = QRectF(rect)
    place.setLeft(rect.right() - rect.width() * share_of_value)
    taken = draw_text(painter, place, text, "small", colour("text"), right=True)
    draw_text(painter, rect.adjusted(0, 0, -taken - 6, 0), spot.label, "small", colour("muted"))


def _draw_fill(painter: QPainter, rect: QRectF, part: float) -> None:
    """Fill a field in proportion to a number within its range."""
    painter.setPen(NO_PEN)
    painter.setBrush(colour("selection"))
    width = max(rect.width() * part, 2 * FIELD_RADIUS)
    painter.drawRoundedRect(
        QRectF(rect.left(), rect.top(), width, rect.height()), FIELD_RADIUS, FIELD_RADIUS
    )


def _draw_prompt(painter: QPainter, spot: FieldSpot, value: Any) -> None:
    inner = spot.rect.adjusted(_INSET, 4, -_INSET, -4)
    if value:
        draw_paragraph(painter, inner, str(value), "small", colour("text"), PROMPT_LINES)
    else:
        draw_paragraph(painter, inner, spot.label, "small", colour("muted"), 1)


def _draw_switch(painter: QPainter, rect: QRectF, on: bool) -> None:
    track = QRectF(rect.right() - 24, rect.center().y() - 6, 24, 12)
    painter.setPen(NO_PEN)
    painter.setBrush(colour("accent") if on else colour("outline"))
    painter.drawRoundedRect(track, 6, 6)
    painter.setBrush(colour("on_accent") if on else colour("muted"))
    painter.drawEllipse(
        QPointF(track.right() - 6 if on else track.left() + 6, track.center().y()), 4, 4
    )


def _draw_caret(painter: QPainter, rect: QRectF) -> None:
    x, y = rect.right() - 4, rect.center().y()
    painter.setPen(QPen(colour("muted"), 1.3))
    painter.setBrush(NO_BRUSH)
    painter.drawPolyline(
        QPolygonF([QPointF(x - 3.5, y - 1.5), QPointF(x, y + 2), QPointF(x + 3.5, y - 1.5)])
    )


def _draw_dice(painter: QPainter, rect: QRectF) -> None:
    box = QRectF(rect.center().x() - 5, rect.center().y() - 5, 10, 10)
    painter.setPen(QPen(colour("muted"), 1.2))
    painter.setBrush(NO_BRUSH)
    painter.drawRoundedRect(box, 2, 2)
    painter.setPen(NO_PEN)
    painter.setBrush(colour("muted"))
    for x, y in ((-2.2, -2.2), (0.0, 0.0), (2.2, 2.2)):
        painter.drawEllipse(box.center() + QPointF(x, y), 1, 1)


def _draw_swatch(painter: QPainter, rect: QRectF, name: str) -> float:
    """Draw a colour; returns the right end of the remaining space."""
    box = QRectF(rect.right() - 24, rect.center().y() - 6, 24, 12)
    painter.setPen(QPen(colour("outline"), 1))
    painter.setBrush(QColor(name))
    painter.drawRoundedRect(box, 3, 3)
    return box.left() - 6


def _draw_curve(painter: QPainter, rect: QRectF, points: Sequence[Sequence[float]]) -> float:
    """Draw a curve in small; returns the right end of the remaining space."""
    box = QRectF(rect.right() - 44, rect.top() + 4, 44, rect.height() - 8)
    low, high = min(y for _, y in points), max(y for _, y in points)
    span = (high - low) or 1.0
    path = QPainterPath()
    for index, (x, y) in enumerate([(0.0, points[0][1]), *points, (1.0, points[-1][1])]):
        height = (y - low) / span if high > low else 0.5
        at = QPointF(box.left() + x * box.width(), box.bottom() - height * box.height())
        path.moveTo(at) if index == 0 else path.lineTo(at)
    painter.setBrush(NO_BRUSH)
    painter.setPen(round_pen(colour("accent"), 1.4))
    painter.drawPath(path)
    return box.left() - 6

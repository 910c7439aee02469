"""Frames and notes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nodeui.graph.parts import Frame
from nodeui.views.canvas.ink import blend, draw_paragraph, draw_text, ink

TITLE = 30.0
"""Height of a frame's title, by which it is dragged."""
HANDLE = 16.0
"""Side of the corner by which its size is changed."""

_INSET = 12.0
_LINE = 17.0


def colour_of(frame: Frame) -> QColor:
    """A frame's own colour, or the theme's where it has none that is one."""
    own = QColor(frame.colour)
    return own if frame.colour and own.isValid() else ink("muted")


def handle_rect(frame: Frame) -> QRectF:
    """Where dragging changes a frame's size."""
    box = QRectF(*frame.rect)
    return QRectF(box.right() - HANDLE, box.bottom() - HANDLE, HANDLE, HANDLE)


def title_rect(frame: Frame) -> QRectF:
    """Where dragging moves a frame with what is in it."""
    x, y, width, _ = frame.rect
    return QRectF(x, y, width, TITLE)


def text_rect(frame: Frame) -> QRectF:
    """Where a frame's text lies."""
    box = QRectF(*frame.rect)
    return box.adjusted(_INSET, TITLE if frame.title else _INSET, -_INSET, -_INSET)


def draw_frame(painter: QPainter, frame: Frame, zoom: float, selected: bool) -> None:
    """Paint a frame; the painter is in canvas coordinates."""
    box, tint = QRectF(*frame.rect), colour_of(frame)
    painter.setPen(
        QPen(ink("accent") if selected else blend(tint, ink("canvas"), 0.45), 2 if selected else 1)
    )
    painter.setBrush(blend(tint, ink("canvas"), 0.08))
    painter.drawRoundedRect(box, 8, 8)
    if zoom < 0.2:
        return
    title = title_rect(frame).adjusted(_INSET, 2, -_INSET, 0)
    draw_text(painter, title, frame.title, "title", blend(tint, ink("text"), 0.35))
    if zoom < 0.5:
        return
    if frame.text:
        place = text_rect(frame)
        lines = max(1, int(place.height() // _LINE))
        draw_paragraph(painter, place, frame.text, "text", ink("text"), lines)
    painter.setPen(QPen(blend(tint, ink("canvas"), 0.6), 1.2))
    corner = box.bottomRight() - QPointF(5, 5)
    for length in (4, 8):
        painter.drawLine(corner - QPointF(length, 0), corner - QPointF(0, length))

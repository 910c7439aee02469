"""Painting of frames and notes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nodeui.graph.parts import Frame
from nodeui.views.canvas.paint.drawing import blend, colour, draw_paragraph, draw_text
from nodeui.views.canvas.scene import FRAME_INSET, note_rect, title_rect

_LINE = 17.0  # height of a line of text
_TITLES, _NOTES = 0.2, 0.5  # zoom from which titles and notes are painted


def frame_colour(frame: Frame) -> QColor:
    """Return a frame's own colour; the theme's if it has none or an invalid one."""
    own = QColor(frame.colour)
    return own if frame.colour and own.isValid() else colour("muted")


def draw_frame(painter: QPainter, frame: Frame, zoom: float, selected: bool) -> None:
    """Paint a frame; the painter is in canvas coordinates."""
    box, tint, ground = QRectF(*frame.rect), frame_colour(frame), colour("canvas")
    outline = colour("accent") if selected else blend(tint, ground, 0.45)
    painter.setPen(QPen(outline, 2 if selected else 1))
    painter.setBrush(blend(tint, ground, 0.08))
    painter.drawRoundedRect(box, 8, 8)
    if zoom < _TITLES:
        return
    title = title_rect(frame).adjusted(FRAME_INSET, 2, -FRAME_INSET, 0)
    draw_text(painter, title, frame.title, "title", blend(tint, colour("text"), 0.35))
    if zoom < _NOTES:
        return
    if frame.text:
        place = note_rect(frame)
        lines = max(1, int(place.height() // _LINE))
        draw_paragraph(painter, place, frame.text, "text", colour("text"), lines)
    painter.setPen(QPen(blend(tint, ground, 0.6), 1.2))
    corner = box.bottomRight() - QPointF(5, 5)
    for length in (4, 8):
        painter.drawLine(corner - QPointF(length, 0), corner - QPointF(0, length))

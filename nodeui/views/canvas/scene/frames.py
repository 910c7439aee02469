"""Geometry of frames and notes, in canvas coordinates."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF

from nodeui.graph.parts import Frame

FRAME_TITLE = 30.0
"""Height of a frame's title, by which it is dragged."""
FRAME_INSET = 12.0
"""Distance from a frame's border to its title and text."""

_HANDLE = 16.0  # side of the corner that resizes a frame

Place = tuple[float, float]


def shift_place(place: Place, offset: QPointF) -> Place:
    """Return a place moved by `offset`, rounded to whole pixels."""
    return float(round(place[0] + offset.x())), float(round(place[1] + offset.y()))


def shift_frame(frame: Frame, offset: QPointF) -> Frame:
    """Return a frame moved by `offset`."""
    x, y, width, height = frame.rect
    return msgspec.structs.replace(frame, rect=(*shift_place((x, y), offset), width, height))


def handle_rect(frame: Frame) -> QRectF:
    """Return the corner that resizes a frame."""
    box = QRectF(*frame.rect)
    return QRectF(box.right() - _HANDLE, box.bottom() - _HANDLE, _HANDLE, _HANDLE)


def title_rect(frame: Frame) -> QRectF:
    """Return the title bar that moves a frame with its content."""
    x, y, width, _ = frame.rect
    return QRectF(x, y, width, FRAME_TITLE)


def note_rect(frame: Frame) -> QRectF:
    """Return the area of a frame's text."""
    box = QRectF(*frame.rect)
    return box.adjusted(
        FRAME_INSET, FRAME_TITLE if frame.title else FRAME_INSET, -FRAME_INSET, -FRAME_INSET
    )

"""Commands on frames and notes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from PySide6.QtCore import QRectF

from nodeui.graph.edits import Batch, SetFrame
from nodeui.graph.parts import Frame
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands.ids import numbered_id
from nodeui.views.canvas.scene import FRAME_TITLE, Canvas

_MARGIN = 20.0  # from a frame's border to the nodes in it
_NOTE = (260.0, 140.0)
_NOTE_COLOUR = "#e7d36b"


def add_frame(canvas: Canvas) -> None:
    """Add a frame around the selected nodes, or an empty one at the pointer."""
    mirror, selection = canvas.mirror, canvas.mirror.selected
    if selection:
        box = rect_around(map(mirror.nodes.rect, selection))
    else:
        at = canvas.viewport.pointer_at()
        box = QRectF(at.x(), at.y(), 2 * _NOTE[0], 2 * _NOTE[1])
    id = numbered_id("frame", mirror.graph.frames)
    _add(canvas, Frame(id, rounded(box), title=tr("Frame"), group=mirror.level.id))
    canvas.open_editor("frame-title", id)


def add_note(canvas: Canvas) -> None:
    """Add a note at the pointer and edit its text."""
    at = canvas.viewport.pointer_at()
    rect = (round(at.x()), round(at.y()), *_NOTE)
    id = numbered_id("frame", canvas.session.graph.frames)
    _add(canvas, Frame(id, rect, colour=_NOTE_COLOUR, group=canvas.mirror.level.id))
    canvas.open_editor("frame-text", id)


def _add(canvas: Canvas, frame: Frame) -> None:
    label = tr("Add frame") if frame.title else tr("Add note")
    canvas.edit(Batch((SetFrame(frame.id, frame),), label=label))
    canvas.choose(frames={frame.id})


def set_frame_colour(canvas: Canvas, id: str, colour: str) -> None:
    """Set the colour of a frame."""
    frame = canvas.session.graph.frames[id]
    edit = SetFrame(id, msgspec.structs.replace(frame, colour=colour))
    canvas.edit(Batch((edit,), label=tr("Colour frame")))


def rect_around(boxes: Iterable[QRectF]) -> QRectF:
    """Return the rectangle of a frame around some boxes."""
    around = QRectF()
    for box in boxes:
        around = around.united(box)
    return around.adjusted(-_MARGIN, -_MARGIN - FRAME_TITLE, _MARGIN, _MARGIN)


def rounded(box: QRectF) -> tuple[float, float, float, float]:
    """Return left, top, width and height, rounded to whole pixels."""
    return round(box.x()), round(box.y()), round(box.width()), round(box.height())

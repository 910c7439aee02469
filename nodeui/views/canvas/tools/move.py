"""Dragging nodes, with snapping; dropping one on a link inserts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import Batch, Connect, Disconnect, Edit
from nodeui.graph.parts import Link
from nodeui.graph.spec import connectable
from nodeui.views.canvas.hit import link_at
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.places import moved
from nodeui.views.canvas.snap import Snap, snap
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.select import line_pen

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_REACH = 6.0  # pixels within which an alignment draws
_LINK_REACH = 24.0


class MoveTool(Tool):
    """Drags the selected nodes; a click selects. Alt: no snapping. Shift: joins the selection."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str) -> None:
        super().__init__(canvas, start)
        self._id = id
        self._was_selected = id in canvas.mirror.selected
        if not self._was_selected:
            canvas.select({id}, add=start.held(_SHIFT))
        self.canvas.mirror.raise_nodes([id])
        self._offset = QPointF(0, 0)
        self._snap = Snap(QPointF(0, 0), ())
        self._goal: Insertion | None = None

    def begin(self) -> None:
        mirror = self.canvas.mirror
        self._ids = sorted(mirror.selected | {self._id})  # a group with nothing in it is not
        rows = mirror.nodes.rows_of(self._ids)
        boxes = mirror.nodes.data[rows, :4]
        left, top = boxes[:, :2].min(axis=0).tolist()
        right, bottom = boxes[:, 2:].max(axis=0).tolist()
        self._box = QRectF(left, top, right - left, bottom - top)
        self._rows = rows
        self.canvas.lift(self._ids)

    def drag(self, pointer: Pointer) -> None:
        canvas = self.canvas
        offset = pointer.at - self.start.at
        if pointer.held(_ALT):
            self._snap = Snap(QPointF(0, 0), ())
        else:
            near = np.setdiff1d(canvas.mirror.nodes.touching(canvas.shown_rect()), self._rows)
            others = canvas.mirror.nodes.data[near, :4]
            self._snap = snap(self._box.translated(offset), others, _REACH / canvas.zoom)
        self._offset = offset + self._snap.shift
        self._goal = self._insertion(pointer) if len(self._ids) == 1 else None
        canvas.mark_link(self._goal.link if self._goal else None)
        canvas.viewport().update()

    def _insertion(self, pointer: Pointer) -> Insertion | None:
        mirror, (id,) = self.canvas.mirror, self._ids
        if any(link.source == id for link in mirror.links_of(id)):
            return None
        link = link_at(mirror, pointer.at, _LINK_REACH / self.canvas.zoom)
        return Insertion.of(mirror, id, link) if link and link.target != id else None

    def release(self, pointer: Pointer) -> None:
        canvas, session = self.canvas, self.canvas.session
        if not self.dragging:
            if pointer.held(_SHIFT) and self._was_selected:
                session.select(session.selection.difference(canvas.mirror.level.nodes([self._id])))
            elif not pointer.held(_SHIFT):
                canvas.select({self._id})
            return
        self._end()
        if self._offset.manhattanLength() < 0.5:
            return
        edits = moved(canvas.mirror, self._ids, self._offset)
        if self._goal is None:
            canvas.edit(Batch(tuple(edits), label=canvas.tr("Move")))
        else:
            canvas.edit(Batch((*edits, *self._goal.edits()), label=canvas.tr("Insert on link")))

    def cancel(self) -> None:
        if self.dragging:
            self._end()

    def _end(self) -> None:
        self.canvas.lift(())
        self.canvas.mark_link(None)

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        self.canvas.painter.paint_lifted(
            painter, self._offset, self.canvas.shown_rect(), self.canvas.zoom
        )
        painter.setPen(line_pen("accent", 1))
        painter.drawLines(self._snap.guides)


class Insertion:
    """A node put into a link.

    Attributes:
        link: The link.
    """

    def __init__(self, id: str, link: Link, input: str, output: str) -> None:
        self.link = link
        self._id, self._input, self._output = id, input, output

    @classmethod
    def of(cls, mirror: Mirror, id: str, link: Link) -> Insertion | None:
        """How `id` fits into `link`, or None where it does not."""
        spec = mirror.looks[id].spec
        given, taken = mirror.types_of(link)
        if spec is None or given is None or taken is None:
            return None
        free = [s for s in spec.inputs.values() if mirror.link_into(id, s.name) is None]
        inputs = [s.name for s in free if connectable(given, s.type)]
        outputs = [s.name for s in spec.outputs.values() if connectable(s.type, taken)]
        return cls(id, link, inputs[0], outputs[0]) if inputs and outputs else None

    def edits(self) -> list[Edit]:
        """What puts it there."""
        link = self.link
        return [
            Disconnect(link.target, link.input),
            Connect(Link(link.source, link.output, self._id, self._input)),
            Connect(Link(self._id, self._output, link.target, link.input)),
        ]

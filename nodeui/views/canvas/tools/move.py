"""Dragging nodes and frames, with snapping; dropping a node on a link inserts it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import Batch
from nodeui.views.canvas.frame_paint import draw_frame
from nodeui.views.canvas.insertion import Insertion, gap_at
from nodeui.views.canvas.places import carried, in_place, moved
from nodeui.views.canvas.snap import Snap, snap
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.select import line_pen

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_REACH = 6.0  # pixels within which an alignment draws
_LINK_REACH = 24.0
_BEHIND = 40.0  # canvas units from a node's middle within which a link is behind it


class MoveTool(Tool):
    """Drags what is selected, frames with what lies in them; a click selects.

    Alt: no snapping and no insertion. Shift: joins the selection.

    Args:
        canvas: Where it happens.
        start: Where the button was pressed.
        id: What was pressed: the key of a node or group, or a frame's id.
        frame: It is a frame.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str, frame: bool = False) -> None:
        super().__init__(canvas, start)
        self._id, self._frame = id, frame
        self._was_selected = id in (canvas.frames if frame else canvas.mirror.selected)
        if not self._was_selected:
            self._choose(add=start.held(_SHIFT))
        if not frame:
            canvas.mirror.raise_nodes([id])
        self._offset = QPointF(0, 0)
        self._snap = Snap(QPointF(0, 0), ())
        self._goal: Insertion | None = None

    def _choose(self, add: bool) -> None:
        this = {self._id}
        self.canvas.choose(() if self._frame else this, this if self._frame else (), add)

    def begin(self) -> None:
        canvas, mirror = self.canvas, self.canvas.mirror
        own = () if self._frame else (self._id,)  # a group with nothing in it is not selected
        self._ids, self._frames = carried(mirror, mirror.selected.union(own), canvas.frames)
        self._rows = mirror.nodes.rows_of(self._ids)
        self._box = QRectF()
        for box in (*map(mirror.nodes.rect, self._ids), *(QRectF(*f.rect) for f in self._frames)):
            self._box = self._box.united(box)
        canvas.lift(self._ids, {frame.id for frame in self._frames})

    def drag(self, pointer: Pointer) -> None:
        canvas = self.canvas
        offset, free = pointer.at - self.start.at, pointer.held(_ALT)
        self._snap = Snap(QPointF(0, 0), ())
        if not free:
            box = self._box.translated(offset)
            self._snap = snap(box, self._others(), _REACH / canvas.zoom)
        self._offset = offset + self._snap.shift
        single = len(self._ids) == 1 and not self._frames and not free
        self._goal = self._insertion(pointer) if single else None
        canvas.mark_link(self._goal.link if self._goal else None)
        canvas.viewport().update()

    def _others(self) -> NDArray[np.float64]:
        """The boxes in view that stay: of nodes, and of frames where one is dragged."""
        mirror, shown = self.canvas.mirror, self.canvas.shown_rect()
        near = np.setdiff1d(mirror.nodes.touching(shown), self._rows)
        boxes = mirror.nodes.data[near, :4]
        if not self._frames:
            return boxes
        staying = [QRectF(*f.rect) for f in mirror.level.frames() if f not in self._frames]
        edges = [box.getCoords() for box in staying if box.intersects(shown)]
        return np.concatenate([boxes, np.array(edges, dtype=np.float64).reshape(-1, 4)])

    def _insertion(self, pointer: Pointer) -> Insertion | None:
        """The link at the pointer that the node fits into, else the one behind the node."""
        mirror, (id,) = self.canvas.mirror, self._ids
        spec = mirror.looks[id].spec
        if spec is None or any(link.source == id for link in mirror.links_of(id)):
            return None
        box = self._box.translated(self._offset)
        behind = min(box.width() / 2, box.height() / 2, _BEHIND)
        for at, reach in (
            (pointer.at, _LINK_REACH / self.canvas.zoom),
            (box.center(), behind),
        ):
            gap = gap_at(mirror, at, reach)
            if gap is not None and gap.link.target != id:
                goal = Insertion.of(mirror, id, spec, gap)
                if goal is not None:
                    return goal
        return None

    def release(self, pointer: Pointer) -> None:
        canvas = self.canvas
        if not self.dragging:
            if not pointer.held(_SHIFT):
                self._choose(add=False)
            elif self._was_selected:
                self._drop()
            return
        self._end()
        if self._offset.manhattanLength() < 0.5:
            return
        if self._goal is not None:
            self._insert(self._goal)
            return
        edits = moved(canvas.mirror, self._ids, self._offset, self._frames)
        label = canvas.tr("Move frame") if self._frame else canvas.tr("Move")
        canvas.edit(Batch(tuple(edits), label=label))

    def _insert(self, goal: Insertion) -> None:
        mirror, label = self.canvas.mirror, self.canvas.tr("Insert on link")
        corner, others = goal.fitted(mirror, self._box.translated(self._offset))
        own = moved(mirror, self._ids, corner - self._box.topLeft())
        self.canvas.edit(Batch((*own, *others, *goal.edits()), label=label))

    def _drop(self) -> None:
        """Take what was clicked out of the selection."""
        canvas, session = self.canvas, self.canvas.session
        if self._frame:
            canvas.session.select_frames(canvas.frames - {self._id})
        else:
            session.select(session.selection.difference(canvas.mirror.level.nodes([self._id])))

    def cancel(self) -> None:
        if self.dragging:
            self._end()

    def _end(self) -> None:
        self.canvas.lift(())
        self.canvas.mark_link(None)

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        canvas, shown, zoom = self.canvas, self.canvas.shown_rect(), self.canvas.zoom
        for frame in self._frames:
            draw_frame(painter, in_place(frame, self._offset), zoom, frame.id in canvas.frames)
        canvas.painter.paint_lifted(painter, self._offset, shown, zoom)
        painter.setPen(line_pen("accent", 1))
        painter.drawLines(self._snap.guides)

"""The tool that drags nodes and frames; a node dropped on a link is inserted into it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import Batch
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands import Insertion, gap_at, move_edits, moving_together
from nodeui.views.canvas.paint import guide_pen
from nodeui.views.canvas.scene import Canvas, Snap, snap_box
from nodeui.views.canvas.tools.base import Pointer, Tool

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_REACH = 6.0  # pixels within which a box snaps to another
_LINK_REACH = 24.0  # pixels from the pointer within which a link takes the node
_BEHIND = 40.0  # canvas units from a node's centre within which a link is behind it


class MoveTool(Tool):
    """Drags the selection, and frames with all that is inside; a click selects.

    Alt: no snapping and no insertion. Shift: add to the selection, or remove from it.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.
        id: The key of the node or group, or the id of the frame.
        frame: True for a frame.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: Pointer, id: str, frame: bool = False) -> None:
        super().__init__(canvas, start)
        self._id, self._frame = id, frame
        self._was_selected = id in (canvas.frames if frame else canvas.mirror.selected)
        if not self._was_selected:
            self._choose(add=start.held(_SHIFT))
        if not frame:
            canvas.mirror.raise_nodes([id])
        self._offset = QPointF(0, 0)
        self._snap = Snap(QPointF(0, 0), ())
        self._insertion: Insertion | None = None

    def _choose(self, add: bool) -> None:
        this = {self._id}
        self.canvas.choose(() if self._frame else this, this if self._frame else (), add)

    def begin(self) -> None:
        canvas, mirror = self.canvas, self.canvas.mirror
        own = () if self._frame else (self._id,)  # an empty group is never selected
        keys = mirror.selected.union(own)
        self._keys, self._frames = moving_together(mirror, keys, canvas.frames)
        self._rows = mirror.nodes.rows_of(self._keys)
        self._box = QRectF()
        for box in (*map(mirror.nodes.rect, self._keys), *(QRectF(*f.rect) for f in self._frames)):
            self._box = self._box.united(box)
        canvas.state.lift_up(self._keys, {frame.id for frame in self._frames})

    def drag(self, pointer: Pointer) -> None:
        canvas = self.canvas
        offset, free = pointer.at - self.start.at, pointer.held(_ALT)
        self._snap = Snap(QPointF(0, 0), ())
        if not free:
            box = self._box.translated(offset)
            self._snap = snap_box(box, self._staying_boxes(), _REACH / canvas.viewport.zoom)
        self._offset = canvas.state.lift_offset = offset + self._snap.shift
        single = len(self._keys) == 1 and not self._frames and not free
        self._insertion = self._find_insertion(pointer) if single else None
        canvas.state.mark_link(self._insertion.link if self._insertion else None)
        canvas.viewport.redraw()

    def _staying_boxes(self) -> NDArray[np.float64]:
        """Return the boxes to snap to (k, 4): nodes in view, and frames if one is dragged."""
        mirror, shown = self.canvas.mirror, self.canvas.viewport.shown_rect()
        near = np.setdiff1d(mirror.nodes.touching(shown), self._rows)
        boxes = mirror.nodes.boxes(near)
        if not self._frames:
            return boxes
        staying = [QRectF(*f.rect) for f in mirror.level.frames() if f not in self._frames]
        edges = [box.getCoords() for box in staying if box.intersects(shown)]
        return np.concatenate([boxes, np.array(edges, dtype=np.float64).reshape(-1, 4)])

    def _find_insertion(self, pointer: Pointer) -> Insertion | None:
        """Return the link at the pointer that the node fits into, else the one behind the node."""
        mirror, (key,) = self.canvas.mirror, self._keys
        spec = mirror.layouts[key].spec
        if spec is None or any(link.source == key for link in mirror.links_of(key)):
            return None
        box = self._box.translated(self._offset)
        behind = min(box.width() / 2, box.height() / 2, _BEHIND)
        for at, reach in (
            (pointer.at, _LINK_REACH / self.canvas.viewport.zoom),
            (box.center(), behind),
        ):
            gap = gap_at(mirror, at, reach)
            if gap is not None and gap.link.target != key:
                insertion = Insertion.of(mirror, key, spec, gap)
                if insertion is not None:
                    return insertion
        return None

    def release(self, pointer: Pointer) -> None:
        canvas = self.canvas
        if not self.dragging:
            if not pointer.held(_SHIFT):
                self._choose(add=False)
            elif self._was_selected:
                self._deselect()
            return
        self.cancel()
        if self._offset.manhattanLength() < 0.5:
            return
        if self._insertion is not None:
            self._insert(self._insertion)
            return
        edits = move_edits(canvas.mirror, self._keys, self._offset, self._frames)
        label = tr("Move frame") if self._frame else tr("Move")
        canvas.edit(Batch(tuple(edits), label=label))

    def _insert(self, insertion: Insertion) -> None:
        mirror = self.canvas.mirror
        corner, others = insertion.make_room(mirror, self._box.translated(self._offset))
        own = move_edits(mirror, self._keys, corner - self._box.topLeft())
        edits = (*own, *others, *insertion.link_edits())
        self.canvas.edit(Batch(edits, label=tr("Insert on link")))

    def _deselect(self) -> None:
        """Remove what was clicked from the selection."""
        canvas, session = self.canvas, self.canvas.session
        if self._frame:
            session.select_frames(canvas.frames - {self._id})
        else:
            session.select(session.selection.difference(canvas.mirror.level.nodes([self._id])))

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.state.put_down()
            self.canvas.state.mark_link(None)

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            painter.setPen(guide_pen("accent", 1))
            painter.drawLines(self._snap.guides)

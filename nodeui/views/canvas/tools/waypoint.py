"""The tool that drags waypoints of links."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from nodeui.graph.edits import SetWaypoints
from nodeui.graph.parts import Link, Points
from nodeui.graph.wording import tr
from nodeui.views.canvas.paint import draw_dragged_waypoint
from nodeui.views.canvas.scene import Canvas, Place, Snap, distances, snap_box
from nodeui.views.canvas.tools.base import Pointer, Tool

_REACH = 6.0  # pixels


class WaypointTool(Tool):
    """Drags a waypoint, snapping to the link's neighbouring points and to the grid (Alt: not).

    Released on the straight line between its neighbours, the waypoint is removed.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.
        link: The link.
        index: The waypoint's index on it.
    """

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: Canvas, start: Pointer, link: Link, index: int) -> None:
        super().__init__(canvas, start)
        self._link, self._index = link, index
        canvas.choose()
        canvas.state.select_waypoint((link, index))

    def begin(self) -> None:
        links = self.canvas.mirror.links
        self._ends = links.ends_of(self._link)
        self._type = self.canvas.mirror.tints[links.tint_of(self._link)]
        self._before: Points = links.waypoints[self._link]
        self._waypoints = self._before
        self._removed = False
        self._snap = Snap(QPointF(0, 0), ())
        self.canvas.state.hide_links([self._link])

    def drag(self, pointer: Pointer) -> None:
        at = QPointF(*self._before[self._index]) + pointer.at - self.start.at
        previous, next = self._neighbours()
        self._snap = Snap(QPointF(0, 0), ())
        if not pointer.held(Qt.KeyboardModifier.AltModifier):
            others = np.array([[*previous, *previous], [*next, *next]])
            self._snap = snap_box(QRectF(at, at), others, _REACH / self.canvas.viewport.zoom)
        at += self._snap.shift
        point = (float(round(at.x())), float(round(at.y())))
        self._waypoints = (*self._before[: self._index], point, *self._before[self._index + 1 :])
        self._removed = self._on_line(pointer.at, previous, next)
        self.canvas.show_hint(tr("Release to remove") if self._removed else "")
        self.canvas.viewport.redraw()

    def _neighbours(self) -> tuple[Place, Place]:
        """Return the points of the link before and after the waypoint."""
        x1, y1, x2, y2 = self._ends
        points = [(x1, y1), *self._before, (x2, y2)]
        return points[self._index], points[self._index + 2]

    def _on_line(self, at: QPointF, a: Place, b: Place) -> bool:
        away = distances(np.array([[a, b]]), at.x(), at.y())[0]
        return bool(away * self.canvas.viewport.zoom <= _REACH)

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        self.cancel()
        link, waypoints = self._link, self._waypoints
        if self._removed:
            waypoints = (*self._before[: self._index], *self._before[self._index + 1 :])
        if waypoints != self._before:
            self.canvas.edit(SetWaypoints(link.target, link.input, waypoints))

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.state.hide_links(())
            self.canvas.show_hint("")

    def paint(self, painter: QPainter) -> None:
        if self.dragging:
            draw_dragged_waypoint(
                painter,
                self._ends,
                self._waypoints,
                self._index,
                self._type,
                self._removed,
                self._snap.guides,
            )

"""What can be done with the waypoints of links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from nodeui.graph.edits import SetWaypoints
from nodeui.graph.parts import Link
from nodeui.views.canvas import bends

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView


def follow_or_bend(canvas: CanvasView, link: Link, at: QPointF) -> None:
    """Go to the other end of a link that leads elsewhere; give any other one a waypoint."""
    out = canvas.mirror.stubs.get(link)
    if out is None:
        add_waypoint(canvas, link, at)
    else:
        canvas.levels.show(link.target if out else link.source)


def add_waypoint(canvas: CanvasView, link: Link, at: QPointF) -> None:
    """Let a link lead over a point, which is then selected."""
    mirror = canvas.mirror
    via = mirror.via.get(link, ())
    ends = mirror.links.data[mirror.links.row[link], 4:8].tolist()
    index = bends.nearest_piece(ends, via, at)
    point = (float(round(at.x())), float(round(at.y())))
    edit = SetWaypoints(link.target, link.input, (*via[:index], point, *via[index:]))
    if canvas.edit(edit):
        canvas.select_dot((link, index))


def remove_waypoint(canvas: CanvasView, link: Link, index: int) -> None:
    """Take a waypoint away."""
    via = canvas.mirror.via[link]
    canvas.select_dot(None)
    canvas.edit(SetWaypoints(link.target, link.input, (*via[:index], *via[index + 1 :])))


def straighten(canvas: CanvasView, link: Link) -> None:
    """Take all waypoints of a link away."""
    canvas.edit(SetWaypoints(link.target, link.input, ()))

"""Commands on links: waypoints, and following boundary links."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from nodeui.graph.edits import SetWaypoints
from nodeui.graph.parts import Link
from nodeui.views.canvas.scene import Canvas, nearest_piece


def follow_link(canvas: Canvas, link: Link) -> None:
    """Show the far end of a boundary link."""
    out = canvas.mirror.links.boundary[link]
    canvas.levels.show(link.target if out else link.source)


def add_waypoint(canvas: Canvas, link: Link, at: QPointF) -> None:
    """Reroute a link through a point, and select the new waypoint."""
    links = canvas.mirror.links
    waypoints = links.waypoints.get(link, ())
    index = nearest_piece(links.ends_of(link), waypoints, at)
    point = (float(round(at.x())), float(round(at.y())))
    new = (*waypoints[:index], point, *waypoints[index:])
    if canvas.edit(SetWaypoints(link.target, link.input, new)):
        canvas.state.select_waypoint((link, index))


def remove_waypoint(canvas: Canvas, link: Link, index: int) -> None:
    """Remove a waypoint."""
    waypoints = canvas.mirror.links.waypoints[link]
    canvas.state.select_waypoint(None)
    rest = (*waypoints[:index], *waypoints[index + 1 :])
    canvas.edit(SetWaypoints(link.target, link.input, rest))


def straighten(canvas: Canvas, link: Link) -> None:
    """Remove all waypoints of a link."""
    canvas.edit(SetWaypoints(link.target, link.input, ()))

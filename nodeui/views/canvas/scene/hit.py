"""Hit testing: the part of the canvas under a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from nodeui.graph.parts import Link
from nodeui.views.canvas.scene.boundary import label_rect
from nodeui.views.canvas.scene.frames import handle_rect, title_rect
from nodeui.views.canvas.scene.mirror import Mirror
from nodeui.views.canvas.scene.shapes import HEADER, FieldSpot, Spot
from nodeui.views.canvas.scene.viewport import BLOCKS, DETAIL

Part = Literal[
    "canvas", "socket", "node", "header", "chevron", "field", "dice", "picture", "copy",
    "link", "waypoint", "frame", "frame-title", "frame-handle",
]  # fmt: skip

# Reach around the pointer, in pixels.
_SOCKET_REACH = 9.0
_LINK_REACH = 6.0
_WAYPOINT_REACH = 8.0


@dataclass(frozen=True, slots=True)
class Hit:
    """The part of the canvas under a point.

    Attributes:
        part: Its kind.
        id: The key of the node or group, or the id of the frame.
        spot: The socket.
        field: The parameter.
        link: The link.
        index: The index of the waypoint on the link.
    """

    part: Part
    id: str = ""
    spot: Spot | None = None
    field: FieldSpot | None = None
    link: Link | None = None
    index: int = 0


def hit(mirror: Mirror, at: QPointF, zoom: float) -> Hit:
    """Return the part at `at`: sockets before nodes, waypoints, links and frames."""
    return (
        (_socket(mirror, at, zoom) if zoom >= BLOCKS else None)
        or _node(mirror, at, zoom)
        or _waypoint(mirror, at, zoom)
        or _link(mirror, at, zoom)
        or _frame(mirror, at)
        or Hit("canvas")
    )


def nodes_at(mirror: Mirror, rect: QRectF) -> list[str]:
    """Return the nodes that touch `rect`, topmost first."""
    rows = mirror.nodes.touching(rect)
    return mirror.nodes.keys_of(rows[mirror.nodes.stacking_order(rows)[::-1]])


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def _local(mirror: Mirror, key: str, at: QPointF) -> QPointF:
    """Return a point in the coordinates of a node."""
    return at - mirror.nodes.rect(key).topLeft()


def _socket(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    reach = _SOCKET_REACH / min(1.0, zoom)
    for key in nodes_at(mirror, _around(at, reach)):
        place = _local(mirror, key, at)
        layout = mirror.layouts[key]
        shape = layout.shape
        spots = [s for s in shape.spots if _near(s, place, reach, shape.collapsed)]
        if spots:
            linked = [s for s in spots if mirror.is_linked(key, s.output, s.name)]
            best = linked or spots  # all sockets of a collapsed node are at the same place
            nearest = min(best, key=lambda s: (s.x - place.x()) ** 2 + (s.y - place.y()) ** 2)
            return Hit("socket", key, spot=nearest)
        if QRectF(0, 0, shape.width, layout.height).contains(place):
            return None  # a node on top hides the sockets below it
    return None


def _near(spot: Spot, place: QPointF, reach: float, collapsed: bool) -> bool:
    """True if a socket is within reach; its reach is shorter towards a field or the chevron."""
    inward = place.x() - spot.x if not spot.output else spot.x - place.x()
    room = 7.0 if spot.parameter or collapsed else reach + 2
    return -reach <= inward <= room and abs(place.y() - spot.y) <= reach


def _node(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    found = nodes_at(mirror, _around(at, 0))
    if not found:
        return None
    key = found[0]
    layout, place = mirror.layouts[key], _local(mirror, key, at)
    if zoom >= DETAIL:
        if layout.shape.chevron.contains(place):
            return Hit("chevron", key)
        for spot in layout.shape.fields:
            if spot.rect.contains(place) and mirror.link_into(key, spot.name) is None:
                dice = spot.parameter.widget == "seed" and spot.dice.contains(place)
                return Hit("dice" if dice else "field", key, field=spot)
        button = layout.copy_button
        if button is not None and button.contains(place):
            return Hit("copy", key)
    if layout.picture is not None and layout.picture.contains(place):
        return Hit("picture", key)
    return Hit("header" if place.y() <= HEADER else "node", key)


def link_at(mirror: Mirror, at: QPointF, reach: float) -> Link | None:
    """Return the link nearest to a point, within `reach` canvas units; None without one."""
    links = mirror.links
    rows = links.touching(_around(at, reach))
    if not len(rows):
        return None
    for link in links.keys_of(rows) if links.boundary else ():
        if link in links.boundary:
            label = label_rect(links.ends_of(link), links.boundary[link])
            if label.contains(at):
                return link
    away = links.distances(rows, at.x(), at.y())
    best = int(away.argmin())
    return links.keys[int(rows[best])] if away[best] <= reach else None


def _waypoint(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    reach = _WAYPOINT_REACH / zoom
    for link, waypoints in mirror.links.waypoints.items() if zoom >= BLOCKS else ():
        for index, (x, y) in enumerate(waypoints):
            if abs(x - at.x()) <= reach and abs(y - at.y()) <= reach:
                return Hit("waypoint", link=link, index=index)
    return None


def _link(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    link = link_at(mirror, at, _LINK_REACH / zoom) if zoom >= BLOCKS else None
    return Hit("link", link=link) if link is not None else None


def _frame(mirror: Mirror, at: QPointF) -> Hit | None:
    for frame in reversed(mirror.level.frames()):
        if handle_rect(frame).contains(at):
            return Hit("frame-handle", frame.id)
        if title_rect(frame).contains(at):
            return Hit("frame-title", frame.id)
        if QRectF(*frame.rect).contains(at):
            return Hit("frame", frame.id)
    return None

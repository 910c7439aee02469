"""What lies under a point of the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from nodeui.graph.parts import Link
from nodeui.views.canvas import bends, frame_paint, geometry, stubs
from nodeui.views.canvas.field_paint import dice_rect
from nodeui.views.canvas.geometry import FieldSpot, Spot
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.node_paint import chevron_rect, copy_rect
from nodeui.views.canvas.scene_paint import BLOCKS, DETAIL

Part = Literal[
    "canvas", "socket", "node", "header", "chevron", "field", "dice", "picture", "copy",
    "link", "dot", "frame", "frame-title", "frame-handle",
]  # fmt: skip

_SOCKET_REACH = 9.0  # pixels around a socket's centre
_LINK_REACH = 6.0
_DOT_REACH = 8.0


@dataclass(frozen=True, slots=True)
class Hit:
    """What was hit.

    Attributes:
        part: What it is.
        id: The node's or frame's id.
        spot: The socket.
        field: The parameter.
        link: The link.
        index: Which waypoint of the link.
    """

    part: Part
    id: str = ""
    spot: Spot | None = None
    field: FieldSpot | None = None
    link: Link | None = None
    index: int = 0


def hit(mirror: Mirror, at: QPointF, zoom: float) -> Hit:
    """What lies at `at`: sockets before nodes before waypoints before links before frames."""
    return (
        (_socket(mirror, at, zoom) if zoom >= BLOCKS else None)
        or _node(mirror, at, zoom)
        or _dot(mirror, at, zoom)
        or _link(mirror, at, zoom)
        or _frame(mirror, at)
        or Hit("canvas")
    )


def nodes_at(mirror: Mirror, rect: QRectF) -> list[str]:
    """The nodes that touch `rect`, topmost first."""
    rows = mirror.nodes.touching(rect)
    return mirror.nodes.keys_of(rows[np.argsort(-mirror.nodes.data[rows, 4])])


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def local(mirror: Mirror, id: str, at: QPointF) -> QPointF:
    """A point in the coordinates of a node."""
    return at - mirror.nodes.rect(id).topLeft()


def _socket(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    reach = _SOCKET_REACH / min(1.0, zoom)
    for id in nodes_at(mirror, _around(at, reach)):
        place = local(mirror, id, at)
        shape = mirror.looks[id].shape
        spots = [s for s in shape.spots if _near(s, place, reach, shape.collapsed)]
        if spots:
            linked = [s for s in spots if mirror.is_linked(id, s.output, s.name)]
            best = linked or spots  # on a collapsed node all sockets lie in one place
            nearest = min(best, key=lambda s: (s.x - place.x()) ** 2 + (s.y - place.y()) ** 2)
            return Hit("socket", id, spot=nearest)
        if QRectF(0, 0, shape.width, mirror.looks[id].height).contains(place):
            return None  # a node on top hides the sockets below it
    return None


def _near(spot: Spot, place: QPointF, reach: float, collapsed: bool) -> bool:
    """Whether a socket is meant; inside the node, a field or the chevron begins soon after it."""
    inward = place.x() - spot.x if not spot.output else spot.x - place.x()
    room = 7.0 if spot.parameter or collapsed else reach + 2
    return -reach <= inward <= room and abs(place.y() - spot.y) <= reach


def _node(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    found = nodes_at(mirror, _around(at, 0))
    if not found:
        return None
    id = found[0]
    look, place = mirror.looks[id], local(mirror, id, at)
    if zoom >= DETAIL:
        if chevron_rect().contains(place):
            return Hit("chevron", id)
        for spot in look.shape.fields:
            if spot.rect.contains(place) and mirror.link_into(id, spot.name) is None:
                seed = spot.parameter.widget == "seed" and dice_rect(spot.rect).contains(place)
                return Hit("dice" if seed else "field", id, field=spot)
        if look.card is not None and copy_rect(look.card).contains(place):
            return Hit("copy", id)
    if look.picture is not None and look.picture.contains(place):
        return Hit("picture", id)
    return Hit("header" if place.y() <= geometry.HEADER else "node", id)


def link_at(mirror: Mirror, at: QPointF, reach: float) -> Link | None:
    """The link nearest to a point, within `reach` of it."""
    rows = mirror.links.touching(_around(at, reach))
    if not len(rows):
        return None
    for link in mirror.links.keys_of(rows) if mirror.stubs else ():
        if link in mirror.stubs:
            ends = mirror.links.data[mirror.links.row[link], 4:8].tolist()
            if stubs.on_label(ends, mirror.stubs[link], at):
                return link
    away = bends.distances(mirror, rows, at.x(), at.y())
    best = int(away.argmin())
    return mirror.links.keys[int(rows[best])] if away[best] <= reach else None


def _dot(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    reach = _DOT_REACH / zoom
    for link, via in mirror.via.items() if zoom >= BLOCKS else ():
        for index, (x, y) in enumerate(via):
            if abs(x - at.x()) <= reach and abs(y - at.y()) <= reach:
                return Hit("dot", link=link, index=index)
    return None


def _link(mirror: Mirror, at: QPointF, zoom: float) -> Hit | None:
    link = link_at(mirror, at, _LINK_REACH / zoom) if zoom >= BLOCKS else None
    return Hit("link", link=link) if link is not None else None


def _frame(mirror: Mirror, at: QPointF) -> Hit | None:
    for frame in reversed(mirror.level.frames()):
        if frame_paint.handle_rect(frame).contains(at):
            return Hit("frame-handle", frame.id)
        if frame_paint.title_rect(frame).contains(at):
            return Hit("frame-title", frame.id)
        if QRectF(*frame.rect).contains(at):
            return Hit("frame", frame.id)
    return None

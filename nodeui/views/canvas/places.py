"""Edits that move what stands on a canvas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QMarginsF, QPointF, QRectF

from nodeui.graph.edits import Edit, MoveNodes, SetFrame, SetGroup, SetWaypoints
from nodeui.graph.parts import Frame, Link
from nodeui.views.canvas import bends
from nodeui.views.canvas.level import SIGN, is_group
from nodeui.views.canvas.snap import GRID

if TYPE_CHECKING:
    from nodeui.views.canvas.mirror import Mirror

Place = tuple[float, float]

_AIR = 10.0  # around a node that is put into a free place
_STEP = 2 * GRID
_FURTHEST = 60
_WAYS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))


def shifted(pos: Place, offset: QPointF) -> Place:
    """A place moved by `offset`, on whole pixels."""
    return float(round(pos[0] + offset.x())), float(round(pos[1] + offset.y()))


def free_place(mirror: Mirror, box: QRectF) -> QPointF:
    """The corner nearest to that of `box` from where it touches no node; its own where there is
    none nearby."""
    air = QMarginsF(_AIR, _AIR, _AIR, _AIR)
    for distance in range(_FURTHEST):
        for dx, dy in _WAYS if distance else ((0, 0),):
            place = box.translated(dx * distance * _STEP, dy * distance * _STEP)
            if not len(mirror.nodes.touching(place.marginsAdded(air))):
                return place.topLeft()
    return box.topLeft()


def in_place(frame: Frame, offset: QPointF) -> Frame:
    """A frame moved by `offset`."""
    x, y, width, height = frame.rect
    return msgspec.structs.replace(frame, rect=(*shifted((x, y), offset), width, height))


def carried(
    mirror: Mirror, keys: Iterable[str], frames: Iterable[str]
) -> tuple[list[str], list[Frame]]:
    """What moves together: these nodes, groups and frames, and what lies in the frames."""
    here = mirror.level.frames()
    boxes = [QRectF(*frame.rect) for frame in here if frame.id in frames]
    within = [mirror.nodes.keys_of(mirror.nodes.inside(box)) for box in boxes]
    inner = [f for f in here if any(box.contains(QRectF(*f.rect)) for box in boxes)]
    return sorted({*keys, *chain(*within)}), inner


def moved(
    mirror: Mirror, keys: Collection[str], offset: QPointF, frames: Iterable[Frame] = ()
) -> list[Edit]:
    """What moves nodes, groups and frames, and the waypoints between the nodes, by `offset`."""
    corners = {key: mirror.nodes.rect(key).topLeft() for key in keys}
    places = {key: shifted((at.x(), at.y()), offset) for key, at in corners.items()}
    edits = placed(mirror, places)
    for link in between(mirror, keys):
        via = bends.shifted(mirror.via[link], offset)
        edits.append(SetWaypoints(link.target, link.input, via))
    edits += [SetFrame(frame.id, in_place(frame, offset)) for frame in frames]
    return edits


def placed(mirror: Mirror, places: Mapping[str, Place]) -> list[Edit]:
    """What puts nodes and groups into their places, by key."""
    nodes = {key: place for key, place in places.items() if not is_group(key)}
    edits: list[Edit] = [MoveNodes(nodes)] if nodes else []
    for key, place in places.items():
        if is_group(key):
            group = mirror.graph.groups[key.removeprefix(SIGN)]
            edits.append(SetGroup(group.id, msgspec.structs.replace(group, pos=place)))
    return edits


def between(mirror: Mirror, keys: Collection[str]) -> list[Link]:
    """The links with waypoints that both start and end at these keys."""
    chosen = frozenset(keys)
    return [link for link in mirror.via if chosen.issuperset(mirror.level.holders(link))]

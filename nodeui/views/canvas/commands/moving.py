"""Edits that move nodes, groups and frames."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

import msgspec
from PySide6.QtCore import QMarginsF, QPointF, QRectF

from nodeui.graph.edits import Edit, MoveNodes, SetFrame, SetGroup, SetWaypoints
from nodeui.graph.parts import Frame, Link
from nodeui.views.canvas.scene import (
    GRID,
    Mirror,
    Place,
    group_id,
    is_group,
    shift_frame,
    shift_place,
    shift_waypoints,
)

_GAP = 10.0  # around a node that is put into a free place
_STEP = 2 * GRID
_FURTHEST = 60  # steps
_WAYS = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))


def free_place(mirror: Mirror, box: QRectF) -> QPointF:
    """Return the corner nearest to that of `box` at which it touches no node.

    Its own corner if there is no free place nearby.
    """
    gap = QMarginsF(_GAP, _GAP, _GAP, _GAP)
    for distance in range(_FURTHEST):
        for dx, dy in _WAYS if distance else ((0, 0),):
            place = box.translated(dx * distance * _STEP, dy * distance * _STEP)
            if not len(mirror.nodes.touching(place.marginsAdded(gap))):
                return place.topLeft()
    return box.topLeft()


def moving_together(
    mirror: Mirror, keys: Iterable[str], frames: Iterable[str]
) -> tuple[list[str], list[Frame]]:
    """Return these nodes, groups and frames, and all that is inside the frames."""
    here = mirror.level.frames()
    boxes = [QRectF(*frame.rect) for frame in here if frame.id in frames]
    within = [mirror.nodes.keys_of(mirror.nodes.inside(box)) for box in boxes]
    inner = [f for f in here if any(box.contains(QRectF(*f.rect)) for box in boxes)]
    return sorted({*keys, *chain(*within)}), inner


def move_edits(
    mirror: Mirror, keys: Collection[str], offset: QPointF, frames: Iterable[Frame] = ()
) -> list[Edit]:
    """Move nodes, groups and frames, and the waypoints between the nodes, by `offset`."""
    corners = {key: mirror.nodes.rect(key).topLeft() for key in keys}
    places = {key: shift_place((at.x(), at.y()), offset) for key, at in corners.items()}
    edits = place_edits(mirror, places)
    for link in rerouted_links_between(mirror, keys):
        waypoints = shift_waypoints(mirror.links.waypoints[link], offset)
        edits.append(SetWaypoints(link.target, link.input, waypoints))
    edits += [SetFrame(frame.id, shift_frame(frame, offset)) for frame in frames]
    return edits


def place_edits(mirror: Mirror, places: Mapping[str, Place]) -> list[Edit]:
    """Move nodes and groups to places, given by key."""
    nodes = {key: place for key, place in places.items() if not is_group(key)}
    edits: list[Edit] = [MoveNodes(nodes)] if nodes else []
    for key, place in places.items():
        if is_group(key):
            group = mirror.graph.groups[group_id(key)]
            edits.append(SetGroup(group.id, msgspec.structs.replace(group, pos=place)))
    return edits


def rerouted_links_between(mirror: Mirror, keys: Collection[str]) -> list[Link]:
    """Return the links with waypoints whose ends are both among these keys."""
    chosen = frozenset(keys)
    rerouted = mirror.links.waypoints
    return [link for link in rerouted if chosen.issuperset(mirror.level.end_keys(link))]

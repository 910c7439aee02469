"""Edits that move what stands on a canvas."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPointF

from nodeui.graph.edits import Edit, MoveNodes, SetGroup, SetWaypoints
from nodeui.graph.parts import Link
from nodeui.views.canvas import bends
from nodeui.views.canvas.level import SIGN, is_group

if TYPE_CHECKING:
    from nodeui.views.canvas.mirror import Mirror

Place = tuple[float, float]


def shifted(pos: Place, offset: QPointF) -> Place:
    """A place moved by `offset`, on whole pixels."""
    return float(round(pos[0] + offset.x())), float(round(pos[1] + offset.y()))


def moved(mirror: Mirror, keys: Collection[str], offset: QPointF) -> list[Edit]:
    """What moves nodes and groups, and the waypoints between them, by `offset`."""
    places = {key: shifted(mirror.looks[key].node.pos, offset) for key in keys}
    edits = placed(mirror, places)
    for link in between(mirror, keys):
        via = bends.shifted(mirror.via[link], offset)
        edits.append(SetWaypoints(link.target, link.input, via))
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

"""Where links lie: plain curves, those over waypoints, and stubs of those that lead elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from nodeui.graph.parts import Link
from nodeui.views.canvas import bends, geometry, stubs

if TYPE_CHECKING:
    from nodeui.views.canvas.mirror import Mirror


def link_rows(mirror: Mirror, links: Iterable[Link]) -> bends.Array:
    """Boxes, ends and tints of links, as they stand in their table."""
    row, level = mirror.nodes.row, mirror.level
    far = stubs.lay_out(mirror) if level.id else {}
    places: list[tuple[float, ...]] = []
    shaped: list[tuple[int, Link]] = []  # those that are no plain curve
    for index, link in enumerate(links):
        (source, output), (target, input) = level.ends(link)
        if not source or not target:
            places.append(_stub_row(mirror, link))
            shaped.append((index, link))
            continue
        start = mirror.looks[source].shape.by_name[True, output]
        end = mirror.looks[target].shape.by_name[False, input]
        tint = mirror.tint(start.type or end.type or "")
        places.append((row[source], row[target], start.x, start.y, end.x, end.y, tint))
        if mirror.graph.waypoints(link):
            shaped.append((index, link))
        else:
            mirror.via.pop(link, None)
    table = np.array(places, dtype=np.float64).reshape(-1, 7)
    ends, rows = table[:, 2:6], table[:, :2].astype(np.intp)
    ends[:, :2] += mirror.nodes.data[rows[:, 0], :2]
    ends[:, 2:] += mirror.nodes.data[rows[:, 1], :2]
    boxes = geometry.link_boxes(ends)
    for index, link in shaped:
        end = stubs.far_end(mirror, link)
        if end is None:
            via = mirror.via[link] = mirror.graph.waypoints(link)
            boxes[index] = bends.bent_box(ends[index].tolist(), via)
        else:
            out = mirror.stubs[link] = end[0]
            ends[index, 2 * out : 2 * out + 2] = far[end]
            boxes[index] = stubs.stub_box(ends[index].tolist(), out)
    return np.concatenate([boxes, ends, table[:, 6:]], axis=1)


def _stub_row(mirror: Mirror, link: Link) -> tuple[float, ...]:
    """Rows, ends and tint of a link with one end elsewhere, as if both were at the other one."""
    (source, output), (target, input) = mirror.level.ends(link)
    key = source or target
    spot = mirror.spot(key, bool(source), output if source else input)
    given, taken = mirror.types_of(link)
    row = mirror.nodes.row[key]
    return row, row, spot.x, spot.y, spot.x, spot.y, mirror.tint(given or taken or "")

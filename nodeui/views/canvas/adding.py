"""Where a new node goes, and what it is linked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF

from nodeui.graph.edits import AddNode, Connect, Edit
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec
from nodeui.views.canvas import geometry
from nodeui.views.canvas.ends import LinkEnd, fits, joined
from nodeui.views.canvas.insertion import Gap, Insertion
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.places import free_place
from nodeui.views.canvas.snap import GRID


def added(
    mirror: Mirror,
    spec: NodeSpec,
    at: QPointF,
    end: LinkEnd | Gap | None,
    params: Mapping[str, Any],
) -> tuple[str, list[Edit]]:
    """A new node's id, and what adds it; see `CanvasView.add_node`."""
    id = mirror.graph.free_id(spec.node.title)
    shape = geometry.shape_of(spec, frozenset())
    handle, more = QPointF(shape.width / 2, geometry.HEADER / 2), list[Edit]()
    corner = at - handle
    if isinstance(end, LinkEnd):
        spot = next((s for s in shape.spots if fits(end, s.type, s.output)), None)
        if spot is not None:
            corner = at - QPointF(spot.x, spot.y)
            more.append(Connect(joined(end, id, spot.name)))
    elif end is not None and (goal := Insertion.of(mirror, id, spec, end)) is not None:
        box = QRectF(corner.x(), corner.y(), shape.width, shape.height)
        corner, others = goal.fitted(mirror, box)
        more += [*others, *goal.edits()]
    place = (round(corner.x() / GRID) * GRID, round(corner.y() / GRID) * GRID)
    node = Node(id, spec.id, spec.version, dict(params), place, group=mirror.level.id)
    return id, [AddNode(node), *more]


def roomy(mirror: Mirror, spec: NodeSpec, at: QPointF) -> QPointF:
    """The place nearest to `at` for a new node's header where the node hides no other one."""
    shape = geometry.shape_of(spec, frozenset())
    handle = QPointF(shape.width / 2, geometry.HEADER / 2)
    return free_place(mirror, QRectF(at - handle, QSizeF(shape.width, shape.height))) + handle

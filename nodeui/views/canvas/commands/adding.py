"""Adding nodes: where they go and what they are linked with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF

from nodeui.graph.edits import AddNode, Batch, Connect, Edit, SetParam
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands.insertion import Gap, Insertion
from nodeui.views.canvas.commands.moving import free_place
from nodeui.views.canvas.scene import (
    GRID,
    HEADER,
    Canvas,
    LinkEnd,
    Mirror,
    fits,
    link_from,
    shape_of,
)

_BEHIND = 60.0  # canvas units between an output and the node that is added behind it
_ON_NODE = ("node", "header", "field", "picture")


def add_node(
    canvas: Canvas,
    type_id: str,
    at: QPointF,
    end: LinkEnd | Gap | None = None,
    params: Mapping[str, Any] | None = None,
) -> str | None:
    """Add a node and select it.

    Args:
        canvas: The canvas.
        type_id: The node's type.
        at: The place of its header; with a `LinkEnd`, of the linked socket.
        end: A socket to link it with, by the first socket that fits; or a link to insert it
            into, if it fits.
        params: Its parameters, except defaults.

    Returns:
        Its id, or None if the graph refused it.
    """
    spec = canvas.session.specs[type_id]
    id, edits = add_edits(canvas.mirror, spec, at, end, params or {})
    if not canvas.edit(Batch(tuple(edits), label=tr("Add {0}", spec.title))):
        return None
    canvas.choose({id})
    return id


def add_near(
    canvas: Canvas, type_id: str, at: QPointF, params: Mapping[str, Any] | None = None
) -> str | None:
    """Add a node at the nearest free place to a point, and select it.

    Returns:
        Its id, or None if the graph refused it.
    """
    place = free_header_place(canvas.mirror, canvas.session.specs[type_id], at)
    return add_node(canvas, type_id, place, params=params)


def add_after(
    canvas: Canvas, type_id: str, end: LinkEnd, params: Mapping[str, Any] | None = None
) -> str | None:
    """Add a node behind an output, at the nearest free place, and select it.

    Args:
        canvas: The canvas.
        type_id: The node's type, with an input that fits.
        end: The output, of a node at the level in view.
        params: The new node's parameters, except defaults.

    Returns:
        Its id, or None if the graph refused it.
    """
    mirror = canvas.mirror
    rect, shape = mirror.nodes.rect(end.node), shape_of(canvas.session.specs[type_id], frozenset())
    box = QRectF(rect.right() + _BEHIND, rect.top(), shape.width, shape.height)
    spot = next(spot for spot in shape.spots if fits(end, spot.type, spot.output))
    at = free_place(mirror, box) + QPointF(spot.x, spot.y)
    return add_node(canvas, type_id, at, end, params)


def file_field(canvas: Canvas, at: QPointF, widget: str) -> tuple[str, str] | None:
    """Return the key of the node at a point and its parameter for files, if there is one.

    Args:
        canvas: The canvas.
        at: The point.
        widget: The editor hint of such parameters, such as "image-file".
    """
    found = canvas.hit(at)
    layout = canvas.mirror.layouts.get(found.id) if found.part in _ON_NODE else None
    for parameter in layout.spec.parameters.values() if layout and layout.spec else ():
        linked = canvas.mirror.link_into(found.id, parameter.name) is not None
        if parameter.widget == widget and not linked:
            return found.id, parameter.name
    return None


def take_file(canvas: Canvas, at: QPointF, widget: str, path: str) -> bool:
    """Set a file parameter of the node at a point; returns False without such a node.

    Args:
        canvas: The canvas.
        at: Where the file was dropped.
        widget: As for `file_field`.
        path: The file.
    """
    field = file_field(canvas, at, widget)
    if field is None:
        return False
    canvas.edit(SetParam(*field, path))
    canvas.choose({field[0]})
    return True


def search_node(canvas: Canvas) -> None:
    """Offer nodes to add at the pointer, or to insert into the link there."""
    at = canvas.viewport.pointer_at()
    link = canvas.hit(at).link
    canvas.search_requested.emit(at, Gap.of(canvas.mirror, link) if link is not None else None)


def add_edits(
    mirror: Mirror,
    spec: NodeSpec,
    at: QPointF,
    end: LinkEnd | Gap | None,
    params: Mapping[str, Any],
) -> tuple[str, list[Edit]]:
    """Add a node: returns its id and the edits; for the arguments see `add_node`."""
    id = mirror.graph.free_id(spec.name)
    shape = shape_of(spec, frozenset())
    more = list[Edit]()
    corner = at - QPointF(shape.width / 2, HEADER / 2)
    if isinstance(end, LinkEnd):
        spot = next((s for s in shape.spots if fits(end, s.type, s.output)), None)
        if spot is not None:
            corner = at - QPointF(spot.x, spot.y)
            more.append(Connect(link_from(end, id, spot.name)))
    elif end is not None and (insertion := Insertion.of(mirror, id, spec, end)) is not None:
        box = QRectF(corner.x(), corner.y(), shape.width, shape.height)
        corner, others = insertion.make_room(mirror, box)
        more += [*others, *insertion.link_edits()]
    place = (round(corner.x() / GRID) * GRID, round(corner.y() / GRID) * GRID)
    node = Node(id, spec.id, spec.version, dict(params), place, group=mirror.level.id)
    return id, [AddNode(node), *more]


def free_header_place(mirror: Mirror, spec: NodeSpec, at: QPointF) -> QPointF:
    """Return the place nearest to `at` for the header of a new node that hides no other one."""
    shape = shape_of(spec, frozenset())
    header = QPointF(shape.width / 2, HEADER / 2)
    return free_place(mirror, QRectF(at - header, QSizeF(shape.width, shape.height))) + header

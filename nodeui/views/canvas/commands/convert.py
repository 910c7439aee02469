"""Conversion: nodes that turn one socket type into another, for links that do not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from PySide6.QtCore import QPointF

from nodeui.graph.edits import Batch, Connect
from nodeui.graph.parts import Link
from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands.adding import add_edits, free_header_place
from nodeui.views.canvas.scene import Canvas, LinkEnd, Spot, resolve

_MOST = 8  # conversions that are offered


class Converter(NamedTuple):
    """A node type that converts one socket type into another, by an input and an output."""

    spec: NodeSpec
    input: str
    output: str


def find_converters(specs: Mapping[str, NodeSpec], given: str, taken: str) -> list[Converter]:
    """Return the node types that fit between an output of type `given` and an input of type
    `taken`; those with the fewest other required inputs come first."""
    found: list[Converter] = []
    for spec in specs.values():
        inputs = [
            s.name for s in spec.inputs.values() if not s.optional and connectable(given, s.type)
        ]
        outputs = [s.name for s in spec.outputs.values() if connectable(s.type, taken)]
        if inputs and outputs:
            found.append(Converter(spec, inputs[0], outputs[0]))
    return sorted(found, key=_required)


def _required(converter: Converter) -> int:
    return sum(not socket.optional for socket in converter.spec.inputs.values())


def converters_between(canvas: Canvas, end: LinkEnd, spot: Spot) -> list[Converter]:
    """Return the conversions to offer between a link's end and a socket that does not fit it."""
    if end.type is None or spot.type is None or end.output == spot.output:
        return []
    given, taken = (end.type, spot.type) if end.output else (spot.type, end.type)
    return find_converters(canvas.session.specs, given, taken)[:_MOST]


def insert_converter(
    canvas: Canvas, end: LinkEnd, key: str, spot: Spot, converter: Converter
) -> None:
    """Add a node between two sockets and link it with both.

    Its other required inputs are linked if only one output of the graph fits.

    Args:
        canvas: The canvas.
        end: The end of the link.
        key: The node or group with the other socket.
        spot: The other socket.
        converter: The node to add.
    """
    kind, mirror = converter.spec, canvas.mirror
    ends = ((end.node, end.name), resolve(key, spot.name))
    source, target = ends if end.output else (ends[1], ends[0])
    keys = [key for key in map(mirror.level.key, (source[0], target[0])) if key]
    middle = sum((mirror.nodes.rect(key).center() for key in keys), QPointF()) / len(keys)
    new, edits = add_edits(mirror, kind, free_header_place(mirror, kind, middle), None, {})
    edits += [
        Connect(Link(*source, new, converter.input)),
        Connect(Link(new, converter.output, *target)),
    ]
    for socket in kind.inputs.values():
        if socket.name != converter.input and not socket.optional:
            only = _only_source(canvas, socket.type, target[0])
            edits += [Connect(Link(*only, new, socket.name))] if only is not None else []
    if canvas.edit(Batch(tuple(edits), label=tr("Add {0}", kind.title))):
        canvas.choose({new})


def _only_source(canvas: Canvas, type: str, target: str) -> tuple[str, str] | None:
    """Return the node and name of the only output of a type that may feed `target`, or None."""
    graph = canvas.session.graph
    below, waiting = {target}, [target]
    while waiting:
        for link in graph.links_out(waiting.pop()):
            if link.target not in below:
                below.add(link.target)
                waiting.append(link.target)
    specs = [(id, graph.spec(id)) for id in graph.nodes if id not in below]
    found = [
        (id, output.name)
        for id, spec in specs
        for output in (spec.outputs.values() if spec else ())
        if output.type == type
    ]
    return found[0] if len(found) == 1 else None

"""Nodes that turn one socket type into another, offered where a link does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu

from nodeui.graph.edits import Batch, Connect
from nodeui.graph.parts import Link
from nodeui.graph.spec import NodeSpec, connectable
from nodeui.views.canvas.adding import added, roomy
from nodeui.views.canvas.geometry import Spot
from nodeui.views.canvas.level import resolve

if TYPE_CHECKING:
    from nodeui.views.canvas.ends import LinkEnd
    from nodeui.views.canvas.view import CanvasView

_MOST = 8  # conversions that are offered


class Converter(NamedTuple):
    """A node type that takes one type and gives another, by which input and output."""

    spec: NodeSpec
    input: str
    output: str


def converters(specs: Mapping[str, NodeSpec], given: str, taken: str) -> list[Converter]:
    """The node types between an output of type `given` and an input of type `taken`.

    Those that need fewest other inputs come first.
    """
    found: list[Converter] = []
    for spec in specs.values():
        inputs = [
            s.name for s in spec.inputs.values() if not s.optional and connectable(given, s.type)
        ]
        outputs = [s.name for s in spec.outputs.values() if connectable(s.type, taken)]
        if inputs and outputs:
            found.append(Converter(spec, inputs[0], outputs[0]))
    return sorted(found, key=_needs)


def _needs(converter: Converter) -> int:
    return sum(not socket.optional for socket in converter.spec.inputs.values())


def between(canvas: CanvasView, end: LinkEnd, spot: Spot) -> list[Converter]:
    """What could go between the end of a link under way and a socket that does not fit it."""
    if end.type is None or spot.type is None or end.output == spot.output:
        return []
    given, taken = (end.type, spot.type) if end.output else (spot.type, end.type)
    return converters(canvas.session.specs, given, taken)[:_MOST]


def conversion_menu(canvas: CanvasView, end: LinkEnd, id: str, spot: Spot) -> QMenu | None:
    """Offers the nodes that fit between two sockets of different types; None: there is none."""
    found = between(canvas, end, spot)
    if not found:
        return None
    menu = QMenu(canvas)
    menu.addAction(canvas.tr("Convert with")).setEnabled(False)
    for converter in found:
        action = menu.addAction(converter.spec.title)
        action.triggered.connect(lambda _=False, c=converter: convert(canvas, end, id, spot, c))
    menu.setActiveAction(menu.actions()[1])
    return menu


def convert(canvas: CanvasView, end: LinkEnd, id: str, spot: Spot, converter: Converter) -> None:
    """Put a node between two sockets, and link it with both.

    What else it needs is linked where only one output of the graph can give it.
    """
    kind, mirror = converter.spec, canvas.mirror
    ends = ((end.node, end.name), resolve(id, spot.name))
    source, target = ends if end.output else (ends[1], ends[0])
    keys = [key for key in map(mirror.level.key, (source[0], target[0])) if key]
    middle = sum((mirror.nodes.rect(key).center() for key in keys), QPointF()) / len(keys)
    new, edits = added(mirror, kind, roomy(mirror, kind, middle), None, {})
    edits += [
        Connect(Link(*source, new, converter.input)),
        Connect(Link(new, converter.output, *target)),
    ]
    for socket in kind.inputs.values():
        if socket.name != converter.input and not socket.optional:
            only = _only_source(canvas, socket.type, target[0])
            edits += [Connect(Link(*only, new, socket.name))] if only is not None else []
    if canvas.edit(Batch(tuple(edits), label=canvas.tr("Add {0}").format(kind.title))):
        canvas.choose({new})


def _only_source(canvas: CanvasView, type: str, target: str) -> tuple[str, str] | None:
    """Node and name of the one output of this type that may feed `target`."""
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

"""The ways to send a picture to nodes that node types declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nodeui.graph.branches import wrong_links
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import MADE, PICTURE, SendKind, SendNode

Specs = Mapping[str, NodeSpec]

PICTURE_TYPE = "image"
"""The socket type of pictures that are sent."""


def send_kinds(specs: Specs) -> dict[str, tuple[NodeSpec, SendKind]]:
    """Return the kinds of all node types by name, with the type that declares them; the first one
    with a name counts. Those whose nodes are not all installed are left out."""
    kinds: dict[str, tuple[NodeSpec, SendKind]] = {}
    for spec in specs.values():
        for kind in spec.sends:
            if all(node.type in specs for node in (*kind.nodes, *kind.base)):
                kinds.setdefault(kind.name, (spec, kind))
    return kinds


def picture_reader(specs: Specs) -> tuple[str, str, str] | None:
    """Return the first node type that reads a picture from a file: its id, the parameter with the
    path, and the output with the picture; None if there is none."""
    for spec in specs.values():
        path = next((p.name for p in spec.parameters.values() if p.widget == "image-file"), None)
        output = next((s.name for s in spec.outputs.values() if s.type == PICTURE_TYPE), None)
        if path and output and all(socket.optional for socket in spec.inputs.values()):
            return spec.id, path, output
    return None


def send_problems(spec: NodeSpec, specs: Specs) -> list[str]:
    """Return what is wrong with the send kinds of a node type, one line each.

    Args:
        spec: The node type.
        specs: All node types.
    """
    problems: list[str] = []
    for kind in spec.sends:
        problems += (f"{spec.id}, send {kind.name}: {text}" for text in _wrong(kind, spec, specs))
    return problems


def _wrong(kind: SendKind, spec: NodeSpec, specs: Specs) -> Iterator[str]:
    every = (*kind.nodes, *kind.base)
    if any(node.type not in specs for node in every):  # it is not offered
        return
    nodes = {node.name: node for node in every}
    if len(nodes) < len(every):
        yield "two of its nodes have one name"
    if kind.change and kind.change not in {node.name for node in kind.nodes}:
        yield f"change names none of its nodes: {kind.change}"
    yield from _wrong_params(kind.params, spec)

    def type_of(source: str) -> str | None:
        return _type_of(source, spec, nodes, specs)

    yield from wrong_links(kind.links, spec, spec, type_of)
    if kind.shows and type_of(kind.shows) != PICTURE_TYPE:
        yield f"shows names no picture of its nodes: {kind.shows}"
    for node in every:
        own = specs[node.type]
        sides = {name: 8 for name in (node.width, node.height) if name}
        yield from _wrong_params({**node.params, **sides}, own)
        yield from wrong_links(node.links, own, spec, type_of)


def _wrong_params(params: Mapping[str, object], spec: NodeSpec) -> Iterator[str]:
    for name in params:
        if name not in spec.parameters:
            yield f"{spec.id} has no parameter {name}"


def _type_of(
    source: str, spec: NodeSpec, nodes: Mapping[str, SendNode], specs: Specs
) -> str | None:
    if source in (PICTURE, MADE):
        return PICTURE_TYPE
    name, dot, output = source.partition(".")
    if not dot:
        return spec.input_type(name)
    own = spec if not name else specs[nodes[name].type] if name in nodes else None
    socket = own.outputs.get(output) if own is not None else None
    return socket.type if socket else None

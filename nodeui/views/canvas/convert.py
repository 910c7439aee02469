"""Nodes that turn one socket type into another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from nodeui.graph.spec import NodeSpec, connectable


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

"""Colours of painted regions, which the nodes that they feed show in their headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.painting.marks import Layer, entry_of
from nodeui.painting.points import PaintingError

Colours = dict[str, str]
"""Colours "#rrggbb" by the name of a layer."""


def swatches(graph: Graph, id: str) -> tuple[str, ...]:
    """Return the colours that a node shows, as its type declares them (`NodeFunction.swatches`)."""
    return tuple(_colours(graph, id).values())


def _colours(graph: Graph, id: str) -> Colours:
    spec, node = graph.spec(id), graph.nodes[id]
    links = graph.links_in(id)
    found: Colours = {}
    for swatch in spec.swatches if spec is not None else ():
        source, _, text = swatch.partition(".")
        if source in links:
            colours = _passed(graph, links[source])
        else:
            colours = _layers(node.params.get(source, ()))
        if text:
            named = _named(str(node.params.get(text, "")))
            colours = {name: colour for name, colour in colours.items() if _key(name) in named}
        found |= colours
    return found


def _passed(graph: Graph, link: Link) -> Colours:
    """Return the colours that a link brings: a mask changed by a node keeps those of the mask."""
    spec = graph.spec(link.source)
    if spec is None:
        return {}
    if spec.swatches:
        return _colours(graph, link.source)
    output = spec.outputs.get(link.output)
    found: Colours = {}
    for name, above in graph.links_in(link.source).items():
        socket = spec.inputs.get(name)
        if socket is not None and output is not None and socket.type == output.type:
            found |= _passed(graph, above)
    return found


def _layers(painting: Any) -> Colours:
    """Return the colours of a painting's layers; none if it is damaged."""
    if not isinstance(painting, list | tuple):
        return {}
    return _read(tuple(cast("Sequence[Any]", painting)))


@lru_cache(maxsize=16)
def _read(lines: tuple[Any, ...]) -> Colours:
    try:
        entries = [entry_of(line) for line in _layer_lines(lines)]
    except PaintingError:
        return {}
    layers = [entry for entry in entries if isinstance(entry, Layer)]
    return {layer.name or layer.id: layer.colour for layer in layers}


def _layer_lines(lines: Iterable[Any]) -> list[str]:
    return [line for line in lines if isinstance(line, str) and line.startswith("layer ")]


def _named(text: str) -> set[str]:
    """Return the names at the beginnings of lines: all before a colon, and whole lines."""
    found: set[str] = set()
    for line in text.splitlines():
        parts = line.split(":")
        found |= {_key(":".join(parts[:count])) for count in range(1, len(parts) + 1)}
    return found


def _key(name: str) -> str:
    return name.strip().casefold()

"""Facts about values, such as the seed of a picture, as node types declare them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr

NAMES = ("seed", "prompt", "negative", "model", "lora", "sampler", "steps")
"""The facts that NodeUI's own node types declare; those of packs may have other names."""


@dataclass(frozen=True)
class Made:
    """A node as far as facts are concerned.

    Attributes:
        node: The node.
        spec: Its type; None if it is unknown.
        above: Ids of the nodes linked to its inputs and parameters, by name.
    """

    node: Node
    spec: NodeSpec | None
    above: Mapping[str, str]


def facts_in(graph: Graph, id: str, title: str = "") -> dict[str, str]:
    """Return the facts about a node of a graph; see `facts_of`.

    Args:
        graph: The graph.
        id: The node.
        title: The title of the workflow, if it is not that of its `meta`.
    """

    def look(id: str) -> Made:
        above = {name: link.source for name, link in graph.links_in(id).items()}
        return Made(graph.nodes[id], graph.spec(id), above)

    return facts_of(id, look, title or str(graph.meta.get("title", "")))


def facts_of(id: str, look: Callable[[str], Made], title: str) -> dict[str, str]:
    """Return the facts about what a node's inputs were made with, as `sdk.Context.facts`.

    Args:
        id: The node.
        look: Returns the nodes, by id.
        title: The title of the workflow; "" if it has none.
    """
    made = look(id)
    found = {"node": made.node.title or (made.spec.title if made.spec else made.node.type)}
    found["title"] = title or tr("Untitled")
    for name in _names(id, look):
        value = _fact(name, id, look)
        if value is not None and value != "":
            found[name] = str(value)
    return found


def _names(id: str, look: Callable[[str], Made]) -> list[str]:
    """Return the names of the facts that a node or one above it declares."""
    names: dict[str, None] = {}
    seen, waiting = {id}, [id]
    while waiting:
        made = look(waiting.pop())
        names |= dict.fromkeys(made.spec.facts if made.spec else ())
        waiting += [above for above in made.above.values() if above not in seen]
        seen.update(made.above.values())
    return sorted(names)


def _fact(name: str, id: str, look: Callable[[str], Made]) -> Any:
    """Return a fact about a node's value; None if it is unknown."""
    return next(values_of(name, id, look), None)


def values_of(name: str, id: str, look: Callable[[str], Made]) -> Iterator[Any]:
    """Yield all values of a fact about a node's value, such as its LoRAs, the preferred first."""
    yield from _values(name, id, look, set())


def _values(
    name: str, id: str, look: Callable[[str], Made], seen: set[tuple[str, str]]
) -> Iterator[Any]:
    if (name, id) in seen:
        return
    seen.add((name, id))
    made = look(id)
    for source, wanted in _sources(name, made):
        if source in made.above:
            yield from _values(wanted, made.above[source], look, seen)
        elif made.spec is not None and source in made.spec.parameters:
            value = made.node.params.get(source, made.spec.parameters[source].default)
            if value is not None and value != "":
                yield value


def _sources(name: str, made: Made) -> Iterator[tuple[str, str]]:
    """Yield the parameters and inputs that may give a fact, and the name of the fact there."""
    active = made.node.mode == "active"
    if made.spec is not None and active and name in made.spec.facts:
        for source in made.spec.facts[name]:
            input, _, other = source.partition(".")
            yield input, other or name
        return
    order = made.spec.inputs if made.spec is not None else made.above
    yield from ((input, name) for input in order if input in made.above)

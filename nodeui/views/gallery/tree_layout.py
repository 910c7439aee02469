"""Places the pictures of a lineage in columns and lanes; uses no widgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

Id = TypeVar("Id")


@dataclass(frozen=True)
class Place(Generic[Id]):
    """The place of a node.

    Attributes:
        column: Number of generations after the oldest node, from 0.
        lane: Place across the generations; fractions lie between lanes.
    """

    id: Id
    column: int
    lane: float


def place_nodes(edges: Sequence[tuple[Id, Id]], nodes: Sequence[Id]) -> Mapping[Id, Place[Id]]:
    """Place the nodes of an acyclic graph: parents in earlier columns, centred beside their
    children, and no two nodes of a column closer than one lane.

    Args:
        edges: Pairs of parent and child, both in `nodes`. An edge that closes a circle is ignored.
        nodes: All nodes, in the order in which siblings are placed.
    """
    parents: dict[Id, list[Id]] = {node: [] for node in nodes}
    children: dict[Id, list[Id]] = {node: [] for node in nodes}
    for parent, child in edges:
        if not _reaches(children, child, parent):
            parents[child].append(parent)
            children[parent].append(child)
    columns: dict[Id, int] = {}
    for node in _parents_first(parents, nodes):
        columns[node] = max((columns[parent] + 1 for parent in parents[node]), default=0)
    for node in sorted(nodes, key=lambda node: -columns[node]):
        if children[node] and not parents[node]:  # a second parent stands beside its child
            columns[node] = min(columns[child] for child in children[node]) - 1
    lanes: dict[Id, float] = {}
    free = count()
    for node in nodes:
        if not parents[node]:
            _place_below(node, children, lanes, free)
    return {node: Place(node, columns[node], lanes[node]) for node in nodes}


def _place_below(
    root: Id, children: Mapping[Id, Sequence[Id]], lanes: dict[Id, float], free: Iterator[int]
) -> None:
    """Give a node, and all below it that have none yet, a lane: the next free one for each end of
    a line, and the middle of its children for each other node."""
    own: dict[Id, list[Id]] = {}
    seen = {root}
    stack = [root]
    while stack:
        node = stack[-1]
        if node not in own:
            own[node] = [child for child in children[node] if not (child in seen or child in lanes)]
            seen.update(own[node])
            stack += reversed(own[node])
            continue
        stack.pop()
        below = [lanes[child] for child in own[node]]
        lanes[node] = (below[0] + below[-1]) / 2 if below else float(next(free))


def _parents_first(parents: Mapping[Id, Sequence[Id]], nodes: Sequence[Id]) -> list[Id]:
    found: dict[Id, None] = {}
    for start in nodes:
        stack = [start]
        while stack:
            missing = [parent for parent in parents[stack[-1]] if parent not in found]
            if missing:
                stack += missing[:1]
            else:
                found[stack.pop()] = None
    return list(found)


def _reaches(children: Mapping[Id, Sequence[Id]], start: Id, wanted: Id) -> bool:
    waiting, seen = [start], {start}
    while waiting:
        node = waiting.pop()
        if node == wanted:
            return True
        new = [child for child in children[node] if child not in seen]
        seen.update(new)
        waiting += new
    return False

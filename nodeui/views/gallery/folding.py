"""Folds the runs of a lineage in which only the seed changes; uses no widgets."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodeui.pictures.lineage import Edge

_LEAST = 2  # pictures that are folded; one would take as much room as its fold
_SEED = re.compile(r"(?P<name>[^\s.]+\.(\w+_)?seed): (?P<old>\S+) → (?P<new>\S+)")


@dataclass(frozen=True)
class FoldedEdge:
    """An edge of a lineage, or a run of edges.

    Attributes:
        edge: The edge; of a run, from its first picture to its last.
        hidden: Ids of the pictures between these, the oldest first.
    """

    edge: Edge
    hidden: tuple[int, ...] = ()


def fold(edges: Sequence[Edge], kept: Collection[int]) -> list[FoldedEdge]:
    """Fold each run of pictures that differ only in the seed into one edge.

    Args:
        edges: The edges of a tree.
        kept: Ids of pictures that are not hidden.
    """
    into: dict[int, list[Edge]] = {}
    out_of: dict[int, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.child, []).append(edge)
        out_of.setdefault(edge.parent, []).append(edge)

    def inner(id: int) -> bool:
        """True if a picture is within a run."""
        before, after = into.get(id, ()), out_of.get(id, ())
        if len(before) != 1 or len(after) != 1 or id in kept:
            return False
        name = _seed_of(before[0])
        return bool(name) and name == _seed_of(after[0])

    found: list[FoldedEdge] = []
    for edge in edges:
        if inner(edge.parent):
            continue  # it is in a run that began before
        run = [edge]
        while inner(run[-1].child):
            run += out_of[run[-1].child]
        if len(run) > _LEAST:
            found.append(_folded(run))
        else:
            found += map(FoldedEdge, run)
    return found


def _seed_of(edge: Edge) -> str:
    """Return the seed that is all that an edge changes, such as "sampler.seed", or ""."""
    match = _SEED.fullmatch(edge.changes[0]) if len(edge.changes) == 1 else None
    return match["name"] if match is not None and edge.kind == "edit" else ""


def _folded(run: Sequence[Edge]) -> FoldedEdge:
    first, last = (_SEED.fullmatch(edge.changes[0]) for edge in (run[0], run[-1]))
    assert first is not None and last is not None
    change = f"{first['name']}: {first['old']} → {last['new']}"
    edge = replace(run[0], child=run[-1].child, changes=(change,))
    return FoldedEdge(edge, tuple(each.child for each in run[:-1]))

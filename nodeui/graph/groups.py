"""Nesting of groups. Whatever a file contains, every group and node is shown in exactly one place.

A level is the id of the group whose contents are shown, or "" for the top level of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from nodeui.graph.parts import Group


def path(groups: Mapping[str, Group], id: str) -> tuple[str, ...]:
    """Return the groups around and including the group `id`, outermost first; for "" none.

    A parent that does not exist, or that lies in its own child, counts as the top level.
    """
    found: dict[str, None] = {}
    while id in groups and id not in found:
        found[id] = None
        id = groups[id].parent
    way = list(found)
    if id in found:  # a cycle: all groups in it are shown at the top level
        del way[way.index(id) + 1 :]
    return tuple(reversed(way))


def parents(groups: Mapping[str, Group]) -> dict[str, str]:
    """Return the level at which each group is shown, as `path` defines it."""
    found: dict[str, str] = {}
    for start in groups:
        trail: dict[str, None] = {}
        id = start
        while id in groups and id not in found and id not in trail:
            trail[id] = None
            id = groups[id].parent
        way = list(trail)
        cycle = way[way.index(id) :] if id in trail else []
        found |= {each: groups[each].parent for each in way} | dict.fromkeys(cycle, "")
    return {id: parent if parent in groups else "" for id, parent in found.items()}


def shown_as(groups: Mapping[str, Group], level: str) -> dict[str, str | None]:
    """Return how the members of each group appear at `level`; those of "" have no group.

    Returns:
        "" if they are shown there themselves, the id of the group at that level that contains
        them, or None if they are elsewhere.
    """
    children = _children(groups)
    found: dict[str, str | None] = dict.fromkeys(("", *groups))
    found[level] = ""
    for child in children.get(level, ()):
        found |= dict.fromkeys(_below(children, child), child)
    return found


def common(groups: Mapping[str, Group], a: str, b: str) -> str:
    """Return the innermost level that contains the groups `a` and `b`."""
    pairs = zip(path(groups, a), path(groups, b), strict=False)
    both = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return both[-1] if both else ""


def within(groups: Mapping[str, Group], id: str) -> list[str]:
    """Return the group `id` and all groups inside it."""
    inside = set(_below(_children(groups), id))
    return [each for each in groups if each in inside]


def _children(groups: Mapping[str, Group]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for id, parent in parents(groups).items():
        children.setdefault(parent, []).append(id)
    return children


def _below(children: Mapping[str, list[str]], id: str) -> list[str]:
    """Return the group `id` and all groups inside it, the outer ones first."""
    found = [id]
    for each in found:
        found += children.get(each, ())
    return found

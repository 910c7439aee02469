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
    found: list[str] = []
    while id in groups and id not in found:
        found.append(id)
        id = groups[id].parent
    if id in found:  # a cycle: all groups in it are shown at the top level
        del found[found.index(id) + 1 :]
    return tuple(reversed(found))


def shown_as(groups: Mapping[str, Group], level: str, id: str) -> str | None:
    """Return how the members of the group `id` appear at `level`.

    Returns:
        "" if they are shown there themselves, the id of the group at that level that contains
        them, or None if they are elsewhere.
    """
    way = path(groups, id)
    if not level:
        return way[0] if way else ""
    if level not in way:
        return None
    below = way[way.index(level) + 1 :]
    return below[0] if below else ""


def common(groups: Mapping[str, Group], a: str, b: str) -> str:
    """Return the innermost level that contains the groups `a` and `b`."""
    pairs = zip(path(groups, a), path(groups, b), strict=False)
    both = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return both[-1] if both else ""


def within(groups: Mapping[str, Group], id: str) -> list[str]:
    """Return the group `id` and all groups inside it."""
    return [each for each in groups if id in path(groups, each)]

"""How groups nest. Whatever stands in a file, every group and node has one place to be shown.

A level is the id of the group that is looked into, or "" for the top of the graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from nodeui.graph.parts import Group


def path(groups: Mapping[str, Group], id: str) -> tuple[str, ...]:
    """The groups that lead to the group `id`, outermost first, itself last; of "" none.

    A parent that is not there, or that lies in its own child, is the top level.
    """
    found: list[str] = []
    while id in groups and id not in found:
        found.append(id)
        id = groups[id].parent
    if id in found:  # a circle: all groups in it stand at the top
        del found[found.index(id) + 1 :]
    return tuple(reversed(found))


def shown_as(groups: Mapping[str, Group], level: str, id: str) -> str | None:
    """What stands at `level` for what lies in the group `id`.

    Returns:
        "" where it stands there itself, the id of a group at that level that holds it, or None
        where it lies elsewhere.
    """
    way = path(groups, id)
    if not level:
        return way[0] if way else ""
    if level not in way:
        return None
    below = way[way.index(level) + 1 :]
    return below[0] if below else ""


def common(groups: Mapping[str, Group], a: str, b: str) -> str:
    """The innermost level that holds what lies in the groups `a` and `b`."""
    pairs = zip(path(groups, a), path(groups, b), strict=False)
    both = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return both[-1] if both else ""


def within(groups: Mapping[str, Group], id: str) -> list[str]:
    """The group `id` and all groups in it."""
    return [each for each in groups if id in path(groups, each)]

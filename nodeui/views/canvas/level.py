"""Which part of a graph is looked at, and what stands for each node there.

Everything on a canvas has a key: a node its id, a group "@" and its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nodeui.graph import groups
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Link

SIGN = "@"

End = tuple[str, str]
"""Key and name of a socket: on a group, the name is "node.socket"."""


def is_group(key: str) -> bool:
    """Whether a key is that of a group."""
    return key.startswith(SIGN)


class Level:
    """The level of a graph that a canvas shows.

    Args:
        graph: The graph.

    Attributes:
        id: The group that is looked into; "" is the top.
        way: The groups that lead there, itself last.
        members: The nodes of each group that stands at this level, also those deeper in it.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.id = ""
        self.way: tuple[str, ...] = ()
        self.members: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}  # of the nodes that do not stand for themselves
        self._stands: dict[str, str | None] = {"": ""}
        self.renew()

    @property
    def grouped(self) -> bool:
        """Some node may not stand for itself."""
        return bool(self._graph.groups)

    def look_into(self, id: str) -> None:
        """Go to another level; to the nearest one around it where it is not there."""
        self.id = id
        self.way = groups.path(self._graph.groups, id)
        self.renew()

    def renew(self) -> bool:
        """Follow the graph; returns whether something else stands for a node than before, or
        other groups stand here."""
        table, before, groups_before = self._graph.groups, self._keys, self.members.keys()
        while self.id and self.id not in table:
            self.way = self.way[:-1]
            self.id = self.way[-1] if self.way else ""
        self.way = groups.path(table, self.id)
        self._stands = {id: groups.shown_as(table, self.id, id) for id in ("", *table)}
        self.members = {SIGN + id: [] for id in table if self.parent(id) == self.id}
        self._keys = {}
        if table:
            for node in self._graph.nodes.values():
                stands = self._stands.get(node.group, self._stands[""])
                if stands != "":
                    key = self._keys[node.id] = SIGN + stands if stands else ""
                    if key:
                        self.members[key].append(node.id)
        changed = before.items() ^ self._keys.items()
        moved = any(id in self._graph.nodes for id, _ in changed)
        return moved or groups_before != self.members.keys()

    def parent(self, group: str) -> str:
        """The level that a group stands at."""
        return ("", *groups.path(self._graph.groups, group))[-2]

    def key(self, node: str) -> str:
        """What stands for a node here; "" where it is elsewhere."""
        return self._keys.get(node, node)

    def there(self, key: str) -> bool:
        """Whether a key stands here."""
        if is_group(key):
            return key in self.members
        return key in self._graph.nodes and key not in self._keys

    def standing(self) -> list[str]:
        """All that stands here."""
        return [*(id for id in self._graph.nodes if id not in self._keys), *self.members]

    def nodes(self, keys: Iterable[str]) -> list[str]:
        """The nodes that these keys stand for."""
        return [id for key in keys for id in self.members.get(key, (key,))]

    def ends(self, link: Link) -> tuple[End, End]:
        """What a link leads from and to here; the key is "" where that is elsewhere."""
        source, target = self.key(link.source), self.key(link.target)
        output = link.output if source == link.source else f"{link.source}.{link.output}"
        input = link.input if target == link.target else f"{link.target}.{link.input}"
        return (source, output), (target, input)

    def shows(self, link: Link) -> bool:
        """Whether a link is to be seen: it has an end here, and not both in one group."""
        return self.key(link.source) != self.key(link.target)

    def holders(self, link: Link) -> tuple[str, str]:
        """What stands for the ends of a link; "" for one that is elsewhere."""
        return self.key(link.source), self.key(link.target)

    def frames(self) -> Sequence[Frame]:
        """The frames at this level."""
        frames = self._graph.frames.values()
        if not self.grouped:
            return list(frames)
        here = self._stands
        return [frame for frame in frames if here.get(frame.group, here[""]) == ""]

    def selected(self, selection: frozenset[str]) -> frozenset[str]:
        """The keys that are selected with these nodes: a group with all that are in it."""
        if not self.grouped:
            return selection
        whole = {key for key, ids in self.members.items() if ids and selection.issuperset(ids)}
        return frozenset(whole | {id for id in selection if self.there(id)})

    def level_of(self, node: str) -> str:
        """The level that a node stands at."""
        return ("", *groups.path(self._graph.groups, self._graph.nodes[node].group))[-1]


def resolve(key: str, name: str) -> End:
    """The node and socket or parameter behind a name on a key."""
    if is_group(key):
        node, _, name = name.partition(".")
        return node, name
    return key, name

"""The level of a graph in view: a key for each node or group shown there.

The key of a node is its id; the key of a group is "@" and its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nodeui.graph import groups
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Link

_SIGN = "@"

End = tuple[str, str]
"""Key and socket name; on a group, the socket name is "node.socket"."""


def is_group(key: str) -> bool:
    """True if a key is a group's."""
    return key.startswith(_SIGN)


def group_key(group: str) -> str:
    """Return the key of a group, given its id."""
    return _SIGN + group


def group_id(key: str) -> str:
    """Return the id of a group, given its key."""
    return key.removeprefix(_SIGN)


def resolve(key: str, name: str) -> End:
    """Return the node and the socket or parameter behind a name on a key."""
    if is_group(key):
        node, _, name = name.partition(".")
        return node, name
    return key, name


class Level:
    """The level of a graph that a canvas shows.

    Args:
        graph: The graph.

    Attributes:
        id: The group whose content is shown; "" is the top level.
        path: The groups that contain it, outermost first, itself last.
        members: The nodes in each group shown at this level, including nested ones.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.id = ""
        self.path: tuple[str, ...] = ()
        self.members: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}  # only of nodes whose key is not their own id
        self._shown_as: dict[str, str | None] = {"": ""}
        self.update()

    @property
    def grouped(self) -> bool:
        """True if the graph has groups, so that some nodes may be inside one."""
        return bool(self._graph.groups)

    def look_into(self, id: str) -> None:
        """Show another level, or the nearest existing one around it."""
        self.id = id
        self.path = groups.path(self._graph.groups, id)
        self.update()

    def update(self) -> bool:
        """Follow a change of the graph.

        Returns:
            True if a node has another key than before, or other groups are shown.
        """
        table, before, groups_before = self._graph.groups, self._keys, self.members.keys()
        while self.id and self.id not in table:
            self.path = self.path[:-1]
            self.id = self.path[-1] if self.path else ""
        self.path = groups.path(table, self.id)
        self._shown_as = groups.shown_as(table, self.id)
        levels = groups.parents(table)
        self.members = {group_key(id): [] for id in table if levels[id] == self.id}
        self._keys = {}
        if table:
            for node in self._graph.nodes.values():
                group = self._shown_as.get(node.group, self._shown_as[""])
                if group != "":
                    key = self._keys[node.id] = group_key(group) if group else ""
                    if key:
                        self.members[key].append(node.id)
        changed = before.items() ^ self._keys.items()
        moved = any(id in self._graph.nodes for id, _ in changed)
        return moved or groups_before != self.members.keys()

    def parent(self, group: str) -> str:
        """Return the level at which a group is shown."""
        return ("", *groups.path(self._graph.groups, group))[-2]

    def key(self, node: str) -> str:
        """Return the key under which a node is shown here; "" if it is at another level."""
        return self._keys.get(node, node)

    def contains(self, key: str) -> bool:
        """True if this node or group is shown here."""
        if is_group(key):
            return key in self.members
        return key in self._graph.nodes and key not in self._keys

    def shown_keys(self) -> list[str]:
        """Return the keys of all nodes and groups shown here."""
        return [*(id for id in self._graph.nodes if id not in self._keys), *self.members]

    def nodes(self, keys: Iterable[str]) -> list[str]:
        """Return the ids of these nodes, and of all nodes in these groups."""
        return [id for key in keys for id in self.members.get(key, (key,))]

    def ends(self, link: Link) -> tuple[End, End]:
        """Return the ends of a link as shown here; the key of an end at another level is ""."""
        source, target = self.key(link.source), self.key(link.target)
        output = link.output if source == link.source else f"{link.source}.{link.output}"
        input = link.input if target == link.target else f"{link.target}.{link.input}"
        return (source, output), (target, input)

    def end_keys(self, link: Link) -> tuple[str, str]:
        """Return the keys of the ends of a link; "" for an end at another level."""
        return self.key(link.source), self.key(link.target)

    def shows(self, link: Link) -> bool:
        """True if a link is visible: an end is here, and not both are in the same group."""
        return self.key(link.source) != self.key(link.target)

    def frames(self) -> Sequence[Frame]:
        """Return the frames at this level."""
        frames = self._graph.frames.values()
        if not self.grouped:
            return list(frames)
        shown_as = self._shown_as
        return [frame for frame in frames if shown_as.get(frame.group, shown_as[""]) == ""]

    def selected(self, selection: frozenset[str]) -> frozenset[str]:
        """Return the keys selected with these nodes; a group only if all its nodes are."""
        if not self.grouped:
            return selection
        whole = {key for key, ids in self.members.items() if ids and selection.issuperset(ids)}
        return frozenset(whole | {id for id in selection if self.contains(id)})

    def level_of(self, node: str) -> str:
        """Return the level at which a node is shown."""
        return ("", *groups.path(self._graph.groups, self._graph.nodes[node].group))[-1]

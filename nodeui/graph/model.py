"""The graph: changed only by `apply`, observed only by `changed`."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from nodeui.graph.edits import Edit
from nodeui.graph.parts import Frame, Group, Link, Node, Points, Tables
from nodeui.graph.spec import NodeSpec


class Graph:
    """Nodes and links, with the frames and groups that they are shown in.

    Args:
        specs: The known node types; a node of another type is a placeholder.

    Attributes:
        nodes: By id, in the order they were added.
        frames: By id.
        groups: By id.
        meta: Title, description and the like.
        changed: Functions called with each edit after it was applied.
    """

    def __init__(self, specs: Mapping[str, NodeSpec]) -> None:
        self._tables = Tables(specs)
        self.specs = specs
        self.nodes: Mapping[str, Node] = MappingProxyType(self._tables.nodes)
        self.frames: Mapping[str, Frame] = MappingProxyType(self._tables.frames)
        self.groups: Mapping[str, Group] = MappingProxyType(self._tables.groups)
        self.changed: list[Callable[[Edit], None]] = []

    @property
    def meta(self) -> Mapping[str, Any]:
        return self._tables.meta

    def apply(self, edit: Edit) -> Edit:
        """Apply an edit and notify the listeners.

        Returns:
            The inverse edit.

        Raises:
            GraphError: the edit was refused; the graph is unchanged.
        """
        inverse = edit.apply(self._tables)
        for listener in self.changed:
            listener(edit)
        return inverse

    def spec(self, id: str) -> NodeSpec | None:
        """Return the spec of a node's type; None for a placeholder."""
        return self.specs.get(self.nodes[id].type)

    def links(self) -> Iterator[Link]:
        """Yield all links."""
        return self._tables.links()

    def links_in(self, id: str) -> Mapping[str, Link]:
        """Return the links into a node, by input."""
        return self._tables.links_in.get(id, {})

    def links_out(self, id: str) -> Collection[Link]:
        """Return the links out of a node."""
        return self._tables.links_out.get(id, {})

    def waypoints(self, link: Link) -> Points:
        """Return the waypoints of a link, beginning at its source."""
        return self._tables.waypoints.get((link.target, link.input), ())

    def check_link(self, link: Link) -> None:
        """Raise `GraphError` if connecting `link` would be refused."""
        self._tables.check_link(link)

    def free_id(self, name: str, taken: Iterable[str] = ()) -> str:
        """Return an unused node id made from `name`: `sampler`, `sampler-2`, ..."""
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "node"
        used = {*self.nodes, *taken}
        if slug not in used:
            return slug
        number = 2
        while f"{slug}-{number}" in used:
            number += 1
        return f"{slug}-{number}"

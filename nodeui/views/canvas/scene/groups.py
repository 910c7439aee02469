"""Groups shown as nodes: the sockets and parameters they show, and their summarised state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nodeui.graph.model import Graph
from nodeui.graph.parts import Mode, Node
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import words
from nodeui.session.states import NodeState
from nodeui.views.canvas.scene import shapes
from nodeui.views.canvas.scene.level import Level, group_id
from nodeui.views.canvas.scene.node_layout import NodeLayout
from nodeui.views.canvas.scene.shapes import GroupRow, Shape

_OUTPUT = ">"  # replaces the dot in `Group.exposed` for an output: "sampler>latents"


@dataclass(frozen=True, slots=True)
class Port:
    """A socket or parameter of a node in a group.

    Attributes:
        node: The node's id.
        name: The socket or parameter.
        output: True for an output.
    """

    node: str
    name: str
    output: bool = False

    @property
    def text(self) -> str:
        """Its form in `Group.exposed`."""
        return f"{self.node}{_OUTPUT if self.output else '.'}{self.name}"

    @classmethod
    def of(cls, text: str) -> Port:
        """Parse an entry of `Group.exposed`."""
        sign = _OUTPUT if _OUTPUT in text else "."
        node, _, name = text.partition(sign)
        return cls(node, name, sign == _OUTPUT)


def _linked_ports(graph: Graph, level: Level, key: str) -> list[Port]:
    """Return the sockets at which links enter or leave a group."""
    members = dict.fromkeys(level.members[key])
    found: list[Port] = []
    for id in members:
        links = graph.links_in(id).values()
        found += [Port(id, link.input) for link in links if link.source not in members]
    for id in members:
        away = (link.output for link in graph.links_out(id) if link.target not in members)
        found += [Port(id, output, True) for output in dict.fromkeys(away)]
    return found


def ports_of(graph: Graph, level: Level, key: str) -> list[Port]:
    """Return all ports that a group shows: the exposed ones, then the linked ones."""
    members = set(level.members[key])
    exposed = map(Port.of, graph.groups[group_id(key)].exposed)
    found = [port for port in exposed if port.node in members and _exists(graph, port)]
    return list(dict.fromkeys([*found, *_linked_ports(graph, level, key)]))


def _exists(graph: Graph, port: Port) -> bool:
    spec = graph.spec(port.node)
    if spec is None:
        return False
    return port.name in spec.outputs if port.output else spec.input_type(port.name) is not None


class GroupLayouts:
    """Lays out groups.

    Args:
        graph: The graph.
        level: The level in view.
    """

    def __init__(self, graph: Graph, level: Level) -> None:
        self._graph = graph
        self._level = level
        self._shapes: dict[tuple[Any, ...], Shape] = {}

    def layout(self, key: str) -> NodeLayout:
        """Return the layout of a group."""
        group, members = self._graph.groups[group_id(key)], self._level.members[key]
        modes: set[Mode] = {self._graph.nodes[id].mode for id in members}
        mode: Mode = modes.pop() if len(modes) == 1 else "active"
        node = Node(key, "", pos=group.pos, title=group.title, mode=mode, collapsed=group.collapsed)
        return NodeLayout(node, None, self._shape(key, group.collapsed), group, len(members))

    def _shape(self, key: str, collapsed: bool) -> Shape:
        rows = tuple(self._rows(ports_of(self._graph, self._level, key)))
        known = (collapsed, rows)
        shape = self._shapes.get(known)
        if shape is None:
            shape = shapes.group_shape(rows)
            shape = self._shapes[known] = shapes.collapse(shape) if collapsed else shape
        return shape

    def _rows(self, ports: list[Port]) -> Iterator[GroupRow]:
        """Yield a row for each port; inputs fed by the same output share one."""
        names = Counter((port.name, port.output) for port in ports)
        fed: dict[tuple[str, str], list[str]] = {}
        rows: list[tuple[Port, list[str]]] = []
        for port in ports:
            link = None if port.output else self._graph.links_in(port.node).get(port.name)
            if link is not None and self._parameter(port) is None:
                source = link.source, link.output
                if source in fed:
                    fed[source].append(f"{port.node}.{port.name}")
                    names[port.name, False] -= 1
                    continue
                rows.append((port, fed.setdefault(source, [])))
            else:
                rows.append((port, []))
        for port, also in rows:
            plain = words(port.name)
            label = f"{self._title(port.node)}: {plain}"
            if names[port.name, port.output] == 1:
                label = plain
            yield self._row(port, label, tuple(also))

    def _row(self, port: Port, label: str, also: tuple[str, ...]) -> GroupRow:
        spec, parameter = self._graph.spec(port.node), self._parameter(port)
        kind = None
        if spec is not None:
            output = spec.outputs.get(port.name)
            kind = output.type if port.output and output else spec.input_type(port.name)
        if parameter is not None:
            parameter = replace(parameter, name=label)
        return GroupRow(f"{port.node}.{port.name}", label, kind, port.output, parameter, also)

    def _parameter(self, port: Port) -> Parameter | None:
        spec = self._graph.spec(port.node)
        return spec.parameters.get(port.name) if spec is not None and not port.output else None

    def _title(self, id: str) -> str:
        node, spec = self._graph.nodes[id], self._graph.spec(id)
        return node.title or (spec.title if spec else node.type)


_BY_PRIORITY = (
    "failed", "blocked", "running", "resumes", "will-run", "skipped", "resumed", "done", "cached",
)  # fmt: skip


def summary(states: Mapping[str, NodeState], members: Iterable[str]) -> NodeState:
    """Return the state of a group: the most important one among its nodes.

    A parameter that its error is about is named as on the group, "node.parameter".
    """
    known = {id: states[id] for id in members if id in states}
    for badge in _BY_PRIORITY:
        for id, state in known.items():
            if state.badge == badge:
                parameter = f"{id}.{state.parameter}" if state.parameter else None
                return replace(state, parameter=parameter, preview=None)
    return NodeState()

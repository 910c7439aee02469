"""The parts of a graph, and the tables that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import one_line, tr, words

Mode = Literal["active", "muted", "bypassed"]

Points = tuple[tuple[float, float], ...]
"""Points on the canvas, in pixels at 1:1."""

NODE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
"""Node ids are readable slugs, such as `sampler-2`."""


class GraphError(Exception):
    """An edit was refused; the graph is unchanged.

    Args:
        message: What is wrong.
        node: The node concerned.
        parameter: The parameter or input concerned.
    """

    def __init__(self, message: str, node: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.node = node
        self.parameter = parameter


class Node(msgspec.Struct, frozen=True):
    """One node of a graph.

    Attributes:
        id: Unique in the graph; a slug, without dots.
        type: Id of the node type, such as "sample.denoise".
        version: Version of the node type that `params` were saved with.
        params: The parameters that were set, by name.
        pos: Position of its upper left corner on the canvas, in pixels at 1:1.
        title: Shown in the header instead of the type's title, if not "".
        mode: "muted": does not run, nor do nodes that need it; "bypassed": its inputs pass through.
        collapsed: Only its header is shown.
        group: Id of the group that it is shown in; "" or an unknown id means the top level.
        extra: Unknown fields of the file; written back unchanged.
    """

    id: str
    type: str
    version: int = 1
    params: dict[str, Any] = {}
    pos: tuple[float, float] = (0.0, 0.0)
    title: str = ""
    mode: Mode = "active"
    collapsed: bool = False
    group: str = ""
    extra: dict[str, Any] = {}


class Link(msgspec.Struct, frozen=True):
    """A link from an output to an input, or to a parameter used as one."""

    source: str
    output: str
    target: str
    input: str


class Frame(msgspec.Struct, frozen=True):
    """A titled rectangle behind nodes, or a note.

    Attributes:
        id: Unique among the frames.
        rect: x, y, width and height on the canvas.
        title: Its heading.
        text: The text of the note.
        colour: "#rrggbb", or "" for the theme's colour.
        group: Id of the group that it is shown in, as for nodes.
        extra: Unknown fields of the file; written back unchanged.
    """

    id: str
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    title: str = ""
    text: str = ""
    colour: str = ""
    group: str = ""
    extra: dict[str, Any] = {}


class Group(msgspec.Struct, frozen=True):
    """Nodes that are shown as one. The graph itself stays flat.

    Each node names its group (`Node.group`); see `nodeui.graph.groups`.

    Attributes:
        id: Unique among the groups.
        title: Shown in its header.
        pos: Position of its upper left corner on the canvas, in pixels at 1:1.
        parent: Id of the group that it is shown in; "" or an unknown id means the top level.
        colour: "#rrggbb", or "" for the theme's colour.
        exposed: Sockets and parameters of its nodes that it shows even if no link enters or leaves
            there: inputs and parameters as "node.name", outputs as "node>name".
        collapsed: Only its header is shown.
        extra: Unknown fields of the file; written back unchanged.
    """

    id: str
    title: str = ""
    pos: tuple[float, float] = (0.0, 0.0)
    parent: str = ""
    colour: str = ""
    exposed: tuple[str, ...] = ()
    collapsed: bool = False
    extra: dict[str, Any] = {}


class Problem(msgspec.Struct, frozen=True):
    """A mistake in a graph.

    Attributes:
        message: Shown to the user: where it is and what is wrong, as `wording.one_line`.
        node: The node concerned, or "".
        parameter: The parameter or input concerned, or None.
        harmless: Only the layout is affected; the graph runs as intended.
    """

    message: str
    node: str = ""
    parameter: str | None = None
    harmless: bool = False

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "message", one_line(self.message))


class Tables:
    """The parts of a graph, with indexes that make edits cheap. Only edits write to it.

    Attributes:
        specs: The known node types; a node of another type is a placeholder, which takes any link.
        nodes: By id, in the order they were added.
        frames: By id.
        groups: By id.
        waypoints: The points that a link is drawn through, by its target and input; links without
            waypoints have no entry.
        meta: Title, description and the like.
        links_in: The links into each node, by input.
        links_out: The links out of each node.
    """

    def __init__(self, specs: Mapping[str, NodeSpec]) -> None:
        self.specs = specs
        self.nodes: dict[str, Node] = {}
        self.frames: dict[str, Frame] = {}
        self.groups: dict[str, Group] = {}
        self.waypoints: dict[tuple[str, str], Points] = {}
        self.meta: dict[str, Any] = {}
        self.links_in: dict[str, dict[str, Link]] = {}
        self.links_out: dict[str, dict[Link, None]] = {}

    def links(self) -> Iterator[Link]:
        for by_input in self.links_in.values():
            yield from by_input.values()

    def node(self, id: str) -> Node:
        """Return the node called `id`. Raises `GraphError` if there is none."""
        try:
            return self.nodes[id]
        except KeyError:
            raise GraphError(tr("there is no node {0!r}", id), id) from None

    def link_into(self, target: str, input: str) -> Link:
        """Return the link into an input. Raises `GraphError` if there is none."""
        link = self.links_in.get(target, {}).get(input)
        if link is None:
            raise GraphError(tr("{0}.{1} is not linked", target, input), target, input)
        return link

    def put_link(self, link: Link, via: Points) -> None:
        self.links_in.setdefault(link.target, {})[link.input] = link
        self.links_out.setdefault(link.source, {})[link] = None
        self.put_waypoints(link, via)

    def put_waypoints(self, link: Link, points: Points) -> None:
        if points:
            self.waypoints[link.target, link.input] = points
        else:
            self.waypoints.pop((link.target, link.input), None)

    def drop_link(self, link: Link) -> Points:
        """Remove a link and return its waypoints."""
        del self.links_in[link.target][link.input]
        del self.links_out[link.source][link]
        return self.waypoints.pop((link.target, link.input), ())

    def check_link(self, link: Link) -> None:
        """Raise `GraphError` if an end of `link` is missing, its types do not match, or it closes
        a cycle."""
        name, goal = f"{link.source}.{link.output}", f"{link.target}.{link.input}"
        source, target = self.node(link.source), self.node(link.target)
        given = self._output_type(source, link)
        taken = self._input_type(target, link)
        if given is not None and taken is not None and not connectable(given, taken):
            message = tr("{0} is of type {1}, but {2} takes {3}")
            message = message.format(name, words(given), goal, words(taken))
            raise GraphError(message, link.target, link.input)
        if self._reaches(link.target, link.source):
            message = tr("linking {0} to {1} closes a cycle", name, goal)
            raise GraphError(message, link.target, link.input)

    def _output_type(self, node: Node, link: Link) -> str | None:
        spec = self.specs.get(node.type)
        if spec is None:
            return None
        socket = spec.outputs.get(link.output)
        if socket is None:
            outputs = ", ".join(spec.outputs) or tr("none")
            message = tr("{0} ({1}) has no output {2!r}; it has {3}")
            message = message.format(node.id, node.type, link.output, outputs)
            raise GraphError(message, node.id, link.output)
        return socket.type

    def _input_type(self, node: Node, link: Link) -> str | None:
        spec = self.specs.get(node.type)
        if spec is None:
            return None
        kind = spec.input_type(link.input)
        if kind is None:
            inputs = ", ".join([*spec.inputs, *spec.parameters]) or tr("none")
            message = tr("{0} ({1}) has no input {2!r}; it has {3}")
            message = message.format(node.id, node.type, link.input, inputs)
            raise GraphError(message, node.id, link.input)
        return kind

    def _reaches(self, start: str, goal: str) -> bool:
        """Return True if links lead from node `start` to node `goal`."""
        if start == goal:
            return True
        seen, waiting = {start}, [start]
        while waiting:
            for link in self.links_out.get(waiting.pop(), ()):
                if link.target == goal:
                    return True
                if link.target not in seen:
                    seen.add(link.target)
                    waiting.append(link.target)
        return False

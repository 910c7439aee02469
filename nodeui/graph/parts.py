"""What a graph consists of, and the tables that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import tr, words

Mode = Literal["active", "muted", "bypassed"]

Points = tuple[tuple[float, float], ...]
"""Places on the canvas."""

NODE_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
"""Node ids are readable slugs, such as `sampler-2`."""


class GraphError(Exception):
    """An edit that the graph refuses; the graph is as before.

    Args:
        message: What is wrong.
        node: The node that it is about.
        parameter: The parameter or input that it is about.
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
        version: Version of the node type that `params` are meant for.
        params: The parameters that were set, by name.
        pos: Place of its upper left corner on the canvas, in pixels at 1:1.
        title: What the header shows in place of the type's title, or "".
        mode: "muted" does not run, nor does what needs it; "bypassed" hands its inputs through.
        collapsed: Shown as its header only.
        group: Id of the group that it is shown in; "" or an unknown one is the top level.
        extra: Fields of the file that this version does not know; written back as they were.
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
    """A wire from an output to an input, or to a parameter turned into one."""

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
        text: What is written in it.
        colour: "#rrggbb", or "" for the theme's.
        group: Id of the group that it is shown in, as for nodes.
        extra: Fields of the file that this version does not know.
    """

    id: str
    rect: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    title: str = ""
    text: str = ""
    colour: str = ""
    group: str = ""
    extra: dict[str, Any] = {}


class Group(msgspec.Struct, frozen=True):
    """Nodes that are shown as one: a way of looking at a graph, which stays flat.

    Which nodes those are stands in the nodes (`Node.group`); see `nodeui.graph.groups`.

    Attributes:
        id: Unique among the groups.
        title: What its header shows.
        pos: Place of its upper left corner on the canvas, in pixels at 1:1.
        parent: Id of the group that it is shown in; "" or an unknown one is the top level.
        colour: "#rrggbb", or "" for the theme's.
        exposed: The sockets and parameters of its nodes that it shows even where no link leads
            in or out: inputs and parameters as "node.name", outputs as "node>name".
        collapsed: Shown as its header only.
        extra: Fields of the file that this version does not know.
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
    """Something in a graph that is wrong.

    Attributes:
        message: For people; says where it is and what is wrong.
        node: The node that it is about, or "".
        parameter: The parameter or input that it is about, or None.
        harmless: It is about how the graph looks; what runs is as meant.
    """

    message: str
    node: str = ""
    parameter: str | None = None
    harmless: bool = False


class Tables:
    """The parts of a graph, with the indexes that make edits cheap.

    Only edits write to it. `specs` gives the known node types; a node of another type is a
    placeholder, which takes any link. `waypoints` holds what links that are not drawn straight to
    their end lead over, by target and input.
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
        """The node called `id`. Raises `GraphError` where there is none."""
        try:
            return self.nodes[id]
        except KeyError:
            raise GraphError(tr("there is no node {0!r}", id), id) from None

    def link_into(self, target: str, input: str) -> Link:
        """The link into an input. Raises `GraphError` where there is none."""
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
        """Take a link out; returns its waypoints."""
        del self.links_in[link.target][link.input]
        del self.links_out[link.source][link]
        return self.waypoints.pop((link.target, link.input), ())

    def check_link(self, link: Link) -> None:
        """Raise `GraphError` where `link` leads nowhere, joins other types or closes a cycle."""
        name, goal = f"{link.source}.{link.output}", f"{link.target}.{link.input}"
        source, target = self.node(link.source), self.node(link.target)
        given = self._output_type(source, link)
        taken = self._input_type(target, link)
        if given is not None and taken is not None and not connectable(given, taken):
            message = tr("{0} gives {1}, but {2} takes {3}", name, words(given), goal, words(taken))
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
        """Whether links lead from node `start` to node `goal`."""
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

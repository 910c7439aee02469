"""Send to: adds the nodes that use a picture in some way, linked and laid out, in one edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nodeui.graph.edits import AddNode, Batch, Connect, Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.sends import PICTURE_TYPE, picture_reader
from nodeui.graph.spec import NodeSpec, connectable
from nodeui.graph.wording import tr
from nodeui.sdk import MADE, PICTURE, SendKind, SendNode
from nodeui.session.placing import APART, GAP, WIDTH, Box, place_below, size_of
from nodeui.session.targets import is_output

Output = tuple[str, str]
"""A node and one of its outputs."""


@dataclass(frozen=True)
class SentPicture:
    """A picture to send.

    Attributes:
        path: Its file, as the workflow stores it; "" for the picture of a node.
        node: The node that makes it; "" for a file.
        size: Width and height; None if unknown.
    """

    path: str = ""
    node: str = ""
    size: tuple[int, int] | None = None


@dataclass(frozen=True)
class Sent:
    """The edit that sends a picture.

    Attributes:
        edit: Makes it.
        nodes: Ids of the new nodes.
        change: Id of the node that the user will edit.
    """

    edit: Batch
    nodes: tuple[str, ...]
    change: str


def picture_source(graph: Graph, id: str) -> Output | None:
    """Return the output with the picture that a node shows: its own, else the one that it gets,
    as a node that saves pictures does; None if there is none."""
    spec = graph.spec(id) if id in graph.nodes else None
    if spec is None:
        return None
    for socket in spec.outputs.values():
        if socket.type == PICTURE_TYPE:
            return id, socket.name
    if spec.outputs and not spec.pictured:
        return None
    links = graph.links_in(id)
    found = (
        links[name]
        for name, socket in spec.inputs.items()
        if name in links and socket.type == PICTURE_TYPE
    )
    return next(((link.source, link.output) for link in found), None)


def target_of(graph: Graph, type: str, kind: SendKind, near: Iterable[str]) -> str | None:
    """Return the node that a kind copies; None if it adds a new one.

    Args:
        graph: The graph.
        type: The node type that declares the kind.
        kind: The kind.
        near: Nodes to begin at, such as the selected ones: the nearest node below or above them
            counts before the first one in the graph.
    """
    if not kind.copies:
        return None
    seen = [id for id in near if id in graph.nodes]
    for id in seen:
        if graph.nodes[id].type == type:
            return id
        around = [link.target for link in graph.links_out(id)]
        around += [link.source for link in graph.links_in(id).values()]
        seen += [other for other in dict.fromkeys(around) if other not in seen]
    found = [id for id, node in graph.nodes.items() if node.type == type]
    return next((id for id in found if _shown_by(graph, id)), found[0] if found else None)


def send(
    graph: Graph,
    spec: NodeSpec,
    kind: SendKind,
    picture: SentPicture,
    target: str | None,
    box_of: Callable[[str], Box],
    level: str = "",
) -> Sent:
    """Add the nodes that use a picture.

    Args:
        graph: The graph; the returned edit changes it.
        spec: The node type that the picture is sent to.
        kind: One of its kinds.
        picture: The picture.
        target: The node to copy, of `target_of`.
        box_of: Returns the box of a node of the graph.
        level: The group to add new nodes to.
    """
    builder = _Builder(graph, spec, kind, picture, target, box_of, level)
    return builder.sent(tr("Send to: {0}", _lowered(tr(kind.title))))


class _Builder:
    """Collects the new nodes and links."""

    def __init__(
        self,
        graph: Graph,
        spec: NodeSpec,
        kind: SendKind,
        picture: SentPicture,
        target: str | None,
        box_of: Callable[[str], Box],
        level: str,
    ) -> None:
        self._graph = graph
        self._spec = spec
        self._kind = kind
        self._picture = picture
        self._target = target
        self._box_of = box_of
        self._level = graph.nodes[target].group if target is not None else level
        base = kind.base
        if target is not None:
            base = () if _shown_by(graph, target) else _showing(kind.base)
        self._parts = {part.name: part for part in (*kind.nodes, *base)}
        self._nodes: dict[str, Node] = {}
        self._boxes: dict[str, Box] = {}
        self._links: dict[Output, Link] = {}  # by target and input
        self._ids: dict[str, str] = {}  # of the kind's nodes, by name
        self._loaded: Output | None = None
        self._self = self._copies() if target is not None else self._new(spec, spec.name)
        self._set(self._self, kind.params)

    def sent(self, label: str) -> Sent:
        """Return all new nodes, placed where nothing is."""
        for input, source in self._kind.links.items():
            self._link(self._source(source), self._self, input)
        for name in self._parts:
            self._add(name)
        self._link_late()
        for id in list(self._nodes):
            self._link_required(id)
        self._link_late()
        self._show_instead()
        self._lay_out()
        placed = [(node, self._boxes[id]) for id, node in self._nodes.items()]
        places = place_below(self._graph, placed, self._box_of)
        edits: list[Edit] = [
            AddNode(msgspec.structs.replace(node, pos=pos))
            for (node, _), pos in zip(placed, places, strict=True)
        ]
        edits += [Connect(link) for link in self._links.values()]
        change = self._ids.get(self._kind.change, self._self)
        return Sent(Batch(tuple(edits), label=label), tuple(self._nodes), change)

    # --- nodes

    def _copies(self) -> str:
        """Copy the target and the nodes that show its value, with their links."""
        graph, target = self._graph, self._target or ""
        ids: dict[str, str] = {}
        shown = _shown_by(graph, target)
        if self._kind.shows:
            shown = _directly_shown(graph, target, shown)
        for id in (target, *shown):
            node = graph.nodes[id]
            ids[id] = self._free_id(re.sub(r"-\d+$", "", id))
            self._nodes[ids[id]] = msgspec.structs.replace(node, id=ids[id])
            self._boxes[ids[id]] = self._box_of(id)
        for id, copy in ids.items():
            for link in graph.links_in(id).values():
                self._link((ids.get(link.source, link.source), link.output), copy, link.input)
        for name in self._kind.params:
            self._links.pop((ids[target], name), None)  # else the link would count
        return ids[target]

    def _new(self, spec: NodeSpec, like: str) -> str:
        id = self._free_id(like)
        self._nodes[id] = Node(id, spec.id, spec.version, {}, group=self._level)
        return id

    def _add(self, name: str) -> str:
        """Add a node of the kind, unless it is there, and return its id; "" if it is left out."""
        if name in self._ids:
            return self._ids[name]
        part, sent = self._parts[name], self._picture.node
        if part.reuse and sent and self._graph.nodes[sent].type == part.type:
            self._ids[name] = sent
            return sent
        sides = self._sides(part)
        if sides is None:
            return ""
        self._ids[name] = id = self._new(self._graph.specs[part.type], name)
        self._set(id, {**part.params, **sides})
        for input, source in part.links.items():
            self._link(self._source(source), id, input)
        return id

    def _sides(self, part: SendNode) -> dict[str, int] | None:
        """Return the parameters that get sides of the picture; None if the node is left out."""
        if not part.width:
            return {}
        if self._picture.size is None:
            return None
        width, height = self._picture.size
        scale = min(part.scale, part.most / max(width, height))
        fitted = [max(1, round(side * scale / part.grid)) * part.grid for side in (width, height)]
        if fitted == [width, height]:
            return None
        return {part.width: fitted[0], part.height: fitted[1]}

    def _set(self, id: str, params: Mapping[str, object]) -> None:
        node = self._nodes[id]
        self._nodes[id] = msgspec.structs.replace(node, params={**node.params, **params})

    def _free_id(self, like: str) -> str:
        return self._graph.free_id(like, self._nodes)

    # --- links

    def _source(self, text: str) -> Output | None:
        """Return the output that a declared source means; None if there is none."""
        name, dot, output = text.partition(".")
        if text == PICTURE:
            return self._load()
        if text == MADE:
            return self._made()
        if dot and not name:
            return self._self, output
        if dot:
            if id := self._add(name):
                return id, output
            return self._source(next(iter(self._parts[name].links.values())))
        link = self._graph.links_in(self._target).get(name) if self._target is not None else None
        return (link.source, link.output) if link is not None else None

    def _load(self) -> Output | None:
        """Return the output with the picture; adds the node that reads its file."""
        if self._picture.node:
            return picture_source(self._graph, self._picture.node)
        reader = picture_reader(self._graph.specs)
        if self._loaded is None and reader is not None:
            type, parameter, output = reader
            spec = self._graph.specs[type]
            self._loaded = self._new(spec, spec.name), output
            self._set(self._loaded[0], {parameter: self._picture.path})
        return self._loaded

    def _link(self, source: Output | None, target: str, input: str) -> None:
        if source is not None:
            self._links[target, input] = Link(*source, target, input)

    def _link_required(self, id: str) -> None:
        """Link the required inputs of a node that have no source."""
        spec = self._graph.specs.get(self._nodes[id].type)
        for socket in spec.inputs.values() if spec is not None else ():
            if not socket.optional and (id, socket.name) not in self._links:
                self._link(self._output_of(socket.type, id), id, socket.name)

    def _output_of(self, type: str, but: str) -> Output | None:
        """Return a source of a type: that of an input of the copies, else an output of a new node,
        else an output of a node of the graph, those of the last nodes first."""
        graph = self._graph
        copies = (self._target, *_shown_by(graph, self._target)) if self._target else ()
        for id in copies:
            spec = graph.spec(id)
            for name, link in graph.links_in(id).items():
                fits = spec is not None and spec.input_type(name) == type
                if fits and link.source not in copies:
                    return link.source, link.output
        new = {id: graph.specs.get(node.type) for id, node in self._nodes.items() if id != but}
        old = {id: graph.spec(id) for id in reversed(list(graph.nodes))}
        for id, spec in (*new.items(), *old.items()):
            for socket in spec.outputs.values() if spec is not None else ():
                if connectable(socket.type, type) and not socket.optional:
                    return id, socket.name
        return None

    def _made(self) -> Output | None:
        """Return the picture that is made from the value of the target: that of the nearest new
        node below it."""
        waiting = [self._self]
        for id in waiting:
            spec = self._graph.specs.get(self._nodes[id].type)
            for socket in spec.outputs.values() if spec is not None else ():
                if socket.type == PICTURE_TYPE:
                    return id, socket.name
            below = [link.target for link in self._links.values() if link.source == id]
            waiting += [target for target in below if target not in waiting]
        return None

    def _show_instead(self) -> None:
        """Show what the kind declares in place of the picture that is made."""
        made, shown = self._made(), self._source(self._kind.shows) if self._kind.shows else None
        for (target, input), link in list(self._links.items()):
            if shown is not None and target != shown[0] and (link.source, link.output) == made:
                self._link(shown, target, input)

    def _link_late(self) -> None:
        """Link the inputs of the kind's nodes whose sources were not there before."""
        for part in self._kind.nodes:
            id = self._ids.get(part.name, "")
            for input, source in part.links.items() if id in self._nodes else ():
                if (id, input) not in self._links:
                    self._link(self._late(source), id, input)

    def _late(self, text: str) -> Output | None:
        """Return the source of a link that is known once the target has its links."""
        if text == MADE:
            return self._made()
        if text in self._kind.links:
            return None
        link = self._links.get((self._self, text))
        return (link.source, link.output) if link is not None else None

    # --- places

    def _lay_out(self) -> None:
        """Place the nodes that are not copies in columns left and right of the copy."""
        self._insert_shown()
        columns = self._columns()
        if self._self not in self._boxes:
            self._boxes[self._self] = (*self._origin(columns), *size_of(self._spec))
        left, top, width, _ = self._boxes[self._self]
        left = min(left, *(box[0] for box in self._boxes.values()))
        tops: dict[int, float] = {}
        for id, node in self._nodes.items():
            if id in self._boxes:
                continue
            size, column = size_of(self._graph.specs[node.type]), columns[id]
            y = tops.get(column, top)
            tops[column] = y + size[1] + APART
            ahead = (width + GAP) - (column + 1) * (WIDTH + GAP)
            x = left + ahead if column < 0 else left - column * (WIDTH + GAP)
            self._boxes[id] = (x, y, *size)

    def _insert_shown(self) -> None:
        """Place what is shown beside the copy that makes its picture, and move what shows it on."""
        made, shown = self._made(), self._ids.get(self._kind.shows.partition(".")[0])
        if made is None or shown is None or made[0] not in self._boxes:
            return
        width, height = size_of(self._graph.specs[self._nodes[shown].type])
        below, waiting = set[str](), [shown]
        while waiting:
            id = waiting.pop()
            targets = {link.target for link in self._links.values() if link.source == id}
            waiting += targets - below
            below |= targets
        for id in below & self._boxes.keys():
            x, y, *size = self._boxes[id]
            self._boxes[id] = (x + width + GAP, y, size[0], size[1])
        x, y, wide, _ = self._boxes[made[0]]
        self._boxes[shown] = (x + wide + GAP, y, width, height)

    def _columns(self) -> dict[str, int]:
        """Return the columns of nodes, counted leftwards from the target; negative right of it."""
        columns = dict.fromkeys(self._nodes, 0)
        for _ in self._nodes:
            for link in self._links.values():
                source, target = link.source, link.target
                if source in columns and target in columns:
                    if self._is_below(target):
                        columns[target] = min(columns[target], columns[source] - 1)
                    else:
                        columns[source] = max(columns[source], columns[target] + 1)
        return columns

    def _is_below(self, id: str) -> bool:
        """True if a new node uses the value of the target."""
        sources = [link.source for link in self._links.values() if link.target == id]
        return any(source == self._self or self._is_below(source) for source in sources)

    def _origin(self, columns: dict[str, int]) -> tuple[float, float]:
        """Return the place of a new target: right of the picture's node, else of all nodes."""
        before = max(columns.values()) * (WIDTH + GAP)
        if self._picture.node:
            x, y, width, _ = self._box_of(self._picture.node)
            return x + width + GAP + before, y
        boxes = [self._box_of(id) for id in self._graph.nodes]
        left = min((box[0] for box in boxes), default=0.0)
        top = max((box[1] + box[3] + APART for box in boxes), default=0.0)
        return left + before, top


def _showing(base: Iterable[SendNode]) -> tuple[SendNode, ...]:
    """Return the nodes that show the value of the target."""
    found: dict[str, SendNode] = {}
    for part in base:
        sources = {source.partition(".")[0] for source in part.links.values()}
        if "" in sources or sources & found.keys():
            found[part.name] = part
    return tuple(found.values())


def _shown_by(graph: Graph, id: str) -> list[str]:
    """Return the nodes that show a node's value: those below it up to the next step-wise node,
    if they lead to an end."""
    found: dict[str, None] = {}
    waiting = [id]
    while waiting:
        for link in graph.links_out(waiting.pop()):
            spec = graph.spec(link.target)
            if link.target not in found and (spec is None or not spec.stepwise):
                found[link.target] = None
                waiting.append(link.target)
    while True:
        useless = [
            each
            for each in found
            if graph.links_out(each) and not any(x.target in found for x in graph.links_out(each))
        ]
        if not useless:
            return [each for each in graph.nodes if each in found]
        for each in useless:
            del found[each]


def _directly_shown(graph: Graph, id: str, shown: Sequence[str]) -> list[str]:
    """Return those of the nodes that show a node's value on the way to its first picture, and the
    output nodes linked to that."""
    above, waiting = {id: ""}, [id]
    for each in waiting:
        if each != id and picture_source(graph, each) is not None:
            found = {link.target for link in graph.links_out(each)}
            found = {target for target in found if is_output(graph, target)}
            while each != id:
                found.add(each)
                each = above[each]
            return [other for other in shown if other in found]
        for link in graph.links_out(each):
            if link.target in shown and link.target not in above:
                above[link.target] = each
                waiting.append(link.target)
    return list(shown)


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]

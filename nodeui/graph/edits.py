"""All edits of a graph. An edit is frozen; applying it returns its inverse.

Edits are plain data; the journal stores their JSON form (`encode`, `decode`).
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import msgspec

from nodeui.graph.parts import NODE_ID, Frame, GraphError, Group, Link, Mode, Node, Points, Tables
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr, words
from nodeui.painting.document import Splice, inverse, read, spliced
from nodeui.painting.points import PaintingError
from nodeui.sdk import NodeError

_T = TypeVar("_T")

_SHORT = 32
"""Longest text that is quoted in an undo label, in letters."""


class _Edit(msgspec.Struct, frozen=True, tag=True, tag_field="edit"):
    """Base class of all edits."""

    @property
    def slot(self) -> tuple[str, ...] | None:
        """Names what the edit overwrites: of two edits with one slot, only the later one counts.
        None if it does not overwrite anything."""
        return None


class AddNode(_Edit, frozen=True, tag=True):
    """Put a node on the canvas."""

    node: Node

    @property
    def label(self) -> str:
        return tr("Add {0}", self.node.id)

    def apply(self, tables: Tables) -> Edit:
        node = self.node
        if not NODE_ID.fullmatch(node.id):
            raise GraphError(
                tr("{0!r} is not a node id: letters, digits, _ and -", node.id), node.id
            )
        if node.id in tables.nodes:
            raise GraphError(tr("there is already a node {0!r}", node.id), node.id)
        tables.nodes[node.id] = node
        return RemoveNode(node.id)


class RemoveNode(_Edit, frozen=True, tag=True):
    """Remove a node and its links."""

    id: str

    @property
    def label(self) -> str:
        return tr("Delete {0}", self.id)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.id)
        links = [*tables.links_in.get(self.id, {}).values(), *tables.links_out.get(self.id, ())]
        again = [Connect(link, tables.drop_link(link)) for link in links]
        del tables.nodes[self.id]
        tables.links_in.pop(self.id, None)
        tables.links_out.pop(self.id, None)
        return Batch((AddNode(node), *again), label=tr("Add {0}", self.id))


class SetParam(_Edit, frozen=True, tag=True):
    """Set a parameter."""

    node: str
    name: str
    value: Any

    @property
    def label(self) -> str:
        name = words(self.name)
        match self.value:
            case bool():
                return tr("Turn {0} on", name) if self.value else tr("Turn {0} off", name)
            case float():
                return tr("Set {0} to {1}", name, f"{self.value:.6g}")
            case int():
                return tr("Set {0} to {1}", name, self.value)
            case str() if 0 < len(self.value) <= _SHORT and self.value.isprintable():
                return tr("Set {0} to {1}", name, self.value)
            case _:
                return tr("Set {0}", name)

    @property
    def slot(self) -> tuple[str, ...]:
        return ("param", self.node, self.name)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        value = self.value
        parameter = _parameter(tables, node, self.name)
        if parameter is not None:
            try:
                value = parameter.check(value)
            except NodeError as error:
                raise GraphError(str(error), node.id, self.name) from None
        return _set_params(tables, node, self.name, node.params | {self.name: value})


def _parameter(tables: Tables, node: Node, name: str) -> Parameter | None:
    """Return a parameter of a node; None if the node's type is unknown.

    Raises:
        GraphError: its type has no such parameter.
    """
    spec = tables.specs.get(node.type)
    if spec is None:
        return None
    parameter = spec.parameters.get(name)
    if parameter is None:
        known = ", ".join(spec.parameters) or tr("none")
        message = tr("{0} ({1}) has no parameter {2!r}; it has {3}")
        raise GraphError(message.format(node.id, node.type, name, known), node.id, name)
    return parameter


class SpliceParam(_Edit, frozen=True, tag=True):
    """Replace some lines of a painting, such as none by a stroke at its end.

    Attributes:
        node: Id of the node.
        name: Name of its parameter, which is a painting.
        at: Number of the first line that is replaced.
        removed: Number of lines that are replaced.
        lines: The lines to put there.
    """

    node: str
    name: str
    at: int
    removed: int
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        return tr("Paint") if self.lines else tr("Remove strokes")

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        parameter = _parameter(tables, node, self.name)
        if parameter is not None and parameter.type != "painting":
            message = tr("{0}.{1} is no painting", node.id, self.name)
            raise GraphError(message, node.id, self.name)
        given = node.params.get(self.name)
        if given is None and parameter is not None:
            given = parameter.default
        splice = Splice(self.at, self.removed, self.lines)
        try:
            before = read(() if given is None else given).lines
            after = spliced(before, splice)
            if parameter is not None:
                after = parameter.check(after)
        except (NodeError, PaintingError) as error:
            raise GraphError(str(error), node.id, self.name) from None
        restored = _set_params(tables, node, self.name, node.params | {self.name: after})
        if node.params.get(self.name) is None:
            return restored
        return SpliceParam(node.id, self.name, *inverse(before, splice))


class ClearParam(_Edit, frozen=True, tag=True):
    """Reset a parameter to its default."""

    node: str
    name: str

    @property
    def label(self) -> str:
        return tr("Reset {0}", words(self.name))

    @property
    def slot(self) -> tuple[str, ...]:
        return ("param", self.node, self.name)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        rest = {name: value for name, value in node.params.items() if name != self.name}
        return _set_params(tables, node, self.name, rest)


def _set_params(tables: Tables, node: Node, name: str, params: dict[str, Any]) -> Edit:
    tables.nodes[node.id] = msgspec.structs.replace(node, params=params)
    if name in node.params:
        return RestoreParam(node.id, name, node.params[name])
    return ClearParam(node.id, name)


class RestoreParam(_Edit, frozen=True, tag=True):
    """Restore a previous value of a parameter, valid or not; an inverse of other edits."""

    node: str
    name: str
    value: Any

    @property
    def label(self) -> str:
        return tr("Set {0}", words(self.name))

    @property
    def slot(self) -> tuple[str, ...]:
        return ("param", self.node, self.name)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        return _set_params(tables, node, self.name, node.params | {self.name: self.value})


class MoveNodes(_Edit, frozen=True, tag=True):
    """Move nodes."""

    positions: dict[str, tuple[float, float]]

    @property
    def label(self) -> str:
        return tr("Move")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("move", *self.positions)

    def apply(self, tables: Tables) -> Edit:
        before = {id: tables.node(id).pos for id in self.positions}
        for id, pos in self.positions.items():
            tables.nodes[id] = msgspec.structs.replace(tables.nodes[id], pos=pos)
        return MoveNodes(before)


class SetTitle(_Edit, frozen=True, tag=True):
    """Set the title in a node's header; "" means the title of its type."""

    node: str
    title: str

    @property
    def label(self) -> str:
        return tr("Rename")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("title", self.node)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        tables.nodes[node.id] = msgspec.structs.replace(node, title=self.title)
        return SetTitle(node.id, node.title)


class SetMode(_Edit, frozen=True, tag=True):
    """Mute, bypass or activate a node."""

    node: str
    mode: Mode

    @property
    def label(self) -> str:
        match self.mode:
            case "active":
                return tr("Activate")
            case "muted":
                return tr("Mute")
            case "bypassed":
                return tr("Bypass")

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        tables.nodes[node.id] = msgspec.structs.replace(node, mode=self.mode)
        return SetMode(node.id, node.mode)


class Upgrade(_Edit, frozen=True, tag=True):
    """Migrate a node to a newer version of its type."""

    node: str
    version: int
    params: dict[str, Any]

    @property
    def label(self) -> str:
        return tr("Upgrade {0}", self.node)

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        tables.nodes[node.id] = msgspec.structs.replace(
            node, version=self.version, params=self.params
        )
        return Upgrade(node.id, node.version, node.params)


class SetCollapsed(_Edit, frozen=True, tag=True):
    """Collapse a node to its header, or expand it."""

    node: str
    collapsed: bool

    @property
    def label(self) -> str:
        return tr("Collapse") if self.collapsed else tr("Expand")

    def apply(self, tables: Tables) -> Edit:
        node = tables.node(self.node)
        tables.nodes[node.id] = msgspec.structs.replace(node, collapsed=self.collapsed)
        return SetCollapsed(node.id, node.collapsed)


class Connect(_Edit, frozen=True, tag=True):
    """Add a link, with its waypoints; it replaces an existing link into the same input."""

    link: Link
    via: Points = ()

    @property
    def label(self) -> str:
        return tr("Connect")

    def apply(self, tables: Tables) -> Edit:
        link = self.link
        tables.check_link(link)
        before = tables.links_in.get(link.target, {}).get(link.input)
        inverse: Edit = Disconnect(link.target, link.input)
        if before is not None:
            inverse = Connect(before, tables.drop_link(before))
        tables.put_link(link, self.via)
        return inverse


class Disconnect(_Edit, frozen=True, tag=True):
    """Remove the link into an input."""

    target: str
    input: str

    @property
    def label(self) -> str:
        return tr("Disconnect")

    def apply(self, tables: Tables) -> Edit:
        link = tables.link_into(self.target, self.input)
        return Connect(link, tables.drop_link(link))


class SetWaypoints(_Edit, frozen=True, tag=True):
    """Set the waypoints of the link into an input."""

    target: str
    input: str
    points: Points

    @property
    def label(self) -> str:
        return tr("Reroute link") if self.points else tr("Straighten link")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("waypoints", self.target, self.input)

    def apply(self, tables: Tables) -> Edit:
        link = tables.link_into(self.target, self.input)
        before = tables.waypoints.get((self.target, self.input), ())
        tables.put_waypoints(link, self.points)
        return SetWaypoints(self.target, self.input, before)


class SetFrame(_Edit, frozen=True, tag=True):
    """Add, change or (if None) remove a frame."""

    id: str
    frame: Frame | None

    @property
    def label(self) -> str:
        return tr("Frame") if self.frame else tr("Delete frame")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("frame", self.id)

    def apply(self, tables: Tables) -> Edit:
        return SetFrame(self.id, _put(tables.frames, self.id, self.frame))


class SetGroup(_Edit, frozen=True, tag=True):
    """Add, change or (if None) remove a group; its nodes stay."""

    id: str
    group: Group | None

    @property
    def label(self) -> str:
        return tr("Group") if self.group else tr("Ungroup")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("group", self.id)

    def apply(self, tables: Tables) -> Edit:
        if not NODE_ID.fullmatch(self.id):
            raise GraphError(tr("{0!r} is not a group id: letters, digits, _ and -", self.id), "")
        return SetGroup(self.id, _put(tables.groups, self.id, self.group))


def _put(table: dict[str, _T], id: str, value: _T | None) -> _T | None:
    """Set an entry, or remove it if None; return the previous one."""
    before = table.pop(id, None) if value is None else table.get(id)
    if value is not None:
        table[id] = value
    return before


class SetMembers(_Edit, frozen=True, tag=True):
    """Put nodes into groups, by node id; "" is the top level."""

    groups: dict[str, str]

    @property
    def label(self) -> str:
        return tr("Group")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("members", *self.groups)

    def apply(self, tables: Tables) -> Edit:
        before = {id: tables.node(id).group for id in self.groups}
        for id, group in self.groups.items():
            tables.nodes[id] = msgspec.structs.replace(tables.nodes[id], group=group)
        return SetMembers(before)


class SetMeta(_Edit, frozen=True, tag=True):
    """Replace the document's title, description and the like."""

    meta: dict[str, Any]

    @property
    def label(self) -> str:
        return tr("Change document details")

    @property
    def slot(self) -> tuple[str, ...]:
        return ("meta",)

    def apply(self, tables: Tables) -> Edit:
        before = tables.meta
        tables.meta = self.meta
        return SetMeta(before)


class Batch(_Edit, frozen=True, tag=True):
    """Several edits as one; either all of them are applied or none."""

    edits: tuple[Edit, ...]
    label: str = msgspec.field(default_factory=lambda: tr("Change"))

    def apply(self, tables: Tables) -> Edit:
        inverses: list[Edit] = []
        try:
            for edit in self.edits:
                inverses.append(edit.apply(tables))
        except GraphError:
            for inverse in reversed(inverses):
                inverse.apply(tables)
            raise
        flat: list[Edit] = []  # otherwise each undo and redo would nest one level deeper
        for inverse in reversed(inverses):
            flat += inverse.edits if isinstance(inverse, Batch) else (inverse,)
        return Batch(tuple(flat), label=self.label)


Edit: TypeAlias = (
    AddNode
    | RemoveNode
    | SetParam
    | SpliceParam
    | ClearParam
    | RestoreParam
    | MoveNodes
    | SetTitle
    | SetMode
    | Upgrade
    | SetCollapsed
    | Connect
    | Disconnect
    | SetWaypoints
    | SetFrame
    | SetGroup
    | SetMembers
    | SetMeta
    | Batch
)

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Edit] = msgspec.json.Decoder(Edit)


def encode(edit: Edit) -> bytes:
    """Encode an edit as one line of JSON."""
    return _encoder.encode(edit)


def decode(line: bytes) -> Edit:
    """Decode a line that `encode` wrote. Raises `msgspec.ValidationError` or `DecodeError`."""
    return _decoder.decode(line)

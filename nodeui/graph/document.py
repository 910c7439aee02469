"""Loads, saves and migrates workflow files, and reads workflows inside pictures.

Loading loses nothing: parts that this version does not know (nodes, sockets, fields) or does not
accept (a link of the wrong type, a value out of range) are kept, reported as a `Problem`, and
written back unchanged.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec

from nodeui.graph import embedded, groups, origins
from nodeui.graph.edits import AddNode, Connect, Disconnect, SetFrame, SetGroup, SetMeta
from nodeui.graph.entries import (
    FORMAT,
    VERSION,
    File,
    FrameEntry,
    GroupEntry,
    LinkEntry,
    NodeEntry,
    fields_of,
)
from nodeui.graph.model import Graph
from nodeui.graph.parts import NODE_ID, Frame, GraphError, Group, Link, Node, Points, Problem
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.sdk import NodeError

SUFFIX = ".nodeui.json"
PNG_KEY = embedded.WORKFLOW
"""Keyword of the text in a picture that is the workflow it was made with."""

LARGEST = 2**29
"""Limit for the bytes of a workflow file or of a picture with a workflow."""

MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Functions that convert a decoded file from a format version to the next."""


class DocumentError(Exception):
    """The file is no workflow, or this version cannot read it."""


@dataclass
class Document:
    """A workflow.

    Attributes:
        graph: Its graph; `graph.meta` holds title and description.
        view: Last position and zoom of the canvas; not part of the undo history.
        inert: Entries of links, frames and groups that could not be used; written back unchanged.
        extra: Unknown top-level fields of the file.
        link_extra: Unknown fields of how links are drawn.
        upgraded: Ids of the nodes that were migrated on loading.
        source: SHA-256 of the file that it was read from or saved to; "" if there is none.
        problems: Problems found in links, frames and versions on loading; see `problems`.
    """

    graph: Graph
    view: dict[str, Any] = field(default_factory=dict[str, Any])
    inert: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])
    extra: dict[str, Any] = field(default_factory=dict[str, Any])
    link_extra: dict[Link, dict[str, Any]] = field(default_factory=dict[Link, dict[str, Any]])
    upgraded: set[str] = field(default_factory=set[str])
    source: str = ""
    problems: list[Problem] = field(default_factory=list[Problem])


# --- loading ---------------------------------------------------------------------------------


def read(path: Path, *, pipes: bool = False) -> bytes:
    """Read a workflow file or a picture.

    Args:
        path: Its path.
        pipes: Read a pipe as well, which waits for the program that writes to it.

    Raises:
        OSError: it cannot be read.
        DocumentError: it is not a file, or too large.
    """
    state = path.stat()
    if not (stat.S_ISREG(state.st_mode) or (pipes and stat.S_ISFIFO(state.st_mode))):
        raise DocumentError(tr("it is not a file"))
    data = b""
    if state.st_size <= LARGEST:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    if max(state.st_size, len(data)) > LARGEST:
        raise DocumentError(tr("it has more than {0} MiB", LARGEST >> 20))
    return data


def load(data: bytes, specs: Mapping[str, NodeSpec]) -> Document:
    """Read a workflow.

    Args:
        data: The content of a workflow file, or of a picture with a workflow in it.
        specs: The known node types.

    Raises:
        DocumentError: the data is no workflow, or of a newer version.
    """
    content = _decode(text_of(data))
    try:
        file = msgspec.convert(content, File)
    except msgspec.ValidationError as error:
        raise DocumentError(tr("not a valid workflow: {0}", error)) from None
    document = Document(Graph(specs), view=file.view)
    document.extra = {name: content[name] for name in content if name not in File.__struct_fields__}
    document.graph.apply(SetMeta(file.meta))
    for id, fields in file.nodes.items():
        _load_node(document, id, fields)
    for entry in file.links:
        _load_link(document, entry)
    for entry in file.frames:
        _load_frame(document, entry)
    for entry in file.groups:
        _load_group(document, entry)
    document.problems += _nesting_problems(document.graph)
    return document


def _decode(data: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DocumentError(origins.origin_of(data) or tr("not JSON: {0}", error)) from None
    content = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    if content.get("format") != FORMAT:
        if program := origins.workflow_of_others(content):
            raise DocumentError(tr("this is a workflow of {0}, which NodeUI cannot open", program))
        raise DocumentError(tr('not a workflow: its "format" is not "{0}"', FORMAT))
    version = content.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DocumentError(tr('not a valid workflow: "version" is {0!r}', version))
    if version > VERSION:
        message = tr("made by a newer NodeUI (workflow version {0}; this one reads up to {1})")
        raise DocumentError(message.format(version, VERSION))
    for old in range(version, VERSION):
        content = MIGRATIONS[old](content)
    return content


def _load_node(document: Document, id: str, fields: dict[str, Any]) -> None:
    try:
        file = msgspec.convert(fields, NodeEntry)
    except msgspec.ValidationError as error:
        raise DocumentError(tr("node {0!r}: {1}", id, error)) from None
    if not NODE_ID.fullmatch(id):
        raise DocumentError(tr("node {0!r}: an id has letters, digits, _ and - only", id))
    known = msgspec.structs.asdict(file)
    extra = {name: fields[name] for name in fields if name not in known}
    node = Node(id=id, **known, extra=extra)
    spec = document.graph.specs.get(node.type)
    if spec is not None:
        node = _migrate(document, node, spec)
    document.graph.apply(AddNode(node))


def _migrate(document: Document, node: Node, spec: NodeSpec) -> Node:
    if node.version > spec.version:
        message = tr("{0}: {1} of version {2} is newer than the one installed ({3})")
        message = message.format(node.id, node.type, node.version, spec.version)
        document.problems.append(Problem(message, node.id))
        return node
    migrates = "migrate" in spec.hooks
    if migrates and spec.node is None:  # the worker migrates it
        return node
    if node.version < spec.version:
        params = node.params
        if migrates and spec.code.migrator is not None:
            params = spec.code.migrator(dict(params), node.version)
        node = msgspec.structs.replace(node, version=spec.version, params=params)
        document.upgraded.add(node.id)
    return node


def misfits(graph: Graph) -> list[Link]:
    """Return the links that would be refused; there may be some once placeholders have become
    nodes."""
    found: list[Link] = []
    for link in graph.links():
        try:
            graph.check_link(link)
        except GraphError:
            found.append(link)
    return found


def set_aside(document: Document, link: Link) -> None:
    """Take a link out of the graph and keep it as an entry that cannot be used."""
    document.inert.setdefault("links", []).append(_link_file(document, link))
    document.graph.apply(Disconnect(link.target, link.input))
    document.link_extra.pop(link, None)


def problems(document: Document) -> list[Problem]:
    """Return the problems found on loading, and those of the present parameters."""
    found = list(document.problems)
    for node in document.graph.nodes.values():
        spec = document.graph.specs.get(node.type)
        if spec is not None:
            found += parameter_problems(node, spec)
    return found


def parameter_problems(node: Node, spec: NodeSpec) -> list[Problem]:
    """Return the problems of a node's parameters: unknown names, wrong types, values out of
    range."""
    found: list[Problem] = []
    for name, value in node.params.items():
        parameter = spec.parameters.get(name)
        try:
            if parameter is None:
                known = ", ".join(spec.parameters) or tr("none")
                raise NodeError(
                    tr("there is no parameter {0!r}; {1} has {2}", name, node.type, known)
                )
            parameter.check(value)
        except NodeError as error:
            found.append(Problem(f"{node.id}.{name}: {error}", node.id, name))
    return found


def _load_link(document: Document, entry: Any) -> None:
    try:
        file = msgspec.convert(entry, LinkEntry)
        via = msgspec.convert(file.look.get("via", ()), Points)
        (source, _, output), (target, _, input) = (
            file.source.partition("."),
            file.target.partition("."),
        )
        link = Link(source, output, target, input)
        if input in document.graph.links_in(target):
            raise GraphError(tr("{0}.{1} has two links", target, input), target, input)
        document.graph.apply(Connect(link, via))
    except msgspec.ValidationError as error:
        document.problems.append(Problem(tr("link {0!r}: {1}", entry, error)))
        document.inert.setdefault("links", []).append(entry)
        return
    except GraphError as error:
        message = tr("link {0} -> {1}: {2}", entry[0], entry[1], error)
        document.problems.append(Problem(message, error.node, error.parameter))
        document.inert.setdefault("links", []).append(entry)
        return
    if extra := {name: file.look[name] for name in file.look if name != "via"}:
        document.link_extra[link] = extra


def _load_frame(document: Document, entry: Any) -> None:
    known = _read_entry(document, "frames", entry, FrameEntry)
    if known is not None:
        document.graph.apply(SetFrame(known["id"], Frame(**known)))


def _load_group(document: Document, entry: Any) -> None:
    known = _read_entry(document, "groups", entry, GroupEntry)
    if known is not None:
        document.graph.apply(SetGroup(known["id"], Group(**known)))


def _read_entry(
    document: Document, table: str, entry: Any, type: type[FrameEntry | GroupEntry]
) -> dict[str, Any] | None:
    """Return the fields of a frame or group, including `extra`; None if the entry is unusable."""
    taken = document.graph.frames if table == "frames" else document.graph.groups
    try:
        known = msgspec.structs.asdict(msgspec.convert(entry, type))
        if not NODE_ID.fullmatch(known["id"]) or known["id"] in taken:
            raise msgspec.ValidationError(
                tr("the id {0!r} is not valid or already used", known["id"])
            )
    except msgspec.ValidationError as error:
        message = tr("frame {0!r}: {1}") if table == "frames" else tr("group {0!r}: {1}")
        message = message.format(entry, error)
        document.problems.append(Problem(message, harmless=True))
        document.inert.setdefault(table, []).append(entry)
        return None
    return known | {"extra": {name: entry[name] for name in entry if name not in known}}


def _nesting_problems(graph: Graph) -> list[Problem]:
    """Return the problems of nodes and groups whose parent is unusable; they are shown at the top
    level."""
    found = [
        Problem(tr("{0}: there is no group {1!r}", node.id, node.group), node.id, harmless=True)
        for node in graph.nodes.values()
        if node.group and node.group not in graph.groups
    ]
    levels = groups.parents(graph.groups)
    for group in graph.groups.values():
        if group.parent and not levels[group.id]:
            message = tr("group {0}: it cannot lie in the group {1!r}", group.id, group.parent)
            found.append(Problem(message, harmless=True))
    return found


def text_of(data: bytes) -> bytes:
    """Return the text of a workflow.

    Args:
        data: The content of a workflow file, or of a picture with a workflow in it.

    Raises:
        DocumentError: the data is a picture without a workflow, or damaged.
    """
    if not embedded.is_picture(data[:12]):
        return data
    try:
        text = embedded.texts_of(io.BytesIO(data)).get(PNG_KEY)
    except origins.BrokenPng as error:
        raise DocumentError(tr("not a readable PNG: {0}", error)) from None
    if text is None:
        raise DocumentError(origins.origin_of(data) or tr("this picture carries no workflow"))
    return text.encode()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text; "" if it cannot be read."""
    try:
        return hashlib.sha256(read(path)).hexdigest()
    except (OSError, DocumentError):
        return ""


# --- saving ----------------------------------------------------------------------------------


def dump(document: Document, title: str = "") -> bytes:
    """Return a workflow as the content of its file, laid out for diffs.

    Args:
        document: The workflow.
        title: Its title, if it is not that of its `meta`.
    """
    graph = document.graph
    content = {
        "format": FORMAT,
        "version": VERSION,
        "nodes": {node.id: fields_of(node, NodeEntry) for node in graph.nodes.values()},
        "links": [
            *(_link_file(document, link) for link in graph.links()),
            *document.inert.get("links", []),
        ],
        "frames": [
            *(fields_of(frame, FrameEntry) for frame in graph.frames.values()),
            *document.inert.get("frames", []),
        ],
        **({"groups": entries} if (entries := _groups_file(document)) else {}),
        "view": document.view,
        "meta": {**graph.meta, "title": title} if title else dict(graph.meta),
        **document.extra,
    }
    return _lay_out(content)


def _link_file(document: Document, link: Link) -> list[Any]:
    look = dict(document.link_extra.get(link, {}))
    if via := document.graph.waypoints(link):
        look["via"] = via
    ends = [f"{link.source}.{link.output}", f"{link.target}.{link.input}"]
    return [*ends, look] if look else ends


def _groups_file(document: Document) -> list[Any]:
    known = [fields_of(group, GroupEntry) for group in document.graph.groups.values()]
    return [*known, *document.inert.get("groups", [])]


def _lay_out(content: Mapping[str, Any]) -> bytes:
    """Return JSON with one line per node, link and frame: short files that merge and diff well."""
    one_line = msgspec.json.Encoder()

    def listed(items: list[bytes], brackets: str) -> str:
        if not items:
            return brackets
        body = ",\n".join("    " + item.decode() for item in items)
        return f"{brackets[0]}\n{body}\n  {brackets[1]}"

    lines: list[str] = []
    for name, entry in content.items():
        if name == "nodes":
            items = [
                one_line.encode(id) + b": " + one_line.encode(node) for id, node in entry.items()
            ]
            text = listed(items, "{}")
        elif name in ("links", "frames", "groups"):
            text = listed([one_line.encode(item) for item in entry], "[]")
        else:
            text = one_line.encode(entry).decode()
        lines.append(f"  {one_line.encode(name).decode()}: {text}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()

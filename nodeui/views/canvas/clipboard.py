"""Copy and paste: what is copied is a workflow file, as text, so any window can take it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import msgspec
from PySide6.QtCore import QPointF

from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Batch, Connect, Edit, SetFrame
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Link


def copied(graph: Graph, ids: Collection[str], frames: Collection[str] = ()) -> str:
    """The nodes, the links between them and the frames, as the text of a workflow file."""
    part = Graph(graph.specs)
    for id in graph.nodes:
        if id in ids:
            part.apply(AddNode(graph.nodes[id]))
    for link in graph.links():
        if link.source in ids and link.target in ids:
            part.apply(Connect(link))
    for id in frames:
        part.apply(SetFrame(id, graph.frames[id]))
    return document.dump(Document(part)).decode()


def pasted(
    graph: Graph,
    text: str,
    at: QPointF | None,
    offset: QPointF,
    label: str,
    outer: Iterable[Link] = (),
) -> tuple[Batch, list[str]]:
    """What adds the content of `text` to `graph`, under new ids where the old ones are taken.

    Args:
        graph: The graph to be added to.
        text: A workflow file.
        at: Where the upper left corner of it goes; None leaves it in place.
        offset: How far it is moved from there.
        label: What the edit is called.
        outer: Links from other nodes of the graph to nodes in `text`, to be drawn again.

    Returns:
        The edit, and the ids of the new nodes.

    Raises:
        DocumentError: the text is no workflow.
    """
    content = document.load(text.encode(), graph.specs).graph
    corners = [node.pos for node in content.nodes.values()]
    corners += [frame.rect[:2] for frame in content.frames.values()]
    if at is not None and corners:
        offset = offset + at - QPointF(min(x for x, _ in corners), min(y for _, y in corners))
    ids: dict[str, str] = {}
    for id in content.nodes:
        ids[id] = graph.free_id(_stem(id), ids.values())
    edits: list[Edit] = []
    for node in content.nodes.values():
        place = (round(node.pos[0] + offset.x()), round(node.pos[1] + offset.y()))
        edits.append(AddNode(msgspec.structs.replace(node, id=ids[node.id], pos=place)))
    for link in content.links():
        edits.append(Connect(Link(ids[link.source], link.output, ids[link.target], link.input)))
    for link in outer:
        edits.append(Connect(Link(link.source, link.output, ids[link.target], link.input)))
    taken = set(graph.frames)
    for frame in content.frames.values():
        id = free_frame_id(taken)
        taken.add(id)
        edits.append(SetFrame(id, _moved(frame, id, offset)))
    return Batch(tuple(edits), label=label), list(ids.values())


def free_frame_id(taken: Collection[str]) -> str:
    """An id for a new frame: `frame-1`, `frame-2`, ..."""
    number = 1
    while f"frame-{number}" in taken:
        number += 1
    return f"frame-{number}"


def _stem(id: str) -> str:
    """An id without the number that sets it apart: `sampler-2` -> `sampler`."""
    stem, dash, number = id.rpartition("-")
    return stem if dash and number.isdecimal() else id


def _moved(frame: Frame, id: str, offset: QPointF) -> Frame:
    x, y, width, height = frame.rect
    rect = (x + offset.x(), y + offset.y(), width, height)
    return msgspec.structs.replace(frame, id=id, rect=rect)

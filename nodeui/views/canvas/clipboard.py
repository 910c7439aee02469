"""Copy and paste: what is copied is a workflow file, as text, so any window can take it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QPointF

from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Batch, Connect, Edit, SetFrame, SetGroup
from nodeui.graph.groups import common, within
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.session.paths import absolute, relative
from nodeui.views.canvas.group_look import Port
from nodeui.views.canvas.places import Place, shifted
from nodeui.views.canvas.snap import GRID


def copied(
    graph: Graph,
    folder: Path,
    ids: Collection[str],
    frames: Collection[str] = (),
    groups: Collection[str] = (),
) -> str:
    """Nodes, the links between them, frames and groups, as the text of a workflow file.

    Args:
        graph: Where they are.
        folder: Where its relative paths start; in the text they stand in full.
        ids: The nodes, those in the groups among them.
        frames: The frames.
        groups: Groups that go along, with those in them.
    """
    part = Graph(graph.specs)
    inner = {id for group in groups for id in within(graph.groups, group)}
    for id, node in graph.nodes.items():
        if id in ids:
            part.apply(AddNode(replace(node, group=node.group if node.group in inner else "")))
    for link in graph.links():
        if link.source in ids and link.target in ids:
            part.apply(Connect(link, graph.waypoints(link)))
    for id, frame in graph.frames.items():
        if id in frames or frame.group in inner:
            group = frame.group if frame.group in inner else ""
            part.apply(SetFrame(id, replace(frame, group=group)))
    for id, group in graph.groups.items():
        if id in inner:
            parent = group.parent if group.parent in inner else ""
            part.apply(SetGroup(id, replace(group, parent=parent)))
    for edit in absolute(part, folder):
        part.apply(edit)
    return document.dump(Document(part)).decode()


def pasted(
    graph: Graph,
    folder: Path,
    text: str,
    at: QPointF | None,
    offset: QPointF,
    label: str,
    outer: Iterable[Link] = (),
    level: str = "",
) -> tuple[Batch, list[str], list[str]]:
    """What adds the content of `text` to `graph`, under new ids where the old ones are taken.

    Args:
        graph: The graph to be added to.
        folder: Where its relative paths start.
        text: A workflow file.
        at: Where the upper left corner of it goes; None leaves it in place.
        offset: How far it is moved from there.
        label: What the edit is called.
        outer: Links from other nodes of the graph to nodes in `text`, to be drawn again.
        level: The group that it is added to.

    Returns:
        The edit, and the ids of the new nodes and of the new frames.

    Raises:
        DocumentError: the text is no workflow.
    """
    content = document.load(text.encode(), graph.specs).graph
    for edit in relative(content, folder):
        content.apply(edit)
    corners = [node.pos for node in content.nodes.values() if not node.group]
    corners += [frame.rect[:2] for frame in content.frames.values() if not frame.group]
    corners += [group.pos for group in content.groups.values() if not group.parent]
    if at is not None and corners:
        offset = offset + at - QPointF(min(x for x, _ in corners), min(y for _, y in corners))
    offset = _beside(graph, (node.pos for node in content.nodes.values() if not node.group), offset)
    ids: dict[str, str] = {}
    for id in content.nodes:
        ids[id] = graph.free_id(_stem(id), ids.values())
    frames = _new_ids("frame", content.frames, graph.frames)
    groups = _new_ids("group", content.groups, graph.groups)

    def moved(place: tuple[float, float], group: str) -> tuple[float, float]:
        """What lies in a group stays where it is in there."""
        return place if group in groups else shifted(place, offset)

    edits: list[Edit] = []
    for node in content.nodes.values():
        pos, group = moved(node.pos, node.group), groups.get(node.group, level)
        edits.append(AddNode(replace(node, id=ids[node.id], pos=pos, group=group)))
    for link in content.links():
        ends = (content.nodes[end].group for end in (link.source, link.target))
        inside = common(content.groups, *ends)
        via = tuple(moved(point, inside) for point in content.waypoints(link))
        new = Link(ids[link.source], link.output, ids[link.target], link.input)
        edits.append(Connect(new, via))
    for link in outer:
        edits.append(Connect(Link(link.source, link.output, ids[link.target], link.input)))
    for frame in content.frames.values():
        x, y, width, height = frame.rect
        rect = (*moved((x, y), frame.group), width, height)
        new_frame = replace(
            frame, id=frames[frame.id], rect=rect, group=groups.get(frame.group, level)
        )
        edits.append(SetFrame(new_frame.id, new_frame))
    for group in content.groups.values():
        new_group = replace(
            group,
            id=groups[group.id],
            pos=moved(group.pos, group.parent),
            parent=groups.get(group.parent, level),
            exposed=tuple(_renamed(text, ids) for text in group.exposed),
        )
        edits.append(SetGroup(new_group.id, new_group))
    return Batch(tuple(edits), label=label), list(ids.values()), list(frames.values())


def _beside(graph: Graph, places: Iterable[Place], offset: QPointF) -> QPointF:
    """`offset`, or a bit more where a node would else hide one that is there already."""
    taken, places = {node.pos for node in graph.nodes.values()}, list(places)
    for _ in range(len(taken)):
        if all(shifted(place, offset) not in taken for place in places):
            break
        offset = offset + QPointF(2 * GRID, 2 * GRID)
    return offset


def _renamed(exposed: str, ids: Mapping[str, str]) -> str:
    """What a group exposes, with its node under its new id."""
    port = Port.of(exposed)
    return dataclasses.replace(port, node=ids.get(port.node, port.node)).text


def _new_ids(stem: str, wanted: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Free ids for frames or groups, by the ones they have."""
    found: dict[str, str] = {}
    for id in wanted:
        found[id] = free_id(stem, {*taken, *found.values()})
    return found


def free_id(stem: str, taken: Collection[str]) -> str:
    """An id for a new frame or group: `frame-1`, `frame-2`, ..."""
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _stem(id: str) -> str:
    """An id without the number that sets it apart: `sampler-2` -> `sampler`."""
    stem, dash, number = id.rpartition("-")
    return stem if dash and number.isdecimal() else id

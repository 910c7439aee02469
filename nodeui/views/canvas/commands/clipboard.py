"""Copy and paste. The clipboard holds a workflow file as text, so that any window can paste it.

A text that was not copied here, from a trusted document, comes from elsewhere: if it names files,
the document that it is pasted into is asked about at its next run.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPointF, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from nodeui.graph import document
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import AddNode, Batch, Connect, Edit, SetFrame, SetGroup
from nodeui.graph.groups import common, within
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.graph.wording import tr
from nodeui.session.outside import names_files
from nodeui.session.paths import absolute, relative
from nodeui.views.canvas.commands.grouping import selected_groups
from nodeui.views.canvas.commands.ids import numbered_id
from nodeui.views.canvas.commands.nodes import delete, selected_nodes
from nodeui.views.canvas.scene import GRID, Canvas, Place, Port, shift_place

_MOST_FILES = 100  # pasted at once
_LONGEST_PATH = 4096

_DUPLICATE = QPointF(40, 40)  # from a node to its duplicate

_ours: set[str] = set()
"""The text that was copied last in this process, if its document is trusted."""


# --- commands ---


def copy(canvas: Canvas) -> None:
    """Copy the selected nodes, groups and frames as text."""
    nodes = selected_nodes(canvas)
    if nodes or canvas.frames:
        text = _selection_text(canvas, nodes)
        _ours.clear()
        if canvas.session.trusted:
            _ours.add(text)
        QGuiApplication.clipboard().setText(text)


def _selection_text(canvas: Canvas, nodes: Collection[str]) -> str:
    session, groups = canvas.session, selected_groups(canvas)
    return copy_text(session.graph, session.folder, frozenset(nodes), canvas.frames, groups)


def cut(canvas: Canvas) -> None:
    """Copy the selected nodes and frames, and remove them."""
    copy(canvas)
    delete(canvas)


def paste(canvas: Canvas) -> None:
    """Paste the clipboard at the pointer: nodes, else files, a picture, or the path of a file."""
    session, text = canvas.session, QGuiApplication.clipboard().text()
    at, level = canvas.viewport.pointer_at(), canvas.mirror.level.id
    try:
        edit, ids, frames = paste_edit(
            session.graph, session.folder, text, at, QPointF(0, 0), tr("Paste"), level=level
        )
    except DocumentError:
        content = _pasted(QGuiApplication.clipboard().mimeData())
        if content is None:
            canvas.show_hint(tr("The clipboard holds no nodes, picture or file"), stay=True)
        else:
            canvas.content_pasted.emit(content, at)
        return
    if not edit.edits:
        return
    if text not in _ours and names_files(document.load(text.encode(), session.specs).graph):
        session.distrust()
    if canvas.edit(edit):
        canvas.choose(ids, frames)


def _pasted(mime: QMimeData) -> list[Path] | QImage | None:
    """Return the files or the picture on the clipboard; None if there are none."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if paths:
        return paths[:_MOST_FILES]
    if mime.hasImage():
        return QImage(mime.imageData())
    text = mime.text().strip().strip("\"'")
    if "\n" in text or len(text) > _LONGEST_PATH:
        return None
    if text.startswith("file://"):
        text = QUrl(text).toLocalFile()
    path = Path(os.path.expanduser(text))
    return [path] if path.is_absolute() else None


def duplicate(canvas: Canvas) -> None:
    """Duplicate the selected nodes beside them, with the links into them."""
    session, chosen = canvas.session, frozenset(selected_nodes(canvas))
    if not chosen and not canvas.frames:
        return
    outer = [
        link
        for id in sorted(chosen)
        for link in session.graph.links_in(id).values()
        if link.source not in chosen
    ]
    text, level = _selection_text(canvas, chosen), canvas.mirror.level.id
    edit, ids, frames = paste_edit(
        session.graph, session.folder, text, None, _DUPLICATE, tr("Duplicate"), outer, level
    )
    if canvas.edit(edit):
        canvas.choose(ids, frames)


# --- text and edits ---


def copy_text(
    graph: Graph,
    folder: Path,
    ids: Collection[str],
    frames: Collection[str] = (),
    groups: Collection[str] = (),
) -> str:
    """Return nodes, the links between them, frames and groups as a workflow file.

    Args:
        graph: Their graph.
        folder: The base of its relative paths; in the text, paths are absolute.
        ids: The nodes, including those in the groups.
        frames: The frames.
        groups: The groups; groups inside them are included.
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


def paste_edit(
    graph: Graph,
    folder: Path,
    text: str,
    at: QPointF | None,
    offset: QPointF,
    label: str,
    outer: Iterable[Link] = (),
    level: str = "",
) -> tuple[Batch, list[str], list[str]]:
    """Add the content of a workflow file to a graph, with new ids where they are taken.

    Args:
        graph: The graph.
        folder: The base of its relative paths.
        text: The workflow file.
        at: The new place of its upper left corner; None keeps its places.
        offset: A further offset.
        label: The label of the edit.
        outer: Links from other nodes of the graph to nodes in `text`, which their copies get too.
        level: The group to add it to.

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
    places = (node.pos for node in content.nodes.values() if not node.group)
    offset = _avoid_hiding(graph, places, offset)
    ids: dict[str, str] = {}
    for id in content.nodes:
        ids[id] = graph.free_id(_stem(id), ids.values())
    frames = _new_ids("frame", content.frames, graph.frames)
    groups = _new_ids("group", content.groups, graph.groups)

    def shift(place: Place, group: str) -> Place:
        """Shift a place, but not inside a pasted group, which is itself shifted."""
        return place if group in groups else shift_place(place, offset)

    edits: list[Edit] = []
    for node in content.nodes.values():
        pos, group = shift(node.pos, node.group), groups.get(node.group, level)
        edits.append(AddNode(replace(node, id=ids[node.id], pos=pos, group=group)))
    for link in content.links():
        ends = (content.nodes[end].group for end in (link.source, link.target))
        inside = common(content.groups, *ends)
        waypoints = tuple(shift(point, inside) for point in content.waypoints(link))
        new = Link(ids[link.source], link.output, ids[link.target], link.input)
        edits.append(Connect(new, waypoints))
    for link in outer:
        edits.append(Connect(Link(link.source, link.output, ids[link.target], link.input)))
    for frame in content.frames.values():
        x, y, width, height = frame.rect
        rect = (*shift((x, y), frame.group), width, height)
        new_frame = replace(
            frame, id=frames[frame.id], rect=rect, group=groups.get(frame.group, level)
        )
        edits.append(SetFrame(new_frame.id, new_frame))
    for group in content.groups.values():
        new_group = replace(
            group,
            id=groups[group.id],
            pos=shift(group.pos, group.parent),
            parent=groups.get(group.parent, level),
            exposed=tuple(_rename_port(text, ids) for text in group.exposed),
        )
        edits.append(SetGroup(new_group.id, new_group))
    return Batch(tuple(edits), label=label), list(ids.values()), list(frames.values())


def _avoid_hiding(graph: Graph, places: Iterable[Place], offset: QPointF) -> QPointF:
    """Increase `offset` until no pasted node exactly covers an existing one."""
    taken, places = {node.pos for node in graph.nodes.values()}, list(places)
    for _ in range(len(taken)):
        if all(shift_place(place, offset) not in taken for place in places):
            break
        offset = offset + QPointF(2 * GRID, 2 * GRID)
    return offset


def _rename_port(exposed: str, ids: Mapping[str, str]) -> str:
    """Return an entry of `Group.exposed` with the new id of its node."""
    port = Port.of(exposed)
    return dataclasses.replace(port, node=ids.get(port.node, port.node)).text


def _new_ids(stem: str, wanted: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return new ids for frames or groups, by their old ones."""
    found: dict[str, str] = {}
    for id in wanted:
        found[id] = numbered_id(stem, {*taken, *found.values()})
    return found


def _stem(id: str) -> str:
    """Return an id without its number: `sampler-2` -> `sampler`."""
    stem, dash, number = id.rpartition("-")
    return stem if dash and number.isdecimal() else id

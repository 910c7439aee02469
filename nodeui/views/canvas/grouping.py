"""What can be done with groups: making and dissolving them, and what they show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QPointF, QRectF

from nodeui.graph.edits import (
    Batch,
    Edit,
    MoveNodes,
    SetCollapsed,
    SetFrame,
    SetGroup,
    SetMembers,
    SetTitle,
    SetWaypoints,
)
from nodeui.graph.groups import common, within
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Group
from nodeui.views.canvas import bends
from nodeui.views.canvas.clipboard import free_id
from nodeui.views.canvas.group_look import Port, ports_of
from nodeui.views.canvas.level import SIGN, is_group
from nodeui.views.canvas.places import Place, shifted
from nodeui.views.canvas.snap import GRID

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)


def group_of(canvas: CanvasView, key: str) -> Group:
    """The group behind a key."""
    return canvas.session.graph.groups[key.removeprefix(SIGN)]


def chosen_groups(canvas: CanvasView) -> list[str]:
    """The ids of the selected groups."""
    return sorted(key.removeprefix(SIGN) for key in canvas.mirror.selected if is_group(key))


# --- making them ---


def make_group(canvas: CanvasView) -> None:
    """Put what is selected into a new group, which shows the sockets that are linked now."""
    mirror, graph = canvas.mirror, canvas.session.graph
    keys = mirror.selected
    if not keys:
        return
    id = free_id("group", graph.groups)
    nodes = {key: id for key in sorted(keys) if not is_group(key)}
    shown = tuple(port.text for port in _crossing(canvas, keys))
    place = _middle(mirror.looks[key].node.pos for key in keys)
    group = Group(id, _tr("Group"), place, mirror.level.id, exposed=shown)
    edits: list[Edit] = [SetGroup(id, group)]
    edits += [SetGroup(g, _with(graph.groups[g], parent=id)) for g in chosen_groups(canvas)]
    edits += [SetFrame(f.id, _with_group(f, id)) for f in _frames_of(canvas, keys)]
    if nodes:
        edits.append(SetMembers(nodes))
    if canvas.edit(Batch(tuple(edits), label=_tr("Group"))):
        canvas.choose({SIGN + id})
        canvas.inline.edit_title(SIGN + id)


def _crossing(canvas: CanvasView, keys: Collection[str]) -> list[Port]:
    """The sockets at which links enter and leave what is behind these keys."""
    mirror = canvas.mirror
    inside = set(mirror.level.nodes(keys))
    links = [link for key in keys for link in mirror.links_of(key)]
    into = {Port(x.target, x.input) for x in links if x.source not in inside}
    out = {Port(x.source, x.output, True) for x in links if x.target not in inside}
    return sorted(into | out, key=_in_order(canvas.session.graph))


def _in_order(graph: Graph) -> Callable[[Port], tuple[bool, int, int]]:
    """Inputs before outputs, in the order of the nodes and of what they declare."""
    order = {id: index for index, id in enumerate(graph.nodes)}

    def rank(port: Port) -> tuple[bool, int, int]:
        spec = graph.spec(port.node)
        names = [*spec.inputs, *spec.parameters] if spec and not port.output else []
        place = names.index(port.name) if port.name in names else 0
        return port.output, order[port.node], place

    return rank


def _middle(places: Iterable[Place]) -> Place:
    """The middle of places, on the grid: it is where a group takes the place of its nodes."""
    x, y = zip(*places, strict=True)
    middle = (min(x) + max(x)) / 2, (min(y) + max(y)) / 2
    return round(middle[0] / GRID) * GRID, round(middle[1] / GRID) * GRID


def _frames_of(canvas: CanvasView, keys: frozenset[str]) -> list[Frame]:
    """The selected frames, and those around no other nodes than these."""
    nodes = canvas.mirror.nodes
    found: list[Frame] = []
    for frame in canvas.mirror.level.frames():
        inside = nodes.keys_of(nodes.inside(QRectF(*frame.rect)))
        if frame.id in canvas.frames or (inside and keys.issuperset(inside)):
            found.append(frame)
    return found


def _with(group: Group, **fields: object) -> Group:
    return msgspec.structs.replace(group, **fields)


def _with_group(frame: Frame, group: str) -> Frame:
    return msgspec.structs.replace(frame, group=group)


# --- dissolving them ---


def dissolve(canvas: CanvasView, ids: Collection[str] = ()) -> None:
    """Put what is in groups in their place: in those of `ids`, else in the selected ones."""
    ids = ids or chosen_groups(canvas)
    if not ids:
        return
    nodes = canvas.mirror.level.nodes(SIGN + id for id in ids)
    edits = tuple(edit for id in ids for edit in _dissolved(canvas, id))
    if canvas.edit(Batch(edits, label=_tr("Ungroup"))):
        canvas.session.select(nodes)


def _dissolved(canvas: CanvasView, id: str) -> list[Edit]:
    graph = canvas.session.graph
    group = graph.groups[id]
    nodes = [node for node in graph.nodes.values() if node.group == id]
    inner = [each for each in graph.groups.values() if each.parent == id]
    frames = [frame for frame in graph.frames.values() if frame.group == id]
    places = [each.pos for each in (*nodes, *inner)]
    offset = QPointF(*group.pos) - QPointF(*_middle(places)) if places else QPointF()
    edits: list[Edit] = [SetGroup(id, None)]
    edits += [
        SetGroup(each.id, _with(each, parent=group.parent, pos=shifted(each.pos, offset)))
        for each in inner
    ]
    for frame in frames:
        x, y, width, height = frame.rect
        rect = (*shifted((x, y), offset), width, height)
        moved = msgspec.structs.replace(frame, rect=rect, group=group.parent)
        edits.append(SetFrame(frame.id, moved))
    if nodes:
        edits.append(SetMembers({node.id: group.parent for node in nodes}))
        edits.append(MoveNodes({node.id: shifted(node.pos, offset) for node in nodes}))
    for node in canvas.mirror.level.members[SIGN + id]:
        for link in graph.links_in(node).values():
            via = graph.waypoints(link)
            ends = (graph.nodes[end].group for end in (link.source, link.target))
            if via and common(graph.groups, *ends) == id:
                edits.append(SetWaypoints(node, link.input, bends.shifted(via, offset)))
    return edits


# --- what they show ---


def ports_behind(canvas: CanvasView, key: str) -> list[Port]:
    """What a group around a node or group could show of it."""
    mirror = canvas.mirror
    if is_group(key):
        return ports_of(mirror.graph, mirror.level, key)
    spec = mirror.graph.spec(key)
    if spec is None:
        return []
    inputs = [Port(key, name) for name in (*spec.inputs, *spec.parameters)]
    return inputs + [Port(key, name, True) for name in spec.outputs]


def always_shown(canvas: CanvasView, port: Port) -> bool:
    """Whether a link out of the group in view leads to a port: the group shows it in any case."""
    graph, level = canvas.session.graph, canvas.mirror.level
    if port.output:
        links = [link for link in graph.links_out(port.node) if link.output == port.name]
    else:
        links = [link for name, link in graph.links_in(port.node).items() if name == port.name]
    return any(not level.key(end) for link in links for end in (link.source, link.target))


def expose(canvas: CanvasView, id: str, port: Port, on: bool) -> None:
    """Let a group show a socket or parameter of a node in it, or not."""
    group = canvas.session.graph.groups[id]
    rest = tuple(text for text in group.exposed if text != port.text)
    label = _tr("Show on the group") if on else _tr("Hide from the group")
    exposed = (*rest, port.text) if on else rest
    canvas.edit(Batch((SetGroup(group.id, _with(group, exposed=exposed)),), label=label))


def set_colour(canvas: CanvasView, key: str, colour: str) -> None:
    """Give a group a colour."""
    group = group_of(canvas, key)
    canvas.edit(
        Batch((SetGroup(group.id, _with(group, colour=colour)),), label=_tr("Colour group"))
    )


# --- what nodes can be told, too ---


def retitled(canvas: CanvasView, key: str, title: str) -> Edit:
    """What renames a node or group."""
    if not is_group(key):
        return SetTitle(key, title)
    group = group_of(canvas, key)
    return Batch((SetGroup(group.id, _with(group, title=title)),), label=_tr("Rename"))


def folded(canvas: CanvasView, key: str, collapsed: bool) -> Edit:
    """What shows a node or group as its header only, or in full."""
    if not is_group(key):
        return SetCollapsed(key, collapsed)
    group = group_of(canvas, key)
    label = SetCollapsed("", collapsed).label
    return Batch((SetGroup(group.id, _with(group, collapsed=collapsed)),), label=label)


def removed(canvas: CanvasView, ids: Iterable[str]) -> list[Edit]:
    """What removes groups, those in them and the frames in them; their nodes stay."""
    graph = canvas.session.graph
    gone = dict.fromkeys(inner for id in ids for inner in within(graph.groups, id))
    frames = [frame.id for frame in graph.frames.values() if frame.group in gone]
    return [*(SetGroup(id, None) for id in gone), *(SetFrame(id, None) for id in frames)]

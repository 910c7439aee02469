"""Commands on groups: making and dissolving them, and choosing what they show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import msgspec
from PySide6.QtCore import QPointF, QRectF

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
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands.ids import numbered_id
from nodeui.views.canvas.scene import (
    GRID,
    Canvas,
    Place,
    Port,
    group_id,
    group_key,
    is_group,
    ports_of,
    shift_frame,
    shift_place,
    shift_waypoints,
)


def _group(canvas: Canvas, key: str) -> Group:
    """Return the group with a key."""
    return canvas.session.graph.groups[group_id(key)]


def selected_groups(canvas: Canvas) -> list[str]:
    """Return the ids of the selected groups."""
    return sorted(group_id(key) for key in canvas.mirror.selected if is_group(key))


# --- making groups ---


def make_group(canvas: Canvas) -> None:
    """Move the selection into a new group, which exposes the sockets linked from outside."""
    mirror, graph = canvas.mirror, canvas.session.graph
    keys = mirror.selected
    if not keys:
        return
    id = numbered_id("group", graph.groups)
    nodes = {key: id for key in sorted(keys) if not is_group(key)}
    exposed = tuple(port.text for port in _crossing_ports(canvas, keys))
    place = _centre(mirror.layouts[key].node.pos for key in keys)
    group = Group(id, tr("Group"), place, mirror.level.id, exposed=exposed)
    edits: list[Edit] = [SetGroup(id, group)]
    edits += [SetGroup(g, _with(graph.groups[g], parent=id)) for g in selected_groups(canvas)]
    edits += [SetFrame(f.id, _frame_in(f, id)) for f in _frames_around(canvas, keys)]
    if nodes:
        edits.append(SetMembers(nodes))
    if canvas.edit(Batch(tuple(edits), label=tr("Group"))):
        canvas.choose({group_key(id)})
        canvas.open_editor("title", group_key(id))


def _crossing_ports(canvas: Canvas, keys: Collection[str]) -> list[Port]:
    """Return the sockets at which links enter or leave these nodes and groups."""
    mirror = canvas.mirror
    inside = set(mirror.level.nodes(keys))
    links = [link for key in keys for link in mirror.links_of(key)]
    into = {Port(x.target, x.input) for x in links if x.source not in inside}
    out = {Port(x.source, x.output, True) for x in links if x.target not in inside}
    return sorted(into | out, key=_port_order(canvas.session.graph))


def _port_order(graph: Graph) -> Callable[[Port], tuple[bool, int, int]]:
    """Return a sort key: inputs before outputs, by node, in the order of declaration."""
    order = {id: index for index, id in enumerate(graph.nodes)}

    def rank(port: Port) -> tuple[bool, int, int]:
        spec = graph.spec(port.node)
        names = [*spec.inputs, *spec.parameters] if spec and not port.output else []
        place = names.index(port.name) if port.name in names else 0
        return port.output, order[port.node], place

    return rank


def _centre(places: Iterable[Place]) -> Place:
    """Return the centre of places, on the grid: where a group replaces its nodes."""
    x, y = zip(*places, strict=True)
    middle = (min(x) + max(x)) / 2, (min(y) + max(y)) / 2
    return round(middle[0] / GRID) * GRID, round(middle[1] / GRID) * GRID


def _frames_around(canvas: Canvas, keys: frozenset[str]) -> list[Frame]:
    """Return the selected frames, and those that contain none but these nodes."""
    nodes = canvas.mirror.nodes
    found: list[Frame] = []
    for frame in canvas.mirror.level.frames():
        inside = nodes.keys_of(nodes.inside(QRectF(*frame.rect)))
        if frame.id in canvas.frames or (inside and keys.issuperset(inside)):
            found.append(frame)
    return found


def _with(group: Group, **fields: object) -> Group:
    return msgspec.structs.replace(group, **fields)


def _frame_in(frame: Frame, group: str) -> Frame:
    return msgspec.structs.replace(frame, group=group)


# --- dissolving groups ---


def ungroup(canvas: Canvas, ids: Collection[str] = ()) -> None:
    """Replace groups, by default the selected ones, by their content."""
    ids = ids or selected_groups(canvas)
    if not ids:
        return
    nodes = canvas.mirror.level.nodes(group_key(id) for id in ids)
    edits = tuple(edit for id in ids for edit in _ungroup_edits(canvas, id))
    if canvas.edit(Batch(edits, label=tr("Ungroup"))):
        canvas.session.select(nodes)


def _ungroup_edits(canvas: Canvas, id: str) -> list[Edit]:
    graph = canvas.session.graph
    group = graph.groups[id]
    nodes = [node for node in graph.nodes.values() if node.group == id]
    inner = [each for each in graph.groups.values() if each.parent == id]
    frames = [frame for frame in graph.frames.values() if frame.group == id]
    places = [each.pos for each in (*nodes, *inner)]
    offset = QPointF(*group.pos) - QPointF(*_centre(places)) if places else QPointF()
    edits: list[Edit] = [SetGroup(id, None)]
    edits += [
        SetGroup(each.id, _with(each, parent=group.parent, pos=shift_place(each.pos, offset)))
        for each in inner
    ]
    edits += [
        SetFrame(frame.id, _frame_in(shift_frame(frame, offset), group.parent)) for frame in frames
    ]
    if nodes:
        edits.append(SetMembers({node.id: group.parent for node in nodes}))
        edits.append(MoveNodes({node.id: shift_place(node.pos, offset) for node in nodes}))
    for node in canvas.mirror.level.members[group_key(id)]:
        for link in graph.links_in(node).values():
            waypoints = graph.waypoints(link)
            ends = (graph.nodes[end].group for end in (link.source, link.target))
            if waypoints and common(graph.groups, *ends) == id:
                moved = shift_waypoints(waypoints, offset)
                edits.append(SetWaypoints(node, link.input, moved))
    return edits


# --- what groups show ---


def ports_behind(canvas: Canvas, key: str) -> list[Port]:
    """Return the ports of a node or group that the group in view could expose."""
    mirror = canvas.mirror
    if is_group(key):
        return ports_of(mirror.graph, mirror.level, key)
    spec = mirror.graph.spec(key)
    if spec is None:
        return []
    inputs = [Port(key, name) for name in (*spec.inputs, *spec.parameters)]
    return inputs + [Port(key, name, True) for name in spec.outputs]


def always_shown(canvas: Canvas, port: Port) -> bool:
    """True if a boundary link of the group in view ends at a port: the group always shows it."""
    graph, level = canvas.session.graph, canvas.mirror.level
    if port.output:
        links = [link for link in graph.links_out(port.node) if link.output == port.name]
    else:
        links = [link for name, link in graph.links_in(port.node).items() if name == port.name]
    return any(not level.key(end) for link in links for end in (link.source, link.target))


def expose(canvas: Canvas, id: str, port: Port, on: bool) -> None:
    """Show a port of an inner node on its group, or hide it."""
    group = canvas.session.graph.groups[id]
    rest = tuple(text for text in group.exposed if text != port.text)
    label = tr("Show on the group") if on else tr("Hide from the group")
    exposed = (*rest, port.text) if on else rest
    canvas.edit(Batch((SetGroup(group.id, _with(group, exposed=exposed)),), label=label))


def set_group_colour(canvas: Canvas, key: str, colour: str) -> None:
    """Set the colour of a group."""
    group = _group(canvas, key)
    edit = SetGroup(group.id, _with(group, colour=colour))
    canvas.edit(Batch((edit,), label=tr("Colour group")))


# --- edits of nodes or groups ---


def retitle_edit(canvas: Canvas, key: str, title: str) -> Edit:
    """Rename a node or group."""
    if not is_group(key):
        return SetTitle(key, title)
    group = _group(canvas, key)
    return Batch((SetGroup(group.id, _with(group, title=title)),), label=tr("Rename"))


def collapse_edit(canvas: Canvas, key: str, collapsed: bool) -> Edit:
    """Collapse or expand a node or group."""
    if not is_group(key):
        return SetCollapsed(key, collapsed)
    group = _group(canvas, key)
    label = SetCollapsed("", collapsed).label
    return Batch((SetGroup(group.id, _with(group, collapsed=collapsed)),), label=label)


def remove_group_edits(canvas: Canvas, ids: Iterable[str]) -> list[Edit]:
    """Remove groups with the groups and frames inside them; their nodes stay."""
    graph = canvas.session.graph
    gone = dict.fromkeys(inner for id in ids for inner in within(graph.groups, id))
    frames = [frame.id for frame in graph.frames.values() if frame.group in gone]
    return [*(SetGroup(id, None) for id in gone), *(SetFrame(id, None) for id in frames)]

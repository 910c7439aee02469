"""What can be done to the selected nodes and frames."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtWidgets import QApplication

from nodeui.graph.document import DocumentError
from nodeui.graph.edits import Batch, Edit, RemoveNode, SetFrame, SetMode, SetWaypoints
from nodeui.graph.parts import Frame, Mode
from nodeui.views.canvas import grouping, layout, rerouting
from nodeui.views.canvas.clipboard import copied, free_id, pasted
from nodeui.views.canvas.frame_paint import TITLE
from nodeui.views.canvas.layout import Box, Edge, Place, Wire
from nodeui.views.canvas.places import between, carried, moved, placed

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_FRAME_MARGIN = 20.0
_DUPLICATE = QPointF(40, 40)
_NOTE = (260.0, 140.0)


def _tr(text: str) -> str:
    return QCoreApplication.translate("canvas", text)


# --- edits ---


def delete(canvas: CanvasView) -> None:
    """Remove the selected waypoint; else the selected nodes, groups and frames."""
    if canvas.painter.links.marked_dot is not None:
        rerouting.remove_waypoint(canvas, *canvas.painter.links.marked_dot)
        return
    edits: list[Edit] = [RemoveNode(id) for id in _nodes(canvas)]
    edits += [SetFrame(id, None) for id in sorted(canvas.frames)]
    edits += grouping.removed(canvas, grouping.chosen_groups(canvas))
    if edits:
        canvas.edit(Batch(tuple(edits), label=edits[0].label if len(edits) == 1 else _tr("Delete")))


def _nodes(canvas: CanvasView) -> list[str]:
    """The ids of the selected nodes, and of those in the selected groups."""
    return sorted(canvas.mirror.level.nodes(canvas.mirror.selected))


def _set_mode(canvas: CanvasView, mode: Mode) -> None:
    """Give the selected nodes a mode, or take it from them where all have it."""
    nodes = [canvas.session.graph.nodes[id] for id in _nodes(canvas)]
    if not nodes:
        return
    goal: Mode = "active" if all(node.mode == mode for node in nodes) else mode
    edits = tuple(SetMode(node.id, goal) for node in nodes if node.mode != goal)
    canvas.edit(Batch(edits, label=edits[0].label))


def mute(canvas: CanvasView) -> None:
    """Mute the selected nodes, or activate them again."""
    _set_mode(canvas, "muted")


def bypass(canvas: CanvasView) -> None:
    """Bypass the selected nodes, or activate them again."""
    _set_mode(canvas, "bypassed")


def collapse(canvas: CanvasView) -> None:
    """Show the selected nodes as headers, or in full again."""
    nodes = [canvas.mirror.looks[key].node for key in sorted(canvas.mirror.selected)]
    goal = not all(node.collapsed for node in nodes)
    edits = tuple(
        grouping.folded(canvas, node.id, goal) for node in nodes if node.collapsed != goal
    )
    if edits:
        canvas.edit(Batch(edits, label=edits[0].label))


def rename(canvas: CanvasView) -> None:
    """Rename the one node, group or frame that is selected."""
    if len(canvas.mirror.selected) == 1:
        canvas.inline.edit_title(next(iter(canvas.mirror.selected)))
    elif len(canvas.frames) == 1:
        canvas.inline.edit_frame_title(next(iter(canvas.frames)))


def add_frame(canvas: CanvasView) -> None:
    """Put a frame around the selected nodes; without any, an empty one where the pointer is."""
    mirror, selection = canvas.mirror, canvas.mirror.selected
    if selection:
        box = _framing(map(mirror.nodes.rect, selection))
    else:
        at = canvas.pointer_at()
        box = QRectF(at.x(), at.y(), 2 * _NOTE[0], 2 * _NOTE[1])
    id = free_id("frame", mirror.graph.frames)
    frame = Frame(id, _rect(box), title=_tr("Frame"), group=mirror.level.id)
    _put_frame(canvas, frame)
    canvas.inline.edit_frame_title(frame.id)


def _framing(boxes: Iterable[QRectF]) -> QRectF:
    """The rectangle of a frame around some boxes."""
    around = QRectF()
    for box in boxes:
        around = around.united(box)
    margin = _FRAME_MARGIN
    return around.adjusted(-margin, -margin - TITLE, margin, margin)


def add_note(canvas: CanvasView) -> None:
    """Put a note where the pointer is, and write into it."""
    at = canvas.pointer_at()
    rect = (round(at.x()), round(at.y()), *_NOTE)
    id = free_id("frame", canvas.session.graph.frames)
    frame = Frame(id, rect, colour="#e7d36b", group=canvas.mirror.level.id)
    _put_frame(canvas, frame)
    canvas.inline.edit_frame_text(frame.id)


def _put_frame(canvas: CanvasView, frame: Frame) -> None:
    label = _tr("Add frame") if frame.title else _tr("Add note")
    canvas.edit(Batch((SetFrame(frame.id, frame),), label=label))
    canvas.choose(frames={frame.id})


def _rect(box: QRectF) -> tuple[float, float, float, float]:
    return round(box.x()), round(box.y()), round(box.width()), round(box.height())


# --- clipboard ---


def copy(canvas: CanvasView) -> None:
    """Copy the selected nodes, groups and frames as text."""
    nodes = _nodes(canvas)
    if nodes or canvas.frames:
        QApplication.clipboard().setText(_text(canvas, nodes))


def _text(canvas: CanvasView, nodes: Collection[str]) -> str:
    groups = grouping.chosen_groups(canvas)
    session = canvas.session
    return copied(session.graph, session.folder, frozenset(nodes), canvas.frames, groups)


def cut(canvas: CanvasView) -> None:
    """Copy the selected nodes and frames, and remove them."""
    copy(canvas)
    delete(canvas)


def paste(canvas: CanvasView) -> None:
    """Add what was copied, where the pointer is."""
    text = QApplication.clipboard().text()
    try:
        edit, ids, frames = pasted(
            canvas.session.graph,
            canvas.session.folder,
            text,
            canvas.pointer_at(),
            QPointF(0, 0),
            _tr("Paste"),
            level=canvas.mirror.level.id,
        )
    except DocumentError:
        canvas.say(_tr("The clipboard holds no nodes"), stay=True)
        return
    if edit.edits and canvas.edit(edit):
        canvas.choose(ids, frames)


def duplicate(canvas: CanvasView) -> None:
    """Copy the selected nodes beside them, with the links into them."""
    graph, chosen = canvas.session.graph, frozenset(_nodes(canvas))
    if not chosen and not canvas.frames:
        return
    outer = [
        link
        for id in sorted(chosen)
        for link in graph.links_in(id).values()
        if link.source not in chosen
    ]
    text, level = _text(canvas, chosen), canvas.mirror.level.id
    edit, ids, frames = pasted(
        graph, canvas.session.folder, text, None, _DUPLICATE, _tr("Duplicate"), outer, level
    )
    if canvas.edit(edit):
        canvas.choose(ids, frames)


# --- places ---


def _boxes(canvas: CanvasView, ids: frozenset[str]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for id in canvas.mirror.level.standing():
        if id in ids:
            rect = canvas.mirror.nodes.rect(id)
            boxes[id] = (rect.x(), rect.y(), rect.width(), rect.height())
    return boxes


def _to(canvas: CanvasView, places: Mapping[str, Place]) -> list[Edit]:
    """What moves nodes and groups to places by key."""
    looks = canvas.mirror.looks
    new = {id: place for id, place in places.items() if looks[id].node.pos != place}
    return placed(canvas.mirror, new)


def _move(canvas: CanvasView, places: Mapping[str, Place], label: str) -> None:
    edits = _to(canvas, places)
    if edits:
        canvas.edit(Batch(tuple(edits), label=label))


def align(edge: Edge) -> Callable[[CanvasView], None]:
    def run(canvas: CanvasView) -> None:
        if len(canvas.mirror.selected) > 1:
            _move(canvas, layout.align(_boxes(canvas, canvas.mirror.selected), edge), _tr("Align"))

    return run


def distribute(across: bool) -> Callable[[CanvasView], None]:
    def run(canvas: CanvasView) -> None:
        if len(canvas.mirror.selected) > 2:
            places = layout.distribute(_boxes(canvas, canvas.mirror.selected), across)
            _move(canvas, places, _tr("Distribute"))

    return run


def arrange(canvas: CanvasView) -> None:
    """Lay out the selected nodes, or all where none are selected."""
    mirror = canvas.mirror
    ids = mirror.selected or frozenset(mirror.level.standing())
    boxes = _boxes(canvas, ids)
    for id, (x, y, width, height) in boxes.items():
        boxes[id] = (x, y, width, height + picture_room(canvas, id))
    places = layout.arranged(boxes, _wires(canvas))
    edits = _to(canvas, places)
    edits += [SetWaypoints(link.target, link.input, ()) for link in between(mirror, boxes)]
    edits += _refitted(canvas, places)
    if edits:
        canvas.edit(Batch(tuple(edits), label=_tr("Auto layout")))
    if not len(mirror.nodes.touching(canvas.shown_rect())):
        canvas.show_all()


def _refitted(canvas: CanvasView, places: Mapping[str, Place]) -> list[Edit]:
    """What keeps frames around the nodes that were in them."""
    nodes, edits = canvas.mirror.nodes, list[Edit]()
    for frame in canvas.mirror.level.frames():
        inside = nodes.keys_of(nodes.inside(QRectF(*frame.rect)))
        if inside and places.keys() & inside:
            boxes = (_placed(nodes.rect(id), places.get(id)) for id in inside)
            rect = _rect(_framing(boxes))
            edits.append(SetFrame(frame.id, msgspec.structs.replace(frame, rect=rect)))
    return edits


def _placed(box: QRectF, place: Place | None) -> QRectF:
    return QRectF(*place, box.width(), box.height()) if place is not None else box


def _wires(canvas: CanvasView) -> list[Wire]:
    mirror = canvas.mirror
    wires: list[Wire] = []
    for link in mirror.links.row:
        if link not in mirror.stubs:
            (source, output), (target, input) = mirror.level.ends(link)
            drops = mirror.spot(source, True, output).y, mirror.spot(target, False, input).y
            wires.append(Wire(source, target, *drops))
    return wires


def picture_room(canvas: CanvasView, id: str) -> float:
    """How much a node will grow by a picture that it does not show yet."""
    look = canvas.mirror.looks[id]
    if look.picture is not None or look.spec is None or look.node.collapsed:
        return 0.0
    pictured = look.spec.pictured or look.spec.stepwise
    return look.shape.width if pictured else 0.0


def nudge(dx: float, dy: float) -> Callable[[CanvasView], None]:
    """A command that moves what is selected; without any, it moves the view."""

    def run(canvas: CanvasView) -> None:
        keys, frames = carried(canvas.mirror, canvas.mirror.selected, canvas.frames)
        if not keys and not frames:
            canvas.pan(QPointF(-dx * 6, -dy * 6).toPoint())
            return
        gesture = ("nudge", *keys, *(frame.id for frame in frames))
        for edit in moved(canvas.mirror, keys, QPointF(dx, dy), frames):
            canvas.edit(edit, gesture)

    return run


# --- selecting ---


def select_all(canvas: CanvasView) -> None:
    """Select all nodes and frames."""
    level = canvas.mirror.level
    canvas.choose(level.standing(), {frame.id for frame in level.frames()})


def select_none(canvas: CanvasView) -> bool:
    """Select nothing; returns whether anything was selected."""
    before = (canvas.session.selection, canvas.frames, canvas.painter.links.marked_dot)
    canvas.select_dot(None)
    canvas.choose()
    return any(before)


def select_towards(dx: int, dy: int) -> Callable[[CanvasView], None]:
    """A command that selects the nearest node in a direction, seen from the selected one."""

    def run(canvas: CanvasView) -> None:
        nodes = canvas.mirror.nodes
        if not len(nodes):
            return
        chosen = sorted(canvas.mirror.selected)
        start = nodes.rect(chosen[0]).center() if chosen else canvas.shown_rect().center()
        rows = nodes.rows_of(id for id in nodes.row if id not in chosen)
        x, y = nodes.data[rows, :4].reshape(-1, 2, 2).mean(axis=1).T - [[start.x()], [start.y()]]
        along, aside = x * dx + y * dy, abs(x * dy) + abs(y * dx)
        cost = np.where(along > 1, along + 2 * aside, np.inf) if chosen else np.hypot(x, y)
        if len(cost) and np.isfinite(cost.min()):
            (id,) = nodes.keys_of(rows[[int(cost.argmin())]])
            canvas.select({id})
            canvas.ensureVisible(nodes.rect(id))

    return run


def select_linked(canvas: CanvasView) -> None:
    """Select also what the selected nodes are linked with."""
    mirror = canvas.mirror
    chosen = set(mirror.selected)
    for key in mirror.selected:
        chosen |= {
            end for link in mirror.links_of(key) for end in mirror.level.holders(link) if end
        }
    canvas.select(chosen)

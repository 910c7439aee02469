"""Commands that arrange nodes: align, distribute, auto layout, nudge."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from PySide6.QtCore import QPointF, QRectF

from nodeui.graph.edits import Batch, Edit, SetFrame, SetWaypoints
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands import layout
from nodeui.views.canvas.commands.frames import rect_around, rounded
from nodeui.views.canvas.commands.layout import Box, Edge, Side
from nodeui.views.canvas.commands.moving import (
    move_edits,
    moving_together,
    place_edits,
    rerouted_links_between,
)
from nodeui.views.canvas.scene import Canvas, Place

_PAN = 6  # by how much more than a node a nudge moves the view


def align(side: Side) -> Callable[[Canvas], None]:
    """Return a command that aligns the selected nodes."""

    def run(canvas: Canvas) -> None:
        if len(canvas.mirror.selected) > 1:
            places = layout.align(_boxes(canvas, canvas.mirror.selected), side)
            _move(canvas, places, tr("Align"))

    return run


def distribute(across: bool) -> Callable[[Canvas], None]:
    """Return a command that gives the selected nodes equal gaps, across or downwards."""

    def run(canvas: Canvas) -> None:
        if len(canvas.mirror.selected) > 2:
            places = layout.distribute(_boxes(canvas, canvas.mirror.selected), across)
            _move(canvas, places, tr("Distribute"))

    return run


def arrange(canvas: Canvas) -> None:
    """Lay out the selected nodes, or all nodes if none is selected."""
    mirror = canvas.mirror
    boxes = _boxes(canvas, mirror.selected or frozenset(mirror.level.shown_keys()))
    for key, (x, y, width, height) in boxes.items():
        boxes[key] = (x, y, width, height + mirror.layouts[key].picture_room)
    places = layout.arrange(boxes, _edges(canvas))
    edits = _place_edits(canvas, places)
    edits += [
        SetWaypoints(link.target, link.input, ()) for link in rerouted_links_between(mirror, boxes)
    ]
    edits += _refit_frame_edits(canvas, places)
    if edits:
        canvas.edit(Batch(tuple(edits), label=tr("Auto layout")))
    if not len(mirror.nodes.touching(canvas.viewport.shown_rect())):
        canvas.viewport.show_rect(mirror.content_rect())


def nudge(dx: float, dy: float) -> Callable[[Canvas], None]:
    """Return a command that moves the selection; without one, it moves the view."""

    def run(canvas: Canvas) -> None:
        keys, frames = moving_together(canvas.mirror, canvas.mirror.selected, canvas.frames)
        if not keys and not frames:
            canvas.viewport.pan(QPointF(-dx * _PAN, -dy * _PAN).toPoint())
            return
        gesture = ("nudge", *keys, *(frame.id for frame in frames))
        for edit in move_edits(canvas.mirror, keys, QPointF(dx, dy), frames):
            canvas.edit(edit, gesture)

    return run


def _boxes(canvas: Canvas, keys: frozenset[str]) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for key in canvas.mirror.level.shown_keys():
        if key in keys:
            rect = canvas.mirror.nodes.rect(key)
            boxes[key] = (rect.x(), rect.y(), rect.width(), rect.height())
    return boxes


def _place_edits(canvas: Canvas, places: Mapping[str, Place]) -> list[Edit]:
    """Move nodes and groups to places, given by key, unless they are already there."""
    layouts = canvas.mirror.layouts
    new = {key: place for key, place in places.items() if layouts[key].node.pos != place}
    return place_edits(canvas.mirror, new)


def _move(canvas: Canvas, places: Mapping[str, Place], label: str) -> None:
    edits = _place_edits(canvas, places)
    if edits:
        canvas.edit(Batch(tuple(edits), label=label))


def _refit_frame_edits(canvas: Canvas, places: Mapping[str, Place]) -> list[Edit]:
    """Refit frames to the nodes inside them, which move to `places`."""
    nodes, edits = canvas.mirror.nodes, list[Edit]()
    for frame in canvas.mirror.level.frames():
        inside = nodes.keys_of(nodes.inside(QRectF(*frame.rect)))
        if inside and places.keys() & inside:
            boxes = (_moved_box(nodes.rect(key), places.get(key)) for key in inside)
            rect = rounded(rect_around(boxes))
            edits.append(SetFrame(frame.id, msgspec.structs.replace(frame, rect=rect)))
    return edits


def _moved_box(box: QRectF, place: Place | None) -> QRectF:
    return QRectF(*place, box.width(), box.height()) if place is not None else box


def _edges(canvas: Canvas) -> list[Edge]:
    """Return the visible links as edges of the layout."""
    mirror = canvas.mirror
    edges: list[Edge] = []
    for link in mirror.links.row:
        if link not in mirror.links.boundary:
            (source, output), (target, input) = mirror.level.ends(link)
            drops = mirror.spot(source, True, output).y, mirror.spot(target, False, input).y
            edges.append(Edge(source, target, *drops))
    return edges

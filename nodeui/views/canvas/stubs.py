"""Links that lead out of the group in view end at its border, at a label with where they go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.views.canvas import geometry
from nodeui.views.canvas.bends import Array
from nodeui.views.canvas.ink import blend, draw_text, ink, metrics, socket_colour

if TYPE_CHECKING:
    from nodeui.views.canvas.mirror import Mirror

_BORDER = 70.0  # from the nodes to the labels
_HEIGHT = 18.0
_APART = 24.0
_WIDEST = 190.0
_PAD = 8.0

Far: TypeAlias = tuple[bool, str, str]
"""The end of a stub that is elsewhere: whether it is the target, its node and its socket."""


def far_end(mirror: Mirror, link: Link) -> Far | None:
    """Which end of a link is elsewhere, if one is."""
    if not mirror.level.key(link.target):
        return True, link.target, link.input
    return None if mirror.level.key(link.source) else (False, link.source, link.output)


def lay_out(mirror: Mirror) -> dict[Far, tuple[float, float]]:
    """Where the far ends lie: left of all nodes what leads in, right of them what leads out.

    They are as level with their sockets as there is room for.
    """
    heights: dict[Far, list[float]] = {}
    for key in mirror.looks:
        for link in mirror.links_of(key):
            far = far_end(mirror, link)
            if far is not None:
                source, target = mirror.level.ends(link)
                at = mirror.spot_at(*_spot(source, target, far[0]))
                heights.setdefault(far, []).append(at.y())
    bounds = mirror.nodes.bounds()
    places: dict[Far, tuple[float, float]] = {}
    for out, x in ((False, bounds.left() - _BORDER), (True, bounds.right() + _BORDER)):
        y = -np.inf
        side = ((sum(ys) / len(ys), far) for far, ys in heights.items() if far[0] == out)
        for wanted, far in sorted(side):
            y = max(y + _APART, wanted)
            places[far] = x, y
    return places


def _spot(source: tuple[str, str], target: tuple[str, str], out: bool) -> tuple[str, bool, str]:
    """The end of a stub that is here, as `Mirror.spot_at` takes it."""
    return (source[0], True, source[1]) if out else (target[0], False, target[1])


def label_rect(ends: Sequence[float], out: bool) -> QRectF:
    """Where the label may lie: ends are x1, y1, x2, y2 of the stub."""
    x, y = (ends[2], ends[3]) if out else (ends[0] - _WIDEST, ends[1])
    return QRectF(x, y - _HEIGHT / 2, _WIDEST, _HEIGHT)


def stub_box(ends: Sequence[float], out: bool) -> Array:
    """What a stub lies within: left, top, right, bottom."""
    label, curve = label_rect(ends, out), geometry.link_boxes(np.array([ends]))[0]
    corners = np.array([label.left(), label.top(), label.right(), label.bottom()])
    return np.concatenate([np.minimum(curve[:2], corners[:2]), np.maximum(curve[2:], corners[2:])])


def draw_label(
    painter: QPainter, ends: Sequence[float], text: str, type: str | None, out: bool
) -> None:
    """Draw where a stub goes."""
    box = label_rect(ends, out)
    width = min(metrics("small").horizontalAdvance(text) + 2 * _PAD + 1, _WIDEST)
    if not out:
        box.setLeft(box.right() - width)
    box.setWidth(width)
    painter.setPen(QPen(blend(socket_colour(type), ink("canvas"), 0.7), 1.2))
    painter.setBrush(blend(socket_colour(type), ink("canvas"), 0.12))
    painter.drawRoundedRect(box, _HEIGHT / 2, _HEIGHT / 2)
    draw_text(painter, box.adjusted(_PAD, 0, -_PAD, 0), text, "small", ink("text"))


def text_of(graph: Graph, link: Link, out: bool) -> str:
    """What stands on a stub: the node at its other end, and the socket."""
    id, socket = (link.target, link.input) if out else (link.source, link.output)
    node, spec = graph.nodes[id], graph.spec(id)
    title = node.title or (spec.title if spec else node.type)
    return f"{title}: {socket.replace('_', ' ')}"


def on_label(ends: Sequence[float], out: bool, at: QPointF) -> bool:
    """Whether a point lies on the label of a stub."""
    return label_rect(ends, out).contains(at)

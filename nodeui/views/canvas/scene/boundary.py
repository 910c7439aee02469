"""Boundary links: they leave the group in view and end at a label that names their other end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QRectF

from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.views.canvas.scene.curves import Array, link_boxes
from nodeui.views.canvas.scene.level import Level

_BORDER = 70.0  # from the nodes to the labels
_SPACING = 24.0  # from label to label
_HEIGHT = 18.0
_WIDEST = 190.0

FarEnd: TypeAlias = tuple[bool, str, str]
"""The end of a link at another level: True if it is the target, its node and its socket."""


def far_end(level: Level, link: Link) -> FarEnd | None:
    """Return the end of a link that is at another level, or None."""
    if not level.key(link.target):
        return True, link.target, link.input
    return None if level.key(link.source) else (False, link.source, link.output)


def label_places(
    heights: Mapping[FarEnd, Sequence[float]], bounds: QRectF
) -> dict[FarEnd, tuple[float, float]]:
    """Place the far ends: incoming links left of all nodes, outgoing ones right of them.

    Args:
        heights: For each far end, the y of all sockets that it is linked to. It is placed at
            their mean height, as far as other labels leave room.
        bounds: The bounds of all nodes.
    """
    places: dict[FarEnd, tuple[float, float]] = {}
    for out, x in ((False, bounds.left() - _BORDER), (True, bounds.right() + _BORDER)):
        y = -np.inf
        side = ((sum(ys) / len(ys), far) for far, ys in heights.items() if far[0] == out)
        for wanted, far in sorted(side):
            y = max(y + _SPACING, wanted)
            places[far] = x, y
    return places


def label_rect(ends: Sequence[float], out: bool) -> QRectF:
    """Return the largest area of a label.

    Args:
        ends: x1, y1, x2, y2 of the link.
        out: True if the label is at the target.
    """
    x, y = (ends[2], ends[3]) if out else (ends[0] - _WIDEST, ends[1])
    return QRectF(x, y - _HEIGHT / 2, _WIDEST, _HEIGHT)


def boundary_box(ends: Sequence[float], out: bool) -> Array:
    """Return the bounds of a boundary link with its label: left, top, right, bottom."""
    label, curve = label_rect(ends, out), link_boxes(np.array([ends]))[0]
    corners = np.array([label.left(), label.top(), label.right(), label.bottom()])
    return np.concatenate([np.minimum(curve[:2], corners[:2]), np.maximum(curve[2:], corners[2:])])


def label_text(graph: Graph, link: Link, out: bool) -> str:
    """Return the text of a label: the node and socket at the far end."""
    id, socket = (link.target, link.input) if out else (link.source, link.output)
    node, spec = graph.nodes[id], graph.spec(id)
    title = node.title or (spec.title if spec else node.type)
    return f"{title}: {socket.replace('_', ' ')}"

"""Draws a small picture of a graph, for workflows without a picture of their result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from nodeui.graph.spec import NodeSpec
from nodeui.views import theme

_NODE = QSizeF(210, 150)
"""About the size of a node on the canvas."""


def draw(content: Mapping[str, Any], specs: Mapping[str, NodeSpec], size: QSizeF) -> QImage:
    """Return a picture of the nodes and links of a workflow.

    Args:
        content: A workflow file, decoded.
        specs: The known node types, which give the colours.
        size: The size of the picture, in pixels.
    """
    image = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(theme.colour("canvas"))
    nodes: Mapping[str, Any] = content.get("nodes", {})
    places = {id: QPointF(*node.get("pos", (0, 0))) for id, node in nodes.items()}
    if not places:
        return image
    bounds = QRectF()
    for place in places.values():
        bounds |= QRectF(place, _NODE)
    scale = min(size.width() / (bounds.width() + 160), size.height() / (bounds.height() + 160))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(size.width() / 2, size.height() / 2)
    painter.scale(scale, scale)
    painter.translate(-bounds.center())
    _draw_links(painter, content.get("links", []), places)
    for id, node in nodes.items():
        spec = specs.get(node.get("type", ""))
        box = QRectF(places[id], _NODE)
        painter.setPen(QPen(theme.colour("outline"), 4))
        painter.setBrush(theme.colour("node"))
        painter.drawRoundedRect(box, 16, 16)
        if spec is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.category_colour(spec.category))
            painter.drawRoundedRect(QRectF(box.x(), box.y(), box.width(), 28), 12, 12)
    painter.end()
    return image


def _draw_links(painter: QPainter, links: list[Any], places: Mapping[str, QPointF]) -> None:
    painter.setPen(QPen(theme.colour("muted"), 6))
    for link in links:
        source, target = (places.get(str(end).partition(".")[0]) for end in link[:2])
        if source is None or target is None:
            continue
        start = source + QPointF(_NODE.width(), _NODE.height() / 2)
        end = target + QPointF(0, _NODE.height() / 2)
        path = QPainterPath(start)
        reach = QPointF(max(60.0, (end.x() - start.x()) / 2), 0)
        path.cubicTo(start + reach, end - reach, end)
        painter.drawPath(path)

"""Painting of the whole canvas, at the level of detail that the zoom allows.

There is no graphics item per node: one painter loops over the table rows in view. From close up
nodes are painted in full; from further away as blocks, with readable titles if few are in view;
from far away all nodes of a colour are one call, and so are all links.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nodeui.session.states import NodeState
from nodeui.views import theme
from nodeui.views.canvas.paint.batch import draw_rects
from nodeui.views.canvas.paint.drawing import (
    NO_PEN,
    blend,
    category_colour,
    colour,
    draw_paragraph,
    draw_text,
)
from nodeui.views.canvas.paint.frames import draw_frame
from nodeui.views.canvas.paint.links import LinkPainter
from nodeui.views.canvas.paint.node_background import draw_badge
from nodeui.views.canvas.paint.nodes import NodePainter
from nodeui.views.canvas.scene import (
    BLOCKS,
    DETAIL,
    HEADER,
    Array,
    CanvasState,
    Mirror,
    NodeLayout,
    Rows,
    distinct,
    link_boxes,
    metrics,
    shift_frame,
    touching,
)

FEW = 150
"""Number of nodes in view up to which the titles of blocks are large enough to read."""

_TITLES = 0.32  # zoom from which the blocks of a crowd have titles
_BLOCK_STRIP = 5.0  # height of the category's colour at a block's top
_SWATCH = 24.0  # width of a swatch in the strip of a block
_TITLE_LINES = 3  # of a title on a block
_RECEDING = 0.35  # opacity of the links while a new one is drawn
_BLOCK_BADGES = ("running", "will-run", "resumes", "failed", "blocked")
_PARTS = 8  # rectangles of a clip that are painted one by one


class ScenePainter:
    """Paints a scene.

    Args:
        mirror: The scene.
        state: Its transient state.
    """

    def __init__(self, mirror: Mirror, state: CanvasState) -> None:
        self._mirror = mirror
        self._state = state
        self._node_painter = NodePainter(mirror, state)
        self._link_painter = LinkPainter(mirror, state)

    def paint(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        """Paint the background: all that is inside the painter's clip and not being dragged.

        Args:
            painter: In canvas coordinates.
            rect: The bounds of the clip.
            zoom: Pixels per canvas unit.
        """
        transform = painter.worldTransform()
        painter.resetTransform()
        clip = cast("Iterable[QRect]", painter.clipRegion())  # PySide's stubs lack the iterator
        parts = list(clip) if painter.hasClipping() else []
        painter.setWorldTransform(transform)
        if not 1 < len(parts) <= _PARTS:
            self._paint_part(painter, rect, zoom)
            return
        for part in parts:  # a pan uncovers an L, whose bounds are the whole view
            painter.resetTransform()
            painter.setClipRect(part)
            painter.setWorldTransform(transform)
            self._paint_part(painter, transform.inverted()[0].mapRect(QRectF(part)), zoom)

    def _paint_part(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        mirror, state, lift = self._mirror, self._state, self._state.lift
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(rect, colour("canvas"))
        _paint_grid(painter, rect, zoom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = mirror.session.selected_frames
        for frame in mirror.level.frames():
            away = frame.id in lift.frames or frame.id == state.hidden_frame
            if not away and rect.intersects(QRectF(*frame.rect)):
                draw_frame(painter, frame, zoom, frame.id in selected)
        nodes = mirror.nodes.touching(rect.adjusted(-14, -14, 14, 14))
        links = mirror.links.touching(rect)
        if lift.nodes:
            nodes = np.setdiff1d(nodes, lift.node_rows)
            links = np.setdiff1d(links, lift.link_rows)
        if state.hidden_links:
            links = np.setdiff1d(links, mirror.links.rows_of(state.hidden_links))
        painter.setOpacity(_RECEDING if state.linking else 1.0)
        self._link_painter.paint(painter, links, mirror.links.ends(links), rect, zoom)
        painter.setOpacity(1.0)
        self._paint_nodes(painter, nodes, mirror.nodes.boxes(nodes), zoom)

    def paint_lifted(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        """Paint the dragged frames, nodes and links at their offset, as far as in `rect`."""
        mirror, lift, offset = self._mirror, self._state.lift, self._state.lift_offset
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = mirror.session.selected_frames
        for frame in mirror.level.frames() if lift.frames else ():
            if frame.id in lift.frames:
                draw_frame(painter, shift_frame(frame, offset), zoom, frame.id in selected)
        if not lift.nodes:
            return
        shift = [offset.x(), offset.y()]
        ends = mirror.links.ends(lift.link_rows)
        ends[lift.starts, :2] += shift
        ends[lift.ends, 2:] += shift
        bounds = link_boxes(ends)
        if mirror.links.waypoints or mirror.links.boundary:  # they are few, and reach further
            bounds[:, :2] -= rect.width()
            bounds[:, 2:] += rect.width()
        shown = touching(bounds, rect)
        self._link_painter.paint(
            painter, lift.link_rows[shown], ends[shown], rect, zoom, dragged=True
        )
        boxes = mirror.nodes.boxes(lift.node_rows) + shift * 2
        shown = touching(boxes, rect)
        self._paint_nodes(painter, lift.node_rows[shown], boxes[shown], zoom)

    # --- nodes ---

    def _paint_nodes(self, painter: QPainter, rows: Rows, boxes: Array, zoom: float) -> None:
        """Paint nodes, given their rows and current boxes (k, 4)."""
        if zoom < BLOCKS:
            self._paint_distant(painter, rows, boxes, zoom)
            return
        mirror, faded = self._mirror, self._state.faded
        order = mirror.nodes.stacking_order(rows)
        corners = boxes[order, :2].tolist()
        for key, (x, y) in zip(mirror.nodes.keys_of(rows[order]), corners, strict=True):
            painter.translate(x, y)
            if zoom >= DETAIL:
                self._node_painter.paint(painter, key, key in faded)
            else:
                self._paint_block(painter, key, mirror.layouts[key], zoom)
            painter.translate(-x, -y)

    def _paint_block(self, painter: QPainter, key: str, layout: NodeLayout, zoom: float) -> None:
        """Paint a node from a distance: its body, title and picture, and empty fields."""
        width, height = layout.shape.width, layout.height
        state = self._mirror.state_of(key)
        painter.setPen(NO_PEN)
        faded = layout.node.mode == "muted" or key in self._state.faded
        painter.setOpacity(0.45 if faded else 1.0)
        painter.fillRect(QRectF(0, 0, width, height), colour("node"))
        painter.fillRect(QRectF(0, 0, width, _BLOCK_STRIP), category_colour(layout.tint))
        for number, name in enumerate(reversed(layout.swatches)):
            end = width - number * _SWATCH
            painter.fillRect(QRectF(end - _SWATCH, 0, _SWATCH, _BLOCK_STRIP), QColor(name))
        if not self._state.crowded:
            _draw_title(painter, layout, zoom, state.badge in _BLOCK_BADGES)
        elif zoom >= _TITLES:
            row = QRectF(12, 4, width - 44, HEADER)
            draw_text(painter, row, layout.title, "title", colour("text"))
        for spot in layout.shape.fields:
            painter.fillRect(spot.rect, colour("field"))
        batch = self._mirror.pictures_of(key) if layout.picture is not None else None
        if batch is not None and layout.picture is not None:
            self._node_painter.paint_pictures(painter, key, layout.picture, batch)
        if state.badge == "running":
            done = state.done / state.total if state.total else 0.0
            painter.fillRect(QRectF(0, HEADER - 5, width, 5), colour("outline"))
            painter.fillRect(QRectF(0, HEADER - 5, width * done, 5), colour("accent"))
        if state.badge in _BLOCK_BADGES and zoom >= _TITLES:
            _draw_large_badge(painter, QPointF(width - 16, (HEADER + 5) / 2), state)
        edge = self._edge(key)
        if edge is not None:
            pen = QPen(edge, 2.0)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(QColor(0, 0, 0, 0))
            painter.drawRect(QRectF(0, 0, width, height))
        painter.setOpacity(1.0)

    def _edge(self, key: str) -> QColor | None:
        """Return the colour that emphasises a node, or None."""
        if key in self._mirror.selected:
            return colour("accent")
        state = self._mirror.state_of(key)
        if state.error:
            return colour("error")
        return colour("accent", 0.6) if state.badge == "running" else None

    def _paint_distant(self, painter: QPainter, rows: Rows, boxes: Array, zoom: float) -> None:
        """Paint nodes from far away, as plain rectangles."""
        mirror = self._mirror
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(NO_PEN)
        tints = mirror.nodes.tints(rows)
        for index in distinct(tints):
            painter.setBrush(blend(category_colour(mirror.tints[index]), colour("node"), 0.5))
            draw_rects(painter, boxes[tints == index])
        for row, edge in self._emphasised(set(rows.tolist())):
            left, top, right, bottom = boxes[rows == row][0].tolist()
            width = max(right - left, 3 / zoom)
            painter.fillRect(QRectF(left, top, width, bottom - top), edge)

    def _emphasised(self, rows: set[int]) -> list[tuple[int, QColor]]:
        """Return those of these rows whose nodes stand out from far away, and their colours."""
        mirror, row = self._mirror, self._mirror.nodes.row
        loud = {
            mirror.level.key(id)
            for id, state in mirror.session.states.items()
            if state.error or state.badge == "running"
        }
        found = [key for key in (*loud, *mirror.selected) if row.get(key) in rows]
        return [(row[key], edge) for key in found if (edge := self._edge(key)) is not None]


def _draw_title(painter: QPainter, layout: NodeLayout, zoom: float, badge: bool) -> None:
    """Draw a block's title above its fields and picture.

    It has the size of small text on the screen, or less on a node that is only a header. `badge`
    leaves space for one.
    """
    fields, inset = layout.shape.fields, 12.0
    width = layout.shape.width - inset - (32 if badge else 8)
    height = (fields[0].rect.top() if fields else layout.shape.height) - _BLOCK_STRIP
    spacing = metrics("small").lineSpacing()
    scale = min(1 / zoom, height / spacing)
    area = QRectF(0, 0, width / scale, height / scale)
    lines = min(int(area.height() / spacing), _TITLE_LINES)
    painter.translate(inset, _BLOCK_STRIP)
    painter.scale(scale, scale)
    if lines > 1:
        draw_paragraph(painter, area, layout.title, "small", colour("text"), lines)
    else:
        draw_text(painter, area, layout.title, "small", colour("text"))
    painter.scale(1 / scale, 1 / scale)
    painter.translate(-inset, -_BLOCK_STRIP)


def _draw_large_badge(painter: QPainter, at: QPointF, state: NodeState) -> None:
    """Draw a badge large enough to be recognised from a distance."""
    painter.translate(at)
    painter.scale(1.8, 1.8)
    draw_badge(painter, QPointF(0, 0), state)
    painter.scale(1 / 1.8, 1 / 1.8)
    painter.translate(-at)


def _paint_grid(painter: QPainter, rect: QRectF, zoom: float) -> None:
    """Paint the dots of the grid, at least 16 pixels apart."""
    step = float(theme.GRID)
    while step * zoom < 16:
        step *= 5
    if step > 100 * theme.GRID:
        return
    across, down = np.meshgrid(
        _multiples(rect.left(), rect.right(), step), _multiples(rect.top(), rect.bottom(), step)
    )
    painter.setPen(QPen(colour("outline"), 0))  # one pixel: ten times as fast as wider ones
    x, y = cast("Sequence[float]", across.ravel()), cast("Sequence[float]", down.ravel())
    painter.drawPointsNp(x, y)  # PySide's stubs declare sequences for arrays


def _multiples(low: float, high: float, step: float) -> Array:
    """Return the multiples of `step` from `low` to `high`."""
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1, dtype=np.float64) * step

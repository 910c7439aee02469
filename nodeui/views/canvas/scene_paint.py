"""The whole canvas, painted at the level of detail that the zoom allows.

There is no item a node: one painter goes over the rows of the tables that lie in the view.
Near, nodes are painted in full; further away as blocks, with titles to be read where few are in
view; from afar all nodes of a colour are one call, and so are all links.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from nodeui.graph.parts import Link
from nodeui.session.states import NodeState
from nodeui.views import theme
from nodeui.views.canvas.batch import draw_rects
from nodeui.views.canvas.frame_paint import draw_frame
from nodeui.views.canvas.geometry import HEADER, link_boxes
from nodeui.views.canvas.ink import (
    NO_PEN,
    blend,
    category_colour,
    draw_paragraph,
    draw_text,
    ink,
    metrics,
)
from nodeui.views.canvas.link_paint import BLOCKS, DETAIL, LinkPainter
from nodeui.views.canvas.mirror import Look, Mirror
from nodeui.views.canvas.node_paint import NodePainter
from nodeui.views.canvas.plate import draw_badge
from nodeui.views.canvas.tables import Rows, different, touching

FEW = 150
"""Nodes in view up to which blocks have titles that are large enough to be read."""

_TITLES = 0.32  # zoom from which the blocks of a crowd have titles
_STRIP = 5.0  # height of the category's colour at a block's top
_TITLE_LINES = 3  # of a title on a block
_BACK = 0.35  # opacity of the links while a new one is drawn
_TOLD = ("running", "will-run", "resumes", "failed", "blocked")  # the badges of blocks
_PARTS = 8  # rectangles of a clip that are painted one by one


class ScenePainter:
    """Paints a mirror.

    Attributes:
        nodes: Paints single nodes.
        links: Paints links.
        lifted: Nodes that are being dragged: they and their links are painted apart.
        faded: Nodes that a link under way cannot end at.
        fading: A link is under way: the others stand back.
        lifted_frames: Frames that are being dragged.
        hidden_links: Links that are being dragged.
        marked_frames: Frames that are selected.
        crowded: More than a `FEW` nodes are in view.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self.nodes = NodePainter(mirror)
        self.links = LinkPainter(mirror)
        self.faded: Container[str] = ()
        self.fading = False
        self.hidden_links: Collection[Link] = ()
        self.marked_frames: Collection[str] = ()
        self.crowded = False
        self.lift((), ())

    def paint(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        """Paint all that lies in the painter's clip, but what is lifted.

        Args:
            painter: In canvas coordinates.
            rect: What the clip lies within.
            zoom: Pixels a unit.
        """
        transform = painter.worldTransform()
        painter.resetTransform()
        clip = cast("Iterable[QRect]", painter.clipRegion())  # the stubs know no iteration
        parts = list(clip) if painter.hasClipping() else []
        painter.setWorldTransform(transform)
        if not 1 < len(parts) <= _PARTS:
            self._paint(painter, rect, zoom)
            return
        for part in parts:  # what a pan uncovers has the shape of an L: its bounds are all
            painter.resetTransform()
            painter.setClipRect(part)
            painter.setWorldTransform(transform)
            self._paint(painter, transform.inverted()[0].mapRect(QRectF(part)), zoom)

    def _paint(self, painter: QPainter, rect: QRectF, zoom: float) -> None:
        mirror = self._mirror
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(rect, ink("canvas"))
        _dots(painter, rect, zoom)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frame in mirror.level.frames():
            if frame.id not in self.lifted_frames and rect.intersects(QRectF(*frame.rect)):
                draw_frame(painter, frame, zoom, frame.id in self.marked_frames)
        nodes, links = (
            mirror.nodes.touching(rect.adjusted(-14, -14, 14, 14)),
            mirror.links.touching(rect),
        )
        if self.lifted:
            nodes = np.setdiff1d(nodes, self._nodes_up)
            links = np.setdiff1d(links, self._links_up)
        if self.hidden_links:
            links = np.setdiff1d(links, mirror.links.rows_of(self.hidden_links))
        painter.setOpacity(_BACK if self.fading else 1.0)
        self.links.paint(painter, links, mirror.links.data[links, 4:8], rect, zoom)
        painter.setOpacity(1.0)
        self._nodes(painter, nodes, zoom, QPointF(0, 0))

    def lift(self, ids: Collection[str], frames: Collection[str]) -> None:
        """Leave these nodes, their links and these frames to `paint_lifted`."""
        mirror = self._mirror
        self.lifted, self.lifted_frames = frozenset(ids), frozenset(frames)
        links = list({link: None for id in self.lifted for link in mirror.links_of(id)})
        self._nodes_up = mirror.nodes.rows_of(self.lifted)
        self._links_up = mirror.links.rows_of(links)
        holders = [mirror.level.holders(link) for link in links]
        self._starts_up = np.array([source in self.lifted for source, _ in holders], dtype=bool)
        self._ends_up = np.array([target in self.lifted for _, target in holders], dtype=bool)

    def paint_lifted(self, painter: QPainter, offset: QPointF, rect: QRectF, zoom: float) -> None:
        """Paint the lifted nodes and their links, moved by `offset`, where they are in `rect`."""
        mirror, shift = self._mirror, [offset.x(), offset.y()]
        ends = mirror.links.data[self._links_up, 4:8]
        ends[self._starts_up, :2] += shift
        ends[self._ends_up, 2:] += shift
        boxes = link_boxes(ends)
        if mirror.via or mirror.stubs:  # they are few, and reach further
            boxes[:, :2] -= rect.width()
            boxes[:, 2:] += rect.width()
        shown = touching(boxes, rect)
        nodes = self._nodes_up[touching(mirror.nodes.data[self._nodes_up, :4] + shift * 2, rect)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.links.paint(
            painter, self._links_up[shown], ends[shown], rect, zoom, (offset, self.lifted)
        )
        self._nodes(painter, nodes, zoom, offset)

    # --- nodes ---

    def _nodes(self, painter: QPainter, rows: Rows, zoom: float, offset: QPointF) -> None:
        if zoom < BLOCKS:
            self._far_nodes(painter, rows, zoom, offset)
            return
        mirror = self._mirror
        rows = rows[np.argsort(mirror.nodes.data[rows, 4])]
        corners = (mirror.nodes.data[rows, :2] + [offset.x(), offset.y()]).tolist()
        for id, (x, y) in zip(mirror.nodes.keys_of(rows), corners, strict=True):
            painter.translate(x, y)
            if zoom >= DETAIL:
                self.nodes.paint(painter, id, id in self.faded)
            else:
                self._block(painter, id, mirror.looks[id], zoom)
            painter.translate(-x, -y)

    def _block(self, painter: QPainter, id: str, look: Look, zoom: float) -> None:
        """A node from a distance: its body, title and picture, and where its fields are."""
        width, height = look.shape.width, look.height
        painter.setPen(NO_PEN)
        faded = look.node.mode == "muted" or id in self.faded
        painter.setOpacity(0.45 if faded else 1.0)
        painter.fillRect(QRectF(0, 0, width, height), ink("node"))
        painter.fillRect(QRectF(0, 0, width, _STRIP), category_colour(look.tint))
        if not self.crowded:
            _draw_title(painter, look, zoom, self._mirror.state_of(id).badge in _TOLD)
        elif zoom >= _TITLES:
            row = QRectF(12, 4, width - 44, HEADER)
            draw_text(painter, row, look.title, "title", ink("text"))
        for spot in look.shape.fields:
            painter.fillRect(spot.rect, ink("field"))
        image = self._mirror.image_of(id) if look.picture is not None else None
        if image is not None and look.picture is not None:
            self.nodes.picture(painter, id, look.picture, image)
        state = self._mirror.state_of(id)
        if state.badge == "running":
            done = state.done / state.total if state.total else 0.0
            painter.fillRect(QRectF(0, HEADER - 5, width, 5), ink("outline"))
            painter.fillRect(QRectF(0, HEADER - 5, width * done, 5), ink("accent"))
        if state.badge in _TOLD and zoom >= _TITLES:
            _mark(painter, QPointF(width - 16, (HEADER + 5) / 2), state)
        edge = self._edge(id)
        if edge is not None:
            pen = QPen(edge, 2.0)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(QColor(0, 0, 0, 0))
            painter.drawRect(QRectF(0, 0, width, height))
        painter.setOpacity(1.0)

    def _edge(self, id: str) -> QColor | None:
        """The colour that stresses a node, if any does."""
        if id in self._mirror.selected:
            return ink("accent")
        state = self._mirror.state_of(id)
        if state.error:
            return ink("error")
        return ink("accent", 0.6) if state.badge == "running" else None

    def _far_nodes(self, painter: QPainter, rows: Rows, zoom: float, offset: QPointF) -> None:
        mirror = self._mirror
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(NO_PEN)
        boxes = mirror.nodes.data[rows, :4] + [offset.x(), offset.y()] * 2
        tints = mirror.nodes.data[rows, 5]
        for index in different(tints):
            painter.setBrush(blend(category_colour(mirror.tints[index]), ink("node"), 0.5))
            draw_rects(painter, boxes[tints == index])
        for id, colour in self._stressed(set(rows.tolist())):
            box = mirror.nodes.rect(id).translated(offset)
            least = 3 / zoom
            painter.fillRect(box.adjusted(0, 0, max(0, least - box.width()), 0), colour)

    def _stressed(self, rows: set[int]) -> list[tuple[str, QColor]]:
        """The nodes in these rows that stand out from afar."""
        mirror, row = self._mirror, self._mirror.nodes.row
        states = mirror.session.states.items()
        loud = {
            mirror.level.key(id) for id, state in states if state.error or state.badge == "running"
        }
        found = [key for key in (*loud, *mirror.selected) if row.get(key) in rows]
        return [(id, colour) for id in found if (colour := self._edge(id)) is not None]


def _draw_title(painter: QPainter, look: Look, zoom: float, marked: bool) -> None:
    """A block's title in the size of small text on the screen, above its fields and picture; a
    node that is only a header has it smaller."""
    fields, inset = look.shape.fields, 12.0
    width = look.shape.width - inset - (32 if marked else 8)
    height = (fields[0].rect.top() if fields else look.shape.height) - _STRIP
    line = metrics("small").lineSpacing()
    scale = min(1 / zoom, height / line)
    room = QRectF(0, 0, width / scale, height / scale)
    lines = min(int(room.height() / line), _TITLE_LINES)
    painter.translate(inset, _STRIP)
    painter.scale(scale, scale)
    if lines > 1:
        draw_paragraph(painter, room, look.title, "small", ink("text"), lines)
    else:
        draw_text(painter, room, look.title, "small", ink("text"))
    painter.scale(1 / scale, 1 / scale)
    painter.translate(-inset, -_STRIP)


def _mark(painter: QPainter, at: QPointF, state: NodeState) -> None:
    """A badge, as large as it can be told from a distance."""
    painter.translate(at)
    painter.scale(1.8, 1.8)
    draw_badge(painter, QPointF(0, 0), state)
    painter.scale(1 / 1.8, 1 / 1.8)
    painter.translate(-at)


def _dots(painter: QPainter, rect: QRectF, zoom: float) -> None:
    """The grid: never finer than 16 pixels."""
    step = float(theme.GRID)
    while step * zoom < 16:
        step *= 5
    if step > 100 * theme.GRID:
        return
    across, down = np.meshgrid(
        _steps(rect.left(), rect.right(), step), _steps(rect.top(), rect.bottom(), step)
    )
    painter.setPen(QPen(ink("outline"), 0))  # one pixel: ten times as fast as wider ones
    x, y = cast("Sequence[float]", across.ravel()), cast("Sequence[float]", down.ravel())
    painter.drawPointsNp(x, y)  # the stubs take sequences for arrays


def _steps(low: float, high: float, step: float) -> NDArray[np.float64]:
    """The multiples of `step` from `low` to `high`."""
    return np.arange(np.floor(low / step), np.ceil(high / step) + 1, dtype=np.float64) * step

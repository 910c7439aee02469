"""Everything about the look of links: plain, rerouted, boundary, emphasised, drawn, cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nodeui.graph.parts import Link, Points
from nodeui.views.canvas.paint import sections
from nodeui.views.canvas.paint.batch import draw_lines
from nodeui.views.canvas.paint.drawing import (
    NO_BRUSH,
    NO_PEN,
    blend,
    colour,
    draw_socket,
    draw_text,
    draw_type_symbol,
    guide_pen,
    socket_colour,
)
from nodeui.views.canvas.scene import (
    BLOCKS,
    DETAIL,
    WAYPOINT_RADIUS,
    Array,
    CanvasState,
    FarEnd,
    LinkTable,
    Mirror,
    Rows,
    distinct,
    far_end,
    label_rect,
    label_text,
    lengths,
    link_path,
    metrics,
    plain_path,
    shift_waypoints,
    waypoint_path,
)

_MOST_PIXELS = 300_000.0  # total length of links painted in one frame of a distant view
_SMOOTH = 600  # links in view up to which distant ones are antialiased
_WIDE = 0.75  # zoom from which links are wider than one pixel; wider strokes take 3 times as long
_SYMBOL = 120.0  # pixels from end to end above which a link has its type's symbol
_LONG = 2000.0  # canvas units from end to end above which a link is long
_CROWD = 100  # number of long links above which they are thin and pale
_LABEL_PAD = 8.0


class LinkPainter:
    """Paints the links of a scene.

    Args:
        mirror: The scene.
        state: Its transient state: marked link, selected waypoint, dragged nodes.
    """

    def __init__(self, mirror: Mirror, state: CanvasState) -> None:
        self._mirror = mirror
        self._state = state

    def paint(
        self,
        painter: QPainter,
        rows: Rows,
        ends: Array,
        rect: QRectF,
        zoom: float,
        dragged: bool = False,
    ) -> None:
        """Paint links.

        Args:
            painter: In canvas coordinates.
            rows: Their rows in the table.
            ends: Their current ends: (k, 4).
            rect: The area to paint.
            zoom: Pixels per canvas unit.
            dragged: True for the links of dragged nodes, whose waypoints may move with them.
        """
        if zoom < BLOCKS:
            self._paint_distant(painter, rows, ends, zoom)
            return
        mirror = self._mirror
        near = rect.adjusted(-8, -8, 8, 8)
        labelled: set[FarEnd] = set()
        rows, ends, curves = self._clip_long(painter, rows, ends, rect)
        smooth = zoom >= DETAIL or len(rows) < _SMOOTH
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        ratio = painter.device().devicePixelRatio()
        width = (2.0 * zoom if zoom >= _WIDE else 1.0) * ratio
        pens = [_pen(type, width) for type in mirror.tints]
        keys, places = mirror.links.keys_of(rows), ends.tolist()
        tints: list[int] = mirror.links.tints(rows).astype(int).tolist()
        all_waypoints, boundary = mirror.links.waypoints, mirror.links.boundary
        for link, place, curve, tint in zip(keys, places, curves.tolist(), tints, strict=True):
            pen = self._emphasise(link, pens[tint])
            waypoints = all_waypoints.get(link, ()) if all_waypoints else ()
            if waypoints:
                self._paint_rerouted(painter, link, place, waypoints, pen, dragged)
                continue
            start, a, b, end = curve
            path = QPainterPath(QPointF(*start))
            path.cubicTo(*a, *b, *end)
            painter.strokePath(path, pen)
            if zoom >= DETAIL and _span(place) * zoom > _SYMBOL:
                x, y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
                if near.contains(x, y):
                    draw_type_symbol(painter, x, y, mirror.tints[tint], pen.color())
            far = far_end(mirror.level, link) if link in boundary else None
            if far is not None and far not in labelled:
                labelled.add(far)
                text = label_text(mirror.graph, link, far[0])
                _draw_label(painter, place, text, mirror.tints[tint], far[0])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _emphasise(self, link: Link, pen: QPen) -> QPen:
        """Return a wider pen for a marked link or one of a selected node, else the same pen."""
        if not self._emphasised(link):
            return pen
        pen = QPen(pen)
        pen.setWidthF(pen.widthF() * 1.5)
        if link == self._state.marked_link:
            pen.setColor(colour("accent"))
        return pen

    def _emphasised(self, link: Link) -> bool:
        selection, marked = self._mirror.selected, link == self._state.marked_link
        if marked or not selection:
            return marked
        source, target = self._end_keys(link)
        return source in selection or target in selection

    def _end_keys(self, link: Link) -> tuple[str, str]:
        level = self._mirror.level
        return level.end_keys(link) if level.grouped else (link.source, link.target)

    # --- long links ---

    def _clip_long(
        self, painter: QPainter, rows: Rows, ends: Array, rect: QRectF
    ) -> tuple[Rows, Array, Array]:
        """Select the links to paint one by one, with their ends and curves.

        Long links are left out unless they run through `rect`, and clipped to it. If there is a
        crowd of them, they are painted here.
        """
        curves = sections.curves_of(ends)
        long = lengths(ends) > _LONG
        long &= self._plain(rows)
        if not long.any():
            return rows, ends, curves
        which = np.flatnonzero(long)
        found, clipped = sections.in_view(curves[which], rect.adjusted(-4, -4, 4, 4))
        curves[which[found]] = clipped
        kept = ~long
        kept[which[found]] = True
        if len(found) and self._crowded():
            keys = self._mirror.links.keys_of(rows[which[found]])
            emphasised = np.array([self._emphasised(link) for link in keys], dtype=bool)
            thin = which[found][~emphasised]
            kept[thin] = False
            self._paint_crowd(painter, rows[thin], curves[thin])
        return rows[kept], ends[kept], curves[kept]

    def _plain(self, rows: Rows) -> NDArray[np.bool_]:
        """Return which of these links have no waypoints and are no boundary links: (k,)."""
        links = self._mirror.links
        if not links.waypoints and not links.boundary:
            return np.ones(len(rows), dtype=bool)
        return ~np.isin(rows, links.rows_of((*links.waypoints, *links.boundary)))

    def _crowded(self) -> bool:
        """True if the canvas has so many long links that they hide the others.

        Counted over the whole canvas: parts painted at different times must look the same.
        """
        return int(np.count_nonzero(lengths(self._mirror.links.all_ends()) > _LONG)) > _CROWD

    def _paint_crowd(self, painter: QPainter, rows: Rows, curves: Array) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        tints = self._mirror.links.tints(rows)
        for index in distinct(tints):
            painter.setPen(_pale(self._mirror.tints[index]))
            draw_lines(painter, sections.lines_of(curves[tints == index]))

    def _paint_distant(self, painter: QPainter, rows: Rows, ends: Array, zoom: float) -> None:
        """Paint straight lines, up to a total length; more would only cover the view."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        rows, ends = self._mirror.links.straight_lines(rows, ends)
        length = lengths(ends) * zoom
        too_many = length.sum() > _MOST_PIXELS
        kept = np.cumsum(length) <= _MOST_PIXELS if too_many else length > 1.0
        rows, ends = rows[kept], ends[kept]
        tints = self._mirror.links.tints(rows)
        for index in distinct(tints):
            painter.setPen(_pale(self._mirror.tints[index]))
            draw_lines(painter, ends[tints == index])

    # --- waypoints ---

    def _paint_rerouted(
        self,
        painter: QPainter,
        link: Link,
        place: Sequence[float],
        waypoints: Points,
        pen: QPen,
        dragged: bool,
    ) -> None:
        """Paint a link through waypoints; between two dragged nodes, they move along."""
        if dragged and all(key in self._state.lift.nodes for key in self._end_keys(link)):
            waypoints = shift_waypoints(waypoints, self._state.lift_offset)
        painter.strokePath(waypoint_path(place, waypoints), pen)
        for index, (x, y) in enumerate(waypoints):
            selected = self._state.waypoint == (link, index)
            outline = colour("accent" if selected else "canvas")
            painter.setPen(QPen(outline, 2.5 if selected else 1.5))
            painter.setBrush(pen.color())
            painter.drawEllipse(QPointF(x, y), WAYPOINT_RADIUS, WAYPOINT_RADIUS)


# --- boundary links ---


def _draw_label(
    painter: QPainter, ends: Sequence[float], text: str, type: str | None, out: bool
) -> None:
    """Draw the label at the far end of a boundary link."""
    box = label_rect(ends, out)
    width = min(metrics("small").horizontalAdvance(text) + 2 * _LABEL_PAD + 1, box.width())
    if not out:
        box.setLeft(box.right() - width)
    box.setWidth(width)
    tint, ground = socket_colour(type), colour("canvas")
    painter.setPen(QPen(blend(tint, ground, 0.7), 1.2))
    painter.setBrush(blend(tint, ground, 0.12))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    inner = box.adjusted(_LABEL_PAD, 0, -_LABEL_PAD, 0)
    draw_text(painter, inner, text, "small", colour("text"))


# --- links in the hand of a tool ---


def draw_new_link(
    painter: QPainter, start: QPointF, end: QPointF, free: QPointF, type: str | None, fits: bool
) -> None:
    """Draw a link that is being drawn: dashed until it fits, with a socket at its free end."""
    style = Qt.PenStyle.SolidLine if fits else Qt.PenStyle.DashLine
    painter.setBrush(NO_BRUSH)
    painter.setPen(QPen(socket_colour(type), 3.0 if fits else 2.0, style))
    painter.drawPath(plain_path(start.x(), start.y(), end.x(), end.y()))
    draw_socket(painter, free.x(), free.y(), type, True)


def draw_target(painter: QPainter, at: QPointF, type: str | None, chosen: bool) -> None:
    """Highlight a socket at which the link being drawn may end."""
    painter.setPen(NO_PEN)
    painter.setBrush(colour("accent", 0.55 if chosen else 0.38))
    radius = 11.0 if chosen else 9.0
    painter.drawEllipse(at, radius, radius)
    draw_socket(painter, at.x(), at.y(), type, chosen, 1.3 if chosen else 1.1)


def draw_dragged_waypoint(
    painter: QPainter,
    ends: Sequence[float],
    waypoints: Points,
    index: int,
    type: str,
    removed: bool,
    guides: Sequence[QLineF],
) -> None:
    """Draw a link one of whose waypoints is being dragged, with snapping guides.

    Args:
        painter: In canvas coordinates.
        ends: x1, y1, x2, y2 of the link.
        waypoints: Its waypoints.
        index: The dragged one.
        type: The socket type of the link.
        removed: True if releasing removes the waypoint; the link is then dashed.
        guides: The lines that the waypoint is aligned with.
    """
    tint = socket_colour(type)
    pen = QPen(tint, 2.0)
    curve = waypoints
    if removed:
        pen.setStyle(Qt.PenStyle.DashLine)
        curve = (*waypoints[:index], *waypoints[index + 1 :])
    painter.setBrush(NO_BRUSH)
    painter.setPen(pen)
    painter.drawPath(link_path(ends, curve))
    painter.setPen(guide_pen("accent", 1))
    painter.drawLines(guides)
    painter.setBrush(tint)
    for number, (x, y) in enumerate(waypoints):
        painter.setPen(QPen(colour("accent" if number == index else "canvas"), 2.0))
        painter.drawEllipse(QPointF(x, y), WAYPOINT_RADIUS, WAYPOINT_RADIUS)


def draw_cut_links(painter: QPainter, table: LinkTable, links: Iterable[Link]) -> None:
    """Draw links that are about to be cut."""
    painter.setBrush(NO_BRUSH)
    painter.setPen(guide_pen("error", 3))
    for link in links:
        painter.drawPath(table.path(link))


def _pen(type: str, width: float) -> QPen:
    pen = QPen(socket_colour(type), width)
    pen.setCosmetic(True)  # strokes twice as fast as a pen that scales
    return pen


def _pale(type: str) -> QPen:
    return QPen(blend(socket_colour(type), colour("canvas"), 0.6), 0)


def _span(ends: Sequence[float]) -> float:
    """Return the distance between the ends of a link along both axes, in canvas units."""
    return abs(ends[2] - ends[0]) + abs(ends[3] - ends[1])

"""Links, painted at the level of detail that the zoom, and their number, allow."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen

from nodeui.graph.parts import Link, Points
from nodeui.views.canvas import bends, sections, stubs
from nodeui.views.canvas.batch import draw_lines
from nodeui.views.canvas.ink import blend, draw_sign, ink, socket_colour
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.tables import Rows, different

DETAIL = 0.5
"""Zoom from which nodes are painted in full."""
BLOCKS = 0.25
"""Zoom from which they are painted as blocks; further away as batches."""

_INK = 300_000.0  # pixels of links that one frame may take from afar; more is a tangle anyway
_SMOOTH = 600  # links in view up to which distant ones are smoothed
_WIDE = (
    0.75  # zoom from which links are wider than one pixel; such strokes take three times as long
)
_SIGNED = 120.0  # pixels from which a link has the sign of its type in its middle
_LONG = 2000.0  # units from end to end from which a link is long
_CROWD = 100  # long links from which on they are thin and pale

Lift = tuple[QPointF, Collection[str]]
"""How far away, and which nodes are."""


class LinkPainter:
    """Paints links of a mirror.

    Attributes:
        marked_link: A link to stress: under the pointer, or about to take a node in.
        marked_dot: The waypoint that is selected, as a link and its index.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self.marked_link: Link | None = None
        self.marked_dot: tuple[Link, int] | None = None

    def paint(
        self,
        painter: QPainter,
        rows: Rows,
        ends: NDArray[np.float64],
        rect: QRectF,
        zoom: float,
        lift: Lift | None = None,
    ) -> None:
        """Paint links.

        Args:
            painter: In canvas coordinates.
            rows: Of the links in their table.
            ends: Where they end now: (k, 4).
            rect: What is painted.
            zoom: Pixels a unit.
            lift: Waypoints between two of these nodes are that far away.
        """
        if zoom < BLOCKS:
            self._far(painter, rows, ends, zoom)
            return
        mirror = self._mirror
        near = rect.adjusted(-8, -8, 8, 8)
        told: set[stubs.Far] = set()  # far ends that have their label already
        rows, ends, curves = self._near(painter, rows, ends, rect)
        smooth = zoom >= DETAIL or len(rows) < _SMOOTH
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        ratio = painter.device().devicePixelRatio()
        width = (2.0 * zoom if zoom >= _WIDE else 1.0) * ratio
        pens = [_pen(type, width) for type in mirror.tints]
        keys, places = mirror.links.keys_of(rows), ends.tolist()
        tints: list[int] = mirror.links.data[rows, 8].astype(int).tolist()
        for link, place, curve, tint in zip(keys, places, curves.tolist(), tints, strict=True):
            pen = self._stress(link, pens[tint])
            via = mirror.via.get(link, ()) if mirror.via else ()
            if via:
                self._bent(painter, link, place, via, pen, lift)
                continue
            start, a, b, end = curve
            path = QPainterPath(QPointF(*start))
            path.cubicTo(*a, *b, *end)
            painter.strokePath(path, pen)
            if zoom >= DETAIL and _span(place) * zoom > _SIGNED:
                x, y = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
                if near.contains(x, y):
                    draw_sign(painter, x, y, mirror.tints[tint], pen.color())
            far = stubs.far_end(mirror, link) if link in mirror.stubs else None
            if far is not None and far not in told:
                told.add(far)
                self._stub(painter, link, place, mirror.tints[tint])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _stress(self, link: Link, pen: QPen) -> QPen:
        """The pen of a link: a wider one where it is marked, or one of a selected node."""
        if not self._stressed(link):
            return pen
        pen = QPen(pen)
        pen.setWidthF(pen.widthF() * 1.5)
        if link == self.marked_link:
            pen.setColor(ink("accent"))
        return pen

    def _stressed(self, link: Link) -> bool:
        selection = self._mirror.selected
        source, target = self._holders(link)
        return link == self.marked_link or source in selection or target in selection

    def _holders(self, link: Link) -> tuple[str, str]:
        level = self._mirror.level
        return level.holders(link) if level.grouped else (link.source, link.target)

    # --- long links ---

    def _near(
        self, painter: QPainter, rows: Rows, ends: NDArray[np.float64], rect: QRectF
    ) -> tuple[Rows, NDArray[np.float64], NDArray[np.float64]]:
        """The links that are to be painted one by one, with their curves: those that run through
        `rect`, of long ones what is in it. Where long ones are a crowd, they are painted here."""
        curves = sections.curves_of(ends)
        long = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) > _LONG
        long &= self._plain(rows)
        if not long.any():
            return rows, ends, curves
        which = np.flatnonzero(long)
        found, cut = sections.in_view(curves[which], rect.adjusted(-4, -4, 4, 4))
        curves[which[found]] = cut
        kept = ~long
        kept[which[found]] = True
        if self._crowded():
            keys = self._mirror.links.keys_of(rows[which[found]])
            loud = np.array([self._stressed(link) for link in keys], dtype=bool)
            thin = which[found][~loud]
            kept[thin] = False
            self._thin(painter, rows[thin], curves[thin])
        return rows[kept], ends[kept], curves[kept]

    def _plain(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of these links are neither bent nor cut short."""
        mirror = self._mirror
        if not mirror.via and not mirror.stubs:
            return np.ones(len(rows), dtype=bool)
        return ~np.isin(rows, mirror.links.rows_of((*mirror.via, *mirror.stubs)))

    def _crowded(self) -> bool:
        """Whether the canvas has so many long links that they hide the others: all of it, as what
        is painted at one time must look like what was painted at another."""
        ends = self._mirror.links.data[:, 4:8]
        span = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
        return int(np.count_nonzero(span > _LONG)) > _CROWD

    def _thin(self, painter: QPainter, rows: Rows, curves: NDArray[np.float64]) -> None:
        """Links of a crowd."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        tints = self._mirror.links.data[rows, 8]
        for index in different(tints):
            painter.setPen(_pale(self._mirror.tints[index]))
            draw_lines(painter, sections.lines_of(curves[tints == index]))

    def _far(self, painter: QPainter, rows: Rows, ends: NDArray[np.float64], zoom: float) -> None:
        """Straight lines; where they would cover the view, each with less of a chance."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        rows, ends = bends.straightened(self._mirror, rows, ends)
        length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]) * zoom
        kept = np.cumsum(length) <= _INK if length.sum() > _INK else length > 1.0
        rows, ends = rows[kept], ends[kept]
        tints = self._mirror.links.data[rows, 8]
        for index in different(tints):
            painter.setPen(_pale(self._mirror.tints[index]))
            draw_lines(painter, ends[tints == index])

    # --- links that are not plain ---

    def _bent(
        self,
        painter: QPainter,
        link: Link,
        place: Sequence[float],
        via: Points,
        pen: QPen,
        lift: Lift | None,
    ) -> None:
        """A link over waypoints, and these."""
        if lift is not None and all(id in lift[1] for id in self._holders(link)):
            via = bends.shifted(via, lift[0])
        painter.strokePath(bends.bent_path(place, via), pen)
        for index, (x, y) in enumerate(via):
            marked = self.marked_dot == (link, index)
            painter.setPen(QPen(ink("accent" if marked else "canvas"), 2.5 if marked else 1.5))
            painter.setBrush(pen.color())
            painter.drawEllipse(QPointF(x, y), bends.DOT, bends.DOT)

    def _stub(self, painter: QPainter, link: Link, place: list[float], type: str) -> None:
        """Where a link goes that leads out of the group in view."""
        out = self._mirror.stubs[link]
        text = stubs.text_of(self._mirror.graph, link, out)
        stubs.draw_label(painter, place, text, type, out)


def _pen(type: str, width: float) -> QPen:
    pen = QPen(socket_colour(type), width)
    pen.setCosmetic(True)  # strokes twice as fast as a pen that scales
    return pen


def _pale(type: str) -> QPen:
    tint = blend(socket_colour(type), ink("canvas"), 0.6)
    return QPen(tint, 0)


def _span(ends: Sequence[float]) -> float:
    """How far apart the ends of a link are, in canvas units along both axes."""
    return abs(ends[2] - ends[0]) + abs(ends[3] - ends[1])

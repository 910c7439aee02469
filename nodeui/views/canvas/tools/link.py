"""Drawing links between sockets, and cutting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nodeui.graph.edits import Batch, Connect, Disconnect, Edit
from nodeui.graph.parts import GraphError, Link
from nodeui.views.canvas import bends
from nodeui.views.canvas.convert import between
from nodeui.views.canvas.ends import LinkEnd, fits, joined
from nodeui.views.canvas.geometry import Spot, link_path
from nodeui.views.canvas.hit import Hit, hit, nodes_at
from nodeui.views.canvas.ink import NO_PEN, draw_socket, ink, socket_colour
from nodeui.views.canvas.level import resolve
from nodeui.views.canvas.mirror import Mirror
from nodeui.views.canvas.scene_paint import BLOCKS
from nodeui.views.canvas.tools.base import Pointer, Tool
from nodeui.views.canvas.tools.select import line_pen

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_PULL = 22.0  # pixels around a socket within which a link jumps to it


class Compatible:
    """Which sockets a link under way may end at.

    As a container it holds the nodes that have none: these are painted faded.

    Attributes:
        cyclic: The nodes that a link to or from would close a cycle with.
    """

    def __init__(self, mirror: Mirror, end: LinkEnd) -> None:
        self._mirror = mirror
        self._end = end
        self.cyclic = self._beyond()
        self._known: dict[str, bool] = {}

    def _beyond(self) -> set[str]:
        """The nodes that a link to or from would close a cycle with."""
        seen, waiting = {self._end.node}, [self._end.node]
        while waiting:
            id = waiting.pop()
            for link in self._mirror.links_of(id):
                # What an output must not feed lies upstream of it; an input's, downstream.
                other = link.source if self._end.output else link.target
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    def spots(self, id: str) -> list[Spot]:
        """The sockets of a node or group that fit: free ones first, inputs before parameters."""
        mirror, end = self._mirror, self._end
        found = [
            spot
            for spot in mirror.looks[id].shape.spots
            if fits(end, spot.type, spot.output) and resolve(id, spot.name)[0] not in self.cyclic
        ]
        found.sort(
            key=lambda s: (s.parameter, not s.output and mirror.is_linked(id, False, s.name))
        )
        return found

    def __contains__(self, id: object) -> bool:
        key = str(id)
        if key not in self._known:
            self._known[key] = key == self._end.node or bool(self.spots(key))
        return not self._known[key]


class LinkTool(Tool):
    """Draws a link from a socket; from a linked input it takes the link's end along."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: CanvasView, start: Pointer, id: str, spot: Spot) -> None:
        super().__init__(canvas, start)
        mirror = canvas.mirror
        names = () if spot.output else (spot.name, *spot.also)
        found = (mirror.link_into(id, name) for name in names)
        self._taken = [link for link in found if link is not None]
        if self._taken:
            link = self._taken[0]
            self._end = LinkEnd(link.source, link.output, True, mirror.types_of(link)[0])
            x, y = mirror.links.data[mirror.links.row[link], 4:6].tolist()
            self._fixed = QPointF(x, y)
        else:
            self._end = LinkEnd(*resolve(id, spot.name), spot.output, spot.type)
            self._fixed = mirror.spot_at(id, spot.output, spot.name)
        self._free = start.at
        self._goal: tuple[str, Spot] | None = None

    def begin(self) -> None:
        self._compatible = Compatible(self.canvas.mirror, self._end)
        self.canvas.painter.faded = self._compatible
        self.canvas.painter.fading = True
        self.canvas.hide_links(self._taken)

    def drag(self, pointer: Pointer) -> None:
        self._goal = self._nearest(pointer)
        mirror = self.canvas.mirror
        if self._goal is not None:
            self._free = mirror.spot_at(self._goal[0], self._goal[1].output, self._goal[1].name)
            self.canvas.say("")
        else:
            self._free = pointer.at
            below = self._under(pointer)
            self.canvas.say(self._advice(below))
        self.canvas.viewport().update()

    def _under(self, pointer: Pointer) -> Hit:
        return hit(self.canvas.mirror, pointer.at, self.canvas.zoom)

    def _nearest(self, pointer: Pointer) -> tuple[str, Spot] | None:
        """The fitting socket near the pointer, else the best one of the node below it."""
        below = self._under(pointer)
        if below.spot is not None and below.spot not in self._compatible.spots(below.id):
            return None
        mirror, reach = self.canvas.mirror, _PULL / self.canvas.zoom
        around = QRectF(pointer.at.x() - reach, pointer.at.y() - reach, 2 * reach, 2 * reach)
        best: tuple[float, str, Spot] | None = None
        for id in nodes_at(mirror, around):
            for spot in self._compatible.spots(id):
                away = mirror.spot_at(id, spot.output, spot.name) - pointer.at
                distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
                if distance <= reach and (best is None or distance < best[0]):
                    best = distance, id, spot
        if best is not None:
            return best[1], best[2]
        if below.part in ("node", "header", "picture"):
            spots = [s for s in self._compatible.spots(below.id) if not s.parameter]
            if spots:
                return below.id, spots[0]
        return None

    def _refusal(self, below: Hit) -> str:
        """Why no link can end at what is below the pointer; "" where nothing is."""
        if below.spot is None:
            return ""
        id, name = resolve(below.id, below.spot.name)
        if id == self._end.node:
            return ""
        if below.spot.output == self._end.output:
            tr = self.canvas.tr
            return (
                tr("Two outputs cannot be linked")
                if self._end.output
                else tr("Two inputs cannot be linked")
            )
        try:
            self.canvas.session.graph.check_link(joined(self._end, id, name))
        except GraphError as error:
            return str(error)
        return ""

    def _conversions(self, below: Hit) -> list[str]:
        """The titles of what could convert the value for the socket below the pointer."""
        if below.spot is None or resolve(below.id, below.spot.name)[0] in self._compatible.cyclic:
            return []
        return [each.spec.title for each in between(self.canvas, self._end, below.spot)]

    def _advice(self, below: Hit) -> str:
        """Why no link can end here, and what releasing it does then."""
        titles = self._conversions(below)
        refusal = self._refusal(below)
        if not titles:
            return refusal
        release = self.canvas.tr("Release to convert it with: {0}").format(", ".join(titles))
        return f"{refusal}\n{release}"

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        below = self._under(pointer)
        self.cancel()
        links = self._drawn()
        if links and links == self._taken:
            return
        graph = self.canvas.session.graph
        via = graph.waypoints(self._taken[0]) if self._taken else ()
        edits: list[Edit] = [Disconnect(link.target, link.input) for link in self._taken]
        edits += [Connect(link, via) for link in links]
        label = self.canvas.tr("Connect") if links else self.canvas.tr("Disconnect")
        if edits:
            self.canvas.edit(Batch(tuple(edits), label=label))
        elif below.spot is not None and resolve(below.id, "")[0] != self._end.node:
            if self._conversions(below):
                self.canvas.offer_conversion(self._end, below.id, below.spot)
            else:
                self.canvas.say(self._refusal(below), stay=True)
        elif below.part in ("canvas", "frame", "frame-title", "link"):
            self.canvas.search_requested.emit(pointer.at, self._end)

    def _drawn(self) -> list[Link]:
        """The links to the socket that was found; on a group, it may stand for several."""
        if self._goal is None:
            return []
        key, spot = self._goal
        return [joined(self._end, *resolve(key, name)) for name in (spot.name, *spot.also)]

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.painter.faded = ()
            self.canvas.painter.fading = False
            self.canvas.say("")
            self.canvas.hide_links(())

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        if self.canvas.zoom >= BLOCKS:
            self._paint_goals(painter)
        ends = (self._fixed, self._free) if self._end.output else (self._free, self._fixed)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        tint = socket_colour(self._end.type)
        pen = QPen(
            tint,
            3.0 if self._goal else 2.0,
            Qt.PenStyle.SolidLine if self._goal else Qt.PenStyle.DashLine,
        )
        painter.setPen(pen)
        painter.drawPath(link_path(ends[0].x(), ends[0].y(), ends[1].x(), ends[1].y()))
        draw_socket(painter, self._free.x(), self._free.y(), self._end.type, True)

    def _paint_goals(self, painter: QPainter) -> None:
        """Light up the sockets in view that fit."""
        mirror = self.canvas.mirror
        for id in nodes_at(mirror, self.canvas.shown_rect()):
            for spot in self._compatible.spots(id):
                at = mirror.spot_at(id, spot.output, spot.name)
                chosen = self._goal == (id, spot)
                painter.setPen(NO_PEN)
                painter.setBrush(ink("accent", 0.55 if chosen else 0.38))
                radius = 11.0 if chosen else 9.0
                painter.drawEllipse(at, radius, radius)
                draw_socket(painter, at.x(), at.y(), spot.type, chosen, 1.3 if chosen else 1.1)


class CutTool(Tool):
    """Cuts the links that a line is drawn across."""

    cursor = Qt.CursorShape.CrossCursor

    def begin(self) -> None:
        self._line = [self.start.at]
        self._cut: dict[Link, None] = {}

    def drag(self, pointer: Pointer) -> None:
        before = self._line[-1]
        self._line.append(pointer.at)
        links = self.canvas.mirror.links
        stroke = QRectF(before, pointer.at).normalized()
        rows = links.touching(stroke)
        if len(rows):
            crossed = bends.crossings(self.canvas.mirror, rows, before, pointer.at)
            self._cut |= dict.fromkeys(links.keys_of(rows[crossed]))
        self.canvas.viewport().update()

    def release(self, pointer: Pointer) -> None:
        if not self.dragging or not self._cut:
            return
        edits = tuple(Disconnect(link.target, link.input) for link in self._cut)
        self.canvas.edit(Batch(edits, label=self.canvas.tr("Cut links")))

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        mirror = self.canvas.mirror
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(line_pen("error", 3))
        for link in self._cut:
            ends = mirror.links.data[mirror.links.row[link], 4:8].tolist()
            painter.drawPath(bends.path_of(ends, mirror.via.get(link, ())))
        pen = line_pen("error", 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._line))

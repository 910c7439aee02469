"""The tools that draw and cut links."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from nodeui.graph.edits import Batch, Connect, Disconnect, Edit
from nodeui.graph.parts import GraphError, Link
from nodeui.graph.wording import tr
from nodeui.views.canvas.commands import converters_between
from nodeui.views.canvas.paint import draw_cut_links, draw_new_link, draw_target, guide_pen
from nodeui.views.canvas.scene import (
    BLOCKS,
    Canvas,
    Hit,
    LinkEnd,
    Mirror,
    Spot,
    fits,
    link_from,
    nodes_at,
    resolve,
)
from nodeui.views.canvas.tools.base import Pointer, Tool

_PULL = 22.0  # pixels around a socket within which a link snaps to it


class Compatible:
    """The sockets at which a link that is being drawn may end.

    As a container, it holds the keys of nodes without such sockets: they are faded.

    Args:
        mirror: The scene.
        end: The fixed end of the link.

    Attributes:
        cyclic: The nodes to which a link would close a cycle.
    """

    def __init__(self, mirror: Mirror, end: LinkEnd) -> None:
        self._mirror = mirror
        self._end = end
        self.cyclic = self._find_cyclic()
        self._fitting: dict[str, bool] = {}

    def _find_cyclic(self) -> set[str]:
        seen, waiting = {self._end.node}, [self._end.node]
        while waiting:
            id = waiting.pop()
            for link in self._mirror.links_of(id):
                # An output must not feed a node upstream of it; an input, a node downstream.
                other = link.source if self._end.output else link.target
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return seen

    def spots(self, key: str) -> list[Spot]:
        """Return the sockets of a node or group that fit: free ones first, then parameters."""
        mirror, end = self._mirror, self._end
        found = [
            spot
            for spot in mirror.layouts[key].shape.spots
            if fits(end, spot.type, spot.output) and resolve(key, spot.name)[0] not in self.cyclic
        ]
        found.sort(
            key=lambda s: (s.parameter, not s.output and mirror.is_linked(key, False, s.name))
        )
        return found

    def __contains__(self, item: object) -> bool:
        key = str(item)
        if key not in self._fitting:
            self._fitting[key] = key == self._end.node or bool(self.spots(key))
        return not self._fitting[key]


class LinkTool(Tool):
    """Draws a link from a socket; from a linked input, it moves the end of its link.

    Args:
        canvas: The canvas.
        start: The pointer when the button was pressed.
        key: The node or group.
        spot: The socket.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: Canvas, start: Pointer, key: str, spot: Spot) -> None:
        super().__init__(canvas, start)
        mirror = canvas.mirror
        names = () if spot.output else (spot.name, *spot.also)
        found = (mirror.link_into(key, name) for name in names)
        self._taken = [link for link in found if link is not None]
        if self._taken:
            link = self._taken[0]
            self._end = LinkEnd(link.source, link.output, True, mirror.types_of(link)[0])
            x, y, _, _ = mirror.links.ends_of(link)
            self._fixed = QPointF(x, y)
        else:
            self._end = LinkEnd(*resolve(key, spot.name), spot.output, spot.type)
            self._fixed = mirror.spot_at(key, spot.output, spot.name)
        self._free = start.at
        self._target: tuple[str, Spot] | None = None

    def begin(self) -> None:
        self._compatible = Compatible(self.canvas.mirror, self._end)
        self.canvas.state.begin_link(self._compatible, self._taken)

    def drag(self, pointer: Pointer) -> None:
        below = self.canvas.hit(pointer.at)
        self._target = self._find_target(pointer.at, below)
        if self._target is not None:
            key, spot = self._target
            self._free = self.canvas.mirror.spot_at(key, spot.output, spot.name)
            self.canvas.show_hint("")
        else:
            self._free = pointer.at
            self.canvas.show_hint(self._advice(below))
        self.canvas.viewport.redraw()

    def _find_target(self, at: QPointF, below: Hit) -> tuple[str, Spot] | None:
        """Return the nearest fitting socket, else the best one of the node at the pointer."""
        if below.spot is not None and below.spot not in self._compatible.spots(below.id):
            return None
        mirror, reach = self.canvas.mirror, _PULL / self.canvas.viewport.zoom
        around = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        best: tuple[float, str, Spot] | None = None
        for key in nodes_at(mirror, around):
            for spot in self._compatible.spots(key):
                away = mirror.spot_at(key, spot.output, spot.name) - at
                distance = (away.x() ** 2 + away.y() ** 2) ** 0.5
                if distance <= reach and (best is None or distance < best[0]):
                    best = distance, key, spot
        if best is not None:
            return best[1], best[2]
        if below.part in ("node", "header", "picture"):
            spots = [s for s in self._compatible.spots(below.id) if not s.parameter]
            if spots:
                return below.id, spots[0]
        return None

    def _refusal(self, below: Hit) -> str:
        """Return why no link can end at the part at the pointer; "" if it is no socket."""
        if below.spot is None:
            return ""
        id, name = resolve(below.id, below.spot.name)
        if id == self._end.node:
            return ""
        if below.spot.output == self._end.output:
            if self._end.output:
                return tr("Two outputs cannot be linked")
            return tr("Two inputs cannot be linked")
        try:
            self.canvas.session.graph.check_link(link_from(self._end, id, name))
        except GraphError as error:
            return str(error)
        return ""

    def _conversions(self, below: Hit) -> list[str]:
        """Return the titles of the nodes that convert the value for the socket at the pointer."""
        if below.spot is None or resolve(below.id, below.spot.name)[0] in self._compatible.cyclic:
            return []
        found = converters_between(self.canvas, self._end, below.spot)
        return [converter.spec.title for converter in found]

    def _advice(self, below: Hit) -> str:
        """Return why no link can end here, and what releasing it will do instead."""
        titles = self._conversions(below)
        refusal = self._refusal(below)
        if not titles:
            return refusal
        release = tr("Release to convert it with: {0}", ", ".join(titles))
        return f"{refusal}\n{release}"

    def release(self, pointer: Pointer) -> None:
        if not self.dragging:
            return
        canvas, below = self.canvas, self.canvas.hit(pointer.at)
        self.cancel()
        links = self._new_links()
        if links and links == self._taken:
            return
        waypoints = canvas.session.graph.waypoints(self._taken[0]) if self._taken else ()
        edits: list[Edit] = [Disconnect(link.target, link.input) for link in self._taken]
        edits += [Connect(link, waypoints) for link in links]
        if edits:
            label = tr("Connect") if links else tr("Disconnect")
            canvas.edit(Batch(tuple(edits), label=label))
        elif below.spot is not None and resolve(below.id, "")[0] != self._end.node:
            if self._conversions(below):
                canvas.conversion_requested.emit(self._end, below.id, below.spot)
            else:
                canvas.show_hint(self._refusal(below), stay=True)
        elif below.part in ("canvas", "frame", "frame-title", "link"):
            canvas.search_requested.emit(pointer.at, self._end)

    def _new_links(self) -> list[Link]:
        """Return the links to the target; on a group, a socket may be several inputs."""
        if self._target is None:
            return []
        key, spot = self._target
        return [link_from(self._end, *resolve(key, name)) for name in (spot.name, *spot.also)]

    def cancel(self) -> None:
        if self.dragging:
            self.canvas.state.end_link()
            self.canvas.show_hint("")

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        if self.canvas.viewport.zoom >= BLOCKS:
            self._paint_targets(painter)
        start, end = (self._fixed, self._free) if self._end.output else (self._free, self._fixed)
        fits = self._target is not None
        draw_new_link(painter, start, end, self._free, self._end.type, fits)

    def _paint_targets(self, painter: QPainter) -> None:
        """Highlight the sockets in view that fit."""
        mirror = self.canvas.mirror
        for key in nodes_at(mirror, self.canvas.viewport.shown_rect()):
            for spot in self._compatible.spots(key):
                at = mirror.spot_at(key, spot.output, spot.name)
                draw_target(painter, at, spot.type, self._target == (key, spot))


class CutTool(Tool):
    """Cuts the links that a stroke crosses."""

    cursor = Qt.CursorShape.CrossCursor

    def begin(self) -> None:
        self._stroke = [self.start.at]
        self._cut: dict[Link, None] = {}

    def drag(self, pointer: Pointer) -> None:
        before, links = self._stroke[-1], self.canvas.mirror.links
        self._stroke.append(pointer.at)
        rows = links.touching(QRectF(before, pointer.at).normalized())
        if len(rows):
            crossed = links.crossings(rows, before, pointer.at)
            self._cut |= dict.fromkeys(links.keys_of(rows[crossed]))
        self.canvas.viewport.redraw()

    def release(self, pointer: Pointer) -> None:
        if not self.dragging or not self._cut:
            return
        edits = tuple(Disconnect(link.target, link.input) for link in self._cut)
        self.canvas.edit(Batch(edits, label=tr("Cut links")))

    def paint(self, painter: QPainter) -> None:
        if not self.dragging:
            return
        draw_cut_links(painter, self.canvas.mirror.links, self._cut)
        pen = guide_pen("error", 1.5)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._stroke))

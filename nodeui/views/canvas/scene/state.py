"""Transient state of a canvas: what is hovered, marked, dragged or hidden at the moment."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from nodeui.graph.parts import Link
from nodeui.views.canvas.scene.mirror import Mirror
from nodeui.views.canvas.scene.tables import Rows

_LINK_MARGIN = 4.0  # painted around a marked link
_WAYPOINT_MARGIN = 6.0  # painted around a link with a selected waypoint


@dataclass(frozen=True, slots=True)
class Lift:
    """Nodes and frames that are being dragged: they and their links leave the background.

    Attributes:
        nodes: The keys of the nodes and groups.
        frames: The ids of the frames.
        node_rows: The rows of the nodes in their table.
        link_rows: The rows of their links.
        starts: For each link, True if it starts at one of the nodes.
        ends: For each link, True if it ends at one of the nodes.
    """

    nodes: frozenset[str]
    frames: frozenset[str]
    node_rows: Rows
    link_rows: Rows
    starts: NDArray[np.bool_]
    ends: NDArray[np.bool_]

    @classmethod
    def of(cls, mirror: Mirror, keys: Collection[str], frames: Collection[str]) -> Lift:
        """Look up the rows of these nodes and of their links."""
        nodes = frozenset(keys)
        links = list({link: None for key in nodes for link in mirror.links_of(key)})
        pairs = [mirror.level.end_keys(link) for link in links]
        return cls(
            nodes,
            frozenset(frames),
            mirror.nodes.rows_of(nodes),
            mirror.links.rows_of(links),
            np.array([source in nodes for source, _ in pairs], dtype=bool),
            np.array([target in nodes for _, target in pairs], dtype=bool),
        )


class CanvasState(QObject):
    """State that tools and the pointer set, and painters read; it is in no document.

    Args:
        mirror: The scene.
        parent: Its owner.

    Attributes:
        hovered: Key and part of the field or button under the pointer, or None; the part is a
            parameter's name, or "#copy".
        marked_link: The link under the pointer, or the one that a node will be inserted into.
        waypoint: The selected waypoint, as its link and index, or None.
        lift: The nodes and frames that are being dragged.
        lift_offset: How far they have been dragged.
        hidden_links: Links that a tool paints instead.
        hidden_frame: Id of the frame that a tool paints instead, or "".
        faded: The keys of nodes that the link being drawn cannot end at.
        linking: True while a link is drawn: the other links recede.
        crowded: True if too many nodes are in view for large titles on blocks.
    """

    dirtied = Signal(QRectF)
    """A part of the canvas has to be repainted."""
    reset = Signal()
    """All of the canvas has to be repainted."""

    def __init__(self, mirror: Mirror, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mirror = mirror
        self.hovered: tuple[str, str] | None = None
        self.marked_link: Link | None = None
        self.waypoint: tuple[Link, int] | None = None
        self.lift = Lift.of(mirror, (), ())
        self.lift_offset = QPointF(0, 0)
        self.hidden_links: Collection[Link] = ()
        self.hidden_frame = ""
        self.faded: Container[str] = ()
        self.linking = False
        self.crowded = False

    def hover(self, place: tuple[str, str] | None) -> None:
        """Set the field or button under the pointer."""
        before, self.hovered = self.hovered, place
        if before != place:
            self._mirror.refresh({each[0] for each in (before, place) if each is not None})

    def mark_link(self, link: Link | None) -> None:
        """Emphasise a link."""
        before, self.marked_link = self.marked_link, link
        if before != link:
            self._repaint({before, link}, _LINK_MARGIN)

    def select_waypoint(self, waypoint: tuple[Link, int] | None) -> None:
        """Select a waypoint, given as its link and index; None selects none."""
        before, self.waypoint = self.waypoint, waypoint
        if before != waypoint:
            links = {each[0] for each in (before, waypoint) if each is not None}
            self._repaint(links, _WAYPOINT_MARGIN)

    def drop_waypoint_if_gone(self) -> None:
        """Select no waypoint if the selected one was removed."""
        if self.waypoint is not None:
            link, index = self.waypoint
            if index >= len(self._mirror.links.waypoints.get(link, ())):
                self.waypoint = None

    def lift_up(self, keys: Collection[str], frames: Collection[str]) -> None:
        """Start to drag nodes and frames."""
        self.lift = Lift.of(self._mirror, keys, frames)
        self.lift_offset = QPointF(0, 0)
        self.reset.emit()

    @property
    def lifted(self) -> bool:
        """True while nodes or frames are being dragged."""
        return bool(self.lift.nodes or self.lift.frames)

    def put_down(self) -> None:
        """Stop dragging nodes and frames."""
        self.lift_up((), ())

    def hide_links(self, links: Collection[Link]) -> None:
        """Leave links to a tool, which paints them instead."""
        self.hidden_links = links
        self.reset.emit()

    def hide_frame(self, id: str) -> None:
        """Leave a frame to a tool, which paints it instead; "" leaves none."""
        self.hidden_frame = id
        self.reset.emit()

    def begin_link(self, faded: Container[str], hidden: Collection[Link]) -> None:
        """Start to draw a link: fade nodes, and hide the links that it replaces."""
        self.faded, self.linking = faded, True
        self.hide_links(hidden)

    def end_link(self) -> None:
        """Stop drawing a link."""
        self.faded, self.linking = (), False
        self.hide_links(())

    def _repaint(self, links: Collection[Link | None], margin: float) -> None:
        for link in links:
            if link is not None and link in self._mirror.links.row:
                rect = self._mirror.links.rect(link)
                self.dirtied.emit(rect.adjusted(-margin, -margin, margin, margin))

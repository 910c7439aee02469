"""Rows of the link table: the ends, bounds and tints of plain, rerouted and boundary links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Points
from nodeui.views.canvas.scene import boundary, curves
from nodeui.views.canvas.scene.boundary import FarEnd
from nodeui.views.canvas.scene.level import Level
from nodeui.views.canvas.scene.node_layout import NodeLayout
from nodeui.views.canvas.scene.tables import LinkRows, NodeTable

_Row = tuple[str, str, float, float, float, float, int]
"""Keys of both ends, x and y of both sockets on their nodes, and the tint."""


def types_of(graph: Graph, link: Link) -> tuple[str | None, str | None]:
    """Return the types of a link's output and input; None on a placeholder."""
    source, target = graph.spec(link.source), graph.spec(link.target)
    output = source.outputs.get(link.output) if source else None
    return output.type if output else None, target.input_type(link.input) if target else None


class LinkPlacer:
    """Computes where links are.

    Args:
        graph: The graph.
        level: The level in view.
        layouts: The layouts of the nodes and groups shown there, by key.
        nodes: Their boxes.
        tint: Returns the tint of a socket type.
    """

    def __init__(
        self,
        graph: Graph,
        level: Level,
        layouts: Mapping[str, NodeLayout],
        nodes: NodeTable,
        tint: Callable[[str], int],
    ) -> None:
        self._graph = graph
        self._level = level
        self._layouts = layouts
        self._nodes = nodes
        self._tint = tint

    def rows(self, links: Sequence[Link], boundary_links: Iterable[Link]) -> LinkRows:
        """Return the rows of some links.

        Args:
            links: Links that the level shows.
            boundary_links: All boundary links of the level: they share out the labels.
        """
        level = self._level
        heights = self._heights(boundary_links)
        labels = boundary.label_places(heights, self._nodes.bounds()) if heights else {}
        found: list[_Row] = []
        waypoints: dict[Link, Points] = {}
        outward: dict[Link, bool] = {}
        for link in links:
            (source, output), (target, input) = level.ends(link)
            if not source or not target:
                outward[link] = not target
                found.append(self._boundary_row(link))
                continue
            start = self._layouts[source].shape.by_name[True, output]
            end = self._layouts[target].shape.by_name[False, input]
            tint = self._tint(start.type or end.type or "")
            found.append((source, target, start.x, start.y, end.x, end.y, tint))
            points = self._graph.waypoints(link)
            if points:
                waypoints[link] = points
        ends = self._ends(found)
        boxes = curves.link_boxes(ends)
        for index, link in enumerate(links) if waypoints or outward else ():
            if link in waypoints:
                boxes[index] = curves.waypoint_box(ends[index].tolist(), waypoints[link])
            elif (far := boundary.far_end(level, link)) is not None:
                out = far[0]
                ends[index, 2 * out : 2 * out + 2] = labels[far]
                boxes[index] = boundary.boundary_box(ends[index].tolist(), out)
        tints = np.array([row[6] for row in found], dtype=np.float64)
        return LinkRows.of(boxes, ends, tints, waypoints, outward)

    def _ends(self, found: Sequence[_Row]) -> curves.Array:
        """Return the ends of links on the canvas: (k, 4)."""
        row = self._nodes.row
        keys = np.array([(row[source], row[target]) for source, target, *_ in found], dtype=np.intp)
        sources, targets = keys.reshape(-1, 2).T
        ends = np.array([each[2:6] for each in found], dtype=np.float64).reshape(-1, 4)
        corners = self._nodes.corners
        return ends + np.concatenate([corners(sources), corners(targets)], axis=1)

    def _boundary_row(self, link: Link) -> _Row:
        """Return the row of a boundary link, with both ends at the socket shown here."""
        (source, output), (target, input) = self._level.ends(link)
        key = source or target
        spot = self._layouts[key].shape.by_name[bool(source), output if source else input]
        given, taken = types_of(self._graph, link)
        return key, key, spot.x, spot.y, spot.x, spot.y, self._tint(given or taken or "")

    def _heights(self, boundary_links: Iterable[Link]) -> dict[FarEnd, list[float]]:
        """Return the heights of the sockets linked to each far end."""
        heights: dict[FarEnd, list[float]] = {}
        for link in boundary_links:
            far = boundary.far_end(self._level, link)
            if far is not None:
                (source, output), (target, input) = self._level.ends(link)
                key, end = (source, (True, output)) if far[0] else (target, (False, input))
                y = self._nodes.rect(key).y() + self._layouts[key].shape.by_name[end].y
                heights.setdefault(far, []).append(y)
        return heights

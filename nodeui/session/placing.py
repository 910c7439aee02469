"""Positions of the nodes of a branch on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height on the canvas."""

WIDTH = 220.0
"""Width of a new node."""

GAP = 60.0
"""Distance between columns of nodes."""

APART = 40.0
"""Vertical distance between nodes."""

_GROUP = (240.0, 320.0)  # approximate size of a group


def size_of(spec: NodeSpec) -> tuple[float, float]:
    """Return the approximate size of a new node."""
    rows = max(len(spec.inputs), len(spec.outputs)) + min(len(spec.parameters), 8)
    texts = sum(parameter.widget == "multiline" for parameter in spec.parameters.values())
    return WIDTH, 40.0 + 22.0 * rows + 61.0 * texts


def place_below(
    graph: Graph, nodes: Sequence[tuple[Node, Box]], box_of: Callable[[str], Box]
) -> list[tuple[int, int]]:
    """Return positions for new nodes: moved down, on each level together, until all is clear.

    Args:
        graph: The graph without the new nodes.
        nodes: The new nodes and their boxes.
        box_of: Returns the box of a node of the graph.
    """

    def level(node: Node) -> str:
        """The group in which a node is shown; "" is the top."""
        return node.group if node.group in graph.groups else ""

    down: dict[str, float] = {}
    for group in {level(node) for node, _ in nodes}:
        own = [box for node, box in nodes if level(node) == group]
        others = [box_of(id) for id, node in graph.nodes.items() if level(node) == group]
        groups = [(*g.pos, *_GROUP) for g in graph.groups.values() if g.parent == group]
        down[group] = _way_down(own, [*others, *groups])
    return [(round(x), round(y + down[level(node)])) for node, (x, y, _, _) in nodes]


def _way_down(boxes: Iterable[Box], others: Iterable[Box]) -> float:
    """Return how far boxes must move down to be clear of all others."""
    own, down = list(boxes), 0.0
    pairs = [
        (above[1] + above[3] + APART - box[1], above[1] - box[1] - box[3] - APART)
        for box in own
        for above in others
        if box[0] < above[0] + above[2] + APART / 2 and above[0] < box[0] + box[2] + APART / 2
    ]  # how far down a box is clear below another one, and up to where it is clear above
    for clear_below, clear_above in sorted(pairs):
        if clear_above < down < clear_below:
            down = clear_below
    return down

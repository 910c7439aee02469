"""Algorithms that place nodes: layered layout, aligning, distributing. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

Box = tuple[float, float, float, float]
"""Left, top, width, height."""
Place = tuple[float, float]
Side = Literal["left", "centre", "right", "top", "middle", "bottom"]

COLUMN_GAP = 60.0
ROW_GAP = 30.0
_ASPECT = 1.6  # width by height of all rows together, about that of a view
_SWEEPS = 8


class Edge(NamedTuple):
    """A link between two nodes, and the distance of its sockets from the nodes' tops."""

    source: str
    target: str
    source_drop: float = 0.0
    target_drop: float = 0.0


_Neighbours: TypeAlias = Mapping[str, list[tuple[str, float]]]
"""By node, its neighbours on one side, and how much lower it is when the link is level."""


def arrange(boxes: Mapping[str, Box], edges: Sequence[Edge]) -> dict[str, Place]:
    """Return a layout: connected components in layers, arranged in rows, the largest first.

    Args:
        boxes: The current boxes of the nodes; the layout keeps their common upper left corner.
        edges: The links, without cycles; those of other nodes are ignored.
    """
    blocks: list[_Block] = []
    for ids, linked in _components(boxes, edges):
        part = {id: boxes[id] for id in ids}
        blocks.append(_Block.of(part, layered(part, linked)))
    blocks.sort(key=lambda block: -block.height)
    area = sum((b.width + COLUMN_GAP) * (b.height + ROW_GAP) for b in blocks)
    width = max([(area * _ASPECT) ** 0.5, *(block.width for block in blocks)])
    left = min((x for x, *_ in boxes.values()), default=0.0)
    top = min((y for _, y, *_ in boxes.values()), default=0.0)
    x, y, row = 0.0, 0.0, 0.0  # the next block, and the height of its row
    places: dict[str, Place] = {}
    for block in blocks:
        if x and x + block.width > width:
            x, y, row = 0.0, y + row + ROW_GAP, 0.0
        for id, (across, down) in block.places.items():
            places[id] = (round(left + x + across), round(top + y + down))
        x, row = x + block.width + COLUMN_GAP, max(row, block.height)
    return places


class _Block(NamedTuple):
    """A connected component laid out relative to its upper left corner."""

    width: float
    height: float
    places: dict[str, Place]

    @classmethod
    def of(cls, boxes: Mapping[str, Box], places: Mapping[str, Place]) -> _Block:
        left = min(x for x, _ in places.values())
        top = min(y for _, y in places.values())
        right = max(x + boxes[id][2] for id, (x, _) in places.items())
        bottom = max(y + boxes[id][3] for id, (_, y) in places.items())
        moved = {id: (x - left, y - top) for id, (x, y) in places.items()}
        return cls(right - left, bottom - top, moved)


def _components(
    boxes: Mapping[str, Box], edges: Iterable[Edge]
) -> list[tuple[list[str], list[Edge]]]:
    """Return the connected components, each as its nodes and edges, in the order of the nodes."""
    linked: dict[str, list[Edge]] = {id: [] for id in boxes}
    for edge in edges:
        if edge.source in boxes and edge.target in boxes:
            linked[edge.source].append(edge)
            linked[edge.target].append(edge)
    found: list[tuple[list[str], list[Edge]]] = []
    seen: set[str] = set()
    for start in boxes:
        if start in seen:
            continue
        seen.add(start)
        ids = [start]
        for id in ids:
            ends = {end for edge in linked[id] for end in (edge.source, edge.target)} - seen
            seen |= ends
            ids += sorted(ends)
        found.append((ids, [edge for id in ids for edge in linked[id] if edge.source == id]))
    return found


def layered(boxes: Mapping[str, Box], edges: Iterable[Edge]) -> dict[str, Place]:
    """Return a layout in columns, each node right of its sources (after Sugiyama et al. 1981).

    A node is as close to its targets as possible; within a column, the order keeps crossings few
    and the places keep links as level as possible.

    Args:
        boxes: The current boxes of the nodes; the layout keeps their common upper left corner.
        edges: The links, without cycles; those of other nodes are ignored.
    """
    if not boxes:
        return {}
    before: dict[str, list[tuple[str, float]]] = {id: [] for id in boxes}
    after: dict[str, list[tuple[str, float]]] = {id: [] for id in boxes}
    for source, target, source_drop, target_drop in edges:
        if source in boxes and target in boxes:
            before[target].append((source, source_drop - target_drop))
            after[source].append((target, target_drop - source_drop))
    columns = _columns(boxes, before, after)
    _order(columns, before, after)
    rows = _rows(columns, boxes, before, after)
    left = min(box[0] for box in boxes.values())
    top = min(box[1] for box in boxes.values()) - min(rows.values())
    places: dict[str, Place] = {}
    for column in columns:
        for id in column:
            places[id] = (round(left), round(rows[id] + top))
        left += max(boxes[id][2] for id in column) + COLUMN_GAP
    return places


def _columns(boxes: Mapping[str, Box], before: _Neighbours, after: _Neighbours) -> list[list[str]]:
    missing = {id: len(sources) for id, sources in before.items()}
    order = [id for id, count in missing.items() if not count]
    column = dict.fromkeys(order, 0)
    for id in order:
        for target, _ in after[id]:
            column[target] = max(column.get(target, 0), column[id] + 1)
            missing[target] -= 1
            if not missing[target]:
                order.append(target)
    for id in reversed(order):
        if after[id]:
            column[id] = max(column[id], min(column[target] for target, _ in after[id]) - 1)
    found: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
    for id in sorted(boxes, key=lambda id: boxes[id][1]):
        found[column[id]].append(id)
    return [ids for ids in found if ids]


def _order(columns: Sequence[list[str]], before: _Neighbours, after: _Neighbours) -> None:
    """Sort each column by the mean rank of its neighbours, sweeping back and forth."""
    rank = {id: float(i) for column in columns for i, id in enumerate(column)}
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            near = before if forth else after
            wanted = {id: _mean([rank[n] for n, _ in near[id]], rank[id]) for id in column}
            column.sort(key=lambda id: wanted[id])
            rank |= {id: float(i) for i, id in enumerate(column)}


def _rows(
    columns: Sequence[Sequence[str]],
    boxes: Mapping[str, Box],
    before: _Neighbours,
    after: _Neighbours,
) -> dict[str, float]:
    """Return the top of each node: its links as level as possible, and no two nodes overlapping."""
    top: dict[str, float] = {}
    for column in columns:
        y = 0.0
        for id in column:
            top[id] = y
            y += boxes[id][3] + ROW_GAP
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            near = before if forth else after
            wanted = [_mean([top[n] + lower for n, lower in near[id]], top[id]) for id in column]
            top |= zip(
                column, _spread(wanted, [boxes[id][3] + ROW_GAP for id in column]), strict=True
            )
    return top


def _spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return the places nearest to `wanted` (least squares) that keep order and distance.

    Isotonic regression by pooling adjacent violators (Barlow et al. 1972).
    """
    blocks: list[tuple[float, int]] = []  # mean of the wanted starts, number of nodes
    offset = 0.0
    offsets: list[float] = []
    for place, height in zip(wanted, heights, strict=True):
        offsets.append(offset)
        mean, count = place - offset, 1
        offset += height
        while blocks and blocks[-1][0] > mean:
            other, number = blocks.pop()
            mean = (mean * count + other * number) / (count + number)
            count += number
        blocks.append((mean, count))
    starts = [mean for mean, count in blocks for _ in range(count)]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def align(boxes: Mapping[str, Box], side: Side) -> dict[str, Place]:
    """Align nodes with the outermost of them, or with the centre of all."""
    left = min(x for x, _, _, _ in boxes.values())
    top = min(y for _, y, _, _ in boxes.values())
    right = max(x + w for x, _, w, _ in boxes.values())
    bottom = max(y + h for _, y, _, h in boxes.values())
    places: dict[str, Place] = {}
    for id, (x, y, w, h) in boxes.items():
        match side:
            case "left":
                x = left
            case "centre":
                x = (left + right - w) / 2
            case "right":
                x = right - w
            case "top":
                y = top
            case "middle":
                y = (top + bottom - h) / 2
            case "bottom":
                y = bottom - h
        places[id] = (round(x), round(y))
    return places


def distribute(boxes: Mapping[str, Box], across: bool) -> dict[str, Place]:
    """Give nodes equal gaps between the two outermost of them."""
    axis, size = (0, 2) if across else (1, 3)
    order = sorted(boxes, key=lambda id: boxes[id][axis])
    first, last = boxes[order[0]], boxes[order[-1]]
    free = last[axis] + last[size] - first[axis] - sum(boxes[id][size] for id in order)
    gap = free / max(1, len(order) - 1)
    places: dict[str, Place] = {}
    at = first[axis]
    for id in order:
        x, y, _, _ = boxes[id]
        places[id] = (round(at), round(y)) if across else (round(x), round(at))
        at += boxes[id][size] + gap
    return places

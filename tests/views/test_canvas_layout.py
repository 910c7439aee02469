"""The canvas's pure functions: layouts, alignment, snapping, tables, crossings."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from nodeui.graph.parts import Link
from nodeui.views.canvas.commands.convert import find_converters
from nodeui.views.canvas.commands.layout import Box, Edge, align, arrange, distribute, layered
from nodeui.views.canvas.scene import curves, snap_box
from nodeui.views.canvas.scene.tables import Table
from nodeui.views.canvas.scene.text import line_count
from tests.graph.toys import TOYS


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Box], list[tuple[str, str]]]:
    """Draw random boxes, and links from earlier to later ones."""
    count = draw(st.integers(1, 12))
    size = st.floats(20, 400)
    place = st.floats(-2000, 2000)
    boxes = {f"n{i}": draw(st.tuples(place, place, size, size)) for i in range(count)}
    pairs = list(itertools.combinations(boxes, 2))
    links = draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []
    return boxes, links


def overlaps(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@given(graphs())
def test_auto_layout_goes_left_to_right_and_overlaps_nothing(
    graph: tuple[dict[str, Box], list[tuple[str, str]]],
) -> None:
    boxes, links = graph
    places = arrange(boxes, [Edge(*link) for link in links])
    assert places.keys() == boxes.keys()
    for source, target in links:
        assert places[source][0] + boxes[source][2] < places[target][0]
    laid = {id: (*places[id], *boxes[id][2:]) for id in boxes}
    for a, b in itertools.combinations(laid.values(), 2):
        assert not overlaps(a, b)


def test_auto_layout_keeps_a_chain_straight() -> None:
    boxes: dict[str, Box] = {f"n{i}": (i * 7.0, i * 90.0, 100.0, 50.0) for i in range(5)}
    places = layered(boxes, [Edge(f"n{i}", f"n{i + 1}") for i in range(4)])
    assert len({y for _, y in places.values()}) == 1


def test_auto_layout_of_a_deep_graph_does_not_recurse() -> None:
    boxes: dict[str, Box] = {f"n{i}": (0.0, 0.0, 100.0, 50.0) for i in range(3000)}
    places = layered(boxes, [Edge(f"n{i}", f"n{i + 1}") for i in range(2999)])
    assert places["n2999"][0] == 2999 * 160


def test_align_and_distribute() -> None:
    boxes: dict[str, Box] = {
        "a": (0, 0, 100, 50), "b": (130, 20, 50, 90), "c": (400, -30, 100, 50)
    }  # fmt: skip
    assert {x for x, _ in align(boxes, "left").values()} == {0}
    assert align(boxes, "right")["b"] == (450, 20)
    assert align(boxes, "middle")["c"][1] == pytest.approx(15)
    places = distribute(boxes, across=True)
    assert (places["a"][0], places["b"][0], places["c"][0]) == (0, 225, 400)


def test_snapping_prefers_edges_and_falls_back_to_the_grid() -> None:
    others = np.array([[100.0, 0.0, 300.0, 80.0]])
    found = snap_box(QRectF(103, 203, 50, 50), others, 6)
    assert (found.shift.x(), found.shift.y()) == (
        -3,
        -3,
    )  # to an edge; to the grid
    assert len(found.guides) == 1 and found.guides[0].x1() == 100


@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 4), max_size=30), st.data())
def test_a_table_finds_what_touches_a_rectangle(
    boxes: list[tuple[int, ...]], data: st.DataObject
) -> None:
    table = Table[int]()
    kept: dict[int, tuple[int, ...]] = {}
    for key, (x, y, width, height) in enumerate(boxes):
        kept[key] = (x, y, x + abs(width), y + abs(height))
        table.put(key, kept[key])
    for key in data.draw(st.sets(st.sampled_from(sorted(kept)))) if kept else set[int]():
        del kept[key]
        table.drop(key)
    x, y, width, height = data.draw(st.tuples(*[st.integers(0, 50)] * 4))
    found = set(table.keys_of(table.touching(QRectF(x, y, width, height))))
    assert found == {
        key
        for key, (left, top, right, bottom) in kept.items()
        if left <= x + width and right >= x and top <= y + height and bottom >= y
    }
    assert len(table) == len(kept)


@given(st.tuples(*[st.floats(-1000, 1000)] * 4))
def test_a_link_stays_in_its_box_and_on_its_curve(ends: tuple[float, ...]) -> None:
    array = np.array([ends])
    points, (box,) = curves.link_points(array)[0], curves.link_boxes(array)
    slack = 1e-6
    assert (points[:, 0] >= box[0] - slack).all() and (points[:, 0] <= box[2] + slack).all()
    assert (points[:, 1] >= box[1] - slack).all() and (points[:, 1] <= box[3] + slack).all()
    path = curves.plain_path(*ends)
    middle = path.pointAtPercent(path.percentAtLength(0))
    assert (middle - QPointF(*points[0])).manhattanLength() < 1e-3
    assert curves.distances(points[None], *points[12])[0] < 1e-6


def test_crossings() -> None:
    points = curves.link_points(np.array([[0.0, 0.0, 100.0, 0.0], [0.0, 50.0, 100.0, 50.0]]))
    crossed = curves.crossings(points, QPointF(50, -20), QPointF(50, 20))
    assert crossed.tolist() == [True, False]


@pytest.mark.parametrize(
    "text", ["風景と湖" * 30, "x" * 200, "пейзаж " * 20, "🏔️🌅" * 40, "a\tb " * 40]
)
def test_texts_without_spaces_wrap_too(qapp: object, text: str) -> None:
    assert line_count(text, "small", 200) > 1
    assert line_count(text, "small", 100_000) == 1


def test_converters_with_few_other_inputs_come_first() -> None:
    found = find_converters(TOYS, "picture", "number")
    assert [(c.spec.id, c.input, c.output) for c in found] == [("toy.split", "picture", "share")]
    assert not find_converters(TOYS, "area", "picture")


def test_links_are_hashable_keys() -> None:
    table = Table[Link]()
    link = Link("a", "x", "b", "y")
    table.put(link, (0, 0, 1, 1))
    table.drop(Link("a", "x", "b", "y"))
    assert len(table) == 0

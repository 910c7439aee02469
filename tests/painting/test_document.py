"""Paintings as text: what is written is read back, and what is damaged is refused in one line."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.painting import document
from nodeui.painting.document import HEADER, Splice, inverse, read, spliced
from nodeui.painting.marks import LONGEST, Layer, Mark, entry_of, line_of
from nodeui.painting.points import FARTHEST, UNIT, PaintingError, decode, encode, unit_of
from tests.painting.marks import LAYERS, mark, marks, painting, splices


@given(st.lists(st.tuples(*[st.integers(-FARTHEST * UNIT, FARTHEST * UNIT)] * 2), min_size=1))
def test_points_are_read_back(points: list[tuple[int, int]]):
    assert [tuple(point) for point in decode(encode(points)).tolist()] == points


def test_points_are_compact():
    """A point of a stroke by hand, some pixels from the one before, takes six letters."""
    random = np.random.default_rng(1)
    path = np.cumsum(random.integers(-400, 400, (1000, 2)), 0) + UNIT // 2
    assert len(encode([(int(x), int(y)) for x, y in path])) / 1000 < 6


@given(marks())
def test_a_mark_is_read_back(one: Mark):
    line = line_of(one)
    again = entry_of(line)
    assert isinstance(again, Mark) and line_of(again) == line
    for each in fields(Mark):
        was, now = getattr(one, each.name), getattr(again, each.name)
        if isinstance(was, float):
            assert now == pytest.approx(was, rel=1e-5)
        else:
            assert np.array_equal(now, was), each.name


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_read_back(layer: Layer):
    assert entry_of(line_of(layer)) == layer


@given(st.data())
def test_a_change_is_undone(data: st.DataObject):
    start = painting(*LAYERS, *data.draw(st.lists(marks(), max_size=4)))
    change = data.draw(splices(start))
    after = spliced(start, change)
    assert spliced(after, inverse(start, change)) == start


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("spray points=AAAA", "'spray' is no kind of mark"),
        ("brush", "a brush has no points"),
        ("brush points=", "points are damaged"),
        ("brush points=AA!!", "points are damaged"),
        ("brush points=gI", "points are damaged"),
        ("brush points=AAA size=nan", "size is a number above 0 and at most 2, not 'nan'"),
        ("brush points=AAA size=0", "size is a number above 0 and at most 2, not '0'"),
        ("brush points=AAA size=1e300", "size is a number above 0 and at most 2, not '1e300'"),
        ("brush points=AAA opacity=-1", "opacity is a number from 0 to 1, not '-1'"),
        ("brush points=AAA colour=red", "colour is written like #ff8800, not 'red'"),
        ("brush points=AAA pressures=AAAA", "a brush has one pressure for each point"),
        ("brush points=AAA tolerance=0", "a brush has no 'tolerance'"),
        ("rectangle points=AAA", "a rectangle cannot have 1 points"),
        ("brush points=" + "A" * LONGEST, "is too long"),
    ],
)
def test_damaged_lines_are_refused(line: str, message: str):
    with pytest.raises(PaintingError) as refused:
        read((HEADER, line))
    text = str(refused.value)
    assert message in text and text.startswith("line 1: ") and len(text) < 200


def test_points_far_away_are_refused():
    far = encode([(FARTHEST * UNIT + 1, 0)])
    with pytest.raises(PaintingError, match="more than 8 sheets away"):
        entry_of(f"brush points={far}")


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf, 1e300, 9.0])
def test_odd_points_of_a_hand_are_refused(x: float):
    with pytest.raises(PaintingError):
        unit_of(x, 0.5)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (12, "no painting"),
        ({"painting": 1}, "no painting"),
        (["painting 1", 5], "no painting"),
        (["brush points=AAA"], "no painting"),
        (["painting 2", "brush points=AAA"], "newer version"),
        ([HEADER, "layer id=a", "layer id=a"], "line 2: there is already a layer 'a'"),
        ([HEADER, "brush layer=a points=AAA"], "there is no layer 'a' before it"),
        ([HEADER, *(f"layer id=l{n}" for n in range(65))], "65 layers"),
        ([HEADER, *[""] * document.MOST_LINES], "lines"),
    ],
)
def test_what_is_no_painting_is_refused(value: Any, message: str):
    with pytest.raises(PaintingError, match=message):
        read(value)


def test_a_huge_painting_is_refused_before_it_is_decoded():
    stroke = "brush points=" + "A" * (LONGEST - 20)
    with pytest.raises(PaintingError, match="letters"):
        read([HEADER, *[stroke] * 400])  # 100 MB


def test_a_missing_place_is_refused():
    with pytest.raises(PaintingError, match="no lines 1 to 3"):
        spliced((HEADER, line_of(mark("brush", (0, 0)))), Splice(1, 2, ()))


def test_the_label_of_a_painting_in_a_sweep():
    from nodeui.sweeps.axes import text_of

    lines = painting(*LAYERS, mark("brush", (0, 0), layer="a"), mark("brush", (1, 0), layer="b"))
    assert text_of(lines) == "2 strokes"

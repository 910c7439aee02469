"""Marks that change what is painted: operations, transforms, and areas by colour and brightness."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from nodeui.painting.document import Splice, spliced
from nodeui.painting.marks import Layer, Mark
from nodeui.painting.points import PaintingError
from nodeui.painting.rasteriser import Rasteriser
from tests.painting.marks import LAYERS, mark, marks, painting
from tests.painting.test_rasteriser import Array, assert_same, base, drawn, inked

WHITE = {"colour": "#ffffff"}
BOX = mark("rectangle", (0.25, 0.25), (0.75, 0.75), **WHITE)


def adjust(operation: str, amount: float = 0.0, **values: Any) -> Mark:
    return mark("adjust", operation=operation, amount=amount, **values)


def transform(*points: tuple[float, float], matrix: tuple[float, ...], **values: Any) -> Mark:
    return mark("transform", *points, matrix=matrix, **values)


# --- operations ------------------------------------------------------------------------------


def test_a_rectangle_grows_with_round_corners():
    """By the formula of Steiner: its area + its perimeter times the radius + the disc."""
    found = inked(BOX, adjust("grow", 20 / 512)).sum(dtype=np.float64)
    assert found == pytest.approx(256**2 + 4 * 256 * 20 + math.pi * 20**2, rel=1e-3)


def test_a_rectangle_shrinks_to_a_smaller_one():
    found = inked(BOX, adjust("shrink", 20 / 512))
    expected = inked(mark("rectangle", (148 / 512, 148 / 512), (364 / 512, 364 / 512), **WHITE))
    np.testing.assert_array_equal(found, expected)


def test_the_border_of_the_sheet_does_not_shrink():
    found = inked(mark("rectangle", (0, 0), (0.5, 1), **WHITE), adjust("shrink", 0.0625), side=64)
    assert found[:, :28].all() and not found[:, 28:].any()


@pytest.mark.parametrize("deviation", [1.5, 3.0, 20.0, 64.0])
def test_the_profile_of_a_feather(deviation: float):
    """A straight edge becomes the integral of a Gaussian."""
    edge = mark("rectangle", (-1, -1), (0.5, 2), **WHITE)
    found = inked(edge, adjust("feather", deviation / 512))[200]
    expected = ndtr((256 - (np.arange(512) + 0.5)) / deviation)
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_a_feather_keeps_the_sum():
    dot = mark("ellipse", (0.45, 0.45), (0.55, 0.55), **WHITE)
    assert inked(dot, adjust("feather", 0.04)).sum(dtype=np.float64) == pytest.approx(
        inked(dot).sum(dtype=np.float64), rel=1e-3
    )


def test_an_inverted_mask():
    half = mark("ellipse", (0, 0), (1, 1), opacity=0.5, **WHITE)
    np.testing.assert_allclose(inked(half, adjust("invert")), 1 - inked(half), atol=1e-6)


def test_colours_are_inverted_where_they_are():
    red = mark("rectangle", (0, 0), (0.5, 1), colour="#ff0000")
    rasteriser = drawn(painting(red, adjust("invert")), "colour")
    np.testing.assert_allclose(rasteriser.pixels()[:, :32], np.ones((48, 32, 3)) * (0, 1, 1))
    np.testing.assert_array_equal(rasteriser.pixels()[:, 32:], base(64, 48)[:, 32:])


def test_colours_grow_into_their_surroundings():
    lines = painting(
        mark("rectangle", (0, 0), (0.25, 1), colour="#ff0000"),
        mark("rectangle", (0.75, 0), (1, 1), colour="#0000ff"),
        adjust("grow", 6 / 48),
    )
    seen = drawn(lines, "colour").pixels()
    assert (seen[:, 16:22] == (1, 0, 0)).all() and (seen[:, 42:48] == (0, 0, 1)).all()
    np.testing.assert_array_equal(seen[:, 22:42], base(64, 48)[:, 22:42])


@pytest.mark.parametrize("hardness", [0.0, 0.5, 1.0])
def test_a_ring_is_filled(hardness: float):
    """Without a line at its inner edge, and without a change outside."""
    turns = [2 * math.pi * n / 64 for n in range(65)]
    ring = [(0.5 + 0.3 * math.cos(turn), 0.5 + 0.3 * math.sin(turn)) for turn in turns]
    stroke = mark("brush", *ring, size=0.1, hardness=hardness, **WHITE)
    before, after = inked(stroke), inked(stroke, adjust("holes", colour="#ffffff"))
    y, x = np.mgrid[:512, :512] + 0.5
    inside = np.hypot(x - 256, y - 256) < 0.3 * 512
    assert after[inside].min() > 0.99
    np.testing.assert_array_equal(after[~inside], before[~inside])


def test_an_open_ring_is_not_filled():
    corner = mark("brush", (0.2, 0.8), (0.2, 0.2), (0.8, 0.2), size=0.1, **WHITE)
    np.testing.assert_array_equal(inked(corner, adjust("holes", colour="#ffffff")), inked(corner))


def test_a_region_that_grows_displaces_others():
    lines = painting(
        *LAYERS,
        mark("rectangle", (0, 0), (0.5, 1), layer="a"),
        mark("rectangle", (0.5, 0), (1, 1), layer="b"),
        adjust("grow", 0.125, layer="a"),
    )
    layers = drawn(lines, "regions").sheet.layers
    assert layers["a"][-1][:, :38].all() and not layers["a"][-1][:, 38:].any()
    np.testing.assert_allclose(layers["a"][-1] + layers["b"][-1], 1, atol=1e-6)


# --- transforms ------------------------------------------------------------------------------


def test_a_move_by_whole_pixels_is_exact():
    dot = mark("ellipse", (0.1, 0.1), (0.4, 0.3), **WHITE)
    moved = inked(dot, transform(matrix=(1, 0, 0, 1, 100 / 512, 200 / 512)))
    expected = np.zeros_like(moved)
    expected[200:, 100:] = inked(dot)[:-200, :-100]
    np.testing.assert_array_equal(moved, expected)


def test_a_selection_moves_alone():
    two = [mark("rectangle", (x, 0.125), (x + 0.25, 0.375), **WHITE) for x in (0.125, 0.625)]
    around = ((0.5, 0), (1, 0), (1, 0.5), (0.5, 0.5))
    found = inked(*two, transform(*around, matrix=(1, 0, 0, 1, 0, 0.5)), side=64)
    expected = inked(two[0], mark("rectangle", (0.625, 0.625), (0.875, 0.875), **WHITE), side=64)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("matrix", "factor"),
    [
        ((2, 0, 0, 2, -0.5, -0.5), 4),
        ((0.25, 0, 0, 0.25, 0.375, 0.375), 1 / 16),
        ((0.6, 0.8, -0.8, 0.6, 0.6, -0.2), 1),
        ((-1, 0, 0, 1, 1, 0), 1),
        ((1, 0, 0.5, 1, -0.25, 0), 1),
    ],
    ids=["larger", "smaller", "turned", "mirrored", "sheared"],
)
def test_an_area_changes_by_the_determinant(matrix: tuple[float, ...], factor: float):
    dot = mark("ellipse", (0.4, 0.4), (0.6, 0.6), **WHITE)
    before = inked(dot).sum(dtype=np.float64)
    after = inked(dot, transform(matrix=matrix)).sum(dtype=np.float64)
    assert after == pytest.approx(before * factor, rel=2e-3)


def test_a_turn_on_a_wide_sheet_is_no_shear():
    """A map is one of shares, so a quarter turn of pixels has other numbers on a 2 : 1 sheet."""
    bar = mark("rectangle", (0.25, 0.25), (0.5, 0.375), **WHITE)  # 32 x 8 pixels
    turn = (0.0, 2.0, -0.5, 0.0, 0.75, -0.25)
    rasteriser = Rasteriser(128, 64, "mask")
    rasteriser.update(painting(bar, transform(matrix=turn)))
    rows, columns = np.nonzero(rasteriser.pixels()[..., 0])
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (32, 8)


def test_a_region_that_moves_displaces_others():
    lines = painting(
        *LAYERS,
        mark("rectangle", (0, 0), (0.25, 1), layer="a"),
        mark("rectangle", (0.25, 0), (1, 1), layer="b"),
        transform(matrix=(1, 0, 0, 1, 0.5, 0), layer="a"),
    )
    layers = drawn(lines, "regions").sheet.layers
    assert layers["a"][-1][:, 32:48].all() and not layers["a"][-1][:, :32].any()
    assert not layers["b"][-1][:, 32:48].any() and layers["b"][-1][:, 16:32].all()


# --- by colour and brightness ----------------------------------------------------------------


def test_a_fill_of_all_pixels_of_a_colour():
    """Over a picture of two halves, with a bar across the dark one."""
    lines = painting(mark("fill", (0.1, 0.1), everywhere=True, tolerance=0.1, **WHITE))
    picture = base(64, 48)
    picture[20:24, :32] = 1
    rasteriser = Rasteriser(64, 48, "mask", picture)
    rasteriser.update(lines)
    np.testing.assert_array_equal(rasteriser.pixels()[..., 0], picture[..., 0] == 0)


def test_a_range_of_brightness():
    ramp = np.repeat(np.linspace(0, 1, 101, dtype=np.float32)[None, :, None], 3, 2)
    rasteriser = Rasteriser(101, 1, "mask", ramp)
    rasteriser.update(painting(mark("range", low=0.4, high=0.6, softness=0.2, **WHITE)))
    away = abs(np.linspace(0, 1, 101) - 0.5) - 0.1
    expected = (1 - away / 0.2).clip(0, 1)
    np.testing.assert_allclose(rasteriser.pixels()[0, :, 0], expected, atol=1e-5)


def test_a_range_is_drawn_again_over_another_picture():
    lines = painting(mark("range", low=0.5, high=1.0, **WHITE))
    rasteriser = drawn(lines)
    other: Array = 1 - base(64, 48)
    assert not rasteriser.fits(64, 48, "mask", other, "#ffffff", lines)
    assert rasteriser.fits(64, 48, "mask", base(64, 48), "#ffffff", lines)


# --- equal pixels ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(["colour", "mask", "regions"]))
def test_a_change_below_operations_has_the_pixels_of_a_new_drawing(data: st.DataObject, kind: Any):
    before = data.draw(st.lists(marks(("brush", "ellipse")), min_size=1, max_size=3))
    after = data.draw(
        st.lists(marks(("adjust", "transform", "range", "ellipse")), min_size=1, max_size=3)
    )
    small = data.draw(marks(("brush",)))
    lines = painting(*LAYERS, *before, small, *after)
    rasteriser = drawn(lines, kind)
    without = spliced(lines, Splice(3 + len(before), 1, ()))
    rasteriser.update(without)
    assert_same(rasteriser, drawn(without, kind))
    rasteriser.update(lines)
    assert_same(rasteriser, drawn(lines, kind))


def test_a_stroke_that_is_given_up_over_an_operation():
    lines = painting(Layer(id="a"), mark("ellipse", (0, 0), (1, 1), layer="a", **WHITE),
                     adjust("feather", 0.05, layer="a"))  # fmt: skip
    rasteriser = drawn(lines)
    hand = rasteriser.start(mark("brush", (0, 0), layer="a", size=0.4))
    hand.to(0.2, 0.2)
    hand.cancel()
    assert_same(rasteriser, drawn(lines))


def test_an_operation_redraws_only_its_reach():
    """A dot that is removed below a feather leaves the far half of the sheet alone."""
    dot = mark("brush", (0.1, 0.5), size=0.05, **WHITE)
    lines = painting(Layer(id="a"), dot, BOX, adjust("feather", 0.01))
    rasteriser = Rasteriser(256, 256, "mask")
    rasteriser.update(lines)
    changed = rasteriser.update(spliced(lines, Splice(2, 1, ())))
    assert changed.right < 128


# --- odd lines -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("adjust operation=melt", "operation"),
        ("adjust operation=grow amount=0.5", "amount"),
        ("adjust operation=grow amount=nan", "amount"),
        ("adjust operation=grow points=gICABoCAgAY", "points"),
        ("range low=0.6 high=0.4", "lower end"),
        ("range softness=2", "softness"),
        ("transform matrix=1,0,0,1,0", "matrix"),
        ("transform matrix=1,0,0,1,0,inf", "matrix"),
        ("transform matrix=1,2,2,4,0,0", "no area"),
        ("transform erase=1", "erase"),
        ("fill everywhere=0 points=gICABoCAgAY", "everywhere"),
    ],
)
def test_lines_that_are_refused(line: str, told: str):
    with pytest.raises(PaintingError, match=told):
        Rasteriser(8, 8).update(("painting 1", line))


@pytest.mark.parametrize(
    "odd",
    [
        transform((3, 3), (4, 3), (4, 4), matrix=(1, 0, 0, 1, 0.1, 0)),
        transform((0.5, 0.5), matrix=(1, 0, 0, 1, 0.1, 0)),
        transform((0, 0), (1, 1), matrix=(1, 0, 0, 1, 0.1, 0)),
        adjust("grow", 0.0),
        adjust("feather", 0.0),
        adjust("holes", colour="#ffffff"),
    ],
    ids=lambda one: f"{one.kind} {one.operation} {len(one.points)}",
)
def test_marks_that_change_nothing(odd: Mark):
    np.testing.assert_array_equal(inked(BOX, odd, side=64), inked(BOX, side=64))


def test_a_layer_may_leave_the_sheet():
    assert not inked(BOX, transform(matrix=(1, 0, 0, 1, 5, 5)), side=64).any()

"""The pixels of paintings: closed forms, and equal pixels however a painting came about."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nodeui.painting.document import HEADER, Lines, Splice, spliced
from nodeui.painting.marks import Layer, Mark, line_of
from nodeui.painting.points import UNIT, PaintingError
from nodeui.painting.rasteriser import Rasteriser
from nodeui.painting.sheet import Kind
from tests.painting.marks import LAYERS, PLACES, mark, marks, painting, splices

Array = NDArray[np.float32]
KINDS: tuple[Kind, ...] = ("colour", "mask", "regions")


def base(width: int, height: int) -> Array:
    """Return a picture of two halves."""
    picture = np.zeros((height, width, 3), np.float32)
    picture[:, width // 2 :] = 0.75
    return picture


def drawn(lines: Lines, kind: Kind = "mask", size: tuple[int, int] = (64, 48)) -> Rasteriser:
    """Return a painting that was drawn at once, over `base`."""
    rasteriser = Rasteriser(*size, kind, base(*size))
    rasteriser.update(lines)
    return rasteriser


def assert_same(one: Rasteriser, other: Rasteriser) -> None:
    """Compare all pixels, of the layers and as they are seen, bit for bit."""
    assert one.sheet.layers.keys() == other.sheet.layers.keys()
    for id, pixels in one.sheet.layers.items():
        np.testing.assert_array_equal(pixels, other.sheet.layers[id])
    if one.sheet.kind != "regions":
        np.testing.assert_array_equal(one.pixels(), other.pixels())
    assert not one.sheet.reached.any()


def inked(*entries: Mark, side: int = 512) -> Array:
    """Return a mask with marks in white, (side, side)."""
    return drawn(painting(*entries), "mask", (side, side)).pixels()[..., 0]


# --- closed forms ----------------------------------------------------------------------------


def test_area_of_an_ellipse():
    found = inked(mark("ellipse", (0.1, 0.2), (0.9, 0.6), colour="#ffffff")).sum(dtype=np.float64)
    assert found == pytest.approx(math.pi * (0.4 * 512) * (0.2 * 512), rel=1e-5)


def test_area_of_a_rectangle_between_pixels():
    corners = ((3 / 16 + 1 / 2048, 0.25 + 3 / 4096), (0.5 + 1 / 8192, 0.75))
    found = inked(mark("rectangle", *corners, colour="#ffffff")).sum(dtype=np.float64)
    (x0, y0), (x1, y1) = corners
    assert found == pytest.approx((x1 - x0) * (y1 - y0) * 512 * 512, rel=1e-6)


@given(st.lists(PLACES, min_size=3, max_size=3))
def test_area_of_any_triangle(corners: list[tuple[float, float]]):
    """Of a triangle that may reach over the sheet: its area within, by clipping it."""
    one = mark("polygon", *corners, colour="#ffffff")
    (a, b, c) = one.points / UNIT * 64
    inner = _clipped([a, b, c], 64)
    expected = abs(sum(p[0] * q[1] - q[0] * p[1] for p, q in _pairs(inner))) / 2
    assert inked(one, side=64).sum(dtype=np.float64) == pytest.approx(expected, abs=0.01)


def _pairs(points: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(points, points[1:] + points[:1], strict=True))


def _clipped(points: list[Any], side: float) -> list[Any]:
    """Clip a polygon to a square (Sutherland and Hodgman 1974)."""
    for axis, sign, limit in ((0, 1, 0.0), (0, -1, side), (1, 1, 0.0), (1, -1, side)):
        kept: list[Any] = []
        for p, q in _pairs(points):
            inside = sign * (p[axis] - limit) >= 0, sign * (q[axis] - limit) >= 0
            if inside[0]:
                kept.append(p)
            if inside[0] != inside[1]:
                kept.append(p + (q - p) * (limit - p[axis]) / (q[axis] - p[axis]))
        points = kept
    return points


@pytest.mark.parametrize("size", [0.02, 0.1, 0.5])
def test_area_of_a_hard_dot(size: float):
    dot = mark("brush", (0.5, 0.5), size=size, hardness=1.0, colour="#ffffff")
    radius = size * 512 / 2
    assert inked(dot).sum(dtype=np.float64) == pytest.approx(math.pi * radius**2, rel=2e-3)


def test_area_of_a_hard_line():
    line = mark("brush", (0.25, 0.5), (0.75, 0.5), size=0.1, hardness=1.0, colour="#ffffff")
    radius = 0.05 * 512
    expected = math.pi * radius**2 + 256 * 2 * radius
    assert inked(line).sum(dtype=np.float64) == pytest.approx(expected, rel=1e-3)


def test_profile_of_a_soft_brush():
    """It is full up to its hardness, and then falls by 3 t² - 2 t³."""
    dot = inked(mark("brush", (0.5, 0.5), size=0.5, hardness=0.5, colour="#ffffff"))
    distances = np.arange(128) + 0.5
    ramp = ((128.5 - np.hypot(distances, 0.5)) / 64).clip(0, 1)
    np.testing.assert_allclose(dot[256, 256 : 256 + 128], ramp**2 * (3 - 2 * ramp), atol=1e-5)


def test_a_thin_line_is_faint():
    line = mark("brush", (0.1, 0.5), (0.9, 0.5), size=0.5 / 512, hardness=1.0, colour="#ffffff")
    column = inked(line)[:, 256]
    assert column.sum() == pytest.approx(0.5, rel=0.05)


def test_a_stroke_over_itself_is_no_darker():
    there_and_back = mark(
        "brush", (0.2, 0.5), (0.8, 0.5), (0.2, 0.5), size=0.2, opacity=0.5, colour="#ffffff"
    )
    assert inked(there_and_back).max() == pytest.approx(0.5)


def test_flow_builds_up_to_the_opacity():
    def strength(times: int) -> float:
        points = [(0.2, 0.5), (0.8, 0.5)] * times
        return float(
            inked(
                mark("brush", *points, size=0.1, flow=0.05, opacity=0.6, colour="#ffffff"),
                side=128,
            )[64, 64]
        )

    found = [strength(times) for times in (1, 2, 20)]
    assert found[0] < found[1] < found[2] <= 0.6 + 1e-6 and found[2] > 0.59


def test_pressure_is_the_size():
    def width(level: int) -> float:
        pressures = [level, level]
        stroke = mark(
            "brush", (0, 0.5), (1, 0.5), size=0.4, hardness=1.0, colour="#ffffff",
            pressures=pressures,
        )  # fmt: skip
        return float(inked(stroke)[:, 256].sum())

    assert width(255) == pytest.approx(0.4 * 512, rel=1e-3)
    assert width(51) == pytest.approx(0.4 * 512 / 5, rel=1e-2)


def test_gradient():
    found = inked(mark("gradient", (0.25, 0), (0.75, 0), colour="#ffffff"))[100]
    expected = (1 - (np.arange(512) + 0.5 - 128) / 256).clip(0, 1)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_fill_stops_at_colours():
    """Over a picture of two halves, it fills one of them."""
    found = inked(mark("fill", (0.7, 0.5), colour="#ffffff", tolerance=0.2), side=64)
    assert found[:, 32:].all() and not found[:, :32].any()


def test_a_lasso_may_cross_itself():
    """An hourglass: both halves are filled."""
    lasso = mark("polygon", (0, 0), (1, 0), (0, 1), (1, 1), colour="#ffffff")
    assert inked(lasso).sum(dtype=np.float64) == pytest.approx(512 * 512 / 2, rel=1e-5)


def test_an_eraser_uncovers_the_picture():
    lines = painting(
        mark("rectangle", (0, 0), (1, 1), colour="#ff0000"),
        mark("rectangle", (0, 0), (0.5, 1), erase=True),
    )
    rasteriser = drawn(lines, "colour")
    np.testing.assert_array_equal(rasteriser.pixels()[:, :32], base(64, 48)[:, :32])
    assert (rasteriser.pixels()[:, 32:] == (1, 0, 0)).all()


def test_regions_exclude_each_other():
    lines = painting(
        *LAYERS,
        mark("rectangle", (0, 0), (1, 1), layer="a"),
        mark("brush", (0.5, 0.5), (0.9, 0.9), layer="b", size=0.3, hardness=0.0, opacity=0.7),
    )
    layers = drawn(lines, "regions").sheet.layers
    np.testing.assert_allclose(layers["a"][-1] + layers["b"][-1], 1, atol=1e-6)
    assert layers["b"][-1].max() == pytest.approx(0.7)


@pytest.mark.parametrize(
    "outside",
    [
        mark("brush", (3, 3), (4, 5), colour="#ffffff", size=0.1),
        mark("brush", (-8, -8), colour="#ffffff", size=0.5, flow=0.1),
        mark("rectangle", (2, 2), (3, 3), colour="#ffffff"),
        mark("polygon", (-1, -1), (-2, -1), (-1, -3), colour="#ffffff"),
        mark("fill", (1, 1), colour="#ffffff"),
        mark("gradient", (0.5, 0.5), (0.5, 0.5), colour="#ffffff"),
        mark("rectangle", (0.5, 0.5), (0.5, 0.9), colour="#ffffff"),
    ],
    ids=lambda one: one.kind,
)
def test_marks_outside_or_without_area_paint_nothing(outside: Mark):
    assert not inked(outside, side=64).any()


def test_a_painting_fits_other_sizes():
    """The share that is covered does not depend on the size of the sheet."""
    one = mark("ellipse", (0.2, 0.3), (0.7, 0.8), colour="#ffffff")
    shares = [inked(one, side=side).mean(dtype=np.float64) for side in (64, 100, 512)]
    assert shares == pytest.approx([shares[-1]] * 3, rel=1e-3)


# --- equal pixels --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.data(), st.sampled_from(KINDS))
def test_changes_lead_to_the_pixels_of_a_new_drawing(data: st.DataObject, kind: Kind):
    lines = painting(*LAYERS, *data.draw(st.lists(marks(), max_size=4)))
    rasteriser = drawn(lines, kind)
    history = [lines]
    for _ in range(3):
        lines = spliced(lines, data.draw(splices(lines)))
        before = rasteriser.pixels() if kind != "regions" else None
        dirty = rasteriser.update(lines)
        history.append(lines)
        if before is not None:
            changed = (before != rasteriser.pixels()).any(-1)
            changed[dirty.slices] = False
            assert not changed.any(), "a pixel changed outside of the box"
    assert_same(rasteriser, drawn(lines, kind))
    for lines in reversed(history):  # undo all
        rasteriser.update(lines)
    assert_same(rasteriser, drawn(history[0], kind))


@settings(deadline=None, max_examples=60)
@given(marks(("brush",)), st.sampled_from(KINDS))
def test_a_stroke_by_hand_has_the_pixels_of_the_document(stroke: Mark, kind: Kind):
    start = painting(*LAYERS, mark("ellipse", (0, 0), (1, 1), layer="a", colour="#ff8800"))
    rasteriser = drawn(start, kind)
    hand = rasteriser.start(stroke)
    pressures = stroke.pressures.tolist() or [255] * len(stroke.points)
    for (x, y), pressure in zip(stroke.points.tolist(), pressures, strict=True):
        hand.to(x / UNIT, y / UNIT, pressure / 255)
    lines = hand.lift()
    assert len(lines) == len(start) + 1
    assert_same(rasteriser, drawn(lines, kind))
    assert not rasteriser.update(lines), "there is nothing left to draw"


def test_a_stroke_that_is_given_up_leaves_nothing():
    start = painting(mark("ellipse", (0, 0), (1, 1), colour="#ff8800"))
    rasteriser = drawn(start, "colour")
    hand = rasteriser.start(mark("brush", (0, 0), size=0.4))
    hand.to(0.2, 0.2)
    hand.to(0.8, 0.6)
    assert hand.cancel()
    assert_same(rasteriser, drawn(start, "colour"))


def test_the_first_stroke_of_an_empty_sheet():
    rasteriser = Rasteriser(32, 32)
    hand = rasteriser.start(mark("brush", (0, 0), size=0.4))
    assert hand.to(0.5, 0.5)
    assert (rasteriser.pixels() != 1).any(), "it is seen while the hand moves"
    lines = hand.lift()
    assert lines[0] == HEADER and len(lines) == 2


def test_an_update_that_is_interrupted_starts_again():
    lines = painting(*[mark("ellipse", (0, 0), (1, n / 9), colour="#ffffff") for n in range(9)])
    rasteriser = drawn(painting(mark("rectangle", (0, 0), (1, 1))))
    left = list(range(3))
    with pytest.raises(IndexError):
        rasteriser.update(lines, lambda: left.clear() if left.pop() < 0 else None)
    rasteriser.update(lines)
    assert_same(rasteriser, drawn(lines))


@pytest.mark.parametrize("kind", ["brush", "polygon"])
def test_a_single_long_mark_can_be_interrupted(kind: str):
    places = [(number % 2, number % 7 / 7) for number in range(1_000)]
    lines = painting(mark(kind, *places, size=2.0) if kind == "brush" else mark(kind, *places))
    rasteriser, checks = Rasteriser(1500, 1500, "mask"), 0

    def check() -> None:
        nonlocal checks
        checks += 1
        if checks == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rasteriser.update(lines, check)
    assert checks == 3 and not rasteriser.sheet.reached.any()


def test_layers_are_blended_in_order():
    red = mark("rectangle", (0, 0), (1, 1), layer="a", colour="#ff0000")
    blue = mark("rectangle", (0, 0), (1, 1), layer="b", colour="#8080ff")
    for upper, expected in (
        (Layer(id="b", mode="multiply"), (128 / 255, 0, 0)),
        (Layer(id="b", mode="screen"), (1, 128 / 255, 1)),
    ):
        lines = painting(Layer(id="a"), upper, red, blue)
        np.testing.assert_allclose(drawn(lines, "colour").pixels()[5, 5], expected, atol=1e-6)
    hidden = painting(Layer(id="a"), Layer(id="b", hidden=True), red, blue)
    np.testing.assert_array_equal(drawn(hidden, "colour").pixels()[5, 5], (1, 0, 0))


def test_a_layer_that_changes_redraws_the_sheet():
    lines = painting(Layer(id="a"), mark("rectangle", (0, 0), (1, 1), layer="a"))
    rasteriser = drawn(lines, "colour")
    half = spliced(lines, Splice(1, 1, (line_of(Layer(id="a", opacity=0.5)),)))
    assert rasteriser.update(half) == rasteriser.box
    assert_same(rasteriser, drawn(half, "colour"))


# --- bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(0, 5), (5, -1), (10**6, 10), (16384, 16384)])
def test_sizes_are_checked_before_memory_is_taken(size: tuple[int, int]):
    with pytest.raises(PaintingError):
        Rasteriser(*size)


def test_many_large_layers_are_refused():
    rasteriser = Rasteriser(8192, 8192)
    with pytest.raises(PaintingError, match="GB are allowed"):
        rasteriser.update(painting(*[Layer(id=f"l{n}") for n in range(3)]))

"""Layers that start with pictures, and masks of layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodeui.painting.document import Lines, read
from nodeui.painting.marks import Layer, entry_of, line_of
from nodeui.painting.points import PaintingError
from nodeui.painting.rasteriser import Rasteriser
from tests.painting.marks import mark, marks, painting

rng = np.random.default_rng(3)
NAME = "0123456789abcdef" * 2
PICTURES: dict[str | int, Any] = {
    NAME: rng.integers(0, 256, (48, 64, 4), np.uint8),
    1: rng.random((48, 64, 3), np.float32),
    2: rng.random((10, 10, 3), np.float32),
}
PASTED = Layer(id="a", bitmap=NAME)


FIRST: dict[str | int, Any] = {1: PICTURES[1]}


def drawn(lines: Lines, pictures: Any = None, kind: Any = "colour") -> Rasteriser:
    rasteriser = Rasteriser(64, 48, kind, pictures=pictures)
    rasteriser.update(lines)
    return rasteriser


def test_lines_of_layers_are_read_back():
    layer = Layer(id="a", name="Sky", input=3, place=(0.5, 0.1, -0.1, 1 / 3, 0.25, -2))
    assert line_of(layer) == "layer id=a name=Sky input=3 place=0.5,0.1,-0.1,0.333333333,0.25,-2"
    assert entry_of(line_of(layer)) == Layer(**{**vars(layer), "place": (
        0.5, 0.1, -0.1, 0.333333333, 0.25, -2
    )})  # fmt: skip
    assert entry_of("layer id=m mask_of=a bitmap=" + NAME) == Layer(
        id="m", mask_of="a", bitmap=NAME
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("input=9", "input is a number from 1 to 8"),
        ("input=0", "input is a number from 1 to 8"),
        ("bitmap=../../x", "bitmap is a name of 32"),
        ("bitmap=" + "A" * 32, "bitmap is a name of 32"),
        (f"bitmap={NAME} input=1", "a bitmap or an input"),
        ("place=1,0,0,1,0", "a matrix of 6 numbers"),
        ("place=nan,0,0,1,0,0", "place is a number from -65536 to 65536"),
        ("place=1e9,0,0,1,0,0", "place is a number from -65536 to 65536"),
        ("place=1,1,1,1,0,0", "leaves no area"),
        ("mask_of=a", "masks itself"),
    ],
)
def test_lines_that_are_refused(words: str, reason: str):
    with pytest.raises(PaintingError, match=reason):
        read(("painting 1", f"layer id=a {words}"))


def test_a_layer_of_the_same_size_is_the_picture():
    opaque = Layer(id="a", input=1)
    np.testing.assert_array_equal(drawn(painting(opaque), FIRST).pixels(), PICTURES[1])


def test_a_linked_picture_without_a_layer_lies_below_the_strokes():
    lines = painting(mark("rectangle", (0, 0), (0.5, 1), colour="#ff0000"))
    shown = drawn(lines, FIRST)
    assert [layer.id for layer in shown.layers] == ["image_1", ""]
    np.testing.assert_array_equal(shown.pixels()[:, 32:], PICTURES[1][:, 32:])
    assert (shown.pixels()[:, :32] == (1, 0, 0)).all()


def test_strokes_paint_over_and_erase_the_picture():
    lines = painting(
        Layer(id="a", input=1),
        mark("rectangle", (0, 0), (0.5, 1), layer="a", erase=True),
        mark("rectangle", (0.5, 0), (1, 0.5), layer="a", colour="#0000ff"),
    )
    seen = drawn(lines, FIRST).pixels()
    assert (seen[:, :32] == 1).all() and (seen[:24, 32:] == (0, 0, 1)).all()
    np.testing.assert_array_equal(seen[24:, 32:], PICTURES[1][24:, 32:])


def test_a_missing_picture_leaves_the_rest():
    lines = painting(PASTED, Layer(id="b"), mark("rectangle", (0, 0), (1, 1), layer="b"))
    assert not drawn(lines, {}).pixels().any()
    assert (drawn(painting(PASTED), {}).pixels() == 1).all()


def test_regions_have_no_pictures():
    for layer in (PASTED, Layer(id="a", mask_of="b")):
        with pytest.raises(PaintingError, match="regions have no pictures"):
            drawn(painting(layer), PICTURES, "regions")


# --- masks -----------------------------------------------------------------------------------


def test_an_empty_or_white_mask_hides_nothing():
    plain = drawn(painting(PASTED), PICTURES).pixels()
    mask = Layer(id="m", mask_of="a")
    white = mark("rectangle", (0, 0), (1, 1), layer="m", colour="#ffffff")
    for strokes in ((), (white,)):
        masked = drawn(painting(PASTED, mask, *strokes), PICTURES)
        np.testing.assert_array_equal(masked.pixels(), plain)


def test_black_hides_and_grey_hides_a_part():
    red = mark("rectangle", (0, 0), (1, 1), layer="a", colour="#ff0000")
    black = mark("rectangle", (0, 0), (0.5, 1), layer="m", colour="#000000")
    grey = mark("rectangle", (0.5, 0), (1, 0.5), layer="m", colour="#808080")
    lines = painting(Layer(id="a"), Layer(id="m", mask_of="a"), red, black, grey)
    shown = drawn(lines)
    assert (shown.pixels()[:, :32] == 1).all() and not shown.alpha()[:, :32].any()
    np.testing.assert_allclose(shown.alpha()[:24, 32:], 128 / 255, atol=1e-6)
    np.testing.assert_allclose(shown.pixels()[:24, 32:, 1], 1 - 128 / 255, atol=1e-6)
    assert (shown.pixels()[24:, 32:] == (1, 0, 0)).all()
    half = painting(Layer(id="a"), Layer(id="m", mask_of="a", opacity=0.5), red, black)
    np.testing.assert_allclose(drawn(half).alpha()[:, :32], 0.5)
    hidden = painting(Layer(id="a"), Layer(id="m", mask_of="a", hidden=True), red, black)
    assert (drawn(hidden).alpha() == 1).all()


def test_a_picture_can_be_a_mask():
    black = mark("rectangle", (0, 0), (1, 1), layer="a")
    lines = painting(Layer(id="a"), Layer(id="m", mask_of="a", input=1), black)
    weights = np.array((0.2126, 0.7152, 0.0722))
    np.testing.assert_allclose(drawn(lines, FIRST).alpha(), PICTURES[1] @ weights, atol=1e-5)


# --- changes ---------------------------------------------------------------------------------

PLACES = ((), (0.5, 0, 0, 0.5, 0.25, 0.25), (0.6, 0.3, -0.2, 0.7, 0.3, 0.1))


@st.composite
def documents(draw: st.DrawFn) -> tuple[Lines, dict[str | int, Any]]:
    """Draw a painting of layers, and the pictures that are there."""
    sources = (Layer(bitmap=NAME), Layer(input=1), Layer(input=2), Layer())
    place = draw(st.sampled_from(PLACES))
    first = replace(draw(st.sampled_from(sources)), id="a", place=place)
    second = Layer(id="b", mask_of=draw(st.sampled_from(["", "a"])), opacity=0.5)
    entries = draw(st.lists(marks(), max_size=4))
    kept = draw(st.sets(st.sampled_from([NAME, 1, 2])))
    return painting(first, second, *entries), {key: PICTURES[key] for key in kept}


@settings(max_examples=40, deadline=None)
@given(st.lists(documents(), min_size=2, max_size=4))
def test_pixels_do_not_depend_on_what_was_drawn_before(
    versions: list[tuple[Lines, dict[str | int, Any]]],
):
    one = Rasteriser(64, 48)
    for lines, pictures in versions:
        one.pictures = pictures
        one.update(lines)
        fresh = drawn(lines, pictures)
        np.testing.assert_array_equal(one.pixels(), fresh.pixels())
        np.testing.assert_array_equal(one.alpha(), fresh.alpha())


def test_a_stroke_by_hand_over_linked_pictures():
    shown = Rasteriser(64, 48, pictures=FIRST)
    shown.update(())
    stroke = shown.start(mark("brush", (0, 0), size=0.3, colour="#ff0000"))
    for x in (0.2, 0.5, 0.8):
        stroke.to(x, 0.5)
    live = shown.pixels()
    lines = stroke.lift()
    np.testing.assert_array_equal(shown.pixels(), live)
    np.testing.assert_array_equal(drawn(lines, FIRST).pixels(), live)
    second = shown.start(mark("brush", (0, 0), size=0.3))
    second.to(0.5, 0.5)
    second.cancel()
    np.testing.assert_array_equal(shown.pixels(), live)


def test_a_moved_picture_keeps_its_strokes():
    blue = mark("fill", (0.9, 0.9), layer="a", colour="#0000ff")
    before, after = (painting(Layer(id="a", input=2, place=p), blue) for p in PLACES[1:])
    shown = drawn(before, PICTURES)
    box = shown.update(after)
    assert box == shown.box
    np.testing.assert_array_equal(shown.pixels(), drawn(after, PICTURES).pixels())

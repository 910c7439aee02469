"""Placed pictures, texts, shapes, and changes of colour."""

from __future__ import annotations

import colorsys
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from nodes import colour, composite, image
from nodes.types import Image, Mask
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext, picture

BLACK = Image(np.zeros((1, 32, 32, 3), np.float32))
GREY = np.float32(0.5)


def flat(red: float, green: float, blue: float, height: int = 8, width: int = 8) -> Image:
    return Image(np.broadcast_to(np.array((red, green, blue), np.float32), (1, height, width, 3)))


# --- placing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "y"), [(0, 0), (5, 7), (-3, -2), (28, 30), (40, 2), (-90, 0)])
def test_a_picture_is_placed_bit_for_bit(x: int, y: int):
    base, top = picture(1, 32, 32, 3, seed=1), picture(1, 8, 10, 3, seed=2)
    found = composite.image_composite(base, top, x=x, y=y).pixels[0]
    expected = base.pixels[0].copy()
    for row in range(8):
        for column in range(10):
            if 0 <= y + row < 32 and 0 <= x + column < 32:
                expected[y + row, x + column] = top.pixels[0, row, column]
    np.testing.assert_array_equal(found, expected)


def test_a_mask_limits_the_placed_picture():
    mask = np.zeros((1, 8, 8), np.float32)
    mask[:, :4] = 1
    found = composite.image_composite(BLACK, flat(1, 1, 1), Mask(mask), 4, 4).pixels[0]
    assert (found[4:8, 4:12] == 1).all() and found.sum() == 4 * 8 * 3


@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_quarter_turns_are_exact(quarters: int):
    top = picture(1, 6, 6, 3)
    found = composite.image_composite(BLACK, top, x=3, y=4, rotation=90.0 * quarters).pixels[0]
    expected = np.rot90(top.pixels[0], -quarters)
    np.testing.assert_array_equal(found[4:10, 3:9], expected)


def test_a_turned_square_keeps_area_and_centre():
    found = composite.image_composite(
        Image(np.zeros((1, 101, 101, 3), np.float32)),
        flat(1, 1, 1, 41, 41),
        x=30,
        y=30,
        rotation=30,
    ).pixels[0, ..., 0]
    assert found.sum(dtype=np.float64) == pytest.approx(41 * 41, rel=0.02)
    rows, columns = np.indices(found.shape)
    assert (found * rows).sum() / found.sum() == pytest.approx(50, abs=0.05)
    assert (found * columns).sum() / found.sum() == pytest.approx(50, abs=0.05)
    corner = found[50 - round(20.5 * math.sqrt(2) * math.cos(math.radians(15))), 50 - 7]
    assert corner < 1  # near a corner that the unturned square does not reach


def test_what_does_not_fit_is_refused():
    with pytest.raises(NodeError, match="a side has up to 16384"):
        composite.image_composite(BLACK, flat(1, 1, 1, 8, 2000), scale=32)
    with pytest.raises(NodeError, match="3 upper pictures, but 2 lower ones"):
        composite.image_composite(picture(2, 8, 8, 3), picture(3, 8, 8, 3))


def test_transforms():
    one = picture(1, 4, 6, 3)
    turned = composite.image_transform(one, rotation=90, canvas="grow").pixels
    np.testing.assert_array_equal(turned[0, ..., :3], np.rot90(one.pixels[0], -1))
    assert (turned[..., 3] == 1).all()
    flipped = composite.image_transform(one, "both").pixels
    np.testing.assert_array_equal(flipped, one.pixels[:, ::-1, ::-1])
    moved = composite.image_transform(one, x=2).pixels
    np.testing.assert_array_equal(moved[0, :, 2:, :3], one.pixels[0, :, :-2])
    assert not moved[0, :, :2].any()
    assert composite.image_transform(one, scale=2, canvas="grow").pixels.shape == (1, 8, 12, 4)


# --- texts and shapes ------------------------------------------------------------------------


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


@pytest.mark.parametrize("place", ["top left", "centre", "bottom right"])
def test_a_text_is_within_its_margin(ctx: FakeContext, place: Any):
    made = composite.image_text(ctx, "Coast\nin blue", 20, "#ff8800", "", place, 8, 200, 100)
    alpha = image.mask_alpha(made).alpha[0]
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    top, bottom = rows[0], 99 - rows[-1]
    left, right = columns[0], 199 - columns[-1]
    if "top" in place:
        assert abs(top - 8) <= 1 and abs(left - 8) <= 2
    elif "bottom" in place:
        assert abs(bottom - 8) <= 1 and abs(right - 8) <= 2
    else:
        assert abs(top - bottom) <= 2 and abs(left - right) <= 2
    assert not ctx.warnings
    np.testing.assert_allclose(made.pixels[0, 0, 0, :3], (1, 136 / 255, 0))


def test_letters_that_the_font_lacks_are_named(ctx: FakeContext):
    composite.image_text(ctx, "Berg 山")
    assert ctx.warnings == ["The font has no letters for: 山"]


def test_a_font_file(ctx: FakeContext):
    with pytest.raises(NodeError, match=r"no font file 'gone\.ttf'") as refused:
        composite.image_text(ctx, font="gone.ttf")
    assert refused.value.parameter == "font"
    (ctx.root / "odd.ttf").write_bytes(b"no font")
    with pytest.raises(NodeError, match=r"no font file 'odd\.ttf'"):
        composite.image_text(ctx, font="odd.ttf")


@pytest.mark.parametrize(
    ("shape", "share"),
    [("rectangle", 1.0), ("ellipse", math.pi / 4), ("triangle", 0.5), ("star", 0.28064)],
)
@pytest.mark.parametrize("rotation", [0.0, 30.0])
def test_area_of_shapes(shape: Any, share: float, rotation: float):
    made = composite.image_shape(None, shape, 60, 70, 120, 100, rotation, width=256, height=256)
    area = made.pixels[0, ..., 3].sum(dtype=np.float64)
    assert area == pytest.approx(share * 120 * 100, rel=1e-3)


def test_area_of_an_outline():
    made = composite.image_shape(None, "ellipse", 10, 10, 100, 100, line=5, width=128, height=128)
    expected = math.pi * (50**2 - 45**2)
    assert made.pixels[0, ..., 3].sum(dtype=np.float64) == pytest.approx(expected, rel=1e-3)


# --- colours -------------------------------------------------------------------------------------


def test_levels():
    row = Image(np.array([0, 0.2, 0.5, 0.8, 1], np.float32)[None, None, :, None].repeat(3, -1))
    found = colour.image_levels(row, 0.2, 0.8, 2.0, 0.1, 0.9).pixels[0, 0, :, 0]
    np.testing.assert_allclose(found, [0.1, 0.1, 0.1 + 0.8 * math.sqrt(0.5), 0.9, 0.9], atol=1e-6)
    with pytest.raises(NodeError, match="white point is not above"):
        colour.image_levels(row, 0.5, 0.5)


def test_curves():
    one = picture(1, 8, 8, 4)
    inverted = colour.image_curves(one, ((0.0, 1.0), (1.0, 0.0))).pixels
    np.testing.assert_allclose(inverted[..., :3], 1 - one.pixels[..., :3], atol=1e-6)
    np.testing.assert_array_equal(inverted[..., 3], one.pixels[..., 3])
    red = colour.image_curves(one, (), ((0.0, 0.0), (1.0, 0.5))).pixels
    np.testing.assert_allclose(red[..., 0], one.pixels[..., 0] / 2, atol=1e-6)
    np.testing.assert_array_equal(red[..., 1:], one.pixels[..., 1:])


def test_hue_is_that_of_colorsys():
    one = picture(1, 6, 6, 3)
    found = colour.image_hue(one, 90, 0.5, 0.8).pixels.reshape(-1, 3)
    for before, after in zip(one.pixels.reshape(-1, 3).tolist(), found, strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*before)
        expected = colorsys.hsv_to_rgb((hue + 0.25) % 1, saturation * 0.5, value * 0.8)
        np.testing.assert_allclose(after, expected, atol=1e-5)


def test_a_full_turn_of_hues_changes_nothing():
    one = picture(1, 6, 6, 3)
    np.testing.assert_allclose(colour.image_hue(one, 0).pixels, one.pixels, atol=1e-6)


@pytest.mark.parametrize("kind", ["grey", "coloured"])
def test_noise(kind: Any):
    made = colour.image_noise(flat(0.5, 0.5, 0.5, 128, 128), 0.1, 0, kind, 7).pixels
    assert made.std() == pytest.approx(0.1, rel=0.03)
    assert (made[..., 0] == made[..., 1]).all() == (kind == "grey")
    again = colour.image_noise(flat(0.5, 0.5, 0.5, 128, 128), 0.1, 0, kind, 7).pixels
    np.testing.assert_array_equal(made, again)
    soft = colour.image_noise(flat(0.5, 0.5, 0.5, 128, 128), 0.1, 2.0, kind, 7).pixels
    assert soft.std() == pytest.approx(0.1, rel=0.03)


def test_sharpening_a_flat_picture_changes_nothing():
    one = flat(0.3, 0.6, 0.9)
    np.testing.assert_allclose(colour.image_sharpen(one).pixels, one.pixels, atol=1e-6)


def test_palette():
    one = picture(1, 32, 32, 3)
    few = colour.image_palette(one, 5).pixels.reshape(-1, 3)
    assert len(np.unique(few, axis=0)) <= 5
    given = colour.image_palette(one, colours="#ff0000, #0000ff").pixels.reshape(-1, 3)
    assert {tuple(pixel) for pixel in given.tolist()} == {(1, 0, 0), (0, 0, 1)}
    dithered = colour.image_palette(
        flat(0.5, 0.5, 0.5, 64, 64), colours="#000000 #ffffff", dither=True
    )
    assert dithered.pixels.mean() == pytest.approx(0.5, abs=0.02)
    with pytest.raises(NodeError, match="Write the colour like"):
        colour.image_palette(one, colours="red")
    with pytest.raises(NodeError, match="257 colours are too many"):
        colour.image_palette(one, colours="#000000 " * 257)


def test_colours_are_matched():
    warm = Image((picture(1, 40, 40, 3).pixels * 0.2 + (0.6, 0.4, 0.3)).astype("f4"))
    cool = Image((picture(1, 40, 40, 3, seed=3).pixels * 0.1 + (0.3, 0.4, 0.5)).astype("f4"))
    found = colour.image_match_colour(cool, warm).pixels[0]
    of, like = (cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB) for pixels in (found, warm.pixels[0]))
    np.testing.assert_allclose(of.mean((0, 1)), like.mean((0, 1)), atol=0.1)
    np.testing.assert_allclose(of.std((0, 1)), like.std((0, 1)), atol=0.1)
    same = colour.image_match_colour(cool, cool).pixels
    np.testing.assert_allclose(same, cool.pixels, atol=4e-3)
    nothing = Mask(np.zeros((1, 40, 40), np.float32))
    with pytest.raises(NodeError, match="Nothing of the other picture"):
        colour.image_match_colour(cool, warm, None, nothing)

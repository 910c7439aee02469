"""Cutting out, pasting back and extending: the rest of the picture keeps its bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes import inpaint
from nodes.types import Image, Mask
from nodeui.sdk import NodeError
from tests.nodes.fakes import picture


def box_mask(height: int, width: int, rows: slice, columns: slice, value: float = 1.0) -> Mask:
    alpha = np.zeros((1, height, width), np.float32)
    alpha[:, rows, columns] = value
    return Mask(alpha)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_outside_of_the_mask_nothing_changes(data: st.DataObject):
    height, width = data.draw(st.integers(8, 60)), data.draw(st.integers(8, 60))
    channels = data.draw(st.sampled_from([3, 4]))
    whole = picture(1, height, width, channels)
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    alpha = np.zeros((1, height, width), np.float32)
    top, left = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    part = alpha[:, top : top + data.draw(st.integers(1, 20)), left:]
    part[:] = random.random(part.shape) * (random.random(part.shape) < 0.7)
    part[:, 0, 0] = 1
    mask = Mask(alpha)
    cut = inpaint.cut_around_mask(whole, mask, data.draw(st.integers(0, 30)), 64)
    size = cut.image.pixels.shape[1:3]
    changed = Image(np.ones((1, *size, 3), np.float32))
    pasted = inpaint.paste_back(whole, changed, cut.place, data.draw(st.integers(0, 6))).pixels
    outside = alpha[0] == 0
    np.testing.assert_array_equal(pasted[0][outside], whole.pixels[0][outside])


def test_inside_of_the_mask_is_the_part():
    whole = picture(1, 64, 64, 3)
    mask = box_mask(64, 64, slice(20, 40), slice(24, 44))
    cut = inpaint.cut_around_mask(whole, mask, 6, 64)
    assert cut.place.mask.shape == (1, 32, 32) and cut.image.pixels.shape == (1, 64, 64, 3)
    red = np.zeros_like(cut.image.pixels)
    red[..., 0] = 1
    pasted = inpaint.paste_back(whole, Image(red), cut.place, 0).pixels
    np.testing.assert_allclose(pasted[0, 20:40, 24:44], np.broadcast_to((1, 0, 0), (20, 20, 3)))


def test_the_feather_is_within_the_mask():
    whole = Image(np.zeros((1, 64, 64, 3), np.float32))
    mask = box_mask(64, 64, slice(16, 48), slice(16, 48))
    cut = inpaint.cut_around_mask(whole, mask, 0, 64)
    white = Image(np.ones_like(cut.image.pixels))
    row = inpaint.paste_back(whole, white, cut.place, 8).pixels[0, 32, :, 0]
    ramp = ((np.arange(16) + 0.5) / 8).clip(0, 1)
    np.testing.assert_allclose(row[16:32], ramp**2 * (3 - 2 * ramp), atol=1e-5)
    assert not row[:16].any()


def test_a_mask_at_the_edge_of_the_picture_has_no_feather_there():
    whole = Image(np.zeros((1, 32, 32, 3), np.float32))
    cut = inpaint.cut_around_mask(whole, box_mask(32, 32, slice(0, 32), slice(0, 20)), 0, 64)
    white = Image(np.ones_like(cut.image.pixels))
    row = inpaint.paste_back(whole, white, cut.place, 4).pixels[0, 0, :, 0]
    assert row[0] == pytest.approx(1) and row[19] < 0.1


@pytest.mark.parametrize(
    ("rows", "columns"), [(slice(0, 3), slice(0, 3)), (slice(90, 99), slice(2, 40))]
)
def test_the_part_stays_within_the_picture(rows: slice, columns: slice):
    whole = picture(1, 99, 150, 3)
    cut = inpaint.cut_around_mask(whole, box_mask(99, 150, rows, columns), 16, 256)
    height, width = cut.place.mask.shape[1:]
    assert cut.place.left >= 0 and cut.place.left + width <= 150
    assert cut.place.top >= 0 and cut.place.top + height <= 99
    made = cut.image.pixels.shape
    assert made[1] % 8 == made[2] % 8 == 0 and made[1] * made[2] == pytest.approx(256**2, rel=0.1)
    assert cut.mask.alpha.shape == made[:3]


def test_an_unchanged_part_of_the_same_size_changes_nothing():
    whole = picture(1, 64, 64, 3)
    mask = box_mask(64, 64, slice(0, 64), slice(0, 64))
    cut = inpaint.cut_around_mask(whole, mask, 0, 64)
    np.testing.assert_array_equal(
        inpaint.paste_back(whole, cut.image, cut.place, 4).pixels, whole.pixels
    )


def test_several_results_are_pasted_into_one_picture():
    whole = picture(1, 32, 32, 3)
    cut = inpaint.cut_around_mask(whole, box_mask(32, 32, slice(4, 9), slice(4, 9)), 2, 64)
    parts = Image(np.repeat(cut.image.pixels, 3, 0))
    assert len(inpaint.paste_back(whole, parts, cut.place).pixels) == 3


def test_what_does_not_fit_is_refused():
    whole = picture(1, 32, 32, 3)
    with pytest.raises(NodeError, match="mask is empty"):
        inpaint.cut_around_mask(whole, Mask(np.zeros((1, 32, 32), np.float32)))
    cut = inpaint.cut_around_mask(whole, box_mask(32, 32, slice(4, 9), slice(4, 9)), 2, 64)
    with pytest.raises(NodeError, match="picture of 32 x 32 pixels, but this one has 16 x 32"):
        inpaint.paste_back(picture(1, 32, 16, 3), cut.image, cut.place)


# --- outpainting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("filling", ["edge", "blur", "noise"])
@pytest.mark.parametrize("channels", [3, 4])
def test_the_picture_keeps_its_bits(filling: Any, channels: int):
    whole = picture(2, 20, 30, channels)
    made = inpaint.extend_canvas(whole, 5, 6, 7, 8, filling, 0)
    assert made.image.pixels.shape == (2, 35, 41, channels)
    np.testing.assert_array_equal(made.image.pixels[:, 7:27, 5:35], whole.pixels)
    expected = np.ones((1, 35, 41), np.float32)
    expected[:, 7:27, 5:35] = 0
    np.testing.assert_array_equal(made.mask.alpha, expected)


def test_the_edge_is_repeated():
    whole = picture(1, 4, 4, 3)
    made = inpaint.extend_canvas(whole, 3, 0, 0, 2).image.pixels
    np.testing.assert_array_equal(made[:, :4, 0], whole.pixels[:, :, 0])
    np.testing.assert_array_equal(made[:, -1, 3:], whole.pixels[:, -1])


def test_noise_has_the_colours_of_the_picture():
    whole = picture(1, 4, 4, 3)
    made = inpaint.extend_canvas(whole, 9, 0, 0, 0, "noise").image.pixels[0, :, :9].reshape(-1, 3)
    known = {tuple(pixel) for pixel in whole.pixels.reshape(-1, 3).tolist()}
    assert {tuple(pixel) for pixel in made.tolist()} <= known
    again = inpaint.extend_canvas(whole, 9, 0, 0, 0, "noise", seed=1).image.pixels[0, :, :9]
    assert (again.reshape(-1, 3) != made).any()


def test_the_overlap_is_beside_new_sides_only():
    whole = picture(1, 32, 32, 3)
    alpha = inpaint.extend_canvas(whole, 10, 0, 0, 0, "edge", 8).mask.alpha[0]
    np.testing.assert_allclose(alpha[16, 10:18], 1 - (np.arange(8) + 0.5) / 8, atol=1e-6)
    assert not alpha[:, 18:].any() and alpha[:, :10].all()


def test_sizes_are_bounded():
    with pytest.raises(NodeError, match="pixels are too many"):
        inpaint.extend_canvas(picture(1, 4, 9000, 3), 8192, 8192)

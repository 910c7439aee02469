"""Masks from pictures and from other masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nodes import image, masks
from nodes.colour import hue_of
from nodes.types import Image, Mask
from nodeui.sdk import NodeError
from tests.nodes.fakes import mask, picture


def levels(*values: float) -> Mask:
    """Return a mask of one row."""
    return Mask(np.array(values, np.float32)[None, None])


def disc(side: int, radius: float) -> NDArray[np.bool_]:
    offsets = np.arange(side) + 0.5 - side / 2
    return np.hypot(offsets[:, None], offsets[None]) <= radius


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("union", (0, 1, 1, 1, 0.75)),
        ("minus", (0, 1, 0, 0, 0.25)),
        ("intersect", (0, 0, 0, 1, 0.25)),
        ("exclude", (0, 1, 1, 0, 0.75)),
    ],
)
def test_combining(how: Any, expected: tuple[float, ...]):
    found = masks.mask_combine(levels(0, 1, 0, 1, 0.25), levels(0, 0, 1, 1, 0.75), how)
    assert found.alpha[0, 0].tolist() == list(expected)


def test_combining_follows_the_laws_of_sets():
    a, b = mask(1, 5, 5, seed=1), mask(1, 5, 5, seed=2)
    union = masks.mask_combine(a, b, "union").alpha
    outside = masks.mask_combine(Mask(1 - a.alpha), Mask(1 - b.alpha), "intersect").alpha
    np.testing.assert_allclose(union, 1 - outside, atol=1e-7)
    with pytest.raises(NodeError, match="second mask is 5 x 4 pixels"):
        masks.mask_combine(a, mask(1, 4, 5))


def test_threshold():
    assert masks.mask_threshold(levels(0, 0.49, 0.5, 1)).alpha[0, 0].tolist() == [0, 0, 1, 1]
    soft = masks.mask_threshold(levels(0, 0.4, 0.5, 0.55, 1), 0.5, 0.2).alpha[0, 0]
    np.testing.assert_allclose(soft, [0, 0, 0.5, 0.75, 1], atol=1e-6)


def test_holes_are_filled():
    ring = disc(32, 14) & ~disc(32, 7)
    filled = masks.mask_fill_holes(Mask(ring[None].astype(np.float32))).alpha[0]
    np.testing.assert_array_equal(filled, disc(32, 14))
    soft = masks.mask_fill_holes(Mask(ring[None].astype(np.float32) * np.float32(0.4))).alpha[0]
    np.testing.assert_allclose(soft, disc(32, 14) * 0.4, atol=1e-7)
    gap = ring.copy()
    gap[:, 16:18] = False
    open_ring = Mask(gap[None].astype(np.float32))
    np.testing.assert_array_equal(masks.mask_fill_holes(open_ring).alpha, open_ring.alpha)


def test_holes_of_a_soft_mask_never_sink():
    found = mask(2, 20, 20)
    assert (masks.mask_fill_holes(found).alpha >= found.alpha).all()


@pytest.mark.parametrize(("side", "at"), [("inside", 0), ("both", 0.5), ("outside", 1)])
def test_the_ramp_of_a_straight_edge(side: Any, at: float):
    """It is `at` on the edge and rises by 1 over its width."""
    half = np.zeros((1, 4, 64), np.float32)
    half[..., 32:] = 1
    found = masks.mask_distance(Mask(half), 16, side).alpha[0, 2]
    expected = ((np.arange(64) + 0.5 - 32) / 16 + at).clip(0, 1)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_ramp_without_an_edge():
    assert (masks.mask_distance(Mask(np.ones((1, 9, 9), np.float32)), 4).alpha == 1).all()
    assert not masks.mask_distance(Mask(np.zeros((1, 9, 9), np.float32)), 4, "outside").alpha.any()


def test_the_profile_of_a_feather_is_the_error_function():
    half = np.zeros((1, 65, 129), np.float32)
    half[..., 64:] = 1
    found = image.mask_feather(Mask(half), 6.0).alpha[0, 32]
    x = np.arange(129) + 0.5 - 64
    expected = [0.5 * (1 + math.erf(value / (6 * math.sqrt(2)))) for value in x]
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_a_range_of_depth():
    depth = np.linspace(0, 1, 11, dtype=np.float32)
    grey = Image(np.repeat(depth[None, None, :, None], 3, -1))
    hard = masks.mask_range(grey, "brightness", 0.3, 0.6).alpha[0, 0]
    assert hard.tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    soft = masks.mask_range(grey, "brightness", 0.4, 0.6, 0.2).alpha[0, 0]
    np.testing.assert_allclose(soft, [0, 0, 0, 0.5, 1, 1, 1, 0.5, 0, 0, 0], atol=1e-5)


def test_a_range_of_hues_passes_through_red():
    colours = [(1, 0, 0), (1, 0.1, 0), (1, 0, 0.1), (0, 1, 0), (0, 0, 1), (0.5, 0.5, 0.5)]
    row = Image(np.array(colours, np.float32)[None, None])
    assert masks.mask_range(row, "hue", 0.95, 0.05).alpha[0, 0].tolist() == [1, 1, 1, 0, 0, 0]
    assert masks.mask_range(row, "hue", 0.3, 0.4).alpha[0, 0].tolist() == [0, 0, 0, 1, 0, 0]
    with pytest.raises(NodeError, match="above its upper end"):
        masks.mask_range(row, "red", 0.5, 0.2)


def test_hues_are_those_of_colorsys():
    import colorsys

    pixels = picture(1, 8, 8, 3).pixels[0].reshape(-1, 3)
    expected = [colorsys.rgb_to_hsv(*map(float, pixel))[0] for pixel in pixels]
    np.testing.assert_allclose(hue_of(pixels), expected, atol=1e-5)


def test_transparent_parts_are_outside():
    clear = np.ones((1, 2, 2, 4), np.float32)
    clear[0, 0, :, 3] = 0
    found = masks.mask_range(Image(clear), "brightness", 0.5, 1).alpha[0]
    assert not found[0].any() and found[1].all()

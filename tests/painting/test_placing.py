"""Pictures on a sheet: copied where they fit the pixels, and with edges of the right coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.painting.coverage import Box
from nodeui.painting.placing import at, fitted, placed

SHEET = Box(0, 0, 64, 48)
rng = np.random.default_rng(7)


def grey(width: int, height: int, level: float = 1.0) -> np.ndarray:
    return np.full((height, width, 3), level, np.float32)


def turned(angle: float, width: float, height: float) -> tuple[float, ...]:
    """Return the place of a picture turned around the middle of the sheet, in its pixels."""
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.array([[cos * width, -sin * height], [sin * width, cos * height]])
    corner = np.array([32, 24]) - matrix @ (0.5, 0.5)
    (a, c), (b, d) = matrix / [[64, 64], [48, 48]]
    return a, b, c, d, corner[0] / 64, corner[1] / 48


@given(st.integers(-40, 70), st.integers(-40, 70))
def test_whole_pixels_are_copied(left: int, top: int):
    picture = rng.integers(0, 256, (11, 13, 4), np.uint8)
    box, layer = placed(picture, at(left, top, 13, 11, SHEET), 3, SHEET)
    assert box == Box(left, top, left + 13, top + 11) & SHEET or not box
    if box:
        part = picture[box.inside(Box(left, top, left + 13, top + 11))] / np.float32(255)
        np.testing.assert_array_equal(layer[-1], part[..., 3].astype(np.float32))
        np.testing.assert_allclose(np.moveaxis(layer[:3], 0, -1), part[..., :3] * part[..., 3:])


def test_a_picture_of_another_shape_is_fitted_into_the_middle():
    assert fitted(32, 48, SHEET) == pytest.approx((0.5, 0, 0, 1, 0.25, 0))
    box, layer = placed(grey(100, 10), (), 3, SHEET)
    assert layer[-1].sum() == pytest.approx(64 * 6.4, rel=1e-3)
    assert box.left == 0 and box.width == 64 and box.top + box.bottom == 48


@given(st.floats(0, 2 * math.pi), st.floats(3, 30), st.floats(3, 30))
def test_coverage_of_a_turned_picture_is_its_area(angle: float, width: float, height: float):
    _, layer = placed(grey(16, 16), turned(angle, width, height), 1, SHEET)
    assert layer[-1].sum(dtype=np.float64) == pytest.approx(width * height, rel=2e-3)
    np.testing.assert_allclose(layer[0], layer[1], atol=1e-5)


def test_half_a_pixel_covers_half():
    _, layer = placed(grey(8, 8), at(4.5, 4, 8, 8, SHEET), 1, SHEET)
    assert layer[-1, 0].tolist() == [0.5, *[1.0] * 7, 0.5]


def test_a_quarter_turn_moves_pixels():
    picture = rng.random((8, 8, 3), np.float32)
    box, layer = placed(picture, turned(math.pi / 2, 8, 8), 3, SHEET)
    found = np.moveaxis(layer[:3, :, box.width - 8 :], 0, -1)
    np.testing.assert_allclose(found[:8, :8], np.rot90(picture, -1), atol=0.02)


def test_reducing_keeps_the_mean():
    checks = np.indices((480, 640)).sum(0)[..., None] % 2 * np.ones(3, np.float32)
    box, layer = placed(checks.astype(np.float32), (), 3, SHEET)
    assert box == SHEET
    np.testing.assert_allclose(layer[:3], 0.5, atol=1e-3)


def test_levels_of_files_are_read():
    for dtype, most in (("uint8", 255), ("uint16", 65535)):
        picture = np.full((2, 2, 3), most // 5, dtype)
        _, layer = placed(picture, at(0, 0, 2, 2, SHEET), 3, SHEET)
        np.testing.assert_array_equal(layer[0], np.float32(most // 5) / np.float32(most))


def test_a_mask_takes_the_brightness():
    picture = np.array([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]], np.float32)
    _, layer = placed(picture, at(0, 0, 4, 1, SHEET), 1, SHEET)
    np.testing.assert_allclose(layer[0, 0], (0.2126, 0.7152, 0.0722, 1), atol=1e-6)
    assert layer[0, 0, 3] == 1

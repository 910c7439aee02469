"""The renderer is reproducible and its depth is correct."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("numba")

from training.camera import FAR, NEAR
from training.render import SKY, SKY_DEPTH, THING, Picture, depth_hint, render
from training.scene import Scene, sample_scene

LAKE = Scene("mountains", "lake", "sunset", "autumn", "clear", "pine", "house", 5)


@pytest.fixture(scope="module")
def picture() -> Picture:
    return render(LAKE)


def test_the_same_scene_gives_the_same_picture(picture: Picture) -> None:
    again = render(LAKE)
    assert np.array_equal(picture.rgb, again.rgb)
    assert np.array_equal(picture.depth, again.depth)


def test_a_picture_has_the_promised_shape(picture: Picture) -> None:
    assert picture.rgb.shape == (128, 128, 3) and picture.rgb.dtype == np.uint8
    assert picture.depth.shape == picture.kind.shape == (128, 128)
    assert picture.rgb.std() > 10


def test_sky_is_black_and_the_nearest_thing_white(picture: Picture) -> None:
    inside = picture.kind == SKY
    assert inside.any() and not inside.all()
    assert np.median(picture.depth[inside]) == 0
    assert picture.depth.max() >= 250
    assert np.median(picture.depth[~inside]) > 25


def test_depth_hint_is_linear_in_the_logarithm() -> None:
    distances = np.array([[SKY_DEPTH, FAR], [np.sqrt(FAR * NEAR), NEAR]])
    assert depth_hint(distances) == pytest.approx(np.array([[0.0, 0.1], [0.55, 1.0]]))


@pytest.mark.parametrize("seed", [268, 412, 558])
def test_trees_that_are_named_are_seen(seed: int) -> None:
    """In a canyon, on cliffs, by the sea: the near ground is water, or too steep."""
    scene = sample_scene(seed)
    assert scene.trees != "none" and scene.building == "none"
    rows = np.nonzero((render(scene).kind == THING).any(1))[0]
    assert np.ptp(rows) >= 15


def test_night_is_darker_than_noon() -> None:
    noon, night = (render(replace(LAKE, time=t)).rgb.mean() for t in ("noon", "night"))
    assert night < 0.6 * noon

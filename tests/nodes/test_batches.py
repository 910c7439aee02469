"""Batches: taken apart and put together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nodes import batches
from nodes.types import Image, Latents, Mask
from nodeui.sdk import NodeError

RNG = np.random.default_rng(3)
BYTES = RNG.integers(0, 256, (4, 6, 8, 3), np.uint8)


@pytest.mark.parametrize("index", [1, 2, 4])
def test_a_picked_picture_has_its_bits(index: int) -> None:
    picked = batches.pick_image(Image(BYTES), index).levels
    assert picked.dtype == np.uint8 and np.array_equal(picked, BYTES[index - 1 : index])
    masks, samples = BYTES[..., 0], RNG.random((4, 4, 3, 3), np.float32)
    assert np.array_equal(batches.pick_mask(Mask(masks), index).levels[0], masks[index - 1])
    latents = batches.pick_latents(Latents(samples), index)
    assert np.array_equal(latents.samples[0], samples[index - 1]) and not latents.empty
    assert batches.pick_latents(Latents(samples, empty=True), index).empty


@pytest.mark.parametrize(
    ("count", "why"),
    [
        (4, "index is 5, but the batch has only 4 pictures."),
        (1, "index is 5, but the batch has only 1 picture."),
        (0, "The batch is empty."),
    ],
)
def test_an_index_beyond_the_batch_is_refused(count: int, why: str) -> None:
    with pytest.raises(NodeError) as refused:
        batches.pick_image(Image(BYTES[:count]), 5)
    assert str(refused.value) == why and refused.value.parameter == "index"


def test_a_batch_has_all_pictures_in_order() -> None:
    made = batches.make_batch(Image(BYTES[:2]), fourth=Image(BYTES[3:]), second=Image(BYTES[2:3]))
    assert made.levels.dtype == np.uint8 and np.array_equal(made.levels, BYTES)
    assert np.array_equal(batches.make_batch(Image(BYTES[:1])).levels, BYTES[:1])


def test_pictures_of_other_kinds_are_joined_without_loss() -> None:
    floats = RNG.random((1, 6, 8, 4), np.float32)
    deep = (BYTES[:1].astype(np.uint16)) * 257
    made = batches.make_batch(Image(BYTES[:1]), Image(floats), Image(deep)).pixels
    assert np.array_equal(made[0, ..., :3], Image(BYTES[:1]).pixels[0])
    assert np.array_equal(made[1], floats[0])
    assert np.array_equal(made[2, ..., :3], made[0, ..., :3])
    assert (made[[0, 2], ..., 3] == 1).all()
    clear = RNG.integers(0, 256, (1, 6, 8, 4), np.uint8)
    opaque = batches.make_batch(Image(BYTES[:1]), Image(clear)).levels
    assert opaque.dtype == np.uint8 and (opaque[0, ..., 3] == 255).all()


def test_other_sizes_are_refused_or_resized() -> None:
    small = Image(np.full((1, 6, 4, 3), 200, np.uint8))
    with pytest.raises(NodeError, match="second is 4 x 6 pixels, but first is 8 x 6") as refused:
        batches.make_batch(Image(BYTES), small)
    assert refused.value.parameter == "second"
    rules: tuple[Any, ...] = ("stretch", "fill", "pad")
    for sizes in rules:
        made = batches.make_batch(Image(BYTES[:1]), small, sizes=sizes)
        assert made.levels.shape == (2, 6, 8, 3)
        assert np.array_equal(made.pixels[0], Image(BYTES[:1]).pixels[0])
        expected = 0 if sizes == "pad" else 200 / 255
        assert made.pixels[1, 0, 0] == pytest.approx([expected] * 3)

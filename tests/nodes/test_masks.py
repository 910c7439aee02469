"""Masks and hints on their way to the latents: cells, proportions, warnings, pasting back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nodes import guidance, image, imaging, latents, models, sample, text
from nodes.diffusion.masks import fitted_hint, latent_mask
from nodes.types import ControlNet, ControlUnit, Image, Mask
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext

pytestmark = tiny.QUIET

Array = NDArray[np.float32]
CELL = 4  # pixels of the tiny VAE


def stroke(rows: slice, columns: slice, value: float = 1.0, side: int = tiny.SIDE) -> Mask:
    alpha = np.zeros((1, side, side), np.float32)
    alpha[:, rows, columns] = value
    return Mask(alpha)


def painted(
    run: FakeContext, mask: Mask, **changes: Any
) -> tuple[NDArray[np.bool_], Array, FakeContext]:
    """The latent cells that sampling changes, the result, and the context with its warnings."""
    loaded = models.load(run, "sd15")
    start = latents.encode(Image(tiny.picture(1)), loaded.vae)
    ctx = FakeContext(run.root)
    found = sample.denoise(
        loaded.model,
        text.encode(loaded.model, "a cat"),
        start,
        mask=mask,
        steps=3,
        ctx=ctx,
        **{"scheduler": "ddim", **changes},
    ).run()
    return (found.samples != start.samples).any(axis=(0, 1)), found.samples, ctx


@pytest.mark.parametrize("value", [1.0, 0.3, 1 / 255])
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_no_stroke_is_lost(run: FakeContext, at: int, value: float) -> None:
    """A stroke of one pixel, hard or soft, changes the cells that it crosses and no other."""
    mask = stroke(slice(8 + at, 9 + at), slice(5, 18), value)
    changed, _, ctx = painted(run, mask)
    expected = np.zeros((8, 8), bool)
    expected[2, 1:5] = True
    np.testing.assert_array_equal(changed, expected)
    assert ctx.warnings == []


def test_nearest_can_miss_a_stroke_and_says_so(run: FakeContext) -> None:
    changed, _, ctx = painted(run, stroke(slice(9, 12), slice(0, 32)), mask_method="nearest")
    assert not changed.any()
    (warning,) = ctx.warnings
    assert "reaches no latents" in warning and "any pixel" in warning
    _, _, ctx = painted(run, stroke(slice(0, 0), slice(0, 0)))
    assert ctx.warnings == ["The mask is empty, so nothing of the picture changes."]


@given(st.integers(1, 70), st.integers(1, 70), st.integers(1, 12), st.integers(1, 12), st.data())
def test_each_pixel_reaches_the_cell_that_it_lies_in(
    height: int, width: int, rows: int, columns: int, data: st.DataObject
) -> None:
    y, x = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    alpha = np.zeros((1, height, width), np.float32)
    alpha[0, y, x] = 1
    cells = latent_mask(Mask(alpha), rows, columns, "any pixel", "stretch")[0, 0]
    for row, column in np.ndindex(rows, columns):
        overlaps = (
            row * height < (y + 1) * rows
            and (row + 1) * height > y * rows
            and column * width < (x + 1) * columns
            and (column + 1) * width > x * columns
        )
        assert cells[row, column] == overlaps


@given(st.integers(0, 2**32 - 1))
def test_nearest_is_that_of_diffusers(seed: int) -> None:
    """`prepare_mask_latents` of the inpainting pipelines, on the preprocessed mask."""
    from diffusers.image_processor import VaeImageProcessor

    alpha = np.random.default_rng(seed).random((1, 32, 48), np.float32)
    processor = VaeImageProcessor(
        vae_scale_factor=4, do_normalize=False, do_binarize=True, do_convert_grayscale=True
    )
    hard = processor.preprocess(torch.tensor(alpha)[:, None], height=32, width=48)
    expected = torch.nn.functional.interpolate(hard, size=(8, 12))
    found = latent_mask(Mask(alpha), 8, 12, "nearest", "cover")
    np.testing.assert_array_equal(found, expected.numpy())


@pytest.mark.parametrize(
    ("fit", "rows", "columns"),
    [("cover", slice(2, 6), slice(0, 8)), ("contain", slice(3, 5), slice(2, 6)),
     ("stretch", slice(2, 6), slice(2, 6))],
)  # fmt: skip
def test_a_mask_of_other_proportions(
    run: FakeContext, fit: imaging.Fit, rows: slice, columns: slice
) -> None:
    """The middle half of a mask twice as wide as high, on a square picture."""
    alpha = np.zeros((1, 16, 32), np.float32)
    alpha[:, 4:12, 8:24] = 1
    changed, _, ctx = painted(run, Mask(alpha), mask_fit=fit)
    expected = np.zeros((8, 8), bool)
    expected[rows, columns] = True
    np.testing.assert_array_equal(changed, expected)
    assert ["middle 16 x 16 of the mask" in text for text in ctx.warnings] == (
        [True] if fit == "cover" else []
    )


def test_masks_that_reach_the_same_cells_share_their_steps(run: FakeContext) -> None:
    start = latents.encode(Image(tiny.picture(1)), models.load(run, "sd15").vae)
    one = tiny.denoiser(run, latents=start, mask=stroke(slice(9, 10), slice(9, 10)))
    same = tiny.denoiser(run, latents=start, mask=stroke(slice(8, 12), slice(8, 12)))
    other = tiny.denoiser(run, latents=start, mask=stroke(slice(8, 13), slice(8, 12)))
    assert list(one.keys) == list(same.keys)
    assert tiny.shared(one, other) == 0


# --- hints -------------------------------------------------------------------------------------


def disc(width: int, height: int) -> Array:
    """A white disc in the middle of a black picture."""
    y, x = np.mgrid[:height, :width] + 0.5
    inside = np.hypot(x - width / 2, y - height / 2) < 0.4 * min(width, height)
    return np.repeat(inside[None, ..., None], 3, 3).astype(np.float32)


def _fitted(hint: Array, fit: imaging.Fit, width: int, height: int) -> Array:
    net = ControlNet("", "", "auto")
    unit = ControlUnit(net, hint, 1.0, 0.0, 1.0, (), fit)
    return fitted_hint(unit, height, width).permute(0, 2, 3, 1).numpy()


@pytest.mark.parametrize(("width", "height"), [(96, 48), (48, 96), (64, 64), (100, 60)])
def test_a_circle_stays_a_circle(width: int, height: int) -> None:
    sides: dict[imaging.Fit, Callable[[float, float], float]] = {"cover": max, "contain": min}
    for size in ((64, 64), (128, 64), (40, 80)):
        for fit, side in sides.items():
            scale = side(size[0] / width, size[1] / height)
            found = _fitted(disc(width, height), fit, *size)
            assert found.shape == (1, size[1], size[0], 3)
            y, x = np.mgrid[: size[1], : size[0]] + 0.5
            distance = np.hypot(x - size[0] / 2, y - size[1] / 2)
            radius = 0.4 * min(width, height) * scale
            assert found[0, ..., 0][distance < radius - 2 * max(1, scale)].min() > 0.9
            assert found[0, ..., 0][distance > radius + 2 * max(1, scale)].max(initial=0) < 0.1
    wide = _fitted(disc(96, 48), "stretch", 64, 64)[0, ..., 0]
    assert wide.sum(0).max() > 1.5 * wide.sum(1).max()


def test_hints_of_equal_proportions_are_only_scaled() -> None:
    hint = tiny.picture(2, side=48)
    expected = torch.nn.functional.interpolate(
        torch.tensor(hint).permute(0, 3, 1, 2), size=(32, 32), mode="bilinear", antialias=True
    )
    for fit in ("cover", "contain", "stretch"):
        found = _fitted(hint, fit, 32, 32)
        np.testing.assert_array_equal(found, expected.permute(0, 2, 3, 1).numpy())


def test_the_default_does_not_distort_and_says_what_is_cropped(run: FakeContext) -> None:
    loaded = models.load(run, "sd15")
    hint = tiny.picture(2, side=64)
    wide = Image(np.concatenate([np.zeros_like(hint), hint, np.zeros_like(hint)], 2))
    net = models.controlnet(run, "control-a")
    ctx = FakeContext(run.root)
    prompt = text.encode(loaded.model, "a cat")

    def sampled(picture: Image, **fit: Any) -> Array:
        control = guidance.apply(net, picture, **fit)
        empty = latents.empty(loaded.model)
        return sample.denoise(
            loaded.model, prompt, empty, control=control, steps=2, ctx=ctx
        ).run().samples  # fmt: skip

    np.testing.assert_array_equal(sampled(wide), sampled(Image(hint)))
    (warning,) = ctx.warnings
    assert "192 x 64" in warning and "middle 64 x 64 of the control picture" in warning
    assert not np.array_equal(sampled(wide, fit="stretch"), sampled(wide, fit="contain"))
    assert len(ctx.warnings) == 1


# --- pasting back ------------------------------------------------------------------------------


def test_blend_keeps_the_original_outside_of_the_mask(run: FakeContext) -> None:
    """The VAE's round trip changes pixels everywhere; blending with the mask undoes that."""
    loaded = models.load(run, "sd15")
    original = Image(tiny.picture(1))
    mask = image.mask_feather(stroke(slice(10, 20), slice(10, 20)), 1.0)
    _, samples, _ = painted(run, mask)
    result = latents.decode(latents.Latents(samples), loaded.vae)
    outside = mask.alpha == 0
    assert np.abs(result.pixels - original.pixels)[outside].max() > 1 / 255
    pasted = image.blend(original, result, mask)
    np.testing.assert_array_equal(pasted.pixels[outside], original.pixels[outside])
    inside = mask.alpha == 1
    np.testing.assert_allclose(pasted.pixels[inside], result.pixels[inside], atol=1e-6)

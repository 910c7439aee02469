"""Latents: sizes, the VAE there and back, noise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, AutoencoderTiny

from nodes import image, latents, models
from nodes.types import Image, Latents, Mask
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext


def test_empty_latents_have_the_models_size(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    assert latents.empty(model).samples.shape == (1, 4, 8, 8)
    found = latents.empty(model, width=64, height=40, batch=3)
    assert found.samples.shape == (3, 4, 10, 16) and found.empty and not found.samples.any()


def test_noise_is_that_of_torch(run: FakeContext) -> None:
    """Picture i comes from a CPU generator of its own, seeded seed + i."""
    empty = latents.empty(models.load(run, "sd15").model, batch=2)
    found = latents.noise(run, empty, seed=7)
    for i in range(2):
        generator = torch.Generator().manual_seed(7 + i)
        expected = torch.randn((1, 4, 8, 8), generator=generator)
        np.testing.assert_array_equal(found.samples[i : i + 1], expected.numpy())
        np.testing.assert_array_equal(found.states[i], generator.get_state().numpy())


def test_encoding_takes_the_mean_of_the_posterior(run: FakeContext, tiny_models: Path) -> None:
    vae = tiny.reown_module(AutoencoderKL.from_pretrained(tiny_models / "sd15" / "vae"))
    pixels = tiny.picture(4, count=2)
    with torch.no_grad():
        signed = 2 * torch.tensor(pixels).permute(0, 3, 1, 2) - 1
        expected = vae.encode(signed.contiguous()).latent_dist.mean * vae.config.scaling_factor
    found = latents.encode(Image(pixels), models.load(run, "sd15").vae)
    np.testing.assert_array_equal(found.samples, expected.numpy())
    assert not found.empty


def test_transparent_parts_are_encoded_as_middle_grey(run: FakeContext) -> None:
    """0 in [-1, 1], as the inpainting pipelines blank; opaque pictures keep their bits."""
    vae = models.load(run, "sd15").vae
    pixels = tiny.picture(4)
    opaque = np.concatenate([pixels, np.ones_like(pixels[..., :1])], axis=-1)
    plain = latents.encode(Image(pixels), vae).samples
    np.testing.assert_array_equal(latents.encode(Image(opaque), vae).samples, plain)
    part = opaque.copy()
    part[:, 8:24, :20, 3] = 0
    shown = pixels.copy()
    shown[:, 8:24, :20] = 0.5
    grey = latents.encode(Image(shown), vae).samples
    np.testing.assert_array_equal(latents.encode(Image(part), vae).samples, grey)
    part[..., 3] = 0.25
    mixed = latents.encode(Image(0.5 + 0.25 * (pixels - 0.5)), vae).samples
    np.testing.assert_allclose(latents.encode(Image(part), vae).samples, mixed, atol=1e-5)


def test_cut_out_does_not_come_back(run: FakeContext) -> None:
    """The cut part has no influence, whatever its colours were."""
    vae = models.load(run, "sd15").vae
    keep = np.ones((1, tiny.SIDE, tiny.SIDE), np.float32)
    keep[:, 4:20, 8:30] = 0
    first, second = tiny.picture(4), tiny.picture(4)
    second[:, 4:20, 8:30] = tiny.picture(5)[:, 4:20, 8:30]
    a, b = (
        latents.encode(image.cut_out(Image(pixels), Mask(keep)), vae).samples
        for pixels in (first, second)
    )
    np.testing.assert_array_equal(a, b)


def test_tiles_are_not_remembered(run: FakeContext) -> None:
    """A picture of one tile is the same; of several it differs; the next one is whole again."""
    vae = models.load(run, "sd15").vae
    for side, same in ((32, True), (96, False)):
        start = latents.encode(Image(tiny.picture(4, side=side)), vae)
        whole = latents.decode(start, vae).pixels
        tiled = latents.decode(start, vae, tiled=True).pixels
        assert whole.shape == tiled.shape == (1, side, side, 3)
        assert np.array_equal(tiled, whole) == same
        np.testing.assert_array_equal(latents.decode(start, vae).pixels, whole)


def test_latents_with_statistics(tmp_path: Path) -> None:
    """A VAE may shift and scale its latents by channel; there and back is the same."""
    torch.manual_seed(0)
    config: dict[str, Any] = {
        "block_out_channels": [4, 8],
        "down_block_types": ["DownEncoderBlock2D"] * 2,
        "up_block_types": ["UpDecoderBlock2D"] * 2,
        "norm_num_groups": 4,
        "latents_mean": [0.1, 0.2, 0.3, 0.4],
        "latents_std": [1.0, 2.0, 3.0, 4.0],
        "scaling_factor": 0.5,
    }
    AutoencoderKL(**config).save_pretrained(tmp_path / "shifted")
    run = FakeContext(tmp_path)
    vae = models.vae(run, "shifted")
    start = latents.encode(Image(tiny.picture(1)), vae)
    plain: Any = AutoencoderKL.from_pretrained(tmp_path / "shifted")
    with torch.no_grad():
        signed = 2 * torch.tensor(tiny.picture(1)).permute(0, 3, 1, 2) - 1
        mean = plain.encode(signed).latent_dist.mean
        pixels = plain.decode(mean).sample * 0.5 + 0.5
    shift = torch.tensor(plain.config.latents_mean).view(1, 4, 1, 1)
    scale = torch.tensor(plain.config.latents_std).view(1, 4, 1, 1)
    np.testing.assert_allclose(start.samples, (mean - shift) * 0.5 / scale, atol=1e-5)
    decoded = latents.decode(start, vae).pixels
    np.testing.assert_allclose(decoded, pixels.clamp(0, 1).permute(0, 2, 3, 1), atol=1e-4)


def test_a_tiny_autoencoder(tmp_path: Path) -> None:
    torch.manual_seed(0)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    ).save_pretrained(tmp_path / "taesd")
    vae = models.vae(FakeContext(tmp_path), "taesd")
    assert vae.latent_factor == 2
    found = latents.encode(Image(tiny.picture(1)), vae)
    assert found.samples.shape == (1, 4, 16, 16)
    assert latents.decode(found, vae).pixels.shape == (1, 32, 32, 3)


def test_sizes_that_do_not_fit(run: FakeContext) -> None:
    loaded = models.load(run, "sd15")
    with pytest.raises(NodeError, match="width is 30") as caught:
        latents.empty(loaded.model, width=30)
    assert caught.value.parameter == "width"
    with pytest.raises(NodeError, match="30 x 32; both sides must be multiples of 4") as caught:
        latents.encode(Image(tiny.picture(1)[:, :, :30]), loaded.vae)
    assert caught.value.parameter == "image"
    with pytest.raises(NodeError, match="3 channels") as caught:
        latents.decode(Latents(np.zeros((1, 3, 8, 8), np.float32)), loaded.vae)
    assert caught.value.parameter == "latents"

"""Encodes pictures and decodes latents by a VAE, in the pipelines' order of operations."""

from __future__ import annotations

from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_qwenimage import AutoencoderKLQwenImage
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

from nodes.diffusion import finite, load
from nodes.diffusion.arrays import channels_first, channels_last, to_array, to_tensor
from nodes.diffusion.device import device
from nodes.diffusion.pool import within_memory
from nodes.diffusion.streams import upload
from nodes.types import Image, Latents, Vae
from nodeui.sdk import NodeError


def _statistics(vae: load.Autoencoder) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Return the mean and standard deviation of the latents, each (1, channels, 1, 1).

    None if the VAE's config has none; some SDXL models and Qwen-Image do.
    """
    mean = vae.config.get("latents_mean")
    deviation = vae.config.get("latents_std")
    if mean is None or deviation is None:
        return None
    shape = (1, -1, 1, 1)
    return (
        torch.tensor(mean, device=vae.device, dtype=vae.dtype).view(shape),
        torch.tensor(deviation, device=vae.device, dtype=vae.dtype).view(shape),
    )


def _from_sampler(samples: torch.Tensor, vae: load.Autoencoder) -> torch.Tensor:
    """Scale latents of a sampler for the VAE, in the pipelines' order of operations."""
    statistics = _statistics(vae)
    if statistics is None:
        shift = vae.config.get("shift_factor")
        samples = samples / vae.config["scaling_factor"]
        return samples + shift if shift else samples
    mean, deviation = statistics
    if isinstance(vae, AutoencoderKLQwenImage):
        return samples / (1.0 / deviation) + mean
    return samples * deviation / vae.config["scaling_factor"] + mean


def _to_sampler(samples: torch.Tensor, vae: load.Autoencoder) -> torch.Tensor:
    """The inverse of `_from_sampler`, in the pipelines' order of operations."""
    statistics = _statistics(vae)
    if statistics is None:
        shift = vae.config.get("shift_factor")
        return (samples - shift if shift else samples) * vae.config["scaling_factor"]
    mean, deviation = statistics
    if isinstance(vae, AutoencoderKLQwenImage):
        return (samples - mean) * (1.0 / deviation)
    return (samples - mean) * vae.config["scaling_factor"] / deviation


def decoded(samples: torch.Tensor, vae: load.Autoencoder) -> torch.Tensor:
    """Decode a sampler's latents (n, channels, height / f, width / f).

    Returns:
        Pixels (n, 3, height, width), roughly in [-1, 1].
    """
    scaled: Any = _from_sampler(samples, vae)
    if isinstance(vae, AutoencoderKLQwenImage):  # a video VAE: decode one frame
        return vae.decode(scaled.unsqueeze(2), return_dict=False)[0][:, :, 0]
    return vae.decode(scaled, return_dict=False)[0]


def _encoded(pixels: torch.Tensor, vae: load.Autoencoder) -> torch.Tensor:
    """The inverse of `decoded`; returns the mean of the posterior."""
    video = isinstance(vae, AutoencoderKLQwenImage)
    found = vae.encode(pixels.unsqueeze(2) if video else pixels, return_dict=False)[0]
    samples = found.mode() if isinstance(found, DiagonalGaussianDistribution) else found
    return _to_sampler(samples[:, :, 0] if video else samples, vae)


@within_memory
@torch.no_grad()
def decode(latents: Latents, handle: Vae, tiled: bool) -> Image:
    """Decode latents as the diffusers pipelines do.

    Raises:
        NodeError: about `latents`: the number of channels is not that of the VAE, or a value is
            not finite; about `vae`: the picture is not finite.
    """
    if latents.samples.shape[1] != handle.latent_channels:
        raise NodeError(
            f"The latents have {latents.samples.shape[1]} channels, this VAE decodes "
            f"{handle.latent_channels}.",
            "latents",
        )
    if not finite.is_finite(to_tensor(latents.samples)):
        raise NodeError("The latents contain NaN or infinite values.", "latents")
    vae = load.vae(handle)
    vae.use_tiling = tiled
    pixels = decoded(to_tensor(latents.samples, device(), vae.dtype), vae)
    finite.check(pixels, "The decoded picture contains NaN or infinite values.", "vae")
    return Image(channels_last((pixels * 0.5 + 0.5).clamp(0, 1)))


@within_memory
@torch.no_grad()
def encode(image: Image, handle: Vae, tiled: bool) -> Latents:
    """Encode pictures to the mean of the posterior, which needs no seed.

    Transparent parts become 0 in [-1, 1], middle grey, as `prepare_mask_and_masked_image` of the
    inpainting pipelines blanks the masked part.

    Raises:
        NodeError: about `image`: a side is not a multiple of the VAE's factor; about `vae`: the
            latents are not finite.
    """
    height, width = image.levels.shape[1:3]
    factor = handle.latent_factor
    if height % factor or width % factor:
        raise NodeError(
            f"The picture is {width} x {height}; both sides must be multiples of {factor}. "
            "Resize or crop it first.",
            "image",
        )
    if not finite.is_finite(to_tensor(image.pixels)):
        raise NodeError("The picture contains NaN or infinite values.", "image")
    vae = load.vae(handle)
    vae.use_tiling = tiled
    pixels = upload(channels_first(image.pixels), device(), vae.dtype)
    signed = 2.0 * pixels[:, :3] - 1.0
    if pixels.shape[1] == 4:
        signed = signed * pixels[:, 3:]
    samples = _encoded(signed, vae)
    finite.check(samples, "The encoded picture contains NaN or infinite values.", "vae")
    return Latents(to_array(samples))

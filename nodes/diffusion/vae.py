"""Between pictures and latents: the image autoencoder, in the pipelines' order of operations."""

from __future__ import annotations

import torch
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution

from nodes.diffusion import load
from nodes.diffusion.arrays import channels_first, channels_last, to_array, to_tensor
from nodes.diffusion.device import device
from nodes.types import Image, Latents, Vae
from nodeui.sdk import NodeError


def _statistics(vae: load.Autoencoder) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Mean and deviation of the latents, where the VAE's config gives them (some SDXL models)."""
    mean = vae.config.get("latents_mean")
    deviation = vae.config.get("latents_std")
    if mean is None or deviation is None:
        return None
    shape = (1, -1, 1, 1)
    return (
        torch.tensor(mean, device=vae.device, dtype=vae.dtype).view(shape),
        torch.tensor(deviation, device=vae.device, dtype=vae.dtype).view(shape),
    )


@torch.no_grad()
def decode(latents: Latents, handle: Vae, tiled: bool) -> Image:
    """Decode latents as the diffusers pipelines do.

    Raises:
        NodeError: the latents have another number of channels than the VAE.
    """
    if latents.samples.shape[1] != handle.latent_channels:
        raise NodeError(
            f"The latents have {latents.samples.shape[1]} channels, this VAE decodes "
            f"{handle.latent_channels}.",
            "latents",
        )
    vae = load.vae(handle)
    vae.use_tiling = tiled
    samples = to_tensor(latents.samples, device(), vae.dtype)
    statistics = _statistics(vae)
    if statistics is None:
        samples = samples / vae.config["scaling_factor"]
    else:
        mean, deviation = statistics
        samples = samples * deviation / vae.config["scaling_factor"] + mean
    pixels = vae.decode(samples, return_dict=False)[0]
    return Image(channels_last((pixels * 0.5 + 0.5).clamp(0, 1)))


@torch.no_grad()
def encode(image: Image, handle: Vae, tiled: bool) -> Latents:
    """Encode pictures; the mean of the posterior is taken, so that no seed is needed.

    Raises:
        NodeError: the side of the picture is no multiple of the VAE's factor.
    """
    height, width = image.pixels.shape[1:3]
    factor = handle.latent_factor
    if height % factor or width % factor:
        raise NodeError(
            f"The picture is {width} x {height}; both sides must be multiples of {factor}. "
            "Resize or crop it first.",
            "image",
        )
    vae = load.vae(handle)
    vae.use_tiling = tiled
    pixels = channels_first(image.pixels[..., :3]).to(device(), vae.dtype)
    found = vae.encode(2.0 * pixels - 1.0, return_dict=False)[0]
    samples = found.mode() if isinstance(found, DiagonalGaussianDistribution) else found
    statistics = _statistics(vae)
    if statistics is None:
        samples = vae.config["scaling_factor"] * samples
    else:
        mean, deviation = statistics
        samples = (samples - mean) * vae.config["scaling_factor"] / deviation
    return Latents(to_array(samples))

"""Nodes for latents: pictures in the latent space of the sampler."""

from __future__ import annotations

from typing import Annotated

from nodes.guidance import Share
from nodes.types import Image, Latents, Model, Noise, Vae
from nodeui.sdk import SEED, Context, NodeError, Range, node

Pixels = Annotated[int, Range(16, 8192, 8, "px")]
Seed = Annotated[int, Range(0, 2**32 - 1), SEED]


@node(
    "latents.empty",
    title="Empty latents",
    category="Latents",
    light=True,
    aliases=("empty latent image", "txt2img"),
)
def empty(
    model: Model,
    width: Pixels | None = None,
    height: Pixels | None = None,
    batch: Annotated[int, Range(1, 64)] = 1,
) -> Latents:
    """Set the size and number of new pictures. A sampler starts them from pure noise.

    Args:
        model: The model that will sample.
        width: Width of the pictures. Empty uses the size that the model was trained at.
        height: Height of the pictures. Empty uses the size that the model was trained at.
        batch: Number of pictures. Picture i (from 0) uses the sampler's seed + i.
    """
    import numpy as np

    sides = {"height": height or model.size, "width": width or model.size}
    for name, side in sides.items():
        if side % model.latent_factor:
            raise NodeError(
                f"{name} is {side}; it must be a multiple of {model.latent_factor}.", name
            )
    rows, columns = (side // model.latent_factor for side in sides.values())
    samples = np.zeros((batch, model.latent_channels, rows, columns), np.float32)
    samples.flags.writeable = False
    return Latents(samples, empty=True)


@node(
    "latents.encode",
    title="Encode image",
    category="Latents",
    version=2,
    numeric=True,
    aliases=("vae encode", "image to latents", "img2img"),
)
def encode(image: Image, vae: Vae, tiled: bool = False) -> Latents:
    """Turn pictures into latents, to change them with a sampler (image to image, inpainting).

    Uses the mean of the VAE's distribution, so no seed is needed. Transparent parts are encoded as
    middle grey, which inpainting models read as blank: to blank a part of a picture for them, use
    Invert mask and Cut out. For another background, use Flatten first.

    Args:
        image: The pictures. Both sides must be multiples of the VAE's factor (usually 8).
        vae: The VAE of the model that will sample.
        tiled: Encode in tiles, which needs less memory but is less accurate.
    """
    from nodes.diffusion import vae as autoencoder

    return autoencoder.encode(image, vae, tiled)


@node(
    "latents.decode",
    title="Decode latents",
    category="Latents",
    numeric=True,
    version=2,
    aliases=("vae decode", "latents to image"),
)
def decode(latents: Latents, vae: Vae, tiled: bool = False) -> Image:
    """Turn latents into pictures.

    Args:
        latents: The latents, usually from a sampler.
        vae: The VAE of the model that sampled them.
        tiled: Decode in tiles, which needs less memory but is less accurate.
    """
    from nodes.diffusion import vae as autoencoder

    return autoencoder.decode(latents, vae, tiled)


@node(
    "latents.noise",
    title="Noise",
    category="Latents",
    aliases=("random noise", "seed"),
    facts={"seed": ("seed",)},
)
def noise(
    ctx: Context,
    latents: Latents,
    seed: Seed = 0,
    variation: Share = 0.0,
    variation_seed: Seed = 0,
) -> Noise:
    """Draw the initial noise of a sampler, to vary it or to share it between samplers.

    A sampler with this noise gives the same result as one with this seed.

    Args:
        latents: Latents of the same size and number of pictures.
        seed: Seed of the first picture. Picture i (from 0) uses seed + i, modulo 2^32.
        variation: How far to go from the noise of seed to that of variation_seed: 0 stays at the
            first one, 1 arrives at the other. A little of it varies a picture without changing
            its composition.
        variation_seed: Seed of the other noise. Picture i (from 0) uses variation_seed + i,
            modulo 2^32.
    """
    from nodes.diffusion import noise as source

    shape = latents.samples.shape
    seeds = {"seed": seed, "variation_seed": variation_seed} if variation else {"seed": seed}
    for name, value in seeds.items():
        if wraps := source.wraps(value, shape[0], name):
            ctx.warn(wraps)
    return source.varied(seed, variation_seed, variation, shape)

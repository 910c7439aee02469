"""Latents: pictures as the sampler sees them."""

from __future__ import annotations

from typing import Annotated

from nodes.types import Image, Latents, Model, Noise, Vae
from nodeui.sdk import SEED, NodeError, Range, node

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
    """Give the size of new pictures; a sampler starts from pure noise there.

    Args:
        model: The model that will sample.
        width: Width of the pictures; when empty, the side that the model was trained at.
        height: Height of the pictures; when empty, the side that the model was trained at.
        batch: How many pictures to make; picture i (from 0) has the seed of the sampler + i.
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
    numeric=True,
    aliases=("vae encode", "image to latents", "img2img"),
)
def encode(image: Image, vae: Vae, tiled: bool = False) -> Latents:
    """Turn pictures into latents, to change them with a sampler (image to image, inpainting).

    The mean of what the VAE holds for likely is taken: no seed is involved. Alpha is dropped.

    Args:
        image: The pictures; both sides must be multiples of the VAE's factor (mostly 8).
        vae: The autoencoder of the model that will sample.
        tiled: Encode tile by tile, which needs less memory and is less exact.
    """
    from nodes.diffusion import vae as autoencoder

    return autoencoder.encode(image, vae, tiled)


@node(
    "latents.decode",
    title="Decode latents",
    category="Latents",
    numeric=True,
    aliases=("vae decode", "latents to image"),
)
def decode(latents: Latents, vae: Vae, tiled: bool = False) -> Image:
    """Turn latents into pictures.

    Args:
        latents: What a sampler made.
        vae: The autoencoder of the model that sampled.
        tiled: Decode tile by tile, which needs less memory and is less exact.
    """
    from nodes.diffusion import vae as autoencoder

    return autoencoder.decode(latents, vae, tiled)


@node("latents.noise", title="Noise", category="Latents", aliases=("random noise", "seed"))
def noise(latents: Latents, seed: Seed = 0) -> Noise:
    """Draw the noise that a sampler starts from, to share it between samplers.

    A sampler that gets this noise does the same as one with this seed.

    Args:
        latents: They give the size and the number of pictures.
        seed: Of the first picture; picture i (from 0) has seed + i.
    """
    from nodes.diffusion.noise import noise as draw

    return draw(seed, latents.samples.shape)

"""Loads networks and does a first step while nobody waits for it.

Each model is warmed up once in a worker: one that the pool has dropped since is not loaded again.
"""

from __future__ import annotations

from functools import lru_cache

from nodes.diffusion import load
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.diffusion.pool import within_memory
from nodes.latents import empty
from nodes.sample import denoise
from nodes.text import encode
from nodes.types import Model, Vae

_LATENTS = 8
"""Side of the latents of the first step."""


@lru_cache(maxsize=16)
def model(handle: Model) -> None:
    """Load the networks of a model, and do a step with its preview.

    Models of other families are too large to load before they are asked for.
    """
    if handle.family in FAMILIES:
        return
    positive = encode(handle)
    side = _LATENTS * handle.latent_factor
    steps = denoise(handle, positive, empty(handle, side, side), steps=1)
    steps.step()
    steps.preview()  # fits the colours of previews to the VAE


@lru_cache(maxsize=16)
@within_memory
def vae(handle: Vae) -> None:
    """Load a VAE."""
    load.vae(handle)

"""Noise and the generators that draw it.

Each picture of a batch has its own CPU generator, seeded with seed + index, so that it can be
reproduced alone. The first noise is drawn in float32 and then cast, whatever device and dtype.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion.arrays import to_array
from nodes.types import Noise

Array = NDArray[Any]


def generators(seed: int, count: int) -> list[torch.Generator]:
    """Return one CPU generator per picture, seeded with seed, seed + 1, ..., modulo 2^32."""
    return [torch.Generator("cpu").manual_seed((seed + i) % SEEDS) for i in range(count)]


SEEDS = 2**32
"""Number of different seeds: torch reads only these bits."""


def wraps(seed: int, count: int, parameter: str) -> str | None:
    """Return a warning if the seeds of a batch pass the last one, else None.

    Args:
        seed: Seed of the first picture.
        count: Number of pictures.
        parameter: The parameter of the seed.
    """
    beyond = seed + count - SEEDS
    if beyond <= 0:
        return None
    pictures = "picture uses seed 0" if beyond == 1 else f"{beyond} pictures use the seeds from 0"
    return f"{parameter} {seed} is so high that the seeds wrap at 2^32: the last {pictures} on."


def draw(sources: Sequence[torch.Generator], shape: Sequence[int]) -> torch.Tensor:
    """Draw unit normal noise (n, *shape) in float32, one picture from each of n generators."""
    pictures = [torch.randn((1, *shape), generator=source) for source in sources]
    return torch.cat(pictures, dim=0)


def noise(seed: int, shape: Sequence[int]) -> Noise:
    """Draw noise of the shape (n, channels, height, width), and keep the generators' states."""
    sources = generators(seed, shape[0])
    samples = draw(sources, shape[1:])
    states = np.stack([source.get_state().numpy() for source in sources])
    states.flags.writeable = False
    return Noise(samples=to_array(samples), states=states, seed=seed)


def varied(seed: int, other: int, amount: float, shape: Sequence[int]) -> Noise:
    """Draw noise on the way from that of one seed to that of another.

    Each picture is interpolated along the great circle between its two noises (slerp, Shoemake
    1985), which keeps its variance. Between the ends, the generators are those of `seed`.

    Args:
        seed: Seed of the first picture.
        other: The same of the other noise.
        amount: 0 returns the noise of `seed`, and 1 that of `other`, bit for bit.
        shape: (n, channels, height, width).
    """
    if amount in (0, 1) or seed == other:
        return noise(other if amount == 1 else seed, shape)
    first, second = noise(seed, shape), noise(other, shape)
    pairs = zip(first.samples, second.samples, strict=True)
    samples = np.stack([slerp(a, b, amount) for a, b in pairs])
    samples.flags.writeable = False
    return Noise(samples, first.states)


def slerp(first: Array, second: Array, amount: float) -> Array:
    """Interpolate between two float32 arrays along the great circle through both."""
    a, b = first.astype(np.float64), second.astype(np.float64)
    cosine = (a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum())
    angle = np.arccos(np.clip(cosine, -1, 1))
    parts = np.sin((1 - amount) * angle) * a + np.sin(amount * angle) * b
    return (parts / np.sin(angle)).astype(np.float32)


def resumed(value: Noise) -> list[torch.Generator]:
    """Return generators in the states that those of the noise had after the draw."""
    result: list[torch.Generator] = []
    for state in value.states:
        generator = torch.Generator("cpu")
        generator.set_state(torch.tensor(state))
        result.append(generator)
    return result

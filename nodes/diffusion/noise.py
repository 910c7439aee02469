"""Noise and the generators that draw it.

Each picture of a batch has a CPU generator of its own, seeded seed + its number, so that it can be
made again by itself. The first noise is drawn in float32 and cast, whatever device and dtype.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from nodes.diffusion.arrays import to_array
from nodes.types import Noise


def generators(seed: int, count: int) -> list[torch.Generator]:
    """One CPU generator a picture, seeded seed, seed + 1, ..."""
    return [torch.Generator("cpu").manual_seed(seed + i) for i in range(count)]


def draw(sources: Sequence[torch.Generator], shape: Sequence[int]) -> torch.Tensor:
    """Unit normal noise (n, *shape) in float32, one picture from each of the n generators."""
    pictures = [torch.randn((1, *shape), generator=source) for source in sources]
    return torch.cat(pictures, dim=0)


def noise(seed: int, shape: Sequence[int]) -> Noise:
    """Noise of the shape (n, channels, height, width) with the generators' states after it."""
    sources = generators(seed, shape[0])
    samples = draw(sources, shape[1:])
    states = np.stack([source.get_state().numpy() for source in sources])
    states.flags.writeable = False
    return Noise(samples=to_array(samples), states=states)


def resumed(value: Noise) -> list[torch.Generator]:
    """Generators that go on where those of the noise had got to."""
    result: list[torch.Generator] = []
    for state in value.states:
        generator = torch.Generator("cpu")
        generator.set_state(torch.tensor(state))
        result.append(generator)
    return result

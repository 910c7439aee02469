"""Measures what is stored of a sampler's steps.

    python -m benchmarks.state [--json] [--side 128]

Sizes are bytes a step over the bytes of the latents, of SDXL's size in float32, for each solver. Of
the network only the shape of its output matters for them, so it is replaced by random numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch

import nodeui
from benchmarks.rows import Row, print_rows
from nodes import sample
from nodes.diffusion.schedulers import SCHEDULERS
from nodes.diffusion.unet_sampler import Evaluation, UNetSampler
from nodes.types import Latents
from nodeui.engine.cache import open_cache

WORKFLOW = Path(__file__).parents[1] / "workflows" / "landscape.nodeui.json"


def sizes(side: int) -> Iterator[Row]:
    """Yield a row for each solver: bytes of a step's state over those of the latents.

    Args:
        side: Rows and columns of the latents.
    """
    with open_cache(None) as cache:
        done = nodeui.run(WORKFLOW, targets=["model", "prompt"], cache=cache)
        model = done.values("model")["model"]
        prompt = done.values("prompt")["conditioning"]
    start = Latents(np.zeros((1, model.latent_channels, side, side), np.float32), empty=True)
    generator = torch.Generator().manual_seed(0)

    def evaluate(sampler: UNetSampler, one: Evaluation) -> torch.Tensor:
        return torch.randn(one.sample.shape, generator=generator).to(one.sample.dtype)

    names: list[Any] = list(SCHEDULERS)
    for name in names:
        with mock.patch.object(UNetSampler, "_evaluate", evaluate):
            steps = sample.denoise(model, prompt, start, steps=8, scheduler=name)
            largest = 0
            for _ in steps.keys:
                steps.step()
                state = steps.snapshot()
                largest = max(largest, len(state if isinstance(state, bytes) else state()))
        figure = round(largest / start.samples.nbytes, 3)
        yield Row(f"state of a step, {name}", figure, 1.0, "latents")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--side", type=int, default=128)
    arguments = parser.parse_args()
    for row in sizes(arguments.side):
        if arguments.json:
            print_rows([row])
        else:
            print(f"{row.name:44} {row.figure} {row.unit}", flush=True)


if __name__ == "__main__":
    main()

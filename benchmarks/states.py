"""Measures what is stored of a sampler's steps, and what cells of a sweep cost together.

    python -m benchmarks.states [--json] [--side 128] [--rounds 5]

Sizes are bytes a step over the bytes of the latents, of SDXL's size in float32, for each solver. Of
the network only the shape of its output matters for them, so it is replaced by random numbers. The
ratio is the time of four seeds of the starter model in one batch over that of four single runs,
with four steps of lcm and no decoding. Both are run in turn; the least time of each counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch

import nodeui
from nodes import sample
from nodes.diffusion.schedulers import SCHEDULERS
from nodes.diffusion.unet_sampler import Evaluation, UNetSampler
from nodes.types import Latents
from nodeui.engine.cache import open_cache

WORKFLOW = Path(__file__).parents[1] / "workflows" / "landscape.nodeui.json"
CELLS = 4

Row = dict[str, Any]
"""Name, figure, floor (the least that it could be, or None) and unit."""


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
            steps = sample.denoise(model, prompt, start, steps=8, scheduler=name, eta=0.5)
            largest = 0
            for _ in steps.keys:
                steps.step()
                state = steps.snapshot()
                largest = max(largest, len(state if isinstance(state, bytes) else state()))
        figure = round(largest / start.samples.nbytes, 3)
        yield {
            "name": f"state of a step, {name}",
            "figure": figure,
            "floor": 1.0,
            "unit": "latents",
        }


def seconds(first: int, together: int) -> float:
    """Return the time of a sweep over seeds, with an empty cache.

    Args:
        first: The first seed.
        together: Number of cells in a batch.
    """
    with tempfile.TemporaryDirectory() as folder, open_cache(None) as cache:
        started = time.perf_counter()
        result = nodeui.sweep(
            WORKFLOW,
            {"sampler.seed": range(first, first + CELLS)},
            set={"sampler.steps": 4, "sampler.scheduler": "lcm", "sampler.guidance_scale": 1.0},
            targets=["sampler"],
            output_dir=folder,
            cache=cache,
            together=together,
        )
        assert result.ok
        return time.perf_counter() - started


def ratio(rounds: int) -> Row:
    """Return the row of the time of cells in one batch."""
    times: dict[int, list[float]] = {1: [], CELLS: []}
    for number in range(rounds + 1):  # the first round loads the weights
        for together, found in times.items():
            found.append(seconds(1000 + CELLS * number, together))
    least = {together: min(found[1:]) for together, found in times.items()}
    figure = round(least[CELLS] / least[1], 3)
    name = f"{CELLS} seeds of 4 steps in one batch"
    return {"name": name, "figure": figure, "floor": None, "unit": "of single runs"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--side", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    for row in (*sizes(arguments.side), ratio(arguments.rounds)):
        line = f"{row['name']:44} {row['figure']} {row['unit']}"
        print(json.dumps(row) if arguments.json else line, flush=True)


if __name__ == "__main__":
    main()

"""The training loop, run by one process per core.

Each member computes a share of the batch on one thread; gradients are averaged once per step. That
is faster than one process with two threads, which would wait for each other after every layer, and
much faster on a machine that has other things to do.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch import nn

from training.common import Average


class Optimizer(Protocol):
    """The interface that the loop needs from an optimizer."""

    def zero_grad(self) -> None:
        """Clear the gradients."""

    def step(self, rate: float) -> None:
        """Move the parameters."""


class Team:
    """The processes that train together; `rank` 0 prints and saves."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    def average(self, parameters: list[nn.Parameter], *numbers: float) -> list[float]:
        """Average the gradients over the team; also return the mean of some numbers."""
        if self.size == 1:
            return list(numbers)
        grads = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([*(g.reshape(-1) for g in grads), torch.tensor(numbers)])
        dist.all_reduce(flat)
        flat /= self.size
        at = 0
        for grad in grads:
            grad.copy_(flat[at : at + grad.numel()].view_as(grad))
            at += grad.numel()
        return flat[at:].tolist()

    def add_up(self, values: torch.Tensor) -> None:
        """Replace the values by their sum over the team."""
        if self.size > 1:
            dist.all_reduce(values)


def rate_at(share: float, peak: float, warm_up: float = 0.03, floor: float = 0.03) -> float:
    """Return the learning rate after `share` of the time: warm-up, then half a cosine."""
    if share < warm_up:
        return peak * (0.05 + 0.95 * share / warm_up)
    fall = 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up)))
    return peak * (floor + (1 - floor) * fall)


def fit(
    team: Team,
    minutes: float,
    peak: float,
    net: nn.Module,
    optimizer: Optimizer,
    average: Average,
    loss: Callable[[], torch.Tensor],
    save: Callable[[float, int], None],
) -> None:
    """Train for some minutes of processor time each; the learning rate follows the time.

    `loss` draws a batch and returns its loss. `save` is called every two or three minutes and at
    the end, with averaged weights in `net`, and receives the seconds and steps so far.
    """
    parameters = [p for p in net.parameters() if p.requires_grad]
    start, share, step, running, shown, saved = time.process_time(), 0.0, 0, 0.0, 0.0, 0.0

    def keep(spent: float) -> None:
        raw = [p.detach().clone() for p in net.parameters()]
        average.copy_to(net)
        save(spent, step)
        with torch.no_grad():
            for value, old in zip(net.parameters(), raw, strict=True):
                value.copy_(old)

    while share < 1.0:
        optimizer.zero_grad()
        value = loss()
        value.backward()
        spent = time.process_time() - start
        share, mean = team.average(parameters, spent / (60 * minutes), value.item())
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step(rate_at(min(1.0, share), peak))
        average.update(net)
        step += 1
        running += max(0.03, 1 / step) * (mean - running)
        if team.rank == 0 and spent - shown > 30:
            shown = spent
            print(f"{spent:6.0f} s  step {step}  loss {running:.4f}", flush=True)
        if team.rank == 0 and spent - saved > 140:
            saved = spent
            keep(spent)
    if team.rank == 0:
        keep(time.process_time() - start)


def _member(rank: int, size: int, meeting: str, job: Callable[..., None], args: tuple) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(time.time_ns() % (1 << 40) + rank)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=size)
    job(Team(rank, size), *args)
    dist.barrier()
    dist.destroy_process_group()


def run(job: Callable[..., None], *args: Any) -> None:
    """Call `job(team, *args)` in one process per core, two at most."""
    os.environ["OMP_NUM_THREADS"] = "1"
    size = min(2, os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(_member, (size, str(Path(folder) / "meeting"), job, args), nprocs=size)


def command(
    job: Callable[..., None], about: str | None, minutes: float, rate: float, batch: int = 24
) -> None:
    """Run the command line of a training, `job(team, work, minutes, rate, batch)`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("work", type=Path)
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--batch", type=int, default=batch)
    args = parser.parse_args()
    run(job, args.work, args.minutes, args.rate, args.batch)

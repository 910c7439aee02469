"""Cases of `benchmarks.gpu`: what `nodes.diffusion.streams` does, with and without it."""

from __future__ import annotations

import os
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.gpu_table import NotRun, check, needs_cuda
from nodes.diffusion.device import device
from nodes.diffusion.streams import upload

if TYPE_CHECKING:
    from benchmarks.gpu import Bench

_ROUNDS = 3
_BYTES = 256 << 20  # of a copy to the device


def graphs(bench: Bench) -> str:
    """Compare the steps of a run with CUDA graphs and without.

    On a CPU both are the same code, so only the comparison itself is tried.
    """
    if bench.flux:
        raise NotRun("only UNets are recorded")
    _steps(bench, True)  # records
    seconds: dict[bool, list[float]] = {True: [], False: []}
    latents: dict[bool, NDArray[np.float32]] = {}
    for number in range(_ROUNDS):
        for recorded in (True, False) if number % 2 else (False, True):
            latents[recorded], took = _steps(bench, recorded)
            seconds[recorded].append(took)
    with_graphs, without = (min(seconds[key]) for key in (True, False))
    ratios = [a / b for a, b in zip(seconds[True], seconds[False], strict=True)]
    largest = float(np.abs(latents[False]).max())
    difference = float(np.abs(latents[True] - latents[False]).max()) / largest
    bits = f"latents differ by {difference:.1e} of their range" if difference else "same bits"
    return check(
        difference < 0.02,
        f"{1e3 * with_graphs:.1f} ms per step, {1e3 * without:.1f} without, ratio "
        f"{statistics.median(ratios):.3f}; {bits}",
    )


def _steps(bench: Bench, recorded: bool) -> tuple[NDArray[np.float32], float]:
    """Return the latents of a run, and the seconds of each step after the first."""
    os.environ["NODEUI_CUDA_GRAPHS"] = str(int(recorded))
    try:
        steps = bench.fresh_steps("auto")
        steps.step()
        _wait()
        start = time.perf_counter()
        for _ in steps.keys[1:]:
            steps.step()
        _wait()
        took = (time.perf_counter() - start) / max(1, len(steps.keys) - 1)
        return steps.result().samples, took
    finally:
        del os.environ["NODEUI_CUDA_GRAPHS"]


def _wait() -> None:
    if device().type == "cuda":
        torch.cuda.synchronize()


def uploads(bench: Bench) -> str:
    """Compare copies to the device, and the time for which the host waits for them."""
    needs_cuda()
    tensor = torch.zeros(_BYTES, dtype=torch.uint8)
    upload(tensor, device())  # allocates pinned memory
    found: list[str] = []
    for name, copy in (("pinned", upload), ("other", torch.Tensor.to)):
        hosts, wholes = [], []
        for _ in range(_ROUNDS):
            torch.cuda.synchronize()
            start = time.perf_counter()
            copy(tensor, device())
            hosts.append(time.perf_counter() - start)
            torch.cuda.synchronize()
            wholes.append(time.perf_counter() - start)
        speed = _BYTES / min(wholes) / 1e9
        found.append(f"{name} memory {speed:.1f} GB/s, {1e3 * min(hosts):.1f} ms of the host")
    return "; ".join(found)

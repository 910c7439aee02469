"""What all samplers have in common: the state between two steps, and how a step looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import noise, preview, schedulers, snapshot
from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import device
from nodes.diffusion.step_curves import step_curves
from nodes.diffusion.trajectory import SamplingTask, StepPlan
from nodes.types import Latents, Noise
from nodeui.sdk import Steps


class Run(Steps[Latents]):
    """A sampler run; `step` is left to the families.

    It sets `_latents`, as its network takes them, and the `_estimate` of the step, and counts
    the steps in `_done`.

    Args:
        task: What to do.
        scheduler: A diffusers scheduler whose timesteps are set.
        line: The steps to do.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, line: StepPlan) -> None:
        self._task, self._scheduler, self._line = task, scheduler, line
        self._device = device()
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(line.begin + line.first)
        self._fresh = snapshot.baseline(scheduler)
        self._generators: list[torch.Generator] = []
        self._latents: torch.Tensor | None = None
        self._done = 0
        self._estimate: preview.Estimate | None = None
        self.keys: Sequence[str] = line.keys

    def snapshot(self) -> bytes | Callable[[], bytes]:
        state = {
            "done": self._done,
            "latents": self._latents,
            "estimate": list(self._estimate or ()),
            "scheduler": snapshot.changes(self._scheduler, self._fresh),
            "generators": [generator.get_state() for generator in self._generators],
        }
        dumped = snapshot.begin(state, self._device)
        return dumped if self._device.type == "cuda" else dumped()

    def restore(self, done: int, state: bytes) -> None:
        values = snapshot.parse(state, self._device)
        self._done = done
        self._latents = values["latents"]
        self._estimate = preview.Estimate(*values["estimate"])
        snapshot.apply(self._scheduler, self._fresh, values["scheduler"])
        self._generators = [torch.Generator("cpu").set_state(s) for s in values["generators"]]

    def result(self) -> Latents:
        if self._latents is None:  # a run of no steps
            return Latents(self._task.latents.samples)
        return Latents(to_array(self._unpack(self._latents)))

    def preview(self) -> NDArray[np.uint8] | None:
        if self._estimate is None:
            return None
        return preview.picture(self._task.model, self._estimate.clean)

    def curves(self) -> Mapping[str, Sequence[float]]:
        return step_curves(self._task, self._line)

    def pictures(self, before: bytes | None, after: bytes) -> Mapping[str, NDArray[np.uint8]]:
        values = snapshot.parse(after, self._device)
        estimate = preview.Estimate(*values["estimate"])
        sigma = float(self._line.sigmas[self._line.first + values["done"]])
        latents = self._unpack(values["latents"]) * self._unit_scale(sigma)
        shown = {"x0": estimate.clean, "x_t": latents, "noise": estimate.noise}
        return {name: preview.picture(self._task.model, part) for name, part in shown.items()}

    @cached_property
    def _drawn(self) -> Noise:
        """The first noise, and the generators after it."""
        given = self._task.noise
        if isinstance(given, int):
            return noise.noise(given, self._task.latents.samples.shape)
        return given

    def _unpack(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents as the network takes them, as (n, channels, rows, columns)."""
        return latents

    def _unit_scale(self, sigma: float) -> float:
        """What brings latents that are noisy to `sigma` to the variance that the network reads."""
        return schedulers.unit_scale(self._scheduler, sigma)

"""The part of a sampler run that all samplers share: its start, its steps, its state, its pictures.

A step is a prediction of the network, from which the solver computes the next latents. Only the
predictions are stored. To restore a state, the solver does its steps again with them: this takes
milliseconds, and gives the same bits in the latents, the histories of multistep solvers, the
generators and the pictures.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion import finite, noise, preview, remarks, snapshot, solving
from nodes.diffusion.arrays import to_array, to_tensor
from nodes.diffusion.device import device, dtype
from nodes.diffusion.pool import within_memory
from nodes.diffusion.step_curves import step_curves
from nodes.diffusion.trajectory import SamplingTask, StepPlan
from nodes.types import Latents, Noise
from nodeui.sdk import Span, Steps


class SamplerRun(Steps[Latents]):
    """A sampler run, one evaluation of the network per step.

    Subclasses may set `_dtype`, the dtype of the latents, and `_draws`, False for solvers that
    draw no noise.

    Args:
        task: The inputs of the sampler.
        scheduler: A diffusers scheduler whose timesteps are set.
        plan: The steps to do.
    """

    def __init__(self, task: SamplingTask, scheduler: Any, plan: StepPlan) -> None:
        self._task, self._scheduler, self._plan = task, scheduler, plan
        self._count = task.latents.samples.shape[0]
        self._device, self._dtype = device(), dtype(task.model.dtype)
        self._draws = True
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(plan.begin + plan.first)
        self._fresh = snapshot.baseline(scheduler)
        self.incremental = True
        self._generators: list[torch.Generator] = []
        self._latents: torch.Tensor | None = None
        self._prediction: torch.Tensor | None = None
        self._done = 0
        self._estimate: preview.Estimate | None = None
        self.keys: Sequence[str] = plan.keys
        self.span = Span(plan.first, len(plan.timesteps) - plan.last, plan.begin)
        self.draws_noise = solving.draws_noise(task.schedule)
        self.together = task.together
        self.peers = plan.peers

    def remarks(self) -> list[str]:
        """Return the warnings about the run, which are known before its first step."""
        return remarks.about(self._task, self._plan, self._scheduler)

    def step(self) -> None:
        self.step_together([self])

    @classmethod
    @within_memory
    @torch.no_grad()
    def step_together(cls, runs: Sequence[Any]) -> None:
        for run, prediction in zip(runs, cls._predictions(runs), strict=True):
            run._apply(prediction)
            if run._device.type != "cuda":  # `snapshot` checks it there, without a wait
                run._check(finite.is_finite(run._latents), run._done)

    @classmethod
    def _predictions(cls, runs: Sequence[Any]) -> list[torch.Tensor]:
        """Return the predictions for the next step of several runs of this class."""
        return [run._predict() for run in runs]

    @property
    def _index(self) -> int:
        """Index of the next step in the plan's `timesteps`."""
        return self._plan.first + self._done

    def _before(self) -> torch.Tensor:
        """Return the latents before the next step."""
        if self._latents is None:
            self._latents = self._start()
        return self._latents

    def _apply(self, prediction: torch.Tensor) -> None:
        """Do the solver's part of the next step."""
        index, latents = self._index, self._before()
        if (seed := self._plan.reseed(index)) is not None:
            self._generators = noise.generators(seed, self._count)
        self._latents, self._estimate = self._solve(latents, prediction, index)
        self._prediction = prediction
        self._done += 1

    def _check(self, is_finite: bool, done: int) -> None:
        """Raise NodeError if the latents after `done` steps are not finite."""
        if not is_finite:
            number = f"{done} of {len(self.keys)}"
            raise finite.step_error(self._task, number, self._networks())

    def _networks(self) -> dict[str, torch.nn.Module]:
        """Return the networks that computed the last step, by a name for the user."""
        return {}

    @abstractmethod
    def _predict(self) -> torch.Tensor:
        """Return the prediction of the network for the next step, guided and controlled."""

    @abstractmethod
    def _solve(
        self, latents: torch.Tensor, prediction: torch.Tensor, index: int
    ) -> tuple[torch.Tensor, preview.Estimate]:
        """Do a step of the solver; needs no network.

        Args:
            latents: The latents before the step, as the network takes them.
            prediction: The prediction of the network.
            index: Index of the step in the plan's `timesteps`.

        Returns:
            The latents after the step, and the estimate that follows from the prediction.
        """

    # --- the start ----------------------------------------------------------------------------

    def _start(self) -> torch.Tensor:
        """Return the first latents, as `prepare_latents` of the pipelines makes them.

        Latents of pictures get noise as in the image-to-image pipelines.
        """
        task, scheduler = self._task, self._scheduler
        self._generators = noise.resumed(self._drawn) if self._draws else []
        if self._plan.first > 0:
            return self._original
        # inpainting at full strength starts from pure noise, other changes of a picture never do
        hard = task.mask is not None and not task.soft
        if task.latents.empty or (hard and task.strength == 1):
            return self._noise * getattr(scheduler, "init_noise_sigma", 1.0)
        timesteps = self._times[:1].repeat(self._count)
        if hasattr(scheduler, "scale_noise"):
            return scheduler.scale_noise(self._original, timesteps, self._noise)
        return scheduler.add_noise(self._original, self._noise, timesteps)

    @cached_property
    def _times(self) -> torch.Tensor:
        """The plan's timesteps on the device, for networks and noise.

        The scheduler takes those of the plan, which may be on the CPU.
        """
        return self._plan.timesteps.to(self._device)

    @cached_property
    def _drawn(self) -> Noise:
        """The first noise, with the states of the generators after the draw."""
        given = self._task.noise
        if isinstance(given, int):
            return noise.noise(given, self._task.latents.samples.shape)
        return given

    @cached_property
    def _noise(self) -> torch.Tensor:
        """The first noise, as the network takes it."""
        return self._pack(to_tensor(self._drawn.samples, self._device, self._dtype))

    @cached_property
    def _original(self) -> torch.Tensor:
        """The latents given to the sampler, as the network takes them."""
        return self._pack(to_tensor(self._task.latents.samples, self._device, self._dtype))

    # --- between two steps --------------------------------------------------------------------

    def snapshot(self) -> bytes | Callable[[], bytes]:
        assert self._prediction is not None
        if self._device.type != "cuda":
            return snapshot.begin(self._prediction)()
        assert self._latents is not None
        done, bad = self._done, torch.isfinite(self._latents).logical_not().any()
        bad_on_host = bad.to("cpu", non_blocking=True)
        dumped = snapshot.begin(self._prediction)

        def finish() -> bytes:
            data = dumped()  # waits for all copies that were begun before
            self._check(not bad_on_host, done)
            return data

        return finish

    @torch.no_grad()
    def restore(self, done: int, state: bytes) -> None:
        if done == 1:
            snapshot.reset(self._scheduler, self._fresh)
            self._latents, self._done = None, 0
        assert done == self._done + 1, "the states of all steps are restored in order"
        self._apply(snapshot.parse(state, self._device))

    def result(self) -> Latents:
        if self._latents is None:  # a run of no steps
            return Latents(self._task.latents.samples)
        return Latents(to_array(self._unpack(self._latents)))

    # --- views of a step ----------------------------------------------------------------------

    def preview(self) -> NDArray[np.uint8] | None:
        if self._estimate is None:
            return None
        return preview.picture(self._task.model, self._estimate.clean)

    def curves(self) -> Mapping[str, Sequence[float]]:
        return step_curves(self._task, self._plan)

    def pictures(self, before: bytes | None, after: bytes) -> Mapping[str, NDArray[np.uint8]]:
        assert self._latents is not None and self._estimate is not None
        estimate = self._estimate
        sigma = float(self._plan.sigmas[self._index])
        latents = self._unpack(self._latents) * self._unit_scale(sigma)
        shown = {"x0": estimate.clean, "x_t": latents, "noise": estimate.noise}
        return {name: preview.picture(self._task.model, part) for name, part in shown.items()}

    def _unit_scale(self, sigma: float) -> float:
        """Return the factor that scales latents of noise level `sigma` for the network."""
        return solving.unit_scale(self._scheduler, sigma)

    # --- packing ------------------------------------------------------------------------------

    def _pack(self, latents: torch.Tensor) -> torch.Tensor:
        """Turn latents (n, channels, rows, columns) into the shape that the network takes."""
        return latents

    def _unpack(self, latents: torch.Tensor) -> torch.Tensor:
        """The inverse of `_pack`."""
        return latents

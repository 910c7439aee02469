"""Runs the loop of a diffusers pipeline one step at a time.

A pipeline's `__call__` stays untouched: it is called once a step, with the previous latents and a
`SingleStepScheduler` in place of its scheduler. That scheduler has one timestep, so the loop runs
once. The work before the loop takes no time, because prompts arrive encoded. The real scheduler,
with the history of multistep solvers, lives on between the calls.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

from nodes.diffusion import schedulers
from nodes.diffusion.device import device


class _Planned(Exception):
    """The timesteps are set; the rest of the call is not wanted."""


def plan(scheduler: Any, run: Callable[[], object]) -> None:
    """Set the timesteps of a scheduler as a pipeline does, without the pipeline's network.

    Args:
        scheduler: Gets its timesteps.
        run: Calls a pipeline that has this scheduler.
    """
    set_timesteps = scheduler.set_timesteps

    @wraps(set_timesteps)
    def stop(*args: Any, **options: Any) -> None:
        set_timesteps(*args, **{**options, "device": device()})
        raise _Planned

    scheduler.set_timesteps = stop
    try:
        run()
    except _Planned:
        pass
    finally:
        del scheduler.set_timesteps


class SingleStepScheduler:
    """One step of a scheduler, in the place of the scheduler.

    Args:
        scheduler: Its timesteps are set.
        index: Which of them this is.
        generators: One for each picture, for solvers that draw noise.
        eta: Noise added back, for solvers that know it.

    Attributes:
        timesteps: This one.
        init_noise_sigma: 1: the latents come as noisy as they have to be.
        seen: The latents before the step and what the network predicted, once that is done.
    """

    seen: tuple[torch.Tensor, torch.Tensor]

    def __init__(
        self, scheduler: Any, index: int, generators: list[torch.Generator], eta: float
    ) -> None:
        self._scheduler = scheduler
        self._extra: dict[str, Any] = {"generator": generators, "eta": eta}
        self.timesteps = scheduler.timesteps[index : index + 1]
        self.init_noise_sigma = 1.0

        @wraps(scheduler.set_timesteps)  # pipelines look at what arguments it takes
        def set_timesteps(*args: Any, **options: Any) -> None:
            """Nothing: they are set."""

        @wraps(scheduler.step)
        def step(*args: Any, **options: Any) -> tuple[torch.Tensor, ...]:
            return self._step(*args, **options)

        self.set_timesteps, self.step = set_timesteps, step

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_scheduler"], name)

    def set_begin_index(self, begin_index: int = 0) -> None:
        """Nothing: the scheduler knows where it is."""

    def _step(
        self, prediction: torch.Tensor, timestep: Any, latents: torch.Tensor, **options: Any
    ) -> tuple[torch.Tensor, ...]:
        self.seen = (latents, prediction)
        for name, value in self._extra.items():
            if schedulers.accepts(self._scheduler, name):
                options[name] = value
        found = self._scheduler.step(prediction, timestep, latents, **options)
        # PixArt takes the second value where a run has one step only: the same for most solvers
        return found if len(found) > 1 else (found[0], found[0])

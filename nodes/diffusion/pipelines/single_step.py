"""Runs the loop of a diffusers pipeline one step at a time.

The unmodified `__call__` of the pipeline is called once per step, with the previous latents and a
`SingleStepScheduler` in place of its scheduler. That scheduler has one timestep, so the loop runs
once. The work before the loop takes no time, because prompts are already encoded. The sampler does
the step of the real scheduler with the prediction that the call leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

from nodes.diffusion.device import device


class _TimestepsSet(Exception):
    """Ends the call of a pipeline once its scheduler has timesteps."""


def set_timesteps_by(scheduler: Any, call: Callable[[], object]) -> None:
    """Set the timesteps of a scheduler as a pipeline does, without the pipeline's network.

    Args:
        scheduler: The scheduler to set.
        call: Calls a pipeline that has this scheduler; the call is ended after the timesteps.
    """
    set_timesteps = scheduler.set_timesteps

    @wraps(set_timesteps)
    def stop(*args: Any, **options: Any) -> None:
        set_timesteps(*args, **{**options, "device": device()})
        raise _TimestepsSet

    scheduler.set_timesteps = stop
    try:
        call()
    except _TimestepsSet:
        pass
    finally:
        del scheduler.set_timesteps


class SingleStepScheduler:
    """A scheduler with one timestep, which keeps the prediction instead of doing the step.

    Args:
        scheduler: The real scheduler; its timesteps are set.
        index: Index of the timestep.

    Attributes:
        timesteps: The one timestep.
        init_noise_sigma: 1, because the latents already have the right noise level.
        prediction: The prediction of the network, after the step.
    """

    prediction: torch.Tensor

    def __init__(self, scheduler: Any, index: int) -> None:
        self._scheduler = scheduler
        self.timesteps = scheduler.timesteps[index : index + 1]
        self.init_noise_sigma = 1.0

        @wraps(scheduler.set_timesteps)  # pipelines inspect its arguments
        def set_timesteps(*args: Any, **options: Any) -> None:
            """Do nothing: the timesteps are set."""

        @wraps(scheduler.step)
        def step(
            prediction: torch.Tensor, timestep: Any, latents: torch.Tensor, **options: Any
        ) -> tuple[torch.Tensor, ...]:
            self.prediction = prediction
            return latents, latents

        self.set_timesteps, self.step = set_timesteps, step

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_scheduler"], name)

    def set_begin_index(self, begin_index: int = 0) -> None:
        """Do nothing: the real scheduler keeps its own index."""

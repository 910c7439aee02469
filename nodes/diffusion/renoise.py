"""New noise on an estimate of clean latents, in the middle of a run."""

from __future__ import annotations

from typing import Any

import torch

from nodes.diffusion import solving
from nodes.diffusion.trajectory import SamplingTask, StepPlan
from nodeui.sdk import NodeError


def check(task: SamplingTask, plan: StepPlan, scheduler: Any) -> None:
    """Check that a run can get new noise at its `renoise_step`.

    Raises:
        NodeError: about "renoise_step": the step is not within the run, or the solver cannot.
    """
    index = plan.renoise_index
    if index is None:
        return
    name = type(scheduler).__name__
    if not (hasattr(scheduler, "add_noise") or hasattr(scheduler, "scale_noise")):
        raise NodeError(
            f"{name} cannot add noise to a picture. Clear renoise_step.", "renoise_step"
        )
    if name == "PNDMScheduler" and not solving.repeats_first_step(scheduler):
        raise NodeError(
            "pndm of this model begins with Runge-Kutta steps, which cannot begin again in the "
            "middle of a run. Clear renoise_step, or choose another scheduler.",
            "renoise_step",
        )
    if not plan.first < index < plan.last:
        order = scheduler.order
        first, last = ((plan.begin + place) // order for place in (plan.first, plan.last - 1))
        raise NodeError(
            f"renoise_step is {task.renoise_step}; it must lie after step {first}, with which this "
            f"run begins, and not after step {last}, its last one.",
            "renoise_step",
        )


def noised(
    scheduler: Any, clean: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor
) -> torch.Tensor:
    """Add noise to clean latents, as much as belongs to some timesteps.

    sqrt(abar) * clean + sqrt(1 - abar) * noise for diffusion (Ho et al. 2020), or clean + sigma *
    noise where the solver scales so; (1 - sigma) * clean + sigma * noise for flow matching.
    """
    if hasattr(scheduler, "scale_noise"):
        return scheduler.scale_noise(clean, timesteps, noise)
    return scheduler.add_noise(clean, noise, timesteps)

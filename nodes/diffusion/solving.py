"""Uses a scheduler that `schedulers.build` made: its timesteps, noise levels and steps."""

from __future__ import annotations

import inspect
import json
from functools import cache
from typing import Any

import torch

from nodes.diffusion.schedulers import SCHEDULERS
from nodes.types import Scheduler
from nodeui.sdk import NodeError


def prepare(scheduler: Any, steps: int, device: torch.device) -> None:
    """Set the timesteps of a scheduler.

    Raises:
        NodeError: about `steps`: the scheduler cannot do that number.
    """
    try:
        scheduler.set_timesteps(steps, device=device)
    except (ValueError, ZeroDivisionError, IndexError) as error:
        raise NodeError(
            f"{type(scheduler).__name__} cannot do {steps} steps: {error}", "steps"
        ) from error
    check_timesteps(scheduler, steps)


MULTISTEP = (
    "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "UniPCMultistepScheduler",
    "DEISMultistepScheduler", "LMSDiscreteScheduler", "EDMDPMSolverMultistepScheduler",
)  # fmt: skip
"""Classes that divide by the difference of noise levels."""


def check_timesteps(scheduler: Any, steps: int) -> None:
    """Refuse noise levels of another kind of model, and more steps than a solver can do.

    Raises:
        NodeError: about `sigmas`: the model has other noise levels; about `steps`: some of them
            coincide, or lie outside of those of the training.
    """
    known, times = scheduler.config["num_train_timesteps"], scheduler.timesteps
    levels: torch.Tensor | None = getattr(scheduler, "sigmas", None)
    if levels is not None and scheduler.config.get("use_flow_sigmas") and levels.max() > 1:
        raise NodeError(
            f"{type(scheduler).__name__} does not support these sigmas with models trained by flow "
            "matching. Choose default sigmas, or the scheduler euler.",
            "sigmas",
        )
    if levels is None:
        wrong = bool(times.min() < 0 or times.max() >= known)
    else:
        # the last of them may stay, in a step that does nothing
        wrong = type(scheduler).__name__ in MULTISTEP and bool((levels[:-1].diff() == 0).any())
    if wrong:
        raise NodeError(
            f"{type(scheduler).__name__} cannot do {steps} steps of a model that was trained on "
            f"{known}: some of them would coincide or lie outside. Choose fewer steps.",
            "steps",
        )


def normalised_config(scheduler: Any) -> str:
    """Return the config as JSON without private entries: equal for equal behaviour."""
    config = {name: v for name, v in dict(scheduler.config).items() if not name.startswith("_")}
    return json.dumps(config, sort_keys=True, default=repr)


@cache
def _step_parameters(class_: type[Any]) -> frozenset[str]:
    return frozenset(inspect.signature(class_.step).parameters)


def accepts(scheduler: Any, name: str) -> bool:
    """True if the solver's step takes this argument ("eta", "generator")."""
    return name in _step_parameters(type(scheduler))


def draws_noise(choice: Scheduler, scheduler: Any = None) -> bool:
    """True if the solver draws noise in its steps.

    Args:
        choice: The scheduler to use.
        scheduler: The scheduler that was built for it: "auto" may be one that draws noise.
    """
    algorithm = "" if scheduler is None else str(scheduler.config.get("algorithm_type", ""))
    when = SCHEDULERS[choice.name].draws
    return when == "always" or (when == "eta" and choice.eta > 0) or algorithm.startswith("sde-")


def step(
    scheduler: Any,
    prediction: torch.Tensor,
    timestep: Any,
    latents: torch.Tensor,
    late: bool,
    **options: Any,
) -> tuple[torch.Tensor, ...]:
    """Do a solver step.

    Args:
        scheduler: The scheduler.
        prediction: The prediction of the network.
        timestep: The timestep.
        latents: The latents before the step.
        late: The run began in the middle of the trajectory: multistep solvers that assume the
            steps before it start at a lower order, as at the beginning of a whole run.
        options: Further arguments of the scheduler's `step`.

    Returns:
        The values that `step` returns with `return_dict=False`.
    """
    class_name = type(scheduler).__name__
    if late and class_name == "LMSDiscreteScheduler":
        options["order"] = min(4, len(scheduler.derivatives) + 1)
    found = scheduler.step(prediction, timestep, latents, **options)
    if late and class_name == "PNDMScheduler" and scheduler.counter == 1:
        # no second evaluation of the first step: the next timestep is that of the next step
        scheduler.counter, scheduler.cur_sample = 2, None
    return found


def evaluations(scheduler: Any, steps: int) -> int:
    """Return how many evaluations of the network the first `steps` solver steps take.

    PNDM counts the second evaluation of its first step as a step. Its first three steps may be
    those of a Runge-Kutta method, of four evaluations each.
    """
    if type(scheduler).__name__ != "PNDMScheduler" or scheduler.config["skip_prk_steps"]:
        return steps * scheduler.order
    made = steps - 1 if steps > 1 else steps
    return made + 3 * min(made, 3)


def repeats_first_step(scheduler: Any) -> bool:
    """True if the second timestep only evaluates the first step again (PNDM without Runge-Kutta
    steps)."""
    return type(scheduler).__name__ == "PNDMScheduler" and bool(scheduler.config["skip_prk_steps"])


def sigmas(scheduler: Any) -> torch.Tensor:
    """Return the noise levels of a scheduler with n timesteps.

    Returns:
        (n + 1,) float32 on the CPU: the standard deviation of the noise, relative to the picture
        (Karras et al. 2022), before each timestep and after the last one.
    """
    found: torch.Tensor | None = getattr(scheduler, "sigmas", None)
    if found is None:
        levels: torch.Tensor = scheduler.alphas_cumprod
        at = scheduler.timesteps.cpu().long().clamp(0, len(levels) - 1)
        level = levels[at].clamp(min=2**-24)  # 0 at the start if zero_snr is set
        found = torch.cat([((1 - level) / level).sqrt(), torch.zeros(1)])
    return found.cpu().float()


def unit_scale(scheduler: Any, sigma: float) -> float:
    """Return the factor that scales a solver's latents of noise level `sigma` to unit variance."""
    growing = float(scheduler.init_noise_sigma) > 1  # variance exploding: noise is only added
    return (1 + sigma**2) ** -0.5 if growing else 1.0

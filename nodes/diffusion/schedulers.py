"""Schedulers: noise schedule and solver, built as the diffusers pipelines build them."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import torch
from diffusers.schedulers.scheduling_utils import SchedulerMixin

from nodes.diffusion import layout
from nodes.types import Model, Scheduler
from nodeui.sdk import NodeError


class Kind(NamedTuple):
    """A diffusers class, and what in its config makes it the solver that the name says."""

    class_name: str
    config: dict[str, Any]


SCHEDULERS: dict[str, Kind] = {
    "ddim": Kind("DDIMScheduler", {}),
    "ddpm": Kind("DDPMScheduler", {}),
    "pndm": Kind("PNDMScheduler", {}),
    "lms": Kind("LMSDiscreteScheduler", {}),
    "euler": Kind("EulerDiscreteScheduler", {}),
    "euler-ancestral": Kind("EulerAncestralDiscreteScheduler", {}),
    "heun": Kind("HeunDiscreteScheduler", {}),
    "dpm++2m": Kind(
        "DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}
    ),
    "dpm++2m-sde": Kind(
        "DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}
    ),
    "dpm++3m": Kind(
        "DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 3}
    ),
    "dpm++2s": Kind(
        "DPMSolverSinglestepScheduler",
        {"algorithm_type": "dpmsolver++", "solver_order": 2, "lower_order_final": True},
    ),
    "unipc": Kind("UniPCMultistepScheduler", {}),
    "deis": Kind("DEISMultistepScheduler", {}),
    "lcm": Kind("LCMScheduler", {}),
    "tcd": Kind("TCDScheduler", {}),
}

SIGMAS = ("karras", "exponential", "beta")

PARAMETERS = {
    "timestep_spacing": "spacing",
    "rescale_betas_zero_snr": "zero_snr",
    "prediction_type": "prediction",
}
"""Config entry -> the parameter of the node `sample.scheduler` that sets it."""


def check(choice: Scheduler) -> None:
    """Raise NodeError where the scheduler does not know the sigmas or an entry asked for."""
    _entries(choice, getattr(diffusers, SCHEDULERS[choice.name].class_name))


def _entries(choice: Scheduler, class_: type[SchedulerMixin]) -> dict[str, Any]:
    """What is asked for beyond the model's config; an error where the class does not know it."""
    known = inspect.signature(class_.__init__).parameters
    entries = {**SCHEDULERS[choice.name].config, **choice.config}
    for name in choice.config:
        if name not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} does not know {name}.", PARAMETERS.get(name)
            )
    if choice.sigmas != "default":
        if f"use_{choice.sigmas}_sigmas" not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} has no {choice.sigmas} sigmas. Choose default "
                "sigmas, or another scheduler, such as dpm++2m or euler.",
                "sigmas",
            )
        entries |= {f"use_{name}_sigmas": name == choice.sigmas for name in SIGMAS}
    return entries


def build(choice: Scheduler, model: Model) -> Any:
    """A new diffusers scheduler for a model.

    The model's own scheduler config is the base, as with `Class.from_config(pipeline.scheduler.
    config)`. StableDiffusionPipeline changes steps_offset and clip_sample of the scheduler that it
    is given; here the same is done, openly, for the models that it loads.

    Args:
        choice: Which scheduler; its name is one of `SCHEDULERS`.
        model: Whose config to start from.

    Raises:
        NodeError: the scheduler does not know the sigmas, or an entry, that is asked for.
    """
    class_ = getattr(diffusers, SCHEDULERS[choice.name].class_name)
    file = Path(model.source) / "scheduler" / "scheduler_config.json"
    try:
        scheduler = class_.from_config(layout.read_json(file), **_entries(choice, class_))
    except (ValueError, NotImplementedError, ImportError) as error:
        raise NodeError(
            f"The scheduler {choice.name!r} cannot be used with {file}: {error}", "scheduler"
        ) from error
    if model.family == "sd":
        for name, value in (("steps_offset", 1), ("clip_sample", False)):
            if scheduler.config.get(name, value) != value:
                scheduler.register_to_config(**{name: value})
    return scheduler


def prepare(scheduler: Any, steps: int, device: torch.device) -> None:
    """Set the timesteps.

    Raises:
        NodeError: the scheduler cannot do so many steps.
    """
    try:
        scheduler.set_timesteps(steps, device=device)
    except (ValueError, ZeroDivisionError, IndexError) as error:
        raise NodeError(
            f"{type(scheduler).__name__} cannot do {steps} steps: {error}", "steps"
        ) from error


def normalised_config(scheduler: Any) -> str:
    """The config as text, the same for the same behaviour: private entries are left out."""
    config = {name: v for name, v in dict(scheduler.config).items() if not name.startswith("_")}
    return json.dumps(config, sort_keys=True, default=repr)


def accepts(scheduler: Any, name: str) -> bool:
    """Whether the solver's step takes this argument ("eta", "generator")."""
    return name in inspect.signature(scheduler.step).parameters


def signal_level(scheduler: Any, timestep: torch.Tensor) -> torch.Tensor:
    """alpha-bar of a timestep: the share of the picture in the noisy latents (Ho et al. 2020)."""
    levels: torch.Tensor = scheduler.alphas_cumprod
    return levels[int(timestep.clamp(0, len(levels) - 1))]

"""Builds schedulers (noise schedule and solver) as the diffusers pipelines do."""

from __future__ import annotations

import inspect
import json
from copy import deepcopy
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import diffusers
import torch
from diffusers.schedulers.scheduling_utils import SchedulerMixin

from nodes.diffusion import layout
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.types import Model, Scheduler
from nodeui.sdk import NodeError


class Kind(NamedTuple):
    """A solver as a diffusers class with config entries.

    Attributes:
        class_name: The diffusers class.
        config: The config entries that select the solver.
        draws: When it draws noise in its steps: "never", "always", or if "eta" is above 0.
    """

    class_name: str
    config: dict[str, Any]
    draws: Literal["never", "always", "eta"] = "never"


_DPM = Kind("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2})

SCHEDULERS: dict[str, Kind] = {
    "auto": _DPM,
    "ddim": Kind("DDIMScheduler", {}, "eta"),
    "ddpm": Kind("DDPMScheduler", {}, "always"),
    "pndm": Kind("PNDMScheduler", {}),
    "lms": Kind("LMSDiscreteScheduler", {}),
    "euler": Kind("EulerDiscreteScheduler", {}),
    "euler-ancestral": Kind("EulerAncestralDiscreteScheduler", {}, "always"),
    "heun": Kind("HeunDiscreteScheduler", {}),
    "dpm++2m": _DPM,
    "dpm++2m-sde": Kind(
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "sde-dpmsolver++", "solver_order": 2},
        "always",
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
    "lcm": Kind("LCMScheduler", {}, "always"),
    "tcd": Kind("TCDScheduler", {}, "eta"),
}

_FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}

FLOW_SCHEDULERS: dict[str, Kind] = {
    "euler": Kind("FlowMatchEulerDiscreteScheduler", {}),
    "heun": Kind("FlowMatchHeunDiscreteScheduler", {}),
    "lcm": Kind("FlowMatchLCMScheduler", {}, "always"),
    "dpm++2m": Kind(_DPM.class_name, {**_DPM.config, **_FLOW}),
    "unipc": Kind("UniPCMultistepScheduler", _FLOW),
}
"""For models trained by flow matching (Lipman et al. 2023); not every pipeline takes all."""

SIGMAS = ("karras", "exponential", "beta")

PARAMETERS = {
    "timestep_spacing": "spacing",
    "rescale_betas_zero_snr": "zero_snr",
    "prediction_type": "prediction",
}
"""Config entry -> the parameter of the node `sample.scheduler` that sets it."""


def check(choice: Scheduler) -> None:
    """Check the sigmas and the config entries of a choice; "auto" needs the model and passes.

    Raises:
        NodeError: the scheduler does not support one of them.
    """
    if choice.name != "auto":
        _entries(choice, SCHEDULERS[choice.name])


def _kind(choice: Scheduler, model: Model, config: dict[str, Any]) -> Kind:
    """Return the solver that a choice selects for a model.

    For pipeline families, "auto" is the scheduler that the model was published with.

    Args:
        choice: The scheduler to use.
        model: The model to sample.
        config: The model's scheduler config.

    Raises:
        NodeError: the solver does not work with such models.
    """
    family = FAMILIES.get(model.family)
    if family is None:
        return SCHEDULERS[choice.name]
    if choice.name == "auto":
        name = str(config.get("_class_name"))
        if not name.endswith("Scheduler") or not hasattr(diffusers, name):
            raise NodeError(
                f"The model needs the scheduler {name}, which diffusers does not have.", "model"
            )
        return Kind(name, {})
    kinds = FLOW_SCHEDULERS if family.flow else SCHEDULERS
    if choice.name not in kinds:
        raise NodeError(
            f"The scheduler {choice.name!r} does not work with models trained by flow matching, "
            f"such as this one. Choose {', '.join(kinds)} or auto.",
            "scheduler",
        )
    return kinds[choice.name]


def _entries(choice: Scheduler, kind: Kind) -> dict[str, Any]:
    """Return the config entries of a choice that replace those of the model.

    Raises:
        NodeError: the scheduler's class does not support an entry.
    """
    class_: type[SchedulerMixin] = getattr(diffusers, kind.class_name)
    known = inspect.signature(class_.__init__).parameters
    entries = {**kind.config, **choice.config}
    for name in choice.config:
        if name not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} does not support {name}.", PARAMETERS.get(name)
            )
    if choice.sigmas != "default":
        if f"use_{choice.sigmas}_sigmas" not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} does not support {choice.sigmas} sigmas. Choose "
                "default sigmas, or another scheduler such as dpm++2m or euler.",
                "sigmas",
            )
        entries |= {f"use_{name}_sigmas": name == choice.sigmas for name in SIGMAS}
    return entries


def _shift(class_: type[SchedulerMixin], config: dict[str, Any]) -> dict[str, Any]:
    """Return the noise shift of a flow model under the name that the class uses for it.

    Empty if the config already has that name, or no shift.
    """
    known = inspect.signature(class_.__init__).parameters
    for name, other in (("shift", "flow_shift"), ("flow_shift", "shift")):
        if name in known and name not in config and other in config:
            return {name: config[other]}
    return {}


def build(choice: Scheduler, model: Model) -> Any:
    """Build a diffusers scheduler for a model.

    The model's own scheduler config is the base, as with `Class.from_config(pipeline.scheduler.
    config)`. StableDiffusionPipeline also changes steps_offset and clip_sample of its scheduler;
    the same is done here for the models that it loads.

    Args:
        choice: The scheduler; its name is one of `SCHEDULERS`.
        model: The model whose config is the base.

    Raises:
        NodeError: the scheduler does not work with this model, or does not support the sigmas or
            a config entry.
    """
    file = Path(model.source) / "scheduler" / "scheduler_config.json"
    config = layout.read_json(file)
    kind = _kind(choice, model, config)
    class_, entries = getattr(diffusers, kind.class_name), _entries(choice, kind)
    entries |= _shift(class_, config)
    try:
        scheduler = deepcopy(_made(class_, json.dumps(config), json.dumps(entries)))
    except (ValueError, NotImplementedError, ImportError) as error:
        raise NodeError(
            f"The scheduler {choice.name!r} cannot be used with {file}: {error}", "scheduler"
        ) from error
    if model.family == "sd":
        for name, value in (("steps_offset", 1), ("clip_sample", False)):
            if scheduler.config.get(name, value) != value:
                scheduler.register_to_config(**{name: value})
    return scheduler


@lru_cache(maxsize=8)
def _made(class_: Any, config: str, entries: str) -> Any:
    """Build a scheduler from a config and entries that replace it, both JSON.

    Callers copy the cached scheduler, which is much faster than building one.
    """
    return class_.from_config(json.loads(config), **json.loads(entries))


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


def draws_noise(choice: Scheduler) -> bool:
    """True if the solver draws noise in its steps."""
    when = SCHEDULERS[choice.name].draws
    return when == "always" or (when == "eta" and choice.eta > 0)


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

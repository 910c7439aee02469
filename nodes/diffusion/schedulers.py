"""Builds schedulers (noise schedule and solver) as the diffusers pipelines do."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import diffusers
import torch
from diffusers.schedulers.scheduling_utils import SchedulerMixin

from nodes.diffusion import scheduler_config
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
        "DPMSolverSinglestepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}
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

EDM_SCHEDULERS: dict[str, Kind] = {
    "euler": Kind("EDMEulerScheduler", {}),
    **{
        name: kind._replace(class_name="EDMDPMSolverMultistepScheduler")
        for name, kind in SCHEDULERS.items()
        if name.startswith("dpm++") and kind.class_name == _DPM.class_name
    },
}
"""For UNets trained on continuous noise levels (Karras et al. 2022)."""

CONTINUOUS_SCHEDULERS = {"euler": SCHEDULERS["euler"]}
"""For UNets whose Euler config has continuous timesteps, which no other solver supports."""

INHERITED = frozenset(
    (
        "num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas",
        "prediction_type", "rescale_betas_zero_snr", "timestep_spacing", "steps_offset",
        "set_alpha_to_one", "clip_sample", "clip_sample_range", "thresholding",
        "dynamic_thresholding_ratio", "sample_max_value", "skip_prk_steps", "final_sigmas_type",
        "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas",
        "use_flow_sigmas", "flow_shift", "shift", "shift_terminal", "use_dynamic_shifting",
        "time_shift_type", "base_shift", "max_shift", "base_image_seq_len", "max_image_seq_len",
        "invert_sigmas",
        "sigma_data", "sigma_schedule", "rho",
    )
)  # fmt: skip
"""Config entries that describe the model and its noise levels, not the solver: a solver takes only
these from the config of another class."""

TRAINED = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "prediction_type")
"""Entries that a config may leave to the defaults of its own class, which differ from class to
class."""

NO_SAMPLE = (
    "PNDMScheduler",
    "EulerAncestralDiscreteScheduler",
    *scheduler_config.EDM_CLASSES,
)
"""Classes that do not support the prediction type "sample"."""

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
        NodeError: the scheduler does not support one of them, or they contradict each other.
    """
    if choice.name != "auto":
        kind = SCHEDULERS[choice.name]
        _entries(choice, kind)
        _check_prediction(choice.name, kind, choice.config)
    if choice.config.get("prediction_type") == "epsilon":
        _check_zero_snr(choice.config, "Switch zero_snr off")


def _kind(choice: Scheduler, model: Model, config: dict[str, Any]) -> Kind:
    """Return the solver that a choice selects for a model.

    For pipeline families, and for UNets trained on continuous noise levels, "auto" is the
    scheduler that the model was published with.

    Args:
        choice: The scheduler to use.
        model: The model to sample.
        config: The model's scheduler config.

    Raises:
        NodeError: the solver does not work with such models.
    """
    family, own = FAMILIES.get(model.family), str(config.get(scheduler_config.CLASS))
    continuous = config.get("timestep_type") == "continuous" and own == "EulerDiscreteScheduler"
    if family is None and own in scheduler_config.EDM_CLASSES:
        kinds, trained = EDM_SCHEDULERS, "on continuous noise levels"
    elif family is None and continuous:
        kinds, trained = CONTINUOUS_SCHEDULERS, "on continuous noise levels"
    elif family is None:
        return SCHEDULERS[choice.name]
    elif family.flow:
        kinds, trained = FLOW_SCHEDULERS, "by flow matching"
        if "prediction_type" in choice.config:
            raise NodeError(
                "This model was trained by flow matching, so prediction cannot be "
                f"{choice.config['prediction_type']}. Choose model.",
                "schedule",
            )
    else:
        kinds, trained = SCHEDULERS, "on discrete noise levels"
    if choice.name == "auto":
        if not own.endswith("Scheduler") or not hasattr(diffusers, own):
            raise NodeError(
                f"The model needs the scheduler {own}, which diffusers does not have.", "model"
            )
        return Kind(own, {})
    if choice.name not in kinds:
        raise NodeError(
            f"The scheduler {choice.name!r} does not work with models trained {trained}, "
            f"such as this one. Choose {', '.join(kinds)} or auto.",
            "scheduler",
        )
    return kinds[choice.name]


def _known(class_: type[SchedulerMixin]) -> dict[str, Any]:
    """Return the config entries of a class with their defaults."""
    parameters = inspect.signature(class_.__init__).parameters
    return {name: p.default for name, p in parameters.items() if name != "self"}


def _entries(choice: Scheduler, kind: Kind) -> dict[str, Any]:
    """Return the config entries of a choice that replace those of the model.

    Raises:
        NodeError: the scheduler's class does not support an entry.
    """
    known = _known(getattr(diffusers, kind.class_name))
    entries = {**kind.config, **choice.config}
    for name in choice.config:
        if name not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} does not support {name}.", PARAMETERS.get(name)
            )
    if choice.sigmas in ("karras", "exponential") and "sigma_schedule" in known:
        entries["sigma_schedule"] = choice.sigmas
    elif choice.sigmas != "default":
        if f"use_{choice.sigmas}_sigmas" not in known:
            raise NodeError(
                f"The scheduler {choice.name!r} does not support {choice.sigmas} sigmas. Choose "
                "default sigmas, or another scheduler such as dpm++2m or euler.",
                "sigmas",
            )
        entries |= {f"use_{name}_sigmas": name == choice.sigmas for name in SIGMAS}
    return entries


def _base(class_: type[SchedulerMixin], config: dict[str, Any]) -> dict[str, Any]:
    """Return the entries that a solver takes over from the model's scheduler config.

    A solver of the model's own class takes all of them, another one only those in `INHERITED`.
    """
    own = str(config.get(scheduler_config.CLASS))
    if own == class_.__name__:
        return config
    found = {name: value for name, value in config.items() if name in INHERITED}
    if own in scheduler_config.EDM_CLASSES:
        found |= {name: config[name] for name in ("sigma_min", "sigma_max") if name in config}
    defaults = _known(getattr(diffusers, own)) if hasattr(diffusers, own) else {}
    return {name: defaults[name] for name in TRAINED if name in defaults} | found


def _check_zero_snr(config: Mapping[str, Any], advice: str) -> None:
    """Refuse a config whose noise schedule ends without signal if the network predicts noise.

    At that end the noise is all that the network is given: predicting it says nothing about the
    picture, which is then divided by 0 (Lin et al. 2023, section 3.1).

    Args:
        config: The config; its prediction type is epsilon.
        advice: What helps, besides another prediction.

    Raises:
        NodeError: about `zero_snr`.
    """
    if config.get("rescale_betas_zero_snr"):
        raise NodeError(
            "A noise schedule that ends in pure noise (zero_snr, rescale_betas_zero_snr) needs a "
            "network that predicts v_prediction or sample, but this one predicts epsilon. "
            f"{advice}, or correct the prediction.",
            "zero_snr",
        )


def _check_prediction(name: str, kind: Kind, config: Mapping[str, Any]) -> None:
    if config.get("prediction_type") == "sample" and kind.class_name in NO_SAMPLE:
        raise NodeError(
            f"The scheduler {name!r} does not support networks of the prediction type sample. "
            "Choose another scheduler such as dpm++2m.",
            "scheduler",
        )


def _check_trained(choice: Scheduler, class_: type[SchedulerMixin], config: dict[str, Any]) -> None:
    """Refuse a solver that would ignore what the model was trained with.

    Raises:
        NodeError: about `scheduler`.
    """
    known = _known(class_)
    for name in ("rescale_betas_zero_snr", "use_flow_sigmas"):
        flow = name == "use_flow_sigmas" and class_.__name__ in scheduler_config.FLOW_CLASSES
        if config.get(name) and name not in known and not flow:
            raise NodeError(
                f"The model was trained with {name}, which the scheduler {choice.name!r} does not "
                "support. Choose another one such as auto, euler or ddim.",
                "scheduler",
            )


def _check_levels(scheduler: Any, file: Path) -> None:
    """Refuse betas that leave no noise at the first or no picture before the last training step.

    Raises:
        NodeError: about `model`.
    """
    levels: torch.Tensor | None = getattr(scheduler, "alphas_cumprod", None)
    if levels is None:
        return
    if scheduler.config.get("rescale_betas_zero_snr"):
        levels = levels[:-1]
    if not ((levels > 0) & (levels < 1)).all():
        raise NodeError(
            f"The betas of {file} are not those of a model: they leave no noise or no picture.",
            "model",
        )


def _shift(class_: type[SchedulerMixin], config: dict[str, Any]) -> dict[str, Any]:
    """Return the noise shift of a flow model under the name that the class uses for it.

    Empty if the config already has that name, or no shift.
    """
    known = _known(class_)
    for name, other in (("shift", "flow_shift"), ("flow_shift", "shift")):
        if name in known and name not in config and other in config:
            return {name: config[other]}
    return {}


def build(choice: Scheduler, model: Model, late: bool = False) -> Any:
    """Build a diffusers scheduler for a model.

    The model's own scheduler config is the base, as with `Class.from_config(pipeline.scheduler.
    config)`, but a solver of another class takes over only the entries in `INHERITED`.
    StableDiffusionPipeline also changes steps_offset and clip_sample of its scheduler; the same is
    done here for the models that it loads.

    Args:
        choice: The scheduler; its name is one of `SCHEDULERS`.
        model: The model whose config is the base.
        late: The run begins in the middle of the trajectory, so PNDM begins at a lower order, not
            with the Runge-Kutta steps that belong to the start of a whole run.

    Raises:
        NodeError: the scheduler does not work with this model, or does not support the sigmas or
            a config entry.
    """
    config = scheduler_config.read(Path(model.source))
    kind = _kind(choice, model, config)
    class_, entries = getattr(diffusers, kind.class_name), _entries(choice, kind)
    _check_trained(choice, class_, config)
    entries |= _shift(class_, config)
    if late and choice.late_start != "diffusers" and "skip_prk_steps" in _known(class_):
        entries["skip_prk_steps"] = True
    file = Path(model.source) / "scheduler" / "scheduler_config.json"
    try:
        base = json.dumps(_base(class_, config))
        scheduler = deepcopy(_made(class_, base, json.dumps(entries)))
    except (ValueError, TypeError, NotImplementedError, ImportError) as error:
        raise NodeError(
            f"The scheduler {choice.name!r} cannot be used with {file}: {error}", "scheduler"
        ) from error
    _check_prediction(choice.name, kind, scheduler.config)
    if scheduler.config.get("prediction_type") == "epsilon":
        asked = choice.config.get("rescale_betas_zero_snr")
        advice = "Switch zero_snr off" if asked else f"Correct rescale_betas_zero_snr in {file}"
        _check_zero_snr(scheduler.config, advice)
    _check_levels(scheduler, file)
    if model.family == "sd":
        for name, value in (("steps_offset", 1), ("clip_sample", False)):
            if scheduler.config.get(name, value) != value:
                scheduler.register_to_config(**{name: value})
    return scheduler


def contradiction(choice: Scheduler, model: Model) -> str | None:
    """Return a warning if the prediction type of a choice is not that of the model, else None."""
    asked = choice.config.get("prediction_type")
    own = scheduler_config.read(Path(model.source)).get("prediction_type", "epsilon")
    if asked in (None, own):
        return None
    return (
        f"prediction is {asked}, but the model's own config says {own}. The picture is wrong "
        "unless that config is."
    )


@lru_cache(maxsize=8)
def _made(class_: Any, config: str, entries: str) -> Any:
    """Build a scheduler from a config and entries that replace it, both JSON.

    Callers copy the cached scheduler, which is much faster than building one.
    """
    made = class_.from_config(json.loads(config), **json.loads(entries))
    if (
        class_.__name__ == "UniPCMultistepScheduler"
        and not made.config["lower_order_final"]
        and made.config["final_sigmas_type"] == "zero"
    ):  # the last step is not finite above the first order: its noise level is 0
        made.register_to_config(lower_order_final=True)
    return made

"""Reads and checks the scheduler config of a model folder; imports no heavy library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nodes.diffusion import layout
from nodeui.sdk import NodeError

CLASS = "_class_name"

BETA_CLASSES = (
    "DDIMScheduler", "DDIMParallelScheduler", "DDPMScheduler", "DDPMParallelScheduler",
    "PNDMScheduler", "LMSDiscreteScheduler", "EulerDiscreteScheduler",
    "EulerAncestralDiscreteScheduler", "HeunDiscreteScheduler", "KDPM2DiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler", "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler", "DPMSolverSDEScheduler", "UniPCMultistepScheduler",
    "DEISMultistepScheduler", "SASolverScheduler", "LCMScheduler", "TCDScheduler",
)  # fmt: skip
"""Schedulers of models that were trained on discrete timesteps with a schedule of betas."""

EDM_CLASSES = ("EDMEulerScheduler", "EDMDPMSolverMultistepScheduler")
"""Schedulers of models that were trained on continuous noise levels (Karras et al. 2022)."""

FLOW_CLASSES = (
    "FlowMatchEulerDiscreteScheduler",
    "FlowMatchHeunDiscreteScheduler",
    "FlowMatchLCMScheduler",
)

BETA_SCHEDULES = ("linear", "scaled_linear", "squaredcos_cap_v2", "sigmoid", "laplace")
SPACINGS = ("leading", "trailing", "linspace")
PREDICTIONS = ("epsilon", "v_prediction", "sample")
FINAL_SIGMAS = ("zero", "sigma_min")
SWITCHES = (
    "rescale_betas_zero_snr", "clip_sample", "thresholding", "set_alpha_to_one", "skip_prk_steps",
    "use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_flow_sigmas",
    "use_dynamic_shifting", "invert_sigmas",
)  # fmt: skip
"""Entries that are true or false, or null."""

MOST_STEPS = 100_000
"""The most training steps that a config can state."""


def read(folder: Path) -> dict[str, Any]:
    """Read the scheduler config of a model folder.

    Without a class of its own, the config gets the one that model_index.json names.

    Raises:
        NodeError: about `source`: a file is missing or damaged.
    """
    config = layout.read_json(folder / "scheduler" / "scheduler_config.json")
    if CLASS not in config:
        entry = layout.read_json(folder / "model_index.json").get("scheduler")
        if isinstance(entry, list) and len(entry) == 2:
            config[CLASS] = entry[1]
    return config


def is_flow(config: dict[str, Any]) -> bool:
    """True if the config is that of a model trained by flow matching (Lipman et al. 2023)."""
    return (
        config.get(CLASS) in FLOW_CLASSES
        or bool(config.get("use_flow_sigmas"))
        or config.get("prediction_type") == "flow_prediction"
    )


def check(folder: Path, flow: bool, edm: bool = False) -> None:
    """Check that the scheduler of a model folder is one that such models can be sampled with.

    Args:
        folder: The model folder.
        flow: True if such models are trained by flow matching.
        edm: True if such models may be trained on continuous noise levels.

    Raises:
        NodeError: about `source`: the class or the value of an entry is not supported.
    """
    config, file = read(folder), folder / "scheduler" / "scheduler_config.json"
    class_ = config.get(CLASS)
    if is_flow(config) and not flow:
        raise NodeError(
            f"{file} is for a model trained by flow matching ({class_}), which is not supported "
            "for models with a UNet or of this family.",
            "source",
        )
    if flow and not is_flow(config):
        raise NodeError(
            f"{file} is a {class_}, but models of this family are trained by flow matching. "
            "Restore the scheduler that the model was published with.",
            "source",
        )
    known = (*BETA_CLASSES, *(EDM_CLASSES if edm else ()), *(FLOW_CLASSES if flow else ()))
    if class_ not in known:
        raise NodeError(
            f"{file} is a {class_}, which is not supported for such models. Supported are, for "
            f"example, {', '.join(known[-4:])}.",
            "source",
        )
    predictions = (*PREDICTIONS, "flow_prediction") if flow else PREDICTIONS
    _check_choice(config, "prediction_type", predictions, file)
    _check_choice(config, "beta_schedule", BETA_SCHEDULES, file)
    _check_choice(config, "timestep_spacing", SPACINGS, file)
    _check_choice(config, "final_sigmas_type", FINAL_SIGMAS, file)
    for name in SWITCHES:
        if not isinstance(config.get(name), bool | None):
            raise NodeError(
                f"{file} has the {name} {config[name]!r}; it can be true or false.", "source"
            )
    _check_counts(config, file)
    _check_betas(config, file)


def assumed(folder: Path) -> str | None:
    """Return a warning if the scheduler config of a UNet does not state its betas, else None."""
    config, file = read(folder), folder / "scheduler" / "scheduler_config.json"
    stated = {"beta_start", "beta_end", "trained_betas"} & config.keys()
    if stated or config.get(CLASS) in EDM_CLASSES or config.get("beta_schedule") in _FIXED:
        return None
    return (
        f"{file} does not state the betas that the model was trained with: the defaults of "
        f"{config.get(CLASS)} are used."
    )


_FIXED = ("squaredcos_cap_v2", "sigmoid", "laplace")  # these need no start and end


def _check_choice(config: dict[str, Any], name: str, known: tuple[str, ...], file: Path) -> None:
    if name in config and config[name] not in known:
        raise NodeError(
            f"{file} has the {name} {config[name]!r}; it can be {', '.join(known)}.", "source"
        )


def _check_counts(config: dict[str, Any], file: Path) -> None:
    limits = {"num_train_timesteps": (1, MOST_STEPS), "steps_offset": (0, MOST_STEPS)}
    for name, (least, most) in limits.items():
        count = config.get(name, 1)
        if type(count) is not int or not least <= count <= most:
            raise NodeError(
                f"{file} has the {name} {count!r}; it is a whole number from {least} to {most}.",
                "source",
            )


def _check_betas(config: dict[str, Any], file: Path) -> None:
    """Check the betas, which lie between 0 and 1 and do not fall."""
    listed = config.get("trained_betas")
    if listed is None:
        names = ("beta_start", "beta_end")
        values = {name: config[name] for name in names if name in config}
    elif isinstance(listed, list):
        values = {f"trained_betas[{i}]": beta for i, beta in enumerate(listed)}
    else:
        raise NodeError(f"{file} has the trained_betas {listed!r}; it is a list.", "source")
    for name, beta in values.items():
        if isinstance(beta, bool) or not isinstance(beta, int | float) or not 0 <= beta <= 1:
            raise NodeError(f"{file} has the {name} {beta!r}; it lies between 0 and 1.", "source")
    steps = config.get("num_train_timesteps", 1000)
    if listed is not None and len(listed) != steps:
        raise NodeError(
            f"{file} lists {len(listed)} trained_betas for {steps} num_train_timesteps.", "source"
        )
    if listed is None and len(values) == 2 and values["beta_start"] > values["beta_end"]:
        raise NodeError(
            f"{file} has the beta_start {values['beta_start']} above the beta_end "
            f"{values['beta_end']}; betas rise.",
            "source",
        )

"""Finds values that are not finite, and explains them."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import dtype
from nodes.diffusion.trajectory import SamplingTask
from nodeui.sdk import NodeError


def is_finite(tensor: torch.Tensor) -> bool:
    """True if no value is NaN or infinite; waits for the device."""
    return not to_array(torch.isfinite(tensor).logical_not().any())


def check(tensor: torch.Tensor, message: str, parameter: str | None) -> None:
    """Check that a result is finite.

    Raises:
        NodeError: about `parameter`, with the message and what helps against overflow.
    """
    if not is_finite(tensor):
        raise NodeError(f"{message} {_help(tensor.dtype)}", parameter)


def _help(kind: torch.dtype) -> str:
    if kind == torch.float16:
        return (
            "float16 ends at 65504, which some models exceed: set dtype to bfloat16 or float32 "
            "where the model is loaded."
        )
    return "The weights may be damaged: load the model again from its source."


def step_error(
    task: SamplingTask, number: str, networks: Mapping[str, torch.nn.Module]
) -> NodeError:
    """Return the error for a step whose latents are not finite.

    Args:
        task: The inputs of the sampler.
        number: The step in the run, such as "3 of 20".
        networks: The networks that computed it, by a name for the user.
    """
    message = f"Step {number} is not finite: its latents contain NaN or infinite values."
    for name, network in networks.items():
        for part, tensor in network.named_parameters():
            if not is_finite(tensor.detach()):
                found = f"So does the weight {part} of {name}."
                return NodeError(f"{message} {found} {_help(tensor.dtype)}", "model")
    samples = torch.from_numpy(task.latents.samples.copy())
    if not is_finite(samples):
        return NodeError(f"{message} The latents that it starts from do, too.", "latents")
    for name, prompt in (("positive", task.positive), ("negative", task.negative)):
        if prompt is not None and not is_finite(torch.from_numpy(prompt.embeds.copy())):
            return NodeError(f"{message} The {name} prompt does, too.", name)
    units = task.control.units if task.control else ()
    if any(not is_finite(torch.from_numpy(unit.hint.copy())) for unit in units):
        return NodeError(f"{message} A control picture does, too.", "control")
    precision = dtype(task.model.dtype)
    if precision == torch.float16:
        return NodeError(f"{message} {_help(precision)}", "model")
    return NodeError(
        f"{message} Lower guidance_scale and the strengths of ControlNets and LoRAs, or choose "
        "another scheduler.",
        None,
    )

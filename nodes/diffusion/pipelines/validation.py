"""Whether the inputs of a sampler are something that a family's pipeline can do."""

from __future__ import annotations

from nodes.diffusion.pipelines import prompts
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.diffusion.pipelines.parts import Outline
from nodes.diffusion.trajectory import SamplingTask
from nodeui.sdk import NodeError


def check(task: SamplingTask, network: Outline) -> None:
    """Check a task against the config of the model's network.

    Raises:
        NodeError: something does not fit, or cannot be done; it names the input.
    """
    _check_refused(task)
    _check_latents(task)
    family = FAMILIES[task.model.family]
    width = int(getattr(network, family.width))
    prompts.check(task.positive, family, width, "positive")
    if task.negative is None:
        return
    prompts.check(task.negative, family, width, "negative")
    if family.embedded and network.guidance_embeds:
        raise NodeError(
            "This model was distilled: it reads the guidance as a number and knows no negative "
            "prompt. Disconnect it.",
            "negative",
        )


def _check_refused(task: SamplingTask) -> None:
    """What only the UNet families can do."""
    refused = {
        "control": (task.control is not None, "ControlNets and image prompts"),
        "mask": (task.mask is not None, "Masks"),
        "masked": (task.masked is not None, "Inpainting models"),
        "guidance_rescale": (task.guidance.rescale > 0, "Rescaled guidance"),
    }
    for name, (given, what) in refused.items():
        if given:
            raise NodeError(
                f"{what} work with Stable Diffusion 1.x, 2.x and SDXL; this model is of the "
                f"family {task.model.family!r}.",
                name,
            )


def _check_latents(task: SamplingTask) -> None:
    model, (_, channels, rows, columns) = task.model, task.latents.samples.shape
    if channels != model.latent_channels:
        raise NodeError(
            f"The latents have {channels} channels, this model has {model.latent_channels}.",
            "latents",
        )
    patch = FAMILIES[model.family].patch
    if rows % patch or columns % patch:
        multiple = patch * model.latent_factor
        raise NodeError(
            f"The latents stand for {columns * model.latent_factor} x {rows * model.latent_factor} "
            f"pixels; this model needs multiples of {multiple}.",
            "latents",
        )
    if task.latents.empty and task.start_step > 0:
        raise NodeError(
            "start_step above 0 goes on from an earlier sampler, but these latents are empty.",
            "latents",
        )
    if not isinstance(task.noise, int) and task.noise.samples.shape != task.latents.samples.shape:
        raise NodeError(
            f"The noise has the shape {task.noise.samples.shape}, the latents "
            f"{task.latents.samples.shape}; make it from the same latents.",
            "noise",
        )

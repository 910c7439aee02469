"""Checks that a family's pipeline can do what the inputs of a sampler ask for."""

from __future__ import annotations

from collections.abc import Iterator

from nodes.diffusion.mixture import Mixture, regions_of, scheduled_prompts
from nodes.diffusion.pipelines.families import FAMILIES, Family
from nodes.diffusion.pipelines.parts import NetworkConfig
from nodes.diffusion.pipelines.prompts import EMBEDS, POOLED
from nodes.diffusion.trajectory import SamplingTask, StepPlan
from nodes.diffusion.validation import check_latents, wrong_prompt
from nodes.types import Conditioning
from nodeui.sdk import NodeError


def check(task: SamplingTask, network: NetworkConfig) -> None:
    """Check a task against the config of the model's network.

    Raises:
        NodeError: an input does not match or is not supported; the error names it.
    """
    _check_supported(task)
    check_latents(task)
    _check_size(task)
    family = FAMILIES[task.model.family]
    width = int(getattr(network, family.width))
    for prompt in scheduled_prompts(task.positive):
        _check_prompt(prompt, family, width, "positive")
    for prompt in scheduled_prompts(task.negative):
        _check_prompt(prompt, family, width, "negative")
    if task.negative is not None and family.embedded and network.guidance_embeds:
        raise NodeError(
            "This model is distilled: it takes the guidance scale as an input and does not "
            "support negative prompts. Disconnect the negative prompt.",
            "negative",
        )


def notes(task: SamplingTask) -> Iterator[str]:
    """Yield warnings about inputs that the pipeline takes otherwise than the UNet families do."""
    family = FAMILIES.get(task.model.family)
    lowest = min(scale for _, scale in task.guidance.scale)
    if family is not None and family.embedded is None and lowest < family.unguided:
        yield (
            f"The pipeline of this model uses no guidance at {family.unguided:g} and below, so a "
            f"guidance scale of {lowest:g} acts like {family.unguided:g}."
        )


def check_blends(plan: StepPlan) -> None:
    """Check that the prompts of every step can be blended.

    Raises:
        NodeError: about "positive" or "negative": they have different numbers of tokens.
    """
    for index in range(plan.first, plan.last):
        inputs = plan.inputs(index)
        _check_blend(inputs.positive, "positive")
        _check_blend(inputs.negative, "negative")


def _check_blend(mixture: Mixture, parameter: str) -> None:
    if len({_shapes(value) for value, _ in mixture}) > 1:
        raise NodeError(
            "These prompts have different numbers of tokens, so this model cannot blend them. "
            "Switch from one to the other at a step, without a curve.",
            parameter,
        )


def _shapes(value: Conditioning) -> tuple[object, ...]:
    return value.embeds.shape, *((name, value.extras[name].shape) for name in sorted(value.extras))


def _check_prompt(value: Conditioning, family: Family, width: int, parameter: str) -> None:
    masks = set(family.text) - {None, EMBEDS, POOLED}
    if (
        value.embeds.shape[-1] != width
        or (value.pooled is not None) != (POOLED in family.text)
        or not masks.issuperset(value.extras)
    ):
        raise wrong_prompt(value, width, parameter)


def _check_supported(task: SamplingTask) -> None:
    """Refuse the inputs that only the UNet families support."""
    refused = {
        "positive": (any(regions_of(task.positive)), "Regions"),
        "negative": (any(regions_of(task.negative)), "Regions"),
        "control": (task.control is not None, "ControlNets and image prompts"),
        "mask": (task.mask is not None, "Masks"),
        "masked": (task.masked is not None, "Inpainting models"),
        "guidance_rescale": (task.guidance.rescale > 0, "Rescaled guidance"),
    }
    for name, (given, what) in refused.items():
        if given:
            raise NodeError(
                f"{what} work with Stable Diffusion 1.x, 2.x and SDXL; this model belongs to the "
                f"family {task.model.family!r}.",
                name,
            )


def _check_size(task: SamplingTask) -> None:
    rows, columns = task.latents.samples.shape[2:]
    patch, factor = FAMILIES[task.model.family].patch, task.model.latent_factor
    if rows % patch or columns % patch:
        raise NodeError(
            f"The latents are for {columns * factor} x {rows * factor} pixels; this model needs "
            f"multiples of {patch * factor}.",
            "latents",
        )

"""Checks that the inputs of a sampler match each other and the model, before weights are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.diffusion import layout
from nodes.diffusion.mixture import all_prompts, regions_of
from nodes.diffusion.trajectory import SamplingTask
from nodes.types import Conditioning, ControlUnit, ImagePrompt, Mask
from nodeui.sdk import NodeError


def check(task: SamplingTask, network: dict[str, Any]) -> None:
    """Check a task against the config of the model's UNet.

    Raises:
        NodeError: an input does not match; the error names it.
    """
    check_latents(task)
    _check_prompts(task, network)
    _check_size_ids(task, network)
    for unit in task.control.units if task.control else ():
        _check_unit(unit, task, network)
    for image in task.control.images if task.control else ():
        _check_image(image, task, network)
    if task.mask is not None:
        _check_mask(task.mask, task)
    _check_channels(task, network)


def check_latents(task: SamplingTask) -> None:
    """Check the latents and the noise of a task, whatever the model's family.

    Raises:
        NodeError: about `latents` or `noise`.
    """
    channels = task.latents.samples.shape[1]
    if channels != task.model.latent_channels:
        raise NodeError(
            f"The latents have {channels} channels, this model has {task.model.latent_channels}.",
            "latents",
        )
    if task.latents.empty and task.start_step > 0:
        raise NodeError(
            "start_step above 0 continues from another sampler, but these latents are empty.",
            "latents",
        )
    if not isinstance(task.noise, int) and task.noise.samples.shape != task.latents.samples.shape:
        raise NodeError(
            f"The noise has the shape {task.noise.samples.shape}, the latents "
            f"{task.latents.samples.shape}. Make the noise from the same latents.",
            "noise",
        )


def wrong_prompt(value: Conditioning, width: int, parameter: str) -> NodeError:
    """Return the error for a prompt that was encoded for another model.

    Args:
        value: The prompt.
        width: Width of the text embeddings that the model reads.
        parameter: The input of the prompt.
    """
    return NodeError(
        f"The {parameter} prompt was encoded for another model: its embeddings are "
        f"{value.embeds.shape[-1]} wide, this model reads {width}.",
        parameter,
    )


def _count(task: SamplingTask) -> int:
    return task.latents.samples.shape[0]


def _check_prompts(task: SamplingTask, network: dict[str, Any]) -> None:
    width = network["cross_attention_dim"]
    pooled = task.model.family == "sdxl"
    for name, prompt in (("positive", task.positive), ("negative", task.negative)):
        for value in all_prompts(prompt):
            if value.embeds.shape[-1] != width or (value.pooled is not None) != pooled:
                raise wrong_prompt(value, width, name)
        for region in regions_of(prompt):
            _check_count(region.mask, "region masks", task, name)


def _check_count(masks: NDArray[np.float32], what: str, task: SamplingTask, parameter: str) -> None:
    if masks.shape[0] not in (1, _count(task)):
        raise NodeError(
            f"There are {masks.shape[0]} {what} for {_count(task)} pictures.", parameter
        )


def _size_ids(network: dict[str, Any], prompt: Conditioning) -> float | None:
    """Return how many numbers about the picture's size an SDXL network takes; None if it takes
    none, or does not state them."""
    width, size = (
        network.get(name)
        for name in ("projection_class_embeddings_input_dim", "addition_time_embed_dim")
    )
    if prompt.pooled is None or not width or not size:
        return None
    return (width - prompt.pooled.shape[-1]) / size


def takes_score(network: dict[str, Any], prompt: Conditioning) -> bool:
    """True if an SDXL network takes an aesthetic score in place of the target size."""
    return _size_ids(network, prompt) == 5


def _check_size_ids(task: SamplingTask, network: dict[str, Any]) -> None:
    count = _size_ids(network, task.positive)
    if count not in (None, 5, 6):
        raise NodeError(
            "The UNet of this model takes embeddings of the pooled prompt and the picture's size "
            f"{network['projection_class_embeddings_input_dim']} wide, which fits neither a target "
            "size nor an aesthetic score. Its config.json or its second text encoder is that of "
            "another model.",
            "model",
        )


def _check_unit(unit: ControlUnit, task: SamplingTask, network: dict[str, Any]) -> None:
    config = layout.read_json(Path(unit.controlnet.source) / "config.json")
    same = ("cross_attention_dim", "addition_embed_type")
    if any(config.get(name) != network.get(name) for name in same):
        raise NodeError(
            f"The ControlNet in {unit.controlnet.source} was made for another kind of model: it "
            f"reads text embeddings {config.get('cross_attention_dim')} wide, this model "
            f"{network['cross_attention_dim']}.",
            "control",
        )
    if takes_score(config, task.positive) != takes_score(network, task.positive):
        raise NodeError(
            f"The ControlNet in {unit.controlnet.source} was made for another kind of model: only "
            "one of the two takes an aesthetic score.",
            "control",
        )
    _check_count(unit.hint, "control pictures", task, "control")
    if unit.mask is not None:
        _check_count(unit.mask, "control masks", task, "control")


def _check_image(image: ImagePrompt, task: SamplingTask, network: dict[str, Any]) -> None:
    if image.adapter.width != network["cross_attention_dim"]:
        raise NodeError(
            f"The IP-Adapter {image.adapter.source} was made for another kind of model: it adds "
            f"to text embeddings {image.adapter.width} wide, this model reads "
            f"{network['cross_attention_dim']}.",
            "control",
        )
    if image.mask is not None:
        _check_count(image.mask, "masks of an image prompt", task, "control")


def _check_mask(mask: Mask, task: SamplingTask) -> None:
    _check_count(mask.alpha, "masks", task, "mask")
    if task.latents.empty:
        raise NodeError(
            "A mask needs the latents of a picture, to keep what is outside the mask; these "
            "latents are empty.",
            "mask",
        )


def _check_channels(task: SamplingTask, network: dict[str, Any]) -> None:
    """Check the inputs that inpainting networks need and text-to-image networks do not take."""
    channels, latent = network["in_channels"], task.model.latent_channels
    if channels == latent:
        if task.masked is not None:
            raise NodeError("This is not an inpainting model: disconnect masked.", "masked")
        return
    if channels != 2 * latent + 1:
        raise NodeError(
            f"The UNet of this model takes {channels} channels, so it is neither a text-to-image "
            "nor an inpainting model.",
            "model",
        )
    if task.mask is None or task.masked is None:
        raise NodeError(
            "This is an inpainting model: connect mask, and connect to masked the encoded picture "
            "without the masked part.",
            "mask" if task.mask is None else "masked",
        )
    if task.soft:
        raise NodeError(
            'An inpainting model takes no soft masks. Set mask_method to "any pixel" or "nearest".',
            "mask_method",
        )
    if task.masked.samples.shape[1:] != task.latents.samples.shape[1:] or (
        task.masked.samples.shape[0] not in (1, _count(task))
    ):
        raise NodeError("The sizes of masked and latents differ.", "masked")

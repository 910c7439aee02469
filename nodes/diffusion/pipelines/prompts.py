"""Prompts of the families that have a pipeline: encoded by it, and as it takes them back."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import device, dtype
from nodes.diffusion.pipelines import parts
from nodes.diffusion.pipelines.families import FAMILIES, Family
from nodes.diffusion.pool import within_memory
from nodes.diffusion.trajectory import Mixture
from nodes.types import Conditioning, Model
from nodeui.sdk import NodeError

EMBEDS, POOLED, NEGATIVE = "prompt_embeds", "pooled_prompt_embeds", "negative_"


@within_memory
@torch.no_grad()
def encode(model: Model, prompt: str, clip_skip: int = 0) -> Conditioning:
    """Encode a prompt with the `encode_prompt` of the model's pipeline, with the options that its
    `__call__` has by default. Brackets are plain characters there.

    Args:
        model: The model whose encoders to use.
        prompt: The text.
        clip_skip: Layers left out at the end of the CLIP encoders, where the family has some.

    Raises:
        NodeError: clip_skip is not 0, and the family does not know it.
    """
    family = FAMILIES[model.family]
    pipe = parts.pipeline(model, **parts.text_parts(model), transformer=parts.outline(model))
    taken = inspect.signature(pipe.encode_prompt).parameters
    called = inspect.signature(type(pipe).__call__).parameters
    both = any(name and name.startswith(NEGATIVE) for name in family.text)
    options: dict[str, Any] = {"device": device(), **family.encoding}
    if "do_classifier_free_guidance" in taken:
        options["do_classifier_free_guidance"] = both
    if both:
        options["negative_prompt"] = prompt
    for name in ("max_sequence_length", "complex_human_instruction"):
        if name in taken:
            options[name] = called[name].default
    if clip_skip > 0:
        if "clip_skip" not in taken:
            raise NodeError("The text encoders of this model know no clip_skip.", "clip_skip")
        options["clip_skip"] = clip_skip
    if "prompt_2" in taken:  # the other encoders read the same text
        options |= {name: None for name in ("prompt_2", "prompt_3") if name in taken}
    found = pipe.encode_prompt(prompt, **options)
    return _conditioning(dict(zip(family.text, found, strict=False)), prompt)


def _conditioning(found: Mapping[str | None, Any], text: str) -> Conditioning:
    """What `encode_prompt` returned, as a value for wires."""
    embeds = found[EMBEDS]
    pooled = found.get(POOLED)
    return Conditioning(
        embeds=to_array(embeds[0][None] if isinstance(embeds, list) else embeds),
        pooled=None if pooled is None else to_array(pooled),
        text=text,
        extras={
            name: _plain(value)
            for name, value in found.items()
            if name not in (None, EMBEDS, POOLED) and value is not None
        },
    )


def _plain(tensor: torch.Tensor) -> NDArray[Any]:
    """A read-only copy: float32, or for masks of whole numbers their own dtype."""
    if tensor.is_floating_point():
        return to_array(tensor)
    array = tensor.cpu().numpy().copy()
    array.flags.writeable = False
    return array


def arguments(
    value: Conditioning, model: Model, count: int, place: torch.device, negative: bool = False
) -> dict[str, Any]:
    """An encoded prompt as arguments of the pipeline.

    Args:
        value: The prompt.
        model: Of its family it was encoded.
        count: For so many pictures.
        place: Where the tensors are to be.
        negative: It is a negative prompt.
    """
    arrays = {EMBEDS: value.embeds, POOLED: value.pooled, **value.extras}
    own = {name: array for name, array in arrays.items() if not name.startswith(NEGATIVE)}
    if negative:
        own = {f"{NEGATIVE}{n}": arrays.get(f"{NEGATIVE}{n}", array) for n, array in own.items()}
    found: dict[str, Any] = {}
    for name, array in own.items():
        if array is None:
            continue
        tensor = torch.tensor(array, device=place)
        if tensor.is_floating_point():
            tensor = tensor.to(dtype(model.dtype))
        found[name] = tensor.repeat_interleave(count, 0)
    if FAMILIES[model.family].listed:
        found = {name: list(tensor) for name, tensor in found.items()}
    return found


def check(value: Conditioning, family: Family, width: int, parameter: str) -> None:
    """Whether a prompt, and all that take over from it, was encoded for a model.

    Args:
        value: The prompt.
        family: Of the model that is to read it.
        width: The width of the embeddings that the model reads.
        parameter: The input that it came by.

    Raises:
        NodeError: it was not.
    """
    found = value.embeds.shape[-1]
    masks = set(family.text) - {None, EMBEDS, POOLED}
    if (
        found != width
        or (value.pooled is not None) != (POOLED in family.text)
        or not masks.issuperset(value.extras)
    ):
        raise NodeError(
            f"The {parameter} prompt was encoded for another model: its embeddings are {found} "
            f"wide, this model reads {width}.",
            parameter,
        )
    for blend in value.later:
        check(blend.conditioning, family, width, parameter)


def check_mixture(mixture: Mixture, parameter: str) -> None:
    """Whether prompts can be blended.

    Raises:
        NodeError: they have different numbers of tokens.
    """
    if len({_shapes(value) for value, _ in mixture}) > 1:
        raise NodeError(
            "These prompts have different numbers of tokens, so this model cannot blend them: "
            "switch from one to the other at a step, without a curve.",
            parameter,
        )


def blended(mixture: Mixture) -> Conditioning:
    """Prompts in their shares, as one; a token counts where it counts in one of them."""
    (first, _), *others = mixture
    if not others:
        return first
    values = [value for value, _ in mixture]
    shares = [np.float32(share) for _, share in mixture]
    pooled = [value.pooled for value in values if value.pooled is not None]
    return Conditioning(
        embeds=_sum(shares, [value.embeds for value in values]),
        pooled=_sum(shares, pooled) if pooled else None,
        text="",
        extras={
            name: _extra(shares, [value.extras[name] for value in values]) for name in first.extras
        },
    )


def _extra(shares: list[np.float32], arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Blended embeddings (1, tokens, width); of masks (1, tokens), what any of them lets pass."""
    return _sum(shares, arrays) if arrays[0].ndim == 3 else np.maximum.reduce(arrays)


def _shapes(value: Conditioning) -> tuple[object, ...]:
    return value.embeds.shape, *((name, value.extras[name].shape) for name in sorted(value.extras))


def _sum(shares: list[np.float32], arrays: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.sum([share * array for share, array in zip(shares, arrays, strict=True)], axis=0)

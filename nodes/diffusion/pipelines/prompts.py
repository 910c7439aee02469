"""Prompts of the pipeline families: encoded by the pipeline, and passed back to it as arguments."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from numpy.typing import NDArray

from nodes.diffusion import finite, layout, load
from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import device, dtype
from nodes.diffusion.pipelines import parts
from nodes.diffusion.pipelines.families import FAMILIES
from nodes.diffusion.pool import within_memory
from nodes.types import Conditioning, Model
from nodeui.sdk import NodeError

EMBEDS, POOLED, NEGATIVE = "prompt_embeds", "pooled_prompt_embeds", "negative_"


@within_memory
@torch.no_grad()
def encode(model: Model, prompt: str, clip_skip: int = 0) -> Conditioning:
    """Encode a prompt with the `encode_prompt` of the model's pipeline.

    Options have the defaults of the pipeline's `__call__`. Brackets have no special meaning.

    Args:
        model: The model whose encoders to use.
        prompt: The text.
        clip_skip: Layers to skip at the end of the CLIP encoders, if the family has any.

    Raises:
        NodeError: clip_skip is not 0, and the family does not support it.
    """
    family = FAMILIES[model.family]
    config = parts.network_config(model)
    pipe = parts.pipeline(model, **parts.text_parts(model), transformer=config)
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
            raise NodeError(
                "The text encoders of this model do not support clip_skip.", "clip_skip"
            )
        options["clip_skip"] = clip_skip
    if "prompt_2" in taken:  # the other encoders read the same text
        options |= {name: None for name in ("prompt_2", "prompt_3") if name in taken}
    found = pipe.encode_prompt(prompt, **options)
    named = dict(zip(family.text, found, strict=False))
    embeds = named[EMBEDS]
    whole = embeds[0] if isinstance(embeds, list) else embeds
    finite.check(whole, "The encoded prompt contains NaN or infinite values.", "model")
    return _conditioning(named, prompt)


def truncated(model: Model, prompt: str) -> str | None:
    """Return a warning if the pipeline reads only the beginning of a prompt, else None.

    The last of several encoders reads the most.
    """
    classes = layout.text_parts(Path(model.source), dict(model.parts))
    name = max(name for name in classes if name.startswith("tokenizer"))
    tokenizer = load.tokenizer_part(model, name, getattr(transformers, classes[name]))
    count = len(tokenizer(prompt, verbose=False)["input_ids"])
    call = inspect.signature(type(parts.pipeline(model)).__call__)
    most = call.parameters["max_sequence_length"].default
    if count <= most:
        return None
    return f"The prompt has {count} tokens, of which this model reads only the first {most}."


def _conditioning(found: Mapping[str | None, Any], text: str) -> Conditioning:
    """Turn the values returned by `encode_prompt` into a socket value."""
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
    """Return a read-only copy: float32, or the same dtype for masks of integers."""
    if tensor.is_floating_point():
        return to_array(tensor)
    array = tensor.cpu().numpy().copy()
    array.flags.writeable = False
    return array


def arguments(
    value: Conditioning, model: Model, count: int, place: torch.device, negative: bool = False
) -> dict[str, Any]:
    """Return the arguments of a pipeline for an encoded prompt.

    Args:
        value: The prompt.
        model: A model of the family that encoded it.
        count: Number of pictures.
        place: Device of the tensors.
        negative: True for a negative prompt.
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

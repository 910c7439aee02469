"""Prompts for CLIP encoders: weights, long texts, both encoders of SDXL.

The notation is that of the AUTOMATIC1111 web UI: `(word)` has weight 1.1, `[word]` 1/1.1,
`(word:1.3)` 1.3; brackets nest, and a backslash makes a bracket a plain character. Brackets that
are still open at the end are closed there.

A weight w acts as in ComfyUI: an embedding e becomes e0 + w (e - e0), where e0 is the embedding of
the empty prompt at the same position. A weight of 0 therefore removes the word, whatever the scale
of the encoder.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import torch
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from nodes.diffusion import finite, load, lora
from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import device
from nodes.diffusion.pool import within_memory
from nodes.types import Conditioning, Model
from nodeui.sdk import NodeError

ROUND = 1.1
_MARKS = re.compile(r"\\[\\()\[\]]|[(\[]|:\s*([+-]?\d*\.?\d+)\s*\)|[)\]]|[^\\()\[\]:]+|.", re.S)


class Part(NamedTuple):
    """A part of a prompt with one weight."""

    text: str
    weight: float


def parse(prompt: str) -> list[Part]:
    """Split a prompt into parts by weight; adjacent parts of equal weight are joined."""
    parts: list[Part] = []
    brackets: list[tuple[str, int]] = []  # each open bracket, and the index of its first part

    def close(kind: str, factor: float) -> None:
        _, first = brackets.pop()
        for i in range(first, len(parts)):
            parts[i] = Part(parts[i].text, parts[i].weight * factor)

    for match in _MARKS.finditer(prompt):
        token, weight = match.group(), match.group(1)
        innermost = brackets[-1][0] if brackets else ""
        if token in ("(", "["):
            brackets.append((token, len(parts)))
        elif weight is not None and innermost == "(":
            close("(", float(weight))
        elif token == ")" and innermost == "(":
            close("(", ROUND)
        elif token == "]" and innermost == "[":
            close("[", 1 / ROUND)
        else:
            plain = token[1:] if len(token) == 2 and token[0] == "\\" else token
            parts.append(Part(plain, 1.0))
    while brackets:
        close(brackets[-1][0], ROUND if brackets[-1][0] == "(" else 1 / ROUND)

    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].weight == part.weight:
            part = Part(joined.pop().text + part.text, part.weight)
        joined.append(part)
    return joined or [Part("", 1.0)]


class Window(NamedTuple):
    """The tokens that an encoder reads at once, one per position."""

    ids: list[int]
    weights: list[float]
    attention: list[int]


def windows(parts: list[Part], tokenizer: CLIPTokenizer) -> list[Window]:
    """Split the tokens of a prompt into windows of the encoder's size (77, with 75 for text)."""
    ids: list[int] = []
    weights: list[float] = []
    for part in parts:
        # verbose=False: no warning about texts longer than a window
        found = tokenizer(part.text, add_special_tokens=False, verbose=False)["input_ids"]
        ids += found
        weights += [part.weight] * len(found)
    size = tokenizer.model_max_length
    length = size - 2  # without the start and end tokens
    result: list[Window] = []
    for first in range(0, max(len(ids), 1), length):
        text = ids[first : first + length]
        padding = length - len(text)
        result.append(
            Window(
                [tokenizer.bos_token_id, *text, tokenizer.eos_token_id]
                + [tokenizer.pad_token_id] * padding,
                [1.0, *weights[first : first + length], 1.0] + [1.0] * padding,
                [1] * (len(text) + 2) + [0] * padding,
            )
        )
    return result


class Encoded(NamedTuple):
    """Hidden states (windows, positions, width), and pooled (windows, width) for encoder 2."""

    hidden: torch.Tensor
    pooled: torch.Tensor | None


def _run(
    encoder: CLIPTextModel | CLIPTextModelWithProjection,
    parts: list[Window],
    skip: int,
    penultimate: bool,
) -> Encoded:
    """Run one encoder on the windows of a prompt.

    The order of operations matches `encode_prompt` of the diffusers pipelines.
    """
    ids = torch.tensor([part.ids for part in parts], device=device())
    depth = skip + 2 if penultimate else skip + 1
    if depth > encoder.config.num_hidden_layers:
        raise NodeError(
            f"clip_skip is {skip}, but this text encoder has only "
            f"{encoder.config.num_hidden_layers} layers.",
            "clip_skip",
        )
    if penultimate:
        output = encoder(ids, output_hidden_states=True)
        pooled = output[0] if output[0].ndim == 2 else None
        return Encoded(output.hidden_states[-depth], pooled)
    attention = None
    if getattr(encoder.config, "use_attention_mask", False):
        attention = torch.tensor([part.attention for part in parts], device=device())
    if skip == 0:
        return Encoded(encoder(ids, attention_mask=attention)[0], None)
    output = encoder(ids, attention_mask=attention, output_hidden_states=True)
    # apply the norm that follows the last layer
    norm: Any = getattr(encoder, "text_model", encoder).final_layer_norm
    return Encoded(norm(output.hidden_states[-depth]), None)


def _weigh(hidden: torch.Tensor, empty: torch.Tensor, parts: list[Window]) -> torch.Tensor:
    weights = torch.tensor([part.weights for part in parts], device=hidden.device)
    weights = weights.to(hidden.dtype).unsqueeze(-1)
    return torch.where(weights == 1, hidden, empty + weights * (hidden - empty))


@within_memory
@torch.no_grad()
def encode(model: Model, prompt: str, clip_skip: int = 0) -> Conditioning:
    """Encode a prompt with all text encoders of a model.

    Without weights and within one window, the result equals `encode_prompt` of
    StableDiffusionPipeline and StableDiffusionXLPipeline bit for bit. SDXL's pooled embedding
    comes from the first window.

    Args:
        model: The model whose encoders to use.
        prompt: The text, in the notation of this module.
        clip_skip: Layers to skip at the end of each encoder, counted as in diffusers.

    Raises:
        NodeError: about `clip_skip`: an encoder has too few layers.
    """
    parts = parse(prompt)
    weighted = any(part.weight != 1 for part in parts)
    sdxl = model.family == "sdxl"
    numbers = (1, 2) if sdxl else (1,)
    tokenizers = [load.tokenizer(model, number) for number in numbers]
    blank = [windows([Part("", 1.0)], tokenizer) for tokenizer in tokenizers]
    texts = [windows(parts, tokenizer) for tokenizer in tokenizers]
    longest = max(len(text) for text in texts)
    hidden: list[torch.Tensor] = []
    pooled: torch.Tensor | None = None
    for number, text, empty in zip(numbers, texts, blank, strict=True):
        encoder = load.text_encoder(model, number)
        text = text + empty * (longest - len(text))
        with lora.applied_to_text_encoder(encoder, model, number):
            states, pooled = _run(encoder, text, clip_skip, sdxl)
            if weighted:
                states = _weigh(states, _run(encoder, empty, clip_skip, sdxl).hidden, text)
        hidden.append(states.reshape(1, -1, states.shape[-1]))
    embeds = torch.concat(hidden, dim=-1)
    finite.check(embeds, "The encoded prompt contains NaN or infinite values.", "model")
    return Conditioning(
        embeds=to_array(embeds),
        pooled=None if pooled is None else to_array(pooled[:1]),
        text=prompt,
    )

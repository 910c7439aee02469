"""Prompts for CLIP encoders: weights, long texts, schedules, both encoders of SDXL.

The notation is that of `prompt_syntax`. A weight w acts as in ComfyUI: an embedding e becomes
e0 + w (e - e0), where e0 is the embedding of the empty prompt at the same position. A weight of 0
therefore replaces the embedding of the word itself, whatever the scale of the encoder. The words
after it, and the pooled embedding, have still read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

import torch
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from nodes.diffusion import embeddings, finite, load, lora, prompt_syntax
from nodes.diffusion.arrays import to_array
from nodes.diffusion.device import device
from nodes.diffusion.pool import within_memory
from nodes.diffusion.prompt_syntax import Part, Schedule, parse
from nodes.types import Blend, Conditioning, Embedding, Model
from nodeui.sdk import Curve, NodeError

ALWAYS: Curve = ((0.0, 1.0),)


class Window(NamedTuple):
    """The tokens that an encoder reads at once, one per position.

    Attributes:
        ids: Tokens; 0 where there is a vector instead.
        weights: Their weights.
        attention: 1, or 0 for padding.
        vectors: Positions and vectors (width) of embeddings.
    """

    ids: list[int]
    weights: list[float]
    attention: list[int]
    vectors: list[tuple[int, torch.Tensor]]


Read = Callable[[Embedding], torch.Tensor]
"""Returns the vectors (n, width) of an embedding for one encoder."""


def windows(
    parts: list[Part],
    tokenizer: CLIPTokenizer,
    known: Sequence[Embedding] = (),
    read: Read | None = None,
) -> list[Window]:
    """Split the tokens of a prompt into windows of the encoder's size (77, with 75 for text).

    Each section between `BREAK`s begins a new window.

    Args:
        parts: The prompt, with the signs of `embeddings.marked`.
        tokenizer: Of the encoder.
        known: The embeddings that it names.
        read: Returns their vectors for the encoder.
    """
    sections = prompt_syntax.sections(parts)
    return [window for section in sections for window in _windows(section, tokenizer, known, read)]


def _windows(
    parts: list[Part], tokenizer: CLIPTokenizer, known: Sequence[Embedding], read: Read | None
) -> list[Window]:
    ids: list[int] = []
    weights: list[float] = []
    learned: dict[int, torch.Tensor] = {}
    for part in parts:
        for piece in embeddings.pieces(part.text, known):
            if isinstance(piece, str):
                # verbose=False: no warning about texts longer than a window
                found = tokenizer(piece, add_special_tokens=False, verbose=False)["input_ids"]
            else:
                vectors = read(piece) if read is not None else ()
                learned |= dict(enumerate(vectors, start=len(ids)))
                found = [0] * len(vectors)
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
                [(i - first + 1, learned[i]) for i in range(first, first + length) if i in learned],
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
    places = [(i, at, vector) for i, part in enumerate(parts) for at, vector in part.vectors]
    with embeddings.inserted(encoder, places):
        return _run_encoder(encoder, parts, skip, penultimate)


def _run_encoder(
    encoder: CLIPTextModel | CLIPTextModelWithProjection,
    parts: list[Window],
    skip: int,
    penultimate: bool,
) -> Encoded:
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


def encode(model: Model, prompt: str, clip_skip: int = 0) -> Conditioning:
    """Encode a prompt, with its schedules, with all text encoders of a model.

    Args:
        model: The model whose encoders to use.
        prompt: The text, in the notation of `prompt_syntax`.
        clip_skip: Layers to skip at the end of each encoder, counted as in diffusers.

    Raises:
        NodeError: about `text`: a weight or a schedule cannot be used; about `clip_skip`: an
            encoder has too few layers.
    """
    marked = embeddings.marked(prompt, model.embeddings)
    schedule = prompt_syntax.schedule(prompt_syntax.without_tags(marked))
    value = _scheduled(schedule, cache(lambda text: _encode(model, text, clip_skip)))
    return replace(value, text=prompt)


def _scheduled(schedule: Schedule, encoded: Callable[[str], Conditioning]) -> Conditioning:
    """Return a prompt whose later texts take over at the times of a schedule."""

    def turns(fraction: float, step: int) -> Conditioning:
        period = schedule.period
        first, *others = (encoded(schedule.text(fraction, step, i)) for i in range(period))
        later = [Blend(x, ALWAYS, period=period, turn=i) for i, x in enumerate(others, start=1)]
        return replace(first, changes=tuple(later))

    def steps(fraction: float) -> Conditioning:
        first = turns(fraction, 0)
        later = [Blend(turns(fraction, step), ALWAYS, step) for step in schedule.steps[1:]]
        return replace(first, changes=(*first.changes, *later))

    first = steps(0.0)
    later = [Blend(steps(at), ((at, 0.0), (at, 1.0))) for at in schedule.fractions[1:]]
    return replace(first, changes=(*first.changes, *later))


@within_memory
@torch.no_grad()
def _encode(model: Model, prompt: str, clip_skip: int) -> Conditioning:
    """Encode a prompt without schedules.

    Without weights and within one window, the result equals `encode_prompt` of
    StableDiffusionPipeline and StableDiffusionXLPipeline bit for bit. SDXL's pooled embedding
    comes from the first window.
    """
    parts = parse(prompt)
    prompt_syntax.check_weights(parts)
    weighted = any(part.weight != 1 for part in parts)
    sdxl = model.family == "sdxl"
    numbers = (1, 2) if sdxl else (1,)
    tokenizers = [load.tokenizer(model, number) for number in numbers]
    blank = [windows([Part("", 1.0)], tokenizer) for tokenizer in tokenizers]
    texts = [
        windows(
            parts,
            tokenizer,
            model.embeddings,
            partial(embeddings.vectors, number=number, family=model.family),
        )
        for number, tokenizer in zip(numbers, tokenizers, strict=True)
    ]
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

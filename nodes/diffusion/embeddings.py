"""Textual inversion (Gal et al. 2023): learned vectors that a prompt names as `embedding:name`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes.diffusion import layout, untrusted
from nodes.types import Embedding, Model
from nodeui.sdk import NodeError

if TYPE_CHECKING:
    import torch

MARK = re.compile(r"<embedding:([^<>]*)>|\bembedding:([^\s,()\[\]<>|:]+)", re.I)
_FIRST_SIGN = 0xE000  # of Unicode's private use area
MOST = 6400
"""Most embeddings of a model: the signs of that area."""

_TABLES = {1: "clip_l", 2: "clip_g"}
_MOST_VECTORS = 256


def check(file: Path, model: Model) -> None:
    """Check by its header that a file is an embedding for a model.

    Raises:
        NodeError: about `source`: it is not one, or is one for another family.
    """
    header = untrusted.read_header(file)
    for number in (1, 2) if model.family == "sdxl" else (1,):
        name = _table_of(header, number, model.family)
        shape: tuple[int, ...] = _shape(header, name)
        if not shape or len(shape) > 2 or 0 in shape:
            kind = "SDXL" if model.family == "sdxl" else "Stable Diffusion 1 and 2"
            raise NodeError(f"{file.name} is not an embedding for {kind}.", "source")
        folder = model.place("text_encoder" if number == 1 else "text_encoder_2")
        width = layout.read_json(folder / "config.json").get("hidden_size")
        length = shape[len(shape) - 1]
        if length != width:
            raise NodeError(
                f"{file.name} has vectors of {length} values, but the text encoder of this "
                f"model takes {width}.",
                "source",
            )
        if len(shape) == 2 and shape[0] > _MOST_VECTORS:
            raise NodeError(
                f"{file.name} has {shape[0]} vectors; {_MOST_VECTORS} are possible.", "source"
            )


def _shape(header: Mapping[str, untrusted.Tensor], name: str | None) -> tuple[int, ...]:
    return header[name].shape if name is not None else ()


def _table_of(tensors: Mapping[str, Any], number: int, family: str) -> str | None:
    """Return the name of the tensor for text encoder 1 or 2; None if there is none."""
    if family == "sdxl":
        return _TABLES[number] if _TABLES[number] in tensors else None
    if "emb_params" in tensors:
        return "emb_params"
    return next(iter(tensors)) if len(tensors) == 1 else None


def marked(prompt: str, known: Sequence[Embedding]) -> str:
    """Replace each known `embedding:name` by one sign; punctuation after a name is kept."""
    signs = {one.name.lower(): chr(_FIRST_SIGN + i) for i, one in enumerate(known)}

    def sign(match: re.Match[str]) -> str:
        written = (match[1] or match[2] or "").strip()
        for name in (written, written.rstrip(".;!?'\"")):
            stem = name.lower().removesuffix(".safetensors")
            if stem in signs:
                return signs[stem] + written[len(name) :]
        return match[0]

    return MARK.sub(sign, prompt)


def pieces(text: str, known: Sequence[Embedding]) -> Iterator[str | Embedding]:
    """Split a text at the signs of `marked`."""
    start = 0
    for i, character in enumerate(text):
        number = ord(character) - _FIRST_SIGN
        if 0 <= number < len(known):
            yield text[start:i]
            yield known[number]
            start = i + 1
    yield text[start:]


def vectors(embedding: Embedding, number: int, family: str) -> torch.Tensor:
    """Read the vectors (n, width) of an embedding for text encoder 1 or 2."""
    from safetensors.torch import load_file

    tensors = load_file(embedding.source)
    found = tensors[_table_of(tensors, number, family) or ""]
    return found.reshape(-1, found.shape[-1])


@contextmanager
def inserted(encoder: Any, places: Sequence[tuple[int, int, torch.Tensor]]) -> Iterator[None]:
    """Replace the token embeddings of an encoder at some places.

    Args:
        encoder: A CLIP text encoder.
        places: Window, position, and vector (width) of each.
    """

    def replace(module: Any, inputs: Any, output: torch.Tensor) -> torch.Tensor:
        if not places:
            return output
        output = output.clone()
        for window, position, vector in places:
            output[window, position] = vector.to(output.device, output.dtype)
        return output

    handle = encoder.get_input_embeddings().register_forward_hook(replace)
    try:
        yield
    finally:
        handle.remove()

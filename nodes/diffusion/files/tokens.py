"""The tokenizer of CLIP, for files without one; its vocabulary comes with open-clip-torch."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from nodes.diffusion.files import ldm

_FILE = "bpe_simple_vocab_16e6.txt.gz"
_START, _END = "<|startoftext|>", "<|endoftext|>"
_MERGES = ldm.VOCABULARY - 2 * 256 - 2
"""Merges of CLIP (Radford et al. 2021); the file lists more."""


def clip_tokenizer(part: str, kind: str) -> CLIPTokenizer:
    """Return the tokenizer of a text encoder.

    CLIP pads with its end token; OpenCLIP, the encoder of SD 2.x and the second one of SDXL, with
    token 0, which is "!".

    Args:
        part: "tokenizer" or "tokenizer_2".
        kind: The kind of the model, as in `checkpoint.Checkpoint`.
    """
    pad = "!" if part == "tokenizer_2" or kind == "Stable Diffusion 2" else _END
    vocabulary, merges = _vocabulary()
    made: Any = CLIPTokenizer  # its annotations do not allow merges as pairs
    return made(vocabulary, merges, pad_token=pad, model_max_length=77)


@cache
def _vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the tokens with their numbers, and the merges."""
    found = find_spec("open_clip")  # found, not imported: the package is large
    assert found is not None and found.origin is not None, "open-clip-torch is a dependency"
    lines = gzip.decompress((Path(found.origin).parent / _FILE).read_bytes()).decode().split("\n")
    merges = [(a, b) for a, b in (line.split() for line in lines[1 : _MERGES + 1])]
    letters = list(bytes_to_unicode().values())
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *(a + b for a, b in merges)]
    return {token: n for n, token in enumerate([*tokens, _START, _END])}, merges

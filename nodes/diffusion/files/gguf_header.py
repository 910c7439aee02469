"""Reads the beginning of a GGUF file: its architecture and the precision of its weights.

The format is that of ggml, version 2 and 3: magic, version, number of tensors and of entries, and
the entries, of which the architecture and the file type are among the first.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from nodeui.sdk import ModelFacts, NodeError

_MOST_ENTRIES = 64
_LONGEST = 1 << 16  # bytes of a text

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of each type of numbers."""
_UINT32, _STRING = 4, 8

_FAMILIES = {
    "flux": "Flux", "sd3": "Stable Diffusion 3", "chroma": "Chroma", "qwen_image": "Qwen-Image",
    "lumina2": "Z-Image", "z_image": "Z-Image", "pixart": "PixArt", "wan": "Wan",
    "sd1": "Stable Diffusion 1", "sdxl": "SDXL", "t5": "T5", "t5encoder": "T5",
}  # fmt: skip
_UNETS = ("sd1", "sdxl")
_ENCODERS = ("t5", "t5encoder")

_TYPES = {
    0: "fp32", 1: "fp16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K",
    11: "Q3_K_S", 12: "Q3_K_M", 13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S",
    17: "Q5_K_M", 18: "Q6_K", 32: "bf16",
}  # fmt: skip
"""Precisions by `general.file_type`."""


def describe(file: Path) -> ModelFacts:
    """Return the facts about a GGUF file.

    Raises:
        NodeError: about `source`: it is not a GGUF file.
    """
    try:
        with file.open("rb") as stream:
            texts, numbers = _entries(stream)
    except (struct.error, ValueError) as error:
        raise NodeError(f"{file} is damaged: it is not a GGUF file.", "source") from error
    name = texts.get("general.architecture", "")
    family = _FAMILIES.get(name, "")
    precision = f"GGUF {_TYPES.get(numbers.get('general.file_type', -1), '')}".strip()
    kind = "text encoder" if name in _ENCODERS else "diffusion model" if family else "unknown"
    refused = ""
    if name in _UNETS:
        refused = "UNets in GGUF are not supported; choose a safetensors file."
    elif not family:
        refused = f"GGUF files of the kind {name[:40]!r} are not supported."
    return ModelFacts(
        kind, family, precision, title=texts.get("general.name", "")[:200], refused=refused
    )


def _entries(stream: BinaryIO) -> tuple[dict[str, str], dict[str, int]]:
    """Return the texts and the whole numbers among the first entries."""
    magic, version, _, count = struct.unpack("<4sIQQ", stream.read(24))
    if magic != b"GGUF" or version not in (2, 3):
        raise ValueError("no GGUF")
    texts: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for _ in range(min(count, _MOST_ENTRIES)):
        name = _text(stream)
        (kind,) = struct.unpack("<I", stream.read(4))
        if kind == _STRING:
            texts[name] = _text(stream)
        elif kind in _SIZES:
            data = stream.read(_SIZES[kind])
            if kind == _UINT32:
                (numbers[name],) = struct.unpack("<I", data)
        else:
            break  # an array, such as a vocabulary
    return texts, numbers


def _text(stream: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", stream.read(8))
    if length > _LONGEST:
        raise ValueError("a text is too long")
    data = stream.read(length)
    if len(data) < length:
        raise ValueError("cut off")
    return data.decode(errors="replace")

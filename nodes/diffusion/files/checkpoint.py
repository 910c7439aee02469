"""Single files that hold a whole model: what they hold, and the configs of its parts.

Files are recognised by the names and shapes in their header; weights are not read. This module does
not import torch.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec

from nodes.diffusion import untrusted
from nodes.diffusion.files import ldm
from nodes.diffusion.untrusted import Tensor
from nodeui.sdk import NodeError

SUFFIXES = (".safetensors", ".sft")

_LONGEST_VECTOR = 1 << 16
"""Limit of the numbers of a tensor that is read to recognise a file."""


@dataclass(frozen=True)
class Checkpoint:
    """A file with a whole model.

    Attributes:
        path: The file.
        kind: Its name in messages, such as "SDXL".
        configs: JSON objects of the folder that it could be converted to, by their path there.
        prefixes: How the names of a part's tensors begin, by part.
    """

    path: Path
    kind: str
    configs: Mapping[str, dict[str, Any]]
    prefixes: Mapping[str, str]


class Inside(NamedTuple):
    """A place inside of a checkpoint, such as "unet/config.json"."""

    checkpoint: Checkpoint
    place: str


def inside(path: Path) -> Inside | None:
    """Return the place in a file that a path leads to; None if it leads through folders only.

    Raises:
        NodeError: about `source`: the file is damaged, or holds no whole model that is supported.
    """
    for file in (path, *path.parents):
        if file.suffix.lower() in SUFFIXES and file.is_file():
            return Inside(read(file), PurePosixPath(path.relative_to(file)).as_posix())
    return None


def is_whole(file: Path) -> bool:
    """True if a file seems to hold a whole model, supported or not."""
    return file.suffix.lower() in SUFFIXES and ldm.is_whole(untrusted.read_header(file))


def read(file: Path) -> Checkpoint:
    """Recognise a file.

    Raises:
        NodeError: about `source`: it is damaged, or holds no whole model that is supported.
    """
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read(file: Path, modified: int, size: int) -> Checkpoint:
    header = untrusted.read_header(file)
    try:
        found = ldm.recognise(header, untrusted.read_metadata(file), _Values(file, header))
    except ldm.Unsupported as error:
        raise NodeError(f"{file.name} {error}", "source") from error
    return Checkpoint(file, found.kind, found.configs, found.prefixes)


class _Values:
    """Reads the numbers of small tensors of a file."""

    def __init__(self, file: Path, header: Mapping[str, Tensor]) -> None:
        self._file, self._header = file, header

    def __call__(self, name: str) -> list[float]:
        """Return the numbers of a vector of float16, bfloat16 or float32.

        Raises:
            NodeError: about `source`: the tensor is something else.
        """
        tensor = self._header[name]
        begin, end = tensor.data_offsets
        vector = len(tensor.shape) == 1 and 0 < tensor.shape[0] <= _LONGEST_VECTOR
        if not vector or tensor.dtype not in ("F16", "BF16", "F32"):
            text = f"{self._file} is damaged: {name} is no vector of floating-point numbers."
            raise NodeError(text, "source")
        with self._file.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            file.seek(8 + length + begin)
            data = file.read(end - begin)
        if tensor.dtype == "BF16":  # the upper half of a float32
            data = b"".join(b"\0\0" + data[i : i + 2] for i in range(0, len(data), 2))
        code = "e" if tensor.dtype == "F16" else "f"
        return list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))


def config(found: Inside) -> dict[str, Any]:
    """Return a copy of the JSON object at a place.

    Raises:
        NodeError: about `source`: the model has no such part.
    """
    try:
        value = found.checkpoint.configs[found.place]
    except KeyError:
        file = found.checkpoint.path.name
        raise NodeError(f"{file} holds no {found.place}.", "source") from None
    return msgspec.json.decode(msgspec.json.encode(value))

"""Single files with the networks of a model: what they hold, and the configs of its parts.

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
from nodes.diffusion.files import (
    controlnets,
    diffusers_unet,
    dit,
    encoders,
    gguf_file,
    ldm,
    precision,
    vaes,
)
from nodes.diffusion.files.facts import Contents, Found, Part, Unsupported
from nodes.diffusion.untrusted import Tensor
from nodeui.sdk import NodeError

SUFFIXES = (".safetensors", ".sft", gguf_file.SUFFIX)

_LONGEST_VECTOR = 1 << 16
_MOST_BYTES = 1 << 20  # of a tensor that is read with the header
"""Limit of the numbers of a tensor that is read to recognise a file."""


@dataclass(frozen=True)
class Checkpoint:
    """A file with networks of a model.

    Attributes:
        path: The file.
        kind: Its name in messages, such as "SDXL".
        configs: JSON objects of the folder that it could be converted to, by their path there.
        parts: Its networks, by their folder there.
        encoders: The kinds of the text encoders that its model needs, by their folder there.
        remarks: What the user should know about it.
        header: The entry of each tensor.
        stored: How its weights are stored.
    """

    path: Path
    kind: str
    configs: Mapping[str, dict[str, Any]]
    parts: Mapping[str, Part]
    encoders: Mapping[str, str]
    remarks: tuple[str, ...]
    header: Mapping[str, Tensor]
    stored: precision.Stored

    @property
    def is_gguf(self) -> bool:
        """True if the file is a GGUF file, False for safetensors."""
        return self.path.suffix.lower() == gguf_file.SUFFIX


class Inside(NamedTuple):
    """A place inside of a checkpoint, such as "unet/config.json"."""

    checkpoint: Checkpoint
    place: str


def inside(path: Path) -> Inside | None:
    """Return the place in a file that a path leads to; None if it leads through folders only.

    Raises:
        NodeError: about `source`: the file is damaged, or holds nothing that is supported.
    """
    for file in (path, *path.parents):
        if file.suffix.lower() in SUFFIXES and file.is_file():
            return Inside(read(file), PurePosixPath(path.relative_to(file)).as_posix())
    return None


def read(file: Path) -> Checkpoint:
    """Recognise a file.

    Raises:
        NodeError: about `source`: it is damaged, or holds nothing that is supported.
    """
    found = recognised(file)
    if found is None:
        raise NodeError(f"{file.name} holds no model of a kind that is supported.", "source")
    return found


def recognised(file: Path) -> Checkpoint | None:
    """Recognise a file; None if it is of a kind that this package does not know.

    Raises:
        NodeError: about `source`: it is damaged, or of a kind that is known but not supported.
    """
    state = file.stat()
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _read(file: Path, modified: int, size: int) -> Checkpoint | None:
    try:
        header, metadata = _header(file)
        data = _Data(file, header)
        shapes = {name: tensor.shape for name, tensor in header.items()}
        contents = Contents(shapes, metadata, data.numbers)
        found = _gguf_kind(contents) if _is_gguf(file) else _kind(contents)
        if found is None:
            return None
        plain = precision.Stored({}, {}, frozenset())
        stored = plain if _is_gguf(file) else precision.read(header, metadata, data)
    except Unsupported as error:
        raise NodeError(f"{file.name} {error}", "source") from error
    except KeyError as error:
        text = f"{file.name} is incomplete: it lacks {error.args[0]}."
        raise NodeError(text, "source") from error
    except (IndexError, ValueError, ZeroDivisionError) as error:
        raise NodeError(
            f"{file.name} holds weights of shapes that belong to no model that is supported.",
            "source",
        ) from error
    given = found.kind, found.configs, found.parts, found.encoders, found.remarks
    return Checkpoint(file, *given, header, stored)


def _is_gguf(file: Path) -> bool:
    return file.suffix.lower() == gguf_file.SUFFIX


def _header(file: Path) -> tuple[Mapping[str, Tensor], Mapping[str, str]]:
    if _is_gguf(file):
        return gguf_file.read(file)
    return untrusted.read_header(file), untrusted.read_metadata(file)


def _kind(contents: Contents) -> Found | None:
    """Return what a file holds: a whole model or its network, else text encoders, else a VAE."""
    found = (
        controlnets.recognise(contents)
        or ldm.recognise(contents)
        or diffusers_unet.recognise(contents)
        or dit.recognise(contents)
        or encoders.recognise(contents.shapes)
        or vaes.recognise(contents.shapes)
    )
    if found is None and ldm.is_whole(contents.shapes):
        raise Unsupported("holds no UNet in the layout of Stable Diffusion.")
    return found


def _gguf_kind(contents: Contents) -> Found:
    if any(name.startswith(("enc.blk.", "blk.", "token_embd.")) for name in contents.shapes):
        raise Unsupported(
            "is a GGUF file of a text encoder, which is not supported. Choose it as safetensors, "
            "such as t5xxl_fp8_e4m3fn_scaled.safetensors."
        )
    if any("input_blocks.0.0." in name for name in contents.shapes):
        raise Unsupported(
            "is a GGUF file of a UNet, which is not supported. Choose the model as safetensors."
        )
    found = dit.recognise(contents)
    if found is None:
        raise Unsupported("is a GGUF file of an unknown kind, which is not supported.")
    return found


class _Data:
    """Reads the bytes of small tensors of a safetensors file."""

    def __init__(self, file: Path, header: Mapping[str, Tensor]) -> None:
        self._file, self._header = file, header

    def __call__(self, name: str) -> bytes:
        """Return the bytes of a tensor.

        Raises:
            NodeError: about `source`: there are too many.
        """
        begin, end = self._header[name].data_offsets
        if end - begin > _MOST_BYTES:
            text = f"{self._file} is damaged: {name} has {end - begin:,} bytes."
            raise NodeError(text, "source")
        with self._file.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            file.seek(8 + length + begin)
            return file.read(end - begin)

    def numbers(self, name: str) -> list[float]:
        """Return the numbers of a tensor of float16, bfloat16 or float32.

        Raises:
            NodeError: about `source`: it is something else.
        """
        begin, end = self._header[name].data_offsets
        kind, shape = self._header[name].dtype, self._header[name].shape
        right = len(shape) == 1 and kind in ("F16", "BF16", "F32")
        if not right or not 0 < end - begin <= 4 * _LONGEST_VECTOR:
            text = f"{self._file} is damaged: {name} is no vector of floating-point numbers."
            raise NodeError(text, "source")
        data = self(name)
        if kind == "BF16":  # the upper half of a float32
            data = b"".join(b"\0\0" + data[i : i + 2] for i in range(0, len(data), 2))
        code = "e" if kind == "F16" else "f"
        return list(struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data))


def config(found: Inside) -> dict[str, Any]:
    """Return a copy of the JSON object at a place.

    Raises:
        NodeError: about `source`: the file has no such part.
    """
    try:
        value = found.checkpoint.configs[found.place]
    except KeyError:
        file = found.checkpoint.path.name
        raise NodeError(f"{file} holds no {found.place}.", "source") from None
    return msgspec.json.decode(msgspec.json.encode(value))


def weight_types(found: Checkpoint, part: str) -> frozenset[str]:
    """Return the types of a part's weights in the header, such as "F16" and "Q4_K"."""
    prefix = found.parts[part].prefix
    return frozenset(
        found.stored.floats.get(name, tensor.dtype)
        for name, tensor in found.header.items()
        if name.startswith(prefix) and name.endswith(".weight")
    )

"""Pictures of values, as their types declare them; see `sdk.value`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from nodeui.graph.spec import NodeSpec, Socket

WHOLE = 32 << 20
"""Bytes up to which the pictures of a batch are kept in full."""

_SMALL = 8 << 20
"""Bytes of all pictures of a larger batch together, each made smaller."""

Picture: TypeAlias = NDArray[np.uint8] | Path
"""Pixels (height, width, 1, 3 or 4), or the path of a picture file."""


class Levels(NamedTuple):
    """Pictures in memory, all of one size.

    Attributes:
        pixels: (n, height / stride, width / stride, 1, 3 or 4), both sides rounded up.
        width, height: The size of each picture in full.
        stride: Only every stride-th row and column is kept; 1 keeps all.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    stride: int = 1


Pictures: TypeAlias = Levels | tuple[Path, ...]
"""The pictures of a value: pixels, or the paths of picture files."""

_Raw: TypeAlias = NDArray[Any] | tuple[Path, ...]


class PictureError(Exception):
    """A value type's picture function failed or broke its contract; the message names the type."""


def pictures_of(spec: NodeSpec, values: Mapping[str, Any], folder: Path) -> Pictures | None:
    """Return the pictures of the first output that has any, or None.

    Args:
        spec: The node type.
        values: Value of each output, by name.
        folder: Output folder, where paths of picture files start.

    Returns:
        All pictures of a batch; smaller if they would take more than `WHOLE` bytes.

    Raises:
        PictureError: a value cannot be shown as its type declares.
    """
    raw = _shown(spec, values)
    if raw is None:
        return None
    if isinstance(raw, tuple):
        return tuple(folder / path for path in raw)
    count, height, width, channels = raw.shape
    size = count * height * width * channels
    stride = 1 if count == 1 or size <= WHOLE else math.ceil(math.sqrt(size / _SMALL))
    return Levels(levels(raw[:, ::stride, ::stride]), width, height, stride)


def picture_of(
    spec: NodeSpec, values: Mapping[str, Any], folder: Path, index: int = 0
) -> Picture | None:
    """Return one picture of the first output that has any, in full; None if it has none.

    Args:
        spec, values, folder: As for `pictures_of`.
        index: The picture of a batch, counted from 0.

    Raises:
        PictureError: a value cannot be shown as its type declares.
    """
    raw = _shown(spec, values)
    if raw is None or index >= len(raw):
        return None
    return folder / raw[index] if isinstance(raw, tuple) else levels(raw[index])


def _shown(spec: NodeSpec, values: Mapping[str, Any]) -> _Raw | None:
    """Return what the picture function of the first output with pictures returns, as a batch."""
    for name, socket in spec.outputs.items():
        value = values.get(name)
        raw = None if value is None else _raw(socket, value)
        if raw is not None:
            return raw
    return None


def _raw(socket: Socket, value: Any) -> _Raw | None:
    if socket.picture is None:
        return None
    try:
        found: Any = socket.picture(value)
    except Exception as error:
        raise PictureError(
            f"the picture of a value of type {socket.type} failed: {type(error).__name__}: {error}"
        ) from error
    match found:
        case None | ():
            return None
        case Path():
            return (found,)
        case np.ndarray():
            pixels = cast("NDArray[Any]", found)
        case tuple() if all(isinstance(path, Path) for path in cast("tuple[Any, ...]", found)):
            return cast("tuple[Path, ...]", found)
        case _:
            kind = type(found).__name__
            message = f"the picture of a value of type {socket.type} is no array, but {kind}"
            raise PictureError(message)
    if (wrong := _fault(pixels)) is not None:
        raise PictureError(f"the picture of a value of type {socket.type} {wrong}")
    if not pixels.size:
        return None
    return pixels if pixels.ndim == 4 else pixels[None]


def _fault(pixels: NDArray[Any]) -> str | None:
    """Return what is against the contract of `sdk.value`, or None."""
    if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (1, 3, 4):
        return f"has the shape {pixels.shape}, not (..., height, width, 1, 3 or 4)"
    if pixels.dtype.name not in ("uint8", "uint16", "float32"):
        return f"is of type {pixels.dtype}, not uint8, uint16 or float32"
    return None


def levels(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return pixels in 8 bits, contiguous.

    Args:
        pixels: uint8, uint16 or float32 in [0, 1], of any shape.
    """
    if pixels.dtype.name == "uint16":
        pixels = _rounded(np.arange(65536, dtype=np.float32) / np.float32(65535))[pixels]
    elif pixels.dtype.name == "float32":
        pixels = _rounded(pixels)
    return np.ascontiguousarray(pixels)


def _rounded(floats: NDArray[np.float32]) -> NDArray[np.uint8]:
    scaled = np.clip(floats, 0, 1)
    scaled *= 255
    scaled += 0.5
    return scaled.astype(np.uint8)

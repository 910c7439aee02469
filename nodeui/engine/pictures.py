"""Pictures of values, as their types declare them; see `sdk.value`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from nodeui.graph.spec import NodeSpec, Socket

Picture: TypeAlias = NDArray[np.uint8] | Path
"""Pixels (height, width, 1, 3 or 4), or the path of a picture file."""


class PictureError(Exception):
    """A value type's picture function failed or broke its contract; the message names the type."""


def picture_of(spec: NodeSpec, values: Mapping[str, Any], folder: Path) -> Picture | None:
    """Return the picture of the first output that has one, or None.

    Args:
        spec: The node type.
        values: Value of each output, by name.
        folder: Output folder, where paths of picture files start.

    Raises:
        PictureError: a value cannot be shown as its type declares.
    """
    for name, socket in spec.outputs.items():
        value = values.get(name)
        picture = None if value is None else _picture(socket, value)
        if picture is not None:
            return folder / picture if isinstance(picture, Path) else picture
    return None


def _picture(socket: Socket, value: Any) -> Picture | None:
    if socket.picture is None:
        return None
    try:
        found: Any = socket.picture(value)
    except Exception as error:
        raise PictureError(
            f"the picture of a value of type {socket.type} failed: {type(error).__name__}: {error}"
        ) from error
    if found is None or isinstance(found, Path):
        return found
    if not isinstance(found, np.ndarray):
        kind = type(found).__name__
        raise PictureError(f"the picture of a value of type {socket.type} is no array, but {kind}")
    try:
        return levels(cast("NDArray[Any]", found))
    except ValueError as error:
        raise PictureError(f"the picture of a value of type {socket.type} {error}") from None


def levels(pixels: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Return the first picture of a batch in 8 bits; None if the batch is empty.

    Args:
        pixels: As a picture function returns them.

    Raises:
        ValueError: shape or dtype is against the contract of `sdk.value`.
    """
    if pixels.ndim not in (3, 4) or pixels.shape[-1] not in (1, 3, 4):
        raise ValueError(f"has the shape {pixels.shape}, not (..., height, width, 1, 3 or 4)")
    if pixels.dtype.name not in ("uint8", "uint16", "float32"):
        raise ValueError(f"is of type {pixels.dtype}, not uint8, uint16 or float32")
    if not pixels.size:
        return None
    first = pixels[0] if pixels.ndim == 4 else pixels
    if first.dtype.name == "uint16":
        first = _rounded(np.arange(65536, dtype=np.float32) / np.float32(65535))[first]
    elif first.dtype.name == "float32":
        first = _rounded(first)
    return np.ascontiguousarray(first)


def _rounded(floats: NDArray[np.float32]) -> NDArray[np.uint8]:
    scaled = np.clip(floats, 0, 1)
    scaled *= 255
    scaled += 0.5
    return scaled.astype(np.uint8)

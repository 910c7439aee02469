"""Codes the points of marks as text.

Coordinates are integers in units of 1 / `UNIT` of the sheet's width and height, so a painting fits
sheets of any size. A point is stored as its difference to the one before, zigzag coded, in groups
of 7 bits (LEB128), and all of them in base64 without padding.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points: TypeAlias = NDArray[np.int64]

UNIT = 1 << 16
"""Steps of a coordinate across the sheet: 1/16 of a pixel at 4096 pixels."""

FARTHEST = 8
"""Largest distance of a point from the upper left corner, in widths or heights of the sheet."""

_MOST_BITS = 28
"""Bits of the largest difference of two coordinates; a multiple of 7."""


class PaintingError(ValueError):
    """A painting, or a part of one, that cannot be used; the message is one line."""


def unit_of(x: float, y: float) -> tuple[int, int]:
    """Return a point in integer coordinates.

    Args:
        x: Its distance from the left edge, in widths of the sheet.
        y: Its distance from the upper edge, in heights of the sheet.

    Raises:
        PaintingError: a coordinate is not finite, or farther away than `FARTHEST`.
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        raise PaintingError("a point is not a number")
    if max(abs(x), abs(y)) > FARTHEST:
        raise PaintingError(f"a point is more than {FARTHEST} sheets away: {x:.6g}, {y:.6g}")
    return round(x * UNIT), round(y * UNIT)


def points_of(pairs: Sequence[tuple[int, int]]) -> Points:
    """Return points in integer coordinates as an array, (n, 2), read-only."""
    import numpy as np

    points = np.array(pairs, np.int64).reshape(-1, 2)
    points.flags.writeable = False
    return points


def encode(points: Iterable[tuple[int, int]]) -> str:
    """Return points in integer coordinates as text."""
    data = bytearray()
    before = (0, 0)
    for point in points:
        for now, last in zip(point, before, strict=True):
            _put(data, now - last)
        before = point
    return _text(bytes(data))


def decode(text: str) -> Points:
    """Return the points of a text, (n, 2) integers, read-only.

    Raises:
        PaintingError: `encode` did not write it, or a point is farther away than `FARTHEST`.
    """
    import numpy as np

    data = np.frombuffer(_bytes(text), np.uint8)
    ends = np.flatnonzero(data < 128)
    if len(data) == 0 or ends.size == 0 or ends[-1] != len(data) - 1 or len(ends) % 2:
        raise PaintingError("points are damaged")
    starts = np.concatenate([[0], ends[:-1] + 1])
    place = np.arange(len(data)) - np.repeat(starts, ends - starts + 1)
    if 7 * int(place.max()) >= _MOST_BITS:
        raise PaintingError("points are damaged")
    groups = np.add.reduceat((data & 127).astype(np.int64) << (7 * place), starts)
    steps = (groups >> 1) ^ -(groups & 1)
    points = np.cumsum(steps.reshape(-1, 2), axis=0)
    if abs(points).max() > FARTHEST * UNIT:
        raise PaintingError(f"a point is more than {FARTHEST} sheets away")
    points.flags.writeable = False
    return points


def encode_pressures(pressures: Iterable[int]) -> str:
    """Return pressures, integers from 0 to 255, as text."""
    return _text(bytes(pressures))


def decode_pressures(text: str) -> Points:
    """Return the pressures of a text, (n,) integers, read-only. Raises `PaintingError`."""
    import numpy as np

    pressures = np.frombuffer(_bytes(text), np.uint8).astype(np.int64)
    pressures.flags.writeable = False
    return pressures


def _put(data: bytearray, step: int) -> None:
    """Append a difference."""
    group = (step << 1) ^ (step >> 63)
    while group > 127:
        data.append(group & 127 | 128)
        group >>= 7
    data.append(group)


def _text(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise PaintingError("points are damaged") from None

"""Operations on the pixels of a layer: grow, shrink, feather, invert.

A pixel of the result depends on the pixels within `reach` of it, and not on the part of the sheet
that is computed: sums are exact (integers) or independent of their order (maxima).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.marks import Operation
    from nodeui.painting.sheet import Kind

    Array = NDArray[np.float32]

_PASSES = 4
"""Box filters in a row that are used as a Gaussian."""

_STEPS = 1 << 20
"""Levels of a pixel in sums."""

_PARTS = 1 << 12
"""Levels of the weight at the ends of a box filter."""


def reach(operation: Operation, radius: float) -> int:
    """Return how far the pixels are, in pixels, on which a pixel of the result depends.

    Args:
        operation: The operation.
        radius: Its amount in pixels.
    """
    match operation:
        case "grow" | "shrink":
            return math.floor(radius)
        case "feather":
            return _PASSES * (_box(radius)[0] + 1)
        case _:
            return 0


def adjusted(pixels: Array, kind: Kind, operation: Operation, radius: float) -> Array:
    """Return the pixels of a layer after an operation.

    Args:
        pixels: (channels, height, width) float32, alpha last, premultiplied.
        kind: Kind of the sheet. Colours are inverted, other layers in what they cover.
        operation: "grow", "shrink", "feather" or "invert".
        radius: Radius of the disc by which the layer grows or shrinks, or the standard deviation
            of the Gaussian that feathers it, in pixels.
    """
    import numpy as np

    alpha = pixels[-1:]
    match operation:
        case "feather":
            return blurred(pixels, radius)
        case "invert" if kind == "colour":
            return np.concatenate([alpha - pixels[:-1], alpha])
        case "invert":
            return np.concatenate([1 - pixels[:1], np.ones_like(pixels[1:])])
        case "grow" if kind == "colour":
            grown = dilated(alpha, radius)
            colour = pixels[:-1] + (grown - alpha) * _around(pixels, radius)
            return np.concatenate([np.asarray(colour, np.float32), grown])
        case "shrink" if kind == "colour":
            shrunk = 1 - dilated(1 - alpha, radius)
            share = np.divide(shrunk, alpha, out=np.zeros_like(alpha), where=alpha > 0)
            return np.concatenate([np.asarray(pixels[:-1] * share, np.float32), shrunk])
        case "grow":
            return dilated(pixels, radius)
        case _:
            return 1 - dilated(1 - pixels, radius)


def dilated(pixels: Array, radius: float) -> Array:
    """Return the highest level within a radius of each pixel.

    Args:
        pixels: (channels, height, width) float32 in [0, 1].
        radius: Radius of the disc in pixels.
    """
    import numpy as np

    far = math.floor(radius)
    if far == 0:
        return pixels
    _, height, width = pixels.shape
    padded = np.pad(pixels, ((0, 0), (0, 0), (far, far)))
    runs = [padded]  # runs[k]: the highest of 2 ** k levels in a row
    while 2 ** len(runs) <= 2 * far + 1:
        last, step = runs[-1], 2 ** (len(runs) - 1)
        runs.append(np.maximum(last[..., :-step], last[..., step:]))
    result = np.zeros_like(pixels)
    for down in range(min(far, height - 1) + 1):
        half = math.floor(math.sqrt(radius * radius - down * down))
        run = (2 * half + 1).bit_length() - 1
        start = far - half
        end = start + 2 * half + 1 - 2**run
        row = np.maximum(runs[run][..., start : start + width], runs[run][..., end : end + width])
        for target, source in (
            (result[:, down:], row[:, : height - down]),
            (result[:, : height - down], row[:, down:]),
        ):
            np.maximum(target, source, out=target)
    return result


def blurred(pixels: Array, deviation: float) -> Array:
    """Return pixels blurred by a Gaussian, with the levels of the border repeated beyond it.

    It is the extended box filter, four times (Gwosdek, Grewenig, Bruhn, Weickert 2011).

    Args:
        pixels: (channels, height, width) float32 in [0, 1].
        deviation: Its standard deviation in pixels.
    """
    import numpy as np

    if deviation == 0:
        return pixels
    half, ends = _box(deviation)
    whole = _PARTS * (2 * half + 1) + 2 * ends
    levels = np.rint(pixels * np.float32(_STEPS)).astype(np.int64)
    for axis in (1, 2):
        for _ in range(_PASSES):
            outer = _summed(levels, half + 1, axis)
            inner = _summed(levels, half, axis)
            levels = (_PARTS * inner + ends * (outer - inner) + whole // 2) // whole
    return (levels / _STEPS).astype(np.float32)


def _box(deviation: float) -> tuple[int, int]:
    """Return the half width of each box filter, and the weight of its ends in `_PARTS`."""
    square = deviation * deviation / _PASSES
    half = math.floor((math.sqrt(12 * square + 1) - 1) / 2)
    ends = (2 * half + 1) * (half * (half + 1) - 3 * square) / (6 * (square - (half + 1) ** 2))
    return half, round(ends * _PARTS)


def _summed(levels: NDArray[Any], half: int, axis: int) -> NDArray[np.int64]:
    """Return the sums of the 2 `half` + 1 integers around each one along an axis."""
    import numpy as np

    length = levels.shape[axis]
    padding = [(0, 0)] * levels.ndim
    padding[axis] = (half + 1, half)
    sums = np.cumsum(np.pad(levels, padding, "edge"), axis=axis)
    high = np.take(sums, range(2 * half + 1, 2 * half + 1 + length), axis)
    return high - np.take(sums, range(length), axis)


def _around(pixels: Array, radius: float) -> Array:
    """Return the mean colour around each pixel, weighted by alpha."""
    import numpy as np

    levels = np.rint(pixels * np.float32(_STEPS)).astype(np.int64)
    half = math.floor(radius)
    sums = _summed(_summed(levels, half, 1), half, 2)
    weight = sums[-1:]
    mean = np.divide(sums[:-1], weight, out=np.zeros(sums[:-1].shape), where=weight > 0)
    return mean.astype(np.float32)

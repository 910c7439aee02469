"""Operations on the pixels of a layer: grow, shrink, feather, invert.

A pixel of the result depends on the pixels within `reach` of it, and not on the part of the sheet
that is computed: sums are exact (whole numbers) or independent of their order (maxima).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.marks import Operation
    from nodeui.painting.sheet import Kind

    Array = NDArray[np.float32]
    Exact = NDArray[np.float64]

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

    if operation == "invert":
        alpha = pixels[-1:]
        if kind == "colour":
            return np.concatenate([alpha - pixels[:-1], alpha])
        return np.concatenate([1 - pixels[:1], np.ones_like(pixels[1:])])
    result = np.zeros_like(pixels)
    painted = pixels[-1] > 0
    rows, columns = np.flatnonzero(painted.any(1)), np.flatnonzero(painted.any(0))
    if len(rows):  # away from what is painted, there is nothing
        far = reach(operation, radius)
        part = (
            slice(None),
            slice(max(0, int(rows[0]) - far), int(rows[-1]) + far + 1),
            slice(max(0, int(columns[0]) - far), int(columns[-1]) + far + 1),
        )
        result[part] = _changed(pixels[part], kind, operation, radius)
    return result


def _changed(pixels: Array, kind: Kind, operation: Operation, radius: float) -> Array:
    """Return the pixels of a layer after it grew, shrank or was feathered."""
    import numpy as np

    if operation == "feather":
        return blurred(pixels, radius)
    if kind != "colour":
        return dilated(pixels, radius) if operation == "grow" else 1 - dilated(1 - pixels, radius)
    colour, alpha = pixels[:-1], pixels[-1:]
    if operation == "grow":
        grown = dilated(alpha, radius)
        colour = colour + (grown - alpha) * _around(pixels, radius)
        return np.concatenate([np.asarray(colour, np.float32), grown])
    shrunk = 1 - dilated(1 - alpha, radius)
    share = np.divide(shrunk, alpha, out=np.zeros_like(alpha), where=alpha > 0)
    return np.concatenate([np.asarray(colour * share, np.float32), shrunk])


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
    levels = np.rint(pixels * np.float64(_STEPS))
    for axis in (1, 2):
        for _ in range(_PASSES):
            inner, outer = _summed(levels, half, axis), _summed(levels, half + 1, axis)
            levels = np.rint(((_PARTS - ends) * inner + ends * outer) / whole)
    return (levels / _STEPS).astype(np.float32)


def _box(deviation: float) -> tuple[int, int]:
    """Return the half width of each box filter, and the weight of its ends in `_PARTS`."""
    square = deviation * deviation / _PASSES
    half = math.floor((math.sqrt(12 * square + 1) - 1) / 2)
    ends = (2 * half + 1) * (half * (half + 1) - 3 * square) / (6 * (square - (half + 1) ** 2))
    return half, round(ends * _PARTS)


def _summed(levels: Exact, half: int, axis: int) -> Exact:
    """Return the sums of the 2 `half` + 1 whole numbers around each one along an axis."""
    import numpy as np

    length = levels.shape[axis]
    padding = [(0, 0)] * levels.ndim
    padding[axis] = (half + 1, half)
    sums = np.moveaxis(np.cumsum(np.pad(levels, padding, "edge"), axis=axis), axis, 0)
    return np.moveaxis(sums[2 * half + 1 :] - sums[:length], 0, axis)


def _around(pixels: Array, radius: float) -> Array:
    """Return the mean colour around each pixel, weighted by alpha."""
    import numpy as np

    half = math.floor(radius)
    levels = np.rint(pixels * np.float64(_STEPS))
    sums = _summed(_summed(levels, half, 1), half, 2)
    weight = sums[-1:]
    mean = np.divide(sums[:-1], weight, out=np.zeros(sums[:-1].shape), where=weight > 0)
    return mean.astype(np.float32)

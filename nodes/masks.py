"""Nodes that make masks from pictures and calculate with masks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from nodes import imaging
from nodes.colour import hue_of
from nodes.image import mask_alpha
from nodes.types import Image, Mask
from nodeui.sdk import NodeError, Range, node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Array

Amount = Annotated[float, Range(0, 1, 0.01)]
Channel = Literal["brightness", "red", "green", "blue", "saturation", "hue"]


@node(
    "mask.combine",
    title="Combine masks",
    category="Mask",
    aliases=("union", "add masks", "subtract", "intersect", "mask math"),
)
def mask_combine(
    mask: Mask, other: Mask, how: Literal["union", "minus", "intersect", "exclude"] = "union"
) -> Mask:
    """Combine two masks of the same size.

    Args:
        mask: The first mask.
        other: The second mask.
        how: "union" is inside one or the other, "minus" inside the first but not the second,
            "intersect" inside both, and "exclude" inside exactly one.
    """
    import numpy as np

    a = mask.alpha
    b = imaging.matched(other.alpha, a, "other", "second mask")
    match how:
        case "union":
            return Mask(np.maximum(a, b))
        case "minus":
            return Mask(np.minimum(a, 1 - b))
        case "intersect":
            return Mask(np.minimum(a, b))
        case "exclude":
            return Mask(np.maximum(np.minimum(a, 1 - b), np.minimum(1 - a, b)))


@node("mask.threshold", title="Mask threshold", category="Mask", aliases=("binarise", "hard mask"))
def mask_threshold(mask: Mask, level: Amount = 0.5, softness: Amount = 0.0) -> Mask:
    """Make a mask black and white.

    Args:
        mask: The mask.
        level: Values from here on are inside.
        softness: Width of the range around the level that keeps a ramp.
    """
    import numpy as np

    alpha = mask.alpha
    if softness == 0:
        return Mask((alpha >= level).astype(np.float32))
    return Mask(((alpha - level) / softness + 0.5).clip(0, 1).astype(np.float32))


@node("mask.fill_holes", title="Fill holes", category="Mask", aliases=("close mask",))
def mask_fill_holes(mask: Mask) -> Mask:
    """Fill the parts of a mask that are enclosed by it.

    A hole becomes as opaque as the rim that encloses it.

    Args:
        mask: The mask.
    """
    import numpy as np

    return Mask(np.stack([_without_holes(alpha) for alpha in mask.alpha]))


def _without_holes(alpha: Array) -> Array:
    """Return a mask with each pixel raised to the lowest level on its best way to the border."""
    import numpy as np
    from scipy import ndimage

    filled = alpha.copy()
    levels = np.unique(alpha)
    if len(levels) > 64:  # a soft mask: its levels in steps of 1/64
        levels = np.arange(1, 65, dtype=np.float32) / 64
    for level in levels[levels > 0]:
        inside = np.asarray(ndimage.binary_fill_holes(alpha >= level))
        filled[inside] = np.maximum(filled[inside], level)
    return filled


@node(
    "mask.distance", title="Mask by distance", category="Mask", aliases=("distance field", "ramp")
)
def mask_distance(
    mask: Mask,
    width: Annotated[float, Range(1, 2048, 1, unit="px")] = 32.0,
    side: Literal["inside", "outside", "both"] = "inside",
) -> Mask:
    """Turn the hard edge of a mask into a ramp of straight slope.

    Args:
        mask: The mask; values from 0.5 on are inside.
        width: Length of the ramp.
        side: "inside" rises from the edge inwards, "outside" falls from the edge outwards, and
            "both" has the edge in its middle.
    """
    import numpy as np

    def ramp(alpha: Array) -> Array:
        signed = signed_distance(alpha >= 0.5) / width
        match side:
            case "inside":
                found = signed
            case "outside":
                found = signed + 1
            case "both":
                found = signed + 0.5
        return found.clip(0, 1)

    return Mask(np.stack([ramp(alpha) for alpha in mask.alpha]).astype(np.float32))


def signed_distance(inside: NDArray[np.bool_]) -> Array:
    """Return the distance of each pixel's centre to the edge: positive inside, negative outside.

    Without an edge it is as far as the picture is large.
    """
    import cv2
    import numpy as np

    def away(mask: NDArray[np.bool_]) -> Array:
        if mask.all():
            return np.full(mask.shape, float(sum(mask.shape)), np.float32)
        found = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return np.asarray(found, np.float32)

    return np.where(inside, away(inside) - 0.5, 0.5 - away(~inside))


@node(
    "image.mask_range",
    title="Mask from range",
    category="Mask",
    aliases=("depth range", "luminosity mask", "luma key", "mask from channel"),
)
def mask_range(
    image: Image,
    of: Channel = "brightness",
    low: Amount = 0.5,
    high: Amount = 1.0,
    softness: Amount = 0.0,
) -> Mask:
    """Create a mask from a range of brightness, depth or colour.

    Of a depth picture, near parts are bright.

    Args:
        image: The picture. Where it is transparent, the mask is too.
        of: What is compared. The hue of red is 0, that of green 1/3; grey has none.
        low: Lower end of the range. If it is above the upper end, the range of hues passes through
            red; for others, it is an error.
        high: Upper end of the range.
        softness: Further distance over which the mask fades out at both ends.
    """
    import numpy as np

    if low > high and of != "hue":
        raise NodeError("The lower end of the range is above its upper end.", "low")
    level = _channel(image.pixels, of)
    middle, half = (low + high) / 2, (high - low) / 2
    if low > high:
        middle, half = middle + 0.5, half + 0.5
    away = np.abs(level - middle)
    if of == "hue":
        away = np.minimum(away, np.abs(1 - away))
    beyond = away - half
    if softness == 0:
        alpha = (beyond <= 1e-6).astype(np.float32)
    else:
        alpha = (1 - beyond / softness).clip(0, 1).astype(np.float32)
    return Mask(np.nan_to_num(alpha) * mask_alpha(image).alpha)


def _channel(pixels: Array, of: Channel) -> Array:
    """Return what `mask_range` compares, (n, height, width); the hue of grey is not a number."""
    import numpy as np

    colour = pixels[..., :3]
    match of:
        case "brightness":
            return np.asarray(colour @ np.array(imaging.LUMA, np.float32))
        case "red" | "green" | "blue":
            return colour[..., ("red", "green", "blue").index(of)]
        case "saturation":
            high, low = colour.max(-1), colour.min(-1)
            return np.divide(high - low, high, out=np.zeros_like(high), where=high > 0)
        case "hue":
            return hue_of(colour)

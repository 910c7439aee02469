"""Nodes around inpainting: cut out what changes, paste it back, and extend the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from nodes import imaging
from nodes.masks import signed_distance
from nodes.types import Cutout, Image, Mask, Model
from nodeui.sdk import SEED, Frame, NodeError, Range, node

if TYPE_CHECKING:
    import numpy as np

    from nodes.imaging import Array

Distance = Annotated[int, Range(0, 8192, unit="px")]

LONGEST = 16384
"""Longest side of an extended picture in pixels."""

MOST_PIXELS = 1 << 28
"""Pixels of the largest extended picture."""


class CutPart(NamedTuple):
    """A part of a picture around a mask.

    Attributes:
        image: The part, scaled.
        mask: The mask of the part, scaled.
        place: Where the part belongs.
    """

    image: Image
    mask: Mask
    place: Cutout


@node(
    "inpaint.cut",
    title="Cut around mask",
    category="Image",
    aliases=("inpaint crop", "only masked", "crop to mask", "detailer"),
)
def cut_around_mask(
    image: Image,
    mask: Mask,
    context: Distance = 64,
    size: Annotated[int, Range(64, 4096, 8, unit="px")] = 512,
    multiple: Annotated[int, Range(1, 128, unit="px")] = 8,
    model: Model | None = None,
) -> CutPart:
    """Cut out the surroundings of a mask and scale them to the size that a model draws best.

    Sample the part, then connect it with the place to Paste back.

    Args:
        image: The picture.
        mask: What is going to change, of the same size.
        context: Distance around the mask that the model sees.
        size: Side of a square of as many pixels as the result has.
        multiple: Both sides of the result are multiples of this.
        model: The model that will sample; its size is used instead of size.
    """
    import numpy as np

    alpha = imaging.matched(mask.alpha, image.pixels, "mask", "mask")
    height, width = alpha.shape[1:]
    rows, columns = (np.flatnonzero(alpha.any((0, axis))) for axis in (2, 1))
    if not len(rows):
        raise NodeError("The mask is empty, so there is nothing to cut around.", "mask")
    across = (int(columns[0]) - context, int(columns[-1]) + 1 + context)
    down = (int(rows[0]) - context, int(rows[-1]) + 1 + context)
    longest = max(across[1] - across[0], down[1] - down[0])
    left, right = _widened(*across, longest, width)
    top, bottom = _widened(*down, longest, height)
    part = (slice(None), slice(top, bottom), slice(left, right))
    side = size if model is None else model.size
    target = _size(right - left, bottom - top, side, multiple)
    cut = np.ascontiguousarray(image.levels[part])
    limit = np.ascontiguousarray(alpha[part])
    scaled = imaging.resample(cut, *target, "lanczos")
    soft = imaging.resample(np.repeat(limit[..., None], 3, -1), *target, "bilinear")[..., 0]
    place = Cutout(left, top, (width, height), limit)
    return CutPart(Image(scaled), Mask(np.ascontiguousarray(soft)), place)


def _widened(low: int, high: int, length: int, limit: int) -> tuple[int, int]:
    """Return a range widened to a length around its middle, moved and cut to [0, limit]."""
    length = min(length, limit)
    low -= (length - (high - low)) // 2
    low = min(max(low, 0), limit - length)
    return low, low + length


def _size(width: int, height: int, size: int, multiple: int) -> tuple[int, int]:
    """Return a size of about `size` squared pixels and nearly the same proportions."""
    ratio = size / (width * height) ** 0.5
    across, down = (
        max(multiple, round(side * ratio / multiple) * multiple) for side in (width, height)
    )
    return across, down


@node(
    "inpaint.paste",
    title="Paste back",
    category="Image",
    aliases=("inpaint stitch", "uncrop", "paste by mask"),
)
def paste_back(
    image: Image,
    part: Image,
    place: Cutout,
    feather: Annotated[int, Range(0, 256, unit="px")] = 8,
) -> Image:
    """Paste a changed part back where it was cut out.

    Pixels outside of the mask keep their exact values.

    Args:
        image: The picture that the part was cut from.
        part: The changed part, of any size.
        place: Where it was cut out.
        feather: Distance inwards from the edge of the mask over which the part appears.
    """
    import numpy as np

    pixels = image.pixels
    height, width = pixels.shape[1:3]
    if (width, height) != place.size:
        raise NodeError(
            f"The part was cut from a picture of {place.size[0]} x {place.size[1]} pixels, but "
            f"this one has {width} x {height}.",
            "image",
        )
    high, wide = place.mask.shape[1:]
    changed = imaging.from_levels(imaging.resample(part.levels, wide, high, "lanczos"))
    pictures = _common_length({"image": pixels, "part": changed, "place": place.mask})
    pasted = np.repeat(pixels, pictures, 0) if len(pixels) < pictures else pixels.copy()
    rows = slice(place.top, place.top + high)
    columns = slice(place.left, place.left + wide)
    alpha = np.stack([_feathered(mask, feather, place) for mask in place.mask])
    below = pasted[:, rows, columns]
    mixed = imaging.mix(below, changed, "normal", alpha)
    pasted[:, rows, columns] = np.where(alpha[..., None] > 0, mixed, below)
    return Image(pasted)


def _common_length(arrays: dict[str, Array]) -> int:
    """Return the number of pictures of arrays of which each has one or as many as the others."""
    most = max(len(array) for array in arrays.values())
    for name, array in arrays.items():
        if len(array) not in (1, most):
            raise NodeError(f"{name} has {len(array)} pictures, but there are {most}.", name)
    return most


def _feathered(mask: Array, distance: int, place: Cutout) -> Array:
    """Return a mask whose edge is faded inwards; the edge of the picture is none."""
    import numpy as np

    if not distance:
        return mask
    height, width = mask.shape
    right, bottom = place.left + width, place.top + height
    beyond = (
        (int(place.top > 0), int(bottom < place.size[1])),
        (int(place.left > 0), int(right < place.size[0])),
    )
    inside = np.pad(mask > 0, beyond)  # with one pixel outside, where there are more
    rows, columns = (
        slice(before, before + n) for (before, _), n in zip(beyond, mask.shape, strict=True)
    )
    ramp = (signed_distance(inside)[rows, columns] / distance).clip(0, 1)
    return np.asarray(mask * (ramp * ramp * (3 - 2 * ramp)), np.float32)


# --- outpainting ---------------------------------------------------------------------------------


class Extended(NamedTuple):
    """An extended picture.

    Attributes:
        image: The picture with its new sides.
        mask: The new sides, to be painted.
    """

    image: Image
    mask: Mask


@node(
    "image.extend",
    title="Extend canvas",
    category="Image",
    aliases=("outpaint", "pad image for outpainting", "uncrop"),
    frame=Frame(over="image", left="left", top="top", right="right", bottom="bottom"),
)
def extend_canvas(
    image: Image,
    left: Distance = 0,
    right: Distance = 0,
    top: Distance = 0,
    bottom: Distance = 0,
    filling: Literal["edge", "blur", "noise"] = "edge",
    overlap: Annotated[int, Range(0, 512, unit="px")] = 8,
    seed: Annotated[int, Range(0, 2**32 - 1), SEED] = 0,
) -> Extended:
    """Add space to the sides of a picture, to be painted by a model.

    The pixels of the picture keep their exact values.

    Args:
        image: The picture.
        left: Pixels to add on the left.
        right: Pixels to add on the right.
        top: Pixels to add above.
        bottom: Pixels to add below.
        filling: "edge" repeats the pixels at the edge, "blur" softens these, and "noise" scatters
            the colours of the picture.
        overlap: Distance that the mask reaches into the picture, beside new sides, with a ramp.
        seed: Seed of the noise.
    """
    import numpy as np

    pixels = image.pixels
    n, height, width = pixels.shape[:3]
    high, wide = height + top + bottom, width + left + right
    if not n:
        raise NodeError("There is no picture to extend.", "image")
    if max(high, wide) > LONGEST or n * high * wide > MOST_PIXELS:
        raise NodeError(f"{wide} x {high} pixels are too many.", "left" if left else "image")
    inner = (slice(None), slice(top, top + height), slice(left, left + width))
    sides = ((0, 0), (top, bottom), (left, right), (0, 0))
    match filling:
        case "edge":
            extended = np.pad(pixels, sides, mode="edge")
        case "blur":
            extended = np.pad(pixels, sides, mode="edge")
            radius = max(1.0, max(left, right, top, bottom) / 4)
            blurred = imaging.filtered(extended, lambda levels: imaging.gaussian(levels, radius))
            blurred[inner] = pixels
            extended = blurred
        case "noise":
            extended = _scattered(pixels, high, wide, np.random.default_rng(seed))
            extended[inner] = pixels
    alpha = np.ones((1, high, wide), np.float32)
    alpha[inner] = _overlap((height, width), (left, right, top, bottom), overlap)
    return Extended(Image(extended), Mask(alpha))


def _scattered(pixels: Array, height: int, width: int, random: np.random.Generator) -> Array:
    """Return pictures whose pixels are random ones of others."""
    import numpy as np

    flat = pixels.reshape(len(pixels), -1, pixels.shape[-1])
    chosen = random.integers(0, flat.shape[1], (height, width))
    return np.ascontiguousarray(flat[:, chosen])


def _overlap(size: tuple[int, int], sides: tuple[int, int, int, int], reach: int) -> Array:
    """Return the mask within the picture: a ramp beside each side that was added."""
    import numpy as np

    height, width = size
    alpha = np.zeros(size, np.float32)
    if not reach:
        return alpha
    x, y = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    left, right, top, bottom = sides
    for added, distance in ((left, x), (right, width - x), (top, y), (bottom, height - y)):
        if added:
            alpha = np.maximum(alpha, (1 - distance / reach).clip(0, 1).astype(np.float32))
    return alpha

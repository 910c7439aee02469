"""Nodes that take pictures out of a batch and put pictures together to one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from nodes import imaging
from nodes.types import Image, Latents, Mask
from nodeui.sdk import BATCH_INDEX, NodeError, Range, node

Index = Annotated[int, Range(1, 4096), BATCH_INDEX]
"""Position in a batch, counted from 1 as in the viewer."""


@node(
    "image.pick",
    title="Pick from batch",
    category="Image",
    aliases=("image from batch", "select image", "batch index"),
)
def pick_image(image: Image, index: Index = 1) -> Image:
    """Take one picture out of a batch.

    Args:
        image: The pictures.
        index: Which of them, counted from 1.
    """
    return Image(_picked(image.levels, index, "picture"))


@node(
    "image.batch",
    title="Make batch",
    category="Image",
    aliases=("batch images", "image batch", "join pictures"),
)
def make_batch(
    first: Image,
    second: Image | None = None,
    third: Image | None = None,
    fourth: Image | None = None,
    fifth: Image | None = None,
    sixth: Image | None = None,
    sizes: Literal["refuse", "stretch", "fill", "pad"] = "refuse",
) -> Image:
    """Put pictures together to a batch, in this order. Each input may be a batch itself.

    If only some have transparency, the others are opaque.

    Args:
        first: The first picture, whose size all have.
        second: Another picture.
        third: Another picture.
        fourth: Another picture.
        fifth: Another picture.
        sixth: Another picture.
        sizes: What to do with pictures of another size than the first. "refuse" stops with an
            error, "stretch" ignores their proportions, "fill" crops the excess, and "pad" adds
            black borders.
    """
    import numpy as np

    given = {
        "first": first,
        "second": second,
        "third": third,
        "fourth": fourth,
        "fifth": fifth,
        "sixth": sixth,
    }
    parts = {name: image.levels for name, image in given.items() if image is not None}
    height, width = first.levels.shape[1:3]
    resized = [_resized(levels, width, height, sizes, name) for name, levels in parts.items()]
    if len({levels.dtype for levels in resized}) > 1:
        resized = [imaging.from_levels(levels) for levels in resized]
    if len({levels.shape[3] for levels in resized}) > 1:
        resized = [_with_alpha(levels) for levels in resized]
    return Image(np.concatenate(resized))


def _resized(levels: Any, width: int, height: int, sizes: str, name: str) -> Any:
    """Return pictures in a size; raises NodeError about the input `name` if that is refused."""
    rows, columns = levels.shape[1:3]
    if (rows, columns) == (height, width):
        return levels
    match sizes:
        case "stretch":
            return imaging.resample(levels, width, height, "lanczos")
        case "fill":
            return imaging.fill(levels, width, height, "lanczos")
        case "pad":
            ground = imaging.parse_colour("#000000", "sizes")
            return imaging.pad(levels, width, height, "lanczos", ground)
        case _:
            raise NodeError(
                f"{name} is {columns} x {rows} pixels, but first is {width} x {height}. Choose in "
                '"sizes" how to resize it, or resize one of them.',
                name,
            )


def _with_alpha(levels: Any) -> Any:
    import numpy as np

    if levels.shape[3] == 4:
        return levels
    opaque = np.full((*levels.shape[:3], 1), imaging.white(levels), levels.dtype)
    return np.concatenate([levels, opaque], -1)


@node(
    "mask.pick",
    title="Pick mask from batch",
    category="Mask",
    aliases=("mask from batch", "batch index"),
)
def pick_mask(mask: Mask, index: Index = 1) -> Mask:
    """Take one mask out of a batch.

    Args:
        mask: The masks.
        index: Which of them, counted from 1.
    """
    return Mask(_picked(mask.levels, index, "mask"))


@node(
    "latents.pick",
    title="Pick latents from batch",
    category="Latents",
    aliases=("latent from batch", "batch index"),
)
def pick_latents(latents: Latents, index: Index = 1) -> Latents:
    """Take the latents of one picture out of a batch.

    A sampler with the noise or seed of the batch draws other noise for it: picture i (from 0) of a
    batch uses seed + i.

    Args:
        latents: The latents.
        index: Which of them, counted from 1.
    """
    return Latents(_picked(latents.samples, index, "picture"), empty=latents.empty)


def _picked(batch: Any, index: int, what: str) -> Any:
    """Return a batch of one; raises NodeError if there are not that many."""
    import numpy as np

    count = len(batch)
    if index > count:
        there = f"only {count} {what}s" if count > 1 else f"only 1 {what}"
        message = (
            f"index is {index}, but the batch has {there}." if count else "The batch is empty."
        )
        raise NodeError(message, "index")
    return np.ascontiguousarray(batch[index - 1 : index])

"""Nodes that are painted by hand: masks, sketches, pictures and regions.

Their pixels come from `nodeui.painting`, which also draws them while the hand moves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

from nodes import drawing, imaging
from nodes.types import Image, Mask, Regions
from nodeui.sdk import COLOUR, Context, Files, NodeError, Painting, Range, Sheet, node

if TYPE_CHECKING:
    from nodes.imaging import Array

Side = Annotated[int, Range(1, 8192, unit="px")]
Colour = Annotated[str, COLOUR]

_MASK = Sheet(kind="mask", over="image", paper="#000000", width="width", height="height")
_REGIONS = replace(_MASK, kind="regions")
_PICTURE = Sheet(over="image", paper="paper", width="width", height="height")
_SKETCH = replace(_PICTURE, traced=True)


class Painted(NamedTuple):
    """A painted picture.

    Attributes:
        image: The picture.
        mask: Where it is painted on.
    """

    image: Image
    mask: Mask


class PaintedRegions(NamedTuple):
    """Painted regions.

    Attributes:
        regions: The regions; Region mask takes one of them out.
        image: The sheet, each region in its colour, on black.
    """

    regions: Regions
    image: Image


@node(
    "paint.mask",
    title="Paint mask",
    category="Paint",
    aliases=("mask editor", "draw mask"),
    version=2,
)
def paint_mask(
    ctx: Context,
    image: Image | None = None,
    painting: Annotated[Painting, _MASK] = (),
    width: Side = 512,
    height: Side = 512,
) -> Mask:
    """Paint a mask by hand. White is inside; grey is a part of the way.

    Args:
        image: The picture to paint over, which sets the size.
        painting: The strokes.
        width: Width of the mask without a picture.
        height: Height of the mask without a picture.
    """
    import numpy as np

    below, size = drawing.below(image, width, height)
    with drawing.drawn(painting, size, "mask", below, "#000000", ctx) as drawn:
        return Mask(np.ascontiguousarray(drawn.pixels()[None, ..., 0]))


@node("paint.sketch", title="Sketch", category="Paint", aliases=("draw", "scribble", "line art"))
def paint_sketch(
    ctx: Context,
    image: Image | None = None,
    painting: Annotated[Painting, _SKETCH] = (),
    paper: Colour = "#ffffff",
    width: Side = 512,
    height: Side = 512,
) -> Painted:
    """Draw on paper, for instance lines for a ControlNet.

    Args:
        image: A picture to trace, which sets the size and is not part of the sketch.
        painting: The strokes.
        paper: Colour of the paper.
        width: Width of the sketch without a picture.
        height: Height of the sketch without a picture.
    """
    imaging.parse_colour(paper, "paper")
    _, size = drawing.below(image, width, height)
    with drawing.drawn(painting, size, "colour", None, paper.lower(), ctx) as drawn:
        return Painted(Image(drawn.pixels()[None]), Mask(drawn.alpha()[None]))


@node(
    "paint.picture",
    title="Paint over",
    category="Paint",
    aliases=("paint", "draw over", "canvas"),
    version=2,
)
def paint_picture(
    ctx: Context,
    image: Image | None = None,
    painting: Annotated[Painting, _PICTURE] = (),
    paper: Colour = "#ffffff",
    width: Side = 512,
    height: Side = 512,
) -> Painted:
    """Paint in colour over a picture, or on paper.

    Args:
        image: The pictures to paint over, which set the size.
        painting: The strokes.
        paper: Colour of the paper without a picture.
        width: Width of the paper.
        height: Height of the paper.
    """
    import numpy as np

    imaging.parse_colour(paper, "paper")
    below, size = drawing.below(image, width, height)
    with drawing.drawn(painting, size, "colour", below, paper.lower(), ctx) as drawn:
        if image is None:
            return Painted(Image(drawn.pixels()[None]), Mask(drawn.alpha()[None]))
        pictures = [drawing.over(drawn, picture) for picture in image.levels]
        drawn.base = below
        return Painted(Image(np.stack(pictures)), Mask(drawn.alpha()[None]))


@paint_mask.fingerprint
@paint_sketch.fingerprint
@paint_picture.fingerprint
def _bitmaps(painting: Painting, files: Files) -> str:
    return drawing.missing(painting, files)


@node(
    "paint.regions",
    title="Paint regions",
    category="Paint",
    aliases=("regional prompts", "segmentation"),
    version=2,
    swatches=("painting",),
)
def paint_regions(
    ctx: Context,
    image: Image | None = None,
    painting: Annotated[Painting, _REGIONS] = (),
    width: Side = 512,
    height: Side = 512,
) -> PaintedRegions:
    """Paint named areas on one sheet, such as sky, house and sea. A later stroke displaces others.

    Args:
        image: The picture to paint over, which sets the size.
        painting: The strokes; each layer is a region with a name and a colour.
        width: Width of the sheet without a picture.
        height: Height of the sheet without a picture.
    """
    import numpy as np

    below, size = drawing.below(image, width, height)
    with drawing.drawn(painting, size, "regions", below, "#000000", ctx) as drawn:
        layers = drawn.painting.layers
        names = tuple(layer.name or layer.id or "region" for layer in layers)
        folded = [name.strip().casefold() for name in names]
        for name, alike in zip(names, folded, strict=True):
            if folded.count(alike) > 1:
                raise NodeError(f"Two regions are called {name!r}. Rename one.", "painting")
        masks = np.stack([drawn.sheet.layers[layer.id][-1] for layer in layers] or [_none(size)])
        masks = masks[: len(layers)]
    for name, mask in zip(names, masks, strict=True):
        if not mask.any():
            ctx.warn(f"The region {name!r} has no area.")
    regions = Regions(names, tuple(layer.colour for layer in layers), masks)
    return PaintedRegions(regions, Image(regions.picture()[None]))


@node(
    "mask.region",
    title="Region mask",
    category="Mask",
    aliases=("region to mask",),
    swatches=("regions.name",),
)
def mask_region(regions: Regions, name: str = "") -> Mask:
    """Take the mask of one region from a sheet of regions.

    Args:
        regions: The regions.
        name: Name of the region, in any case.
    """
    import numpy as np

    wanted = name.strip().casefold()
    found = [known.strip().casefold() for known in regions.names]
    if wanted not in found:
        known = ", ".join(regions.names) or "none"
        raise NodeError(f"There is no region {name!r}. The regions are: {known}.", "name")
    return Mask(np.ascontiguousarray(regions.masks[[found.index(wanted)]]))


def _none(size: tuple[int, int]) -> Array:
    """Return an empty mask of a width and height."""
    import numpy as np

    return np.zeros(size[::-1], np.float32)

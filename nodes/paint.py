"""Nodes that are painted by hand: masks, sketches, pictures and regions.

Their pixels come from `nodeui.painting`, which also draws them while the hand moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Annotated, NamedTuple

from nodes import imaging
from nodes.types import Image, Mask, Regions
from nodeui.sdk import COLOUR, Context, NodeError, Painting, Range, node

if TYPE_CHECKING:
    from nodes.imaging import Array
    from nodeui.painting.rasteriser import Rasteriser
    from nodeui.painting.sheet import Kind

Side = Annotated[int, Range(1, 8192, unit="px")]
Colour = Annotated[str, COLOUR]


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


@node("paint.mask", title="Paint mask", category="Paint", aliases=("mask editor", "draw mask"))
def paint_mask(
    ctx: Context,
    image: Image | None = None,
    painting: Painting = (),
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

    below, size = _below(image, width, height)
    with _drawn(painting, size, "mask", below, "#000000", ctx) as drawn:
        return Mask(np.ascontiguousarray(drawn.pixels()[None, ..., 0]))


@node("paint.sketch", title="Sketch", category="Paint", aliases=("draw", "scribble", "line art"))
def paint_sketch(
    ctx: Context,
    image: Image | None = None,
    painting: Painting = (),
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
    _, size = _below(image, width, height)
    with _drawn(painting, size, "colour", None, paper.lower(), ctx) as drawn:
        return Painted(Image(drawn.pixels()[None]), Mask(drawn.alpha()[None]))


@node(
    "paint.picture", title="Paint over", category="Paint", aliases=("paint", "draw over", "canvas")
)
def paint_picture(
    ctx: Context,
    image: Image | None = None,
    painting: Painting = (),
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
    below, size = _below(image, width, height)
    with _drawn(painting, size, "colour", below, paper.lower(), ctx) as drawn:
        if image is None or len(image.levels) == 1:
            return Painted(Image(drawn.pixels()[None]), Mask(drawn.alpha()[None]))
        pictures: list[Array] = []
        for picture in image.pixels:
            drawn.base = picture
            pictures.append(drawn.pixels())
        drawn.base = below
        return Painted(Image(np.stack(pictures)), Mask(drawn.alpha()[None]))


@node(
    "paint.regions",
    title="Paint regions",
    category="Paint",
    aliases=("regional prompts", "segmentation"),
    swatches=("painting",),
)
def paint_regions(
    ctx: Context,
    image: Image | None = None,
    painting: Painting = (),
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

    below, size = _below(image, width, height)
    with _drawn(painting, size, "regions", below, "#000000", ctx) as drawn:
        layers = drawn.painting.layers
        names = tuple(layer.name or layer.id or "region" for layer in layers)
        found = [name.strip().casefold() for name in names]  # as `mask_region` compares them
        for name in names:
            if found.count(name.strip().casefold()) > 1:
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


def _below(image: Image | None, width: int, height: int) -> tuple[Array | None, tuple[int, int]]:
    """Return the picture to paint over, if any, and the width and height of the sheet."""
    if image is None:
        return None, (width, height)
    if not len(image.levels):
        raise NodeError("There is no picture to paint over.", "image")
    high, wide = image.levels.shape[1:3]
    return imaging.from_levels(image.levels[0]), (wide, high)


# --- the rasterisers of the last paintings ---------------------------------------------------

_MOST_BYTES = 1 << 30
"""Memory of the paintings that are kept for the next stroke."""

_kept: list[Rasteriser] = []
_lock = Lock()


@contextmanager
def _drawn(
    lines: Painting,
    size: tuple[int, int],
    kind: Kind,
    base: Array | None,
    paper: str,
    ctx: Context,
) -> Iterator[Rasteriser]:
    """Return a painting, drawn; one at a time.

    The rasterisers of the last paintings are kept, so that one more stroke costs its own area.

    Raises:
        NodeError: about "painting": it cannot be drawn.
    """
    from nodeui.painting.points import PaintingError
    from nodeui.painting.rasteriser import Rasteriser

    wanted = (*size, kind, base, paper)
    with _lock:
        try:
            fitting = [kept for kept in _kept if kept.fits(*wanted, lines)]
            if fitting:
                drawn = max(fitting, key=lambda kept: kept.shared(lines))
                _kept.remove(drawn)
                drawn.base = base
            else:
                drawn = Rasteriser(*wanted)
            drawn.update(lines, ctx.check)
        except PaintingError as error:
            raise NodeError(f"The painting cannot be drawn: {error}.", "painting") from None
        yield drawn
        _kept.append(drawn)
        while sum(kept.sheet.bytes for kept in _kept) > _MOST_BYTES:
            _kept.pop(0)

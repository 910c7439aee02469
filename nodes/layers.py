"""Layers: painted, pasted and linked pictures over each other, also as OpenRaster files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from nodes import drawing, imaging
from nodes.types import Image, Layers, Mask, SavedFiles
from nodeui.sdk import COLOUR, Check, Context, Files, NodeError, Painting, Range, Sheet, node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.openraster import OraLayer
    from nodeui.painting.rasteriser import Rasteriser

    Bytes = NDArray[np.uint8]

Side = Annotated[int, Range(1, 8192, unit="px")]

_INPUTS = tuple(f"image_{number}" for number in range(1, 9))
_SHEET = Sheet(over="image", paper="paper", width="width", height="height", inputs=_INPUTS)


class Layered(NamedTuple):
    """The picture of a document of layers.

    Attributes:
        image: The picture.
        mask: Where the layers cover the background.
        layers: The layers, for Save OpenRaster.
    """

    image: Image
    mask: Mask
    layers: Layers


@node(
    "paint.layers",
    title="Layers",
    category="Paint",
    aliases=("blend", "collage", "compose", "openraster", "krita", "gimp"),
)
def paint_layers(
    ctx: Context,
    image: Image | None = None,
    image_1: Image | None = None,
    image_2: Image | None = None,
    image_3: Image | None = None,
    image_4: Image | None = None,
    image_5: Image | None = None,
    image_6: Image | None = None,
    image_7: Image | None = None,
    image_8: Image | None = None,
    painting: Annotated[Painting, _SHEET] = (),
    paper: Annotated[str, COLOUR] = "#ffffff",
    width: Side = 512,
    height: Side = 512,
) -> Layered:
    """Lay pictures and strokes over each other, each with opacity, blend mode, place and masks.

    Args:
        image: The background, which sets the size.
        image_1: A picture that is a layer. One that no layer names lies below the layers, fitted
            into the sheet.
        image_2: Another picture.
        image_3: Another picture.
        image_4: Another picture.
        image_5: Another picture.
        image_6: Another picture.
        image_7: Another picture.
        image_8: Another picture.
        painting: The layers and the strokes on them.
        paper: Colour of the paper without a background.
        width: Width of the paper.
        height: Height of the paper.
    """
    import numpy as np

    imaging.parse_colour(paper, "paper")
    linked = (image_1, image_2, image_3, image_4, image_5, image_6, image_7, image_8)
    inputs = {number: each for number, each in enumerate(linked, 1) if each is not None}
    count = _count({"image": image, **{f"image_{number}": inputs[number] for number in inputs}})
    below, size = drawing.below(image, width, height)
    seen: list[imaging.Array] = []
    covered: list[imaging.Array] = []
    with drawing.drawn(painting, size, "colour", below, paper.lower(), ctx, inputs) as drawn:
        first = drawn.pictures
        for place in range(count):
            varied = {n: each.levels[place] for n, each in inputs.items() if len(each.levels) > 1}
            if place and varied:
                drawn.pictures = {**first, **varied}
                drawn.update(painting, ctx.check)
            if image is None:
                seen.append(drawn.pixels())
            else:
                seen.append(drawing.over(drawn, image.levels[place % len(image.levels)]))
            covered.append(drawn.alpha())
        drawn.base, drawn.pictures = below, first
        drawn.update(painting, ctx.check)
    document = Layers(painting, size, image, paper.lower(), tuple(inputs), tuple(inputs.values()))
    return Layered(Image(np.stack(seen)), Mask(np.stack(covered)), document)


@paint_layers.fingerprint
def _bitmaps(painting: Painting, files: Files) -> str:
    return drawing.missing(painting, files)


def _count(images: dict[str, Image | None]) -> int:
    """Return the number of pictures to make.

    Raises:
        NodeError: about an input: it has another number of pictures than a batch before it.
    """
    most = 1
    for name, image in images.items():
        count = 1 if image is None else len(image.levels)
        if not count:
            raise NodeError("There is no picture in it.", name)
        if count != most and 1 not in (count, most):
            raise NodeError(f"It has {count} pictures, and another input has {most}.", name)
        most = max(most, count)
    return most


# --- OpenRaster ------------------------------------------------------------------------------


def _file_name(name: str) -> None:
    from nodes import file_names

    file_names.check(name)


@node(
    "paint.save_openraster",
    title="Save OpenRaster",
    category="Paint",
    output=True,
    aliases=("ora", "export layers", "krita", "gimp"),
)
def save_openraster(
    layers: Layers, ctx: Context, name: Annotated[str, Check(_file_name)] = "layers"
) -> SavedFiles:
    """Save layers as an OpenRaster file (.ora), which Krita and GIMP open.

    Layers keep their names, opacity, blend mode and visibility. Their masks are applied, and the
    background is the lowest layer. Of batches, the first pictures are saved.

    Args:
        layers: The layers.
        name: File name in the output folder, as in Save image.
    """
    import numpy as np

    from nodes import file_names, saved_files
    from nodeui.painting import openraster

    facts = ctx.facts()
    for missing in file_names.missing(name, facts):
        ctx.warn(f"{{{missing}}} has no value here, and is left out of the name.")
    below, (width, height) = drawing.below(layers.below, *layers.size)
    inputs = dict(zip(layers.inputs, layers.images, strict=True))
    arguments = (layers.painting, (width, height), "colour", below, layers.paper, ctx, inputs)
    with drawing.drawn(*arguments) as drawn:
        merged = imaging.to_bytes(drawn.pixels())
        background = merged if below is None else imaging.to_bytes(below)
        if below is None:
            background = np.empty_like(merged)
            background[:] = imaging.to_bytes(imaging.parse_colour(layers.paper, "paper"))
        lowest = openraster.OraLayer("Background" if below is not None else "Paper", background)
        stack = [lowest, *(_exported(drawn, number) for number in range(len(drawn.layers)))]
    content = openraster.write(
        width, height, [layer for layer in stack if layer is not None], merged, ctx.check
    )
    return SavedFiles(saved_files.write(ctx.output_dir, name, [content], ".ora", facts))


def _exported(drawn: Rasteriser, number: int) -> OraLayer | None:
    """Return a layer with its masks, cut to what is not transparent; None for a mask."""
    import numpy as np

    from nodeui.painting.openraster import OraLayer

    layer = drawn.layers[number]
    if layer.mask_of:
        return None
    pixels = imaging.to_bytes(drawn.layer(layer.id))
    rows = np.flatnonzero(pixels[..., 3].any(1))
    columns = np.flatnonzero(pixels[..., 3].any(0))
    top, bottom = (rows[0], rows[-1] + 1) if len(rows) else (0, 1)
    left, right = (columns[0], columns[-1] + 1) if len(columns) else (0, 1)
    return OraLayer(
        layer.name or layer.id or "Layer",
        np.ascontiguousarray(pixels[top:bottom, left:right]),
        int(left),
        int(top),
        layer.opacity,
        layer.mode,
        layer.hidden,
    )


@save_openraster.valid
def _still_there(value: SavedFiles, ctx: Context) -> bool:
    from nodes import saved_files

    return all(saved_files.still_there(ctx.output_dir, file) for file in value.files)

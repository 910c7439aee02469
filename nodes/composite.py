"""Nodes that place pictures, texts and shapes over pictures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal, cast

from nodes import imaging
from nodes.types import Image, Mask
from nodeui.painting.blending import Mode
from nodeui.sdk import COLOUR, MULTILINE, Context, Files, NodeError, Range, node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from nodes.imaging import Array

Amount = Annotated[float, Range(0, 1, 0.01)]
Offset = Annotated[int, Range(-16384, 16384, unit="px")]
Side = Annotated[int, Range(1, 8192, unit="px")]
Angle = Annotated[float, Range(-360, 360, 0.5, unit="°")]
Scale = Annotated[float, Range(0.01, 32, 0.01)]
Colour = Annotated[str, COLOUR]

LONGEST = 16384
"""Longest side of a transformed picture in pixels."""

_MOST_LETTERS = 10_000


# --- pictures ------------------------------------------------------------------------------------


@node(
    "image.composite",
    title="Place picture",
    category="Image",
    aliases=("composite", "overlay image", "layers", "paste"),
)
def image_composite(
    base: Image,
    top: Image,
    mask: Mask | None = None,
    x: Offset = 0,
    y: Offset = 0,
    scale: Scale = 1.0,
    rotation: Angle = 0.0,
    mode: Mode = "normal",
    opacity: Amount = 1.0,
) -> Image:
    """Place a picture of any size over another.

    Pixels that it does not cover keep their exact values.

    Args:
        base: The lower picture.
        top: The picture to place. Its transparency is used.
        mask: The part of the upper picture that is visible, of its size.
        x: Left edge of the upper picture in the lower one, before it is rotated.
        y: Upper edge.
        scale: Factor for the size of the upper picture.
        rotation: Clockwise turn of the upper picture around its centre.
        mode: Blend mode, as in paint programs.
        opacity: Opacity of the upper picture.
    """
    import numpy as np

    lower, upper = base.pixels, _with_alpha(top.pixels)
    if mask is not None:
        limit = imaging.matched(mask.alpha, upper, "mask", "mask")
        if len(limit) > len(upper):
            upper = np.repeat(upper, len(limit), 0)
        upper = upper.copy()
        upper[..., 3] *= limit
    if len(upper) not in (1, len(lower)) and len(lower) != 1:
        raise NodeError(
            f"There are {len(upper)} upper pictures, but {len(lower)} lower ones.", "top"
        )
    placed = _placed(upper, lower.shape[2], lower.shape[1], (x, y), scale, rotation)
    alpha = placed[..., 3:]
    mixed = np.where(alpha > 0, imaging.mix(lower, placed, mode, opacity), lower)
    if mode == "normal" and opacity == 1:  # free of rounding
        mixed = np.where(alpha == 1, placed[..., : lower.shape[-1]], mixed)
    return Image(mixed)


@image_composite.passthrough("base")
def _invisible(opacity: float) -> bool:
    return opacity == 0


@node(
    "image.transform",
    title="Transform",
    category="Image",
    aliases=("rotate", "flip", "mirror", "move"),
)
def image_transform(
    image: Image,
    flip: Literal["none", "horizontal", "vertical", "both"] = "none",
    rotation: Angle = 0.0,
    scale: Scale = 1.0,
    x: Offset = 0,
    y: Offset = 0,
    canvas: Literal["keep", "grow"] = "keep",
) -> Image:
    """Flip, scale, rotate and move a picture. What becomes free is transparent.

    Args:
        image: The picture.
        flip: Sides to exchange, before all else.
        rotation: Clockwise turn around the centre.
        scale: Factor for the size.
        x: Distance to move to the right.
        y: Distance to move down.
        canvas: "keep" keeps the size, "grow" fits the size to the turned picture.
    """
    import numpy as np

    pixels = image.pixels
    if flip in ("horizontal", "both"):
        pixels = pixels[:, :, ::-1]
    if flip in ("vertical", "both"):
        pixels = pixels[:, ::-1]
    pixels = np.ascontiguousarray(pixels)
    if rotation % 360 == 0 and scale == 1 and x == y == 0:
        return Image(pixels)
    height, width = pixels.shape[1:3]
    wide, high = (max(1, round(side * scale)) for side in (width, height))
    across, down = width, height
    if canvas == "grow":
        turn = math.radians(rotation)
        cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
        across = math.ceil(wide * cos + high * sin - 1e-6)
        down = math.ceil(wide * sin + high * cos - 1e-6)
        _check_size(across, down)
    corner = ((across - wide) // 2 + x, (down - high) // 2 + y)
    return Image(_placed(_with_alpha(pixels), across, down, corner, scale, rotation))


def _with_alpha(pixels: Array) -> Array:
    import numpy as np

    if pixels.shape[-1] == 4:
        return pixels
    return np.concatenate([pixels, np.ones((*pixels.shape[:3], 1), np.float32)], -1)


def _check_size(width: int, height: int) -> None:
    if max(width, height) > LONGEST:
        raise NodeError(
            f"It would be {width} x {height} pixels; a side has up to {LONGEST}.", "scale"
        )


def _placed(
    pixels: Array, width: int, height: int, corner: tuple[int, int], scale: float, rotation: float
) -> Array:
    """Return pictures with alpha on a transparent canvas.

    Args:
        pixels: (n, h, w, 4).
        width: Width of the canvas.
        height: Height of the canvas.
        corner: Place of their upper left corner, before they are rotated.
        scale: Factor for their size.
        rotation: Clockwise turn in degrees around their centre; whole quarters are exact.
    """
    import cv2
    import numpy as np

    wide, high = (max(1, round(side * scale)) for side in (pixels.shape[2], pixels.shape[1]))
    _check_size(wide, high)
    pixels = imaging.from_levels(imaging.resample(pixels, wide, high, "lanczos"))
    x, y = corner
    quarters, rest = divmod(rotation % 360, 90)
    if rest == 0:
        turned = np.rot90(pixels, -int(quarters), (1, 2))
        across, down = turned.shape[2], turned.shape[1]
        x, y = x + (wide - across) // 2, y + (high - down) // 2
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + across, width), min(y + down, height)
        canvas = np.zeros((len(pixels), height, width, 4), np.float32)
        if left < right and top < bottom:
            part = turned[:, top - y : bottom - y, left - x : right - x]
            canvas[:, top:bottom, left:right] = part
        return canvas
    matrix = cv2.getRotationMatrix2D(((wide - 1) / 2, (high - 1) / 2), -rotation, 1)
    matrix[:, 2] += x, y

    def warp(each: Array) -> Array:
        warped = [cv2.warpAffine(picture, matrix, (width, height)) for picture in each]
        return np.asarray(np.stack(warped), np.float32)

    return imaging.filtered(pixels, warp)


# --- texts and shapes ------------------------------------------------------------------------


@node("image.text", title="Text", category="Image", aliases=("write", "caption", "title"))
def image_text(
    ctx: Context,
    text: Annotated[str, MULTILINE] = "Text",
    size: Annotated[int, Range(4, 1024, unit="px")] = 64,
    colour: Colour = "#000000",
    font: str = "",
    place: Literal[
        "top left", "top", "top right", "left", "centre", "right",
        "bottom left", "bottom", "bottom right",
    ] = "centre",
    margin: Annotated[int, Range(0, 4096, unit="px")] = 16,
    width: Side = 512,
    height: Side = 512,
) -> Image:  # fmt: skip
    """Write a text on a transparent picture. Mask from alpha makes a mask of it.

    Args:
        text: The text, of one or several lines.
        size: Height of the letters.
        colour: Colour of the letters.
        font: A font file (.ttf, .otf); a relative path starts at the folder of the workflow. Empty
            is a built-in font that has the letters of English only.
        place: Where it is on the picture; its lines are aligned accordingly.
        margin: Distance from the sides.
        width: Width of the picture.
        height: Height of the picture.
    """
    import numpy as np
    from PIL import Image as Pictures
    from PIL import ImageDraw, ImageFont

    if len(text) > _MOST_LETTERS:
        raise NodeError(f"A text of {len(text):,} letters is too long.", "text")
    ink = imaging.parse_colour(colour, "colour")
    face = _font(ctx.files.resolve(font), size) if font else ImageFont.load_default(size)
    _warn_of_missing(text, face, ctx)
    sheet = Pictures.new("L", (width, height))
    draw = ImageDraw.Draw(sheet)
    align = "left" if "left" in place else "right" if "right" in place else "center"
    box = draw.multiline_textbbox((0, 0), text, font=face, align=align)
    x = _aligned(box[0], box[2], width, margin, "left" in place, "right" in place)
    y = _aligned(box[1], box[3], height, margin, "top" in place, "bottom" in place)
    draw.multiline_text((x, y), text, fill=255, font=face, align=align)
    picture = np.empty((1, height, width, 4), np.float32)
    picture[..., :3] = ink
    picture[..., 3] = imaging.from_levels(np.asarray(sheet))
    return Image(picture)


@image_text.fingerprint
def _font_file(font: str, files: Files) -> str:
    try:
        return files.digest(files.resolve(font)) if font else ""
    except OSError:
        raise _no_font(font) from None


def _no_font(name: str) -> NodeError:
    return NodeError(f"There is no font file {name!r} that can be read.", "font")


def _font(path: Path, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(path, size)
    except OSError:
        raise _no_font(path.name) from None


def _warn_of_missing(text: str, font: FreeTypeFont | ImageFont, ctx: Context) -> None:
    """Warn of letters that the font does not have."""

    def drawn(sign: str) -> bytes:
        return bytes(cast("Iterable[int]", font.getmask(sign)))

    absent = drawn("\U0010fffe")
    signs = sorted({sign for sign in text if not sign.isspace() and ord(sign) > 126})
    missing = [sign for sign in signs if drawn(sign) == absent]
    if missing:
        ctx.warn(f"The font has no letters for: {' '.join(missing[:20])}")


def _aligned(low: float, high: float, length: int, margin: int, begin: bool, end: bool) -> float:
    """Return the offset that puts the range from `low` to `high` at its place in a length."""
    if begin:
        return margin - low
    if end:
        return length - margin - high
    return (length - low - high) / 2


@node(
    "image.shape",
    title="Draw shape",
    category="Image",
    aliases=("rectangle", "ellipse", "circle", "polygon", "star"),
)
def image_shape(
    image: Image | None = None,
    shape: Literal["rectangle", "ellipse", "triangle", "star"] = "rectangle",
    x: Offset = 128,
    y: Offset = 128,
    shape_width: Side = 256,
    shape_height: Side = 256,
    rotation: Angle = 0.0,
    colour: Colour = "#ffffff",
    line: Annotated[float, Range(0, 1024, 0.5, unit="px")] = 0.0,
    opacity: Amount = 1.0,
    width: Side = 512,
    height: Side = 512,
) -> Image:
    """Draw a shape with smooth edges over a picture, or on a transparent one.

    Args:
        image: The picture, which sets the size.
        shape: The shape.
        x: Left edge of the shape, before it is rotated.
        y: Upper edge of the shape.
        shape_width: Width of the shape.
        shape_height: Height of the shape.
        rotation: Clockwise turn around its centre.
        colour: Its colour.
        line: Width of its outline, inwards; 0 fills it.
        opacity: Its opacity.
        width: Width without a picture.
        height: Height without a picture.
    """
    import numpy as np

    ink = imaging.parse_colour(colour, "colour")
    base = np.zeros((1, height, width, 4), np.float32) if image is None else image.pixels
    outline = _corners(shape)
    half = np.array((shape_width, shape_height)) / 2
    centre = half + np.array((x, y))
    covered = _coverage(outline * half, centre, rotation, base.shape[2], base.shape[1])
    if line and 2 * line < min(shape_width, shape_height):
        inner = outline * (half - line)
        covered = covered - _coverage(inner, centre, rotation, *base.shape[2:0:-1])
    top = np.broadcast_to(ink, (1, *base.shape[1:3], 3))
    alpha = (covered * opacity).clip(0, 1)[None].astype(np.float32)
    return Image(imaging.mix(base, top, "normal", alpha))


def _corners(shape: str) -> NDArray[np.float64]:
    """Return the corners of a shape around (0, 0), from -1 to 1."""
    import numpy as np

    from nodeui.painting.coverage import ellipse

    match shape:
        case "rectangle":
            return np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
        case "ellipse":
            return ellipse(np.array([(-4096.0, -4096.0), (4096.0, 4096.0)])) / 4096
        case "triangle":
            return np.array([(0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
        case _:
            turns = np.arange(10) * (math.pi / 5)
            radii = np.where(np.arange(10) % 2, 0.381966, 1.0)  # a regular pentagram
            return radii[:, None] * np.stack([np.sin(turns), -np.cos(turns)], 1)


def _coverage(
    corners: NDArray[np.float64],
    centre: NDArray[np.float64],
    rotation: float,
    width: int,
    height: int,
) -> Array:
    """Return the coverage of a polygon, rotated around (0, 0) and moved, (height, width)."""
    import numpy as np

    from nodeui.painting.coverage import Box, polygon

    turn = math.radians(rotation)
    cos, sin = math.cos(turn), math.sin(turn)
    moved = corners @ np.array(((cos, sin), (-sin, cos))) + centre
    box, covered = polygon(moved, Box(0, 0, width, height))
    sheet = np.zeros((height, width), np.float32)
    if box:
        sheet[box.slices] = covered
    return sheet

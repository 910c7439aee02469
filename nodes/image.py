"""Nodes that load, save, show and edit pictures and masks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from nodes import imaging
from nodes.picture_formats import Depth, Format
from nodes.sends import UPSCALE
from nodes.types import Image, Mask, SavedFiles
from nodeui.sdk import COLOUR, IMAGE_FILE, Check, Context, Files, NodeError, Range, node

Amount = Annotated[float, Range(0, 1, 0.01)]
Factor = Annotated[float, Range(0, 4, 0.01)]
Side = Annotated[int, Range(1, 8192, unit="px")]
Place = Annotated[int, Range(0, 8192, unit="px")]
Radius = Annotated[float, Range(0, 100, 0.1, unit="px")]
Colour = Annotated[str, COLOUR]


# --- files -----------------------------------------------------------------------------------


class Loaded(NamedTuple):
    """The contents of a picture file.

    Attributes:
        image: The picture, with four channels if the file has transparency.
        mask: Its alpha channel; 1 everywhere if the file has none.
    """

    image: Image
    mask: Mask


@node(
    "image.load",
    title="Load image",
    category="Image",
    version=3,
    aliases=("open image", "load picture"),
)
def load(
    ctx: Context,
    path: Annotated[str, IMAGE_FILE] = "",
    values: Literal["clip", "normalise"] = "clip",
) -> Loaded:
    """Load a picture from a file.

    The picture is turned upright and converted to sRGB. 16-bit files keep their full depth. Of
    files with several frames or pages, the first is read.

    Args:
        path: The file. A relative path starts at the folder of the workflow.
        values: What to do with files of floats or of 32 bits, such as depth in metres: "clip" cuts
            off below 0 and above 1 (of 16 bits), "normalise" stretches the lowest value to 0 and
            the highest to 1. Other files are not changed.
    """
    from nodes import picture_files

    file = picture_files.find(path, ctx.files)
    levels = picture_files.read(file, ctx.warn, values == "normalise")
    levels.flags.writeable = False  # or its view would be copied
    image = Image(levels[None])
    return Loaded(image, mask_alpha(image))


@load.fingerprint
def _content(path: str, files: Files) -> str:
    from nodes import picture_files

    return files.digest(picture_files.find(path, files))


def _file_name(name: str) -> None:
    from nodes import file_names

    file_names.check(name)


@node(
    "image.save",
    title="Save image",
    category="Image",
    version=3,
    output=True,
    aliases=("save png", "save jpeg", "export", "webp", "avif", "tiff"),
)
def save(
    image: Image,
    ctx: Context,
    name: Annotated[str, Check(_file_name)] = "picture",
    format: Format = "png",
    depth: Depth = "auto",
    quality: Annotated[int, Range(1, 100)] = 90,
    metadata: Literal["workflow", "paths", "machine", "none"] = "workflow",
) -> SavedFiles:
    """Save pictures as files that contain the workflow. Drop one on the canvas to open it.

    Existing files are never overwritten: if the name is taken, a number is added
    ("picture-0002.png"), also for the pictures of a batch. An identical picture is not saved twice.

    Args:
        image: The pictures.
        name: File name in the output folder. It may include subfolders, as in "forest/morning", and
            placeholders: {date}, {time}, {seed}, {prompt}, {negative}, {model}, {lora}, {sampler},
            {steps}, {title} (of the workflow), {node} (title of this node), {batch} (place in the
            batch) and {counter}. {prompt:20} is at most 20 characters long, {counter:6} has 6
            digits.
        format: The file format. png and tiff are lossless.
        depth: Bits per channel of png and tiff. "auto" is 16 for pictures of a 16-bit file that
            nothing has changed, and else 8. The other formats have 8.
        quality: Quality of jpeg, webp and avif: higher is better and larger. webp is lossless at
            100.
        metadata: Details of how the pictures were made that the files contain. "workflow" is the
            workflow and the parameters that each value was made with, so that the file opens as its
            workflow; files outside of the workflow's folder are named without their folders.
            "paths" keeps these folders; "machine" also adds the folder of the workflow, the
            processor and the versions of libraries; "none" saves the pictures alone.
    """
    from nodes import drawing, file_names, picture_formats, saved_files

    facts = ctx.facts()
    for missing in file_names.missing(name, facts):
        ctx.warn(f"{{{missing}}} has no value here, and is left out of the name.")
    texts = {} if metadata == "none" else _texts(ctx, metadata)
    if texts:
        texts |= drawing.packed(texts[picture_formats.WORKFLOW_KEY], format == "png", ctx)
    picture_formats.check_size(image.levels, format)
    for remark in picture_formats.remarks(image.levels, format, depth, texts):
        ctx.warn(remark)
    contents: list[bytes | memoryview] = []
    for done, picture in enumerate(image.levels):
        ctx.progress(done, len(image.levels))
        encoded = picture_formats.encode(picture, format, depth, quality, texts, ctx.check)
        contents.append(encoded)
    ctx.check()
    suffix = picture_formats.SUFFIXES[format]
    return SavedFiles(saved_files.write(ctx.output_dir, name, contents, suffix, facts))


def _texts(ctx: Context, metadata: str) -> dict[str, str]:
    from nodes import picture_formats

    outside = metadata != "workflow"
    made = ctx.provenance(outside=outside)
    if metadata != "machine":
        made = {"nodes": made.get("nodes", {})}
    return {
        picture_formats.WORKFLOW_KEY: ctx.workflow(outside=outside),
        picture_formats.PROVENANCE_KEY: json.dumps(made, ensure_ascii=False, sort_keys=True),
    }


@save.preview("name")
def _name_shown(name: str, format: Format, facts: Mapping[str, str]) -> str:
    from datetime import datetime

    from nodes import file_names, picture_formats

    made = file_names.expand(name, facts, datetime.now())
    stem = made.stem.replace(file_names.COUNTER, "#" * made.digits)
    return "/".join([*made.folders, f"{stem}{picture_formats.SUFFIXES[format]}"])


@save.migrate
def _with_placeholders(parameters: dict[str, Any], version: int) -> dict[str, Any]:
    """Braces are placeholders from version 3 on."""
    name = parameters.get("name")
    if version < 3 and isinstance(name, str):
        parameters = parameters | {"name": name.replace("{", "{{").replace("}", "}}")}
    return parameters


@save.valid
def _still_there(value: SavedFiles, ctx: Context) -> bool:
    from nodes import saved_files

    return all(saved_files.still_there(ctx.output_dir, file) for file in value.files)


@node(
    "image.preview",
    title="Preview",
    category="Image",
    output=True,
    aliases=("preview image", "show image"),
)
def preview(image: Image) -> Image:
    """Show a picture and pass it on unchanged.

    Args:
        image: The picture to show.
    """
    return image


@preview.passthrough("image")
def _always() -> bool:
    return True


# --- size ------------------------------------------------------------------------------------


@node("image.resize", title="Resize", category="Image", aliases=("scale image", "image scale"))
def resize(
    image: Image,
    width: Side = 512,
    height: Side = 512,
    how: Literal["stretch", "fit", "fill", "pad"] = "fill",
    method: imaging.Method = "lanczos",
    colour: Colour = "#000000",
) -> Image:
    """Change the size of a picture.

    Args:
        image: The picture.
        width: Width of the result.
        height: Height of the result.
        how: "stretch" ignores proportions. The others keep them: with "fit" one side may become
            shorter, "fill" crops the excess, and "pad" adds borders.
        method: Resampling filter. "lanczos" is the sharpest, "box" averages, and "nearest" keeps
            hard edges.
        colour: Colour of the borders that "pad" adds.
    """
    levels = image.levels
    match how:
        case "stretch":
            return Image(imaging.resample(levels, width, height, method))
        case "fit":
            size = imaging.scaled(levels.shape[2], levels.shape[1], (width, height), cover=False)
            return Image(imaging.resample(levels, *size, method))
        case "fill":
            return Image(imaging.fill(levels, width, height, method))
        case "pad":
            ground = imaging.parse_colour(colour, "colour")
            return Image(imaging.pad(levels, width, height, method, ground))


@node("image.crop", title="Crop", category="Image", aliases=("image crop",))
def crop(image: Image, x: Place = 0, y: Place = 0, width: Side = 512, height: Side = 512) -> Image:
    """Crop a picture to a rectangle. Parts of the rectangle outside the picture are ignored.

    Args:
        image: The picture.
        x: Left edge of the rectangle, measured from the left of the picture.
        y: Top edge of the rectangle, measured from the top of the picture.
        width: Width of the rectangle.
        height: Height of the rectangle.
    """
    import numpy as np

    full_height, full_width = image.levels.shape[1:3]
    for edge, full, parameter in ((x, full_width, "x"), (y, full_height, "y")):
        if edge >= full:
            raise NodeError(
                f"The rectangle is outside the picture, which is {full_width} x {full_height} "
                "pixels.",
                parameter,
            )
    return Image(np.ascontiguousarray(image.levels[:, y : y + height, x : x + width]))


@node(
    "image.upscale",
    title="Upscale",
    category="Image",
    aliases=("enlarge", "upscale image"),
    sends=(UPSCALE,),
)
def upscale(
    image: Image, factor: Annotated[int, Range(2, 4)] = 2, sharpness: Amount = 0.3
) -> Image:
    """Enlarge a picture with a Lanczos filter, and sharpen it without halos. Adds no new detail.

    Args:
        image: The picture.
        factor: Factor for width and height.
        sharpness: Strength of the unsharp mask. 0 does not sharpen.
    """
    n, height, width = image.levels.shape[:3]
    resampled = imaging.resample(image.levels, width * factor, height * factor, "lanczos")
    large = imaging.from_levels(resampled)
    if n and sharpness:
        large = imaging.filtered(
            large, lambda pixels: imaging.sharpen(pixels, factor / 2, sharpness)
        )
    return Image(large)


# --- colour ----------------------------------------------------------------------------------


@node("image.invert", title="Invert", category="Image", aliases=("invert image", "negative"))
def invert(image: Image, amount: Amount = 1.0) -> Image:
    """Invert the colours of a picture, so that light becomes dark.

    Args:
        image: The picture. Its transparency is kept.
        amount: 0 leaves the picture unchanged, 1 inverts it fully.
    """
    return Image(imaging.inverted(image.pixels, amount))


@invert.passthrough("image")
def _not_inverted(amount: float) -> bool:
    return amount == 0


@node("image.adjust", title="Adjust", category="Image", aliases=("contrast", "levels"))
def adjust(
    image: Image,
    brightness: Annotated[float, Range(-1, 1, 0.01)] = 0.0,
    contrast: Factor = 1.0,
    saturation: Factor = 1.0,
    gamma: Annotated[float, Range(0.1, 10, 0.01)] = 1.0,
) -> Image:
    """Change brightness, contrast, saturation and gamma.

    Args:
        image: The picture. Its transparency is kept.
        brightness: Value added to all channels.
        contrast: Contrast around mid-grey: 0 is flat grey, 1 leaves it unchanged.
        saturation: 0 is black and white, 1 leaves colours unchanged.
        gamma: Above 1 lightens the mid-tones, below 1 darkens them. Black and white are kept.
    """
    return Image(imaging.adjust(image.pixels, brightness, contrast, saturation, gamma))


@adjust.passthrough("image")
def _neutral(brightness: float, contrast: float, saturation: float, gamma: float) -> bool:
    return brightness == 0 and contrast == saturation == gamma == 1


@node("image.blur", title="Blur", category="Image", aliases=("gaussian blur",))
def blur(image: Image, radius: Radius = 2.0) -> Image:
    """Blur a picture with a Gaussian filter.

    Args:
        image: The picture.
        radius: Standard deviation of the Gaussian.
    """
    return Image(imaging.filtered(image.pixels, lambda pixels: imaging.gaussian(pixels, radius)))


@blur.passthrough("image")
def _sharp(radius: float) -> bool:
    return radius == 0


@node("image.blend", title="Blend", category="Image", aliases=("composite", "layers", "paste back"))
def blend(
    base: Image,
    top: Image,
    mask: Mask | None = None,
    mode: imaging.Mode = "normal",
    amount: Amount = 1.0,
) -> Image:
    """Blend one picture over another, or paste the changed part of a picture back by its mask.

    Outside of the mask, the lower picture keeps its exact pixels.

    Args:
        base: The lower picture.
        top: The upper picture, of the same size. Its transparency is used.
        mask: Where the upper picture is visible; everywhere if not connected.
        mode: Blend mode, as in paint programs.
        amount: Opacity of the upper picture.
    """
    lower = base.pixels
    upper = imaging.matched(top.pixels, lower, "top", "upper picture")
    if mask is None:
        return Image(imaging.mix(lower, upper, mode, amount))
    alpha = imaging.matched(mask.alpha, lower, "mask", "mask")
    return Image(imaging.mix(lower, upper, mode, alpha * amount))


@blend.passthrough("base")
def _nothing_on_top(amount: float) -> bool:
    return amount == 0


@node(
    "image.cut_out",
    title="Cut out",
    category="Image",
    aliases=("join image with alpha", "apply mask"),
)
def cut_out(image: Image, mask: Mask) -> Image:
    """Make a picture transparent outside a mask.

    Args:
        image: The picture. Its own transparency is kept.
        mask: The part to keep, of the same size.
    """
    import numpy as np

    pixels = image.pixels
    alpha = imaging.matched(mask.alpha, pixels, "mask", "mask") * mask_alpha(image).alpha
    colour = np.broadcast_to(pixels[..., :3], (*alpha.shape, 3))
    return Image(np.concatenate([colour, alpha[..., None]], -1))


@node("image.flatten", title="Flatten", category="Image", aliases=("remove alpha", "background"))
def flatten(image: Image, colour: Colour = "#ffffff") -> Image:
    """Replace the transparency of a picture by a background of one colour.

    Args:
        image: The picture. Without transparency, it stays unchanged.
        colour: The background.
    """
    return Image(imaging.over(image.pixels, imaging.parse_colour(colour, "colour")))


# --- masks -----------------------------------------------------------------------------------


@node(
    "image.mask_colour",
    title="Mask from colour",
    category="Mask",
    version=2,
    aliases=("color to mask", "chroma key"),
)
def mask_colour(
    image: Image, colour: Colour = "#ffffff", tolerance: Amount = 0.1, softness: Amount = 0.0
) -> Mask:
    """Create a mask from all pixels of a colour.

    Args:
        image: The picture. Where it is transparent, the mask is too.
        colour: The colour to select.
        tolerance: Largest colour distance to select, where 1 is from black to white.
        softness: Further distance over which the mask fades out.
    """
    import numpy as np

    wanted = imaging.parse_colour(colour, "colour")
    distance = np.sqrt(((image.pixels[..., :3] - wanted) ** 2).mean(-1))
    if softness == 0:
        alpha = (distance <= tolerance).astype(np.float32)
    else:
        alpha = (1 - (distance - tolerance) / softness).clip(0, 1).astype(np.float32)
    return Mask(alpha * mask_alpha(image).alpha)


@node(
    "image.mask_brightness",
    title="Mask from brightness",
    category="Mask",
    aliases=("image to mask", "luminance"),
)
def mask_brightness(image: Image) -> Mask:
    """Use a black and white picture, such as a painted one, as a mask.

    Args:
        image: The picture. White is inside, black is outside.
    """
    return Mask(imaging.luma(image.pixels))


@node(
    "image.mask_alpha",
    title="Mask from alpha",
    category="Mask",
    aliases=("split image with alpha", "transparency"),
)
def mask_alpha(image: Image) -> Mask:
    """Create a mask from the opaque parts of a picture.

    Args:
        image: The picture. Without transparency, everything is inside.
    """
    import numpy as np

    levels = image.levels
    if levels.shape[-1] == 4:
        return Mask(np.ascontiguousarray(levels[..., 3]))
    if levels.dtype == np.float32:
        return Mask(np.ones(levels.shape[:3], np.float32))
    return Mask(np.full(levels.shape[:3], 255, np.uint8))


@node("mask.invert", title="Invert mask", category="Mask", aliases=("mask inversion",))
def mask_invert(mask: Mask) -> Mask:
    """Swap the inside and the outside of a mask.

    Args:
        mask: The mask.
    """
    return Mask(1 - mask.alpha)


@node("mask.grow", title="Grow mask", category="Mask", aliases=("dilate", "erode", "expand mask"))
def mask_grow(mask: Mask, distance: Annotated[int, Range(-64, 64, unit="px")] = 8) -> Mask:
    """Grow or shrink a mask, with round corners.

    Args:
        mask: The mask.
        distance: Distance to move its edge outwards; inwards if negative.
    """
    return Mask(imaging.grow(mask.alpha, distance))


@mask_grow.passthrough("mask")
def _as_wide(distance: int) -> bool:
    return distance == 0


@node("mask.feather", title="Feather mask", category="Mask", aliases=("blur mask", "soften"))
def mask_feather(mask: Mask, radius: Radius = 4.0) -> Mask:
    """Soften the edge of a mask.

    Args:
        mask: The mask.
        radius: Standard deviation of the Gaussian.
    """
    return Mask(imaging.gaussian(mask.alpha, radius).clip(0, 1))


@mask_feather.passthrough("mask")
def _as_hard(radius: float) -> bool:
    return radius == 0


@node("mask.image", title="Mask as image", category="Mask", aliases=("mask to image",))
def mask_image(mask: Mask) -> Image:
    """Show a mask as a black and white picture.

    Args:
        mask: The mask. Inside becomes white, outside black.
    """
    import numpy as np

    return Image(np.repeat(mask.alpha[..., None], 3, -1))

"""Nodes that change colours, sharpness and grain of pictures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from nodes import imaging
from nodes.types import Image, Mask
from nodeui.sdk import SEED, Curve, NodeError, Range, node

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Array

Amount = Annotated[float, Range(0, 1, 0.01)]
Factor = Annotated[float, Range(0, 4, 0.01)]
Tone = Annotated[Curve, Range(0, 1, 0.01)]

_MOST_COLOURS = 256


@node("image.levels", title="Levels", category="Image", aliases=("black point", "white point"))
def image_levels(
    image: Image,
    black: Amount = 0.0,
    white: Amount = 1.0,
    gamma: Annotated[float, Range(0.1, 10, 0.01)] = 1.0,
    output_black: Amount = 0.0,
    output_white: Amount = 1.0,
) -> Image:
    """Set the black point, the white point and the middle of the tones.

    Args:
        image: The picture. Its transparency is kept.
        black: Level that becomes black.
        white: Level that becomes white.
        gamma: Above 1 lightens the mid-tones, below 1 darkens them.
        output_black: Level of black in the result.
        output_white: Level of white in the result.
    """
    if white <= black:
        raise NodeError("The white point is not above the black point.", "white")
    pixels = image.pixels
    colour = ((pixels[..., :3] - black) / (white - black)).clip(0, 1) ** (1 / gamma)
    colour = output_black + colour * (output_white - output_black)
    return Image(imaging.with_alpha_of(pixels, colour.astype("float32")))


@node("image.curves", title="Tone curves", category="Image", aliases=("curves", "gradation"))
def image_curves(
    image: Image, rgb: Tone = (), red: Tone = (), green: Tone = (), blue: Tone = ()
) -> Image:
    """Change the tones by curves: across is the level before, up the level after.

    Args:
        image: The picture. Its transparency is kept.
        rgb: Curve of all channels; empty leaves them unchanged.
        red: Curve of red, after the common one.
        green: Curve of green.
        blue: Curve of blue.
    """
    import numpy as np

    pixels = image.pixels
    colour = pixels[..., :3].copy()
    for channel, own in enumerate((red, green, blue)):
        for curve in (rgb, own):
            if curve:
                across, up = zip(*curve, strict=True)
                colour[..., channel] = np.interp(colour[..., channel], across, up)
    return Image(imaging.with_alpha_of(pixels, colour))


@image_curves.passthrough("image")
def _no_curve(rgb: Curve, red: Curve, green: Curve, blue: Curve) -> bool:
    return not (rgb or red or green or blue)


@node("image.hue", title="Hue", category="Image", aliases=("hue saturation", "hsv", "recolour"))
def image_hue(
    image: Image,
    hue: Annotated[float, Range(-180, 180, 1, unit="°")] = 0.0,
    saturation: Factor = 1.0,
    value: Factor = 1.0,
) -> Image:
    """Turn the hues of a picture, and change saturation and value (HSV).

    Args:
        image: The picture. Its transparency is kept.
        hue: Turn of the hues: 120 makes red green.
        saturation: Factor for the saturation.
        value: Factor for the value.
    """
    import numpy as np

    pixels = image.pixels
    colour = pixels[..., :3]
    high = colour.max(-1)
    spread = high - colour.min(-1)
    share = np.divide(spread, high, out=np.zeros_like(high), where=high > 0)
    turned = np.nan_to_num(hue_of(colour)) + hue / 360
    changed = _from_hsv(turned % 1, (share * saturation).clip(0, 1), (high * value).clip(0, 1))
    return Image(imaging.with_alpha_of(pixels, changed))


@image_hue.passthrough("image")
def _same_hue(hue: float, saturation: float, value: float) -> bool:
    return hue == 0 and saturation == value == 1


def hue_of(colour: Array) -> Array:
    """Return the hues of colours in [0, 1): red is 0, green 1/3; grey is not a number."""
    import numpy as np

    red, green, blue = colour[..., 0], colour[..., 1], colour[..., 2]
    high = colour.max(-1)
    spread = high - colour.min(-1)
    divisor = np.where(spread > 0, spread, 1)
    sector = np.where(
        high == red,
        ((green - blue) / divisor) % 6,
        np.where(high == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    return np.where(spread > 0, sector / 6, np.nan).astype(np.float32)


def _from_hsv(hue: Array, saturation: Array, value: Array) -> Array:
    """Return colours, (..., 3), of their hue in [0, 1), saturation and value."""
    import numpy as np

    def channel(start: float) -> Array:
        k = (start + hue * 6) % 6
        rise = np.minimum(np.minimum(k, 4 - k), 1).clip(0, 1)
        return np.asarray(value - value * saturation * rise, np.float32)

    return np.stack([channel(5), channel(3), channel(1)], -1)


@node("image.sharpen", title="Sharpen", category="Image", aliases=("unsharp mask",))
def image_sharpen(
    image: Image, radius: Annotated[float, Range(0.1, 50, 0.1, unit="px")] = 1.0,
    amount: Factor = 0.5,
) -> Image:  # fmt: skip
    """Sharpen a picture without halos.

    Args:
        image: The picture.
        radius: Standard deviation of the Gaussian of the unsharp mask.
        amount: Strength; 0 leaves the picture unchanged.
    """
    return Image(
        imaging.filtered(image.pixels, lambda pixels: imaging.sharpen(pixels, radius, amount))
    )


@image_sharpen.passthrough("image")
def _as_soft(amount: float) -> bool:
    return amount == 0


@node("image.noise", title="Add noise", category="Image", aliases=("grain", "film grain"))
def image_noise(
    image: Image,
    amount: Amount = 0.05,
    grain: Annotated[float, Range(0, 20, 0.1, unit="px")] = 0.0,
    colour: Literal["grey", "coloured"] = "grey",
    seed: Annotated[int, Range(0, 2**32 - 1), SEED] = 0,
) -> Image:
    """Add Gaussian noise to a picture.

    Args:
        image: The picture. Its transparency is kept.
        amount: Standard deviation of the noise, where 1 is from black to white.
        grain: Radius over which the noise is softened.
        colour: "grey" changes all channels alike, "coloured" each for itself.
        seed: Seed of the noise.
    """
    import numpy as np

    pixels = image.pixels
    shape = (*pixels.shape[:3], 1 if colour == "grey" else 3)
    noise = np.random.default_rng(seed).standard_normal(shape, np.float32)
    if grain:
        noise = imaging.gaussian(noise, grain).reshape(shape)
        noise /= max(float(noise.std()), 1e-12)
    changed = (pixels[..., :3] + amount * noise).clip(0, 1)
    return Image(imaging.with_alpha_of(pixels, changed.astype(np.float32)))


@image_noise.passthrough("image")
def _no_noise(amount: float) -> bool:
    return amount == 0


@node(
    "image.palette",
    title="Palette",
    category="Image",
    aliases=("quantize", "posterise", "indexed colours", "pixel art"),
)
def image_palette(
    image: Image,
    count: Annotated[int, Range(2, _MOST_COLOURS)] = 16,
    colours: str = "",
    dither: bool = False,
) -> Image:
    """Reduce a picture to few colours.

    Args:
        image: The picture. Its transparency is kept.
        count: Number of colours, which are chosen by median cut; not used where they are given.
        colours: The colours, such as "#000000 #ff8800"; empty chooses them.
        dither: Mix colours by patterns of pixels (Floyd and Steinberg 1976).
    """
    import numpy as np
    from PIL import Image as Pictures

    given = _colours(colours)
    how = Pictures.Dither.FLOYDSTEINBERG if dither else Pictures.Dither.NONE
    pixels = image.pixels
    reduced = np.empty((*pixels.shape[:3], 3), np.float32)
    for n, picture in enumerate(pixels):
        source = Pictures.fromarray(imaging.to_bytes(np.ascontiguousarray(picture[..., :3])))
        palette = source.quantize(count)
        if given:
            palette = Pictures.new("P", (1, 1))
            palette.putpalette(given)
        indexed = source.quantize(palette=palette, dither=how)
        reduced[n] = imaging.from_levels(np.asarray(indexed.convert("RGB")))
    return Image(imaging.with_alpha_of(pixels, reduced))


def _colours(text: str) -> bytes:
    """Return the colours of a text as RGB bytes, repeated to fill a palette."""
    words = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    if len(words) > _MOST_COLOURS:
        raise NodeError(f"{len(words)} colours are too many; up to {_MOST_COLOURS}.", "colours")
    for word in words:
        imaging.parse_colour(word, "colours")
    found = b"".join(bytes.fromhex(word[1:]) for word in words)
    return (found + found[:3] * (_MOST_COLOURS - len(words))) if found else b""


@node(
    "image.match_colour",
    title="Match colour",
    category="Image",
    aliases=("color match", "colour transfer", "harmonise"),
)
def image_match_colour(
    image: Image,
    like: Image,
    image_mask: Mask | None = None,
    like_mask: Mask | None = None,
    amount: Amount = 1.0,
) -> Image:
    """Give a picture the colours of another: mean and spread in CIELAB (Reinhard et al. 2001).

    Args:
        image: The picture to change. Its transparency is kept.
        like: The picture whose colours are taken.
        image_mask: The part of the picture that is measured, of its size.
        like_mask: The part of the other picture that is measured, of its size.
        amount: 0 leaves the picture unchanged, 1 matches it fully.
    """
    import cv2
    import numpy as np

    pixels = image.pixels
    wanted = _statistics(like, like_mask, "like_mask", "other picture")
    now = _statistics(image, image_mask, "image_mask", "picture")
    spread = wanted[1] / np.maximum(now[1], 1e-3)
    changed = np.empty((*pixels.shape[:3], 3), np.float32)
    for n, picture in enumerate(pixels):
        lab = (_lab(picture) - now[0]) * spread + wanted[0]
        changed[n] = cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB)
    mixed = pixels[..., :3] + amount * (changed.clip(0, 1) - pixels[..., :3])
    return Image(imaging.with_alpha_of(pixels, mixed.clip(0, 1).astype(np.float32)))


@image_match_colour.passthrough("image")
def _unmatched(amount: float) -> bool:
    return amount == 0


def _lab(picture: Array) -> Array:
    """Return a picture in CIELAB (D65)."""
    import cv2
    import numpy as np

    colour = np.ascontiguousarray(picture[..., :3])
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2LAB), np.float32)


def _statistics(
    image: Image, mask: Mask | None, name: str, what: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and standard deviation of L, a and b where pictures are opaque and masked."""
    import numpy as np

    pixels = image.pixels
    weight = pixels[..., 3] if pixels.shape[-1] == 4 else np.ones(pixels.shape[:3], np.float32)
    if mask is not None:
        weight = weight * imaging.matched(mask.alpha, pixels, name, f"mask of the {what}")
    if not weight.any():
        raise NodeError(f"Nothing of the {what} is left to measure.", name)
    lab = np.stack([_lab(picture) for picture in pixels]).astype(np.float64)
    share = np.broadcast_to(weight, lab.shape[:3]) / np.broadcast_to(weight, lab.shape[:3]).sum()
    mean = np.einsum("nhwc,nhw->c", lab, share)
    deviation = np.sqrt(np.einsum("nhwc,nhw->c", (lab - mean) ** 2, share))
    return mean, deviation

"""Operations on arrays of pixels, for the image and structure nodes.

Pictures are (n, height, width, 3 or 4) float32 in [0, 1], sRGB, alpha not premultiplied; masks
are (n, height, width) float32 in [0, 1]. Levels are either of them, or the integers of a file.
No function writes into its arguments, and all return contiguous arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from nodeui.painting.blending import Mode
from nodeui.sdk import NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Bytes = NDArray[np.uint8]
    Integers = NDArray[np.uint8 | np.uint16]
    Levels = NDArray[np.uint8 | np.uint16 | np.float32]

Method = Literal["lanczos", "bicubic", "bilinear", "box", "nearest"]
Fit = Literal["cover", "contain", "stretch"]
Reach = Literal["any pixel", "nearest", "soft"]

LUMA = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue in brightness (ITU-R BT.709)."""


# --- floats and integers ---------------------------------------------------------------------


def white(levels: Levels) -> int:
    """Return the level of white: 255 for uint8, 65535 for uint16, 1 for floats."""
    return {"uint8": 255, "uint16": 65535}.get(levels.dtype.name, 1)


def from_levels(levels: Levels) -> Array:
    """Return levels as float32 in [0, 1]: integers are divided by the level of white."""
    import numpy as np

    if white(levels) == 1:
        return np.asarray(levels, np.float32)
    return np.divide(levels, np.float32(white(levels)), dtype=np.float32)


def to_bytes(levels: Levels) -> Bytes:
    """Quantise to 8 bits, as diffusers' `VaeImageProcessor.numpy_to_pil` does."""
    import numpy as np

    if white(levels) == 255:
        return np.asarray(levels, np.uint8)
    if white(levels) == 65535:
        table = to_bytes(from_levels(np.arange(65536, dtype=np.uint16)))
        return table[np.asarray(levels, np.uint16)]
    scaled = np.asarray(levels.clip(0, 1))
    scaled *= 255
    return scaled.round(out=scaled).astype(np.uint8)


def over(pixels: Array, colour: float | Array) -> Array:
    """Composite pictures over a grey or a colour, without alpha: (n, height, width, 3)."""
    import numpy as np

    if pixels.shape[-1] == 3:
        return pixels
    ground = np.asarray(colour, np.float32)
    alpha = pixels[..., 3:]
    return np.asarray(pixels[..., :3] * alpha + ground * (1 - alpha), np.float32)


def luma(pixels: Array) -> Array:
    """Return the brightness of each pixel: (n, height, width); transparent parts are black."""
    import numpy as np

    return (over(pixels, 0) @ np.array(LUMA, np.float32)).clip(0, 1)


def draw_hints(levels: Levels, draw: Callable[[Bytes], NDArray[Any]]) -> Levels:
    """Draw one hint per picture.

    Args:
        levels: The pictures; transparent parts become white.
        draw: Turns (height, width, 3) uint8 RGB into a hint of (height, width) or
            (height, width, 3), uint8 or float32 in [0, 1].

    Returns:
        (n, height, width, 3), of the dtype that is drawn.
    """
    import cv2
    import numpy as np

    hints: NDArray[Any] = np.empty((0, *levels.shape[1:3], 3), np.float32)
    for n, picture in enumerate(levels):
        opaque = picture if picture.shape[-1] == 3 else over(from_levels(picture), 1)
        drawn: Any = draw(to_bytes(opaque))
        if n == 0:
            hints = np.empty((len(levels), *drawn.shape[:2], 3), drawn.dtype)
        hints[n] = drawn if drawn.ndim == 3 else cv2.cvtColor(drawn, cv2.COLOR_GRAY2RGB)
    return hints


# --- sizes -------------------------------------------------------------------------------------


def filtered(pixels: Array, change: Callable[[Array], Array]) -> Array:
    """Apply a linear filter to pictures, without bleeding the colours of transparent pixels.

    Args:
        pixels: The pictures.
        change: Filters pictures of any number of channels.
    """
    import numpy as np

    if pixels.shape[-1] == 3:
        return np.ascontiguousarray(change(pixels).clip(0, 1))
    alpha = pixels[..., 3:]
    changed = change(np.concatenate([pixels[..., :3] * alpha, alpha], -1))
    alpha = changed[..., 3:].clip(0, 1)
    colour = np.divide(
        changed[..., :3], alpha, out=np.zeros_like(changed[..., :3]), where=alpha > 0
    )
    return np.concatenate([colour.clip(0, 1), alpha], -1)


def resample(levels: Levels, width: int, height: int, method: Method) -> Levels:
    """Resize pictures with Pillow's filters, in float32; those of that size are returned as is."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    from PIL import Image

    if levels.shape[1:3] == (height, width):
        return levels
    kind = Image.Resampling[method.upper()]

    def stretch(array: Levels) -> Array:
        out = np.empty((len(array), height, width, array.shape[-1]), np.float32)

        def stretch_plane(place: tuple[int, ...]) -> None:
            n, c = place
            plane = Image.fromarray(np.ascontiguousarray(from_levels(array[n, ..., c])))
            out[n, ..., c] = np.asarray(plane.resize((width, height), kind))

        with ThreadPoolExecutor(array.shape[-1]) as threads:
            list(threads.map(stretch_plane, np.ndindex(len(array), array.shape[-1])))
        return out

    if levels.shape[-1] == 3:
        stretched = stretch(levels)
        return stretched.clip(0, 1, out=stretched)
    return filtered(from_levels(levels), stretch)


def scaled(width: int, height: int, into: tuple[int, int], cover: bool) -> tuple[int, int]:
    """Return the size of the same proportions that fits into a frame, or covers it."""
    ratios = (into[0] / width, into[1] / height)
    ratio = max(ratios) if cover else min(ratios)
    # the limiting side gets the frame's exact length, free of rounding errors
    side = ratios.index(ratio)
    other = max(1, round((height, width)[side] * ratio))
    return (into[0], other) if side == 0 else (other, into[1])


def fill(levels: Levels, width: int, height: int, method: Method) -> Levels:
    """Resize pictures to cover a frame, and crop both sides equally."""
    import numpy as np

    size = scaled(levels.shape[2], levels.shape[1], (width, height), cover=True)
    covering = resample(levels, *size, method)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return np.ascontiguousarray(covering[:, y : y + height, x : x + width])


def framed(array: Array, width: int, height: int, fit: Fit) -> Array:
    """Bring pictures or masks to the proportions of a frame, without scaling them.

    Args:
        array: (n, height, width) or (n, height, width, channels).
        width: Width of the frame, in any unit.
        height: Height of the frame, in the same unit.
        fit: "cover" crops both sides equally, "contain" adds borders of 0, and "stretch" returns
            the array as it is.
    """
    import numpy as np

    high, wide = array.shape[1:3]
    frame = (round(wide * height / width), round(high * width / height))
    if fit == "stretch" or frame == (high, wide):
        return array
    if fit == "cover":
        rows, columns = (max(1, min(a, b)) for a, b in zip((high, wide), frame, strict=True))
        y, x = (high - rows) // 2, (wide - columns) // 2
        return np.ascontiguousarray(array[:, y : y + rows, x : x + columns])
    rows, columns = (max(a, b) for a, b in zip((high, wide), frame, strict=True))
    y, x = (rows - high) // 2, (columns - wide) // 2
    padded = np.zeros((len(array), rows, columns, *array.shape[3:]), np.float32)
    padded[:, y : y + high, x : x + wide] = array
    return padded


def pad(levels: Levels, width: int, height: int, method: Method, colour: Array) -> Array:
    """Resize pictures to fit into a frame, centred on an opaque background of one colour."""
    import numpy as np

    size = scaled(levels.shape[2], levels.shape[1], (width, height), cover=False)
    x, y = (width - size[0]) // 2, (height - size[1]) // 2
    framed = np.ones((len(levels), height, width, levels.shape[-1]), np.float32)
    framed[..., :3] = colour
    framed[:, y : y + size[1], x : x + size[0]] = from_levels(resample(levels, *size, method))
    return framed


# --- filters ---------------------------------------------------------------------------------


def gaussian(pixels: Array, radius: float) -> Array:
    """Blur pictures or masks; `radius` is the standard deviation in pixels."""
    import cv2
    import numpy as np

    if radius == 0:
        return pixels
    return np.stack([cv2.GaussianBlur(picture, (0, 0), radius) for picture in pixels])


def sharpen(pixels: Array, radius: float, amount: float) -> Array:
    """Apply an unsharp mask, clipped to the darkest and lightest neighbour to avoid halos."""
    import cv2
    import numpy as np

    blurred = gaussian(pixels, radius)
    reach = 2 * round(radius) + 1
    near = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    darkest = np.stack([cv2.erode(picture, near) for picture in pixels])
    lightest = np.stack([cv2.dilate(picture, near) for picture in pixels])
    return (pixels + amount * (pixels - blurred)).clip(darkest, lightest)


def adjust(
    pixels: Array, brightness: float, contrast: float, saturation: float, gamma: float
) -> Array:
    """Apply gamma, contrast around mid-grey, brightness, saturation, in this order; keep alpha."""
    import numpy as np

    colour = pixels[..., :3] ** np.float32(1 / gamma)
    colour = (colour - 0.5) * contrast + 0.5 + brightness
    grey = colour @ np.array(LUMA, np.float32)
    colour = grey[..., None] + (colour - grey[..., None]) * saturation
    return with_alpha_of(pixels, colour.clip(0, 1).astype(np.float32))


def inverted(pixels: Array, amount: float) -> Array:
    """Mix each colour with its inverse; keep alpha."""
    import numpy as np

    colour = pixels[..., :3]
    changed = (1 - amount) * colour + amount * (1 - colour)
    return with_alpha_of(pixels, np.asarray(changed, np.float32))


def with_alpha_of(pixels: Array, colour: Array) -> Array:
    """Combine new colours with the alpha of the pictures, if any."""
    import numpy as np

    return np.concatenate([colour, pixels[..., 3:]], -1)


# --- several pictures ----------------------------------------------------------------------------


def mix(base: Array, top: Array, mode: Mode, opacity: Array | float) -> Array:
    """Blend pictures over others of the same size; see `nodeui.painting.blending.composite`."""
    from nodeui.painting.blending import composite

    return composite(base, top, mode, opacity)


def matched(array: Array, like: Array, name: str, what: str) -> Array:
    """Check that pictures or masks match others in size and number; one matches any number.

    Args:
        array: The pictures or masks to check; returned unchanged.
        like: The pictures to match.
        name: The input of `array`.
        what: Its name in messages.

    Raises:
        NodeError: about the input `name`.
    """
    if array.shape[1:3] != like.shape[1:3]:
        (h, w), (height, width) = array.shape[1:3], like.shape[1:3]
        raise NodeError(
            f"The {what} is {w} x {h} pixels, but the picture is {width} x {height}. Resize one "
            "of them.",
            name,
        )
    if len(array) not in (1, len(like)) and len(like) != 1:
        raise NodeError(
            f"{name} has {len(array)} pictures or masks, but there are {len(like)} pictures.", name
        )
    return array


def parse_colour(text: str, parameter: str) -> Array:
    """Return the three channels of "#rrggbb", float32 in [0, 1].

    Raises:
        NodeError: about `parameter`: the text has another form.
    """
    import re

    import numpy as np

    if not re.fullmatch("#[0-9a-fA-F]{6}", text):
        raise NodeError(f'Write the colour like "#ff8800", not {text!r}.', parameter)
    return np.frombuffer(bytes.fromhex(text[1:]), np.uint8).astype(np.float32) / np.float32(255)


# --- masks -------------------------------------------------------------------------------------


def grow(alpha: Array, distance: int) -> Array:
    """Grow masks by a disc of this radius in pixels; a negative distance shrinks them."""
    import cv2
    import numpy as np

    reach = 2 * abs(distance) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    morph = cv2.dilate if distance > 0 else cv2.erode
    return np.stack([np.asarray(morph(mask, disc), np.float32) for mask in alpha])

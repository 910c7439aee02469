"""Reads picture files of common formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes import picture_limits, picture_traits, png_files
from nodes.imaging import from_levels, white
from nodes.places import slash_hint
from nodeui.sdk import Files, NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

    from nodes.imaging import Levels

    Array = NDArray[np.float32]

FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "TGA", "PPM", "JPEG2000")
"""Readable formats, by Pillow's names; not all of Pillow's, as EPS would run another program."""


def find(path: str, files: Files) -> Path:
    """Return the file of the parameter `path`.

    Raises:
        NodeError: about `path`: the file does not exist.
    """
    if not path:
        raise NodeError("Choose a picture file.", "path")
    file = files.resolve(path)
    if not file.is_file():
        kind = "is a folder" if file.is_dir() else "does not exist"
        raise NodeError(f"{file} {kind}. Choose a picture file.{slash_hint(path)}", "path")
    return file


def read(path: Path, warn: Callable[[str], None], normalise: bool = False) -> Levels:
    """Read the first picture of a file.

    Args:
        path: An existing file.
        warn: Receives warnings about lost information.
        normalise: Stretch float and 32-bit files from their lowest to their highest value.

    Returns:
        (height, width, 3), or (height, width, 4) if the file has transparency; upright whatever
        the EXIF orientation, in sRGB. Files of 8 and 16 bits as their integers, others as float32.

    Raises:
        NodeError: about `path`: the file is not a picture, damaged, or too large.
    """
    import warnings

    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            # Opened by name, Pillow would map the file into memory, and then skews rotated TIFFs.
            Image.MAX_IMAGE_PIXELS = picture_limits.most_pixels()
            with open(path, "rb") as file, Image.open(file, formats=FORMATS) as picture:
                picture_limits.check(path, picture)
                return _upright(picture, _pixels(path, picture, warn, normalise))
    except UnidentifiedImageError:
        other = picture_traits.unreadable(path)
        reason = f": it is {other}" if other else f" ({', '.join(FORMATS)})"
        raise NodeError(f"{path} is not a picture in a supported format{reason}.", "path") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise picture_limits.too_large(path, "more pixels") from None
    except PermissionError:
        raise NodeError(f"You have no permission to read {path}.", "path") from None
    except (NodeError, MemoryError):
        raise
    except Exception as error:  # a damaged file can raise anything, such as struct.error
        reason = str(error).strip().partition("\n")[0] or "it cannot be read"
        raise NodeError(f"{path} is damaged: {reason}", "path") from error


def _pixels(path: Path, picture: Picture, warn: Callable[[str], None], normalise: bool) -> Levels:
    """Read the pixels, before the EXIF orientation is applied."""
    import numpy as np

    picture_traits.check(path, picture)
    for remark in picture_traits.remarks(path, picture):
        warn(remark)
    key, bits = picture.info.get("transparency"), _bits(path, picture)
    if picture.format == "PNG" and bits == 8:
        decoded = png_files.decode(path, picture)
        if decoded is not None:
            return decoded
    deep_grey = picture.mode.startswith("I") or picture.mode == "F"  # 16 or 32 bits, or floats
    if (bits == 16 or deep_grey) and "icc_profile" in picture.info:
        warn(f"The colour profile of {path.name} is ignored, as it has 16 bits per channel.")
    if deep_grey:
        levels = _in_range(picture_traits.grey_levels(picture), path, warn, normalise)
        grey = _three(levels if picture.mode == "F" else _as_16_bits(levels))
        return _with_key(grey, np.asarray(picture)[..., None], key)
    picture_traits.scale_key(picture, bits)
    if bits == 16:
        stored, highest = _colour_of_16_bits(path, picture)
        pixels = stored if highest == 65535 else stored.astype(np.float32) / np.float32(highest)
        return pixels if stored.shape[2] == 4 else _with_key(pixels, stored, key)
    if picture.mode == "La":  # Pillow converts it to no other mode
        picture = picture.convert("LA")
    if picture.mode in ("1", "P", "PA", "LA", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture = _to_srgb(picture, path, warn)
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    return _stored(picture if picture.mode == mode else picture.convert(mode))


_BAND = 64
"""Rows that are copied at once, so that large pictures are not held twice."""


def _stored(picture: Picture) -> NDArray[np.uint8]:
    """Return the pixels of an RGB or RGBA picture."""
    import numpy as np

    width, height = picture.size
    pixels = np.empty((height, width, len(picture.mode)), np.uint8)
    for top in range(0, height, _BAND):
        band = picture.crop((0, top, width, min(top + _BAND, height)))
        pixels[top : top + _BAND] = np.asarray(band)
    return pixels


def _three(grey: Levels) -> Levels:
    import numpy as np

    return np.repeat(grey[..., None], 3, 2)


def _as_16_bits(levels: Array) -> Levels:
    """Return levels as uint16 if that changes none of them."""
    import numpy as np

    integers = np.round(levels * 65535).astype(np.uint16)
    return integers if np.array_equal(from_levels(integers), levels) else levels


def _in_range(levels: Array, path: Path, warn: Callable[[str], None], normalise: bool) -> Array:
    """Bring levels to [0, 1], with a warning if that loses any. NaN becomes the lowest level."""
    import numpy as np

    finite = levels[np.isfinite(levels)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if finite.size < levels.size:
        warn(f"{path.name} contains pixels that are not finite numbers.")
    if normalise:
        span = high - low if high > low else 1.0
        return ((np.nan_to_num(levels, nan=low, posinf=high, neginf=low) - low) / span).astype(
            np.float32
        )
    if low < 0 or high > 1:
        warn(
            f"The values of {path.name} go from {low:g} to {high:g}; those outside of 0 to 1 are "
            'clipped. Set values to "normalise" to stretch them to this range.'
        )
    return np.nan_to_num(levels, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)


def _with_key(pixels: Levels, stored: NDArray[Any], key: Any) -> Levels:
    """Add an alpha channel that is 0 where all stored channels equal a transparent colour.

    Args:
        pixels: The picture.
        stored: Its channels as stored in the file.
        key: The transparent colour; None if there is none.
    """
    import numpy as np

    if key is None:
        return pixels
    opaque = (stored != np.asarray(key)).any(-1, keepdims=True)
    return np.concatenate([pixels, opaque.astype(pixels.dtype) * white(pixels)], -1)


def _bits(path: Path, picture: Picture) -> int:
    """Return the bits per channel, which Pillow's mode hides: it reads 16-bit colour as 8-bit."""
    from PIL.TiffImagePlugin import TiffImageFile

    if picture.format == "PNG":
        with open(path, "rb") as file:
            return file.read(25)[24]  # in the IHDR chunk, which always comes first
    if isinstance(picture, TiffImageFile):
        return max(picture.tag_v2.get(258, (8,)))
    if picture.format == "PPM" and picture.mode == "RGB":
        return 16 if _ppm_header(path.read_bytes())[2] > 255 else 8
    return 8


def _ppm_header(content: bytes) -> tuple[int, int, int, int]:
    """Return width, height and highest value of a PPM file, and the length of its header."""
    header = re.match(rb"P[36]" + rb"(?:\s+|#[^\n]*\n)+(\d+)" * 3 + rb"\s", content)
    if header is None:
        raise ValueError("its header cannot be read")
    width, height, highest = (int(number) for number in header.groups())
    return width, height, highest, header.end()


def _colour_of_ppm(content: bytes) -> tuple[NDArray[np.uint16], int]:
    import numpy as np

    width, height, highest, start = _ppm_header(content)
    count = width * height * 3
    if content.startswith(b"P6"):
        values = np.frombuffer(content, ">u2", count, start)
    else:
        plain = re.sub(rb"#[^\n]*", b"", content[start:])
        values = np.array(plain.split()[:count], np.uint32)
    return values.reshape(height, width, 3).astype(np.uint16), highest


def _colour_of_16_bits(path: Path, picture: Picture) -> tuple[NDArray[np.uint16], int]:
    """Return colours as they are stored, and the value of white."""
    import cv2
    import numpy as np
    from PIL.TiffImagePlugin import TiffImageFile

    if picture.format == "PPM":
        return _colour_of_ppm(path.read_bytes())
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3:
        raise ValueError("its 16-bit colours cannot be decoded")
    # a TIFF may have another channel that is not alpha, or colours multiplied by alpha
    channels = 3 if picture.mode == "RGB" else pixels.shape[2]
    if channels < pixels.shape[2]:
        pixels = np.ascontiguousarray(pixels[..., :channels])
    order = [2, 1, 0, 3][:channels]
    for top in range(0, len(pixels), _BAND):
        pixels[top : top + _BAND] = pixels[top : top + _BAND, :, order]
    pixels = pixels.astype(np.uint16, copy=False)
    if isinstance(picture, TiffImageFile) and picture.tag_v2.get(338) == (1,):
        alpha = pixels[..., 3:].astype(np.float64)
        straight = (pixels[..., :3] * 65535.0 / np.maximum(alpha, 1)).round().clip(0, 65535)
        pixels[..., :3] = straight.astype(np.uint16)
    return pixels, 65535


def _to_srgb(picture: Picture, path: Path, warn: Callable[[str], None]) -> Picture:
    """Convert from the colour profile of the file to sRGB."""
    from io import BytesIO

    from PIL import Image, ImageCms

    if "icc_profile" not in picture.info or picture.mode not in ("L", "RGB", "RGBA", "CMYK"):
        return picture
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        target = ImageCms.createProfile("sRGB")
        # usual sRGB profiles differ by some levels; "Linear sRGB" is another space
        if picture.mode != "CMYK" and "sRGB" in ImageCms.getProfileDescription(profile):
            ramp = Image.linear_gradient("L").convert(picture.mode)
            moved = ImageCms.profileToProfile(ramp, profile, target, outputMode=mode)
            if moved and _difference(ramp.convert(mode), moved) <= _SAME_CURVE:
                return picture
        converted = ImageCms.profileToProfile(picture, profile, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError) as error:
        warn(f"The colour profile of {path.name} cannot be used: {error}")
        return picture
    return converted or picture


_SAME_CURVE = 8  # of 255


def _difference(one: Picture, other: Picture) -> int:
    import numpy as np

    return int(np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16)).max())


def _upright(picture: Picture, pixels: Levels) -> Levels:
    """Apply the EXIF orientation (tag 274) to the pixels."""
    import numpy as np
    from PIL.Image import Image

    turned: Mapping[int, Callable[[Levels], Any]] = {
        2: np.fliplr,
        3: lambda x: np.rot90(x, 2),
        4: np.flipud,
        5: lambda x: x.swapaxes(0, 1),
        6: lambda x: np.rot90(x, -1),
        7: lambda x: np.rot90(x, 2).swapaxes(0, 1),
        8: np.rot90,
    }
    # Pillow and OpenCV apply the orientation themselves to TIFFs, but to no other format.
    # Of a PNG, Pillow's own method would load the pixels again.
    orientation = 1 if picture.format == "TIFF" else Image.getexif(picture).get(274, 1)
    turn = turned.get(orientation)
    return np.ascontiguousarray(turn(pixels)) if turn else pixels

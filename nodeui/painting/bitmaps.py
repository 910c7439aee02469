"""Bitmaps: pictures that layers start with, as PNGs that are named by their content.

Their bytes lie outside of the painting, which only names them (`graph.bitmaps` says where). They
may come from strangers, so they are checked against their name and bounded before they are decoded.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import struct
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from nodeui.painting.points import PaintingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

MOST_PIXELS = 100_000_000
"""Pixels of the largest bitmap."""

MOST_BYTES = 256 << 20
"""Bytes of the largest file of a bitmap."""

PACKED = "nodeui:bitmaps"
"""Keyword of the text in a picture that holds the bitmaps of its workflow."""

MOST_PACKED = 8 << 20
"""Bytes of the bitmaps that are packed into a picture."""

NAME = re.compile("[0-9a-f]{32}")
_NAMED = re.compile(r"\bbitmap=([0-9a-f]{32})(?![0-9a-f])")
_PNG = b"\x89PNG\r\n\x1a\n"


def name_of(data: bytes) -> str:
    """Return the name of a bitmap: the first 16 bytes of the SHA-256 of its file, hexadecimal."""
    return hashlib.sha256(data).hexdigest()[:32]


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of the bitmaps in the text of a workflow, or in a line of a painting."""
    return tuple(dict.fromkeys(_NAMED.findall(text)))


def packed(files: Iterable[bytes]) -> str:
    """Return bitmaps as the text that a picture holds: a JSON object of base64 by name."""
    coded = {name_of(data): base64.b64encode(data).decode("ascii") for data in files}
    return json.dumps(coded)


def unpacked(text: str) -> list[bytes]:
    """Return the bitmaps in the text of a picture; those that are damaged are left out."""
    found: list[bytes] = []
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return found
    coded = cast("dict[str, Any]", content).items() if isinstance(content, dict) else ()
    for name, code in coded:
        try:
            data = base64.b64decode(code, validate=True)
        except (ValueError, TypeError):
            continue
        if name_of(data) == name:
            found.append(data)
    return found


def encode(pixels: Bytes) -> bytes:
    """Return pixels, (height, width, 3 or 4) uint8, as the file of a bitmap.

    Raises:
        PaintingError: they are too many.
    """
    from PIL import Image

    _check_size(pixels.shape[1], pixels.shape[0], MOST_PIXELS)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=4)
    return file.getvalue()


def decode(data: bytes, most: int = MOST_PIXELS) -> Bytes:
    """Return the pixels of a PNG.

    Args:
        data: Its content.
        most: Number of pixels that are allowed.

    Returns:
        (height, width, 3 or 4) uint8, read-only, sRGB, alpha not premultiplied.

    Raises:
        PaintingError: it is no PNG, is damaged or has too many pixels.
    """
    return _decoded(name_of(data), data, most)


@lru_cache(maxsize=16)
def _decoded(name: str, data: bytes, most: int) -> Bytes:
    import numpy as np
    from PIL import Image

    width, height = size_of(data)
    _check_size(width, height, min(most, MOST_PIXELS))
    if width * height > 8 * 1032 * (len(data) + 1000):  # the largest ratio of deflate, at 1 bit
        raise PaintingError(f"a file of this size cannot hold {width} x {height} pixels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
                pixels = np.array(_in_srgb(picture))
    except MemoryError:
        raise
    except Exception as error:  # a damaged file can raise anything
        raise PaintingError(f"its picture is damaged: {_line(error)}") from None
    pixels.flags.writeable = False
    return pixels


def size_of(data: bytes) -> tuple[int, int]:
    """Return the width and height in the header of a PNG. Raises `PaintingError`."""
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 26:
        raise PaintingError("its picture is no PNG")
    width, height = struct.unpack(">II", data[16:24])
    if not (width and height):
        raise PaintingError("its picture has no pixels")
    return width, height


def _check_size(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise PaintingError(
            f"a picture of {width} x {height} pixels is too large; "
            f"{most / 1e6:g} million are allowed"
        )


def _in_srgb(picture: Any) -> Any:
    """Return a picture of Pillow as RGB or RGBA with 8 bits, in sRGB."""
    from PIL import ImageCms

    def to_8_bits(level: Any) -> Any:
        return level / 257

    cms: Any = ImageCms
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip
        picture = picture.point(to_8_bits).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    picture = picture if picture.mode == mode else picture.convert(mode)
    if not profile:
        return picture
    try:
        own = cms.ImageCmsProfile(io.BytesIO(profile))
        alpha = picture.getchannel("A") if mode == "RGBA" else None
        found = cms.profileToProfile(picture.convert("RGB"), own, cms.createProfile("sRGB"))
    except (OSError, cms.PyCMSError):  # of another colour model
        return picture
    if alpha is not None:
        found.putalpha(alpha)
    return found


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or "it cannot be read"

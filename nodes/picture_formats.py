"""Encodes pictures in the formats that Save image offers, with the workflow in their metadata."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from nodes import imaging
from nodeui.sdk import NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Integers, Levels

WORKFLOW_KEY = "nodeui:workflow"
PROVENANCE_KEY = "nodeui:provenance"
PACKED_KEY = "nodeui:packed"

Format = Literal["png", "jpeg", "webp", "avif", "tiff"]
Depth = Literal["auto", "8", "16"]

SUFFIXES: Mapping[str, str] = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "avif": ".avif",
    "tiff": ".tiff",
}
_DEEP = ("png", "tiff")  # formats of 16 bits
_LONGEST_SIDE: Mapping[Format, int] = {"jpeg": 65535, "webp": 16383, "avif": 65536}
_USER_COMMENT, _EXIF = 37510, 0x8769
_ASCII = b"ASCII\0\0\0"
_MOST_IN_JPEG = 65_000  # bytes of an APP1 segment, less what EXIF adds
_FINE = 90  # from this quality on, colours have the resolution of the brightness


def check_size(levels: Levels, format: Format) -> None:
    """Check that a picture fits into a format.

    Args:
        levels: (n, height, width, channels).
        format: The format.

    Raises:
        NodeError: about `format`: the picture is larger than the format allows.
    """
    height, width = levels.shape[1:3]
    most = _LONGEST_SIDE.get(format)
    if most is not None and max(height, width) > most:
        raise NodeError(
            f"{format} holds pictures of up to {most} pixels a side, not {width} x {height}. "
            "Choose png or tiff.",
            "format",
        )


def remarks(levels: Levels, format: Format, depth: Depth, texts: Mapping[str, str]) -> list[str]:
    """Return what a format cannot hold of pictures, a sentence each.

    Args:
        levels: (n, height, width, channels).
        format: The format.
        depth: The wanted depth.
        texts: As for `encode`.
    """
    found: list[str] = []
    if format not in _DEEP and (depth == "16" or levels.dtype == "uint16"):
        found.append(f"{format} has 8 bits per channel: the picture is saved with 8, not 16.")
    if (
        format == "jpeg"
        and levels.shape[-1] == 4
        and bool((imaging.to_bytes(levels)[..., 3] < 255).any())
    ):
        found.append("jpeg has no transparency: the picture is saved on white.")
    if format == "jpeg" and texts:
        kept = _fitting(texts)
        if not kept:
            found.append("The workflow is too long for a jpeg, and is left out.")
        elif len(kept) < len(texts):
            found.append("The parameters of each value are too long for a jpeg, and are left out.")
    return found


def encode(
    levels: Levels,
    format: Format,
    depth: Depth,
    quality: int,
    texts: Mapping[str, str],
    check: Callable[[], object] = lambda: None,
) -> bytes | memoryview:
    """Encode a picture.

    Args:
        levels: (height, width, 3 or 4) uint8, uint16 or float32 in [0, 1].
        format: The format.
        depth: Bits per channel of PNG and TIFF; "auto" is 16 for uint16 and else 8.
        quality: From 1 to 100, of JPEG, WebP and AVIF; 100 is lossless WebP.
        texts: Texts by keyword, such as `WORKFLOW_KEY`.
        check: Called now and then; may raise to stop.
    """
    from nodes import png_files

    check()
    if format in _DEEP:
        deep = depth == "16" or (depth == "auto" and levels.dtype == "uint16")
        stored = _words(levels) if deep else imaging.to_bytes(levels)
        return png_files.encode(stored, texts, check) if format == "png" else _tiff(stored, texts)
    narrow = imaging.to_bytes(levels)
    if format == "jpeg":
        return _jpeg(narrow, quality, texts)
    if format == "webp":
        options = {"lossless": True} if quality == 100 else {"quality": quality}
        return _by_pillow(narrow, "WEBP", texts, exact=True, **options)
    fine = "4:4:4" if quality >= _FINE else "4:2:0"
    return _by_pillow(narrow, "AVIF", texts, quality=quality, subsampling=fine)


# --- depth -------------------------------------------------------------------------------------


def _words(levels: Levels) -> NDArray[np.uint16]:
    """Return levels with 16 bits."""
    import numpy as np

    if levels.dtype == np.uint16:
        return levels.astype(np.uint16, copy=False)
    if levels.dtype == np.uint8:
        return levels.astype(np.uint16) * np.uint16(257)
    return (levels.clip(0, 1) * np.float32(65535)).round().astype(np.uint16)


# --- formats -----------------------------------------------------------------------------------


def _tiff(levels: Integers, texts: Mapping[str, str]) -> bytes:
    """Encode a TIFF, of which the description (tag 270) holds the texts."""
    import tifffile

    file = BytesIO()
    tifffile.imwrite(
        file,
        levels,
        photometric="rgb",
        compression="zlib",
        predictor=True,
        extrasamples=["unassalpha"] if levels.shape[-1] == 4 else None,
        description=json.dumps(dict(texts)) if texts else None,
        metadata=None,
        software="NodeUI",
    )
    return file.getvalue()


def _jpeg(levels: NDArray[np.uint8], quality: int, texts: Mapping[str, str]) -> bytes:
    import numpy as np

    if levels.shape[-1] == 4:
        alpha = levels[..., 3:].astype(np.float32) / np.float32(255)
        mixed = levels[..., :3] * alpha + np.float32(255) * (1 - alpha)
        levels = mixed.round().astype(np.uint8)
    subsampling = 0 if quality >= _FINE else 2
    kept = _fitting(texts)
    return _by_pillow(levels, "JPEG", kept, quality=quality, subsampling=subsampling, optimize=True)


def _by_pillow(
    levels: NDArray[np.uint8], kind: str, texts: Mapping[str, str], **options: object
) -> bytes:
    """Encode by Pillow, with the texts in the EXIF user comment."""
    import numpy as np
    from PIL import Image

    if texts:
        exif = Image.Exif()
        exif.get_ifd(_EXIF)[_USER_COMMENT] = _comment(texts)
        options["exif"] = exif.tobytes()
    file = BytesIO()
    Image.fromarray(np.ascontiguousarray(levels)).save(file, kind, **options)
    return file.getvalue()


# --- texts -------------------------------------------------------------------------------------


def _comment(texts: Mapping[str, str]) -> bytes:
    """Return texts as an EXIF user comment: a JSON object, packed if a JPEG has no room for it."""
    plain = json.dumps(dict(texts)).encode()
    if len(plain) > _MOST_IN_JPEG:
        packed = base64.b64encode(zlib.compress(plain, 9)).decode()
        plain = json.dumps({PACKED_KEY: packed}).encode()
    return _ASCII + plain


def _fitting(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that a JPEG has room for: all, the workflow, or none."""
    only = {key: text for key, text in texts.items() if key == WORKFLOW_KEY}
    for some in (dict(texts), only):
        if len(_comment(some)) <= _MOST_IN_JPEG:
            return some
    return {}

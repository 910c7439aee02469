"""Reads the texts that NodeUI writes into pictures, such as their workflow.

PNGs hold them in text chunks; JPEG, WebP and AVIF in the EXIF user comment and TIFF in the image
description, as a JSON object. Pixels are never decoded. Files come from strangers: lengths in them
are checked, and texts are bounded by `origins.LONGEST_TEXT`.
"""

from __future__ import annotations

import base64
import io
import json
import warnings
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

from nodeui.graph import origins

WORKFLOW = "nodeui:workflow"
"""Keyword of the text that is the workflow a picture was made with."""

PROVENANCE = "nodeui:provenance"
"""Keyword of the text that is the parameters each value was made with."""

_PACKED = "nodeui:packed"
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff")
"""Suffixes of the files that can hold texts."""

_MARKS = (b"\xff\xd8\xff", b"II*\0", b"MM\0*")  # JPEG and TIFF


def is_picture(data: bytes) -> bool:
    """True if a file is a picture in a format that can hold texts, by its first 12 bytes."""
    return data.startswith((origins.PNG, *_MARKS)) or _is_webp(data) or _is_avif(data)


def is_picture_file(path: Path) -> bool:
    """True if a file is a picture in a format that can hold texts."""
    try:
        with path.open("rb") as file:
            return is_picture(file.read(12))
    except OSError:
        return False


def texts_of(file: BinaryIO, cut: bool = False) -> dict[str, str]:
    """Return the texts in a picture by keyword; none if it is in another format or damaged.

    Args:
        file: The picture; only its metadata is read.
        cut: Of a PNG that is damaged or cut off, return the texts before the damage.

    Raises:
        OSError: the file cannot be read.
        BrokenPng: it is a PNG whose chunks cannot be read, or its texts are too long.
    """
    head = file.read(12)
    file.seek(0)
    if head.startswith(origins.PNG):
        return origins.texts_in_png(file, cut)
    if not is_picture(head):
        return {}
    try:
        return unpacked(_webp_comment(file) if _is_webp(head) else _pillow_comment(file))
    except OSError:
        raise
    except Exception:  # a damaged file can raise anything
        return {}


def read_texts(path: Path) -> dict[str, str]:
    """Return the texts in a picture file; none if there are none that can be read."""
    try:
        with path.open("rb") as file:
            return texts_of(file, cut=True)
    except OSError:
        return {}


def _is_webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_avif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis")


def unpacked(comment: str) -> dict[str, str]:
    """Return the texts in a comment."""
    if not comment.startswith('{"nodeui:') or len(comment) > origins.LONGEST_TEXT:
        return {}
    content = json.loads(comment)
    packed = content.get(_PACKED)
    if isinstance(packed, str):
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(packed), origins.LONGEST_TEXT)
        if unpacker.unconsumed_tail:
            return {}
        content = json.loads(data)
    return {key: text for key, text in content.items() if isinstance(text, str)}


def _pillow_comment(file: BinaryIO) -> str:
    """Return the comment in a JPEG, AVIF or TIFF."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file, formats=("JPEG", "AVIF", "TIFF")) as image:
            if image.format == "TIFF":
                return str(cast("Any", image).tag_v2.get(270, ""))
            return _comment(image.getexif())


def _webp_comment(file: BinaryIO) -> str:
    """Return the comment in a WebP, whose canvas Pillow would allocate."""
    from PIL import Image

    size = file.seek(0, io.SEEK_END)
    position = 12
    while position + 8 <= size:
        file.seek(position)
        kind, length = file.read(4), int.from_bytes(file.read(4), "little")
        if kind == b"EXIF" and length <= min(origins.LONGEST_TEXT, size):
            exif = Image.Exif()
            exif.load(file.read(length))
            return _comment(exif)
        position += 8 + length + length % 2
    return ""


def _comment(exif: Any) -> str:
    """Return the EXIF user comment."""
    value = exif.get_ifd(0x8769).get(37510, b"")
    return origins.comment_text(value)

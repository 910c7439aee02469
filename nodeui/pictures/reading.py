"""Reads what a picture file tells about itself: its size and the texts in it, never its pixels."""

from __future__ import annotations

import base64
import os
import stat
import warnings
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from nodeui.graph import origins

XMP_KEY = "XML:com.adobe.xmp"
"""Keyword of the text that is the XMP packet of a file."""

_MOST_HEADER = 32 << 20  # bytes of a PNG that are not pixels
_MOST_CHUNKS = 100_000
_FORMATS = ("JPEG", "WEBP", "AVIF", "TIFF", "PNG", "GIF", "BMP")


@dataclass(frozen=True)
class Header:
    """A picture file without its pixels.

    Attributes:
        width, height: In pixels; 0 if the file is damaged or not a picture.
        texts: Its texts by keyword, such as "parameters"; its XMP packet is `XMP_KEY`.
    """

    width: int
    height: int
    texts: Mapping[str, str]


_UNREADABLE = Header(0, 0, {})


def read_header(path: Path) -> Header:
    """Return the header of a picture; one that is damaged has no size and no texts.

    Raises:
        OSError: the file cannot be read, or is not a regular file.
    """
    # without blocking, in case the name is that of a named pipe
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is not a regular file")
        if file.read(len(origins.PNG)) == origins.PNG:
            return _png_header(file)
        file.seek(0)
        return _other_header(file)


_BINARY = getattr(os, "O_BINARY", 0)  # Windows


def _png_header(file: BinaryIO) -> Header:
    """Return the header of a PNG whose signature has been read."""
    parts = [origins.PNG]
    length, width, height = 0, 0, 0
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        size, kind = int.from_bytes(head[:4]), head[4:]
        if len(head) < 8 or kind == b"IEND":
            break
        if kind not in (b"IHDR", b"tEXt", b"zTXt", b"iTXt"):
            file.seek(size + 4, os.SEEK_CUR)
            continue
        length += size
        if length > _MOST_HEADER:
            break
        body = file.read(size + 4)
        if len(body) < size + 4:
            break
        if kind == b"IHDR":
            width, height = int.from_bytes(body[:4]), int.from_bytes(body[4:8])
        parts.append(head + body)
    try:
        return Header(width, height, origins.png_texts(b"".join([*parts, _END])))
    except origins.BrokenPng:
        return Header(width, height, {})


_END = b"\0\0\0\0IEND\xaeB`\x82"


def _other_header(file: BinaryIO) -> Header:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=_FORMATS) as image:
                return Header(*image.size, _with_own(dict(origins.texts_of(image))))
    except OSError as error:
        if error.errno is not None:  # the disk's error, not Pillow's about the content
            raise
        return _UNREADABLE
    except Exception:  # a damaged file can raise anything, such as struct.error
        return _UNREADABLE


def _with_own(texts: dict[str, str]) -> dict[str, str]:
    """Add the texts that NodeUI writes as a JSON object into comments and descriptions."""
    for text in list(texts.values()):
        if not text.startswith('{"nodeui:'):
            continue
        found = msgspec.json.decode(text, type=dict[str, str])
        if packed := found.get(_PACKED):
            unpacker = zlib.decompressobj()
            plain = unpacker.decompress(base64.b64decode(packed), origins.LONGEST_TEXT)
            found = msgspec.json.decode(plain, type=dict[str, str])
        texts |= found
    return texts


_PACKED = "nodeui:packed"

"""Reads the header of a picture file: its size and the texts in it, never its pixels."""

from __future__ import annotations

import io
import os
import stat
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nodeui.graph import embedded, origins

XMP_KEY = "XML:com.adobe.xmp"
"""Keyword of the text that is the XMP packet of a file."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows
_FORMATS = ("JPEG", "AVIF", "TIFF")


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
        head = file.read(24)
        file.seek(0)
        try:
            if head.startswith(origins.PNG):
                width, height = int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
                return Header(width, height, origins.texts_in_png(file, cut=True))
            if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
                return _webp_header(file)
            return _pillow_header(file)
        except OSError as error:
            if error.errno is not None:  # the disk's error, not Pillow's about the content
                raise
            return _UNREADABLE
        except Exception:  # a damaged file can raise anything, such as struct.error
            return _UNREADABLE


def _pillow_header(file: BinaryIO) -> Header:
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file, formats=_FORMATS) as image:
            return Header(*image.size, _with_own(dict(origins.texts_of(image))))


def _webp_header(file: BinaryIO) -> Header:
    """Return the header of a WebP, for which Pillow would allocate the pixels."""
    from PIL import Image

    size, texts = (0, 0), dict[str, str]()
    for kind, length in _webp_chunks(file):
        if kind == b"VP8X":
            head = file.read(10)
            size = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:], "little") + 1
        elif kind == b"VP8 " and size == (0, 0):
            head = file.read(10)
            sides = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:], "little")
            size = sides[0] & 0x3FFF, sides[1] & 0x3FFF
        elif kind == b"VP8L" and size == (0, 0):
            bits = int.from_bytes(file.read(5)[1:], "little")
            size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"EXIF" and length <= origins.LONGEST_TEXT:
            exif = Image.Exif()
            exif.load(file.read(length))
            texts |= origins.exif_texts(exif)
        elif kind == b"XMP " and length <= origins.LONGEST_TEXT:
            texts[XMP_KEY] = file.read(length).decode(errors="replace")
    return Header(*size, _with_own(texts))


def _webp_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield kind and length of each chunk, with the file at its content."""
    end = file.seek(0, io.SEEK_END)
    position = 12
    while position + 8 <= end:
        file.seek(position)
        kind, length = file.read(4), int.from_bytes(file.read(4), "little")
        yield kind, length
        position += 8 + length + length % 2


def _with_own(texts: dict[str, str]) -> dict[str, str]:
    """Add the texts that NodeUI writes as a JSON object into a comment or description."""
    for text in list(texts.values()):
        texts |= embedded.unpacked(text)
    return texts

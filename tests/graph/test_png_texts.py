"""Texts of PNG files that are damaged, or packed to grow without end."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from nodeui.graph import document, origins


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def png(*before: bytes, after: bytes = b"", size: tuple[int, int] = (4, 4)) -> bytes:
    """Return a PNG file with chunks before and after its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(13 * 4)))
    return origins.PNG + header + b"".join(before) + pixels + after + chunk(b"IEND", b"")


def test_texts_are_those_that_pillow_writes():
    info = PngInfo()
    info.add_text("latin", "Grüße")
    info.add_text("packed", "x" * 1000, zip=True)
    info.add_itxt("unicode", "雪", "de", "Schnee")
    info.add_itxt("both", "雪" * 1000, zip=True)
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG", pnginfo=info)
    with Image.open(io.BytesIO(file.getvalue())) as picture:
        assert isinstance(picture, PngImageFile)
        assert origins.png_texts(file.getvalue()) == dict(picture.text)


BOMB = zlib.compress(bytes(10**9 // 4))


@pytest.mark.parametrize(
    "data",
    [
        png(after=chunk(b"iCCP", b"x\0")),
        png(chunk(b"iCCP", b"")),
        png(chunk(b"zTXt", b"")),
        png(chunk(b"iTXt", b"x\0\1")),
        png(chunk(b"eXIf", b"MM"), chunk(b"tRNS", b""), chunk(b"acTL", b"")),
        png(size=(2**31 - 1, 2**31 - 1)),
        png(size=(13_000, 13_000)),
        png(chunk(b"tEXt", b"\xff" * 100)),
        png(chunk(b"iTXt", b"x\0\0\0\0\0\xff")),
    ],
)
def test_what_is_no_text_does_not_matter(data: bytes):
    with pytest.raises(document.DocumentError, match="carries no workflow"):
        document.text_of(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (png(chunk(b"zTXt", b"nodeui:workflow\0\0" + BOMB)), "too long"),
        (png(after=chunk(b"iTXt", b"nodeui:workflow\0\1\0\0\0" + BOMB)), "too long"),
        (png(*(chunk(b"zTXt", b"%d\0\0" % i + zlib.compress(bytes(10**7))) for i in range(20))),
         "too long"),
        (png(chunk(b"zTXt", b"x\0\0junk")), "damaged"),
        (png()[:-20], "cut off"),
        (origins.PNG, "cut off"),
        (origins.PNG + b"\xff\xff\xff\xffIHDR", "cut off"),
        (png(chunk(b"tEXt", b"x\0y")).replace(b"x\0y", b"x\0z"), "a part of it is damaged"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused_within_little_memory(data: bytes, reason: str):
    tracemalloc.start()
    with pytest.raises(document.DocumentError, match=f"not a readable PNG: .*{reason}"):
        document.text_of(data)
    assert tracemalloc.get_traced_memory()[1] < 400 << 20
    tracemalloc.stop()

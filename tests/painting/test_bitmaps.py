"""Bitmaps: named by their content, and bounded before they are decoded."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from nodeui.painting import bitmaps
from nodeui.painting.points import PaintingError

rng = np.random.default_rng(5)


def png(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


@pytest.mark.parametrize("channels", [3, 4])
def test_pixels_come_back(channels: int):
    pixels = rng.integers(0, 256, (9, 7, channels), np.uint8)
    found = bitmaps.decode(bitmaps.encode(pixels))
    np.testing.assert_array_equal(found, pixels)
    assert not found.flags.writeable


def test_the_name_is_the_hash():
    data = bitmaps.encode(np.zeros((2, 2, 3), np.uint8))
    assert bitmaps.name_of(data) == hashlib.sha256(data).hexdigest()[:32]


def test_names_in_a_workflow():
    one, other = "0123456789abcdef" * 2, "f" * 32
    text = f'["layer id=a bitmap={one}", "layer bitmap={other} id=b", "bitmap={one}"]'
    assert bitmaps.names_in(text) == (one, other)
    assert bitmaps.names_in(f"bitmap={one}0 mybitmap={one} bitmap={one[:-1]}") == ()


def test_other_kinds_of_png_become_rgb():
    grey = Image.fromarray(np.array([[0, 100], [200, 255]], np.uint8))
    assert bitmaps.decode(png(grey))[..., 0].tolist() == [[0, 100], [200, 255]]
    deep = Image.fromarray(np.array([[0, 257 * 100], [257 * 200, 65535]], np.uint16))
    assert bitmaps.decode(png(deep))[..., 1].tolist() == [[0, 100], [200, 255]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([10, 20, 30])
    assert bitmaps.decode(png(palette, transparency=0)).tolist() == [[[10, 20, 30, 0]]]


def test_profiles_are_converted():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = rng.integers(0, 256, (4, 4, 4), np.uint8)
    found = bitmaps.decode(png(Image.fromarray(pixels), icc_profile=profile))
    assert abs(found.astype(int) - pixels).max() <= 1


def header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1000)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is no PNG"),
        (b"GIF89a" + b"\0" * 40, "is no PNG"),
        (header(0, 5), "has no pixels"),
        (header(100_000, 100_000), "too large; 100 million are allowed"),
        (header(9000, 9000), "a file of this size cannot hold 9000 x 9000 pixels"),
        (header(30, 30), "is damaged"),
        (bitmaps.encode(rng.integers(0, 256, (9, 9, 3), np.uint8))[:-60], "is damaged"),
    ],
)
def test_bad_files_are_refused(data: bytes, reason: str):
    with pytest.raises(PaintingError, match=reason) as caught:
        bitmaps.decode(data)
    assert "\n" not in str(caught.value)


def test_a_lower_limit():
    data = bitmaps.encode(np.zeros((20, 20, 3), np.uint8))
    with pytest.raises(PaintingError, match="20 x 20 pixels is too large"):
        bitmaps.decode(data, most=399)
    with pytest.raises(PaintingError, match="too large"):
        bitmaps.encode(np.broadcast_to(np.uint8(0), (20_000, 20_000, 3)))

"""Tests of picture files that common libraries read wrongly or in part without a word."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from nodes import image
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def levels(ctx: FakeContext, name: str, content: bytes) -> list[float]:
    """Return the red channel of the first row of a file."""
    (ctx.root / name).write_bytes(content)
    return image.load(ctx, name).image.pixels[0, 0, :, 0].tolist()


def png(width: int, bits: int, kind: int, row: bytes, **chunks: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, 1, bits, kind, 0, 0, 0)
    body = [chunk(name.encode(), data) for name, data in chunks.items()]
    body += [chunk(b"IDAT", zlib.compress(b"\0" + row)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(body)


def tiff(width: int, data: bytes, **tags: int | tuple[int, ...]) -> bytes:
    """Return an uncompressed TIFF of one row: tags by "t" and their number."""
    entries = {256: width, 257: 1, 259: 1, 273: 400, 278: 1, 279: len(data), 277: 1}
    entries |= {int(name[1:]): value for name, value in tags.items()}
    fields, extra = b"", b""
    for tag, value in sorted(entries.items()):
        values = value if isinstance(value, tuple) else (value,)
        packed = struct.pack(f"<{len(values)}H", *values)
        if len(packed) > 4:
            packed, extra = struct.pack("<I", 300 + len(extra)), extra + packed
        fields += struct.pack("<HHI", tag, 3, len(values)) + packed.ljust(4, b"\0")
    body = b"II*\0" + struct.pack("<IH", 8, len(entries)) + fields + bytes(4)
    return (body.ljust(300, b"\0") + extra).ljust(400, b"\0") + data


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_transparent_level_of_grey_pngs(ctx: FakeContext, bits: int) -> None:
    """The tRNS chunk names the stored level, not the one that it is shown as."""
    row = {1: b"\x40", 2: b"\x1b", 4: b"\x01\x23", 8: b"\0\1\2\3"}[bits]
    stored = {1: [0, 1, 0, 0], 2: [0, 1, 2, 3], 4: [0, 1, 2, 3], 8: [0, 1, 2, 3]}[bits]
    (ctx.root / "a.png").write_bytes(png(4, bits, 0, row, tRNS=b"\0\1"))
    loaded = image.load(ctx, "a.png")
    assert loaded.mask.alpha[0, 0].tolist() == [level != 1 for level in stored]
    wanted = np.array(stored, np.float32) / np.float32(2**bits - 1)
    assert np.allclose(loaded.image.pixels[0, 0, :, 0], wanted, atol=1e-3)


def test_white_is_zero(ctx: FakeContext) -> None:
    shorts = struct.pack("<3H", 0, 13107, 65535)
    found = levels(ctx, "a.tiff", tiff(3, shorts, t258=16, t262=0))
    assert np.allclose(found, (1, 0.8, 0))
    floats = struct.pack("<3f", 0, 0.2, 1)
    assert np.allclose(levels(ctx, "b.tiff", tiff(3, floats, t258=32, t262=0, t339=3)), (1, 0.8, 0))
    assert not ctx.warnings


def test_12_bits(ctx: FakeContext) -> None:
    found = levels(ctx, "a.tiff", tiff(3, b"\x00\x0f\xff\x80\x00", t258=12, t262=1))
    assert np.allclose(found, (0, 1, 2048 / 4095))


def test_unsigned_32_bits(ctx: FakeContext) -> None:
    (ctx.root / "a.tiff").write_bytes(tiff(3, struct.pack("<3I", 0, 2**31, 2**32 - 1), t258=32,
                                           t262=1))  # fmt: skip
    found = image.load(ctx, "a.tiff", "normalise").image.pixels[0, 0, :, 0]
    assert np.allclose(found, (0, 0.5, 1))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tiff(2, b"\x05\xfb", t258=8, t262=1, t339=2), "signed values of 8 bits"),
        (tiff(2, bytes(16), t258=(16,) * 4, t262=5, t277=4), "CMYK colours of 16 bits"),
    ],
)
def test_what_would_be_read_as_other_pixels_is_refused(
    ctx: FakeContext, content: bytes, reason: str
) -> None:
    with pytest.raises(NodeError, match=rf"a\.tiff has {reason}.*Save it") as error:
        levels(ctx, "a.tiff", content)
    assert error.value.parameter == "path"


def test_separate_planes_of_16_bits_are_refused(ctx: FakeContext) -> None:
    """OpenCV reads the bytes of one plane as those of pixels."""
    content = tiff(2, bytes(12), t258=(16,) * 3, t262=2, t277=3, t284=2, t273=(400, 404, 408),
                   t279=(4, 4, 4))  # fmt: skip
    with pytest.raises(NodeError, match="separate colour planes of 16 bits"):
        levels(ctx, "a.tiff", content)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "AVIF", "TIFF"])
def test_files_of_several_pictures(ctx: FakeContext, kind: str) -> None:
    stream = BytesIO()
    first, *others = [Pillow.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    first.save(stream, kind, save_all=True, append_images=others)
    assert np.allclose(levels(ctx, "a", stream.getvalue()), 1)
    (warning,) = ctx.warnings
    assert "a has 3" in warning and "only the first is read" in warning


GREY = struct.pack(">2H", 1000, 2000)


@pytest.mark.parametrize(
    ("chunks", "warning"),
    [
        ({"gAMA": struct.pack(">I", 100000)}, "gamma of 1 "),
        ({"gAMA": struct.pack(">I", 45455)}, None),
        ({"gAMA": struct.pack(">I", 100000), "sRGB": b"\0"}, None),
        ({"cHRM": struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)},
         "primary colours"),
        ({"cHRM": struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)}, None),
        ({"cICP": bytes([9, 16, 0, 1])}, "HDR"),
        ({"cICP": bytes([1, 13, 0, 1])}, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("bits", [8, 16])
def test_colour_data_of_pngs(
    ctx: FakeContext, chunks: dict[str, bytes], warning: str | None, bits: int
) -> None:
    row = bytes([9] * 6) if bits == 8 else GREY
    levels(ctx, "a.png", png(2, bits, 2 if bits == 8 else 0, row, **chunks))
    assert len(ctx.warnings) == (warning is not None)
    assert warning is None or warning in ctx.warnings[0]


def test_an_ignored_profile_of_16_bit_grey_is_told(ctx: FakeContext) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    levels(ctx, "a.png", png(2, 16, 0, GREY, iCCP=b"x\0\0" + zlib.compress(profile)))
    assert "colour profile of a.png is ignored" in ctx.warnings[0]


def test_a_linear_profile_is_converted_whatever_its_name(ctx: FakeContext) -> None:
    """GIMP calls it "GIMP built-in Linear sRGB"."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count, offset, size = 0, 0, 0
    for entry in range(struct.unpack_from(">I", profile, 128)[0]):
        name, start, length = struct.unpack_from(">4sII", profile, 132 + 12 * entry)
        if name == b"rTRC":
            count, offset, size = count + 1, start, length
    assert count == 1
    straight = b"curv\0\0\0\0\0\0\0\0".ljust(size, b"\0")
    linear = profile[:offset] + straight + profile[offset + size :]
    picture = Pillow.new("RGB", (2, 2), (55, 55, 55))
    picture.save(ctx.root / "a.png", icc_profile=linear)
    found = image.load(ctx, "a.png").image.pixels[0, 0, 0]
    wanted = 1.055 * (55 / 255) ** (1 / 2.4) - 0.055
    assert np.abs(found - wanted).max() < 2 / 255


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_is_told(ctx: FakeContext, kind: str) -> None:
    stream = BytesIO()
    Pillow.new("CMYK", (8, 8), (0, 255, 255, 0)).save(stream, kind)
    assert np.allclose(levels(ctx, "a", stream.getvalue()), 1, atol=0.02)
    assert "CMYK" in ctx.warnings[0]


def test_depth_that_is_lost_is_told(ctx: FakeContext) -> None:
    stream = BytesIO()
    Pillow.new("RGB", (32, 32), (200, 100, 50)).save(stream, "AVIF")
    levels(ctx, "a.avif", stream.getvalue())
    assert not ctx.warnings
    deep = np.full((32, 32, 3), 300, np.uint16)
    ten = cv2.imencode(".avif", deep, [cv2.IMWRITE_AVIF_DEPTH, 10])[1].tobytes()
    levels(ctx, "a.avif", ten)
    assert ctx.warnings.pop() == "a.avif has 10 bits per channel, of which 8 are read."
    levels(ctx, "b.jp2", cv2.imencode(".jp2", np.full((64, 64, 3), 1000, np.uint16))[1].tobytes())
    assert ctx.warnings == ["b.jp2 has 16 bits per channel, of which 8 are read."]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html>", "it is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer"),
        (b"v/1\x01" + bytes(40), "it is an OpenEXR file"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "it is a HEIF picture"),
        (b"\0\0\0\x18ftypisom" + bytes(40), "it is a film"),
        (b"P7\nWIDTH 1\n", "it is a PAM file"),
        (b"8BPS" + bytes(40), "it is a Photoshop file"),
        (tiff(1, bytes(12), t258=(32,) * 3, t262=2, t277=3, t339=(3,) * 3), "it is a TIFF file"),
    ],
)
def test_other_files_are_named(ctx: FakeContext, content: bytes, told: str) -> None:
    with pytest.raises(NodeError, match=f"a.png is not a picture.*{told}") as error:
        levels(ctx, "a.png", content)
    assert "\n" not in str(error.value)

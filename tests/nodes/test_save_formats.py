"""Saving in all formats: what is read back is what was saved."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Literal, get_args

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from nodes import image, picture_formats, saved_files
from nodes.picture_formats import Format
from nodes.types import Image
from nodeui.graph import document, embedded, origins
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext, picture

FORMATS: tuple[Format, ...] = get_args(Format)


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def saved(ctx: FakeContext, one: Image, format: Format, **options: Any) -> Path:
    (file,) = image.save(one, ctx, "x", format, **options).files
    return ctx.output_dir / file.path


def smooth(channels: int = 3) -> Image:
    """A picture that lossy formats keep well."""
    y, x = np.mgrid[0:48, 0:64] / np.float32(64)
    parts = [x, y * 64 / 48, (x + y) / 2, np.clip(x * 2, 0, 1)]
    return Image(np.stack(parts[:channels], -1)[None].astype(np.float32))


def loaded(ctx: FakeContext, path: Path) -> Any:
    return image.load(ctx, str(path)).image.levels[0]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_holds_picture_and_workflow(ctx: FakeContext, format: Format) -> None:
    ctx.text = '{"format": "nodeui/workflow", "version": 1, "meta": {"title": "Über ☁"}}'
    path = saved(ctx, smooth(), format)
    assert path.suffix == picture_formats.SUFFIXES[format]
    off = np.abs(loaded(ctx, path).astype(int) - (smooth().levels[0] * 255).round().astype(int))
    assert off.mean() < (0.01 if format in ("png", "tiff") else 2.5)
    assert document.text_of(path.read_bytes()).decode() == ctx.text
    assert embedded.read_texts(path)[embedded.WORKFLOW] == ctx.text
    assert json.loads(embedded.read_texts(path)[embedded.PROVENANCE]) == {"nodes": {}}
    assert ctx.warnings == []


@pytest.mark.parametrize("format", ["png", "tiff"])
@pytest.mark.parametrize("channels", [3, 4])
def test_16_bits_are_kept(ctx: FakeContext, format: Literal["png", "tiff"], channels: int) -> None:
    values = np.random.default_rng(3).integers(0, 65536, (9, 7, channels), dtype=np.uint16)
    path = saved(ctx, Image(values[None]), format)
    assert np.array_equal(loaded(ctx, path), values)
    other = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)  # by another program
    assert other is not None
    assert np.array_equal(other[..., [2, 1, 0, 3][:channels]], values)
    floats = Image((values / np.float32(65535))[None].astype(np.float32))
    deep = saved(ctx, floats, format, depth="16", metadata="none")
    assert np.array_equal(loaded(ctx, deep), values)
    shallow = saved(ctx, Image(values[None]), format, depth="8")
    assert loaded(ctx, shallow).dtype == np.uint8


@pytest.mark.parametrize("format", ["png", "tiff", "webp", "avif"])
def test_transparency_is_kept(ctx: FakeContext, format: Format) -> None:
    path = saved(ctx, smooth(4), format, quality=100)
    alpha = loaded(ctx, path)[..., 3].astype(int)
    assert np.abs(alpha - (smooth(4).levels[0, ..., 3] * 255).round()).mean() < 2
    assert ctx.warnings == []


def test_lossless_webp_keeps_every_level(ctx: FakeContext) -> None:
    one = picture(1, 16, 12, 4)
    path = saved(ctx, one, "webp", quality=100)
    assert np.array_equal(loaded(ctx, path), (one.pixels[0] * 255).round().astype(np.uint8))


def test_jpeg_puts_transparency_on_white_with_a_warning(ctx: FakeContext) -> None:
    clear = np.zeros((1, 16, 16, 4), np.float32)
    path = saved(ctx, Image(clear), "jpeg")
    assert (loaded(ctx, path) > 250).all()
    assert any("transparency" in text for text in ctx.warnings)
    ctx.warnings.clear()
    opaque = np.ones((1, 16, 16, 4), np.float32)
    saved(ctx, Image(opaque), "jpeg")
    assert ctx.warnings == []


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif"])
def test_16_bits_in_a_format_of_8_are_a_warning(ctx: FakeContext, format: Format) -> None:
    saved(ctx, smooth(), format, depth="16")
    assert any(f"{format} has 8 bits" in text for text in ctx.warnings)


def test_a_picture_too_large_for_the_format_is_refused(ctx: FakeContext) -> None:
    wide = Image(np.zeros((1, 1, 16384, 3), np.uint8))
    with pytest.raises(NodeError, match="webp holds pictures of up to 16383") as error:
        image.save(wide, ctx, "x", "webp")
    assert error.value.parameter == "format" and not ctx.output_dir.exists()


@pytest.mark.parametrize("letters", [4, 80])
def test_a_long_workflow_in_a_jpeg(ctx: FakeContext, letters: int) -> None:
    """It is packed; what still has no room is left out with a warning."""
    noise = np.random.default_rng(0).integers(0, letters, 150_000, dtype=np.uint8) + 40
    ctx.text = json.dumps({"format": noise.tobytes().decode()})
    path = saved(ctx, smooth(), "jpeg")
    texts = embedded.read_texts(path)
    if letters == 4:
        assert texts[embedded.WORKFLOW] == ctx.text
    else:
        assert texts == {} and any("too long for a jpeg" in text for text in ctx.warnings)
    assert embedded.read_texts(saved(ctx, smooth(), "webp"))[embedded.WORKFLOW] == ctx.text


@pytest.mark.parametrize("format", FORMATS)
def test_no_metadata_means_none(ctx: FakeContext, format: Format) -> None:
    path = saved(ctx, smooth(), format, metadata="none")
    assert embedded.read_texts(path) == {} and b"nodeui:" not in path.read_bytes()
    with pytest.raises(document.DocumentError, match=r"no (NodeUI )?workflow"):
        document.text_of(path.read_bytes())


@pytest.mark.parametrize("format", FORMATS)
def test_damaged_pictures_have_no_texts(ctx: FakeContext, format: Format) -> None:
    content = saved(ctx, smooth(), format).read_bytes()
    for seed in range(60):
        random = np.random.default_rng(seed)
        broken = bytearray(content[: random.integers(1, len(content))])
        for place in random.integers(0, len(broken), 8):
            broken[place] = random.integers(0, 256)
        path = ctx.root / "broken"
        path.write_bytes(broken)
        assert isinstance(embedded.read_texts(path), dict)


def test_a_bomb_in_a_comment_is_not_unpacked(ctx: FakeContext) -> None:
    import base64
    import zlib

    bomb = base64.b64encode(zlib.compress(b" " * (origins.LONGEST_TEXT + 1), 9)).decode()
    exif = Pillow.Exif()
    exif.get_ifd(0x8769)[37510] = b"ASCII\0\0\0" + json.dumps({"nodeui:packed": bomb}).encode()
    file = io.BytesIO()
    Pillow.new("RGB", (4, 4)).save(file, "WEBP", exif=exif)
    assert embedded.texts_of(io.BytesIO(file.getvalue())) == {}


# --- ratings -----------------------------------------------------------------------------------

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


def rated(path: Path) -> bytes:
    """The file with an XMP packet, as a program for ratings would write it."""
    content = path.read_bytes()
    if path.suffix == ".png":
        with Pillow.open(path) as one:
            chunk = PngInfo()
            chunk.add_itxt("XML:com.adobe.xmp", XMP.decode())
            file = io.BytesIO()
            Pillow.new("RGB", one.size).save(file, "PNG", pnginfo=chunk)
        made = file.getvalue()
        start = made.index(b"iTXt") - 4
        end = start + 12 + int.from_bytes(made[start : start + 4])
        return content[:33] + made[start:end] + content[33:]
    if path.suffix == ".jpg":
        body = b"http://ns.adobe.com/xap/1.0/\0" + XMP
        return content[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body + content[2:]
    chunk_of = b"XMP " + len(XMP).to_bytes(4, "little") + XMP + b"\0" * (len(XMP) % 2)
    flagged = bytearray(content + chunk_of)
    flagged[20] |= 4  # the flag of VP8X
    flagged[4:8] = (len(flagged) - 8).to_bytes(4, "little")
    return bytes(flagged)


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_a_rating_in_the_file_does_not_save_it_again(ctx: FakeContext, format: Format) -> None:
    value = image.save(smooth(), ctx, "x", format)
    path = ctx.output_dir / value.files[0].path
    path.write_bytes(rated(path))
    with Pillow.open(path) as one:
        assert one.info.get("xmp") or one.info.get("XML:com.adobe.xmp")
    assert all(saved_files.still_there(ctx.output_dir, file) for file in value.files)
    assert image.save(smooth(), ctx, "x", format) == value
    assert len(list(ctx.output_dir.iterdir())) == 1

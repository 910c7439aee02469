from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.PngImagePlugin import PngImageFile

from nodes import file_names, image, imaging
from nodes.types import Image, Mask
from nodeui.sdk import Cancelled, NodeError
from tests.nodes.fakes import FakeContext, mask, picture


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def written(ctx: FakeContext) -> list[str]:
    return sorted(
        path.relative_to(ctx.output_dir).as_posix()
        for path in ctx.output_dir.rglob("*")
        if path.is_file()
    )


def solid(*colour: float, size: tuple[int, int] = (4, 4)) -> Image:
    return Image(np.full((1, *size, len(colour)), colour, np.float32))


# --- saving ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [3, 4])
def test_what_is_saved_loads_with_the_same_pixels(ctx: FakeContext, channels: int) -> None:
    original = picture(1, 9, 13, channels)
    (file,) = image.save(original, ctx, "round trip").files
    loaded = image.load(ctx, f"out/{file.path}")
    assert np.array_equal(loaded.image.pixels, original.pixels)
    alpha = original.pixels[..., 3] if channels == 4 else np.ones((1, 9, 13))
    assert np.array_equal(loaded.mask.alpha, alpha)


def test_bytes_are_those_of_diffusers() -> None:
    from diffusers.image_processor import VaeImageProcessor

    pixels = np.random.default_rng(1).random((2, 32, 32, 3), np.float32)
    pixels[0, 0] = np.linspace(0, 255, 96).reshape(32, 3) / 255 + 0.5 / 255  # halves, too
    pixels = pixels.clip(0, 1)
    expected = [np.asarray(p) for p in VaeImageProcessor.numpy_to_pil(pixels)]
    assert np.array_equal(imaging.to_bytes(pixels), expected)


def test_a_saved_picture_carries_workflow_and_provenance(ctx: FakeContext) -> None:
    ctx.text = '{"meta": {"title": "Über den Wolken ☁"}}' * 50_000
    ctx.origin = {"nodes": {"a": {"type": "größer"}}, "environment": "cpu", "folder": "/home/me"}
    kinds: dict[Literal["machine", "workflow"], Any] = {
        "machine": ctx.origin,
        "workflow": {"nodes": ctx.origin["nodes"]},
    }
    for metadata, wanted in kinds.items():
        (file,) = image.save(picture(1, 4, 4, 3), ctx, metadata, metadata=metadata).files
        with Pillow.open(ctx.output_dir / file.path) as saved:
            assert isinstance(saved, PngImageFile)
            assert saved.text["nodeui:workflow"] == ctx.text
            assert json.loads(saved.text["nodeui:provenance"]) == wanted
    (file,) = image.save(picture(1, 4, 4, 3), ctx, "none", metadata="none").files
    with Pillow.open(ctx.output_dir / file.path) as saved:
        assert isinstance(saved, PngImageFile) and saved.text == {}


def test_another_picture_never_replaces_one_that_is_there(ctx: FakeContext) -> None:
    first, second = picture(1, 4, 4, 3, seed=1), picture(1, 4, 4, 3, seed=2)
    names = [image.save(p, ctx, "landscape").files[0].path for p in (first, second, first, second)]
    assert names == ["landscape.png", "landscape-0002.png", "landscape.png", "landscape-0002.png"]
    assert written(ctx) == ["landscape-0002.png", "landscape.png"]


def test_another_workflow_of_the_same_picture_is_kept_too(ctx: FakeContext) -> None:
    image.save(picture(1, 4, 4, 3), ctx, "a")
    ctx.text = "{}"
    assert image.save(picture(1, 4, 4, 3), ctx, "a").files[0].path == "a-0002.png"


def test_a_batch_gives_one_file_a_picture(ctx: FakeContext) -> None:
    one = picture(1, 4, 4, 3).pixels
    twice_and_other = Image(np.concatenate([one, one, picture(1, 4, 4, 3, seed=5).pixels]))
    files = image.save(twice_and_other, ctx, "set/batch.PNG").files
    assert [f.path for f in files] == ["set/batch.png", "set/batch-0002.png", "set/batch-0003.png"]
    assert image.save(twice_and_other, ctx, "set/batch").files == files
    assert len(written(ctx)) == 3


def test_a_saved_value_is_valid_until_its_file_changes(ctx: FakeContext) -> None:
    check = image.save.validator
    assert check is not None
    value = image.save(picture(2, 4, 4, 3), ctx, "x")
    path = ctx.output_dir / value.files[1].path
    content = path.read_bytes()
    assert check(value, ctx)
    path.write_bytes(content[:-1] + b"?")
    assert not check(value, ctx)
    path.unlink()
    assert not check(value, ctx)
    image.save(picture(2, 4, 4, 3), ctx, "x")
    assert check(value, ctx)


def test_cancelling_leaves_nothing(ctx: FakeContext) -> None:
    ctx.cancel_after = 2
    with pytest.raises(Cancelled):
        image.save(picture(3, 4, 4, 3), ctx)
    assert not ctx.output_dir.exists()


@pytest.mark.parametrize("links", [True, False])
def test_a_rival_that_takes_the_name_in_between_loses_nothing(
    ctx: FakeContext, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    sync, rival = os.fsync, ctx.output_dir / "x.png"

    def take_the_name(handle: int) -> None:
        sync(handle)
        if not rival.exists():
            rival.write_bytes(b"of another process")

    def no_links(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.fsync", take_the_name)
    if not links:
        monkeypatch.setattr("os.link", no_links)
    assert image.save(picture(1, 4, 4, 3), ctx, "x").files[0].path == "x-0002.png"
    assert rival.read_bytes() == b"of another process"
    assert written(ctx) == ["x-0002.png", "x.png"]


_SAVER = """
import sys
from pathlib import Path
from typing import Any, Literal
from nodes.saved_files import write
sys.stdin.readline()
for number in range(30):
    write(Path(sys.argv[1]), "x", [f"{sys.argv[2]} {number}".encode()])
"""


def test_two_processes_that_save_under_one_name_lose_no_picture(ctx: FakeContext) -> None:
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", _SAVER, str(ctx.output_dir), name],
            stdin=subprocess.PIPE,
        )
        for name in "ab"
    ]
    for saver in savers:
        assert saver.stdin is not None
        saver.stdin.close()  # both begin at once
    assert [saver.wait(60) for saver in savers] == [0, 0]
    contents = {path.read_text() for path in ctx.output_dir.iterdir()}
    assert contents == {f"{name} {number}" for name in "ab" for number in range(30)}


def test_a_failure_while_writing_leaves_nothing(
    ctx: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NodeError, match=r"x\.png cannot be written: No space left") as error:
        image.save(picture(1, 4, 4, 3), ctx, "x")
    assert error.value.parameter == "name"
    assert written(ctx) == []


def test_a_full_disk_without_hard_links_leaves_nothing(
    ctx: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.link", fail)
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(NodeError, match="No space left"):
        image.save(picture(1, 4, 4, 3), ctx, "x")
    assert written(ctx) == []


@pytest.mark.parametrize("kind", ["file", "dangling", "loop"])
def test_an_output_folder_that_is_none_is_named(ctx: FakeContext, kind: str) -> None:
    if kind == "file":
        ctx.output_dir.write_text("")
    else:
        ctx.output_dir.symlink_to("out" if kind == "loop" else "nowhere")
    with pytest.raises(NodeError, match=r"written: \S+out is not a folder") as error:
        image.save(picture(1, 4, 4, 3), ctx, "deep/x")
    assert error.value.parameter == "name"


BAD_NAMES = [
    "", "/", ".png", "../x", "a/../../x", "a/..", "/etc/x", "C:/x", "c:x", "a\\b", "..\\x", "a//b",
    "./x", "a/.", "x?", "nul", "a/CON.png", "com1.txt", "x\0", "x\n", "x ", "a./b", "x" * 201,
    "x.jpg", "\ud800", "COM¹", "con .x", "CONIN$",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names_are_refused(ctx: FakeContext, name: str) -> None:
    with pytest.raises(NodeError) as error:
        image.save(picture(1, 2, 2, 3), ctx, name)
    assert error.value.parameter == "name"
    assert not ctx.output_dir.exists()


@given(st.text(st.characters() | st.sampled_from("./\\:~ "), max_size=20))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    try:
        parts = file_names.parts_of(name)
    except NodeError as error:
        assert error.parameter == "name"
        return
    path = PurePosixPath("/out", *parts)
    assert path.is_relative_to("/out") and ".." not in path.parts and "\\" not in str(path)
    assert all(part and part not in (".", "..") for part in parts)


RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{i}" for port in ("com", "lpt") for i in range(10)),
}


@given(
    st.lists(
        st.from_regex(r"[A-Za-zäßЖ0-9_. -]{0,10}[A-Za-z0-9]", fullmatch=True),
        min_size=1,
        max_size=4,
    )
)
def test_ordinary_names_are_taken_as_they_are(parts: list[str]) -> None:
    if any(
        part.partition(".")[0].lower() in RESERVED
        or part.lower().endswith((".png", ".jpg", ".gif"))
        for part in parts
    ):
        return
    assert list(file_names.parts_of("/".join(parts))) == parts


def test_a_link_does_not_lead_out_of_the_folder(ctx: FakeContext, tmp_path: Path) -> None:
    ctx.output_dir.mkdir()
    (ctx.output_dir / "link").symlink_to(tmp_path)
    with pytest.raises(NodeError, match="leads out"):
        image.save(picture(1, 2, 2, 3), ctx, "link/x")


# --- loading -----------------------------------------------------------------------------------


def load(ctx: FakeContext, name: str) -> image.Loaded:
    return image.load(ctx, name)


def test_16_bits_stay_16_bits(ctx: FakeContext) -> None:
    values = np.random.default_rng(0).integers(0, 65536, (6, 7, 4), dtype=np.uint16)
    for suffix in ("png", "tiff"):
        for channels in (1, 3, 4):
            stored = values[..., :channels]
            bgr = stored[..., [2, 1, 0, 3][:channels]] if channels > 1 else stored
            assert cv2.imwrite(str(ctx.root / f"deep.{suffix}"), bgr)
            pixels = load(ctx, f"deep.{suffix}").image.pixels[0]
            wanted = np.repeat(stored, 3, 2) if channels == 1 else stored
            assert np.array_equal(pixels, wanted.astype(np.float32) / np.float32(65535))


def test_palette_grey_and_single_bit_pictures(ctx: FakeContext) -> None:
    rgb = Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8))
    palette = rgb.quantize(7)
    palette.save(ctx.root / "p.png", transparency=0)
    loaded = load(ctx, "p.png")
    expected = np.asarray(Pillow.open(ctx.root / "p.png").convert("RGBA"))
    assert np.array_equal(imaging.to_bytes(loaded.image.pixels)[0], expected)
    assert np.array_equal(loaded.mask.alpha[0] == 0, np.asarray(palette) == 0)
    for mode in ("L", "1", "LA"):
        rgb.convert("L").convert(mode).save(ctx.root / "g.png")
        pixels = imaging.to_bytes(load(ctx, "g.png").image.pixels)[0]
        assert np.array_equal(
            pixels[..., 0], np.asarray(rgb.convert("L").convert(mode).convert("L"))
        )
        assert pixels.shape[-1] == (4 if mode == "LA" else 3)


def test_deep_greys_of_other_formats(ctx: FakeContext) -> None:
    (ctx.root / "a.pgm").write_bytes(b"P5 2 1 1023\n" + struct.pack(">HH", 1023, 341))
    Pillow.fromarray(np.array([[-1, 0.3, 7]], np.float32)).save(ctx.root / "a.tiff")
    assert np.allclose(load(ctx, "a.pgm").image.pixels[0, 0, :, 0], (1, 1 / 3), atol=1e-5)
    found = load(ctx, "a.tiff").image.pixels[0, 0, :, 0]
    assert np.array_equal(found, np.array([0, 0.3, 1], np.float32))


@pytest.mark.parametrize("kind", ["P6", "P3"])
@pytest.mark.parametrize("highest", [65535, 1023])
def test_16_bit_ppm_keeps_its_depth(ctx: FakeContext, kind: str, highest: int) -> None:
    values = np.random.default_rng(0).integers(0, highest + 1, (3, 4, 3))
    body = values.astype(">u2").tobytes() if kind == "P6" else str(values.ravel())[1:-1].encode()
    (ctx.root / "a.ppm").write_bytes(f"{kind} # a comment\n4 3\n{highest}\n".encode() + body)
    pixels = load(ctx, "a.ppm").image.pixels[0]
    assert np.array_equal(pixels, values.astype(np.float32) / np.float32(highest))


@pytest.mark.parametrize("colour", [False, True])
def test_the_transparent_colour_of_16_bit_pngs(ctx: FakeContext, colour: bool) -> None:
    """The tRNS chunk names one colour by its 16 bits; its neighbours are opaque."""
    values = np.array([[300, 301, 40000]], ">u2")
    stored = np.stack([values, values + 1, values], -1).astype(">u2") if colour else values
    key = struct.pack(">3H", 300, 301, 300) if colour else struct.pack(">H", 300)

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 3, 1, 16, 2 if colour else 0, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"tRNS", key)
    content += chunk(b"IDAT", zlib.compress(b"\0" + stored.tobytes())) + chunk(b"IEND", b"")
    (ctx.root / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    loaded = load(ctx, "a.png")
    assert loaded.image.pixels.shape == (1, 1, 3, 4)
    assert loaded.mask.alpha.tolist() == [[[0, 1, 1]]]
    assert np.array_equal(np.round(loaded.image.pixels[0, 0, 1:, 0] * 65535), [301, 40000])


def test_floats_outside_of_the_range_are_told_and_can_be_normalised(ctx: FakeContext) -> None:
    metres = np.array([[0.5, 2.0, 12.5, np.nan, np.inf]], np.float32)
    Pillow.fromarray(metres).save(ctx.root / "depth.tiff")
    assert load(ctx, "depth.tiff").image.pixels[0, 0, :, 0].tolist() == [0.5, 1, 1, 0, 1]
    assert "not finite" in ctx.warnings[0]
    assert "0.5 to 12.5" in ctx.warnings[1] and "normalise" in ctx.warnings[1]
    found = image.load(ctx, "depth.tiff", "normalise").image.pixels[0, 0, :, 0]
    assert found.tolist() == [0, 0.125, 1, 0, 1]
    ctx.warnings.clear()
    Pillow.fromarray(np.array([[0, 131070]], np.int32)).save(ctx.root / "deep.tiff")
    assert load(ctx, "deep.tiff").image.pixels[0, 0, :, 0].tolist() == [0, 1]
    assert len(ctx.warnings) == 1
    Pillow.fromarray(np.array([[0, 0.5, 1]], np.float32)).save(ctx.root / "fine.tiff")
    load(ctx, "fine.tiff")
    assert len(ctx.warnings) == 1


def test_premultiplied_alpha_is_divided_out(ctx: FakeContext) -> None:
    stream = BytesIO()
    Pillow.new("RGBA", (2, 2), (100, 50, 25, 128)).save(stream, "TIFF")
    plain, associated = (struct.pack("<HHIHH", 338, 3, 1, kind, 0) for kind in (2, 1))
    assert plain in stream.getvalue()
    (ctx.root / "a.tiff").write_bytes(stream.getvalue().replace(plain, associated))
    pixel = load(ctx, "a.tiff").image.pixels[0, 0, 0] * 255
    assert np.abs(pixel - (200, 100, 50, 128)).max() < 2


def test_a_path_of_windows_gets_a_hint(ctx: FakeContext) -> None:
    with pytest.raises(NodeError, match=r"separated by /: pictures/a\.png"):
        load(ctx, "pictures\\a.png")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.jpg"])
def test_pictures_are_upright(ctx: FakeContext, name: str, orientation: int) -> None:
    stored = Pillow.fromarray(np.repeat(np.arange(48, dtype=np.uint8).reshape(6, 8, 1) * 5, 3, 2))
    exif = Pillow.Exif()
    exif[274] = orientation
    stored.save(ctx.root / name, exif=exif)
    with Pillow.open(ctx.root / name) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened))
    assert np.array_equal(imaging.to_bytes(load(ctx, name).image.pixels)[0], expected)


def tiff_of_16_bits(values: NDArray[np.uint16], orientation: int) -> bytes:
    """(height, width, 3) as the simplest TIFF there is."""
    height, width, _ = values.shape
    bits = 8 + 2 + 10 * 12 + 4
    tags = [
        (256, 3, 1, width), (257, 3, 1, height), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, bits + 6), (274, 3, 1, orientation), (277, 3, 1, 3), (278, 3, 1, height),
        (279, 4, 1, values.nbytes),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + table + struct.pack("<I", 0)
    return head + struct.pack("<HHH", 16, 16, 16) + values.astype("<u2").tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_16_bit_tiffs_are_upright(ctx: FakeContext, orientation: int) -> None:
    grey = np.arange(6, dtype=np.uint16).reshape(2, 3) * 9000
    Pillow.fromarray(grey).save(ctx.root / "grey.tiff", tiffinfo={274: orientation})
    colour = np.stack([grey, grey + 1, grey + 2], -1)
    (ctx.root / "colour.tiff").write_bytes(tiff_of_16_bits(colour, orientation))
    small = Pillow.fromarray((grey // 9000).astype(np.uint8))
    small.getexif()[274] = orientation
    expected = np.asarray(ImageOps.exif_transpose(small)).astype(np.float32) * 9000
    for name in ("grey.tiff", "colour.tiff"):
        pixels = load(ctx, name).image.pixels[0, ..., 0]
        assert np.array_equal(np.round(pixels * 65535), expected)
    assert np.array_equal(
        np.round(load(ctx, "colour.tiff").image.pixels[0, ..., 2] * 65535), expected + 2
    )


def test_other_colour_spaces_become_srgb(ctx: FakeContext) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    green = Pillow.new("RGB", (2, 2), (10, 200, 30))
    green.save(ctx.root / "s.png", icc_profile=profile)
    assert imaging.to_bytes(load(ctx, "s.png").image.pixels)[0, 0, 0].tolist() == [10, 200, 30]
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    other = swapped.replace("sRGB".encode("utf-16-be"), "BGR ".encode("utf-16-be"))
    green.save(ctx.root / "o.png", icc_profile=other)
    converted = imaging.to_bytes(load(ctx, "o.png").image.pixels)[0, 0, 0].astype(int)
    assert np.abs(converted - (30, 200, 10)).max() <= 1
    Pillow.new("RGB", (2, 2), (10, 200, 30)).save(ctx.root / "b.png", icc_profile=b"broken")
    assert imaging.to_bytes(load(ctx, "b.png").image.pixels)[0, 0, 0].tolist() == [10, 200, 30]
    assert "b.png" in ctx.warnings[0]


@pytest.mark.parametrize(
    "suffix", ["png", "webp", "tiff", "bmp", "gif", "tga", "ppm", "avif", "jp2"]
)
def test_usual_formats(ctx: FakeContext, suffix: str) -> None:
    Pillow.new("RGB", (16, 12), (200, 100, 50)).save(ctx.root / f"x.{suffix}")
    pixels = load(ctx, f"x.{suffix}").image.pixels
    assert pixels.shape == (1, 12, 16, 3) and pixels.dtype == np.float32
    assert np.abs(pixels[0, 6, 8] * 255 - (200, 100, 50)).max() < 6


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"0" * 99))


def test_bad_files_are_named(ctx: FakeContext) -> None:
    stream = BytesIO()
    Pillow.fromarray(imaging.to_bytes(picture(1, 64, 64, 3).pixels)[0]).save(stream, "PNG")
    (ctx.root / "text.png").write_text("not a picture")
    (ctx.root / "empty.png").write_bytes(b"")
    (ctx.root / "cut.png").write_bytes(stream.getvalue()[:3000])
    (ctx.root / "bomb.png").write_bytes(png_header(60_000, 60_000))
    (ctx.root / "large.png").write_bytes(png_header(11_000, 11_000))
    (ctx.root / "vector.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    (ctx.root / "folder").mkdir()
    cases = {
        "text.png": "is not a picture", "empty.png": "is not a picture", "cut.png": "is damaged",
        "bomb.png": "too large", "large.png": "too large", "vector.eps": "is not a picture",
        "folder": "is a folder", "absent.png": "does not exist",
    }  # fmt: skip
    for name, message in cases.items():
        with pytest.raises(NodeError, match=f"{name}.*{message}") as error:
            load(ctx, name)
        assert error.value.parameter == "path"
    with pytest.raises(NodeError, match="Choose"):
        load(ctx, "")


@given(data=st.data())
def test_a_damaged_file_gives_a_clear_error_or_a_picture(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    stream = BytesIO()
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "TIFF", "GIF", "WEBP"]))
    Pillow.fromarray(imaging.to_bytes(picture(1, 8, 8, 3).pixels)[0]).save(stream, kind)
    content = bytearray(stream.getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    ctx = FakeContext(tmp_path_factory.getbasetemp())
    (ctx.root / "damaged").write_bytes(content)
    try:
        pixels = load(ctx, "damaged").image.pixels
        assert pixels.ndim == 4 and np.isfinite(pixels).all()
    except NodeError as error:
        assert "damaged" in str(error) and error.parameter == "path"


def test_the_fingerprint_follows_the_content(ctx: FakeContext) -> None:
    fingerprint = image.load.fingerprinter
    assert fingerprint is not None
    for name, colour in (("a.png", "red"), ("b.png", "red"), ("c.png", "blue")):
        Pillow.new("RGB", (2, 2), colour).save(ctx.root / name)
    a, b, c = (fingerprint(path=f"{n}.png", files=ctx.files) for n in "abc")
    assert a == b != c
    with pytest.raises(NodeError, match="nowhere"):
        fingerprint(path="nowhere.png", files=ctx.files)


# --- size ------------------------------------------------------------------------------------

SIDE = st.integers(1, 40)


@given(
    SIDE, SIDE, SIDE, SIDE, st.sampled_from(["lanczos", "box", "nearest"]), st.sampled_from([3, 4])
)
def test_resize_gives_the_size_that_was_asked_for(
    w: int, h: int, width: int, height: int, method: imaging.Method, channels: int
) -> None:
    original = picture(1, h, w, channels)
    for how in ("stretch", "fill", "pad"):
        pixels = image.resize(original, width, height, how, method).pixels
        assert pixels.shape == (1, height, width, channels)
        assert pixels.dtype == np.float32 and pixels.flags.c_contiguous
        assert pixels.min() >= 0 and pixels.max() <= 1
    fitted = image.resize(original, width, height, "fit", method).pixels
    assert fitted.shape[2] <= width and fitted.shape[1] <= height
    assert fitted.shape[2] == width or fitted.shape[1] == height
    if w * height == h * width:
        assert fitted.shape[1:3] == (height, width)


def test_resize_keeps_what_has_the_size_already() -> None:
    original = picture(2, 7, 5, 4)
    for how in ("stretch", "fit", "fill", "pad"):
        assert np.array_equal(image.resize(original, 5, 7, how).pixels, original.pixels)


def test_box_averages_and_nearest_repeats() -> None:
    original = picture(1, 4, 4, 3)
    halved = image.resize(original, 2, 2, "stretch", "box").pixels
    average = original.pixels.reshape(1, 2, 2, 2, 2, 3).mean((2, 4))
    assert np.allclose(halved, average, atol=1e-6)
    doubled = image.resize(original, 8, 8, "stretch", "nearest").pixels
    assert np.array_equal(doubled, original.pixels.repeat(2, 1).repeat(2, 2))


def test_fill_cuts_the_middle_and_pad_fills_up() -> None:
    wide = picture(1, 4, 8, 3)
    assert np.array_equal(image.resize(wide, 4, 4, "fill").pixels, wide.pixels[:, :, 2:6])
    padded = image.resize(wide, 8, 8, "pad", colour="#ff0080").pixels
    assert np.array_equal(padded[:, 2:6], wide.pixels)
    assert np.allclose(padded[0, [0, 1, 6, 7]], (1, 0, 128 / 255))


def test_colours_of_transparent_pixels_do_not_bleed() -> None:
    pixels = np.zeros((1, 8, 8, 4), np.float32)
    pixels[..., :3] = (0, 1, 0)
    pixels[:, :, 4:] = (1, 0, 0, 1)
    for changed in (image.resize(Image(pixels), 5, 5), image.blur(Image(pixels), 2)):
        visible = changed.pixels[changed.pixels[..., 3] > 0.01]
        assert np.allclose(visible[:, :3], (1, 0, 0), atol=1e-4)


def test_crop_cuts_and_stays_inside() -> None:
    original = picture(2, 10, 12, 3)
    assert np.array_equal(image.crop(original, 3, 2, 4, 5).pixels, original.pixels[:, 2:7, 3:7])
    assert np.array_equal(image.crop(original, 8, 9, 99, 99).pixels, original.pixels[:, 9:, 8:])
    with pytest.raises(NodeError, match="12 x 10") as error:
        image.crop(original, 0, 10)
    assert error.value.parameter == "y"


def test_upscale_keeps_flat_areas_and_makes_no_halo() -> None:
    pixels = np.full((1, 8, 8, 3), 0.25, np.float32)
    pixels[:, :, 4:] = 0.75
    large = image.upscale(Image(pixels), 3, 1.0).pixels
    plain = image.upscale(Image(pixels), 3, 0.0).pixels
    assert large.shape == (1, 24, 24, 3)
    assert np.allclose(large[:, :, [0, 23]], plain[:, :, [0, 23]], atol=1e-5)
    assert plain.min() - 1e-6 <= large.min() and large.max() <= plain.max() + 1e-6
    middle = slice(9, 15)
    assert np.diff(large[0, 12, middle, 0]).max() > np.diff(plain[0, 12, middle, 0]).max()


# --- colour ----------------------------------------------------------------------------------


def test_invert() -> None:
    original = picture(1, 4, 4, 4)
    inverted = image.invert(original)
    assert np.allclose(inverted.pixels[..., :3], 1 - original.pixels[..., :3])
    assert np.array_equal(inverted.pixels[..., 3], original.pixels[..., 3])
    assert np.allclose(image.invert(inverted).pixels, original.pixels, atol=1e-7)
    assert np.allclose(image.invert(original, 0.5).pixels[..., :3], 0.5)


def test_adjust() -> None:
    grey = picture(1, 4, 4, 3)
    assert np.allclose(image.adjust(grey).pixels, grey.pixels, atol=1e-6)
    assert np.allclose(image.adjust(grey, contrast=0).pixels, 0.5, atol=1e-6)
    assert np.allclose(
        image.adjust(solid(0.25, 0.5, 1), gamma=2).pixels[0, 0, 0], (0.5, 0.5**0.5, 1)
    )
    assert np.allclose(image.adjust(solid(0.2, 0.4, 0.9), 0.3).pixels[0, 0, 0], (0.5, 0.7, 1))
    desaturated = image.adjust(solid(1, 0, 0, 0.5), saturation=0).pixels[0, 0, 0]
    assert np.allclose(desaturated, (0.2126, 0.2126, 0.2126, 0.5))


def test_blur_keeps_the_sum() -> None:
    dot = np.zeros((1, 41, 41, 3), np.float32)
    dot[0, 20, 20] = 1
    blurred = image.blur(Image(dot), 2.0).pixels
    assert blurred.sum() == pytest.approx(3, rel=1e-4)
    assert blurred.max() == pytest.approx(1 / (2 * np.pi * 4), rel=0.01)
    assert np.array_equal(image.blur(Image(dot), 0).pixels, dot)


MODES = {
    "normal": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: 1 - (1 - b) * (1 - s),
    "overlay": lambda b, s: 2 * b * s if b <= 0.5 else 1 - 2 * (1 - b) * (1 - s),
    "add": lambda b, s: min(b + s, 1),
    "difference": lambda b, s: abs(b - s),
}


@pytest.mark.parametrize("mode", MODES)
@given(b=st.floats(0, 1, width=32), s=st.floats(0, 1, width=32), amount=st.floats(0, 1))
def test_blend_modes(mode: imaging.Mode, b: float, s: float, amount: float) -> None:
    blended = image.blend(solid(b, b, b), solid(s, s, s), mode=mode, amount=amount).pixels
    assert np.allclose(blended, b + amount * (MODES[mode](b, s) - b), atol=1e-5)


@given(*[st.floats(0, 1, width=32)] * 4)
def test_blending_normally_is_porter_duff_over(
    cb: float, ab: float, cs: float, alpha: float
) -> None:
    pixel = image.blend(solid(cb, cb, cb, ab), solid(cs, cs, cs, alpha)).pixels[0, 0, 0]
    over = alpha + ab * (1 - alpha)
    assert pixel[3] == pytest.approx(over, abs=1e-5)
    assert pixel[0] * over == pytest.approx(cs * alpha + cb * ab * (1 - alpha), abs=1e-5)


def test_blend_follows_mask_and_alpha() -> None:
    base, top, where = picture(2, 4, 4, 3), picture(1, 4, 4, 4, seed=1), mask(2, 4, 4)
    share = (where.alpha * top.pixels[..., 3])[..., None] * 0.5
    expected = base.pixels * (1 - share) + top.pixels[..., :3] * share
    assert np.allclose(image.blend(base, top, where, amount=0.5).pixels, expected, atol=1e-6)


def test_pictures_of_other_sizes_do_not_blend() -> None:
    for top, where, name in (
        (picture(1, 5, 4, 3), None, "top"),
        (picture(1, 4, 4, 3), mask(1, 4, 9), "mask"),
        (picture(3, 4, 4, 3), None, "top"),
    ):
        with pytest.raises(NodeError) as error:
            image.blend(picture(2, 4, 4, 3), top, where)
        assert error.value.parameter == name


# --- masks -----------------------------------------------------------------------------------


def test_mask_from_colour() -> None:
    colours = np.array([[[0, 0, 1], [0, 0.1, 1], [1, 1, 1], [0, 0.3, 1]]], np.float32)[None]
    exact = image.mask_colour(Image(colours), "#0000FF", 0.0).alpha
    assert exact.tolist() == [[[1, 0, 0, 0]]]
    near = image.mask_colour(Image(colours), "#0000ff", 0.1).alpha  # 0.1 / sqrt(3) = 0.058 away
    assert near.tolist() == [[[1, 1, 0, 0]]]
    soft = image.mask_colour(Image(colours), "#0000ff", 0.1, 0.2).alpha[0, 0]
    assert soft == pytest.approx([1, 1, 0, 1 - (0.3 / 3**0.5 - 0.1) / 0.2], abs=1e-6)
    assert image.mask_colour(solid(0, 0, 0), "#ffffff", 1.0).alpha.min() == 1
    for wrong in ("red", "#12345", "#gggggg", "", "#0000ff "):
        with pytest.raises(NodeError, match="#ff8800") as error:
            image.mask_colour(Image(colours), wrong)
        assert error.value.parameter == "colour"


def test_hidden_colours_are_not_in_a_mask() -> None:
    pixels = solid(0, 0, 1, 1).pixels.copy()
    pixels[:, :2, :, 3] = 0
    pixels[:, 2, :, 3] = 0.5
    for softness in (0.0, 0.2):
        alpha = image.mask_colour(Image(pixels), "#0000ff", 0.1, softness).alpha
        assert np.array_equal(alpha, pixels[..., 3])


def test_masks_from_alpha_and_brightness() -> None:
    pictures = picture(2, 4, 5, 4)
    assert np.array_equal(image.mask_alpha(pictures).alpha, pictures.pixels[..., 3])
    assert image.mask_alpha(picture(1, 4, 5, 3)).alpha.min() == 1
    assert np.allclose(image.mask_brightness(solid(1, 1, 1)).alpha, 1)
    assert np.allclose(image.mask_brightness(solid(0, 1, 0, 0.5)).alpha, 0.7152 / 2)
    shown = image.mask_image(image.mask_alpha(pictures))
    assert np.allclose(image.mask_brightness(shown).alpha, pictures.pixels[..., 3], atol=1e-6)


def test_grow_shrinks_back_and_is_round() -> None:
    alpha = np.zeros((1, 21, 21), np.float32)
    alpha[0, 10, 10] = 1
    grown = image.mask_grow(Mask(alpha), 5)
    distance = np.hypot(*(np.mgrid[:21, :21] - 10))
    assert grown.alpha[0][distance <= 4].min() == 1 and grown.alpha[0][distance > 6].max() == 0
    assert np.array_equal(image.mask_grow(grown, -5).alpha, alpha)


def test_feather_and_invert() -> None:
    half = np.zeros((1, 8, 40), np.float32)
    half[..., 20:] = 1
    soft = image.mask_feather(Mask(half), 3).alpha
    assert soft[0, 4, 19] + soft[0, 4, 20] == pytest.approx(1, abs=1e-5)
    assert (np.diff(soft[0, 4]) >= 0).all() and soft[0, 4, 0] == 0
    assert np.array_equal(image.mask_invert(Mask(half)).alpha, 1 - half)


def test_cut_out() -> None:
    original, where = picture(1, 4, 4, 3), mask(2, 4, 4)
    cut = image.cut_out(original, where).pixels
    assert np.array_equal(cut[1, ..., :3], original.pixels[0])
    assert np.array_equal(cut[..., 3], where.alpha)
    assert np.array_equal(image.mask_alpha(Image(cut)).alpha, where.alpha)


def test_flatten_is_over_a_colour() -> None:
    original = picture(2, 4, 5, 4)
    alpha = original.pixels[..., 3:]
    expected = original.pixels[..., :3] * alpha + np.array([1, 0, 0.2], np.float32) * (1 - alpha)
    assert np.allclose(image.flatten(original, "#ff0033").pixels, expected, atol=1e-6)
    opaque = original.pixels.copy()
    opaque[..., 3] = 1
    assert np.array_equal(image.flatten(Image(opaque)).pixels, opaque[..., :3])
    with pytest.raises(NodeError, match="#ff8800"):
        image.flatten(original, "white")


# --- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [3, 4])
def test_inputs_stay_as_they_are(ctx: FakeContext, channels: int) -> None:
    one, other, where = picture(2, 9, 8, channels), picture(2, 9, 8, 3, seed=1), mask(2, 9, 8)
    before = [array.tobytes() for array in (one.pixels, other.pixels, where.alpha)]
    results = [
        image.resize(one, 5, 6), image.crop(one, 1, 1, 4, 4), image.upscale(one), image.invert(one),
        image.adjust(one, 0.1, 1.2, 0.8, 1.4), image.blur(one), image.blend(one, other, where),
        image.cut_out(one, where), image.mask_image(where), image.flatten(one),
    ]  # fmt: skip
    masks = [
        image.mask_colour(one), image.mask_brightness(one), image.mask_alpha(one),
        image.mask_invert(where), image.mask_grow(where), image.mask_feather(where),
    ]  # fmt: skip
    image.save(one, ctx)
    for array in (*(r.pixels for r in results), *(m.alpha for m in masks)):
        assert array.dtype == np.float32 and array.flags.c_contiguous
        assert array.min() >= 0 and array.max() <= 1
    assert before == [array.tobytes() for array in (one.pixels, other.pixels, where.alpha)]


def test_preview_costs_nothing() -> None:
    ((source, predicate),) = image.preview.passes
    assert source == "image" and predicate() and image.preview.output

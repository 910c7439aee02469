"""Pictures that are held as the integers of a file: exact, and floats to every node."""

from __future__ import annotations

import copy
import gc
import struct
import weakref
import zlib
from io import BytesIO
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image as Pillow

from nodes import control, image, imaging, png_files
from nodes.types import Image, Mask
from nodeui.engine import pictures
from nodeui.engine.cache import open_cache
from nodeui.engine.values import decode, digest, encode, freeze, nbytes
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.headless import run
from nodeui.sdk import Cancelled
from tests.nodes.fakes import FakeContext

DEPTHS = [np.uint8, np.uint16]


def random(shape: tuple[int, ...], dtype: Any, seed: int = 0) -> NDArray[Any]:
    highest = np.iinfo(dtype).max
    return np.random.default_rng(seed).integers(0, highest, shape, dtype, endpoint=True)


def held(*shape: int, dtype: Any = np.uint8, seed: int = 0) -> Image:
    """A frozen random picture of integers."""
    return freeze(Image(random(shape, dtype, seed)))


def piped(value: Any) -> Any:
    """A copy of a value, made as a pipe between processes makes it."""
    receiver, sender = Pipe(duplex=False)
    sender.send(value)
    return receiver.recv()


def as_floats(picture: Image) -> Image:
    """The picture as it was held before there were integers."""
    white = np.float32({"uint8": 255, "uint16": 65535}[picture.levels.dtype.name])
    return freeze(Image(picture.levels.astype(np.float32) / white))


def decoded(content: bytes) -> NDArray[Any]:
    """Decode a PNG file by OpenCV, which reads 16 bits."""
    levels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert levels is not None
    return levels[..., [2, 1, 0, 3][: levels.shape[2]]]


# --- floats to every node ------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DEPTHS)
def test_every_integer_reads_as_its_fraction(dtype: Any) -> None:
    white = np.iinfo(dtype).max
    levels = np.arange(white + 1, dtype=dtype).reshape(1, -1, 1, 1).repeat(3, -1)
    pixels = Image(levels).pixels
    assert pixels.dtype == np.float32
    assert np.array_equal(pixels, levels.astype(np.float32) / np.float32(white))
    assert pixels[0, 0, 0, 0] == 0 and pixels[0, -1, 0, 0] == 1
    assert np.array_equal(Mask(levels[..., 0]).alpha, pixels[..., 0])


def test_floats_are_read_only_and_live_while_they_are_used() -> None:
    picture = held(1, 8, 8, 3)
    pixels = picture.pixels
    assert not pixels.flags.writeable and picture.pixels is pixels
    freed = weakref.ref(pixels)
    del pixels
    gc.collect()
    assert freed() is None
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[:] = 0
    computed = freeze(Image(np.ones((1, 2, 2, 3), np.float32)))
    assert computed.pixels is computed.levels and not computed.pixels.flags.writeable


@pytest.mark.parametrize("dtype", [np.float64, np.float16, np.bool_])
def test_other_arrays_become_float32(dtype: Any) -> None:
    levels = np.array([0, 1, 1], dtype).reshape(1, 1, 1, 3)
    assert Image(levels).pixels.dtype == Image(levels).levels.dtype == np.float32
    assert Mask(levels[..., 0]).alpha.dtype == np.float32
    assert np.array_equal(Image(levels).pixels, levels)


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("channels", [3, 4])
def test_nodes_compute_the_same_bits_from_integers(dtype: Any, channels: int) -> None:
    integers = held(2, 24, 18, channels, dtype=dtype)
    other = held(2, 24, 18, 3, dtype=dtype, seed=1)
    where = Mask(random((2, 24, 18), dtype, 2))

    def results(one: Image, top: Image, mask: Mask) -> list[Image | Mask]:
        sizes = [
            image.resize(one, width, height, how, method)
            for width, height in ((7, 30), (18, 24))
            for how in ("stretch", "fit", "fill", "pad")
            for method in ("lanczos", "bicubic", "bilinear", "box", "nearest")
        ]
        return [
            *sizes, image.crop(one, 3, 4, 9, 8), image.upscale(one), image.invert(one, 0.3),
            image.adjust(one, 0.1, 1.2, 0.8, 1.4), image.blur(one), image.blend(one, top, mask),
            image.blend(top, one, mask, "overlay", 0.7), image.cut_out(one, mask),
            image.flatten(one), image.mask_colour(one), image.mask_brightness(one),
            image.mask_alpha(one), image.mask_invert(mask), image.mask_grow(mask),
            image.mask_feather(mask), image.mask_image(mask), control.canny(one, 50, 90),
            control.sketch(one), control.sketch(one, "image"),
        ]  # fmt: skip

    floats = results(as_floats(integers), as_floats(other), Mask(where.alpha))
    for made, expected in zip(results(integers, other, where), floats, strict=True):
        if isinstance(made, Image):
            assert isinstance(expected, Image)
            assert np.array_equal(made.pixels, expected.pixels)
        else:
            assert isinstance(expected, Mask)
            assert np.array_equal(made.alpha, expected.alpha)


def test_cropping_keeps_integers() -> None:
    picture = held(1, 8, 8, 4)
    cropped = image.crop(picture, 2, 3, 4, 4)
    assert cropped.levels.dtype == np.uint8
    assert np.array_equal(cropped.levels, picture.levels[:, 3:7, 2:6])
    assert image.resize(picture, 8, 8, "stretch").levels is picture.levels


# --- values --------------------------------------------------------------------------------------


@given(
    st.sampled_from(["|u1", "<u2", "<f4"]).flatmap(
        lambda dtype: hnp.arrays(
            np.dtype(dtype), st.sampled_from([(1, 1, 1, 3), (2, 3, 5, 4), (0, 2, 2, 3)])
        )
    )
)
def test_pictures_survive_bytes_and_pickle(levels: NDArray[Any]) -> None:
    picture = freeze(Image(levels))
    copies = (decode(encode(picture), Image), piped(picture))
    for again in (*copies, copy.deepcopy(picture)):
        assert again.levels.dtype == levels.dtype
        assert again.levels.tobytes() == levels.tobytes()
        assert digest(freeze(again)) == digest(picture)


def test_a_picture_whose_floats_are_in_use_can_be_pickled() -> None:
    picture = held(1, 2, 2, 3)
    pixels = picture.pixels
    again = piped(picture)
    assert again.levels.dtype == np.uint8 and np.array_equal(again.pixels, pixels)


def test_integers_take_a_quarter_of_the_memory() -> None:
    picture = held(1, 64, 64, 3)
    picture.pixels.sum()
    assert nbytes(picture) < 64 * 64 * 3 + 500
    assert len(encode(picture)) < 64 * 64 * 3 + 500


def test_digests() -> None:
    """Integers and equal floats differ; computed pictures have the digests that they had before."""
    picture = held(1, 4, 4, 3)
    again = freeze(Image(picture.levels.copy()))
    assert digest(picture) == digest(again) != digest(as_floats(picture))
    deep = freeze(Image(picture.levels.astype(np.uint16) * 257))
    assert np.array_equal(deep.pixels, picture.pixels) and digest(deep) != digest(picture)
    ramp = np.linspace(0, 1, 48, dtype=np.float32).reshape(1, 4, 4, 3)
    assert digest(freeze(Image(ramp))).hex() == "871d64a354ea5be17f718a14eb26851e"
    assert digest(freeze(Mask(ramp[..., 0].copy()))).hex() == "93c5719c97bf30bff53744d70881389f"


@pytest.mark.parametrize("dtype", DEPTHS)
def test_the_viewer_shows_integers_as_it_shows_floats(dtype: Any) -> None:
    white = np.iinfo(dtype).max
    levels = np.arange(white + 1, dtype=dtype).reshape(1, 1, -1, 1).repeat(3, -1)
    shown = pictures.levels(levels)
    floats = pictures.levels(levels.astype(np.float32) / np.float32(white))
    assert shown is not None and floats is not None
    assert np.array_equal(shown, floats)
    if dtype == np.uint8:
        assert shown.base is levels or shown.base is levels.base  # not a copy


# --- files ---------------------------------------------------------------------------------------


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(tmp_path)


def saved(ctx: FakeContext, picture: Image) -> tuple[bytes, Image]:
    """Save a picture and load it again."""
    (file,) = image.save(picture, ctx, "saved").files
    content = (ctx.output_dir / file.path).read_bytes()
    return content, image.load(ctx, f"out/{file.path}").image


@given(
    st.sampled_from(["|u1", "<u2"]),
    st.tuples(st.integers(1, 70), st.integers(1, 70), st.sampled_from([3, 4])),
    st.data(),
)
def test_integers_are_saved_and_loaded_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    dtype: str,
    shape: tuple[int, int, int],
    data: st.DataObject,
) -> None:
    noise = st.integers(0, 99).map(lambda seed: random(shape, dtype, seed))
    levels: NDArray[Any] = data.draw(hnp.arrays(np.dtype(dtype), shape) | noise)
    content, again = saved(FakeContext(tmp_path_factory.mktemp("x")), freeze(Image(levels[None])))
    assert np.array_equal(decoded(content), levels)
    assert again.levels.dtype == levels.dtype and np.array_equal(again.levels[0], levels)


def test_computed_pictures_are_saved_with_8_bits(ctx: FakeContext) -> None:
    picture = held(1, 5, 6, 3, dtype=np.uint16)
    content, again = saved(ctx, as_floats(picture))
    assert content[24] == 8 and again.levels.dtype == np.uint8
    assert np.array_equal(again.levels, imaging.to_bytes(as_floats(picture).pixels))
    assert np.array_equal(imaging.to_bytes(picture.levels), again.levels)


def test_a_16_bit_file_stays_one_with_its_workflow(ctx: FakeContext) -> None:
    ctx.text = '{"title": "Über den Wolken ☁"}'
    content, _ = saved(ctx, held(1, 5, 6, 4, dtype=np.uint16))
    assert content[24] == 16
    with Pillow.open(ctx.output_dir / "saved.png") as opened:
        assert opened.info["nodeui:workflow"] == ctx.text


LOSSLESS: dict[str, dict[str, Any]] = {
    "png": {}, "tiff": {"compression": "tiff_lzw"}, "bmp": {}, "tga": {}, "ppm": {},
    "webp": {"lossless": True, "exact": True}, "jp2": {},
}  # fmt: skip


@pytest.mark.parametrize("suffix", LOSSLESS)
@given(seed=st.integers(0, 1000), width=st.integers(1, 80), height=st.integers(1, 150))
def test_8_bit_files_are_held_exactly(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, seed: int, width: int, height: int
) -> None:
    channels = 3 if suffix in ("ppm", "bmp") else 3 + seed % 2
    levels = random((height, width, channels), np.uint8, seed)
    ctx = FakeContext(tmp_path_factory.mktemp("x"))
    Pillow.fromarray(levels).save(ctx.root / f"a.{suffix}", **LOSSLESS[suffix])
    loaded = image.load(ctx, f"a.{suffix}")
    assert loaded.image.levels.dtype == loaded.mask.levels.dtype == np.uint8
    assert np.array_equal(loaded.image.levels[0], levels)
    alpha = levels[..., 3] if channels == 4 else np.full((height, width), 255, np.uint8)
    assert np.array_equal(loaded.mask.levels[0], alpha)


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "AVIF", "WEBP"])
def test_lossy_files_are_held_as_pillow_decodes_them(ctx: FakeContext, kind: str) -> None:
    Pillow.fromarray(random((90, 70, 3), np.uint8)).save(ctx.root / "a", kind)
    with Pillow.open(ctx.root / "a") as opened:
        expected = np.asarray(opened.convert("RGB"))
    levels = image.load(ctx, "a").image.levels
    assert levels.dtype == np.uint8 and np.array_equal(levels[0], expected)


@pytest.mark.parametrize("suffix", ["png", "tiff", "ppm", "pgm"])
@pytest.mark.parametrize("height", [1, 63, 64, 65, 200])
def test_16_bit_files_are_held_exactly(ctx: FakeContext, suffix: str, height: int) -> None:
    channels = {"pgm": (1,), "ppm": (3,)}.get(suffix, (1, 3, 4))
    for count in channels:
        levels = random((height, 9, count), np.uint16)
        bgr = levels[..., [2, 1, 0, 3][:count]] if count > 1 else levels
        assert cv2.imwrite(str(ctx.root / f"a.{suffix}"), bgr)
        found = image.load(ctx, f"a.{suffix}").image.levels
        assert found.dtype == np.uint16
        assert np.array_equal(found[0], levels.repeat(3, -1) if count == 1 else levels)


# --- PNG files -----------------------------------------------------------------------------------


def stripes(height: int, width: int, dtype: Any) -> NDArray[Any]:
    """Rows of which each suits another filter, over several strips."""
    levels = np.zeros((height, width, 3), dtype)
    y, x = np.mgrid[:height, :width]
    for number, rows in enumerate((x, y, x + y, x * y, (x + y) // 2, 0 * x + 7)):
        levels[number::7] = rows[number::7, :, None] + np.arange(3)
    levels[6::7] = random(levels[6::7].shape, dtype)
    return levels


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("size", [(700, 900), (3, 400_000), (2100, 1), (1, 1)])
def test_large_pictures_are_encoded_in_strips(dtype: Any, size: tuple[int, int]) -> None:
    levels = stripes(*size, dtype)
    content = bytes(png_files.encode(levels, {}))
    assert np.array_equal(decoded(content), levels)
    with Pillow.open(BytesIO(content)) as opened:
        opened.load()


def test_the_stream_is_one_that_zlib_accepts() -> None:
    """OpenCV and Pillow skip some checks of the stream, such as its checksum."""
    levels = stripes(700, 900, np.uint8)
    content, place, stream = bytes(png_files.encode(levels, {})), 8, b""
    while place < len(content):
        length, name = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + length]
        assert zlib.crc32(name + data) == int.from_bytes(content[place + 8 + length :][:4])
        stream += data if name == b"IDAT" else b""
        place += 12 + length
    decompressor = zlib.decompressobj()
    assert len(decompressor.decompress(stream)) == 700 * (900 * 3 + 1)
    assert decompressor.eof and not decompressor.unused_data


def test_the_bytes_do_not_depend_on_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = stripes(1500, 900, np.uint8)
    found: set[bytes] = set()
    for count in (1, 2, 7):
        monkeypatch.setattr("os.cpu_count", lambda count=count: count)
        found.add(bytes(png_files.encode(levels, {"a": "b"})))
    assert len(found) == 1


def test_saving_a_large_picture_can_be_cancelled(ctx: FakeContext) -> None:
    ctx.cancel_after = 3
    with pytest.raises(Cancelled):
        image.save(Image(stripes(2000, 900, np.uint8)[None]), ctx)
    assert not ctx.output_dir.exists()


@pytest.mark.parametrize("channels", [3, 4])
def test_pillow_does_not_hold_the_pixels_too(
    ctx: FakeContext, monkeypatch: pytest.MonkeyPatch, channels: int
) -> None:
    levels = np.concatenate([stripes(700, 900, np.uint8)] * 2, -1)[..., :channels]
    Pillow.fromarray(levels).save(ctx.root / "a.png")
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", None)
    assert np.array_equal(image.load(ctx, "a.png").image.levels[0], levels)


@pytest.mark.parametrize("metadata", ["after", "before"])
def test_a_png_is_turned_by_metadata_before_or_after_its_pixels(
    ctx: FakeContext, metadata: str
) -> None:
    levels = stripes(7, 9, np.uint8)
    exif = Pillow.Exif()
    exif[274] = 3
    Pillow.fromarray(levels).save(ctx.root / "a.png", exif=exif)
    content = (ctx.root / "a.png").read_bytes()
    start = content.index(b"eXIf") - 4
    chunk = content[start : content.index(b"IDAT") - 4]
    if metadata == "after":
        rest = content[:start] + content[start + len(chunk) :]
        (ctx.root / "a.png").write_bytes(rest[:-12] + chunk + rest[-12:])
    assert np.array_equal(image.load(ctx, "a.png").image.levels[0], np.rot90(levels, 2))


@pytest.mark.parametrize("fault", ["short", "long", "checksum", "filter", "empty"])
def test_a_damaged_png_is_left_to_pillow(tmp_path: Path, fault: str) -> None:
    rows = bytearray(b"".join(b"\0" + row.tobytes() for row in stripes(9, 5, np.uint8)))
    rows[0] = 9 if fault == "filter" else 0
    stream = zlib.compress(rows[:-1] if fault == "short" else rows + b"\0" * (fault == "long"))
    if fault == "checksum":
        stream = stream[:-4] + b"\0\0\0\0"
    chunks = {b"IHDR": struct.pack(">IIBBBBB", 5, 9, 8, 2, 0, 0, 0)}
    chunks |= {b"IDAT": b"" if fault == "empty" else stream, b"IEND": b""}
    content = b"\x89PNG\r\n\x1a\n"
    for name, data in chunks.items():
        content += len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)
    (tmp_path / "a.png").write_bytes(content)
    with Pillow.open(tmp_path / "a.png") as opened:
        assert png_files.decode(tmp_path / "a.png", opened) is None


# --- all of it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_file_goes_through_the_engine_unchanged(tmp_path: Path, dtype: Any) -> None:
    """Also after a restart, when the picture comes from the cache on disk."""
    levels = random((300, 200, 3), dtype)
    (tmp_path / "a.png").write_bytes(png_files.encode(levels, {}))
    graph = Graph(installed())
    graph.apply(AddNode(Node("load", "image.load", params={"path": str(tmp_path / "a.png")})))
    graph.apply(AddNode(Node("save", "image.save")))
    graph.apply(Connect(Link("load", "image", "save", "image")))
    for start in range(2):
        with open_cache(tmp_path / "cache") as cache:
            result = run(graph, output_dir=tmp_path / f"out{start}", cache=cache)
            assert result.ok and ("load" in result.cached()) == bool(start)
            (file,) = (tmp_path / f"out{start}").iterdir()
            assert np.array_equal(decoded(file.read_bytes()), levels)
            assert np.array_equal(result.values("load")["image"].levels[0], levels)

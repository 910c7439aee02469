"""OpenRaster files: read back as they were written, laid out as Krita and GIMP expect, bounded."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nodeui.painting import bitmaps, openraster
from nodeui.painting.openraster import OraLayer
from nodeui.painting.points import PaintingError

rng = np.random.default_rng(11)


def noise(width: int, height: int, channels: int = 4) -> Any:
    return rng.integers(0, 256, (height, width, channels), np.uint8)


MERGED = noise(40, 30, 3)


def written(tmp_path: Path, layers: list[OraLayer]) -> Path:
    path = tmp_path / "some.ora"
    path.write_bytes(openraster.write(40, 30, layers, MERGED))
    return path


def archive(tmp_path: Path, stack: str, **files: bytes) -> Path:
    """Return a file with this stack.xml and these PNGs."""
    path = tmp_path / "made.ora"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "image/openraster")
        file.writestr("stack.xml", stack)
        for name, data in files.items():
            file.writestr(f"data/{name}.png", data)
    return path


def stack(*layers: str, size: str = 'w="40" h="30"') -> str:
    return f"<?xml version='1.0'?><image {size}><stack>{''.join(layers)}</stack></image>"


PNG = bitmaps.encode(noise(4, 3))
LAYER = '<layer name="a" src="data/a.png"/>'


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.builds(
            OraLayer,
            name=st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20),
            pixels=st.sampled_from([noise(40, 30), noise(3, 5), noise(1, 1), noise(60, 4)]),
            x=st.integers(-50, 50),
            y=st.integers(-50, 50),
            opacity=st.integers(0, 20).map(lambda n: n / 20),
            mode=st.sampled_from(
                ["normal", "multiply", "screen", "overlay", "soft light", "add", "luminosity"]
            ),
            hidden=st.booleans(),
        ),
        max_size=4,
    )
)
def test_layers_come_back(tmp_path_factory: pytest.TempPathFactory, layers: list[OraLayer]):
    found = openraster.read(written(tmp_path_factory.mktemp("ora"), layers))
    assert (found.width, found.height, found.warnings) == (40, 30, ())
    for one, other in zip(found.layers, layers, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
        assert {**vars(one), "pixels": 0} == {**vars(other), "pixels": 0}


def test_the_archive_is_as_the_specification_says(tmp_path: Path):
    path = written(tmp_path, [OraLayer("low", noise(4, 4)), OraLayer("high", noise(2, 2))])
    assert path.read_bytes()[30:54] == b"mimetypeimage/openraster"
    with zipfile.ZipFile(path) as file:
        first = file.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert not first.extra
        xml = file.read("stack.xml").decode()
        assert xml.index('"high"') < xml.index('"low"') and 'version="0.0.6"' in xml
        with Image.open(io.BytesIO(file.read("mergedimage.png"))) as merged:
            np.testing.assert_array_equal(np.asarray(merged), MERGED)
        with Image.open(io.BytesIO(file.read("Thumbnails/thumbnail.png"))) as thumbnail:
            assert max(thumbnail.size) <= 256


def test_equal_pictures_have_equal_files():
    layers = [OraLayer("a", noise(4, 4))]
    one, other = (openraster.write(40, 30, layers, MERGED) for _ in range(2))
    assert one == other


def test_groups_are_resolved_and_named(tmp_path: Path):
    group = (
        '<stack name="G" x="2" y="3" opacity="0.5" visibility="hidden">'
        f'<stack name="H" composite-op="svg:multiply" x="1">{LAYER}</stack></stack>'
    )
    found = openraster.read(archive(tmp_path, stack(group, LAYER), a=PNG))
    low, inner = found.layers
    assert (low.x, low.y, low.opacity, low.hidden) == (0, 0, 1, False)
    assert (inner.x, inner.y, inner.opacity, inner.hidden) == (3, 3, 0.5, True)
    assert [w for name in "GH" for w in found.warnings if f"group {name!r}" in w] == [
        *found.warnings
    ]


def test_unknown_blend_modes_are_named(tmp_path: Path):
    odd = '<layer name="glow" src="data/a.png" composite-op="krita:vivid"/>'
    found = openraster.read(archive(tmp_path, stack(odd), a=PNG))
    assert found.layers[0].mode == "normal"
    assert len(found.warnings) == 1
    assert "glow" in found.warnings[0] and "krita:vivid" in found.warnings[0]


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of few bytes and many pixels."""
    compress = zlib.compressobj(9)
    row = b"\0" * (1 + 4 * width)
    body = b"".join(compress.compress(row) for _ in range(height)) + compress.flush()
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)),
        (b"IDAT", body),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (stack(size='w="40"'), "h of the picture is not a whole number"),
        (stack(size='w="0" h="3"'), "0 x 3 pixels is not possible"),
        (stack(size='w="99999999999" h="3"'), "too large"),
        (stack(size='w="16384" h="16384"').replace("<stack>", "<stack>" + LAYER), "need 4.3 GB"),
        ('<image w="4" h="4"/>', "has no layers"),
        ("<svg/>", "holds no image"),
        ("<image", "stack.xml is damaged"),
        ('<!DOCTYPE x [<!ENTITY a "aa">]>' + stack(LAYER), "declares types"),
        (stack('<layer src="../../etc/passwd"/>'), "outside of itself"),
        (stack('<layer src="/etc/passwd"/>'), "outside of itself"),
        (stack('<layer src="data/b.png"/>'), "'data/b.png' is missing in it"),
        (stack('<layer name="x"/>'), "the layer 'x' has no file"),
        (stack('<layer name="x" src="data/a.png" opacity="nan"/>'), "opacity of the layer 'x'"),
        (stack('<layer name="x" src="data/a.png" x="1.5"/>'), "x of the layer 'x' is not a whole"),
        (stack('<layer name="x" src="data/a.png" x="9999999"/>'), "x of the layer 'x' is too"),
        (stack(LAYER * 10_000), "it has 10,000 layers; 64 are allowed"),
        (stack("<stack>" * 200 + "</stack>" * 200), "deep"),
        (stack('<layer name="big" src="data/bomb.png"/>'), "the layer 'big': .*too large"),
        (stack('<layer name="odd" src="data/odd.png"/>'), "the layer 'odd': its picture is no PNG"),
    ],
)
def test_bad_files_are_refused_in_a_line(tmp_path: Path, text: str, reason: str):
    path = archive(tmp_path, text, a=PNG, odd=b"?", bomb=bomb(12_000, 10_000))
    with pytest.raises(PaintingError, match=reason) as caught:
        openraster.read(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"no archive" * 100, b"PK\5\6" + b"\0" * 18])
def test_other_files_are_refused(tmp_path: Path, data: bytes):
    path = tmp_path / "x.ora"
    path.write_bytes(data)
    with pytest.raises(PaintingError):
        openraster.read(path)


def test_an_archive_of_something_else(tmp_path: Path):
    path = tmp_path / "x.ora"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("word/document.xml", "<x/>")
    with pytest.raises(PaintingError, match="'mimetype' is missing"):
        openraster.read(path)


def test_a_directory_of_many_files_is_refused(tmp_path: Path):
    path = tmp_path / "x.ora"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(70_000):
            file.writestr(f"{number:060}", b"")
    with pytest.raises(PaintingError, match="too many files"):
        openraster.read(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_an_error_or_harmless(tmp_path_factory: pytest.TempPathFactory, data: Any):
    path = written(tmp_path_factory.mktemp("ora"), [OraLayer("a", noise(9, 9))])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        openraster.read(path)
    except PaintingError as error:
        assert "\n" not in str(error)

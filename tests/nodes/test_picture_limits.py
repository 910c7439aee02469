"""Pictures whose pixels would take too much memory are refused by their headers."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from nodes import picture_files
from nodeui.sdk import NodeError
from tests.graph.test_png_texts import chunk, png


def read(path: Path) -> tuple[int, ...]:
    return picture_files.read(path, lambda text: None).shape


def black(path: Path, width: int, height: int, depth: int = 8) -> Path:
    """Write a black RGB picture without holding its pixels."""
    packer = zlib.compressobj(1)
    row = bytes(1 + width * 3 * depth // 8)
    pixels = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


@pytest.mark.parametrize("depth", [8, 16])
def test_a_picture_above_the_limit_is_refused_by_its_size(tmp_path: Path, depth: int):
    path = black(tmp_path / "a.png", 12_000, 9_000, depth)
    with pytest.raises(NodeError, match=r"a\.png is too large.*NODEUI_MAX_PIXELS") as caught:
        read(path)
    assert caught.value.parameter == "path" and "\n" not in str(caught.value)


def test_depth_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NODEUI_MAX_PIXELS", "20000")
    assert read(black(tmp_path / "a.png", 140, 140)) == (140, 140, 3)
    with pytest.raises(NodeError, match="140 x 140 pixels of 16 bits in 3 channels"):
        read(black(tmp_path / "b.png", 140, 140, 16))
    Image.new("F", (90, 90)).save(tmp_path / "c.tif")
    with pytest.raises(NodeError, match="90 x 90 pixels of 32 bits"):
        read(tmp_path / "c.tif")
    Image.new("RGB", (150, 140)).save(tmp_path / "d.jpg")
    with pytest.raises(NodeError, match="too large"):
        read(tmp_path / "d.jpg")
    monkeypatch.setenv("NODEUI_MAX_PIXELS", "80000")
    assert [read(tmp_path / name)[:2] for name in ("b.png", "c.tif", "d.jpg")] == [
        (140, 140), (90, 90), (140, 150),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["many", "-1", "0", "1e9", "9" * 40, "²"])
def test_a_limit_that_is_no_number_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
):
    monkeypatch.setenv("NODEUI_MAX_PIXELS", text)
    with pytest.raises(NodeError, match="NODEUI_MAX_PIXELS"):
        read(black(tmp_path / "a.png", 4, 4))


def test_a_header_that_claims_more_than_the_file_holds(tmp_path: Path):
    path = tmp_path / "a.png"
    path.write_bytes(png(size=(9_000, 9_000)))
    with pytest.raises(NodeError, match="damaged: a file of this size cannot hold 9000 x 9000"):
        read(path)


@pytest.mark.parametrize(
    "data",
    [
        png(after=chunk(b"iCCP", b"x\0")),
        png(chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(10**8)))),
        png(chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(10**8)))),
        png(chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(bytes(10**8)))),
        png(size=(2**31 - 1, 2**31 - 1)),
        png(size=(0, 5)),
    ],
)
def test_bombs_in_chunks_are_refused_in_one_line(tmp_path: Path, data: bytes):
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(NodeError, match=r"a\.png") as caught:
        read(path)
    assert "\n" not in str(caught.value)


_READ = """
import resource, sys
from pathlib import Path
import cv2, PIL.ImageCms
from nodes import picture_files
from nodeui.sdk import NodeError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    picture_files.read(Path(sys.argv[1]), print)
except NodeError as error:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_refused_picture_takes_no_memory(tmp_path: Path):
    path = black(tmp_path / "a.png", 13_000, 13_000)
    command = [sys.executable, "-c", _READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 100 << 20

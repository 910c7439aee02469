"""Tests TIFF files with a fourth channel: alpha, colours that are multiplied by it, or neither."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from nodes import image
from tests.nodes.fakes import FakeContext

# TIFF 6.0, section 18: values of the tag ExtraSamples
UNSPECIFIED, ASSOCIATED, UNASSOCIATED = 0, 1, 2


def tiff(pixels: np.ndarray, extra: int) -> bytes:
    """Return an uncompressed TIFF of pixels (height, width, channels)."""
    height, width, channels = pixels.shape
    data, begin = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes(), 400
    tags = {
        256: width,
        257: height,
        258: 8 * pixels.itemsize,
        259: 1,
        262: 2 if channels > 2 else 1,
        273: begin,
        277: channels,
        278: height,
        279: len(data),
        338: extra,
    }
    entries = [struct.pack("<HHII", tag, 3, 1, value) for tag, value in tags.items()]
    if channels > 2:  # the bits of each channel lie behind the entries
        entries[2] = struct.pack("<HHII", 258, 3, channels, 200)
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + b"".join(entries)
    bits = struct.pack("<4H", *[8 * pixels.itemsize] * 4)
    return head.ljust(200, b"\0") + bits.ljust(begin - 200, b"\0") + data


@pytest.mark.parametrize(("kind", "channels"), [(np.uint8, 2), (np.uint8, 4), (np.uint16, 4)])
def test_the_fourth_channel(tmp_path: Path, kind: type[np.unsignedinteger], channels: int) -> None:
    white = np.iinfo(kind).max
    straight = np.array([[[0.8, 0.4, 0.2, 0.5], [0.6, 1, 0, 0.25], [0, 0, 0, 0]]])
    straight = straight[..., [0, 3]] if channels == 2 else straight
    alpha = straight[..., -1:]
    multiplied = np.concatenate([straight[..., :-1] * alpha, alpha], -1)
    ctx = FakeContext(tmp_path)
    for extra, stored in ((UNASSOCIATED, straight), (ASSOCIATED, multiplied)):
        file = tmp_path / f"{extra}.tif"
        file.write_bytes(tiff((stored * white).round().astype(kind), extra))
        found = image.load(ctx, file.name).image.pixels[0]
        expected = straight if channels == 4 else straight[..., [0, 0, 0, 1]]
        np.testing.assert_allclose(found, expected, atol=2.1 / white / 0.25)
    if channels == 4:
        (tmp_path / "x.tif").write_bytes(tiff((straight * white).round().astype(kind), UNSPECIFIED))
        found = image.load(ctx, "x.tif").image.pixels[0]
        np.testing.assert_allclose(found, straight[..., :3], atol=1 / white)
    assert not ctx.warnings

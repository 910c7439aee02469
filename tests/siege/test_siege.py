"""A few rounds of the attacks of `benchmarks.siege`."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

import pytest

from benchmarks.siege import disks, inputs, tally
from benchmarks.siege.__main__ import ATTACKS, table
from benchmarks.siege.tally import Siege, Tally
from nodeui.graph import document
from nodeui.graph.document import DocumentError
from nodeui.graph.registry import installed
from nodeui.sdk import NodeError, shipped
from tests.nodes.fakes import FakeContext


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_workflow_opens_or_is_refused_in_one_line(seed: int):
    source = (shipped("workflows") / "two-controls.nodeui.json").read_bytes()
    data = inputs._mutate_text(random.Random(seed), source)
    try:
        loaded = document.load(data, installed())
    except DocumentError as error:
        assert "\n" not in str(error)
    else:
        document.load(document.dump(loaded), installed())


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_picture_opens_or_is_refused_in_one_line(tmp_path: Path, seed: int):
    from PIL import Image

    from nodes import image

    Image.linear_gradient("L").resize((64, 48)).convert("RGBA").save(tmp_path / "a.png")
    data = inputs._mutate_png(random.Random(seed), (tmp_path / "a.png").read_bytes())
    if len(data) > 200_000:
        return  # large pictures are for the siege
    (tmp_path / "a.png").write_bytes(data)
    try:
        image.load(FakeContext(tmp_path), "a.png")
    except NodeError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("seed", range(60))
def test_mutated_tensors_are_read_or_refused_in_one_line(tmp_path: Path, seed: int):
    import numpy as np
    from safetensors import safe_open
    from safetensors.numpy import save

    from nodes.diffusion import untrusted

    data = save({f"t{number}": np.zeros((4, 3), np.float32) for number in range(6)})
    (length,) = struct.unpack("<Q", data[:8])
    header = inputs._mutate_tensors(random.Random(seed), data[8 : 8 + length])
    path = tmp_path / "a.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + data[8 + length :])
    try:
        untrusted.read_header(path)
    except NodeError as error:
        assert "\n" not in str(error)
    else:
        safe_open(path, "np")  # what the check accepts, the library accepts


def test_damages_of_a_cache_are_many(tmp_path: Path):
    """Each damage can be done to each file without an error of its own."""
    for number, damage in enumerate(disks._DAMAGES):
        blobs = tmp_path / str(number) / "cache" / "blobs" / "ab"
        blobs.mkdir(parents=True)
        for name in ("x", "y"):
            (blobs / name).write_bytes(b"content" * 100)
        damage(Siege(tmp_path, 1.0, 1, random.Random(number)), blobs / "x")


def test_the_table_has_a_row_for_each_attack():
    rows = {name: Tally(3) for name in ATTACKS}
    lines = table(rows).splitlines()
    assert len(lines) == len(ATTACKS) + 2
    assert all(line.count("|") == len(tally.FAULTS) + 3 for line in lines[:1] + lines[2:])
    assert json.dumps([row.counts() for row in rows.values()])

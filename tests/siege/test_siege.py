"""A few rounds of the attacks of `benchmarks.siege`."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import random
import signal
import struct
import threading
from pathlib import Path

import pytest

from benchmarks.siege import disks, inputs, mutations, tally
from benchmarks.siege.__main__ import ATTACKS, FULL, conduct, table
from benchmarks.siege.tally import Siege, Tally
from nodeui.graph import document
from nodeui.graph.document import DocumentError
from nodeui.graph.registry import installed
from nodeui.sdk import NodeError, shipped
from tests.nodes.fakes import FakeContext


@pytest.mark.parametrize("seed", range(60))
def test_a_mutated_workflow_opens_or_is_refused_in_one_line(seed: int):
    source = (shipped("workflows") / "two-controls.nodeui.json").read_bytes()
    data = mutations.mutate_text(random.Random(seed), source)
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
    data = mutations.mutate_png(random.Random(seed), (tmp_path / "a.png").read_bytes())
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
    header = mutations.mutate_tensors(random.Random(seed), data[8 : 8 + length])
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
        damage(siege_in(tmp_path, seed=number), blobs / "x")


def test_the_table_has_a_row_for_each_attack():
    assert {*ATTACKS} == {*FULL}
    rows = {name: Tally(3) for name in ATTACKS}
    lines = table(rows).splitlines()
    assert len(lines) == len(ATTACKS) + 2
    assert all(line.count("|") == len(tally.FAULTS) + 5 for line in lines[:1] + lines[2:])
    assert json.dumps([row.counts() for row in rows.values()])


def siege_in(
    folder: Path,
    seconds: float = 60.0,
    most: float = 1,
    seed: int = 0,
    log: io.StringIO | None = None,
) -> Siege:
    return Siege("a", folder, seconds, most, random.Random(seed), log or io.StringIO())


def last_line(log: io.StringIO) -> dict[str, object]:
    return json.loads(log.getvalue().splitlines()[-1])


def test_an_attack_that_its_time_cuts_off_keeps_its_counts(tmp_path: Path):
    log = io.StringIO()
    siege = siege_in(tmp_path, 0.2, log=log)

    def attack(siege: Siege) -> None:
        siege.attempted()
        siege.attempted("hangs")
        threading.Event().wait()  # an attempt that never ends

    conduct(attack, siege, 0.2)
    assert (siege.tally.attempts, siege.tally.ended) == (2, "time")
    line = last_line(log)
    assert (line["attempts"], line["hangs"], line["ended"]) == (2, 1, "time")
    assert "| a | 2 | 0 | 0 | 0 | 1 | 0 | 0 | 0 |  | time |" in table({"a": siege.tally})


def test_an_attack_that_is_stopped_or_fails_keeps_its_counts(tmp_path: Path):
    def stopped(siege: Siege) -> None:
        siege.attempted()
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait()

    def failing(siege: Siege) -> None:
        siege.attempted()
        raise RuntimeError("a mistake in the attack")

    for attack, ended in ((stopped, "stopped"), (failing, "error")):
        siege = siege_in(tmp_path, math.inf)
        conduct(attack, siege, math.inf)
        assert (siege.tally.attempts, siege.tally.ended) == (1, ended)
    assert "a mistake" in (tmp_path / "error.txt").read_text()


@pytest.mark.parametrize(
    ("seconds", "wall", "load", "hangs"),
    [(6, 6, 20, True), (1, 30, 20, False), (1, 6, 1.2, True), (1, 4, 0.1, False)],
)
def test_a_hang_is_of_the_processor_or_of_a_quiet_machine(
    seconds: float, wall: float, load: float, hangs: bool
):
    report = {"error": "", "grown": 0, "audited": [], "load": load, "wall": wall}
    assert inputs.faults_of({**report, "seconds": seconds}) == ["hangs"] * hangs


@pytest.mark.parametrize("kind", ["metadata", "paintings"])
def test_mutations_of_metadata_and_paintings_are_opened(tmp_path: Path, kind: str):
    from benchmarks.siege import victim
    from benchmarks.siege.sources import SOURCES

    chance = random.Random(5)
    sources = SOURCES[kind](tmp_path)
    for number in range(40):
        source = sources[number % len(sources)]
        file = tmp_path / f"x{source.suffix}"
        mutations.MUTATORS[kind](chance, source, file)
        with contextlib.suppress(*victim._REFUSALS):
            victim.OPENERS[kind](file)


def test_a_png_is_repaired_for_the_fuzzer():
    from PIL import Image

    sink = io.BytesIO()
    Image.new("L", (3, 2)).save(sink, "PNG")
    data = sink.getvalue()
    assert mutations.repaired_png(data) == data
    broken = data[:29] + b"abcd" + data[33:] + b"rest"
    assert mutations.repaired_png(broken) == data + b"rest"
    assert mutations.repaired_png(b"no PNG") == b"no PNG"

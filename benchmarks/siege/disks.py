"""Runs on full disks, and on caches whose files are damaged."""

from __future__ import annotations

import contextlib
import itertools
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.siege.kills import workflow_with
from benchmarks.siege.tally import Siege
from nodeui.engine.cache import open_cache
from nodeui.engine.values import digest
from nodeui.headless import Result, run

PATIENCE = 180.0
HANG = 60.0  # seconds, as everything may have to be computed again


def _run(folder: Path, cache: Path, limit: int | None = None) -> tuple[int, str]:
    """Run the workflow in a folder by the command line; return the exit status and the messages.

    Args:
        folder: Folder of the workflow; its pictures go to the folder "out" in it.
        cache: Folder of the cache.
        limit: No file can grow beyond this size, in bytes, as on a full disk.
    """

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "nodeui", "run", "w.nodeui.json", "--out", "out"]
    environment = {
        "NODEUI_CACHE": str(cache),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path.cwd()),
        "PYTHONDONTWRITEBYTECODE": "1",  # Python cuts .pyc files on a full disk (gh-126606)
    }
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            preexec_fn=limited,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, "timed out"
    return done.returncode, done.stdout + done.stderr


def _pictures(folder: Path) -> list[np.ndarray]:
    return [np.asarray(Image.open(file).convert("RGB")) for file in sorted(folder.glob("*.png"))]


def _light_workflow(folder: Path) -> bytes:
    """Return a workflow that changes a picture, which is put into its folder."""
    Image.effect_noise((256, 256), 60).save(folder / "in.png")
    nodes = {
        "load": {"type": "image.load", "params": {"path": "in.png"}},
        "invert": {"type": "image.invert"},
        "blur": {"type": "image.blur"},
        "save": {"type": "image.save"},
    }
    ids = [*nodes]
    links = [[f"{a}.image", f"{b}.image"] for a, b in itertools.pairwise(ids)]
    content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes, "links": links}
    return json.dumps(content).encode()


def fill_disks(siege: Siege) -> None:
    """Run while no file can grow beyond a random size; what is written must be whole.

    A run may fail, but then with a message; and the next one, with room, must give the picture. A
    model is sampled in one of five runs; the others change a picture, which is faster.
    """
    while siege.lasts():
        number = siege.tally.attempts
        folder = siege.folder / str(number)
        folder.mkdir()
        sampled = number % 5 == 0
        content = workflow_with(number, steps=3) if sampled else _light_workflow(folder)
        (folder / "w.nodeui.json").write_bytes(content)
        limit = int(2 ** siege.random.uniform(6, 20))
        status, text = _run(folder, folder / "cache", limit)
        faults = _faults(status, text, folder, allowed=(0, 1, 2))
        status, text = _run(folder, folder / "cache")
        faults += _faults(status, text, folder, allowed=(0,))
        if not _pictures(folder / "out"):
            faults.append("wrong pictures")
        siege.attempted(*faults)
        shutil.rmtree(folder)


def damage_caches(siege: Siege) -> None:
    """Damage random files of a cache between two runs; the second must give the same picture."""
    whole = siege.folder / "whole"
    (whole / "out").mkdir(parents=True)
    (whole / "w.nodeui.json").write_bytes(workflow_with(7, steps=6))
    status, text = _run(whole, whole / "cache")
    if status:
        raise RuntimeError(f"the undisturbed run failed with status {status}: {text}")
    (right,) = _pictures(whole / "out")
    while siege.lasts():
        folder = siege.folder / str(siege.tally.attempts)
        shutil.copytree(whole, folder)
        shutil.rmtree(folder / "out")
        _damage(siege, folder / "cache")
        status, text = _run(folder, folder / "cache")
        faults = _faults(status, text, folder, allowed=(0,))
        pictures = _pictures(folder / "out")
        if not pictures or any(not np.array_equal(picture, right) for picture in pictures):
            faults.append("wrong pictures")
        siege.attempted(*faults)
        shutil.rmtree(folder)


def damage_entries(siege: Siege) -> None:
    """Damage entries of a cache and read values in this process; they must be the same, or fail.

    A run that is ok has values, and they are those of an undisturbed run.
    """
    whole = siege.folder / "whole"
    whole.mkdir()
    file = whole / "w.nodeui.json"
    file.write_bytes(workflow_with(7, steps=4))
    targets = ("sampler", "decode")

    def values_with(cache: Path) -> tuple[Result, list[bytes]]:
        with open_cache(cache) as opened:
            result = run(file, targets=targets, output_dir=siege.folder / "out", cache=opened)
            values = [result.values(target) for target in targets] if result.ok else []
            return result, [digest(value) for each in values for value in each.values()]

    _, right = values_with(whole / "cache")
    while siege.lasts():
        number = siege.tally.attempts
        cache = siege.folder / str(number) / "cache"
        shutil.copytree(whole / "cache", cache)
        _damage(siege, cache)
        faults: list[str] = []
        started = time.monotonic()
        try:
            result, found = values_with(cache)
        except Exception:
            faults.append("tracebacks")
            (siege.folder / f"failed-{number}.txt").write_text(traceback.format_exc())
        else:
            if not result.ok or found != right:
                faults.append("wrong pictures")
        if time.monotonic() - started > HANG:
            faults.append("hangs")
        siege.attempted(*faults)
        shutil.rmtree(cache.parent)


def _damage(siege: Siege, cache: Path) -> None:
    """Damage one to four files of a cache."""
    files = [file for file in cache.rglob("*") if file.is_file()]
    for file in siege.random.sample(files, min(len(files), siege.random.randint(1, 4))):
        if file.is_file():  # else an earlier damage has removed it
            siege.random.choice(_DAMAGES)(siege, file)


def _faults(status: int, text: str, folder: Path, allowed: tuple[int, ...]) -> list[str]:
    """Return the faults of a run in a folder, and keep its messages if there are any."""
    faults: list[str] = []
    if status == -1:
        faults.append("hangs")
    elif status not in allowed or "Traceback" in text:
        faults.append("tracebacks")
        (folder.parent / f"failed-{folder.name}.txt").write_text(f"status {status}\n{text}")
    for file in (folder / "out").glob("*.png") if (folder / "out").exists() else ():
        try:
            with Image.open(file) as picture:
                picture.load()
        except OSError:
            faults.append("wrong pictures")  # half a picture was left behind
    return faults


def _flip(siege: Siege, file: Path) -> None:
    data = bytearray(file.read_bytes())
    for _ in range(siege.random.choice([1, 8, 500])):
        if data:
            data[siege.random.randrange(len(data))] ^= 1 << siege.random.randrange(8)
    file.write_bytes(data)


def _cut(siege: Siege, file: Path) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: siege.random.randrange(len(data) + 1)])


def _swap(siege: Siege, file: Path) -> None:
    other = siege.random.choice([each for each in file.parent.iterdir() if each.is_file()])
    here, there = file.read_bytes(), other.read_bytes()
    file.write_bytes(there)
    other.write_bytes(here)


def _remove(siege: Siege, file: Path) -> None:
    file.unlink()


def _zero(siege: Siege, file: Path) -> None:
    data = bytearray(file.read_bytes())
    start = siege.random.randrange(len(data) + 1)
    end = start + siege.random.choice([1, 100, 4096, 1 << 20])
    data[start:end] = bytes(len(data[start:end]))
    file.write_bytes(data)


def _replace_by_folder(siege: Siege, file: Path) -> None:
    file.unlink()
    (file / "x").mkdir(parents=True)


def _exchange_rows(siege: Siege, file: Path) -> None:
    """Exchange what the index holds of two entries, and their files."""
    cache = next(each for each in file.parents if each.name == "cache")
    table, key, fields = siege.random.choice(_ROWS)
    with (
        contextlib.suppress(sqlite3.Error, UnicodeDecodeError),  # of a damaged index
        contextlib.closing(sqlite3.connect(cache / "index.sqlite")) as opened,
    ):
        rows = opened.execute(f"SELECT {key}, {', '.join(fields)} FROM {table}").fetchall()
        if len(rows) < 2:
            return
        one, other = siege.random.sample(rows, 2)
        changes = ", ".join(f"{field} = ?" for field in fields)
        for target, source in ((one, other), (other, one)):
            query = f"UPDATE {table} SET {changes} WHERE {key} = ?"
            opened.execute(query, (*source[1:], target[0]))
        opened.commit()
        if table == "blobs":
            paths = [cache / "blobs" / row[0].hex()[:2] / row[0].hex() for row in (one, other)]
            if all(path.is_file() for path in paths):
                contents = [path.read_bytes() for path in paths]
                for path, content in zip(paths, reversed(contents), strict=True):
                    path.write_bytes(content)


_ROWS = (
    ("blobs", "name", ("payload", "hash", "size")),
    ("blobs", "name", ("hash", "size")),
    ("results", "key", ("digests",)),
    ("results", "key", ("digests", "hash")),
)

_DAMAGES: list[Callable[[Siege, Path], None]] = [
    _flip, _flip, _cut, _swap, _remove, _zero, _replace_by_folder, _exchange_rows, _exchange_rows,
]  # fmt: skip

"""Tests the cache: memory, disk, restarts and accidents."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
from safetensors.numpy import load

from nodeui.engine.cache import ABSENT, Cache, open_cache
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.store import ResultInputs, Store
from nodeui.engine.values import NONE, digest
from nodeui.graph import wording
from nodeui.sdk import NodeError
from tests.engine.toys import CALLS, Grid, Workbench, statuses

KEY = b"k" * 16


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def disk_bench(bench: Workbench, folder: Path) -> Iterator[Workbench]:
    """A workbench with a cache on disk."""
    bench.reopen(folder)
    yield bench
    bench.cache.close()


def grid(fill: float, size: int = 160) -> Grid:
    cells = np.full((size, size), fill, np.float32)
    cells.flags.writeable = False
    return Grid(cells)


def put(cache: Cache, value: object, keep: bool = True) -> bytes:
    """Store a value under its own key and return its digest."""
    name = digest(value)
    cache.put(name[::-1], (name,), (value,), keep=keep)
    return name


def test_what_was_put_is_there_after_a_restart(folder: Path) -> None:
    with open_cache(folder) as cache:
        small, big = put(cache, 5), put(cache, grid(1))
        cache.put_state(KEY, b"state")
    with open_cache(folder) as cache:
        assert cache.result(small[::-1]) == (small,)
        assert cache.value(small, int) == 5
        assert np.array_equal(cache.value(big, Grid).cells, grid(1).cells)
        assert cache.state(KEY) == b"state"
        assert cache.has(big) and cache.has(KEY)
        assert not cache.warnings


def test_what_was_never_put_is_absent(folder: Path) -> None:
    with open_cache(folder) as cache:
        assert cache.result(KEY) is None
        assert cache.value(KEY, int) is ABSENT
        assert cache.state(KEY) is None
        assert not cache.has(KEY)
        assert cache.value(NONE, int) is None


def test_a_value_on_disk_is_a_safetensors_file(folder: Path) -> None:
    with open_cache(folder) as cache:
        name = put(cache, grid(2)).hex()
    tensors = load((folder / "blobs" / name[:2] / name).read_bytes())
    assert np.array_equal(tensors["0"], grid(2).cells)


def test_values_not_to_be_kept_stay_off_the_disk(folder: Path) -> None:
    with open_cache(folder) as cache:
        name = put(cache, grid(2), keep=False)
        assert cache.has(name)
    with open_cache(folder) as cache:
        assert cache.result(name[::-1]) == (name,)
        assert not cache.has(name)


def test_memory_is_bounded(folder: Path) -> None:
    with open_cache(None, memory_bytes=650_000) as cache:
        names = [put(cache, grid(i)) for i in range(10)]  # 100 KiB each
        assert [cache.has(name) for name in names] == [False] * 4 + [True] * 6


def test_what_was_used_lately_stays_in_memory() -> None:
    with open_cache(None, memory_bytes=650_000) as cache:
        first = put(cache, grid(0))
        for i in range(1, 20):
            put(cache, grid(i))
            assert cache.value(first, Grid) is not ABSENT


def test_the_disk_is_bounded(folder: Path) -> None:
    for i in range(20):
        with open_cache(folder, disk_bytes=650_000) as cache:
            put(cache, grid(i))
    sizes = [path.stat().st_size for path in folder.glob("blobs/*/*")]
    assert 3 <= len(sizes) <= 6
    assert sum(sizes) <= 650_000
    with open_cache(folder) as cache:
        assert cache.has(digest(grid(19))) and not cache.has(digest(grid(0)))


LIMIT = 4 << 20


def size_on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def put_bytes(cache: Cache, number: int, size: int) -> bytes:
    """Store a state that cannot be compressed, and return its key."""
    key = digest((number, size))
    cache.put_state(key, Random(number).randbytes(size))
    return key


@pytest.mark.parametrize("sizes", [[50_000], [200_000], [1], [700], [10, 66_000, 900_000, 30_000]])
def test_all_that_is_on_the_disk_stays_within_the_limit(folder: Path, sizes: list[int]) -> None:
    rounds, total = 20, 3 * LIMIT
    count = min(total // rounds // (sum(sizes) // len(sizes)) + 1, 200)
    peak, key = 0, b""
    with open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as cache:
        for step in range(rounds):
            for i in range(count):
                number = step * count + i
                key = put_bytes(cache, number, sizes[number % len(sizes)])
                put(cache, number)
            cache.flush()
            peak = max(peak, size_on_disk(folder))
        assert cache.has(key)  # what was written last is there
        assert not cache.warnings
    assert peak <= 1.1 * LIMIT
    with open_cache(folder, disk_bytes=LIMIT) as cache:
        assert cache.has(key)
    assert size_on_disk(folder) <= 1.1 * LIMIT


def test_space_of_small_values_is_free_for_large_ones_and_back(folder: Path) -> None:
    with open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as cache:
        for size in (20_000, 300_000, 20_000, 1_500_000):
            key = b""
            for number in range(2 * LIMIT // size):
                key = put_bytes(cache, number, size)
                cache.flush()
                assert size_on_disk(folder) <= 1.1 * LIMIT
            assert cache.has(key)
            kept = sum(cache.has(digest((n, size))) for n in range(2 * LIMIT // size))
            assert kept * size > LIMIT / 3


def test_a_value_above_the_limit_is_not_written(folder: Path) -> None:
    with open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as cache:
        small, large = put_bytes(cache, 1, 1000), put_bytes(cache, 2, 2 * LIMIT)
        cache.flush()
        assert cache.has(small) and not cache.has(large)
        assert size_on_disk(folder) <= LIMIT


def test_a_lower_limit_holds_after_a_restart(folder: Path) -> None:
    with open_cache(folder) as cache:
        keys = [put_bytes(cache, i, (3_000, 100_000)[i % 2]) for i in range(200)]
    assert size_on_disk(folder) > 2 * LIMIT
    with open_cache(folder, disk_bytes=LIMIT) as cache:
        put(cache, 1)
        cache.flush()
        assert cache.has(keys[-1]) and not cache.has(keys[0])
    assert LIMIT / 2 < size_on_disk(folder) <= 1.1 * LIMIT


def test_several_processes_share_one_limit(folder: Path) -> None:
    with (
        open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as one,
        open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as two,
        open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as three,
    ):
        for number in range(160):
            for index, cache in enumerate((one, two, three)):
                put_bytes(cache, 1000 * index + number, (100, 40_000, 90_000)[number % 3])
            if number % 20 == 0:
                for cache in (one, two, three):
                    cache.flush()
                assert size_on_disk(folder) <= 1.1 * LIMIT
        assert not (one.warnings or two.warnings or three.warnings)
    assert size_on_disk(folder) <= 1.1 * LIMIT


def test_results_and_their_inputs_are_within_the_limit_too(folder: Path) -> None:
    inputs = ResultInputs("type", 1, {"a": "x" * 2000}, (), ())
    with open_cache(folder, disk_bytes=LIMIT, memory_bytes=0) as cache:
        for number in range(20_000):
            cache.put(digest(number), (digest(number % 7),), (number % 7,), keep=False)
            if number % 8 == 0:
                cache.put_result_inputs("workflow", str(number), inputs)
        cache.flush()
        assert size_on_disk(folder) <= 1.1 * LIMIT
    with open_cache(folder, disk_bytes=LIMIT) as cache:
        latest = cache.result_inputs("workflow", "19992")
        assert latest is not None and latest.params == inputs.params


def test_no_temporary_files_are_left(folder: Path) -> None:
    with open_cache(folder) as cache:
        put(cache, grid(1))
    assert not list(folder.rglob("*.part"))


# --- accidents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("accident", ["flip", "truncate", "empty", "replace"])
def test_a_damaged_file_is_reported_and_never_shown(folder: Path, accident: str) -> None:
    with open_cache(folder) as cache:
        name, other = put(cache, grid(1)), put(cache, grid(2))
    path, other_path = (folder / "blobs" / n.hex()[:2] / n.hex() for n in (name, other))
    data = bytearray(path.read_bytes())
    match accident:
        case "flip":
            data[-1] ^= 1
        case "truncate":
            del data[100:]
        case "empty":
            data.clear()
        case _:
            data = bytearray(other_path.read_bytes())
    path.write_bytes(data)
    with open_cache(folder) as cache:
        assert cache.value(name, Grid) is ABSENT
        assert len(cache.warnings) == 1 and "damaged" in cache.warnings[0]
    with open_cache(folder) as cache:
        assert not cache.has(name)
        put(cache, grid(1))
    with open_cache(folder) as cache:
        assert np.array_equal(cache.value(name, Grid).cells, grid(1).cells)


def test_a_deleted_file_is_absent(folder: Path) -> None:
    with open_cache(folder) as cache:
        name = put(cache, grid(1))
    (folder / "blobs" / name.hex()[:2] / name.hex()).unlink()
    with open_cache(folder) as cache:
        assert cache.value(name, Grid) is ABSENT
    with open_cache(folder) as cache:
        put(cache, grid(1))
    with open_cache(folder) as cache:
        assert cache.value(name, Grid) is not ABSENT


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_damaged_index_is_cleared(folder: Path, content: bytes) -> None:
    with open_cache(folder) as cache:
        put(cache, grid(1))
    (folder / "index.sqlite").write_bytes(content)
    with open_cache(folder) as cache:
        assert len(cache.warnings) == (1 if content else 0)
        name = put(cache, grid(2))
    with open_cache(folder) as cache:
        assert cache.value(name, Grid) is not ABSENT


def test_an_index_damaged_while_open(folder: Path) -> None:
    with open_cache(folder) as cache:
        for i in range(3000):
            put(cache, i)
    index = folder / "index.sqlite"
    data = bytearray(index.read_bytes())
    data[4096 : len(data) - 4096] = bytes(len(data) - 8192)
    index.write_bytes(data)
    with open_cache(folder) as cache:
        for i in range(3000):
            cache.value(digest(i), int)
            put(cache, -i)
        cache.flush()
        assert len(cache.warnings) == 1
        assert cache.value(digest(-5), int) == -5
    with open_cache(folder) as cache:
        name = put(cache, 7)
    with open_cache(folder) as cache:
        assert cache.value(name, int) == 7


def test_an_index_of_another_version_gives_way(folder: Path) -> None:
    with open_cache(folder) as cache:
        name = put(cache, grid(1))
    connection = sqlite3.connect(folder / "index.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with open_cache(folder) as cache:
        assert not cache.has(name)
        assert not cache.warnings


def test_an_old_index_returns_its_space_to_the_disk(folder: Path) -> None:
    stray = folder / "blobs" / "ab" / ("ab" * 16)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(bytes(2 * LIMIT))
    connection = sqlite3.connect(folder / "index.sqlite")
    connection.execute("CREATE TABLE blobs (name BLOB PRIMARY KEY, payload BLOB)")
    connection.execute("INSERT INTO blobs VALUES (x'00', zeroblob(?))", (2 * LIMIT,))
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()
    with open_cache(folder, disk_bytes=LIMIT) as cache:
        key = put_bytes(cache, 1, 50_000)
        cache.flush()
        assert cache.has(key) and not cache.warnings
    assert size_on_disk(folder) < LIMIT / 4
    connection = sqlite3.connect(folder / "index.sqlite")
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    connection.close()


def test_warnings_are_translated(tmp_path: Path) -> None:
    english = "The cache folder {0} cannot be used ({1}); results are kept in memory only."
    (tmp_path / "file").write_text("in the way")
    wording.speak(lambda text: "{0}: unbrauchbar" if text == english else text)
    try:
        with open_cache(tmp_path / "file" / "cache") as cache:
            assert cache.warnings == [f"{tmp_path / 'file' / 'cache'}: unbrauchbar"]
    finally:
        wording.speak()


def test_a_folder_that_cannot_be_made_means_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with open_cache(tmp_path / "file" / "cache") as cache:
        name = put(cache, 5)
        assert cache.value(name, int) == 5
        assert len(cache.warnings) == 1
        assert "memory only" in cache.warnings[0]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        sqlite3.OperationalError("attempt to write a readonly database"),
        sqlite3.OperationalError("database or disk is full"),
    ],
)
def test_a_disk_that_fills_up_means_memory_with_one_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> None:
        raise error

    with open_cache(folder) as cache:
        before = put(cache, grid(0))
        cache.flush()
        monkeypatch.setattr(Store, "_put", fails)
        names = [put(cache, grid(i)) for i in range(1, 4)]
        cache.flush()
        names += [put(cache, grid(i)) for i in range(4, 6)]
        cache.flush()
        assert all(cache.has(name) for name in names)
        assert len(cache.new_warnings()) == 1
        assert not cache.new_warnings()
    monkeypatch.undo()
    with open_cache(folder) as cache:
        assert cache.has(before)
        assert not any(cache.has(name) for name in names)


def test_a_run_says_that_the_disk_is_full(
    disk_bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Store, "write", fails)
    disk_bench.add("n", "number", value=3)
    disk_bench.run("n")
    disk_bench.cache.flush()
    disk_bench.set("n", value=4)
    (warning,) = disk_bench.run("n").warnings
    assert warning.node == "" and "No space left" in warning.message
    assert disk_bench.run("n").warnings == ()


def test_the_queue_for_the_disk_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodeui.engine.cache._QUEUE_BYTES", 50_000)
    with open_cache(folder, memory_bytes=0) as cache:
        names = [put(cache, grid(i)) for i in range(30)]
    with open_cache(folder) as cache:
        assert all(cache.value(name, Grid) is not ABSENT for name in names)


def test_data_that_nothing_follows_is_written_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodeui.engine.cache._LINGER", 3600.0)
    with open_cache(folder) as cache, open_cache(folder) as other:
        name = put(cache, grid(1))
        assert not other.has(name)
        cache.hurry()
        give_up = time.monotonic() + 60
        while not other.has(name) and time.monotonic() < give_up:
            time.sleep(0.01)
        assert other.has(name)
        put(cache, grid(2))  # the hurry is over
        cache.flush()


def test_what_memory_lost_before_it_was_written_is_there(folder: Path) -> None:
    with open_cache(folder, memory_bytes=0) as cache:
        for i in range(50):
            assert cache.value(put(cache, grid(i)), Grid) is not ABSENT


def test_two_caches_on_one_folder(folder: Path) -> None:
    with open_cache(folder) as one, open_cache(folder) as two:
        for i in range(100):
            put((one, two)[i % 2], i)
            put((one, two)[i % 2], grid(i, 40))
        one.flush()
        two.flush()
        for i in range(100):
            for cache in (one, two):
                assert cache.value(digest(i), int) == i
                assert cache.value(digest(grid(i, 40)), Grid).cells[0, 0] == i
        assert not one.warnings and not two.warnings


def test_a_killed_process_leaves_a_sound_store(folder: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from nodeui.engine.cache import open_cache
from tests.engine.test_cache import grid, put
cache = open_cache(Path(sys.argv[1]))
for i in range(300):
    put(cache, grid(i))
    if i == 200:
        cache.flush()
os._exit(9)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.run([sys.executable, "-c", script, folder], env=environment)
    assert process.returncode == 9
    with open_cache(folder) as cache:
        values = [cache.value(digest(grid(i)), Grid) for i in range(300)]
        assert not cache.warnings
    assert all(value is not ABSENT for value in values[:201])
    found = [(i, value) for i, value in enumerate(values) if value is not ABSENT]
    assert all((value.cells == i).all() for i, value in found)


def test_files_without_a_row_are_swept_away(folder: Path) -> None:
    with open_cache(folder) as cache:
        name = put(cache, grid(1)).hex()
    stray = folder / "blobs" / "ab" / ("ab" * 16)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    with open_cache(folder):
        pass
    assert not stray.exists()
    assert (folder / "blobs" / name[:2] / name).exists()


def test_a_file_whose_row_another_process_is_writing_is_not_swept_away(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, sweeping = threading.Event(), threading.Event()
    write_file = Store._write_file

    def write_slowly(store: Store, path: Path, parts: Sequence[bytes | memoryview]) -> None:
        write_file(store, path, parts)
        writing.set()
        sweeping.wait(0.2)  # the sweep waits for the end of this transaction

    monkeypatch.setattr(Store, "_write_file", write_slowly)
    with open_cache(folder) as one:
        name = put(one, grid(1))
        assert writing.wait(60)
        with open_cache(folder):
            pass
    with open_cache(folder) as cache:
        assert cache.value(name, Grid) is not ABSENT


# --- graphs over the cache -----------------------------------------------------------------------


def build(bench: Workbench) -> None:
    bench.add("n", "number", value=3)
    bench.add("g", "grid", fill="@n", size=160)
    bench.add("b", "brighten", image="@g")
    bench.add("t", "total", image="@b")


def test_after_a_restart_nothing_runs(disk_bench: Workbench, folder: Path) -> None:
    build(disk_bench)
    disk_bench.run()
    disk_bench.reopen(folder)
    assert disk_bench.outlook() == dict.fromkeys("ngbt", "cached")
    report = disk_bench.run()
    assert statuses(report) == {"t": "cached"}
    assert not CALLS
    assert disk_bench.value("t") == 4 * 160 * 160


def test_after_a_restart_only_the_edit_runs(disk_bench: Workbench, folder: Path) -> None:
    build(disk_bench)
    disk_bench.run()
    disk_bench.reopen(folder)
    disk_bench.set("b", amount=2.0)
    assert disk_bench.reason("b") == "amount changed from 1.0 to 2.0"
    disk_bench.run()
    assert CALLS == {"brighten": 1, "total": 1}


def test_a_damaged_value_is_computed_again(disk_bench: Workbench, folder: Path) -> None:
    build(disk_bench)
    disk_bench.run()
    disk_bench.cache.flush()
    for path in folder.glob("blobs/*/*"):
        path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    disk_bench.reopen(folder)
    disk_bench.set("b", amount=2.0)
    assert disk_bench.value("t") == 5 * 160 * 160
    assert CALLS == {"grid": 1, "brighten": 1, "total": 1}
    assert any("damaged" in warning for warning in disk_bench.cache.warnings)


def test_without_room_for_values_all_is_computed_again_in_the_right_order(
    bench: Workbench,
) -> None:
    bench.cache = open_cache(None, memory_bytes=0)
    bench.__post_init__()
    bench.add("g", "grid", fill=1.0)
    bench.add("left", "brighten", image="@g")
    bench.add("right", "blend", image="@left", other="@g")
    bench.add("mix", "blend", image="@right", other="@left")
    bench.add("t", "total", image="@mix")
    report = bench.run("t")
    assert not report.failures
    assert statuses(report)["t"] == "executed"
    assert CALLS["total"] == 1


def test_a_long_chain_whose_values_are_gone(disk_bench: Workbench, folder: Path) -> None:
    disk_bench.add("n0", "number", value=1)
    for i in range(1, 2000):
        disk_bench.add(f"n{i}", "fleeting", a=f"@n{i - 1}")
    disk_bench.run("n1999")
    disk_bench.reopen(folder)
    plan = disk_bench.plan("n1999")
    assert plan.nodes["n1999"].reason == "its value was removed from the cache"
    assert disk_bench.value("n1999") == 2000
    assert CALLS == {"fleeting": 1999}


# --- files ---------------------------------------------------------------------------------------


def test_files_are_found_and_hashed(tmp_path: Path) -> None:
    with open_cache(None) as cache:
        files = WorkflowFiles(tmp_path, cache)
        (tmp_path / "a.txt").write_text("abc")
        assert files.resolve("a.txt") == tmp_path / "a.txt"
        assert files.resolve(str(tmp_path / "b")) == tmp_path / "b"
        sha = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert files.digest(tmp_path / "a.txt") == sha
        with pytest.raises(FileNotFoundError):
            files.digest(tmp_path / "missing")


def test_a_path_that_no_file_can_have_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    with open_cache(None) as cache:
        files = WorkflowFiles(tmp_path, cache)
        assert files.resolve("~nouser/x") == tmp_path / "~nouser" / "x"
        assert files.resolve("not/there") == tmp_path / "not" / "there"
        for path in ("a" * 5000, "dangling"):
            with pytest.raises(NodeError) as error:
                files.resolve(path)
            assert len(str(error.value)) < 400


def test_a_link_to_nothing_in_a_folder_is_part_of_its_digest(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    seen: set[str] = set()
    with open_cache(None) as cache:
        for target in ("a", "b"):
            (model / "weights").unlink(missing_ok=True)
            (model / "weights").symlink_to(target)
            seen.add(WorkflowFiles(tmp_path, cache).digest(model))
    assert len(seen) == 2


def test_the_digest_of_a_folder_tells_all_changes_below(tmp_path: Path) -> None:
    model = tmp_path / "model"
    (model / "unet").mkdir(parents=True)
    (model / "unet" / "weights").write_text("w")
    seen: set[str] = set()

    def changed() -> bool:
        with open_cache(None) as cache:
            digest = WorkflowFiles(tmp_path, cache).digest(model)
        return digest not in seen and not seen.add(digest)

    assert changed()
    assert not changed()
    (model / "unet" / "weights").write_text("v")
    assert changed()
    (model / "unet" / "weights").rename(model / "unet" / "other")
    assert changed()
    (model / "config").write_text("")
    assert changed()
    (model / ".hidden").write_text("")
    assert not changed()


def test_an_unchanged_file_is_read_once(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    os.utime(path, (1, 1))
    with open_cache(folder) as cache:
        digest = WorkflowFiles(tmp_path, cache).digest(path)
    monkeypatch.setattr("hashlib.file_digest", None)
    with open_cache(folder) as cache:
        assert WorkflowFiles(tmp_path, cache).digest(path) == digest


def test_a_file_changed_right_after_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with open_cache(None) as cache:
        files = WorkflowFiles(tmp_path, cache)
        path.write_text("one")
        stat = path.stat()
        first = files.digest(path)
        path.write_text("two")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # within one tick of the clock
        assert files.digest(path) != first

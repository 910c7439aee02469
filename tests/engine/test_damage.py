"""Damaged caches: a damaged entry is never shown, and computed again in the run that needs it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from nodeui.engine.cache import ABSENT, open_cache
from nodeui.engine.store import INLINE_BYTES
from nodeui.engine.values import checksum
from tests.engine.test_cache import put
from tests.engine.toys import CALLS, Workbench, statuses


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def disk_bench(bench: Workbench, folder: Path) -> Iterator[Workbench]:
    bench.reopen(folder)
    yield bench
    bench.cache.close()


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("blobs/*/*"))


def edit_index(folder: Path, *queries: str) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite")) as index:
        for query in queries:
            index.execute(query)
        index.commit()


def exchange(folder: Path, table: str, columns: str, where: str = "1") -> None:
    """Exchange columns of the two rows of a table."""
    with closing(sqlite3.connect(folder / "index.sqlite")) as index:
        query = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY 1"
        (one, *ones), (other, *others) = index.execute(query).fetchall()
        key, *names = columns.split(", ")
        for row, fields in ((one, others), (other, ones)):
            for name, field in zip(names, fields, strict=True):
                index.execute(f"UPDATE {table} SET {name} = ? WHERE {key} = ?", (field, row))
        index.commit()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def to_zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def to_folder(path: Path) -> None:
    path.unlink()
    (path / "x").mkdir(parents=True)


def to_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def to_endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


ACCIDENTS = [flip, to_zeros, cut, to_folder, to_pipe, to_endless, Path.unlink]


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_a_damaged_target_is_computed_again_in_the_same_run(
    disk_bench: Workbench, folder: Path, accident
) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.run("g")
    disk_bench.reopen(folder)
    (path,) = files_in(folder)
    accident(path)
    report = disk_bench.run("g")
    assert statuses(report) == {"g": "executed"} and not report.failures
    assert disk_bench.value("g").cells.mean() == 2.0
    disk_bench.reopen(folder)
    CALLS.clear()
    assert statuses(disk_bench.run("g"))["g"] in ("cached", "executed")
    assert disk_bench.value("g").cells.mean() == 2.0


@pytest.mark.parametrize("accident", ACCIDENTS)
def test_a_damaged_value_that_a_node_needs(disk_bench: Workbench, folder: Path, accident) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.add("t", "total", image="@g")
    disk_bench.run("g")
    disk_bench.reopen(folder)
    (path,) = files_in(folder)
    accident(path)
    assert statuses(disk_bench.run("t")) == {"g": "executed", "t": "executed"}
    assert disk_bench.value("t") == 2 * 160 * 160


def test_an_undamaged_target_is_read_not_computed(disk_bench: Workbench, folder: Path) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.run("g")
    disk_bench.reopen(folder)
    assert statuses(disk_bench.run("g")) == {"g": "cached"}
    assert not CALLS and not disk_bench.cache.warnings


def test_two_files_exchanged_with_their_hashes(disk_bench: Workbench, folder: Path) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.add("h", "grid", fill=3.0, size=160)
    disk_bench.run("g", "h")
    disk_bench.reopen(folder)
    one, other = files_in(folder)
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)
    exchange(folder, "blobs", "name, hash", "payload IS NULL")
    assert statuses(disk_bench.run("g", "h")) == {"g": "executed", "h": "executed"}
    assert disk_bench.value("g").cells.mean() == 2.0
    assert disk_bench.value("h").cells.mean() == 3.0


@pytest.mark.parametrize("columns", ["payload", "hash", "hash, payload"])
def test_rows_of_small_values_exchanged(folder: Path, columns: str) -> None:
    with open_cache(folder) as cache:
        names = [put(cache, 5), put(cache, 6)]
    exchange(folder, "blobs", f"name, {columns}")
    with open_cache(folder) as cache:
        assert [cache.value(name, int) for name in names] == [ABSENT, ABSENT]
        assert len(cache.warnings) == 2


@pytest.mark.parametrize("payload", [b"6", b'"5"', b"5.0", b"[", b"[" * 20_000, b'["",["array"]]'])
def test_a_payload_with_a_right_checksum_that_is_another_value(
    folder: Path, payload: bytes
) -> None:
    with open_cache(folder) as cache:
        name = put(cache, 5)
    with closing(sqlite3.connect(folder / "index.sqlite")) as index:
        values = (payload, len(payload), checksum(name, payload))
        index.execute("UPDATE blobs SET payload = ?, size = ?, hash = ?", values)
        index.commit()
    with open_cache(folder) as cache:
        assert cache.value(name, int) is ABSENT
    with open_cache(folder) as cache:
        put(cache, 5)
    with open_cache(folder) as cache:
        assert cache.value(name, int) == 5


def test_results_exchanged_between_two_keys(disk_bench: Workbench, folder: Path) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.add("h", "grid", fill=3.0, size=160)
    disk_bench.run("g", "h")
    disk_bench.reopen(folder)
    exchange(folder, "results", "key, digests, hash")
    disk_bench.reopen(folder)
    disk_bench.run("g", "h")
    assert disk_bench.value("g").cells.mean() == 2.0
    assert disk_bench.value("h").cells.mean() == 3.0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE results SET digests = CAST('text' AS TEXT)",
        "UPDATE results SET digests = 7",
        "UPDATE results SET warnings = x'00'",
        "UPDATE blobs SET payload = 'text', hash = 5",
        "UPDATE blobs SET size = 'many'",
        "UPDATE blobs SET payload = CAST(x'ff' AS TEXT)",
        "UPDATE recipes SET recipe = x'ff'",
        "UPDATE recipes SET recipe = 5",
        "UPDATE recipes SET node = CAST(x'ff' AS TEXT) WHERE node = 'g'",
        "DELETE FROM blobs",
        "DELETE FROM usage",
        "DROP TABLE blobs",
        "DROP TABLE results",
    ],
)
def test_fields_of_a_wrong_type(disk_bench: Workbench, folder: Path, change: str) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.add("t", "total", image="@g")
    disk_bench.run("t")
    disk_bench.cache.close()
    edit_index(folder, change)
    disk_bench.reopen(folder)
    assert not disk_bench.run("t", "g").failures
    assert disk_bench.value("t") == 2 * 160 * 160
    assert disk_bench.value("g").cells.mean() == 2.0


def test_the_digest_of_another_file_is_not_taken_for_this_one(folder: Path) -> None:
    with open_cache(folder) as cache:
        cache.put_file_digest("/a", 1, 2, "aa")
        cache.put_file_digest("/b\udcff", 1, 2, "bb")
    with open_cache(folder) as cache:
        assert cache.file_digest("/b\udcff", 1, 2) == "bb"
    edit_index(folder, "UPDATE files SET digest = 'cc' WHERE digest = 'aa'")
    with open_cache(folder) as cache:
        assert cache.file_digest("/a", 1, 2) is None


@pytest.mark.parametrize("page", range(1, 12))
def test_a_page_of_the_index_is_damaged(disk_bench: Workbench, folder: Path, page: int) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.add("t", "total", image="@g")
    disk_bench.run("t")
    disk_bench.cache.close()
    path = folder / "index.sqlite"
    data = bytearray(path.read_bytes())
    for at in range(4096 * page, min(4096 * (page + 1), len(data)), 7):
        data[at] ^= 0x55
    path.write_bytes(data)
    disk_bench.reopen(folder)
    assert not disk_bench.run("t", "g").failures
    assert disk_bench.value("t") == 2 * 160 * 160
    assert disk_bench.value("g").cells.mean() == 2.0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"CREATE TABLE results (key", b"CREATE TABLE results (kex"),
        (b"CREATE TABLE blobs (name", b"CREATE TABLE blobs (\xffame"),
        (b"CREATE TABLE recipes", b"\xc5REATE TABLE\xe7recipes"),
        (b"UPDATE usage SET", b"UPDATE usag\xff SET"),
        (b"results", b"resul\xff\xff"),
    ],
)
def test_the_schema_of_the_index_is_damaged(
    disk_bench: Workbench, folder: Path, right: bytes, wrong: bytes
) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.run("g")
    disk_bench.cache.close()
    path = folder / "index.sqlite"
    data = path.read_bytes()
    assert right in data
    path.write_bytes(data.replace(right, wrong))
    disk_bench.reopen(folder)
    assert "was damaged" in disk_bench.cache.warnings[0]
    assert statuses(disk_bench.run("g")) == {"g": "executed"}
    disk_bench.reopen(folder)
    assert not disk_bench.cache.warnings
    assert statuses(disk_bench.run("g")) == {"g": "cached"}


def test_a_folder_in_place_of_the_index(disk_bench: Workbench, folder: Path) -> None:
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.run("g")
    disk_bench.cache.close()
    to_folder(folder / "index.sqlite")
    disk_bench.reopen(folder)
    assert statuses(disk_bench.run("g")) == {"g": "executed"}
    assert "in memory only" in disk_bench.cache.warnings[0]


@pytest.mark.parametrize("junk", [b"", b"\0" * 4096, b"\xff" * 40_000])
def test_a_damaged_log(disk_bench: Workbench, folder: Path, junk: bytes) -> None:
    """The log of a killed process is replaced by junk."""
    disk_bench.add("g", "grid", fill=2.0, size=160)
    disk_bench.run("g")
    disk_bench.cache.flush()
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)  # as a kill leaves it
    (copy / "index.sqlite-wal").write_bytes(junk)
    disk_bench.reopen(copy)
    assert not disk_bench.run("g").failures
    assert disk_bench.value("g").cells.mean() == 2.0


def test_a_state_under_the_name_of_another(folder: Path) -> None:
    states = [bytes([i]) * (INLINE_BYTES + 1) for i in range(2)]
    with open_cache(folder) as cache:
        for name, state in zip((b"a" * 16, b"b" * 16), states, strict=True):
            cache.put_state(name, state)
    one, other = files_in(folder)
    one.write_bytes(states[1])
    query = f"(SELECT hash FROM blobs WHERE name = x'{other.name}')"
    edit_index(folder, f"UPDATE blobs SET hash = {query}")
    with open_cache(folder) as cache:
        assert cache.state(b"a" * 16) is None
        assert cache.state(b"b" * 16) == states[1]

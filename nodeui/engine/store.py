"""Stores results on disk: a folder with an SQLite index and content files.

    index.sqlite          results, blobs (small ones inline), file digests, inputs of results
    blobs/ab/abcdef...    payloads of 64 KB and more, named like their row

One thread writes batches, each in one transaction; any thread reads; several processes may use the
folder at once. Every payload is checked against the hash in its row when it is read. Files are
renamed into place before their row is committed, so a crash leaves at worst a file without a row,
which is removed at the next start.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from nodeui.engine.values import checksum, encode_parts

VERSION = 3
INLINE_BYTES = 65536  # a smaller payload is written faster to the index than to a file
RESULTS = 1_000_000  # rows that are kept, of about 60 bytes each
_ROWS = 500  # inserted per statement
_SWEEP_AGE = 3600  # seconds after which no running process writes the row of a file

# The table `recipes` holds the inputs of results.
_SCHEMA = """
CREATE TABLE results (key BLOB PRIMARY KEY, digests BLOB NOT NULL, warnings BLOB) WITHOUT ROWID;
CREATE TABLE blobs (name BLOB PRIMARY KEY, size INTEGER NOT NULL, used REAL NOT NULL,
                    hash BLOB NOT NULL, payload BLOB);
CREATE INDEX blobs_used ON blobs (used, size, name);
CREATE INDEX blobs_files ON blobs (name) WHERE payload IS NULL;
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, digest TEXT) WITHOUT ROWID;
CREATE TABLE recipes (scope TEXT, node TEXT, recipe BLOB, PRIMARY KEY (scope, node)) WITHOUT ROWID;
"""


class StoredResult(msgspec.Struct, frozen=True, gc=False):
    """A row of the results.

    Attributes:
        digests: Digests of the outputs, joined: 16 bytes each.
        warnings: The warnings of the node when it computed them.
    """

    digests: bytes
    warnings: tuple[str, ...] = ()


class ResultInputs(msgspec.Struct, frozen=True, gc=False):
    """The inputs of a node's latest result; a plan compares them with the current ones.

    Attributes:
        type, version: Id and edition of the node type.
        params: The parameters that the value depends on, defaults included.
        inputs: The names of its linked inputs.
        identities: The identities of the linked inputs, 16 bytes each.
        fingerprint: Of outside state.
        environment: What the result of a numeric node depends on.
    """

    type: str
    version: int | str
    params: Mapping[str, Any]
    inputs: Sequence[str]
    identities: Sequence[bytes]
    fingerprint: str = ""
    environment: str = ""


class LostError(Exception):
    """The file of a payload is missing; its row has to be removed."""


class DamagedError(LostError):
    """A payload differs from what was written."""


@dataclass
class WriteBatch:
    """Data that is written in one transaction.

    Attributes:
        results: By key.
        blobs: Values, or the bytes of states, by name; values are encoded when they are written.
        files: (size, mtime in ns, digest), by path.
        result_inputs: Inputs of the latest result, by (scope, node).
        used: Names of blobs that were read.
        dropped: Names of damaged blobs.
        nbytes: Size of `blobs` in memory.
    """

    results: dict[bytes, StoredResult] = field(default_factory=dict[bytes, StoredResult])
    blobs: dict[bytes, Any] = field(default_factory=dict[bytes, Any])
    files: dict[str, tuple[int, int, str]] = field(default_factory=dict[str, tuple[int, int, str]])
    result_inputs: dict[tuple[str, str], ResultInputs] = field(
        default_factory=dict[tuple[str, str], ResultInputs]
    )
    used: set[bytes] = field(default_factory=set[bytes])
    dropped: set[bytes] = field(default_factory=set[bytes])
    nbytes: int = 0

    def __bool__(self) -> bool:
        return any(
            (self.results, self.blobs, self.files, self.result_inputs, self.used, self.dropped)
        )


class Store:
    """The on-disk part of the cache.

    Args:
        folder: Created if it does not exist.
        limit: Bytes of payload above which the least recently used blobs are removed.

    Raises:
        OSError, sqlite3.Error: the folder cannot be written, or its index is damaged.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self._limit = limit
        self._blobs = folder / "blobs"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        try:
            self._prepare()
            self._reader = self._connect()
            self._total = self._measure()
        except BaseException:
            self._writer.close()
            raise
        self._lock = threading.Lock()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.folder / "index.sqlite", timeout=10, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        """Create the tables; those of other versions are dropped, as a cache can be refilled."""
        with self._transaction():
            (version,) = self._writer.execute("PRAGMA user_version").fetchone()
            if version == 2:  # without the warnings of results
                self._writer.execute("ALTER TABLE results ADD COLUMN warnings BLOB")
                self._writer.execute(f"PRAGMA user_version = {VERSION}")
            elif version != VERSION:
                for table in ("results", "blobs", "files", "recipes"):
                    self._writer.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    self._writer.execute(statement)
                self._writer.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")

    def close(self) -> None:
        self._reader.close()
        self._writer.close()

    # --- reading, in any thread ------------------------------------------------------------------

    def _row(self, query: str, *arguments: Any) -> tuple[Any, ...] | None:
        with self._lock:
            return self._reader.execute(query, arguments).fetchone()

    def result(self, key: bytes) -> StoredResult | None:
        """Return a result."""
        row = self._row("SELECT digests, warnings FROM results WHERE key = ?", key)
        if row is None:
            return None
        digests, warnings = row
        if warnings is None:
            return StoredResult(digests)
        return StoredResult(digests, msgspec.json.decode(warnings, type=tuple[str, ...]))

    def has(self, name: bytes) -> bool:
        """True if there is a blob of this name."""
        return self._row("SELECT 1 FROM blobs WHERE name = ?", name) is not None

    def blob(self, name: bytes) -> bytes | None:
        """Return the payload of a blob.

        Raises:
            LostError: its file is missing.
            DamagedError: it differs from what was written.
        """
        row = self._row("SELECT hash, payload FROM blobs WHERE name = ?", name)
        if row is None:
            return None
        check, payload = row
        if payload is None:
            try:
                payload = self._path(name).read_bytes()
            except FileNotFoundError:
                raise LostError(name.hex()) from None
        if checksum(payload) != check:
            raise DamagedError(name.hex())
        return payload

    def file(self, path: str) -> tuple[int, int, str] | None:
        """Return (size, mtime in ns, digest) of a file when it was last read."""
        return self._row("SELECT size, mtime, digest FROM files WHERE path = ?", path)

    def result_inputs(self, scope: str) -> dict[str, ResultInputs]:
        """Return the inputs of the latest results of a workflow, by node."""
        with self._lock:
            query = "SELECT node, recipe FROM recipes WHERE scope = ?"
            rows = self._reader.execute(query, (scope,)).fetchall()
        return {node: msgspec.json.decode(data, type=ResultInputs) for node, data in rows}

    # --- writing, in one thread ------------------------------------------------------------------

    def write(self, batch: WriteBatch) -> None:
        """Write all of `batch`, or none of it.

        Raises:
            OSError, sqlite3.Error: the disk is full or cannot be written.
        """
        execute, many = self._writer.execute, self._writer.executemany
        with self._transaction():
            for name in batch.dropped:
                self._remove(name)
            now = time.time()
            self._put(batch.blobs, now)
            many("UPDATE blobs SET used = ? WHERE name = ?", [(now, name) for name in batch.used])
            results = [
                (key, one.digests, msgspec.json.encode(one.warnings) if one.warnings else None)
                for key, one in batch.results.items()
            ]
            many("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", results)
            files = [(path, *row) for path, row in batch.files.items()]
            many("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)
            inputs = [(*id, msgspec.json.encode(one)) for id, one in batch.result_inputs.items()]
            many("INSERT OR REPLACE INTO recipes VALUES (?, ?, ?)", inputs)
            if self._total > self._limit:
                self._evict()
            if len(batch.blobs) > 1000:
                execute("PRAGMA optimize")

    def _put(self, blobs: Mapping[bytes, Any], now: float) -> None:
        """Insert new blobs in few statements, as each one may delay the run in progress."""
        names = list(blobs)
        for start in range(0, len(names), _ROWS):
            some = names[start : start + _ROWS]
            marks = ", ".join("?" * len(some))
            query = f"UPDATE blobs SET used = ? WHERE name IN ({marks}) RETURNING name"
            known = {name for (name,) in self._writer.execute(query, (now, *some)).fetchall()}
            fields: list[Any] = []
            for name in some:
                if name not in known:
                    fields += (name, *self._payload_fields(name, blobs[name]), now)
            if fields:
                marks = ", ".join(["(?, ?, ?, ?, ?)"] * (len(fields) // 5))
                columns = "name, size, hash, payload, used"
                self._writer.execute(f"INSERT INTO blobs ({columns}) VALUES {marks}", fields)

    def _payload_fields(self, name: bytes, value: Any) -> tuple[int, bytes, bytes | None]:
        """Return size, hash and payload of a new row; a large payload is written to a file."""
        parts = [value] if isinstance(value, bytes) else encode_parts(value)
        size = sum(map(len, parts))
        small = size < INLINE_BYTES
        if not small:
            self._write_file(self._path(name), parts)
        self._total += size
        return size, checksum(*parts), b"".join(parts) if small else None

    def _path(self, name: bytes) -> Path:
        text = name.hex()
        return self._blobs / text[:2] / text

    def _write_file(self, path: Path, parts: Sequence[bytes | memoryview]) -> None:
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with temporary.open("wb") as file:
                file.writelines(parts)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _remove(self, name: bytes) -> None:
        self._writer.execute("DELETE FROM blobs WHERE name = ?", (name,))
        self._path(name).unlink(missing_ok=True)

    def _measure(self) -> int:
        return self._writer.execute("SELECT COALESCE(SUM(size), 0) FROM blobs").fetchone()[0]

    def _evict(self) -> None:
        """Remove the least recently used blobs, down to nine tenths of the limit."""
        self._total = self._measure()  # other processes write and remove as well
        oldest = self._writer.execute("SELECT name, size FROM blobs ORDER BY used").fetchall()
        for name, size in oldest:
            if self._total <= 0.9 * self._limit:
                break
            self._remove(name)
            self._total -= size

    def sweep(self) -> None:
        """Remove files without a row, and results beyond the kept number."""
        self._writer.execute(
            "DELETE FROM results WHERE key IN (SELECT key FROM results LIMIT max(0, "
            f"(SELECT COUNT(*) FROM results) - {RESULTS}))"
        )
        rows = self._writer.execute("SELECT name FROM blobs WHERE payload IS NULL")
        known = {name.hex() for (name,) in rows}
        old = time.time() - _SWEEP_AGE
        for path in self._blobs.glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.name not in known and path.stat().st_mtime < old:
                    path.unlink()


def delete_index(folder: Path) -> None:
    """Remove a damaged index; a later sweep removes the content files."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            (folder / f"index.sqlite{suffix}").unlink()

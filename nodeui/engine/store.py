"""Stores results on disk: a folder with an SQLite index and content files.

    index.sqlite          results, blobs (small ones inline), file digests, inputs of results
    blobs/ab/abcdef...    payloads of 64 KB and more, named like their row

One thread writes; any thread reads; several processes may use the folder at once. Every payload is
checked against the hash in its row when it is read. Files are renamed into place before their row
is committed, so a crash leaves at worst a file without a row, which is removed at the next start.

The limit holds for everything in the folder: content files, the index with its free pages, and its
write-ahead log. Room is made before a portion is written, and portions are small against the limit,
because the log holds a whole transaction.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from nodeui.engine.values import checksum, encode_parts, hash16, nbytes

T = TypeVar("T")

VERSION = 5
INLINE_BYTES = 65536  # a smaller payload is written faster to the index than to a file
RESULTS = 1_000_000  # rows that are kept, of about 60 bytes each
_ROWS = 500  # inserted per statement
_PAGE = 4096  # bytes of a page of the index and of a block of the file system
_FREE = "PRAGMA freelist_count"  # pages of the index that are not in use
_PORTION_BYTES = 64 << 20  # most that one transaction writes

# The table `recipes` holds the inputs of results; `usage` the bytes of content files on the disk.
_SCHEMA = (
    "CREATE TABLE results (key BLOB PRIMARY KEY, digests BLOB NOT NULL, warnings BLOB, "
    "hash BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE blobs (name BLOB PRIMARY KEY, size INTEGER NOT NULL, used REAL NOT NULL, "
    "hash BLOB NOT NULL, payload BLOB)",
    "CREATE INDEX blobs_used ON blobs (used)",
    "CREATE INDEX blobs_files ON blobs (name) WHERE payload IS NULL",
    "CREATE TABLE files (path BLOB PRIMARY KEY, size INTEGER, mtime INTEGER, digest TEXT, "
    "hash BLOB NOT NULL)",
    "CREATE TABLE recipes (scope TEXT, node TEXT, recipe BLOB, PRIMARY KEY (scope, node))",
    "CREATE TABLE usage (files INTEGER NOT NULL)",
    "INSERT INTO usage VALUES (0)",
    "CREATE TRIGGER file_added AFTER INSERT ON blobs WHEN new.payload IS NULL BEGIN "
    f"UPDATE usage SET files = files + (new.size + {_PAGE - 1}) / {_PAGE} * {_PAGE}; END",
    "CREATE TRIGGER file_removed AFTER DELETE ON blobs WHEN old.payload IS NULL BEGIN "
    f"UPDATE usage SET files = files - (old.size + {_PAGE - 1}) / {_PAGE} * {_PAGE}; END",
)


class StoredResult(msgspec.Struct, frozen=True, gc=False):
    """A row of the results.

    Attributes:
        digests: Digests of the outputs, joined: 16 bytes each.
        warnings: The warnings of the node when it computed them.
    """

    digests: bytes
    warnings: tuple[str, ...] = ()


def _packed(warnings: tuple[str, ...]) -> bytes | None:
    return msgspec.json.encode(warnings) if warnings else None


def _text(data: bytes) -> str:
    """Return a text column, also a damaged one."""
    return data.decode(errors="replace")


def _hashed(*fields: Any) -> tuple[Any, ...]:
    """Return the fields of a row with their hash."""
    return (*fields, _row_hash(*fields))


def _row_hash(*fields: Any) -> bytes:
    """Return a hash of a row and its key, 8 bytes: that of a damaged or exchanged row differs."""
    return hash16(repr(fields).encode())[:8]


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
    """Data to write.

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
        limit: Bytes on the disk; the least recently used blobs are removed to stay below.

    Raises:
        OSError, sqlite3.Error, UnicodeDecodeError: the folder cannot be written, or its index is
            damaged.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self._limit = limit
        self._portion = min(_PORTION_BYTES, limit // 16)  # bytes written by one transaction
        self._blobs = folder / "blobs"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        try:
            self._prepare()
            self._reader = self._connect()
        except BaseException:
            self._writer.close()
            raise
        self._lock = threading.Lock()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.folder / "index.sqlite", timeout=10, isolation_level=None, check_same_thread=False
        )
        try:
            connection.text_factory = _text
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before the first page
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = OFF")  # ON overwrites what is removed
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self) -> None:
        """Create the tables; those of another version are dropped, as a cache can be refilled."""
        execute = self._writer.execute
        with self._transaction():
            (version,) = execute("PRAGMA user_version").fetchone()
            if version == VERSION:
                self._check_schema()
                return
            for table in ("results", "blobs", "files", "recipes", "usage"):
                execute(f"DROP TABLE IF EXISTS {table}")
            for statement in _SCHEMA:
                execute(statement)
            execute(f"PRAGMA user_version = {VERSION}")
        if version:  # the pages of the old tables go back to the disk
            with contextlib.suppress(sqlite3.OperationalError):  # another process uses the index
                execute("VACUUM")

    def _check_schema(self) -> None:
        """Raise `sqlite3.DatabaseError` if the schema is damaged."""
        query = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"
        found = {sql for (sql,) in self._writer.execute(query)}
        if found != {sql for sql in _SCHEMA if sql.startswith("CREATE")}:
            raise sqlite3.DatabaseError("the schema of the index is damaged")

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
        """Return a result; None if it is unknown, or its row is damaged."""
        row = self._row("SELECT digests, warnings, hash FROM results WHERE key = ?", key)
        if row is None or row[2] != _row_hash(key, *row[:2]):
            return None
        digests, warnings, _ = row
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
            DamagedError: it differs from what was written under this name.
        """
        row = self._row("SELECT size, hash, payload FROM blobs WHERE name = ?", name)
        if row is None:
            return None
        size, check, payload = row
        if payload is None:
            payload = self._read_file(name, size)
        if not isinstance(payload, bytes) or checksum(name, payload) != check:
            raise DamagedError(name.hex())
        return payload

    def _read_file(self, name: bytes, size: int) -> bytes:
        """Return the content of a blob's file, which is not read if it has another size."""
        path = self._path(name)
        try:
            state = path.stat()
            if not stat.S_ISREG(state.st_mode) or state.st_size != size:
                raise DamagedError(name.hex())
            return path.read_bytes()
        except FileNotFoundError:
            raise LostError(name.hex()) from None
        except OSError:
            raise DamagedError(name.hex()) from None

    def file(self, path: str) -> tuple[int, int, str] | None:
        """Return (size, mtime in ns, digest) of a file when it was last read."""
        query = "SELECT size, mtime, digest, hash FROM files WHERE path = ?"
        row = self._row(query, os.fsencode(path))
        if row is None or row[3] != _row_hash(os.fsencode(path), *row[:3]):
            return None
        return row[:3]

    def result_inputs(self, scope: str) -> dict[str, ResultInputs]:
        """Return the inputs of the latest results of a workflow, by node."""
        with self._lock:
            query = "SELECT node, recipe FROM recipes WHERE scope = ?"
            rows = self._reader.execute(query, (scope,)).fetchall()
        found: dict[str, ResultInputs] = {}
        for node, data in rows:
            with contextlib.suppress(msgspec.MsgspecError, TypeError):  # a damaged row
                found[node] = msgspec.json.decode(data, type=ResultInputs)
        return found

    # --- writing, in one thread ------------------------------------------------------------------

    def write(self, batch: WriteBatch) -> None:
        """Write a batch in portions, values before the results that name them.

        Raises:
            OSError, sqlite3.Error: the disk is full or cannot be written.
        """
        now = time.time()
        self._in_portions(batch.dropped, self._remove)
        self._in_portions(batch.used, lambda names: self._touch(names, now))
        blobs = [item for item in batch.blobs.items() if nbytes(item[1]) < 0.9 * self._limit]
        self._in_portions(blobs, lambda some: self._put(some, now), lambda item: nbytes(item[1]))
        results, files = batch.results.items(), batch.files.items()
        self._insert(
            "results", [_hashed(key, one.digests, _packed(one.warnings)) for key, one in results]
        )
        self._insert("files", [_hashed(os.fsencode(path), *row) for path, row in files])
        inputs = batch.result_inputs.items()
        self._insert("recipes", [(*id, msgspec.json.encode(one)) for id, one in inputs])
        if len(blobs) > 1000:
            self._writer.execute("PRAGMA optimize")

    def _in_portions(
        self,
        items: Iterable[T],
        write: Callable[[list[T]], object],
        payload: Callable[[T], int] = lambda _: 0,
    ) -> None:
        """Call `write` with portions of `items`, each in a transaction for which there is room.

        Args:
            items: What to write.
            write: Writes some items.
            payload: Returns the bytes of an item's payload.
        """
        waiting = list(items)[::-1]
        while waiting:
            portion: list[T] = []
            total = 0
            while waiting and (not portion or total < self._portion):
                portion.append(waiting.pop())
                size = payload(portion[-1])
                # the log holds inline payloads, too, and the pages of a row and its index
                total += size + min(size, INLINE_BYTES) + 2 * _PAGE
            self._make_room(total)
            with self._transaction():
                write(portion)

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, or replace those of the same key."""
        marks = ", ".join("?" * len(rows[0])) if rows else ""
        query = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"
        self._in_portions(rows, lambda some: self._writer.executemany(query, some))

    def _touch(self, names: Sequence[bytes], now: float) -> None:
        """Note that blobs were used."""
        rows = [(now, name) for name in names]
        self._writer.executemany("UPDATE blobs SET used = ? WHERE name = ?", rows)

    def _put(self, blobs: Sequence[tuple[bytes, Any]], now: float) -> None:
        """Insert new blobs in few statements, as each one may delay the run in progress."""
        for start in range(0, len(blobs), _ROWS):
            some = blobs[start : start + _ROWS]
            marks = ", ".join("?" * len(some))
            query = f"UPDATE blobs SET used = ? WHERE name IN ({marks}) RETURNING name"
            names = (name for name, _ in some)
            known = {name for (name,) in self._writer.execute(query, (now, *names)).fetchall()}
            fields: list[Any] = []
            for name, value in some:
                if name not in known:
                    fields += (name, *self._payload_fields(name, value), now)
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
        return size, checksum(name, *parts), b"".join(parts) if small else None

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

    def _remove(self, names: Sequence[bytes]) -> None:
        marks = ", ".join("?" * len(names))
        query = f"DELETE FROM blobs WHERE name IN ({marks}) RETURNING name, size"
        for name, size in self._writer.execute(query, names).fetchall():
            if size >= INLINE_BYTES:
                _remove_file(self._path(name))

    # --- the limit -------------------------------------------------------------------------------

    def _number(self, query: str) -> int:
        row = self._writer.execute(query).fetchone()
        if row is None or not isinstance(row[0], int):
            raise sqlite3.DatabaseError("a number is missing")
        return row[0]

    def _used_bytes(self) -> int:
        """Return the bytes of content files and of the used pages of the index."""
        pages = self._number("PRAGMA page_count") - self._number(_FREE)
        return pages * _PAGE + self._number("SELECT files FROM usage")

    def disk_bytes(self) -> int:
        """Return the bytes of the folder on the disk."""
        total = self._used_bytes() + self._number(_FREE) * _PAGE
        for suffix in ("-wal", "-shm"):
            total += (self.folder / f"index.sqlite{suffix}").stat().st_size
        return total

    def _make_room(self, incoming: int) -> None:
        """Remove the least recently used blobs if `incoming` bytes would exceed the limit.

        What remains fills nine tenths of it, so that this happens rarely. The write-ahead log is
        emptied in between, because it grows with each removed row and each moved page.
        """
        if self.disk_bytes() + incoming <= self._limit:
            return
        self._trim()
        goal = int(0.9 * self._limit) - incoming
        self._checkpoint()
        while self._evict(self._used_bytes() - goal):
            pass
        self._checkpoint()
        before = sys.maxsize
        while 0 < (free := self._number(_FREE)) < before:  # a damaged index keeps its pages
            surplus = self.disk_bytes() - goal
            if surplus <= 0:
                break
            before = free
            pages = min(surplus, self._portion // 4) // _PAGE + 1  # each changes up to three more
            # `execute` would move a single page
            self._writer.executescript(f"PRAGMA incremental_vacuum({pages})")
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Move the write-ahead log into the index and empty it, unless another process reads."""
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _evict(self, excess: int) -> bool:
        """Remove about `excess` bytes of blobs, the least recently used first.

        Returns:
            False if none was removed.
        """
        rows = min(self._limit // 20 // _PAGE + 1, 10_000)  # whose pages fill a tenth of the limit
        query = f"SELECT name, size FROM blobs ORDER BY used, rowid LIMIT {rows}"
        with self._transaction():
            names: list[bytes] = []
            for name, size in self._writer.execute(query).fetchall():
                if excess > 0:
                    names.append(name)
                    excess -= size + 100  # of the row and its indices
            self._remove(names)
        return bool(names)

    def _trim(self) -> None:
        """Remove rows beyond the number that small tables may have."""
        results = min(RESULTS, self._limit // 512)  # an eighth of the limit
        with self._transaction():
            self._writer.execute(
                "DELETE FROM results WHERE key IN (SELECT key FROM results LIMIT max(0, "
                f"(SELECT COUNT(*) FROM results) - {results}))"
            )
            for table in ("recipes", "files"):
                query = f"SELECT rowid FROM {table} ORDER BY rowid DESC LIMIT 1 OFFSET "
                query += str(self._limit // 8192)
                self._writer.execute(f"DELETE FROM {table} WHERE rowid <= ({query})")

    def sweep(self) -> None:
        """Remove files without a row, and what exceeds the limits.

        Files and their rows are written in one transaction, so a file that has no row between two
        transactions is left from a crash.
        """
        paths = list(self._blobs.glob("*/*"))
        with self._transaction():
            rows = self._writer.execute("SELECT name FROM blobs WHERE payload IS NULL")
            known = {name.hex() for (name,) in rows}
            for path in paths:
                if path.name not in known:
                    _remove_file(path)
        self._trim()
        self._make_room(0)


def _remove_file(path: Path) -> None:
    """Remove a content file; one that cannot be removed stays, as nothing refers to it."""
    with contextlib.suppress(OSError):
        path.unlink()


def delete_index(folder: Path) -> None:
    """Remove a damaged index; a later sweep removes the content files."""
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            (folder / f"index.sqlite{suffix}").unlink()

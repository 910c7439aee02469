"""The cache: results by key, values by digest, and states of step-wise nodes.

An LRU cache in memory sits above the disk (`store`), which a background thread writes. A run never
fails because of the disk: a value that cannot be read is computed again, and if the disk cannot be
written, the cache continues in memory. `Cache.warnings` reports such problems.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeAlias, TypeVar

from nodeui.engine import store
from nodeui.engine.store import (
    DamagedError,
    LostError,
    ResultInputs,
    Store,
    StoredResult,
    WriteBatch,
)
from nodeui.engine.values import NONE, decode, nbytes
from nodeui.engine.values import digest as digest_of
from nodeui.graph.wording import tr

T = TypeVar("T")

Digests: TypeAlias = tuple[bytes, ...]
"""Digests of a node's outputs, in their order: 16 bytes each."""


class Absent(Enum):
    """Sentinel for "no value"; None is a valid value."""

    ABSENT = 0


ABSENT: Final = Absent.ABSENT

_RESULTS = 1_000_000  # results kept in memory
_QUEUE_BYTES = 256 << 20  # a run waits for the disk while more than this is queued
_LINGER = 0.05  # seconds that a batch waits for more data

_DISK_ERRORS = (OSError, sqlite3.Error, UnicodeDecodeError)
"""Errors of `Store`. sqlite3 raises the last one if a message quotes damaged text of the index."""


def open_cache(
    folder: Path | None, *, memory_bytes: int = 2 << 30, disk_bytes: int = 20 << 30
) -> Cache:
    """Open the cache in `folder`, or one in memory only.

    If the folder cannot be used, the cache is in memory and has a warning. A damaged index is
    replaced by an empty one, with a warning.

    Args:
        folder: Folder on disk; None for memory only.
        memory_bytes: Limit for values in memory.
        disk_bytes: Limit for values on disk.
    """
    if folder is None:
        return Cache(None, memory_bytes)
    warnings: list[str] = []
    disk: Store | None = None
    try:
        try:
            disk = Store(folder, disk_bytes)
        except _DISK_ERRORS as error:
            # the statements of `Store` are right, so that an SQLITE_ERROR is a damaged schema
            code = getattr(error, "sqlite_errorcode", None)
            if not _is_damage(error) and code != sqlite3.SQLITE_ERROR:
                raise
            store.delete_index(folder)
            warnings.append(tr("The cache in {0} was damaged and has been cleared.", folder))
            disk = Store(folder, disk_bytes)
    except _DISK_ERRORS as error:
        text = tr("The cache folder {0} cannot be used ({1}); results are kept in memory only.",
                  folder, error)  # fmt: skip
        warnings.append(text)
    return Cache(disk, memory_bytes, warnings)


def _is_damage(error: Exception) -> bool:
    """True if SQLite reports that the file is not a valid database."""
    damage = (
        sqlite3.DatabaseError,
        sqlite3.IntegrityError,
        sqlite3.DataError,
        UnicodeDecodeError,
    )
    return type(error) in damage


class Cache:
    """Results, values and states; created by `open_cache`. All methods are thread-safe.

    Attributes:
        warnings: Messages about the cache itself, such as a full disk; none is repeated.
    """

    def __init__(
        self, disk: Store | None, memory_bytes: int, warnings: list[str] | None = None
    ) -> None:
        self.warnings: list[str] = warnings or []
        self._reported = 0
        self._limit = memory_bytes
        self._total = 0
        self._memory: OrderedDict[bytes, Any] = OrderedDict()
        self._results: dict[bytes, Digests] = {}
        self._node_warnings: dict[bytes, tuple[str, ...]] = {}  # of results that have some
        self._files: dict[str, tuple[int, int, str]] = {}
        self._result_inputs: dict[str, dict[str, ResultInputs]] = {}  # by scope and node

        self._disk = disk  # None once it has failed
        self._opened = disk
        self._lock = threading.Lock()  # guards the memory and the attributes below
        self._changed = threading.Condition(self._lock)
        self._batch = WriteBatch()  # being collected
        self._writing = WriteBatch()  # being written
        self._flushers = 0  # threads that wait in `flush`
        self._hurried = False  # the batch being collected does not wait for more data
        self._closing = False
        self._thread: threading.Thread | None = None
        if disk is not None:
            self._thread = threading.Thread(
                target=self._write_behind, args=(disk,), name="nodeui-cache", daemon=True
            )
            self._thread.start()

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def new_warnings(self) -> list[str]:
        """Return the warnings since the last call."""
        news = self.warnings[self._reported :]
        self._reported += len(news)
        return news

    # --- results ---------------------------------------------------------------------------------

    def result(self, key: bytes) -> Digests | None:
        """Return the digests of a node's outputs, or None if the key is unknown."""
        digests = self._results.get(key)
        if digests is None and self._disk is not None:
            stored = self._read(lambda disk: disk.result(key))
            if stored is not None:
                joined = stored.digests
                digests = tuple(joined[i : i + 16] for i in range(0, len(joined), 16))
                self._remember(key, digests, stored.warnings)
        return digests

    @property
    def warned(self) -> bool:
        """True if any known result has warnings."""
        return bool(self._node_warnings)

    def node_warnings(self, key: bytes) -> tuple[str, ...]:
        """Return the warnings that belong to a result which `result` has found, or `put` stored."""
        return self._node_warnings.get(key, ())

    def put(
        self,
        key: bytes,
        digests: Digests,
        values: Sequence[Any],
        *,
        keep: bool = True,
        warnings: tuple[str, ...] = (),
    ) -> None:
        """Store the result of a node.

        Args:
            key: Key of the node.
            digests: Digests of its outputs, in their order.
            values: Frozen values of its outputs.
            keep: Write the values to disk as well.
            warnings: The warnings of the node, which `node_warnings` returns.
        """
        with self._lock:
            self._remember(key, digests, warnings)
            size = 0
            for digest, value in zip(digests, values, strict=True):
                size += self._put_memory(digest, value)
            if self._disk is None:
                return
            batch = self._queue()
            batch.results[key] = StoredResult(b"".join(digests), warnings)
            if keep:
                batch.blobs.update(zip(digests, values, strict=True))
                batch.nbytes += size
                self._wait_for_disk()

    def _remember(self, key: bytes, digests: Digests, warnings: tuple[str, ...]) -> None:
        if len(self._results) >= _RESULTS:
            oldest = next(iter(self._results))
            del self._results[oldest]
            self._node_warnings.pop(oldest, None)
        self._results[key] = digests
        if warnings:
            self._node_warnings[key] = warnings
        else:
            self._node_warnings.pop(key, None)

    # --- values and states -----------------------------------------------------------------------

    def value(self, digest: bytes, cls: type) -> Any:
        """Return the value of a digest, or ABSENT.

        Args:
            digest: Digest of the value.
            cls: Class of its socket.
        """
        value = None if digest == NONE else self.recall(digest)
        if value is ABSENT and (data := self._payload(digest)) is not None:
            try:
                value = decode(data, cls)
            except ValueError:  # written by a version of the node package with another class
                self._drop(digest)
                return ABSENT
            if digest_of(value) != digest:
                self._drop_damaged(digest)
                return ABSENT
            with self._lock:
                self._put_memory(digest, value)
        return value

    def state(self, key: bytes) -> bytes | None:
        """Return the state of a step-wise node, or None if it is not stored."""
        state = self.recall(key)
        return self._payload(key) if state is ABSENT else state

    def put_state(self, key: bytes, state: bytes) -> None:
        """Store the state of a step-wise node."""
        with self._lock:
            size = self._put_memory(key, state)
            if self._disk is not None:
                batch = self._queue()
                batch.blobs[key] = state
                batch.nbytes += size
                self._wait_for_disk()

    def has(self, name: bytes) -> bool:
        """True if the value of this digest, or the state of this key, is stored."""
        if name == NONE or name in self._memory:
            return True
        if self._disk is None:
            return False
        with self._lock:
            if name in self._batch.blobs or name in self._writing.blobs:
                return True
        return self._read(lambda disk: disk.has(name)) or False

    def _wait_for_disk(self) -> None:
        """Block while too much data is queued; call with the lock held."""
        self._changed.wait_for(
            lambda: self._disk is None or self._batch.nbytes + self._writing.nbytes < _QUEUE_BYTES
        )

    def _put_memory(self, name: bytes, value: Any) -> int:
        memory, size = self._memory, nbytes(value)
        if name in memory:
            memory.move_to_end(name)
            return size
        memory[name] = value
        self._total += size
        while self._total > self._limit:
            _, removed = memory.popitem(last=False)
            self._total -= nbytes(removed)
        return size

    def recall(self, name: bytes) -> Any:
        """Return the value or state in memory, or ABSENT."""
        try:  # each of the two calls is atomic
            self._memory.move_to_end(name)
            return self._memory[name]
        except KeyError:
            pass
        with self._lock:
            for batch in (self._batch, self._writing):
                if name in batch.blobs:
                    return batch.blobs[name]
        return ABSENT

    def _payload(self, name: bytes) -> bytes | None:
        """Return the payload on disk; a damaged one is dropped with a warning."""
        if self._disk is None:
            return None
        try:
            data = self._read(lambda disk: disk.blob(name))
        except LostError as error:
            if isinstance(error, DamagedError):
                self._drop_damaged(name)
            else:
                self._drop(name)
            return None
        if data is not None:
            with self._lock:
                self._queue().used.add(name)
        return data

    def _drop_damaged(self, name: bytes) -> None:
        text = tr("Entry {0} of the cache was damaged; it is computed again.", name.hex())
        self.warnings.append(text)
        self._drop(name)

    def _drop(self, name: bytes) -> None:
        with self._lock:
            self._queue().dropped.add(name)

    # --- files and inputs of results -------------------------------------------------------------

    def file_digest(self, path: str, size: int, mtime: int) -> str | None:
        """Return the stored digest of a file, or None if its size or mtime (ns) has changed."""
        known = self._files.get(path)
        if known is None:
            known = self._read(lambda disk: disk.file(path))
            if known is not None:
                self._files[path] = known
        return known[2] if known is not None and known[:2] == (size, mtime) else None

    def put_file_digest(self, path: str, size: int, mtime: int, digest: str) -> None:
        """Store the digest of a file."""
        self._files[path] = (size, mtime, digest)
        if self._disk is not None:
            with self._lock:
                self._queue().files[path] = (size, mtime, digest)

    def result_inputs(self, scope: str, node: str) -> ResultInputs | None:
        """Return what the node's latest result was made from.

        Args:
            scope: Identifies the workflow.
            node: Id of the node.
        """
        return self._latest(scope).get(node)

    def put_result_inputs(self, scope: str, node: str, inputs: ResultInputs) -> None:
        """Store what the node's latest result was made from."""
        self._latest(scope)[node] = inputs
        if self._disk is not None:
            with self._lock:
                self._queue().result_inputs[scope, node] = inputs

    def _latest(self, scope: str) -> dict[str, ResultInputs]:
        """Return the stored inputs of a workflow's results, by node; the disk is read once."""
        latest = self._result_inputs.get(scope)
        if latest is None:
            stored = self._read(lambda disk: disk.result_inputs(scope)) or {}
            latest = self._result_inputs.setdefault(scope, stored)
        return latest

    # --- the disk --------------------------------------------------------------------------------

    def _read(self, read: Callable[[Store], T]) -> T | None:
        """Call `read` with the disk; returns None if there is no disk, or it fails."""
        disk = self._disk
        if disk is None:
            return None
        try:
            return read(disk)
        except _DISK_ERRORS as error:
            self._give_up(error)
            return None

    def _queue(self) -> WriteBatch:
        """Return the batch being collected; call with the lock held, before writing to it."""
        if not self._batch:
            self._changed.notify_all()
        return self._batch

    def _write_behind(self, disk: Store) -> None:
        try:
            disk.sweep()
            while True:
                with self._lock:
                    while not self._batch and not self._closing:
                        self._changed.wait()
                    self._changed.wait_for(self._is_due, _LINGER)
                    self._hurried = False
                    if not self._batch and self._closing:
                        return
                    self._writing, self._batch = self._batch, WriteBatch()
                disk.write(self._writing)
                with self._lock:
                    self._writing = WriteBatch()
                    self._changed.notify_all()
        except Exception as error:  # runs wait for this thread
            self._give_up(error)

    def _is_due(self) -> bool:
        return self._hurried or self._closing or self._flushers > 0

    def _give_up(self, error: Exception) -> None:
        """Continue in memory only."""
        with self._lock:
            disk, self._disk = self._disk, None
            self._batch, self._writing = WriteBatch(), WriteBatch()
            self._changed.notify_all()
        if disk is None:
            return
        if _is_damage(error):
            store.delete_index(disk.folder)
        text = tr("The cache folder {0} can no longer be used ({1}); results are kept in memory "
                  "only.", disk.folder, error)  # fmt: skip
        self.warnings.append(text)

    def hurry(self) -> None:
        """Let the thread write at once what is queued, instead of collecting more data."""
        with self._lock:
            self._hurried = bool(self._batch)
            self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything is written."""
        with self._lock:
            self._flushers += 1
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._disk is None or not (self._batch or self._writing))
            self._flushers -= 1

    def close(self) -> None:
        """Write all queued data and close the files."""
        with self._lock:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._disk = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

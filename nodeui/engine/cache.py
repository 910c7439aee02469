"""What was computed: results by key, values by digest, states of step-wise nodes.

Memory (least recently used values go first) lies above the disk (`store`), which a thread writes
behind the run. Whatever the disk does, a run goes on: what cannot be read is computed again, and
where nothing can be written the cache lives in memory. `Cache.warnings` says so.
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
from nodeui.engine.store import DamagedError, LostError, ResultInputs, Store, WriteBatch
from nodeui.engine.values import NONE, decode, nbytes

T = TypeVar("T")

Digests: TypeAlias = tuple[bytes, ...]
"""What a node's outputs are, in their order: 16 bytes each."""


class Absent(Enum):
    """That there is no value; None is one."""

    ABSENT = 0


ABSENT: Final = Absent.ABSENT

_RESULTS = 1_000_000  # results remembered in memory
_QUEUE_BYTES = 256 << 20  # values waiting to be written, above which a run waits for the disk
_LINGER = 0.05  # seconds that a batch waits for more


def open_cache(
    folder: Path | None, *, memory_bytes: int = 2 << 30, disk_bytes: int = 20 << 30
) -> Cache:
    """Open the cache in `folder`, or one in memory only.

    A folder that cannot be used gives a warning and a cache in memory. A damaged index is
    started anew, with a warning.

    Args:
        folder: Where results are kept; None for memory only.
        memory_bytes: Memory for values.
        disk_bytes: Disk space for values.
    """
    if folder is None:
        return Cache(None, memory_bytes)
    warnings: list[str] = []
    disk: Store | None = None
    try:
        try:
            disk = Store(folder, disk_bytes)
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            store.delete_index(folder)
            warnings.append(f"The cache in {folder} was damaged and starts anew.")
            disk = Store(folder, disk_bytes)
    except (OSError, sqlite3.Error) as error:
        warnings.append(
            f"The cache folder {folder} cannot be used ({error}); results are kept in memory only."
        )
    return Cache(disk, memory_bytes, warnings)


def _is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file is no sound database."""
    return type(error) is sqlite3.DatabaseError


class Cache:
    """Results, values and states; made by `open_cache`. All methods may be called from any thread.

    Attributes:
        warnings: What the user should know, such as a full disk; each said once.
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
        self._files: dict[str, tuple[int, int, str]] = {}
        self._result_inputs: dict[str, dict[str, ResultInputs]] = {}  # by scope and node

        self._disk = disk  # None as soon as it fails
        self._opened = disk
        self._lock = threading.Lock()  # guards memory and what is below
        self._turn = threading.Condition(self._lock)
        self._batch = WriteBatch()  # being collected
        self._flying = WriteBatch()  # being written
        self._hurry = 0  # how many wait for the batch to be written
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
        """The warnings that this method has not given yet."""
        news = self.warnings[self._reported :]
        self._reported += len(news)
        return news

    # --- results ---------------------------------------------------------------------------------

    def result(self, key: bytes) -> Digests | None:
        """The digests of a node's outputs, if they were ever computed."""
        digests = self._results.get(key)
        if digests is None and self._disk is not None:
            joined = self._read(lambda disk: disk.result(key))
            if joined is not None:
                digests = tuple(joined[i : i + 16] for i in range(0, len(joined), 16))
                self._remember(key, digests)
        return digests

    def put(
        self, key: bytes, digests: Digests, values: Sequence[Any], *, keep: bool = True
    ) -> None:
        """Hold what came out under `key`: frozen values and their digests.

        Args:
            key: Of the node.
            digests: Of its outputs, in their order.
            values: Of its outputs.
            keep: Write the values to disk, too.
        """
        with self._lock:
            self._remember(key, digests)
            size = 0
            for digest, value in zip(digests, values, strict=True):
                size += self._put_memory(digest, value)
            if self._disk is None:
                return
            batch = self._queue()
            batch.results[key] = b"".join(digests)
            if keep:
                batch.blobs.update(zip(digests, values, strict=True))
                batch.nbytes += size
                self._wait_for_disk()

    def _remember(self, key: bytes, digests: Digests) -> None:
        if len(self._results) >= _RESULTS:
            self._results.pop(next(iter(self._results)))
        self._results[key] = digests

    # --- values and states -----------------------------------------------------------------------

    def value(self, digest: bytes, cls: type) -> Any:
        """The value of this digest, or ABSENT.

        Args:
            digest: Of the value.
            cls: Class of the value, as its socket says.
        """
        value = None if digest == NONE else self.recall(digest)
        if value is ABSENT and (data := self._payload(digest)) is not None:
            try:
                value = decode(data, cls)
            except ValueError:  # written by a version of the node library with another class
                self._drop(digest)
                return ABSENT
            with self._lock:
                self._put_memory(digest, value)
        return value

    def state(self, key: bytes) -> bytes | None:
        """The state of a step-wise node after the step that `key` stands for."""
        state = self.recall(key)
        return self._payload(key) if state is ABSENT else state

    def put_state(self, key: bytes, state: bytes) -> None:
        """Hold the state of a step-wise node."""
        with self._lock:
            size = self._put_memory(key, state)
            if self._disk is not None:
                batch = self._queue()
                batch.blobs[key] = state
                batch.nbytes += size
                self._wait_for_disk()

    def has(self, name: bytes) -> bool:
        """Whether the value of this digest, or the state of this key, is there."""
        if name == NONE or name in self._memory:
            return True
        if self._disk is None:
            return False
        with self._lock:
            if name in self._batch.blobs or name in self._flying.blobs:
                return True
        return self._read(lambda disk: disk.has(name)) or False

    def _wait_for_disk(self) -> None:
        """Hold the run while too much waits to be written; call with the lock held."""
        self._turn.wait_for(
            lambda: self._disk is None or self._batch.nbytes + self._flying.nbytes < _QUEUE_BYTES
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
        """The value or state that memory holds under `name`, or ABSENT."""
        try:  # each of the two is atomic
            self._memory.move_to_end(name)
            return self._memory[name]
        except KeyError:
            pass
        with self._lock:
            for batch in (self._batch, self._flying):
                if name in batch.blobs:
                    return batch.blobs[name]
        return ABSENT

    def _payload(self, name: bytes) -> bytes | None:
        """What the disk holds under `name`; a damaged entry is dropped with a warning."""
        if self._disk is None:
            return None
        try:
            data = self._read(lambda disk: disk.blob(name))
        except LostError as error:
            if isinstance(error, DamagedError):
                message = f"Entry {name.hex()} of the cache was damaged; it is computed again."
                self.warnings.append(message)
            self._drop(name)
            return None
        if data is not None:
            with self._lock:
                self._queue().used.add(name)
        return data

    def _drop(self, name: bytes) -> None:
        with self._lock:
            self._queue().dropped.add(name)

    # --- files and recipes -----------------------------------------------------------------------

    def file_digest(self, path: str, size: int, mtime: int) -> str | None:
        """The digest of a file, if it was read when it had this size and mtime (ns)."""
        known = self._files.get(path)
        if known is None:
            known = self._read(lambda disk: disk.file(path))
            if known is not None:
                self._files[path] = known
        return known[2] if known is not None and known[:2] == (size, mtime) else None

    def put_file_digest(self, path: str, size: int, mtime: int, digest: str) -> None:
        """Remember the digest of a file."""
        self._files[path] = (size, mtime, digest)
        if self._disk is not None:
            with self._lock:
                self._queue().files[path] = (size, mtime, digest)

    def result_inputs(self, scope: str, node: str) -> ResultInputs | None:
        """What the node's latest result was made from.

        Args:
            scope: Names the workflow.
            node: Id of the node.
        """
        return self._latest(scope).get(node)

    def put_result_inputs(self, scope: str, node: str, inputs: ResultInputs) -> None:
        """Remember what the node's latest result was made from."""
        self._latest(scope)[node] = inputs
        if self._disk is not None:
            with self._lock:
                self._queue().result_inputs[scope, node] = inputs

    def _latest(self, scope: str) -> dict[str, ResultInputs]:
        """The recipes of a workflow's nodes; those on disk are read once."""
        recipes = self._result_inputs.get(scope)
        if recipes is None:
            stored = self._read(lambda disk: disk.result_inputs(scope)) or {}
            recipes = self._result_inputs.setdefault(scope, stored)
        return recipes

    # --- the disk --------------------------------------------------------------------------------

    def _read(self, read: Callable[[Store], T]) -> T | None:
        """What `read` finds on disk; None when there is no disk, or it fails."""
        disk = self._disk
        if disk is None:
            return None
        try:
            return read(disk)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
            return None

    def _queue(self) -> WriteBatch:
        """The batch being collected; call with the lock held, before writing to it."""
        if not self._batch:
            self._turn.notify_all()
        return self._batch

    def _write_behind(self, disk: Store) -> None:
        try:
            disk.sweep()
            while True:
                with self._lock:
                    while not self._batch and not self._closing:
                        self._turn.wait()
                    self._turn.wait_for(lambda: self._hurry or self._closing, _LINGER)
                    if not self._batch and self._closing:
                        return
                    self._flying, self._batch = self._batch, WriteBatch()
                disk.write(self._flying)
                with self._lock:
                    self._flying = WriteBatch()
                    self._turn.notify_all()
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Go on in memory alone."""
        with self._lock:
            disk, self._disk = self._disk, None
            self._batch, self._flying = WriteBatch(), WriteBatch()
            self._turn.notify_all()
        if disk is None:
            return
        if _is_damage(error):
            store.delete_index(disk.folder)
        self.warnings.append(
            f"The cache folder {disk.folder} cannot be used any more ({error}); "
            "results are kept in memory only."
        )

    def flush(self) -> None:
        """Wait until all is written."""
        with self._lock:
            self._hurry += 1
            self._turn.notify_all()
            self._turn.wait_for(lambda: not self._batch and not self._flying)
            self._hurry -= 1

    def close(self) -> None:
        """Write what is left and close the files."""
        with self._lock:
            self._closing = True
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join()
        self._disk = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

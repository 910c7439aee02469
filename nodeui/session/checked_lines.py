"""Append-only files of lines with a checksum each.

A line that was cut short or damaged is recognised and never taken for another one. A line that
cannot be written, such as on a full disk, leaves the file as it was and is written later.

Threading: `append` writes in the caller's thread, without waiting for the disk. A timer thread
syncs the file within `SYNC_SECONDS`, so a power cut costs the lines of that time.
"""

from __future__ import annotations

import contextlib
import os
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

SYNC_SECONDS = 0.2
RETRY_SECONDS = 2.0
_CHECKSUM_LENGTH = 8


class CheckedLines:
    """A file of lines, opened for writing.

    Args:
        file: Its path.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._end = 0
        self._unwritten = b""
        self._timer: threading.Timer | None = None
        self._folder_changed = False

    def restart(self, line: bytes) -> None:
        """Replace the content by one line.

        Raises:
            OSError: it cannot be written. An existing file is kept and still appended to; a
                file that did not exist is created later, with this line and all further ones.
        """
        with self._lock:
            try:
                self._create(_seal(line))
            except OSError:
                if self._handle is None:
                    self._unwritten = _seal(line)
                    self._schedule(RETRY_SECONDS)
                raise
            self._unwritten = b""
            self._schedule(SYNC_SECONDS)

    def resume(self) -> None:
        """Append to the existing file. Raises `OSError`."""
        with self._lock:
            self._open()
            if self._end and not self.file.read_bytes().endswith(b"\n"):
                self._unwritten = b"\n"  # ends a line that was cut short

    def append(self, line: bytes) -> None:
        """Write a line.

        Raises:
            OSError: it cannot be written now; it is written before the next line, or later.
        """
        with self._lock:
            self._unwritten += _seal(line)
            try:
                self._flush()
            except OSError:
                self._schedule(RETRY_SECONDS)
                raise
            self._schedule(SYNC_SECONDS)

    def close(self) -> None:
        """Write and sync the lines that still wait, if possible, and close the file."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
                with contextlib.suppress(OSError):
                    self._flush()
                    if self._handle is not None:
                        os.fsync(self._handle)
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def _create(self, content: bytes) -> None:
        fresh = self.file.with_suffix(".new")
        try:
            fresh.write_bytes(content)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        os.replace(fresh, self.file)
        self._folder_changed = True
        self._open()

    def _open(self) -> None:
        self._handle = os.open(self.file, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        self._end = os.path.getsize(self.file)

    def _flush(self) -> None:
        """Write the unwritten lines; on failure cut the file back to its last whole line."""
        if not self._unwritten:
            return
        if self._handle is None:
            self._create(self._unwritten)
        else:
            os.lseek(self._handle, self._end, os.SEEK_SET)
            try:
                _write_all(self._handle, self._unwritten)
            except OSError:
                with contextlib.suppress(OSError):  # else the next write overwrites the rest
                    os.ftruncate(self._handle, self._end)
                raise
            self._end += len(self._unwritten)
        self._unwritten = b""

    def _schedule(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = threading.Timer(seconds, self._sync)
            self._timer.daemon = True
            self._timer.start()

    def _sync(self) -> None:
        """Retry what could not be written, and sync the file."""
        with self._lock:
            if self._timer is not threading.current_thread():
                return  # closed, and perhaps opened again
            self._timer = None
            try:
                self._flush()
            except OSError:
                self._schedule(RETRY_SECONDS)
            handle = None if self._handle is None else os.dup(self._handle)
            folder_changed, self._folder_changed = self._folder_changed, False
        if handle is None:
            return
        with contextlib.suppress(OSError):  # a disk that refuses is reported by a later write
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if folder_changed:
                _sync_folder(self.file.parent)


def read_lines(data: bytes) -> Iterator[bytes | None]:
    """Yield the lines of a file; None is a damaged one.

    Lines without a checksum, which begin with "{", are accepted if the first one has none: earlier
    versions wrote such files.
    """
    lines = data.split(b"\n")
    old = lines[0].startswith(b"{")
    for line in lines:
        if old and line.startswith(b"{"):
            yield line
        elif line:
            yield _unseal(line)


def _seal(line: bytes) -> bytes:
    return b"%08x %b\n" % (zlib.crc32(line), line)


def _unseal(line: bytes) -> bytes | None:
    text = line[_CHECKSUM_LENGTH + 1 :]
    return text if _seal(text) == line + b"\n" else None


def _write_all(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)  # on Windows, folders cannot be opened
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Thumbnails on disk, so that a picture is decoded once and not once a session."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

_LIMIT = 512 * 2**20  # bytes, of about 7 kB each
_LOOK = 500  # thumbnails written between looks at the limit
_QUALITY = 88


class ThumbnailStore:
    """An SQLite file of thumbnails, by path and modification time of the picture.

    Any thread and several processes may use it. A file that cannot be read or written is the same
    as none.

    Args:
        file: The file; its folder need not exist.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._usable = True
        self._written = 0

    def get(self, path: str, stamp: int) -> QImage | None:
        """Return a thumbnail; None if it is not there."""
        row = self._run("SELECT data FROM thumbnails WHERE path = ? AND stamp = ?", (path, stamp))
        if row is None:
            return None
        image = QImage.fromData(QByteArray(row[0]))
        return None if image.isNull() else image

    def put(self, path: str, stamp: int, image: QImage) -> None:
        """Store a thumbnail, instead of older ones of the path."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if image.hasAlphaChannel():
            image.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
        else:
            image.save(buffer, "JPG", _QUALITY)  # pyright: ignore[reportArgumentType, reportCallIssue]
        data = bytes(buffer.data().data())
        self._run("INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)", (path, stamp, data))
        self._written += 1
        if self._written % _LOOK == 0:
            self._run(
                "DELETE FROM thumbnails WHERE rowid <= (SELECT rowid FROM (SELECT rowid,"
                " sum(length(data)) OVER (ORDER BY rowid DESC) AS total FROM thumbnails)"
                " WHERE total > ? LIMIT 1)",
                (_LIMIT,),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._usable = False
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, statement: str, values: tuple[object, ...]) -> tuple[bytes] | None:
        with self._lock, contextlib.suppress(sqlite3.Error, OSError):
            if self._usable:
                connection = self._opened()
                return connection.execute(statement, values).fetchone()
        return None

    def _opened(self) -> sqlite3.Connection:
        """Return the connection; raise `sqlite3.Error` or `OSError` if there cannot be one."""
        if self._connection is None:
            self._usable = False  # until it is open
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._file, timeout=2, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS thumbnails (path TEXT PRIMARY KEY, stamp INTEGER,"
                    " data BLOB)"
                )
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
            self._usable = True
        return self._connection

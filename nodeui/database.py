"""An SQLite database that can be made again from other files.

Any thread reads and writes; several processes may use one database at once. Opening never fails: a
database that is damaged or of another version is replaced by an empty one, and one that cannot be
opened by a database in memory.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WAIT = 5  # seconds for another process that writes
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""Errors of a damaged database; sqlite3 raises the second if a message quotes damaged text."""


@dataclass(frozen=True)
class Purpose:
    """The use of a database.

    Attributes:
        version: The version of the tables.
        schema: The statements that create them.
        error: The error to raise if it cannot be read or written.
        damaged: Text to show after the database was found damaged.
        in_memory: Text to show while it is in memory; {0} is the reason.
        unusable: Text of `error`; {0} is the reason.
    """

    version: int
    schema: Sequence[str]
    error: type[Exception]
    damaged: str
    in_memory: str
    unusable: str


class Database:
    """The open database.

    Args:
        file: Its file; the folder is created.
        purpose: Its use.

    Attributes:
        trouble: One line about a database that was lost or cannot be used; "" if there is none.
    """

    def __init__(self, file: Path, purpose: Purpose) -> None:
        self._file, self._purpose = file, purpose
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self.trouble = ""
        self._open()

    # --- opening ---------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open the database; replace it if it is damaged, and do without it if that fails."""
        try:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._connect()
            except DAMAGE as error:
                if not _is_damage(error):
                    raise
                self._discard()
                self._connect()
                self.trouble = self._purpose.damaged
        except (OSError, sqlite3.Error) as error:
            self.trouble = self._purpose.in_memory.format(error)
            self._writer = self._reader = _connected(":memory:")
            self._reading = self._writing
            self._prepare()

    def _connect(self) -> None:
        self._writer = _connected(str(self._file))
        try:
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._prepare()
            self._reader = _connected(str(self._file))
        except BaseException:
            self._writer.close()
            raise

    def _prepare(self) -> None:
        """Create the tables; those of another version are dropped."""
        execute = self._writer.execute
        wanted = (self._purpose.version,)
        if execute("PRAGMA user_version").fetchone() == wanted:
            return
        with _transaction(self._writer):
            if execute("PRAGMA user_version").fetchone() == wanted:  # by another process
                return
            tables = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_%' "
            )
            names = [name for (name,) in execute(tables + "ESCAPE '\\'")]
            for name in sorted(names, key=lambda name: name != "words"):
                execute(f'DROP TABLE IF EXISTS "{name}"')
            for statement in self._purpose.schema:
                execute(statement)
            execute(f"PRAGMA user_version = {self._purpose.version}")

    def _discard(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database; the index is not usable afterwards."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def restored(self, error: Exception) -> bool:
        """Replace the database after an error about its content; False about any other error."""
        if not _is_damage(error):
            return False
        with self._writing, self._reading:
            self.close()
            with contextlib.suppress(OSError):
                self._discard()
            self._open()
            self.trouble = self._purpose.damaged
        return True

    # --- statements ------------------------------------------------------------------------------

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            Exception: `Purpose.error`: they cannot be read.
        """
        for _ in range(2):
            try:
                with self._reading:
                    return self._reader.execute(statement, values).fetchall()
            except DAMAGE as error:
                if not self.restored(error):
                    raise self._unusable(error) from error
        return []

    @contextlib.contextmanager
    def write(self) -> Generator[sqlite3.Connection, None, None]:
        """Write in one transaction, which is undone if it fails.

        Raises:
            Exception: `Purpose.error`: it cannot be written, as on a full disk.
        """
        with self._writing:
            try:
                with _transaction(self._writer):
                    yield self._writer
            except DAMAGE as error:
                self.restored(error)
                raise self._unusable(error) from error

    def recovered(self) -> None:
        """Forget about a damaged database, as it has been filled again."""
        if self._reading is not self._writing:
            self.trouble = ""

    def stamp(self) -> int:
        """Return a number that changes when any process has changed the database."""
        read = self.read("PRAGMA data_version")
        return (read[0][0] << 32 if read else 0) + self._reader.total_changes

    def _unusable(self, error: Exception) -> Exception:
        return self._purpose.error(self._purpose.unusable.format(error))


def _text(data: bytes) -> str:
    """Return a text column, also a damaged one."""
    return data.decode(errors="replace")


def _connected(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database, timeout=_WAIT, isolation_level=None, check_same_thread=False
    )
    connection.text_factory = _text
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Generator[None, None, None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _is_damage(error: Exception) -> bool:
    if not isinstance(error, sqlite3.Error):
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED

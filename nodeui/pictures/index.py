"""The index of the library: an SQLite database that can be made again from the pictures.

    pictures    one narrow row per file, which searches and sorts read
    texts       the long texts of each file;  words: the full-text index (FTS5) over them
    terms       tags, LoRAs and collections of each file
    workflows   the compared part of embedded workflows, by digest
    edges       the lineage;  names: the names that each file has had

Any thread reads and writes; several processes may use one database at once. Opening never fails: a
database that is damaged or of another version is replaced by an empty one, and one that cannot be
opened by a database in memory.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import zlib
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

from nodeui.graph.wording import tr
from nodeui.pictures import rows
from nodeui.pictures.record import LibraryError, Picture
from nodeui.pictures.workflow import EmbeddedWorkflow

VERSION = 1
_WAIT = 5  # seconds for another process that writes

_SCHEMA = (
    "CREATE TABLE pictures (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB UNIQUE NOT NULL, "
    "folder BLOB NOT NULL, name TEXT NOT NULL, mtime INTEGER NOT NULL, size INTEGER NOT NULL, "
    "sidecar INTEGER NOT NULL, file INTEGER NOT NULL, width INTEGER NOT NULL, "
    "height INTEGER NOT NULL, seed INTEGER, model TEXT NOT NULL, sampler TEXT NOT NULL, "
    "origin TEXT NOT NULL, rating INTEGER NOT NULL, label TEXT NOT NULL, "
    "rejected INTEGER NOT NULL, digest TEXT NOT NULL, unknown TEXT NOT NULL, away REAL, "
    "linked INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX by_time ON pictures (mtime, id, path, away)",
    "CREATE INDEX by_name ON pictures (name COLLATE NOCASE, id, path, away)",
    "CREATE INDEX by_rating ON pictures (rating, mtime, id, path, away)",
    "CREATE INDEX by_seed ON pictures (seed, mtime, id, path, away)",
    "CREATE INDEX by_digest ON pictures (digest) WHERE digest != ''",
    "CREATE INDEX by_model ON pictures (model)",
    "CREATE INDEX unlinked ON pictures (mtime, id) WHERE linked = 0",
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, name TEXT, prompt TEXT, negative TEXT, "
    "model TEXT, loras TEXT, sampler TEXT, tags TEXT, collections TEXT)",
    "CREATE VIRTUAL TABLE words USING fts5(name, prompt, negative, model, loras, sampler, tags, "
    "content='texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2', "
    "prefix='1 2 3')",
    "CREATE TRIGGER text_added AFTER INSERT ON texts BEGIN "
    "INSERT INTO words (rowid, name, prompt, negative, model, loras, sampler, tags) VALUES "
    "(new.id, new.name, new.prompt, new.negative, new.model, new.loras, new.sampler, new.tags); "
    "END",
    "CREATE TRIGGER text_removed AFTER DELETE ON texts BEGIN "
    "INSERT INTO words (words, rowid, name, prompt, negative, model, loras, sampler, tags) VALUES "
    "('delete', old.id, old.name, old.prompt, old.negative, old.model, old.loras, old.sampler, "
    "old.tags); END",
    "CREATE TABLE terms (kind TEXT, value TEXT, picture INTEGER, "
    "PRIMARY KEY (kind, value, picture)) WITHOUT ROWID",
    "CREATE INDEX terms_of ON terms (picture)",
    "CREATE TABLE workflows (digest TEXT PRIMARY KEY, nodes TEXT NOT NULL, content BLOB NOT NULL) "
    "WITHOUT ROWID",
    "CREATE TABLE edges (child INTEGER, parent INTEGER, kind TEXT NOT NULL, changes TEXT NOT NULL, "
    "main INTEGER NOT NULL, PRIMARY KEY (child, parent)) WITHOUT ROWID",
    "CREATE INDEX edges_of ON edges (parent)",
    "CREATE TABLE names (name TEXT, picture INTEGER, PRIMARY KEY (name, picture)) WITHOUT ROWID",
)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""Errors of a damaged database; sqlite3 raises the second if a message quotes damaged text."""


class Index:
    """The open database.

    Args:
        database: Its file; the folder is created.

    Attributes:
        trouble: One line about a database that was lost or cannot be used; "" if there is none.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._reading, self._writing = threading.RLock(), threading.RLock()
        self.trouble = ""
        self._open()

    # --- opening ---------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open the database; replace it if it is damaged, and do without it if that fails."""
        try:
            try:
                self._database.parent.mkdir(parents=True, exist_ok=True)
                self._connect()
            except DAMAGE as error:
                if not _is_damage(error):
                    raise
                self._discard()
                self._connect()
                self.trouble = tr("The index of pictures was damaged; it is being made again.")
        except (OSError, sqlite3.Error) as error:
            self.trouble = tr("The index of pictures is kept in memory only: {0}", error)
            self._writer = self._reader = _connected(":memory:")
            self._reading = self._writing
            self._prepare()

    def _connect(self) -> None:
        self._writer = _connected(str(self._database))
        try:
            self._writer.execute("PRAGMA journal_mode = WAL")
            self._prepare()
            self._reader = _connected(str(self._database))
        except BaseException:
            self._writer.close()
            raise

    def _prepare(self) -> None:
        """Create the tables; those of another version are dropped."""
        execute = self._writer.execute
        if execute("PRAGMA user_version").fetchone() == (VERSION,):
            return
        with _transaction(self._writer):
            if execute("PRAGMA user_version").fetchone() == (VERSION,):  # by another process
                return
            tables = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_%' "
            )
            names = [name for (name,) in execute(tables + "ESCAPE '\\'")]
            for name in sorted(names, key=lambda name: name != "words"):
                execute(f'DROP TABLE IF EXISTS "{name}"')
            for statement in _SCHEMA:
                execute(statement)
            execute(f"PRAGMA user_version = {VERSION}")

    def _discard(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._database.with_name(self._database.name + ending).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database; the index is not usable afterwards."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _restored(self, error: Exception) -> bool:
        """Replace the database after an error about its content; False about any other error."""
        if not _is_damage(error):
            return False
        with self._writing, self._reading:
            self.close()
            with contextlib.suppress(OSError):
                self._discard()
            self._open()
            self.trouble = tr("The index of pictures was damaged; it is being made again.")
        return True

    # --- statements ------------------------------------------------------------------------------

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            LibraryError: they cannot be read.
        """
        for _ in range(2):
            try:
                with self._reading:
                    return self._reader.execute(statement, values).fetchall()
            except DAMAGE as error:
                if not self._restored(error):
                    raise _unusable(error) from error
        return []

    @contextlib.contextmanager
    def write(self) -> Generator[sqlite3.Connection, None, None]:
        """Write in one transaction, which is undone if it fails.

        Raises:
            LibraryError: it cannot be written, as on a full disk.
        """
        with self._writing:
            try:
                with _transaction(self._writer):
                    yield self._writer
            except DAMAGE as error:
                self._restored(error)
                raise _unusable(error) from error

    def recovered(self) -> None:
        """Forget about a damaged database, as it has been filled again."""
        if self._reading is not self._writing:
            self.trouble = ""

    def stamp(self) -> int:
        """Return a number that changes when any process has changed the database."""
        read = self.read("PRAGMA data_version")
        return (read[0][0] << 32 if read else 0) + self._reader.total_changes

    # --- rows ------------------------------------------------------------------------------------

    def records(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures of these ids in their order, without those that are gone."""
        found: dict[int, Picture] = {}
        for part in rows.portions(ids):
            marks = ", ".join("?" * len(part))
            read = self.read(
                f"SELECT {rows.COLUMNS} FROM pictures p JOIN texts t ON t.id = p.id "
                f"WHERE p.id IN ({marks})",
                part,
            )
            try:
                found.update((row[0], rows.picture(row)) for row in read)
            except (TypeError, ValueError, AttributeError) as error:  # damaged values
                self._restored(error)
        return [found[id] for id in ids if id in found]

    def ids(self, paths: Iterable[Path]) -> dict[Path, int]:
        """Return the ids of the files that are in the index."""
        found: dict[Path, int] = {}
        for part in rows.portions([os.fsencode(path) for path in paths]):
            marks = ", ".join("?" * len(part))
            read = self.read(f"SELECT path, id FROM pictures WHERE path IN ({marks})", part)
            found.update((Path(os.fsdecode(path)), id) for path, id in read)
        return found

    def workflow(self, digest: str) -> EmbeddedWorkflow | None:
        """Return a stored workflow."""
        read = self.read("SELECT content FROM workflows WHERE digest = ?", [digest])
        try:
            return EmbeddedWorkflow.unpacked(zlib.decompress(read[0][0])) if read else None
        except (zlib.error, TypeError, ValueError):  # damaged
            return None

    def values(self, kind: str) -> list[tuple[str, int]]:
        """Return the values of a column, or of a kind of terms, with the number of pictures.

        The most frequent come first.
        """
        if kind in ("model", "sampler", "label", "origin"):
            read = self.read(
                f"SELECT {kind}, count(*) FROM pictures WHERE {kind} != '' AND away IS NULL "
                f"GROUP BY {kind} ORDER BY count(*) DESC, {kind}"
            )
        else:
            read = self.read(
                "SELECT value, count(*) FROM terms WHERE kind = ? GROUP BY value "
                "ORDER BY count(*) DESC, value",
                [kind],
            )
        return [(value, count) for value, count in read]


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


def _unusable(error: Exception) -> LibraryError:
    return LibraryError(tr("The index of pictures cannot be used: {0}.", error))

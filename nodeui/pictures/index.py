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
from nodeui.pictures.conditions import SEED_SHIFT
from nodeui.pictures.describing import Description, Stamp
from nodeui.pictures.record import LibraryError, Marks, Picture, Settings
from nodeui.pictures.workflow import EmbeddedWorkflow

VERSION = 1
_WAIT = 5  # seconds for another process that writes
_AT_ONCE = 500  # values in a statement

_SCHEMA = (
    "CREATE TABLE pictures (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB UNIQUE NOT NULL, "
    "folder BLOB NOT NULL, name TEXT NOT NULL, mtime INTEGER NOT NULL, size INTEGER NOT NULL, "
    "sidecar INTEGER NOT NULL, file INTEGER NOT NULL, width INTEGER NOT NULL, "
    "height INTEGER NOT NULL, seed INTEGER, model TEXT NOT NULL, sampler TEXT NOT NULL, "
    "origin TEXT NOT NULL, rating INTEGER NOT NULL, label TEXT NOT NULL, "
    "rejected INTEGER NOT NULL, digest TEXT NOT NULL, unknown TEXT NOT NULL, away REAL, "
    "linked INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX by_time ON pictures (mtime, id)",
    "CREATE INDEX by_digest ON pictures (digest) WHERE digest != ''",
    "CREATE INDEX by_model ON pictures (model)",
    "CREATE INDEX by_name ON pictures (name)",
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
_COLUMNS = (
    "p.id, p.path, p.mtime, p.size, p.width, p.height, p.seed, p.model, p.sampler, p.origin, "
    "p.rating, p.label, p.rejected, p.digest, t.prompt, t.negative, t.loras, t.tags, t.collections"
)


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


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
            except sqlite3.DatabaseError as error:
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

    def _restored(self, error: sqlite3.DatabaseError) -> bool:
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
            except sqlite3.DatabaseError as error:
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
            except sqlite3.DatabaseError as error:
                self._restored(error)
                raise _unusable(error) from error

    def recovered(self) -> None:
        """Forget about a damaged database, as it has been filled again."""
        if self._reading is not self._writing:
            self.trouble = ""

    def stamp(self) -> int:
        """Return a number that changes when any process has changed the database."""
        with self._reading:
            (version,) = self._reader.execute("PRAGMA data_version").fetchone()
            return (version << 32) + self._reader.total_changes

    # --- rows ------------------------------------------------------------------------------------

    def records(self, ids: Sequence[int]) -> list[Picture]:
        """Return the pictures of these ids in their order, without those that are gone."""
        found: dict[int, Picture] = {}
        for part in portions(ids):
            marks = ", ".join("?" * len(part))
            rows = self.read(
                f"SELECT {_COLUMNS} FROM pictures p JOIN texts t ON t.id = p.id "
                f"WHERE p.id IN ({marks})",
                part,
            )
            found.update((row[0], _picture(row)) for row in rows)
        return [found[id] for id in ids if id in found]

    def ids(self, paths: Iterable[Path]) -> dict[Path, int]:
        """Return the ids of the files that are in the index."""
        found: dict[Path, int] = {}
        for part in portions([os.fsencode(path) for path in paths]):
            marks = ", ".join("?" * len(part))
            rows = self.read(f"SELECT path, id FROM pictures WHERE path IN ({marks})", part)
            found.update((Path(os.fsdecode(path)), id) for path, id in rows)
        return found

    def workflow(self, digest: str) -> EmbeddedWorkflow | None:
        """Return a stored workflow."""
        rows = self.read("SELECT content FROM workflows WHERE digest = ?", [digest])
        return EmbeddedWorkflow.unpacked(zlib.decompress(rows[0][0])) if rows else None

    def values(self, kind: str) -> list[tuple[str, int]]:
        """Return the values of a column, or of a kind of terms, with the number of pictures.

        The most frequent come first.
        """
        if kind in ("model", "sampler", "label", "origin"):
            rows = self.read(
                f"SELECT {kind}, count(*) FROM pictures WHERE {kind} != '' AND away IS NULL "
                f"GROUP BY {kind} ORDER BY count(*) DESC, {kind}"
            )
        else:
            rows = self.read(
                "SELECT value, count(*) FROM terms WHERE kind = ? GROUP BY value "
                "ORDER BY count(*) DESC, value",
                [kind],
            )
        return [(value, count) for value, count in rows]


def put(db: sqlite3.Connection, found: Description) -> int:
    """Insert a picture or replace its row; return its id."""
    settings, marks, stamp = found.settings, found.marks, found.stamp
    digest = ""
    if found.workflow is not None:
        packed = found.workflow.packed()
        digest = found.workflow.digest()
        db.execute(
            "INSERT OR IGNORE INTO workflows VALUES (?, ?, ?)",
            (digest, " ".join(sorted(found.workflow.used)), zlib.compress(packed)),
        )
    row = {
        "path": os.fsencode(found.path),
        "folder": os.fsencode(found.path.parent),
        "name": _valid(found.path.name),
        "mtime": stamp.mtime_ns,
        "size": stamp.size,
        "sidecar": stamp.sidecar,
        "file": _signed(stamp.file),
        "width": found.width,
        "height": found.height,
        "seed": _stored_seed(settings.seed),
        "model": _valid(settings.model),
        "sampler": _valid(settings.sampler),
        "origin": _valid(settings.origin),
        "rating": marks.rating,
        "label": marks.label,
        "rejected": marks.rejected,
        "digest": digest,
        "unknown": " ".join(found.unknown),
        "away": None,
    }
    names = ", ".join(row)
    updates = ", ".join(f"{name} = excluded.{name}" for name in row if name != "path")
    (id,) = db.execute(
        f"INSERT INTO pictures ({names}) VALUES ({', '.join('?' * len(row))}) "
        f"ON CONFLICT (path) DO UPDATE SET {updates}, "
        "linked = CASE WHEN digest = excluded.digest THEN linked ELSE 0 END RETURNING id",
        list(row.values()),
    ).fetchone()
    texts = (settings.prompt, settings.negative, settings.model, "\n".join(settings.loras))
    _put_texts(db, id, found.path.name, *texts, settings.sampler, marks)
    lists = (("lora", settings.loras), ("tag", marks.tags), ("collection", marks.collections))
    _put_terms(db, id, lists)
    db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (_valid(found.path.name), id))
    return id


def put_marks(db: sqlite3.Connection, id: int, marks: Marks, sidecar: int) -> None:
    """Replace the marks of a picture, and the stamp of its sidecar."""
    db.execute(
        "UPDATE pictures SET rating = ?, label = ?, rejected = ?, sidecar = ? WHERE id = ?",
        (marks.rating, marks.label, marks.rejected, sidecar, id),
    )
    (texts,) = db.execute(
        "SELECT name, prompt, negative, model, loras, sampler FROM texts WHERE id = ?", (id,)
    ).fetchall()
    _put_texts(db, id, *texts, marks)
    _put_terms(db, id, (("tag", marks.tags), ("collection", marks.collections)))


def put_path(db: sqlite3.Connection, id: int, path: Path, stamp: Stamp) -> None:
    """Give a picture another path; a row that has it already is removed."""
    (old,) = db.execute("SELECT path FROM pictures WHERE id = ?", (id,)).fetchone()
    if old != os.fsencode(path):
        rows = db.execute("SELECT id FROM pictures WHERE path = ?", (os.fsencode(path),))
        remove(db, [other for (other,) in rows.fetchall()])
    name = _valid(path.name)
    db.execute(
        "UPDATE pictures SET path = ?, folder = ?, name = ?, mtime = ?, sidecar = ?, file = ?, "
        "away = NULL WHERE id = ?",
        (
            os.fsencode(path), os.fsencode(path.parent), name, stamp.mtime_ns, stamp.sidecar,
            _signed(stamp.file), id,
        ),
    )  # fmt: skip
    (texts,) = db.execute(
        "SELECT prompt, negative, model, loras, sampler, tags, collections FROM texts WHERE id = ?",
        (id,),
    ).fetchall()
    db.execute("DELETE FROM texts WHERE id = ?", (id,))
    db.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (id, name, *texts))
    db.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (name, id))


def remove(db: sqlite3.Connection, ids: Sequence[int]) -> None:
    """Remove pictures; the lineage of those that were made from them is to be found again."""
    for part in portions(ids):
        marks = ", ".join("?" * len(part))
        db.execute(
            f"UPDATE pictures SET linked = 0 WHERE id IN "
            f"(SELECT child FROM edges WHERE parent IN ({marks}))",
            part,
        )
        for table, column in (
            ("pictures", "id"),
            ("texts", "id"),
            ("terms", "picture"),
            ("names", "picture"),
            ("edges", "child"),
            ("edges", "parent"),
        ):
            db.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", part)
    if ids:
        db.execute("DELETE FROM workflows WHERE digest NOT IN (SELECT digest FROM pictures)")


def _put_texts(db: sqlite3.Connection, id: int, *texts: Any) -> None:
    *lines, marks = texts
    tags, collections = "\n".join(marks.tags), "\n".join(marks.collections)
    values = [_valid(text) for text in (*lines, tags, collections)]
    db.execute("DELETE FROM texts WHERE id = ?", (id,))
    db.execute("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (id, *values))


def _put_terms(db: sqlite3.Connection, id: int, lists: Iterable[tuple[str, Sequence[str]]]) -> None:
    for kind, values in lists:
        db.execute("DELETE FROM terms WHERE picture = ? AND kind = ?", (id, kind))
        db.executemany(
            "INSERT OR IGNORE INTO terms VALUES (?, ?, ?)",
            [(kind, _valid(value), id) for value in values],
        )


def _picture(row: Sequence[Any]) -> Picture:
    (
        id, path, mtime, size, width, height, seed, model, sampler, origin,
        rating, label, rejected, digest, prompt, negative, loras, tags, collections,
    ) = row  # fmt: skip
    settings = Settings(
        prompt, negative, None if seed is None else seed + SEED_SHIFT, model,
        tuple(loras.splitlines()), sampler, origin,
    )  # fmt: skip
    marks = Marks(
        rating, label, bool(rejected), tuple(tags.splitlines()), tuple(collections.splitlines())
    )
    return Picture(id, Path(os.fsdecode(path)), mtime, size, width, height, settings, marks, digest)


def portions(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    """Return the values in portions that fit into a statement."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _valid(text: str) -> str:
    """Return a text that SQLite and its full-text index can hold: Unicode without NUL."""
    return text.encode(errors="backslashreplace").decode().replace("\0", " ")


def _stored_seed(seed: int | None) -> int | None:
    if seed is None or not 0 <= seed < 2**64:
        return None
    return seed - SEED_SHIFT


def _signed(number: int) -> int:
    """Return a file number of 64 bits or more as a signed integer of 64 bits."""
    return (number + 2**63) % 2**64 - 2**63


def _connected(database: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database, timeout=_WAIT, isolation_level=None, check_same_thread=False
    )
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


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in _DAMAGED


def _unusable(error: sqlite3.DatabaseError) -> LibraryError:
    return LibraryError(tr("The index of pictures cannot be used: {0}.", error))

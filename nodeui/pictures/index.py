"""The index of the library: an SQLite database that can be made again from the pictures.

pictures    one narrow row per file, which searches and sorts read
texts       the long texts of each file;  words: the full-text index (FTS5) over them
terms       tags, LoRAs and collections of each file
workflows   the compared part of embedded workflows, by digest
edges       the lineage;  names: the names that each file has had
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from nodeui.database import Database, Purpose
from nodeui.graph.wording import tr
from nodeui.pictures import rows
from nodeui.pictures.record import LibraryError, Picture
from nodeui.pictures.workflow import EmbeddedWorkflow

VERSION = 1
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


class Index(Database):
    """The open database.

    Args:
        database: Its file; the folder is created.
    """

    def __init__(self, database: Path) -> None:
        purpose = Purpose(
            version=VERSION,
            schema=_SCHEMA,
            error=LibraryError,
            damaged=tr("The index of pictures was damaged; it is being made again."),
            in_memory=tr("The index of pictures is kept in memory only: {0}"),
            unusable=tr("The index of pictures cannot be used: {0}."),
        )
        super().__init__(database, purpose)

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
                self.restored(error)
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

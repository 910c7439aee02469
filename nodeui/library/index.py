"""The index of the model library: an SQLite database that can be made again from the files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nodeui.database import Database, Purpose
from nodeui.graph.wording import tr
from nodeui.library.record import ModelFile, ModelLibraryError
from nodeui.library.walking import Stamp

VERSION = 1

_SCHEMA = (
    "CREATE TABLE models (path BLOB PRIMARY KEY, mtime INTEGER NOT NULL, size INTEGER NOT NULL, "
    "sidecars INTEGER NOT NULL, folder INTEGER NOT NULL, described INTEGER NOT NULL, "
    "kind TEXT NOT NULL, facts BLOB NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID",
)


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The part of a `ModelFile` that its header and the files beside it tell."""

    kind: str = ""
    family: str = ""
    precision: str = ""
    title: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    licence: str = ""
    refused: str = ""
    preview: str = ""


class Known(NamedTuple):
    """A model in the index: its stamp, if it was described, and its digest."""

    stamp: Stamp
    described: bool
    sha256: str


class Index(Database):
    """The open database.

    Args:
        database: Its file; the folder is created.
    """

    def __init__(self, database: Path) -> None:
        purpose = Purpose(
            version=VERSION,
            schema=_SCHEMA,
            error=ModelLibraryError,
            damaged=tr("The index of models was damaged; it is being made again."),
            in_memory=tr("The index of models is kept in memory only: {0}"),
            unusable=tr("The index of models cannot be used: {0}."),
        )
        super().__init__(database, purpose)

    def known(self) -> dict[str, Known]:
        """Return the models in the index, by path."""
        read = self.read(
            "SELECT path, mtime, size, sidecars, folder, described, sha256 FROM models"
        )
        return {
            os.fsdecode(path): Known(Stamp(mtime, size, sidecars, bool(folder)), bool(done), sha)
            for path, mtime, size, sidecars, folder, done, sha in read
        }

    def models(self) -> list[ModelFile]:
        """Return all models, without the user's marks, sorted by name."""
        read = self.read("SELECT path, size, mtime, facts, sha256 FROM models WHERE kind != '-'")
        found = [_model(*row) for row in read]
        return sorted(found, key=lambda model: (model.title.casefold(), model.path))

    def replace(
        self,
        gone: Iterable[str],
        new: Mapping[str, Stamp],
        digests: Mapping[str, str],
    ) -> None:
        """Remove models, and add or reset others, which have no description yet.

        Args:
            gone: Paths of models to remove.
            new: Stamps by path.
            digests: SHA-256 of the new ones that are known already, by path.
        """
        with self.write() as connection:
            connection.executemany(
                "DELETE FROM models WHERE path = ?", ((os.fsencode(path),) for path in gone)
            )
            connection.executemany(
                "INSERT OR REPLACE INTO models VALUES (?, ?, ?, ?, ?, 0, '', x'', ?)",
                (
                    (os.fsencode(path), *stamp[:3], stamp.folder, digests.get(path, ""))
                    for path, stamp in new.items()
                ),
            )

    def describe(self, described: Mapping[str, Facts | None]) -> None:
        """Add the descriptions of models; None for files that are none."""
        with self.write() as connection:
            connection.executemany(
                "UPDATE models SET described = 1, kind = ?, facts = ? WHERE path = ?",
                (
                    (
                        "-" if facts is None else facts.kind,
                        b"" if facts is None else msgspec.json.encode(facts),
                        os.fsencode(path),
                    )
                    for path, facts in described.items()
                ),
            )

    def set_digest(self, path: Path, stamp: tuple[int, int], digest: str) -> None:
        """Add the SHA-256 of a file of a modification time and size."""
        with self.write() as connection:
            connection.execute(
                "UPDATE models SET sha256 = ? WHERE path = ? AND mtime = ? AND size = ?",
                (digest, os.fsencode(path), *stamp),
            )


def _model(path: bytes, size: int, mtime: int, content: bytes, sha256: str) -> ModelFile:
    place = Path(os.fsdecode(path))
    try:
        facts = msgspec.json.decode(content, type=Facts) if content else Facts()
    except (msgspec.MsgspecError, ValueError, TypeError):  # damaged
        facts = Facts()
    fields: dict[str, Any] = msgspec.structs.asdict(facts)
    fields["preview"] = Path(facts.preview) if facts.preview else None
    fields["title"] = facts.title or place.stem
    return ModelFile(place, size, mtime, sha256=sha256, **fields)

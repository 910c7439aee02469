"""The rows of the index: how pictures are written to its tables, and read from them."""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nodeui.pictures.conditions import SEED_SHIFT
from nodeui.pictures.describing import Description, Stamp
from nodeui.pictures.record import Marks, Picture, Settings
from nodeui.pictures.workflow import digest_of

COLUMNS = (
    "p.id, p.path, p.mtime, p.size, p.width, p.height, p.seed, p.model, p.sampler, p.origin, "
    "p.rating, p.label, p.rejected, p.digest, t.prompt, t.negative, t.loras, t.tags, t.collections"
)


"""Columns of the tables `pictures` p and `texts` t that `picture` takes."""

_AT_ONCE = 500  # values in a statement


def put(db: sqlite3.Connection, found: Description) -> int:
    """Insert a picture or replace its row; return its id."""
    settings, marks, stamp = found.settings, found.marks, found.stamp
    digest = ""
    if found.workflow is not None:
        packed = found.workflow.packed()
        digest = digest_of(packed)
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
        "linked = linked AND digest = excluded.digest AND unknown = excluded.unknown RETURNING id",
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


def picture(row: Sequence[Any]) -> Picture:
    """Return the picture in a row of `COLUMNS`.

    Raises:
        TypeError, ValueError, AttributeError: the values are damaged.
    """
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

"""Turns the terms of a query into conditions of SQL on the tables of the index."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from nodeui.pictures.query import Query, Term

Sort = Literal["time", "name", "rating", "seed", "size"]

Condition = tuple[str, list[Any]]
"""An SQL expression, and the values of its placeholders."""

_ORDERS = {
    "time": "mtime {0}, id {0}",
    "name": "name COLLATE NOCASE {0}, id {0}",
    "rating": "rating {0}, mtime {0}, id {0}",
    "seed": "seed IS NULL, seed {0}, mtime {0}, id {0}",
    "size": "width * height {0}, mtime {0}, id {0}",
}

SEED_SHIFT = 2**63
"""Subtracted from seeds, as SQLite has no unsigned integers."""


def selection(
    query: Query,
    folder: Path | None,
    sort: Sort,
    descending: bool,
    matching: Callable[[str, str], Sequence[str]],
) -> Condition:
    """Return the statement that selects the ids of pictures.

    Args:
        query: All terms must hold.
        folder: Only pictures below it.
        sort: Order.
        descending: From high to low, or from new to old.
        matching: Returns the values of a field that contain a text, from the index.
    """
    parts = ["away IS NULL"]
    values: list[Any] = []
    if folder is not None:
        text, more = below(folder)
        parts.append(text.replace("path", "+path"))  # or SQLite would not use the order's index
        values += more
    for term in query:
        text, more = _condition(term, matching)
        parts.append(f"NOT ({text})" if term.negated else text)
        values += more
    order = _ORDERS[sort].format("DESC" if descending else "ASC")
    return f"SELECT id FROM pictures WHERE {' AND '.join(parts)} ORDER BY {order}", values


def below(folder: Path) -> Condition:
    """Return the condition that a picture is below a folder."""
    start = os.fsencode(folder)
    sign = os.fsencode(os.sep)
    start = start if start.endswith(sign) else start + sign
    return "path >= ? AND path < ?", [start, start[:-1] + bytes([start[-1] + 1])]


def _condition(term: Term, matching: Callable[[str, str], Sequence[str]]) -> Condition:
    match term.field:
        case "":
            return _words("", term)
        case "prompt" | "negative" | "name":
            return _words(term.field, term)
        case "rating" | "width" | "height":
            return f"{term.field} BETWEEN ? AND ?", [_sql(term.low), _sql(term.high - 1)]
        case "seed":
            bounds = [_sql(term.low - SEED_SHIFT), _sql(term.high - 1 - SEED_SHIFT)]
            return "(seed IS NOT NULL AND seed BETWEEN ? AND ?)", bounds
        case "date":
            return "(mtime >= ? AND mtime < ?)", [_midnight(term.low), _midnight(term.high)]
        case "is":
            return _STATES[term.text], []
        case "folder":
            return "instr(lower(CAST(folder AS TEXT)), lower(?)) > 0", [term.text]
        case "model" | "sampler" | "label" | "from":
            column = "origin" if term.field == "from" else term.field
            return _any(f"{column} IN ({{0}})", matching(column, term.text))
        case field:
            kind = {"in": "collection"}.get(field, field)
            found = matching(kind, term.text)
            if kind != "lora":
                found = [one for one in found if _is_tag(one, term.text)]
            text = "id IN (SELECT picture FROM terms WHERE kind = ? AND value IN ({0}))"
            sql, values = _any(text, found)
            return sql, [kind, *values] if values else []


def _is_tag(value: str, wanted: str) -> bool:
    """True if a tag is the wanted one, or begins with it if that ends in "*"."""
    value, wanted = value.casefold(), wanted.casefold()
    return value.startswith(wanted[:-1]) if wanted.endswith("*") else value == wanted


def _any(text: str, values: Sequence[str]) -> Condition:
    if not values:
        return "0", []
    return text.format(", ".join("?" * len(values))), list(values)


_STATES = {
    "rejected": "rejected",
    "rated": "rating > 0",
    "labelled": "label != ''",
    "tagged": "id IN (SELECT picture FROM terms WHERE kind = 'tag')",
    "workflow": "digest != ''",
}


def _words(column: str, term: Term) -> Condition:
    """Return the condition that a text has a phrase, or words that begin like this.

    Signs without letters, and scripts without spaces, which the full-text index cannot divide into
    words, are looked for in the texts themselves.
    """
    spaced = all(ord(sign) < _UNSPACED for sign in term.text)
    if spaced and any(sign.isalnum() for sign in term.text):
        phrase = term.text.replace("\0", " ").replace('"', '""')
        match = f'{column} : "{phrase}"' if column else f'"{phrase}"'
        found = match if term.whole else f"{match} *"
        return "id IN (SELECT rowid FROM words WHERE words MATCH ?)", [found]
    columns = (column,) if column else ("name", "prompt", "negative", "tags")
    text = " OR ".join(f"instr({name}, ?) > 0" for name in columns)
    return f"id IN (SELECT id FROM texts WHERE {text})", [term.text] * len(columns)


_UNSPACED = 0x2E80
"""First sign of the scripts that put no spaces between words, such as Chinese."""


def _midnight(ordinal: int) -> int:
    """Return the beginning of a day here, in nanoseconds since the epoch."""
    if not _FIRST_DAY <= ordinal <= _LAST_DAY:
        return _sql(ordinal * 2**64)
    day = dt.date.fromordinal(ordinal)
    return int(time.mktime(day.timetuple())) * 1_000_000_000


_FIRST_DAY, _LAST_DAY = dt.date(1970, 1, 2).toordinal(), dt.date(2200, 1, 1).toordinal()


def _sql(number: int) -> int:
    return min(max(number, -(2**63)), 2**63 - 1)

"""Checks paintings, and makes the changes that add, replace or remove their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

from nodeui.painting.marks import Entry, Layer, Mark, entry_of, line_of
from nodeui.painting.points import PaintingError

HEADER = "painting 1"
"""First line of every painting that is not empty; the number is the version of the coding."""

MOST_LINES = 100_000
MOST_LETTERS = 16 << 20
MOST_LAYERS = 64
"""Bounds of a painting."""

Lines = tuple[str, ...]


class Splice(NamedTuple):
    """A change of a painting: `removed` lines from `at` on are replaced by `lines`."""

    at: int
    removed: int
    lines: Lines


@dataclass(frozen=True, eq=False)
class Painting:
    """A painting that has been read.

    Attributes:
        lines: Its lines.
        entries: The layer or mark of each line after the header.
        layers: Its layers, lowest first. One without a line is below the others.
    """

    lines: Lines
    entries: tuple[Entry, ...]
    layers: tuple[Layer, ...]

    @property
    def marks(self) -> int:
        """Number of strokes and shapes."""
        return sum(isinstance(entry, Mark) for entry in self.entries)


def read(value: Any) -> Painting:
    """Return a painting from its lines.

    Args:
        value: A list or tuple of texts; empty for an empty painting.

    Raises:
        PaintingError: it is no painting, is too large, or a line is malformed.
    """
    return _read(_lines(value))


@lru_cache(maxsize=8)
def _read(lines: Lines) -> Painting:
    """Return a painting of allowed size from its lines."""
    if lines and lines[0] != HEADER:
        if lines[0].startswith("painting "):
            raise PaintingError("the painting was made by a newer version of NodeUI")
        raise PaintingError("it is no painting")
    entries: list[Entry] = []
    layers: dict[str, Layer] = {}
    unnamed = False
    for number, line in enumerate(lines[1:], 1):
        try:
            entry = entry_of(line)
        except PaintingError as error:
            raise PaintingError(f"line {number}: {error}") from None
        entries.append(entry)
        if isinstance(entry, Layer):
            if entry.id in layers:
                raise PaintingError(f"line {number}: there is already a layer {entry.id!r}")
            layers[entry.id] = entry
        elif entry.layer not in layers:
            if entry.layer:
                raise PaintingError(f"line {number}: there is no layer {entry.layer!r} before it")
            unnamed = True
    if len(layers) > MOST_LAYERS:
        raise PaintingError(f"it has {len(layers)} layers; {MOST_LAYERS} are allowed")
    lowest = (Layer(),) if unnamed and "" not in layers else ()
    return Painting(lines, tuple(entries), (*lowest, *layers.values()))


def _lines(value: Any) -> Lines:
    """Return the lines of a painting of allowed size; raise `PaintingError`."""
    if not isinstance(value, list | tuple):
        raise PaintingError("it is no painting")
    lines = tuple(cast("Sequence[Any]", value))
    if len(lines) > MOST_LINES:
        raise PaintingError(f"it has {len(lines):,} lines; {MOST_LINES:,} are allowed")
    letters = 0
    for line in lines:
        if not isinstance(line, str):
            raise PaintingError("it is no painting")
        letters += len(line)
    if letters > MOST_LETTERS:
        raise PaintingError(f"it has {letters:,} letters; {MOST_LETTERS:,} are allowed")
    return lines


def spliced(lines: Lines, splice: Splice) -> Lines:
    """Return the lines after a change.

    Raises:
        PaintingError: the painting has no such lines.
    """
    at, removed, new = splice
    if not (at >= 0 and removed >= 0 and at + removed <= len(lines)):
        raise PaintingError(f"the painting has no lines {at} to {at + removed}")
    return (*lines[:at], *new, *lines[at + removed :])


def inverse(lines: Lines, splice: Splice) -> Splice:
    """Return the change that restores `lines` after a change of them."""
    return Splice(splice.at, len(splice.lines), lines[splice.at : splice.at + splice.removed])


def adding(lines: Lines, *entries: Entry) -> Splice:
    """Return the change that adds layers or marks at the end.

    Raises:
        PaintingError: a value of an entry is not allowed.
    """
    header = () if lines else (HEADER,)
    return Splice(len(lines), 0, (*header, *map(line_of, entries)))

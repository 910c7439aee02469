"""Prompt weighting, `(word:1.2)`: finds and changes weights in text; uses no widgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HIGHEST = 2.0
_LOWEST = 0.1
_ROUND = 1.1  # the weight of `(word)`
_SQUARE = 0.9  # the weight of `[word]`, rounded so that one notch up removes the brackets
_NUMBER = re.compile(r"^(.*):\s*([0-9]*\.?[0-9]+)\s*$", re.DOTALL)
_WORD = re.compile(r"[^\s,.;:()\[\]]+")


@dataclass(frozen=True, slots=True)
class _Group:
    """A weighted part: text[start:end] with its brackets, `inner` without them."""

    start: int
    end: int
    inner: str
    weight: float


def weights(text: str) -> list[tuple[int, int, float]]:
    """Return the weighted parts of a prompt: start, end and weight of each bracket, inner first.

    Unclosed and escaped brackets have no weight.
    """
    return [(group.start, group.end, group.weight) for group in _groups(text)]


def reweight(text: str, start: int, end: int, change: float) -> tuple[str, int, int]:
    """Change the weight of the selected part of a prompt, or of the word at the cursor.

    Args:
        text: The prompt.
        start, end: The selection; equal if there is only a cursor.
        change: Added to the weight, such as 0.1.

    Returns:
        The new prompt, and the start and end of the selection in it.
    """
    if start == end:
        start, end = _word_at(text, start)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return text, start, end
    group = _enclosing(text, start, end)
    if group is None:
        group = _Group(start, end, text[start:end], 1.0)
    weight = round(min(_HIGHEST, max(_LOWEST, group.weight + change)), 2)
    inner = group.inner
    new = inner if weight == 1.0 else f"({inner}:{weight:g})"
    first = group.start + (0 if weight == 1.0 else 1)
    return text[: group.start] + new + text[group.end :], first, first + len(inner)


def _word_at(text: str, place: int) -> tuple[int, int]:
    for match in _WORD.finditer(text):
        if match.start() <= place <= match.end():
            return match.span()
    return place, place


def _enclosing(text: str, start: int, end: int) -> _Group | None:
    """Return the innermost group that contains the selection."""
    groups = (group for group in _groups(text) if group.start <= start and end <= group.end)
    return next(groups, None)


def _groups(text: str) -> Iterator[_Group]:
    opened: list[int] = []
    escaped = False
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "([":
            opened.append(place)
        elif char in ")]" and opened:
            yield _group(text, opened.pop(), place + 1)


def _group(text: str, start: int, end: int) -> _Group:
    inner = text[start + 1 : end - 1]
    if text[start] == "[":
        return _Group(start, end, inner, _SQUARE)
    match = _NUMBER.match(inner)
    if match is None:
        return _Group(start, end, inner, _ROUND)
    return _Group(start, end, match[1], float(match[2]))

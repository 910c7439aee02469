"""The query line of the library: parses it, and completes it.

    model:starter rating:>=3 tag:"night sky" date:>=2026-11-01 seed:5 -is:rejected lighthouse

All terms must hold; "-" before a term excludes what it finds. A word finds the words that begin
with it, a phrase in quotes finds itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from nodeui.graph.wording import tr

Field = Literal[
    "model", "lora", "sampler", "tag", "label", "in", "prompt", "negative", "name", "folder",
    "from", "rating", "seed", "width", "height", "date", "is",
]  # fmt: skip
FIELDS: tuple[str, ...] = get_args(Field)
NUMBERS = ("rating", "seed", "width", "height")
"""Fields whose values are whole numbers."""
STATES = ("rejected", "rated", "labelled", "tagged", "workflow")
"""Values of the field "is"."""

_MOST = 2**64


class QueryError(Exception):
    """A query that cannot be understood; the message is one line.

    Args:
        message: The reason.
        start, end: Positions of the term in the query.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start, self.end = start, end


@dataclass(frozen=True)
class Term:
    """One condition.

    Attributes:
        field: One of `FIELDS`; "" for a word or phrase.
        text: The value as text, without quotes; "" for numbers and dates.
        low, high: Bounds of a whole number, or of a date as its ordinal (`date.toordinal`); `low`
            is included, `high` is not.
        negated: Finds the pictures that do not fulfil it.
        whole: The text was in quotes: it is a phrase, not the beginning of a word.
    """

    field: str
    text: str = ""
    low: int = 0
    high: int = 0
    negated: bool = False
    whole: bool = False


Query = tuple[Term, ...]

_TERM = re.compile(r'(-?)(?:([A-Za-z_]+):)?(?:"((?:[^"\\]|\\.)*)("?)|(\S*))')


def parse(text: str, today: dt.date | None = None) -> Query:
    """Return the terms of a query.

    Args:
        text: The query.
        today: Date of "today"; None for the present one.

    Raises:
        QueryError: a term cannot be understood.
    """
    return tuple(_term(match, today or dt.date.today()) for match in _matches(text))


def _matches(text: str) -> Iterable[re.Match[str]]:
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        match = _TERM.match(text, position)
        if match is None or match.end() == position:
            return
        yield match
        position = match.end()


def _term(match: re.Match[str], today: dt.date) -> Term:
    sign, field, phrase, _, word = match.groups()
    start, end = match.span()
    negated, whole = bool(sign), phrase is not None
    value = _unescaped(phrase) if phrase is not None else word
    if field is None:
        if not value.strip():
            raise QueryError(tr("Enter a word."), start, end)
        return Term("", value, negated=negated, whole=whole)
    name = field.lower()
    if name not in FIELDS:
        known = ", ".join(FIELDS)
        message = tr('There is no field "{0}"; there are {1}. Put words with a colon in quotes.')
        raise QueryError(message.format(field, known), start, end)
    if not value.strip():
        raise QueryError(tr('Enter a value after "{0}:".', name), start, end)
    if name in NUMBERS or name == "date":
        try:
            low, high = _range(value, _numbers if name != "date" else lambda x: _days(x, today))
        except ValueError:
            example = "2026-11-01, >=2026-11, today" if name == "date" else "3, >=3, 2..4"
            message = tr('"{0}" is no value for {1}; enter one such as {2}.', value, name, example)
            raise QueryError(message, start, end) from None
        return Term(name, low=low, high=high, negated=negated)
    if name == "is" and value.lower() not in STATES:
        message = tr('There is no state "{0}"; there are {1}.', value, ", ".join(STATES))
        raise QueryError(message, start, end)
    return Term(name, value.lower() if name == "is" else value, negated=negated, whole=whole)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _range(value: str, bounds: Callable[[str], tuple[int, int]]) -> tuple[int, int]:
    """Return the bounds that a value such as 3, >=3, <3 or 2..4 gives."""
    if ".." in value:
        first, _, last = value.partition("..")
        low = bounds(first)[0] if first else -_MOST
        return low, bounds(last)[1] if last else _MOST
    match = re.fullmatch(r"(>=|<=|>|<|=)?(.+)", value)
    assert match is not None  # the value is not empty
    low, high = bounds(match[2])
    return {
        ">=": (low, _MOST),
        ">": (high, _MOST),
        "<": (-_MOST, low),
        "<=": (-_MOST, high),
    }.get(match[1] or "=", (low, high))


def _numbers(text: str) -> tuple[int, int]:
    if not re.fullmatch(r"-?\d{1,20}", text):
        raise ValueError
    return int(text), int(text) + 1


def _days(text: str, today: dt.date) -> tuple[int, int]:
    """Return the ordinals of the days of a date, a month or a year."""
    near = {"today": 0, "yesterday": 1}.get(text.lower())
    if near is not None:
        first = today.toordinal() - near
        return first, first + 1
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text)
    if match is None:
        raise ValueError
    year, month, day = (int(part) if part else None for part in match.groups())
    first = dt.date(year or 0, month or 1, day or 1)
    if day is not None:
        after = first.toordinal() + 1
    elif month is not None:
        after = (first.replace(day=28) + dt.timedelta(4)).replace(day=1).toordinal()
    else:
        after = dt.date(first.year, 12, 31).toordinal() + 1
    return first.toordinal(), after


# --- writing -----------------------------------------------------------------------------------


def written(query: Query) -> str:
    """Return the text of a query; `parse` of it returns the same terms."""
    return " ".join(_written(term) for term in query)


def _written(term: Term) -> str:
    sign = "-" if term.negated else ""
    if term.field in NUMBERS or term.field == "date":
        return f"{sign}{term.field}:{_written_range(term)}"
    prefix = f"{sign}{term.field}:" if term.field else sign
    plain = not term.whole and re.fullmatch(r'[^\s"]\S*', term.text)
    return prefix + (term.text if plain else quoted(term.text, always=True))


def _written_range(term: Term) -> str:
    def text(number: int) -> str:
        return dt.date.fromordinal(number).isoformat() if term.field == "date" else str(number)

    if term.high == _MOST:
        return f">={text(term.low)}"
    if term.low == -_MOST:
        return f"<{text(term.high)}"
    if term.high == term.low + 1:
        return text(term.low)
    return f"{text(term.low)}..{text(term.high - 1)}"


def quoted(text: str, always: bool = False) -> str:
    """Return a value as it is written in a query: in quotes if it needs them."""
    if not always and re.fullmatch(r'[^\s":-][^\s:]*', text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --- suggestions -------------------------------------------------------------------------------

_MOST_SUGGESTIONS = 12


@dataclass(frozen=True)
class Suggestion:
    """A completion of a query: `text` replaces the characters from `start` to `end`."""

    text: str
    start: int
    end: int


def suggest(text: str, cursor: int, known: Mapping[str, Sequence[str]]) -> list[Suggestion]:
    """Return completions of the term at the cursor, the best first.

    Args:
        text: The query so far.
        cursor: Position in it.
        known: Known values by field, the most frequent first.
    """
    match = next((m for m in _matches(text) if m.start() <= cursor <= m.end()), None)
    if match is None:
        return []
    sign, field, phrase, _, word = match.groups()
    begun = _unescaped(phrase) if phrase is not None else word
    if field is None:
        found = [f"{sign}{name}:" for name in FIELDS if name.startswith(begun.lower())]
        if phrase is not None or not begun:
            return []
    else:
        values = (*known.get(field.lower(), ()), *_VALUES.get(field.lower(), ()))
        same = [value for value in dict.fromkeys(values) if begun.lower() in value.lower()]
        same.sort(key=lambda value: not value.lower().startswith(begun.lower()))
        found = [f"{sign}{field}:{_value(field.lower(), value)} " for value in same]
    whole = match[0]
    return [
        Suggestion(one, match.start(), match.end())
        for one in found[:_MOST_SUGGESTIONS]
        if one.strip() != whole
    ]


def _value(field: str, value: str) -> str:
    return value if field in _VALUES else quoted(value)


_VALUES: Mapping[str, Sequence[str]] = {
    "rating": (">=1", ">=2", ">=3", ">=4", "5"),
    "date": ("today", "yesterday"),
    "is": STATES,
}

"""Names of output files: patterns such as "{date}/{prompt:20} {seed}", and what names may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from nodeui.sdk import NodeError

PLACEHOLDERS = {
    "date": "2026-11-30",
    "time": "18-44-05",
    "seed": "7",
    "prompt": "the prompt",
    "negative": "the negative prompt",
    "model": "the model",
    "lora": "the LoRA",
    "sampler": "euler",
    "steps": "20",
    "counter": "0001",
    "batch": "the place in the batch",
    "node": "the title of this node",
    "title": "the title of the workflow",
}
"""Placeholders of patterns, with examples of what they become."""

_SIZED = frozenset(PLACEHOLDERS) - {"date", "time"}
_LONGEST = 200  # bytes of a part; a number and a suffix are added, and systems allow 255
_DIGITS = 4
_MOST_DIGITS = 9

COUNTER = "\0"
"""Stands in an expanded name for the counter."""


class Field(NamedTuple):
    """A placeholder in a pattern.

    Attributes:
        name: One of `PLACEHOLDERS`.
        size: Most characters; for the counter, the number of digits; None if not given.
    """

    name: str
    size: int | None


# --- patterns ----------------------------------------------------------------------------------


def parse(pattern: str) -> list[str | Field]:
    """Split a pattern into texts and placeholders. "{{" and "}}" are braces.

    Raises:
        NodeError: about `name`: a placeholder is unknown or malformed.
    """
    found: list[str | Field] = []
    for match in re.finditer(r"\{\{|\}\}|\{[^{}]*\}?|\}|[^{}]+", pattern):
        text = match[0]
        if text in ("{{", "}}"):
            found.append(text[0])
        elif text[0] in "{}":
            found.append(_field(text, pattern))
        else:
            found.append(text)
    return found


def _field(text: str, pattern: str) -> Field:
    match = re.fullmatch(r"\{([^{}:]*)(:[^{}]*)?\}", text)
    if match is None:
        raise NodeError(
            f"A brace in {pattern!r} has no partner. A placeholder is written like {{seed}}, and a "
            "brace like {{.",
            "name",
        )
    name, size = match[1], match[2]
    if name not in PLACEHOLDERS:
        known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
        raise NodeError(f"There is no placeholder {text}; there are {known}.", "name")
    if size is None:
        return Field(name, None)
    if name not in _SIZED:
        raise NodeError(f"{text}: write {{{name}}}, which takes no length.", "name")
    if not re.fullmatch(r":[0-9]{1,3}", size) or not int(size[1:]):
        raise NodeError(
            f"{text}: after the colon is a number from 1 to 999, as in {{{name}:20}}.", "name"
        )
    if name == "counter" and int(size[1:]) > _MOST_DIGITS:
        raise NodeError(f"{text}: a counter has at most {_MOST_DIGITS} digits.", "name")
    return Field(name, int(size[1:]))


def check(pattern: str) -> None:
    """Check a pattern.

    Raises:
        NodeError: about `name`: as of `parse` and `parts_of`.
    """
    fields = parse(pattern)
    if sum(isinstance(one, Field) and one.name == "counter" for one in fields) > 1:
        raise NodeError("A name has one {counter} at most.", "name")
    # a text of its own, as in names without placeholders, is never changed
    parts_of("".join(one if isinstance(one, str) else "x" for one in fields), shown=pattern)
    if any(isinstance(one, Field) and one.name == "counter" for one in _before_stem(fields)):
        raise NodeError("{counter} counts files: write it after the last /.", "name")


def _before_stem(fields: Sequence[str | Field]) -> Sequence[str | Field]:
    """Return the part of a pattern up to its last separator."""
    ends = [i for i, one in enumerate(fields) if isinstance(one, str) and "/" in one]
    return fields[: ends[-1]] if ends else ()


def missing(pattern: str, values: Mapping[str, str]) -> list[str]:
    """Return the placeholders of a pattern that have no value."""
    given = {"date", "time", "counter", "batch", *values}
    fields = (one.name for one in parse(pattern) if isinstance(one, Field))
    return [name for name in dict.fromkeys(fields) if name not in given]


@dataclass(frozen=True)
class Name:
    """A name whose placeholders have their values.

    Attributes:
        folders: The folders in the output folder.
        stem: The file name without its suffix, with `COUNTER` for the counter.
        digits: Digits of the counter.
    """

    folders: tuple[str, ...]
    stem: str
    digits: int = _DIGITS

    def numbered(self, number: int) -> str:
        """Return the stem of the file with this number, from 1."""
        if COUNTER in self.stem:
            return self.stem.replace(COUNTER, f"{number:0{self.digits}}")
        return self.stem if number == 1 else f"{self.stem}-{number:04}"


def expand(pattern: str, values: Mapping[str, str], now: datetime, place: int = 0) -> Name:
    """Give the placeholders of a pattern their values.

    Values never add folders, and are changed where a file system would refuse them.

    Args:
        pattern: The pattern.
        values: Values of placeholders, as from `sdk.Context.facts`.
        now: Date and time.
        place: Place of the picture in its batch, from 0.

    Raises:
        NodeError: about `name`: as of `check`, or no name is left without the missing values.
    """
    check(pattern)
    known = {
        **values,
        "model": _file_stem(values.get("model", "")),
        "lora": _file_stem(values.get("lora", "")),
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H-%M-%S}",
        "batch": str(place + 1),
    }
    fields = parse(re.sub(r"\.png$", "", pattern, flags=re.IGNORECASE))
    parts = [("", False)]  # the text of a part, and whether a value is in it
    digits = _DIGITS
    for one in fields:
        if isinstance(one, str):
            first, *more = one.split("/")
            parts[-1] = (parts[-1][0] + first, parts[-1][1])
            parts += [(text, False) for text in more]
        else:
            parts[-1] = (parts[-1][0] + _value(one, known), True)
            digits = one.size or digits if one.name == "counter" else digits
    *folders, stem = [_valid(text) if has_value else text for text, has_value in parts]
    if not stem:
        names = ", ".join(f"{{{name}}}" for name in missing(pattern, values)) or pattern
        raise NodeError(f"No file name is left: there is no value for {names}.", "name")
    return Name(tuple(folder for folder in folders if folder), stem, digits)


def _value(field: Field, values: Mapping[str, str]) -> str:
    if field.name == "counter":
        return COUNTER
    text = cleaned(values.get(field.name, ""))
    return text if field.size is None else text[: field.size].strip()


def _file_stem(path: str) -> str:
    """Return the name of a model in a path or hub id, without folders and suffix."""
    name = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    return re.sub(r"\.(safetensors|ckpt|gguf)$", "", name, flags=re.IGNORECASE)


def cleaned(text: str) -> str:
    """Return a text without what file names may not contain; separators become spaces."""
    text = unicodedata.normalize("NFC", re.sub(r'[<>:"|?*\\/\s]+', " ", text))
    return " ".join("".join(x for x in text if unicodedata.category(x)[0] != "C").split())


def _valid(part: str) -> str:
    """Return a part of a name with values in it as every system takes it; "" if nothing is left."""
    head, counter, tail = part.partition(COUNTER)
    room = _LONGEST - len(tail.encode()) - _MOST_DIGITS * len(counter)
    head = head.encode()[: max(0, room)].decode(errors="ignore")
    tail = tail.encode()[:_LONGEST].decode(errors="ignore")
    part = f"{head}{counter}{tail}".strip(" ").rstrip(". ")
    if not part.strip(". "):
        return ""
    return f"_{part}" if _RESERVED.fullmatch(part) or part.startswith(".") else part


# --- names -------------------------------------------------------------------------------------


_FORBIDDEN = re.compile('[\\x00-\\x1f\\ud800-\\udfff<>:"|?*\\\\]')
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\..*)?", re.IGNORECASE
)


def parts_of(name: str, shown: str = "") -> tuple[str, ...]:
    """Split the name of an output into its folders and its file name without ".png".

    A name must mean the same file on every system, so names that only some allow are refused.

    Args:
        name: The name.
        shown: The name in messages; by default the same.

    Raises:
        NodeError: about `name`: it is empty, leads out of the output folder, or is not a valid
            file name.
    """
    parts = tuple(re.sub(r"\.png$", "", name, flags=re.IGNORECASE).split("/"))
    shown = shown or name
    if not name or not parts[-1]:
        raise NodeError("Enter a file name.", "name")
    if other := re.search(r"\.(jpe?g|webp|tiff?|bmp|gif|avif)$", name, re.IGNORECASE):
        raise NodeError(f"The format is set by format: remove {other[0]} from {shown!r}.", "name")
    if not parts[0] or ".." in parts or re.match("[A-Za-z]:", name):
        raise NodeError(f"{shown!r} leads out of the output folder.", "name")
    for part in parts:
        if _FORBIDDEN.search(part):
            raise NodeError(f"{shown!r} contains a character not allowed in file names.", "name")
        if not part.strip(". ") or part[-1] in ". " or _RESERVED.fullmatch(part):
            raise NodeError(
                f"{part!r} in {shown!r} is not a valid file name on every system.", "name"
            )
        if len(part.encode("utf-8", "surrogatepass")) > _LONGEST:
            raise NodeError(f"{part[:20]!r}... is too long for a file name.", "name")
    return parts

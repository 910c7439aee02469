"""Descriptions and preview pictures that other programs keep beside model files."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

PREVIEWS = (
    ".preview.png", ".preview.jpg", ".preview.jpeg", ".preview.webp",
    ".png", ".jpg", ".jpeg", ".webp",
)  # fmt: skip
"""Endings of preview pictures that replace that of the model file; the first found counts."""

_CIVITAI = ".civitai.info"
_USER = ".json"
ENDINGS = (*PREVIEWS, _CIVITAI, _USER)
"""Endings of all files that describe a model."""

_MOST_BYTES = 4 << 20
_LONGEST = 4000  # letters of a description
_MOST_WORDS = 64


class Sidecar(NamedTuple):
    """The content of the files beside a model; empty texts where they say nothing.

    Attributes:
        preview: A picture.
        title: A title.
        words: Trigger words.
        notes: A description, without HTML.
        base: The model that it was made for, in the words of a web site, such as "SDXL 1.0".
    """

    preview: Path | None = None
    title: str = ""
    words: tuple[str, ...] = ()
    notes: str = ""
    base: str = ""


def read(file: Path) -> Sidecar:
    """Return what the files beside a model file say about it; damaged ones are ignored."""
    stem = file.name.rpartition(".")[0] or file.name
    preview = next(
        (file.with_name(stem + end) for end in PREVIEWS if _is_file(file, stem, end)), None
    )
    info = _object(file.with_name(stem + _CIVITAI))
    user = _object(file.with_name(stem + _USER))
    model = info.get("model")
    name = _text(cast("dict[str, Any]", model), "name") if isinstance(model, dict) else ""
    words = (*_list(info, "trainedWords"), *_split(_text(user, "activation text")))
    notes = (_text(info, "description"), _text(user, "notes") or _text(user, "description"))
    return Sidecar(
        preview=preview,
        title=name,
        words=tuple(dict.fromkeys(words))[:_MOST_WORDS],
        notes="\n".join(filter(None, map(_plain, notes)))[:_LONGEST],
        base=_text(info, "baseModel") or _text(user, "sd version"),
    )


def _is_file(file: Path, stem: str, end: str) -> bool:
    return file.with_name(stem + end).is_file()


def _object(file: Path) -> dict[str, Any]:
    """Return the JSON object in a file; an empty one if there is none."""
    try:
        if not file.is_file() or file.stat().st_size > _MOST_BYTES:
            return {}
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError):
        return {}


def _text(entries: dict[str, Any], name: str) -> str:
    value = entries.get(name)
    return value.strip() if isinstance(value, str) else ""


def _list(entries: dict[str, Any], name: str) -> list[str]:
    value = entries.get(name)
    if not isinstance(value, list):
        return []
    return [
        word for item in cast("list[Any]", value) if isinstance(item, str) for word in _split(item)
    ]


def _split(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _plain(text: str) -> str:
    """Return a text without HTML."""
    broken = re.sub(r"(?i)</p>|<br\s*/?>|</li>", "\n", text[: 8 * _LONGEST])
    return html.unescape(re.sub(r"<[^<>]*>", "", broken)).strip()

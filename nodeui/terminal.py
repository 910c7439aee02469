"""Prints whole messages on standard streams of any encoding."""

from __future__ import annotations

import codecs
import json
import sys
from io import TextIOWrapper
from typing import Any

import msgspec

_PLAIN = {
    **{"○": "o", "◐": "+", "●": "*", "–": "-", "✕": "x", "■": "#"},
    **{"—": "-", "…": "...", "×": "x", "°": " deg", "→": "->", "━": "-", "╸": "-", "╺": "-"},
}
"""Replacements for our own signs where an encoding lacks them."""

_ERRORS = "nodeui.plain"


def print_anything() -> None:
    """Let the standard streams print texts that their encoding lacks.

    Our own signs are replaced by similar ASCII signs, and all else by escapes such as `\\u732b`.
    """
    codecs.register_error(_ERRORS, _replace)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign) or ascii(sign)[1:-1] for sign in lacking), error.end


def print_json(data: Any) -> None:
    """Print data as JSON; in ASCII with `\\u` escapes if standard output lacks a character."""
    try:
        text = msgspec.json.format(msgspec.json.encode(data)).decode()
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")  # it may be closed
    except UnicodeEncodeError:  # the encoding is not UTF-8, or a file name is not valid Unicode
        text = json.dumps(msgspec.to_builtins(data), indent=2)
    print(text)

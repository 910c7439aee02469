"""Translates user-facing texts into the language of the process, English by default.

The editor sets the language (`nodeui/views/language.py`); workers and the command line stay
English.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache


def _english_plural(text: str, count: int) -> str:
    """Insert a number; texts are written for several, so the noun behind 1 loses its plural s."""
    if count == 1:
        text = re.sub(r"%n (\w+)s\b", r"%n \1", text)
    return text.replace("%n", str(count))


_translate: Callable[[str], str] = str
_pluralise: Callable[[str, int], str] = _english_plural


def speak(
    translate: Callable[[str], str] = str,
    pluralise: Callable[[str, int], str] = _english_plural,
) -> None:
    """Set the language of the process; by default English.

    Args:
        translate: Translates a text.
        pluralise: Translates a text for a number, which it puts in the place of "%n".
    """
    global _translate, _pluralise
    _translate = translate if translate is str else cache(translate)
    _pluralise = pluralise


def tr(text: str, *values: object) -> str:
    """Return a text in the language of the process, formatted with the values: "{0} of {1}"."""
    text = _translate(text)
    return text.format(*values) if values else text


def counted(text: str, count: int, *values: object) -> str:
    """Return a text in the plural form for a number, which replaces "%n": "%n failed"."""
    text = _pluralise(text, count)
    return text.format(*values) if values else text


def words(name: str) -> str:
    """Return a name from a signature as words: "control_end" -> "control end"."""
    return tr(name.replace("_", " "))


def heading(name: str) -> str:
    """Return a name from a signature as words that begin a line: "Control end"."""
    text = words(name)
    return text[:1].upper() + text[1:]


def named(name: str) -> str:
    """Return a name from a signature for a message: translated words, else the name as it is."""
    english = name.replace("_", " ")
    found = tr(english)
    return name if found == english else found


_LONGEST = 60
_LONGEST_MESSAGE = 400


def shown(value: object) -> str:
    """Return a value for a message: true, null, 0.5 or 'text'; long ones are shortened."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        return _shortened(repr(value), _LONGEST)
    except (ValueError, RecursionError):  # Python writes no integers of more than 4300 digits
        return tr("a number of thousands of digits")


def _shortened(text: str, longest: int) -> str:
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def one_line(message: str) -> str:
    """Return a message as one line of at most 400 characters, without control characters.

    Line breaks become spaces and other control characters their escapes; what is too long is
    shortened in the middle.
    """
    if not message.isprintable():
        message = " ".join(message.split())
        message = "".join(one if ord(one) >= 32 else ascii(one)[1:-1] for one in message)
    return _shortened(message, _LONGEST_MESSAGE)


def plain(number: float) -> str:
    """Return a bound for a message: "4294967295", "0.05"."""
    return str(int(number)) if number == int(number) else f"{number:g}"

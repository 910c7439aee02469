"""What is said to people, in the language of the process: English, unless another one is set.

The editor sets the language of its window (`nodeui/views/language.py`); a worker and the command
line say all in English.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache


def _english_plural(text: str, count: int) -> str:
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
    """A text in the language of the process, with the values at its places: "{0} of {1}"."""
    text = _translate(text)
    return text.format(*values) if values else text


def counted(text: str, count: int, *values: object) -> str:
    """Return a text in the plural form for a number, which replaces "%n": "%n failed"."""
    text = _pluralise(text, count)
    return text.format(*values) if values else text


def words(name: str) -> str:
    """A name of a signature as it is read: "control_end" -> "control end"."""
    return tr(name.replace("_", " "))


def heading(name: str) -> str:
    """The same where it begins a line: "Control end"."""
    text = words(name)
    return text[:1].upper() + text[1:]


def named(name: str) -> str:
    """A name of a signature in a message: as it stands, where the language has no words for it."""
    english = name.replace("_", " ")
    found = tr(english)
    return name if found == english else found

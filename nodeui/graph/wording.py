"""What is said to people, in the language of the process: English, unless another one is set.

The editor sets the language of its window (`nodeui/views/language.py`); a worker and the command
line say all in English.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

_translate: Callable[[str], str] = str


def speak(translate: Callable[[str], str] = str) -> None:
    """Say all from now on as `translate` does; by default in English."""
    global _translate
    _translate = translate if translate is str else cache(translate)


def tr(text: str, *values: object) -> str:
    """A text in the language of the process, with the values at its places: "{0} of {1}"."""
    text = _translate(text)
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

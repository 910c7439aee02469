"""Reads docstrings in Google style."""

from __future__ import annotations

import re
from typing import NamedTuple

_SECTION = re.compile(
    r"^(Args|Attributes|Returns|Yields|Raises|Sources?|Notes?|Examples?|References|See Also):\s*$"
)
_ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*)(?: \([^)]*\))?:\s*(.*)$")


class Docstring(NamedTuple):
    """The parts of a docstring that are shown to users.

    Attributes:
        about: The text before the sections.
        arguments: The entries of "Args", by name.
        attributes: The entries of "Attributes", by name.
        returns: The text of "Returns".
    """

    about: str
    arguments: dict[str, str]
    attributes: dict[str, str]
    returns: str


def read_docstring(text: str) -> Docstring:
    """Split a docstring, as `inspect.getdoc` returns it, into its parts."""
    about: list[str] = []
    returns: list[str] = []
    tables: dict[str, dict[str, list[str]]] = {"Args:": {}, "Attributes:": {}}
    section, lines = "", about
    for line in text.splitlines():
        if _SECTION.match(line):
            section, lines = line.strip(), []
            if section == "Returns:":
                lines = returns
        elif section in tables and (match := _ENTRY.match(line)):
            lines = [match[2]]
            tables[section] |= dict.fromkeys(match[1].split(", "), lines)
        else:
            lines.append(line if lines is about else line.strip())
    arguments, attributes = (
        {name: " ".join(entry).strip() for name, entry in table.items()}
        for table in tables.values()
    )
    return Docstring("\n".join(about).strip(), arguments, attributes, " ".join(returns).strip())

"""Remembers the workflows that were saved or run here.

Other workflows come from elsewhere: until their first run, the editor reads the workflow's own file
and nothing else. Workflows are recognised by the SHA-256 of their text, wherever their file lies.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from nodeui.graph.document import text_of
from nodeui.sdk import shipped

MOST = 20_000
"""Number of workflows that are remembered."""


class Trust:
    """The workflows that were saved or run here.

    Args:
        file: Where they are remembered: one hash a line, oldest first.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, None] = {}
        with contextlib.suppress(OSError):
            lines = file.read_text("ascii", "replace").splitlines()
            self._known = dict.fromkeys(lines[-MOST:])
            if len(lines) > 2 * MOST:
                file.write_text("".join(f"{line}\n" for line in self._known), "ascii")

    def knows(self, data: bytes) -> bool:
        """True if this workflow file, or the workflow in this picture, was saved or run here.

        Raises:
            DocumentError: it is a picture without a workflow.
        """
        return _hash(text_of(data)) in self._known

    def add(self, text: bytes) -> None:
        """Remember a workflow by its text."""
        hashed = _hash(text)
        if hashed in self._known:
            return
        self._known[hashed] = None
        with contextlib.suppress(OSError):  # then it is asked about again
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="ascii") as file:
                file.write(f"{hashed}\n")


def is_shipped(path: Path) -> bool:
    """True for the examples that ship with NodeUI."""
    return path.resolve().is_relative_to(shipped("workflows").resolve())


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()

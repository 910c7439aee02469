"""Remembers the workflows that were saved or run here.

Other workflows come from elsewhere: until their first run, the editor reads the workflow's own file
and nothing else. Workflows are recognised by the SHA-256 of their text, wherever their file lies.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from nodeui.graph.document import text_of
from nodeui.sdk import shipped

MOST = 20_000
"""Number of workflows that are remembered."""


class Trust:
    """The workflows that were saved or run here, and the folders where their relative paths start.

    Args:
        file: Where they are remembered: a line of JSON each, oldest first.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = {}
        with contextlib.suppress(OSError):
            lines = file.read_bytes().splitlines()
            for line in lines[-MOST:]:
                with contextlib.suppress(msgspec.DecodeError):
                    hashed, folder = msgspec.json.decode(line, type=tuple[str, str])
                    self._known[hashed] = folder
            if len(lines) > 2 * MOST:
                file.write_bytes(b"".join(map(_line, self._known.items())))

    def knows(self, data: bytes) -> bool:
        """True if this workflow file, or the workflow in this picture, was saved or run here.

        Raises:
            DocumentError: it is a picture without a workflow.
        """
        return hash_of(data) in self._known

    def folder(self, data: bytes) -> Path | None:
        """Return the folder of a workflow's relative paths when it was last saved or run here.

        Returns:
            None if it is unknown or gone.
        """
        folder = self._known.get(hash_of(data))
        return Path(folder) if folder is not None and os.path.isdir(folder) else None

    def add(self, text: bytes, folder: Path) -> None:
        """Remember a workflow by its text, and its folder."""
        self.add_hash(hash_of(text), folder)

    def add_hash(self, hashed: str, folder: Path) -> None:
        """As `add`, by the hash of the text."""
        item = hashed, str(folder)
        if self._known.get(item[0]) == item[1]:
            return
        self._known[item[0]] = item[1]
        with contextlib.suppress(OSError):  # then it is asked about again
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as file:
                file.write(_line(item))


def is_shipped(path: Path) -> bool:
    """True for the examples that ship with NodeUI."""
    return path.resolve().is_relative_to(shipped("workflows").resolve())


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of the text of a workflow file, or of the workflow in a picture.

    Raises:
        DocumentError: it is a picture without a workflow.
    """
    return hashlib.sha256(text_of(data)).hexdigest()


def _line(item: tuple[str, str]) -> bytes:
    return msgspec.json.encode(item) + b"\n"

"""The journal: every edit of an open document, on disk the moment it is made.

A journal is a file of JSON lines. The first line holds the document that the edits start from;
each further line is an edit. Each line is written by one system call, so a killed editor loses
at most the line that it was writing, which was not acknowledged yet. Saving starts the journal
anew with the saved document; closing a document keeps its journal among the closed ones, so that
nothing is lost by a hasty "Discard".
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import msgspec
from PySide6.QtCore import QLockFile

from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit, decode, encode
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr

SUFFIX = ".journal"
CLOSED_SUFFIX = ".closed"
CLOSED_KEPT = 20
"""How many closed documents can be opened again."""


class _Head(msgspec.Struct):
    """The first line of a journal.

    Attributes:
        document: The workflow that the edits start from.
        path: Its file, or None.
        folder: Where its relative paths start.
        modified: It differs from its file.
    """

    document: msgspec.Raw
    path: str | None
    folder: str
    modified: bool


@dataclass
class Recovered:
    """What a journal holds.

    Attributes:
        document: As it was after the last edit.
        path: Its file, or None.
        folder: Where its relative paths start.
        modified: It differs from its file.
        edits: How many edits were replayed.
    """

    document: Document
    path: Path | None
    folder: Path
    modified: bool
    edits: int


class Journal:
    """The journal of one open document.

    It is locked while the document is open, so that another editor leaves it alone.

    Args:
        file: Where it lies; `Journals` makes them.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = QLockFile(f"{file}.lock")
        self._lock.setStaleLockTime(0)  # held until its process is gone, however long
        self._handle: int | None = None
        self.edits = 0

    def lock(self) -> bool:
        """Take it, unless a living editor has it."""
        return self._lock.tryLock(0)

    def start(self, document: Document, path: Path | None, folder: Path, modified: bool) -> None:
        """Begin anew with this document; the arguments are as in `Recovered`.

        Raises:
            OSError: it cannot be written; the old one is still there.
        """
        text = files.dump(document).replace(b"\n", b" ")  # in JSON, texts have no line breaks
        head = _Head(msgspec.Raw(text), str(path) if path else None, str(folder), modified)
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(head) + b"\n")
        self._close()
        os.replace(fresh, self.file)
        self._open()
        self.edits = 0

    def resume(self) -> None:
        """Go on at its end. Raises `OSError`."""
        self._open()

    def append(self, edit: Edit) -> str:
        """Write an edit down.

        Returns:
            "" or, the first time that it cannot be written, a warning for people.
        """
        if self._handle is None:
            return ""
        try:
            os.write(self._handle, encode(edit) + b"\n")
        except OSError as error:
            self._close()
            return tr("The journal cannot be written ({0}): save your work.", error.strerror)
        self.edits += 1
        return ""

    def retire(self) -> None:
        """Close it and keep it among the closed ones."""
        self._close()
        if self.file.exists():
            os.replace(self.file, self.file.with_suffix(CLOSED_SUFFIX))
            os.utime(self.file.with_suffix(CLOSED_SUFFIX))
        self._lock.unlock()

    def release(self) -> None:
        """Close it, to be opened again at the next start."""
        self._close()
        self._lock.unlock()

    def delete(self) -> None:
        """Close and remove it."""
        self._close()
        self.file.unlink(missing_ok=True)
        self._lock.unlock()

    def _open(self) -> None:
        self._handle = os.open(self.file, os.O_WRONLY | os.O_APPEND)
        if os.path.getsize(self.file) and not self.file.read_bytes().endswith(b"\n"):
            os.write(self._handle, b"\n")  # ends the line that a kill cut short

    def _close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Journals:
    """The folder of journals.

    Args:
        folder: Made where it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def create(self) -> Journal:
        """A new journal, locked; `start` it."""
        journal = Journal(self._folder / f"{uuid4().hex}{SUFFIX}")
        journal.lock()
        return journal

    def left_over(self) -> list[Journal]:
        """The journals of editors that are gone, oldest first, locked."""
        found = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
        return [journal for journal in map(Journal, found) if journal.lock()]

    def last_closed(self) -> Journal | None:
        """The journal of the document that was closed last, locked and taken from the closed."""
        for file in reversed(self._closed()):
            journal = Journal(file.with_suffix(SUFFIX))
            if journal.lock():
                os.replace(file, journal.file)
                return journal
        return None

    def tidy(self) -> None:
        """Remove all but the latest closed journals."""
        for file in self._closed()[:-CLOSED_KEPT]:
            file.unlink(missing_ok=True)

    def _closed(self) -> list[Path]:
        found = self._folder.glob(f"*{CLOSED_SUFFIX}")
        return sorted(found, key=lambda file: file.stat().st_mtime_ns)


def read(file: Path, specs: Registry) -> Recovered:
    """The document of a journal, as it was after the last edit that was written in full.

    Raises:
        OSError: the file cannot be read.
        DocumentError: it is no journal.
    """
    first, *lines = file.read_bytes().split(b"\n")
    try:
        head = msgspec.json.decode(first, type=_Head)
    except msgspec.DecodeError as error:
        raise files.DocumentError(tr("{0} is no journal: {1}", file.name, error)) from None
    document = files.load(bytes(head.document), specs)
    edits = 0
    for edit in _edits(lines):
        try:
            document.graph.apply(edit)
        except GraphError:
            break  # what follows would build on an edit that is not there
        edits += 1
    path = Path(head.path) if head.path else None
    return Recovered(document, path, Path(head.folder), head.modified or edits > 0, edits)


def _edits(lines: list[bytes]) -> Iterator[Edit]:
    for line in filter(None, lines):
        try:
            yield decode(line)
        except msgspec.DecodeError:
            continue  # cut short by a kill

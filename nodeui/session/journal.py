"""The journal: writes every edit of an open document to disk at once.

A journal is a file of JSON lines with checksums. The first line holds the document that the edits
start from; each further line is an edit. Each line is written by one system call, so a killed
editor loses at most the edit that it was writing, and a power cut the edits of the last 0.2 s.
Edits that find a full disk are written as soon as there is room. Saving restarts the journal with
the saved document; closing a document keeps its journal, so that a hasty "Discard" loses nothing.
"""

from __future__ import annotations

import os
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
from nodeui.session.checked_lines import CheckedLines, read_lines

SUFFIX = ".journal"
CLOSED_SUFFIX = ".closed"
CLOSED_KEPT = 20
"""Number of closed documents that can be reopened."""


class _Head(msgspec.Struct):
    """The first line of a journal.

    Attributes:
        document: The workflow that the edits start from.
        path: Its file, or None.
        folder: Where its relative paths start.
        modified: It differs from its file.
        source: SHA-256 of its file when it was read or saved.
        trusted: It was saved or run here.
    """

    document: msgspec.Raw
    path: str | None
    folder: str
    modified: bool
    source: str = ""
    trusted: bool = True


@dataclass
class Recovered:
    """The content of a journal.

    Attributes:
        document: The document after the last edit.
        path: Its file, or None.
        folder: Where its relative paths start.
        modified: It differs from its file.
        edits: Number of replayed edits.
        damaged: Number of lines that were damaged or could not be replayed. If the first line is
            among them, the document itself may differ.
        trusted: See `Session`.
    """

    document: Document
    path: Path | None
    folder: Path
    modified: bool
    edits: int
    damaged: int = 0
    trusted: bool = True


class Journal:
    """The journal of one open document; made by `Journals`.

    It is locked while the document is open, so that other editors do not recover it.

    Args:
        file: Its file.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = QLockFile(f"{file}.lock")
        self._lock.setStaleLockTime(0)  # held until its process is gone, however long
        self._lines = CheckedLines(file)
        self._failing = False

    def lock(self) -> bool:
        """Lock it; return False if a running editor holds it."""
        return self._lock.tryLock(0)

    def start(
        self,
        document: Document,
        path: Path | None,
        folder: Path,
        modified: bool,
        trusted: bool = True,
    ) -> None:
        """Restart the journal with this document; the arguments are as in `Recovered`.

        Raises:
            OSError: it cannot be written now; until it is, the old journal is kept and continued.
        """
        text = files.dump(document).replace(b"\n", b" ")  # in JSON, texts have no line breaks
        head = _Head(msgspec.Raw(text), str(path) if path else None, str(folder), modified)
        head.source, head.trusted = document.source, trusted
        self._lines.restart(msgspec.json.encode(head))
        self._failing = False

    def resume(self) -> None:
        """Append to the existing file. Raises `OSError`."""
        self._lines.resume()

    def append(self, edit: Edit) -> str:
        """Write an edit.

        Returns:
            "", or a user-facing warning when writing begins to fail. Edits that cannot be written
            are kept and written later.
        """
        try:
            self._lines.append(encode(edit))
        except OSError as error:
            first, self._failing = not self._failing, True
            text = tr("The journal cannot be written ({0}): save your work.", error.strerror)
            return text if first else ""
        self._failing = False
        return ""

    def retire(self) -> None:
        """Close it, and keep it as the journal of a closed document."""
        self._lines.close()
        if self.file.exists():
            os.replace(self.file, self.file.with_suffix(CLOSED_SUFFIX))
            os.utime(self.file.with_suffix(CLOSED_SUFFIX))
        self._lock.unlock()

    def release(self) -> None:
        """Close it; the next start recovers it."""
        self._lines.close()
        self._lock.unlock()

    def delete(self) -> None:
        """Close and delete it."""
        self._lines.close()
        self.file.unlink(missing_ok=True)
        self._lock.unlock()


class Journals:
    """The folder of journals.

    Args:
        folder: The folder; created if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def create(self) -> Journal:
        """Return a new locked journal, to be started."""
        journal = Journal(self._folder / f"{uuid4().hex}{SUFFIX}")
        journal.lock()
        return journal

    def left_over(self) -> list[Journal]:
        """Lock and return the journals of editors that were killed, oldest first."""
        found = sorted(self._folder.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime_ns)
        return [journal for journal in map(Journal, found) if journal.lock()]

    def last_closed(self) -> Journal | None:
        """Lock and return the journal of the document that was closed last, as an open one."""
        for file in reversed(self._closed()):
            journal = Journal(file.with_suffix(SUFFIX))
            if journal.lock():
                os.replace(file, journal.file)
                return journal
        return None

    def tidy(self) -> None:
        """Delete all but the latest closed journals."""
        for file in self._closed()[:-CLOSED_KEPT]:
            file.unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """Return the files of all journals, open or closed."""
        return [*self._folder.glob(f"*{SUFFIX}"), *self._closed()]

    def _closed(self) -> list[Path]:
        found = self._folder.glob(f"*{CLOSED_SUFFIX}")
        return sorted(found, key=lambda file: file.stat().st_mtime_ns)


def read(file: Path, specs: Registry) -> Recovered:
    """Return the document of a journal after the last edit that was written completely.

    Raises:
        OSError: the file cannot be read.
        DocumentError: it is no journal.
    """
    data = file.read_bytes()
    first, *lines = read_lines(data)
    damaged = first is None
    if first is None:  # its content may still be readable
        first = data.split(b"\n", 1)[0].partition(b" ")[2]
    try:
        head = msgspec.json.decode(first, type=_Head)
    except (msgspec.DecodeError, RecursionError) as error:
        raise files.DocumentError(tr("{0} is no journal: {1}", file.name, error)) from None
    document = files.load(bytes(head.document), specs)
    replayed = sum(_replay(document, line) for line in lines)
    path = _path(head.path) if head.path else None
    document.source = head.source
    changed = bool(path and head.source and files.digest(path) != head.source)
    return Recovered(
        document,
        path,
        _path(head.folder),
        modified=head.modified or bool(lines) or damaged or changed,
        edits=replayed,
        damaged=len(lines) - replayed + damaged,
        trusted=head.trusted,
    )


def _path(text: str) -> Path:
    return Path(text.replace("\0", ""))  # no path of any system has it


def _replay(document: Document, line: bytes | None) -> bool:
    """Apply the edit of a line; return False if it is damaged or does not fit the document."""
    if line is None:
        return False
    try:
        document.graph.apply(decode(line))
    except (msgspec.DecodeError, RecursionError, GraphError):
        return False
    return True

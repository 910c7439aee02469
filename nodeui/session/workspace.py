"""The open documents: opening, saving, closing, recovering."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from nodeui.graph import document as files
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import Batch
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.graph.wording import counted, tr
from nodeui.session import journal as journals
from nodeui.session.background import Background
from nodeui.session.journal import Journal, Journals
from nodeui.session.paths import relocated
from nodeui.session.preferences import Settings
from nodeui.session.session import Engine, Session


class _ChangedOutside(Exception):
    """The file was changed since it was read."""


class Workspace(QObject):
    """The open documents.

    Files are read and written in the background; signals report the results.

    Args:
        specs: The known node types.
        settings: Preferences and recent files.
        engine: Runs the documents.
    """

    opened = Signal(object)
    """A `Session` that was opened, or that was asked for again."""
    closed = Signal(object)
    """A `Session` that was closed."""
    message = Signal(str, str)
    """Level ("info", "warning" or "error") and text."""
    recent_changed = Signal()
    changed_outside = Signal(object)
    """A `Session` whose file another program or window has changed."""
    save_refused = Signal(object, object)
    """A `Session` and what follows its saving: the file has changed since it was read."""

    def __init__(
        self,
        specs: Registry,
        settings: Settings,
        engine: Engine | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.specs = specs
        self.settings = settings
        self.sessions: list[Session] = []
        self._engine = engine
        self._journals = Journals(settings.places.state / "journals")
        self._files = Background("files", self)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_file_changed)

    # --- opening -----------------------------------------------------------------------------

    def new(self) -> Session:
        """Open an empty document."""
        return self._open(Document(Graph(self.specs)), None)

    def open(self, path: Path) -> None:
        """Open a workflow file, or a picture that carries one; `opened` follows, or `message`.

        A file that is already open is not opened again: `opened` follows with its session.
        """
        path = path.absolute()
        for session in self.sessions:
            if session.path == path:
                self.opened.emit(session)
                return
        self._read(path, lambda document, folder: self._opened(document, path, folder))

    def open_copy(self, path: Path) -> None:
        """Open a workflow as a new document without a file, such as a template."""
        path = path.absolute()
        self._read(path, lambda document, folder: self._open(document, None, folder))

    def recover(self) -> int:
        """Open the documents of editors that were killed; return their number."""
        found = 0
        for journal in self._journals.left_over():
            found += self._recover(journal)
        self._journals.tidy()
        return found

    def reopen_closed(self) -> None:
        """Open the document that was closed last."""
        journal = self._journals.last_closed()
        if journal is None or not self._recover(journal):
            self.message.emit("info", tr("There is no closed document to open again."))

    def _recover(self, journal: Journal) -> bool:
        try:
            found = journals.read(journal.file, self.specs)
            journal.resume()
        except (OSError, DocumentError) as error:
            self.message.emit("warning", tr("A journal cannot be read: {}", error))
            journal.retire()
            return False
        session = Session(
            found.document,
            self.specs,
            found.path,
            folder=found.folder,
            engine=self._engine,
            journal=journal,
            modified=found.modified,
            parent=self,
        )
        self._add(session)
        if found.damaged:
            self._report_damage(session, found.damaged)
        return True

    def _report_damage(self, session: Session, damaged: int) -> None:
        """Report edits that were lost from a journal, and restart it without them."""
        lost = counted("%n edits could not be recovered", damaged)
        text = tr(
            "The journal of {0} was damaged: {1}. Please check the document.", session.title, lost
        )
        session.report("warning", text)
        self._start_journal(session)

    def _read(self, path: Path, then: Callable[[Document, Path], object]) -> None:
        """Read a file; `then` gets the document and the folder where its relative paths start."""

        def read() -> tuple[Document, Path]:
            data = path.read_bytes()
            document = files.load(data, self.specs)
            document.source = hashlib.sha256(data).hexdigest()
            return document, (_is_picture(path) and files.folder_of(data)) or path.parent

        def failed(error: Exception) -> None:
            self.message.emit("error", _sentence(tr("Cannot open {}", path.name), error))

        self._files.do(read, lambda found: then(*found), failed)

    def _opened(self, document: Document, path: Path, folder: Path) -> None:
        if _is_picture(path):  # cannot be saved to
            session = self._open(document, None, folder)
        else:
            session = self._open(document, path)
            self.settings.add_recent(path)
            self.recent_changed.emit()
        for problem in document.problems[:5]:
            session.report("warning", problem.message)

    def _open(self, document: Document, path: Path | None, folder: Path | None = None) -> Session:
        journal = self._journals.create()
        session = Session(
            document,
            self.specs,
            path,
            folder=folder,
            engine=self._engine,
            journal=journal,
            parent=self,
        )
        self._start_journal(session)
        self._add(session)
        return session

    def _start_journal(self, session: Session) -> None:
        if session.journal is None:
            return
        try:
            session.journal.start(session.document, session.path, session.folder, session.modified)
        except OSError as error:
            text = tr("The journal cannot be written: save your work often")
            self.message.emit("warning", _sentence(text, error))

    def _add(self, session: Session) -> None:
        self.sessions.append(session)
        self._watch(session)
        self.opened.emit(session)
        session.plan()

    # --- changes from outside ----------------------------------------------------------------

    def _watch(self, session: Session) -> None:
        if session.path is not None:
            self._watcher.addPath(str(session.path))

    def _on_file_changed(self, name: str) -> None:
        """Report a change of a document's file that this window did not make."""
        for session in self.sessions:
            if session.path is not None and str(session.path) == name:
                self._watch(session)  # a file that is replaced is no longer watched
                found = files.digest(session.path)
                if found and found not in (session.document.source, session.writing):
                    self.changed_outside.emit(session)

    # --- saving ------------------------------------------------------------------------------

    def save(
        self,
        session: Session,
        path: Path,
        then: Callable[[], object] = lambda: None,
        *,
        overwrite: bool = False,
    ) -> None:
        """Write a document to a file, then call `then`; on failure the session shows a message.

        If its own file was changed from outside since it was read, `save_refused` follows
        instead, unless `overwrite`.
        """
        path = path.absolute()
        moved = relocated(session.graph, session.folder, path.parent)
        if moved:
            session.edit(Batch(moved, label=tr("Adapt paths")))
        data, depth = files.dump(session.document), session.depth
        known = session.document.source if path == session.path and not overwrite else ""
        session.writing = hashlib.sha256(data).hexdigest()

        def write() -> None:
            if known and files.digest(path) not in ("", known):
                raise _ChangedOutside
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write(path, data)

        def done(_: None) -> None:
            session.document.source = hashlib.sha256(data).hexdigest()
            session.saved(path, depth)
            self._watch(session)
            self._start_journal(session)
            self.settings.add_recent(path)
            self.recent_changed.emit()
            then()

        def failed(error: Exception) -> None:
            if isinstance(error, _ChangedOutside):
                self.save_refused.emit(session, then)
                return
            text = tr("Cannot save {}", path.name)
            session.report("error", _sentence(text, error))

        self._files.do(write, done, failed)

    def revert(self, session: Session) -> None:
        """Reload a document from its file; the old state stays among the closed documents."""
        path = session.path
        if path is None:
            return

        def replace(document: Document, folder: Path) -> None:
            self.close_session(session)
            self._opened(document, path, folder)

        self._read(path, replace)

    # --- closing -----------------------------------------------------------------------------

    def close_session(self, session: Session) -> None:
        """Close a document and keep its journal, so that it can be reopened."""
        self.sessions.remove(session)
        if session.journal is not None:
            session.journal.retire()
        self.closed.emit(session)
        session.deleteLater()

    def close(self) -> None:
        """Close the workspace: unsaved documents are reopened at the next start."""
        self._files.close()
        for session in self.sessions:
            if session.journal is not None:
                if session.modified:
                    session.journal.release()
                else:
                    session.journal.delete()


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() == ".png"


def _sentence(what: str, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{what}: {reason}"

"""The open documents: opening, saving, closing, recovering."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, QTimer, Signal

from nodeui.graph import bitmaps, saving
from nodeui.graph import document as files
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import Batch
from nodeui.graph.embedded import SUFFIXES
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.graph.saving import ChangedOutside, ReadOnly
from nodeui.graph.wording import counted, tr
from nodeui.session import journal as journals
from nodeui.session.background import Background
from nodeui.session.journal import Journal, Journals
from nodeui.session.outside import read_outside
from nodeui.session.paths import relocated
from nodeui.session.preferences import Settings
from nodeui.session.session import Engine, Session
from nodeui.session.trust import hash_of, is_shipped


@dataclass(frozen=True)
class _Found:
    """A workflow that was read.

    Attributes:
        document: The document.
        folder: Where its relative paths start.
        trusted: It was saved or run here.
        origin: Hash of its text; see `trust.hash_of`.
    """

    document: Document
    folder: Path
    trusted: bool = True
    origin: str = ""


_SETTLED = 200
"""Milliseconds after a change of a file until it is read: programs often delete it first."""

_PATIENCE = 5000
"""Milliseconds that a save waits for another window's."""

_BITMAPS_KEPT = 30 * 86400
"""Seconds that bitmaps are kept which no open or closed document names; undo has forgotten them."""


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
    """A `Session` whose file another program or window has changed or removed; it now counts as
    modified."""
    trust_asked = Signal(object, object, object)
    """A `Session` whose workflow is from elsewhere, the files outside its folder that a run would
    read (list of `Path`), and the targets of the run that was requested."""
    save_refused = Signal(object, object)
    """A `Session` and what follows its saving: the file has changed since it was read."""
    read_only_refused = Signal(object, object, object)
    """A `Session` that was not saved as the file is read-only, its `Path`, and a function that
    replaces the file."""

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
        self._later = QTimer(self, singleShot=True, interval=_SETTLED)
        self._later.timeout.connect(self._check_files)
        self._watcher.fileChanged.connect(self._check_soon)
        self._watcher.directoryChanged.connect(self._check_soon)

    # --- opening -----------------------------------------------------------------------------

    def new(self) -> Session:
        """Open an empty document."""
        return self._open(_Found(Document(Graph(self.specs)), Path.home()), None)

    def open(self, path: Path, then: Callable[[Session], object] = lambda _: None) -> None:
        """Open a workflow file, or a picture that carries one; `opened` follows, or `message`.

        A file that is already open is not opened again: `opened` follows with its session.

        Args:
            path: The file.
            then: Called with the session once it is open.
        """
        path = path.absolute()
        for session in self.sessions:
            if session.path == path:
                self.opened.emit(session)
                then(session)
                return
        self._read(path, lambda found: then(self._opened(path, found)))

    def open_copy(self, path: Path) -> None:
        """Open a workflow as a new document without a file, such as a template."""
        path = path.absolute()
        self._read(path, lambda found: self._open(found, None))

    def recover(self) -> int:
        """Open the documents of editors that were killed; return their number."""
        found = 0
        for journal in self._journals.left_over():
            found += self._recover(journal)
        self._journals.tidy()
        before = time.time() - _BITMAPS_KEPT
        kept = self._journals.files()
        store = self.settings.places.bitmaps
        self._files.do(lambda: bitmaps.forget(store, kept, before), failed=lambda _: None)
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
            trusted=found.trusted,
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

    def _read(self, path: Path, then: Callable[[_Found], object]) -> None:
        """Read a file, and call `then` with what was found."""

        def read() -> _Found:
            data = files.read(path)
            document = files.load(data, self.specs)
            if _is_picture(path):
                bitmaps.unpack(data, self.settings.places.bitmaps)
            document.source = hashlib.sha256(data).hexdigest()
            trusted = is_shipped(path) or self.settings.trust.knows(data)
            own = self.settings.trust.folder(data) if _is_picture(path) else None
            return _Found(document, own or path.parent, trusted, hash_of(data))

        def failed(error: Exception) -> None:
            self.message.emit("error", _sentence(tr("Cannot open {}", path.name), error))

        self._files.do(read, then, failed)

    def _opened(self, path: Path, found: _Found) -> Session:
        if _is_picture(path):  # cannot be saved to
            session = self._open(found, None)
        else:
            session = self._open(found, path)
            self.settings.add_recent(path)
            self.recent_changed.emit()
        if not found.trusted:
            text = tr(
                "This workflow comes from elsewhere. Nothing that it names is read until you run"
                " or save it."
            )
            session.report("info", text)
        for problem in found.document.problems[:5]:
            session.report("warning", problem.message)
        return session

    def _open(self, found: _Found, path: Path | None) -> Session:
        journal = self._journals.create()
        session = Session(
            found.document,
            self.specs,
            path,
            folder=found.folder,
            engine=self._engine,
            journal=journal,
            trusted=found.trusted,
            parent=self,
        )
        session.origin = found.origin
        self._start_journal(session)
        self._add(session)
        return session

    def _start_journal(self, session: Session) -> None:
        if session.journal is None:
            return
        try:
            session.journal.start(
                session.document,
                session.path,
                session.folder,
                session.modified,
                session.trusted,
            )
        except OSError as error:
            text = tr("The journal cannot be written: save your work often")
            self.message.emit("warning", _sentence(text, error))

    def _add(self, session: Session) -> None:
        self.sessions.append(session)
        session.trust_asked.connect(partial(self._ask_trust, session))
        session.distrusted.connect(partial(self._start_journal, session))
        self._check_soon()
        self.opened.emit(session)
        session.plan()

    # --- workflows from elsewhere ------------------------------------------------------------

    def _ask_trust(self, session: Session, targets: Sequence[str]) -> None:
        """Run a workflow from elsewhere, after asking about files outside its folder."""
        preferences = self.settings.preferences
        chosen = [*map(Path, preferences.folders), preferences.output_folder()]
        outside = read_outside(session.graph, session.folder, chosen)
        if outside:
            self.trust_asked.emit(session, outside, targets)
        else:
            self.trust(session)
            session.run(targets)

    def trust(self, session: Session, folders: Iterable[Path] = ()) -> None:
        """Let a document read the files that it names, as if it was made here.

        Args:
            session: The document.
            folders: Folders that workflows from elsewhere may read from now on.
        """
        listed = self.settings.preferences.folders
        listed += [str(folder) for folder in folders if str(folder) not in listed]
        session.trusted = True
        if session.origin:
            self.settings.trust.add_hash(session.origin, session.folder)
        self._start_journal(session)
        session.plan()

    # --- changes from outside ----------------------------------------------------------------

    def _watch(self, session: Session) -> None:
        """Watch the file of a document, afresh as it may have been replaced; its folder while it
        is not there."""
        if session.path is not None:
            self._watcher.removePath(str(session.path))
            if not self._watcher.addPath(str(session.path)):
                self._watcher.addPath(str(session.path.parent))

    def _check_soon(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _check_files(self) -> None:
        """Report changes of documents' files that this window did not make, each once."""
        for folder in self._watcher.directories():
            self._watcher.removePath(folder)
        for session in self.sessions:
            if session.path is None:
                continue
            self._watch(session)
            found = files.digest(session.path)
            if found not in (session.document.source, session.writing, session.seen):
                session.seen = found
                session.mark_unsaved()
                self.changed_outside.emit(session)

    # --- saving ------------------------------------------------------------------------------

    def save(
        self,
        session: Session,
        path: Path,
        then: Callable[[], object] = lambda: None,
        *,
        overwrite: bool = False,
        read_only: bool = False,
    ) -> None:
        """Write a document to a file, then call `then`; on failure the session shows a message.

        If the file is read-only, `read_only_refused` follows instead, unless `read_only`.

        If its own file was changed from outside since it was read, `save_refused` follows
        instead, unless `overwrite`. The windows of one user save one after the other, so none
        replaces what another one has saved without this question. For other programs see
        `nodeui.graph.saving.write`: they may write in the same moment, and their version is then
        kept as the backup, with a warning.
        """
        path = path.absolute()
        moved = relocated(session.graph, session.folder, path.parent)
        if moved:
            session.edit(Batch(moved, label=tr("Adapt paths")))
        data, depth = files.dump(session.document), session.depth
        self.settings.trust.add(data, path.parent)
        own = path == session.path and not overwrite
        session.writing = hashlib.sha256(data).hexdigest()
        session.attempt = attempt = object()
        source, store = session.folder, self.settings.places.bitmaps
        missing: list[str] = []

        def write() -> str:
            known = session.document.source if own else ""  # now, as an earlier save may have ended
            path.parent.mkdir(parents=True, exist_ok=True)
            missing.extend(bitmaps.gather(data.decode(), source, path))
            lock = QLockFile(str(self.settings.places.state / "saving.lock"))
            lock.tryLock(_PATIENCE)
            try:
                replaced = saving.write(path, data, known, read_only=read_only)
                with contextlib.suppress(OSError):  # the document is saved
                    bitmaps.clean(path, store)
            finally:
                lock.unlock()
            session.document.source = hashlib.sha256(data).hexdigest()
            return replaced if known and replaced != known else ""

        def done(other: str) -> None:
            if other:
                text = tr("{0} was changed while it was saved; that version is kept as {0}~")
                session.report("warning", text.format(path.name))
            if missing:
                text = counted(
                    "%n pictures on painted layers are missing, and not saved with the workflow.",
                    len(missing),
                )
                session.report("warning", text)
            session.saved(path, depth)
            session.trusted = True
            session.seen = None
            self._watch(session)
            self._start_journal(session)
            self.settings.add_recent(path)
            self.recent_changed.emit()
            then()

        def replace() -> None:
            self.save(session, path, then, overwrite=overwrite, read_only=True)

        def failed(error: Exception) -> None:
            if isinstance(error, ChangedOutside):
                if session.attempt is attempt:  # else it has been answered by a later one
                    self.save_refused.emit(session, then)
                return
            if isinstance(error, ReadOnly):
                self.read_only_refused.emit(session, path, replace)
                return
            text = tr("Cannot save {}", path.name)
            session.report("error", _sentence(text, error))

        self._files.do(write, done, failed, finish=True)

    def revert(self, session: Session) -> None:
        """Reload a document from its file; the old state stays among the closed documents."""
        path = session.path
        if path is None:
            return

        def replace(found: _Found) -> None:
            if session in self.sessions:
                self.close_session(session)
                self._opened(path, found)

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
    return path.suffix.lower() in SUFFIXES


def _sentence(what: str, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{what}: {reason}"

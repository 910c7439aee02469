"""The File menu: opening, saving and closing documents, with the questions this takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QFileDialog, QMenu, QMessageBox, QWidget

from nodeui.graph.document import SUFFIX, digest
from nodeui.graph.embedded import SUFFIXES
from nodeui.graph.wording import counted, tr
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.labels import message_box, one_line, plain_entry
from nodeui.views.window.actions import Actions

_MOST_NAMES, _LONGEST_NAME = 10, 80


class FileCommands(QObject):
    """The commands of the File menu.

    Args:
        workspace: The open documents.
        actions: Gets an action for each command.
        window: The parent of dialogs.

    Attributes:
        recent: The menu of recent files.
    """

    def __init__(self, workspace: Workspace, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._asking: set[Session] = set()  # whose conflict is being asked about
        self.recent = QMenu(tr("Open &recent"), window)
        self._add_actions(actions)
        workspace.recent_changed.connect(self._show_recent)
        workspace.save_refused.connect(self.resolve_conflict)
        workspace.read_only_refused.connect(self.ask_read_only)
        workspace.trust_asked.connect(self.ask_trust)
        self._show_recent()

    def open(self) -> None:
        """Ask for files, and open them."""
        recent = self._workspace.settings.recent
        start = str(recent[0].parent) if recent else str(Path.home())
        pictures = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        kinds = tr("Workflows and pictures with a workflow ({})", f"*.json {pictures}")
        names, _ = QFileDialog.getOpenFileNames(self._window, tr("Open"), start, kinds)
        for name in names:
            self._workspace.open(Path(name))

    def save(self, session: Session, then: Callable[[], object] = lambda: None) -> None:
        """Save a document; ask for a name if it has none."""
        if session.path is None:
            self.save_as(session, then)
        else:
            self._workspace.save(session, session.path, then)

    def save_as(self, session: Session, then: Callable[[], object] = lambda: None) -> None:
        """Ask for a name, and save a document under it."""
        folder = session.path.parent if session.path is not None else Path.home()
        start = str(folder / f"{session.title}{SUFFIX}")
        kinds = tr("Workflows ({})", f"*{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Save as"), start, kinds)
        if name:
            path = Path(name if name.endswith(".json") else name + SUFFIX)
            self._workspace.save(session, path, then)

    def revert(self, session: Session) -> None:
        """Read the file of a document again, after asking about changes."""
        question = tr("Discard the changes to {} and go back to the saved file?", session.title)
        if not session.modified or self._confirm(question, tr("Revert")):
            self._workspace.revert(session)

    def resolve_conflict(self, session: Session, then: Callable[[], object]) -> None:
        """Ask what to do with a document whose file was changed from outside.

        Args:
            session: The document.
            then: What follows if it is saved.
        """
        path = session.path
        if path is None or session in self._asking or digest(path) == session.document.source:
            return
        box = message_box(
            self._window,
            tr("{} was changed by another program or window.", path.name),
            tr(
                'Reload: your version stays under "Reopen closed tab". '
                "Keep mine: the other version stays beside it as {}~.",
                path.name,
            ),
        )
        reload = box.addButton(tr("Reload"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(tr("Keep mine"), QMessageBox.ButtonRole.AcceptRole)
        other = box.addButton(tr("Save as..."), QMessageBox.ButtonRole.ActionRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        self._asking.add(session)
        box.exec()
        self._asking.remove(session)
        box.deleteLater()
        if box.clickedButton() is reload:
            self._workspace.revert(session)
        elif box.clickedButton() is keep:
            self._workspace.save(session, path, then, overwrite=True)
        elif box.clickedButton() is other:
            self.save_as(session, then)

    def ask_read_only(self, session: Session, path: Path, replace: Callable[[], object]) -> None:
        """Ask whether a save replaces a read-only file.

        Args:
            session: The document.
            path: The file.
            replace: Saves the document there.
        """
        box = message_box(
            self._window,
            tr("{} is read-only.", path.name),
            tr("If it is replaced, its present version stays beside it as {}~.", path.name),
        )
        yes = box.addButton(tr("Replace"), QMessageBox.ButtonRole.DestructiveRole)
        other = box.addButton(tr("Save as..."), QMessageBox.ButtonRole.ActionRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        box.deleteLater()
        if box.clickedButton() is yes:
            replace()
        elif box.clickedButton() is other:
            self.save_as(session)

    def ask_trust(self, session: Session, outside: Sequence[Path], targets: Sequence[str]) -> None:
        """Ask about a run of a workflow from elsewhere, and run it.

        Args:
            session: The document.
            outside: The files and folders that it names outside its own folder.
            targets: The targets of the run.
        """
        named = "\n".join(map(str, outside[:_MOST_NAMES]))
        if len(outside) > _MOST_NAMES:
            named += "\n" + counted("and %n more", len(outside) - _MOST_NAMES)
        box = message_box(
            self._window,
            tr("{} comes from elsewhere and reads files outside its folder:", session.title),
            named,
        )
        always = QCheckBox(tr("Always allow these folders"), box)
        box.setCheckBox(always)
        run = box.addButton(tr("Run"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        box.deleteLater()
        if box.clickedButton() is run:
            folders = {path if path.is_dir() else path.parent for path in outside}
            self._workspace.trust(session, sorted(folders) if always.isChecked() else ())
            session.run(targets)

    def close(self, session: Session) -> None:
        """Close a document, after asking what to do with changes."""
        if not session.modified:
            self._workspace.close_session(session)
            return
        box = message_box(
            self._window,
            tr("Save the changes to {}?", session.title),
            tr('"Reopen closed tab" can still restore unsaved changes.'),
        )
        save = box.addButton(QMessageBox.StandardButton.Save)
        discard = box.addButton(tr("Don't save"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        box.deleteLater()  # it exists until control is back in the event loop
        if box.clickedButton() is save:
            self.save(session, lambda: self._workspace.close_session(session))
        elif box.clickedButton() is discard:
            self._workspace.close_session(session)

    def confirm_quit(self, unsaved: Sequence[Session]) -> bool:
        """Return True if the editor may quit although these documents are not saved."""
        if not unsaved:
            return True
        box = message_box(
            self._window,
            tr("Not saved: {}", _listed([session.title for session in unsaved])),
            tr("Unsaved documents are kept and open again at the next start."),
        )
        quit_ = box.addButton(tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(quit_)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is quit_

    def _add_actions(self, actions: Actions) -> None:
        add, on_session = actions.add, actions.on_session
        workspace = self._workspace
        add("file.new", tr("&New"), workspace.new, "Ctrl+N", "file-plus-outline")
        add("file.open", tr("&Open..."), self.open, "Ctrl+O", "folder-open-outline")
        add(
            "file.save",
            tr("&Save"),
            on_session(self.save),
            "Ctrl+S",
            "content-save-outline",
            needs="document",
        )
        add(
            "file.save_as",
            tr("Save &as..."),
            on_session(self.save_as),
            "Ctrl+Shift+S",
            needs="document",
        )
        add("file.revert", tr("Re&vert"), on_session(self.revert), needs="changed file")
        add("file.close", tr("&Close tab"), on_session(self.close), "Ctrl+W", needs="document")
        add("file.reopen", tr("Reopen closed &tab"), workspace.reopen_closed, "Ctrl+Shift+T")
        add("file.quit", tr("&Quit"), self._window.close, "Ctrl+Q")

    def _show_recent(self) -> None:
        """List the recent files in their menu."""
        recent = self._workspace.settings.recent
        self.recent.clear()
        for path in recent:
            text = f"{plain_entry(path.name)}\t{plain_entry(str(path.parent))}"
            self.recent.addAction(text, lambda path=path: self._workspace.open(path))
        self.recent.setEnabled(bool(recent))

    def _confirm(self, question: str, yes: str) -> bool:
        box = message_box(self._window, question)
        button = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is button


def _listed(names: Sequence[str]) -> str:
    """Return names in one line; "…" for those after the first ones."""
    shown = [one_line(name, _LONGEST_NAME) for name in names[:_MOST_NAMES]]
    return ", ".join([*shown, "…"] if len(names) > _MOST_NAMES else shown)

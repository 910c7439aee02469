"""Opening, saving and closing documents, with the questions that this takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from nodeui.graph.document import SUFFIX
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace


class FileCommands(QObject):
    """What the File menu does.

    Args:
        workspace: The open documents.
        window: Over which questions are asked.
    """

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window

    def open(self) -> None:
        """Ask for files, and open them."""
        recent = self._workspace.settings.recent
        start = str(recent[0].parent) if recent else str(Path.home())
        kinds = self.tr("Workflows and pictures made by them ({})").format("*.json *.png")
        names, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Open"), start, kinds)
        for name in names:
            self._workspace.open(Path(name))

    def save(self, session: Session, then: Callable[[], object] = lambda: None) -> None:
        """Save a document; ask for a name where it has none."""
        if session.path is None:
            self.save_as(session, then)
        else:
            self._workspace.save(session, session.path, then)

    def save_as(self, session: Session, then: Callable[[], object] = lambda: None) -> None:
        """Ask for a name, and save a document under it."""
        folder = session.path.parent if session.path is not None else Path.home()
        start = str(folder / f"{session.title}{SUFFIX}")
        kinds = self.tr("Workflows ({})").format(f"*{SUFFIX}")
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), start, kinds)
        if name:
            path = Path(name if name.endswith(".json") else name + SUFFIX)
            self._workspace.save(session, path, then)

    def revert(self, session: Session) -> None:
        """Read a document's file again, if the user is sure."""
        question = self.tr("Go back to the saved file and drop the changes to {}?")
        if session.modified and not self._sure(question.format(session.title), self.tr("Revert")):
            return
        self._workspace.revert(session)

    def close(self, session: Session) -> None:
        """Close a document; ask what becomes of changes."""
        if not session.modified:
            self._workspace.close_session(session)
            return
        box = self._box(
            self.tr("Save the changes to {}?").format(session.title),
            self.tr('Without saving, "Reopen closed tab" still brings them back.'),
        )
        save = box.addButton(QMessageBox.StandardButton.Save)
        discard = box.addButton(self.tr("Don't save"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        box.deleteLater()  # it is still there until control is back in the event loop
        if box.clickedButton() is save:
            self.save(session, lambda: self._workspace.close_session(session))
        elif box.clickedButton() is discard:
            self._workspace.close_session(session)

    def may_quit(self, unsaved: Sequence[Session]) -> bool:
        """Whether to end although these documents are not saved."""
        if not unsaved:
            return True
        box = self._box(
            self.tr("Not saved: {}").format(", ".join(session.title for session in unsaved)),
            self.tr("What is not saved is kept, and open again at the next start."),
        )
        quit_ = box.addButton(self.tr("Quit"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(quit_)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is quit_

    def _sure(self, question: str, yes: str) -> bool:
        box = self._box(question, "")
        button = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is button

    def _box(self, text: str, more: str) -> QMessageBox:
        box = QMessageBox(self._window)
        box.setWindowTitle("NodeUI")
        box.setText(text)
        box.setInformativeText(more)
        return box

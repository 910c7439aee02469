"""The main window: documents in the middle, panels around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QMargins, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from nodeui.graph.registry import Registry
from nodeui.session.preferences import Settings
from nodeui.views import theme
from nodeui.views.window.documents import Documents

if TYPE_CHECKING:
    from nodeui.session.runs import Runs
    from nodeui.session.session import Session
    from nodeui.session.workspace import Workspace
    from nodeui.views.canvas import Command

_SIZE = QSize(1600, 900)
_FRAME = QSize(0, 48)  # what the desktop's title bar may take
_BARS = QMargins(0, 73, 0, 21)  # about what menus, tools and status bar take, until they are there


class MainWindow(QMainWindow):
    """The window of the editor.

    It is made in two steps, so that the start page is seen at once: what the rest of the window
    is made of takes longer to import than to show.

    Args:
        settings: Preferences and recent files.
        specs: The known node types.
    """

    painted = Signal()
    """It was painted for the first time."""

    def __init__(self, settings: Settings, specs: Registry) -> None:
        super().__init__()
        self.settings = settings
        self.specs = specs
        self._seen = self._furnished = False
        self.setWindowTitle("NodeUI")
        room = self.screen().availableGeometry().size() - _FRAME
        self.resize(_SIZE.boundedTo(room))
        self.documents = Documents(specs, self)
        self.documents.start.show_recent(settings.recent)
        self.setCentralWidget(self.documents)
        self.setContentsMargins(_BARS)
        if settings.preferences.window:
            self.restoreGeometry(QByteArray.fromBase64(settings.preferences.window.encode()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)  # once its children are painted, too

    def furnish(self, workspace: Workspace, runs: Runs) -> None:
        """Add the panels, menus and all that the start page can do without; call it once.

        Args:
            workspace: The open documents.
            runs: The engine.
        """
        from nodeui.views.window.actions import Actions
        from nodeui.views.window.adding import Adding
        from nodeui.views.window.branching import Branching
        from nodeui.views.window.failures import Failures
        from nodeui.views.window.files import FileCommands
        from nodeui.views.window.menus import Menus
        from nodeui.views.window.notice import Notices
        from nodeui.views.window.panels import Panels
        from nodeui.views.window.status import StatusBar
        from nodeui.views.window.sweeping import Sweeping

        self.setContentsMargins(QMargins())
        self.workspace = workspace
        self.runs = runs
        self.setAcceptDrops(True)
        self.files = FileCommands(workspace, self)
        preferences = self.settings.preferences
        layout = QByteArray.fromBase64(preferences.layout.encode()) if preferences.layout else None
        self.panels = Panels(self, workspace.specs, runs, layout)
        self._notices = Notices(self.documents)
        self._status = StatusBar(runs, self.settings.places.cache, self)
        self.setStatusBar(self._status)
        self.actions_ = Actions(self, self.settings.preferences.keys)
        self._branching = Branching(self)
        self._sweeping = Sweeping(self)
        Failures(workspace, runs, self.documents, self._notices)
        self._menus = Menus(self, self.actions_)
        self._session: Session | None = None
        self._adding = Adding(self)
        self._connect()
        self._show_recent()
        self._show_session(None)
        self._furnished = True

    # --- making it -----------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace, documents = self.workspace, self.documents
        workspace.opened.connect(self._on_opened)
        workspace.closed.connect(self._on_closed)
        workspace.message.connect(self._notices.say)
        self.runs.message.connect(self._notices.say)
        workspace.recent_changed.connect(self._show_recent)
        documents.current_changed.connect(self._show_session)
        documents.current_changed.connect(self._notices.bring_up)
        documents.close_asked.connect(self.files.close)
        documents.start.new_asked.connect(self.new)
        documents.start.open_asked.connect(self.files.open)
        documents.start.template_chosen.connect(workspace.open_copy)
        documents.start.recent_chosen.connect(workspace.open)
        documents.picture_opened.connect(lambda: self.panels.bring_up("viewer"))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        self.panels.gallery.restore_requested.connect(workspace.open)
        self.panels.gallery.view_requested.connect(self._view_file)
        self.panels.gallery.compare_requested.connect(self._compare_file)

    def say(self, level: str, text: str) -> None:
        """Show a message of level "info", "warning" or "error"."""
        self._notices.say(level, text)

    def recover(self) -> None:
        """Open what was open when an editor was killed, or was not saved when it ended."""
        if self.workspace.recover():
            self._notices.say("info", self.tr("What was open is open again."))

    def say_cache_is_temporary(self, why: str) -> None:
        """Say that results will not outlive this window."""
        text = self.tr("The cache cannot be written, so results are kept until you quit only. {}")
        self._notices.say("error", text.format(why))

    def start_engine(self) -> None:
        """Start what the first paint did not wait for."""
        self.runs.start()
        self._status.begin()

    # --- documents -----------------------------------------------------------------------------

    def _on_opened(self, session: Session) -> None:
        new = session not in self.runs
        if new:
            self.runs.add(session)
            session.message.connect(self._notices.say)
        self.documents.show_session(session)

    def _on_closed(self, session: Session) -> None:
        self.runs.remove(session)
        self.documents.remove(session)

    def _show_session(self, session: Session | None) -> None:
        """Let panels and actions follow the document in view."""
        if self._session is not None and self._session in self.workspace.sessions:
            self._session.history_changed.disconnect(self._refresh)
            self._session.selection_changed.disconnect(self._refresh)
            self._session.run_state_changed.disconnect(self._refresh)
        self._session = session
        if session is not None:
            session.history_changed.connect(self._refresh)
            session.selection_changed.connect(self._refresh)
            session.run_state_changed.connect(self._refresh)
        self.panels.set_session(session)
        self._refresh()

    def _refresh(self) -> None:
        """Enable what can be done, and name what undo would undo."""
        session, actions = self._session, self.actions_
        needs_document = self._menus.on_canvas | _NEEDS_DOCUMENT
        for name, action in actions.all().items():
            if name.partition(".")[0] in _DOCUMENT_GROUPS or name in needs_document:
                action.setEnabled(session is not None)
        for name in _NEEDS_SELECTION:
            actions[name].setEnabled(session is not None and bool(session.selection))
        if session is None:
            self._menus.refresh_edit(None, None)
            self.setWindowTitle("NodeUI")
            return
        undo, redo = session.undo_labels, session.redo_labels
        self._menus.refresh_edit(undo[-1] if undo else None, redo[-1] if redo else None)
        actions["file.revert"].setEnabled(session.path is not None and session.modified)
        actions["run.stop"].setEnabled(session.run_state != "idle")
        actions["run.live"].setChecked(session.live)
        self.setWindowTitle(f"{session.title}{' *' if session.modified else ''} - NodeUI")

    def _show_recent(self) -> None:
        recent = self.settings.recent
        self.documents.start.show_recent(recent)
        menu = self._menus.recent
        menu.clear()
        for path in recent:
            text = f"{path.name}\t{path.parent}".replace("&", "&&")  # & alone marks a letter
            menu.addAction(text, lambda path=path: self.workspace.open(path))
        menu.setEnabled(bool(recent))

    # --- what actions do -----------------------------------------------------------------------

    def canvas_command(self, command: Command) -> Callable[[], None]:
        """A function that does something on the canvas in view."""

        def run() -> None:
            view = self.documents.view
            if view is not None:
                command.run(view.canvas)

        return run

    def new(self) -> None:
        """Open an empty document."""
        self.workspace.new()

    def save(self) -> None:
        """Save the document in view."""
        if self._session is not None:
            self.files.save(self._session)

    def save_as(self) -> None:
        """Save the document in view under another name."""
        if self._session is not None:
            self.files.save_as(self._session)

    def revert(self) -> None:
        """Go back to the file of the document in view."""
        if self._session is not None:
            self.files.revert(self._session)

    def close_tab(self) -> None:
        """Close the document in view."""
        if self._session is not None:
            self.files.close(self._session)

    def undo(self) -> None:
        """Undo in the document in view."""
        if self._session is not None:
            self._session.undo()

    def redo(self) -> None:
        """Redo in the document in view."""
        if self._session is not None:
            self._session.redo()

    def run(self) -> None:
        """Run the document in view."""
        if self._session is not None:
            self._session.run()

    def run_selected(self) -> None:
        """Run what the selected nodes need."""
        if self._session is not None:
            self._session.run(sorted(self._session.selection))

    def stop(self) -> None:
        """Stop the runs of the document in view."""
        if self._session is not None:
            self._session.stop()

    def set_live(self, on: bool) -> None:
        """Let the document in view run as it is edited."""
        if self._session is not None:
            self._session.live = on

    def toggle_start(self) -> None:
        """Show the start page, or the documents again."""
        if self.documents.view is None:
            self.documents.show_tabs()
        else:
            self.documents.show_start()

    def toggle_full_screen(self) -> None:
        """Take the whole screen, or give it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def switch_theme(self) -> None:
        """Change between dark and light."""
        preferences = self.settings.preferences
        preferences.theme = "light" if theme.current() == "dark" else "dark"
        self._apply_preferences()

    def show_commands(self) -> None:
        """Open the command palette."""
        from nodeui.views.window.command_palette import CommandPalette

        recent = {f"recent.{n}": action for n, action in enumerate(self._menus.recent.actions())}
        CommandPalette({**self.actions_.all(), **recent}, self).open_over(self)

    def show_shortcuts(self) -> None:
        """Show all keys."""
        from nodeui.views.canvas import GESTURES
        from nodeui.views.window.shortcuts import ShortcutsSheet

        translate = QCoreApplication.translate
        gestures = [(translate("canvas", one), translate("canvas", two)) for one, two in GESTURES]
        sheet = ShortcutsSheet(self.actions_.all(), gestures, self)
        sheet.exec()
        sheet.deleteLater()

    def show_preferences(self) -> None:
        """Let the user change the preferences."""
        from nodeui.views.window.preferences import PreferencesDialog

        settings = self.settings
        dialog = PreferencesDialog(settings.preferences, settings.places, self.actions_, self)
        if dialog.exec():
            settings.preferences = dialog.chosen()
            self._apply_preferences()
        dialog.deleteLater()

    def show_about(self) -> None:
        """Say what this is."""
        from importlib.metadata import version

        text = self.tr("A studio for controllable image generation, version {}.")
        QMessageBox.about(self, "NodeUI", text.format(version("nodeui")))

    def _apply_theme(self) -> None:
        chosen = self.settings.preferences.theme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.system() if chosen == "system" else chosen)

    def _apply_preferences(self) -> None:
        preferences = self.settings.preferences
        self._apply_theme()
        self.actions_.choose_keys(preferences.keys)
        self.panels.gallery.set_folder(self.runs.output_folder)
        self._save_preferences()

    def _save_preferences(self) -> None:
        try:
            self.settings.save()
        except OSError as error:
            self._notices.say("warning", self.tr("Preferences are not saved: {}").format(error))

    def _view_file(self, path: Path) -> None:
        self.panels.bring_up("viewer")
        self.panels.viewer.open_file(path)

    def _compare_file(self, path: Path) -> None:
        self.panels.bring_up("viewer")
        self.panels.viewer.compare_file(path)

    # --- files from the desktop ----------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self._adding.take_files(paths, event.position().toPoint())
        event.acceptProposedAction()

    # --- the end -------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._furnished:
            event.accept()
            return
        unsaved = [session for session in self.workspace.sessions if session.modified]
        if not self.files.may_quit(unsaved):
            event.ignore()
            return
        settings = self.settings
        settings.preferences.window = self.saveGeometry().toBase64().toStdString()
        settings.preferences.used = self._adding.box.recent
        settings.preferences.layout = self.panels.layout.toBase64().toStdString()
        self._save_preferences()
        self.hide()  # the worker may take a moment to end
        self.workspace.close()
        self._sweeping.close()
        self.runs.close()
        event.accept()


_DOCUMENT_GROUPS = ("edit", "run", "panel")
_NEEDS_DOCUMENT = frozenset({"file.save", "file.save_as", "file.close", "file.revert"})
_NEEDS_SELECTION = frozenset({"node.mute", "node.bypass", "node.collapse", "run.selected"})

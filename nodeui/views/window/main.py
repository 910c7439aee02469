"""The main window: documents in the middle, panels around them."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QCloseEvent, QCursor, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views import theme
from nodeui.views.canvas import GESTURES, Command, Gap, LinkEnd
from nodeui.views.palette import NodeSearch
from nodeui.views.window.actions import Actions
from nodeui.views.window.branching import Branching
from nodeui.views.window.command_palette import CommandPalette
from nodeui.views.window.documents import Documents
from nodeui.views.window.drops import kind_of
from nodeui.views.window.failures import Failures
from nodeui.views.window.files import FileCommands
from nodeui.views.window.menus import Menus
from nodeui.views.window.notice import Notices
from nodeui.views.window.panels import Panels
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.shortcuts import ShortcutsSheet
from nodeui.views.window.status import StatusBar
from nodeui.views.window.sweeping import Sweeping

_SIZE = QSize(1600, 900)
_FRAME = QSize(0, 48)  # what the desktop's title bar may take
_DROPPED = {"image": ("image.load", "path"), "model": ("model.load", "source")}
"""What a dropped file becomes: a node type, and its parameter that takes the path."""


class MainWindow(QMainWindow):
    """The window of the editor.

    Args:
        workspace: The open documents.
        runs: The engine.
    """

    def __init__(self, workspace: Workspace, runs: Runs) -> None:
        super().__init__()
        self.workspace = workspace
        self.runs = runs
        self.setWindowTitle("NodeUI")
        room = self.screen().availableGeometry().size() - _FRAME
        self.resize(_SIZE.boundedTo(room))
        self.setAcceptDrops(True)
        self.documents = Documents(workspace.specs, self)
        self.setCentralWidget(self.documents)
        self.files = FileCommands(workspace, self)
        preferences = workspace.settings.preferences
        layout = QByteArray.fromBase64(preferences.layout.encode()) if preferences.layout else None
        self.panels = Panels(self, workspace.specs, runs, layout)
        self._notices = Notices(self.documents)
        self._status = StatusBar(runs, workspace.settings.places.cache, self)
        self.setStatusBar(self._status)
        self.actions_ = Actions(self, workspace.settings.preferences.keys)
        self._branching = Branching(self)
        self._sweeping = Sweeping(self)
        Failures(workspace, runs, self.documents, self._notices)
        self._menus = Menus(self, self.actions_)
        self._session: Session | None = None
        self._search_box = NodeSearch(workspace.specs, self)
        self._search_for: tuple[QPointF, LinkEnd | Gap | None] = (QPointF(), None)
        self._connect()
        if preferences.window:
            self.restoreGeometry(QByteArray.fromBase64(preferences.window.encode()))
        self._show_recent()
        self._show_session(None)

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
        documents.search_requested.connect(self._search)
        documents.picture_opened.connect(lambda: self.panels.bring_up("viewer"))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply_theme)
        self.panels.sized.connect(self._fit_canvas)
        self.panels.gallery.restore_requested.connect(workspace.open)
        self.panels.gallery.view_requested.connect(self._view_file)
        self.panels.gallery.compare_requested.connect(self._compare_file)
        self._search_box.chosen.connect(self._add_found)
        self.panels.palette.chosen.connect(self._add_chosen)

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
        for name, action in actions.all().items():
            if name.partition(".")[0] in _DOCUMENT_GROUPS or name in _NEEDS_DOCUMENT:
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
        recent = self.workspace.settings.recent
        self.documents.start.show_recent(recent)
        menu = self._menus.recent
        menu.clear()
        for path in recent:
            menu.addAction(str(path), lambda path=path: self.workspace.open(path))
        menu.setEnabled(bool(recent))

    # --- what actions do -----------------------------------------------------------------------

    def canvas_command(self, command: Command) -> Callable[[], None]:
        """A function that does something on the canvas in view."""

        def run() -> None:
            view = self.documents.view
            if view is not None:
                command.run(view)

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
        preferences = self.workspace.settings.preferences
        preferences.theme = "light" if theme.current() == "dark" else "dark"
        self._apply_preferences()

    def show_commands(self) -> None:
        """Open the command palette."""
        CommandPalette(self.actions_.all(), self).open_over(self)

    def show_shortcuts(self) -> None:
        """Show all keys."""
        translate = QCoreApplication.translate
        gestures = [(translate("canvas", one), translate("canvas", two)) for one, two in GESTURES]
        ShortcutsSheet(self.actions_.all(), gestures, self).exec()

    def show_preferences(self) -> None:
        """Let the user change the preferences."""
        settings = self.workspace.settings
        dialog = PreferencesDialog(settings.preferences, settings.places, self.actions_, self)
        if dialog.exec():
            settings.preferences = dialog.chosen()
            self._apply_preferences()

    def show_about(self) -> None:
        """Say what this is."""
        text = self.tr("A studio for controllable image generation, version {}.")
        QMessageBox.about(self, "NodeUI", text.format(version("nodeui")))

    def _apply_theme(self) -> None:
        chosen = self.workspace.settings.preferences.theme
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, theme.system() if chosen == "system" else chosen)

    def _apply_preferences(self) -> None:
        preferences = self.workspace.settings.preferences
        self._apply_theme()
        self.actions_.choose_keys(preferences.keys)
        self.panels.gallery.set_folder(self.runs.output_folder)
        self._save_preferences()

    def _save_preferences(self) -> None:
        try:
            self.workspace.settings.save()
        except OSError as error:
            self._notices.say("warning", self.tr("Preferences are not saved: {}").format(error))

    def _view_file(self, path: Path) -> None:
        self.panels.bring_up("viewer")
        self.panels.viewer.open_file(path)

    def _compare_file(self, path: Path) -> None:
        self.panels.bring_up("viewer")
        self.panels.viewer.compare_file(path)

    def _fit_canvas(self) -> None:
        view = self.documents.view
        if view is not None:
            view.show_all()

    # --- adding nodes ---------------------------------------------------------------------------

    def _search(self, at: QPointF, end: LinkEnd | Gap | None) -> None:
        """Let the user choose a node for a place on the canvas; with `end`, one that fits it."""
        self._search_for = (at, end)
        place = QCursor.pos()
        match end:
            case LinkEnd():
                self._search_box.open_at(place, end.type, "output" if end.output else "input")
            case Gap():
                self._search_box.open_at(place, end.given, "output", end.taken)
            case None:
                self._search_box.open_at(place)

    def _add_found(self, type_id: str) -> None:
        view = self.documents.view
        if view is not None:
            at, end = self._search_for
            view.add_node(type_id, at, end)
            view.setFocus()

    def _add_chosen(self, type_id: str) -> None:
        """Add a node chosen in the panel in the middle of the canvas."""
        view = self.documents.view
        if view is not None:
            view.add_near(type_id, view.shown_rect().center())
            self._search_box.note_used(type_id)
            view.setFocus()

    # --- files from the desktop ----------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.take_files(paths, event.position().toPoint())
        event.acceptProposedAction()

    def take_files(self, paths: list[Path], at: QPoint) -> None:
        """Open workflows; make nodes of pictures and models.

        Args:
            paths: The files.
            at: Where on the window they were dropped.
        """
        for path in paths:
            kind = kind_of(path)
            if kind is None:
                text = self.tr("{} is no workflow, picture or model.").format(path.name)
                self._notices.say("warning", text)
            elif kind == "workflow":
                self.workspace.open(path)
            else:
                self._take_file(kind, path, at, alone=len(paths) == 1)

    def _take_file(self, kind: str, path: Path, at: QPoint, alone: bool) -> None:
        """Add the node that stands for a file; one `alone` is given to the node it is dropped on,
        where that takes such a file."""
        if self._session is None:
            self.workspace.new()
        view, session = self.documents.view, self._session
        assert view is not None  # a document that was opened is in view
        assert session is not None
        place = view.to_canvas(QPointF(view.mapFrom(self, at)))
        within = path.is_relative_to(session.folder)
        value = path.relative_to(session.folder).as_posix() if within else str(path)
        type, parameter = _DROPPED[kind]
        widget = session.specs[type].parameters[parameter].widget
        if not (alone and view.take_file(place, widget, value)):
            view.add_near(type, place, {parameter: value})

    # --- the end -------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        unsaved = [session for session in self.workspace.sessions if session.modified]
        if not self.files.may_quit(unsaved):
            event.ignore()
            return
        settings = self.workspace.settings
        settings.preferences.window = self.saveGeometry().toBase64().toStdString()
        settings.preferences.layout = self.panels.layout.toBase64().toStdString()
        self._save_preferences()
        self.hide()  # the worker may take a moment to end
        self.workspace.close()
        self._sweeping.close()
        self.runs.close()
        event.accept()


_DOCUMENT_GROUPS = ("edit", "node", "arrange", "run", "panel")
_NEEDS_DOCUMENT = frozenset({"file.save", "file.save_as", "file.close", "file.revert"})
_NEEDS_SELECTION = frozenset({"node.mute", "node.bypass", "node.collapse", "run.selected"})

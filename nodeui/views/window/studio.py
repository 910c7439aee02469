"""The editor: puts documents, panels, menus and commands into the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMargins, QObject
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.easel.colours import offer_colours
from nodeui.views.fields.editor import finish_editing
from nodeui.views.gallery import Gallery
from nodeui.views.history import HistoryPanel
from nodeui.views.labels import plain_title
from nodeui.views.models import Models
from nodeui.views.palette import Palette
from nodeui.views.panel import Panel, PanelContext
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import Actions
from nodeui.views.window.adding import Adding
from nodeui.views.window.application import ApplicationCommands
from nodeui.views.window.branching import Branching
from nodeui.views.window.canvas_actions import add_canvas_actions
from nodeui.views.window.docks import Docks
from nodeui.views.window.documents import Documents
from nodeui.views.window.embedding import Embedding
from nodeui.views.window.failures import Failures
from nodeui.views.window.files import FileCommands
from nodeui.views.window.main import MainWindow
from nodeui.views.window.menus import add_menus, add_panel_actions, add_tool_bar
from nodeui.views.window.modelling import Modelling
from nodeui.views.window.notice import NoticeButton, Notices
from nodeui.views.window.panels import PANELS
from nodeui.views.window.picking import Picking
from nodeui.views.window.run_count import RunCount
from nodeui.views.window.sending import Sending
from nodeui.views.window.session_actions import add_session_actions
from nodeui.views.window.status import StatusBar
from nodeui.views.window.sweeping import Sweeping
from nodeui.views.window.taking import Taking
from nodeui.views.window.varying import Varying


class Studio(QObject):
    """Everything in the window: documents in the middle, panels around them, menus and tools.

    Args:
        window: The window, with the start page in it.
        workspace: The open documents.
        runs: The queue.
        panels: More panels, of installed packages, and their widgets.
    """

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        runs: Runs,
        panels: Sequence[tuple[Panel, QWidget]] = (),
    ) -> None:
        super().__init__(window)
        self.window = window
        self.settings = settings = workspace.settings
        self.workspace = workspace
        self.runs = runs
        self.documents = Documents(window.start, window)
        self.notices = Notices(self.documents)
        self.actions = Actions(window, settings.preferences.keys)
        self.files = FileCommands(workspace, self.actions, window)
        self.application = ApplicationCommands(
            settings,
            workspace.specs,
            self.actions,
            self.files.recent,
            self.notices,
            window,
        )
        window.setContentsMargins(QMargins())
        window.takeCentralWidget()
        window.setCentralWidget(self.documents)
        window.setAcceptDrops(True)
        context = PanelContext(workspace.specs, runs)
        own = [(panel, panel.make(context)) for panel in PANELS]
        layout = settings.preferences.layout
        self.docks = Docks(
            window,
            [*own, *panels],
            QByteArray.fromBase64(layout.encode()) if layout else None,
        )
        self.status = StatusBar(runs, settings.places.cache, window)
        window.setStatusBar(self.status)
        self.run_count = RunCount()
        add_session_actions(self.actions, lambda: self.run_count.count_of_runs)
        add_canvas_actions(self.actions, self.documents)
        add_panel_actions(self.actions, self.docks)
        timeline, viewer = self.docks.panel(Timeline), self.docks.panel(Viewer)
        offer_colours(viewer.easel.state, settings.preferences.colours)
        self.branching = Branching(workspace.specs, self.actions, self.documents, timeline, viewer)
        self.sweeping = Sweeping(workspace, runs, self.actions, self.documents, self.docks)
        self.varying = Varying(workspace, self.sweeping, self.actions, self.documents, self.docks)
        Failures(workspace, runs, self.documents, self.notices)
        self.picking = Picking(self.documents, self.notices)
        self.adding = Adding(workspace, self.documents, self.docks.panel(Palette))
        self.taking = Taking(workspace, runs, self.documents, self.notices)
        self.actions.add("file.load_layers", tr("Load &layers..."), self.taking.load_layers)
        self.modelling = Modelling(
            self.docks.panel(Models), self.application, self.documents, self.taking, self.notices
        )
        self.sending = Sending(
            workspace, self.actions, self.documents, self.docks, self.taking, self.sweeping
        )
        self.actions.add(
            "view.start",
            tr("&Start page"),
            self.documents.toggle_start,
            "Ctrl+Home",
            "home-outline",
        )
        add_menus(
            window,
            self.actions,
            self.docks,
            self.files.recent,
            [self.branching.menu, self.sending.menu],
            self.varying.menu,
        )
        add_tool_bar(window, self.actions, self.run_count)
        self._problems: set[str] = set()
        self._connect()
        self._connect_panels()
        self._show_session(None)
        self._replace_start_window()

    def _replace_start_window(self) -> None:
        """Show the parts in their places at once; Qt would first paint a window without them."""
        for part in (self.documents, self.window.menuBar(), self.status):
            part.show()
        layout = self.window.layout()
        assert layout is not None  # a main window has one
        layout.activate()

    # --- starting ------------------------------------------------------------------------------

    def recover(self) -> None:
        """Open what a killed editor had open, or what was not saved when an editor quit."""
        if self.workspace.recover():
            self.notices.show("info", tr("Your documents from last time are open again."))

    def show_problems(self, problems: Sequence[str]) -> None:
        """Show what does not work in this editor, until the notice is closed; each problem once."""
        new = [problem for problem in problems if problem not in self._problems]
        self._problems.update(new)
        if new:
            self.notices.show("error", "\n".join(new))

    def _on_specs_changed(self) -> None:
        """Show the node types of packs that the worker has loaded."""
        self.docks.panel(Palette).reload()
        self.branching.add_actions()
        self.sending.add_actions()
        self.documents.rebuild()
        self.docks.refresh(self.documents.current)
        self.actions.refresh()
        self.show_problems([*map(str, self.workspace.specs.problems)])

    def start_engine(self) -> None:
        """Start the worker, and the measuring of memory and cache."""
        self.runs.start()
        self.status.begin()

    # --- connections ---------------------------------------------------------------------------

    def _connect(self) -> None:
        workspace, documents, start = self.workspace, self.documents, self.documents.start
        workspace.specs.changed.append(self._on_specs_changed)
        workspace.opened.connect(self._on_opened)
        workspace.closed.connect(self._on_closed)
        workspace.message.connect(self.notices.show)
        self.runs.message.connect(self.notices.show)
        workspace.changed_outside.connect(self._on_changed_outside)
        workspace.recent_changed.connect(lambda: start.show_recent(self.settings.recent))
        documents.current_changed.connect(self._show_session)
        documents.close_requested.connect(self.files.close)
        start.new_requested.connect(workspace.new)
        start.open_requested.connect(self.files.open)
        start.template_chosen.connect(workspace.open_copy)
        start.recent_chosen.connect(workspace.open)
        self.window.files_dropped.connect(self.taking.take_files)
        self.window.closing.connect(self._on_closing)

    def _connect_panels(self) -> None:
        docks = self.docks
        viewer, gallery = docks.panel(Viewer), docks.panel(Gallery)
        docks.panel(Timeline).step_looked_at.connect(viewer.show_passing)
        viewer.pick_requested.connect(self.picking.pick)
        docks["history"].visibilityChanged.connect(docks.panel(HistoryPanel).refresh)
        viewer.wanted.connect(lambda: docks.bring_up("viewer"))

        def view_node() -> None:
            docks.bring_up("viewer")
            if viewer.easel.paintable:
                viewer.paint()

        self.documents.picture_opened.connect(view_node)
        gallery.bar.set_look(self.settings.preferences.gallery)
        viewer.set_ground(self.settings.preferences.ground)
        gallery.set_embedding(self.settings.preferences.embed_marks)
        self.application.preferences_changed.connect(self.runs.choose_packs)
        viewer.easel.state.strokes = self.settings.preferences.live_opacity
        self.application.preferences_changed.connect(self._use_preferences)

        def view_file(path: Path) -> None:
            docks.bring_up("viewer")
            viewer.open_file(path)

        def compare(paths: Sequence[Path]) -> None:
            docks.bring_up("viewer")
            if len(paths) == 1:
                viewer.compare_file(paths[0])
            else:
                viewer.compare_files(paths)

        gallery.restore_requested.connect(self.workspace.open)
        gallery.view_requested.connect(view_file)
        gallery.compare_requested.connect(compare)
        gallery.message.connect(self._show_gallery_message)
        Embedding(self.settings, self.application, gallery, self.notices)
        viewer.step_requested.connect(gallery.show_neighbour)
        viewer.rate_requested.connect(self._rate)

    def _rate(self, path: Path, stars: int) -> None:
        self.docks.panel(Gallery).commands.rate([path], stars)
        self.docks.panel(Viewer).report("★" * stars + "☆" * (5 - stars))

    def _use_preferences(self) -> None:
        gallery = self.docks.panel(Gallery)
        self.docks.panel(Viewer).easel.state.strokes = self.settings.preferences.live_opacity
        gallery.set_folder(self.runs.output_folder)
        gallery.set_embedding(self.settings.preferences.embed_marks)

    def _show_gallery_message(
        self, level: str, text: str, undo: Callable[[], object] | None
    ) -> None:
        button = NoticeButton(tr("Undo"), undo) if undo is not None else None
        self.notices.show(level, text, button)

    # --- documents -----------------------------------------------------------------------------

    def _on_opened(self, session: Session) -> None:
        if session not in self.runs:
            self.runs.add(session)
            session.message.connect(self.notices.show)
            session.run_requested.connect(finish_editing)
            session.history_changed.connect(self._show_title)
        self.documents.show_session(session)

    def _on_changed_outside(self, session: Session) -> None:
        if session.path is not None and not session.path.exists():
            text = tr("The file of {} is no longer there.", session.title)
            button = NoticeButton(tr("Save again"), lambda: self.files.save(session))
        else:
            text = tr("The file of {} was changed by another program or window.", session.title)
            button = NoticeButton(
                tr("Decide..."), lambda: self.files.resolve_conflict(session, lambda: None)
            )
        self.notices.show("warning", text, button, session)

    def _on_closed(self, session: Session) -> None:
        self.runs.remove(session)
        self.documents.remove(session)

    def _show_session(self, session: Session | None) -> None:
        """Let panels, actions and title follow the document in view."""
        self.docks.set_session(session)
        self.actions.set_session(session)
        self._show_title()
        self.notices.set_session(session)

    def _show_title(self) -> None:
        session = self.documents.current
        if session is None:
            self.window.setWindowTitle("NodeUI")
        else:
            mark = " *" if session.modified else ""
            self.window.setWindowTitle(f"{plain_title(session.title)}{mark} - NodeUI")

    # --- the end -------------------------------------------------------------------------------

    def _on_closing(self, event: QCloseEvent) -> None:
        """Ask about unsaved documents; save the preferences, and end the engine."""
        unsaved = [session for session in self.workspace.sessions if session.modified]
        if not self.files.confirm_quit(unsaved):
            event.ignore()
            return
        preferences = self.settings.preferences
        preferences.window = self.window.saveGeometry().toBase64().toStdString()
        preferences.layout = self.docks.layout.toBase64().toStdString()
        preferences.gallery = self.docks.panel(Gallery).bar.look
        preferences.ground = self.docks.panel(Viewer).ground
        preferences.used = self.adding.search.recent
        preferences.colours = list(self.docks.panel(Viewer).easel.state.recent)
        self.application.save_preferences()
        self.window.hide()  # the worker may take a moment to end
        self.workspace.specs.changed.remove(self._on_specs_changed)
        self.workspace.close()
        self.sweeping.sweeps.close()
        self.runs.close()

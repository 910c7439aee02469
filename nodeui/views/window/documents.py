"""The documents of the window: a tab for each, or the start page where there are none."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QTabWidget, QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.icons import IconButton
from nodeui.views.labels import plain_entry, plain_tip
from nodeui.views.window.start import StartPage

_UNSAVED = "●"


class Documents(QStackedWidget):
    """Tabs of canvases, and the start page.

    Args:
        start: The start page.
        parent: The window.
    """

    current_changed = Signal(object)
    """The `Session` in view, or None."""
    close_requested = Signal(object)
    """The `Session` whose tab the user wants to close."""
    search_requested = Signal(QPointF, object)
    """As of the canvas in view."""
    picture_opened = Signal(str)
    """As of the canvas in view."""
    sweep_requested = Signal(str, str)
    """As of the canvas in view."""
    menu_opened = Signal(object, str)
    """As of the canvas in view."""
    content_taken = Signal(object, QPointF, bool, bool)
    """As of the canvas in view."""

    def __init__(self, start: StartPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.start = start
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(self.tabs.elideMode().ElideRight)
        self.tabs.setAccessibleName(tr("Open documents"))
        self.addWidget(self.start)
        self.addWidget(self.tabs)
        self._views: dict[Session, CanvasView] = {}
        self.tabs.currentChanged.connect(lambda: self._emit_current())

    @property
    def current(self) -> Session | None:
        """The document in view; None on the start page."""
        view = self.view
        return view.session if view is not None else None

    @property
    def view(self) -> CanvasView | None:
        """The canvas in view; None on the start page."""
        if self.currentWidget() is not self.tabs:
            return None
        widget = self.tabs.currentWidget()
        return next((view for view in self._views.values() if view is widget), None)

    def show_session(self, session: Session) -> None:
        """Bring a document to the front, in a new tab if it has none."""
        view = self._views.get(session)
        if view is None:
            view = self._add(session)
        self.tabs.setCurrentWidget(view)
        self.setCurrentWidget(self.tabs)
        view.setFocus()
        self._emit_current()

    def remove(self, session: Session) -> None:
        """Remove the tab of a document."""
        view = self._views.pop(session)
        self.tabs.removeTab(self.tabs.indexOf(view))
        view.deleteLater()
        if not self._views:
            self.show_start()

    def show_start(self) -> None:
        """Show the start page."""
        self.setCurrentWidget(self.start)
        self._emit_current()

    def toggle_start(self) -> None:
        """Show the start page, or the documents again if there are any."""
        if self.view is not None:
            self.show_start()
        elif self._views:
            self.setCurrentWidget(self.tabs)
            self._emit_current()

    def rebuild(self) -> None:
        """Draw all documents again, after the node types changed."""
        for view in self._views.values():
            view.mirror.rebuild()

    def _add(self, session: Session) -> CanvasView:
        """Add a tab for a document."""
        view = self._views[session] = CanvasView(session, self.tabs)
        index = self.tabs.addTab(view, "")
        close = IconButton("close", tr("Close tab"), self.tabs)
        close.setFixedSize(QSize(20, 20))
        close.setIconSize(QSize(12, 12))
        close.clicked.connect(lambda: self.close_requested.emit(session))
        self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
        view.search_requested.connect(self.search_requested)
        view.picture_opened.connect(self.picture_opened)
        view.sweep_requested.connect(self.sweep_requested)
        view.menu_opened.connect(self.menu_opened)
        view.content_taken.connect(self.content_taken)
        session.history_changed.connect(lambda: self._show_title(session))
        self._show_title(session)
        return view

    def _show_title(self, session: Session) -> None:
        if session not in self._views:
            return
        index = self.tabs.indexOf(self._views[session])
        mark = f" {_UNSAVED}" if session.modified else ""
        self.tabs.setTabText(index, plain_entry(session.title) + mark)
        self.tabs.setTabToolTip(index, plain_tip(str(session.path or tr("Not saved yet"))))

    def _emit_current(self) -> None:
        self.current_changed.emit(self.current)

"""The documents of the window: a tab each, or the start page where there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QTabWidget, QWidget

from nodeui.graph.spec import NodeSpec
from nodeui.views.icons import IconButton
from nodeui.views.window.start import WORKFLOWS, StartPage, templates

if TYPE_CHECKING:
    from nodeui.session.session import Session
    from nodeui.views.canvas import CanvasView

_UNSAVED = "●"


class Documents(QStackedWidget):
    """Tabs of canvases, and the start page.

    Args:
        specs: The known node types.
        parent: The window.
    """

    current_changed = Signal(object)
    """The `Session` in view, or None."""
    close_asked = Signal(object)
    """The `Session` whose tab the user wants to close."""
    search_requested = Signal(QPointF, object)
    """As of the canvas in view."""
    picture_opened = Signal(str)
    """As of the canvas in view."""
    sweep_requested = Signal(str, str)
    """As of the canvas in view."""

    def __init__(self, specs: Mapping[str, NodeSpec], parent: QWidget) -> None:
        super().__init__(parent)
        self.start = StartPage(specs, templates(WORKFLOWS), self)
        self.tabs = QTabWidget(self)
        self.tabs.setDocumentMode(True)
        self.tabs.setMovable(True)
        self.tabs.setElideMode(self.tabs.elideMode().ElideRight)
        self.tabs.setAccessibleName(self.tr("Open documents"))
        self.addWidget(self.start)
        self.addWidget(self.tabs)
        self._views: dict[Session, CanvasView] = {}
        self.tabs.currentChanged.connect(lambda: self._tell())

    @property
    def current(self) -> Session | None:
        """The document in view."""
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
        """Bring a document to the front; a new one gets a tab."""
        from nodeui.views.canvas import CanvasView  # not before the first paint of the window

        view = self._views.get(session)
        if view is None:
            view = self._views[session] = CanvasView(session, self.tabs)
            index = self.tabs.addTab(view, session.title)
            close = IconButton("close", self.tr("Close tab"), self.tabs)
            close.setFixedSize(QSize(20, 20))
            close.setIconSize(QSize(12, 12))
            close.clicked.connect(lambda: self.close_asked.emit(session))
            self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, close)
            view.search_requested.connect(self.search_requested)
            view.picture_opened.connect(self.picture_opened)
            view.sweep_requested.connect(self.sweep_requested)
            session.history_changed.connect(lambda: self._name(session))
            self._name(session)
        self.tabs.setCurrentWidget(view)
        self.setCurrentWidget(self.tabs)
        view.setFocus()
        self._tell()

    def remove(self, session: Session) -> None:
        """Take a document's tab away."""
        view = self._views.pop(session)
        self.tabs.removeTab(self.tabs.indexOf(view))
        view.deleteLater()
        if not self._views:
            self.show_start()

    def show_start(self) -> None:
        """Show the start page."""
        self.setCurrentWidget(self.start)
        self._tell()

    def show_tabs(self) -> None:
        """Show the documents, if there are any."""
        if self._views:
            self.setCurrentWidget(self.tabs)
            self._tell()

    def _name(self, session: Session) -> None:
        if session not in self._views:
            return
        index = self.tabs.indexOf(self._views[session])
        mark = f" {_UNSAVED}" if session.modified else ""
        self.tabs.setTabText(index, session.title.replace("&", "&&") + mark)
        self.tabs.setTabToolTip(index, str(session.path or self.tr("Not saved yet")))

    def _tell(self) -> None:
        self.current_changed.emit(self.current)

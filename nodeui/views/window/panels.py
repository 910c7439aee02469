"""The panels around the documents, and how they are laid out."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from nodeui.graph.registry import Registry
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.views.gallery import Gallery
from nodeui.views.inspector import Inspector
from nodeui.views.palette import Palette
from nodeui.views.sweep import SweepPanel
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.history import HistoryPanel
from nodeui.views.window.queue import QueuePanel

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_ROOMY = QSize(1180, 560)  # a window that has room for all panels


class Panels(QObject):
    """The panels, each in a dock of the window.

    Args:
        window: Whose docks they are.
        specs: The known node types.
        runs: The engine.
        layout: Where they were left, as `layout` gave it; None for the standard layout.

    Attributes:
        docks: By name.
    """

    def __init__(
        self, window: QMainWindow, specs: Registry, runs: Runs, layout: QByteArray | None
    ) -> None:
        super().__init__(window)
        self._window = window
        self._tidying = QTimer(self, singleShot=True)
        self._tidying.timeout.connect(self._tidy_tabs)
        self.palette = Palette(specs)
        self.viewer = Viewer()
        self.inspector = Inspector()
        self.timeline = Timeline()
        self.sweep = SweepPanel()
        self.gallery = Gallery(runs.output_folder)
        self.queue = QueuePanel(runs)
        self.history = HistoryPanel()
        self.docks: Mapping[str, QDockWidget] = {
            "nodes": self._dock("nodes", self.tr("Nodes"), self.palette, _LEFT),
            "viewer": self._dock("viewer", self.tr("Viewer"), self.viewer, _RIGHT),
            "inspector": self._dock("inspector", self.tr("Inspector"), self.inspector, _RIGHT),
            "timeline": self._dock("timeline", self.tr("Timeline"), self.timeline, _BOTTOM),
            "sweep": self._dock("sweep", self.tr("Sweep"), self.sweep, _BOTTOM),
            "gallery": self._dock("gallery", self.tr("Gallery"), self.gallery, _BOTTOM),
            "queue": self._dock("queue", self.tr("Queue"), self.queue, _LEFT),
            "history": self._dock("history", self.tr("History"), self.history, _LEFT),
        }
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        for other in ("queue", "history"):
            window.tabifyDockWidget(self.docks["nodes"], self.docks[other])
        for other in ("sweep", "gallery"):
            window.tabifyDockWidget(self.docks["timeline"], self.docks[other])
        self.docks["nodes"].raise_()
        self.docks["timeline"].raise_()
        self.docks["history"].visibilityChanged.connect(self.history.refresh)
        self.timeline.step_looked_at.connect(self.viewer.show_passing)
        self._fresh = layout is None
        if layout is not None:
            window.restoreState(layout)
        self._hidden: QByteArray | None = None  # the layout, while all are hidden

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.setAccessibleName(title)
        dock.visibilityChanged.connect(lambda: self._tidying.start())
        self._window.addDockWidget(area, dock)
        return dock

    @property
    def layout(self) -> QByteArray:
        """Where the panels are, for the next start."""
        return self._hidden or self._window.saveState()

    def set_session(self, session: Session | None) -> None:
        """Let the panels follow a document; without one they are hidden."""
        self._show(session is not None)
        for panel in (self.inspector, self.viewer, self.timeline, self.history, self.gallery):
            panel.set_session(session)

    def bring_up(self, name: str) -> None:
        """Show a panel in front of others."""
        self.docks[name].show()
        self.docks[name].raise_()

    def _show(self, on: bool) -> None:
        """Show the panels as they were, or hide all of them: the start page needs none."""
        if on and self._hidden is not None:
            self._window.restoreState(self._hidden)
            self._hidden = None
            self._tidying.start()
            if self._fresh:
                self._fresh = False
                self._bring_up_all()
                QTimer.singleShot(0, self, self._size)  # once they are laid out
        elif not on and self._hidden is None:
            self._hidden = self._window.saveState()
            for dock in self.docks.values():
                dock.hide()

    def _bring_up_all(self) -> None:
        """Show what the window hides of itself, as it was seen before the panels were made; in a
        small one only what the canvas cannot do without."""
        docks, size = self.docks, self._window.size()
        roomy = size.expandedTo(_ROOMY) == size
        for name, dock in docks.items():
            dock.show()
            dock.setVisible(roomy or name in ("viewer", "inspector"))  # the menu hears of it
        if not roomy:
            self._window.tabifyDockWidget(docks["inspector"], docks["viewer"])
        for front in ("nodes", "timeline") if roomy else ("inspector",):
            docks[front].raise_()

    def _tidy_tabs(self) -> None:
        """Name the bars of the docks; hide what Qt leaves behind: a bar that has some of another
        one's tabs shows through gaps."""
        only_children = Qt.FindChildOption.FindDirectChildrenOnly
        tabs = {
            bar: {bar.tabText(index) for index in range(bar.count())}
            for bar in self._window.findChildren(QTabBar, options=only_children)
        }
        for bar, titles in tabs.items():
            bar.setAccessibleName(self.tr("Panels"))
            if any(titles < others for others in tabs.values()):
                bar.hide()

    def _size(self) -> None:
        """Give the panels their standard sizes."""
        docks, resize = self.docks, self._window.resizeDocks
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        resize([docks["nodes"], docks["inspector"]], [232, 356], across)
        resize([docks["viewer"], docks["inspector"]], [400, 400], down)
        resize([docks["timeline"]], [240], down)

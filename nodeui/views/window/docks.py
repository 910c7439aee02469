"""Holds the panels in docks around the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.labels import plain_entry, plain_tip, plain_title
from nodeui.views.panel import Area, FollowsSession, Panel

W = TypeVar("W", bound=QWidget)

_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_AREAS: Mapping[Area, Qt.DockWidgetArea] = {
    "left": _LEFT,
    "upper-right": _RIGHT,
    "lower-right": _RIGHT,
    "bottom": _BOTTOM,
}
_ROOMY = QSize(1180, 560)  # the smallest window that has space for all panels


class Docks(QObject):
    """The panels, each in a dock of the window.

    Args:
        window: The window.
        panels: The panels and their widgets; there is at least one for each area.
        layout: A layout from `layout`; None for the standard one.
    """

    session_changed = Signal(object)
    """The `Session` in view, or None."""

    def __init__(
        self,
        window: QMainWindow,
        panels: Sequence[tuple[Panel, QWidget]],
        layout: QByteArray | None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._tidying = QTimer(self, singleShot=True)
        self._tidying.timeout.connect(self._tidy_tabs)
        self._docks = {panel.name: self._dock(panel, widget) for panel, widget in panels}
        self._essential = [panel.name for panel, _ in panels if panel.essential]
        self._rows: Mapping[Area, list[QDockWidget]] = {
            area: [self._docks[panel.name] for panel, _ in panels if panel.area == area]
            for area in _AREAS
        }
        for _, widget in panels:
            if isinstance(widget, FollowsSession):
                self.session_changed.connect(widget.set_session)
        self._lay_out()
        self._fresh = layout is None
        # the layout while all panels are hidden; restored when they are shown, as sizes that are
        # restored before the window is laid out are lost
        self._hidden = layout
        if layout is not None:
            self._hide_all()

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def panel(self, kind: type[W]) -> W:
        """Return the panel whose widget is of this class."""
        return next(
            widget for dock in self._docks.values() if isinstance(widget := dock.widget(), kind)
        )

    @property
    def layout(self) -> QByteArray:
        """The places and sizes of the panels, for the next start."""
        return self._hidden or self._window.saveState()

    def set_session(self, session: Session | None) -> None:
        """Let the panels follow a document; hide them if there is none."""
        self._show(session is not None)
        self.session_changed.emit(session)

    def refresh(self, session: Session | None) -> None:
        """Let the panels follow the same document afresh, after the node types changed."""
        self.session_changed.emit(None)
        self.session_changed.emit(session)

    def bring_up(self, name: str) -> None:
        """Show a panel, in front of the others of its row."""
        self._docks[name].show()
        self._docks[name].raise_()

    # --- the layout ----------------------------------------------------------------------------

    def _dock(self, panel: Panel, widget: QWidget) -> QDockWidget:
        title = tr(panel.title)
        dock = QDockWidget(plain_title(plain_entry(title)), self._window)
        dock.setObjectName(panel.name)
        dock.setWidget(widget)
        dock.setAccessibleName(title)
        dock.visibilityChanged.connect(lambda: self._tidying.start())
        return dock

    def _lay_out(self) -> None:
        """Place the docks: a row of tabs in each area."""
        window = self._window
        window.setDockNestingEnabled(True)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        for area, (first, *others) in self._rows.items():
            window.addDockWidget(_AREAS[area], first)
            for other in others:
                window.addDockWidget(_AREAS[area], other)
                window.tabifyDockWidget(first, other)
            first.raise_()

    def _show(self, on: bool) -> None:
        """Show the panels as they were, or hide all of them: the start page needs none."""
        if on and self._hidden is not None:
            self._window.restoreState(self._hidden)
            for name, dock in self._docks.items():
                if not _knows(self._hidden, name):
                    dock.show()
            self._hidden = None
            self._tidying.start()
            if self._fresh:
                self._fresh = False
                self._show_all()
                QTimer.singleShot(0, self, self._resize)  # once they are laid out
        elif not on and self._hidden is None:
            self._hidden = self._window.saveState()
            self._hide_all()

    def _hide_all(self) -> None:
        for dock in self._docks.values():
            dock.hide()

    def _show_all(self) -> None:
        """Show all panels in the standard layout; in a small window only the essential ones.

        A dock that is added to a visible window is hidden until it is shown.
        """
        size = self._window.size()
        roomy = size.expandedTo(_ROOMY) == size
        for name, dock in self._docks.items():
            dock.show()
            dock.setVisible(roomy or name in self._essential)  # signals it to the View menu
        fronts = {area: row[0] for area, row in self._rows.items()}
        if not roomy:
            self._window.tabifyDockWidget(fronts["lower-right"], fronts["upper-right"])
            fronts["lower-right"].raise_()
        else:
            for front in fronts.values():
                front.raise_()

    def _tidy_tabs(self) -> None:
        """Name the tab bars, and hide bars that Qt leaves behind.

        A stale bar holds some of another one's tabs and shows through gaps.
        """
        only_children = Qt.FindChildOption.FindDirectChildrenOnly
        tabs = {
            bar: {bar.tabText(index) for index in range(bar.count())}
            for bar in self._window.findChildren(QTabBar, options=only_children)
        }
        for bar, titles in tabs.items():
            bar.setAccessibleName(tr("Panels"))
            for index in range(bar.count()):
                bar.setTabToolTip(index, plain_tip(bar.tabText(index).replace("&&", "&")))
            if any(titles < others for others in tabs.values()):
                bar.hide()

    def _resize(self) -> None:
        """Give the panels their standard sizes."""
        resize = self._window.resizeDocks
        left, upper, lower, bottom = (row[0] for row in self._rows.values())
        resize([left, lower], [232, 356], Qt.Orientation.Horizontal)
        resize([upper, lower], [400, 400], Qt.Orientation.Vertical)
        resize([bottom], [240], Qt.Orientation.Vertical)


def _knows(layout: QByteArray, name: str) -> bool:
    """True if a layout has a place for a dock; Qt stores its name as a QString."""
    text = name.encode("utf-16-be")
    return len(text).to_bytes(4, "big") + text in layout.data()

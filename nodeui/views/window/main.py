"""The window, as it is until the editor is loaded: the start page alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMargins, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from nodeui.graph.registry import Registry
from nodeui.session.preferences import Settings
from nodeui.views.window.start import WORKFLOWS, StartPage, templates

_SIZE = QSize(1600, 900)
_FRAME = QSize(0, 48)  # space for the title bar of the desktop
_BARS = QMargins(0, 73, 0, 21)  # about the space of menus, tool bar and status bar


class MainWindow(QMainWindow):
    """The window of the editor, with the start page.

    It is cheap to make, so that the start page is seen at once. `Studio` puts everything else
    into it, whose imports take longer than showing this.

    Args:
        settings: Preferences and recent files.
        specs: The known node types.

    Attributes:
        start: The start page, the central widget until the studio takes it over.
    """

    painted = Signal()
    """The window was painted for the first time."""
    closing = Signal(object)
    """The window is about to close: a `QCloseEvent`, which a slot may ignore to keep it open."""
    files_dropped = Signal(list)
    """Files (`Path`) were dropped beside the canvas."""

    def __init__(self, settings: Settings, specs: Registry) -> None:
        super().__init__()
        self.settings = settings
        self.specs = specs
        self._was_painted = False
        self.setWindowTitle("NodeUI")
        space = self.screen().availableGeometry().size() - _FRAME
        self.resize(_SIZE.boundedTo(space))
        self.start = StartPage(specs, templates(WORKFLOWS), self)
        self.start.show_recent(settings.recent)
        self.setCentralWidget(self.start)
        self.setContentsMargins(_BARS)
        if settings.preferences.window:
            self.restoreGeometry(QByteArray.fromBase64(settings.preferences.window.encode()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)  # after its children are painted

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closing.emit(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        self.files_dropped.emit(paths)
        event.acceptProposedAction()

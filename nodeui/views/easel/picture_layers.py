"""Adds pictures to the painting on the easel, each as a layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from nodeui.graph import bitmaps
from nodeui.graph.embedded import SUFFIXES
from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.layers import keep, place_of, read_picture
from nodeui.views.easel.board import Board


class PictureLayers(QObject):
    """Reads pictures in the background, and announces them.

    Args:
        board: The painting.
    """

    taken = Signal(str, str, object)
    """Name of a picture, its bitmap, and its place on the sheet; see `Layer`."""
    failed = Signal(str)
    """Why a picture cannot be a layer."""

    def __init__(self, board: Board, parent: QWidget) -> None:
        super().__init__(parent)
        self._board = board
        self._window = parent
        self._background = Background("layers", self)

    def choose(self) -> None:
        """Ask for a picture file."""
        session = self._board.session
        start = str(session.folder) if session is not None else ""
        kinds = tr("Pictures ({0})", " ".join(f"*{suffix}" for suffix in SUFFIXES))
        name, _ = QFileDialog.getOpenFileName(self._window, tr("Add a picture"), start, kinds)
        if name:
            path = Path(name)
            self._take(lambda: read_picture(path), path.stem)

    def paste(self) -> None:
        """Take the picture on the clipboard."""
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self.failed.emit(tr("There is no picture on the clipboard."))
        else:
            self._take(lambda: image, tr("Pasted"))

    def _take(self, read: Callable[[], QImage], name: str) -> None:
        board, store = self._board, bitmaps.store()
        subject = board.subject
        assert subject is not None and store is not None
        width, height = board.size

        def work() -> tuple[str, tuple[float, ...]]:
            image = read()
            return keep(image, store), place_of(image, width, height)

        def done(found: tuple[str, tuple[float, ...]]) -> None:
            if board.subject is not None and board.subject.node == subject.node:
                self.taken.emit(name, *found)

        self._background.do(work, done, lambda error: self.failed.emit(str(error)))

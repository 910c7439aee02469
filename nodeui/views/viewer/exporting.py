"""Takes the picture of the viewer elsewhere: to the clipboard, a file, or another program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.views.viewer.recent import ICON, thumbnail


class Exporting(QObject):
    """Copies, saves and drags a picture.

    Args:
        with_full: Calls a function with the picture in full, if it can be had.
        report: Shows a short text.
        parent: The viewer.
    """

    def __init__(
        self,
        with_full: Callable[[Callable[[QImage], object]], object],
        report: Callable[[str], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._with_full = with_full
        self._report = report
        self._viewer = parent
        self._background = Background("saving of pictures", self)

    def add_to_menu(self, menu: QMenu) -> None:
        """Add the entries to the menu of the picture."""
        menu.addAction(tr("Copy picture"), self.copy)
        menu.addAction(tr("Save picture as…"), self._ask_where_to_save)

    def copy(self) -> None:
        """Copy the picture to the clipboard."""
        self._with_full(QGuiApplication.clipboard().setImage)

    def _ask_where_to_save(self) -> None:
        filter = tr("Pictures (*.png *.jpg *.webp)")
        path, _ = QFileDialog.getSaveFileName(self._viewer, tr("Save picture as"), "", filter)
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the picture to a file, in the background."""
        path = path if path.suffix else path.with_suffix(".png")

        def report(saved: bool) -> None:
            name = path.name
            text = tr("Saved {0}", name) if saved else tr("{0} could not be written", name)
            self._report(text)

        self._with_full(lambda image: self._background.do(lambda: image.save(str(path)), report))

    def drag(self, image: QImage, source: str) -> None:
        """Drag a picture to another widget or program.

        Args:
            image: The picture as it is shown.
            source: The path of its file; anything else if it has none.
        """
        mime = QMimeData()
        if Path(source).is_absolute():
            mime.setUrls([QUrl.fromLocalFile(source)])
        else:
            mime.setImageData(image)
        drag = QDrag(self._viewer)
        drag.setMimeData(mime)
        drag.setPixmap(thumbnail(image).pixmap(ICON))
        drag.exec(Qt.DropAction.CopyAction)

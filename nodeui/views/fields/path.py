"""The editors of files and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QImage,
    QImageReader,
    QPixmap,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from nodeui.graph.spec import Parameter
from nodeui.session.paths import shortest
from nodeui.views.fields.editor import FieldEditor, is_escape
from nodeui.views.fields.pictures import PicturePopup
from nodeui.views.icons import IconButton
from nodeui.views.thumbnails import thumbnails

_THUMBNAIL = QSize(120, 72)


class PathEditor(FieldEditor):
    """A file or folder: typed, chosen in a dialog, or dropped from the desktop.

    A path below the workflow's folder is kept relative to it, so that both can move together.

    Args:
        parameter: Its widget says what is chosen: "image-file", "model-path" or "folder".
        value: The path by now, or a name that the node knows.
        parent: The widget it lies in.
        folder: The workflow's folder, or None where it was not saved yet.
    """

    def __init__(
        self, parameter: Parameter, value: Any, parent: QWidget | None, folder: Path | None
    ) -> None:
        super().__init__(parameter, value, parent)
        self._folder = folder
        self._line = QLineEdit()
        self._line.setAccessibleName(self.accessibleName())
        self._line.setPlaceholderText(self._placeholder())
        self._browse = self._browse_button()
        self._thumbnail = QPushButton()
        self._thumbnail.setObjectName("thumbnail")
        self._thumbnail.setFlat(True)
        self._thumbnail.setStyleSheet("border: none; padding: 0; background: transparent")
        self._thumbnail.setCursor(Qt.CursorShape.PointingHandCursor)
        self._thumbnail.setToolTip(self.tr("Choose from this folder"))
        self._thumbnail.setAccessibleName(self._thumbnail.toolTip())
        self._thumbnail.clicked.connect(self.choose_from_folder)
        self._thumbnail.hide()
        self._popup: PicturePopup | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self._line, 0, 0)
        grid.addWidget(self._browse, 0, 1)
        grid.addWidget(self._thumbnail, 1, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self._line)
        self.setAcceptDrops(True)
        self._line.setAcceptDrops(False)  # the whole editor takes files
        self._line.textEdited.connect(self._report)
        self._line.editingFinished.connect(lambda: self._commit(self._line.text()))
        self._line.installEventFilter(self)
        if parameter.widget == "image-file":
            thumbnails().loaded.connect(self._thumbnail_loaded)
        self._show(value)

    def begin(self) -> None:
        super().begin()
        self._line.selectAll()

    def set_folder(self, folder: Path | None) -> None:
        if folder != self._folder:
            self._folder = folder
            self._show_thumbnail(self._value)

    def choose_file(self) -> None:
        """Let the user choose a file."""
        if self.parameter.widget == "image-file":
            endings = " ".join(
                f"*.{bytes(kind.data()).decode()}" for kind in QImageReader.supportedImageFormats()
            )
            filter = self.tr("Pictures ({0})").format(endings)
        else:
            filter = self.tr("Weights (*.safetensors)")
        path, _ = QFileDialog.getOpenFileName(self, self._placeholder(), self._start(), filter)
        self._chosen(path)

    def choose_from_folder(self) -> None:
        """Show the pictures that lie in the folder of this one."""
        if self._popup is None:
            self._popup = PicturePopup(self)
            self._popup.chosen.connect(self._chosen)
        current = self._absolute(str(self._value or ""))
        self._popup.open_below(self._thumbnail, current.parent, current)

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        path = QFileDialog.getExistingDirectory(self, self._placeholder(), self._start())
        self._chosen(path)

    def _browse_button(self) -> QToolButton:
        button = IconButton("folder-open-outline", self._placeholder())
        if self.parameter.widget == "model-path":  # Qt's dialogs choose either files or folders
            menu = QMenu(button)
            menu.addAction(self.tr("Model folder…"), self.choose_folder)
            menu.addAction(self.tr("Model file…"), self.choose_file)
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        elif self.parameter.widget == "folder":
            button.clicked.connect(self.choose_folder)
        else:
            button.clicked.connect(self.choose_file)
        return button

    def _placeholder(self) -> str:
        return {
            "image-file": self.tr("Choose a picture"),
            "model-path": self.tr("Choose a model"),
            "folder": self.tr("Choose a folder"),
        }[self.parameter.widget]

    def _start(self) -> str:
        """Where dialogs open."""
        path = self._absolute(str(self._value or ""))
        return str(path if path.exists() else self._folder or Path.home())

    def _absolute(self, text: str) -> Path:
        return (self._folder or Path.cwd()) / text

    def _chosen(self, path: str) -> None:
        if not path:
            return
        if self._folder is not None:
            path = shortest(Path(path), self._folder)
        self._report(path)
        self._commit(path)
        self._show(path)

    def _commit(self, value: Any) -> None:
        super()._commit(value)
        self._show_thumbnail(value)

    # --- looks and drops -------------------------------------------------------------------------

    def _show(self, value: Any) -> None:
        text = value or ""
        if text != self._line.text():
            self._line.setText(text)
        self._line.setToolTip(text)
        self._show_thumbnail(value)

    def _show_thumbnail(self, value: Any) -> None:
        if self.parameter.widget != "image-file":
            return
        image = thumbnails().get(str(self._absolute(value))) if value else QImage()
        if image is not None:
            self._put_thumbnail(image)

    def _thumbnail_loaded(self, path: str, image: QImage) -> None:
        if self._value and path == str(self._absolute(self._value)):
            self._put_thumbnail(image)

    def _put_thumbnail(self, image: QImage) -> None:
        self._thumbnail.setVisible(not image.isNull())
        if not image.isNull():
            ratio = self.devicePixelRatioF()
            pixmap = QPixmap.fromImage(image).scaled(
                _THUMBNAIL * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap.setDevicePixelRatio(ratio)
            self._thumbnail.setIcon(QIcon(pixmap))
            self._thumbnail.setIconSize(pixmap.deviceIndependentSize().toSize())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self._chosen(paths[0])
        event.acceptProposedAction()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self._line and is_escape(event):
            self._cancel()
            return True
        return super().eventFilter(watched, event)

"""The editor for files and folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QImage,
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
from nodeui.graph.wording import tr
from nodeui.session.paths import shortest
from nodeui.views.fields.editor import FieldEditor, complain, is_escape, mark_invalid
from nodeui.views.fields.models import ModelPopup
from nodeui.views.fields.pictures import PicturePopup, image_suffixes
from nodeui.views.icons import IconButton
from nodeui.views.known_models import known_models
from nodeui.views.labels import set_tip
from nodeui.views.thumbnails import thumbnails

_THUMBNAIL = QSize(120, 72)


class PathEditor(FieldEditor):
    """Edits the path of a file or folder: typed, chosen in a dialog, or dropped from the desktop.

    A path below the workflow's folder is stored relative to it, so that both can be moved.

    Args:
        parameter: A parameter with the widget "image-file", "model-path" or "folder".
        value: The current path, or a name known to the node.
        parent: The parent widget.
    """

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._folder: Path | None = None
        self._node_type = ""
        self._models: ModelPopup | None = None
        self._line = QLineEdit()
        self._line.setAccessibleName(self.accessibleName())
        self._line.setPlaceholderText(self._placeholder())
        self._browse = self._browse_button()
        self._thumbnail = QPushButton()
        self._thumbnail.setObjectName("thumbnail")
        self._thumbnail.setFlat(True)
        self._thumbnail.setStyleSheet("border: none; padding: 0; background: transparent")
        self._thumbnail.setCursor(Qt.CursorShape.PointingHandCursor)
        set_tip(self._thumbnail, tr("Choose from this folder"))
        self._thumbnail.setAccessibleName(tr("Choose from this folder"))
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
        self._line.setAcceptDrops(False)  # the whole editor accepts drops
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._finished)
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

    def set_node_type(self, id: str) -> None:
        self._node_type = id

    def choose_from_library(self) -> None:
        """Open the popup with the models of the library that this parameter loads."""
        if self._models is None:
            self._models = ModelPopup(
                lambda: known_models().for_parameter(self._node_type, self.parameter.name), self
            )
            self._models.chosen.connect(self._chosen)
        self._models.open_below(self._line, self._absolute(str(self._value or "")))

    def choose_file(self) -> None:
        """Open the file dialog."""
        if self.parameter.widget == "image-file":
            filter = tr("Pictures ({0})", " ".join(f"*{suffix}" for suffix in image_suffixes()))
        else:
            filter = tr("Weights (*.safetensors *.sft *.gguf)")
        path, _ = QFileDialog.getOpenFileName(self, self._placeholder(), self._start(), filter)
        self._chosen(path)

    def choose_from_folder(self) -> None:
        """Open the popup with the images in the folder of the current one."""
        if self._popup is None:
            self._popup = PicturePopup(self)
            self._popup.chosen.connect(self._chosen)
        current = self._absolute(str(self._value or ""))
        self._popup.open_below(self._thumbnail, current.parent, current)

    def choose_folder(self) -> None:
        """Open the folder dialog."""
        path = QFileDialog.getExistingDirectory(self, self._placeholder(), self._start())
        self._chosen(path)

    def _browse_button(self) -> QToolButton:
        button = IconButton("folder-open-outline", self._placeholder())
        if self.parameter.widget == "model-path":  # Qt's dialogs choose either files or folders
            menu = QMenu(button)
            menu.addAction(tr("From the library…"), self.choose_from_library)
            menu.addAction(tr("Model folder…"), self.choose_folder)
            menu.addAction(tr("Model file…"), self.choose_file)
            button.setMenu(menu)
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        elif self.parameter.widget == "folder":
            button.clicked.connect(self.choose_folder)
        else:
            button.clicked.connect(self.choose_file)
        return button

    def _placeholder(self) -> str:
        return {
            "image-file": tr("Choose a picture"),
            "model-path": tr("Choose a model"),
            "folder": tr("Choose a folder"),
        }[self.parameter.widget]

    def _start(self) -> str:
        """Return the path that dialogs open at."""
        path = self._absolute(str(self._value or ""))
        return str(path if os.path.exists(path) else self._folder or Path.home())

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

    def _typed(self, text: str) -> None:
        mark_invalid(self._line, self._hint(text))
        self._report(text)

    def _finished(self) -> None:
        text = self._line.text()
        if hint := self._hint(text):
            complain(self._line, hint)
        self._commit(text)

    def _commit(self, value: Any) -> None:
        super()._commit(value)
        self._show_thumbnail(value)

    def _hint(self, text: str) -> str:
        """Return what to say about a path of Windows on another system; "" if it is none."""
        if os.sep == "\\" or "\\" not in text or os.path.lexists(self._absolute(text)):
            return ""
        other = text.replace("\\", "/")
        return tr("There is no such file. Folders are separated by “/” here: {0}", other)

    # --- thumbnail and drops ---------------------------------------------------------------------

    def _show(self, value: Any) -> None:
        text = value or ""
        if text != self._line.text():
            self._line.setText(text)
        mark_invalid(self._line, hint := self._hint(text))
        set_tip(self._line, hint or text)
        self._show_thumbnail(value)

    def _show_thumbnail(self, value: Any) -> None:
        if self.parameter.widget != "image-file":
            return
        known = value and (self._folder is not None or Path(value).is_absolute())
        image = thumbnails().get(str(self._absolute(value))) if known else QImage()
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

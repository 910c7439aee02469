"""The popup for choosing an image from a folder."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QImageReader, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.labels import label, set_tip
from nodeui.views.thumbnails import thumbnails

_MOST = 300
_ICON = 88
_COLUMNS, _ROWS = 4, 3  # the most that are shown without scrolling


class PicturePopup(QFrame):
    """Shows thumbnails of the images in a folder; a click or Return chooses one."""

    chosen = Signal(str)
    """The path of the chosen image."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._items: dict[str, QListWidgetItem] = {}
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._heading = label(small=True, muted=True)
        self.list = QListWidget()
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setGridSize(QSize(_ICON + 16, _ICON + 28))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setFont(theme.font(small=True))
        self.list.setAccessibleName(tr("Pictures in this folder"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self._heading)
        column.addWidget(self.list)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        thumbnails().loaded.connect(self._loaded)

    def open_below(self, widget: QWidget, folder: Path, current: Path) -> None:
        """Show the images of `folder` below a widget, with `current` selected."""
        self._items.clear()
        self.list.clear()
        for path in _pictures(folder):
            item = QListWidgetItem(Path(path).name)
            item.setData(Qt.ItemDataRole.UserRole, path)
            set_tip(item, Path(path).name)
            item.setSizeHint(self.list.gridSize())
            item.setIcon(_icon(thumbnails().get(path)))
            self.list.addItem(item)
            self._items[path] = item
        columns = min(max(len(self._items), 2), _COLUMNS)
        rows = min(max(-(-len(self._items) // columns), 1), _ROWS)
        cell = self.list.gridSize()
        width, middle = columns * cell.width() + 40, Qt.TextElideMode.ElideMiddle
        metrics = self._heading.fontMetrics()
        self._heading.setText(metrics.elidedText(str(folder), middle, width - 16))
        self.resize(width, rows * cell.height() + 48)
        if str(current) in self._items:
            self.list.setCurrentItem(self._items[str(current)])
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 2)))
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _loaded(self, path: str, image: QImage) -> None:
        if path in self._items:
            self._items[path].setIcon(_icon(image))

    def _choose(self, item: QListWidgetItem) -> None:
        if self.isVisible():  # a click may also activate the item
            self.hide()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def image_suffixes() -> tuple[str, ...]:
    """Return the suffixes of the image files that Qt can read, such as ".png"."""
    return tuple(f".{bytes(kind.data()).decode()}" for kind in QImageReader.supportedImageFormats())


def _pictures(folder: Path) -> list[str]:
    """Return the paths of a folder's images, sorted by name."""
    suffixes = image_suffixes()
    try:
        with os.scandir(folder) as entries:
            paths = [entry.path for entry in entries if entry.name.lower().endswith(suffixes)]
    except OSError:
        return []
    return sorted(paths)[:_MOST]


def _icon(image: QImage | None) -> QIcon:
    if image is None or image.isNull():
        empty = QPixmap(_ICON, _ICON)
        empty.fill(theme.colour("field"))
        return QIcon(empty)
    square = QPixmap(_ICON, _ICON)  # equal sizes align the names
    square.fill(Qt.GlobalColor.transparent)
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(_ICON, _ICON, keep, smooth)
    painter = QPainter(square)
    painter.drawImage((_ICON - scaled.width()) // 2, (_ICON - scaled.height()) // 2, scaled)
    painter.end()
    return QIcon(square)

"""The list of collections beside the pictures, onto which pictures can be dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from nodeui.graph.wording import tr
from nodeui.pictures.query import quoted
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.icons import icon
from nodeui.views.labels import one_line, set_tip

_QUERY_ROLE = Qt.ItemDataRole.UserRole
_NAME_ROLE = Qt.ItemDataRole.UserRole + 1
_LONGEST = 40

ALL, PICKED, REJECTED = "", "is:rated -is:rejected", "is:rejected"
"""Queries of the shelves that every library has; a collection has the query `in:"name"`."""
NEW = "+"
"""The entry that makes a collection."""


def shelf_query(name: str) -> str:
    """Return the query of a collection."""
    return f"in:{quoted(name, always=True)}"


def fixed_shelves() -> Mapping[str, tuple[str, str]]:
    """Return query -> title and icon of the shelves that every library has."""
    return {
        ALL: (tr("All pictures"), "image-multiple-outline"),
        PICKED: (tr("Picked"), "star-outline"),
        REJECTED: (tr("Rejected"), "eye-off-outline"),
    }


class Shelves(QListWidget):
    """Lists the collections; dropped pictures are added."""

    chosen = Signal(str)
    """The query of a shelf."""
    dropped = Signal(str, list)
    """The name of a collection, or "" for a new one, and the paths of the pictures."""
    new_requested = Signal()
    menu_requested = Signal(str, object)
    """The name of a collection, and a place in global pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Collections"))
        self.setFixedWidth(150)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(14, 14))
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)
        self.currentItemChanged.connect(self._move_to)
        self.customContextMenuRequested.connect(self._show_menu)
        self._chosen = ALL

    def show_collections(self, collections: Sequence[tuple[str, int]], chosen: str) -> None:
        """List the collections, each as its name and number of pictures; mark the chosen query."""
        self._chosen = chosen
        with QSignalBlocker(self):
            self.clear()
            for query, (title, name) in fixed_shelves().items():
                self._add(query, title, name)
            for collection, count in collections:
                title = f"{one_line(collection, _LONGEST)}  {count}"
                item = self._add(shelf_query(collection), title, "folder-outline")
                item.setData(_NAME_ROLE, collection)
                set_tip(item, collection)
            self._add(NEW, tr("New collection…"), "plus")
            for row in range(self.count()):
                if self.item(row).data(_QUERY_ROLE) == chosen:
                    self.setCurrentRow(row)

    def _add(self, query: str, title: str, icon_name: str) -> QListWidgetItem:
        item = QListWidgetItem(icon(icon_name, "muted"), title)
        item.setData(_QUERY_ROLE, query)
        item.setFont(theme.font(small=True))
        item.setSizeHint(QSize(0, theme.ROW))
        self.addItem(item)
        return item

    def _choose(self, item: QListWidgetItem) -> None:
        if item.data(_QUERY_ROLE) == NEW:
            self._mark_chosen()
            self.new_requested.emit()
        else:
            self._move_to(item)

    def _move_to(self, item: QListWidgetItem | None) -> None:
        query = item.data(_QUERY_ROLE) if item is not None else ALL
        if query not in (NEW, self._chosen):
            self._chosen = query
            self.chosen.emit(query)

    def _show_menu(self, place: QPoint) -> None:
        item = self.itemAt(place)
        name = _collection(item)
        if name:
            self.menu_requested.emit(name, self.viewport().mapToGlobal(place))

    # --- drops -----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, e: QDragMoveEvent) -> None:
        """Mark the collection under the pointer."""
        item = self.itemAt(e.position().toPoint())
        if item is not None and (_collection(item) or item.data(_QUERY_ROLE) == NEW):
            with QSignalBlocker(self):
                self.setCurrentItem(item)
            e.acceptProposedAction()
        else:
            e.ignore()

    def dragLeaveEvent(self, e: QDragLeaveEvent) -> None:
        self._mark_chosen()

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        self._mark_chosen()
        if item is not None:
            event.acceptProposedAction()
            self.dropped.emit(_collection(item), dropped_files(event.mimeData()))

    def _mark_chosen(self) -> None:
        with QSignalBlocker(self):
            for row in range(self.count()):
                if self.item(row).data(_QUERY_ROLE) == self._chosen:
                    self.setCurrentRow(row)


class ShelfBox(ComboBox):
    """The collections as a combo box, for a narrow gallery; a drop asks for the collection."""

    dropped = Signal(list)
    """The paths of dropped pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Collection"))
        self.setMinimumContentsLength(8)
        self.setAcceptDrops(True)

    def show_collections(self, collections: Sequence[tuple[str, int]], chosen: str) -> None:
        """List the collections; see `Shelves.show_collections`."""
        with QSignalBlocker(self):
            self.clear()
            for query, (title, name) in fixed_shelves().items():
                self.addItem(icon(name, "muted"), title, query)
            for collection, _ in collections:
                self.addItem(one_line(collection, _LONGEST), shelf_query(collection))
            self.setCurrentIndex(max(0, self.findData(chosen)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(dropped_files(event.mimeData()))


def _collection(item: QListWidgetItem | None) -> str:
    """Return the name of the collection of an entry; "" for other entries."""
    return (item.data(_NAME_ROLE) or "") if item is not None else ""


def dropped_files(mime: QMimeData) -> list[Path]:
    """Return the local files of a drag."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]

"""The palette: all node types by category, to drag onto the canvas."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QListView, QVBoxLayout, QWidget

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.views.palette.listing import NODE_MIME, Entry, Heading, NodeDelegate, NodeList
from nodeui.views.palette.search import by_category, ranked
from nodeui.views.search_line import search_line

__all__ = ["NODE_MIME", "Palette"]


class Palette(QWidget):
    """Lists node types by category, with search.

    Node types are dragged onto the canvas as `NODE_MIME`; a double click or Return chooses one.

    Args:
        specs: The node types.
        parent: The parent widget.
    """

    chosen = Signal(str)
    """The id of the node type to add."""

    def __init__(self, specs: Mapping[str, NodeSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = specs
        self._groups = by_category(specs)
        self._folded: set[str] = set()
        self._model = NodeList(self)
        self.setAutoFillBackground(True)
        self.search = search_line(tr("Search nodes"), self)
        self.list = node_view(self._model, self)
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._nothing = QLabel(tr("No matching nodes."))
        self._nothing.setProperty("muted", True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.list, stretch=1)
        self.search.textChanged.connect(self._refresh)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.clicked.connect(self._clicked)
        self.list.doubleClicked.connect(self._choose)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(240, 480)

    def reload(self) -> None:
        """Show the node types as they are now."""
        self._groups = by_category(self._specs)
        self._refresh()

    def _refresh(self) -> None:
        query = self.search.text()
        rows: list[Heading | Entry] = []
        if query.strip():
            found = ranked(query, self._specs.values())
            rows += [Entry(spec, tr(spec.category)) for spec in found]
        else:
            for category, specs in self._groups.items():
                folded = category in self._folded
                rows.append(Heading(category, folded))
                rows += [] if folded else [Entry(spec) for spec in specs]
        self._model.show_rows(rows)
        self._nothing.setVisible(not rows)
        if query.strip() and rows:
            self.list.setCurrentIndex(self._model.index(0))

    def _clicked(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()]
        if isinstance(row, Heading):
            self._folded ^= {row.category}
            self._refresh()
            self.list.setCurrentIndex(self._model.index(index.row()))

    def _choose(self, index: QModelIndex) -> None:
        row = self._model.rows[index.row()]
        if isinstance(row, Entry):
            self.chosen.emit(row.spec.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            index = self.list.currentIndex()
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
                self._clicked(index)
                self._choose(index)
                return True
            if watched is self.search and event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if watched is self.search and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                move_current(self.list, 1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)


def node_view(model: NodeList, parent: QWidget) -> QListView:
    """Make a list view of node types."""
    view = QListView(parent)
    view.setModel(model)
    view.setItemDelegate(NodeDelegate(view))
    view.setMouseTracking(True)
    view.setUniformItemSizes(False)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setAccessibleName(tr("Nodes"))
    return view


def move_current(view: QListView, by: int) -> None:
    """Move the current row up or down, wrapping around at the ends."""
    count = view.model().rowCount()
    if count:
        now = view.currentIndex().row()
        row = (now + by) % count if now >= 0 else (0 if by > 0 else count - 1)
        view.setCurrentIndex(view.model().index(row, 0))

"""The grid of thumbnails: an item view whose layout is arithmetic, for any number of pictures."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QWidget

from nodeui.views import theme
from nodeui.views.gallery.keys import claims
from nodeui.views.items import ROOT, Index


class Grid(QAbstractItemView):
    """Shows a list model as cells of one size: in lines that wrap, or in one line.

    Qt's list view visits every item on each change of size, which takes 0.1 s for 50,000.

    Args:
        model: The items.
        parent: The parent widget.
    """

    zoomed = Signal(int)
    """The user turned the wheel with Ctrl: up is positive."""
    key_pressed = Signal(QKeyEvent)
    """A key that is not one of the view's own; accepted by whoever uses it."""

    def __init__(self, model: QAbstractListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._cell = QSize(124, 140)
        self._one_line = False
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(self.DragDropMode.DragOnly)
        self.setSelectionMode(self.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(self.Shape.NoFrame)
        self.setEditTriggers(self.EditTrigger.NoEditTriggers)
        self.setModel(model)

    def set_layout(self, cell: QSize, one_line: bool) -> None:
        """Set the size of a cell, and whether all cells are on one line."""
        if (cell, one_line) != (self._cell, self._one_line):
            self._cell, self._one_line = cell, one_line
            self.updateGeometries()
            self.viewport().update()
            self.scrollTo(self.currentIndex())

    # --- places ----------------------------------------------------------------------------------

    @property
    def _count(self) -> int:
        return self._model.rowCount()

    @property
    def _columns(self) -> int:
        if self._one_line:
            return max(1, self._count)
        return max(1, self.viewport().width() // self._cell.width())

    @property
    def _width(self) -> int:
        """The width of a cell; those of wrapped lines share the room that is left."""
        if self._one_line:
            return self._cell.width()
        return max(self._cell.width(), self.viewport().width() // self._columns)

    def _place(self, row: int) -> QRect:
        """Return the rectangle of an item before scrolling."""
        line, column = divmod(row, self._columns)
        width, height = self._width, self._cell.height()
        return QRect(column * width, line * height, width, height)

    def _rows_in(self, rect: QRect) -> list[int]:
        """Return the items in a rectangle of the viewport."""
        columns, count = self._columns, self._count
        box = rect.translated(self.horizontalOffset(), self.verticalOffset())
        width, height = self._width, self._cell.height()
        left, right = max(0, box.left() // width), min(columns - 1, box.right() // width)
        top, bottom = max(0, box.top() // height), box.bottom() // height
        bottom = min(bottom, (count - 1) // columns)
        return [
            line * columns + column
            for line in range(top, bottom + 1)
            for column in range(left, right + 1)
            if line * columns + column < count
        ]

    def visible_rows(self) -> list[int]:
        """Return the items in view."""
        return self._rows_in(self.viewport().rect())

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._place(index.row()).translated(-self.horizontalOffset(), -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        found = self._rows_in(QRect(point, QSize(1, 1)))
        return self._model.index(found[0], 0) if found else QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        place, port = self._place(index.row()), self.viewport()
        for bar, start, length, room in (
            (self.horizontalScrollBar(), place.left(), place.width(), port.width()),
            (self.verticalScrollBar(), place.top(), place.height(), port.height()),
        ):
            if hint == self.ScrollHint.PositionAtCenter:
                bar.setValue(start - (room - length) // 2)
            elif start < bar.value() or length > room:
                bar.setValue(start)
            elif start + length > bar.value() + room:
                bar.setValue(start + length - room)

    def horizontalOffset(self) -> int:
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def updateGeometries(self) -> None:
        super().updateGeometries()
        port, cell = self.viewport(), self._cell
        lines = -(-self._count // self._columns)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setSingleStep(cell.width() // 2)
        across.setPageStep(port.width())
        across.setRange(0, max(0, self._count * cell.width() - port.width()) * self._one_line)
        down.setSingleStep(cell.height() // 2)
        down.setPageStep(port.height())
        down.setRange(0, max(0, lines * cell.height() - port.height()) * (not self._one_line))

    # --- selection -------------------------------------------------------------------------------

    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count, current = self._count, self.currentIndex()
        if not count:
            return QModelIndex()
        row = current.row() if current.isValid() else 0
        lines = max(1, self.viewport().height() // self._cell.height())
        page = lines * self._columns
        if self._one_line:
            page = max(1, self.viewport().width() // self._cell.width())
        action = QAbstractItemView.CursorAction
        columns = 1 if self._one_line else self._columns
        step = {
            action.MoveLeft: -1,
            action.MovePrevious: -1,
            action.MoveRight: 1,
            action.MoveNext: 1,
            action.MoveUp: -columns,
            action.MoveDown: columns,
            action.MovePageUp: -page,
            action.MovePageDown: page,
            action.MoveHome: -count,
            action.MoveEnd: count,
        }[cursorAction]
        wanted = row + step if current.isValid() else 0
        if not 0 <= wanted < count and abs(step) == columns != 1:
            wanted = row if wanted < 0 or row // columns == (count - 1) // columns else count - 1
        return self._model.index(max(0, min(count - 1, wanted)), 0)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the items that a rubber band touches, or all between two (Shift)."""
        selection = QItemSelection()
        model = self._model
        if self.state() == self.State.DragSelectingState:
            for row in self._rows_in(rect.normalized()):
                selection.select(model.index(row, 0), model.index(row, 0))
        else:
            ends = [self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())]
            rows = [index.row() for index in ends if index.isValid()]
            if rows:
                selection.select(model.index(min(rows), 0), model.index(max(rows), 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def selected_rows(self) -> list[int]:
        """Return the selected items in their order."""
        ranges = self.selectionModel().selection().toList()
        return sorted(row for part in ranges for row in range(part.top(), part.bottom() + 1))

    # --- events ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometries()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def wheelEvent(self, e: QWheelEvent) -> None:
        delta = e.angleDelta().y() or e.angleDelta().x()
        if e.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if delta > 0 else -1)
            e.accept()
        elif self._one_line:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - delta)
            e.accept()
        else:
            super().wheelEvent(e)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the gallery before the window takes them for its shortcuts."""
        if claims(event):
            event.accept()
            return True
        return super().event(event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing, as Qt would read the names of all pictures."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.key_pressed.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.colour("panel"))
        model, delegate = self._model, self.itemDelegate()
        selection = self.selectionModel()
        under = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos()))
        hovered = under.row() if self.viewport().underMouse() else -1
        current = self.currentIndex().row()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        flag = QStyle.StateFlag
        for row in self._rows_in(event.rect()):
            index = model.index(row, 0, ROOT)
            state = flag.State_Enabled
            if selection.isSelected(index):
                state |= flag.State_Selected
            if row == hovered:
                state |= flag.State_MouseOver
            if row == current and self.hasFocus():
                state |= flag.State_HasFocus
            option.rect = self.visualRect(index)  # pyright: ignore[reportAttributeAccessIssue]
            option.state = state  # pyright: ignore[reportAttributeAccessIssue]
            delegate.paint(painter, option, index)

"""The grid of a sweep: one cell per run, with the values as column and row headers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from nodeui.graph.wording import counted, tr
from nodeui.session.sweeps import CellState, SweepRun
from nodeui.sweeps.axes import Cell, text_of
from nodeui.views import theme
from nodeui.views.fitting import fitted
from nodeui.views.icons import icon
from nodeui.views.items import Index, rect_and_state
from nodeui.views.labels import plain_tip

CELL_ROLE = Qt.ItemDataRole.UserRole
_LEAST, _USABLE, _MOST = 72, 120, 320
_PAD = 4
_STOP = 20
_HEAD = 150


class Cells(QAbstractTableModel):
    """A table model of the cells of a sweep."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: SweepRun | None = None
        self._cells: dict[tuple[int, int], Cell] = {}

    def show_run(self, run: SweepRun | None) -> None:
        """Show another sweep, or none."""
        self.beginResetModel()
        self.run = run
        self._cells = {(cell.row, cell.column): cell for cell in run.states} if run else {}
        self.endResetModel()

    def refresh(self, cell: Cell) -> None:
        """Update a cell whose state has changed."""
        index = self.index(cell.row, cell.column)
        self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index | None = None) -> int:
        if self.run is None:
            return 0
        axes = self.run.sweep.axes
        return len(axes[1].values) if len(axes) > 1 else 1

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if self.run is None else len(self.run.sweep.axes[0].values)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._cells.get((index.row(), index.column()))
        if cell is None or self.run is None:
            return None
        if role == CELL_ROLE:
            return cell
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            state = self.run.states[cell]
            text = "\n".join((cell.label, state_text(state), *state.warnings))
            return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if self.run is None or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        axes = self.run.sweep.axes
        axis = 0 if orientation == Qt.Orientation.Horizontal else 1
        text = text_of(axes[axis].values[section]) if axis < len(axes) else ""
        return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        cell: Cell | None = index.data(CELL_ROLE)
        if cell is not None and self.run is not None and self.run.states[cell].badge == "done":
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeData(self, indexes: Any) -> QMimeData:
        mime = QMimeData()
        states = [self.run.states[index.data(CELL_ROLE)] for index in indexes] if self.run else []
        mime.setUrls([QUrl.fromLocalFile(str(state.file)) for state in states if state.file])
        if states and states[0].image is not None:
            mime.setImageData(states[0].image)
        return mime


def state_text(state: CellState) -> str:
    """Return the state of a cell as text."""
    match state.badge:
        case "done":
            steps = ", " + counted("%n steps", state.steps) if state.steps else ""
            return f"{state.seconds:.1f} s{steps}"
        case "running":
            return f"{state.text} {state.done} / {state.total}" if state.total else state.text
        case "failed":
            return state.text
        case "waiting":
            return tr("waiting")
        case "stopped":
            return tr("stopped")


class _CellPainter(QStyledItemDelegate):
    """Paints a cell: its picture or its state."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, cell = index.model(), index.data(CELL_ROLE)
        if not isinstance(model, Cells) or model.run is None or cell is None:
            return
        state = model.run.states[cell]
        box, flags = rect_and_state(option)
        place = box.adjusted(_PAD, _PAD, -_PAD, -_PAD)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(place, theme.colour("node"))
        if state.image is not None:
            image = state.image
            rect = fitted(image.width() / image.height(), QRectF(place)).toRect()
            painter.drawImage(rect, image)
        else:
            painter.setPen(theme.colour("outline"))
            painter.drawRect(place)
        if state.badge != "done":
            self._paint_state(painter, place, state)
        hovered = bool(flags & QStyle.StateFlag.State_MouseOver)
        if state.badge == "running" or (hovered and state.badge == "waiting"):
            icon("close").paint(painter, stop_rect(place).adjusted(3, 3, -3, -3))
        if flags & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-1, -1, 1, 1))
        painter.restore()

    def _paint_state(self, painter: QPainter, place: QRect, state: CellState) -> None:
        if state.image is not None:
            painter.fillRect(place, theme.colour("node", 0.45))
        painter.setFont(theme.font(small=True))
        tokens = {"failed": "error", "running": "text"}
        painter.setPen(theme.colour(tokens.get(state.badge, "muted")))
        room = place.adjusted(8, 6, -8, -14)
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        if state.badge == "failed":
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, align | Qt.TextFlag.TextWordWrap, state_text(state))
        if state.badge == "running":
            bar = QRectF(place.left() + 8, place.bottom() - 9, place.width() - 16, 3)
            painter.fillRect(bar, theme.colour("outline"))
            bar.setWidth(bar.width() * (state.done / state.total if state.total else 0))
            painter.fillRect(bar, theme.colour("accent"))


def _ratio_of(run: SweepRun) -> float:
    """Return height / width of the first picture; 1 before there is one."""
    images = (state.image for state in run.states.values())
    image = next((image for image in images if image is not None), None)
    return image.height() / image.width() if image is not None else 1.0


def stop_rect(place: QRect) -> QRect:
    """Return the rectangle of the cross that stops a cell."""
    return QRect(place.right() - _STOP - 2, place.top() + 2, _STOP, _STOP)


class Grid(QTableView):
    """Shows the cells of a sweep, sized to fit the panel."""

    opened = Signal(object)
    """A `Cell` to show in the viewer."""
    stop_asked = Signal(object)
    """A `Cell` to stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = Cells(self)
        self.setModel(self.cells)
        self.setItemDelegate(_CellPainter(self))
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(tr("Cells of the sweep"))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setSectionsClickable(False)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.verticalHeader().setMaximumWidth(_HEAD)
        self.activated.connect(self._open)
        self._ratio = 1.0  # height of the pictures over their width
        self.cells.modelReset.connect(self.fit)
        self.cells.dataChanged.connect(self._fit_other_ratio)
        theme.notifier.changed.connect(self.viewport().update)

    @property
    def current(self) -> Cell | None:
        """The selected cell."""
        return self.currentIndex().data(CELL_ROLE)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(CELL_ROLE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Resize the cells so that as many as possible are in view at a usable size."""
        run, columns, rows = self.cells.run, self.cells.columnCount(), self.cells.rowCount()
        if run is None or not columns:
            return
        two = len(run.sweep.axes) > 1
        self.verticalHeader().setVisible(two)
        ratio = self._ratio = _ratio_of(run)
        room: QSize = self.viewport().size()
        across = room.width() / columns
        down = (room.height() / rows - 2 * _PAD) / ratio + 2 * _PAD
        # A single row is as high as the panel. Several rows all fit in, unless that makes the
        # pictures too small.
        fitting = min(across, down if down >= _LEAST else _USABLE) if two else down
        width = int(max(_LEAST, min(_MOST, fitting)))
        self.horizontalHeader().setDefaultSectionSize(width)
        self.verticalHeader().setDefaultSectionSize(int((width - 2 * _PAD) * ratio) + 2 * _PAD)

    def _fit_other_ratio(self) -> None:
        """Resize the cells when the first picture sets their aspect ratio."""
        if self.cells.run is not None and _ratio_of(self.cells.run) != self._ratio:
            self.fit()
            self.scheduleDelayedItemsLayout()  # updates the scroll bars

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._stop_at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.stop_asked.emit(cell)
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        on_stop = self._stop_at(event.position()) is not None
        shape = Qt.CursorShape.PointingHandCursor if on_stop else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def _stop_at(self, place: QPointF) -> Cell | None:
        """Return the cell whose stop cross is at a place."""
        index = self.indexAt(place.toPoint())
        cell: Cell | None = index.data(CELL_ROLE)
        run = self.cells.run
        if cell is None or run is None or run.states[cell].badge not in ("waiting", "running"):
            return None
        room = self.visualRect(index).adjusted(_PAD, _PAD, -_PAD, -_PAD)
        return cell if stop_rect(room).contains(place.toPoint()) else None

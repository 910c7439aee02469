"""The list of node types: its model and its delegate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.icons import paint_socket
from nodeui.views.items import ROOT, Index, rect_and_state
from nodeui.views.labels import plain_tip

NODE_MIME = "application/x-nodeui-node"
"""MIME type of a drag from the palette: the id of a node type as UTF-8 text."""

ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Heading:
    """The heading of a category; `folded` hides its nodes."""

    category: str
    folded: bool


@dataclass(frozen=True)
class Entry:
    """A node type.

    Attributes:
        spec: The node type.
        note: Text shown at the right, such as the category.
    """

    spec: NodeSpec
    note: str = ""


class NodeList(QAbstractListModel):
    """A list model of headings and node types; node types can be dragged."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Heading | Entry] = ()

    def show_rows(self, rows: Sequence[Heading | Entry]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return tr(row.category) if isinstance(row, Heading) else row.spec.title
            case Qt.ItemDataRole.ToolTipRole if isinstance(row, Entry):
                return plain_tip(f"{row.spec.help.partition(chr(10) * 2)[0]}\n\n{row.spec.id}")
            case _ if role == ROW_ROLE:
                return row
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.isValid() and isinstance(self.rows[index.row()], Entry):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        return flags

    def mimeTypes(self) -> list[str]:
        return [NODE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        for index in indexes:
            row = self.rows[index.row()]
            if isinstance(row, Entry):
                mime.setData(NODE_MIME, row.spec.id.encode())
        return mime


class NodeDelegate(QStyledItemDelegate):
    """Paints a row: a stripe in the category's colour, the title and the output sockets."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        heading = isinstance(index.data(ROW_ROLE), Heading)
        return QSize(120, theme.ROW + (6 if heading else 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Heading | Entry = index.data(ROW_ROLE)
        box, state = rect_and_state(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_background(painter, box, state)
        if isinstance(row, Heading):
            _paint_heading(painter, box, row)
        else:
            _paint_entry(painter, box, row)
        painter.restore()


def _paint_background(painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
    selected = bool(state & QStyle.StateFlag.State_Selected)
    if selected or state & QStyle.StateFlag.State_MouseOver:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("selection" if selected else "field_hover"))
        painter.drawRoundedRect(box.adjusted(4, 1, -4, -1), 4, 4)


def _paint_heading(painter: QPainter, box: QRect, row: Heading) -> None:
    middle = QPointF(box.left() + 14, box.center().y() + 0.5)
    painter.setPen(QPen(theme.colour("muted"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arms = ((-2, -4), (2, 0), (-2, 4)) if row.folded else ((-4, -2), (0, 2), (4, -2))
    painter.drawPolyline([middle + QPointF(x, y) for x, y in arms])
    painter.setFont(theme.font(bold=True))
    painter.setPen(theme.colour("text"))
    painter.drawText(box.adjusted(26, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, tr(row.category))


def _paint_entry(painter: QPainter, box: QRect, row: Entry) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.category_colour(row.spec.category))
    painter.drawRoundedRect(QRectF(box.left() + 12, box.top() + 5, 3, box.height() - 10), 1.5, 1.5)
    right = box.right() - 12
    for socket in reversed(list(row.spec.outputs.values())):
        paint_socket(painter, QRectF(right - 8, box.center().y() - 3.5, 8, 8), socket.type)
        right -= 13
    painter.setFont(theme.font())
    width = painter.fontMetrics().horizontalAdvance(row.spec.title)
    painter.setPen(theme.colour("text"))
    text = box.adjusted(24, 0, right - box.right() - 6, 0)
    painter.drawText(
        text,
        Qt.AlignmentFlag.AlignVCenter,
        painter.fontMetrics().elidedText(row.spec.title, Qt.TextElideMode.ElideRight, text.width()),
    )
    painter.setFont(theme.font(small=True))
    note_width = painter.fontMetrics().horizontalAdvance(row.note)
    if row.note and width + note_width + 16 < text.width():
        painter.setPen(theme.colour("muted"))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(text, flags, row.note)

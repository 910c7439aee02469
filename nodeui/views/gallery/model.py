"""The model and the delegate of the gallery."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QDate,
    QDateTime,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.pictures.record import Marks, Picture
from nodeui.views import theme
from nodeui.views.gallery.picture_painter import Look, PicturePainter
from nodeui.views.items import ROOT, Index, rect_and_state
from nodeui.views.labels import plain_tip

PICTURE_ROLE = Qt.ItemDataRole.UserRole
CAPTION_HEIGHT = 20
_GAP = 6
_KEPT = 4000  # pictures in memory
_PAGE = 120  # pictures that are read at a time


class Pictures(QAbstractListModel):
    """A list model of found pictures, which are read from the index as they are looked at."""

    wanted = Signal(list)
    """The ids of pictures to read; answered by `take`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: Sequence[int] = ()
        self.total = 0
        self._read: OrderedDict[int, Picture] = OrderedDict()
        self._captions: dict[int, str] = {}
        self._asked: set[int] = set()
        self._stale: set[int] = set()
        self._missing: dict[int, None] = {}
        self._ask_timer = QTimer(self)
        self._ask_timer.setSingleShot(True)
        self._ask_timer.timeout.connect(self._ask)

    # --- content ---------------------------------------------------------------------------------

    def show_found(self, ids: Sequence[int], total: int) -> bool:
        """List these pictures, of so many in the folder; return True if the list is another one."""
        self.total = total
        self._asked.clear()
        if list(ids) == list(self.ids):
            return False
        self.beginResetModel()
        self.ids = ids
        self.__dict__.pop("_rows", None)
        self.endResetModel()
        return True

    def take(self, pictures: Iterable[Picture], captions: Mapping[int, str]) -> None:
        """Show pictures that were read.

        Args:
            pictures: The pictures; others than `wanted` are ignored.
            captions: The texts below them, by id; the time is below the others.
        """
        for picture in pictures:
            self._read[picture.id] = picture
            self._read.move_to_end(picture.id)
            self._asked.discard(picture.id)
            self._stale.discard(picture.id)
        self._captions.update(captions)
        while len(self._read) > max(_KEPT, 2 * _PAGE):
            old, _ = self._read.popitem(last=False)
            self._captions.pop(old, None)
        if self.ids:
            self.dataChanged.emit(self.index(0), self.index(len(self.ids) - 1), [PICTURE_ROLE])

    def forget(self) -> None:
        """Read the pictures again as they are looked at; what was read is shown until then."""
        self._stale = set(self._read)
        self._asked.clear()

    def show_marks(self, ids: Iterable[int], change: Callable[[Marks], Marks]) -> None:
        """Show changed marks before the index has them."""
        changed = [self._read[id] for id in ids if id in self._read]
        self.take([replace(picture, marks=change(picture.marks)) for picture in changed], {})

    @cached_property
    def _rows(self) -> Mapping[int, int]:
        return {id: row for row, id in enumerate(self.ids)}

    def row_of(self, id: int) -> int:
        """Return the row of a picture, or -1."""
        return self._rows.get(id, -1)

    def read(self, id: int) -> Picture | None:
        """Return a picture that was read; None for others."""
        return self._read.get(id)

    def picture(self, row: int) -> Picture | None:
        """Return a picture; if it was not read yet, return None and ask for it."""
        if not 0 <= row < len(self.ids):
            return None
        id = self.ids[row]
        picture = self._read.get(id)
        if (picture is None or id in self._stale) and id not in self._asked:
            self._missing[id] = None
            if not self._ask_timer.isActive():
                self._ask_timer.start()
        return picture

    def _ask(self) -> None:
        """Ask for the pictures that were looked at, and for those after the last one."""
        wanted = list(self._missing)[-2 * _PAGE :]
        self._missing.clear()
        rows = [self._rows[id] for id in wanted if id in self._rows]
        if not rows:
            return
        after = self.ids[max(rows) + 1 : max(rows) + 1 + _PAGE - len(rows)] if rows else ()
        wanted += [id for id in after if id not in self._read and id not in self._asked]
        self._asked.update(wanted)
        self.wanted.emit(wanted)

    def caption(self, picture: Picture) -> str:
        """Return the text below a thumbnail: the names of what changed, or else the time."""
        return self._captions.get(picture.id) or briefly_when(picture)

    # --- the model -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        picture = self.picture(index.row())
        match role:
            case _ if picture is None:
                return None
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return picture.path.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip("\n".join((picture.path.name, when(picture), *_marks(picture))))
            case _ if role == PICTURE_ROLE:
                return picture
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        item = Qt.ItemFlag
        return (
            item.ItemIsEnabled
            | item.ItemIsSelectable
            | item.ItemIsDragEnabled
            | item.ItemIsEditable
        )

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        pictures = [self.picture(index.row()) for index in indexes]
        mime.setUrls([QUrl.fromLocalFile(str(each.path)) for each in pictures if each is not None])
        return mime


class PictureDelegate(QStyledItemDelegate):
    """Paints a thumbnail with its caption, and edits its name."""

    renamed = Signal(object, str)
    """The path of a picture, and the new name that the user typed."""

    def __init__(self, model: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._painter = PicturePainter()
        self.side = 112

    def cell(self) -> QSize:
        """Return the size of one picture with its caption."""
        return QSize(self.side + 2 * _GAP, self.side + CAPTION_HEIGHT + _GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        editor = _NameEditor(parent)
        editor.setFont(theme.font(small=True))
        editor.setAccessibleName(tr("New name"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        picture: Picture | None = index.data(PICTURE_ROLE)
        if isinstance(editor, QLineEdit) and picture is not None and not editor.text():
            editor.setText(picture.path.name)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        picture: Picture | None = index.data(PICTURE_ROLE)
        if isinstance(editor, QLineEdit) and picture is not None:
            name = editor.text().strip()
            if name and name != picture.path.name:
                self.renamed.emit(picture.path, name)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        box, _ = rect_and_state(option)
        editor.setMinimumHeight(CAPTION_HEIGHT + 6)
        editor.setGeometry(box.left(), box.bottom() - CAPTION_HEIGHT - 4, box.width(), 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        picture: Picture | None = index.data(PICTURE_ROLE)
        box, state = rect_and_state(option)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        left = box.left() + (box.width() - self.side) / 2
        frame = QRectF(left, box.top() + _GAP, self.side, self.side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selection"))
            painter.drawRoundedRect(QRectF(box).adjusted(1.5, 1.5, -1.5, -0.5), 5, 5)
        if picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("field"))
            painter.drawRoundedRect(frame, 4, 4)
        else:
            shown = self._painter.paint(painter, frame, look(picture))
            focused = bool(state & QStyle.StateFlag.State_HasFocus)
            if selected or focused or state & QStyle.StateFlag.State_MouseOver:
                token = "accent" if selected else "text" if focused else "muted"
                painter.setPen(QPen(theme.colour(token), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(shown, 4, 4)
            self._paint_caption(painter, box, picture, selected)
        painter.restore()

    def _paint_caption(
        self, painter: QPainter, box: QRect, picture: Picture, selected: bool
    ) -> None:
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("text" if selected else "muted"))
        below = QRect(box.left(), box.bottom() - CAPTION_HEIGHT, box.width(), CAPTION_HEIGHT)
        below.adjust(_GAP, 0, -_GAP, 0)
        text = painter.fontMetrics().elidedText(
            self._model.caption(picture), Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)


class _NameEditor(QLineEdit):
    """Edits a file name, of which it selects all but the suffix."""

    def focusInEvent(self, arg__1: QFocusEvent) -> None:
        super().focusInEvent(arg__1)
        self.setSelection(0, len(PurePath(self.text()).stem))


def look(picture: Picture) -> Look:
    """Return the appearance of a picture."""
    marks = picture.marks
    return Look(
        str(picture.path),
        picture.mtime_ns,
        marks.rating,
        marks.label,
        marks.rejected,
        bool(marks.tags),
    )


def when(picture: Picture) -> str:
    """Format the date and time of a picture in the user's locale."""
    return QLocale().toString(_moment(picture), QLocale.FormatType.ShortFormat)


def briefly_when(picture: Picture) -> str:
    """Format the time of a picture of today, or the date of an older one."""
    moment = _moment(picture)
    if moment.date() == QDate.currentDate():
        return QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)


def _moment(picture: Picture) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(picture.mtime_ns // 1_000_000)


def _marks(picture: Picture) -> list[str]:
    """Return lines about stars and tags."""
    marks = picture.marks
    stars = ["★" * marks.rating] if marks.rating else []
    return stars + ([", ".join(marks.tags)] if marks.tags else [])

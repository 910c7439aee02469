"""The model and the delegate of the gallery."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
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
    QUrl,
)
from PySide6.QtGui import QBrush, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fitting import fitted
from nodeui.views.gallery.pictures import EmbeddedWorkflow, Picture, changed_names, differences
from nodeui.views.items import ROOT, Index, rect_and_state
from nodeui.views.labels import plain_tip
from nodeui.views.thumbnails import thumbnails

PICTURE_ROLE = Qt.ItemDataRole.UserRole
CAPTION_HEIGHT = 20
_GAP = 6
_PIXMAPS = 300  # thumbnails cached at painted size: 15 MB


class Pictures(QAbstractListModel):
    """A list model of the pictures in the output folder, newest first, filtered by a search.

    Attributes:
        specs: The node types, for the defaults of parameters.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.specs: Mapping[str, NodeSpec] = {}
        self._all: Sequence[Picture] = ()
        self._shown: Sequence[Picture] = ()
        self._workflows: dict[tuple[Path, int], EmbeddedWorkflow | None] = {}
        self._places: dict[tuple[Path, int], int] = {}
        self._unread: list[Picture] = []  # oldest first
        self._texts: dict[tuple[Path, int], str] = {}
        self._query = ""

    # --- content ---------------------------------------------------------------------------------

    def show_pictures(self, pictures: Sequence[Picture]) -> bool:
        """Replace the pictures, newest first; return True if anything changed."""
        if list(pictures) == list(self._all):
            return False
        self._all = pictures
        keys = {_key(picture) for picture in pictures}
        self._workflows = {key: self._workflows[key] for key in self._workflows.keys() & keys}
        self._texts = {key: self._texts[key] for key in self._texts.keys() & keys}
        self._places = {_key(picture): place for place, picture in enumerate(pictures)}
        self._unread = [p for p in reversed(pictures) if _key(p) not in self._workflows]
        self._filter()
        return True

    def unread(self, most: int) -> list[Picture]:
        """Return up to `most` pictures whose workflow has not been read, newest first."""
        return self._unread[: -most - 1 : -1]

    def add_workflows(self, workflows: Mapping[Picture, EmbeddedWorkflow | None]) -> None:
        """Add the workflows that were read; None for pictures without one."""
        for picture, workflow in workflows.items():
            key = _key(picture)
            self._workflows[key] = workflow
            texts = " ".join(workflow.texts()) if workflow else ""
            self._texts[key] = f"{picture.path.name} {texts}".lower()
        self._unread = [picture for picture in self._unread if picture not in workflows]
        if self._query:
            self._filter()
        if self._shown:  # only the captions: other roles cause a new layout
            last = self.index(len(self._shown) - 1)
            self.dataChanged.emit(self.index(0), last, [PICTURE_ROLE])

    def search(self, query: str) -> None:
        """Show only pictures whose name, prompts or other texts contain all these words."""
        self._query = query.lower()
        self._filter()

    def _filter(self) -> None:
        words = self._query.split()
        shown = [
            picture for picture in self._all if all(word in self._text(picture) for word in words)
        ]
        if shown != self._shown:
            self.beginResetModel()
            self._shown = shown
            self.endResetModel()

    def _text(self, picture: Picture) -> str:
        return self._texts.get(_key(picture)) or picture.path.name.lower()

    def workflow(self, picture: Picture) -> EmbeddedWorkflow | None:
        """Return the workflow of a picture; None if it has none or was not read yet."""
        return self._workflows.get(_key(picture))

    def differences(self, picture: Picture) -> list[str] | None:
        """Return the changes since the previous picture; None if there is none to compare with."""
        workflow = self.workflow(picture)
        if workflow is None:
            return None
        for place in range(self._places[_key(picture)] + 1, len(self._all)):
            before = self.workflow(self._all[place])
            if before is not None:
                return differences(before, workflow, self.specs)
            if _key(self._all[place]) not in self._workflows:  # still to be read
                return None
        return None

    def row_of(self, path: Path) -> int:
        """Return the row of a file, or -1."""
        rows = (row for row, picture in enumerate(self._shown) if picture.path == path)
        return next(rows, -1)

    @property
    def total(self) -> int:
        """Number of pictures, shown or not."""
        return len(self._all)

    # --- the model -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        picture = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return picture.path.name
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{picture.path.name}\n{when(picture)}")
            case _ if role == PICTURE_ROLE:
                return picture
            case _:
                return None

    def caption(self, picture: Picture) -> str:
        """Return the text below a thumbnail: the names of what changed, or else the time."""
        lines = self.differences(picture)
        return changed_names(lines) if lines else briefly_when(picture)

    def flags(self, index: Index) -> Qt.ItemFlag:
        item = Qt.ItemFlag
        return item.ItemIsEnabled | item.ItemIsSelectable | item.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        paths = [self._shown[index.row()].path for index in indexes]
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        return mime


class PictureDelegate(QStyledItemDelegate):
    """Paints a thumbnail with its caption; requests thumbnails only as they are painted."""

    def __init__(self, model: Pictures, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.side = 112
        self._pixmaps: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()

    def cell(self) -> QSize:
        """Return the size of one picture with its caption."""
        return QSize(self.side + 2 * _GAP, self.side + CAPTION_HEIGHT + _GAP)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        picture: Picture = index.data(PICTURE_ROLE)
        box, state = rect_and_state(option)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        frame = QRectF(box.left() + _GAP, box.top() + _GAP, self.side, self.side)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        image = thumbnails().get(str(picture.path), picture.stamp)
        if image is not None and not image.isNull():
            shown = fitted(image.width() / image.height(), frame)
            ratio = painter.device().devicePixelRatio()
            painter.drawPixmap(shown.toRect(), self._pixmap(image, shown.toRect().size() * ratio))
        else:
            shown = frame
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("field"))
            painter.drawRoundedRect(shown, 4, 4)
        if image is not None and image.isNull():
            painter.setPen(theme.colour("muted"))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, tr("not readable"))
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(theme.colour("accent" if selected else "muted"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(shown, 4, 4)
        self._paint_caption(painter, box, picture, selected)
        painter.restore()

    def _pixmap(self, image: QImage, size: QSize) -> QPixmap:
        """Return a thumbnail scaled to its painted size, with rounded corners."""
        key = (image.cacheKey(), size.width(), size.height())
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = _rounded(image, size)
            if len(self._pixmaps) > _PIXMAPS:
                self._pixmaps.popitem(last=False)
        return pixmap

    def _paint_caption(
        self, painter: QPainter, box: QRect, picture: Picture, selected: bool
    ) -> None:
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("text" if selected else "muted"))
        below = QRect(box.left() + _GAP, box.bottom() - CAPTION_HEIGHT, self.side, CAPTION_HEIGHT)
        text = painter.fontMetrics().elidedText(
            self._model.caption(picture), Qt.TextElideMode.ElideRight, below.width()
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)


def _rounded(image: QImage, size: QSize) -> QPixmap:
    ratio = Qt.AspectRatioMode.IgnoreAspectRatio
    scaled = image.scaled(size, ratio, Qt.TransformationMode.SmoothTransformation)
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(scaled))
    painter.drawRoundedRect(pixmap.rect(), 4, 4)
    painter.end()
    return pixmap


def when(picture: Picture) -> str:
    """Format the date and time of a picture in the user's locale."""
    moment = QDateTime.fromMSecsSinceEpoch(picture.stamp // 1_000_000)
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def briefly_when(picture: Picture) -> str:
    """Format the time of a picture of today, or the date of an older one."""
    moment = QDateTime.fromMSecsSinceEpoch(picture.stamp // 1_000_000)
    if moment.date() == QDate.currentDate():
        return QLocale().toString(moment.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)


def _key(picture: Picture) -> tuple[Path, int]:
    return picture.path, picture.stamp

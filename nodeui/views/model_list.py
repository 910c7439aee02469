"""The list of models: its item model and its delegate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
    QUrl,
)
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nodeui.graph.wording import tr
from nodeui.library.record import ModelFile
from nodeui.views import theme
from nodeui.views.icons import icon
from nodeui.views.items import ROOT, Index, rect_and_state
from nodeui.views.labels import titled_tip
from nodeui.views.thumbnails import thumbnails

MODEL_ROLE = Qt.ItemDataRole.UserRole

_SIDE = 44  # of a preview
_PAD = 6

_ICONS = {
    "checkpoint": "cube-outline", "diffusion model": "cube-outline", "LoRA": "tune-variant",
    "ControlNet": "vector-polyline", "T2I-Adapter": "vector-polyline", "VAE": "swap-horizontal",
    "preview decoder": "swap-horizontal", "text encoder": "format-text",
    "embedding": "format-text", "IP-Adapter": "image-outline", "image encoder": "image-outline",
    "upscaler": "arrow-expand-all",
}  # fmt: skip


class ModelList(QAbstractListModel):
    """A list of models; they can be dragged as files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.models: Sequence[ModelFile] = ()

    def show_models(self, models: Sequence[ModelFile]) -> None:
        """Replace all rows."""
        if models != self.models:
            self.beginResetModel()
            self.models = models
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.models)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        model = self.models[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return model.title
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return facts_text(model)
            case Qt.ItemDataRole.ToolTipRole:
                return titled_tip(model.title, model.refused or facts_text(model), str(model.path))
            case _ if role == MODEL_ROLE:
                return model
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.models[each.row()].path)) for each in indexes])
        return mime


def facts_text(model: ModelFile) -> str:
    """Return the kind, family, precision and size of a model, as one line."""
    kind = tr(model.kind) if model.kind else tr("being read…")
    parts = (kind, model.family, model.precision, size_text(model.size))
    return " · ".join(part for part in parts if part)


def size_text(size: int) -> str:
    """Return a number of bytes in a unit that suits it, such as "2.1 GB"."""
    if size >= 10**9:
        return tr("{0} GB", f"{size / 10**9:.1f}")
    if size >= 10**6:
        return tr("{0} MB", f"{size / 10**6:.1f}" if size < 10**8 else f"{size / 10**6:.0f}")
    return tr("{0} kB", f"{size / 1000:.1f}")


class ModelDelegate(QStyledItemDelegate):
    """Paints a row: a preview or the icon of the kind, the title and the facts."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, _SIDE + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model: ModelFile = index.data(MODEL_ROLE)
        box, state = rect_and_state(option)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("accent", 0.25))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("text", 0.05))
        place = QRect(box.left() + _PAD, box.top() + _PAD, _SIDE, _SIDE)
        self._paint_preview(painter, place, model)
        text = box.adjusted(_SIDE + 3 * _PAD, _PAD, -_PAD, -_PAD)
        upper, lower = QRect(text), QRect(text)
        upper.setBottom(text.center().y())
        lower.setTop(text.center().y())
        stars = "★" * model.stars
        painter.setPen(theme.colour("muted" if model.refused else "text"))
        painter.setFont(theme.font(bold=True))
        width = painter.fontMetrics().horizontalAdvance(stars)
        if stars:
            painter.drawText(
                upper, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, stars
            )
        _draw(painter, upper.adjusted(0, 0, -width - (_PAD if stars else 0), 0), model.title)
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("warning" if model.refused else "muted"))
        _draw(painter, lower, model.refused or facts_text(model))
        painter.restore()

    def _paint_preview(self, painter: QPainter, place: QRect, model: ModelFile) -> None:
        image = thumbnails().get(str(model.preview), model.mtime_ns) if model.preview else None
        if image is None or image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text", 0.06))
            painter.drawRoundedRect(place, 4, 4)
            glyph: QIcon = icon(_ICONS.get(model.kind, "file-outline"), "muted")
            glyph.paint(painter, place.adjusted(10, 10, -10, -10))
            return
        side = min(image.width(), image.height())
        source = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, image, source)


def _draw(painter: QPainter, box: QRect, text: str) -> None:
    """Draw a line of text, cut to a box."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

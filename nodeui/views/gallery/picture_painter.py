"""Paints the thumbnail of a picture with its stars, colour label and state."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPixmap

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fitting import fitted
from nodeui.views.gallery.stars import label_colour, star
from nodeui.views.thumbnails import thumbnails

_PIXMAPS = 400  # thumbnails cached at painted size: 20 MB
_STAR = 9.0
_ON_PICTURE = QColor(0, 0, 0, 150)


@dataclass(frozen=True)
class Look:
    """Appearance of a picture in the gallery.

    Attributes:
        path: The path of the file.
        stamp: Modification time in nanoseconds.
        stars: Rating, 0 to 5.
        label: Name of the colour label, or "".
        rejected: True to paint it pale, with a cross.
        tagged: True if it has tags.
        missing: True if the file is no longer there.
    """

    path: str
    stamp: int
    stars: int = 0
    label: str = ""
    rejected: bool = False
    tagged: bool = False
    missing: bool = False


class PicturePainter:
    """Paints pictures; requests thumbnails only as they are painted."""

    def __init__(self) -> None:
        self._pixmaps: OrderedDict[tuple[int, int, int], QPixmap] = OrderedDict()

    def paint(self, painter: QPainter, frame: QRectF, look: Look) -> QRectF:
        """Paint a picture as large as it fits into a frame; return its rectangle."""
        image = None if look.missing else thumbnails().get(look.path, look.stamp)
        if image is None or image.isNull():
            shown = frame
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("field"))
            painter.drawRoundedRect(shown, 4, 4)
            if look.missing or image is not None:
                why = tr("missing") if look.missing else tr("not readable")
                painter.setFont(theme.font(small=True))
                painter.setPen(theme.colour("muted"))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(frame, flags, why)
        else:
            shown = fitted(image.width() / image.height(), frame)
            ratio = painter.device().devicePixelRatio()
            painter.setOpacity(0.35 if look.rejected else 1.0)
            pixmap = self._pixmap(image, shown.toRect().size() * ratio)
            painter.drawPixmap(shown.toRect(), pixmap)
            painter.setOpacity(1.0)
        _paint_marks(painter, shown, look)
        return shown

    def _pixmap(self, image: QImage, size: QSize) -> QPixmap:
        """Return a thumbnail scaled to its painted size, with rounded corners."""
        key = (image.cacheKey(), size.width(), size.height())
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = _rounded(image, size)
            if len(self._pixmaps) > _PIXMAPS:
                self._pixmaps.popitem(last=False)
        return pixmap


def _paint_marks(painter: QPainter, shown: QRectF, look: Look) -> None:
    """Paint stars and label at the foot of a picture, and a cross on a rejected one."""
    if look.label:
        painter.setPen(QPen(_ON_PICTURE, 1))
        painter.setBrush(label_colour(look.label))
        painter.drawRoundedRect(QRectF(shown.right() - 14, shown.top() + 4, 10, 10), 3, 3)
    if look.tagged:
        _paint_tag(painter, QPointF(shown.right() - (28 if look.label else 13), shown.top() + 5))
    if look.rejected:
        box = QRectF(shown.left() + 4, shown.top() + 4, 14, 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_ON_PICTURE)
        painter.drawEllipse(box)
        painter.setPen(QPen(QColor("#ff6b6b"), 1.8))
        inner = box.adjusted(4, 4, -4, -4)
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    if look.stars:
        width = look.stars * (_STAR + 1) + 5
        box = QRectF(shown.left() + 3, shown.bottom() - _STAR - 7, width, _STAR + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_ON_PICTURE)
        painter.drawRoundedRect(box, 4, 4)
        painter.setBrush(QColor("#ffd166"))
        for place in range(look.stars):
            middle = QPointF(box.left() + 7.5 + place * (_STAR + 1), box.center().y())
            painter.drawPolygon(star(middle, _STAR / 2))


def _paint_tag(painter: QPainter, corner: QPointF) -> None:
    path = QPainterPath(corner)
    for point in (QPointF(5, 0), QPointF(9, 4), QPointF(5, 8), QPointF(0, 8)):
        path.lineTo(corner + point)
    path.closeSubpath()
    painter.setPen(QPen(_ON_PICTURE, 1))
    painter.setBrush(QColor("#e4e6ea"))
    painter.drawPath(path)


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

"""Contact sheets: the pictures of a batch on a node."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from nodeui.session.pictures import PictureBatch
from nodeui.views.canvas.paint.drawing import NO_PEN, colour, draw_text
from nodeui.views.canvas.scene import MOST_PICTURES
from nodeui.views.fitting import fitted, grid

_GAP = 2.0  # canvas units between two pictures
_LEAST_ZOOM = 0.5  # below it, the count could not be read


def contact_sheet(batch: PictureBatch, size: QSize, zoom: float) -> QImage:
    """Return a picture scaled down into a size, or the first pictures of a batch as a grid.

    Args:
        batch: The pictures.
        size: The size of the sheet, in pixels.
        zoom: Pixels per canvas unit.
    """
    aspect = Qt.AspectRatioMode.KeepAspectRatio
    smooth = Qt.TransformationMode.SmoothTransformation
    if batch.count == 1:
        return batch.images[0].scaled(size, aspect, smooth)
    sheet = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    sheet.fill(Qt.GlobalColor.transparent)
    images = batch.images[:MOST_PICTURES]
    box = QRectF(0, 0, size.width(), size.height())
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for image, cell in zip(images, grid(len(images), batch.aspect, box, _GAP * zoom), strict=True):
        place = fitted(batch.aspect, cell).toRect()
        if not image.isNull() and not place.isEmpty():
            ignore = Qt.AspectRatioMode.IgnoreAspectRatio
            painter.drawImage(place, image.scaled(place.size(), ignore, smooth))
    painter.end()
    return sheet


def draw_count(painter: QPainter, rect: QRectF, count: int) -> None:
    """Draw the number of pictures into the lower right corner of a sheet."""
    if painter.worldTransform().m11() < _LEAST_ZOOM:
        return
    text = str(count)
    box = QRectF(rect.right() - 12 - 7 * len(text), rect.bottom() - 20, 8 + 7 * len(text), 16)
    painter.setPen(NO_PEN)
    painter.setBrush(colour("panel", 0.85))
    painter.drawRoundedRect(box, 4, 4)
    draw_text(painter, box.adjusted(2, 0, -4, 0), text, "small", colour("text"), right=True)

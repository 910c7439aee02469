"""Paints the pictures of the viewer: grounds, comparisons, labels."""

from __future__ import annotations

import math
from typing import Literal, get_args

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QPixmap

from nodeui.views import theme

Ground = Literal["theme", "dark", "grey", "light", "checkerboard"]
"""Background of a picture, also seen through its transparent parts."""

GROUNDS: tuple[Ground, ...] = get_args(Ground)

_GROUNDS = {"dark": "#0c0c0d", "grey": "#777777", "light": "#f4f4f4"}
_LABEL = 20.0  # height of a label, in pixels


def ground_brush(ground: Ground) -> QBrush:
    """Return what is painted around a picture."""
    if ground == "checkerboard":
        return _checkerboard()
    return QBrush(theme.colour("canvas") if ground == "theme" else QColor(_GROUNDS[ground]))


def paint_picture(painter: QPainter, box: QRectF, pixmap: QPixmap, ground: Ground) -> None:
    """Paint a picture into a box; transparent parts show the ground, by default a checkerboard."""
    if pixmap.hasAlphaChannel():
        plain = ground in _GROUNDS
        painter.fillRect(box, ground_brush(ground) if plain else _checkerboard())
    painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))


def paint_difference(
    painter: QPainter, cell: QRectF, box: QRectF, first: QPixmap, second: QPixmap, gain: int
) -> None:
    """Paint the absolute difference of two pictures times a gain, a power of two.

    Args:
        painter: The painter.
        cell: The visible area.
        box: The place of both pictures.
        first, second: The pictures.
        gain: Factor; levels beyond white stay white.
    """
    ratio = painter.device().devicePixelRatio()
    seen = box.intersected(cell).toAlignedRect()
    if seen.isEmpty():
        return
    image = QImage(seen.size() * ratio, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    with QPainter(image) as inner:
        inner.setRenderHints(painter.renderHints())
        inner.scale(ratio, ratio)
        inner.translate(-QPointF(seen.topLeft()))
        inner.drawPixmap(box, first, QRectF(first.rect()))
        inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
        inner.drawPixmap(box, second, QRectF(second.rect()))
    for _ in range(round(math.log2(gain))):
        with QPainter(image) as inner:
            inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
            inner.drawImage(0, 0, image.copy())
    painter.drawImage(QRectF(seen), image)


def paint_line(painter: QPainter, x: float, box: QRectF, height: float) -> None:
    """Paint the line between two pictures, with a handle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top, bottom = max(0.0, box.top()), min(height, box.bottom())
    painter.setPen(QPen(theme.colour("shadow", 0.6), 3))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setBrush(theme.colour("accent"))
    painter.drawEllipse(QPointF(x, (top + bottom) / 2), 7, 7)


def paint_label(painter: QPainter, text: str, room: QRectF, right: bool = False) -> None:
    """Paint the label of a picture at the left or right end of a row, in its half."""
    painter.setFont(theme.font(small=True))
    metrics = painter.fontMetrics()
    most = room.width() / 2 - 6 if right else room.width()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(0, round(most - 12)))
    if not text:
        return
    width = metrics.horizontalAdvance(text) + 12
    box = QRectF(room.right() - width if right else room.left(), room.top(), width, _LABEL)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("panel", 0.85))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def tinted(image: QImage, opacity: float) -> QPixmap:
    """Return the tint of a mask or hint: opaque where it is light."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    dimmed = QImage(grey.size(), QImage.Format.Format_Grayscale8)
    dimmed.fill(Qt.GlobalColor.black)
    with QPainter(dimmed) as painter:
        painter.setOpacity(opacity)
        painter.drawImage(0, 0, grey)
    tint = QImage(image.size(), QImage.Format.Format_ARGB32)
    tint.fill(theme.colour("error"))
    tint.setAlphaChannel(dimmed)
    return QPixmap.fromImage(tint)


def _checkerboard() -> QBrush:
    tile = QPixmap(QSize(16, 16))
    tile.fill(QColor("#8a8a8a"))
    with QPainter(tile) as painter:
        painter.fillRect(0, 0, 8, 8, QColor("#6e6e6e"))
        painter.fillRect(8, 8, 8, 8, QColor("#6e6e6e"))
    return QBrush(tile)

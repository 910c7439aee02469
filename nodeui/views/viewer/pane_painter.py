"""Paints the cells of the pane, and comparisons of two pictures in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.viewer.painting import (
    Ground,
    paint_difference,
    paint_label,
    paint_line,
    paint_picture,
    tinted,
)
from nodeui.views.viewer.placement import Placement

Mode = Literal["grid", "wipe", "difference", "flicker", "onion"]
"""Arrangement of several pictures: side by side, or two of them in one place."""

_SMOOTH_BELOW = 2.0  # from this zoom on, pixels are drawn as squares


class Cell(NamedTuple):
    """A picture in the pane, and its name."""

    image: QImage
    label: str = ""


class PanePainter:
    """Paints pictures, which it holds as pixmaps.

    Args:
        placement: Zoom and position.

    Attributes:
        pictures: The pictures.
        ground: Around the pictures, and behind their transparent parts.
        gain: Factor of a difference, a power of two.
        opacity: Of the upper picture of an onion skin, in [0, 1].
        wipe: Position of the line of a wipe, in [0, 1] of the picture's width.
    """

    def __init__(self, placement: Placement) -> None:
        self.pictures: tuple[Cell, ...] = ()
        self.ground: Ground = "theme"
        self.gain = 8
        self.opacity = 0.5
        self.wipe = 0.5
        self._at = placement
        self._pixmaps: dict[int, QPixmap] = {}
        self._overlay: QPixmap | None = None
        self._overlay_key: tuple[int, float] | None = None

    def take(self, pictures: Sequence[Cell]) -> None:
        """Take other pictures; the pixmaps of those that stay are kept."""
        self.pictures = tuple(pictures)
        keys = {cell.image.cacheKey() for cell in pictures}
        self._pixmaps = {key: held for key, held in self._pixmaps.items() if key in keys}

    def set_overlay(self, image: QImage | None, opacity: float) -> bool:
        """Set the mask or hint that tints all pictures; return True if it is another one."""
        key = (image.cacheKey(), opacity) if image is not None else None
        if key == self._overlay_key:
            return False
        self._overlay_key = key
        self._overlay = tinted(image, opacity) if image is not None else None
        return True

    def wipe_x(self, cell: QRectF) -> float:
        """Return the x coordinate of the line of a wipe."""
        box = self._at.box(cell)
        return box.left() + self.wipe * box.width()

    def _pixmap(self, index: int) -> QPixmap:
        image = self.pictures[index].image
        key = image.cacheKey()
        if key not in self._pixmaps:
            self._pixmaps[key] = QPixmap.fromImage(image)
        return self._pixmaps[key]

    def _smooth(self, painter: QPainter, index: int) -> None:
        resized = self._at.size != self.pictures[index].image.size()
        smooth = self._at.scale < _SMOOTH_BELOW or resized
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)

    def _paint(self, painter: QPainter, box: QRectF, index: int) -> None:
        paint_picture(painter, box, self._pixmap(index), self.ground)

    def _paint_overlay(self, painter: QPainter, box: QRectF) -> None:
        if self._overlay is not None:
            painter.drawPixmap(box, self._overlay, QRectF(self._overlay.rect()))

    # --- a grid ----------------------------------------------------------------------------------

    def paint_grid(self, painter: QPainter, cells: Sequence[QRectF], current: int) -> None:
        """Paint each picture into its cell; the current one is framed if there are several."""
        for index, cell in enumerate(cells):
            self._paint_cell(painter, index, cell)
            if len(cells) > 1:
                seen = self._at.box(cell).intersected(cell)
                if index == current:
                    painter.setPen(QPen(theme.colour("accent"), 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    frame = cell if seen.isEmpty() else seen
                    painter.drawRect(frame.adjusted(1, 1, -1, -1))
                room = QRectF(seen.topLeft(), cell.bottomRight()).adjusted(5, 5, -5, 0)
                paint_label(painter, self.pictures[index].label, room)

    def _paint_cell(self, painter: QPainter, index: int, cell: QRectF) -> None:
        box = self._at.box(cell)
        painter.save()
        painter.setClipRect(cell)
        self._smooth(painter, index)
        if self.pictures[index].image.isNull():
            painter.setPen(theme.colour("muted"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, tr("not readable"))
        else:
            self._paint(painter, box, index)
            self._paint_overlay(painter, box)
        painter.restore()

    # --- a comparison ----------------------------------------------------------------------------

    def paint_comparison(self, painter: QPainter, cell: QRectF, mode: Mode, current: int) -> None:
        """Paint the first picture and the one that it is compared with.

        Args:
            painter: The painter.
            cell: The place of both.
            mode: How they are compared.
            current: Index of the other picture; of a flicker, of the one to show.
        """
        box, room = self._at.box(cell), cell.adjusted(8, 8, -8, -8)
        other = max(1, current)
        self._smooth(painter, other)
        if mode == "flicker":
            self._paint(painter, box, current)
            self._paint_overlay(painter, box)
            letter = "A" if current == 0 else "B"
            paint_label(painter, f"{letter}  {self.pictures[current].label}", room)
            return
        if mode == "difference":
            first, second = self._pixmap(0), self._pixmap(other)
            paint_difference(painter, cell, box, first, second, self.gain)
        else:
            self._paint(painter, box, 0)
            painter.save()
            if mode == "onion":
                painter.setOpacity(self.opacity)
            else:
                painter.setClipRect(QRectF(self.wipe_x(cell), 0, cell.right(), cell.bottom()))
            self._paint(painter, box, other)
            painter.restore()
            self._paint_overlay(painter, box)
        if mode == "wipe":
            paint_line(painter, self.wipe_x(cell), box, cell.bottom())
        half = room.adjusted(0, 0, -room.width() / 2 - 6, 0)
        paint_label(painter, f"A  {self.pictures[0].label}", half)
        paint_label(painter, f"B  {self.pictures[other].label}", room, right=True)

"""The place of a picture in a cell of the pane: zoom and position, the same in all cells."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize

ZOOM_STEP = 1.25

_LEAST_ZOOM = 1 / 32
_MOST_ZOOM = 64.0


class Placement:
    """Zoom and position.

    Attributes:
        size: The size that pictures are drawn in at 1:1, in pixels.
        fitted: The picture is kept fitted to its cell.
        scale: Device pixels per pixel of the picture.
        ratio: Device pixels per pixel of the pane.
    """

    def __init__(self) -> None:
        self.size = QSize()
        self.fitted = True
        self.scale = 1.0
        self.ratio = 1.0
        self._middle = QPointF(0.5, 0.5)  # the picture's point in a cell's middle, in [0, 1]

    @property
    def middle(self) -> QPointF:
        """The point of the picture in the middle of each cell, in fractions."""
        return QPointF(self._middle)

    def set_size(self, size: QSize) -> None:
        """Set the size of the pictures; another size is centred."""
        if size != self.size:
            self._middle = QPointF(0.5, 0.5)
        self.size = size

    def fit(self, cell: QRectF | None, margin: float) -> None:
        """Fit the picture to a cell.

        Args:
            cell: The cell; None if there is no picture.
            margin: Device pixels that stay free along each axis.
        """
        self.fitted = True
        self._middle = QPointF(0.5, 0.5)
        if cell is not None:
            width, height = cell.width() * self.ratio - margin, cell.height() * self.ratio - margin
            self.zoom(min(width / self.size.width(), height / self.size.height()))

    def zoom(self, scale: float) -> None:
        """Set the scale, within limits."""
        self.scale = min(_MOST_ZOOM, max(_LEAST_ZOOM, scale))

    def zoom_about(self, scale: float, place: QPointF, cell: QRectF) -> None:
        """Zoom so that a point of the pane in a cell keeps its part of the picture."""
        held = self.fraction(place, cell)
        self.fitted = False
        self.zoom(scale)
        self._middle += held - self.fraction(place, cell)

    def pan(self, middle: QPointF, by: QPointF) -> None:
        """Move the picture by pixels of the pane, from where `middle` was."""
        width, height = self._drawn()
        x, y = middle.x() - by.x() / width, middle.y() - by.y() / height
        self.fitted = False
        self._middle = QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))

    def _drawn(self) -> tuple[float, float]:
        scale = self.scale / self.ratio
        return self.size.width() * scale, self.size.height() * scale

    def box(self, cell: QRectF) -> QRectF:
        """Return the rectangle of the picture in a cell, which may be larger than the cell."""
        width, height = self._drawn()
        left = cell.center().x() - self._middle.x() * width
        top = cell.center().y() - self._middle.y() * height
        return QRectF(round(left), round(top), width, height)

    def fraction(self, place: QPointF, cell: QRectF) -> QPointF:
        """Return a position in the pane as a fraction of the picture, in [0, 1] inside of it."""
        width, height = self._drawn()
        away = place - cell.center()
        return self._middle + QPointF(away.x() / width, away.y() / height)

    def pixel(self, place: QPointF, cell: QRectF) -> tuple[int, int] | None:
        """Return the pixel of the picture at a position in the pane; None outside."""
        box = self.box(cell)
        x = (place.x() - box.left()) / box.width() * self.size.width()
        y = (place.y() - box.top()) / box.height() * self.size.height()
        inside = 0 <= x < self.size.width() and 0 <= y < self.size.height()
        return (int(x), int(y)) if inside else None

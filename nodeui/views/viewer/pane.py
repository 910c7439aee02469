"""The pane of the viewer: a picture with zoom, pan, comparison by wiping, and an overlay."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme

_ZOOM_STEP = 1.25
_LEAST_ZOOM = 1 / 32
_MOST_ZOOM = 64.0
_GRAB = 8  # pixels from the wipe line within which a press grabs it
_SMOOTH_BELOW = 2.0  # from this zoom on, pixels are drawn as squares


class ImagePane(QWidget):
    """Shows one picture, or two separated by a line that can be dragged.

    Wheel: zoom about the pointer. Drag: pan. Double click: toggle fit and 1:1. Keys: F or 0 fit,
    1 for 1:1, + and - zoom, arrows pan.
    """

    hovered = Signal(object)
    """The pixel (x, y) of the picture under the pointer, or None."""
    zoom_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._size = QSize()
        self._pixmap = QPixmap()
        self._other: QPixmap | None = None
        self._other_key: int | None = None
        self._overlay: QPixmap | None = None
        self._overlay_key: tuple[int, float] | None = None
        self._labels = ("", "")
        self._empty = ""
        self._fit = True
        self._scale = 1.0  # device pixels per pixel of the picture
        self._middle = QPointF(0.5, 0.5)  # the picture's point in the pane's middle, in [0, 1]
        self._wipe = 0.5  # position of the line, in [0, 1] of the picture's width
        self._pan_from: tuple[QPointF, QPointF] | None = None
        self._wiping = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Picture"))

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    # --- content ---------------------------------------------------------------------------------

    def show_image(self, image: QImage, size: QSize | None = None) -> None:
        """Show a picture; zoom and position are kept if it has the same size.

        Args:
            image: The picture.
            size: For a small preview, the size of the final picture, at which it is drawn.
        """
        size = image.size() if size is None else size
        if size != self._size:
            self._middle = QPointF(0.5, 0.5)
        self._image, self._size = image, size
        self._pixmap = QPixmap.fromImage(image)
        if self._fit:
            self.fit()
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Set the text shown without a picture."""
        if text != self._empty:
            self._empty = text
            self.update()

    def compare_with(self, image: QImage | None, labels: tuple[str, str] = ("", "")) -> None:
        """Draw a second picture over the right part, stretched to the first; None removes it."""
        key = image.cacheKey() if image is not None else None
        if key != self._other_key:  # previews come often, the second picture rarely changes
            self._other_key = key
            self._other = QPixmap.fromImage(image) if image is not None else None
        self._labels = labels
        self.update()

    def show_overlay(self, image: QImage | None, opacity: float = 0.6) -> None:
        """Tint the picture where a mask or hint is light; None removes the tint."""
        key = (image.cacheKey(), opacity) if image is not None else None
        if key == self._overlay_key:
            return
        self._overlay_key, self._overlay = key, None
        if image is not None:
            tint = QImage(image.size(), QImage.Format.Format_ARGB32)
            tint.fill(theme.colour("error"))
            tint.setAlphaChannel(_strength(image, opacity))
            self._overlay = QPixmap.fromImage(tint)
        self.update()

    @property
    def image(self) -> QImage:
        """The current picture."""
        return self._image

    @property
    def size_shown(self) -> QSize:
        """The size that the picture is drawn as, in pixels as reported by `hovered`."""
        return self._size

    # --- zoom and pan ----------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Device pixels per pixel of the picture: 1 is 1:1."""
        return self._scale

    @property
    def fitted(self) -> bool:
        """True while the picture is kept fitted to the pane."""
        return self._fit

    def fit(self) -> None:
        """Fit the picture to the pane, also after later resizing."""
        self._fit = True
        self._middle = QPointF(0.5, 0.5)
        if not self._image.isNull():
            ratio = self.devicePixelRatioF()
            width, height = self.width() * ratio - 16, self.height() * ratio - 16
            scale = min(width / self._size.width(), height / self._size.height())
            self._scale = min(_MOST_ZOOM, max(_LEAST_ZOOM, scale))
        self.zoom_changed.emit()
        self.update()

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the pane; by default, its middle."""
        if self._image.isNull():
            return
        about = QPointF(self.rect().center()) if about is None else about
        held = self._fraction(about)
        self._fit = False
        self._scale = min(_MOST_ZOOM, max(_LEAST_ZOOM, scale))
        moved = self._fraction(about)
        self._middle += held - moved
        self.zoom_changed.emit()
        self.update()

    def _box(self) -> QRectF:
        """Return the rectangle of the picture in the pane."""
        scale = self._scale / self.devicePixelRatioF()
        width, height = self._size.width() * scale, self._size.height() * scale
        left = self.width() / 2 - self._middle.x() * width
        top = self.height() / 2 - self._middle.y() * height
        return QRectF(round(left), round(top), width, height)

    def _fraction(self, place: QPointF) -> QPointF:
        """Return a position in the pane as a fraction of the picture, in [0, 1] inside of it."""
        scale = self._scale / self.devicePixelRatioF()
        away = place - QPointF(self.width() / 2, self.height() / 2)
        return self._middle + QPointF(
            away.x() / (self._size.width() * scale), away.y() / (self._size.height() * scale)
        )

    def pixel_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the pixel of the picture at a position in the pane; None outside."""
        if self._image.isNull():
            return None
        box = self._box()
        x = (place.x() - box.left()) / box.width() * self._size.width()
        y = (place.y() - box.top()) / box.height() * self._size.height()
        if 0 <= x < self._size.width() and 0 <= y < self._size.height():
            return int(x), int(y)
        return None

    def place_of(self, x: float, y: float) -> QPointF:
        """Return the position in the pane of a point of the picture."""
        box = self._box()
        return QPointF(
            box.left() + x / self._size.width() * box.width(),
            box.top() + y / self._size.height() * box.height(),
        )

    # --- input -----------------------------------------------------------------------------------

    def _wipe_x(self) -> float:
        box = self._box()
        return box.left() + self._wipe * box.width()

    def _on_wipe(self, place: QPointF) -> bool:
        return self._other is not None and abs(place.x() - self._wipe_x()) <= _GRAB

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        self.zoom_to(self._scale * _ZOOM_STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and self._on_wipe(event.position()):
            self._wiping = True
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan_from = (event.position(), QPointF(self._middle))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._wiping:
            box = self._box()
            self._wipe = min(1.0, max(0.0, (place.x() - box.left()) / box.width()))
            self.update()
        elif self._pan_from is not None and not self._image.isNull():
            start, middle = self._pan_from
            self._pan(middle, place - start)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            over = self._on_wipe(place)
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.CrossCursor)
        self.hovered.emit(self.pixel_at(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._wiping, self._pan_from = False, None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._fit:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pans = {
            Qt.Key.Key_Left: QPointF(40, 0),
            Qt.Key.Key_Right: QPointF(-40, 0),
            Qt.Key.Key_Up: QPointF(0, 40),
            Qt.Key.Key_Down: QPointF(0, -40),
        }
        match event.key():
            case Qt.Key.Key_F | Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self.zoom_to(1.0)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_to(self._scale * _ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_to(self._scale / _ZOOM_STEP)
            case key if key in pans and not self._image.isNull():
                self._pan(QPointF(self._middle), pans[Qt.Key(key)])
            case _:
                super().keyPressEvent(event)

    def _pan(self, middle: QPointF, by: QPointF) -> None:
        box = self._box()
        x = middle.x() - by.x() / box.width()
        y = middle.y() - by.y() / box.height()
        self._fit = False
        self._middle = QPointF(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fit:
            self.fit()

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("canvas"))
        if self._image.isNull():
            painter.setPen(theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self._empty)
            return
        smooth = self._scale < _SMOOTH_BELOW or self._size != self._image.size()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        box = self._box()
        if self._image.hasAlphaChannel():
            painter.fillRect(box, _checkerboard())
        painter.drawPixmap(box, self._pixmap, QRectF(self._pixmap.rect()))
        if self._other is not None:
            self._paint_other(painter, box, self._other)
        if self._overlay is not None:
            painter.drawPixmap(box, self._overlay, QRectF(self._overlay.rect()))
        if self._other is not None:
            self._paint_line(painter, box)

    def _paint_other(self, painter: QPainter, box: QRectF, other: QPixmap) -> None:
        painter.save()
        x = self._wipe_x()
        painter.setClipRect(QRectF(x, 0, self.width() - x, self.height()))
        if other.hasAlphaChannel():
            painter.fillRect(box, _checkerboard())
        painter.drawPixmap(box, other, QRectF(other.rect()))
        painter.restore()

    def _paint_line(self, painter: QPainter, box: QRectF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self._wipe_x()
        top, bottom = max(0.0, box.top()), min(float(self.height()), box.bottom())
        painter.setPen(QPen(theme.colour("shadow", 0.6), 3))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        painter.setPen(QPen(QColor(Qt.GlobalColor.white), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        middle = QPointF(x, (top + bottom) / 2)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(middle, 7, 7)
        left, right = max(box.left(), 0.0) + 8, min(box.right(), float(self.width())) - 8
        room = QRectF(left, top + 8, right - left, 20)
        self._paint_label(painter, f"A  {self._labels[0]}", room, False)
        self._paint_label(painter, f"B  {self._labels[1]}", room, True)

    def _paint_label(self, painter: QPainter, text: str, room: QRectF, right: bool) -> None:
        """Paint the label of a picture at the left or right end of a row, in its half."""
        painter.setFont(theme.font(small=True))
        metrics, most = painter.fontMetrics(), room.width() / 2 - 4
        text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(most) - 12)
        width = metrics.horizontalAdvance(text) + 12
        box = QRectF(room.right() - width if right else room.left(), room.top(), width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("panel", 0.85))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme.colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _strength(image: QImage, opacity: float) -> QImage:
    """Return the lightness of a picture times `opacity`, as 8-bit grey."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    dimmed = QImage(grey.size(), QImage.Format.Format_Grayscale8)
    dimmed.fill(Qt.GlobalColor.black)
    painter = QPainter(dimmed)
    painter.setOpacity(opacity)
    painter.drawImage(0, 0, grey)
    painter.end()
    return dimmed


def _checkerboard() -> QBrush:
    """Return the checkerboard seen through transparent parts."""
    tile = QPixmap(16, 16)
    tile.fill(QColor("#8a8a8a"))
    painter = QPainter(tile)
    painter.fillRect(0, 0, 8, 8, QColor("#6e6e6e"))
    painter.fillRect(8, 8, 8, 8, QColor("#6e6e6e"))
    painter.end()
    return QBrush(tile)

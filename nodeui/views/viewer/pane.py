"""The pane of the viewer: one picture, a grid of them, or a comparison; with zoom and pan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fitting import grid
from nodeui.views.viewer.painting import (
    Ground,
    ground_brush,
    paint_difference,
    paint_label,
    paint_line,
    paint_picture,
    tinted,
)

Mode = Literal["grid", "wipe", "difference", "flicker", "onion"]
"""Arrangement of several pictures: side by side, or two of them in one place."""

_ZOOM_STEP = 1.25
_LEAST_ZOOM = 1 / 32
_MOST_ZOOM = 64.0
_GRAB = 8  # pixels from the wipe line within which a press grabs it
_SMOOTH_BELOW = 2.0  # from this zoom on, pixels are drawn as squares
_GAP = 4.0  # pixels between two cells of a grid
_SHIFT = 40.0  # pixels that a key pans


class Cell(NamedTuple):
    """A picture in the pane, and its name."""

    image: QImage
    label: str = ""


class ImagePane(QWidget):
    """Shows pictures, all at the same zoom and position.

    Wheel: zoom about the pointer. Drag: pan. Double click: toggle fit and 1:1; in a grid, show the
    picture alone. Keys: F fit, Z 1:1, + and - zoom, Shift and arrows pan.
    """

    hovered = Signal(object)
    """The pixel (x, y) of the picture under the pointer, or None."""
    zoom_changed = Signal()
    """The zoom, or the room of a picture, changed."""
    chosen = Signal(int)
    """The index of a picture in a grid that was clicked."""
    opened = Signal()
    """Show the current picture of the grid alone, or the grid again."""
    stepped = Signal(int, bool)
    """Go to the next (1) or previous (-1) picture; True: of the list, not of the batch."""
    digit_pressed = Signal(int)
    """A digit key was pressed."""
    dragged = Signal()
    """The picture is dragged away, with Ctrl held."""
    full_screen_wanted = Signal()
    """F11 was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures: tuple[Cell, ...] = ()
        self._mode: Mode = "grid"
        self._current = 0
        self._size = QSize()
        self._pixmaps: dict[int, QPixmap] = {}
        self._overlay: QPixmap | None = None
        self._overlay_key: tuple[int, float] | None = None
        self._empty = ""
        self._ground: Ground = "theme"
        self._fit = True
        self._scale = 1.0  # device pixels per pixel of the picture
        self._middle = QPointF(0.5, 0.5)  # the picture's point in a cell's middle, in [0, 1]
        self._wipe = 0.5  # position of the line, in [0, 1] of the picture's width
        self._gain, self._opacity = 8, 0.5
        self._turn = QTimer(self, interval=500)
        self._turn.timeout.connect(self._next_turn)
        self._pan_from: tuple[QPointF, QPointF] | None = None
        self._drag_from: QPointF | None = None
        self._wiping = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Picture"))

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    # --- content ---------------------------------------------------------------------------------

    def show_pictures(
        self,
        pictures: Sequence[Cell],
        size: QSize | None = None,
        mode: Mode = "grid",
        current: int = 0,
    ) -> None:
        """Show pictures; zoom and position are kept if they have the same size as before.

        Args:
            pictures: The pictures. All are drawn in the size of the first.
            size: For small pictures, the size in full, in which they are drawn.
            mode: How they are shown.
            current: In a grid, the index of the picture that is looked at; in a comparison, of the
                one that the first is compared with.
        """
        pictures = tuple(pictures)
        if size is None:
            size = pictures[0].image.size() if pictures else QSize()
        if size != self._size:
            self._middle = QPointF(0.5, 0.5)
        shape = len(pictures), mode == "grid"
        reshaped = shape != (len(self._pictures), self._mode == "grid")
        self._pictures, self._size, self._mode = pictures, size, mode
        self._current = min(current, max(0, len(pictures) - 1))
        keys = {cell.image.cacheKey() for cell in pictures}
        self._pixmaps = {key: held for key, held in self._pixmaps.items() if key in keys}
        if self._fit:
            self.fit()
        elif reshaped:
            self.zoom_changed.emit()
        self._describe()
        self._run_turns()
        self.update()

    def show_image(self, image: QImage, size: QSize | None = None) -> None:
        """Show one picture; see `show_pictures`."""
        self.show_pictures([] if image.isNull() else [Cell(image)], size)

    def set_empty_text(self, text: str) -> None:
        """Set the text shown without a picture."""
        if text != self._empty:
            self._empty = text
            self.update()

    def set_ground(self, ground: Ground) -> None:
        """Set what is around the pictures."""
        self._ground = ground
        self.update()

    def set_amount(self, mode: Mode, amount: float) -> None:
        """Set the gain of a difference (a power of two), the seconds of each picture of a flicker,
        or the opacity of the upper picture, in [0, 1]."""
        if mode == "difference":
            self._gain = round(amount)
        elif mode == "flicker":
            self._turn.setInterval(round(1000 * amount))
        elif mode == "onion":
            self._opacity = amount
        self.update()

    def show_overlay(self, image: QImage | None, opacity: float = 0.6) -> None:
        """Tint the pictures where a mask or hint is light; None removes the tint."""
        key = (image.cacheKey(), opacity) if image is not None else None
        if key != self._overlay_key:
            self._overlay_key = key
            self._overlay = tinted(image, opacity) if image is not None else None
            self.update()

    @property
    def image(self) -> QImage:
        """The picture that is looked at; of a comparison, the first."""
        if not self._pictures:
            return QImage()
        return self._pictures[self._current if self._mode == "grid" else 0].image

    @property
    def pictures(self) -> tuple[Cell, ...]:
        """The pictures."""
        return self._pictures

    @property
    def mode(self) -> Mode:
        """The arrangement of several pictures."""
        return self._mode

    @property
    def current(self) -> int:
        """The index of the picture that is looked at, or compared with the first."""
        return self._current

    @property
    def size_shown(self) -> QSize:
        """The size that the pictures are drawn in, in pixels as reported by `hovered`."""
        return self._size

    @property
    def columns(self) -> int:
        """The number of columns of the grid."""
        cells = self.cells()
        return sum(cell.top() == cells[0].top() for cell in cells) if cells else 1

    def _describe(self) -> None:
        """Update the description for screen readers."""
        self.setAccessibleDescription(", ".join(cell.label for cell in self._pictures))

    def _pixmap(self, index: int) -> QPixmap:
        image = self._pictures[index].image
        key = image.cacheKey()
        if key not in self._pixmaps:
            self._pixmaps[key] = QPixmap.fromImage(image)
        return self._pixmaps[key]

    # --- flicker ---------------------------------------------------------------------------------

    def _run_turns(self) -> None:
        """Change pictures as long as a flicker is visible."""
        wanted = self._mode == "flicker" and len(self._pictures) > 1 and self.isVisible()
        if wanted != self._turn.isActive():
            self._turn.start() if wanted else self._turn.stop()

    def _next_turn(self) -> None:
        self._current = (self._current + 1) % len(self._pictures)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_turns()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turn.stop()

    # --- zoom and pan ----------------------------------------------------------------------------

    @property
    def zoom(self) -> float:
        """Device pixels per pixel of the picture: 1 is 1:1."""
        return self._scale

    @property
    def fitted(self) -> bool:
        """True while the pictures are kept fitted to the pane."""
        return self._fit

    def fit(self) -> None:
        """Fit the pictures to the pane, also after later resizing."""
        self._fit = True
        self._middle = QPointF(0.5, 0.5)
        cells = self.cells()
        if cells:
            ratio = self.devicePixelRatioF()
            margin = 16 if len(cells) == 1 else 4
            width, height = cells[0].width() * ratio - margin, cells[0].height() * ratio - margin
            scale = min(width / self._size.width(), height / self._size.height())
            self._scale = min(_MOST_ZOOM, max(_LEAST_ZOOM, scale))
        self.zoom_changed.emit()
        self.update()

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the pane; by default, the middle of the current picture's cell."""
        if not self._pictures:
            return
        about = self._cell().center() if about is None else about
        held = self._fraction(about)
        self._fit = False
        self._scale = min(_MOST_ZOOM, max(_LEAST_ZOOM, scale))
        moved = self._fraction(about)
        self._middle += held - moved
        self.zoom_changed.emit()
        self.update()

    def cells(self) -> list[QRectF]:
        """Return the places of the pictures: one for a comparison in one place."""
        if not self._pictures or self._size.isEmpty():
            return []
        count = len(self._pictures) if self._mode == "grid" else 1
        aspect = self._size.width() / self._size.height()
        return grid(count, aspect, QRectF(self.rect()), _GAP)

    def _cell(self) -> QRectF:
        """Return the cell of the current picture."""
        return self.cells()[self._current if self._mode == "grid" else 0]

    def _cell_at(self, place: QPointF) -> int:
        """Return the index of the cell at a position in the pane; -1 between the cells."""
        cells = enumerate(self.cells())
        return next((index for index, cell in cells if cell.contains(place)), -1)

    def _box(self, cell: QRectF) -> QRectF:
        """Return the rectangle of the picture in a cell, which may be larger than the cell."""
        scale = self._scale / self.devicePixelRatioF()
        width, height = self._size.width() * scale, self._size.height() * scale
        left = cell.center().x() - self._middle.x() * width
        top = cell.center().y() - self._middle.y() * height
        return QRectF(round(left), round(top), width, height)

    def _fraction(self, place: QPointF) -> QPointF:
        """Return a position in the pane as a fraction of the picture, in [0, 1] inside of it."""
        index = self._cell_at(place)
        cell = self.cells()[index] if index >= 0 else self._cell()
        scale = self._scale / self.devicePixelRatioF()
        away = place - cell.center()
        return self._middle + QPointF(
            away.x() / (self._size.width() * scale), away.y() / (self._size.height() * scale)
        )

    def pixel_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the pixel of the picture at a position in the pane; None outside."""
        index = self._cell_at(place)
        if index < 0:
            return None
        box = self._box(self.cells()[index])
        x = (place.x() - box.left()) / box.width() * self._size.width()
        y = (place.y() - box.top()) / box.height() * self._size.height()
        if 0 <= x < self._size.width() and 0 <= y < self._size.height():
            return int(x), int(y)
        return None

    def place_of(self, x: float, y: float) -> QPointF:
        """Return the position in the pane of a point of the current picture."""
        box = self._box(self._cell())
        return QPointF(
            box.left() + x / self._size.width() * box.width(),
            box.top() + y / self._size.height() * box.height(),
        )

    # --- input -----------------------------------------------------------------------------------

    def _wipe_x(self) -> float:
        box = self._box(self._cell())
        return box.left() + self._wipe * box.width()

    def _on_wipe(self, place: QPointF) -> bool:
        return self._mode == "wipe" and abs(place.x() - self._wipe_x()) <= _GRAB

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        self.zoom_to(self._scale * _ZOOM_STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and self._on_wipe(event.position()):
            self._wiping = True
        elif event.button() == Qt.MouseButton.LeftButton and _with_control(event):
            self._drag_from = event.position()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan_from = (event.position(), QPointF(self._middle))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._drag_from is not None:
            away = (place - self._drag_from).manhattanLength()
            if away >= QApplication.startDragDistance() and self._pictures:
                self._drag_from = None
                self.dragged.emit()
            return
        if self._wiping:
            box = self._box(self._cell())
            self._wipe = min(1.0, max(0.0, (place.x() - box.left()) / box.width()))
            self.update()
        elif self._pan_from is not None and self._pictures:
            start, middle = self._pan_from
            self._pan(middle, place - start)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            over = self._on_wipe(place)
            self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.CrossCursor)
        self.hovered.emit(self.pixel_at(place))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None and event.button() == Qt.MouseButton.LeftButton:
            away = (event.position() - self._pan_from[0]).manhattanLength()
            if away < QApplication.startDragDistance():
                self._choose(self._cell_at(event.position()))
        self._wiping, self._pan_from, self._drag_from = False, None, None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _choose(self, index: int) -> None:
        if index >= 0 and self._mode == "grid" and len(self._pictures) > 1:
            self.chosen.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._mode == "grid" and len(self._pictures) > 1:
            self._choose(self._cell_at(event.position()))
            self.opened.emit()
        elif self._fit:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        """Take F11, which is the window's elsewhere."""
        is_key = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F11
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if shift and event.key() in _PANS and self._pictures:
            self._pan(QPointF(self._middle), _PANS[Qt.Key(event.key())])
            return
        row = self.columns if self._mode == "grid" else 1
        match event.key():
            case Qt.Key.Key_F11:
                self.full_screen_wanted.emit()
            case Qt.Key.Key_F:
                self.fit()
            case Qt.Key.Key_Z:
                self.zoom_to(1.0)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_to(self._scale * _ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_to(self._scale / _ZOOM_STEP)
            case Qt.Key.Key_Left | Qt.Key.Key_Right if plain:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_Right else -1, False)
            case Qt.Key.Key_Up | Qt.Key.Key_Down if plain:
                self.stepped.emit(row if event.key() == Qt.Key.Key_Down else -row, False)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown if plain:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_PageDown else -1, True)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if plain:
                self.opened.emit()
            case key if Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and plain:
                self.digit_pressed.emit(key - Qt.Key.Key_0)
            case _:
                super().keyPressEvent(event)

    def _pan(self, middle: QPointF, by: QPointF) -> None:
        box = self._box(self._cell())
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
        painter.fillRect(self.rect(), ground_brush(self._ground))
        cells = self.cells()
        if not cells:
            painter.setPen(theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self._empty)
        elif self._mode == "grid":
            for index, cell in enumerate(cells):
                self._paint_cell(painter, index, cell, alone=len(cells) == 1)
        else:
            self._paint_comparison(painter, cells[0], self._box(cells[0]))

    def _smooth(self, painter: QPainter, index: int) -> None:
        smooth = self._scale < _SMOOTH_BELOW or self._size != self._pictures[index].image.size()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)

    def _paint_cell(self, painter: QPainter, index: int, cell: QRectF, alone: bool) -> None:
        box = self._box(cell)
        painter.save()
        painter.setClipRect(cell)
        self._smooth(painter, index)
        image, label = self._pictures[index]
        if image.isNull():
            painter.setPen(theme.colour("muted"))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, tr("not readable"))
        else:
            paint_picture(painter, box, self._pixmap(index), self._ground)
            self._paint_overlay(painter, box)
        painter.restore()
        if not alone:
            seen = box.intersected(cell)
            if index == self._current:
                painter.setPen(QPen(theme.colour("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect((seen if not seen.isEmpty() else cell).adjusted(1, 1, -1, -1))
            paint_label(painter, label, seen.adjusted(5, 5, -5, -5))

    def _paint_overlay(self, painter: QPainter, box: QRectF) -> None:
        if self._overlay is not None:
            painter.drawPixmap(box, self._overlay, QRectF(self._overlay.rect()))

    def _paint_comparison(self, painter: QPainter, cell: QRectF, box: QRectF) -> None:
        """Paint the first picture and the one that it is compared with."""
        other = max(1, self._current)
        first, second = self._pixmap(0), self._pixmap(other)
        self._smooth(painter, other)
        left, right = box.intersected(cell).left() + 8, box.intersected(cell).right() - 8
        room = QRectF(left, max(box.top(), 0.0) + 8, right - left, 20)
        a, b = f"A  {self._pictures[0].label}", f"B  {self._pictures[other].label}"
        match self._mode:
            case "difference":
                paint_difference(painter, cell, box, first, second, self._gain)
            case "flicker":
                paint_picture(painter, box, self._pixmap(self._current), self._ground)
                self._paint_overlay(painter, box)
                paint_label(painter, f"{'AB'[self._current > 0]}  {self._label}", room)
                return
            case "onion":
                paint_picture(painter, box, first, self._ground)
                painter.setOpacity(self._opacity)
                painter.drawPixmap(box, second, QRectF(second.rect()))
                painter.setOpacity(1.0)
            case _:
                paint_picture(painter, box, first, self._ground)
                painter.save()
                painter.setClipRect(QRectF(self._wipe_x(), 0, self.width(), self.height()))
                paint_picture(painter, box, second, self._ground)
                painter.restore()
        if self._mode != "difference":
            self._paint_overlay(painter, box)
        if self._mode == "wipe":
            paint_line(painter, self._wipe_x(), box, self.height())
        half = room.adjusted(0, 0, -room.width() / 2 - 6, 0)
        paint_label(painter, a, half)
        paint_label(painter, b, room, right=True)

    @property
    def _label(self) -> str:
        return self._pictures[self._current].label


_PANS = {
    Qt.Key.Key_Left: QPointF(_SHIFT, 0),
    Qt.Key.Key_Right: QPointF(-_SHIFT, 0),
    Qt.Key.Key_Up: QPointF(0, _SHIFT),
    Qt.Key.Key_Down: QPointF(0, -_SHIFT),
}


def _with_control(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

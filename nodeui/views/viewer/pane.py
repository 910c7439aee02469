"""The pane of the viewer: one picture, a grid of them, or a comparison; with zoom and pan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fitting import grid
from nodeui.views.viewer.painting import Ground, ground_brush
from nodeui.views.viewer.pane_painter import Cell, Mode, PanePainter
from nodeui.views.viewer.placement import ZOOM_STEP, Placement

_GRAB = 8  # pixels from the wipe line within which a press grabs it
_GAP = 4.0  # pixels between two cells of a grid
_SHIFT = 40.0  # pixels that a key pans


class Hand(Protocol):
    """Works by hand on the picture of the pane."""

    def take(self, event: QEvent) -> bool:
        """Take an event before the pane does; return True if the pane has nothing to do."""
        ...

    def paint(self, painter: QPainter, part: QRect) -> None:
        """Paint over the picture, within a part of the pane."""
        ...


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
        self._mode: Mode = "grid"
        self._current = 0
        self._at = Placement()
        self._look = PanePainter(self._at)
        self._empty = ""
        self._hand: Hand | None = None
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
        self._at.set_size(size)
        shape = len(pictures), mode == "grid"
        reshaped = shape != (len(self._look.pictures), self._mode == "grid")
        self._look.take(pictures)
        self._mode = mode
        self._current = min(current, max(0, len(pictures) - 1))
        if self._at.fitted:
            self.fit()
        elif reshaped:
            self.zoom_changed.emit()
        self._describe()
        self._run_turns()
        self.update()

    def show_image(self, image: QImage, size: QSize | None = None) -> None:
        """Show one picture; see `show_pictures`."""
        self.show_pictures([] if image.isNull() else [Cell(image)], size)

    def set_hand(self, hand: Hand | None) -> None:
        """Let a hand work on the picture, or end this."""
        if hand is not self._hand:
            self._hand = hand
            self.setCursor(Qt.CursorShape.CrossCursor)
            self.update()

    def set_empty_text(self, text: str) -> None:
        """Set the text shown without a picture."""
        if text != self._empty:
            self._empty = text
            self.update()

    def set_ground(self, ground: Ground) -> None:
        """Set what is around the pictures."""
        self._look.ground = ground
        self.update()

    def set_amount(self, mode: Mode, amount: float) -> None:
        """Set the gain of a difference (a power of two), the seconds of each picture of a flicker,
        or the opacity of the upper picture, in [0, 1]."""
        if mode == "difference":
            self._look.gain = round(amount)
        elif mode == "flicker":
            self._turn.setInterval(round(1000 * amount))
        elif mode == "onion":
            self._look.opacity = amount
        self.update()

    def show_overlay(self, image: QImage | None, opacity: float = 0.6) -> None:
        """Tint the pictures where a mask or hint is light; None removes the tint."""
        if self._look.set_overlay(image, opacity):
            self.update()

    @property
    def image(self) -> QImage:
        """The picture that is looked at; of a comparison, the first."""
        if not self._look.pictures:
            return QImage()
        return self._look.pictures[self._current if self._mode == "grid" else 0].image

    @property
    def pictures(self) -> tuple[Cell, ...]:
        """The pictures."""
        return self._look.pictures

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
        return self._at.size

    @property
    def columns(self) -> int:
        """The number of columns of the grid."""
        cells = self.cells()
        return sum(cell.top() == cells[0].top() for cell in cells) if cells else 1

    def _describe(self) -> None:
        """Update the description for screen readers."""
        self.setAccessibleDescription(", ".join(cell.label for cell in self._look.pictures))

    # --- flicker ---------------------------------------------------------------------------------

    def _run_turns(self) -> None:
        """Change pictures as long as a flicker is visible."""
        wanted = self._mode == "flicker" and len(self._look.pictures) > 1 and self.isVisible()
        if wanted != self._turn.isActive():
            self._turn.start() if wanted else self._turn.stop()

    def _next_turn(self) -> None:
        self._current = (self._current + 1) % len(self._look.pictures)
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
        return self._at.scale

    @property
    def fitted(self) -> bool:
        """True while the pictures are kept fitted to the pane."""
        return self._at.fitted

    def fit(self) -> None:
        """Fit the pictures to the pane, also after later resizing."""
        cells = self.cells()
        self._at.ratio = self.devicePixelRatioF()
        self._at.fit(cells[0] if cells else None, 16 if len(cells) == 1 else 4)
        self.zoom_changed.emit()
        self.update()

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom about a point of the pane; by default, the middle of the current picture's cell."""
        if self._look.pictures:
            about = self._cell().center() if about is None else about
            self._at.ratio = self.devicePixelRatioF()
            self._at.zoom_about(scale, about, self._cell_near(about))
            self.zoom_changed.emit()
            self.update()

    def cells(self) -> list[QRectF]:
        """Return the places of the pictures: one for a comparison in one place."""
        if not self._look.pictures or self._at.size.isEmpty():
            return []
        count = len(self._look.pictures) if self._mode == "grid" else 1
        aspect = self._at.size.width() / self._at.size.height()
        return grid(count, aspect, QRectF(self.rect()), _GAP)

    def _cell(self) -> QRectF:
        """Return the cell of the current picture."""
        return self.cells()[self._current if self._mode == "grid" else 0]

    def picture_box(self) -> QRectF:
        """Return the place of the current picture, which may reach beyond the pane."""
        return self._at.box(self._cell()) if self.cells() else QRectF()

    def _cell_at(self, place: QPointF) -> int:
        """Return the index of the cell at a position in the pane; -1 between the cells."""
        cells = enumerate(self.cells())
        return next((index for index, cell in cells if cell.contains(place)), -1)

    def _cell_near(self, place: QPointF) -> QRectF:
        """Return the cell at a position in the pane, else that of the current picture."""
        index = self._cell_at(place)
        return self.cells()[index] if index >= 0 else self._cell()

    def pixel_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the pixel of the picture at a position in the pane; None outside."""
        index = self._cell_at(place)
        return self._at.pixel(place, self.cells()[index]) if index >= 0 else None

    def place_of(self, x: float, y: float) -> QPointF:
        """Return the position in the pane of a point of the current picture."""
        box = self.picture_box()
        return QPointF(
            box.left() + x / self._at.size.width() * box.width(),
            box.top() + y / self._at.size.height() * box.height(),
        )

    # --- input -----------------------------------------------------------------------------------

    def _on_wipe(self, place: QPointF) -> bool:
        return self._mode == "wipe" and abs(place.x() - self._look.wipe_x(self._cell())) <= _GRAB

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        self.zoom_to(self._at.scale * ZOOM_STEP**notches, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton and self._on_wipe(event.position()):
            self._wiping = True
        elif event.button() == Qt.MouseButton.LeftButton and _with_control(event):
            self._drag_from = event.position()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pan_from = (event.position(), self._at.middle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._drag_from is not None:
            away = (place - self._drag_from).manhattanLength()
            if away >= QApplication.startDragDistance() and not self.image.isNull():
                self._drag_from = None
                self.dragged.emit()
            return
        if self._wiping:
            box = self._at.box(self._cell())
            self._look.wipe = min(1.0, max(0.0, (place.x() - box.left()) / box.width()))
            self.update()
        elif self._pan_from is not None and self._look.pictures:
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
        if index >= 0 and self._mode == "grid" and len(self._look.pictures) > 1:
            self.chosen.emit(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._mode == "grid" and len(self._look.pictures) > 1:
            self._choose(self._cell_at(event.position()))
            self.opened.emit()
        elif self._at.fitted:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)

    def event(self, event: QEvent) -> bool:
        """Let the hand take events; take F11, which is the window's elsewhere."""
        if self._hand is not None and self._hand.take(event):
            if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
                self.hovered.emit(self.pixel_at(event.position()))
            return True
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
        if shift and event.key() in _PANS and self._look.pictures:
            self._pan(self._at.middle, _PANS[Qt.Key(event.key())])
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
                self.zoom_to(self._at.scale * ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self.zoom_to(self._at.scale / ZOOM_STEP)
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
        self._at.pan(middle, by)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._at.fitted:
            self.fit()

    # --- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), ground_brush(self._look.ground))
        cells = self.cells()
        if not cells:
            painter.setPen(theme.colour("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self._empty)
        elif self._mode == "grid":
            self._look.paint_grid(painter, cells, self._current)
        else:
            self._look.paint_comparison(painter, cells[0], self._mode, self._current)
        if self._hand is not None and cells:
            self._hand.paint(painter, event.rect())


_PANS = {
    Qt.Key.Key_Left: QPointF(_SHIFT, 0),
    Qt.Key.Key_Right: QPointF(-_SHIFT, 0),
    Qt.Key.Key_Up: QPointF(0, _SHIFT),
    Qt.Key.Key_Down: QPointF(0, -_SHIFT),
}


def _with_control(event: QMouseEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

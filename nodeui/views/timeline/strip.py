"""The strip: a picture a step, and the course of the run below them."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollArea, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.timeline import step_curves
from nodeui.views.timeline.step_frames import StepFrames

RULER = 18.0
"""Height of the row with the numbers of the steps."""

_MARGIN = 8.0
_LEAST_COLUMN = 30.0
_INSET = 2.0
_BAR = 3.0
_FRAME = _INSET + _BAR + 2.0  # above and below a picture
_LEAST_COURSE, _MOST_COURSE = 40.0, 110.0
_FAR = 5  # steps that Page Up and Page Down move by
_OLD = 0.3  # opacity of a picture that a run is about to replace


class Strip(QWidget):
    """The steps of a sampler from left to right: hover to look, press and drag to scrub.

    Keys: Left and Right, Home and End, Page Up and Page Down.
    """

    looked_at = Signal()
    """`shown` is another step now."""
    menu_asked = Signal(int, QPoint)
    """A step and a place on the screen."""
    left = Signal()
    """Neither pointer nor keyboard is here any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: StepFrames | None = None
        self._chosen = 0
        self._hovered = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Steps"))

    # --- what is shown ---------------------------------------------------------------------------

    def show_reel(self, frames: StepFrames | None, chosen: int = 0) -> None:
        """Show the steps of another sampler, one of them chosen."""
        self._frames = frames
        self._chosen, self._hovered = chosen, 0
        self.refresh()

    def refresh(self) -> None:
        """The frames changed."""
        total = self.total
        self._chosen, self._hovered = min(self._chosen, total), min(self._hovered, total)
        self.setMinimumWidth(round(total * self._least_column + 2 * _MARGIN))
        self.want_visible()
        self._describe()
        self.update()

    @property
    def total(self) -> int:
        """How many steps there are."""
        return self._frames.total if self._frames is not None else 0

    @property
    def chosen(self) -> int:
        """The step that was chosen by a press or a key; where none was, the last one done."""
        follow = self._frames.done if self._frames is not None else 0
        return self._chosen or follow or self.total

    @property
    def shown(self) -> int:
        """The step under the pointer, else the chosen one; the first is 1, 0 is none."""
        return self._hovered or self.chosen

    def choose(self, step: int) -> None:
        """Go to a step."""
        self._chosen = max(1, min(step, self.total)) if self.total else 0
        self._hovered = 0
        self._reveal()
        self._tell()

    def _tell(self) -> None:
        self._describe()
        self.update()
        self.looked_at.emit()

    def _describe(self) -> None:
        """Say for screen readers what the eye sees."""
        text = tr("Step {0} of {1}", self.shown, self.total) if self.total else ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # --- places ----------------------------------------------------------------------------------

    @property
    def column(self) -> float:
        """Width of a step."""
        widest = (self.height() - RULER - _LEAST_COURSE - _FRAME) * self._aspect + 2 * _INSET
        room = (self._viewport_width() - 2 * _MARGIN) / max(1, self.total)
        return max(self._least_column, min(room, widest))

    @property
    def _least_column(self) -> float:
        """Several pictures side by side take more room."""
        return _LEAST_COLUMN * min(4.0, max(1.0, self._aspect))

    @property
    def _aspect(self) -> float:
        return self._frames.aspect if self._frames is not None else 1.0

    def _viewport_width(self) -> float:
        parent = self.parentWidget()
        return parent.width() if parent is not None else self.width()

    def _film_height(self) -> float:
        """The pictures take what their width gives them, the course the rest up to a bound."""
        room = self.height() - RULER
        picture = (self.column - 2 * _INSET) / self._aspect + _FRAME
        return max(room - _MOST_COURSE, min(picture, room - _LEAST_COURSE))

    def step_at(self, x: float) -> int:
        """The step whose column is at a place; the first or last one beside them, 0 for none."""
        if not self.total:
            return 0
        return max(1, min(self.total, math.floor((x - _MARGIN) / self.column) + 1))

    def column_of(self, step: int) -> QRectF:
        """Where a step lies, over the whole height."""
        width = self.column
        return QRectF(_MARGIN + (step - 1) * width, 0, width, self.height())

    def _is_over(self, place: QPointF) -> bool:
        return 0 <= place.x() - _MARGIN < self.total * self.column

    def want_visible(self) -> None:
        """Ask for the pictures that are in view, nearest to the shown step first."""
        if self._frames is None or not self.isVisible() or not self.total:
            return
        seen = self.visibleRegion().boundingRect()
        first, last = self.step_at(seen.left()), self.step_at(seen.right())
        near = self.shown
        self._frames.want(sorted(range(first, last + 1), key=lambda step: abs(step - near)))

    def _reveal(self) -> None:
        area = self._scroll_area()
        if area is not None:
            middle = self.column_of(self.chosen).center()
            area.ensureVisible(round(middle.x()), 0, round(self.column), 0)

    def _scroll_area(self) -> QScrollArea | None:
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        return area if isinstance(area, QScrollArea) else None

    # --- hands -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event.position())
            return
        step = self.step_at(event.position().x()) if self._is_over(event.position()) else 0
        if step != self._hovered:
            self._hovered = step
            self._tell()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event.position())

    def _scrub(self, place: QPointF) -> None:
        step = self.step_at(place.x())
        if step and step != self._chosen:
            self._hovered = 0
            self._chosen = step
            self._reveal()
            self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = 0
        self._tell()
        if not self.hasFocus():
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        if not self.underMouse() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, at = event.key(), self.chosen
        goals = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_PageUp: at - _FAR,
            Qt.Key.Key_PageDown: at + _FAR,
            Qt.Key.Key_Home: 1,
            Qt.Key.Key_End: self.total,
        }
        if key in goals and self.total:
            self.choose(goals[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel goes along the steps."""
        area = self._scroll_area()
        turn = event.angleDelta()
        if area is not None and turn.x() == 0:
            bar = area.horizontalScrollBar()
            bar.setValue(bar.value() - turn.y())
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.total:
            return
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            step, place = self.step_at(event.pos().x()), event.globalPos()
        else:
            step = self.chosen
            place = self.mapToGlobal(self.column_of(step).center().toPoint())
        self._chosen, self._hovered = step, 0
        self._tell()
        self.menu_asked.emit(step, place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.want_visible()

    def sizeHint(self) -> QSize:
        return QSize(600, 180)

    # --- looks -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        frames = self._frames
        if frames is None or not self.total:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        first = self.step_at(event.rect().left())
        last = self.step_at(event.rect().right())
        film = self._film_height()
        low = QRectF(_MARGIN, film + RULER, self.total * self.column, self.height() - film - RULER)
        self._paint_ground(painter, low.adjusted(0, 2, 0, -3))
        if frames.curves:
            painter.save()
            painter.setClipRect(low)
            step_curves.paint(painter, low.adjusted(0, 2, 0, -3), self.column, frames.curves)
            painter.restore()
        else:
            painter.setFont(theme.font(small=True))
            painter.setPen(theme.colour("muted"))
            text = tr("The course is drawn as soon as the inputs are known")
            painter.drawText(low, Qt.AlignmentFlag.AlignCenter, text)
        for step in range(first, last + 1):
            self._paint_step(painter, frames, step, film)
        self._paint_numbers(painter, film, first, last)
        self._paint_resume(painter, frames)
        self._paint_shown(painter)

    def _paint_ground(self, painter: QPainter, low: QRectF) -> None:
        """The ground of the course, with a line at every fifth step."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(low, 4, 4)
        painter.setPen(QPen(theme.colour("outline", 0.5), 1))
        for step in range(_FAR, self.total, _FAR):
            x = round(self.column_of(step).right()) + 0.5
            painter.drawLine(QPointF(x, low.top()), QPointF(x, low.bottom()))

    def _paint_step(self, painter: QPainter, frames: StepFrames, step: int, film: float) -> None:
        column = self.column_of(step)
        box = QRectF(column.left(), 0, column.width(), film - _BAR - 2).adjusted(
            _INSET, _INSET, -_INSET, 0
        )
        image, at_hand = frames.image(step), frames.at_hand(step)
        if image is not None:
            painter.setOpacity(_OLD if frames.is_old(step) else 1.0)
            painter.drawImage(_fitted(image, box), image)
            painter.setOpacity(1.0)
        else:
            place = _fitted(None, box, frames.aspect).adjusted(0.5, 0.5, -0.5, -0.5)
            style = Qt.PenStyle.SolidLine if at_hand else Qt.PenStyle.DashLine
            painter.setPen(QPen(theme.colour("outline"), 1, style))
            painter.setBrush(theme.colour("field") if at_hand else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, 3, 3)
        bar = QRectF(column.left() + 1, film - _BAR, column.width() - 2, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        done = theme.colour("accent" if frames.running and step > frames.resumed_at else "done")
        painter.setBrush(done if at_hand else theme.colour("outline", 0.7))
        painter.drawRoundedRect(bar, 1.5, 1.5)

    def _paint_numbers(self, painter: QPainter, film: float, first: int, last: int) -> None:
        painter.setFont(theme.font(small=True))
        widest = painter.fontMetrics().horizontalAdvance(str(self.total)) + 8
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if n * self.column >= widest)
        for step in range(first, last + 1):
            if step % every and step not in (1, self.shown):
                continue
            lit = step == self.shown
            painter.setPen(theme.colour("text" if lit else "muted"))
            column = self.column_of(step)
            box = QRectF(column.left() - 10, film, column.width() + 20, RULER)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(step))

    def _paint_resume(self, painter: QPainter, frames: StepFrames) -> None:
        """Where a run would go on."""
        at = frames.resumes_at
        if frames.running or not 0 < at < self.total:
            return
        x = round(self.column_of(at).right()) + 0.0
        painter.setPen(QPen(theme.colour("done"), 2))
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 3))
        painter.setFont(theme.font(small=True))
        text = tr("resumes at {0}", at)
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        left = x if x + width < self.width() else x - width
        flag = QRectF(left, 2, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("done"))
        painter.drawRoundedRect(flag, 3, 3)
        painter.setPen(theme.colour("window" if theme.current() == "dark" else "on_accent"))
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_shown(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for step, strength in ((self._chosen, 1.0), (self._hovered, 0.6)):
            if step:
                column = self.column_of(step)
                painter.setPen(QPen(theme.colour("accent", strength), 2))
                painter.drawRoundedRect(column.adjusted(1, 1, -1, -2), 4, 4)


def _fitted(image: QImage | None, box: QRectF, aspect: float = 1.0) -> QRectF:
    """The largest place of the picture's shape in a box, in its middle."""
    if image is not None:
        aspect = image.width() / image.height()
    width = min(box.width(), box.height() * aspect)
    place = QRectF(0, 0, width, width / aspect)
    place.moveCenter(box.center())
    return place

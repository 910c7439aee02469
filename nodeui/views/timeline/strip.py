"""The strip of the timeline: one picture per step, above the step curves."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
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
from nodeui.views.fitting import fitted
from nodeui.views.timeline import step_curves
from nodeui.views.timeline.step_frames import StepFrames

RULER = 18.0
"""Height of the row with the numbers of the steps."""

_MARGIN = 8.0
_LEAST_COLUMN = 30.0
_INSET = 2.0
_BAR = 3.0
_FRAME = _INSET + _BAR + 2.0  # above and below a picture
_LEAST_CURVES, _MOST_CURVES = 40.0, 110.0
_FAR = 5  # steps moved by Page Up and Page Down
_OLD = 0.3  # opacity of a picture that the run will replace


class Strip(QWidget):
    """Shows the steps of a sampler from left to right: hover to preview, drag to scrub.

    Keys: Left and Right, Home and End, Page Up and Page Down.
    """

    shown_changed = Signal()
    """`shown` has changed."""
    menu_requested = Signal(int, QPoint)
    """The step and the global position of a context menu."""
    left = Signal()
    """Both pointer and keyboard focus have left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: StepFrames | None = None
        self._chosen = 0
        self._hovered = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Steps"))

    # --- content ---------------------------------------------------------------------------------

    def show_frames(self, frames: StepFrames | None, chosen: int = 0) -> None:
        """Show the steps of another sampler, with one selected; 0 selects none."""
        self._frames = frames
        self._chosen, self._hovered = chosen, 0
        self.refresh()

    def refresh(self) -> None:
        """Update the strip from the frames."""
        total = self.total
        self._chosen, self._hovered = min(self._chosen, total), min(self._hovered, total)
        self.setMinimumWidth(round(total * self._least_column + 2 * _MARGIN))
        self.want_visible()
        self._describe()
        self.update()

    @property
    def total(self) -> int:
        """Number of steps."""
        return self._frames.total if self._frames is not None else 0

    @property
    def chosen(self) -> int:
        """The step chosen by mouse or keyboard, else the last one done."""
        follow = self._frames.done if self._frames is not None else 0
        return self._chosen or follow or self.total

    @property
    def shown(self) -> int:
        """The step under the pointer, else the chosen one, counted from 1; 0 is none."""
        return self._hovered or self.chosen

    def choose(self, step: int) -> None:
        """Choose a step and scroll to it."""
        self._chosen = max(1, min(step, self.total)) if self.total else 0
        self._hovered = 0
        self._reveal()
        self._emit_shown()

    def _emit_shown(self) -> None:
        self._describe()
        self.update()
        self.shown_changed.emit()

    def _describe(self) -> None:
        """Update the description for screen readers."""
        text = tr("Step {0} of {1}", self.shown, self.total) if self.total else ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # --- geometry --------------------------------------------------------------------------------

    @property
    def column(self) -> float:
        """Width of the column of a step, in pixels."""
        widest = (self.height() - RULER - _LEAST_CURVES - _FRAME) * self._aspect + 2 * _INSET
        room = (self._viewport_width() - 2 * _MARGIN) / max(1, self.total)
        return max(self._least_column, min(room, widest))

    @property
    def _least_column(self) -> float:
        """Least width of a column; wide pictures get more."""
        return _LEAST_COLUMN * min(4.0, max(1.0, self._aspect))

    @property
    def _aspect(self) -> float:
        return self._frames.aspect if self._frames is not None else 1.0

    def _viewport_width(self) -> float:
        parent = self.parentWidget()
        return parent.width() if parent is not None else self.width()

    def _film_height(self) -> float:
        """Return the height of the pictures, set by their width; the curves take the rest."""
        room = self.height() - RULER
        picture = (self.column - 2 * _INSET) / self._aspect + _FRAME
        return max(room - _MOST_CURVES, min(picture, room - _LEAST_CURVES))

    def step_at(self, x: float) -> int:
        """Return the step at `x`, else the nearest one; 0 if there are no steps."""
        if not self.total:
            return 0
        return max(1, min(self.total, math.floor((x - _MARGIN) / self.column) + 1))

    def column_of(self, step: int) -> QRectF:
        """Return the column of a step, over the whole height."""
        width = self.column
        return QRectF(_MARGIN + (step - 1) * width, 0, width, self.height())

    def _is_over(self, place: QPointF) -> bool:
        return 0 <= place.x() - _MARGIN < self.total * self.column

    def want_visible(self) -> None:
        """Request the pictures in view, nearest to the shown step first."""
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

    # --- input -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._scrub(event.position())
            return
        step = self.step_at(event.position().x()) if self._is_over(event.position()) else 0
        if step != self._hovered:
            self._hovered = step
            self._emit_shown()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._scrub(event.position())

    def _scrub(self, place: QPointF) -> None:
        step = self.step_at(place.x())
        if step and step != self._chosen:
            self._hovered = 0
            self._chosen = step
            self._reveal()
            self._emit_shown()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = 0
        self._emit_shown()
        if not self.hasFocus():
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._emit_shown()

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
        """Scroll along the steps."""
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
        self._emit_shown()
        self.menu_requested.emit(step, place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.want_visible()

    def sizeHint(self) -> QSize:
        return QSize(600, 180)

    # --- painting --------------------------------------------------------------------------------

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
        self._paint_background(painter, low.adjusted(0, 2, 0, -3))
        if frames.curves:
            painter.save()
            painter.setClipRect(low)
            step_curves.paint(painter, low.adjusted(0, 2, 0, -3), self.column, frames.curves)
            painter.restore()
        else:
            painter.setFont(theme.font(small=True))
            painter.setPen(theme.colour("muted"))
            text = tr("Curves appear once the inputs are known")
            painter.drawText(low, Qt.AlignmentFlag.AlignCenter, text)
        for step in range(first, last + 1):
            self._paint_step(painter, frames, step, film)
        self._paint_numbers(painter, film, first, last)
        self._paint_resume(painter, frames)
        self._paint_shown(painter)

    def _paint_background(self, painter: QPainter, low: QRectF) -> None:
        """Paint the background of the curves, with a line at every fifth step."""
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
        image, stored = frames.image(step), frames.is_stored(step)
        if image is not None:
            painter.setOpacity(_OLD if frames.is_old(step) else 1.0)
            painter.drawImage(fitted(image.width() / image.height(), box), image)
            painter.setOpacity(1.0)
        else:
            place = fitted(frames.aspect, box).adjusted(0.5, 0.5, -0.5, -0.5)
            style = Qt.PenStyle.SolidLine if stored else Qt.PenStyle.DashLine
            painter.setPen(QPen(theme.colour("outline"), 1, style))
            painter.setBrush(theme.colour("field") if stored else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(place, 3, 3)
        bar = QRectF(column.left() + 1, film - _BAR, column.width() - 2, _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        done = theme.colour("accent" if frames.running and step > frames.resumed_at else "done")
        painter.setBrush(done if stored else theme.colour("outline", 0.7))
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
        """Mark the step at which a run would resume."""
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

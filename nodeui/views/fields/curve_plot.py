"""The plot of the curve editor: draggable points over a grid of steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr, words
from nodeui.sdk import curve_at
from nodeui.views import theme
from nodeui.views.fields.text import notch
from nodeui.views.labels import set_tip

Point = tuple[float, float]

_REACH = 9.0  # pixels from a point within which a press grabs it
_NEAR_LINE = 7.0  # pixels from the line within which a new point snaps to it
_FINEST = 6.0  # least pixels between two grid lines
_FAST = 5  # factor of Shift for the arrow keys
_FREE = 100  # grid of the run where the number of steps is unknown
_LABEL = 15.0


class CurvePlot(QWidget):
    """Shows and edits a value over the run.

    Mouse: drag points (Alt: off the steps, Shift: up and down only), double click to add one,
    right click to remove one. Keys: Page Up and Page Down select a point, arrows move it (Shift:
    further), Insert adds one, Delete removes it.
    """

    edited = Signal(object, bool)
    """The points, and whether the edit is complete (False during a drag)."""
    cancelled = Signal()
    """Escape was pressed."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parameter = parameter
        self._points: list[Point] = []
        self.steps: int | None = None
        self._held: int | None = None
        self._dragging = False
        self._opening = False
        self._pointer: QPointF | None = None
        self._range = self._rest_range()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(104)
        self.setAccessibleName(words(parameter.name))
        set_tip(
            self,
            tr(
                "Double-click to add a point; right-click or press Delete to remove one.\n"
                "Alt: ignore the step grid. Shift: move vertically only."
            ),
        )

    def sizeHint(self) -> QSize:
        return QSize(240, 132)

    # --- content ---------------------------------------------------------------------------------

    def show_points(self, points: Sequence[Point]) -> None:
        """Draw these points."""
        self._points = list(points)
        if self._held is not None and self._held >= len(self._points):
            self._held = None
        if not self._dragging:
            self._range = self._rest_range()
        self._describe()
        self.update()

    def set_steps(self, steps: int | None) -> None:
        """Snap to the steps of the run; None if their number is unknown."""
        if steps != self.steps:
            self.steps = steps
            self.update()

    def _rest_range(self) -> Point:
        """Return the range of values: that of the parameter, else from 0 to above the points."""
        low, high = self._parameter.low, self._parameter.high
        if low is not None and high is not None:
            return low, high
        values = [y for _, y in self._points]
        least, most = min([0.0, *values]), max([1.0, *(y * 1.5 for y in values)])
        size = 10.0 ** math.floor(math.log10(most))
        return least, math.ceil(most / size) * size

    def _describe(self) -> None:
        text = ", ".join(f"{x:.3g}: {y:.4g}" for x, y in self._points)
        if self._held is not None:
            text = f"{self.text_at(self._points[self._held])} ({text})"
        self.setAccessibleDescription(text)

    def open_under_pointer(self) -> None:
        """Ignore the second click of the double click that opened the plot."""
        self._opening = True

    # --- geometry --------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8.5, 8.5, -8.5, -8.5 - _LABEL)

    def place_of(self, point: Point) -> QPointF:
        box, (low, high) = self._box(), self._range
        up = (point[1] - low) / (high - low)
        return QPointF(box.left() + point[0] * box.width(), box.bottom() - up * box.height())

    def _point(self, place: QPointF, *, free: bool = False) -> Point:
        """Return the point at a place, snapped to the grid of steps and values unless `free`."""
        box, (low, high) = self._box(), self._range
        x = min(1.0, max(0.0, (place.x() - box.left()) / box.width()))
        up = min(1.0, max(0.0, (box.bottom() - place.y()) / box.height()))
        y = low + up * (high - low)
        if free:
            return round(x, 4), round(y, 4)
        return self._snapped(x), self._rounded(y)

    def _snapped(self, x: float) -> float:
        """Return the nearest step boundary: exactly the fraction that a sampler evaluates."""
        steps = self.steps or _FREE
        return round(x * steps) / steps

    def _rounded(self, y: float) -> float:
        """Return the nearest value on the grid that number drags use."""
        step, (low, high) = notch(self._parameter), self._range
        return min(high, max(low, round(round(y / step) * step, 9)))

    def _at(self, place: QPointF) -> int | None:
        """Return the index of the point under the pointer; the later of two in one place."""
        found, nearest = None, _REACH**2
        for index, point in enumerate(self._points):
            away = self.place_of(point) - place
            distance = away.x() ** 2 + away.y() ** 2
            if distance <= nearest:
                found, nearest = index, distance
        return found

    # --- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._opening = False
        hit = self._at(event.position())
        if event.button() == Qt.MouseButton.RightButton and hit is not None:
            self._remove(hit)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._held, self._dragging = hit, hit is not None
            self._describe()
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        opening, self._opening = self._opening, False
        if not opening and self._at(event.position()) is None:
            self._add(self._new_point(event.position()))

    def _new_point(self, place: QPointF) -> Point:
        """Return a point at the pointer, snapped to the line if it is near."""
        x, y = self._point(place)
        if self._points:
            on_line = curve_at(self._points, x)
            if abs(self.place_of((x, on_line)).y() - place.y()) <= _NEAR_LINE:
                return x, on_line
        return x, y

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        keys = event.modifiers()
        if self._dragging and self._held is not None:
            free = bool(keys & Qt.KeyboardModifier.AltModifier)
            x, y = self._point(event.position(), free=free)
            if keys & Qt.KeyboardModifier.ShiftModifier:
                x = self._points[self._held][0]
            self._move(self._held, (x, y), final=False)
        else:
            over = self._at(event.position()) is not None
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor
            self.setCursor(shape)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self._range = self._rest_range()
            self.edited.emit(tuple(self._points), True)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    # --- keyboard --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        far = _FAST if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        along, up = far / (self.steps or _FREE / 2), far * self._key_notch()
        moves = {
            Qt.Key.Key_Left: (-along, 0.0),
            Qt.Key.Key_Right: (along, 0.0),
            Qt.Key.Key_Up: (0.0, up),
            Qt.Key.Key_Down: (0.0, -up),
        }
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self._points:
            self._choose(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_Escape:
            self._dragging = False
            self.cancelled.emit()
        elif key == Qt.Key.Key_Insert:
            self._add(self._between())
        elif self._held is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(self._held)
        elif self._held is not None and key in moves:
            (x, y), (dx, dy) = self._points[self._held], moves[key]
            point = (self._snapped(x + dx) if dx else x, self._rounded(y + dy) if dy else y)
            self._move(self._held, point, final=True)
        else:
            super().keyPressEvent(event)

    def _key_notch(self) -> float:
        """Return the step of an arrow key: about a fiftieth of the range, in whole notches."""
        low, high = self._range
        step = notch(self._parameter)
        return max(1, round((high - low) / 50 / step)) * step

    def _choose(self, by: int) -> None:
        self._held = ((-1 if self._held is None and by > 0 else self._held or 0) + by) % len(
            self._points
        )
        self._describe()
        self.update()

    def _between(self) -> Point:
        """Return a new point on the line, in the middle of the widest gap."""
        if not self._points:
            return 0.0, self._rounded(sum(self._range) / 2)
        xs = [0.0, *(x for x, _ in self._points), 1.0]
        width, left = max((right - left, -left) for left, right in pairwise(xs))
        x = self._snapped(-left + width / 2)
        return x, curve_at(self._points, x)

    # --- edits -----------------------------------------------------------------------------------

    def _add(self, point: Point) -> None:
        index = sum(x <= point[0] for x, _ in self._points)
        self._points.insert(index, point)
        self._held = index
        self._emit_edited(final=True)

    def _move(self, index: int, point: Point, *, final: bool) -> None:
        """Move a point; it cannot pass its neighbours."""
        low, high = self._range
        left = self._points[index - 1][0] if index > 0 else 0.0
        right = self._points[index + 1][0] if index + 1 < len(self._points) else 1.0
        self._points[index] = (min(right, max(left, point[0])), min(high, max(low, point[1])))
        self._emit_edited(final=final)

    def _remove(self, index: int) -> None:
        del self._points[index]
        self._held = None
        self._emit_edited(final=True)

    def _emit_edited(self, *, final: bool) -> None:
        if final:
            self._range = self._rest_range()
        self._describe()
        self.edited.emit(tuple(self._points), final)
        self.update()

    # --- painting --------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "outline"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(theme.font(small=True))
        box = self._box()
        self._paint_grid(painter, box)
        if self._points:
            self._paint_line(painter)
        else:
            painter.setPen(theme.colour("muted"))
            text = tr("No curve. Double-click to add a point.")
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        self._paint_readout(painter, box)

    def _paint_grid(self, painter: QPainter, box: QRectF) -> None:
        """Paint lines at the step boundaries, and the range of values."""
        parts = self.steps or 4
        numbered = self._lines_apart(box, 24.0) if self.steps else 1
        shown = self._lines_apart(box, _FINEST) if self.steps else 1
        muted, flags = theme.colour("muted"), Qt.AlignmentFlag
        for line in range(0, parts + 1, shown):
            x = box.left() + line / parts * box.width()
            strong = line % numbered == 0
            painter.setPen(QPen(theme.colour("outline", 0.9 if strong else 0.4), 1))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            if strong:
                label = str(line) if self.steps else f"{line / parts:.0%}"
                place = QRectF(x - 30, box.bottom() + 3, 60, _LABEL)
                place.moveLeft(min(max(place.left(), 4), self.width() - 4 - place.width()))
                side = flags.AlignHCenter
                if line == 0:
                    side = flags.AlignLeft
                elif line == parts:
                    side = flags.AlignRight
                painter.setPen(muted)
                painter.drawText(place, side | flags.AlignVCenter, label)
        low, high = self._range
        for value in (low, (low + high) / 2, high):
            y = self.place_of((0.0, value)).y()
            painter.setPen(QPen(theme.colour("outline", 0.4), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            place = QRectF(box.left() + 3, y if value == high else y - _LABEL, 60, _LABEL)
            painter.setPen(muted)
            painter.drawText(place, flags.AlignLeft | flags.AlignVCenter, f"{value:.4g}")

    def _lines_apart(self, box: QRectF, least: float) -> int:
        """Return the number of steps between lines at least `least` pixels apart."""
        steps = self.steps or 1
        width = box.width() / steps
        return next((n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n * width >= least), steps)

    def _paint_line(self, painter: QPainter) -> None:
        points = self._points
        ends = [(0.0, points[0][1]), *points, (1.0, points[-1][1])]
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([self.place_of(point) for point in ends]))
        if self.steps and self._box().width() / self.steps >= _FINEST:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("text", 0.75))
            for step in range(self.steps):  # the value at each step
                x = step / self.steps
                painter.drawEllipse(self.place_of((x, curve_at(points, x))), 1.6, 1.6)
        for index, point in enumerate(points):
            held = index == self._held
            painter.setPen(QPen(theme.colour("field"), 1.5))
            painter.setBrush(theme.colour("text" if held else "accent"))
            painter.drawEllipse(self.place_of(point), 5.5 if held else 4.5, 5.5 if held else 4.5)

    def _paint_readout(self, painter: QPainter, box: QRectF) -> None:
        """Paint the held point, else the value at the pointer."""
        point = None
        if self._dragging and self._held is not None:
            point = self._points[self._held]
        elif self._pointer is not None and self._points and box.contains(self._pointer):
            x = self._snapped((self._pointer.x() - box.left()) / box.width())
            point = (x, curve_at(self._points, x))
            spot = self.place_of(point)
            painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(spot.x(), box.top()), QPointF(spot.x(), box.bottom()))
            painter.setPen(QPen(theme.colour("accent"), 1.5))
            painter.setBrush(theme.colour("field"))
            painter.drawEllipse(spot, 3, 3)
        elif self._held is not None:
            point = self._points[self._held]
        if point is None:
            return
        text = self.text_at(point)
        width = painter.fontMetrics().horizontalAdvance(text) + 10
        place = QRectF(box.right() - width, box.top(), width, _LABEL + 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("node", 0.92))
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(theme.colour("text"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def text_at(self, point: Point) -> str:
        """Return the position and value of a point: "at 12 of 20: 7.5", or "60%: 7.5"."""
        x, y = point
        if self.steps and abs(x * self.steps - round(x * self.steps)) < 1e-6:
            step = round(x * self.steps)
            return tr("at {0} of {1}: {2}", step, self.steps, f"{y:.4g}")
        return f"{x:.0%}: {y:.4g}"

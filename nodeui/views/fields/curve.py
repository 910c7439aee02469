"""The editor of curves: a value over the run."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nodeui.graph.spec import Parameter
from nodeui.sdk import curve_at
from nodeui.views import theme
from nodeui.views.fields.editor import FieldEditor, complain, mark_invalid
from nodeui.views.fields.text import edit_text, parse

Point = tuple[float, float]

_REACH = 9.0  # pixels from a point at which it is taken hold of
_DEFAULT_SPAN = (0.0, 1.0)
_NUDGE = 0.02


class _Plot(QWidget):
    """The curve itself: drag points, double-click to add one, Delete or right-click to remove."""

    def __init__(self, editor: CurveEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._points: list[Point] = []
        self._held: int | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(84)
        self.setAccessibleName(editor.accessibleName())
        self.setToolTip(self.tr("Double-click adds a point; right-click or Delete removes one"))

    def sizeHint(self) -> QSize:
        return QSize(220, 96)

    def show_points(self, points: tuple[Point, ...]) -> None:
        """Draw these points."""
        self._points = list(points)
        if self._held is not None and self._held >= len(self._points):
            self._held = None
        self.update()

    # --- places ----------------------------------------------------------------------------------

    def _span(self) -> Point:
        parameter = self._editor.parameter
        if parameter.low is not None and parameter.high is not None:
            return parameter.low, parameter.high
        values = [y for _, y in self._points] or list(_DEFAULT_SPAN)
        low, high = min(*values, 0.0), max(*values, 1.0)
        return low, high

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(8.5, 8.5, -8.5, -8.5)

    def _place(self, point: Point) -> QPointF:
        box, (low, high) = self._box(), self._span()
        up = (point[1] - low) / (high - low)
        return QPointF(box.left() + point[0] * box.width(), box.bottom() - up * box.height())

    def _point(self, place: QPointF) -> Point:
        box, (low, high) = self._box(), self._span()
        x = min(1.0, max(0.0, (place.x() - box.left()) / box.width()))
        up = min(1.0, max(0.0, (box.bottom() - place.y()) / box.height()))
        return round(x, 3), round(low + up * (high - low), 3)

    def _at(self, place: QPointF) -> int | None:
        """The point under the pointer."""
        for index, point in enumerate(self._points):
            away = self._place(point) - place
            if away.x() ** 2 + away.y() ** 2 <= _REACH**2:
                return index
        return None

    # --- hands -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = self._at(event.position())
        if event.button() == Qt.MouseButton.RightButton and hit is not None:
            self._remove(hit)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._held, self._dragging = hit, hit is not None
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event.position()) is None:
            point = self._point(event.position())
            self._points = sorted([*self._points, point])
            self._held = self._points.index(point)
            self._editor.plotted(tuple(self._points), final=True)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self._held is not None:
            self._move(self._held, self._point(event.position()), final=False)
        else:
            over = self._at(event.position()) is not None
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.CrossCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._dragging = False
            self._editor.plotted(tuple(self._points), final=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        low, high = self._span()
        steps = {
            Qt.Key.Key_Left: (-_NUDGE, 0.0),
            Qt.Key.Key_Right: (_NUDGE, 0.0),
            Qt.Key.Key_Up: (0.0, (high - low) * _NUDGE),
            Qt.Key.Key_Down: (0.0, (low - high) * _NUDGE),
        }
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) and self._points:
            step = 1 if key == Qt.Key.Key_PageDown else -1
            self._held = ((-1 if self._held is None else self._held) + step) % len(self._points)
            self.update()
        elif key == Qt.Key.Key_Escape:
            self._dragging = False
            self._editor.give_up()
        elif self._held is not None and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(self._held)
        elif self._held is not None and key in steps:
            (x, y), (dx, dy) = self._points[self._held], steps[Qt.Key(key)]
            self._move(self._held, (round(x + dx, 3), round(y + dy, 3)), final=True)
        else:
            super().keyPressEvent(event)

    def _move(self, index: int, point: Point, *, final: bool) -> None:
        """Points keep their order: none passes its neighbour."""
        low, high = self._span()
        left = self._points[index - 1][0] if index > 0 else 0.0
        right = self._points[index + 1][0] if index + 1 < len(self._points) else 1.0
        self._points[index] = (min(right, max(left, point[0])), min(high, max(low, point[1])))
        self._editor.plotted(tuple(self._points), final=final)
        self.update()

    def _remove(self, index: int) -> None:
        del self._points[index]
        self._held = None
        self._editor.plotted(tuple(self._points), final=True)
        self.update()

    # --- looks -----------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent" if self.hasFocus() else "outline"), 1))
        painter.setBrush(theme.colour("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        box = self._box()
        painter.setPen(QPen(theme.colour("outline", 0.6), 1, Qt.PenStyle.DotLine))
        for quarter in (0.25, 0.5, 0.75):
            x = box.left() + quarter * box.width()
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        if not self._points:
            painter.setPen(theme.colour("muted"))
            painter.drawText(
                box, Qt.AlignmentFlag.AlignCenter, self.tr("Double-click to add a point")
            )
            return
        self._paint_line(painter)
        self._paint_labels(painter, box)

    def _paint_line(self, painter: QPainter) -> None:
        ends = [
            (0.0, curve_at(self._points, 0.0)),
            *self._points,
            (1.0, curve_at(self._points, 1.0)),
        ]
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([self._place(point) for point in ends]))
        for index, point in enumerate(self._points):
            held = index == self._held
            painter.setPen(QPen(theme.colour("field"), 1.5))
            painter.setBrush(theme.colour("text" if held else "accent"))
            painter.drawEllipse(self._place(point), 5 if held else 4, 5 if held else 4)

    def _paint_labels(self, painter: QPainter, box: QRectF) -> None:
        low, high = self._span()
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour("muted"))
        flags = Qt.AlignmentFlag
        painter.drawText(box, flags.AlignLeft | flags.AlignTop, f"{high:g}")
        painter.drawText(box, flags.AlignLeft | flags.AlignBottom, f"{low:g}")
        if self._held is not None:
            x, y = self._points[self._held]
            painter.setPen(theme.colour("text"))
            painter.drawText(box, flags.AlignRight | flags.AlignTop, f"{x:.0%}: {y:.4g}")


class CurveEditor(FieldEditor):
    """A value over the run: drag its points, or type them as `0: 7.5, 1: 3`."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._plot = _Plot(self)
        self._line = QLineEdit()
        self._line.setPlaceholderText("0: 7.5, 1: 3")
        self._line.setAccessibleName(self.tr("Points of the curve"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._plot)
        column.addWidget(self._line)
        self.setFocusProxy(self._plot)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._finished)
        self._show(value)

    def plotted(self, points: tuple[Point, ...], *, final: bool) -> None:
        """The plot has other points now; `final` when the hand let go."""
        self._report(points)
        if final:
            self._commit(points)
        self._line.setText(edit_text(self.parameter, points))

    def give_up(self) -> None:
        """Escape was pressed in the plot."""
        self._cancel()

    def _show(self, value: Any) -> None:
        points = tuple(value or ())
        self._plot.show_points(points)
        mark_invalid(self._line, "")
        if not self._line.hasFocus() or self._line_points() != points:
            self._line.setText(edit_text(self.parameter, points))

    def _line_points(self) -> Any:
        try:
            return parse(self.parameter, self._line.text())
        except ValueError:
            return None

    def _typed(self, text: str) -> None:
        try:
            points = parse(self.parameter, text)
        except ValueError as error:
            mark_invalid(self._line, str(error))
            return
        mark_invalid(self._line, "")
        self._plot.show_points(points or ())
        self._report(points)

    def _finished(self) -> None:
        try:
            points = parse(self.parameter, self._line.text())
        except ValueError as error:
            complain(self._line, str(error))
            self._cancel()
            return
        self._report(points)
        self._commit(points)

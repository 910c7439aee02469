"""The number editor: drag sideways, or type."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from nodeui.graph.spec import Parameter
from nodeui.views import theme
from nodeui.views.fields.editor import FieldEditor, complain, is_left, mark_invalid, show_below
from nodeui.views.fields.text import drag_value, edit_text, notch, parse, share, text_of

_SLACK = 3  # pixels that a press may move before it becomes a drag
_RADIUS = 4.0


class NumberEditor(FieldEditor):
    """Edits a number by dragging sideways (Shift: fine) or typing after a double click.

    Arrow keys and Ctrl with the wheel change it by one notch; any digit, F2 and Return start
    typing; Backspace restores the default.
    """

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._line = QLineEdit(self)
        self.setStyleSheet("QLineEdit { min-height: 0; padding: 0 6px }")
        self._line.hide()
        self._line.textEdited.connect(self._typed)
        self._line.installEventFilter(self)
        self._pressed_at: float | None = None
        self._dragging = False
        self._drag_from: Any = value
        self._drag_fine = False
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._show(value)

    def sizeHint(self) -> QSize:
        return QSize(120, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 22)

    def begin(self) -> None:
        self._start_typing(edit_text(self.parameter, self._value))
        self._line.selectAll()

    def finish(self) -> None:
        if self.typing:
            self._leave_typing()
            if self.isVisible():
                self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().finish()

    @property
    def typing(self) -> bool:
        """True while the number is being typed."""
        return not self._line.isHidden()

    def _show(self, value: Any) -> None:
        self.setAccessibleDescription(text_of(self.parameter, value))
        if self.typing and self._text_value() != value:
            self._line.setText(edit_text(self.parameter, value))
        self.update()

    # --- typing ----------------------------------------------------------------------------------

    def _start_typing(self, text: str) -> None:
        self._line.setText(text)
        mark_invalid(self._line, "")
        self._line.setGeometry(self.rect())
        self._line.show()
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _text_value(self) -> Any:
        """The value of the typed text, or the text itself if it is invalid."""
        try:
            return self._parsed(self._line.text())
        except ValueError:
            return self._line.text()

    def _parsed(self, text: str) -> Any:
        """Return the value of a text; raise `ValueError` as `parse` does."""
        return parse(self.parameter, text, self._point)

    @property
    def _point(self) -> str:
        return self.locale().decimalPoint()

    def _typed(self, text: str) -> None:
        try:
            value = self._parsed(text)
        except ValueError as error:
            mark_invalid(self._line, str(error))
            return
        mark_invalid(self._line, "")
        self._report(value)

    def _finish_typing(self) -> None:
        try:
            value = self._parsed(self._line.text())
        except ValueError as error:
            complain(self._line, str(error))
            return
        self._stop_typing()
        self._report(value)
        self._commit(value)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_typing(self) -> None:
        """Commit the text if it is valid, else cancel and say why: the focus has moved away."""
        try:
            value = self._parsed(self._line.text())
        except ValueError as error:
            self._stop_typing()
            self._cancel()
            show_below(self, str(error))
            return
        self._stop_typing()
        self._report(value)
        self._commit(value)

    def _stop_typing(self) -> None:
        self._line.hide()
        self.update()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self._line and self.typing:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key_while_typing(event)
            if is_left(event):
                self._leave_typing()
        return super().eventFilter(watched, event)

    def _key_while_typing(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish_typing()
        elif event.key() == Qt.Key.Key_Escape:
            self._stop_typing()
            self._cancel()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            return False
        return True

    # --- mouse and keys --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().x()
            self._drag_from, self._drag_fine = self._value, False
            self._dragging = False
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        x = event.position().x()
        if not self._dragging and abs(x - self._pressed_at) <= _SLACK:
            return
        if not self._dragging:
            self._dragging, self._pressed_at = True, x
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if fine != self._drag_fine:  # continue from here at the other speed
            self._drag_from, self._pressed_at, self._drag_fine = self._value, x, fine
        self._report(drag_value(self.parameter, self._drag_from, x - self._pressed_at, fine))
        self._show(self._value)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._commit(self._value)
        self._pressed_at, self._dragging = None, False
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.begin()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        up = key in (Qt.Key.Key_Up, Qt.Key.Key_Right)
        if key == Qt.Key.Key_Escape and self._dragging:
            self._pressed_at, self._dragging = None, False
            self._cancel()
        elif up or key in (Qt.Key.Key_Down, Qt.Key.Key_Left):
            self._nudge(1 if up else -1, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.begin()
        elif key == Qt.Key.Key_Backspace and not self.parameter.required:
            self._report(self.parameter.default)
            self._commit(self.parameter.default)
            self._show(self._value)
        elif text and (text.isdigit() or text in f"-.({self._point}") and not event.modifiers():
            self._start_typing(text)
            self._typed(text)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._nudge(1 if event.angleDelta().y() > 0 else -1, event.modifiers())
            event.accept()
        else:
            event.ignore()  # let the panel scroll

    def _nudge(self, direction: int, modifiers: Qt.KeyboardModifier) -> None:
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        step = notch(self.parameter)
        start = drag_value(self.parameter, self._value, 0, False)
        if fine and self.parameter.type == "number":
            step /= 10
        value = _clamped(self.parameter, start + direction * step)
        self._report(value)
        self._commit(value)
        self._show(value)

    # --- painting --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._line.setGeometry(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(box, _RADIUS, _RADIUS)
        painter.fillPath(outline, theme.colour("field"))
        part = share(self.parameter, self._value)
        if part:
            painter.save()
            painter.setClipPath(outline)
            fill = theme.colour("accent", 0.28 if self.isEnabled() else 0.1)
            painter.fillRect(QRectF(box.left(), box.top(), box.width() * part, box.height()), fill)
            painter.restore()
        lit = self.hasFocus() or self._dragging
        painter.setPen(QPen(theme.colour("accent" if lit else "outline"), 1))
        painter.drawPath(outline)
        painter.setPen(theme.colour("text" if self.isEnabled() else "muted"))
        painter.drawText(
            box.adjusted(8, 0, -8, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            text_of(self.parameter, self._value),
        )


def _clamped(parameter: Parameter, number: float) -> Any:
    """Return the nearest valid number."""
    if parameter.low is not None:
        number = max(parameter.low, number)
    if parameter.high is not None:
        number = min(parameter.high, number)
    return round(number) if parameter.type == "integer" else round(float(number), 9)

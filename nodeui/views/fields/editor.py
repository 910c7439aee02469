"""What all parameter editors have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolTip, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import words
from nodeui.views import theme


class FieldEditor(QWidget):
    """Edits one value of one parameter.

    A stretch of editing begins with the first `changed` and ends with `committed` or
    `cancelled`; after `cancelled` the value from before it holds again.

    Args:
        parameter: What is edited.
        value: Its value by now.
        parent: The widget it lies in.
    """

    changed = Signal(object)
    """The value while it is being edited: each key stroke, each pixel of a drag."""

    committed = Signal(object)
    """The value at the end: Return, focus lost, mouse released."""

    cancelled = Signal()
    """Escape, or what stood there at the end was no value."""

    stays = False
    """It goes on after `committed`: where it was opened over a field, it stays open."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._value: Any = value  # as last shown or reported
        self._before: Any = value  # as of the begin of this stretch
        self._under_way = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words(parameter.name))
        self.setAccessibleDescription(parameter.help)

    @property
    def value(self) -> Any:
        """The value as last shown or reported."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show a value that came from elsewhere; signals nothing."""
        if value != self._value:
            self._value = value
            if not self._under_way:
                self._before = value
            self._show(value)

    def set_folder(self, folder: Path | None) -> None:
        """The folder where relative paths start is another one now."""

    def set_steps(self, steps: int | None) -> None:
        """The run that the value is for has so many steps; None where that is not known."""

    def begin(self) -> None:
        """Start to edit at once, as after a double click: focus, select all, open a list."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, value: Any) -> None:
        """Put `value` into the widgets without signalling."""
        raise NotImplementedError

    # --- for the editors: what they report -------------------------------------------------------

    def _report(self, value: Any) -> None:
        """The value by now, while editing goes on."""
        if value != self._value:
            self._under_way = True
            self._value = value
            self.changed.emit(value)

    def _commit(self, value: Any) -> None:
        """The value at the end of this stretch of editing."""
        differs = value != self._before
        self._value = self._before = value
        under_way, self._under_way = self._under_way, False
        if differs or under_way:
            self.committed.emit(value)

    def _cancel(self) -> None:
        """Give up this stretch of editing."""
        self._under_way = False
        self._value = self._before
        self._show(self._before)
        self.cancelled.emit()


def is_escape(event: QEvent) -> bool:
    """Whether the event is a press of Escape."""
    return (
        event.type() == QEvent.Type.KeyPress
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )


def mark_invalid(widget: QWidget, message: str) -> None:
    """Show in a field that what stands there is no value; "" takes the mark away."""
    style = f"border-color: {theme.tokens().error}" if message else ""
    if style != widget.styleSheet():  # setting one is slow
        widget.setStyleSheet(style)
    widget.setToolTip(message)


def complain(widget: QWidget, message: str) -> None:
    """Say at once, below a field, why its text is refused."""
    mark_invalid(widget, message)
    QToolTip.showText(widget.mapToGlobal(QPoint(0, widget.height())), message, widget)

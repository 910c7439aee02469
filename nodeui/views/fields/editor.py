"""The base class of parameter editors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import words
from nodeui.views import theme
from nodeui.views.labels import plain_tip, set_tip, show_tip


class FieldEditor(QWidget):
    """Edits the value of one parameter.

    An edit begins with the first `changed` and ends with `committed` or `cancelled`; after
    `cancelled` the value from before the edit applies.

    To write an editor, subclass this class, build the widgets in `__init__` (with the same three
    arguments) and implement `_show`. Call `_report` while the user edits, then `_commit` or
    `_cancel`. `nodeui.views.fields.register` makes it the editor of a kind of widget; packages list
    theirs as `fields` in the module of their entry point `nodeui.panels`.

    Args:
        parameter: The parameter to edit.
        value: Its current value, valid for the parameter.
        parent: The parent widget.
    """

    changed = Signal(object)
    """The value during an edit: at each key stroke, each pixel of a drag."""

    committed = Signal(object)
    """The value at the end of an edit: Return, focus lost, mouse released."""

    cancelled = Signal()
    """The edit was ended by Escape or with invalid text."""

    stays = False
    """An editor opened over a field on the canvas stays open after `committed`."""

    wide = False
    """The inspector places the editor below the parameter's name, at full width."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self._value: Any = value  # as last shown or reported
        self._before: Any = value  # at the start of the edit
        self._under_way = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words(parameter.name))
        self.setAccessibleDescription(parameter.help)

    @property
    def value(self) -> Any:
        """The value as last shown or reported."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show a value that was changed elsewhere, without signals."""
        if value != self._value:
            self._value = value
            if not self._under_way:
                self._before = value
            self._show(value)

    def set_folder(self, folder: Path | None) -> None:
        """Set the folder that relative paths start from; None if it is unknown."""

    def set_node_type(self, id: str) -> None:
        """Take the id of the node type that has the parameter."""

    def set_steps(self, steps: int | None) -> None:
        """Set the number of steps of the run that uses the value; None if it is unknown."""

    def begin(self) -> None:
        """Start editing, as after a double click: take the focus, select all, open a list."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self) -> None:
        """End the edit that is under way, if there is one: what was typed applies."""
        if self._under_way:
            self._commit(self._value)

    def _show(self, value: Any) -> None:
        """Show `value` in the widgets, without signals."""
        raise NotImplementedError

    # --- for subclasses --------------------------------------------------------------------------

    def _report(self, value: Any) -> None:
        """Set the value during an edit."""
        if value != self._value:
            self._under_way = True
            self._value = value
            self.changed.emit(value)

    def _commit(self, value: Any) -> None:
        """End the edit with a value."""
        differs = value != self._before
        self._value = self._before = value
        under_way, self._under_way = self._under_way, False
        if differs or under_way:
            self.committed.emit(value)

    def _cancel(self) -> None:
        """End the edit and restore the value from before it."""
        self._under_way = False
        self._value = self._before
        self._show(self._before)
        self.cancelled.emit()


def finish_editing() -> None:
    """End the edit in the widget with the focus: what was typed applies, and the focus stays."""
    focused = widget = QApplication.focusWidget()
    found = False
    while widget is not None:
        parent = widget.parentWidget()
        if isinstance(widget, FieldEditor):
            found = True
            widget.finish()
        widget = parent
    if isinstance(focused, QLineEdit | QPlainTextEdit) and not found:
        focused.clearFocus()
        focused.setFocus()


def is_escape(event: QEvent) -> bool:
    """True if the event is a press of Escape."""
    return (
        event.type() == QEvent.Type.KeyPress
        and isinstance(event, QKeyEvent)
        and event.key() == Qt.Key.Key_Escape
    )


def is_left(event: QEvent) -> bool:
    """True if a field loses the focus, except to a popup such as its own context menu."""
    return (
        event.type() == QEvent.Type.FocusOut
        and isinstance(event, QFocusEvent)
        and event.reason() != Qt.FocusReason.PopupFocusReason
    )


def mark_invalid(widget: QWidget, message: str) -> None:
    """Mark a field as invalid, with the reason; "" removes the mark."""
    style = f"border-color: {theme.tokens().error}" if message else ""
    if style != widget.styleSheet():  # setting one is slow
        widget.setStyleSheet(style)
    set_tip(widget, message)


def complain(widget: QWidget, message: str) -> None:
    """Mark a field as invalid and show the reason below it at once."""
    mark_invalid(widget, message)
    show_below(widget, message)


def show_below(widget: QWidget, message: str) -> None:
    """Show a message below a field for some seconds."""
    show_tip(widget.mapToGlobal(QPoint(0, widget.height())), plain_tip(message), widget)

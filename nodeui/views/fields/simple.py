"""The editors for switches, choices and single-line texts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from nodeui.graph.spec import Parameter
from nodeui.views.combo import ComboBox
from nodeui.views.fields.editor import FieldEditor, is_escape
from nodeui.views.fields.text import text_of


def fill(editor: FieldEditor, *widgets: QWidget) -> QHBoxLayout:
    """Lay out the widgets of an editor in a row, and return it; the first one stretches and takes
    the focus."""
    row = QHBoxLayout(editor)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for index, widget in enumerate(widgets):
        row.addWidget(widget, stretch=1 if index == 0 else 0)
    editor.setFocusProxy(widgets[0])
    widgets[0].setAccessibleName(editor.accessibleName())
    return row


class ToggleEditor(FieldEditor):
    """Edits a boolean with a check box."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._box = QCheckBox()
        fill(self, self._box)
        self._box.clicked.connect(self._clicked)
        self._show(value)

    def _show(self, value: Any) -> None:
        self._box.setChecked(bool(value))
        self._box.setText(text_of(self.parameter, value))

    def _clicked(self, checked: bool) -> None:
        self._box.setText(text_of(self.parameter, checked))
        self._report(checked)
        self._commit(checked)


class ChoiceEditor(FieldEditor):
    """Edits a choice among several texts."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._box = ComboBox(self)
        for choice in (None, *parameter.choices) if parameter.nullable else parameter.choices:
            self._box.addItem(text_of(parameter, choice), choice)
        fill(self, self._box)
        self._box.activated.connect(self._chosen)
        self._began = False
        self._show(value)

    def begin(self) -> None:
        super().begin()
        self._began = True
        self._box.showPopup()
        self._box.view().window().installEventFilter(self)

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:  # the list; `activated` follows a choice
            QTimer.singleShot(0, self, self._cancel_unless_chosen)
        return super().eventFilter(watched, event)

    def _cancel_unless_chosen(self) -> None:
        if self._began:
            self._began = False
            self._cancel()

    def _show(self, value: Any) -> None:
        self._box.setCurrentIndex(self._box.findData(value))

    def _chosen(self, index: int) -> None:
        self._began = False
        value = self._box.itemData(index)
        self._report(value)
        self._commit(value)


class LineEditor(FieldEditor):
    """Edits a single-line text."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._line = QLineEdit()
        fill(self, self._line)
        self._line.textEdited.connect(self._typed)
        self._line.editingFinished.connect(self._finished)
        self._line.installEventFilter(self)
        self._show(value)

    def begin(self) -> None:
        super().begin()
        self._line.selectAll()

    def _show(self, value: Any) -> None:
        self._line.setText("" if value is None else str(value))

    def _typed(self, text: str) -> None:
        self._report(self._text_value())

    def _finished(self) -> None:
        self._commit(self._text_value())

    def _text_value(self) -> str | None:
        text = self._line.text()
        return None if self.parameter.nullable and not text else text

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self._line and is_escape(event):
            self._cancel()
            return True
        return super().eventFilter(watched, event)

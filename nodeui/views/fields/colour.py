"""The colour editor."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QLineEdit, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fields.editor import FieldEditor, complain, mark_invalid
from nodeui.views.fields.simple import fill

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def colour_of(text: str) -> str:
    """Return a typed colour as "#rrggbb"; accepts `#f80`, `ff8800` and SVG colour names.

    Raises:
        ValueError: `text` is not a colour.
    """
    word = text.strip()
    if match := _HEX.fullmatch(word):
        return QColor("#" + match[1]).name()
    colour = QColor.fromString(word) if word.isalpha() else QColor()
    if not colour.isValid() or colour.alpha() < 255:
        raise ValueError(tr("{0!r} is not a colour; write it as #ff8800", word))
    return colour.name()


class _Swatch(QAbstractButton):
    """A button filled with the colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour = QColor()
        self.setFixedSize(QSize(36, 26))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.colour("accent" if lit else "outline"), 1))
        painter.setBrush(self.colour)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)


class ColourEditor(FieldEditor):
    """Edits a colour: a swatch that opens the colour dialog, and a field for its hex code."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._code = QLineEdit()
        self._code.setMaxLength(20)
        self._swatch = _Swatch(self)
        self._swatch.setAccessibleName(tr("Choose the colour"))
        fill(self, self._code, self._swatch)
        self._code.textEdited.connect(self._typed)
        self._code.editingFinished.connect(self._finished)
        self._swatch.clicked.connect(self.choose)
        self._show(value)

    def begin(self) -> None:
        self.choose()

    def choose(self) -> None:
        """Open the colour dialog; the value follows while a colour is picked."""
        dialog = QColorDialog(QColor(self._value or "#808080"), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(self._picked)
        dialog.accepted.connect(lambda: self._commit(self._value))
        dialog.rejected.connect(self._cancel)
        dialog.open()

    def _show(self, value: Any) -> None:
        self._code.setText(value or "")
        mark_invalid(self._code, "")
        self._swatch.colour = QColor(value) if value else QColor(Qt.GlobalColor.transparent)
        self._swatch.update()

    def _picked(self, colour: QColor) -> None:
        self._report(colour.name())
        self._show(colour.name())

    def _typed(self, text: str) -> None:
        try:
            colour = colour_of(text)
        except ValueError as error:
            mark_invalid(self._code, str(error))
            return
        mark_invalid(self._code, "")
        self._report(colour)
        self._swatch.colour = QColor(colour)
        self._swatch.update()

    def _finished(self) -> None:
        try:
            colour = colour_of(self._code.text())
        except ValueError as error:
            complain(self._code, str(error))
            self._cancel()
            return
        self._report(colour)
        self._commit(colour)
        self._show(colour)

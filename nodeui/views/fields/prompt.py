"""The editor for prompts and other multi-line texts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.fields.editor import FieldEditor, is_left
from nodeui.views.fields.simple import fill
from nodeui.views.fields.weighting import reweight, weights

_NOTCH = 0.1


class _Emphasis(QSyntaxHighlighter):
    """Colours weighted words: accent above 1, muted below."""

    def highlightBlock(self, text: str) -> None:
        for start, end, weight in reversed(weights(text)):  # inner brackets override outer ones
            if weight != 1:
                style = QTextCharFormat()
                style.setForeground(theme.colour("accent" if weight > 1 else "muted"))
                self.setFormat(start, end - start, style)


class PromptEditor(FieldEditor):
    """Edits a multi-line text.

    Ctrl+Up and Ctrl+Down change the weight of the selection or of the word at the cursor.
    Ctrl+Return and leaving the field commit; Escape restores the previous text.
    """

    wide = True

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._text = QPlainTextEdit()
        self._text.setTabChangesFocus(True)
        self._text.setPlaceholderText(tr("Ctrl+↑ and Ctrl+↓ change the weight of words"))
        self._emphasis = _Emphasis(self._text.document())
        fill(self, self._text)
        self._text.textChanged.connect(self._typed)
        self._text.installEventFilter(self)
        self._show(value)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._emphasis.rehighlight()

    def sizeHint(self) -> QSize:
        return QSize(240, 5 * self.fontMetrics().lineSpacing() + 12)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 2 * self.fontMetrics().lineSpacing() + 12)

    def begin(self) -> None:
        super().begin()
        self._text.moveCursor(QTextCursor.MoveOperation.End)

    def _show(self, value: Any) -> None:
        text = "" if value is None else str(value)
        if text != self._text.toPlainText():
            blocked = self._text.blockSignals(True)
            self._text.setPlainText(text)
            self._text.blockSignals(blocked)

    def _text_value(self) -> str | None:
        text = self._text.toPlainText()
        return None if self.parameter.nullable and not text else text

    def _typed(self) -> None:
        self._report(self._text_value())

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self._text:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._key(event)
            if is_left(event):
                self._commit(self._text_value())
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        match event.key():
            case Qt.Key.Key_Escape:
                self._cancel()
            case Qt.Key.Key_Up if ctrl:
                self._weight(_NOTCH)
            case Qt.Key.Key_Down if ctrl:
                self._weight(-_NOTCH)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if ctrl:
                self._commit(self._text_value())
            case _:
                return False
        return True

    def _weight(self, change: float) -> None:
        cursor = self._text.textCursor()
        before = self._text.toPlainText()
        text, start, end = reweight(before, cursor.selectionStart(), cursor.selectionEnd(), change)
        if text == before:
            return
        cursor.beginEditBlock()  # one undo step, keeping earlier ones
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._text.setTextCursor(cursor)

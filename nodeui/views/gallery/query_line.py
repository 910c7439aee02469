"""The search line of the gallery, which suggests how the word before the cursor could go on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QListView, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.icons import IconButton
from nodeui.views.labels import show_help, titled_tip
from nodeui.views.search_line import search_line

_MOST = 12


class _Popup(QListView):
    """A list with a thin frame."""

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        painter = QPainter(self.viewport())
        painter.setPen(theme.colour("outline"))
        painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))


class Completion(QCompleter):
    """Offers texts for the word before the cursor of a line; words end at `separator`.

    Args:
        line: The line.
        separator: The character between two words.
    """

    def __init__(self, line: QLineEdit, separator: str) -> None:
        super().__init__(line)
        self._line = line
        self._separator = separator
        self._texts = QStringListModel(self)
        self.setModel(self._texts)
        self.setCompletionMode(self.CompletionMode.UnfilteredPopupCompletion)
        self.setWidget(line)
        self._list = _Popup()
        self.setPopup(self._list)
        self.activated.connect(self._insert)
        line.textChanged.connect(self._close_if_empty)

    def word(self) -> str:
        """Return the word before the cursor; an opened quotation mark keeps words together."""
        return self._line.text()[self._start() : self._line.cursorPosition()].lstrip()

    def offer(self, texts: Sequence[str]) -> None:
        """Show the texts below the line; none closes the list."""
        texts = [text for text in map(str.strip, texts) if text != self.word()][:_MOST]
        self._texts.setStringList(texts)
        if texts and self._line.hasFocus():
            self.complete()
        else:
            self._list.hide()

    @property
    def is_open(self) -> bool:
        """True while the list is shown."""
        return self._list.isVisible()

    def _close_if_empty(self, text: str) -> None:
        if not text:
            self._list.hide()

    def _start(self) -> int:
        """Return the place in the line at which the word before the cursor begins."""
        before = self._line.text()[: self._line.cursorPosition()]
        if self._separator == " " and before.count('"') % 2:
            quote = before.rindex('"')
            return before.rfind(" ", 0, quote) + 1
        return before.rfind(self._separator) + 1

    def _insert(self, text: str) -> None:
        line, start = self._line, self._start()
        end = line.cursorPosition()
        gap = " " if self._separator != " " and start else ""
        after = "" if text.endswith(":") or self._separator != " " else " "
        line.setText(line.text()[:start] + gap + text + after + line.text()[end:].lstrip())
        line.setCursorPosition(start + len(gap) + len(text) + len(after))
        line.textEdited.emit(line.text())


class QueryLine(QWidget):
    """A search line, with a button that lists the words of its query language."""

    word_typed = Signal(str)
    """The word before the cursor, after each change by the user; answered by `offer`."""
    down_pressed = Signal()
    """The user pressed Down to go from the line into the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = search_line(tr("Search prompts"))
        self.line.setMinimumWidth(90)
        self.setFocusProxy(self.line)
        self.help = IconButton("help-circle-outline", tr("Words for the search"))
        self._help: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.line)
        row.addWidget(self.help)
        self.completion = Completion(self.line, " ")
        self.line.textEdited.connect(lambda: self.word_typed.emit(self.completion.word()))
        self.line.installEventFilter(self)
        self.help.clicked.connect(self.show_help)
        self.textChanged = self.line.textChanged

    def text(self) -> str:
        """Return the query."""
        return self.line.text()

    def offer(self, word: str, texts: Sequence[str]) -> None:
        """Suggest texts for a word, unless the user has typed on."""
        if word == self.completion.word():
            self.completion.offer(texts)

    def set_help(self, *paragraphs: str) -> None:
        """Set what the "?" button shows."""
        self._help = paragraphs

    def show_help(self) -> None:
        """Show the words of the query language until the next click."""
        place = self.help.mapToGlobal(self.help.rect().bottomLeft())
        text = titled_tip(tr("Words for the search"), *self._help)
        show_help(place, text, self.help)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.line.text():
                self.line.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.down_pressed.emit()
                return True
        return False

"""A short text at the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QWidget

from nodeui.views import theme
from nodeui.views.labels import Label

_SECONDS = 3.5  # before a hint that stays disappears
_WIDTH = 320


class Hint(Label):
    """A label at the pointer, such as the reason why an edit was refused.

    Args:
        parent: The viewport.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._area = parent
        self.setObjectName("hint")
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self, singleShot=True, interval=int(_SECONDS * 1000))
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_text(self, text: str, at: QPoint, stay: bool) -> None:
        """Show `text` below and right of `at`; "" hides it. `stay` hides it after some seconds."""
        if not text:
            if not self._timer.isActive():
                self.hide()
            return
        tokens = theme.tokens()
        self.setStyleSheet(
            f"background: {tokens.node}; color: {tokens.text}; padding: 4px 8px;"
            f" border: 1px solid {tokens.warning}; border-radius: {theme.RADIUS}px;"
        )
        self.setText(text)
        longest = max(map(self.fontMetrics().horizontalAdvance, text.split("\n")))
        self.setFixedWidth(min(_WIDTH, longest + 24))
        self.ensurePolished()  # applies the padding to the size hint
        self.setFixedHeight(self.heightForWidth(self.width()))
        area = self._area.rect()
        x = min(at.x() + 16, area.right() - self.width())
        y = at.y() + 18
        self.move(max(0, x), y if y + self.height() < area.bottom() else at.y() - self.height() - 8)
        self.show()
        self.raise_()
        self._timer.stop()
        if stay:
            self._timer.start()

"""A short text at the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from nodeui.views import theme

_SECONDS = 3.5
_WIDTH = 320


class Hint(QLabel):
    """Says why something is refused, where it is.

    Args:
        parent: What it lies on.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self.setObjectName("hint")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self, singleShot=True, interval=int(_SECONDS * 1000))
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, text: str, at: QPoint, stay: bool) -> None:
        """Show `text` below and right of `at`; "" hides it. `stay`: it goes by itself, later."""
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
        self.ensurePolished()  # or its padding is not counted yet
        self.setFixedHeight(self.heightForWidth(self.width()))
        room = self._ground.rect()
        x = min(at.x() + 16, room.right() - self.width())
        y = at.y() + 18
        self.move(max(0, x), y if y + self.height() < room.bottom() else at.y() - self.height() - 8)
        self.show()
        self.raise_()
        self._timer.stop()
        if stay:
            self._timer.start()

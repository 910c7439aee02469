"""Messages over the canvas: short, out of the way, and errors stay until they are read."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from nodeui.views import theme
from nodeui.views.icons import IconButton

_STAYS = {"info": 4000, "warning": 9000}
"""Milliseconds until a message goes by itself; an error does not."""

_TOKENS = {"info": "accent", "warning": "warning", "error": "error"}
_WIDEST = 640


class Notice(QWidget):
    """One message at the lower edge of a widget; a later one replaces it.

    Args:
        parent: The widget that it lies over.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._token = "accent"
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        close = IconButton("close", self.tr("Close message"), self)
        close.clicked.connect(self.hide)
        self._over = parent
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 8, 8)
        layout.addWidget(self._label)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def say(self, level: str, text: str) -> None:
        """Show a message of level "info", "warning" or "error"."""
        self._token = _TOKENS[level]
        self._label.setText(text)
        self._label.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self.update()
        self._timer.stop()
        if level in _STAYS:
            self._timer.start(_STAYS[level])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        over = self._over
        needed = self._label.fontMetrics().horizontalAdvance(self._label.text()) + 80
        width = max(200, min(needed, _WIDEST, over.width() - 48))
        self.setFixedWidth(width)
        height = max(self._row.heightForWidth(width), 42)
        self.setFixedHeight(height)
        self.move((over.width() - width) // 2, over.height() - height - 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(theme.colour("panel"))
        painter.setPen(QPen(theme.colour(self._token)))
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(self._token))
        painter.drawRoundedRect(box.adjusted(0, 0, 4 - box.width(), 0), 2, 2)

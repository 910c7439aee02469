"""Notices over the canvas: short, out of the way; errors stay until they are closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.icons import IconButton
from nodeui.views.labels import Label, breakable, brief, show_details

_DURATIONS = {"info": 4000, "warning": 9000}
"""Milliseconds until a notice closes by itself; errors do not."""

_TOKENS = {"info": "accent", "warning": "warning", "error": "error"}
_MAX_WIDTH = 640
_MAX_COUNT = 4
_MOST_LINES = 4
_LONGEST_WORD = 50
_MARGIN, _GAP = 24, 8


class NoticeButton(NamedTuple):
    """The button of a notice.

    Attributes:
        text: Its text.
        run: What it does.
    """

    text: str
    run: Callable[[], object]


class Notice(QWidget):
    """One notice. A long message is cut; a button opens all of it.

    Args:
        level: "info", "warning" or "error".
        text: The message.
        button: A button for what can be done about it.
        about: The document that it is about; None if it is about all of them.
        parent: The widget that it lies over.
    """

    closed = Signal()

    def __init__(
        self,
        level: str,
        text: str,
        button: NoticeButton | None,
        about: Session | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.level, self.text, self.about = level, text, about
        self._shown = brief(text, _MOST_LINES)
        self._label = Label(breakable(self._shown, _LONGEST_WORD), self)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = self._label.sizePolicy()  # its height depends on its width
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self._label.setSizePolicy(policy)
        self._label.setAccessibleName(text)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(16, 8, 8, 8)
        self._layout.addWidget(self._label)
        self._beside = 80  # pixels beside the text
        if self._shown != text.strip():
            self._add_button(NoticeButton(tr("Details"), lambda: show_details(parent, text)))
        if button is not None:
            self.button = self._add_button(button)
        close = IconButton("close", tr("Close message"), self)
        close.clicked.connect(self.closed)
        self._layout.addWidget(close, 0, Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.closed)

    def _add_button(self, button: NoticeButton) -> QPushButton:
        made = QPushButton(button.text, self)
        made.clicked.connect(button.run)
        self._layout.addWidget(made, 0, Qt.AlignmentFlag.AlignVCenter)
        self._beside += made.sizeHint().width() + 8
        return made

    def fit(self, available: int) -> None:
        """Take the size that the text needs within this width."""
        advance = self._label.fontMetrics().horizontalAdvance
        needed = max(map(advance, self._shown.splitlines()), default=0) + self._beside
        width = max(200, min(needed, _MAX_WIDTH, available))
        self.setFixedSize(width, max(self._layout.heightForWidth(width), 48))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.level in _DURATIONS and not self._timer.isActive():
            self._timer.start(_DURATIONS[self.level])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(theme.colour("panel"))
        painter.setPen(QPen(theme.colour(_TOKENS[self.level])))
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(_TOKENS[self.level]))
        painter.drawRoundedRect(box.adjusted(0, 0, 4 - box.width(), 0), 2, 2)


class Notices(QObject):
    """The notices at the lower edge of a widget, the latest lowest.

    Those about a document are seen while it is in view.

    Args:
        over: The widget that they lie over.
    """

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._shown: list[Notice] = []
        self._session: Session | None = None
        over.installEventFilter(self)

    @property
    def shown(self) -> list[Notice]:
        """The notices, also of documents that are not in view, the latest last."""
        return list(self._shown)

    @property
    def text(self) -> str:
        """The messages of all notices, on a line each."""
        return "\n".join(notice.text for notice in self._shown)

    def show(
        self,
        level: str,
        text: str,
        button: NoticeButton | None = None,
        about: Session | None = None,
    ) -> None:
        """Show a notice; one with the same text is replaced.

        Args:
            level: "info", "warning" or "error".
            text: The message.
            button: A button for what can be done about it.
            about: The document that it is about; None if it is about all of them.
        """
        for old in self.shown:
            if (old.level, old.text) == (level, text):
                self._drop(old)
        while len(self._shown) >= _MAX_COUNT:
            passing = [notice for notice in self._shown if notice.level != "error"]
            self._drop((passing or self._shown)[0])
        notice = Notice(level, text, button, about, self._over)
        notice.closed.connect(lambda: self._close(notice))
        self._shown.append(notice)
        self._place()

    def withdraw(self, about: Session) -> None:
        """Close the notices about a document, which no longer hold."""
        for notice in self.shown:
            if notice.about is about:
                self._close(notice)

    def set_session(self, session: Session | None) -> None:
        """Follow the document in view, above whose canvas the notices are raised."""
        self._session = session
        self._place()

    def _close(self, notice: Notice) -> None:
        if notice in self._shown:
            self._drop(notice)
            self._place()

    def _drop(self, notice: Notice) -> None:
        self._shown.remove(notice)
        notice.hide()
        notice.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Stack the notices from the lower edge upwards; hide those about other documents."""
        over = self._over
        bottom = over.height() - _MARGIN
        for notice in reversed(self._shown):
            if notice.about not in (None, self._session):
                notice.hide()
                continue
            notice.fit(over.width() - 2 * _MARGIN)
            notice.move((over.width() - notice.width()) // 2, bottom - notice.height())
            notice.show()
            notice.raise_()
            bottom -= notice.height() + _GAP

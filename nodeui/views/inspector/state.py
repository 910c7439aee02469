"""What the engine says of a node: will it run and why, how far it is, what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.session.states import NodeState
from nodeui.views import theme
from nodeui.views.icons import icon

_N = cast("Callable[[str, str], str]", QT_TRANSLATE_NOOP)

_LONG = re.compile(r"\S{16}(?=\S)")

_LOOKS = {
    "cached": ("check-circle", "done", _N("NodeState", "Cached")),
    "will-run": ("play-circle-outline", "accent", _N("NodeState", "Will run")),
    "resumes": ("skip-next-circle-outline", "accent", _N("NodeState", "Will run")),
    "running": ("progress-clock", "accent", _N("NodeState", "Running")),
    "done": ("check-circle", "done", _N("NodeState", "Done")),
    "resumed": ("skip-next-circle", "done", _N("NodeState", "Resumed")),
    "failed": ("alert-circle", "error", _N("NodeState", "Failed")),
    "skipped": ("minus-circle-outline", "muted", _N("NodeState", "Skipped")),
    "blocked": ("alert-octagon", "warning", _N("NodeState", "Cannot run")),
}
"""Badge -> icon, colour, what it is called."""


def duration(seconds: float) -> str:
    """Seconds for people: "0.8 ms", "1.24 s", "2 min 05 s"."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def badge_name(badge: str) -> str:
    """What a badge is called."""
    return QCoreApplication.translate("NodeState", _LOOKS[badge][2])


def headline(state: NodeState) -> str:
    """The state of a node in one line."""
    name = badge_name(state.badge)
    reason = state.reason or (state.text if state.badge == "running" else "")
    return f"{name}: {reason}" if reason and reason.lower() != name.lower() else name


def timing(state: NodeState) -> str:
    """How far and how long, in one line; "" where there is nothing to say."""
    translate = QCoreApplication.translate
    parts: list[str] = []
    if state.total and state.badge in ("running", "done", "resumed"):
        parts.append(translate("NodeState", "{0} of {1} steps").format(state.done, state.total))
    if state.badge == "running":
        if state.eta is not None:
            parts.append(translate("NodeState", "{0} left").format(duration(state.eta)))
    elif state.seconds:
        parts.append(translate("NodeState", "took {0}").format(duration(state.seconds)))
    return " · ".join(parts)


class StateCard(QWidget):
    """Badge and reason, progress, timing, and the error with a way to copy it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = QLabel()
        self._sign.setFixedSize(16, 16)
        self._headline = _text_label()
        self._headline.setObjectName("headline")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._timing = _text_label()
        self._timing.setObjectName("timing")
        self._timing.setProperty("muted", True)
        self.error = ErrorCard(self)
        row = QHBoxLayout()
        row.setSpacing(theme.RHYTHM)
        row.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._headline, stretch=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._timing)
        column.addWidget(self.error)

    def show_state(self, node: str, state: NodeState | None) -> None:
        """Show what is known of a node; None: nothing is."""
        self.setVisible(state is not None and state.badge != "")
        if state is None or not state.badge:
            return
        name, token, _ = _LOOKS[state.badge]
        self._sign.setPixmap(icon(name, token).pixmap(16, 16))
        self._headline.setText(breakable(headline(state)))
        self._bar.setVisible(state.badge == "running" and state.total > 0)
        self._bar.setRange(0, max(1, state.total))
        self._bar.setValue(state.done)
        self._timing.setText(timing(state))
        self._timing.setVisible(bool(self._timing.text()))
        self.error.show_error(node, state)


class ErrorCard(QWidget):
    """Why a node failed or cannot run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = ""
        self._message = _text_label()
        self._message.setObjectName("error")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFont(theme.font(small=True))
        self._details.setMinimumHeight(120)
        self._details.hide()
        self._copy = QPushButton(self.tr("Copy"))
        self._copy.setToolTip(self.tr("Copy the error with its details"))
        self._more = QPushButton(self.tr("Details"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        self._copy.clicked.connect(self.copy)
        row = QHBoxLayout()
        row.addWidget(self._copy)
        row.addWidget(self._more)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.addWidget(self._message)
        column.addLayout(row)
        column.addWidget(self._details)

    def show_error(self, node: str, state: NodeState) -> None:
        """Show the error of a state, or nothing."""
        self.setVisible(bool(state.error))
        where = f"{node}.{state.parameter}" if state.parameter else node
        self._report = "\n\n".join(
            part for part in (f"{where}: {state.error}", state.details) if part
        )
        self._message.setText(breakable(state.error))
        self._details.setPlainText(state.details)
        self._more.setVisible(bool(state.details))
        if not state.details:
            self._more.setChecked(False)

    def copy(self) -> None:
        """Put the error with its details on the clipboard."""
        QGuiApplication.clipboard().setText(self._report)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("error", 0.5), 1))
        painter.setBrush(theme.colour("error", 0.12))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)


def breakable(text: str) -> str:
    """A text whose long words, such as paths, may be broken at the end of a line."""
    return _LONG.sub(lambda word: word[0] + "\u200b", text)


def _text_label() -> QLabel:
    """A label for text of any length, which can be selected."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

"""The state of a node in the inspector: badge and reason, progress, timing, error."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.session.states import NodeState, badge_name
from nodeui.views import theme
from nodeui.views.icons import icon
from nodeui.views.labels import Label, breakable, brief, paragraph, set_tip

_SIGNS = {
    "cached": ("check-circle", "done"),
    "will-run": ("play-circle-outline", "accent"),
    "resumes": ("skip-next-circle-outline", "accent"),
    "running": ("progress-clock", "accent"),
    "done": ("check-circle", "done"),
    "resumed": ("skip-next-circle", "done"),
    "failed": ("alert-circle", "error"),
    "skipped": ("minus-circle-outline", "muted"),
    "blocked": ("alert-octagon", "warning"),
}
"""Badge -> icon, colour."""


def duration(seconds: float) -> str:
    """Format a duration: "0.8 ms", "1.24 s", "2 min 05 s"."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 60:
        return f"{seconds:.3g} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"


def headline(state: NodeState) -> str:
    """Return the state of a node in one line."""
    name = badge_name(state.badge)
    reason = state.reason or (state.text if state.badge == "running" else "")
    return f"{name}: {reason}" if reason and reason.lower() != name.lower() else name


def timing(state: NodeState) -> str:
    """Return steps and times in one line; "" if none are known."""
    parts: list[str] = []
    if state.total and state.badge in ("running", "done", "resumed"):
        parts.append(tr("{0} of {1} steps", state.done, state.total))
    if state.badge == "running":
        if state.eta is not None:
            parts.append(tr("{0} left", duration(state.eta)))
    elif state.seconds:
        parts.append(tr("took {0}", duration(state.seconds)))
    return " · ".join(parts)


class StateCard(QWidget):
    """Shows badge and reason, progress, timing, warnings, and the error with its copy button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Label()
        self._sign.setFixedSize(16, 16)
        self._headline = paragraph(selectable=True)
        self._headline.setObjectName("headline")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._timing = paragraph(muted=True, selectable=True)
        self._timing.setObjectName("timing")
        self._warnings = paragraph(selectable=True)
        self._warnings.setObjectName("warnings")
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
        column.addWidget(self._warnings)
        column.addWidget(self.error)

    def show_state(self, node: str, state: NodeState | None) -> None:
        """Show the state of a node; hide if it is None."""
        self.setVisible(state is not None and state.badge != "")
        if state is None or not state.badge:
            return
        name, token = _SIGNS[state.badge]
        self._sign.setPixmap(icon(name, token).pixmap(16, 16))
        self._headline.setText(breakable(brief(headline(state))))
        self._bar.setVisible(state.badge == "running" and state.total > 0)
        self._bar.setRange(0, max(1, state.total))
        self._bar.setValue(state.done)
        self._timing.setText(timing(state))
        self._timing.setVisible(bool(self._timing.text()))
        self._warnings.setText(breakable("\n".join(state.warnings)))
        self._warnings.setStyleSheet(f"color: {theme.tokens().warning}")
        self._warnings.setVisible(bool(state.warnings))
        self.error.show_error(node, state)


class ErrorCard(QWidget):
    """Shows why a node failed or cannot run: in one line, with the details behind a button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = ""
        self._message = paragraph(selectable=True)
        self._message.setObjectName("error")
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setFont(theme.font(small=True))
        self._details.setMinimumHeight(120)
        self._details.hide()
        self._copy = QPushButton(tr("Copy"))
        set_tip(self._copy, tr("Copy the error with its details"))
        self._more = QPushButton(tr("Details"))
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
        """Show the error of a state; hide if there is none."""
        self.setVisible(bool(state.error))
        where = f"{node}.{state.parameter}" if state.parameter else node
        self._report = "\n\n".join(
            part for part in (f"{where}: {state.error}", state.details) if part
        )
        shown = brief(state.error)
        whole = state.error if shown != state.error else ""
        details = "\n\n".join(part for part in (whole, state.details) if part)
        self._message.setText(breakable(shown))
        self._details.setPlainText(details)
        self._more.setVisible(bool(details))
        if not details:
            self._more.setChecked(False)

    def copy(self) -> None:
        """Copy the error with its details to the clipboard."""
        QGuiApplication.clipboard().setText(self._report)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("error", 0.5), 1))
        painter.setBrush(theme.colour("error", 0.12))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)

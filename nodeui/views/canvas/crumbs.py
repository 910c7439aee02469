"""The way to the group in view, above the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from nodeui.views import theme
from nodeui.views.canvas.ink import ink

if TYPE_CHECKING:
    from nodeui.views.canvas.view import CanvasView

_PLACE = 12
_LONGEST = 24  # characters of a title
_MOST = 3  # groups that are named; those before them are in a menu


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"


class Crumbs(QWidget):
    """Names the groups that lead to the level in view; a click goes there.

    Args:
        canvas: The canvas.
    """

    chosen = Signal(str)
    """The level that was clicked."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 4, 6, 4)
        self._row.setSpacing(2)
        self.setAccessibleName(self.tr("Way to the group in view"))
        self.move(_PLACE, _PLACE)
        self.hide()

    def show_way(self, way: Sequence[str]) -> None:
        """Show the way to a level; at the top there is none."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(way))
        if not way:
            return
        self._add("", self.tr("Workflow"), False)
        if way[:-_MOST]:
            self._add_hidden(way[:-_MOST])
        for id in way[-_MOST:]:
            self._add(id, self._title(id), id == way[-1])
        self.adjustSize()
        self.raise_()

    def _title(self, id: str) -> str:
        """The title of a group in one line."""
        return " ".join(self._canvas.session.graph.groups[id].title.split()) or id

    def _add(self, level: str, title: str, here: bool) -> None:
        button = self._button(_short(title), bold=here)
        button.setToolTip(title)
        button.setEnabled(not here)
        if here:
            button.setStyleSheet(f"color: {theme.tokens().text};")
        button.clicked.connect(lambda: self.chosen.emit(level))

    def _add_hidden(self, levels: Sequence[str]) -> None:
        """A menu of the levels that there is no room for."""
        button = self._button("…")
        button.setToolTip(self.tr("Groups between"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for level in levels:
            action = menu.addAction(_short(self._title(level)))
            action.triggered.connect(lambda _=False, level=level: self.chosen.emit(level))
        button.setMenu(menu)

    def _button(self, text: str, bold: bool = False) -> QToolButton:
        """A button after those that are there."""
        if self._row.count():
            arrow = QLabel("›", self)
            arrow.setStyleSheet(f"color: {theme.tokens().muted};")
            self._row.addWidget(arrow)
            arrow.show()
        button = QToolButton(self)
        button.setText(text.replace("&", "&&"))
        button.setAutoRaise(True)
        button.setFont(theme.font(small=True, bold=bold))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._row.addWidget(button)
        button.show()
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(ink("outline"), 1))
        painter.setBrush(ink("panel", 0.92))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

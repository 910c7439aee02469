"""The path to the group in view, as buttons above the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from nodeui.graph.wording import tr
from nodeui.views import theme
from nodeui.views.canvas.paint import colour
from nodeui.views.canvas.scene import Canvas
from nodeui.views.labels import Label, plain_entry, set_tip

_PLACE = 12  # from the corner of the canvas, in pixels
_LONGEST = 24  # characters of a title
_MOST = 3  # groups with a button; those before them are in a menu


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"


class Crumbs(QWidget):
    """Buttons for the groups on the path to the level in view; a click shows their level.

    Args:
        canvas: The canvas.
        parent: Its parent widget.
    """

    chosen = Signal(str)
    """The level that was clicked."""

    def __init__(self, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(6, 4, 6, 4)
        self._row.setSpacing(2)
        self.setAccessibleName(tr("Path to the group in view"))
        self.move(_PLACE, _PLACE)
        self.hide()
        self.chosen.connect(canvas.levels.leave_to)
        canvas.levels.path_changed.connect(self._update)
        theme.notifier.changed.connect(self._update)

    def _update(self) -> None:
        path = self._canvas.mirror.level.path
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.setVisible(bool(path))
        if not path:
            return
        self._add("", tr("Workflow"), False)
        if path[:-_MOST]:
            self._add_menu(path[:-_MOST])
        for id in path[-_MOST:]:
            self._add(id, self._title(id), id == path[-1])
        self.adjustSize()
        self.raise_()

    def _title(self, id: str) -> str:
        """Return the title of a group on one line."""
        return " ".join(self._canvas.session.graph.groups[id].title.split()) or id

    def _add(self, level: str, title: str, here: bool) -> None:
        button = self._button(_short(title), bold=here)
        set_tip(button, title)
        button.setEnabled(not here)
        if here:
            button.setStyleSheet(f"color: {theme.tokens().text};")
        button.clicked.connect(lambda: self.chosen.emit(level))

    def _add_menu(self, levels: Sequence[str]) -> None:
        """Add a menu of the levels without a button."""
        button = self._button("…")
        set_tip(button, tr("Groups between"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for level in levels:
            action = menu.addAction(plain_entry(_short(self._title(level))))
            action.triggered.connect(lambda _=False, level=level: self.chosen.emit(level))
        button.setMenu(menu)

    def _button(self, text: str, bold: bool = False) -> QToolButton:
        """Add a button to the row."""
        if self._row.count():
            arrow = Label("›", self)
            arrow.setStyleSheet(f"color: {theme.tokens().muted};")
            self._row.addWidget(arrow)
            arrow.show()
        button = QToolButton(self)
        button.setText(plain_entry(text))
        button.setAutoRaise(True)
        button.setFont(theme.font(small=True, bold=bold))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._row.addWidget(button)
        button.show()
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("outline"), 1))
        painter.setBrush(colour("panel", 0.92))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

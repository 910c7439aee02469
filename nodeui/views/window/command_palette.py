"""The command palette: every action and recent file, found by typing a part of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodeui.views.window.actions import group_title

_WIDTH, _HEIGHT = 520, 380


def match(query: str, text: str) -> int | None:
    """How well a typed text fits a name: lower is better, None is not at all.

    All letters must occur in order; whole words and beginnings of words come first.
    """
    query, text = query.lower().strip(), text.lower()
    if not query:
        return 0
    found = text.find(query)
    if found >= 0:
        return found if found == 0 or not text[found - 1].isalnum() else 100 + found
    position, gaps = -1, 0
    for letter in query.replace(" ", ""):
        following = text.find(letter, position + 1)
        if following < 0:
            return None
        gaps += following - position - 1
        position = following
    return 1000 + gaps


class CommandPalette(QDialog):
    """A list of actions that narrows while typing; Return does the first of them.

    Args:
        actions: By name; those that are disabled are left out. What follows a tab in a text, such
            as the folder of a recent file, is not shown.
        parent: The window it opens over.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Command palette"))
        self.resize(_WIDTH, _HEIGHT)
        self._actions = {name: action for name, action in actions.items() if action.isEnabled()}
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)  # keeps the texts of a column aligned
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("What do you want to do?"))
        self._field.setAccessibleName(self.tr("Command"))
        self._field.installEventFilter(self)
        self._list = QTreeWidget(self)
        self._list.setColumnCount(3)
        self._list.setHeaderHidden(True)
        self._list.setRootIsDecorated(False)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformRowHeights(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        self._field.textChanged.connect(self._fill)
        self._list.itemActivated.connect(self._do)
        self._list.itemClicked.connect(self._do)
        self._fill("")
        self.setFocusProxy(self._field)

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of a window."""
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - _WIDTH) // 2, corner.y() + 72)
        self.show()
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self._list.currentItem()
                if item is not None:
                    self._do(item)
                return True
        return super().eventFilter(watched, event)

    def _fill(self, query: str) -> None:
        self._list.clear()
        scored: list[tuple[int, str]] = []
        for name, action in self._actions.items():
            score = match(query, _text(action))
            if score is not None:
                scored.append((score, name))
        for _, name in sorted(scored, key=lambda pair: pair[0]):
            action = self._actions[name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            item = QTreeWidgetItem(["", group_title(name), keys])
            item.setText(0, _text(action))
            item.setIcon(0, self._blank if action.icon().isNull() else action.icon())
            item.setData(0, Qt.ItemDataRole.UserRole, name)
            item.setForeground(1, self.palette().placeholderText())
            item.setForeground(2, self.palette().placeholderText())
            self._list.addTopLevelItem(item)
        self._list.setColumnWidth(0, _WIDTH - 260)
        self._list.setColumnWidth(1, 80)
        self._choose(0)

    def _choose(self, row: int) -> None:
        item = self._list.topLevelItem(row)
        if item is not None:
            self._list.setCurrentItem(item)

    def _step(self, by: int) -> None:
        self._choose(self._list.currentIndex().row() + by)

    def _do(self, item: QTreeWidgetItem) -> None:
        action = self._actions[item.data(0, Qt.ItemDataRole.UserRole)]
        self.close()
        action.trigger()


def _text(action: QAction) -> str:
    text = action.text().partition("\t")[0]
    return re.sub("&(.)", r"\1", text).removesuffix("...")

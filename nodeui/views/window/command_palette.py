"""The command palette, which finds actions and recent files by a part of their name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.views.window.actions import group_title, plain_text, shown_keys

_WIDTH, _HEIGHT = 520, 380


def match(query: str, text: str) -> int | None:
    """Return how well a typed text matches a name: lower is better, None is no match.

    All letters must occur in order; whole words and beginnings of words rank first.
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
    """A list of actions that narrows while typing; Return triggers the current one.

    Args:
        actions: The actions by name; disabled ones are left out. Text after a tab, such as the
            folder of a recent file, is not shown.
        parent: The window that it opens over.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Command palette"))
        self.resize(_WIDTH, _HEIGHT)
        self._actions = {name: action for name, action in actions.items() if action.isEnabled()}
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)  # aligns the texts of a column
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(tr("What do you want to do?"))
        self._field.setAccessibleName(tr("Command"))
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
        """Open it at the top centre of a window."""
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
            score = match(query, plain_text(action))
            if score is not None:
                scored.append((score, name))
        for _, name in sorted(scored, key=lambda pair: pair[0]):
            action = self._actions[name]
            item = QTreeWidgetItem(["", group_title(name), shown_keys(action)])
            item.setText(0, plain_text(action))
            item.setIcon(0, self._blank if action.icon().isNull() else action.icon())
            item.setData(0, Qt.ItemDataRole.UserRole, name)
            item.setForeground(1, self.palette().placeholderText())
            item.setForeground(2, self.palette().placeholderText())
            self._list.addTopLevelItem(item)
        self._list.setColumnWidth(0, _WIDTH - 260)
        self._list.setColumnWidth(1, 88)
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

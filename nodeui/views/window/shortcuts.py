"""The sheet of shortcuts: all keys and mouse gestures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nodeui.graph.wording import tr
from nodeui.views.labels import Label
from nodeui.views.window.actions import group_title, plain_text, shown_keys

_COLUMNS = 3


class ShortcutsSheet(QDialog):
    """A dialog with the keys of all actions, by group, and the mouse gestures of the canvas.

    Args:
        actions: The actions by name; the part before the dot is the group.
        gestures: The mouse gestures of the canvas, and their effects.
        parent: The window that it opens over.
    """

    def __init__(
        self,
        actions: Mapping[str, QAction],
        gestures: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Shortcuts"))
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, action in actions.items():
            keys = shown_keys(action)
            if keys:
                groups.setdefault(group_title(name), []).append((keys, plain_text(action)))
        groups[tr("Mouse gestures")] = list(gestures)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(32)
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        heights = [0] * _COLUMNS
        for title, rows in sorted(groups.items(), key=lambda group: -len(group[1])):
            shortest = heights.index(min(heights))
            columns[shortest].addLayout(self._group(title, rows))
            columns[shortest].addSpacing(16)
            heights[shortest] += len(rows) + 2
        for column in columns:
            column.addStretch()
            layout.addLayout(column)

    def _group(self, title: str, rows: Sequence[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        heading = Label(title, self)
        heading.setProperty("section", True)
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (keys, text) in enumerate(rows, start=1):
            label = Label(keys, self)
            label.setProperty("muted", True)
            grid.addWidget(Label(text, self), row, 0)
            grid.addWidget(label, row, 1)
        grid.setColumnStretch(0, 1)
        return grid

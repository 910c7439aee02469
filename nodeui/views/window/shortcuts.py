"""The sheet of shortcuts: all keys and mouse gestures at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nodeui.views.window.actions import group_title

_COLUMNS = 3


class ShortcutsSheet(QDialog):
    """All actions that have keys, by group, and what the mouse does.

    Args:
        actions: By name; what stands before the dot is the group.
        gestures: What the mouse does on the canvas: gesture and effect.
        parent: The window it opens over.
    """

    def __init__(
        self,
        actions: Mapping[str, QAction],
        gestures: Sequence[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Shortcuts"))
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, action in actions.items():
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            if keys:
                text = action.text().replace("&", "").removesuffix("...")
                groups.setdefault(group_title(name), []).append((keys, text))
        groups[self.tr("Mouse on the canvas")] = list(gestures)
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
        heading = QLabel(title, self)
        heading.setProperty("section", True)
        grid.addWidget(heading, 0, 0, 1, 2)
        for row, (keys, text) in enumerate(rows, start=1):
            label = QLabel(keys, self)
            label.setProperty("muted", True)
            grid.addWidget(QLabel(text, self), row, 0)
            grid.addWidget(label, row, 1)
        grid.setColumnStretch(0, 1)
        return grid

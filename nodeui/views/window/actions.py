"""The actions of the window: menus, tool bar, shortcuts and command palette all show these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from nodeui.views.icons import icon


@dataclass(frozen=True)
class _Entry:
    action: QAction
    keys: str


class Actions(QObject):
    """Every action there is, by a stable name such as "file.open".

    Args:
        window: Where shortcuts work.
        chosen_keys: Key sequences that the user chose, by action name.
    """

    def __init__(self, window: QWidget, chosen_keys: Mapping[str, str]) -> None:
        super().__init__(window)
        self._window = window
        self._chosen = dict(chosen_keys)
        self._entries: dict[str, _Entry] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._entries[name].action

    def add(
        self,
        name: str,
        text: str,
        run: Callable[[], object],
        keys: str = "",
        icon_name: str = "",
        *,
        within: QWidget | None = None,
        checkable: bool = False,
    ) -> QAction:
        """Make an action.

        Args:
            name: Stable; what stands before the dot is its group.
            text: What a menu shows.
            run: What it does.
            keys: Its standard key sequences, separated by "; ".
            icon_name: A Material Design icon, or "".
            within: Its keys work only while this widget or a child of it has the focus; for
                keys such as letters, which mean something else in other places.
            checkable: It is on or off.
        """
        action = QAction(text, self._window)
        action.setObjectName(name)
        action.setCheckable(checkable)
        action.triggered.connect(lambda: run())
        if icon_name:
            action.setIcon(icon(icon_name))
        if within is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            within.addAction(action)
        else:
            self._window.addAction(action)
        self._entries[name] = _Entry(action, keys)
        self._bind(name)
        return action

    def all(self) -> Mapping[str, QAction]:
        """The actions by name, in the order they were made."""
        return {name: entry.action for name, entry in self._entries.items()}

    def standard_keys(self, name: str) -> str:
        """The key sequences that an action has where the user chose none."""
        return self._entries[name].keys

    def choose_keys(self, chosen: Mapping[str, str]) -> None:
        """Give actions other key sequences, by name; the others get their standard ones."""
        self._chosen = dict(chosen)
        for name in self._entries:
            self._bind(name)

    def _bind(self, name: str) -> None:
        entry = self._entries[name]
        keys = self._chosen.get(name, entry.keys)
        entry.action.setShortcuts(QKeySequence.listFromString(keys) if keys else [])
        text = entry.action.text().replace("&", "").removesuffix("...")
        shown = entry.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        entry.action.setToolTip(f"{text} ({shown})" if shown else text)


def group_title(name: str) -> str:
    """What the group of an action is called."""
    translate = QCoreApplication.translate
    titles = {
        "file": translate("Actions", "File"),
        "edit": translate("Actions", "Edit"),
        "view": translate("Actions", "View"),
        "node": translate("Actions", "Node"),
        "arrange": translate("Actions", "Arrange"),
        "branch": translate("Actions", "Branch"),
        "run": translate("Actions", "Run"),
        "panel": translate("Actions", "Panel"),
        "help": translate("Actions", "Help"),
        "recent": translate("Actions", "Recent"),
    }
    return titles[name.partition(".")[0]]

"""The actions of the editor, which menus, tool bar, shortcuts and command palette share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.icons import icon
from nodeui.views.labels import set_tip

Need = Literal["nothing", "document", "selection", "undo", "redo", "changed file", "run"]
"""A condition under which an action is enabled; see `is_met`."""

GROUPS = ("file", "edit", "view", "panel", "node", "arrange", "branch", "send", "run", "help")
"""The groups of actions, in the order of the menus."""


def is_met(need: Need, session: Session | None) -> bool:
    """Return True if a condition holds for the document in view; None if there is none."""
    if session is None:
        return need == "nothing"
    match need:
        case "nothing" | "document":
            return True
        case "selection":
            return bool(session.selection)
        case "undo":
            return bool(session.undo_labels)
        case "redo":
            return bool(session.redo_labels)
        case "changed file":
            return session.path is not None and session.modified
        case "run":
            return session.run_state != "idle"


@dataclass(frozen=True)
class _Entry:
    action: QAction
    keys: str
    needs: Need | Callable[[], bool]
    text: Callable[[Session | None], str] | None
    checked: Callable[[Session], bool] | None


class Actions(QObject):
    """All actions, by a stable name such as "file.open".

    Args:
        window: The widget in which shortcuts work.
        chosen_keys: Key sequences that the user chose, by action name.
    """

    def __init__(self, window: QWidget, chosen_keys: Mapping[str, str]) -> None:
        super().__init__(window)
        self._window = window
        self._chosen = dict(chosen_keys)
        self._session: Session | None = None
        self._entries: dict[str, _Entry] = {}

    def __getitem__(self, name: str) -> QAction:
        return self._entries[name].action

    def add(
        self,
        name: str,
        text: str | Callable[[Session | None], str],
        run: Callable[[], object],
        keys: str = "",
        icon_name: str = "",
        *,
        full_text: str = "",
        needs: Need | Callable[[], bool] = "nothing",
        within: QWidget | None = None,
        checkable: bool = False,
        checked: Callable[[Session], bool] | None = None,
    ) -> QAction:
        """Make an action.

        Args:
            name: A stable name; the part before the dot is its group.
            text: Its text in a menu, or a function that returns it for the document in view.
            run: What it does.
            keys: Its standard key sequences, separated by "; ".
            icon_name: A Material Design icon, or "".
            full_text: Its text outside of its menu, such as in the command palette, if that is
                another one.
            needs: The condition under which it is enabled. A function is called by `refresh`.
            within: Its keys work only while this widget or a child of it has the focus; for keys
                such as letters, which mean something else in other places.
            checkable: True for an action that is on or off.
            checked: Returns whether it is on, for the document in view.
        """
        label = text if callable(text) else None
        action = QAction(text(None) if callable(text) else text, self._window)
        action.setObjectName(name)
        action.setData(full_text)
        action.setCheckable(checkable)
        action.triggered.connect(lambda: run())
        if icon_name:
            action.setIcon(icon(icon_name))
        if within is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            within.addAction(action)
        else:
            self._window.addAction(action)
        self._entries[name] = _Entry(action, keys, needs, label, checked)
        self._bind(name)
        return action

    def all(self) -> Mapping[str, QAction]:
        """Return the actions by name, in the order they were made."""
        return {name: entry.action for name, entry in self._entries.items()}

    # --- state ---------------------------------------------------------------------------------

    def on_session(self, run: Callable[[Session], object]) -> Callable[[], None]:
        """Return a function that calls `run` with the document in view, if there is one."""

        def run_on_session() -> None:
            if self._session is not None:
                run(self._session)

        return run_on_session

    def set_session(self, session: Session | None) -> None:
        """Let the actions follow this document."""
        if self._session is not None:
            self._session.history_changed.disconnect(self.refresh)
            self._session.selection_changed.disconnect(self.refresh)
            self._session.run_state_changed.disconnect(self.refresh)
        self._session = session
        if session is not None:
            session.history_changed.connect(self.refresh)
            session.selection_changed.connect(self.refresh)
            session.run_state_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable the actions whose needs are met, and show the state of the document in them."""
        session = self._session
        for entry in self._entries.values():
            needs = entry.needs
            entry.action.setEnabled(needs() if callable(needs) else is_met(needs, session))
            if entry.text is not None:
                entry.action.setText(entry.text(session))
            if entry.checked is not None and session is not None:
                entry.action.setChecked(entry.checked(session))

    # --- keys ----------------------------------------------------------------------------------

    def standard_keys(self, name: str) -> str:
        """Return the key sequences of an action for which the user chose none."""
        return self._entries[name].keys

    def choose_keys(self, chosen: Mapping[str, str]) -> None:
        """Set key sequences by action name; all other actions get their standard ones."""
        self._chosen = dict(chosen)
        for name in self._entries:
            self._bind(name)

    def _bind(self, name: str) -> None:
        entry = self._entries[name]
        keys = self._chosen.get(name, entry.keys)
        entry.action.setShortcuts(QKeySequence.listFromString(keys) if keys else [])
        text = plain_text(entry.action)
        shown = shown_keys(entry.action)
        set_tip(entry.action, f"{text} ({shown})" if shown else text)


def plain_text(action: QAction) -> str:
    """Return the text of an action outside of its menu, without mnemonics, dots and what follows a
    tab."""
    text = (action.data() or action.text()).partition("\t")[0]
    return re.sub("&(.)", r"\1", text).removesuffix("...")


def shown_keys(action: QAction) -> str:
    """Return the first key sequence of an action as the desktop writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def group_title(name: str) -> str:
    """Return the title of an action's group."""
    titles = {
        "file": tr("File"),
        "edit": tr("Edit"),
        "view": tr("View"),
        "node": tr("Node"),
        "arrange": tr("Arrange"),
        "branch": tr("Branch"),
        "send": tr("Send to"),
        "run": tr("Run"),
        "panel": tr("Panel"),
        "help": tr("Help"),
        "recent": tr("Recent"),
    }
    return titles[name.partition(".")[0]]

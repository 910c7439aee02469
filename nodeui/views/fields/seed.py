"""The seed editor."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.session.seeds import roll
from nodeui.views.fields.editor import FieldEditor
from nodeui.views.fields.number import NumberEditor
from nodeui.views.fields.simple import fill
from nodeui.views.icons import IconButton


class SeedEditor(FieldEditor):
    """Edits a seed: a number, a die for a new seed, and a button for the last used one.

    After `offer_lock`, a lock sets whether each run has a new seed.
    """

    lock_changed = Signal(bool)
    """The user locked (True) or unlocked the seed."""

    def __init__(self, parameter: Parameter, value: Any, parent: QWidget | None) -> None:
        super().__init__(parameter, value, parent)
        self._number = NumberEditor(parameter, value, self)
        self._last_used: int | None = None
        self._dice = IconButton("dice-5", tr("New seed"))
        self._last = IconButton("history", tr("Back to the seed of the last picture"))
        self._lock = IconButton("lock", "")
        self._lock.setCheckable(True)
        self._lock.hide()
        self._last.setEnabled(False)
        row = fill(self, self._number, self._dice, self._last, self._lock)
        row.setSpacing(0)  # room for ten digits in a narrow panel
        self._number.changed.connect(self._report)
        self._number.committed.connect(self._commit)
        self._number.cancelled.connect(self._cancel)
        self._dice.clicked.connect(lambda: self._put(roll(parameter)))
        self._last.clicked.connect(lambda: self._put(self._last_used))
        self._lock.toggled.connect(self._lock_toggled)

    def begin(self) -> None:
        self._number.begin()

    def set_last_used(self, seed: int | None) -> None:
        """Set the seed that the last image was made with; None if there is no image."""
        self._last_used = seed
        self._last.setEnabled(seed is not None and seed != self._value)

    def offer_lock(self, locked: bool) -> None:
        """Show the lock; the caller changes unlocked seeds before each run."""
        blocked = self._lock.blockSignals(True)
        self._lock.setChecked(locked)
        self._lock.blockSignals(blocked)
        self._show_lock(locked)
        self._lock.show()

    def _lock_toggled(self, locked: bool) -> None:
        self._show_lock(locked)
        self.lock_changed.emit(locked)

    def _show_lock(self, locked: bool) -> None:
        if locked:
            self._lock.describe("lock", tr("Locked: every run uses this seed"))
        else:
            self._lock.describe("lock-open-variant", tr("Unlocked: every run has a new seed"))

    def _put(self, seed: Any) -> None:
        self._report(seed)
        self._commit(seed)
        self._show(seed)

    def _show(self, value: Any) -> None:
        self._number.set_value(value)
        self.set_last_used(self._last_used)

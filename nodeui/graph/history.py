"""Undo and redo; the edits of one gesture are undone as one."""

from __future__ import annotations

from dataclasses import dataclass, field

from nodeui.graph.edits import Batch, Edit
from nodeui.graph.model import Graph


@dataclass(slots=True)
class _Entry:
    """What one undo takes back.

    Attributes:
        label: Its name in the Edit menu.
        gesture: What else belongs to it; None ends it at once.
        inverses: The edits that take it back, latest first when applied from the end.
        slots: What `inverses` already restore, so that a long drag keeps one inverse.
    """

    label: str
    gesture: object | None
    inverses: list[Edit]
    slots: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])


class History:
    """The edits of a graph, and the way back.

    Args:
        graph: The graph that `apply`, `undo` and `redo` change.
        limit: How many undos are kept.
    """

    def __init__(self, graph: Graph, limit: int = 1000) -> None:
        self._graph = graph
        self._limit = limit
        self._done: list[_Entry] = []
        self._undone: list[_Entry] = []

    def apply(self, edit: Edit, gesture: object | None = None) -> bool:
        """Apply an edit and remember how to undo it.

        Args:
            edit: What to do.
            gesture: Edits in a row with the same gesture are one undo: one drag, one undo.

        Returns:
            Whether it is an undo of its own; if not, it may have changed the last one's label.

        Raises:
            GraphError: the edit is refused; graph and history are as before.
        """
        inverse = self._graph.apply(edit)
        self._undone.clear()
        entry = self._done[-1] if self._done else None
        begun = entry is None or gesture is None or entry.gesture != gesture
        if entry is None or begun:
            self._done.append(entry := _Entry(edit.label, gesture, []))
            del self._done[: -self._limit]
        elif entry.slots == {edit.slot}:
            entry.label = edit.label
        if edit.slot is None or edit.slot not in entry.slots:
            entry.inverses.append(inverse)
        if edit.slot is None:
            entry.slots.clear()
        else:
            entry.slots.add(edit.slot)
        return begun

    def undo(self) -> Edit | None:
        """Take back the last gesture; returns what was applied, or None."""
        return self._swing(self._done, self._undone)

    def redo(self) -> Edit | None:
        """Do again what was last undone; returns what was applied, or None."""
        return self._swing(self._undone, self._done)

    def _swing(self, source: list[_Entry], goal: list[_Entry]) -> Edit | None:
        if not source:
            return None
        entry = source.pop()
        edits = tuple(reversed(entry.inverses))
        if len(edits) == 1 and isinstance(edits[0], Batch):
            edits = edits[0].edits  # or each undo and redo would wrap it once more
        edit = Batch(edits, label=entry.label)
        goal.append(_Entry(entry.label, None, [self._graph.apply(edit)]))
        return edit

    @property
    def undo_labels(self) -> list[str]:
        """What can be undone, latest last."""
        return [entry.label for entry in self._done]

    @property
    def redo_labels(self) -> list[str]:
        """What can be done again, next last."""
        return [entry.label for entry in self._undone]

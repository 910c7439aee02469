"""Undo and redo. The edits of one gesture are undone together."""

from __future__ import annotations

from dataclasses import dataclass, field

from nodeui.graph.edits import Batch, Edit
from nodeui.graph.model import Graph


@dataclass(slots=True)
class _Entry:
    """One undo step.

    Attributes:
        label: Its name in the Edit menu.
        gesture: Further edits of the same gesture are added to it; None: no edits are added.
        inverses: The edits that undo it, to be applied last to first.
        slots: The slots that `inverses` restore already; a long drag needs one inverse only.
    """

    label: str
    gesture: object | None
    inverses: list[Edit]
    slots: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])


class History:
    """The undo history of a graph.

    Args:
        graph: The graph that `apply`, `undo` and `redo` change.
        limit: Largest number of undo steps.
    """

    def __init__(self, graph: Graph, limit: int = 1000) -> None:
        self._graph = graph
        self._limit = limit
        self._done: list[_Entry] = []
        self._undone: list[_Entry] = []

    def apply(self, edit: Edit, gesture: object | None = None) -> bool:
        """Apply an edit and remember how to undo it.

        Args:
            edit: The edit.
            gesture: Consecutive edits with the same gesture form one undo step, such as a drag.

        Returns:
            True if it began an undo step. If False, the label of the last step may have changed.

        Raises:
            GraphError: the edit was refused; graph and history are unchanged.
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
        """Undo the last step; return the applied edit, or None."""
        return self._swap(self._done, self._undone)

    def redo(self) -> Edit | None:
        """Redo the step that was undone last; return the applied edit, or None."""
        return self._swap(self._undone, self._done)

    def _swap(self, source: list[_Entry], goal: list[_Entry]) -> Edit | None:
        if not source:
            return None
        entry = source.pop()
        edits = tuple(reversed(entry.inverses))
        if len(edits) == 1 and isinstance(edits[0], Batch):
            edits = edits[0].edits  # otherwise each undo and redo would wrap it once more
        edit = Batch(edits, label=entry.label)
        goal.append(_Entry(entry.label, None, [self._graph.apply(edit)]))
        return edit

    @property
    def undo_labels(self) -> list[str]:
        """Labels of the steps that can be undone, latest last."""
        return [entry.label for entry in self._done]

    @property
    def redo_labels(self) -> list[str]:
        """Labels of the steps that can be redone, next one last."""
        return [entry.label for entry in self._undone]

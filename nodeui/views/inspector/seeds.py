"""Gives each run new values of the unlocked seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from PySide6.QtCore import QObject

from nodeui.graph.edits import Batch, SetParam
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.session.session import Session
from nodeui.views.fields.seed import roll

_UNLOCKED = "unlocked_seeds"
_FINISHED = ("done", "resumed", "cached")


class SeedKeeper(QObject):
    """Changes unlocked seeds when a run is requested, and remembers the seeds of the last one.

    A seed is changed if a run has finished with it or is under way, so each run in the queue has a
    seed of its own, and the node keeps the seed of the latest picture. A seed that was chosen by
    hand, or whose run was stopped, is used. The unlocked seeds are listed in the
    document's view settings, not set by edits, as they change no value. In live mode seeds are
    kept, as otherwise each run would cause another. Get the keeper of a session from `seeds_of`.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._used: dict[tuple[str, str], Any] = {}  # by the last run that was requested
        self._spent: dict[tuple[str, str], Any] = {}  # by the last run that has finished
        session.run_state_changed.connect(self._on_run_state_changed)
        session.run_requested.connect(self._on_run_requested)

    def last_used(self, node: str, name: str) -> int | None:
        """Return the seed of the last run; None before the first run."""
        return self._used.get((node, name))

    def is_locked(self, node: str, name: str) -> bool:
        """True if the seed is kept from run to run."""
        return f"{node}.{name}" not in self._unlocked()

    def set_locked(self, node: str, name: str, locked: bool) -> None:
        """Lock or unlock a seed."""
        names = [entry for entry in self._unlocked() if entry != f"{node}.{name}"]
        self._session.document.view[_UNLOCKED] = names if locked else [*names, f"{node}.{name}"]

    def _unlocked(self) -> list[str]:
        names: Any = self._session.document.view.get(_UNLOCKED)
        return [str(name) for name in cast("list[Any]", names)] if isinstance(names, list) else []

    def _on_run_requested(self) -> None:
        if not self._session.live:
            self._roll()
        self._used = {(node, p.name): value for node, p, value in self._seeds()}

    def _on_run_state_changed(self) -> None:
        if self._session.run_state == "idle":
            for (node, name), value in self._used.items():
                if self._is_finished(node):
                    self._spent[node, name] = value

    def _roll(self) -> None:
        """Change the unlocked seeds that a run has finished with, or that one under way has."""
        under_way = self._session.run_state in ("running", "queued")
        edits: list[SetParam] = []
        for node, parameter, value in self._seeds():
            key = node, parameter.name
            known = self._spent.get(key) == value or (under_way and self._used.get(key) == value)
            cached = self._is_finished(node) and self._session.states.settled(node)
            if not self.is_locked(*key) and (known or cached):
                edits.append(SetParam(node, parameter.name, roll(parameter)))
        if edits:
            self._session.edit(Batch(tuple(edits), label=tr("New seed")))

    def _is_finished(self, node: str) -> bool:
        state = self._session.states.get(node)
        return state is not None and state.badge in _FINISHED

    def _seeds(self) -> Iterator[tuple[str, Parameter, Any]]:
        """Yield the seeds that are not linked: node id, parameter, value."""
        graph = self._session.graph
        for node in graph.nodes.values():
            spec = graph.spec(node.id)
            for parameter in spec.parameters.values() if spec else ():
                if parameter.widget == "seed" and parameter.name not in graph.links_in(node.id):
                    yield node.id, parameter, node.params.get(parameter.name, parameter.default)


def seeds_of(session: Session) -> SeedKeeper:
    """Return the seed keeper of a session, made on first use."""
    for child in session.children():
        if isinstance(child, SeedKeeper):
            return child
    return SeedKeeper(session)

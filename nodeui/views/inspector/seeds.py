"""Changes unlocked seeds between runs."""

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
    """Remembers the seeds of the last run, and changes unlocked seeds after each run.

    The unlocked seeds are listed in the document's view settings, not set by edits, as they change
    no value. In live mode seeds are kept, as otherwise each run would cause another. Get the
    keeper of a session from `seeds_of`.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._used: dict[tuple[str, str], Any] = {}
        self._running = session.run_state == "running"
        session.run_state_changed.connect(self._run_state_changed)

    def last_used(self, node: str, name: str) -> int | None:
        """Return the seed that the last run started with; None before the first run."""
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

    def _run_state_changed(self) -> None:
        running = self._session.run_state == "running"
        began, ended = running and not self._running, self._running and not running
        self._running = running
        if began:
            self._used = {(node, p.name): value for node, p, value in self._seeds()}
        elif ended and not self._session.live:
            self._roll()

    def _roll(self) -> None:
        """Change the unlocked seeds of the nodes that have finished."""
        states = self._session.states
        edits = tuple(
            SetParam(node, parameter.name, roll(parameter))
            for node, parameter, _ in self._seeds()
            if not self.is_locked(node, parameter.name)
            and node in states
            and states[node].badge in _FINISHED
        )
        if edits:
            self._session.edit(Batch(edits, label=tr("New seed")))

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

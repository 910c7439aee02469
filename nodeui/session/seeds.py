"""The seeds of a document's runs: unlocked ones are new in each run."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nodeui.graph.edits import Batch, SetParam
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.sweeps.axes import outputs_of, upstream_of

if TYPE_CHECKING:
    from nodeui.session.session import Session

SeedValues: TypeAlias = Mapping[tuple[str, str], Any]
"""Values of seeds, by node id and parameter."""

_UNLOCKED = "unlocked_seeds"
_FINISHED = ("done", "resumed", "cached")
_HIGHEST = 2**32 - 1  # keeps random seeds short enough to read and type


def roll(parameter: Parameter) -> int:
    """Return a random seed within the range of its parameter, at most 2**32 - 1."""
    low = int(parameter.low or 0)
    high = min(_HIGHEST, int(parameter.high if parameter.high is not None else _HIGHEST))
    return low + secrets.randbelow(high - low + 1)


class Seeds:
    """The seeds of a document, and those of its runs.

    Each run in the queue has unlocked seeds of its own. The node shows them once the run begins, so
    it always has the seed of the picture that is seen. A seed that was chosen by hand, or whose run
    was stopped, is used. The unlocked seeds are listed in the document's view settings, not set by
    edits, as they change no value. In live mode seeds are kept, as otherwise each run would cause
    another.

    Args:
        session: The document.

    Attributes:
        shows: How many of `NodeStates.edits` were made by `show`.
    """

    def __init__(self, session: Session) -> None:
        self.shows = 0
        self._session = session
        self._used: dict[tuple[str, str], Any] = {}  # by the last run that began
        self._spent: dict[tuple[str, str], Any] = {}  # by the last run that has finished
        self._drawn: set[tuple[str, str, Any]] = set()  # for the runs that are under way
        self._shown: set[tuple[str, str, Any]] = set()  # on the nodes meanwhile, unless by hand
        session.run_state_changed.connect(self._on_run_state_changed)

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

    # --- runs ----------------------------------------------------------------------------------

    def unlocked(self, targets: Sequence[str]) -> list[tuple[str, str]]:
        """Return the seeds that are new in each run of these targets; none in live mode.

        Args:
            targets: Ids of nodes; empty for all output nodes.
        """
        if self._session.live:
            return []
        needed = upstream_of(self._session.graph, targets or outputs_of(self._session.graph))
        seeds = [(node, parameter.name) for node, parameter, _ in self._seeds() if node in needed]
        return [seed for seed in seeds if not self.is_locked(*seed)]

    def draw(self, targets: Sequence[str]) -> SeedValues:
        """Return the seeds for the next run of these targets: those of the graph, and new ones for
        unlocked seeds whose value was used."""
        unlocked = self.unlocked(targets)
        values: dict[tuple[str, str], Any] = {}
        for node, parameter, value in self._seeds():
            key = node, parameter.name
            self._shown.add((*key, value))
            if key in unlocked and self._is_used(key, value):
                value = roll(parameter)
            values[key] = value
            self._drawn.add((*key, value))
        return values

    def _is_used(self, key: tuple[str, str], value: Any) -> bool:
        cached = self._is_finished(key[0]) and self._session.states.settled(key[0])
        return cached or self._spent.get(key) == value or (*key, value) in self._drawn

    def edits(self, values: SeedValues) -> tuple[SetParam, ...]:
        """Return the edits that give the graph these seeds."""
        return tuple(
            SetParam(node, parameter.name, values[node, parameter.name])
            for node, parameter, value in self._seeds()
            if values.get((node, parameter.name), value) != value
        )

    def show(self, values: SeedValues, gesture: object) -> None:
        """Show the seeds of a run that begins, except where the user has chosen others since.

        Args:
            values: The seeds of the run.
            gesture: The seeds of runs with the same gesture are undone together.
        """
        if not values:
            return
        shown = {(node, p.name): value for node, p, value in self._seeds()}
        free = {
            key: values[key]
            for key, value in shown.items()
            if key in values and not self.is_locked(*key) and (*key, value) in self._shown
        }
        edits = () if self._session.live else self.edits(free)
        self._used = dict(values)
        self._shown |= {(*key, value) for key, value in free.items()}
        if edits:
            before = self._session.states.edits
            self._session.edit(Batch(edits, label=tr("New seed")), gesture)
            self.shows += self._session.states.edits - before

    def _on_run_state_changed(self) -> None:
        if self._session.run_state == "idle":
            for key, value in self._used.items():
                if self._is_finished(key[0]):
                    self._spent[key] = value
            self._drawn.clear()
            self._shown.clear()

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

"""Holds the state of a resolution: the tasks of a graph, their keys and results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

import msgspec

from nodeui.engine.cache import Digests
from nodeui.engine.tasks import Source, Task, Wire
from nodeui.graph.spec import NodeSpec

Identities: TypeAlias = tuple[bytes, ...]
"""Identities of a task's wires and lazy inputs, in this order; see `keys.key`."""


class NodeResult(msgspec.Struct, frozen=True, gc=False):
    """Result of a node.

    Attributes:
        key: Of the node.
        digests: Of its outputs.
        identities: Of its inputs.
        warnings: The warnings of the node when it was computed.
    """

    key: bytes
    digests: Digests
    identities: Identities
    warnings: tuple[str, ...] = ()


@dataclass
class ResolutionState:
    """The tasks of a graph and their known results.

    Attributes:
        tasks: By node id, as in all other attributes. The mapping is replaced, never changed.
        settled: Tasks with guards, once the values of the guards are known.
        results: The known results.
        fingerprints: Of nodes that have one, filled as needed; "" if taking it failed.
        structures: Structural keys of nodes behind lazy inputs, filled as needed.
        environments: What the results of numeric nodes depend on, by pack of such nodes.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict[str, Task])
    settled: dict[str, Task] = field(default_factory=dict[str, Task])
    results: dict[str, NodeResult] = field(default_factory=dict[str, NodeResult])
    fingerprints: dict[str, str] = field(default_factory=dict[str, str])
    structures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    environments: dict[str, str] = field(default_factory=dict[str, str])

    def copy(self) -> ResolutionState:
        """Return an independent copy.

        Fingerprints of nodes without a result are left out: the file may change before the node
        is needed, so they are taken again then.
        """
        fingerprints = {id: it for id, it in self.fingerprints.items() if id in self.results}
        return ResolutionState(
            self.tasks,
            self.settled.copy(),
            self.results.copy(),
            fingerprints,
            self.structures.copy(),
            self.environments.copy(),
        )

    def environment_of(self, spec: NodeSpec) -> str:
        """Return what results of a node type depend on beyond the graph; "" if not numeric."""
        return self.environments[spec.pack] if spec.numeric else ""

    def task(self, id: str) -> Task:
        """Return the task of a node, settled if possible."""
        task = self.tasks[id]
        return self.settled.get(id, task) if task.guards else task

    def follow(self, source: Source) -> Source | str | None:
        """Follow a source through pass-throughs and bypassed nodes to the node that computes it.

        Returns:
            The source; None if nothing is connected; or the id of a bypassed node that has no
            matching input.
        """
        while (alias := self.task(source[0]).alias) is not None:
            if source[1] not in alias:
                return source[0]
            through = alias[source[1]]
            if through is None:
                return None
            source = through
        return source

    def origin(self, wire: Wire) -> Source | None:
        """Return the followed source of a wire; None if nothing is connected.

        The wire must not end at a bypassed node without a matching input.
        """
        if wire.source[0] in self.results:
            return wire.source
        return cast("Source | None", self.follow(wire.source))

    def upstream(self, ids: Iterable[str]) -> Iterator[str]:
        """Yield nodes and all nodes that they need, but none that only lazy inputs lead to."""
        seen: set[str] = set()
        waiting = list(ids)
        while waiting:
            id = waiting.pop()
            if id in seen:
                continue
            seen.add(id)
            yield id
            task = self.task(id)
            if task.alias is None:
                waiting += [wire.source[0] for wire in task.wires]
            else:
                waiting += [source[0] for source in task.alias.values() if source is not None]

    def origins(self, id: str) -> list[Source]:
        """Return the followed sources of a node's outputs, without unconnected ones."""
        task = self.task(id)
        outputs = [(id, number) for number in range(len(task.spec.outputs) if task.spec else 0)]
        if task.alias is None:
            return outputs
        return [source for source in map(self.follow, outputs) if isinstance(source, tuple)]

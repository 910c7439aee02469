"""Plans a run: which nodes a graph and its targets will compute, and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from nodeui.engine.cache import Cache, Digests
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.folders import path_text
from nodeui.engine.outcomes import CACHED, Blocked, Decision, NodePlan, Waiting
from nodeui.engine.resolve import Resolution
from nodeui.engine.state import Identities, ResolutionState
from nodeui.engine.store import ResultInputs
from nodeui.engine.tasks import Source, Task, compile_task, sources_of
from nodeui.graph.changes import removed, touched
from nodeui.graph.edits import Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Problem
from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError


@dataclass(frozen=True)
class Plan:
    """The input of a run; a snapshot that later edits of the graph do not change.

    Attributes:
        targets: The nodes whose values are wanted.
        problems: Why needed nodes cannot run. Nodes that depend on them are skipped, others run.
        scope: Identifies the workflow; the inputs of its latest results are stored under it.
        folder: Base folder of relative paths.
        known: What is known before the run.
        blocked, pending: The needed nodes that are not known to be cached.
        foreign: The nodes whose code is not in this process, needed or not.
    """

    targets: tuple[str, ...]
    problems: tuple[Problem, ...]
    scope: str
    folder: Path
    known: ResolutionState
    blocked: Mapping[str, Blocked]
    pending: Mapping[str, Waiting]
    foreign: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """True if only a process with the code of all nodes can make the whole plan."""
        return any(self.known.tasks[id].asks for id in self.foreign)

    @cached_property
    def nodes(self) -> Mapping[str, Decision]:
        """The decisions on all needed nodes, by id."""
        return {
            **dict.fromkeys(self.known.results, CACHED),
            **{id: waiting.decision for id, waiting in self.pending.items()},
            **{id: blocked.decision for id, blocked in self.blocked.items()},
        }

    def digests(self, id: str) -> Digests | None:
        """Return the digests of a node's values if they are known before the run."""
        known = self.known
        if id in known.results:
            return known.results[id].digests
        task = known.tasks[id]
        if not task.alias or task.spec is None or not task.spec.outputs:
            return None
        source = known.follow((id, 0))
        if not isinstance(source, tuple) or source[0] not in known.results:
            return None
        return (known.results[source[0]].digests[source[1]],)

    def undecided(self, id: str) -> bool:
        """True if only a process with the code of a node pack can resolve the node."""
        return any(
            origin in self.pending and self.pending[origin].asks
            for origin, _ in self.known.origins(id)
        )

    def of_nodes(self) -> Iterator[tuple[str, NodePlan]]:
        """Yield the plan of each node of the graph, needed or not, with its id."""
        wrong = {problem.node for problem in self.problems}
        for id in self.known.tasks:
            result = self.known.results.get(id)
            warnings = result.warnings if result is not None else ()
            yield id, NodePlan(self.nodes.get(id), id in wrong, self.digests(id), warnings)


class Planner:
    """Makes plans for a graph; only nodes that an edit affects are planned again.

    It may be given another graph at any time, such as a later version of the same document. Nodes
    that are equal in both keep what is known of them.

    Args:
        cache: Where results are looked up.
        environment: Returns what the numeric nodes of a pack depend on; see
            `Registry.environment`.
    """

    def __init__(self, cache: Cache, environment: Callable[[str], str]) -> None:
        self._environment = environment
        self._survey = Survey(ResolutionState(), cache, WorkflowFiles(Path(), cache))
        self._graph: Graph | None = None
        self._dirty: dict[str, None] = {}  # nodes to compile again
        self._consumers: dict[str, dict[str, None]] = {}
        self._outputs: dict[str, None] = {}  # the active output nodes
        self._numeric: dict[str, str] = {}  # their packs
        self._foreign: dict[str, None] = {}

    def plan(
        self,
        graph: Graph,
        targets: Sequence[str] = (),
        folder: Path = Path(),
        scope: str | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Plan:
        """Plan a run.

        Args:
            graph: The graph.
            targets: Node ids; empty for all active output nodes.
            folder: Base folder of relative paths: that of the workflow file.
            scope: Identifies the workflow, to compare with its last run; by default `folder`.
            cancelled: Returns True once files are no longer to be hashed.

        Raises:
            GraphError: a target is not in the graph.
            Cancelled: `cancelled` returned True; the planner can be used again.
        """
        for id in targets:
            if id not in graph.nodes:
                raise GraphError(tr("there is no node {0!r}", id), id)
        survey = self._survey
        survey.files = WorkflowFiles(folder, survey.cache, cancelled)
        self._watch(graph)
        self._compile(graph)
        self._check_outside()
        survey.begin(path_text(folder if scope is None else scope))
        wanted = tuple(targets) or tuple(self._outputs)
        for id in wanted:
            survey.walk(id)
            survey.require(id)
        return Plan(
            targets=wanted,
            problems=tuple(_problems(survey.blocked)),
            scope=survey.scope,
            folder=folder,
            known=survey.known.copy(),
            blocked=survey.blocked,
            pending=survey.pending,
            foreign=tuple(self._foreign),
        )

    # --- following the graph ---------------------------------------------------------------------

    def _watch(self, graph: Graph) -> None:
        if graph is self._graph:
            return
        if self._graph is not None:
            self._graph.changed.remove(self._on_edit)
        graph.changed.append(self._on_edit)
        self._graph = graph
        self._dirty = dict.fromkeys((*self._survey.known.tasks, *graph.nodes))

    def _on_edit(self, edit: Edit) -> None:
        """Mark the nodes whose tasks the edit may change."""
        self._dirty |= dict.fromkeys(touched(edit))
        for id in removed(edit):
            self._dirty |= self._consumers.get(id, {})

    def _compile(self, graph: Graph) -> None:
        """Compile the edited nodes to tasks."""
        if not self._dirty:
            return
        dirty, self._dirty = self._dirty, {}
        known = self._survey.known
        tasks = known.tasks = dict(known.tasks)  # earlier plans keep the old mapping
        for id in dirty:
            old, node = tasks.get(id), graph.nodes.get(id)
            spec = graph.spec(id) if node else None
            sources = sources_of(graph, id)
            if old is not None:
                if node is not None and old.matches(node, spec, sources):
                    continue
                self._forget(old)
                del tasks[id]
            if node is not None:
                tasks[id] = compile_task(node, graph.specs, sources)
                self._enter(tasks[id])

    def _enter(self, task: Task) -> None:
        id, spec = task.node.id, task.spec
        for source, _ in task.sources.values():
            self._consumers.setdefault(source, {})[id] = None
        if spec is not None:
            if spec.output and task.node.mode == "active":
                self._outputs[id] = None
            if spec.node is None:
                self._foreign[id] = None
            elif spec.numeric:
                self._numeric[id] = spec.pack

    def _forget(self, task: Task) -> None:
        id = task.node.id
        self._invalidate([id])
        for source, _ in task.sources.values():
            self._consumers[source].pop(id, None)
        self._outputs.pop(id, None)
        self._numeric.pop(id, None)
        self._foreign.pop(id, None)

    def _check_outside(self) -> None:
        """Invalidate nodes whose files or environment have changed."""
        survey = self._survey
        changed = [id for id in survey.known.fingerprints if survey.fingerprint_changed(id)]
        environments = survey.known.environments
        for pack in dict.fromkeys(self._numeric.values()):
            environment = self._environment(pack)
            if environment != environments.get(pack, ""):
                self._invalidate([id for id, other in self._numeric.items() if other == pack])
            environments[pack] = environment
        self._invalidate(changed)

    def _invalidate(self, changed: Collection[str]) -> None:
        """Forget the results of the changed nodes and of all nodes that depend on them."""
        survey = self._survey
        roots = set(changed)
        stack = list(roots)
        seen = set(roots)
        while stack:
            id = stack.pop()
            if survey.drop(id) or id in roots:
                for consumer in self._consumers.get(id, ()):
                    if consumer not in seen:
                        seen.add(consumer)
                        stack.append(consumer)
        for id in roots:
            survey.known.fingerprints.pop(id, None)


class Survey(Resolution):
    """A walk that computes nothing: nodes without a cached result are recorded as pending."""

    def __init__(self, known: ResolutionState, cache: Cache, files: WorkflowFiles) -> None:
        super().__init__(known, cache, files)
        self.scope = ""
        self._dropped: dict[str, ResultInputs] = {}  # of results that were known and are dropped

    def begin(self, scope: str) -> None:
        """Start a plan; nodes that were pending in the last one are looked up again."""
        self.scope = scope
        self.revisit(self.pending)
        self.blocked, self.pending = {}, {}

    def fingerprint_changed(self, id: str) -> bool:
        """True if a new fingerprint of the node differs from the known one."""
        try:
            return self.fingerprint(self.known.task(id)) != self.known.fingerprints[id]
        except NodeError:
            return self.known.fingerprints[id] != ""

    def drop(self, id: str) -> bool:
        """Forget a node's result; returns True if other nodes may depend on it."""
        task = self.known.task(id)
        result = self.known.results.pop(id, None)
        if result is not None:
            self._dropped[id] = self.result_inputs(task, result.identities)
        if self.known.settled.pop(id, None) is not None:
            self.known.fingerprints.pop(id, None)
        structured = self.known.structures.pop(id, None) is not None
        return result is not None or structured or task.alias is not None

    def require(self, target: str) -> None:
        """Schedule a target whose result is known but whose value is no longer stored."""
        for id, number in self.known.origins(target):
            result = self.known.results.get(id)
            if result is not None and not self.cache.has(result.digests[number]):
                self.pending[id] = Waiting(Decision("runs", "its value was removed from the cache"))

    def compute(self, task: Task, key: bytes, identities: Identities) -> Waiting:
        id = task.node.id
        if id in self._dropped:  # newer than those in the cache, which a run has put there
            self.cache.put_result_inputs(self.scope, id, self._dropped.pop(id))
        last = self.cache.result_inputs(self.scope, id)
        return Waiting(_reason(last, self.result_inputs(task, identities)))

    def recover(self, task: Task, source: Source) -> Waiting:
        return Waiting.on(source[0])


def _problems(blocked: Mapping[str, Blocked]) -> Iterator[Problem]:
    for id, one in blocked.items():
        for failure in one.failures:
            place = f"{id}.{failure.parameter}" if failure.parameter else id
            yield Problem(f"{place}: {failure.message}", id, failure.parameter)


def _reason(last: ResultInputs | None, now: ResultInputs) -> Decision:
    """Return why a node runs whose latest result was made from `last`."""
    if last is None or last.type != now.type:
        return Decision("runs", "new")
    if last.version != now.version and isinstance(now.version, str):
        return Decision("runs", "the code of its node pack changed")
    if last.version != now.version:
        versions = str(now.version), str(last.version)
        return Decision("runs", "version {0} of the node, was {1}", values=versions)
    for name, value in now.params.items():
        old = last.params.get(name)
        if _plain(value) != _plain(old):
            if isinstance(value, tuple) and value and isinstance(value[0], str):
                return Decision("runs", "{0} changed", name, (named(name),))  # a painting
            values = named(name), _short(old), _short(value)
            return Decision("runs", "{0} changed from {1} to {2}", name, values)
    before = dict(zip(last.inputs, last.identities, strict=True))
    after = dict(zip(now.inputs, now.identities, strict=True))
    for name in {**after, **before}:
        if before.get(name) != after.get(name):
            if name not in after:
                return Decision("runs", "{0} was removed", name, (named(name),))
            if name not in before:
                return Decision("runs", "{0} was connected", name, (named(name),))
            return Decision("runs", "{0} changed", name, (named(name),))
    if last.fingerprint != now.fingerprint:
        return Decision("runs", "a file that it reads changed")
    if last.environment != now.environment:
        return Decision("runs", "the device or a library changed")
    return Decision("runs", "its result was removed from the cache")


def _plain(value: Any) -> Any:
    """Return a parameter as it is read back from JSON, where curves are lists."""
    return msgspec.to_builtins(value) if isinstance(value, tuple) else value


def _short(value: Any) -> str:
    text = tr("nothing") if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"

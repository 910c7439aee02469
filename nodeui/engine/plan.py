"""Graph + targets -> an immutable Plan that says, before anything runs, what will run and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from nodeui.engine.cache import Cache
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.resolve import Identities, Resolution, ResolutionState
from nodeui.engine.store import Recipe
from nodeui.engine.tasks import Source, Task, compile_task, sources_of
from nodeui.graph.changes import removed, touched
from nodeui.graph.edits import Edit
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Problem
from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError

Outlook: TypeAlias = Literal["cached", "runs", "waits", "skipped"]


class Decision(msgspec.Struct, frozen=True):
    """What a run will do with a node, as far as is known before it.

    Attributes:
        outlook: "cached": its value is known. "runs". "waits": it depends on one that runs, and
            may turn out to be cached. "skipped": it cannot run, or is muted.
        text: Why, for people, with places for values.
        parameter: The parameter or input that the reason is about, if it is one.
        values: What is at these places.
    """

    outlook: Outlook
    text: str = ""
    parameter: str | None = None
    values: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in the language of the process: "strength changed from 0.5 to 0.7"."""
        return tr(self.text, *self.values)


CACHED = Decision("cached")


@dataclass(frozen=True)
class Plan:
    """What a run needs to know. It is a snapshot: the graph may be edited meanwhile.

    Attributes:
        targets: The nodes whose values are wanted.
        problems: Why needed nodes cannot run; their dependents are skipped, the rest runs.
        scope: Names the workflow; under it the recipes are remembered.
        folder: Where relative paths start.
        known: What is known before the run.
        blocked, pending: Those needed nodes that are not known to be cached.
    """

    targets: tuple[str, ...]
    problems: tuple[Problem, ...]
    scope: str
    folder: Path
    known: ResolutionState
    blocked: Mapping[str, Decision]
    pending: Mapping[str, Decision]

    @cached_property
    def nodes(self) -> Mapping[str, Decision]:
        """What is known of each node; those that nothing is known of are not needed."""
        return {**dict.fromkeys(self.known.results, CACHED), **self.pending, **self.blocked}


class Planner:
    """Makes plans for a graph, fast: only what an edit touched is looked at again.

    It may be given another graph at any time, such as a later version of the same document;
    then the nodes that are equal keep what is known of them.

    Args:
        cache: Where results are looked up.
        environment: Gives what numeric nodes depend on; see `sdk.NodePackage.environment`.
    """

    def __init__(self, cache: Cache, environment: Callable[[], str]) -> None:
        self._environment = environment
        self._survey = Survey(ResolutionState(), cache, WorkflowFiles(Path(), cache))
        self._graph: Graph | None = None
        self._dirty: dict[str, None] = {}  # nodes to be compiled anew
        self._consumers: dict[str, dict[str, None]] = {}
        self._outputs: dict[str, None] = {}  # the active output nodes
        self._numeric: dict[str, None] = {}

    def plan(
        self,
        graph: Graph,
        targets: Sequence[str] = (),
        folder: Path = Path(),
        scope: str | None = None,
    ) -> Plan:
        """Find out what has to run for `targets`.

        Args:
            graph: The graph.
            targets: Node ids; empty for all active output nodes.
            folder: Where relative paths start: the folder of the workflow file.
            scope: Names the workflow, to tell what changed since its last run; else `folder`.

        Raises:
            GraphError: a target is not in the graph.
        """
        for id in targets:
            if id not in graph.nodes:
                raise GraphError(tr("there is no node {0!r}", id), id)
        survey = self._survey
        survey.files = WorkflowFiles(folder, survey.cache)
        self._watch(graph)
        self._compile(graph)
        self._look_outside()
        survey.begin(str(folder) if scope is None else scope)
        wanted = tuple(targets) or tuple(self._outputs)
        for id in wanted:
            survey.walk(id)
            survey.require(id)
        return Plan(
            targets=wanted,
            problems=tuple(survey.problems),
            scope=survey.scope,
            folder=folder,
            known=survey.known.copy(),
            blocked=survey.blocked,
            pending=survey.pending,
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
        """Note which nodes' tasks the edit may change."""
        self._dirty |= dict.fromkeys(touched(edit))
        for id in removed(edit):
            self._dirty |= self._consumers.get(id, {})

    def _compile(self, graph: Graph) -> None:
        """Make tasks of the nodes that were edited."""
        if not self._dirty:
            return
        dirty, self._dirty = self._dirty, {}
        known = self._survey.known
        tasks = known.tasks = dict(known.tasks)  # plans go on with the old ones
        for id in dirty:
            old, node = tasks.get(id), graph.nodes.get(id)
            spec = graph.spec(id) if node else None
            sources = sources_of(graph, id)
            if old is not None:
                if node is not None and old.stands_for(node, spec, sources):
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
            if spec.node.output and task.node.mode == "active":
                self._outputs[id] = None
            if spec.node.numeric:
                self._numeric[id] = None

    def _forget(self, task: Task) -> None:
        id = task.node.id
        self._invalidate([id])
        for source, _ in task.sources.values():
            self._consumers[source].pop(id, None)
        self._outputs.pop(id, None)
        self._numeric.pop(id, None)

    def _look_outside(self) -> None:
        """Forget what depended on files, or on an environment, that are no more the same."""
        survey = self._survey
        changed = [id for id in survey.known.fingerprints if survey.fingerprint_changed(id)]
        if self._numeric:
            environment = self._environment()
            if environment != survey.known.environment:
                self._invalidate(self._numeric)
                survey.known.environment = environment
        self._invalidate(changed)

    def _invalidate(self, changed: Collection[str]) -> None:
        """Forget the values of the nodes that changed, and of all that depends on them."""
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
    """Walks that compute nothing: what the cache does not hold is noted in `pending`."""

    def __init__(self, known: ResolutionState, cache: Cache, files: WorkflowFiles) -> None:
        super().__init__(known, cache, files)
        self.scope = ""
        self.problems: list[Problem] = []
        self._last: dict[str, Recipe] = {}  # of what was known and is dropped

    def begin(self, scope: str) -> None:
        """Start to plan: what was not known the last time is looked up again."""
        self.scope = scope
        self.revisit(self.pending)
        self.problems, self.blocked, self.pending = [], {}, {}

    def fingerprint_changed(self, id: str) -> bool:
        """Whether a node's outside state is not what it was."""
        try:
            return self.fingerprint(self.known.task(id)) != self.known.fingerprints[id]
        except NodeError:
            return self.known.fingerprints[id] != ""

    def drop(self, id: str) -> bool:
        """Forget what is known of a node's value; whether anything can depend on that."""
        task = self.known.task(id)
        result = self.known.results.pop(id, None)
        if result is not None:
            self._last[id] = self.recipe(task, result.identities)
        if self.known.settled.pop(id, None) is not None:
            self.known.fingerprints.pop(id, None)
        structured = self.known.structures.pop(id, None) is not None
        return result is not None or structured or task.alias is not None

    def require(self, target: str) -> None:
        """Let a target run whose value is known, but not there any more."""
        for id, number in self.known.givers(target):
            result = self.known.results.get(id)
            if result is not None and not self.cache.has(result.digests[number]):
                self.pending[id] = Decision("runs", "its value was removed from the cache")

    def compute(self, task: Task, key: bytes, identities: Identities) -> None:
        id = task.node.id
        if id in self._last:  # newer than what the cache has, which was put there by a run
            self.cache.put_recipe(self.scope, id, self._last.pop(id))
        last = self.cache.recipe(self.scope, id)
        self.pending[id] = _reason(last, self.recipe(task, identities))

    def block(self, task: Task, errors: Sequence[NodeError], cause: str = "") -> None:
        id = task.node.id
        for error in errors:
            place = f"{id}.{error.parameter}" if error.parameter else id
            self.problems.append(Problem(f"{place}: {error}", id, error.parameter))
        if errors:
            self.blocked[id] = Decision("skipped", str(errors[0]), errors[0].parameter)
        elif cause:
            self.blocked[id] = Decision("skipped", "needs {0}", values=(cause,))
        else:
            self.blocked[id] = Decision("skipped", "muted")

    def wait(self, task: Task, cause: str) -> None:
        self.pending[task.node.id] = Decision("waits", "depends on {0}", values=(cause,))

    def absent(self, task: Task, source: Source) -> None:
        self.wait(task, source[0])


def _reason(last: Recipe | None, now: Recipe) -> Decision:
    """Why a node runs, whose latest result was made from `last`."""
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
    """A parameter as it comes back from JSON: curves are lists there."""
    return msgspec.to_builtins(value) if isinstance(value, tuple) else value


def _short(value: Any) -> str:
    text = tr("nothing") if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"

"""The graph walk shared by planner and runner: it resolves nodes to keys and results.

`Resolution.walk` visits a node and everything it needs, inputs first. A node gets its key as soon
as the digests of its inputs are known. If the cache holds a result under that key, the node is
resolved; otherwise a subclass decides: the planner records that the node will run, the runner runs
it. The walk does not recurse, so a graph may be of any depth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from nodeui.engine import keys
from nodeui.engine.cache import ABSENT, Cache
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.outcomes import ASKS, Blocked, Done, Failure, Needs, Outcome, Waiting
from nodeui.engine.state import Identities, NodeResult, ResolutionState
from nodeui.engine.store import ResultInputs
from nodeui.engine.tasks import Source, Task, arguments, form_of, settled
from nodeui.engine.values import NONE
from nodeui.graph.wording import named, tr
from nodeui.sdk import Cancelled, NodeError

T = TypeVar("T")


class Resolution(ABC):
    """A walk over a graph that records the outcome of each visited node.

    Args:
        known: Receives the results.
        cache: Where results are looked up.
        files: For fingerprints.

    Attributes:
        blocked: Visited nodes that cannot be resolved.
        pending: Visited nodes that can be resolved only after a run.
        forced: Nodes that are computed even if the cache holds their result.
    """

    def __init__(self, known: ResolutionState, cache: Cache, files: WorkflowFiles) -> None:
        self.known = known
        self.cache = cache
        self.files = files
        self.blocked: dict[str, Blocked] = {}
        self.pending: dict[str, Waiting] = {}
        self.forced: set[str] = set()

    # --- decisions of a subclass -----------------------------------------------------------------

    @abstractmethod
    def compute(self, task: Task, key: bytes, identities: Identities) -> Outcome:
        """Return the outcome of a task that has no result in the cache."""

    @abstractmethod
    def recover(self, task: Task, source: Source) -> Waiting | Needs:
        """Return the outcome of a task that needs a known value that is no longer stored."""

    def block(self, task: Task, blocked: Blocked) -> None:
        """Record that a task is blocked. A subclass may report it."""
        self.blocked[task.node.id] = blocked

    # --- the walk --------------------------------------------------------------------------------

    def walk(self, goal: str) -> None:
        """Bring `goal` and all nodes it needs into `results`, `blocked` or `pending`."""
        tasks, results = self.known.tasks, self.known.results
        blocked, pending = self.blocked, self.pending
        find = results.get
        stack = [goal]
        while stack:
            id = stack.pop()
            if id in results or id in blocked or id in pending:
                continue
            task = tasks[id]
            wires, early = task.wires, None
            if not task.plain:
                task = self.known.task(id)
                if task.alias is not None:
                    stack += [source[0] for source in task.alias.values() if source is not None]
                    continue
                if task.errors or task.muted:
                    self.block(task, Blocked(tuple(map(Failure.of, task.errors))))
                    continue
                early = None if task.asks else self._early(task)
                if early is not None:
                    wires = early.guards
            identities: list[bytes] = []
            missing: list[str] = []
            waiting = ""
            for name, source, _, required in wires:
                origin, number = source
                result = find(origin)
                if result is None and not tasks[origin].plain:
                    followed = self.known.follow(source)
                    if isinstance(followed, str) or (followed is None and required):
                        self.block(task, Blocked((_no_value(name, followed),)))
                        break
                    if followed is None:
                        identities.append(NONE)
                        continue
                    origin, number = followed
                    result = find(origin)
                if result is not None:
                    identities.append(result.digests[number])
                elif origin in blocked:
                    self.block(task, Blocked(cause=origin))
                    break
                elif origin in pending:
                    waiting = origin
                else:
                    missing.append(origin)
            else:
                if missing:
                    stack.append(id)
                    stack += reversed(missing)
                elif waiting:
                    pending[id] = Waiting.on(waiting, "asks" if pending[waiting].asks else "waits")
                elif early is not None:
                    outcome = ASKS if early.asks else self._settle(early, task)
                    if outcome is None or self._record(task, outcome):
                        stack.append(id)
                elif self._resolve(id, task, identities):
                    stack.append(id)

    def _resolve(self, id: str, task: Task, inputs: list[bytes]) -> bool:
        """Look a task up in the cache, or compute it.

        Args:
            id: Of the node.
            task: With all its wires resolved.
            inputs: Identities of the wires.

        Returns:
            True if the task has to be visited again, after the nodes it needs.
        """
        head = task.head
        if not task.plain:
            if task.asks:
                return self._record(task, ASKS)
            try:
                head = self._head(task)
            except NodeError as error:
                self.block(task, Blocked((Failure.of(error),)))
                return False
            inputs += [self._lazy_identity(wire.source) for wire in task.lazies]
        identities = tuple(inputs)
        key = keys.key(head, identities)
        digests = None if id in self.forced else self.cache.result(key)
        if digests is None:
            outcome = self.compute(task, key, identities)
            if not isinstance(outcome, Done):
                return self._record(task, outcome)
            digests = outcome.digests
        warnings = self.cache.node_warnings(key)
        self.known.results[id] = NodeResult(key, digests, identities, warnings)
        return False

    def _record(self, task: Task, outcome: Blocked | Waiting | Needs) -> bool:
        """Record an outcome without a result; returns True if the task must be visited again."""
        if isinstance(outcome, Blocked):
            self.block(task, outcome)
        elif isinstance(outcome, Waiting):
            self.pending[task.node.id] = outcome
        else:
            for id in outcome.nodes:
                self.force(id)
            return True
        return False

    def force(self, id: str) -> None:
        """Discard the result of a node, so that the next walk computes it again."""
        self.forced.add(id)
        del self.known.results[id]
        self.known.fingerprints.pop(id, None)

    def revisit(self, ids: Iterable[str]) -> None:
        """Look up the results of plain nodes that a run may have computed since the last walk.

        A walk would find the same results at twice the cost. Inputs must come before the nodes
        that need them.
        """
        tasks, results, find = self.known.tasks, self.known.results, self.cache.result
        for id in ids:
            task = tasks.get(id)
            if task is None or not task.plain:
                continue
            identities: list[bytes] = []
            for _, (origin, number), _, _ in task.wires:
                result = results.get(origin)
                if result is None:
                    break
                identities.append(result.digests[number])
            else:
                key = keys.key(task.head, identities)
                digests = find(key)
                if digests is not None:
                    warnings = self.cache.node_warnings(key)
                    results[id] = NodeResult(key, digests, tuple(identities), warnings)

    def _head(self, task: Task) -> bytes:
        """Return the task's head, including its fingerprint and environment.

        Raises:
            NodeError: the fingerprint cannot be taken.
        """
        assert task.spec is not None
        node, id, fingerprints = task.spec.node, task.node.id, self.known.fingerprints
        if node is None:
            return task.head
        if node.fingerprinter is not None and not fingerprints.get(id):
            fingerprints[id] = ""
            fingerprints[id] = self.fingerprint(task)
        if node.fingerprinter is None and not node.numeric:
            return task.head
        environment = self.known.environment_of(task.spec)
        return keys.outside(task.head, fingerprints.get(id, ""), environment)

    def fingerprint(self, task: Task) -> str:
        """Take the task's fingerprint.

        Raises:
            NodeError: its fingerprint function fails.
        """
        assert task.spec is not None and task.spec.code.fingerprinter is not None
        try:
            return self.ask(task, task.spec.code.fingerprinter)
        except Cancelled:
            raise
        except Exception as error:
            located = self.files.located(error, {**task.params, **task.given})
            if located is None and isinstance(error, NodeError):
                raise
            raise located or NodeError(f"{type(error).__name__}: {error}") from error

    def ask(self, task: Task, function: Callable[..., T]) -> T:
        """Call a function that takes parameters of the task, or `files`, by name."""
        values = {**task.params, **task.given, "files": self.files}
        return function(**{name: values[name] for name in arguments(function)})

    def load(self, source: Source) -> Any:
        """Return the value of an output of a node in `results`, or ABSENT."""
        id, number = source
        digest = self.known.results[id].digests[number]
        value = self.cache.recall(digest)
        if value is ABSENT:
            spec = self.known.tasks[id].spec
            cls = form_of(spec).classes[number] if spec is not None else None
            assert cls is not None  # other values are read in the worker
            value = self.cache.value(digest, cls)
        return value

    def result_inputs(self, task: Task, identities: Identities) -> ResultInputs:
        """Return what the task's result is made from."""
        spec = task.spec
        assert spec is not None
        if task.plain:
            return ResultInputs(spec.id, spec.edition, task.keyed, task.names, identities)
        fingerprint = self.known.fingerprints.get(task.node.id, "")
        environment = self.known.environment_of(spec)
        return ResultInputs(
            spec.id, spec.edition, task.keyed, task.names, identities, fingerprint, environment
        )

    # --- guards and lazy inputs ------------------------------------------------------------------

    def _early(self, task: Task) -> Task | None:
        """Return the task whose guards have to be resolved first: this one, or one behind its
        lazy inputs. A task behind them that `asks` is returned, too.

        If there is none, the structural keys of the lazy inputs are known.
        """
        if task.guards:
            return task
        for wire in task.lazies:
            source = self.known.follow(wire.source)
            if isinstance(source, tuple) and source[0] not in self.known.structures:
                early = self._structure(source[0])
                if early is not None:
                    return early
        return None

    def _settle(self, task: Task, consumer: Task) -> Waiting | Needs | None:
        """Settle a task from the values of its guards.

        Returns:
            None, or the outcome of `consumer`, which needs the settled task, if a value is no
            longer stored.
        """
        values: dict[str, Any] = {}
        for wire in task.guards:
            source = self.known.origin(wire)
            value = None if source is None else self.load(source)
            if source is not None and value is ABSENT:
                return self.recover(consumer, source)
            values[wire.name] = value
        self.known.settled[task.node.id] = settled(task, values)
        return None

    def _lazy_identity(self, source: Source) -> bytes:
        followed = self.known.follow(source)
        if isinstance(followed, tuple):
            return keys.structural(self.known.structures[followed[0]], followed[1])
        return NONE

    def _structure(self, goal: str) -> Task | None:
        """Compute the structural key of `goal`, or return the task whose guards come first, or
        that asks."""
        known, structures = self.known, self.known.structures
        stack = [goal]
        while stack:
            task = known.task(stack[-1])
            if stack[-1] in structures:
                stack.pop()
                continue
            if task.guards or task.asks:
                return task
            wires = (*task.wires, *task.lazies)
            followed = [known.follow(wire.source) for wire in wires]
            missing = [s[0] for s in followed if isinstance(s, tuple) and s[0] not in structures]
            if missing:
                stack += missing
                continue
            identities = [self._lazy_identity(wire.source) for wire in wires]
            structures[stack[-1]] = keys.key(self._head_or_id(task), identities)
        return None

    def _head_or_id(self, task: Task) -> bytes:
        """Return the head, or the node's id if it cannot run and so can have no value."""
        id = task.node.id
        if task.errors or task.muted:
            return id.encode()
        try:
            return self._head(task)
        except NodeError:
            return id.encode()


def _no_value(name: str, bypassed: str | None) -> Failure:
    if bypassed is None:
        return Failure(tr("{0} is not connected", named(name)), name)
    text = tr("{0} has no value: {1} is bypassed and has no matching input", named(name), bypassed)
    return Failure(text, name)

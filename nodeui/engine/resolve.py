"""What is known of a graph's values: the walk that planner and runner have in common.

`Resolution.walk` goes from a node to all that it needs, inputs first, and gives each its key as
soon as the digests of its inputs are known. What the cache holds under that key is its result;
where there is none, a subclass decides: the planner notes that the node will run, the runner
runs it. Nothing recurses, so the depth of a graph has no limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, cast

import msgspec

from nodeui.engine import keys
from nodeui.engine.cache import ABSENT, Cache, Digests
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.store import Recipe
from nodeui.engine.tasks import Source, Task, Wire, arguments, form_of, settled
from nodeui.engine.values import NONE
from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError

T = TypeVar("T")

Identities: TypeAlias = tuple[bytes, ...]
"""What a task's wires and lazy inputs get: see `keys.key`."""


class NodeResult(msgspec.Struct, frozen=True, gc=False):
    """What came out of a node, and of what.

    Attributes:
        key: Of the node.
        digests: Of its outputs.
        identities: Of its inputs.
    """

    key: bytes
    digests: Digests
    identities: Identities


@dataclass
class ResolutionState:
    """A graph's tasks, and what is known of their values.

    Attributes:
        tasks: By node id, as all that follows. Never changed, but replaced by others.
        settled: Those with guards, once the values of these are known.
        results: What is known to be computed.
        fingerprints: Of the nodes that have one; "" where it cannot be taken. Filled as needed.
        structures: Structural keys, of what lies behind lazy inputs; filled as needed.
        environment: What numeric nodes depend on; "" when there are none.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict[str, Task])
    settled: dict[str, Task] = field(default_factory=dict[str, Task])
    results: dict[str, NodeResult] = field(default_factory=dict[str, NodeResult])
    fingerprints: dict[str, str] = field(default_factory=dict[str, str])
    structures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    environment: str = ""

    def copy(self) -> ResolutionState:
        """One that can be added to without a change to this.

        The fingerprint of a node without a result is left out. It is taken again when that node
        is needed, as the file may have changed by then.
        """
        fingerprints = {id: it for id, it in self.fingerprints.items() if id in self.results}
        return ResolutionState(
            self.tasks,
            self.settled.copy(),
            self.results.copy(),
            fingerprints,
            self.structures.copy(),
            self.environment,
        )

    def task(self, id: str) -> Task:
        """The task of a node, settled if that is possible by now."""
        task = self.tasks[id]
        return self.settled.get(id, task) if task.guards else task

    def follow(self, source: Source) -> Source | str | None:
        """Where a value really comes from, past the nodes that hand it through.

        Returns:
            The source; None where nothing is connected; or the id of a bypassed node that has no
            input to hand through.
        """
        while (alias := self.task(source[0]).alias) is not None:
            if source[1] not in alias:
                return source[0]
            through = alias[source[1]]
            if through is None:
                return None
            source = through
        return source

    def giver(self, wire: Wire) -> Source | None:
        """Where the value of a wire really comes from, which is known to come from somewhere."""
        if wire.source[0] in self.results:
            return wire.source
        return cast("Source | None", self.follow(wire.source))

    def givers(self, id: str) -> list[Source]:
        """Where the values of a node's outputs really come from, as far as from anywhere."""
        task = self.task(id)
        outputs = [(id, number) for number in range(len(task.spec.outputs) if task.spec else 0)]
        if task.alias is None:
            return outputs
        return [source for source in map(self.follow, outputs) if isinstance(source, tuple)]


class Resolution(ABC):
    """A walk over a graph that adds to what is known of it.

    Args:
        known: Is added to.
        cache: Where results are looked up.
        files: For fingerprints.

    Attributes:
        blocked: Nodes that cannot be had in this walk, and why.
        pending: Nodes of which more is known only in a later walk, and why.
        forced: Nodes that are computed although their result is known.
    """

    def __init__(self, known: ResolutionState, cache: Cache, files: WorkflowFiles) -> None:
        self.known = known
        self.cache = cache
        self.files = files
        self.blocked: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self.forced: set[str] = set()

    # --- what a subclass decides -----------------------------------------------------------------

    @abstractmethod
    def compute(self, task: Task, key: bytes, identities: Identities) -> None:
        """There is no result under `key`: put one into `results`, or the node into `blocked` or
        `pending`, or call for what has to be computed before it by taking it from `results`."""

    @abstractmethod
    def block(self, task: Task, errors: Sequence[NodeError], cause: str = "") -> None:
        """Put the task into `blocked`: for these errors, or as it is muted, or as it needs the
        node `cause`."""

    @abstractmethod
    def wait(self, task: Task, cause: str) -> None:
        """Put the task into `pending`: it needs the node `cause`."""

    @abstractmethod
    def absent(self, task: Task, source: Source) -> None:
        """The task needs a value that is known but not there: put it into `pending`, or take the
        source from `results`."""

    # --- the walk --------------------------------------------------------------------------------

    def walk(self, goal: str) -> None:
        """Bring `goal`, and all that it needs, into `results`, `blocked` or `pending`."""
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
                    self.block(task, task.errors)
                    continue
                early = self._early(task)
                if early is not None:
                    wires = early.guards
            identities: list[bytes] = []
            missing: list[str] = []
            waiting = ""
            for name, source, _, required in wires:
                giver, number = source
                result = find(giver)
                if result is None and not tasks[giver].plain:
                    followed = self.known.follow(source)
                    if isinstance(followed, str) or (followed is None and required):
                        self.block(task, [_nothing(name, followed)])
                        break
                    if followed is None:
                        identities.append(NONE)
                        continue
                    giver, number = followed
                    result = find(giver)
                if result is not None:
                    identities.append(result.digests[number])
                elif giver in blocked:
                    self.block(task, (), giver)
                    break
                elif giver in pending:
                    waiting = giver
                else:
                    missing.append(giver)
            else:
                if missing:
                    stack.append(id)
                    stack += reversed(missing)
                elif waiting:
                    self.wait(task, waiting)
                elif early is not None:
                    self._settle(early, task)
                    stack.append(id)
                elif not self._resolve(id, task, identities):
                    stack.append(id)

    def _resolve(self, id: str, task: Task, identities: list[bytes]) -> bool:
        """Give the task its key, and the result that the cache holds under it or that comes from
        `compute`; whether there is one."""
        head = task.head
        if not task.plain:
            try:
                head = self._head(task)
            except NodeError as error:
                self.block(task, [error])
                return False
            identities += [self._lazy_identity(wire.source) for wire in task.lazies]
        key, results = keys.key(head, identities), self.known.results
        digests = None if id in self.forced else self.cache.result(key)
        if digests is None:
            self.compute(task, key, tuple(identities))
        else:
            results[id] = NodeResult(key, digests, tuple(identities))
        return id in results

    def revisit(self, ids: Iterable[str]) -> None:
        """Look for the results of plain nodes that a run may have computed by now.

        It adds nothing that a walk would not find, at half of its cost: where inputs come before
        the nodes that need them, there is no way to look for.
        """
        tasks, results, find = self.known.tasks, self.known.results, self.cache.result
        for id in ids:
            task = tasks.get(id)
            if task is None or not task.plain:
                continue
            identities: list[bytes] = []
            for _, (giver, number), _, _ in task.wires:
                result = results.get(giver)
                if result is None:
                    break
                identities.append(result.digests[number])
            else:
                key = keys.key(task.head, identities)
                digests = find(key)
                if digests is not None:
                    results[id] = NodeResult(key, digests, tuple(identities))

    def _head(self, task: Task) -> bytes:
        """The task's head, with what its value depends on outside the graph.

        Raises:
            NodeError: its fingerprint cannot be taken.
        """
        assert task.spec is not None
        node, id, fingerprints = task.spec.node, task.node.id, self.known.fingerprints
        if node.fingerprinter is not None and not fingerprints.get(id):
            fingerprints[id] = ""
            fingerprints[id] = self.fingerprint(task)
        if node.fingerprinter is None and not node.numeric:
            return task.head
        environment = self.known.environment if node.numeric else ""
        return keys.outside(task.head, fingerprints.get(id, ""), environment)

    def fingerprint(self, task: Task) -> str:
        """What the task's fingerprint function says now.

        Raises:
            NodeError: it fails.
        """
        assert task.spec is not None and task.spec.node.fingerprinter is not None
        try:
            return self.ask(task, task.spec.node.fingerprinter)
        except NodeError:
            raise
        except Exception as error:
            raise NodeError(f"{type(error).__name__}: {error}") from error

    def ask(self, task: Task, function: Callable[..., T]) -> T:
        """What a function says that looks at parameters of the task, and at files."""
        values = {**task.params, **task.given, "files": self.files}
        return function(**{name: values[name] for name in arguments(function)})

    def load(self, source: Source) -> Any:
        """The value of an output of a node in `results`, or ABSENT."""
        id, number = source
        digest = self.known.results[id].digests[number]
        value = self.cache.recall(digest)
        if value is ABSENT:
            spec = self.known.tasks[id].spec
            assert spec is not None
            value = self.cache.value(digest, form_of(spec).classes[number])
        return value

    def recipe(self, task: Task, identities: Identities) -> Recipe:
        """What the task's result is made from, to compare it with later."""
        assert task.spec is not None
        node = task.spec.node
        if task.plain:
            return Recipe(node.id, node.edition, task.keyed, task.names, identities)
        fingerprint = self.known.fingerprints.get(task.node.id, "")
        environment = self.known.environment if node.numeric else ""
        return Recipe(
            node.id, node.edition, task.keyed, task.names, identities, fingerprint, environment
        )

    # --- what has to be known early, and what lies behind lazy inputs -----------------------------

    def _early(self, task: Task) -> Task | None:
        """The task whose guards have to be known first: this one, or one behind its lazy inputs.

        The structural keys of its lazy inputs are known where there is none.
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

    def _settle(self, task: Task, consumer: Task) -> None:
        """Decide what depends on the values of the task's guards; `consumer` needs to know."""
        values: dict[str, Any] = {}
        for wire in task.guards:
            source = self.known.giver(wire)
            value = None if source is None else self.load(source)
            if source is not None and value is ABSENT:
                self.absent(consumer, source)
                return
            values[wire.name] = value
        self.known.settled[task.node.id] = settled(task, values)

    def _lazy_identity(self, source: Source) -> bytes:
        followed = self.known.follow(source)
        if isinstance(followed, tuple):
            return keys.structural(self.known.structures[followed[0]], followed[1])
        return NONE

    def _structure(self, goal: str) -> Task | None:
        """Find the structural key of `goal`, or the task whose guards have to be known before."""
        known, structures = self.known, self.known.structures
        stack = [goal]
        while stack:
            task = known.task(stack[-1])
            if stack[-1] in structures:
                stack.pop()
                continue
            if task.guards:
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
        """The head; what cannot run stands for itself, as calling for it gives no value."""
        id = task.node.id
        if task.errors or task.muted:
            return id.encode()
        try:
            return self._head(task)
        except NodeError:
            return id.encode()


def _nothing(name: str, bypassed: str | None) -> NodeError:
    if bypassed is None:
        return NodeError(tr("{0} is not connected", named(name)), name)
    text = tr("{0} has no value: {1} is bypassed without such an input", named(name), bypassed)
    return NodeError(text, name)

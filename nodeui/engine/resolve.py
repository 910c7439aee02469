"""What is known of a graph's values: the walk that planner and runner have in common.

`Resolution.walk` goes from a node to all that it needs, inputs first, and gives each its key as
soon as the digests of its inputs are known. What the cache holds under that key is its result;
where there is none, a subclass decides: the planner notes that the node will run, the runner
runs it. Nothing recurses, so the depth of a graph has no limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from nodeui.engine import keys
from nodeui.engine.cache import ABSENT, Cache, Digests
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.store import Recipe
from nodeui.engine.tasks import Source, Task, arguments, form_of, settled
from nodeui.engine.values import NONE
from nodeui.sdk import NodeError

Sources: TypeAlias = Sequence[Source | None]
"""Where the values of a task's wires really come from; None where nothing is connected."""

Identities: TypeAlias = tuple[bytes, ...]
"""What a task's wires and lazy inputs get: see `keys.key`."""


class Result(msgspec.Struct, frozen=True, gc=False):
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
class Knowledge:
    """A graph's tasks, and what is known of their values.

    Attributes:
        tasks: By node id, as all that follows.
        results: What is known to be computed.
        heads: See `keys.head`; filled as needed.
        fingerprints: Of the nodes that have one; "" where it cannot be taken. Filled as needed.
        structures: Structural keys, of what lies behind lazy inputs; filled as needed.
        environment: What numeric nodes depend on; "" when there are none.
    """

    tasks: dict[str, Task] = field(default_factory=dict[str, Task])
    results: dict[str, Result] = field(default_factory=dict[str, Result])
    heads: dict[str, bytes] = field(default_factory=dict[str, bytes])
    fingerprints: dict[str, str] = field(default_factory=dict[str, str])
    structures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    environment: str = ""

    def copy(self) -> Knowledge:
        """One that can be added to without a change to this. Heads are left out: few are needed
        again, and with 10,000 nodes a copy takes as long as a hundred of them."""
        return Knowledge(
            self.tasks.copy(),
            self.results.copy(),
            {},
            self.fingerprints.copy(),
            self.structures.copy(),
            self.environment,
        )

    def follow(self, source: Source) -> Source | str | None:
        """Where a value really comes from, past the nodes that hand it through.

        Returns:
            The source; None where nothing is connected; or the id of a bypassed node that has no
            input to hand through.
        """
        while (alias := self.tasks[source[0]].alias) is not None:
            if source[1] not in alias:
                return source[0]
            through = alias[source[1]]
            if through is None:
                return None
            source = through
        return source

    def givers(self, id: str) -> list[Source]:
        """Where the values of a node's outputs really come from, as far as from anywhere."""
        task = self.tasks[id]
        numbers = range(len(task.spec.outputs) if task.spec else 0)
        if task.alias is None:
            return [(id, number) for number in numbers]
        followed = (self.follow((id, number)) for number in numbers)
        return [source for source in followed if isinstance(source, tuple)]


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

    def __init__(self, known: Knowledge, cache: Cache, files: WorkflowFiles) -> None:
        self.known = known
        self.cache = cache
        self.files = files
        self.blocked: dict[str, Any] = {}
        self.pending: dict[str, Any] = {}
        self.forced: set[str] = set()

    # --- what a subclass decides -----------------------------------------------------------------

    @abstractmethod
    def compute(self, task: Task, key: bytes, sources: Sources, identities: Identities) -> None:
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
        stack = [goal]
        while stack:
            id = stack[-1]
            if id in results or id in blocked or id in pending:
                stack.pop()
                continue
            task = tasks[id]
            if task.alias is not None:
                stack.pop()
                stack += [source[0] for source in task.alias.values() if source is not None]
                continue
            if task.errors or task.node.mode == "muted":
                self.block(task, task.errors)
                continue
            early = self._early(task) if task.guards or task.lazies else None
            wires = task.wires if early is None else early.guards
            sources: list[Source | None] = []
            missing: list[str] = []
            waiting: str | None = None
            for name, wired, _, required in wires:
                source: Source | str | None = wired
                if tasks[wired[0]].alias is not None:
                    source = self.known.follow(wired)
                    if isinstance(source, str) or (source is None and required):
                        self.block(task, [_nothing(name, source)])
                        break
                sources.append(source)
                if source is None or source[0] in results:
                    continue
                if source[0] in blocked:
                    self.block(task, (), source[0])
                    break
                if source[0] in pending:
                    waiting = source[0]
                else:
                    missing.append(source[0])
            else:
                if missing:
                    missing.reverse()
                    stack += missing
                elif waiting is not None:
                    self.wait(task, waiting)
                elif early is not None:
                    self._settle(early, sources, task)
                else:
                    self._resolve(task, sources)

    def _resolve(self, task: Task, sources: Sources) -> None:
        """Give the task its key, and what the cache holds under it."""
        id, known = task.node.id, self.known
        head = known.heads.get(id)
        if head is None:
            try:
                head = self._head(task)
            except NodeError as error:
                self.block(task, [error])
                return
        results = known.results
        identities = tuple([NONE if s is None else results[s[0]].digests[s[1]] for s in sources])
        if task.lazies:
            identities += tuple(self._lazy_identity(wire.source) for wire in task.lazies)
        key = keys.key(head, identities)
        if id not in self.forced:
            digests = self.cache.result(key)
            if digests is not None:
                results[id] = Result(key, digests, identities)
                return
        self.compute(task, key, sources, identities)

    def _head(self, task: Task) -> bytes:
        """The task's head. Raises `NodeError` when its fingerprint cannot be taken."""
        assert task.spec is not None
        node, id = task.spec.node, task.node.id
        fingerprint = ""
        if node.fingerprinter is not None:
            self.known.fingerprints[id] = ""
            fingerprint = self.known.fingerprints[id] = self.fingerprint(task)
        environment = self.known.environment if node.numeric else ""
        head = keys.head(node.id, node.version, task.keyed, task.names, fingerprint, environment)
        self.known.heads[id] = head
        return head

    def fingerprint(self, task: Task) -> str:
        """What the task's fingerprint function says now.

        Raises:
            NodeError: it fails.
        """
        assert task.spec is not None and task.spec.node.fingerprinter is not None
        function = task.spec.node.fingerprinter
        values = {**task.params, **task.given, "files": self.files}
        try:
            return function(**{name: values[name] for name in arguments(function)})
        except NodeError:
            raise
        except Exception as error:
            raise NodeError(f"{type(error).__name__}: {error}") from error

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
        return Recipe(
            type=node.id,
            version=node.version,
            params=task.keyed,
            inputs=task.names,
            identities=identities,
            fingerprint=self.known.fingerprints.get(task.node.id, ""),
            environment=self.known.environment if node.numeric else "",
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

    def _settle(self, task: Task, sources: Sources, consumer: Task) -> None:
        """Decide what depends on the values of the task's guards; `consumer` needs to know."""
        values: dict[str, Any] = {}
        for wire, source in zip(task.guards, sources, strict=True):
            value = None if source is None else self.load(source)
            if source is not None and value is ABSENT:
                self.absent(consumer, source)
                return
            values[wire.name] = value
        self.known.tasks[task.node.id] = settled(task, values)

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
            task = known.tasks[stack[-1]]
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
            return self.known.heads.get(id) or self._head(task)
        except NodeError:
            return id.encode()


def _nothing(name: str, bypassed: str | None) -> NodeError:
    if bypassed is None:
        return NodeError(f"{name} is not connected", name)
    return NodeError(f"{name} has no value: {bypassed} is bypassed without such an input", name)

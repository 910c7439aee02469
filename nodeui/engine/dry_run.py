"""Dry run: finds out which steps of step-wise nodes a run would take from the cache.

Only light nodes are computed; their results go to the cache as usual. A step-wise node whose inputs
are known is called for its keys, and its states are looked up. Anything that depends on a value
only a run can compute is left open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from nodeui.engine.cache import Cache
from nodeui.engine.outcomes import Blocked, Done, Outcome
from nodeui.engine.plan import Plan
from nodeui.engine.protocol import Event, Trajectory
from nodeui.engine.runner import Execution, failure_of, values_of
from nodeui.engine.state import Identities
from nodeui.engine.steps import chain_of, replay, trajectory
from nodeui.engine.tasks import Task
from nodeui.sdk import Cancelled, Steps


def dry_run(
    plan: Plan,
    cache: Cache,
    cancel: threading.Event | None = None,
    emit: Callable[[Event], None] | None = None,
) -> dict[str, Trajectory]:
    """Return the trajectory of each step-wise node that the plan's targets need, by node id.

    Nodes that cannot run, or that need a value only a run can compute, are left out.

    Args:
        plan: The plan.
        cache: The cache that the plan was made with.
        cancel: Set it to stop.
        emit: Called with events, such as the warnings of a run that are known before it.

    Raises:
        Cancelled: it was stopped.
    """
    found = look(plan, cache, cancel, emit)
    return {id: node.trajectory for id, node in found.items()}


def warm_ups(
    plan: Plan, cache: Cache, cancel: threading.Event | None = None
) -> Iterator[Callable[[], object]]:
    """Yield the `warm_up` methods of the values of the light nodes that the targets need.

    Args:
        plan: The plan.
        cache: The cache that the plan was made with.
        cancel: Set it to stop.

    Raises:
        Cancelled: it was stopped.
    """
    look = _Look(plan, cache, cancel or threading.Event(), None)
    look.look_at_all(plan.targets)
    for id in list(look.known.results):
        spec = look.known.tasks[id].spec
        if spec is not None and spec.code.light is not False:
            for value in (values_of(plan, cache, id) or {}).values():
                if hasattr(value, "warm_up"):
                    yield value.warm_up


def pictures(
    plan: Plan,
    cache: Cache,
    node: str,
    name: str,
    steps: Sequence[int],
    cancel: threading.Event | None = None,
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield pictures of a node's stored steps.

    Args:
        plan: With the node as a target.
        cache: The cache that the plan was made with.
        node: A step-wise node.
        name: Name of the picture; see `sdk.Steps.pictures`.
        steps: The wanted steps, counted from 1; those that are not stored are left out.
        cancel: Set it to stop.

    Yields:
        Step and picture (height, width, 3), or batch (n, height, width, 3), uint8.

    Raises:
        Cancelled: it was stopped.
    """
    found = look(plan, cache, cancel).get(node)
    if found is None:
        return
    restored = 0
    for step in steps:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        after = cache.state(found.chain[step]) if 0 < step < len(found.chain) else None
        if after is None:
            continue
        if found.steps.incremental:
            restored = restored if restored < step else 0
            restored = replay(found.steps, found.chain, cache, restored, step)
            if restored < step:
                continue
        before = cache.state(found.chain[step - 1]) if step > 1 else None
        picture = found.steps.pictures(before, after).get(name)
        if picture is not None:
            yield step, picture


class Found(NamedTuple):
    """A step-wise node before its first step, with the keys and the outlook of its states."""

    steps: Steps[Any]
    chain: list[bytes]
    trajectory: Trajectory


def look(
    plan: Plan,
    cache: Cache,
    cancel: threading.Event | None = None,
    emit: Callable[[Event], None] | None = None,
) -> dict[str, Found]:
    """Return the step-wise nodes that the plan's targets need, by id; see `dry_run`."""
    walk = _Look(plan, cache, cancel or threading.Event(), emit)
    walk.look_at_all(plan.targets)
    return walk.found


class _Look(Execution):
    """A run in which all nodes but light ones are blocked.

    Attributes:
        found: The step-wise nodes that were reached, by node id.
    """

    def __init__(
        self,
        plan: Plan,
        cache: Cache,
        cancel: threading.Event,
        emit: Callable[[Event], None] | None,
    ) -> None:
        super().__init__(plan, cache, Path(), "", emit, cancel)
        self.found: dict[str, Found] = {}

    def look_at_all(self, targets: Sequence[str]) -> None:
        """Find all step-wise nodes that the targets need."""
        results, tasks = self.known.results, self.known.tasks
        known = [id for id in results if _is_stepwise(tasks[id])]
        for id in known:  # visit them although their results are known
            self.force(id)
        for id in (*known, *targets):
            self.walk(id)
        self.repeat_all_warnings()

    def compute(self, task: Task, key: bytes, identities: Identities) -> Outcome:
        self._check()
        if _is_stepwise(task):
            return self._look_at(task, key)
        if self._is_light(task):
            return super().compute(task, key, identities)
        return Blocked()

    def _is_light(self, task: Task) -> bool:
        assert task.spec is not None
        light = task.spec.code.light
        return light if isinstance(light, bool) else self.ask(task, light)

    def _look_at(self, task: Task, key: bytes) -> Outcome:
        """Look up the states of a step-wise node; it is done if its value is stored."""
        assert task.spec is not None
        id, node = task.node.id, task.spec.code
        if id in self.found:  # its value was stored a moment ago
            return Blocked()
        context = self._context(task)
        arguments = self._arguments(task, context)
        if not isinstance(arguments, dict):
            return arguments
        try:
            steps = node.function(**arguments)
            chain = chain_of(steps, node)
            found = trajectory(steps, chain, self.cache, context.warnings)
        except Cancelled:
            raise
        except Exception as error:
            return Blocked((failure_of(self.files.located(error, arguments) or error),))
        digests = self.cache.result(key)
        if digests is None or not all(map(self.cache.has, digests)):
            self.found[id] = Found(steps, chain, found)
            return Blocked()
        self.found[id] = Found(steps, chain, msgspec.structs.replace(found, resumes_at=found.total))
        return Done(digests)


def _is_stepwise(task: Task) -> bool:
    return task.spec is not None and task.spec.stepwise

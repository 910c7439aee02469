"""What a run would find of step-wise nodes, without doing a step.

A dry run is a run that computes light nodes only: what they give goes to the cache as always. A
step-wise node whose inputs are at hand is called for its keys, and its states are looked up; what
depends on a value that only a run can compute stays open.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from nodeui.engine.cache import Cache
from nodeui.engine.plan import Plan
from nodeui.engine.protocol import Trajectory
from nodeui.engine.resolve import Identities, NodeResult
from nodeui.engine.runner import Execution
from nodeui.engine.steps import chain_of, trajectory
from nodeui.engine.tasks import Task
from nodeui.sdk import Cancelled, Steps


def dry_run(
    plan: Plan, cache: Cache, cancel: threading.Event | None = None
) -> dict[str, Trajectory]:
    """How far the cache gets each step-wise node that the plan's targets need.

    Nodes of which it cannot be told without a run, or that cannot run, are left out.

    Args:
        plan: What would be run.
        cache: The one that the plan was made with.
        cancel: Set it to stop.

    Raises:
        Cancelled: it was stopped.
    """
    seen = _look(plan, cache, cancel)
    return {id: found.trajectory for id, found in seen.items()}


def pictures(
    plan: Plan,
    cache: Cache,
    node: str,
    name: str,
    steps: Sequence[int],
    cancel: threading.Event | None = None,
) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """How a node looked after those of the steps that are stored.

    Args:
        plan: With the node as a target.
        cache: The one that the plan was made with.
        node: A step-wise node.
        name: Which of its pictures; see `sdk.Steps.pictures`.
        steps: Which steps, the first being 1.
        cancel: Set it to stop.

    Yields:
        Step and picture (height, width, 3).

    Raises:
        Cancelled: it was stopped.
    """
    found = _look(plan, cache, cancel).get(node)
    if found is None:
        return
    for step in steps:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        after = cache.state(found.chain[step]) if 0 < step < len(found.chain) else None
        if after is None:
            continue
        before = cache.state(found.chain[step - 1]) if step > 1 else None
        picture = found.steps.pictures(before, after).get(name)
        if picture is not None:
            yield step, picture


class _Found(NamedTuple):
    steps: Steps[Any]
    chain: list[bytes]
    trajectory: Trajectory


def _look(plan: Plan, cache: Cache, cancel: threading.Event | None) -> dict[str, _Found]:
    look = _Look(plan, cache, cancel or threading.Event())
    look.look_at_all(plan.targets)
    return look.found


class _Look(Execution):
    """A run in which all nodes but light ones are as if they were muted.

    Attributes:
        found: What was found out, by node id.
    """

    def __init__(self, plan: Plan, cache: Cache, cancel: threading.Event) -> None:
        super().__init__(plan, cache, Path(), "", None, cancel)
        self.found: dict[str, _Found] = {}

    def look_at_all(self, targets: Sequence[str]) -> None:
        """Find out about all step-wise nodes that the targets need."""
        results, tasks = self.known.results, self.known.tasks
        known = [id for id in results if _is_stepwise(tasks[id])]
        for id in known:  # to be looked at, although what comes out is known
            del results[id]
            self.forced.add(id)
        for id in (*known, *targets):
            self.walk(id)

    def compute(self, task: Task, key: bytes, identities: Identities) -> None:
        self._check()
        if _is_stepwise(task):
            self._look_at(task, key, identities)
        elif self._is_light(task):
            super().compute(task, key, identities)
        else:
            self.block(task, ())

    def _is_light(self, task: Task) -> bool:
        assert task.spec is not None
        light = task.spec.node.light
        return light if isinstance(light, bool) else self.ask(task, light)

    def _look_at(self, task: Task, key: bytes, identities: Identities) -> None:
        """Find out about a step-wise node; its value is at hand for others, or nothing is."""
        assert task.spec is not None
        id, node = task.node.id, task.spec.node
        if id in self.found:  # its value was there a moment ago
            self.block(task, ())
            return
        arguments = self._arguments(task)
        if arguments is None:
            return
        try:
            steps = node.function(**arguments)
            chain = chain_of(steps, node)
            found = trajectory(steps, chain, self.cache)
        except Cancelled:
            raise
        except Exception as error:
            self.block(task, (error,))
            return
        digests = self.cache.result(key)
        if digests is not None and all(map(self.cache.has, digests)):
            self.known.results[id] = NodeResult(key, digests, identities)
            found = msgspec.structs.replace(found, resumes_at=found.total)
        else:
            self.block(task, ())
        self.found[id] = _Found(steps, chain, found)


def _is_stepwise(task: Task) -> bool:
    return task.spec is not None and task.spec.stepwise

"""Runs step-wise nodes: stores the state after each step, and resumes from the last stored one.

The keys of the states form a chain: K[0] identifies the node type, K[i + 1] = H(K[i], keys[i]).
Two runs with the same first k keys share K[k], and so the state after k steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from nodeui.engine import keys
from nodeui.engine.cache import Cache
from nodeui.engine.context import NodeContext
from nodeui.engine.protocol import Trajectory
from nodeui.sdk import NodeFunction, Steps

PREVIEW_SECONDS = 0.1  # shortest time between two previews


class Stepped(NamedTuple):
    """Outcome of a step-wise node.

    Attributes:
        value: Its result.
        total: Number of steps.
        resumed_at: Number of steps taken from the cache.
    """

    value: Any
    total: int
    resumed_at: int


def chain_of(steps: Steps[Any], node: NodeFunction[..., Any]) -> list[bytes]:
    """Return the keys of the states of `node`: `[k]` is the key after k steps."""
    chain = [keys.first_state(node.id, node.edition)]
    for step in steps.keys:
        chain.append(keys.next_state(chain[-1], step))
    return chain


def trajectory(
    steps: Steps[Any], chain: list[bytes], cache: Cache, warnings: Sequence[str] = ()
) -> Trajectory:
    """Return the steps that `drive` would find in the cache.

    Args:
        steps: Before its first step.
        chain: See `chain_of`.
        cache: Where states are looked up.
        warnings: The warnings of the node.
    """
    cached = tuple(map(cache.has, chain[1:]))
    if steps.incremental:  # a state needs those before it
        prefix = len(list(takewhile(bool, cached)))
        cached = tuple(number < prefix for number in range(len(cached)))
    return Trajectory(
        total=len(cached),
        resumes_at=max((done for done, there in enumerate(cached, 1) if there), default=0),
        cached=cached,
        curves={name: tuple(map(float, values)) for name, values in steps.curves().items()},
        span=steps.span,
        draws_noise=steps.draws_noise,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def drive(
    steps: Steps[Any],
    node: NodeFunction[..., Any],
    cache: Cache,
    context: NodeContext,
    clock: Callable[[], float] = time.monotonic,
) -> Stepped:
    """Run all steps from the furthest state in the cache to the end.

    Progress is reported after each step. If the run is watched, previews are made at the end and
    at most every `PREVIEW_SECONDS`.

    Args:
        steps: Before its first step.
        node: The node they belong to.
        cache: Where states are looked up and stored.
        context: Receives the progress; may raise `Cancelled` between two steps.
        clock: Time in seconds, for the previews.
    """
    chain = chain_of(steps, node)
    total = len(steps.keys)
    done = _restore(steps, chain, cache)
    resumed_at = done
    shown = clock() - PREVIEW_SECONDS
    context.progress(done, total)
    finish = _nothing
    try:
        while done < total:
            steps.step()
            done += 1
            finish()  # the state before this step, which was copied during the step
            finish = _store(cache, chain[done], steps.snapshot())
            if context.watched and (done == total or clock() - shown >= PREVIEW_SECONDS):
                picture = steps.preview()
                if picture is not None:
                    context.preview(picture)
                shown = clock()
            context.progress(done, total)
    finally:
        finish()
    return Stepped(steps.result(), total, resumed_at)


def drive_together(
    runs: Sequence[tuple[Steps[Any], list[bytes]]], cache: Cache, check: Callable[[], object]
) -> None:
    """Do all steps of several runs of one class in batches, and store their states.

    Args:
        runs: Steps before their first step, each with its chain; their `peers` are equal.
        cache: Where states are looked up and stored.
        check: Called before each step; may raise `Cancelled`.
    """
    done = [_restore(steps, chain, cache) for steps, chain in runs]
    finish: list[Callable[[], None]] = []
    while left := [i for i, (steps, _) in enumerate(runs) if done[i] < len(steps.keys)]:
        check()
        first = min(done[i] for i in left)
        batch = [i for i in left if done[i] == first]
        type(runs[0][0]).step_together([runs[i][0] for i in batch])
        for arrived in finish:
            arrived()
        finish = [_store(cache, runs[i][1][first + 1], runs[i][0].snapshot()) for i in batch]
        for i in batch:
            done[i] += 1
    for arrived in finish:
        arrived()


def _store(cache: Cache, key: bytes, state: bytes | Callable[[], bytes]) -> Callable[[], None]:
    """Store a state now, or return a function that stores it once it has arrived."""
    if callable(state):
        return lambda: cache.put_state(key, state())
    cache.put_state(key, state)
    return _nothing


def _nothing() -> None:
    """Do nothing: no state is left to store."""


def _restore(steps: Steps[Any], chain: list[bytes], cache: Cache) -> int:
    """Restore the furthest stored state; returns its number of steps."""
    if steps.incremental:
        return replay(steps, chain, cache, 0, len(chain) - 1)
    for done in range(len(chain) - 1, 0, -1):
        state = cache.state(chain[done])
        if state is not None:
            steps.restore(done, state)
            return done
    return 0


def replay(steps: Steps[Any], chain: list[bytes], cache: Cache, done: int, goal: int) -> int:
    """Restore the states of incremental steps, as far as they are stored.

    Args:
        steps: The steps.
        chain: See `chain_of`.
        cache: Where states are looked up.
        done: Number of steps that are restored already.
        goal: Number of steps to restore.

    Returns:
        Number of steps that are restored.
    """
    while done < goal and (state := cache.state(chain[done + 1])) is not None:
        done += 1
        steps.restore(done, state)
    return done

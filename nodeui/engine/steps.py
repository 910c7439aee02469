"""Step-wise nodes: every state is stored under a key of its own, and a run resumes from the last
one that it shares with an earlier run.

The keys form a chain: K[0] names the node type, K[i + 1] = H(K[i], keys[i]). Two runs whose first
k keys agree share K[k], and with it the state after k steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from nodeui.engine import keys
from nodeui.engine.cache import Cache
from nodeui.engine.context import NodeContext
from nodeui.engine.protocol import Trajectory
from nodeui.sdk import NodeFunction, Steps

PREVIEW_SECONDS = 0.1  # at least so long between two previews


class Stepped(NamedTuple):
    """How a step-wise node came to its value.

    Attributes:
        value: What it gave.
        total: Steps that it has.
        resumed_at: How many of them were taken from the cache.
    """

    value: Any
    total: int
    resumed_at: int


def chain_of(steps: Steps[Any], node: NodeFunction[..., Any]) -> list[bytes]:
    """The keys of the states of `node`: `[k]` is that after k steps."""
    chain = [keys.first_state(node.id, node.version)]
    for step in steps.keys:
        chain.append(keys.next_state(chain[-1], step))
    return chain


def trajectory(steps: Steps[Any], chain: list[bytes], cache: Cache) -> Trajectory:
    """What `drive` would find in the cache.

    Args:
        steps: Not begun yet.
        chain: See `chain_of`.
        cache: Where states are looked for.
    """
    cached = tuple(map(cache.has, chain[1:]))
    return Trajectory(
        total=len(cached),
        resumes_at=max((done for done, there in enumerate(cached, 1) if there), default=0),
        cached=cached,
        curves={name: tuple(map(float, values)) for name, values in steps.curves().items()},
    )


def drive(
    steps: Steps[Any],
    node: NodeFunction[..., Any],
    cache: Cache,
    context: NodeContext,
    clock: Callable[[], float] = time.monotonic,
) -> Stepped:
    """Take `steps` to their end from the furthest state that the cache holds.

    Progress is told after each step; a picture at most every `PREVIEW_SECONDS` and at the end,
    where somebody watches.

    Args:
        steps: Not begun yet.
        node: Whose steps they are.
        cache: Where states are found and stored.
        context: Told how far it is; its `check` may raise `Cancelled` between two steps.
        clock: Seconds, for the previews.
    """
    chain = chain_of(steps, node)
    total = len(steps.keys)
    done = _restore(steps, chain, cache)
    resumed_at = done
    shown = clock() - PREVIEW_SECONDS
    context.progress(done, total)
    store = _stored
    try:
        while done < total:
            steps.step()
            done += 1
            store()  # the state before this step: its copy ran beside the step
            store = _storing(cache, chain[done], steps.snapshot())
            if context.watched and (done == total or clock() - shown >= PREVIEW_SECONDS):
                picture = steps.preview()
                if picture is not None:
                    context.preview(picture)
                shown = clock()
            context.progress(done, total)
    finally:
        store()
    return Stepped(steps.result(), total, resumed_at)


def _storing(cache: Cache, key: bytes, state: bytes | Callable[[], bytes]) -> Callable[[], None]:
    """Store a state now, or return what stores it once it has arrived."""
    if callable(state):
        return lambda: cache.put_state(key, state())
    cache.put_state(key, state)
    return _stored


def _stored() -> None:
    """Do nothing: the state is stored."""


def _restore(steps: Steps[Any], chain: list[bytes], cache: Cache) -> int:
    """Restore the furthest state there is; how many steps it stands for."""
    for done in range(len(chain) - 1, 0, -1):
        state = cache.state(chain[done])
        if state is not None:
            steps.restore(done, state)
            return done
    return 0

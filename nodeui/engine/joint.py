"""Does the steps of several runs in batches, ahead of the runs, which take them from the cache."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from nodeui.engine.cache import Cache
from nodeui.engine.dry_run import Found, look
from nodeui.engine.plan import Plan
from nodeui.engine.runner import run
from nodeui.engine.steps import drive_together
from nodeui.graph.model import Graph
from nodeui.sdk import Cancelled


@dataclass(frozen=True)
class Member:
    """One of the runs.

    Attributes:
        graph: Its graph, whose links are those of the other runs.
        plan: Plans it for some targets; the plan is used inside the context.
        output: Where its nodes write files.
    """

    graph: Graph
    plan: Callable[[Sequence[str]], AbstractContextManager[Plan]]
    output: Path


def find_steps(member: Member, node: str, cache: Cache, cancel: threading.Event) -> Found | None:
    """Compute the inputs of a step-wise node, and return the node before its first step.

    Returns:
        None if its inputs cannot be computed, or the run was cancelled.
    """
    sources = sorted({link.source for link in member.graph.links_in(node).values()})
    with member.plan(sources) as plan:
        run(plan, cache, member.output, cancel=cancel)
    if cancel.is_set():
        return None
    with member.plan([node]) as plan:
        return look(plan, cache).get(node)


def step_jointly(
    members: Sequence[Member],
    nodes: Sequence[str],
    cache: Cache,
    cancel: threading.Event,
    found: Sequence[Found | None] = (),
) -> None:
    """Do the steps of samplers of several runs, and store their states.

    A run that cannot do its steps is left alone; it reports the reason itself.

    Args:
        members: The runs.
        nodes: Ids of the samplers, those first that others need.
        cache: Where states are looked up and stored.
        cancel: Set it to stop between two steps.
        found: Of each run, the first sampler before its first step, if it is known.
    """

    def check() -> None:
        if cancel.is_set():
            raise Cancelled

    for place, node in enumerate(nodes):
        known = found if place == 0 and found else [None] * len(members)
        alike: dict[str, list[Found]] = {}
        for member, before in zip(members, known, strict=True):
            steps = before or find_steps(member, node, cache, cancel)
            if steps and steps.trajectory.resumes_at < steps.trajectory.total:
                alike.setdefault(steps.steps.peers, []).append(steps)
        for group in alike.values():
            with contextlib.suppress(Exception):
                drive_together([(each.steps, each.chain) for each in group], cache, check)

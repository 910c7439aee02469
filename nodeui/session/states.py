"""What is known of each node's run: the badges, bars and error cards that the views show."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtGui import QImage

from nodeui.engine.protocol import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Preview,
    Progress,
    StepShown,
    Warned,
)
from nodeui.graph.wording import tr

Badge = Literal[
    "",
    "cached",
    "will-run",
    "resumes",
    "running",
    "done",
    "resumed",
    "failed",
    "skipped",
    "blocked",
]


@dataclass(frozen=True, slots=True)
class NodeState:
    """What is known of one node.

    Attributes:
        badge: "cached": its value is at hand; "will-run": a run computes it; "resumes": a run
            goes on from a stored step; "running": it is being computed; "done": the last run
            computed it; "resumed": it did so from a stored step on; "failed": it raised an error;
            "skipped": something that it needs failed; "blocked": it cannot run as it is wired.
        reason: Why, for people: "steps changed from 20 to 30", "resumes at 12 of 20".
        done: Steps done of a running node, or stored of one that resumes.
        total: All its steps; 0 where it told nothing yet.
        text: What it is busy with.
        seconds: What its last run took by itself.
        eta: Seconds that a running node still takes, or None where nothing can be said.
        error: The message of a failed or blocked node.
        parameter: The parameter or input at fault, if known.
        details: The traceback, for a report.
        preview: The picture of an unfinished result.
    """

    badge: Badge = ""
    reason: str = ""
    done: int = 0
    total: int = 0
    text: str = ""
    seconds: float = 0.0
    eta: float | None = None
    error: str = ""
    parameter: str | None = None
    details: str = ""
    preview: QImage | None = None


def says_more(now: NodeState, planned: NodeState) -> bool:
    """Whether what a run said of a node outlasts a plan of the same values."""
    match now.badge:
        case "running":
            return True
        case "done" | "resumed":
            return planned.badge == "cached"
        case "failed" | "skipped":
            return planned.badge in ("will-run", "resumes")
        case _:
            return False


def picture(shown: Preview | StepShown) -> QImage:
    """What the worker shows, as an image that owns its bytes."""
    image = QImage(
        shown.pixels,
        shown.width,
        shown.height,
        3 * shown.width,
        QImage.Format.Format_RGB888,
    )
    return image.copy()


class NodeStates(Mapping[str, NodeState]):
    """The states of a document's nodes by id; only what is known is in it."""

    def __init__(self) -> None:
        self._states: dict[str, NodeState] = {}
        self._begun: dict[str, tuple[float, int]] = {}  # when the first step was seen, and which

    def __getitem__(self, id: str) -> NodeState:
        return self._states[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def put(self, id: str, state: NodeState) -> None:
        """Replace what is known of a node."""
        self._states[id] = state

    def drop(self, id: str) -> None:
        """Forget a node."""
        self._states.pop(id, None)

    def take(self, event: Event) -> None:
        """Note what a run said about a node."""
        state = self._states.get(event.node, NodeState())
        match event:
            case NodeStarted():
                self._begun.pop(event.node, None)
                state = NodeState(
                    badge="running",
                    reason=state.reason,
                    seconds=state.seconds,
                    preview=state.preview,  # of the run before: the node keeps its size
                )
            case Progress():
                state = replace(
                    state,
                    badge="running",
                    done=event.done,
                    total=event.total,
                    text=event.text,
                    eta=self._eta(event),
                )
            case Preview():
                state = replace(state, preview=picture(event))
            case NodeFinished():
                state = self._finished(state, event)
            case NodeFailed():
                state = NodeState(
                    badge="failed",
                    error=event.message,
                    parameter=event.parameter,
                    details=event.details,
                )
            case Warned():
                return
        self._states[event.node] = state

    def _eta(self, event: Progress) -> float | None:
        """From the pace since the first progress: what came from the cache does not count."""
        now = time.monotonic()
        since, first = self._begun.setdefault(event.node, (now, event.done))
        if event.done <= first:
            return None
        return (now - since) / (event.done - first) * max(0, event.total - event.done)

    def _finished(self, state: NodeState, event: NodeFinished) -> NodeState:
        if event.status == "cancelled":
            return NodeState(badge="will-run", reason=state.reason, preview=state.preview)
        if event.status == "failed":  # its NodeFailed said all
            return state
        badges: dict[str, Badge] = {
            "executed": "done",
            "cached": "cached",
            "resumed": "resumed",
            "skipped": "skipped",
        }
        reason = ""
        if event.status == "resumed":
            reason = tr("resumed at {0} of {1}", event.resumed_at, event.steps_total)
        return NodeState(
            badge=badges[event.status],
            reason=reason,
            done=event.steps_total or 0,
            total=event.steps_total or 0,
            seconds=event.seconds or (state.seconds if event.status == "cached" else 0.0),
            preview=state.preview,  # until the value itself is there
        )

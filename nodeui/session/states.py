"""States of nodes: the badges, progress bars, error cards and pictures that the views show."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from nodeui.engine.protocol import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Preview,
    Progress,
    Trajectory,
    ValuePicture,
    Warned,
)
from nodeui.graph.model import Graph
from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch, previews_of

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
    """State of one node's run.

    Attributes:
        badge: "cached": its value is stored; "will-run": a run computes it; "resumes": a run
            continues from a stored step; "running": it is being computed; "done": the last run
            computed it; "resumed": it did so from a stored step; "failed": it raised an error;
            "skipped": a node that it needs failed; "blocked": it cannot run as it is connected.
        reason: User-facing reason: "steps changed from 20 to 30", "resumes at 12 of 20".
        done: Steps done of a running node, or stored of one that resumes.
        total: All its steps; 0 if unknown.
        text: Name of its present activity.
        seconds: Duration of its last run, without its inputs.
        eta: Seconds left of a running node, or None if unknown.
        error: The message of a failed or blocked node.
        parameter: The parameter or input at fault, if known.
        details: The traceback, for a report.
        preview: The pictures of an unfinished result.
        warnings: The warnings about its value, of the run that computed it.
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
    preview: PictureBatch | None = None
    warnings: tuple[str, ...] = ()


_UNKNOWN = NodeState()
_OF_PLANS = ("cached", "will-run", "resumes")


def outlasts(report: NodeState, planned: NodeState) -> bool:
    """True if the report of a run says more than a plan of the same values."""
    match report.badge:
        case "done" | "resumed":
            return planned.badge == "cached"
        case "failed" | "skipped":
            return planned.badge in ("will-run", "resumes")
        case _:
            return False


def with_trajectory(planned: NodeState, trajectory: Trajectory) -> NodeState:
    """Return the planned state of a step-wise node with what is known of its steps."""
    done, total, summary = trajectory.resumes_at, trajectory.total, trajectory.summary
    if planned.badge == "will-run":
        planned = replace(planned, warnings=trajectory.warnings)
    if planned.badge == "will-run" and done:
        return replace(planned, badge="resumes", reason=summary, done=done, total=total)
    if planned.badge == "cached" and total and all(trajectory.cached):
        return replace(planned, reason=summary, done=total, total=total)
    return planned


class NodeStates(Mapping[str, NodeState]):
    """States, trajectories and pictures of a document's nodes, by id; unknown nodes are missing.

    Three sources report on a node: a run (`take_event`, `take_pictures`, `end_run`), a plan of what
    a run would do (`take_plan`), and the dry run after a plan, which finds how many steps of a
    step-wise node are stored (`take_trajectories`). Reports arrive late, so each node has a phase:

        current --outdate--> edited --begin_plan--> planning --take_plan--> current

    A node that is edited while a plan is under way is `edited` and `planning` at once. A run of its
    present values makes it current, also while a plan of them is under way; a run of older ones
    leaves it edited. The rules:

    - The report of a run replaces anything.
    - A plan replaces another plan. It never replaces the report of a node that is running, nor one
      of its present values that came after the plan was asked for. It replaces other reports only
      if the node is `planning`, or if the report does not outlast it (see `outlasts`): a plan never
      hides what a run of the same values reported.
    - The plan of a document with nodes whose code only the worker has comes twice: at once, with
      these nodes undecided, and complete from the worker.
    - A trajectory refines what a plan reported, never what a run reported. It also refines later
      plans until the node is edited.
    - Previews are shown until the node's value is.
    - Quick pictures are previews. Those of an edit replace pictures of earlier edits, but neither
      those of later edits nor the value of the same one; a value of an earlier edit does not end
      them.

    Args:
        graph: The document's graph; outdating a node outdates the nodes below it.

    Attributes:
        trajectories: Trajectories of the last dry run, by id.
        edits: How often nodes were marked as edited; a run has the values of one such number.
    """

    def __init__(self, graph: Graph) -> None:
        self.trajectories: Mapping[str, Trajectory] = {}
        self.edits = 0
        self._edited_at: dict[str, int] = {}
        self._graph = graph
        self._states: dict[str, NodeState] = {}
        self._pictures: dict[str, PictureBatch] = {}
        self._planned: Mapping[str, NodeState] = {}
        self._reported: set[str] = set()  # nodes whose state is the report of a run
        self._later: set[str] = set()  # reported on, by a run of present values, since then
        self._edited: set[str] = set()
        self._planning: set[str] = set()
        self._unrefined: set[str] = set()  # edited since the plan before the last dry run
        self._first_steps: dict[str, tuple[float, int]] = {}  # when it was seen, and its number
        self._quick: dict[str, tuple[PictureBatch, int]] = {}  # quick pictures and their edits
        self._shown: dict[str, tuple[int, bool]] = {}  # edits of the last pictures; True for values

    def __getitem__(self, id: str) -> NodeState:
        return self._states[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def put(self, id: str, state: NodeState) -> None:
        """Take the state of a node as the report of a run."""
        self._states[id] = state
        self._reported.add(id)

    def drop(self, id: str) -> None:
        """Forget a node."""
        self._states.pop(id, None)
        self._pictures.pop(id, None)
        self._edited_at.pop(id, None)
        self._quick.pop(id, None)
        self._shown.pop(id, None)
        for ids in (self._reported, self._later, self._edited, self._planning, self._unrefined):
            ids.discard(id)

    def pictures_of(self, id: str) -> PictureBatch | None:
        """Return the last pictures of a node: its previews while it is unfinished, else those of
        its value."""
        state = self._states.get(id, _UNKNOWN)
        return state.preview if state.preview is not None else self._pictures.get(id)

    # --- edits ---------------------------------------------------------------------------------

    def outdate(self, ids: Iterable[str]) -> None:
        """Mark nodes, and the nodes below them, as edited."""
        waiting = list(ids)
        seen, links_out = set(waiting), self._graph.links_out
        while waiting:  # through edited nodes too, as a run may have finished one below them
            for link in links_out(waiting.pop()):
                target = link.target
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        self.edits += 1
        self._edited_at.update(dict.fromkeys(seen, self.edits))
        self._edited |= seen
        self._unrefined |= seen

    def edited_after(self, id: str, edits: int) -> bool:
        """True if the node, or one above it, was edited when `edits` was higher."""
        return self._edited_at.get(id, 0) > edits

    def edited(self, id: str) -> bool:
        """True if the node, or one above it, was edited since the last plan was asked for."""
        return id in self._edited

    def settled(self, id: str) -> bool:
        """True if neither the node nor one above it was edited since its state was taken."""
        return id not in self._edited and id not in self._planning

    # --- plans ---------------------------------------------------------------------------------

    def begin_plan(self) -> None:
        """Note that a plan of the present values was asked for."""
        self._planning |= self._edited
        self._edited.clear()
        self._later.clear()

    def take_plan(self, planned: Mapping[str, NodeState], undecided: Collection[str] = ()) -> None:
        """Take the states of a plan; nodes that are not in it are unknown.

        Args:
            planned: The states.
            undecided: Nodes about which another plan will follow; they keep their states until
                then, unless they were edited.
        """
        self._planned = planned
        for id in self._graph.nodes:
            if id in undecided and id in self._states and id not in self._planning:
                continue
            now, then = self._states.get(id), planned.get(id, _UNKNOWN)
            if id in self.trajectories and id not in self._unrefined:
                then = with_trajectory(then, self.trajectories[id])
            if now is not None and id in self._reported and self._stands(id, now, then):
                continue
            self._states[id] = replace(then, preview=now.preview) if now is not None else then
            self._reported.discard(id)
        self._planning.clear()

    def _stands(self, id: str, report: NodeState, planned: NodeState) -> bool:
        """True if a plan does not replace the report of a run."""
        if report.badge == "running" or id in self._later:
            return True
        return id not in self._planning and outlasts(report, planned)

    def take_trajectories(self, found: Mapping[str, Trajectory]) -> bool:
        """Take the trajectories of a dry run; return False if there were and are none."""
        self._unrefined = self._edited | self._planning
        if not found and not self.trajectories:
            return False
        self.trajectories = found
        for id, trajectory in found.items():
            now, then = self._states.get(id), self._planned.get(id, _UNKNOWN)
            if now is not None and now.badge in _OF_PLANS:
                then = replace(now, reason="") if now.badge == "cached" else then
                refined = with_trajectory(then, trajectory)
                self._states[id] = replace(refined, preview=now.preview)
        return True

    # --- runs ----------------------------------------------------------------------------------

    def take_pictures(self, id: str, batch: PictureBatch, edits: int | None = None) -> None:
        """Take the pictures of a node's value, which replace its previews.

        Args:
            id: The node.
            batch: The pictures.
            edits: `edits` when the value was asked for; None if nothing was edited since.
        """
        self._pictures[id] = batch
        state = self._states.get(id, _UNKNOWN)
        if self._ends_preview(id, state, edits) and state.preview is not None:
            self._states[id] = replace(state, preview=None)

    def end_preview(self, id: str, edits: int | None = None) -> bool:
        """Show the last pictures of a node's value instead of previews of an unfinished one.

        Args:
            id: The node.
            edits: As for `take_pictures`.

        Returns:
            False if there is nothing to do.
        """
        state = self._states.get(id, _UNKNOWN)
        if id not in self._pictures or not self._ends_preview(id, state, edits):
            return False
        if state.preview is None:
            return False
        self._states[id] = replace(state, preview=None)
        return True

    def _ends_preview(self, id: str, state: NodeState, edits: int | None) -> bool:
        """True if a node's value replaces its previews; notes that it is shown."""
        now = (self.edits if edits is None else edits, True)
        if self.is_quick(id):
            if now < self._shown.get(id, now):
                return False
        elif state.badge == "running" and state.preview is not None:
            return False
        self._shown[id] = max(now, self._shown.get(id, now))
        return True

    def take_quick(self, id: str, batch: PictureBatch, edits: int) -> bool:
        """Take quick pictures of a node, as previews of its value.

        Args:
            id: The node.
            batch: The pictures.
            edits: `edits` when the run was requested.

        Returns:
            False if later pictures are shown, or the value itself.
        """
        now = (edits, False)
        if now < self._shown.get(id, now):
            return False
        self._shown[id], self._quick[id] = now, (batch, edits)
        self._states[id] = replace(self._states.get(id, _UNKNOWN), preview=batch)
        return True

    def is_quick(self, id: str) -> bool:
        """True if the pictures of a node are quick ones."""
        state, known = self._states.get(id), self._quick.get(id)
        return state is not None and known is not None and state.preview is known[0]

    def is_quick_now(self, id: str) -> bool:
        """True if the pictures of a node are quick ones of its present inputs."""
        return self.is_quick(id) and not self.edited_after(id, self._quick[id][1])

    def end_run(self) -> list[str]:
        """Take the end of a run; return the nodes that it left unfinished."""
        unfinished = [id for id, state in self._states.items() if state.badge == "running"]
        for id in unfinished:
            self._states[id] = NodeState("will-run", preview=self._states[id].preview)
            self._reported.discard(id)
        return unfinished

    def take_event(self, event: Event, edits: int | None = None) -> None:
        """Take an event of a run.

        Args:
            event: The event.
            edits: `edits` when the run was requested; None if nothing was edited since.
        """
        id = event.node
        state = self._states.get(id, _UNKNOWN)
        match event:
            case NodeStarted():
                self._first_steps.pop(id, None)
                # the preview of the run before is kept, so that the node keeps its size
                state = NodeState(
                    "running", state.reason, seconds=state.seconds, preview=state.preview
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
            case Preview() if self.is_quick_now(id):  # they are closer to the value
                return
            case Preview():
                self._states[id] = replace(state, preview=previews_of(event) or state.preview)
                return
            case NodeFinished():
                state = _finished(state, event)
            case NodeFailed():
                state = NodeState(
                    "failed",
                    error=event.message,
                    parameter=event.parameter,
                    details=event.details,
                    preview=state.preview if self.is_quick(id) else None,
                    warnings=state.warnings,
                )
            case Warned():
                if event.message not in state.warnings:
                    warnings = (*state.warnings, event.message)
                    self._states[id] = replace(state, warnings=warnings)
                return
            case ValuePicture():
                return
        self.put(id, state)
        if edits is None or self._edited_at.get(id, 0) <= edits:
            self._edited.discard(id)
            self._planning.discard(id)
            self._later.add(id)
        else:
            self._edited.add(id)
            self._later.discard(id)

    def _eta(self, event: Progress) -> float | None:
        """Return the seconds left at the pace since the first progress; cached steps come before
        that."""
        now = time.monotonic()
        since, first = self._first_steps.setdefault(event.node, (now, event.done))
        if event.done <= first:
            return None
        return (now - since) / (event.done - first) * max(0, event.total - event.done)


def _finished(state: NodeState, event: NodeFinished) -> NodeState:
    """Return the state of a node after it ended."""
    if event.status == "cancelled":
        return NodeState("will-run", state.reason, preview=state.preview, warnings=state.warnings)
    if event.status == "failed":  # `NodeFailed` came before
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
        preview=state.preview,  # until the value arrives
        warnings=event.warnings,
    )


def badge_name(badge: Badge) -> str:
    """Return the name of a badge as shown to the user."""
    return {
        "": "",
        "cached": tr("Cached"),
        "will-run": tr("Will run"),
        "resumes": tr("Will run"),
        "running": tr("Running"),
        "done": tr("Done"),
        "resumed": tr("Resumed"),
        "failed": tr("Failed"),
        "skipped": tr("Skipped"),
        "blocked": tr("Cannot run"),
    }[badge]

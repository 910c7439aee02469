"""What the worker knows of the steps of step-wise nodes, asked for one document after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nodeui.engine.protocol import DryRunDone, StepShown, StepsShown, Trajectory
from nodeui.session.states import NodeState, picture

if TYPE_CHECKING:
    from nodeui.engine.client import Client
    from nodeui.session.session import Session


class Question(NamedTuple):
    """What the worker is asked about.

    Attributes:
        document: The workflow, as the text of its file.
        folder: Where its relative paths start.
        nodes: Its step-wise nodes.
    """

    document: bytes
    folder: Path
    nodes: tuple[str, ...]


def with_trajectory(state: NodeState, trajectory: Trajectory) -> NodeState:
    """What a plan says of a step-wise node, told more exactly.

    Args:
        state: As planned.
        trajectory: What is known of its steps.
    """
    done, total, summary = trajectory.resumes_at, trajectory.total, trajectory.summary
    if state.badge == "will-run" and done:
        return replace(state, badge="resumes", reason=summary, done=done, total=total)
    if state.badge == "cached" and total and all(trajectory.cached):
        return replace(state, reason=summary, done=total, total=total)
    return state


class DryRuns:
    """Asks the worker, and hands its answers to the sessions.

    One document is asked about at a time, so that none takes the place of another.
    """

    def __init__(self) -> None:
        self._client: Client | None = None  # while its worker is ready
        self._questions: dict[Session, Question] = {}  # the last of each document
        self._waiting: dict[Session, None] = {}  # whose questions are to be asked
        self._asked: tuple[int, Session] | None = None
        self._showing: tuple[int, Session] | None = None

    def ask(self, session: Session, question: Question) -> None:
        """Find out about a document, in place of what is being found out about it."""
        self._questions[session] = question
        if not question.nodes:
            self._waiting.pop(session, None)
            session.take_trajectories({})
            return
        self._waiting[session] = None
        if self._asked is None or self._asked[1] is session:
            self._ask_next(session)

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Show stored steps of a node, as the document was asked about last."""
        question = self._questions.get(session)
        if question is not None and self._client is not None:
            document, folder, _ = question
            number = self._client.show_steps(document, folder, node, name, tuple(steps))
            self._showing = number, session

    def forget(self, session: Session) -> None:
        """Let go of a document."""
        self._questions.pop(session, None)
        self._waiting.pop(session, None)

    def _ask_next(self, session: Session) -> None:
        if self._client is not None:
            del self._waiting[session]
            self._asked = self._client.dry_run(*self._questions[session]), session

    # --- what the worker says ------------------------------------------------------------------

    def take(self, reply: DryRunDone | StepShown | StepsShown) -> None:
        """Hand an answer to its document; old ones are dropped."""
        asked = self._asked if isinstance(reply, DryRunDone) else self._showing
        if asked is None or reply.number != asked[0]:
            return
        session = asked[1]
        if isinstance(reply, StepShown):
            if session in self._questions:
                session.step_shown.emit(reply.node, reply.name, reply.step, picture(reply))
        elif isinstance(reply, StepsShown):
            self._showing = None
        else:
            self._asked = None
            question = self._questions.get(session)
            if question is not None and question.nodes:
                session.take_trajectories(reply.trajectories)
            for following in self._waiting:
                self._ask_next(following)
                break

    def worker_ready(self, client: Client) -> None:
        """There is a worker: what was known of the steps is asked for anew."""
        self._client = client
        self._asked = self._showing = None
        self._waiting = {session: None for session, q in self._questions.items() if q.nodes}
        for session in self._waiting:
            self._ask_next(session)
            break

    def worker_died(self, idle: bool) -> None:
        """There is no worker. If it was not running anything, it may have died of a question,
        which is not put again by itself."""
        self._client = None
        if idle:
            for request in (self._asked, self._showing):
                if request is not None:
                    self._questions.pop(request[1], None)

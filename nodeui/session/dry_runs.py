"""Asks the worker for the steps of step-wise nodes, one document after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nodeui.engine.protocol import DryRunDone, StepShown, StepsShown
from nodeui.session.pictures import previews_of

if TYPE_CHECKING:
    from nodeui.engine.client import Client
    from nodeui.session.session import Session


class Question(NamedTuple):
    """A document whose step-wise nodes are looked up.

    Attributes:
        document: Text of the workflow file.
        folder: Where its relative paths start.
        nodes: Ids of its step-wise nodes.
        plan: The worker plans the document as well, as the editor lacks the code of some nodes.
    """

    document: bytes
    folder: Path
    nodes: tuple[str, ...]
    plan: bool = False

    @property
    def asks(self) -> bool:
        """True if there is anything to ask."""
        return bool(self.nodes) or self.plan


class DryRuns:
    """Asks the worker and passes its answers to the sessions.

    It asks about one document at a time, as a newer question replaces an older one.

    Args:
        take_plan: Called with a document and the answer to a question with `plan`.
    """

    def __init__(self, take_plan: Callable[[Session, DryRunDone], object]) -> None:
        self._take_plan = take_plan
        self._client: Client | None = None  # while its worker is ready
        self._questions: dict[Session, Question] = {}  # last one of each document
        self._waiting: dict[Session, None] = {}  # documents still to ask about
        self._asked: tuple[int, Session] | None = None
        self._showing: tuple[int, Session] | None = None

    def ask(self, session: Session, question: Question) -> None:
        """Look up the steps of a document; replaces an older question about it."""
        self._questions[session] = question
        if not question.asks:
            self._waiting.pop(session, None)
            session.take_trajectories({})
            return
        self._waiting[session] = None
        if self._asked is None or self._asked[1] is session:
            self._ask_next(session)

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Show stored steps of a node, as of the last question about the document."""
        question = self._questions.get(session)
        if question is not None and self._client is not None:
            number = self._client.show_steps(
                question.document, question.folder, node, name, tuple(steps)
            )
            self._showing = number, session

    def forget(self, session: Session) -> None:
        """Drop the questions about a document."""
        self._questions.pop(session, None)
        self._waiting.pop(session, None)

    def _ask_next(self, session: Session) -> None:
        if self._client is not None:
            del self._waiting[session]
            self._asked = self._client.dry_run(*self._questions[session]), session

    # --- replies of the worker -----------------------------------------------------------------

    def take(self, reply: DryRunDone | StepShown | StepsShown) -> None:
        """Pass a reply to its document; outdated ones are dropped."""
        asked = self._asked if isinstance(reply, DryRunDone) else self._showing
        if asked is None or reply.number != asked[0]:
            return
        session = asked[1]
        if isinstance(reply, StepShown):
            if session in self._questions:
                batch = previews_of(reply)
                if batch is not None:
                    session.take_step(reply.node, reply.name, reply.step, batch)
        elif isinstance(reply, StepsShown):
            self._showing = None
        else:
            self._asked = None
            question = self._questions.get(session)
            if question is not None and question.plan:
                self._take_plan(session, reply)
            if question is not None and question.asks:
                session.take_trajectories(reply.trajectories)
            for following in self._waiting:
                self._ask_next(following)
                break

    def worker_ready(self, client: Client) -> None:
        """Take a new worker, and ask it about all documents again."""
        self._client = client
        self._asked = self._showing = None
        self._waiting = {session: None for session, q in self._questions.items() if q.asks}
        for session in self._waiting:
            self._ask_next(session)
            break

    def worker_died(self, idle: bool) -> None:
        """Note that the worker died. If it was idle it may have died of a question, which is
        dropped."""
        self._client = None
        if idle:
            for request in (self._asked, self._showing):
                if request is not None:
                    self._questions.pop(request[1], None)

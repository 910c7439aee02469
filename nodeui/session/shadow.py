"""The shadow of a document: its copy in a background thread, which is planned and written there.

The shadow gets every edit of the document, in their order, through the same thread that plans;
so plan, text and pictures never see a graph that changes, and the windows never wait.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.dry_runs import Question
from nodeui.session.pictures import to_image
from nodeui.session.samplers import samplers
from nodeui.session.states import Badge, NodeState

if TYPE_CHECKING:
    from nodeui.engine.cache import Cache
    from nodeui.engine.plan import Plan, Planner
    from nodeui.session.session import Session

_PATIENCE = 25
"""How often a value that is being written is asked for."""

_PAUSE = 80
"""Milliseconds between two of these."""

_BADGES: dict[str, Badge] = {
    "cached": "cached",
    "runs": "will-run",
    "waits": "will-run",
    "skipped": "skipped",
}


@dataclass(frozen=True)
class Planned:
    """What a run would do.

    Attributes:
        states: By node id.
        pictures: The nodes whose values can be shown, are at hand, and were not fetched yet.
        question: What to ask the worker about the step-wise nodes.
    """

    states: dict[str, NodeState]
    pictures: list[str]
    question: Question


class Library:
    """The cache as the editor reads it; opened in the background when it is first needed.

    Args:
        folder: Of the cache.
        specs: The known node types.
    """

    def __init__(self, folder: Path, specs: Registry) -> None:
        self.specs = specs
        self._folder = folder
        self._cache: Cache | None = None

    @property
    def cache(self) -> Cache:
        """The cache."""
        if self._cache is None:
            from nodeui.engine.cache import open_cache

            self._cache = open_cache(self._folder)
        return self._cache

    def planner(self) -> Planner:
        """A new planner."""
        from nodeui.engine.plan import Planner

        return Planner(self.cache, self.specs.environment)

    def close(self) -> None:
        """Let go of the cache."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None


class Shadow:
    """The copy of a document in the background.

    Args:
        session: The document.
        background: The thread that it lives in.
        library: The cache.
    """

    def __init__(self, session: Session, background: Background, library: Library) -> None:
        self._session = session
        self._background = background
        self._library = library
        self._requests = 0
        self._asked: dict[str, int] = {}  # how often each node's picture was asked for
        # What follows belongs to the thread.
        self._document: Document | None = None
        self._planner: Planner | None = None
        self._plan: Plan | None = None
        self._run_planner: Planner | None = None
        self._run_plan: Plan | None = None
        self._fetched: dict[str, object] = {}  # what was fetched last, by digests
        data, specs = files.dump(session.document), session.specs
        background.do(lambda: self._load(data, specs))
        session.graph.changed.append(self._follow)

    def close(self) -> None:
        """Follow the document no longer."""
        self._session.graph.changed.remove(self._follow)
        self._requests += 1

    def _load(self, data: bytes, specs: Registry) -> None:
        self._document = files.load(data, specs)

    def _follow(self, edit: Edit) -> None:
        self._background.do(lambda: self._apply(edit))

    def _apply(self, edit: Edit) -> None:
        assert self._document is not None
        self._document.graph.apply(edit)

    # --- planning ------------------------------------------------------------------------------

    def plan(self, then: Callable[[Planned], object]) -> None:
        """Work out what a run would do; of requests in a row only the last is answered."""
        self._requests += 1
        number, folder = self._requests, self._session.folder

        def work() -> Planned | None:
            if number != self._requests or self._document is None:
                return None
            if self._planner is None:
                self._planner = self._library.planner()
            self._plan = self._planner.plan(self._document.graph, (), folder)
            return self._planned(self._plan, _question(self._document, folder))

        def done(planned: Planned | None) -> None:
            if planned is not None and number == self._requests:
                then(planned)

        self._background.do(work, done)

    def dump(self, then: Callable[[bytes], object], failed: Callable[[Exception], object]) -> None:
        """The document as the text of its file, as it is after all edits so far."""

        def work() -> bytes:
            assert self._document is not None
            return files.dump(self._document)

        self._background.do(work, then, failed)

    def expect(self, data: bytes, folder: Path) -> None:
        """`fetch` with `of_run` is about this workflow from now on.

        Args:
            data: The text of its file.
            folder: Where its relative paths start.
        """

        def work() -> None:
            if self._run_planner is None:
                self._run_planner = self._library.planner()
            graph = files.load(data, self._library.specs).graph
            self._run_plan = self._run_planner.plan(graph, (), folder)

        self._background.do(work)

    def _planned(self, plan: Plan, question: Question) -> Planned:
        wrong = {problem.node for problem in plan.problems}
        states: dict[str, NodeState] = {}
        pictures: list[str] = []
        for id in plan.known.tasks:
            decision, known = plan.nodes.get(id), _digests(plan, id)
            if decision is not None and id in wrong:
                why, parameter = decision.reason, decision.parameter
                states[id] = NodeState("blocked", why, error=why, parameter=parameter)
            elif decision is not None:
                states[id] = NodeState(_BADGES[decision.outlook], decision.reason)
            elif known is not None:
                states[id] = NodeState("cached", tr("hands its input on"))
            if known is not None and _shows(plan, id) and self._fetched.get(id) != known:
                pictures.append(id)
        return Planned(states, pictures, question)

    # --- pictures ------------------------------------------------------------------------------

    def fetch(
        self, id: str, output: Path, then: Callable[[QImage], object], *, of_run: bool
    ) -> None:
        """Read a node's value as a picture; `then` is not called where it has none, or where it is
        asked for anew before it is there.

        Args:
            id: The node.
            output: Where written files lie.
            then: Takes the picture.
            of_run: The value in the state that was run last, not in the one planned last.
        """
        number = self._asked[id] = self._asked.get(id, 0) + 1

        def look(patience: int, plan: Plan | None = None) -> None:
            def work() -> tuple[Plan | None, QImage | bool]:
                looked_at = plan or (self._run_plan if of_run else self._plan)
                return looked_at, looked_at is not None and self._picture(looked_at, id, output)

            def done(result: tuple[Plan | None, QImage | bool]) -> None:
                looked_at, found = result
                if self._asked[id] != number:
                    return
                if isinstance(found, QImage):
                    then(found)
                elif found and patience:  # the worker writes values behind its run
                    again = partial(look, patience - 1, looked_at)
                    QTimer.singleShot(_PAUSE, self._background, again)

            self._background.do(work, done)

        look(_PATIENCE)

    def fetch_file(self, path: Path, then: Callable[[QImage], object]) -> None:
        """Read a picture file that a run has written; `then` is not called where it is none."""

        def done(image: QImage) -> None:
            if not image.isNull():
                then(image)

        self._background.do(lambda: QImage(str(path)), done)

    def _picture(self, plan: Plan, id: str, output: Path) -> QImage | bool:
        """A node's picture; or whether it may still come."""
        from nodeui.engine.pictures import picture_of
        from nodeui.engine.runner import values_of

        spec = plan.known.tasks[id].spec if _shows(plan, id) else None
        if spec is None:
            return False
        values = values_of(plan, self._library.cache, id)
        if values is None:
            return True
        self._fetched[id] = _digests(plan, id)
        picture = picture_of(spec, values, output)
        image = QImage() if picture is None else to_image(picture)
        return False if image.isNull() else image


def _question(document: Document, folder: Path) -> Question:
    """What to ask about a document; its text is left out where there is nothing to ask."""
    graph = document.graph
    nodes = tuple(id for id in samplers(graph) if graph.nodes[id].mode == "active")
    return Question(files.dump(document) if nodes else b"", folder, nodes)


def _shows(plan: Plan, id: str) -> bool:
    """Whether a node has an output that can be shown."""
    task = plan.known.tasks.get(id)
    return task is not None and task.spec is not None and task.spec.pictured


def _digests(plan: Plan, id: str) -> object:
    """What a node's values are, where they are known before a run; else None."""
    known = plan.known
    if id in known.results:
        return known.results[id].digests
    task = known.tasks[id]
    if not task.alias or task.spec is None or not task.spec.outputs:
        return None
    source = known.follow((id, 0))
    if not isinstance(source, tuple) or source[0] not in known.results:
        return None
    return known.results[source[0]].digests[source[1]]

"""The shadow of a document: its copy in a background thread, which is planned and serialised there.

The thread that plans also applies the document's edits to the shadow, in order: so a graph never
changes while it is planned, and the windows never wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.sdk import Cancelled
from nodeui.session.background import Background
from nodeui.session.dry_runs import Question
from nodeui.session.pictures import to_image
from nodeui.session.samplers import samplers
from nodeui.session.states import Badge, NodeState
from nodeui.session.values import ValuePictures, ValueQuestion

if TYPE_CHECKING:
    from nodeui.engine.cache import Cache, Digests
    from nodeui.engine.outcomes import NodePlan
    from nodeui.engine.pictures import Picture, PictureError
    from nodeui.engine.plan import Plan, Planner
    from nodeui.session.session import Session

_PATIENCE = 25
"""Number of lookups of a value that is still being written."""

_PAUSE = 80
"""Milliseconds between two of these."""

_BADGES: dict[str, Badge] = {
    "cached": "cached",
    "runs": "will-run",
    "waits": "will-run",
    "skipped": "skipped",
    "asks": "",
}


_Found: TypeAlias = "QImage | bool | PictureError | ValueQuestion"


@dataclass(frozen=True)
class Planned:
    """A plan, as the session takes it.

    Attributes:
        states: States by node id.
        pictures: Ids of nodes whose values are cached, can be shown and were not fetched yet.
        question: What to ask the worker.
        undecided: Ids of nodes that only the worker can plan.
    """

    states: dict[str, NodeState]
    pictures: list[str]
    question: Question
    undecided: frozenset[str]


class Library:
    """The cache as the editor reads it; opened in the background when first needed.

    Args:
        folder: Folder of the cache.
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
        """Return a new planner."""
        from nodeui.engine.plan import Planner

        return Planner(self.cache, self.specs.environment)

    def close(self) -> None:
        """Close the cache."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None


class Shadow:
    """The copy of a document in the background.

    Args:
        session: The document.
        background: The thread of the copy.
        library: The cache.
        values: Asks for pictures of values that the editor cannot read.
    """

    def __init__(
        self, session: Session, background: Background, library: Library, values: ValuePictures
    ) -> None:
        self._session = session
        self._background = background
        self._library = library
        self._values = values
        self._shown: dict[str, Digests] = {}  # of values of the worker's plans, asked for last
        self._requests = 0
        self._closed = False
        self._asked: dict[str, int] = {}  # number of the last request for each node's picture
        # The attributes below belong to the thread.
        self._document: Document | None = None
        self._planner: Planner | None = None
        self._plan: Plan | None = None
        self._text = b""  # of the plan, if there are nodes whose code is in the worker
        self._run_planner: Planner | None = None
        self._run_plan: Plan | None = None
        self._run_text = b""
        self._fetched: dict[str, Digests | None] = {}  # digests of the values fetched last
        self.reload()
        session.graph.changed.append(self._follow)

    def close(self) -> None:
        """Stop following the document."""
        self._session.graph.changed.remove(self._follow)
        self._requests += 1
        self._closed = True

    def reload(self) -> None:
        """Copy the document again, with the node types as they are now."""
        data, specs = files.dump(self._session.document), self._session.specs.snapshot()
        self._background.do(lambda: self._load(data, specs))

    def _load(self, data: bytes, specs: Registry) -> None:
        self._document = files.load(data, specs)

    def _follow(self, edit: Edit) -> None:
        self._background.do(lambda: self._apply(edit))

    def _apply(self, edit: Edit) -> None:
        assert self._document is not None
        self._document.graph.apply(edit)

    # --- planning ------------------------------------------------------------------------------

    def plan(self, then: Callable[[Planned], object]) -> None:
        """Plan in the background; of requests in a row only the last is answered."""
        self._requests += 1
        number, folder = self._requests, self._session.folder

        def work() -> Planned | None:
            if number != self._requests or self._document is None:
                return None
            if self._planner is None:
                self._planner = self._library.planner()
            try:
                graph, cancelled = self._document.graph, lambda: self._closed
                self._plan = self._planner.plan(graph, (), folder, cancelled=cancelled)
            except Cancelled:
                return None
            question = _question(self._document, folder, self._plan)
            self._text = question.document
            return self._planned(self._plan, question)

        def done(planned: Planned | None) -> None:
            if planned is not None and number == self._requests:
                then(planned)

        self._background.do(work, done)

    def dump(self, then: Callable[[bytes], object], failed: Callable[[Exception], object]) -> None:
        """Serialise the document as it is after all edits so far."""

        def work() -> bytes:
            assert self._document is not None
            return files.dump(self._document)

        self._background.do(work, then, failed)

    def expect(self, data: bytes, folder: Path) -> None:
        """Set the workflow whose values `fetch` reads with `of_run`.

        Args:
            data: Text of the workflow file.
            folder: Where its relative paths start.
        """

        def work() -> None:
            if self._run_planner is None:
                self._run_planner = self._library.planner()
            graph = files.load(data, self._library.specs.snapshot()).graph
            self._run_plan = self._run_planner.plan(graph, (), folder)
            self._run_text = data

        self._background.do(work)

    def _planned(self, plan: Plan, question: Question) -> Planned:
        pictures: list[str] = []
        undecided: list[str] = []
        nodes = dict(plan.of_nodes())
        for id, node in nodes.items():
            if node.decision is not None and node.decision.outlook == "asks":
                undecided.append(id)
            known = node.digests
            if known is not None and _shows(plan, id) and self._fetched.get(id) != known:
                pictures.append(id)
        return Planned(_states(nodes), pictures, question, frozenset(undecided))

    def planned_by_worker(
        self, nodes: Mapping[str, NodePlan]
    ) -> tuple[dict[str, NodeState], list[str]]:
        """Return the states and pictures of a plan of the worker; see `Planned`.

        Args:
            nodes: The plan, by node id.
        """
        graph, shown = self._session.graph, self._shown
        pictures: list[str] = []
        for id, node in nodes.items():
            spec = graph.spec(id) if id in graph.nodes else None
            known = node.digests
            if known and spec is not None and spec.pictured and shown.get(id) != known:
                shown[id] = known
                pictures.append(id)
        return _states(nodes), pictures

    # --- pictures ------------------------------------------------------------------------------

    def fetch(
        self,
        id: str,
        output: Path,
        then: Callable[[QImage], object],
        failed: Callable[[Exception], object],
        *,
        of_run: bool,
    ) -> None:
        """Read a node's value as a picture. `then` is not called if it has none, or if a newer
        call for the node comes first.

        Args:
            id: The node.
            output: Folder of written files.
            then: Called with the picture.
            failed: Called with the error if the value's type does not keep its contract.
            of_run: Read the value of the workflow that was run last, not of the last plan.
        """
        from nodeui.engine.pictures import PictureError

        number = self._asked[id] = self._asked.get(id, 0) + 1

        def look(patience: int, plan: Plan | None = None) -> None:
            def work() -> tuple[Plan | None, _Found]:
                looked_at = plan or (self._run_plan if of_run else self._plan)
                if looked_at is None:
                    return None, False
                text = self._run_text if of_run else self._text
                try:
                    return looked_at, self._picture(looked_at, id, output, text)
                except PictureError as error:
                    return looked_at, error

            def done(result: tuple[Plan | None, _Found]) -> None:
                looked_at, found = result
                if self._asked[id] != number:
                    return
                if isinstance(found, QImage):
                    then(found)
                elif isinstance(found, PictureError):
                    failed(found)
                elif isinstance(found, ValueQuestion):
                    self._values.ask((self, id), found, take, failed)
                elif found and patience:  # the worker writes values behind its run
                    again = partial(look, patience - 1, looked_at)
                    QTimer.singleShot(_PAUSE, self._background, again)

            self._background.do(work, done)

        def take(picture: Picture | None) -> None:
            image = QImage() if picture is None else to_image(picture)
            if not image.isNull():
                then(image)

        look(_PATIENCE)

    def fetch_file(self, path: Path, then: Callable[[QImage], object]) -> None:
        """Read a picture file that a run has written; `then` is not called if it is unreadable."""

        def done(image: QImage) -> None:
            if not image.isNull():
                then(image)

        self._background.do(lambda: QImage(str(path)), done)

    def _picture(
        self, plan: Plan, id: str, output: Path, text: bytes
    ) -> QImage | bool | ValueQuestion:
        """Return a node's picture, or the question for it if it takes the code of a pack; without
        one, True if its value may still be written."""
        from nodeui.engine.pictures import picture_of
        from nodeui.engine.runner import values_of

        spec = plan.known.tasks[id].spec if _shows(plan, id) else None
        if spec is None:
            return False
        if not spec.decodable or plan.undecided(id):
            self._fetched[id] = plan.digests(id)
            return ValueQuestion(text, plan.folder, output, id)
        values = values_of(plan, self._library.cache, id)
        if values is None:
            return True
        self._fetched[id] = plan.digests(id)
        picture = picture_of(spec, values, output)
        image = QImage() if picture is None else to_image(picture)
        return False if image.isNull() else image


def _states(nodes: Mapping[str, NodePlan]) -> dict[str, NodeState]:
    """Return the states of planned nodes; those that a run does not need are left out."""
    states: dict[str, NodeState] = {}
    for id, node in nodes.items():
        decision = node.decision
        if decision is not None and node.wrong:
            why, parameter = decision.reason, decision.parameter
            states[id] = NodeState("blocked", why, error=why, parameter=parameter)
        elif decision is not None:
            states[id] = NodeState(_BADGES[decision.outlook], decision.reason)
        elif node.digests is not None:
            states[id] = NodeState("cached", tr("passes its input on"))
    return states


def _question(document: Document, folder: Path, plan: Plan) -> Question:
    """Return what to ask the worker; if it is nothing, the document's text is left out."""
    graph = document.graph
    nodes = tuple(id for id in samplers(graph) if graph.nodes[id].mode == "active")
    text = files.dump(document) if nodes or plan.foreign else b""
    return Question(text, folder, nodes, plan.asks)


def _shows(plan: Plan, id: str) -> bool:
    """True if a node has an output that can be shown."""
    task = plan.known.tasks.get(id)
    return task is not None and task.spec is not None and task.spec.pictured

"""The shadow of a document: its copy in a background thread, which is planned and serialised there.

The thread that plans also applies the document's edits to the shadow, in order: so a graph never
changes while it is planned, and the windows never wait.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QImage

from nodeui.graph import document as files
from nodeui.graph.changes import removed
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.sdk import Cancelled
from nodeui.session.background import Background
from nodeui.session.dry_runs import Question
from nodeui.session.pictures import PictureBatch, read_files, to_batch, to_image
from nodeui.session.samplers import samplers
from nodeui.session.states import Badge, NodeState
from nodeui.session.values import ValuePictures, ValueQuestion

if TYPE_CHECKING:
    from nodeui.engine.cache import Cache, Digests
    from nodeui.engine.outcomes import NodePlan
    from nodeui.engine.pictures import PictureError, Pictures
    from nodeui.engine.plan import Plan, Planner
    from nodeui.session.session import Session

_SHORT = 32 << 10
"""Bytes of a document that is serialised in one or two milliseconds."""

_BADGES: dict[str, Badge] = {
    "cached": "cached",
    "runs": "will-run",
    "waits": "will-run",
    "skipped": "skipped",
    "asks": "",
}


_Found: TypeAlias = "PictureBatch | ValueQuestion | PictureError | None"


@dataclass(frozen=True)
class Planned:
    """A plan, as the session takes it.

    Attributes:
        states: States by node id.
        pictures: Digests of the values that are cached and can be shown, by node id.
        question: What to ask the worker.
        undecided: Ids of nodes that only the worker can plan.
    """

    states: dict[str, NodeState]
    pictures: dict[str, Digests]
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

    def planner(self, environment: Callable[[], str] = str) -> Planner:
        """Return a new planner.

        Args:
            environment: Returns what numeric nodes depend on; "" if it is the same as here.
        """
        from nodeui.engine.plan import Planner

        return Planner(self.cache, lambda pack: environment() or self.specs.environment(pack))

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
        values: Returns what asks for pictures of values that the editor cannot read.

    Attributes:
        environment: What numeric nodes depend on in the worker that runs the document; "" if it is
            the same as here.
    """

    def __init__(
        self,
        session: Session,
        background: Background,
        library: Library,
        values: Callable[[], ValuePictures],
    ) -> None:
        self._session = session
        self._background = background
        self._library = library
        self._values = values
        self.environment = ""
        self._requests = 0
        self._length = 0  # of the document's text, as it was last
        self._closed = False
        self._shown: dict[str, Digests] = {}  # of the values whose pictures the session has
        self._wanted: dict[str, Digests] = {}  # the same, and of those under way
        self._fetching: dict[str, object] = {}  # the newest request for each node's picture
        # The attributes below belong to the thread.
        self._document: Document | None = None
        self._planner: Planner | None = None
        self._plan: Plan | None = None
        self._text = b""  # of the plan, if there are nodes whose code is in the worker
        self.reload()
        session.graph.changed.append(self._follow)

    def _is_closed(self) -> bool:
        return self._closed or self._background.closed

    def close(self) -> None:
        """Stop following the document."""
        self._session.graph.changed.remove(self._follow)
        self._requests += 1
        self._closed = True

    def reload(self) -> None:
        """Copy the document again, with the node types as they are now."""
        data, specs = files.dump(self._session.document), self._session.specs.snapshot()
        self._length = len(data)
        self._background.do(lambda: self._load(data, specs))

    def _load(self, data: bytes, specs: Registry) -> None:
        self._document = files.load(data, specs)

    def _follow(self, edit: Edit) -> None:
        for id in removed(edit):  # the session drops its picture
            for known in (self._shown, self._wanted, self._fetching):
                known.pop(id, None)
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
                self._planner = self._library.planner(lambda: self.environment)
            try:
                graph, cancelled = self._document.graph, self._is_closed
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

    def dump(
        self,
        then: Callable[[bytes], object],
        failed: Callable[[Exception], object],
        edits: Sequence[Edit] = (),
    ) -> None:
        """Serialise the document for a run, as it is after all edits so far; at once if it was
        short last time, as the thread may be busy.

        Args:
            then: Called with the text.
            failed: Called with the error if it cannot be serialised.
            edits: Further edits for this text only.
        """
        if self._length <= _SHORT and not edits:
            try:
                data = self._session.text_to_run()
            except (TypeError, ValueError):
                pass  # the thread meets the same error and reports it
            else:
                self._length = len(data)
                then(data)
                return

        title = self._session.file_title

        def work() -> bytes:
            assert self._document is not None
            undo = [self._document.graph.apply(edit) for edit in edits]
            try:
                return files.dump(self._document, title)
            finally:
                for edit in reversed(undo):
                    self._document.graph.apply(edit)

        def done(data: bytes) -> None:
            self._length = len(data)
            then(data)

        self._background.do(work, done, failed)

    def _planned(self, plan: Plan, question: Question) -> Planned:
        pictures: dict[str, Digests] = {}
        undecided: list[str] = []
        nodes = dict(plan.of_nodes())
        for id, node in nodes.items():
            if node.decision is not None and node.decision.outlook == "asks":
                undecided.append(id)
            known = node.digests
            if known is not None and _shows(plan, id):
                pictures[id] = known
        return Planned(_states(nodes), pictures, question, frozenset(undecided))

    def planned_by_worker(
        self, nodes: Mapping[str, NodePlan]
    ) -> tuple[dict[str, NodeState], dict[str, Digests]]:
        """Return the states and pictures of a plan of the worker; see `Planned`.

        Args:
            nodes: The plan, by node id.
        """
        graph = self._session.graph
        pictures: dict[str, Digests] = {}
        for id, node in nodes.items():
            spec = graph.spec(id) if id in graph.nodes else None
            known = node.digests
            if known and spec is not None and spec.pictured:
                pictures[id] = known
        return _states(nodes), pictures

    # --- pictures ------------------------------------------------------------------------------

    @property
    def shown(self) -> Mapping[str, Digests]:
        """The digests of the values whose pictures the session has, by node id."""
        return self._shown

    def missing(self, pictures: Mapping[str, Digests]) -> list[str]:
        """Return the nodes whose pictures are still to be fetched.

        Args:
            pictures: Digests of the values that a plan found, by node id.
        """
        for id, digests in pictures.items():
            if self._shown.get(id) == digests:
                self.received(id, digests)  # an older one under way must not arrive now
        return [id for id, digests in pictures.items() if self._wanted.get(id) != digests]

    def fetch(
        self,
        id: str,
        digests: Digests,
        output: Path,
        then: Callable[[PictureBatch], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Read a node's value of the last plan as pictures. `then` is not called if it has none,
        or if newer pictures of the node come first.

        Args:
            id: The node.
            digests: Digests of the value.
            output: Folder of written files.
            then: Called with the pictures.
            failed: Called with the error if the value's type does not keep its contract.
        """
        self._read(id, output, None, self._begin(id, digests, then), failed)

    def fetch_one(
        self,
        id: str,
        index: int,
        output: Path,
        then: Callable[[QImage], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Read one picture of a node's batch in full, unless the session gets newer ones first.

        Args:
            id, output, failed: As for `fetch`.
            index: Index of the picture, from 0.
            then: Called with the picture.
        """
        digests = self._shown.get(id)

        def take(batch: PictureBatch | None) -> None:
            current = digests is not None and self._shown.get(id) == digests
            if batch is not None and current and self._wanted.get(id) == digests:
                then(batch.images[0])

        self._read(id, output, index, take, failed)

    def _read(
        self,
        id: str,
        output: Path,
        index: int | None,
        take: Callable[[PictureBatch | None], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Read the pictures of a node's value in the background, or only one of them."""
        from nodeui.engine.pictures import PictureError

        def work() -> _Found:
            try:
                return None if self._plan is None else self._pictures(self._plan, id, output, index)
            except PictureError as error:
                return error

        def done(found: _Found) -> None:
            if isinstance(found, PictureError):
                failed(found)
            elif isinstance(found, ValueQuestion):
                self._values().ask((self, id, index), found, drawn, failed)
            else:
                take(found)

        def drawn(pictures: Pictures | None) -> None:
            if pictures is None:
                take(None)
            else:
                self._background.do(lambda: to_batch(pictures), take)

        self._background.do(work, done)

    def fetch_files(
        self,
        id: str,
        digests: Digests,
        paths: Sequence[Path],
        then: Callable[[PictureBatch], object],
    ) -> None:
        """Read the picture files of a node's value; see `fetch`."""
        self._background.do(lambda: read_files(paths), self._begin(id, digests, then))

    def received(self, id: str, digests: Digests) -> None:
        """Note that the session has the pictures of a value; older ones do not replace them."""
        self._fetching.pop(id, None)
        self._shown[id] = self._wanted[id] = digests

    def _begin(
        self, id: str, digests: Digests, then: Callable[[PictureBatch], object]
    ) -> Callable[[PictureBatch | None], None]:
        """Return a function that passes pictures on, unless newer ones were asked for."""
        request = self._fetching[id] = object()
        self._wanted[id] = digests

        def take(batch: PictureBatch | None) -> None:
            if self._fetching.get(id) is not request:
                return
            del self._fetching[id]
            if batch is None:
                self._wanted.pop(id, None)
                return
            self._shown[id] = digests
            then(batch)

        return take

    def _pictures(
        self, plan: Plan, id: str, output: Path, index: int | None
    ) -> PictureBatch | ValueQuestion | None:
        """Return a node's pictures, or the question for them if they take the code of a pack."""
        from nodeui.engine.pictures import picture_of, pictures_of
        from nodeui.engine.runner import values_of

        spec = plan.known.tasks[id].spec if _shows(plan, id) else None
        if spec is None:
            return None
        if not spec.decodable or plan.undecided(id):
            return ValueQuestion(self._text, plan.folder, output, id, index)
        values = values_of(plan, self._library.cache, id)
        if values is None:
            return None
        if index is None:
            pictures = pictures_of(spec, values, output)
            return None if pictures is None else to_batch(pictures)
        picture = picture_of(spec, values, output, index)
        if picture is None or isinstance(picture, Path):
            return None if picture is None else read_files((picture,))
        return PictureBatch((to_image(picture),))


def _states(nodes: Mapping[str, NodePlan]) -> dict[str, NodeState]:
    """Return the states of planned nodes; those that a run does not need are left out."""
    states: dict[str, NodeState] = {}
    for id, node in nodes.items():
        decision = node.decision
        if decision is not None and node.wrong:
            why, parameter = decision.reason, decision.parameter
            states[id] = NodeState("blocked", why, error=why, parameter=parameter)
        elif decision is not None:
            states[id] = NodeState(
                _BADGES[decision.outlook], decision.reason, warnings=node.warnings
            )
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

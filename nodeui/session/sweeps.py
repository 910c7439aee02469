"""Sweeps in the editor: the queue runs a variant of a document's graph for each cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from nodeui.engine.pictures import Levels, PictureError, Pictures
from nodeui.engine.protocol import (
    Event,
    NodeFinished,
    NodeStarted,
    Preview,
    Progress,
    Report,
    ValuePicture,
)
from nodeui.graph import document as files
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.jobs import Aside, Job
from nodeui.session.pictures import previews_of, to_image
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.shadow import Library
from nodeui.session.values import ValueQuestion, pictures_in
from nodeui.sweeps.axes import Cell, Sweep, cell_folders, make_sweep, sweep_folder

if TYPE_CHECKING:
    from nodeui.engine.cache import Digests


@dataclass(frozen=True, slots=True)
class CellState:
    """State of a cell.

    Attributes:
        badge: "waiting" in the queue, "running", "done", "failed", or "stopped" before its end.
        done, total: Steps of the running node; `total` is 0 if unknown.
        text: The running node; for a failed cell, the reason.
        image: Its small picture; while it runs, the preview.
        file: The first file that it wrote.
        seconds: Duration of its run.
        steps: Number of steps that were run, not taken from the cache.
        warnings: The warnings of its run.
    """

    badge: Literal["waiting", "running", "done", "failed", "stopped"] = "waiting"
    done: int = 0
    total: int = 0
    text: str = ""
    image: QImage | None = None
    file: Path | None = None
    seconds: float = 0.0
    steps: int = 0
    warnings: tuple[str, ...] = ()


class SweepRun(QObject):
    """A sweep of one document, while it runs and afterwards.

    Args:
        session: The document.
        sweep: The parameters and their values.
        place: The sweeps of the editor, with their queue and cache.
        together: Number of cells whose samplers do their steps in one batch.

    Attributes:
        states: States by cell.
        shown: The node whose pictures are shown; "" until one is found.
        title: Title of the document when the sweep was requested.
    """

    changed = Signal(object)
    """A `Cell` whose entry in `states` changed."""

    def __init__(self, session: Session, sweep: Sweep, place: Sweeps, together: int = 1) -> None:
        super().__init__()
        self._together = together
        self.session = session
        self.sweep = sweep
        self.title = session.title
        self.shown = ""
        self.states: dict[Cell, CellState] = {cell: CellState() for cell in sweep.cells}
        self._place = place
        self._base = session.folder
        self._folder = sweep_folder(place.runs.output_folder, sweep)
        self._folders = cell_folders(sweep)
        self._workflow = session.text_to_run()
        self._documents: dict[Cell, bytes] = {}
        self._jobs: dict[Cell, Job] = {}
        self._pixels: dict[Cell, Any] = {}
        self._candidates: Sequence[str] = ()  # nodes whose pictures may be shown, best first
        self._digests: dict[str, Digests] = {}  # by node, of its last picture
        self._last: dict[str, Pictures] = {}  # by candidate, its last pictures
        self._warned: set[str] = set()
        self._order = sweep.in_order(session.graph)
        place.runs.queue_changed.connect(self._look_at_queue)
        place.runs.finished.connect(self._on_finished)

    @property
    def folder(self) -> Path:
        """Output folder."""
        return self._folder

    @property
    def running(self) -> bool:
        """True while a cell waits or runs."""
        return any(state.badge in ("waiting", "running") for state in self.states.values())

    # --- running -------------------------------------------------------------------------------

    def start(self) -> None:
        """Append all cells to the queue."""
        self._place.runs.remember(self._workflow, self._base)
        data, cells = self._workflow, self._order
        specs = self.session.specs.snapshot()
        size = self._together
        environment = self._place.runs.environment_of(self.session)

        def failed(error: Exception) -> None:
            self.stop()
            self.session.report("error", str(error))

        def prepare() -> tuple[_Variants, Sequence[str]]:
            return _variants(data, specs, cells, size), self._shown_nodes(data, environment)

        self._place.background.do(prepare, self._enqueue, failed)

    def _shown_nodes(self, workflow: bytes, environment: str) -> list[str]:
        """Return the nodes whose pictures may be shown, best first (in the background)."""
        from nodeui.sweeps.pictures import affected_targets

        library = self._place.library
        graph = files.load(workflow, library.specs.snapshot()).graph
        plan = library.planner(lambda: environment).plan(graph, (), self._base)
        return affected_targets(plan, {axis.node for axis in self.sweep.axes})

    def _enqueue(self, prepared: tuple[_Variants, Sequence[str]]) -> None:
        variants, self._candidates = prepared
        documents = variants.documents
        if self.session not in self._place.runs:  # closed in the meantime
            return
        self._documents |= documents
        for place, cell in enumerate(self._order):
            if self.states[cell].badge == "waiting":
                output = self._folder / self._folders[cell]
                first = bool(variants.nodes) and place % self._together == 0
                batch = self._order[place : place + self._together] if first else ()
                joint = tuple(documents[each] for each in batch)
                watch = partial(self._take_event, cell)
                aside = Aside(output, watch, self._digests, joint, variants.nodes)
                self._jobs[cell] = Job(
                    self.session,
                    self.title,
                    self._base,
                    document=documents[cell],
                    note=cell.label,
                    aside=aside,
                )
        self._place.runs.enqueue(list(self._jobs.values()))

    def stop(self, cells: Collection[Cell] | None = None) -> None:
        """Stop these cells, or all: waiting ones at once, the running one between two steps."""
        for cell in self.states if cells is None else cells:
            if cell not in self._jobs and self.states[cell].badge == "waiting":
                self._put(cell, CellState("stopped"))
        jobs = [job for cell, job in self._jobs.items() if cells is None or cell in cells]
        self._place.runs.cancel(*jobs)

    def _look_at_queue(self) -> None:
        """Note which cells run, and which were removed from the queue."""
        runs = self._place.runs
        waiting = set(map(id, runs.waiting))
        for cell, job in self._jobs.items():
            state = self.states[cell]
            if job is runs.current:
                if state.badge == "waiting":
                    self._put(cell, CellState("running"))
            elif state.badge in ("waiting", "running") and id(job) not in waiting:
                failed = state.badge == "running" and not job.stopping
                text = tr("It could not be run") if failed else ""
                self._put(cell, CellState("failed" if failed else "stopped", text=text))

    def _take_event(self, cell: Cell, event: Event) -> None:
        if isinstance(event, ValuePicture):
            self._take_picture(event)
        state = self.states[cell]
        if state.badge != "running":
            return
        match event:
            case NodeStarted():
                self._put(cell, replace(state, text=event.node, done=0, total=0))
            case Progress():
                done, total = event.done, event.total
                self._put(cell, replace(state, text=event.node, done=done, total=total))
            case Preview():
                batch = previews_of(event)
                if batch is not None:
                    self._put(cell, replace(state, image=batch.images[0]))
            case NodeFinished():
                steps = state.steps + (event.steps_run or 0)
                self._put(cell, replace(state, steps=steps, done=0, total=0))
            case _:
                pass

    def _on_finished(self, job: Job, report: Report) -> None:
        cell = next((cell for cell, mine in self._jobs.items() if mine is job), None)
        if cell is None:
            return
        state = self.states[cell]
        paths = [Path(output.path) for output in report.outputs]
        state = replace(
            state,
            badge="stopped" if report.cancelled else "failed" if report.failures else "done",
            text="",
            done=0,
            total=0,
            file=paths[0] if paths else None,
            seconds=report.seconds,
            warnings=tuple(map(self.session.worded, report.warnings)),
        )
        self._report_warnings(state)
        if report.failures:
            failure = report.failures[0]
            state = replace(state, text=f"{failure.node}: {failure.message}", image=None)
        self._put(cell, state)
        if state.badge == "done":
            self._show(cell)

    def _report_warnings(self, state: CellState) -> None:
        """Show the warnings of a cell as messages; those that an earlier cell had are not shown."""
        for text in state.warnings:
            if text not in self._warned:
                self._warned.add(text)
                self.session.report("warning", text)

    def _put(self, cell: Cell, state: CellState) -> None:
        self.states[cell] = state
        self.changed.emit(cell)

    # --- pictures ------------------------------------------------------------------------------

    def _take_picture(self, shown: ValuePicture) -> None:
        """Keep a picture of the running cell, if it may be shown at its end.

        Without content, it is the one that an earlier cell had.
        """
        self._digests[shown.node] = shown.digests
        if shown.node not in self._candidates:
            return
        pictures = pictures_in(shown)
        if pictures is not None:
            self._last[shown.node] = pictures
        elif shown.error:
            self._last.pop(shown.node, None)
            self._report_picture(PictureError(shown.error))

    def _show(self, cell: Cell) -> None:
        """Show the small picture of a cell that has just finished."""
        from nodeui.sweeps.sheet import side_of

        node = self.shown or next((id for id in self._candidates if id in self._last), "")
        picture, side = self._last.get(node), side_of(self.sweep)

        def take(node: str, pixels: Any) -> None:
            self.shown = node
            self._pixels[cell] = pixels
            self._put(cell, replace(self.states[cell], image=to_image(pixels)))

        if picture is None:
            self._look(cell, side, take, lambda: None)
        else:
            self._scale(node, side, take, lambda: None, picture)

    def fetch_whole(self, cell: Cell, then: Callable[[QImage], object]) -> None:
        """Get the picture of a finished cell in its full size."""
        self._look(cell, None, lambda node, pixels: then(to_image(pixels)), lambda: None)

    def _look(
        self,
        cell: Cell,
        side: int | None,
        then: Callable[[str, Any], object],
        miss: Callable[[], object],
    ) -> None:
        """Read the picture of a finished cell.

        Args:
            cell: The cell.
            side: Limit for the longer side, in pixels; None for full size.
            then: Called with the node that is shown and its picture.
            miss: Called if there is none.
        """

        def take(found: tuple[str, Any] | ValueQuestion | None) -> None:
            if isinstance(found, ValueQuestion):
                scale = partial(self._scale, found.node, side, then, miss)
                key = (self, cell, side)
                self._place.runs.values_of(self.session).ask(
                    key, found, scale, self._report_picture
                )
            elif found is not None:
                then(*found)
            else:
                miss()

        environment = self._place.runs.environment_of(self.session)
        self._place.background.do(
            lambda: self._read(cell, side, environment), take, self._report_picture
        )

    def _scale(
        self,
        node: str,
        side: int | None,
        then: Callable[[str, Any], object],
        miss: Callable[[], object],
        pictures: Pictures | None,
    ) -> None:
        """Scale a picture from the worker; for the other arguments see `_look`."""
        from nodeui.sweeps.pictures import scaled

        first = pictures.pixels if isinstance(pictures, Levels) else pictures

        def take(pixels: Any) -> None:
            miss() if pixels is None else then(node, pixels)

        self._place.background.do(
            lambda: None if first is None else scaled(first[0], side), take, self._report_picture
        )

    def _read(
        self, cell: Cell, side: int | None, environment: str
    ) -> tuple[str, Any] | ValueQuestion | None:
        """Return the node that is shown of a cell, and its picture (in the background); or the
        question for it if it takes the code of a node pack."""
        from nodeui.sweeps.pictures import affected_targets, picture_of

        library, text = self._place.library, self._documents[cell]
        graph = files.load(text, library.specs.snapshot()).graph
        plan = library.planner(lambda: environment).plan(graph, (), self._base)
        varied = {axis.node for axis in self.sweep.axes}
        output = self._folder / self._folders[cell]
        for node in [self.shown] if self.shown else affected_targets(plan, varied):
            spec = plan.known.tasks[node].spec
            if spec is None or not spec.pictured:
                continue
            if not spec.decodable or plan.undecided(node):
                return ValueQuestion(text, self._base, output, node, 0)
            pixels = picture_of(plan, library.cache, node, output, side)
            if pixels is not None:
                return node, pixels
        return None

    def _report_picture(self, error: Exception) -> None:
        self.session.report("warning", tr("The picture of a cell cannot be shown: {0}", error))

    def save_sheet(self, path: Path) -> None:
        """Write the contact sheet of the cells so far; the session shows a message."""
        tiles = {cell: self._pixels.get(cell, _note(state)) for cell, state in self.states.items()}

        def write() -> None:
            from nodeui.sweeps.sheet import compose, encode

            sheet = compose(self.sweep, tiles, self.title)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode(sheet, self.sweep, self._workflow.decode()))

        def failed(error: Exception) -> None:
            self.session.report("error", tr("The sheet is not saved: {}", error))

        def done(_: None) -> None:
            self.session.report("info", tr("Saved {}", path))

        self._place.background.do(write, done, failed, finish=True)


class Sweeps(QObject):
    """The last sweep of each document.

    Args:
        runs: The queue.
        specs: The known node types.
        cache: Folder of the cache, from which pictures of cells are read.
    """

    changed = Signal(object)
    """A `Session` whose sweep was replaced."""

    def __init__(
        self, runs: Runs, specs: Registry, cache: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.runs = runs
        self.library = Library(cache, specs)
        self.background = Background("sweeps", self)
        self._runs: dict[Session, SweepRun] = {}

    def of(self, session: Session | None) -> SweepRun | None:
        """Return the current or last sweep of a document."""
        return self._runs.get(session) if session is not None else None

    def start(
        self, session: Session, over: Mapping[str, Sequence[Any] | str], together: int = 1
    ) -> SweepRun:
        """Start a sweep of the present document; its earlier sweep is stopped.

        Args:
            session: The document.
            over: Values by parameter, as for `nodeui.sweep`.
            together: Number of cells whose samplers do their steps in one batch.

        Raises:
            GraphError: a parameter or value is not possible, or the workflow is from elsewhere and
                was not run yet.
        """
        if not session.trusted:
            raise GraphError(tr("Run this workflow once; then it can be swept."), "")
        session.run_requested.emit()
        sweep = make_sweep(session.graph, over)
        self.forget(session)
        run = self._runs[session] = SweepRun(session, sweep, self, together)
        run.start()
        self.changed.emit(session)
        return run

    def forget(self, session: Session) -> None:
        """Stop and drop the sweep of a document."""
        old = self._runs.pop(session, None)
        if old is not None:
            old.stop()

    def close(self) -> None:
        """Stop the thread and close the cache."""
        self.background.close(self.library.close)


class _Variants(NamedTuple):
    """The texts of the workflow files of the cells, and the samplers that are batched."""

    documents: Mapping[Cell, bytes]
    nodes: tuple[str, ...]


def _variants(data: bytes, specs: Registry, cells: Sequence[Cell], together: int) -> _Variants:
    """Return the workflows of cells.

    Raises:
        WorkflowError: no sampler of the workflow can be batched.
    """
    document = files.load(data, specs)
    from nodeui.sweeps.run import joint_nodes, place_edits

    nodes = joint_nodes(document.graph, (), together) if together > 1 else ()
    found: dict[Cell, bytes] = {}
    for number, cell in enumerate(cells):
        edits = [*cell.edits, *place_edits(nodes, number % together)]
        undo = [document.graph.apply(edit) for edit in edits]
        found[cell] = files.dump(document)
        for edit in reversed(undo):
            document.graph.apply(edit)
    return _Variants(found, tuple(nodes))


def _note(state: CellState) -> str:
    """Return the text that the sheet shows in place of a picture."""
    match state.badge:
        case "failed":
            return state.text
        case "stopped":
            return tr("stopped")
        case _:
            return ""

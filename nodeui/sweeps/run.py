"""Runs sweeps without a window, for `nodeui run --sweep` and Python scripts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from nodeui.engine.cache import Cache
from nodeui.engine.dry_run import Found
from nodeui.engine.folders import cache_folder
from nodeui.engine.joint import Member, find_steps, step_jointly
from nodeui.engine.pictures import PictureError
from nodeui.engine.plan import Plan, Planner
from nodeui.engine.protocol import ANY_SOURCE, Event, Report
from nodeui.engine.runner import run as run_plan
from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Problem
from nodeui.graph.registry import Registry, installed
from nodeui.graph.wording import one_line
from nodeui.headless import (
    Result,
    WorkflowError,
    in_file,
    make_plan,
    open_workflow,
    output_folder,
    shared_cache,
)
from nodeui.sdk import create_file
from nodeui.sweeps import sheet
from nodeui.sweeps.axes import (
    Axis,
    Cell,
    Sweep,
    cell_folders,
    make_sweep,
    outputs_of,
    sweep_folder,
    upstream_of,
)
from nodeui.sweeps.pictures import Pixels, affected_targets, picture_of


@dataclass(frozen=True)
class CellStarted:
    """A cell starts to run.

    Attributes:
        cell: The cell.
        number: Its position in the order of running, from 1.
        total: Number of cells.
        cancel: Set it, now or in another thread, to stop only this cell.
    """

    cell: Cell
    number: int
    total: int
    cancel: threading.Event


@dataclass(frozen=True)
class CellEvent:
    """An event of a cell's run."""

    cell: Cell
    event: Event


@dataclass(frozen=True)
class CellFinished:
    """A cell has ended."""

    cell: Cell
    report: Report


SweepEvent: TypeAlias = CellStarted | CellEvent | CellFinished


@dataclass(frozen=True)
class CellResult:
    """Result of a cell.

    Attributes:
        cell: The cell.
        folder: Contains its files.
        result: Result of its run.
    """

    cell: Cell
    folder: Path
    result: Result


@dataclass(frozen=True)
class SweepResult:
    """Result of a sweep.

    Attributes:
        axes: The swept parameters and their values.
        cells: The cells that were run, row by row.
        shown: The node whose pictures are on the sheet; "" if no target has one.
        sheet: The file of the contact sheet; None if there is no picture.
        seconds: Duration of the sweep.
        cancelled: It was stopped before its end.
        warnings: Warnings about the sweep as a whole.
    """

    axes: tuple[Axis, ...]
    cells: tuple[CellResult, ...]
    shown: str
    sheet: Path | None
    seconds: float
    cancelled: bool
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True if every cell has the values of its targets."""
        return not self.cancelled and all(cell.result.ok for cell in self.cells)


def sweep(
    workflow: str | Path | Graph,
    over: Mapping[str, Sequence[Any] | str],
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    output_dir: str | Path = ".",
    cache: Cache | None = None,
    registry: Registry | None = None,
    emit: Callable[[SweepEvent], None] = lambda event: None,
    cancel: threading.Event | None = None,
    together: int = 1,
    allow_downloads: bool = False,
) -> SweepResult:
    """Run a workflow once for each value of a parameter, or for each pair of values of two.

    All cells share one cache and one pool of models, so nothing is computed twice, down to single
    denoising steps. If a cell fails, the others still run.

    Each cell writes its files to a folder of its own, see `cell_folders`; they are byte for byte
    those of a run with these values. The contact sheet, `sheet.png`, is written beside these
    folders. It shows the first target that has a picture and depends on a swept parameter.

    Args:
        workflow: A workflow file (or a picture that contains one), or a graph.
        over: One or two parameters, by "node.parameter", each with its values: a sequence, or a
            text such as "0.2,0.5,1" or "0..1:0.25". The first parameter varies over the columns.
        set, targets, cache, registry, allow_downloads: As for `nodeui.run`.
        output_dir: The sweep creates its folder in it, see `sweep_folder`.
        emit: Called with each event.
        cancel: Set it in another thread to stop the sweep between two steps.
        together: Number of cells whose samplers are evaluated in one batch, which takes less time;
            it is set as the parameter `together` of the samplers. The values differ in their last
            bits from those of single runs, and are cached apart. If the number of cells is not a
            multiple of it, the last batch is as large as the others.

    Raises:
        WorkflowError: the workflow, a parameter or a value has a mistake; nothing was run.
        OSError: the file cannot be read.
    """
    started = time.perf_counter()
    registry = registry or installed()
    cache = cache or shared_cache(cache_folder())
    with in_file(workflow):
        loaded, path = open_workflow(workflow, set or {}, registry)
        grid = _make_sweep(loaded.graph, over, targets)
        joint = joint_nodes(loaded.graph, targets, together) if together != 1 else []
        folder = sweep_folder(output_folder(output_dir), grid)
        planner = Planner(cache, registry.environment)
        downloads = (ANY_SOURCE,) if allow_downloads else ()
        runner = _SweepRunner(
            loaded, path, grid, targets, folder, planner, cache, emit, cancel, downloads
        )
        runner.joint = joint
        runner.together = together
        runner.check()
    runner.run()
    cache.flush()
    written, warnings = _write_sheet(runner, grid, folder)
    return SweepResult(
        axes=grid.axes,
        cells=tuple(runner.results[cell] for cell in grid.cells if cell in runner.results),
        shown=runner.shown,
        sheet=written,
        seconds=time.perf_counter() - started,
        cancelled=runner.cancelled,
        warnings=(*runner.warnings, *warnings),
    )


def _make_sweep(
    graph: Graph, over: Mapping[str, Sequence[Any] | str], targets: Sequence[str]
) -> Sweep:
    try:
        return make_sweep(graph, over, targets)
    except GraphError as error:
        raise WorkflowError([Problem(str(error), error.node, error.parameter)]) from None


def joint_nodes(graph: Graph, targets: Sequence[str], together: int) -> list[str]:
    """Set the parameter `together` of all needed samplers that have it.

    Returns:
        Their ids, a sampler before those that need its result.

    Raises:
        WorkflowError: there is none, or it does not accept the value.
    """
    found: list[str] = []
    try:
        for id in upstream_of(graph, targets or outputs_of(graph)):
            spec = graph.spec(id)
            if spec and spec.stepwise and "together" in spec.parameters:
                graph.apply(SetParam(id, "together", together))
                found.append(id)
    except GraphError as error:
        text = f"together: {error}"
        raise WorkflowError([Problem(text, error.node, error.parameter)]) from None
    if not found:
        raise WorkflowError([Problem("together: no sampler of the workflow can be batched")])
    return sorted(found, key=lambda id: (len(upstream_of(graph, [id])), id))


def place_edits(nodes: Sequence[str], place: int) -> list[SetParam]:
    """Return the edits that give the samplers of a cell their place in the batch."""
    return [SetParam(node, "place", place) for node in nodes]


class _SweepRunner:
    """Runs the cells of a sweep one by one, on one graph that it edits for each cell."""

    def __init__(
        self,
        document: Document,
        path: Path,
        sweep: Sweep,
        targets: Sequence[str],
        folder: Path,
        planner: Planner,
        cache: Cache,
        emit: Callable[[SweepEvent], None],
        cancel: threading.Event | None,
        downloads: Sequence[str],
    ) -> None:
        self._downloads = downloads
        self.document = document
        self.base = path.parent
        self._path = path
        self._sweep = sweep
        self._folders = cell_folders(sweep)
        self._targets = targets
        self._folder = folder
        self._planner = planner
        self._cache = cache
        self._emit = emit
        self._cancel = cancel or threading.Event()
        self._side = sheet.side_of(sweep)
        self.cancelled = False
        self.results: dict[Cell, CellResult] = {}
        self.pictures: dict[Cell, Pixels] = {}
        self.shown = ""
        self.warnings: list[str] = []
        self.joint: Sequence[str] = ()
        self.together = 1
        self._places: dict[Cell, int] = {}  # in the batches
        self._ready: dict[Cell, Found | None] = {}  # the first joint node, before its first step

    @property
    def title(self) -> str:
        """The title of the sheet: that of the workflow, or the name of its file."""
        name = self._path.name.removesuffix(document.SUFFIX)
        return str(self.document.graph.meta.get("title") or name)

    @contextlib.contextmanager
    def _changed(self, cell: Cell, targets: Sequence[str] | None = None) -> Generator[Plan]:
        """Set the parameters of a cell and yield its plan; the edits are undone at the end.

        Args:
            cell: The cell.
            targets: Nodes to plan instead of the targets of the sweep.
        """
        graph = self.document.graph
        edits = [*cell.edits, *place_edits(self.joint, self._places.get(cell, 0))]
        undo = [graph.apply(edit) for edit in edits]
        try:
            wanted = self._targets if targets is None else targets
            yield make_plan(self._planner, graph, wanted, self._path)
        finally:
            for edit in reversed(undo):
                graph.apply(edit)

    def check(self) -> None:
        """Plan all cells.

        Raises:
            WorkflowError: a cell cannot be run.
        """
        for cell in self._sweep.cells:
            with self._changed(cell):
                pass

    def run(self) -> None:
        """Run all cells, unless the sweep is cancelled."""
        number = 0
        for group in self._groups():
            if self.joint:
                members, found = map(self._member, group), map(self._ready.pop, group)
                step_jointly([*members], self.joint, self._cache, self._cancel, [*found])
            for cell in group:
                number += 1
                cancel = _Either(self._cancel)
                with self._changed(cell) as plan:
                    total = len(self._sweep.cells)
                    self._emit(CellStarted(cell, number, total, cancel))
                    self._run(cell, plan, cancel)
                if self._cancel.is_set():
                    self.cancelled = True
                    return

    # --- several cells in one batch --------------------------------------------------------------

    def _groups(self) -> Sequence[Sequence[Cell]]:
        """Return all cells in the order of running; each group is evaluated in one batch."""
        cells = self._sweep.in_order(self.document.graph)
        if not self.joint:
            return [[cell] for cell in cells]
        self._places = {cell: number % self.together for number, cell in enumerate(cells)}
        alike: dict[str, list[Cell]] = {}
        for cell in cells:
            member = self._member(cell)
            found = find_steps(member, self.joint[0], self._cache, self._cancel)
            self._ready[cell] = found
            alike.setdefault(found.steps.peers if found else "", []).append(cell)
        size = self.together
        return [some[i : i + size] for some in alike.values() for i in range(0, len(some), size)]

    def _member(self, cell: Cell) -> Member:
        folder = self._folder / self._folders[cell]
        return Member(self.document.graph, partial(self._changed, cell), folder)

    def _run(self, cell: Cell, plan: Plan, cancel: threading.Event) -> None:
        folder = self._folder / self._folders[cell]
        report = run_plan(
            plan,
            self._cache,
            folder,
            workflow=document.dump(self.document).decode(),
            emit=lambda event: self._emit(CellEvent(cell, event)),
            cancel=cancel,
            downloads=self._downloads,
        )
        result = Result(report, plan, self._cache)
        self.results[cell] = CellResult(cell, folder, result)
        self._take_picture(cell, result, folder)
        self._emit(CellFinished(cell, report))

    def _take_picture(self, cell: Cell, result: Result, folder: Path) -> None:
        """Keep a small picture of the cell for the sheet."""
        varied = {axis.node for axis in self._sweep.axes}
        for target in [self.shown] if self.shown else affected_targets(result.plan, varied):
            try:
                picture = picture_of(result.plan, self._cache, target, folder, self._side)
            except PictureError as error:
                self.warnings.append(f"{cell.label}: {target} cannot be shown: {error}")
                continue
            if picture is not None:
                self.shown = target
                self.pictures[cell] = picture
                return


class _Either(threading.Event):
    """An event that counts as set if it or another event is set."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        return super().is_set() or self._other.is_set()


def _write_sheet(
    runner: _SweepRunner, sweep: Sweep, folder: Path
) -> tuple[Path | None, tuple[str, ...]]:
    """Write the sheet, if there is a picture; returns its path and the warnings."""
    if not runner.pictures:
        return None, ()
    notes = {cell: _note(runner.results.get(cell)) for cell in sweep.cells}
    composed = sheet.compose(sweep, notes | runner.pictures, runner.title)
    content = sheet.encode(composed, sweep, document.dump(runner.document).decode())
    try:
        return _write_new(folder / "sheet.png", content), ()
    except OSError as error:
        text = f"the contact sheet cannot be written to {folder}: {error.strerror}"
        return None, (one_line(text),)


def _note(result: CellResult | None) -> str:
    """Return the text in place of a cell's picture."""
    if result is None or result.result.report.cancelled:
        return "stopped"
    failures = result.result.report.failures
    return f"{failures[0].node}: {failures[0].message}" if failures else "no picture"


def _write_new(path: Path, content: bytes) -> Path:
    """Write a file under the first free name: "sheet.png", "sheet-0002.png", ...

    A file with the same content is not written again.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    free, number = path, 1
    while not create_file(free, content):
        if free.is_file() and free.read_bytes() == content:
            break
        number += 1
        free = path.with_stem(f"{path.stem}-{number:04}")
    return free

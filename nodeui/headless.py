"""Runs workflows without a window, for `nodeui run` and Python scripts."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.dry_run import dry_run as dry_run_plan
from nodeui.engine.folders import cache_bytes, cache_folder
from nodeui.engine.plan import Plan, Planner
from nodeui.engine.protocol import ANY_SOURCE, Event, Report, Trajectory, Warned
from nodeui.engine.runner import run as run_plan
from nodeui.engine.runner import values_of
from nodeui.graph import bitmaps, document
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import SetMeta, SetParam
from nodeui.graph.embedded import is_picture
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Problem
from nodeui.graph.registry import Registry, installed
from nodeui.graph.wording import shown


class WorkflowError(Exception):
    """A workflow that has mistakes; nothing was run.

    Args:
        problems: The mistakes, at least one.

    Attributes:
        file: The workflow's file; None for a graph.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.message for problem in problems))
        self.problems = tuple(problems)
        self.file: Path | None = None

    def __str__(self) -> str:
        where = f"{self.file}: " if self.file else ""
        return "\n".join(where + problem.message for problem in self.problems)


@contextlib.contextmanager
def in_file(workflow: str | Path | Graph) -> Generator[None, None, None]:
    """Add the workflow's file to any `WorkflowError` raised inside."""
    try:
        yield
    except WorkflowError as error:
        error.file = None if isinstance(workflow, Graph) else Path(workflow)
        raise


@dataclass(frozen=True)
class Result:
    """Result of a run.

    Attributes:
        report: The report that `nodeui run --json` prints.
        plan: The plan that was run.
        cache: Holds the values.
    """

    report: Report
    plan: Plan
    cache: Cache

    @property
    def ok(self) -> bool:
        """True if every target has its value."""
        return not (self.report.failures or self.report.cancelled)

    @property
    def cancelled(self) -> bool:
        """True if the run was stopped before its end."""
        return self.report.cancelled

    def cached(self) -> Mapping[str, str]:
        """Return the node types, by id, of needed nodes whose results were known before the run."""
        tasks = self.plan.known.tasks
        decisions = self.plan.nodes.items()
        return {id: tasks[id].node.type for id, how in decisions if how.outlook == "cached"}

    def values(self, node: str) -> Mapping[str, Any]:
        """Return the values of a node's outputs, by name.

        Raises:
            KeyError: the node has no values: it failed, was skipped, or was not needed.
        """
        values = values_of(self.plan, self.cache, node)
        if values is None:
            raise KeyError(node)
        return values


def run(
    workflow: str | Path | Graph,
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    output_dir: str | Path = ".",
    cache: Cache | None = None,
    registry: Registry | None = None,
    emit: Callable[[Event], None] | None = None,
    cancel: threading.Event | None = None,
    allow_downloads: bool = False,
) -> Result:
    """Run a workflow in this process.

    The process is the caller's own, so all installed node packs are imported and trusted, whatever
    the preferences say; `nodeui run` and the editor confine packs.

    Args:
        workflow: A workflow file (or a picture that contains one), or a graph.
        set: Values for parameters, by "node.parameter". Unless the parameter is a text, a string
            is parsed as JSON, so "30" sets a number.
        targets: The nodes whose values are wanted; by default all output nodes.
        output_dir: Folder for written files.
        cache: The cache; by default on disk, in `cache_folder`.
        registry: The node types; by default all installed ones.
        emit: Called with each event of the run.
        cancel: Set it in another thread to stop the run between two steps.
        allow_downloads: Download models that are named by a hub id and not in the hub cache.

    Returns:
        The result; nodes may have failed, see `Result.ok`.

    Raises:
        WorkflowError: the workflow or an argument has a mistake; nothing was run.
        OSError: the file cannot be read.
    """
    folder = output_folder(output_dir)
    loaded, plan, cache = _prepare(workflow, set, targets, cache, registry)
    report = run_plan(
        plan,
        cache,
        folder,
        workflow=document.dump(loaded).decode(),
        emit=emit,
        cancel=cancel,
        downloads=(ANY_SOURCE,) if allow_downloads else (),
    )
    cache.flush()
    return Result(report, plan, cache)


def output_folder(path: str | Path) -> Path:
    """Return the absolute path of an output folder, which need not exist yet.

    Raises:
        WorkflowError: it cannot be one, as a file or a link to nothing has its name.
    """
    folder = Path(path).absolute()
    taken = next((one for one in (folder, *folder.parents) if os.path.lexists(one)), folder)
    if os.path.lexists(taken) and not taken.is_dir():
        raise WorkflowError(
            [Problem(f"nothing can be written to {folder}: {taken} is not a folder")]
        )
    return folder


class PlannedRun(NamedTuple):
    """Prediction of a run.

    Attributes:
        plan: The plan of the run.
        trajectories: Of step-wise nodes, by node id; see `dry_run`.
        warnings: Warnings of the run that are known before it.
    """

    plan: Plan
    trajectories: Mapping[str, Trajectory]
    warnings: tuple[Warned, ...]


def plan_run(
    workflow: str | Path | Graph,
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    cache: Cache | None = None,
    registry: Registry | None = None,
) -> PlannedRun:
    """Find out what `run` would do with the same arguments.

    Raises:
        WorkflowError: the workflow has mistakes.
        OSError: the file cannot be read.
    """
    _, plan, cache = _prepare(workflow, set, targets, cache, registry)
    events: list[Event] = []
    trajectories = dry_run_plan(plan, cache, emit=events.append)
    cache.flush()
    warnings = tuple(event for event in events if isinstance(event, Warned))
    return PlannedRun(plan, trajectories, warnings)


def dry_run(
    workflow: str | Path | Graph,
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    cache: Cache | None = None,
    registry: Registry | None = None,
) -> Mapping[str, Trajectory]:
    """Find out which steps of step-wise nodes `run` would take from the cache.

    Only nodes declared `light` are computed, and no step is run.

    Args:
        workflow, set, targets, cache, registry: As for `run`.

    Returns:
        The trajectories by node id. A node is left out if it cannot run, or if it depends on a
        value that only a run can compute.

    Raises:
        WorkflowError: the workflow has mistakes.
        OSError: the file cannot be read.
    """
    planned = plan_run(workflow, set=set, targets=targets, cache=cache, registry=registry)
    return planned.trajectories


@functools.cache
def shared_cache(folder: Path) -> Cache:
    """Return the cache of all runs in this process; it stays open, as results read from it."""
    cache = open_cache(folder, disk_bytes=cache_bytes())
    atexit.register(cache.close)
    return cache


def _prepare(
    workflow: str | Path | Graph,
    set: Mapping[str, Any] | None,
    targets: Sequence[str],
    cache: Cache | None,
    registry: Registry | None,
) -> tuple[Document, Plan, Cache]:
    """Load and plan a workflow; the arguments are those of `run`."""
    registry = registry or installed()
    cache = cache or shared_cache(cache_folder())
    with in_file(workflow):
        loaded, path = open_workflow(workflow, set or {}, registry)
        plan = make_plan(Planner(cache, registry.environment), loaded.graph, targets, path)
    return loaded, plan, cache


def open_workflow(
    workflow: str | Path | Graph, set: Mapping[str, Any], registry: Registry
) -> tuple[Document, Path]:
    """Load a workflow and set parameters; the arguments are those of `run`.

    Returns:
        The document, titled like its file, and the path of that. If the workflow was read from a
        picture, the path is in the folder where the workflow was saved.

    Raises:
        WorkflowError: the workflow has mistakes.
        OSError: the file cannot be read.
    """
    loaded, path = _load(workflow, registry)
    if path.name.endswith(document.SUFFIX):
        title = path.name.removesuffix(document.SUFFIX)
        loaded.graph.apply(SetMeta({**loaded.graph.meta, "title": title}))
    for name, value in set.items():
        _set(loaded.graph, name, value)
    problems = [one for one in document.problems(loaded) if not one.harmless]
    if problems:
        raise WorkflowError(problems)
    return loaded, path


def _load(workflow: str | Path | Graph, registry: Registry) -> tuple[Document, Path]:
    if isinstance(workflow, Graph):
        return Document(workflow), Path.cwd() / "graph"
    path = Path(workflow).absolute()
    try:
        data = document.read(path, pipes=True)
        loaded = document.load(data, registry)
        if is_picture(data[:12]):
            store = bitmaps.store() or cache_folder() / "bitmaps"
            if bitmaps.unpack(data, store):
                os.environ[bitmaps.STORE] = str(store)
        return loaded, path
    except DocumentError as error:
        raise WorkflowError([Problem(str(error))]) from None


def _set(graph: Graph, name: str, value: Any) -> None:
    id, _, parameter = name.partition(".")
    spec = graph.spec(id) if id in graph.nodes else None
    declared = spec.parameters.get(parameter) if spec else None
    if parameter in graph.links_in(id):
        text = f"{name} is linked, so its value cannot be set"
        raise WorkflowError([Problem(text, id, parameter)])
    if isinstance(value, str) and declared is not None and declared.type != "text":
        value = _parse(name, value)
    try:
        graph.apply(SetParam(id, parameter, value))
    except GraphError as error:
        raise WorkflowError([Problem(f"{name}: {error}", error.node, error.parameter)]) from None


def _parse(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        message = f"{name}: {shown(text)} is not a value (numbers, true, false, null, [...])"
        node, _, parameter = name.partition(".")
        raise WorkflowError([Problem(message, node, parameter)]) from None


def make_plan(planner: Planner, graph: Graph, targets: Sequence[str], path: Path) -> Plan:
    """Plan a run of a workflow.

    Unknown node types and missing files are not mistakes: nodes that do not need them still run.

    Raises:
        WorkflowError: the workflow has mistakes.
    """
    try:
        plan = planner.plan(graph, targets, path.parent, scope=str(path))
    except GraphError as error:
        raise WorkflowError([Problem(str(error), error.node, error.parameter)]) from None
    if not plan.targets:
        text = "the workflow has no active output node, such as Save image; name one with --target"
        raise WorkflowError([Problem(text)])
    tasks = plan.known.tasks
    mistakes = [
        problem
        for problem in plan.problems
        if tasks[problem.node].spec is not None and tasks[problem.node].errors
    ]
    mistakes += [
        problem for problem in _problems_behind_lazy_wires(plan) if problem.node not in plan.blocked
    ]
    if mistakes:
        raise WorkflowError(mistakes)
    return plan


def _problems_behind_lazy_wires(plan: Plan) -> Iterator[Problem]:
    """Yield the mistakes in nodes that a run may ask for only when others have run."""
    tasks, seen = plan.known.tasks, set(plan.targets)
    waiting = list(plan.targets)
    while waiting:
        task = tasks[waiting.pop()]
        if task.spec is not None:
            for error in task.errors:
                place = f"{task.node.id}.{error.parameter}" if error.parameter else task.node.id
                yield Problem(f"{place}: {error}", task.node.id, error.parameter)
        sources = {source for source, _ in task.sources.values()} - seen
        seen |= sources
        waiting += sources

"""Workflows without a window: what `nodeui run` and Python scripts use."""

from __future__ import annotations

import atexit
import contextlib
import functools
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.dry_run import dry_run as dry_run_plan
from nodeui.engine.folders import cache_folder
from nodeui.engine.plan import Plan, Planner
from nodeui.engine.protocol import Event, Report, Trajectory
from nodeui.engine.runner import run as run_plan
from nodeui.engine.runner import values_of
from nodeui.graph import document
from nodeui.graph.document import Document, DocumentError
from nodeui.graph.edits import SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Problem
from nodeui.graph.registry import Registry, installed


class WorkflowError(Exception):
    """A workflow that cannot be run as it is; nothing was run.

    Args:
        problems: What is wrong with it, at least one.

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
    """Any `WorkflowError` raised inside names the workflow's file."""
    try:
        yield
    except WorkflowError as error:
        error.file = None if isinstance(workflow, Graph) else Path(workflow)
        raise


@dataclass(frozen=True)
class Result:
    """What a run gave.

    Attributes:
        report: What was done, as `nodeui run --json` prints it.
        plan: What was planned.
        cache: Where the values are.
    """

    report: Report
    plan: Plan
    cache: Cache

    @property
    def ok(self) -> bool:
        """Every target has its value."""
        return not (self.report.failures or self.report.cancelled)

    def cached(self) -> Mapping[str, str]:
        """The types of the needed nodes, by id, whose results were known before the run."""
        tasks = self.plan.known.tasks
        decisions = self.plan.nodes.items()
        return {id: tasks[id].node.type for id, how in decisions if how.outlook == "cached"}

    def values(self, node: str) -> Mapping[str, Any]:
        """The values of a node's outputs, by name.

        Raises:
            KeyError: the node has none: it failed, was skipped, or was not needed.
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
) -> Result:
    """Run a workflow in this process.

    Args:
        workflow: A workflow file (or a picture that carries one), or a graph.
        set: Values for parameters, by "node.parameter"; a text stands for what it says in JSON
            where the parameter is no text itself, so "30" sets a number.
        targets: The nodes whose values are wanted; all output nodes where none is named.
        output_dir: Where files are written.
        cache: Where values are kept; by default on disk, in `cache_folder`.
        registry: The node types; by default all that are installed.
        emit: Is called with each event of the run.
        cancel: Set it from elsewhere to stop the run between two steps.

    Returns:
        The result; nodes may have failed, see `Result.ok`.

    Raises:
        WorkflowError: the workflow is damaged; nothing was run.
        OSError: the file cannot be read.
    """
    registry = registry or installed()
    cache = cache or shared_cache(cache_folder())
    with in_file(workflow):
        loaded, path = open_workflow(workflow, set or {}, registry)
        plan = make_plan(Planner(cache, registry.environment), loaded.graph, targets, path)
    report = run_plan(
        plan,
        cache,
        Path(output_dir).absolute(),
        workflow=document.dump(loaded).decode(),
        emit=emit,
        cancel=cancel,
    )
    cache.flush()
    return Result(report, plan, cache)


class Outlook(NamedTuple):
    """What a run would do.

    Attributes:
        plan: What was planned.
        trajectories: How far the steps of step-wise nodes are, by node id, where it can be told.
    """

    plan: Plan
    trajectories: Mapping[str, Trajectory]


def look_ahead(
    workflow: str | Path | Graph,
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    cache: Cache | None = None,
    registry: Registry | None = None,
) -> Outlook:
    """Find out what `run` would do, without doing it; the arguments are those of `run`.

    Raises:
        WorkflowError: the workflow is damaged.
        OSError: the file cannot be read.
    """
    registry = registry or installed()
    cache = cache or shared_cache(cache_folder())
    with in_file(workflow):
        loaded, path = open_workflow(workflow, set or {}, registry)
        plan = make_plan(Planner(cache, registry.environment), loaded.graph, targets, path)
    trajectories = dry_run_plan(plan, cache)
    cache.flush()
    return Outlook(plan, trajectories)


def dry_run(
    workflow: str | Path | Graph,
    *,
    set: Mapping[str, Any] | None = None,
    targets: Sequence[str] = (),
    cache: Cache | None = None,
    registry: Registry | None = None,
) -> Mapping[str, Trajectory]:
    """How far the steps of each step-wise node are, by node id; the arguments are those of `run`.

    A node of which it cannot be told before something else has run is left out.

    Raises:
        WorkflowError: the workflow is damaged.
        OSError: the file cannot be read.
    """
    ahead = look_ahead(workflow, set=set, targets=targets, cache=cache, registry=registry)
    return ahead.trajectories


@functools.cache
def shared_cache(folder: Path) -> Cache:
    """The cache of all runs in this process; it stays open, as results read from it."""
    cache = open_cache(folder)
    atexit.register(cache.close)
    return cache


def open_workflow(
    workflow: str | Path | Graph, set: Mapping[str, Any], registry: Registry
) -> tuple[Document, Path]:
    """A workflow with these parameters, and its path; as for `run`. The path of one inside a
    picture is in the folder where the workflow was.

    Raises:
        WorkflowError: it is damaged.
        OSError: the file cannot be read.
    """
    loaded, path = _load(workflow, registry)
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
        data = path.read_bytes()
        loaded = document.load(data, registry)
        folder = document.folder_of(data) if path.suffix.lower() == ".png" else None
        return loaded, (folder or path.parent) / path.name
    except DocumentError as error:
        raise WorkflowError([Problem(str(error))]) from None


def _set(graph: Graph, name: str, value: Any) -> None:
    id, _, parameter = name.partition(".")
    spec = graph.spec(id) if id in graph.nodes else None
    declared = spec.parameters.get(parameter) if spec else None
    if isinstance(value, str) and declared is not None and declared.type != "text":
        value = _parsed(name, value)
    try:
        graph.apply(SetParam(id, parameter, value))
    except GraphError as error:
        raise WorkflowError([Problem(f"{name}: {error}", error.node, error.parameter)]) from None


def _parsed(name: str, text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        message = f"{name}: {text!r} is not a value (numbers, true, false, null, [...])"
        node, _, parameter = name.partition(".")
        raise WorkflowError([Problem(message, node, parameter)]) from None


def make_plan(planner: Planner, graph: Graph, targets: Sequence[str], path: Path) -> Plan:
    """A plan without mistakes in the workflow.

    Unknown nodes, and files that are not there, are none: what does not need them runs.
    """
    try:
        plan = planner.plan(graph, targets, path.parent, scope=str(path))
    except GraphError as error:
        raise WorkflowError([Problem(str(error), error.node, error.parameter)]) from None
    tasks = plan.known.tasks
    mistakes = [
        problem
        for problem in plan.problems
        if tasks[problem.node].spec is not None and tasks[problem.node].errors
    ]
    if mistakes:
        raise WorkflowError(mistakes)
    return plan

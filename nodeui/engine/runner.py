"""Runs a Plan: computes what the cache does not hold, and nothing else."""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, cast

from nodeui.engine.cache import ABSENT, Cache
from nodeui.engine.context import NodeContext
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.plan import Plan, Survey
from nodeui.engine.protocol import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Output,
    Report,
    Status,
    Warned,
)
from nodeui.engine.resolve import Identities, NodeResult, Resolution
from nodeui.engine.steps import Stepped, drive
from nodeui.engine.tasks import Source, Task, form_of
from nodeui.engine.values import digest, seal
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import Cancelled, NodeError

_NESTING = 50  # lazy inputs that call for lazy inputs, before they get a new stack


def run(
    plan: Plan,
    cache: Cache,
    output_dir: Path,
    *,
    workflow: str = "",
    emit: Callable[[Event], None] | None = None,
    cancel: threading.Event | None = None,
) -> Report:
    """Compute the values of the plan's targets.

    A node that fails stops those that need it; all others still run. What was computed stays in
    the cache whatever happens.

    Args:
        plan: What to run.
        cache: The one that the plan was made with.
        output_dir: Where nodes write files.
        workflow: The text of the workflow's file, for those who save it with their result.
        emit: Called with each event, in the thread that runs. Where there is none, step-wise nodes
            need not make pictures of their steps.
        cancel: Set it to stop the run between two steps.
    """
    return Execution(plan, cache, output_dir, workflow, emit, cancel or threading.Event()).run()


def values_of(plan: Plan, cache: Cache, node: str) -> Mapping[str, Any] | None:
    """The values of a node's outputs, by name, once a run of `plan` has computed them.

    Args:
        plan: What was run.
        cache: The one it was run with.
        node: Id of a node in the plan.

    Returns:
        None when a value is not in the cache: the node failed, or its value was removed.
    """
    survey = Survey(plan.known.copy(), cache, WorkflowFiles(plan.folder, cache))
    survey.walk(node)
    known = survey.known
    spec = known.tasks[node].spec
    values: dict[str, Any] = {}
    for number, name in enumerate(spec.outputs if spec else ()):
        source = known.follow((node, number))
        if isinstance(source, str) or (source is not None and source[0] not in known.results):
            return None
        values[name] = None if source is None else survey.load(source)
    return None if spec is None or ABSENT in values.values() else values


def _tell_nobody(event: Event) -> None:
    """For runs that nobody watches."""


class _Unavailable(Exception):
    """A lazy input has no value, because of the node named by its argument."""


class Execution(Resolution):
    """A run; see `run` for the arguments."""

    def __init__(
        self,
        plan: Plan,
        cache: Cache,
        output_dir: Path,
        workflow: str,
        emit: Callable[[Event], None] | None,
        cancel: threading.Event,
    ) -> None:
        super().__init__(plan.known.copy(), cache, WorkflowFiles(plan.folder, cache))
        self._plan = plan
        self._output_dir = output_dir
        self._workflow = workflow
        self._send = emit or _tell_nobody
        self._watched = emit is not None
        self._cancel = cancel
        self._finished: dict[str, NodeFinished] = {}
        self._failures: list[NodeFailed] = []
        self._warnings: list[str] = []
        self._sound: set[str] = set()  # cached nodes whose validator agreed
        self._demands: dict[object, list[str]] = {}  # who needs which values computed anew
        self._wanted: Counter[str] = Counter()  # how many need the values of a node
        self._held: dict[str, Sequence[Any]] = {}  # the values of those
        self._away = 0.0  # seconds spent on lazy inputs
        self._depth = 0

    def run(self) -> Report:
        started = time.perf_counter()
        cancelled = False
        try:
            for target in self._plan.targets:
                self._reach(target)
        except Cancelled:
            cancelled = True
        outputs = tuple(output for target in self._plan.targets for output in self._files(target))
        for message in self.cache.new_warnings():
            self._emit(Warned(node="", message=message))
        return Report(
            outputs=outputs,
            nodes=tuple(self._finished.values()),
            failures=tuple(self._failures),
            seconds=time.perf_counter() - started,
            warnings=tuple(self._warnings),
            cancelled=cancelled,
        )

    # --- what is wanted ---------------------------------------------------------------------------

    def _reach(self, target: str) -> None:
        """Have the values of a target in the cache."""
        self._check()
        self.walk(target)
        alias = self.known.task(target).alias
        givers = [target] if alias is None else [id for id, _ in self.known.givers(target)]
        for id in givers:
            if id in self.known.results and not self._stands(id):
                self._force(id)
                self.walk(id)
            if id in self.known.results:
                self._tell_cached(id)

    def _stands(self, id: str) -> bool:
        """Whether the values of a node in `results` are there, and its validator agrees."""
        if id in self._finished:
            return True
        there = all(map(self.cache.has, self.known.results[id].digests))
        return there and self._is_valid(id)

    def _is_valid(self, id: str) -> bool:
        """Whether the validator of a node, if it has one, agrees with its value."""
        task = self.known.tasks[id]
        if id in self._sound or task.spec is None or task.spec.node.validator is None:
            return True
        values = [self.load((id, number)) for number in range(len(task.spec.outputs))]
        if ABSENT in values:
            return False
        value = tuple(values) if task.spec.several else next(iter(values), None)
        try:
            valid = task.spec.node.validator(value, self._context(task))
        except Exception as error:  # what cannot be checked is made anew
            self._emit(Warned(node=id, message=f"its value could not be checked: {error!r}"))
            return False
        if valid:
            self._sound.add(id)
        return valid

    def _force(self, id: str) -> None:
        self.forced.add(id)
        del self.known.results[id]
        self.known.fingerprints.pop(id, None)

    def _files(self, target: str) -> Iterator[Output]:
        """The files that a target wrote: values of the socket types "file" and "files"."""
        for source in self.known.givers(target):
            spec = self.known.tasks[source[0]].spec
            kind = form_of(spec).kinds[source[1]] if spec else ""
            if kind not in ("file", "files") or source[0] not in self.known.results:
                continue
            value = self._value(source)
            if value is ABSENT or value is None:
                continue
            for file in value.files if kind == "files" else (value,):
                path = (self._output_dir / file.path).absolute()
                yield Output(node=target, path=str(path), sha256=file.sha256)

    # --- the walk's decisions ---------------------------------------------------------------------

    def compute(self, task: Task, key: bytes, identities: Identities) -> None:
        self._check()
        arguments = self._arguments(task)
        if arguments is None:
            return
        id, spec = task.node.id, task.spec
        assert spec is not None
        node = spec.node
        self._send(NodeStarted(node=id))
        started, away = time.perf_counter(), self._away
        stepped = None
        try:
            given = node.function(**arguments)
            if spec.stepwise:
                stepped = drive(given, node, self.cache, self._context(task))
                given = stepped.value
            outputs = _outputs(spec, given)
            digests = (digest(outputs[0]),) if len(outputs) == 1 else tuple(map(digest, outputs))
        except Cancelled:
            self._finish(task, "cancelled")
            raise
        except _Unavailable as cause:
            self.block(task, (), str(cause))
            return
        except (Exception, SystemExit) as error:
            self.block(task, (error,))
            return
        seconds = time.perf_counter() - started - (self._away - away)
        self.cache.put(key, digests, outputs, keep=node.keep)
        self.cache.put_recipe(self._plan.scope, id, self.recipe(task, identities))
        self.known.results[id] = NodeResult(key, digests, identities)
        if id in self._wanted:
            self._held[id] = outputs
        self._finish(task, "executed", seconds, stepped)

    def wait(self, task: Task, cause: str) -> None:
        raise AssertionError("nothing waits in a run")

    def absent(self, task: Task, source: Source) -> None:
        self._call_for(task.node.id, [source[0]])

    def block(self, task: Task, errors: Sequence[BaseException], cause: str = "") -> None:
        self.blocked[task.node.id] = cause
        for error in errors:
            failure = _failure(task, error)
            self._failures.append(failure)
            self._send(failure)
        self._finish(task, "failed" if errors else "skipped")

    # --- inputs -----------------------------------------------------------------------------------

    def _arguments(self, task: Task) -> dict[str, Any] | None:
        """What the task's function is called with; None when some of it has to be computed anew
        before, or an input does not take its value and the task is blocked."""
        arguments = dict(task.params)
        absent: dict[str, None] = {}
        try:
            for wire in task.wires:
                value, source = None, self.known.giver(wire)
                if source is not None:
                    value = self._value(source)
                    if value is ABSENT:
                        absent[source[0]] = None
                        continue
                    self._tell_cached(source[0])
                arguments[wire.name] = wire.taken(value)
        except NodeError as error:
            self.block(task, (error,))
            return None
        if absent:
            self._call_for(task.node.id, absent)
            return None
        for wire in task.lazies:
            arguments[wire.name] = partial(self._pull, wire.source)
        assert task.spec is not None
        if task.spec.context is not None:
            arguments[task.spec.context] = self._context(task)
        return arguments

    def _value(self, source: Source) -> Any:
        """The value of a source in `results`, or ABSENT."""
        id, number = source
        if id in self._held:
            return self._held[id][number]
        if id in self._finished or self._is_valid(id):
            return self.load(source)
        return ABSENT

    def _context(self, task: Task) -> NodeContext:
        return NodeContext(
            task.node.id, self.files, self._output_dir, self.known, self._workflow, self._emit,
            self._check, watched=self._watched,
        )  # fmt: skip

    def _pull(self, wired: Source) -> Any:
        """Compute what is behind a lazy input, now that a function calls for it."""
        started, away = time.perf_counter(), self._away
        self._depth += 1
        try:
            if self._depth % _NESTING:
                return self._demand(wired)
            with ThreadPoolExecutor(1) as fresh_stack:
                return fresh_stack.submit(self._demand, wired).result()
        finally:
            self._depth -= 1
            self._away = away + time.perf_counter() - started

    def _demand(self, wired: Source) -> Any:
        caller = object()
        try:
            while True:
                # A node may settle as a pass-through on the way: the source is followed afterwards.
                self.walk(wired[0])
                source = self.known.follow(wired)
                if source is None:
                    return None
                if isinstance(source, str) or source[0] in self.blocked:
                    raise _Unavailable(source if isinstance(source, str) else source[0])
                value = self._value(source)
                if value is not ABSENT:
                    self._tell_cached(source[0])
                    return value
                self._call_for(caller, [source[0]])
        finally:
            self._let_go(caller)

    # --- values that are known but not there ------------------------------------------------------

    def _call_for(self, caller: object, ids: Iterable[str]) -> None:
        """Have nodes computed anew whose values are gone, and hold them until `_let_go`."""
        for id in ids:
            self._force(id)
            self._wanted[id] += 1
            self._demands.setdefault(caller, []).append(id)

    def _let_go(self, caller: object) -> None:
        for id in self._demands.pop(caller, ()):
            self._wanted[id] -= 1
            if not self._wanted[id]:
                self._held.pop(id, None)

    # --- telling ----------------------------------------------------------------------------------

    def _check(self) -> None:
        if self._cancel.is_set():
            raise Cancelled

    def _emit(self, event: Event) -> None:
        if isinstance(event, Warned):
            self._warnings.append(event.message)
        self._send(event)

    def _tell_cached(self, id: str) -> None:
        """Say that a value was taken from the cache, once and unless the node ran."""
        if id not in self._finished:
            self._finish(self.known.tasks[id], "cached")

    def _finish(
        self, task: Task, status: Status, seconds: float = 0.0, stepped: Stepped | None = None
    ) -> None:
        """Say how a node ended."""
        id = task.node.id
        if stepped is None:
            event = NodeFinished(node=id, type=task.node.type, status=status, seconds=seconds)
        else:
            event = NodeFinished(
                node=id,
                type=task.node.type,
                status="resumed" if stepped.resumed_at else status,
                seconds=seconds,
                steps_total=stepped.total,
                steps_run=stepped.total - stepped.resumed_at,
                resumed_at=stepped.resumed_at or None,
            )
        self._finished[id] = event
        self._send(event)
        if self._demands:
            self._let_go(id)


def _outputs(spec: NodeSpec, given: Any) -> Sequence[Any]:
    """The outputs in what a function gave, frozen.

    Raises:
        TypeError: they are not what its signature says.
    """
    sockets = spec.outputs.values()
    if not spec.several:
        for socket in sockets:  # there is one, or none
            return (seal(given, socket),)
        return ()
    if not isinstance(given, tuple) or len(cast("tuple[Any, ...]", given)) != len(sockets):
        raise TypeError(f"the node gave {given!r:.40}, not {len(sockets)} values")
    return tuple(map(seal, cast("tuple[Any, ...]", given), sockets))


def _failure(task: Task, error: BaseException) -> NodeFailed:
    """What to tell about an error of a node's function."""
    message, parameter, details = f"{type(error).__name__}: {error}", None, ""
    if isinstance(error, NodeError):
        message, parameter = str(error), error.parameter
    else:
        details = "".join(traceback.format_exception(error))
        if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
            message = f"There is not enough memory for this ({error})."
    return NodeFailed(
        node=task.node.id,
        type=task.node.type,
        message=message,
        parameter=parameter,
        details=details,
    )

"""Runs a Plan: computes what is not cached, and nothing else."""

from __future__ import annotations

import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

from nodeui.engine.cache import ABSENT, Cache, Digests
from nodeui.engine.context import NodeContext
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.outcomes import Blocked, Done, Failure, Needs, Outcome
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
from nodeui.engine.resolve import Resolution
from nodeui.engine.state import Identities
from nodeui.engine.steps import Stepped, drive
from nodeui.engine.tasks import Source, Task, form_of
from nodeui.engine.values import digest, seal
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import tr
from nodeui.sdk import Cancelled, NodeError

Show: TypeAlias = "Callable[[str, NodeSpec, Digests, Callable[[], Sequence[Any]]], object]"
"""Takes a node's id, its type, the digests of its outputs, and a function that returns their values
(`ABSENT` if they are no longer stored)."""

_NESTING = 50  # nested lazy inputs per stack; deeper ones get a new thread


def run(
    plan: Plan,
    cache: Cache,
    output_dir: Path,
    *,
    workflow: str = "",
    emit: Callable[[Event], None] | None = None,
    cancel: threading.Event | None = None,
    show: Show | None = None,
    downloads: Collection[str] = (),
) -> Report:
    """Compute the values of the plan's targets.

    If a node fails, nodes that need it are skipped and all others still run. Computed values stay
    in the cache in any case.

    Args:
        plan: The plan.
        cache: The cache that the plan was made with.
        output_dir: Where nodes write files.
        workflow: Text of the workflow file, for nodes that save it with their result.
        emit: Called with each event, in the calling thread. Without it, step-wise nodes make no
            previews.
        cancel: Set it to stop the run between two steps.
        show: Called after the end of each node whose value has a picture.
        downloads: Sources that nodes may download; see `protocol.Submit`.
    """
    cancel = cancel or threading.Event()
    return Execution(plan, cache, output_dir, workflow, emit, cancel, show, downloads).run()


def values_of(plan: Plan, cache: Cache, node: str) -> Mapping[str, Any] | None:
    """Return the values of a node's outputs, by name, after a run of `plan`.

    Args:
        plan: The plan that was run.
        cache: The cache it was run with.
        node: Id of a node in the plan.

    Returns:
        None if a value is not in the cache: the node failed, or its value was removed.
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


def _ignore(event: Event) -> None:
    """Receive the events of a run that nobody watches."""


class _Unavailable(Exception):
    """A lazy input has no value; the argument is the id of the blocked node."""


class Execution(Resolution):
    """One run; see `run` for the arguments."""

    def __init__(
        self,
        plan: Plan,
        cache: Cache,
        output_dir: Path,
        workflow: str,
        emit: Callable[[Event], None] | None,
        cancel: threading.Event,
        show: Show | None = None,
        downloads: Collection[str] = (),
    ) -> None:
        super().__init__(plan.known.copy(), cache, WorkflowFiles(plan.folder, cache))
        self._plan = plan
        self._output_dir = output_dir
        self._workflow = workflow
        self._send = emit or _ignore
        self._watched = emit is not None
        self._cancel = cancel
        self._show = show
        self._downloads = downloads
        self._finished: dict[str, NodeFinished] = {}
        self._failures: list[NodeFailed] = []
        self._warnings: dict[str, dict[str, Warned]] = {}  # by node and message
        self._validated: set[str] = set()  # cached nodes whose validator accepted their value
        self._holds: dict[object, list[str]] = {}  # nodes computed again, by who needs them
        self._holders: Counter[str] = Counter()  # how many need such a node
        self._held: dict[str, Sequence[Any]] = {}  # the values of such nodes
        self._lazy_seconds = 0.0  # spent on lazy inputs
        self._depth = 0

    def run(self) -> Report:
        """Run the plan."""
        started = time.perf_counter()
        cancelled = False
        self.repeat_all_warnings()
        try:
            for target in self._plan.targets:
                self._complete(target)
        except Cancelled:
            cancelled = True
        self.repeat_all_warnings()  # those of results that were found in the meantime
        outputs = tuple(output for target in self._plan.targets for output in self._files(target))
        for message in self.cache.new_warnings():
            self._emit(Warned(node="", message=message))
        return Report(
            outputs=outputs,
            nodes=tuple(self._finished.values()),
            failures=tuple(self._failures),
            seconds=time.perf_counter() - started,
            warnings=tuple(one for said in self._warnings.values() for one in said.values()),
            cancelled=cancelled,
        )

    # --- targets ---------------------------------------------------------------------------------

    def _complete(self, target: str) -> None:
        """Bring the values of a target into the cache."""
        self._check()
        self.walk(target)
        alias = self.known.task(target).alias
        origins = [target] if alias is None else [id for id, _ in self.known.origins(target)]
        for id in origins:
            if id in self.known.results and not self._is_available(id):
                self.force(id)
                self.walk(id)
            if id in self.known.results:
                self._report_cached(id)

    def _is_available(self, id: str) -> bool:
        """True if the values of a node in `results` can be read and are valid."""
        if id in self._finished:
            return True
        numbers = range(len(self.known.results[id].digests))
        return all(self.load((id, number)) is not ABSENT for number in numbers) and (
            self._is_valid(id)
        )

    def _is_valid(self, id: str) -> bool:
        """True unless the node has a validator that rejects its value."""
        task = self.known.tasks[id]
        validator = None if task.spec is None else task.spec.code.validator
        if id in self._validated or task.spec is None or validator is None:
            return True
        values = [self.load((id, number)) for number in range(len(task.spec.outputs))]
        if ABSENT in values:
            return False
        value = tuple(values) if task.spec.several else next(iter(values), None)
        try:
            valid = validator(value, self._context(task))
        except Exception as error:  # the value is computed again
            message = tr("its value could not be checked: {0}", repr(error))
            self._emit(Warned(node=id, message=message))
            return False
        if valid:
            self._validated.add(id)
        return valid

    def _files(self, target: str) -> Iterator[Output]:
        """Yield the files that a target wrote: values of the socket types "file" and "files"."""
        for source in self.known.origins(target):
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

    # --- decisions of the walk -------------------------------------------------------------------

    def compute(self, task: Task, key: bytes, identities: Identities) -> Outcome:
        self._check()
        id, spec = task.node.id, task.spec
        assert spec is not None
        context = self._context(task) if spec.stepwise or spec.context is not None else None
        arguments = self._arguments(task, context)
        if not isinstance(arguments, dict):
            return arguments
        node = spec.code
        self._send(NodeStarted(node=id))
        started, lazy_before = time.perf_counter(), self._lazy_seconds
        stepped = None
        try:
            returned = node.function(**arguments)
            if spec.stepwise and context is not None:
                stepped = drive(returned, node, self.cache, context)
                returned = stepped.value
            outputs = _outputs(spec, returned)
            digests = (digest(outputs[0]),) if len(outputs) == 1 else tuple(map(digest, outputs))
        except Cancelled:
            self._finish(task, "cancelled")
            raise
        except _Unavailable as cause:
            return Blocked(cause=str(cause))
        except (Exception, SystemExit) as error:
            return Blocked((failure_of(self.files.located(error, arguments) or error),))
        seconds = time.perf_counter() - started - (self._lazy_seconds - lazy_before)
        warnings = () if context is None else tuple(dict.fromkeys(context.warnings))
        if task.lazies:
            warnings += self._repeat_warnings(wire.source[0] for wire in task.lazies)
        self.cache.put(key, digests, outputs, keep=node.keep, warnings=warnings)
        inputs = self.result_inputs(task, identities)
        self.cache.put_result_inputs(self._plan.scope, id, inputs)
        if id in self._holders:
            self._held[id] = outputs
        self._finish(task, "executed", seconds, stepped)
        if self._show is not None and spec.pictured:
            self._show(id, spec, digests, lambda: outputs)
        return Done(digests)

    def recover(self, task: Task, source: Source) -> Needs:
        return self._need(task.node.id, (source[0],))

    def block(self, task: Task, blocked: Blocked) -> None:
        super().block(task, blocked)
        spec = task.spec
        fields = {*spec.inputs, *spec.parameters} if spec is not None else set[str]()
        for failure in blocked.failures:
            event = NodeFailed(
                node=task.node.id,
                type=task.node.type,
                message=failure.message,
                parameter=failure.parameter if failure.parameter in fields else None,
                details=failure.details,
                download=failure.download,
            )
            self._failures.append(event)
            self._send(event)
        self._finish(task, "failed" if blocked.failures else "skipped")

    # --- inputs ----------------------------------------------------------------------------------

    def _arguments(
        self, task: Task, context: NodeContext | None
    ) -> dict[str, Any] | Needs | Blocked:
        """Return the arguments of the task's function.

        Args:
            task: The task.
            context: The context that its function may take.

        Returns:
            `Needs` if some of the values are no longer stored, `Blocked` if an input does not
            accept its value.
        """
        arguments = dict(task.params)
        absent: dict[str, None] = {}
        try:
            for wire in task.wires:
                value, source = None, self.known.origin(wire)
                if source is not None:
                    value = self._value(source)
                    if value is ABSENT:
                        absent[source[0]] = None
                        continue
                    self._report_cached(source[0])
                arguments[wire.name] = wire.check(value)
        except NodeError as error:
            return Blocked((Failure.of(error),))
        if absent:
            return self._need(task.node.id, tuple(absent))
        for wire in task.lazies:
            arguments[wire.name] = partial(self._pull, wire.source)
        assert task.spec is not None
        if task.spec.context is not None:
            arguments[task.spec.context] = context
        return arguments

    def _value(self, source: Source) -> Any:
        """Return the value of a source in `results`, or ABSENT."""
        id, number = source
        if id in self._held:
            return self._held[id][number]
        if id in self._finished or self._is_valid(id):
            return self.load(source)
        return ABSENT

    def _context(self, task: Task) -> NodeContext:
        return NodeContext(
            task.node.id, self.files, self._output_dir, self.known, self._workflow, self._emit,
            self._check, watched=self._watched, downloads=self._downloads,
        )  # fmt: skip

    def _pull(self, wired: Source) -> Any:
        """Compute a lazy input, when a node's function asks for it."""
        started, lazy_before = time.perf_counter(), self._lazy_seconds
        self._depth += 1
        try:
            if self._depth % _NESTING:
                return self._demand(wired)
            with ThreadPoolExecutor(1) as fresh_stack:
                return fresh_stack.submit(self._demand, wired).result()
        finally:
            self._depth -= 1
            self._lazy_seconds = lazy_before + time.perf_counter() - started

    def _demand(self, wired: Source) -> Any:
        holder = object()
        try:
            while True:
                # The walk may settle a node as a pass-through: follow the source after it.
                self.walk(wired[0])
                source = self.known.follow(wired)
                if source is None:
                    return None
                if isinstance(source, str) or source[0] in self.blocked:
                    raise _Unavailable(source if isinstance(source, str) else source[0])
                value = self._value(source)
                if value is not ABSENT:
                    self._report_cached(source[0])
                    return value
                self._hold(holder, source[0])
                self.force(source[0])
        finally:
            self._release(holder)

    # --- values that are known but no longer stored ----------------------------------------------

    def _need(self, id: str, nodes: tuple[str, ...]) -> Needs:
        """Request values that a node needs; they are held in memory until it has finished."""
        for node in nodes:
            self._hold(id, node)
        return Needs(nodes)

    def _hold(self, holder: object, id: str) -> None:
        self._holders[id] += 1
        self._holds.setdefault(holder, []).append(id)

    def _release(self, holder: object) -> None:
        for id in self._holds.pop(holder, ()):
            self._holders[id] -= 1
            if not self._holders[id]:
                self._held.pop(id, None)

    # --- events ----------------------------------------------------------------------------------

    def _check(self) -> None:
        if self._cancel.is_set():
            raise Cancelled

    def _emit(self, event: Event) -> None:
        """Send an event; a warning is sent once in a run."""
        if isinstance(event, Warned):
            said = self._warnings.setdefault(event.node, {})
            if event.message in said:
                return
            said[event.message] = event
        self._send(event)

    def repeat_all_warnings(self) -> None:
        """Emit the stored warnings of everything that the targets need."""
        results = self.known.results.values()
        if self.cache.warned and any(result.warnings for result in results):
            self._repeat_warnings(self._plan.targets)

    def _repeat_warnings(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Emit and return the stored warnings of nodes with results, and of all that they need."""
        results, found = self.known.results, list[str]()
        for id in reversed(list(self.known.upstream(ids))):
            for message in results[id].warnings if id in results else ():
                found.append(message)
                if id not in self._finished:  # else it has been emitted
                    self._emit(Warned(node=id, message=message))
        return tuple(found)

    def _report_cached(self, id: str) -> None:
        """Report once that a value was taken from the cache, unless the node ran."""
        if id in self._finished:
            return
        for message in self.known.results[id].warnings:
            self._emit(Warned(node=id, message=message))
        task = self.known.tasks[id]
        self._finish(task, "cached")
        spec = task.spec
        if self._show is not None and spec is not None and spec.pictured:
            sources = [(id, number) for number in range(len(spec.outputs))]
            digests = self.known.results[id].digests
            self._show(id, spec, digests, lambda: [self.load(source) for source in sources])

    def _finish(
        self, task: Task, status: Status, seconds: float = 0.0, stepped: Stepped | None = None
    ) -> None:
        """Report the end of a node."""
        id = task.node.id
        warnings = tuple(self._warnings.get(id, ()))
        if stepped is None:
            event = NodeFinished(
                node=id, type=task.node.type, status=status, seconds=seconds, warnings=warnings
            )
        else:
            event = NodeFinished(
                node=id,
                type=task.node.type,
                status="resumed" if stepped.resumed_at else status,
                seconds=seconds,
                steps_total=stepped.total,
                steps_run=stepped.total - stepped.resumed_at,
                resumed_at=stepped.resumed_at or None,
                warnings=warnings,
            )
        self._finished[id] = event
        self._send(event)
        if self._holds:
            self._release(id)


def _outputs(spec: NodeSpec, returned: Any) -> Sequence[Any]:
    """Return the outputs in a function's return value, frozen.

    Raises:
        TypeError: they do not match the function's signature.
    """
    sockets = spec.outputs.values()
    if not spec.several:
        for socket in sockets:  # one or none
            return (seal(returned, socket),)
        return ()
    if not isinstance(returned, tuple) or len(cast("tuple[Any, ...]", returned)) != len(sockets):
        raise TypeError(f"the node returned {returned!r:.40}, not {len(sockets)} values")
    return tuple(map(seal, cast("tuple[Any, ...]", returned), sockets))


def failure_of(error: BaseException) -> Failure:
    """Describe an error that a node's function raised."""
    if isinstance(error, NodeError):
        return Failure.of(error)
    message = f"{type(error).__name__}: {error}"
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        message = tr("There is not enough memory for this ({0}).", error)
    return Failure(message, details="".join(traceback.format_exception(error)))

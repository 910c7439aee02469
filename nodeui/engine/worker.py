"""The worker: a child process that runs graphs and holds the numerical libraries.

It has three threads: the main thread reads requests, so that it can cancel a run at any time;
`JobQueue` carries the requests out one by one; `Outbox` sends the replies. The process ends when
the editor asks for it or is gone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn, TypeAlias

import msgspec

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.changed_documents import Receiver
from nodeui.engine.dry_run import dry_run, pictures, warm_ups
from nodeui.engine.joint import Member, step_jointly
from nodeui.engine.outbox import Outbox
from nodeui.engine.plan import Plan, Planner
from nodeui.engine.process import set_death_signal
from nodeui.engine.protocol import (
    Cancel,
    DryRun,
    DryRunDone,
    Event,
    PictureReady,
    Preview,
    Query,
    Quit,
    Ready,
    Reply,
    Report,
    Request,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    ShowSteps,
    ShowValue,
    StepShown,
    StepsShown,
    Submit,
    ValuePicture,
    ValueShown,
    decode_requests,
)
from nodeui.engine.ring import Ring
from nodeui.engine.run_pictures import RunPictures, fields_of
from nodeui.engine.runner import run, values_of
from nodeui.engine.setup import WorkerSetup
from nodeui.graph.document import Document, DocumentError, load
from nodeui.graph.edits import Upgrade
from nodeui.graph.foreign import declare
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.sdk import Cancelled

_PATIENCE = 2.0
"""Seconds that a run has to notice its cancellation before the process ends."""

_LONGEST_END = 10
"""Seconds until a worker that should end is killed, as when it hangs in a dead network folder."""


class Worker:
    """The worker, ready to serve the editor at the other end of `connection`.

    Raises:
        Exception: a node package cannot be imported, or the editor is gone.
    """

    def __init__(self, connection: Connection, setup: WorkerSetup) -> None:
        registry = setup.load_registry()
        self._environment = registry.environment()
        self._packs = tuple(declare(pack) for pack in registry.packs if pack.name)
        self._cache = open_cache(
            setup.cache_dir, memory_bytes=setup.memory_bytes, disk_bytes=setup.disk_bytes
        )
        self._connection = connection
        self._outbox = Outbox(connection.send_bytes)
        self._receiver = Receiver()
        self._jobs = JobQueue(registry, self._cache, Ring.attach(setup.ring), self._outbox)

    def serve(self) -> NoReturn:
        """Serve requests until the editor sends `Quit` or is gone, then end the process."""
        self._outbox.put(Ready(pid=os.getpid(), environment=self._environment, packs=self._packs))
        with contextlib.suppress(EOFError, OSError):
            while all(map(self._obey, decode_requests(self._connection.recv_bytes()))):
                pass
        set_death_signal(0)  # the end below has limits of its own
        if hasattr(signal, "alarm"):
            signal.alarm(_LONGEST_END)
        if self._jobs.quit(_PATIENCE):
            self._cache.close()
        # Threads of the libraries, or a run that hangs, must not delay the end.
        os._exit(0)

    def _obey(self, request: Request) -> bool:
        """Carry out a request; returns False if it was the last one."""
        match request := self._receiver.whole(request):
            case Submit() | DryRun() | ShowSteps() | ShowValue():
                self._jobs.submit(request)
            case Cancel(run=number):
                self._jobs.cancel(number)
            case Quit():
                return False
        return True


NOTHING_RUN = Report((), (), (), 0.0, (), cancelled=True)
"""The report of a run that was cancelled while it was planned."""


@dataclass(frozen=True)
class _WarmUp:
    """Prepare for a run of a document, while there is nothing else to do."""

    document: bytes
    folder: str
    targets: tuple[str, ...]


_JobRequest: TypeAlias = Submit | Query | _WarmUp


@dataclass(eq=False)
class _Job:
    """A request in the queue; of an interrupted query, the part that is left."""

    request: _JobRequest
    cancel: threading.Event = field(default_factory=threading.Event)


def _refusal(request: _JobRequest, message: str) -> Reply | None:
    """Return the reply to a request that failed; a query gets an empty answer."""
    match request:
        case Submit():
            return RunRefused(run=request.run, message=message)
        case DryRun():
            return DryRunDone(number=request.number, trajectories={})
        case ShowSteps():
            return StepsShown(number=request.number)
        case ShowValue():
            return ValueShown(number=request.number, error=message)
        case _WarmUp():
            return None


class JobQueue:
    """Carries out requests in a thread of its own: runs first, then queries.

    A new run cancels the current one and interrupts the current query, which is resumed after it.
    A new query replaces an earlier one of its kind. After a dry run, and when nothing else is to be
    done, the values of its light nodes are warmed up; any request interrupts that.
    """

    def __init__(self, registry: Registry, cache: Cache, ring: Ring, outbox: Outbox) -> None:
        self._registry = registry
        self._cache = cache
        self._ring = ring
        self._outbox = outbox
        self._planner = Planner(cache, registry.environment)
        self._changed = threading.Condition()
        self._current: _Job | None = None
        self._waiting: dict[type[_JobRequest], _Job] = {}  # the newest of each kind
        self._quitting = False
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    def submit(self, request: _JobRequest) -> None:
        """Queue a request; earlier ones of the same kind are dropped or cancelled."""
        with self._changed:
            self._waiting[type(request)] = _Job(request)
            current = self._current
            if current is not None and (
                type(request) in (Submit, type(current.request))
                or isinstance(current.request, _WarmUp)
            ):
                current.cancel.set()
            self._changed.notify()

    def cancel(self, number: int) -> None:
        """Cancel a run, whether it is current or waiting."""
        with self._changed:
            for job in (self._current, self._waiting.get(Submit)):
                request = None if job is None else job.request
                if job is not None and isinstance(request, Submit) and request.run == number:
                    job.cancel.set()

    def quit(self, patience: float) -> bool:
        """Cancel everything; returns True if the thread has ended within `patience` seconds."""
        with self._changed:
            self._quitting = True
            if self._current is not None:
                self._current.cancel.set()
            self._changed.notify()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                match job.request:
                    case Submit() as request:
                        end = self._run(request, job.cancel)
                    case DryRun() as request:
                        end = self._dry_run(request, job.cancel)
                        idle = _WarmUp(request.document, request.folder, request.targets)
                        self._put_back(idle)
                    case ShowSteps() as request:
                        end = self._show_steps(request, job)
                    case ShowValue() as request:
                        end = self._show_value(request, job.cancel)
                    case _WarmUp() as request:
                        end = self._warm_up(request, job.cancel)
            except Cancelled:
                if isinstance(job.request, Submit):  # while it was planned; later it has a report
                    end = RunFinished(run=job.request.run, report=NOTHING_RUN)
                else:
                    self._put_back(job.request)
                    continue
            except (DocumentError, GraphError) as error:
                end = _refusal(job.request, str(error))
            except BaseException as error:  # a node may raise anything; this thread must not end
                traceback.print_exc()
                self._planner = Planner(self._cache, self._registry.environment)
                text = f"{type(error).__name__}: {error}"
                message = tr("the engine failed, which is a bug: {0}", text)
                end = _refusal(job.request, message)
            if end is not None:
                self._outbox.put(end)

    def _next(self) -> _Job | None:
        """Wait for the next job; returns None once the queue is to end."""
        with self._changed:
            self._current = None
            self._changed.wait_for(lambda: self._waiting or self._quitting)
            if self._quitting:
                return None
            kinds = (Submit, DryRun, ShowValue, ShowSteps, _WarmUp)
            kind = next(kind for kind in kinds if kind in self._waiting)
            self._current = self._waiting.pop(kind)
            return self._current

    def _put_back(self, request: _JobRequest) -> None:
        """Queue an interrupted query again, unless there is a newer one."""
        with self._changed:
            self._waiting.setdefault(type(request), _Job(request))

    # --- jobs ------------------------------------------------------------------------------------

    def _plan(
        self, request: _JobRequest, targets: Sequence[str], cancel: threading.Event
    ) -> tuple[Document, Plan]:
        document = load(request.document, self._registry)
        folder, cancelled = Path(request.folder), cancel.is_set
        return document, self._planner.plan(document.graph, targets, folder, cancelled=cancelled)

    def _run(self, request: Submit, cancel: threading.Event) -> RunFinished:
        self._outbox.put(RunStarted(run=request.run))
        if request.joint:
            self._step_jointly(request, cancel)
        _, plan = self._plan(request, request.targets, cancel)
        folder = Path(request.output_dir)
        emit = partial(self._emit, request.run)
        with RunPictures(request.shown or {}, folder, emit) as pictures:
            report = run(
                plan,
                self._cache,
                folder,
                workflow=request.document.decode(),
                emit=emit,
                cancel=cancel,
                show=pictures.show if request.shown is not None else None,
                downloads=request.downloads,
            )
        self._cache.hurry()
        return RunFinished(run=request.run, report=report)

    def _step_jointly(self, request: Submit, cancel: threading.Event) -> None:
        """Do the steps of several workflows in batches, before one of them runs."""
        folder, output = Path(request.folder), Path(request.output_dir)

        def member(text: bytes) -> Member:
            graph = load(text, self._registry).graph

            def plan(targets: Sequence[str]) -> AbstractContextManager[Plan]:
                return nullcontext(
                    self._planner.plan(graph, targets, folder, cancelled=cancel.is_set)
                )

            return Member(graph, plan, output)

        step_jointly([*map(member, request.joint)], request.joint_nodes, self._cache, cancel)

    def _dry_run(self, request: DryRun, cancel: threading.Event) -> DryRunDone:
        document, plan = self._plan(request, request.targets, cancel)
        trajectories = dry_run(plan, self._cache, cancel)
        if not request.plan:
            return DryRunDone(number=request.number, trajectories=trajectories)
        whole = self._planner.plan(
            document.graph, (), Path(request.folder), cancelled=cancel.is_set
        )
        nodes = document.graph.nodes
        return DryRunDone(
            number=request.number,
            trajectories=trajectories,
            plan=dict(whole.of_nodes()),
            upgrades=tuple(
                Upgrade(id, nodes[id].version, nodes[id].params) for id in document.upgraded
            ),
        )

    def _warm_up(self, request: _WarmUp, cancel: threading.Event) -> None:
        _, plan = self._plan(request, request.targets, cancel)
        for warm_up in warm_ups(plan, self._cache, cancel):
            if cancel.is_set():
                raise Cancelled
            with contextlib.suppress(Exception):  # a run reports it
                warm_up()

    def _show_value(self, request: ShowValue, cancel: threading.Event) -> ValueShown:
        _, plan = self._plan(request, [request.node], cancel)
        values, spec = (
            values_of(plan, self._cache, request.node),
            plan.known.tasks[request.node].spec,
        )
        if values is None or spec is None:
            return ValueShown(number=request.number)
        fields = fields_of(spec, values, Path(request.output_dir), request.index)
        return ValueShown(number=request.number, **fields)

    def _show_steps(self, request: ShowSteps, job: _Job) -> StepsShown:
        node, name, left = request.node, request.name, dict.fromkeys(request.steps)
        _, plan = self._plan(request, [node], job.cancel)
        for step, picture in pictures(plan, self._cache, node, name, request.steps, job.cancel):
            *batch, height, width, _ = picture.shape
            self._outbox.put(
                StepShown(
                    number=request.number,
                    node=node,
                    name=name,
                    step=step,
                    width=width,
                    height=height,
                    pixels=picture.tobytes(),
                    count=batch[0] if batch else 1,
                )
            )
            left.pop(step, None)
            job.request = msgspec.structs.replace(request, steps=tuple(left))
        return StepsShown(number=request.number)

    def _emit(self, number: int, event: Event) -> None:
        self._outbox.put(self._write(number, event) or RunEvent(run=number, event=event))

    def _write(self, number: int, event: Event) -> PictureReady | None:
        """Write the picture of an event to the ring, if it has one and there is room."""
        match event:
            case Preview():
                written = self._ring.write(event.width, event.height, event.pixels, event.count)
            case ValuePicture(pixels=pixels) if pixels:
                rows = event.count * event.rows
                written = self._ring.keep(event.columns, rows, event.channels, pixels)
            case _:
                return None
        if written is None:
            return None
        event = msgspec.structs.replace(event, pixels=b"")
        return PictureReady(run=number, event=event, written=written)

"""The child process that runs graphs and holds the numerical libraries.

Three threads: the main one reads requests, so that it can cancel at any time; one runs graphs, one
after the other; one sends what there is to say (`Outbox`). The process ends when the editor asks
for it, and when the editor is gone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import threading
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, NoReturn

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.outbox import Outbox
from nodeui.engine.plan import Planner
from nodeui.engine.process import Setup
from nodeui.engine.protocol import (
    Cancel,
    Event,
    Preview,
    PreviewReady,
    Quit,
    Ready,
    Report,
    Request,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    Submit,
    decode_requests,
)
from nodeui.engine.ring import Ring
from nodeui.engine.runner import run
from nodeui.graph.document import DocumentError, load
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry

_PATIENCE = 2.0
"""Seconds that a run has to notice its cancellation before the process ends."""

_LOG_BYTES = 2**20
"""Size from which a log is put aside, as `*.old`, when a worker starts."""


class Worker:
    """The worker, ready to serve the editor at the other end of `connection`.

    Raises:
        Exception: a node package cannot be imported, or the editor is gone.
    """

    def __init__(self, connection: Connection, setup: Setup) -> None:
        _redirect_output(setup.log)
        registry = setup.load_registry()
        self._environment = registry.environment()
        self._cache = open_cache(
            setup.cache_dir, memory_bytes=setup.memory_bytes, disk_bytes=setup.disk_bytes
        )
        self._connection = connection
        self._outbox = Outbox(connection.send_bytes)
        self._runs = Runs(registry, self._cache, Ring.attach(setup.ring), self._outbox)

    def serve(self) -> NoReturn:
        """Do what the editor asks for until it says `Quit` or is gone; then end the process."""
        self._outbox.put(Ready(pid=os.getpid(), environment=self._environment))
        with contextlib.suppress(EOFError, OSError):
            while all(map(self._obey, decode_requests(self._connection.recv_bytes()))):
                pass
        if self._runs.quit(_PATIENCE):
            self._cache.close()
        # Threads of the libraries and a run that hangs must not hold up the end.
        os._exit(0)

    def _obey(self, request: Request) -> bool:
        """Carry out a request; returns whether to go on."""
        match request:
            case Submit():
                self._runs.submit(request)
            case Cancel(run=number):
                self._runs.cancel(number)
            case Quit():
                return False
        return True


class _Job(NamedTuple):
    request: Submit
    cancel: threading.Event


class Runs:
    """Runs graphs in a thread of its own; a newer one cancels and follows the one under way."""

    def __init__(self, registry: Registry, cache: Cache, ring: Ring, outbox: Outbox) -> None:
        self._registry = registry
        self._cache = cache
        self._ring = ring
        self._outbox = outbox
        self._planner = Planner(cache, registry.environment)
        self._changed = threading.Condition()
        self._current: _Job | None = None
        self._next: _Job | None = None
        self._quitting = False
        self._thread = threading.Thread(target=self._work, name="runs", daemon=True)
        self._thread.start()

    def submit(self, request: Submit) -> None:
        """Run this next; what runs now is cancelled, what waited is dropped."""
        with self._changed:
            self._next = _Job(request, threading.Event())
            if self._current is not None:
                self._current.cancel.set()
            self._changed.notify()

    def cancel(self, number: int) -> None:
        """Cancel a run, be it under way or waiting."""
        with self._changed:
            for job in (self._current, self._next):
                if job is not None and job.request.run == number:
                    job.cancel.set()

    def quit(self, patience: float) -> bool:
        """Cancel all; returns whether the thread has ended within `patience` seconds."""
        with self._changed:
            self._quitting = True
            if self._current is not None:
                self._current.cancel.set()
            self._changed.notify()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._current = None
                self._changed.wait_for(lambda: self._next is not None or self._quitting)
                if self._next is None or self._quitting:
                    return
                self._current, self._next = self._next, None
                job = self._current
            number = job.request.run
            self._outbox.put(RunStarted(run=number))
            try:
                end = RunFinished(run=number, report=self._run(job))
            except (DocumentError, GraphError) as error:
                end = RunRefused(run=number, message=str(error))
            except BaseException as error:  # This thread must live on, whatever a node raises.
                traceback.print_exc()
                self._planner = Planner(self._cache, self._registry.environment)
                message = f"the engine failed, which is a bug: {type(error).__name__}: {error}"
                end = RunRefused(run=number, message=message)
            self._outbox.put(end)

    def _run(self, job: _Job) -> Report:
        request = job.request
        document = load(request.document, self._registry)
        plan = self._planner.plan(document.graph, request.targets, Path(request.folder))
        return run(
            plan,
            self._cache,
            Path(request.output_dir),
            workflow=request.document.decode(),
            emit=lambda event: self._emit(request.run, event),
            cancel=job.cancel,
        )

    def _emit(self, number: int, event: Event) -> None:
        if isinstance(event, Preview):
            written = self._ring.write(event.width, event.height, event.pixels)
            reply = PreviewReady(run=number, node=event.node, **written._asdict())
        else:
            reply = RunEvent(run=number, event=event)
        self._outbox.put(reply)


def _redirect_output(log: Path | None) -> None:
    """Let Python, the libraries below it and the report of a crash print into `log`.

    Without a log they print to standard error: what programs read from standard output is not
    for nodes to write.
    """
    if log is None:
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        faulthandler.enable()
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        os.replace(log, log.with_name(f"{log.name}.old"))
    stream = log.open("a", encoding="utf-8", buffering=1)
    os.dup2(stream.fileno(), 1)
    os.dup2(stream.fileno(), 2)
    sys.stdout = sys.stderr = stream
    faulthandler.enable(stream)

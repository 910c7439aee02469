"""The editor's side of the worker: starts it, hands it runs, and starts it again when it dies.

Nothing here makes the caller wait. All decisions are taken in one thread, one after the other;
methods only leave it a note.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType

import msgspec

from nodeui.engine.process import DEFAULT_START_METHOD, Setup, StartMethod, WorkerProcess
from nodeui.engine.protocol import (
    CANCELLED,
    Cancel,
    DryRun,
    DryRunDone,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Preview,
    PreviewReady,
    Progress,
    Quit,
    Ready,
    Reply,
    Request,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    ShowSteps,
    StepShown,
    StepsShown,
    Submit,
    WorkerDied,
    decode_replies,
    encode,
)
from nodeui.engine.ring import Ring, Written
from nodeui.graph.wording import tr

INSTALLED = "nodeui.graph.registry:installed"
"""The node types of all installed node packages."""

_GRACE = 5.0
"""Seconds that a worker has to end by itself when the client is closed."""


class _Run(msgspec.Struct):
    """The newest run, until it has ended.

    Attributes:
        request: What was asked for.
        sent: The worker that is alive has the request.
        behind: When it was sent, the worker had another run to end first.
        started: That worker has begun it.
        cancelled: It was asked to stop.
        deaths: How many workers it has cost.
        advanced: Something new was done since the last of these.
        running: Nodes that have started and not ended, in this order.
        ended: Nodes that were executed.
        furthest: Per node, the most steps that were done.
    """

    request: Submit
    sent: bool = False
    behind: bool = False
    started: bool = False
    cancelled: bool = False
    deaths: int = 0
    advanced: bool = False
    running: dict[str, None] = {}
    ended: set[str] = set()
    furthest: dict[str, int] = {}

    @property
    def innocent(self) -> bool:
        """The worker cannot have died of it."""
        return not self.sent or (self.behind and not self.started)

    def lost(self) -> None:
        """Take note that the worker has died."""
        self.deaths += not self.innocent
        self.sent = self.behind = self.started = self.advanced = False
        self.running.clear()

    def note(self, event: RunEvent) -> None:
        """Take note of how far the run is."""
        match event.event:
            case NodeStarted(node=node):
                self.running[node] = None
            case Progress(node=node, done=done) if done > self.furthest.get(node, 0):
                self.furthest[node] = done
                self.advanced = True
            case NodeFinished(node=node, status=status):
                self.running.pop(node, None)
                if status in ("executed", "resumed") and node not in self.ended:
                    self.ended.add(node)
                    self.advanced = True
            case NodeFailed(node=node):
                self.running.pop(node, None)
            case _:
                pass


class Client:
    """Runs workflows in a worker process.

    One run counts, the newest: submitting another cancels it, and no more is heard of it. Each
    other run ends with one of `RunFinished`, `RunRefused`, or a `WorkerDied` that does not resume.

    Args:
        on_reply: Called with every message, from a thread of the client; previews arrive as
            `Preview` in a `RunEvent`. It must return soon and must not raise.
        cache_dir: Folder of the cache; None keeps values in memory only.
        registry: The function that gives the node types: "package.module:function".
        memory_bytes, disk_bytes: Bounds of the cache.
        log: File that takes what the worker prints; None: standard error.
        deadline: Seconds that a cancelled run has to stop before its worker is ended and replaced.
        resume: Submit the run again that was under way when a worker died; unless two die of it
            in a row without getting further.
        start_method: How workers are started; None takes what suits the platform.
    """

    def __init__(
        self,
        on_reply: Callable[[Reply], None],
        *,
        cache_dir: Path | None,
        registry: str = INSTALLED,
        memory_bytes: int = 2 << 30,
        disk_bytes: int = 20 << 30,
        log: Path | None = None,
        deadline: float = 10.0,
        resume: bool = True,
        start_method: StartMethod | None = None,
    ) -> None:
        self._on_reply = on_reply
        self._deadline = deadline
        self._resume = resume
        self._start_method: StartMethod = start_method or DEFAULT_START_METHOD
        self._ring = Ring.create()
        self._setup = Setup(registry, self._ring.place, cache_dir, memory_bytes, disk_bytes, log)
        self._numbers = count(1)
        self._newest = 0
        self._submitting = threading.Lock()
        # What follows belongs to the thread.
        self._notes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._process: WorkerProcess | None = None
        self._ready = False
        self._closing = False
        self._run: _Run | None = None
        self._busy: int | None = None
        self._due: float | None = None
        self._killed = False
        self._reason = ""
        self._thread = threading.Thread(target=self._work, name="worker-client", daemon=True)
        self._thread.start()

    # --- what the editor calls -------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker, so that it is there when the first run comes."""
        self._notes.put(self._start)

    def submit(
        self, document: bytes, folder: Path, targets: tuple[str, ...], output_dir: Path
    ) -> int:
        """Run a workflow, in place of what runs now; see `protocol.Submit`.

        Returns:
            The number of the run. Its first messages may arrive before this returns.
        """
        with self._submitting:
            self._newest = number = next(self._numbers)
            request = Submit(
                run=number,
                document=document,
                folder=str(folder),
                targets=targets,
                output_dir=str(output_dir),
            )
            self._notes.put(partial(self._submit, request))
        return number

    def dry_run(self, document: bytes, folder: Path, targets: tuple[str, ...]) -> int:
        """Ask the worker, if it is ready, how far step-wise nodes are; see `protocol.DryRun`.

        Returns:
            The number that a `DryRunDone` will have, unless the worker dies, or is asked anew.
        """
        number = next(self._numbers)
        request = DryRun(number=number, document=document, folder=str(folder), targets=targets)
        self._notes.put(partial(self._look, request))
        return number

    def show_steps(
        self, document: bytes, folder: Path, node: str, name: str, steps: tuple[int, ...]
    ) -> int:
        """Ask a worker that is ready for pictures of stored steps; see `protocol.ShowSteps`.

        Returns:
            The number that each `StepShown` will have, and the `StepsShown` after them, unless
            the worker dies, or is asked anew.
        """
        number = next(self._numbers)
        request = ShowSteps(
            number=number,
            document=document,
            folder=str(folder),
            node=node,
            name=name,
            steps=steps,
        )
        self._notes.put(partial(self._look, request))
        return number

    def cancel(self, deadline: float | None = None) -> None:
        """Stop the newest run between two steps, or after `deadline` seconds by force."""
        wait = self._deadline if deadline is None else deadline
        self._notes.put(partial(self._cancel, self._newest, wait))

    def kill(self) -> None:
        """End the worker at once, and the run with it; start another one."""
        self._notes.put(self._kill)

    def close(self) -> None:
        """End the worker and let go of everything; nothing may be called afterwards but `join`."""
        self._notes.put(self._close)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until all is gone after `close`; returns whether it is."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        self.join()

    # --- in the client's thread ------------------------------------------------------------------

    def _work(self) -> None:
        while not self._closing or self._process is not None:
            wait = None if self._due is None else max(0.0, self._due - time.monotonic())
            try:
                note = self._notes.get(timeout=wait)
            except Empty:
                note = self._overdue
            note()
        self._ring.remove()

    def _start(self) -> None:
        if self._process is None and not self._closing:
            self._killed = False
            self._reason = ""
            self._busy = None
            self._process = WorkerProcess(
                self._start_method,
                self._setup,
                on_frame=lambda frame: self._notes.put(partial(self._received, frame)),
                on_end=lambda exitcode, why: self._notes.put(partial(self._ended, exitcode, why)),
            )

    def _submit(self, request: Submit) -> None:
        self._run = _Run(request)
        self._start()
        if self._ready:
            self._send_run(self._run)

    def _send_run(self, run: _Run) -> None:
        run.sent = True
        run.behind = self._busy is not None
        if run.behind and self._due is None:
            self._due = time.monotonic() + self._deadline
        self._busy = run.request.run
        self._send(run.request)

    def _look(self, request: DryRun | ShowSteps) -> None:
        if self._ready:
            self._send(request)

    def _send(self, request: Request) -> None:
        if self._process is not None:
            self._process.send(encode([request]))

    def _cancel(self, number: int, deadline: float) -> None:
        run = self._run
        if run is None or run.request.run != number:
            return
        run.cancelled = True
        if run.sent:
            self._send(Cancel(run=number))
            self._due = time.monotonic() + deadline
        else:
            self._run = None
            self._on_reply(RunFinished(run=number, report=CANCELLED))

    def _kill(self) -> None:
        if self._run is not None:
            self._run.cancelled = True
        self._end_process(tr("the worker was stopped by hand"))

    def _overdue(self) -> None:
        self._due = None
        self._end_process(tr("the run did not stop in time, so its worker was replaced"))

    def _end_process(self, reason: str) -> None:
        self._killed = True
        self._ready = False
        self._reason = reason
        if self._process is not None:
            self._process.kill()

    def _close(self) -> None:
        self._closing = True
        if self._ready:
            self._send(Quit())
            self._due = time.monotonic() + _GRACE
        elif self._process is not None and not self._process.kill():
            self._process = None  # It ends by itself, once the fork server has brought it forth.

    # --- what comes from the worker --------------------------------------------------------------

    def _received(self, frame: bytes) -> None:
        if self._closing:
            return
        for reply in decode_replies(frame):
            match reply:
                case Ready():
                    self._ready = True
                    self._on_reply(reply)
                    if self._run is not None:
                        self._send_run(self._run)
                case WorkerDied(message=message):
                    self._reason = message
                case DryRunDone() | StepShown() | StepsShown():
                    self._on_reply(reply)
                case _:
                    self._of_run(reply)

    def _of_run(
        self, reply: RunStarted | RunEvent | PreviewReady | RunFinished | RunRefused
    ) -> None:
        ended = isinstance(reply, RunFinished | RunRefused)
        if ended and reply.run == self._busy:
            self._busy = None
        run = self._run
        if run is None or reply.run != run.request.run:
            if isinstance(reply, RunStarted) and self._due is not None:
                # A run between the one that had to end and the newest: now this has to end.
                self._due = time.monotonic() + self._deadline
            return
        if ended:
            self._run = self._due = None
        elif isinstance(reply, RunStarted):
            run.started = True
            if not run.cancelled:
                self._due = None
        elif isinstance(reply, RunEvent):
            run.note(reply)
        shown = self._shown(reply) if isinstance(reply, PreviewReady) else reply
        if shown is not None and reply.run == self._newest:
            self._on_reply(shown)

    def _shown(self, ready: PreviewReady) -> RunEvent | None:
        written = Written(ready.offset, ready.width, ready.height, ready.serial)
        pixels = self._ring.read(written)
        if pixels is None:
            return None
        preview = Preview(node=ready.node, width=ready.width, height=ready.height, pixels=pixels)
        return RunEvent(run=ready.run, event=preview)

    def _ended(self, exitcode: int | None, why: str) -> None:
        again = self._ready or self._killed
        self._process = self._due = None
        self._ready = False
        if self._closing:
            return
        run = self._run
        message = self._reason or why or _obituary(exitcode, run)
        resumes = again and run is not None and self._resumes(run)
        if run is not None and run.deaths > 1 and not run.cancelled and not resumes:
            twice = tr("{0}; two workers in a row died of this run, so it is not tried again")
            message = twice.format(message)
        self._run = run if resumes else None
        number = run.request.run if run is not None else None
        self._on_reply(WorkerDied(run=number, exitcode=exitcode, message=message, resumes=resumes))
        if again:
            self._start()

    def _resumes(self, run: _Run) -> bool:
        """Whether the run is to go on in another worker; takes note that this one has died."""
        innocent, advanced = run.innocent, run.advanced
        run.lost()
        return not run.cancelled and (innocent or (self._resume and (run.deaths < 2 or advanced)))


def _obituary(exitcode: int | None, run: _Run | None) -> str:
    """Why a worker died that nobody ended, as far as its exit code and its last messages tell."""
    if exitcode is not None and exitcode < 0:
        name = signal.Signals(-exitcode).name
        cause = tr("the worker was ended by {0}", name)
        if name == "SIGKILL":
            cause = tr("{0}, as systems do when memory runs out", cause)
    else:
        cause = tr("the worker ended with exit code {0}", exitcode)
    node = next(reversed(run.running), None) if run is not None else None
    return tr("{0} while it ran {1}", cause, node) if node is not None else cause

"""The editor's side of the worker: starts it, sends it runs, and restarts it when it dies.

No method blocks the caller. All decisions are made in the client's own thread, one by one; the
methods only post a note to it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType

import msgspec

from nodeui.engine.changed_documents import Sender
from nodeui.engine.confinement import Confinement
from nodeui.engine.fork_server import DEFAULT_START_METHOD, StartMethod
from nodeui.engine.process import WorkerProcess
from nodeui.engine.protocol import (
    CANCELLED,
    Cancel,
    DryRun,
    DryRunDone,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    PictureReady,
    Preview,
    Progress,
    Query,
    Quit,
    Ready,
    Reply,
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
    ValueShown,
    WorkerDied,
    decode_replies,
    encode,
)
from nodeui.engine.ring import Ring
from nodeui.engine.setup import WorkerSetup
from nodeui.graph.wording import tr

INSTALLED = "nodeui.graph.registry:installed"
"""The registry of all installed node packages."""

_GRACE = 0.4
"""Seconds that a worker has to end by itself after the client was closed."""

_MOST_NODES = 100_000
"""Nodes of a run whose progress is noted, as a worker may report any number."""

_ALL = 1 << 20
"""More frames than a worker that ends still sends."""


class _Run(msgspec.Struct):
    """State of the newest run, until it has ended.

    Attributes:
        request: The request.
        sent: The current worker has the request.
        behind: When the request was sent, the worker had to end another run first.
        started: The current worker has begun the run.
        cancelled: The run was asked to stop.
        deaths: How many workers have died of it.
        advanced: The run has made progress since the last worker died.
        running: Nodes that have started but not ended, in this order.
        ended: Nodes that were executed.
        furthest: The highest number of completed steps, by node.
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
        """True if the worker cannot have died of this run."""
        return not self.sent or (self.behind and not self.started)

    def worker_died(self) -> None:
        """Update the state after the worker has died."""
        self.deaths += not self.innocent
        self.sent = self.behind = self.started = self.advanced = False
        self.running.clear()

    def note(self, event: RunEvent) -> None:
        """Update the progress of the run."""
        if len(self.running) + len(self.ended) + len(self.furthest) > _MOST_NODES:
            return
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

    Only the newest run counts: submitting a run cancels the previous one, whose messages are
    dropped from then on. Any other run ends with `RunFinished`, `RunRefused`, or a `WorkerDied`
    that does not resume.

    Args:
        on_reply: Called with every message, in a thread of the client; pictures arrive as
            `Preview` or `ValuePicture` in a `RunEvent`. It must not raise. While it waits, the
            worker has to wait as well.
        cache_dir: Folder of the cache; None keeps values in memory only.
        registry: The function that returns the node types: "package.module:function".
        memory_bytes, disk_bytes: Limits of the cache.
        log: File for the worker's output; None for standard error.
        deadline: Seconds that a cancelled run has to stop before its worker is replaced.
        resume: Resubmit a run whose worker died, unless two workers in a row die of it without
            progress.
        start_method: How workers are started; None for the platform's default.
        preload: Modules that are imported once for all workers; see `sdk.NodePackage`.
        packs, confinement: See `WorkerSetup`.
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
        preload: tuple[str, ...] = (),
        packs: tuple[str, ...] | None = None,
        confinement: Confinement | None = None,
    ) -> None:
        self._on_reply = on_reply
        self._deadline = deadline
        self._resume = resume
        self._start_method: StartMethod = start_method or DEFAULT_START_METHOD
        self._ring = Ring.create()
        if confinement is not None:
            confinement = confinement.with_writable(self._ring.files())
        self._setup = WorkerSetup(
            registry=registry,
            ring=self._ring.place,
            cache_dir=cache_dir,
            memory_bytes=memory_bytes,
            disk_bytes=disk_bytes,
            log=log,
            preload=preload,
            packs=packs,
            confinement=confinement,
        )
        self._numbers = count(1)
        self._newest = 0
        self._submitting = threading.Lock()
        # Used in the client's thread only:
        self._notes: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._handled = threading.Semaphore(0)  # released after each frame
        self._process: WorkerProcess | None = None
        self._ready = False
        self._closing = False
        self._sender = Sender()
        self._run: _Run | None = None
        self._busy: int | None = None
        self._due: float | None = None
        self._killed = False
        self._reason = ""
        self._thread = threading.Thread(target=self._work, name="worker-client", daemon=True)
        self._thread.start()

    # --- called by the editor --------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker, so that it is ready for the first run."""
        self._notes.put(self._start)

    def submit(
        self,
        document: bytes,
        folder: Path,
        targets: tuple[str, ...],
        output_dir: Path,
        shown: Mapping[str, tuple[bytes, ...]] | None = None,
        joint: tuple[bytes, ...] = (),
        joint_nodes: tuple[str, ...] = (),
        downloads: Iterable[str] = (),
    ) -> int:
        """Run a workflow instead of the current one; see `protocol.Submit`.

        Returns:
            The number of the run. Its first messages may arrive before this method returns.
        """
        with self._submitting:
            self._newest = number = next(self._numbers)
            request = Submit(
                run=number,
                document=document,
                folder=str(folder),
                targets=targets,
                output_dir=str(output_dir),
                shown=None if shown is None else dict(shown),
                joint=joint,
                joint_nodes=joint_nodes,
                downloads=tuple(downloads),
            )
            self._notes.put(partial(self._submit, request))
        return number

    def dry_run(
        self, document: bytes, folder: Path, targets: tuple[str, ...], plan: bool = False
    ) -> int:
        """Request a dry run from the worker, if it is ready; see `protocol.DryRun`.

        Returns:
            The number of the `DryRunDone` reply. There is none if the worker dies or gets a newer
            request.
        """
        number = next(self._numbers)
        request = DryRun(
            number=number, document=document, folder=str(folder), targets=targets, plan=plan
        )
        self._notes.put(partial(self._query, request))
        return number

    def show_steps(
        self, document: bytes, folder: Path, node: str, name: str, steps: tuple[int, ...]
    ) -> int:
        """Request pictures of stored steps from the worker, if it is ready; see
        `protocol.ShowSteps`.

        Returns:
            The number of the `StepShown` replies and of the `StepsShown` that ends them. They are
            cut short if the worker dies or gets a newer request.
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
        self._notes.put(partial(self._query, request))
        return number

    def show_value(
        self,
        document: bytes,
        folder: Path,
        output_dir: Path,
        node: str,
        index: int | None = None,
    ) -> int:
        """Request the pictures of a node's value from the worker, if it is ready; see
        `protocol.ShowValue`.

        Returns:
            The number of the `ValueShown` reply. There is none if the worker dies or gets a newer
            request.
        """
        number = next(self._numbers)
        request = ShowValue(
            number=number,
            document=document,
            folder=str(folder),
            output_dir=str(output_dir),
            node=node,
            index=index,
        )
        self._notes.put(partial(self._query, request))
        return number

    def cancel(self, deadline: float | None = None) -> None:
        """Stop the newest run between two steps, or by force after `deadline` seconds."""
        wait = self._deadline if deadline is None else deadline
        self._notes.put(partial(self._cancel, self._newest, wait))

    def kill(self) -> None:
        """Kill the worker and its run at once, and start another worker."""
        self._notes.put(self._kill)

    def close(self) -> None:
        """End the worker and release all resources; only `join` may be called afterwards."""
        self._notes.put(self._close)

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end of the client after `close`; returns False after `timeout` seconds."""
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
        self._handled.release(_ALL)

    def _start(self) -> None:
        if self._process is None and not self._closing:
            self._killed = False
            self._reason = ""
            self._busy = None
            self._sender = Sender()
            self._process = WorkerProcess(
                self._start_method,
                self._setup,
                on_frame=self._pass_on,
                on_end=lambda exitcode, why: self._notes.put(partial(self._on_end, exitcode, why)),
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

    def _query(self, request: Query) -> None:
        if self._ready:
            self._send(request)

    def _send(self, request: Request) -> None:
        if self._process is not None:
            self._process.send(encode([self._sender.shortened(request)]))

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
        self._end_process(tr("the worker was stopped by the user"))

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
            self._process = None  # it is killed once the fork server has started it

    # --- messages from the worker ----------------------------------------------------------------

    def _pass_on(self, frame: bytes) -> None:
        """Pass a frame to the client's thread and wait for it, so that a worker that sends more
        than it can take has to wait as well; called in the thread that reads."""
        self._notes.put(partial(self._on_frame, frame))
        self._handled.acquire()

    def _on_frame(self, frame: bytes) -> None:
        try:
            if not self._closing:
                self._obey(frame)
        except (msgspec.DecodeError, ValueError):  # from a pack that has taken over the worker
            self._reason = tr("the worker sent a message that cannot be read")
            if self._process is not None:
                self._process.kill()
        finally:
            self._handled.release()

    def _obey(self, frame: bytes) -> None:
        for reply in decode_replies(frame):
            match reply:
                case Ready():
                    self._ready = True
                    self._on_reply(reply)
                    if self._run is not None:
                        self._send_run(self._run)
                case WorkerDied(message=message):
                    self._reason = message
                case DryRunDone() | StepShown() | StepsShown() | ValueShown():
                    self._on_reply(reply)
                case PictureReady():
                    pixels = self._ring.read(reply.written)  # even if nobody wants it any more
                    if pixels is not None:
                        event = msgspec.structs.replace(reply.event, pixels=pixels)
                        if isinstance(event, Preview):  # it may have been scaled down
                            width, height = reply.written.width, reply.written.height
                            event = msgspec.structs.replace(
                                event, width=width, height=height // max(1, event.count)
                            )
                        self._on_run_reply(RunEvent(run=reply.run, event=event))
                case _:
                    self._on_run_reply(reply)

    def _on_run_reply(self, reply: RunStarted | RunEvent | RunFinished | RunRefused) -> None:
        ended = isinstance(reply, RunFinished | RunRefused)
        if ended and reply.run == self._busy:
            self._busy = None
        run = self._run
        if run is None or reply.run != run.request.run:
            if isinstance(reply, RunStarted) and self._due is not None:
                # A run between the cancelled one and the newest; it has to end, too.
                self._due = time.monotonic() + self._deadline
            return
        if ended:
            self._run = self._due = None
        elif isinstance(reply, RunStarted):
            run.started = True
            if not run.cancelled:
                self._due = None
        else:
            run.note(reply)
        if reply.run == self._newest:
            self._on_reply(reply)

    def _on_end(self, exitcode: int | None, why: str) -> None:
        again = self._ready or self._killed
        self._process = self._due = None
        self._ready = False
        if self._closing:
            return
        run = self._run
        message = self._reason or why or _obituary(exitcode, run)
        resumes = again and run is not None and self._resumes(run)
        if run is not None and run.deaths > 1 and not run.cancelled and not resumes:
            message = tr(
                "{0}; two workers in a row died of this run, so it is not tried again", message
            )
        self._run = run if resumes else None
        number = run.request.run if run is not None else None
        self._on_reply(WorkerDied(run=number, exitcode=exitcode, message=message, resumes=resumes))
        if again:
            self._start()

    def _resumes(self, run: _Run) -> bool:
        """Update a run whose worker has died; returns True if it resumes in another worker."""
        innocent, advanced = run.innocent, run.advanced
        run.worker_died()
        return not run.cancelled and (innocent or (self._resume and (run.deaths < 2 or advanced)))


def _obituary(exitcode: int | None, run: _Run | None) -> str:
    """Explain the death of a worker from its exit code and its last messages."""
    if exitcode is not None and exitcode < 0:
        name = _signal_name(-exitcode)
        cause = tr("the worker was ended by {0}", name)
        if name == "SIGKILL":
            cause = tr("{0}; systems do this when memory runs out", cause)
    else:
        cause = tr("the worker ended with exit code {0}", exitcode)
    node = next(reversed(run.running), None) if run is not None else None
    return tr("{0} while running {1}", cause, node) if node is not None else cause


def _signal_name(number: int) -> str:
    """Return the name of a signal, or its number if it has none, such as a real-time signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return tr("signal {0}", number)

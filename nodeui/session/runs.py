"""The queue of runs, and the engine that does them one after the other.

Each document has a shadow in a background thread: the same edits are applied to it there, so that
it can be planned and written as text without holding up the windows and without locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from nodeui.engine.protocol import (
    DryRunDone,
    Event,
    NodeStarted,
    Progress,
    Ready,
    Reply,
    Report,
    RunEvent,
    RunFinished,
    RunRefused,
    StepShown,
    StepsShown,
    WorkerDied,
)
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.session.background import Background
from nodeui.session.dry_runs import DryRuns
from nodeui.session.preferences import Settings
from nodeui.session.session import Session
from nodeui.session.shadow import Library, Planned, Shadow

if TYPE_CHECKING:
    from nodeui.engine.client import Client

_numbers = count(1)


def _shown_targets(graph: Graph) -> tuple[str, ...]:
    """The active output nodes; in place of those that write files, what they would write."""
    targets: dict[str, None] = {}
    for id, node in graph.nodes.items():
        spec = graph.spec(id)
        if spec is None or not spec.output or node.mode != "active":
            continue
        if spec.node.validator is None:
            targets[id] = None
        else:
            targets |= {link.source: None for link in graph.links_in(id).values()}
    return tuple(targets)


@dataclass(frozen=True)
class Aside:
    """A variant of a session's graph, run without a word to the session.

    Attributes:
        output: Where its files are written.
        watch: Takes the events of its run.
    """

    output: Path
    watch: Callable[[Event], object]


@dataclass(eq=False)
class Job:
    """A run that waits or is under way.

    Attributes:
        session: Whose graph it runs.
        title: Of the document, when the run was asked for.
        folder: Where relative paths of the workflow start.
        targets: What is wanted; empty for all output nodes.
        live: It was started by an edit, and the next edit replaces it.
        document: The workflow when the run was asked for, as the text of its file; None until it
            is written.
        note: The last edit before that.
        aside: Set where it runs a variant of the graph.
        number: For people.
        run: Number of the run at the engine, once submitted.
        stopping: It was asked to stop.
        progress: What was last told of the node that runs.
    """

    session: Session
    title: str
    folder: Path
    targets: tuple[str, ...] = ()
    live: bool = False
    document: bytes | None = None
    note: str = ""
    aside: Aside | None = None
    number: int = field(default_factory=lambda: next(_numbers))
    run: int | None = None
    stopping: bool = False
    progress: Progress | None = None


class Runs(QObject):
    """What runs and what waits, of all documents.

    Args:
        settings: Folders and bounds.
        specs: The known node types.
        registry: The function that gives them to the worker: "package.module:function".
    """

    queue_changed = Signal()
    """`current` or `waiting` is not what it was."""
    worker_changed = Signal()
    """`worker` or `environment` is not what it was."""
    progressed = Signal(object)
    """The `Job` under way, of which `progress` is not what it was."""
    finished = Signal(object, object)
    """A `Job` and its `Report`."""
    failed = Signal(object, str)
    """A `Job` that ended without a report, and why."""
    message = Signal(str, str)
    """Level and text, about the worker."""

    _replied = Signal(object)

    def __init__(
        self,
        settings: Settings,
        specs: Registry,
        registry: str = "nodeui.graph.registry:installed",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._registry = registry
        self._library = Library(settings.places.cache, specs)
        self._client: Client | None = None
        self._background = Background("planner", self)
        self._shadows: dict[Session, Shadow] = {}
        self._dry_runs = DryRuns()
        self.current: Job | None = None
        self.waiting: list[Job] = []
        self.worker = "off"
        self.pid: int | None = None
        self.environment = ""
        self._replied.connect(self._on_reply, Qt.ConnectionType.QueuedConnection)

    # --- the worker --------------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker in the background."""
        if self._client is None:
            from nodeui.engine.client import Client  # not before the window is shown

            preferences = self._settings.preferences
            self._client = Client(
                self._replied.emit,
                cache_dir=self._settings.places.cache,
                registry=self._registry,
                memory_bytes=int(preferences.memory_gb * 2**30),
                disk_bytes=int(preferences.cache_gb * 2**30),
                log=self._settings.places.state / "worker.log",
            )
            self._set_worker("starting")
            self._client.start()
            for session in self._shadows:
                self.plan(session)

    def close(self) -> None:
        """End the worker."""
        self._background.close()
        self._library.close()
        if self._client is not None:
            self._client.close()
            self._client.join(5)
            self._client = None

    def _set_worker(self, state: str) -> None:
        self.worker = state
        self.worker_changed.emit()

    # --- documents -----------------------------------------------------------------------------

    def __contains__(self, session: Session) -> bool:
        return session in self._shadows

    def add(self, session: Session) -> None:
        """Take on a document; its edits are followed from now on."""
        self._shadows[session] = Shadow(session, self._background, self._library)

    def remove(self, session: Session) -> None:
        """Let go of a document and of its runs."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        self._shadows.pop(session).close()
        self._dry_runs.forget(session)
        if self.current is not None and self.current.session is session:
            self._cancel_current()
        self.queue_changed.emit()

    def plan(self, session: Session) -> None:
        """Work out in the background what a run would do, and tell the session."""
        if self._client is not None and session in self._shadows:
            self._shadows[session].plan(lambda planned: self._take_plan(session, planned))

    def fetch(self, session: Session, id: str) -> None:
        """Read the picture of a node that a run has finished, and tell the session."""
        self._fetch(session, id, of_run=True)

    def _fetch(self, session: Session, id: str, *, of_run: bool) -> None:
        if session in self._shadows:
            take = partial(self._take_image, session, id)
            self._shadows[session].fetch(id, self.output_folder, take, of_run=of_run)

    def _show_files(self, session: Session, report: Report) -> None:
        """Show the files that a run has written, also where the cache is full."""
        for output in {output.node: output for output in reversed(report.outputs)}.values():
            if session in self._shadows:
                take = partial(self._take_image, session, output.node)
                self._shadows[session].fetch_file(Path(output.path), take)

    def _take_image(self, session: Session, id: str, image: QImage) -> None:
        if session in self._shadows:
            session.take_image(id, image)

    def _take_plan(self, session: Session, planned: Planned) -> None:
        if session in self._shadows:
            session.take_plan(planned.states)
            self._dry_runs.ask(session, planned.question)
            for id in planned.pictures:
                self._fetch(session, id, of_run=False)

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Have the worker show stored steps of a node, and tell the session."""
        self._dry_runs.show_steps(session, node, name, steps)

    @property
    def output_folder(self) -> Path:
        """Where pictures are written."""
        return self._settings.preferences.output_folder()

    # --- the queue -----------------------------------------------------------------------------

    def run(self, session: Session, targets: Sequence[str]) -> None:
        """Put a run of the graph as it is now at the end of the queue."""
        self.enqueue([self._job(session, tuple(targets), live=False)])

    def _job(self, session: Session, targets: tuple[str, ...], *, live: bool) -> Job:
        """A run of the graph as it is now."""
        note = session.undo_labels[-1] if session.undo_labels else ""
        job = Job(session, session.title, session.folder, targets, live, note=note)

        def take(document: bytes) -> None:
            job.document = document
            if self.current is job:
                self._send(job)

        def fail(error: Exception) -> None:
            self._fail(job, self.tr("The run cannot start: {}").format(error))

        self._shadows[session].dump(take, fail)
        return job

    def enqueue(self, jobs: Iterable[Job]) -> None:
        """Put runs at the end of the queue; variants wait for all runs of graphs as they are."""
        self.waiting += jobs
        self.waiting.sort(key=lambda job: job.aside is not None)
        self._advance()

    def run_live(self, session: Session) -> None:
        """Run now in place of the session's live run; behind the runs of others.

        Nodes that write files do not run: a drag would write dozens of them.
        """
        self.waiting = [job for job in self.waiting if not (job.live and job.session is session)]
        targets = _shown_targets(session.graph)
        if not targets:
            return
        job = self._job(session, targets, live=True)
        if self.current is not None and self.current.live and self.current.session is session:
            self._submit(job)
        else:
            self.enqueue([job])

    def stop(self, session: Session) -> None:
        """Stop the session's runs between two steps; a second call ends the worker."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        job = self.current
        if job is not None and job.session is session:
            if job.stopping and self._client is not None:
                self._client.kill()
            self._cancel_current()
        self._tell()

    def cancel(self, *jobs: Job) -> None:
        """Take waiting runs out of the queue, or stop the one that is under way."""
        self.waiting = [job for job in self.waiting if job not in jobs]
        if self.current in jobs:
            self._cancel_current()
        self._tell()

    def move(self, job: Job, place: int) -> None:
        """Give a waiting run another place in the queue; 0 is next."""
        self.waiting.remove(job)
        self.waiting.insert(place, job)
        self._tell()

    def state_of(self, session: Session) -> str:
        """What a session does: "running", "sweeping" (a variant of it runs), "queued" or "idle"."""
        if self.current is not None and self.current.session is session:
            return "running" if self.current.aside is None else "sweeping"
        return "queued" if any(job.session is session for job in self.waiting) else "idle"

    def _cancel_current(self) -> None:
        job = self.current
        if job is not None and self._client is not None:
            job.stopping = True
            if job.run is None:
                self._end(job, None)
            else:
                self._client.cancel()

    def _advance(self) -> None:
        if self.current is None and self.waiting:
            self._submit(self.waiting.pop(0))
        self._tell()

    def _submit(self, job: Job) -> None:
        """Hand a run to the worker, in place of the one under way, once its text is written."""
        if self.current is not None:
            job.session.take_run_end()  # only runs of one document replace each other
        self.current = job
        self.start()
        if job.document is not None:
            self._send(job)

    def _send(self, job: Job) -> None:
        assert self._client is not None and job.document is not None
        if self.worker == "off":
            self._set_worker("starting")
        if job.aside is None:
            output = self.output_folder
            self._shadows[job.session].expect(job.document, job.folder)
        else:
            output = job.aside.output
        job.run = self._client.submit(job.document, job.folder, job.targets, output)

    def _tell(self) -> None:
        self.queue_changed.emit()
        for session in self._shadows:
            session.run_state_changed.emit()

    # --- what the worker says ------------------------------------------------------------------

    def _on_reply(self, reply: Reply | WorkerDied) -> None:
        job = self.current
        match reply:
            case Ready():
                self.pid = reply.pid
                self.environment = reply.environment
                self._set_worker("ready")
                if self._client is not None:
                    self._dry_runs.worker_ready(self._client)
            case DryRunDone() | StepShown() | StepsShown():
                self._dry_runs.take(reply)
            case WorkerDied():
                self._on_death(reply)
            case RunEvent() if job is not None and reply.run == job.run:
                self._note_progress(job, reply.event)
                if job.aside is not None:
                    job.aside.watch(reply.event)
                elif job.session in self._shadows:  # else it was closed meanwhile
                    job.session.take_event(reply.event)
            case RunFinished() if job is not None and reply.run == job.run:
                self._end(job, reply.report)
            case RunRefused() if job is not None and reply.run == job.run:
                self._fail(job, reply.message)
            case _:
                pass

    def _note_progress(self, job: Job, event: Event) -> None:
        if isinstance(event, Progress | NodeStarted):
            job.progress = event if isinstance(event, Progress) else None
            self.progressed.emit(job)

    def _on_death(self, death: WorkerDied) -> None:
        """The client starts another worker, unless this one never came up."""
        self.pid = None
        self._dry_runs.worker_died(idle=self.current is None)
        self._set_worker("starting" if self.worker == "ready" else "off")
        job = self.current
        text = death.message[:1].upper() + death.message[1:]
        if death.resumes:
            text = self.tr("{}. A new one goes on where it stopped.").format(text)
            self.message.emit("warning", text)
        elif job is None:
            self.message.emit("error", text)
        elif job.stopping:
            self.message.emit("info", text)
            self._end(job, None)
        else:
            self._fail(job, text)

    def _fail(self, job: Job, why: str) -> None:
        """End a run that could not be run."""
        self.message.emit("error", why)
        self.failed.emit(job, why)
        self.waiting = [other for other in self.waiting if other is not job]
        if self.current is job:
            self._end(job, None)
        else:
            self._tell()

    def _end(self, job: Job, report: Report | None) -> None:
        self.current = None
        if job.session in self._shadows:
            job.session.take_run_end()
        if report is not None:
            if job.aside is None:
                self._show_files(job.session, report)
            self.finished.emit(job, report)
        self._advance()

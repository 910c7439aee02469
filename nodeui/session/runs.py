"""The queue of runs of all documents, and the worker that carries them out.

Each document has a shadow in a background thread, to which the same edits are applied. It is
planned and serialised there, so that the windows never wait and nothing is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    RunStarted,
    StepShown,
    StepsShown,
    ValuePicture,
    ValueShown,
    WorkerDied,
)
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.dry_runs import DryRuns
from nodeui.session.pace import LivePace
from nodeui.session.pictures import from_bytes
from nodeui.session.preferences import Settings
from nodeui.session.session import Session
from nodeui.session.shadow import Library, Planned, Shadow
from nodeui.session.targets import shown_targets
from nodeui.session.values import ValuePictures

if TYPE_CHECKING:
    from nodeui.engine.cache import Digests
    from nodeui.engine.client import Client

_numbers = count(1)


@dataclass(frozen=True)
class Aside:
    """A variant of a session's graph, whose run is not reported to the session.

    Attributes:
        output: Output folder.
        watch: Called with the events of the run.
        joint, joint_nodes: See `protocol.Submit`.
    """

    output: Path
    watch: Callable[[Event], object]
    joint: tuple[bytes, ...] = ()
    joint_nodes: tuple[str, ...] = ()


@dataclass(eq=False)
class Job:
    """A run that waits or is under way.

    Attributes:
        session: The session whose graph it runs.
        title: Title of the document when the run was requested.
        folder: Where relative paths of the workflow start.
        targets: Ids of the nodes to compute; empty for all output nodes.
        live: It was started by an edit, and the next edit replaces it.
        document: Text of the workflow file when the run was requested; None until it is
            serialised.
        note: Label of the last edit before that.
        aside: Set if it runs a variant of the graph.
        number: User-facing number.
        run: Number of the run at the client, once submitted.
        begun: The worker has begun it.
        stopping: It was asked to stop.
        progress: Last progress of the running node.
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
    begun: bool = False
    stopping: bool = False
    progress: Progress | None = None


class Runs(QObject):
    """The queue of runs; implements `session.Engine`.

    Args:
        settings: Folders and limits.
        specs: The known node types.
        registry: Name of the function that returns them in the worker: "package.module:function".
    """

    queue_changed = Signal()
    """`current` or `waiting` changed."""
    worker_changed = Signal()
    """`worker` or `environment` changed."""
    progressed = Signal(object)
    """The current `Job`, whose `progress` changed."""
    finished = Signal(object, object)
    """A `Job` and its `Report`."""
    failed = Signal(object, str)
    """A `Job` that ended without a report, and the reason."""
    message = Signal(str, str)
    """Level and text, about the worker."""

    _replied = Signal(object, object)

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
        self._dry_runs = DryRuns(self._take_worker_plan)
        self.values = ValuePictures()
        self._pace = LivePace(self.run_live, self)
        self.current: Job | None = None
        self.waiting: list[Job] = []
        self.worker = "off"
        self.pid: int | None = None
        self.environment = ""
        self._specs = specs
        specs.changed.append(self._on_specs_changed)
        self._replied.connect(self._on_reply, Qt.ConnectionType.QueuedConnection)

    # --- the worker --------------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker in the background."""
        if self._client is None:
            from nodeui.engine.client import Client  # not before the window is shown

            preferences = self._settings.preferences
            self._client = Client(
                self._receive,
                cache_dir=self._settings.places.cache,
                registry=self._registry,
                memory_bytes=int(preferences.memory_gb * 2**30),
                disk_bytes=int(preferences.cache_gb * 2**30),
                log=self._settings.places.state / "worker.log",
                preload=self._specs.preload,
            )
            self._set_worker("starting")
            self._client.start()
            for session in self._shadows:
                self.plan(session)

    def close(self) -> None:
        """End the worker."""
        self._specs.changed.remove(self._on_specs_changed)
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
        """Follow a document."""
        self._shadows[session] = Shadow(session, self._background, self._library, self.values)

    def remove(self, session: Session) -> None:
        """Stop following a document, and drop its runs."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        self._pace.forget(session)
        self._shadows.pop(session).close()
        self._dry_runs.forget(session)
        if self.current is not None and self.current.session is session:
            self._cancel_current()
        self.queue_changed.emit()

    def plan(self, session: Session) -> None:
        """Plan in the background and report to the session."""
        if self._client is not None and session in self._shadows:
            self._shadows[session].plan(lambda planned: self._take_plan(session, planned))

    def _fetch(self, session: Session, pictures: Mapping[str, Digests]) -> None:
        """Read the pictures of a plan that the session does not have yet."""
        shadow = self._shadows[session]
        missing = shadow.missing(pictures)
        for id in pictures.keys() - set(missing):
            session.keep_image(id)
        for id in missing:
            take = partial(self._take_image, session, id)
            fail = partial(self._report_picture, session, id)
            shadow.fetch(id, pictures[id], self.output_folder, take, fail)

    def _take_image(self, session: Session, id: str, image: QImage) -> None:
        if session in self._shadows:
            session.take_image(id, image)

    def _report_picture(self, session: Session, id: str, error: object) -> None:
        text = tr("{0} cannot be shown: {1}", session.name_of(id), error)
        session.report("warning", text)

    def _take_picture(self, session: Session, shown: ValuePicture, image: QImage | None) -> None:
        """Take the picture of a value of a run."""
        shadow, id = self._shadows[session], shown.node
        if id not in session.graph.nodes:
            return
        if shown.path:
            take = partial(self._take_image, session, id)
            shadow.fetch_file(id, shown.digests, Path(shown.path), take)
            return
        shadow.received(id, shown.digests)
        if image is not None:
            session.take_image(id, image)
        elif shown.error:
            self._report_picture(session, id, shown.error)
        else:
            session.keep_image(id)

    def _take_plan(self, session: Session, planned: Planned) -> None:
        if session in self._shadows:
            session.take_plan(planned.states, planned.undecided)
            self._dry_runs.ask(session, planned.question)
            self._fetch(session, planned.pictures)

    def _take_worker_plan(self, session: Session, answer: DryRunDone) -> None:
        """Take the plan of a document with nodes whose code only the worker has."""
        if answer.plan and session in self._shadows:
            states, pictures = self._shadows[session].planned_by_worker(answer.plan)
            session.take_plan(states)
            session.take_upgrades(answer.upgrades)
            self._fetch(session, pictures)

    def _on_specs_changed(self) -> None:
        for session, shadow in self._shadows.items():
            session.take_specs()
            shadow.reload()
            session.plan()

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Show stored steps of a node: the worker's pictures are passed to the session."""
        self._dry_runs.show_steps(session, node, name, steps)

    @property
    def output_folder(self) -> Path:
        """Folder where pictures are written."""
        return self._settings.preferences.output_folder()

    # --- the queue -----------------------------------------------------------------------------

    def run(self, session: Session, targets: Sequence[str]) -> None:
        """Append a run of the present graph to the queue."""
        self.enqueue([self._job(session, tuple(targets), live=False)])

    def _job(self, session: Session, targets: tuple[str, ...], *, live: bool) -> Job:
        """Return a run of the present graph."""
        note = session.undo_labels[-1] if session.undo_labels else ""
        job = Job(session, session.title, session.folder, targets, live, note=note)

        def take(document: bytes) -> None:
            job.document = document
            if self.current is job:
                self._send(job)

        def fail(error: Exception) -> None:
            self._fail(job, tr("The run cannot start: {}", error))

        self._shadows[session].dump(take, fail)
        return job

    def enqueue(self, jobs: Iterable[Job]) -> None:
        """Append runs to the queue; variants wait until all other runs are done."""
        self.waiting += jobs
        self.waiting.sort(key=lambda job: job.aside is not None)
        self._advance()

    def run_live(self, session: Session) -> None:
        """Run the present graph: replace the session's live run once `LivePace` allows it; runs of
        other sessions come first.

        Nodes that write files do not run: a drag would write dozens of them.
        """
        now = self.current
        replaces = now is not None and now.live and now.session is session
        if replaces and self._pace.put_off(session):
            return
        self.waiting = [job for job in self.waiting if not (job.live and job.session is session)]
        targets = shown_targets(session.graph)
        if not targets:
            return
        job = self._job(session, targets, live=True)
        if replaces:
            self._submit(job)
        else:
            self.enqueue([job])

    def stop(self, session: Session) -> None:
        """Stop the session's runs between two steps; a second call ends the worker."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        self._pace.forget(session)
        job = self.current
        if job is not None and job.session is session:
            if job.stopping and self._client is not None:
                self._client.kill()
            self._cancel_current()
        self._queue_changed()

    def cancel(self, *jobs: Job) -> None:
        """Remove runs from the queue, or stop the current one."""
        self.waiting = [job for job in self.waiting if job not in jobs]
        if self.current in jobs:
            self._cancel_current()
        self._queue_changed()

    def move(self, job: Job, place: int) -> None:
        """Move a waiting run to another position in the queue; 0 is next."""
        self.waiting.remove(job)
        self.waiting.insert(place, job)
        self._queue_changed()

    def state_of(self, session: Session) -> str:
        """Return what a session does: "running", "sweeping" (a variant runs), "queued", "idle"."""
        if self.current is not None and self.current.session is session:
            return "running" if self.current.aside is None else "sweeping"
        return "queued" if any(job.session is session for job in self.waiting) else "idle"

    def _cancel_current(self) -> None:
        job = self.current
        if job is not None and self._client is not None:
            job.stopping = True
            if job.run is not None:
                self._client.cancel()
            if not job.begun:
                self._end(job, None)

    def _advance(self) -> None:
        if self.current is None and self.waiting:
            self._submit(self.waiting.pop(0))
        self._queue_changed()

    def _submit(self, job: Job) -> None:
        """Make a run the current one, and send it to the worker once its text is serialised."""
        if self.current is not None:
            job.session.take_run_end()  # only runs of one document replace each other
        self.current = job
        if job.live:
            self._pace.begin()
        self.start()
        if job.document is not None:
            self._send(job)

    def _send(self, job: Job) -> None:
        assert self._client is not None and job.document is not None
        self.remember(job.document, job.folder)
        if self.worker == "off":
            self._set_worker("starting")
        if job.aside is None:
            output, shown = self.output_folder, self._shadows[job.session].shown
            joint = (), ()
        else:
            output, shown = job.aside.output, None
            joint = job.aside.joint, job.aside.joint_nodes
        submit = self._client.submit
        job.run = submit(job.document, job.folder, job.targets, output, shown, *joint)

    def remember(self, workflow: bytes, folder: Path) -> None:
        """Note that a workflow runs here, so that it and its pictures are trusted."""
        self._settings.trust.add(workflow, folder)

    def _queue_changed(self) -> None:
        self.queue_changed.emit()
        for session in self._shadows:
            session.take_run_state()

    # --- replies of the worker -----------------------------------------------------------------

    def _receive(self, reply: Reply) -> None:
        """Pass a reply on to the GUI thread; called in a thread of the client."""
        image = None
        match reply:
            case RunEvent(event=ValuePicture() as shown) if shown.width:
                image = from_bytes(shown)
            case _:
                pass
        self._replied.emit(reply, image)

    def _on_reply(self, reply: Reply, image: QImage | None) -> None:
        """Take a reply, with its picture if it has one."""
        job = self.current
        match reply:
            case Ready():
                self.pid = reply.pid
                self.environment = reply.environment
                self._set_worker("ready")
                self._specs.take_declarations(reply.packs)
                if self._client is not None:
                    self._dry_runs.worker_ready(self._client)
                    self.values.worker_ready(self._client)
            case DryRunDone() | StepShown() | StepsShown():
                self._dry_runs.take(reply)
            case ValueShown():
                self.values.take(reply)
            case WorkerDied():
                self._on_death(reply)
            case RunStarted() if job is not None and reply.run == job.run:
                job.begun = True
            case RunEvent() if job is not None and reply.run == job.run:
                self._note_progress(job, reply.event)
                if job.aside is not None:
                    job.aside.watch(reply.event)
                elif job.session not in self._shadows:  # it was closed in the meantime
                    pass
                elif isinstance(reply.event, ValuePicture):
                    self._take_picture(job.session, reply.event, image)
                else:
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
        """Handle the death of the worker. The client restarts it, unless it never came up."""
        self.pid = None
        self._dry_runs.worker_died(idle=self.current is None)
        self.values.worker_died(idle=self.current is None)
        self._set_worker("starting" if self.worker == "ready" else "off")
        job = self.current
        text = death.message[:1].upper() + death.message[1:]
        if death.resumes:
            text = tr("{}. A new one continues where it stopped.", text)
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
            self._queue_changed()

    def _end(self, job: Job, report: Report | None) -> None:
        self.current = None
        if job.session in self._shadows:
            job.session.take_run_end()
        if report is not None:
            self.finished.emit(job, report)
        if job.live:
            self._pace.end(job.session, complete=report is not None and not report.cancelled)
        self._advance()

"""The queue of runs of all documents, which the workers carry out.

Each document has a shadow in a background thread, to which the same edits are applied. It is
planned and serialised there, so that the windows never wait and nothing is locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

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
from nodeui.graph.edits import Edit
from nodeui.graph.quick import QuickChoice, QuickGraph, quick_graph
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.dry_runs import Question
from nodeui.session.inbox import Inbox
from nodeui.session.jobs import Job
from nodeui.session.pace import LivePace, Rest
from nodeui.session.pictures import PictureBatch, batch_of
from nodeui.session.preferences import Settings
from nodeui.session.session import Session
from nodeui.session.shadow import Library, Planned, Shadow
from nodeui.session.targets import shown_targets
from nodeui.session.value_images import ValueImages
from nodeui.session.values import ValuePictures
from nodeui.session.workers import INSTALLED, Lane, Workers


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

    def __init__(
        self,
        settings: Settings,
        specs: Registry,
        registry: str = INSTALLED,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._library = Library(settings.places.cache, specs)
        self._workers = Workers(settings, specs, registry, self._receive, self._take_worker_plan)
        self._background = Background("planner", self)
        self._shadows: dict[Session, Shadow] = {}
        self._images = ValueImages(self._shadows, lambda: self.output_folder)
        self._pace = LivePace(self.run_live, self)
        self._rest = Rest(self._run_full, lambda: settings.preferences.live_rest, self)
        self._live_at: dict[Session, int] = {}  # `NodeStates.edits` at the last live run
        self._full_at: dict[Session, int] = {}  # and at the last complete run that was not quick
        self.current: Job | None = None
        self.waiting: list[Job] = []
        self._downloads: set[str] = set()
        self._specs = specs
        specs.changed.append(self._on_specs_changed)
        self._inbox = Inbox(self._on_reply, self)

    # --- the worker --------------------------------------------------------------------------

    def start(self) -> None:
        """Start the worker in the background."""
        if not self._started:
            self._workers.start()
            self.worker_changed.emit()
            for session in self._shadows:
                self.plan(session)

    def choose_packs(self) -> None:
        """Put the states of node packs in the preferences into effect: workers that import others
        than before start again, and nodes of packs that are off become unknown."""
        started = self._started
        ended = self._workers.choose_packs()
        if not ended:
            return
        for job in self.waiting:
            job.lane = self._workers.lane_of(job.session.graph)
        if started:
            self._workers.start()
        self.worker_changed.emit()
        if self.current is not None and self.current.lane in ended:
            self._fail(self.current, tr("The run was stopped because node packs have changed."))

    @property
    def _started(self) -> bool:
        return self._workers.main.client is not None

    @property
    def worker(self) -> str:
        """The state of the main worker: "off", "starting" or "ready"."""
        return self._workers.main.state

    @property
    def pid(self) -> int | None:
        """The process of the main worker."""
        return self._workers.main.pid

    @property
    def environment(self) -> str:
        """The text that describes what the main worker's numeric nodes depend on."""
        return self._workers.main.environment

    def environment_of(self, session: Session) -> str:
        """Return the same of the worker of a document; "" if that is the main one."""
        lane = self._workers.lane_of(session.graph)
        return "" if lane is self._workers.main else lane.environment

    def values_of(self, session: Session) -> ValuePictures:
        """Return what asks the worker of a document for pictures of values."""
        return self._workers.lane_of(session.graph).values

    def close(self) -> None:
        """Begin to end the workers and the thread; `leaving.leave` waits for the workers."""
        self._specs.changed.remove(self._on_specs_changed)
        self._inbox.close()
        self._background.close(self._library.close)
        self._workers.close()

    # --- documents -----------------------------------------------------------------------------

    def __contains__(self, session: Session) -> bool:
        return session in self._shadows

    def add(self, session: Session) -> None:
        """Follow a document."""
        values = partial(self.values_of, session)
        self._shadows[session] = Shadow(session, self._background, self._library, values)

    def remove(self, session: Session) -> None:
        """Stop following a document, and drop its runs."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        self._forget_live(session)
        self._live_at.pop(session, None)
        self._full_at.pop(session, None)
        self._shadows.pop(session).close()
        for lane in self._workers.lanes:
            lane.dry_runs.forget(session)
        if self.current is not None and self.current.session is session:
            self._cancel_current()
        self.queue_changed.emit()

    def plan(self, session: Session) -> None:
        """Plan in the background and report to the session."""
        if self._started and session in self._shadows:
            shadow = self._shadows[session]
            shadow.environment = self.environment_of(session)
            edits = session.states.edits
            shadow.plan(lambda planned: self._take_plan(session, planned, edits))

    def fetch_picture(self, session: Session, node: str, index: int) -> None:
        """Read one picture of a node's batch in full; see `Session.take_full_picture`."""
        self._images.fetch_one(session, node, index)

    def _take_plan(self, session: Session, planned: Planned, edits: int) -> None:
        if session in self._shadows:
            session.take_plan(planned.states, planned.undecided)
            self._ask(session, planned.question)
            self._images.fetch(session, planned.pictures, edits)

    def _ask(self, session: Session, question: Question) -> None:
        """Ask the worker of a document for what only workers know."""
        lane = self._workers.lane_of(session.graph)
        for other in self._workers.lanes:
            if other is not lane:
                other.dry_runs.forget(session)
        if question.asks and not self._is_busy(lane):
            self._workers.use(lane, question.folder)
        lane.dry_runs.ask(session, question)

    def _is_busy(self, lane: Lane) -> bool:
        return self.current is not None and self.current.lane is lane

    def _take_worker_plan(self, session: Session, answer: DryRunDone) -> None:
        """Take the plan of a document with nodes whose code only the worker has."""
        if answer.plan and session in self._shadows:
            states, pictures = self._shadows[session].planned_by_worker(answer.plan)
            session.take_plan(states)
            session.take_upgrades(answer.upgrades)
            self._images.fetch(session, pictures)

    def _on_specs_changed(self) -> None:
        for session, shadow in self._shadows.items():
            session.take_specs()
            shadow.reload()
            session.plan()

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Show stored steps of a node: the worker's pictures are passed to the session."""
        self._workers.lane_of(session.graph).dry_runs.show_steps(session, node, name, steps)

    @property
    def output_folder(self) -> Path:
        """Folder where pictures are written."""
        return self._settings.preferences.output_folder()

    @property
    def cache_folder(self) -> Path:
        """Folder of the cache on disk."""
        return self._settings.places.cache

    # --- the queue -----------------------------------------------------------------------------

    def run(self, session: Session, targets: Sequence[str], count: int | None = 1) -> None:
        """Append runs of the present graph to the queue, each with unlocked seeds of its own.

        Args:
            session: The document.
            targets: Ids of the nodes to compute; empty for all output nodes.
            count: Number of runs; None to append another one whenever one has ended, until `stop`.
        """
        press = object()
        for _ in range(count or 1):
            self.enqueue([self._next_job(session, tuple(targets), press, endless=count is None)])

    def _next_job(
        self, session: Session, targets: tuple[str, ...], press: object, *, endless: bool
    ) -> Job:
        """Return a run of the present graph with the next seeds."""
        note = session.undo_labels[-1] if session.undo_labels else ""
        seeds = session.seeds.draw(targets)
        if self.current is None and not self.waiting:  # it begins at once
            session.seeds.show(seeds, press)
        return self._job(session, targets, note=note, seeds=seeds, press=press, endless=endless)

    def _job(
        self,
        session: Session,
        targets: tuple[str, ...],
        edits: Sequence[Edit] = (),
        **details: Any,
    ) -> Job:
        """Return a run of the present graph.

        Args:
            session: The document.
            targets: Ids of the nodes to compute; empty for all output nodes.
            edits: Changes of the graph for this run only.
            details: Further attributes of the `Job`.
        """
        job = Job(session, session.title, session.folder, targets, **details)
        job.edits = session.states.edits
        job.origin = job.edits - session.seeds.shows
        job.lane = self._workers.lane_of(session.graph)

        def take(document: bytes) -> None:
            job.document = document
            if self.current is job:
                self._send(job)

        def fail(error: Exception) -> None:
            self._fail(job, tr("The run cannot start: {}", error))

        self._shadows[session].dump(take, fail, [*session.seeds.edits(job.seeds), *edits])
        return job

    def enqueue(self, jobs: Iterable[Job]) -> None:
        """Append runs to the queue; variants wait until all other runs are done, and endless runs
        until all variants are."""
        for job in jobs:
            job.lane = job.lane or self._workers.lane_of(job.session.graph)
            self.waiting.append(job)
        self.waiting.sort(key=lambda job: (job.endless, job.aside is not None))
        self._advance()

    def _repeat(self, job: Job) -> None:
        """Append the run that follows an endless one, of the graph as it is now."""
        session = job.session
        if not session.seeds.unlocked(job.targets):
            session.report("info", tr("No seed is unlocked any more: the runs have ended."))
            return
        self.enqueue([self._next_job(session, job.targets, job.press, endless=True)])

    def run_live(self, session: Session) -> None:
        """Run the present graph: replace the session's live run once `LivePace` allows it; runs of
        other sessions come first.

        After strokes, a quick run comes first, and the full one when the hand rests. Nodes that
        write files do not run: a drag would write dozens of them.
        """
        now = self.current
        if now is not None and self._replaces(now, session):
            put_off = self._pace.put_off(session, quick=bool(now.quick))
        else:
            put_off = False
        if put_off:
            return
        painted = session.only_painted_since(self._live_at.get(session, -1))
        quick = self._quick_graph(session) if painted else None
        if quick is None:
            self._run_full(session)
        else:
            self._rest.begin(session, quick=True)
            self._start_live(session, edits=quick.edits, quick=quick.nodes)

    def _replaces(self, job: Job, session: Session) -> bool:
        """True if a live run of a session replaces the current run."""
        return job.live and job.session is session

    def _quick_graph(self, session: Session) -> QuickGraph | None:
        preferences, full_at = self._settings.preferences, self._full_at.get(session, -1)
        choice = QuickChoice(preferences.live_steps, preferences.live_solver)
        changed = partial(session.states.edited_after, edits=full_at)
        return quick_graph(session.graph, choice, changed)

    def _run_full(self, session: Session) -> None:
        """Start a live run of the present graph, replacing another one."""
        self._rest.forget(session)
        self._start_live(session)

    def _start_live(self, session: Session, **details: Any) -> None:
        """Start a live run with the details of `_job`."""
        self.waiting = [job for job in self.waiting if not self._replaces(job, session)]
        targets = shown_targets(session.graph)
        if not targets:
            return
        self._live_at[session] = session.states.edits
        note = session.undo_labels[-1] if session.undo_labels else ""
        job = self._job(session, targets, live=True, note=note, **details)
        if self.current is not None and self._replaces(self.current, session):
            self._submit(job)
        else:
            self.enqueue([job])

    def hand_moves(self, session: Session) -> None:
        """Put the full live run off until the hand rests; one under way is stopped."""
        job = self.current
        if self._rest.waits_for(session):
            self._rest.move(session)
        elif job is not None and self._replaces(job, session) and not job.stopping:
            self._rest.begin(session, quick=False)
            self._cancel_current()

    def _forget_live(self, session: Session) -> None:
        """Drop the live runs of a session that were put off."""
        self._pace.forget(session)
        self._rest.forget(session)

    def stop(self, session: Session) -> None:
        """Stop the session's runs between two steps; a second call ends the worker."""
        self.waiting = [job for job in self.waiting if job.session is not session]
        self._forget_live(session)
        job = self.current
        if job is not None and job.session is session:
            client = job.lane and job.lane.client
            if job.stopping and client is not None:
                client.kill()
            self._cancel_current()
        self._queue_changed()

    def cancel(self, *jobs: Job) -> None:
        """Remove runs from the queue, or stop the current one."""
        self.waiting = [job for job in self.waiting if job not in jobs]
        for job in jobs:
            self._rest.forget(job.session)
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
        if job is not None and job.lane is not None:
            job.stopping = True
            if job.run is not None and job.lane.client is not None:
                job.lane.client.cancel()
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
        self._show_seeds(job)
        self.start()
        if job.document is not None:
            self._send(job)

    def _show_seeds(self, job: Job) -> None:
        """Show the seeds of a run that begins, and note whether the graph has its values now."""
        states, seeds = job.session.states, job.session.seeds
        same = states.edits - seeds.shows == job.origin
        seeds.show(job.seeds, job.press)
        if same:
            job.edits = states.edits

    def _send(self, job: Job) -> None:
        lane = job.lane
        assert lane is not None and job.document is not None
        if not job.quick:
            self.remember(job.document, job.folder)
        self._workers.use(lane, job.folder)
        assert lane.client is not None
        if lane.state == "off":
            self._set_worker(lane, "starting")
        if job.aside is None:
            output, known = self.output_folder, self._shadows[job.session].shown
            shown = {id: digests for id, digests in known.items() if id not in job.quick}
            joint = (), ()
        else:
            output, shown = job.aside.output, job.aside.shown
            joint = job.aside.joint, job.aside.joint_nodes
        submit = lane.client.submit
        job.run = submit(
            job.document, job.folder, job.targets, output, shown, *joint, downloads=self._downloads
        )

    def allow_download(self, source: str) -> None:
        """Allow all runs to download a source until the editor ends."""
        self._downloads.add(source)

    def remember(self, workflow: bytes, folder: Path) -> None:
        """Note that a workflow runs here, so that it and its pictures are trusted."""
        self._settings.trust.add(workflow, folder)

    def _queue_changed(self) -> None:
        self.queue_changed.emit()
        for session in self._shadows:
            session.take_run_state()

    # --- replies of the worker -----------------------------------------------------------------

    def _receive(self, lane: Lane, generation: int, reply: Reply) -> None:
        """Pass a reply on to the GUI thread and wait while too many are on their way there; called
        in a thread of the client."""
        batch = None
        match reply:
            case RunEvent(event=ValuePicture() as shown) if shown.width:
                batch = batch_of(shown)
            case _:
                pass
        pixels = getattr(getattr(reply, "event", reply), "pixels", b"")
        self._inbox.put(lane, generation, reply, batch, size=len(pixels))

    def _set_worker(self, lane: Lane, state: Literal["off", "starting", "ready"]) -> None:
        lane.state = state
        if lane is self._workers.main:
            self.worker_changed.emit()

    def _on_reply(
        self, lane: Lane, generation: int, reply: Reply, batch: PictureBatch | None
    ) -> None:
        """Take a reply, with its pictures if it has any."""
        if generation != lane.generation:
            return
        job = self.current if self._is_busy(lane) else None
        match reply:
            case Ready():
                self._on_ready(lane, reply)
            case DryRunDone() | StepShown() | StepsShown():
                lane.dry_runs.take(reply)
            case ValueShown():
                lane.values.take(reply)
            case WorkerDied():
                self._on_death(lane, reply)
            case RunStarted() if job is not None and reply.run == job.run:
                job.begun = True
            case RunEvent() if job is not None and reply.run == job.run:
                self._note_progress(job, reply.event)
                if job.aside is not None:
                    job.aside.watch(reply.event)
                elif job.session not in self._shadows:  # it was closed in the meantime
                    pass
                elif reply.event.node in job.quick:
                    if batch is not None and job.edits is not None:
                        job.session.take_quick_pictures(reply.event.node, batch, job.edits)
                elif isinstance(reply.event, ValuePicture):
                    self._images.take(job.session, reply.event, batch, job.edits)
                else:
                    job.session.take_event(reply.event, job.edits)
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

    def _on_ready(self, lane: Lane, ready: Ready) -> None:
        """Take a worker that has started."""
        moved = lane is self._workers.confined and lane.environment != ready.environment
        lane.pid = ready.pid
        lane.environment = ready.environment
        self._set_worker(lane, "ready")
        self._specs.take_declarations(ready.packs, lane.declares)
        if lane.client is not None:
            lane.dry_runs.worker_ready(lane.client)
            lane.values.worker_ready(lane.client)
        if moved:
            for session in self._shadows:
                session.plan()

    def _on_death(self, lane: Lane, death: WorkerDied) -> None:
        """Handle the death of a worker. The client restarts it, unless it never came up."""
        job = self.current if self._is_busy(lane) else None
        lane.ended(idle=job is None)
        self._set_worker(lane, "starting" if lane.state == "ready" else "off")
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
        complete = report is not None and not report.cancelled
        failed = not complete or bool(report and report.failures)
        if job.live:
            self._pace.end(job.session, complete=complete, quick=bool(job.quick))
        if job.quick:
            self._rest.end_quick(job.session)
        elif not failed and job.aside is None and (job.live or not job.targets):
            self._full_at[job.session] = job.edits or 0
        if job.endless and job.session in self._shadows and not (failed or job.stopping):
            self._repeat(job)
        self._advance()

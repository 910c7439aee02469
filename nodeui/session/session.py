"""One open document: its graph, history, selection and node states."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from nodeui.engine.protocol import Event, Preview, Trajectory, Warned
from nodeui.graph import document as files
from nodeui.graph.changes import paints, removed, touched
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit, Upgrade
from nodeui.graph.history import History
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.journal import Journal
from nodeui.session.pictures import PictureBatch
from nodeui.session.seeds import Seeds
from nodeui.session.states import NodeState, NodeStates

PLAN_DELAY = 150
"""Milliseconds after the last edit until the plan is made."""

_LIVE = QEvent.Type(QEvent.registerEventType())
"""Event that starts a live run."""

LABEL_DELAY = 200
"""Milliseconds after the last edit of a drag until the undo label is refreshed."""


class Engine(Protocol):
    """Plans and runs the graphs of sessions; implemented by `nodeui.session.runs.Runs`."""

    def run(self, session: Session, targets: Sequence[str], count: int | None) -> None:
        """Append runs to the queue; call `Session.take_event` and `take_pictures` as they run.

        Args:
            session: The session.
            targets: Ids of the nodes to compute; empty for all output nodes.
            count: Number of runs; None to run until `stop`.
        """
        ...

    def run_live(self, session: Session) -> None:
        """Run now, replacing the session's live run if one is under way."""
        ...

    def hand_moves(self, session: Session) -> None:
        """Put the full live run off until the hand rests."""
        ...

    def stop(self, session: Session) -> None:
        """Stop the session's run between two steps; a second call ends the worker."""
        ...

    def plan(self, session: Session) -> None:
        """Plan in the background and call `Session.take_plan`; then, if there are step-wise
        nodes, look up their steps and call `Session.take_trajectories`."""
        ...

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Show stored steps: call `Session.take_step` for each."""
        ...

    def fetch_picture(self, session: Session, node: str, index: int) -> None:
        """Read one picture of a node's batch in full; call `Session.take_full_picture`."""
        ...

    def state_of(self, session: Session) -> str:
        """Return what the session does: "running", "sweeping", "queued" or "idle"."""
        ...


class Session(QObject):
    """One open document.

    Views change the graph through `edit` alone and learn of every change, including undo and
    redo, from `edited`. View state such as the canvas position lies in `document.view` and is no
    edit.

    Args:
        document: The document.
        specs: The known node types.
        path: Its file, or None for a new document.
        folder: Where relative paths of a document without a file start; by default the home
            folder.
        engine: Runs it; without one, nothing runs.
        journal: Records its edits; without one, they are lost if the editor is killed.
        modified: The document differs from its file.
        trusted: False for a workflow from elsewhere that was not run yet; nothing that it names is
            read until `trust` is called.
    """

    edited = Signal(object)
    """An `Edit` that was applied, including by undo and redo."""
    selection_changed = Signal()
    frames_selected = Signal()
    """`selected_frames` changed."""
    travelled = Signal(object)
    """An `Edit` that undo or redo applied; follows `edited`."""
    history_changed = Signal()
    """Undo, redo, `modified`, `path` or `title` changed."""
    node_state_changed = Signal(str)
    """Id of a node whose entry in `states` changed."""
    run_state_changed = Signal()
    """`run_state` or `live` changed."""
    plan_changed = Signal()
    """Many of `states` changed."""
    run_requested = Signal()
    """A run of the present graph is about to be queued; open editors commit what was typed."""
    trust_asked = Signal(object)
    """The targets of a run that was requested although the workflow is not `trusted`."""
    distrusted = Signal()
    """`trusted` became False."""
    trajectories_changed = Signal()
    """`trajectories` changed."""
    step_shown = Signal(str, str, int, object)
    """Node id, name of the picture, step (from 1) and its `PictureBatch`; see `show_steps`."""
    result_ready = Signal(str)
    """Id of a node with new pictures, `pictures_of(id)`."""
    picture_fetched = Signal(str, int)
    """Node id and index of a picture that is there in full now; see `fetch_picture`."""
    paint_requested = Signal()
    """The selected node is to be painted on."""
    picture_chosen = Signal()
    """`picture` changed."""
    message = Signal(str, str)
    """Level ("info", "warning" or "error") and text."""

    def __init__(
        self,
        document: Document,
        specs: Registry,
        path: Path | None = None,
        *,
        folder: Path | None = None,
        engine: Engine | None = None,
        journal: Journal | None = None,
        modified: bool = False,
        trusted: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.trusted = trusted
        self.origin = ""  # hash of the text that it was opened from
        self.document = document
        self.graph = document.graph
        self.specs = specs
        self.path = path
        self._picture = 0
        self._folder = folder or Path.home()
        self.journal = journal
        self.writing: str | None = None  # SHA-256 of the content that is being saved
        self.attempt: object = None  # to save it, the last one
        self.seen: str | None = None  # SHA-256 of its file as last changed from outside
        self._engine = engine
        self._history = History(self.graph)
        self._saved_depth: int | None = None if modified else 0
        self._selection: frozenset[str] = frozenset()
        self._selected_frames: frozenset[str] = frozenset()
        self._states = NodeStates(self.graph)
        self._live = False
        self._other_edit = 0  # `states.edits` at the last edit that was no stroke
        self.seeds = Seeds(self)
        self._plan_timer = self._timer(PLAN_DELAY, self._plan_at_rest)
        self._live_due = False
        self._label_timer = self._timer(LABEL_DELAY, self.history_changed.emit)
        self.graph.changed.append(self._on_change)

    def _timer(self, delay: int, then: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay)
        timer.timeout.connect(then)
        return timer

    # --- editing -----------------------------------------------------------------------------

    def edit(self, edit: Edit, gesture: object | None = None) -> bool:
        """Apply an edit, so that it can be undone.

        Args:
            edit: The edit.
            gesture: Edits in a row with the same gesture are undone together, such as those of a
                drag.

        Returns:
            True if the graph accepted it; else `message` gives the reason.
        """
        before, modified = self.depth, self.modified
        try:
            begun = self._history.apply(edit, gesture)
        except GraphError as error:
            self.message.emit("error", str(error))
            return False
        self._mark_edit(before, self.depth)
        if begun or self.modified != modified:
            self.history_changed.emit()
        else:  # only the label changes, for every pixel of a drag
            self._label_timer.start()
        return True

    def _mark_edit(self, before: int, after: int) -> None:
        """Forget the position of the saved file in the history once no undo or redo leads there."""
        saved = self._saved_depth
        if saved is not None and (saved > before or after == before):
            self._saved_depth = None

    def undo(self) -> None:
        """Undo the last gesture."""
        self._travel(self._history.undo())

    def redo(self) -> None:
        """Redo the gesture that was undone last."""
        self._travel(self._history.redo())

    def _travel(self, edit: Edit | None) -> None:
        if edit is not None:
            self.travelled.emit(edit)
            self.history_changed.emit()

    @property
    def undo_labels(self) -> list[str]:
        """Labels of the gestures that can be undone, latest last."""
        return self._history.undo_labels

    @property
    def redo_labels(self) -> list[str]:
        """Labels of the gestures that can be redone, next last."""
        return self._history.redo_labels

    def _on_change(self, edit: Edit) -> None:
        if self.journal is not None:
            warning = self.journal.append(edit)
            if warning:
                self.message.emit("warning", warning)
        gone = {id for id in removed(edit) if id not in self.graph.nodes}
        for id in gone:
            self._states.drop(id)
        self.edited.emit(edit)
        if gone:
            self.select(self._selection - gone)
        self.select_frames(self._selected_frames)
        changed = list(touched(edit))
        if changed:
            self._states.outdate(changed)
            if not paints(edit, self.graph):
                self._other_edit = self._states.edits
            self._plan_timer.start()
            if self._live:
                self._request_live()

    # --- selection ---------------------------------------------------------------------------

    @property
    def selection(self) -> frozenset[str]:
        """The ids of the selected nodes."""
        return self._selection

    def select(self, ids: Iterable[str]) -> None:
        """Select these nodes and no others."""
        selection = frozenset(id for id in ids if id in self.graph.nodes)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()

    def request_paint(self, id: str) -> None:
        """Select a node, and ask for the easel with its painting."""
        self.select([id])
        self.paint_requested.emit()

    @property
    def selected_frames(self) -> frozenset[str]:
        """The ids of the selected frames and notes."""
        return self._selected_frames

    def select_frames(self, ids: Iterable[str]) -> None:
        """Select these frames and no others."""
        frames = frozenset(id for id in ids if id in self.graph.frames)
        if frames != self._selected_frames:
            self._selected_frames = frames
            self.frames_selected.emit()

    # --- the file ----------------------------------------------------------------------------

    @property
    def modified(self) -> bool:
        """The document differs from its file."""
        return self._saved_depth != len(self._history.undo_labels)

    @property
    def title(self) -> str:
        """The file's name without its suffix, else the document's title, else "Untitled"."""
        if self.path is not None:
            return self.path.name.removesuffix(files.SUFFIX)
        return str(self.graph.meta.get("title") or tr("Untitled"))

    def text_to_run(self) -> bytes:
        """Return the workflow as a run gets it: under the name of its file."""
        return files.dump(self.document, self.file_title)

    @property
    def file_title(self) -> str:
        """The file's name without its suffix; "" without a file."""
        return self.title if self.path is not None else ""

    def name_of(self, id: str) -> str:
        """Return a node's title on one line, by default that of its type; its id if it is not in
        the graph."""
        if id not in self.graph.nodes:
            return id
        node, spec = self.graph.nodes[id], self.graph.spec(id)
        return " ".join(node.title.split()) or (spec.title if spec else node.type)

    def worded(self, warning: Warned) -> str:
        """Return the message of a warning, with the title of its node."""
        name = self.name_of(warning.node)
        return f"{name}: {warning.message}" if name else warning.message

    @property
    def folder(self) -> Path:
        """Folder where relative paths of the workflow start."""
        return self.path.parent if self.path is not None else self._folder

    def saved(self, path: Path, depth: int) -> None:
        """Note that the document as of `depth` was written to `path`."""
        self.path = path
        if depth <= len(self._history.undo_labels) + len(self._history.redo_labels):
            self._saved_depth = depth
        self.history_changed.emit()

    def mark_unsaved(self) -> None:
        """Note that the file has another content, or is gone."""
        self._saved_depth = None
        self.history_changed.emit()

    @property
    def depth(self) -> int:
        """Number of undos back to the start; identifies the document's content for `saved`."""
        return len(self._history.undo_labels)

    # --- running -----------------------------------------------------------------------------

    def run(self, targets: Sequence[str] = (), count: int | None = 1) -> None:
        """Run what `targets` need; without targets, what all output nodes need.

        If the workflow is not trusted, `trust_asked` follows instead.

        Args:
            targets: Ids of nodes.
            count: Number of runs, each with unlocked seeds of its own; None to run until `stop`.
        """
        if not self.trusted:
            self.trust_asked.emit(targets)
            return
        self.run_requested.emit()
        if count != 1 and not self.seeds.unlocked(targets):
            self.report("info", self._why_once())
            count = 1
        self.plan()
        if self._engine is not None:
            self._engine.run(self, targets, count)

    def _why_once(self) -> str:
        """Return the message that only one run is made, as all would be the same."""
        if self._live:
            return tr("Live keeps all seeds, so all runs would be the same: one run.")
        return tr("All seeds are locked, so all runs would be the same: one run. Unlock a seed.")

    def distrust(self) -> None:
        """Note that a part from elsewhere is about to be added, which names files.

        As of a whole workflow from elsewhere, nothing that it names is read until `trust_asked` is
        answered.
        """
        if self.trusted:
            self.live = False
            self.trusted = False
            self.distrusted.emit()

    def stop(self) -> None:
        """Stop between two steps; a second call ends the worker, which is then restarted."""
        if self._engine is not None:
            self._engine.stop(self)

    @property
    def run_state(self) -> str:
        """Activity of the session: "running", "sweeping", "queued" or "idle"."""
        return self._engine.state_of(self) if self._engine is not None else "idle"

    @property
    def live(self) -> bool:
        """True if every edit that changes a value starts a run, which replaces the last one."""
        return self._live

    @live.setter
    def live(self, on: bool) -> None:
        if on and not self.trusted:
            self.report("info", tr("Run this workflow once; then it can be live."))
            self.run_state_changed.emit()
        elif on != self._live:
            self._live = on
            self.run_state_changed.emit()
            if on:
                self._request_live()

    def only_painted_since(self, edits: int) -> bool:
        """True if there were edits since `states.edits` was `edits`, and all of them changed
        paintings, including by undo and redo."""
        return self._other_edit <= edits < self._states.edits

    def hand_moves(self) -> None:
        """Note that the user is painting, so that no full live run competes with the hand."""
        if self._live and self._engine is not None:
            self._engine.hand_moves(self)

    def _request_live(self) -> None:
        """Run after all edits of the present event, but before anything is painted."""
        if not self._live_due:
            self._live_due = True
            priority = Qt.EventPriority.HighEventPriority.value
            QCoreApplication.postEvent(self, QEvent(_LIVE), priority)

    def customEvent(self, event: QEvent) -> None:
        self._live_due = False
        self._run_live()

    def _run_live(self) -> None:
        if self._live and self._engine is not None:
            self._engine.run_live(self)
            self._plan_timer.start()  # later, as nothing may delay the run

    def _plan_at_rest(self) -> None:
        """Plan, unless a live run is under way: its end is followed by a plan."""
        if not (self._live and self.run_state == "running"):
            self.plan()

    def plan(self) -> None:
        """Plan in the background: update the badges. A workflow that is not trusted has none."""
        self._plan_timer.stop()
        if not self.trusted:
            return
        self._states.begin_plan()
        if self._engine is not None:
            self._engine.plan(self)

    # --- what is shown -----------------------------------------------------------------------

    @property
    def states(self) -> NodeStates:
        """States of the nodes, by id; unknown nodes are missing."""
        return self._states

    @property
    def trajectories(self) -> Mapping[str, Trajectory]:
        """Steps of step-wise nodes, by id, as of the last dry run."""
        return self._states.trajectories

    def image_of(self, id: str) -> QImage | None:
        """Return the last picture of a node, of a batch the first; see `pictures_of`."""
        batch = self.pictures_of(id)
        return batch.images[0] if batch is not None else None

    def pictures_of(self, id: str) -> PictureBatch | None:
        """Return the last pictures of a node: its previews while it is unfinished, else those of
        its value."""
        return self._states.pictures_of(id)

    def fetch_picture(self, id: str, index: int) -> None:
        """Ask for a picture of a node's batch in full; `picture_fetched` follows."""
        if self._engine is not None:
            self._engine.fetch_picture(self, id, index)

    @property
    def picture(self) -> int:
        """Which picture of a batch is looked at, counted from 0; views of fewer pictures show
        their last one instead."""
        return self._picture

    def choose_picture(self, index: int) -> None:
        """Choose which picture of all batches is looked at, counted from 0."""
        if index != self._picture:
            self._picture = index
            self.picture_chosen.emit()

    def show_steps(self, node: str, name: str, steps: Sequence[int]) -> None:
        """Ask for pictures of stored steps; `step_shown` follows for each. A newer call replaces
        one that is not answered yet.

        Args:
            node: A step-wise node.
            name: Name of the picture, such as "x0", "x_t" or "noise".
            steps: The steps, from 1, most wanted first.
        """
        if self._engine is not None:
            self._engine.show_steps(self, node, name, steps)

    # --- reports of the engine ---------------------------------------------------------------

    def take_event(self, event: Event, edits: int | None = None) -> None:
        """Take an event of the session's run; see `NodeStates.take_event`."""
        if isinstance(event, Warned) and not event.node:
            self.message.emit("warning", event.message)
            return
        if event.node not in self.graph.nodes:
            return
        if isinstance(event, Warned):
            self._take_warning(event)
            return
        before = self._states.get(event.node)
        self._states.take_event(event, edits)
        if self._states.get(event.node) == before:
            return
        self.node_state_changed.emit(event.node)
        if isinstance(event, Preview):
            self.result_ready.emit(event.node)

    def _take_warning(self, event: Warned) -> None:
        """Show a warning on its node; also as a message, unless the node has it already."""
        known = self._states.get(event.node)
        if known is None or event.message not in known.warnings:
            self.message.emit("warning", self.worded(event))
        self._states.take_event(event)
        self.node_state_changed.emit(event.node)

    def take_plan(self, planned: Mapping[str, NodeState], undecided: Collection[str] = ()) -> None:
        """Take the states of a plan; see `NodeStates.take_plan`."""
        self._states.take_plan(planned, undecided)
        self.plan_changed.emit()

    def take_upgrades(self, upgrades: Iterable[Upgrade]) -> None:
        """Take migrations of nodes, outside of the undo history like those on loading.

        A worker migrates the nodes of packs of others alone, to their present version.
        """
        for upgrade in upgrades:
            node = self.graph.nodes.get(upgrade.node)
            if node is None or node.version >= upgrade.version or self._states.edited(node.id):
                continue  # an answer about the edited node will follow
            spec = self.specs.get(node.type)
            if spec is None or not spec.pack or upgrade.version != spec.version:
                continue
            self.graph.apply(upgrade)

    def take_specs(self) -> None:
        """Note that `specs` changed: placeholders may have become nodes, and the reverse.

        Links that no longer fit are put aside, as on loading.
        """
        for link in files.misfits(self.graph):
            files.set_aside(self.document, link)
        self._states.outdate(self.graph.nodes)
        self.plan_changed.emit()

    def take_trajectories(self, found: Mapping[str, Trajectory]) -> None:
        """Take the trajectories of a dry run, by node id."""
        if self._states.take_trajectories(found):
            self.trajectories_changed.emit()
            self.plan_changed.emit()

    def take_pictures(self, id: str, batch: PictureBatch, edits: int | None = None) -> None:
        """Take the pictures of a node's value; see `NodeStates.take_pictures`."""
        if id in self.graph.nodes:
            self._states.take_pictures(id, batch, edits)
            self.result_ready.emit(id)

    def take_quick_pictures(self, id: str, batch: PictureBatch, edits: int) -> None:
        """Take quick pictures of a node; see `NodeStates.take_quick`."""
        if id in self.graph.nodes and self._states.take_quick(id, batch, edits):
            self.result_ready.emit(id)

    def take_image(self, id: str, image: QImage) -> None:
        """Take the only picture of a node's value."""
        self.take_pictures(id, PictureBatch((image,)))

    def take_full_picture(self, id: str, index: int, image: QImage) -> None:
        """Take a picture of a node's batch in full."""
        batch = self._states.pictures_of(id)
        if batch is not None and index < batch.count and image.size() == batch.size:
            batch.keep(index, image)
            self.picture_fetched.emit(id, index)

    def keep_image(self, id: str, edits: int | None = None) -> None:
        """Note that the node's value is the one whose picture was taken: its preview ends."""
        if self._states.end_preview(id, edits):
            self.result_ready.emit(id)

    def take_step(self, node: str, name: str, step: int, batch: PictureBatch) -> None:
        """Take the pictures of a stored step; see `step_shown`."""
        self.step_shown.emit(node, name, step, batch)

    def take_run_state(self) -> None:
        """Note that the queue changed, and with it perhaps `run_state`."""
        self.run_state_changed.emit()

    def take_run_end(self) -> None:
        """Take the end of a run, or its replacement: nothing is running now."""
        for id in self._states.end_run():
            self.node_state_changed.emit(id)
        self._plan_timer.start()  # later, as the worker writes behind its run

    def report(self, level: str, text: str) -> None:
        """Show a message about the document: "info", "warning" or "error", and its text."""
        self.message.emit(level, text)

"""One open document: the graph, its history, what is selected, and what its runs say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from nodeui.engine.protocol import Event, NodeFinished, Preview, Trajectory, Warned
from nodeui.graph import document as files
from nodeui.graph.changes import removed, touched
from nodeui.graph.document import Document
from nodeui.graph.edits import Edit
from nodeui.graph.history import History
from nodeui.graph.parts import GraphError
from nodeui.graph.registry import Registry
from nodeui.session.dry_runs import with_trajectory
from nodeui.session.journal import Journal
from nodeui.session.states import NodeState, NodeStates, says_more

LIVE_DELAY = 60
"""Milliseconds that a live run waits for further edits."""

PLAN_DELAY = 150
"""Milliseconds after the last edit until the badges are worked out anew."""

LABEL_DELAY = 200
"""Milliseconds after the last edit of a drag until its undo is called by what it came to."""

_NOTHING = NodeState()
_PLANNED = ("cached", "will-run", "resumes")
_HAS_VALUE = ("executed", "cached", "resumed")


class Runs(Protocol):
    """Where a session sends its graph to be planned and run; see `nodeui.session.runs`."""

    def run(self, session: Session, targets: Sequence[str]) -> None:
        """Put a run at the end of the queue."""
        ...

    def run_live(self, session: Session) -> None:
        """Run now, in place of the session's live run that is under way."""
        ...

    def stop(self, session: Session) -> None:
        """Stop the session's run between two steps; a second call ends the worker."""
        ...

    def plan(self, session: Session) -> None:
        """Work out in the background what a run would do, and tell `Session.take_plan`; then,
        where there are step-wise nodes, how far they are: `Session.take_trajectories`."""
        ...

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        """Have the worker show stored steps, and emit `Session.step_shown` for each."""
        ...

    def fetch(self, session: Session, id: str) -> None:
        """Read a node's picture in the background, and tell `Session.take_image`."""
        ...

    def state_of(self, session: Session) -> str:
        """What the session does: "running", "sweeping", "queued" or "idle"."""
        ...


class Session(QObject):
    """One open document.

    Views change the graph through `edit` alone and learn of every change, also those of undo and
    redo, from `edited`. What is only looked at (where the canvas was left) lies in
    `document.view` and is no edit.

    Args:
        document: What is edited.
        specs: The known node types.
        path: Its file, or None for a new document.
        folder: Where relative paths of a document without a file start; the home folder where
            it came from nowhere.
        runs: Where it runs; without one, nothing does.
        journal: Where its edits are kept; without one, they are lost when the editor is killed.
        modified: The document differs from its file already.
    """

    edited = Signal(object)
    """An `Edit` that was applied, also by undo and redo."""
    selection_changed = Signal()
    frames_selected = Signal()
    """`selected_frames` are not what they were."""
    travelled = Signal(object)
    """An `Edit` that undo or redo applied, after `edited` told of it."""
    history_changed = Signal()
    """Undo, redo, `modified`, `path` or `title` are not what they were."""
    node_state_changed = Signal(str)
    """A node's id; look it up in `states`."""
    run_state_changed = Signal()
    """`run_state` or `live` is not what it was."""
    plan_changed = Signal()
    """Many of `states` have new badges."""
    trajectories_changed = Signal()
    """`trajectories` is not what it was."""
    step_shown = Signal(str, str, int, QImage)
    """Node id, name of the picture, step (the first being 1) and the picture; see `show_steps`."""
    result_ready = Signal(str)
    """A node's id, whose picture is there: `image_of(id)`."""
    message = Signal(str, str)
    """Level ("info", "warning" or "error") and text."""

    def __init__(
        self,
        document: Document,
        specs: Registry,
        path: Path | None = None,
        *,
        folder: Path | None = None,
        runs: Runs | None = None,
        journal: Journal | None = None,
        modified: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.graph = document.graph
        self.specs = specs
        self.path = path
        self._folder = folder or Path.home()
        self.journal = journal
        self._runs = runs
        self._history = History(self.graph)
        self._saved_depth: int | None = None if modified else 0
        self._selection: frozenset[str] = frozenset()
        self._selected_frames: frozenset[str] = frozenset()
        self._states = NodeStates()
        self._planned: Mapping[str, NodeState] = {}
        self._trajectories: Mapping[str, Trajectory] = {}
        self._images: dict[str, QImage] = {}
        self._stale: set[str] = set()
        self._being_planned: set[str] = set()
        self._unknown_steps: set[str] = set()  # what `_trajectories` does not tell of any more
        self._live = False
        self._plan_timer = self._timer(PLAN_DELAY, self.plan)
        self._live_timer = self._timer(LIVE_DELAY, self._run_live)
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
            edit: What to do.
            gesture: Edits in a row with the same gesture are one undo: one drag, one undo.

        Returns:
            Whether the graph took it; where it did not, `message` says why.
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
        else:  # a drag changes no more than a label, and that often
            self._label_timer.start()
        return True

    def _mark_edit(self, before: int, after: int) -> None:
        """Forget where in the history the saved file is, once no undo or redo leads there."""
        saved = self._saved_depth
        if saved is not None and (saved > before or after == before):
            self._saved_depth = None

    def undo(self) -> None:
        """Take back the last gesture."""
        self._travel(self._history.undo())

    def redo(self) -> None:
        """Do again what was last undone."""
        self._travel(self._history.redo())

    def _travel(self, edit: Edit | None) -> None:
        if edit is not None:
            self.travelled.emit(edit)
            self.history_changed.emit()

    @property
    def undo_labels(self) -> list[str]:
        """What can be undone, latest last."""
        return self._history.undo_labels

    @property
    def redo_labels(self) -> list[str]:
        """What can be done again, next last."""
        return self._history.redo_labels

    def _on_change(self, edit: Edit) -> None:
        if self.journal is not None:
            warning = self.journal.append(edit)
            if warning:
                self.message.emit("warning", warning)
        gone = {id for id in removed(edit) if id not in self.graph.nodes}
        for id in gone:
            self._states.drop(id)
            self._images.pop(id, None)
        self.edited.emit(edit)
        if gone:
            self.select(self._selection - gone)
        self.select_frames(self._selected_frames)
        changed = list(touched(edit))
        if changed:
            self._outdate(changed)
            self._plan_timer.start()
            if self._live and not self._live_timer.isActive():
                self._live_timer.start()

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
        return str(self.graph.meta.get("title") or self.tr("Untitled"))

    def name_of(self, id: str) -> str:
        """What a node is called: its title, that of its type, or its id where it is gone."""
        if id not in self.graph.nodes:
            return id
        node, spec = self.graph.nodes[id], self.graph.spec(id)
        return node.title or (spec.title if spec else node.type)

    @property
    def folder(self) -> Path:
        """Where relative paths of the workflow start."""
        return self.path.parent if self.path is not None else self._folder

    def saved(self, path: Path, depth: int) -> None:
        """The document of `depth` undos was written to `path`."""
        self.path = path
        if depth <= len(self._history.undo_labels) + len(self._history.redo_labels):
            self._saved_depth = depth
        self.history_changed.emit()

    @property
    def depth(self) -> int:
        """How many undos lead back to the start; goes with the document's content to `saved`."""
        return len(self._history.undo_labels)

    # --- running -----------------------------------------------------------------------------

    def run(self, targets: Sequence[str] = ()) -> None:
        """Run what `targets` need; without targets, what all output nodes need."""
        self.plan()
        if self._runs is not None:
            self._runs.run(self, targets)

    def stop(self) -> None:
        """Stop between two steps; a second call ends the worker, which starts anew."""
        if self._runs is not None:
            self._runs.stop(self)

    @property
    def run_state(self) -> str:
        """What the session does: "running", "sweeping", "queued" or "idle"."""
        return self._runs.state_of(self) if self._runs is not None else "idle"

    @property
    def live(self) -> bool:
        """Every edit that changes a value runs the graph anew, in place of the run before it."""
        return self._live

    @live.setter
    def live(self, on: bool) -> None:
        if on != self._live:
            self._live = on
            self.run_state_changed.emit()
            if on:
                self._live_timer.start()

    def _run_live(self) -> None:
        if self._live and self._runs is not None:
            self.plan()
            self._runs.run_live(self)

    def plan(self) -> None:
        """Work out the badges anew, in the background."""
        self._plan_timer.stop()
        self._being_planned |= self._stale
        self._stale.clear()
        if self._runs is not None:
            self._runs.plan(self)

    def _outdate(self, ids: Iterable[str]) -> None:
        """What a run said of these nodes, and of those that need them, counts no more."""
        waiting = [id for id in ids if id not in self._stale]
        while waiting:
            id = waiting.pop()
            self._stale.add(id)
            self._unknown_steps.add(id)
            targets = (link.target for link in self.graph.links_out(id))
            waiting += [target for target in targets if target not in self._stale]

    # --- steps -------------------------------------------------------------------------------

    @property
    def trajectories(self) -> Mapping[str, Trajectory]:
        """What is known of the steps of step-wise nodes, by id, as of the last look."""
        return self._trajectories

    def show_steps(self, node: str, name: str, steps: Sequence[int]) -> None:
        """Ask for pictures of stored steps; `step_shown` tells of each. A newer call takes the
        place of one whose pictures are still to come.

        Args:
            node: A step-wise node.
            name: Which picture, such as "x0", "x_t" or "noise".
            steps: Which steps, the first being 1, in the order in which they are wanted.
        """
        if self._runs is not None:
            self._runs.show_steps(self, node, name, steps)

    # --- what is shown -----------------------------------------------------------------------

    @property
    def states(self) -> Mapping[str, NodeState]:
        """What is known of the nodes, by id."""
        return self._states

    def image_of(self, id: str) -> QImage | None:
        """The last picture of a node: its value, or the preview of an unfinished one."""
        state = self._states.get(id)
        if state is not None and state.preview is not None:
            return state.preview
        return self._images.get(id)

    # --- what the engine tells ---------------------------------------------------------------

    def take_event(self, event: Event) -> None:
        """Note what the session's run said."""
        if isinstance(event, Warned):
            self.message.emit("warning", event.message)
            return
        if event.node not in self.graph.nodes:
            return
        self._states.take(event)
        self.node_state_changed.emit(event.node)
        if isinstance(event, Preview):
            self.result_ready.emit(event.node)
        elif isinstance(event, NodeFinished) and event.status in _HAS_VALUE:
            self._stale.discard(event.node)
            self._being_planned.discard(event.node)
            if self._runs is not None:
                self._runs.fetch(self, event.node)

    def take_plan(self, planned: Mapping[str, NodeState]) -> None:
        """Show what a run would do, but not over what a run of the same values said.

        Args:
            planned: By node id; nothing is known of the others.
        """
        self._planned = planned
        for id in self.graph.nodes:
            now, then = self._states.get(id), planned.get(id, _NOTHING)
            if id in self._trajectories and id not in self._unknown_steps:
                then = with_trajectory(then, self._trajectories[id])
            if now is None or id in self._being_planned or not says_more(now, then):
                if now is not None and now.preview is not None:
                    then = replace(then, preview=now.preview)
                self._states.put(id, then)
        self._being_planned.clear()
        self.plan_changed.emit()

    def take_trajectories(self, found: Mapping[str, Trajectory]) -> None:
        """Note how far step-wise nodes are, and tell it where a plan said less."""
        self._unknown_steps = self._stale | self._being_planned
        if not found and not self._trajectories:
            return
        self._trajectories = found
        for id, trajectory in found.items():
            now, then = self._states.get(id), self._planned.get(id, _NOTHING)
            if now is not None and now.badge in _PLANNED:
                then = replace(now, reason="") if now.badge == "cached" else then
                self._states.put(
                    id, replace(with_trajectory(then, trajectory), preview=now.preview)
                )
        self.trajectories_changed.emit()
        self.plan_changed.emit()

    def take_image(self, id: str, image: QImage) -> None:
        """A node's value as a picture."""
        if id in self.graph.nodes:
            self._images[id] = image
            state = self._states.get(id)
            if state is not None and state.badge != "running":
                self._states.put(id, replace(state, preview=None))
            self.result_ready.emit(id)

    def take_run_end(self) -> None:
        """A run ended or was replaced: what was still running is not any more."""
        for id, state in list(self._states.items()):
            if state.badge == "running":
                self._states.put(id, NodeState(badge="will-run", preview=state.preview))
                self.node_state_changed.emit(id)
        self._plan_timer.start()  # not at once: the worker writes behind its run

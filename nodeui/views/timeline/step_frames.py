"""The step frames of one sampler: plan, pictures and progress of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from nodeui.engine.protocol import Trajectory
from nodeui.session.pictures import PictureBatch
from nodeui.session.samplers import is_sampler, planned_steps
from nodeui.session.session import Session
from nodeui.session.states import NodeState

NAMES = ("x0", "x_t", "noise")
"""The pictures of a step: the predicted clean picture, the noisy latents, the predicted noise."""

_UNKNOWN = Trajectory(total=0, resumes_at=0, cached=())
_ASK_DELAY = 40  # milliseconds; merges the requests while scrolling


class StepFrames(QObject):
    """Holds the steps of one sampler; requests pictures only for steps passed to `want`.

    Args:
        session: The document's session.
        sampler: The id of the step-wise node.
        name: The picture of each step to show, one of `NAMES`.

    Attributes:
        running: True while a run executes this node.
        done: Number of steps that the run has done.
        resumed_at: Number of steps that the run took from the cache; -1 until it is reported.
    """

    changed = Signal()

    def __init__(self, session: Session, sampler: str, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.sampler = sampler
        self.name = name
        self.running = False
        self.done = 0
        self.resumed_at = 0
        self._batches: dict[tuple[str, int], PictureBatch] = {}
        self._fresh: set[tuple[str, int]] = set()  # up to date, not to be requested again
        self._edited = False
        self._recent = 0  # steps of the run that just ended, until the next trajectory
        self._wanted: tuple[int, ...] = ()
        self._asked: tuple[str, frozenset[int]] = ("", frozenset())
        self._preview: PictureBatch | None = None  # the last one, of the step reported next
        self._pending = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_DELAY)
        self._timer.timeout.connect(self._request)
        session.edited.connect(self._on_edit)
        session.trajectories_changed.connect(self._on_trajectories)
        session.step_shown.connect(self._on_step)
        session.node_state_changed.connect(self._on_state)
        session.plan_changed.connect(self._on_plan)
        session.picture_chosen.connect(self.changed)
        self._on_state(sampler)

    # --- content ---------------------------------------------------------------------------------

    @property
    def known(self) -> bool:
        """True if the trajectory is known; otherwise `total` is the node's parameter."""
        return self._trajectory is not _UNKNOWN

    @property
    def _trajectory(self) -> Trajectory:
        return self.session.trajectories.get(self.sampler, _UNKNOWN)

    @property
    def state(self) -> NodeState:
        """The state of the node."""
        return self.session.states.get(self.sampler) or NodeState()

    @property
    def total(self) -> int:
        """Number of steps; 0 if unknown."""
        if self.running and self.state.total:
            return self.state.total
        if self.known:
            return self._trajectory.total
        return planned_steps(self.session.graph, self.sampler)

    @property
    def resumes_at(self) -> int:
        """Number of steps that a run would take from the cache."""
        return self._trajectory.resumes_at

    @property
    def curves(self) -> Mapping[str, Sequence[float]]:
        """One value per step, by name of the curve; empty if unknown."""
        curves, total = self._trajectory.curves, self.total
        return {name: values for name, values in curves.items() if len(values) == total}

    def is_stored(self, step: int) -> bool:
        """True if the state after a step, counted from 1, is in the cache."""
        if self.running and self.resumed_at >= 0:
            return step <= self.done
        cached = self._trajectory.cached
        return step <= self._recent or (step <= len(cached) and cached[step - 1])

    def image(self, step: int) -> QImage | None:
        """Return the picture of a step, of a batch the chosen one; None if it is not loaded."""
        batch = self.batch(step)
        if batch is None:
            return None
        return batch.image(min(self.session.picture, batch.count - 1))

    def batch(self, step: int) -> PictureBatch | None:
        """Return the pictures of a step; None if they are not loaded."""
        return self._batches.get((self.name, step))

    def is_old(self, step: int) -> bool:
        """True if the current run will replace the picture of a step."""
        return self.running and 0 <= self.resumed_at <= self.done < step

    @property
    def count(self) -> int:
        """Number of pictures of each step, of a batch; 1 before they are known."""
        batch = next(iter(self._batches.values()), None)
        return batch.count if batch is not None else 1

    @property
    def aspect(self) -> float:
        """Width / height of the pictures; 1 before there is one."""
        batch = next(iter(self._batches.values()), None)
        return batch.aspect if batch is not None else 1.0

    # --- requests --------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show another picture of each step, one of `NAMES`."""
        self.name = name
        self._timer.start()
        self.changed.emit()

    def want(self, steps: Sequence[int]) -> None:
        """Set the steps in view, counted from 1, most wanted first."""
        self._wanted = tuple(steps)
        if not self._timer.isActive():
            self._timer.start()

    def _request(self) -> None:
        """Request the missing pictures in view; a new request replaces the last."""
        if self.running:
            return
        missing = tuple(
            step
            for step in self._wanted
            if self.is_stored(step) and (self.name, step) not in self._fresh
        )
        name, under_way = self._asked
        if missing and not (name == self.name and under_way.issuperset(missing)):
            self._asked = (self.name, frozenset(missing))
            self.session.show_steps(self.sampler, self.name, missing)

    # --- signals of the session ------------------------------------------------------------------

    def _on_edit(self) -> None:
        self._edited = True
        if not self.known:
            self.changed.emit()  # the number of steps may have changed

    def _on_trajectories(self) -> None:
        """Drop outdated pictures: after an edit, any step may have changed."""
        if self._edited:
            self._fresh.clear()
            self._edited = False
        self._asked = ("", frozenset())
        self._recent = 0
        if not self.running:
            self._batches = {
                (name, step): batch
                for (name, step), batch in self._batches.items()
                if self.is_stored(step)
            }
            self._fresh &= self._batches.keys()
        self._timer.start()
        self.changed.emit()

    def _on_step(self, node: str, name: str, step: int, batch: PictureBatch) -> None:
        if node == self.sampler:
            self._batches[name, step] = batch
            self._fresh.add((name, step))
            self.changed.emit()

    def _on_plan(self) -> None:
        self._on_state(self.sampler)

    def _on_state(self, id: str) -> None:
        if id != self.sampler or not is_sampler(self.session.graph, id):
            return
        state = self.state
        running = state.badge == "running"
        begins, ends = running and not self.running, self.running and not running
        moved = state.done != self.done
        if ends:
            self._recent = state.done or self.done  # a stopped run reports nothing further
        self.running = running
        self.done = state.done if running else 0
        if begins:
            self.resumed_at = -1
            self._preview, self._pending = state.preview, False
        elif running:
            self._take_preview(state.preview, moved)
        if running and state.total and self.resumed_at < 0:
            self.resumed_at = state.done  # the first report is where the run starts
        if ends:
            self._asked = ("", frozenset())
            self._timer.start()
        if running or ends:
            self.changed.emit()

    def _take_preview(self, preview: PictureBatch | None, moved: bool) -> None:
        """Assign a preview to its step, whose end is reported after the preview."""
        if self._pending and moved and self._preview is not None:
            self._batches["x0", self.done] = self._preview
            self._fresh.discard(("x0", self.done))
            self._pending = False
        if preview is not None and preview is not self._preview:
            self._preview, self._pending = preview, True

"""What is known of the steps of one sampler: their plan, their pictures, how far a run is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from nodeui.engine.protocol import Trajectory
from nodeui.session.samplers import is_sampler, planned_steps
from nodeui.session.session import Session
from nodeui.session.states import NodeState

NAMES = ("x0", "x_t", "noise")
"""The pictures of a step: the predicted clean one, the noisy latents, the predicted noise."""

_UNKNOWN = Trajectory(total=0, resumes_at=0, cached=())
_ASK_DELAY = 40  # milliseconds: scrolling asks once


class StepFrames(QObject):
    """The steps of one sampler. Pictures are asked for only where `want` says they are in view.

    Args:
        session: The document.
        sampler: Id of the step-wise node.
        name: Which picture of each step; one of `NAMES`.

    Attributes:
        running: A run is at this node.
        done: How many steps that run has behind it.
        resumed_at: How many of them it found in the cache; -1 until it has told.
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
        self._images: dict[tuple[str, int], QImage] = {}
        self._fresh: set[tuple[str, int]] = set()  # what need not be asked for
        self._edited = False
        self._lately = 0  # steps of the run that just ended; the next look confirms them
        self._wanted: tuple[int, ...] = ()
        self._asked: tuple[str, frozenset[int]] = ("", frozenset())
        self._preview: QImage | None = None  # came last, of the step whose end is told next
        self._pending = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_DELAY)
        self._timer.timeout.connect(self._ask)
        session.edited.connect(self._on_edit)
        session.trajectories_changed.connect(self._on_trajectories)
        session.step_shown.connect(self._on_step)
        session.node_state_changed.connect(self._on_state)
        session.plan_changed.connect(self._on_plan)
        self._on_state(sampler)

    # --- what there is to show -------------------------------------------------------------------

    @property
    def known(self) -> bool:
        """The steps were looked at; otherwise their number is that of the node's parameter."""
        return self._trajectory is not _UNKNOWN

    @property
    def _trajectory(self) -> Trajectory:
        return self.session.trajectories.get(self.sampler, _UNKNOWN)

    @property
    def state(self) -> NodeState:
        """What is known of the node's run."""
        return self.session.states.get(self.sampler) or NodeState()

    @property
    def total(self) -> int:
        """How many steps there are; 0 while nothing is known."""
        if self.running and self.state.total:
            return self.state.total
        if self.known:
            return self._trajectory.total
        return planned_steps(self.session.graph, self.sampler)

    @property
    def resumes_at(self) -> int:
        """How many steps a run takes from the cache."""
        return self._trajectory.resumes_at

    @property
    def curves(self) -> Mapping[str, Sequence[float]]:
        """One number a step under each name; empty while unknown."""
        course, total = self._trajectory.curves, self.total
        return {name: values for name, values in course.items() if len(values) == total}

    def at_hand(self, step: int) -> bool:
        """Whether the state after a step is stored; the first step is 1."""
        if self.running and self.resumed_at >= 0:
            return step <= self.done
        cached = self._trajectory.cached
        return step <= self._lately or (step <= len(cached) and cached[step - 1])

    def image(self, step: int) -> QImage | None:
        """How a step looks, as far as it is known."""
        return self._images.get((self.name, step))

    def is_old(self, step: int) -> bool:
        """Whether the picture of a step is one that the run under way will replace."""
        return self.running and 0 <= self.resumed_at <= self.done < step

    @property
    def aspect(self) -> float:
        """Width of the pictures for a height of 1."""
        image = next(iter(self._images.values()), None)
        return image.width() / image.height() if image is not None else 1.0

    # --- asking ----------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Show other pictures."""
        self.name = name
        self._timer.start()
        self.changed.emit()

    def want(self, steps: Sequence[int]) -> None:
        """These steps are in view; the first being 1, in the order in which they are wanted."""
        self._wanted = tuple(steps)
        if not self._timer.isActive():
            self._timer.start()

    def _ask(self) -> None:
        """Ask for the pictures in view that are not there; a new question replaces the last."""
        if self.running:
            return
        missing = tuple(
            step
            for step in self._wanted
            if self.at_hand(step) and (self.name, step) not in self._fresh
        )
        name, under_way = self._asked
        if missing and not (name == self.name and under_way.issuperset(missing)):
            self._asked = (self.name, frozenset(missing))
            self.session.show_steps(self.sampler, self.name, missing)

    # --- what the session tells ------------------------------------------------------------------

    def _on_edit(self) -> None:
        self._edited = True
        if not self.known:
            self.changed.emit()  # the number of steps may be another one

    def _on_trajectories(self) -> None:
        """The steps were looked at anew: after an edit any of them may look otherwise."""
        if self._edited:
            self._fresh.clear()
            self._edited = False
        self._asked = ("", frozenset())
        self._lately = 0
        if not self.running:
            self._images = {
                (name, step): image
                for (name, step), image in self._images.items()
                if self.at_hand(step)
            }
            self._fresh &= self._images.keys()
        self._timer.start()
        self.changed.emit()

    def _on_step(self, node: str, name: str, step: int, image: QImage) -> None:
        if node == self.sampler:
            self._images[name, step] = image
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
            self._lately = state.done or self.done  # a run that was stopped tells no more
        self.running = running
        self.done = state.done if running else 0
        if begins:
            self.resumed_at = -1
            self._preview, self._pending = state.preview, False
        elif running:
            self._take_preview(state.preview, moved)
        if running and state.total and self.resumed_at < 0:
            self.resumed_at = state.done  # the first that it tells is where it starts
        if ends:
            self._asked = ("", frozenset())
            self._timer.start()
        if running or ends:
            self.changed.emit()

    def _take_preview(self, preview: QImage | None, moved: bool) -> None:
        """A preview comes before the end of its step is told."""
        if self._pending and moved and self._preview is not None:
            self._images["x0", self.done] = self._preview
            self._fresh.discard(("x0", self.done))
            self._pending = False
        if preview is not None and preview is not self._preview:
            self._preview, self._pending = preview, True

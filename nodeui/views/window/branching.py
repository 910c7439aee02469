"""Branch here: from the timeline's step to nodes on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from nodeui.graph.branches import branch_kinds
from nodeui.graph.wording import tr
from nodeui.session.branch import Branch, branch
from nodeui.session.placing import Box
from nodeui.views.canvas.operations import picture_room

if TYPE_CHECKING:
    from nodeui.views.canvas import CanvasView
    from nodeui.views.window.main import MainWindow


_ELSEWHERE = (240.0, 640.0)


class Branching(QObject):
    """Branches the sampler of the timeline at its step, on the canvas in view.

    Args:
        window: Whose timeline and documents.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._timeline = window.panels.timeline
        self._kinds = branch_kinds(window.specs)
        for name, kind in self._kinds.items():
            window.actions_.add(
                action_name(name),
                tr("Branch here: {0}", tr(kind.title).lower()),
                lambda name=name: self.branch(name),
                icon_name="source-branch",
            )
        self._timeline.branch_asked.connect(self.branch)
        self._timeline.place_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done at the timeline's step."""
        for name in self._kinds:
            action = self._window.actions_[action_name(name)]
            action.setEnabled(not self._timeline.why_not(name))

    def branch(self, name: str) -> None:
        """Branch here; the node to be changed is selected, and the branch comes into view. The
        viewer will compare its pictures with those of the sampler."""
        view, timeline = self._window.documents.view, self._timeline
        kind = timeline.kind(name)
        if view is None or kind is None or timeline.why_not(name):
            return
        made = branch(
            view.session.graph,
            timeline.sampler,
            timeline.step,
            view.session.trajectories[timeline.sampler],
            kind,
            lambda id: _box(view, id),
        )
        if view.edit(made.edit):
            view.levels.show(made.change)
            self._window.panels.viewer.compare_result(made.originals)
            _reveal(view, made)


def action_name(kind: str) -> str:
    """Return the name of the action that branches in a way."""
    return f"branch.{kind}"


def _box(view: CanvasView, id: str) -> Box:
    """A node's place, with room for the picture that it will show; of one that lies in a group
    which is not in view, about what it takes."""
    if id not in view.mirror.looks:
        return (*view.session.graph.nodes[id].pos, *_ELSEWHERE)
    rect = view.mirror.nodes.rect(id)
    return rect.x(), rect.y(), rect.width(), rect.height() + picture_room(view, id)


def _reveal(view: CanvasView, made: Branch) -> None:
    """Bring a branch into view, if it is not."""
    room = QRectF()
    for id in made.nodes:
        if id in view.mirror.looks:
            room = room.united(QRectF(*_box(view, id)))
    if not view.shown_rect().contains(room):
        view.show_rect(room.adjusted(-40, -40, 40, 40))

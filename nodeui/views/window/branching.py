"""Branch here: from the timeline's step to nodes on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF

from nodeui.session.branch import KINDS, Box, Branch, Kind, branch
from nodeui.views.timeline import branch_texts

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
        for kind, text in branch_texts().items():
            window.actions_.add(
                action_name(kind),
                self.tr("Branch here: {0}").format(text.lower()),
                lambda kind=kind: self.branch(kind),
                icon_name="source-branch",
            )
        self._timeline.branch_asked.connect(self.branch)
        self._timeline.place_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done at the timeline's step."""
        for kind in KINDS:
            action = self._window.actions_[action_name(kind)]
            action.setEnabled(not self._timeline.why_not(kind))

    def branch(self, kind: Kind) -> None:
        """Branch here; the node to be changed is selected, and the branch comes into view. The
        viewer will compare its pictures with those of the sampler."""
        view, timeline = self._window.documents.view, self._timeline
        if view is None or timeline.why_not(kind):
            return
        made = branch(
            view.session.graph,
            timeline.sampler,
            timeline.step,
            timeline.total,
            kind,
            lambda id: _box(view, id),
        )
        if view.edit(made.edit):
            view.levels.show(made.change)
            self._window.panels.viewer.compare_result(made.originals)
            _reveal(view, made)


def action_name(kind: Kind) -> str:
    """The action that branches in a way."""
    return f"branch.{kind}"


def _box(view: CanvasView, id: str) -> Box:
    """A node's place, with room for the picture that it will show; of one that lies in a group
    which is not in view, about what it takes."""
    if id not in view.mirror.layouts:
        return (*view.session.graph.nodes[id].pos, *_ELSEWHERE)
    rect = view.mirror.nodes.rect(id)
    return rect.x(), rect.y(), rect.width(), rect.height() + view.mirror.layouts[id].picture_room


def _reveal(view: CanvasView, made: Branch) -> None:
    """Bring a branch into view, if it is not."""
    room = QRectF()
    for id in made.nodes:
        if id in view.mirror.layouts:
            room = room.united(QRectF(*_box(view, id)))
    if not view.shown_rect().contains(room):
        view.show_rect(room.adjusted(-40, -40, 40, 40))

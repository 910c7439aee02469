"""Branch here: from the step of the timeline to nodes on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF
from PySide6.QtWidgets import QMenu

from nodeui.graph.branches import branch_kinds
from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.branch import Branch, branch
from nodeui.session.placing import Box
from nodeui.views.canvas import CanvasView
from nodeui.views.labels import plain_entry
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import Actions
from nodeui.views.window.documents import Documents

_HIDDEN_SIZE = (240.0, 640.0)  # of a node that is not in view, roughly


class Branching(QObject):
    """Branches the sampler of the timeline at its step, on the canvas in view.

    Args:
        specs: The node types, which declare the kinds of branch.
        actions: Gets an action for each kind of branch.
        documents: The canvases.
        timeline: Chooses sampler and step.
        viewer: Compares the pictures of a branch with those of its sampler.

    Attributes:
        menu: The actions.
    """

    def __init__(
        self,
        specs: Registry,
        actions: Actions,
        documents: Documents,
        timeline: Timeline,
        viewer: Viewer,
    ) -> None:
        super().__init__(documents)
        self._documents = documents
        self._timeline = timeline
        self._viewer = viewer
        self._specs = specs
        self._actions = actions
        self.menu = QMenu(tr("&Branch here"), documents)
        self.add_actions()
        timeline.branch_asked.connect(self.branch)
        timeline.place_changed.connect(actions.refresh)

    def add_actions(self) -> None:
        """Add an action for each kind of branch that has none yet."""
        timeline, known = self._timeline, self._actions.all()
        for name, kind in branch_kinds(self._specs).items():
            offered = kind.at_step or not kind.variation
            if not offered or f"branch.{name}" in known:
                continue
            title = tr(kind.title)
            action = self._actions.add(
                f"branch.{name}",
                plain_entry(title),
                lambda name=name: self.branch(name),
                icon_name="source-branch",
                full_text=plain_entry(tr("Branch here: {0}", title[:1].lower() + title[1:])),
                needs=lambda name=name: not timeline.why_not(name),
            )
            self.menu.addAction(action)

    def branch(self, name: str) -> None:
        """Branch, select the node to be changed, and bring the branch into view.

        The viewer will compare the pictures of the branch with those of the sampler.
        """
        view, timeline = self._documents.view, self._timeline
        kind = timeline.kind(name)
        if view is None or kind is None or timeline.why_not(name):
            return
        made = branch(
            view.session.graph,
            timeline.sampler,
            timeline.step,
            view.session.trajectories[timeline.sampler],
            kind,
            lambda id: box_of(view, id),
        )
        if view.edit(made.edit):
            view.levels.show(made.change)
            self._viewer.compare_result(made.originals)
            reveal(view, made)


def box_of(view: CanvasView, id: str) -> Box:
    """Return the place of a node, with space for the picture that it will show."""
    if id not in view.mirror.layouts:
        return (*view.session.graph.nodes[id].pos, *_HIDDEN_SIZE)
    rect = view.mirror.nodes.rect(id)
    return rect.x(), rect.y(), rect.width(), rect.height() + view.mirror.layouts[id].picture_room


def reveal(view: CanvasView, made: Branch) -> None:
    """Bring a branch into view, if it is not."""
    bounds = QRectF()
    for id in made.nodes:
        if id in view.mirror.layouts:
            bounds = bounds.united(QRectF(*box_of(view, id)))
    if not view.shown_rect().contains(bounds):
        view.show_rect(bounds.adjusted(-40, -40, 40, 40))

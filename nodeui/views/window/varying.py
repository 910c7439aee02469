"""Vary this: other pictures like the one in view, as nodes on the canvas or as a sweep of seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from nodeui.graph.wording import tr
from nodeui.session.samplers import sampler_above, samplers
from nodeui.session.session import Session
from nodeui.session.variations import (
    VARIATIONS,
    new_seeds,
    seed_of,
    targets_of,
    vary,
    why_not_vary,
)
from nodeui.session.workspace import Workspace
from nodeui.views.gallery import Gallery
from nodeui.views.icons import icon
from nodeui.views.labels import set_tip
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import Actions
from nodeui.views.window.branching import box_of, reveal
from nodeui.views.window.docks import Docks
from nodeui.views.window.documents import Documents
from nodeui.views.window.sweeping import Sweeping

_SEEDS = 4


class _Way(NamedTuple):
    """The texts of a way to vary a picture.

    Attributes:
        title: Its title in menus.
        full_text: Its text outside of menus.
        help: Its tool tip.
    """

    title: str
    full_text: str
    help: str


class Varying(QObject):
    """Varies the picture of a node, of the viewer or of the gallery, and runs the variation.

    Args:
        workspace: Opens the workflows of pictures.
        sweeping: Shows several seeds side by side.
        actions: Gets the actions.
        documents: The canvases.
        docks: The panels.

    Attributes:
        menu: The actions.
    """

    def __init__(
        self,
        workspace: Workspace,
        sweeping: Sweeping,
        actions: Actions,
        documents: Documents,
        docks: Docks,
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._sweeping = sweeping
        self._documents = documents
        self._viewer = docks.panel(Viewer)
        self._timeline = docks.panel(Timeline)
        self.menu = QMenu(tr("&Vary this"), documents)
        ways = _ways()
        actions.add(
            "run.variations",
            ways[""].title,
            self.sweep_seeds,
            "Ctrl+Alt+V",
            "view-grid-outline",
            needs="document",
        )
        for name in VARIATIONS:
            action = actions.add(
                f"run.vary-{name}",
                ways[name].title,
                partial(self.vary, name),
                icon_name="dice-5",
                full_text=ways[name].full_text,
                needs="document",
            )
            self.menu.addAction(action)
        self._viewer.menu_opened.connect(self._fill_viewer_menu)
        documents.menu_opened.connect(self._fill_node_menu)
        docks.panel(Gallery).menu_opened.connect(self._fill_gallery_menu)

    # --- what is varied ------------------------------------------------------------------------

    def _sampler(self, node: str = "") -> str:
        """Return the step-wise node that made the picture of a node; "" if there is none.

        Args:
            node: Id of a node; "" for the selected node, else the one in the viewer, else the
                sampler of the timeline.
        """
        session = self._documents.current
        if session is None:
            return ""
        start = [node] if node else sorted(session.selection) or [self._viewer.shown_node]
        found = sampler_above(session.graph, start)
        others = samplers(session.graph)
        if found is None and not node:
            found = self._timeline.sampler if self._timeline.sampler in others else None
            found = found or next(iter(others), None)
        return found or ""

    def _why_not(self, name: str, node: str = "") -> str:
        """Return the message why a picture cannot be varied in a way; "" if it can."""
        session, sampler = self._documents.current, self._sampler(node)
        if session is None or not sampler:
            return tr("No sampler has made this picture.")
        return why_not_vary(session.graph, sampler, name, session.trajectories.get(sampler))

    # --- varying -------------------------------------------------------------------------------

    def vary(self, name: str, node: str = "") -> None:
        """Add a variation of a picture to the canvas and run it.

        Args:
            name: One of `VARIATIONS`.
            node: See `_sampler`.
        """
        view = self._documents.view
        if view is None:
            return
        session = view.session
        why = self._why_not(name, node)
        if why:
            session.report("warning", why)
            return
        sampler = self._sampler(node)
        known = session.trajectories.get(sampler)
        made = vary(session.graph, sampler, name, known, lambda id: box_of(view, id))
        if view.edit(made.edit):
            view.levels.show(made.change)
            self._viewer.compare_result(made.originals)
            reveal(view, made)
            session.run(targets_of(session.graph, made))

    def sweep_seeds(self, node: str = "") -> None:
        """Run a picture with four other seeds, and show the results side by side.

        Args:
            node: See `_sampler`.
        """
        session, sampler = self._documents.current, self._sampler(node)
        if session is None:
            return
        seed = seed_of(session.graph, sampler) if sampler else None
        if seed is None:
            session.report("warning", tr("No sampler with a seed has made this picture."))
            return
        values = new_seeds(session.graph, *seed, _SEEDS)
        self._sweeping.start(session, {".".join(seed): values})

    def vary_file(self, name: str, path: Path) -> None:
        """Open the graph of a picture, and vary the picture there.

        Args:
            name: One of `VARIATIONS`; "" for four other seeds.
            path: The file of the picture.
        """

        def then(session: Session) -> None:
            self.vary(name) if name else self.sweep_seeds()

        self._workspace.open(path, then)

    # --- menus ---------------------------------------------------------------------------------

    def _fill_viewer_menu(self, menu: QMenu) -> None:
        node = self._viewer.shown_node
        if node:
            menu.addSeparator()
            self._fill_node_menu(menu, node)

    def _fill_node_menu(self, menu: QMenu, node: str) -> None:
        if not self._sampler(node):
            return
        inner = menu.addMenu(icon("dice-5"), tr("Vary this"))
        inner.setToolTipsVisible(True)
        ways = _ways()
        inner.addAction(ways[""].title, lambda: self.sweep_seeds(node))
        for name in VARIATIONS:
            action = inner.addAction(ways[name].title, partial(self.vary, name, node))
            why = self._why_not(name, node)
            action.setEnabled(not why)
            set_tip(action, why or ways[name].help)

    def _fill_gallery_menu(self, menu: QMenu, paths: Sequence[Path]) -> None:
        if len(paths) != 1:
            return
        inner = menu.addMenu(icon("dice-5"), tr("Vary this"))
        inner.setToolTipsVisible(True)
        for name, way in _ways().items():
            action = inner.addAction(way.title, partial(self.vary_file, name, paths[0]))
            set_tip(action, way.help)


def _ways() -> Mapping[str, _Way]:
    """Return the texts of `VARIATIONS`, after those of four other seeds, which has the name ""."""
    return {
        "": _Way(tr("4 variations"), "", tr("Four other seeds, side by side")),
        "near": _Way(
            tr("Near"), tr("Vary this: near"), tr("The same seed with a little other noise")
        ),
        "medium": _Way(
            tr("Medium"),
            tr("Vary this: medium"),
            tr("New noise in the middle of the run: the composition stays"),
        ),
        "far": _Way(tr("Far"), tr("Vary this: far"), tr("Another seed")),
    }

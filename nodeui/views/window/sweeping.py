"""Sweeps: from the menu of a parameter to the dialog, the panel and the viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from nodeui.graph.parts import GraphError
from nodeui.graph.wording import tr
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.sweeps import SweepRun, Sweeps
from nodeui.session.workspace import Workspace
from nodeui.sweeps.axes import Cell
from nodeui.views.inspector import Inspector
from nodeui.views.sweep import SweepDialog, SweepPanel
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import Actions
from nodeui.views.window.docks import Docks
from nodeui.views.window.documents import Documents


class Sweeping(QObject):
    """Sweeps the document in view.

    Args:
        workspace: The open documents.
        runs: The queue.
        actions: Gets the action "run.sweep".
        documents: The canvases.
        docks: The panels.

    Attributes:
        sweeps: The last sweep of each document.
    """

    def __init__(
        self,
        workspace: Workspace,
        runs: Runs,
        actions: Actions,
        documents: Documents,
        docks: Docks,
    ) -> None:
        super().__init__(documents)
        self._documents = documents
        self._docks = docks
        self._panel = docks.panel(SweepPanel)
        self._viewer = docks.panel(Viewer)
        cache = workspace.settings.places.cache
        self.sweeps = Sweeps(runs, workspace.specs, cache, self)
        actions.add(
            "run.sweep", tr("S&weep..."), self.ask, "Ctrl+Alt+Return", "grid", needs="document"
        )
        documents.sweep_requested.connect(self.ask)
        documents.current_changed.connect(self._show)
        docks.panel(Inspector).sweep_requested.connect(self.ask)
        workspace.closed.connect(self.sweeps.forget)
        self.sweeps.changed.connect(self._show)
        self._panel.new_asked.connect(self.ask)
        self._panel.view_requested.connect(self._view)

    def ask(self, node: str = "", parameter: str = "") -> None:
        """Ask what to sweep, starting with this parameter, and run the sweep."""
        session = self._documents.current
        if session is None:
            return
        if not node and len(session.selection) == 1:
            node, parameter = _first(session, next(iter(session.selection)))
        dialog = SweepDialog(session, node, parameter, self._documents)
        dialog.accepted.connect(lambda: self.start(session, dialog.over, dialog.together))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def start(
        self, session: Session, over: Mapping[str, Sequence[Any] | str], together: int = 1
    ) -> None:
        """Start a sweep and show it; see `Sweeps.start`."""
        try:
            self.sweeps.start(session, over, together)
        except GraphError as error:
            session.report("error", str(error))
            return
        self._docks.bring_up("sweep")

    def _show(self) -> None:
        self._panel.show_run(self.sweeps.of(self._documents.current))

    def _view(self, cell: Cell, run: SweepRun) -> None:
        """Show the picture of a cell in the viewer."""

        def show(image: QImage) -> None:
            self._docks.bring_up("viewer")
            self._viewer.open_picture(f"sweep {cell.label}", cell.label, image)

        run.fetch_whole(cell, show)


def _first(session: Session, node: str) -> tuple[str, str]:
    """Return a node and its first parameter, or ""."""
    spec = session.graph.spec(node)
    return node, next(iter(spec.parameters), "") if spec else ""

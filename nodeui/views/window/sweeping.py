"""Sweeps: from a parameter's menu to the dialog, the panel and the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from nodeui.graph.parts import GraphError
from nodeui.session.session import Session
from nodeui.session.sweeps import SweepRun, Sweeps
from nodeui.sweeps.axes import Cell
from nodeui.views.sweep import SweepDialog

if TYPE_CHECKING:
    from nodeui.views.window.main import MainWindow

ACTION = "run.sweep"


class Sweeping(QObject):
    """Sweeps the document in view.

    Args:
        window: Whose documents and panels.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._panel = window.panels.sweep
        cache = window.workspace.settings.places.cache
        self.sweeps = Sweeps(window.runs, window.workspace.specs, cache, self)
        window.actions_.add(ACTION, self.tr("S&weep..."), self.ask, "Ctrl+Alt+Return", "grid")
        window.documents.sweep_requested.connect(self.ask)
        window.documents.current_changed.connect(self._show)
        window.panels.inspector.sweep_requested.connect(self.ask)
        window.workspace.closed.connect(self.sweeps.forget)
        self.sweeps.changed.connect(self._show)
        self._panel.new_asked.connect(self.ask)
        self._panel.view_requested.connect(self._view)

    def ask(self, node: str = "", parameter: str = "") -> None:
        """Ask what to sweep, beginning with this parameter, and do it."""
        session = self._window.documents.current
        if session is None:
            return
        if not node and len(session.selection) == 1:
            node, parameter = _first(session, next(iter(session.selection)))
        dialog = SweepDialog(session, node, parameter, self._window)
        dialog.accepted.connect(lambda: self._start(session, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def close(self) -> None:
        """The window is closed."""
        self.sweeps.close()

    def _start(self, session: Session, dialog: SweepDialog) -> None:
        try:
            self.sweeps.start(session, dialog.over)
        except GraphError as error:  # it was edited behind the dialog, by a run that ended
            session.report("error", str(error))
            return
        self._window.panels.bring_up("sweep")

    def _show(self) -> None:
        self._panel.show_run(self.sweeps.of(self._window.documents.current))

    def _view(self, cell: Cell, run: SweepRun) -> None:
        """Show a cell's picture in the viewer."""

        def show(image: QImage) -> None:
            self._window.panels.bring_up("viewer")
            self._window.panels.viewer.open_picture(f"sweep {cell.label}", cell.label, image)

        run.fetch_whole(cell, show)


def _first(session: Session, node: str) -> tuple[str, str]:
    """A node and its first parameter, to begin with."""
    spec = session.graph.spec(node)
    return node, next(iter(spec.parameters), "") if spec else ""

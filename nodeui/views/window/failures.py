"""What is said of runs in which nodes failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nodeui.session.runs import Job, Runs
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.window.documents import Documents
from nodeui.views.window.notice import Notices, Way

if TYPE_CHECKING:
    from nodeui.engine.protocol import Report


class Failures(QObject):
    """Says which node failed in a run, and leads to it; until a later run does not fail.

    Args:
        workspace: The open documents.
        runs: The queue.
        documents: Shows them.
        notices: Where it is said.
    """

    def __init__(
        self, workspace: Workspace, runs: Runs, documents: Documents, notices: Notices
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._documents = documents
        self._notices = notices
        runs.finished.connect(self._on_finished)
        workspace.closed.connect(notices.settle)

    def _on_finished(self, job: Job, report: Report) -> None:
        session = job.session
        if job.aside is not None or session not in self._workspace.sessions:
            return
        if not report.cancelled:
            self._notices.settle(session)
        if report.failures:
            first, more = report.failures[0], len(report.failures) - 1
            text = self.tr("{0} failed: {1}").format(session.name_of(first.node), first.message)
            if more:
                text += "\n" + self.tr("%n more failed.", "", more)
            way = Way(self.tr("Show"), lambda: self._show(session, first.node))
            self._notices.say("error", text, way, session)

    def _show(self, session: Session, id: str) -> None:
        """Bring a node into view, selected."""
        self._documents.show_session(session)
        view = self._documents.view
        if view is not None and id in session.graph.nodes:
            view.levels.show(id)
            view.show_selection()

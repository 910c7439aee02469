"""Notices about runs in which nodes failed."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from nodeui.engine.protocol import Report
from nodeui.graph.wording import counted, tr
from nodeui.sdk import Download
from nodeui.session.jobs import Job
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace
from nodeui.views.labels import brief, message_box, one_line
from nodeui.views.window.documents import Documents
from nodeui.views.window.notice import NoticeButton, Notices

_LONGEST_NAME = 80


class Failures(QObject):
    """Shows which node failed in a run, until a later run of the document ends.

    Args:
        workspace: The open documents.
        runs: The queue.
        documents: Their canvases.
        notices: The notices.
    """

    def __init__(
        self, workspace: Workspace, runs: Runs, documents: Documents, notices: Notices
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._runs = runs
        self._documents = documents
        self._notices = notices
        runs.finished.connect(self._on_finished)
        workspace.closed.connect(notices.withdraw)

    def _on_finished(self, job: Job, report: Report) -> None:
        session = job.session
        if job.aside is not None or session not in self._workspace.sessions:
            return
        if not report.cancelled:
            self._notices.withdraw(session)
        if report.failures:
            first, others = report.failures[0], len(report.failures) - 1
            name = one_line(session.name_of(first.node), _LONGEST_NAME)
            text = tr("{0} failed: {1}", name, brief(first.message))
            if others:
                text += "\n" + counted("%n more failed.", others)
            download = next((each.download for each in report.failures if each.download), None)
            if download is None:
                button = NoticeButton(tr("Show"), lambda: self._show(session, first.node))
            else:
                title = tr("Download ({})...", _size(download)) if download.size else ""
                button = NoticeButton(title or tr("Download..."), lambda: self._ask(job, download))
            self._notices.show("error", text, button, session)

    def _ask(self, job: Job, download: Download) -> None:
        """Ask whether a model may be downloaded, and run again."""
        facts = [
            tr("Source: {}", download.url),
            tr("Size: {}", _size(download) if download.size else tr("unknown")),
            tr("Licence: {}", one_line(download.licence, _LONGEST_NAME) or tr("unknown")),
            tr("Folder: {}", download.folder),
        ]
        question = tr("Download {}?", download.source)
        box = message_box(self._documents.window(), question, "\n".join(facts))
        yes = box.addButton(tr("Download"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        agreed = box.clickedButton() is yes
        box.deleteLater()
        if agreed and job.session in self._workspace.sessions:
            self._runs.allow_download(download.source)
            self._notices.withdraw(job.session)
            self._runs.run(job.session, job.targets)

    def _show(self, session: Session, id: str) -> None:
        """Select a node, and bring it into view."""
        self._documents.show_session(session)
        view = self._documents.view
        if view is not None and id in session.graph.nodes:
            view.levels.show(id)
            view.show_selection()


def _size(download: Download) -> str:
    """Return the size of a download as shown to the user."""
    size = download.size or 0
    if size < 1e9:
        return tr("{} MB", max(1, round(size / 1e6)))
    return tr("{} GB", f"{size / 1e9:.1f}")

"""The queue: what runs, what waits, and what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from nodeui.session.runs import Job, Runs
from nodeui.views.icons import IconButton

if TYPE_CHECKING:
    from nodeui.engine.protocol import Report

_FINISHED_KEPT = 50


class QueuePanel(QWidget):
    """The runs of all documents: the one under way, those that wait, those that ended.

    Args:
        runs: The queue.
        parent: The widget it lies in.
    """

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Queue"))
        self._list.currentItemChanged.connect(self._enable)
        self._up = IconButton("arrow-up", self.tr("Run earlier"), self)
        self._down = IconButton("arrow-down", self.tr("Run later"), self)
        self._cancel = IconButton("close", self.tr("Cancel this run"), self)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._cancel.clicked.connect(self._cancel_job)
        buttons = QHBoxLayout()
        self._summary = QLabel(self)
        self._summary.setProperty("muted", True)
        buttons.addWidget(self._summary)
        buttons.addStretch()
        for button in (self._up, self._down, self._cancel):
            buttons.addWidget(button)
        self._ended = QListWidget(self)
        self._ended.setAccessibleName(self.tr("Finished runs"))
        heading = QLabel(self.tr("Finished"), self)
        heading.setProperty("section", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self._list, 2)
        layout.addWidget(heading)
        layout.addWidget(self._ended, 3)
        runs.queue_changed.connect(self._fill)
        runs.finished.connect(self._add_ended)
        self._fill()

    def _fill(self) -> None:
        chosen = self._chosen()
        self._list.clear()
        current = [self._runs.current] if self._runs.current is not None else []
        for job in [*current, *self._runs.waiting]:
            running = job is self._runs.current
            if running:
                state = self.tr("stopping") if job.stopping else self.tr("running")
            else:
                state = self.tr("waiting")
            item = QListWidgetItem(f"{_name(job)}   {state}")
            item.setData(Qt.ItemDataRole.UserRole, job)
            if not running:
                item.setForeground(self.palette().placeholderText())
            self._list.addItem(item)
            if job is chosen:
                self._list.setCurrentItem(item)
        count = self._list.count()
        self._summary.setText(
            self.tr("%n in the queue", "", count) if count else self.tr("Nothing runs")
        )
        self._enable()

    def _chosen(self) -> Job | None:
        return self._list.currentIndex().data(Qt.ItemDataRole.UserRole)

    def _enable(self) -> None:
        job, waiting = self._chosen(), self._runs.waiting
        place = waiting.index(job) if job in waiting else -1
        self._up.setEnabled(place > 0)
        self._down.setEnabled(0 <= place < len(waiting) - 1)
        self._cancel.setEnabled(job is not None)

    def _move(self, by: int) -> None:
        job = self._chosen()
        if job is not None and job in self._runs.waiting:
            self._runs.move(job, self._runs.waiting.index(job) + by)

    def _cancel_job(self) -> None:
        job = self._chosen()
        if job is not None:
            self._runs.cancel(job)

    def _add_ended(self, job: Job, report: Report) -> None:
        if job.live:
            return
        if report.cancelled:
            outcome = self.tr("stopped")
        elif report.failures:
            outcome = self.tr("%n failed", "", len(report.failures))
        else:
            done = sum(node.status in ("executed", "resumed") for node in report.nodes)
            outcome = self.tr("%n computed", "", done)
        item = QListWidgetItem(f"{_name(job)}   {outcome}, {report.seconds:.1f} s")
        self._ended.insertItem(0, item)
        while self._ended.count() > _FINISHED_KEPT:
            self._ended.takeItem(self._ended.count() - 1)


def _name(job: Job) -> str:
    targets = f" › {', '.join(job.targets)}" if job.targets else ""
    return f"{job.number}  {job.title}{targets}"

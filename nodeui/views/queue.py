"""The panel of running, waiting and finished runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from nodeui.engine.protocol import Report
from nodeui.graph.wording import counted, tr
from nodeui.session.jobs import Job
from nodeui.session.runs import Runs
from nodeui.views import theme
from nodeui.views.icons import IconButton
from nodeui.views.labels import Label, set_tip

_FINISHED_KEPT = 50
_ROW = 40
_DATA = Qt.ItemDataRole.UserRole
_JOB = _DATA + 1


@dataclass(frozen=True)
class Row:
    """A run as it is listed.

    Attributes:
        title: The name of the run.
        state: Its state or outcome, in a word or two.
        about: Its last edit, or an error.
        token: The theme's colour of `state`.
        part: The part of the running node that is done, in [0, 1]; None if none is running.
    """

    title: str
    state: str
    about: str
    token: str = "muted"
    part: float | None = None

    @property
    def text(self) -> str:
        """The whole row, for screen readers and tool tips."""
        return "\n".join(filter(None, [f"{self.title}: {self.state}", self.about]))


class QueuePanel(QWidget):
    """The runs of all documents: the current one, the waiting ones and the finished ones.

    Waiting runs are reordered by dragging or with Alt+Up and Alt+Down; Delete cancels.

    Args:
        runs: The queue.
        parent: The parent widget.
    """

    def __init__(self, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self.waiting = _Waiting(self)
        self.waiting.setAccessibleName(tr("Queue"))
        self.waiting.currentItemChanged.connect(self._enable)
        self.waiting.dropped.connect(self._drop)
        self.waiting.move_requested.connect(self._move)
        self.waiting.cancel_requested.connect(self._cancel_job)
        self.up = IconButton("arrow-up", tr("Run earlier (Alt+Up)"), self)
        self.down = IconButton("arrow-down", tr("Run later (Alt+Down)"), self)
        self._cancel = IconButton("close", tr("Cancel this run (Del)"), self)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self._cancel.clicked.connect(self._cancel_job)
        buttons = QHBoxLayout()
        self._summary = Label(self)
        self._summary.setProperty("muted", True)
        buttons.addWidget(self._summary)
        buttons.addStretch()
        for button in (self.up, self.down, self._cancel):
            buttons.addWidget(button)
        self.ended = _listing(QListWidget(self))
        self.ended.setAccessibleName(tr("Finished runs"))
        heading = Label(tr("Finished"), self)
        heading.setProperty("section", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.addLayout(buttons)
        layout.addWidget(self.waiting, 2)
        layout.addWidget(heading)
        layout.addWidget(self.ended, 3)
        runs.queue_changed.connect(self._fill)
        runs.progressed.connect(self._show_progress)
        runs.finished.connect(self._add_finished)
        runs.failed.connect(self._add_failed)
        self._fill()

    # --- running and waiting ---------------------------------------------------------------------

    def _fill(self) -> None:
        chosen = self._chosen()
        self.waiting.clear()
        current = [self._runs.current] if self._runs.current is not None else []
        for job in [*current, *self._runs.waiting]:
            item = _item(self._row(job), job)
            self.waiting.addItem(item)
            if job is chosen:
                self.waiting.setCurrentItem(item)
        count = self.waiting.count()
        self._summary.setText(counted("%n in the queue", count) if count else tr("No runs"))
        self._enable()

    def _row(self, job: Job) -> Row:
        if job is not self._runs.current:
            return Row(_title(job), tr("waiting"), _about(job))
        if job.stopping:
            return Row(_title(job), tr("stopping"), _about(job), "warning")
        row = Row(_title(job), tr("running"), _about(job), "accent", 0.0)
        if job.progress is not None and job.progress.total:
            done, total = job.progress.done, job.progress.total
            row = replace(row, state=f"{done}/{total}", part=done / total)
        return row

    def _show_progress(self, job: Job) -> None:
        if job is self._runs.current:
            _put(self.waiting.item(0), self._row(job))

    def _chosen(self) -> Job | None:
        return self.waiting.currentIndex().data(_JOB)

    def _enable(self) -> None:
        job, waiting = self._chosen(), self._runs.waiting
        place = waiting.index(job) if job in waiting else -1
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(waiting) - 1)
        self._cancel.setEnabled(job is not None)

    def _move(self, by: int) -> None:
        waiting, job = self._runs.waiting, self._chosen()
        if job in waiting and 0 <= waiting.index(job) + by < len(waiting):
            self._runs.move(job, waiting.index(job) + by)

    def _drop(self, before: int) -> None:
        """Move the chosen run in front of a row of the list."""
        waiting, job = self._runs.waiting, self._chosen()
        if job in waiting:
            place = max(0, before - (self._runs.current is not None))
            self._runs.move(job, place - (waiting.index(job) < place))

    def _cancel_job(self) -> None:
        job = self._chosen()
        if job is not None:
            self._runs.cancel(job)

    # --- finished --------------------------------------------------------------------------------

    def _add_finished(self, job: Job, report: Report) -> None:
        if job.live:
            return
        seconds = tr("{0:.1f} s", report.seconds)
        if report.cancelled:
            self._add_ended(Row(_title(job), tr("stopped"), _about(job)))
        elif report.failures:
            first = report.failures[0]
            name = job.session.name_of(first.node)
            self._add_ended(Row(_title(job), tr("failed"), f"{name}: {first.message}", "error"))
        elif report.warnings:
            text = job.session.worded(report.warnings[0])
            self._add_ended(Row(_title(job), seconds, text, "warning"))
        else:
            self._add_ended(Row(_title(job), seconds, _about(job), "done"))

    def _add_failed(self, job: Job, why: str) -> None:
        self._add_ended(Row(_title(job), tr("failed"), why, "error"))

    def _add_ended(self, row: Row) -> None:
        self.ended.insertItem(0, _item(row))
        while self.ended.count() > _FINISHED_KEPT:
            self.ended.takeItem(self.ended.count() - 1)


class _Waiting(QListWidget):
    """A list whose rows are reordered by dragging."""

    dropped = Signal(int)
    """The current row was dropped in front of this one."""
    move_requested = Signal(int)
    cancel_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        _listing(self)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()  # by default Qt would pickle the data of the rows
        data.setData(self.mimeTypes()[0], b"")
        return data

    def dropEvent(self, event: QDropEvent) -> None:
        y = event.position().y()
        rects = [self.visualItemRect(self.item(row)) for row in range(self.count())]
        event.setDropAction(Qt.DropAction.IgnoreAction)  # after a move Qt would remove the row,
        event.accept()  # but the list has been filled again by then
        self.dropped.emit(sum(rect.center().y() < y for rect in rects))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() == Qt.Key.Key_Delete:
            self.cancel_requested.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in moves:
            self.move_requested.emit(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Paints a run in two lines: title and state, then its description."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: Row = index.data(_DATA)
        box = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("selection"))
        inner = box.adjusted(8, 4, -8, -5)
        line = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 2)
        painter.setFont(theme.font(small=True))
        painter.setPen(theme.colour(row.token))
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, right | middle, row.state)
        taken = painter.fontMetrics().horizontalAdvance(row.state) + 8
        painter.setPen(theme.colour("muted"))
        _elided(painter, line.translated(0, line.height()), row.about)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("text"))
        _elided(painter, line.adjusted(0, 0, -taken, 0), row.title)
        if row.part is not None:
            track = QRectF(inner.x(), box.bottom() - 3, inner.width(), 2)
            painter.fillRect(track, theme.colour("outline"))
            track.setWidth(track.width() * row.part)
            painter.fillRect(track, theme.colour("accent"))
        painter.restore()


def _elided(painter: QPainter, box: QRectF, text: str) -> None:
    line = text.replace("\n", " ")
    shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


def _listing(view: QListWidget) -> QListWidget:
    view.setItemDelegate(_Delegate(view))
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setUniformItemSizes(True)
    return view


def _item(row: Row, job: Job | None = None) -> QListWidgetItem:
    item = QListWidgetItem()
    item.setData(_JOB, job)
    _put(item, row)
    return item


def _put(item: QListWidgetItem, row: Row) -> None:
    item.setData(_DATA, row)
    item.setData(Qt.ItemDataRole.AccessibleTextRole, row.text)
    set_tip(item, row.text)


def _about(job: Job) -> str:
    """Describe a run: its unlocked seeds, and the last edit before it."""
    unlocked = set(job.session.seeds.unlocked(job.targets))
    names = [key for key in job.seeds if key in unlocked]
    texts = [tr("seed {0}", job.seeds[key]) for key in names]
    if len(names) > 1:
        named = zip(names, texts, strict=True)
        texts = [f"{job.session.name_of(node)}: {text}" for (node, _), text in named]
    if job.endless:
        texts.append(tr("until stopped"))
    note = "" if texts and job.note == tr("New seed") else job.note
    return "  ·  ".join(filter(None, [", ".join(texts), note]))


def _title(job: Job) -> str:
    targets = f" › {', '.join(map(job.session.name_of, job.targets))}" if job.targets else ""
    return f"{job.number}  {job.title}{targets}"

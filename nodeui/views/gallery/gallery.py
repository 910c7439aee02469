"""The gallery: the pictures in the output folder."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QFileSystemWatcher,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QListView,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import counted, tr
from nodeui.session.background import Background
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.gallery.details import Details
from nodeui.views.gallery.model import PICTURE_ROLE, PictureDelegate, Pictures
from nodeui.views.gallery.pictures import EmbeddedWorkflow, Picture, read_workflow, scan
from nodeui.views.labels import label, placeholder
from nodeui.views.search_line import search_line
from nodeui.views.thumbnails import thumbnails

_SETTLE = 300  # milliseconds from the last change in the folder to the next scan
_BATCH = 64  # workflows read at a time
_PAUSE = 0.001  # seconds after each of them, to release the GIL to the user interface
_LEAST_SIDE, _MOST_SIDE = 56, 128


class Gallery(QWidget):
    """Shows thumbnails of all saved pictures, newest first, with search by prompt.

    A double click or Return opens the graph of a picture. Pictures can be dragged as files.

    Args:
        folder: The output folder; need not exist yet.
        parent: The parent widget.
    """

    restore_requested = Signal(object)
    """The `Path` of the picture whose graph the user wants to open."""
    view_requested = Signal(object)
    """The `Path` of a picture to show in the viewer (Space)."""
    menu_opened = Signal(object, object)
    """The `QMenu` of a picture and the picture's path, before it is shown; the window adds
    entries."""
    compare_requested = Signal(object)
    """The `Path` of a picture to compare with the one in the viewer."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._folder = folder
        self._reading = False
        self._background = Background("gallery", self)
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE)
        self._details_timer = QTimer(self)
        self._details_timer.setSingleShot(True)
        self.model = Pictures(self)
        self.list = QListView()
        self.search = search_line(tr("Search prompts"))
        self.details = Details(self.model)
        self.details.hide()
        self._count = label(small=True, muted=True)
        self._empty = placeholder()
        self._set_up_list()
        self._lay_out()
        self._connect()
        self._show_count()
        self.refresh()

    def _set_up_list(self) -> None:
        view = self.list
        self._delegate = PictureDelegate(self.model, view)
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setDragEnabled(True)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.setAccessibleName(tr("Saved pictures"))

    def _lay_out(self) -> None:
        self.search.setMaximumWidth(320)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 2)
        bar.setSpacing(theme.RHYTHM)
        bar.addWidget(self.search, stretch=4)
        bar.addWidget(self._count)
        bar.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.setContentsMargins(2, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(self._empty, stretch=1)
        column.addWidget(self.list, stretch=1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        self._sides.addLayout(column, stretch=3)
        self._sides.addWidget(self.details, stretch=1)

    def _connect(self) -> None:
        self._watcher.directoryChanged.connect(self._settle.start)
        self._settle.timeout.connect(self.refresh)
        self._details_timer.timeout.connect(self._show_or_hide_details)
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.doubleClicked.connect(self._restore)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.list.selectionModel().currentChanged.connect(self._show_details)
        self.model.modelReset.connect(self._show_count)
        thumbnails().loaded.connect(self._thumbnail_loaded)

    def set_session(self, session: Session | None) -> None:
        """Use the node types of a session for the parameter defaults, which pictures omit."""
        if session is not None:
            self.model.specs = session.specs
            self.list.viewport().update()
            self._show_details()

    def set_folder(self, folder: Path) -> None:
        """Show another output folder."""
        if folder != self._folder:
            self._folder = folder
            self.refresh()

    def refresh(self) -> None:
        """Scan the folder again, in the background."""
        folder = self._folder
        self._background.do(lambda: (folder, scan(folder)), self._take_scan)

    # --- reading ---------------------------------------------------------------------------------

    def _take_scan(self, found: tuple[Path, Sequence[Picture]]) -> None:
        folder, pictures = found
        if folder != self._folder:
            return
        self._watch({str(picture.path.parent) for picture in pictures})
        current = self.current
        if self.model.show_pictures(pictures) and current is not None:
            self._select(current.path)
        self._show_count()
        self._read_workflows()

    def _watch(self, folders: set[str]) -> None:
        """Watch the folders of pictures, and the output folder or its nearest existing parent."""
        above = (self._folder, *self._folder.parents)
        here = next(place for place in above if os.path.isdir(place))
        wanted = {*folders, str(here)}
        watched = set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))
            self._settle.start()  # finds files added between scan and watch

    def _read_workflows(self) -> None:
        """Read the embedded workflows in batches, newest first."""
        batch = self.model.unread(_BATCH)
        if self._reading or not batch:
            return
        self._reading = True

        def read() -> Mapping[Picture, EmbeddedWorkflow | None]:
            workflows: dict[Picture, EmbeddedWorkflow | None] = {}
            for picture in batch:
                workflows[picture] = read_workflow(picture.path)
                time.sleep(_PAUSE)
            return workflows

        self._background.do(read, self._take_workflows)

    def _take_workflows(self, workflows: Mapping[Picture, EmbeddedWorkflow | None]) -> None:
        self._reading = False
        current = self.current
        self.model.add_workflows(workflows)
        if current is not None:
            self._select(current.path)
        self._show_details()
        self._read_workflows()

    # --- content ---------------------------------------------------------------------------------

    @property
    def current(self) -> Picture | None:
        """The selected picture."""
        index = self.list.currentIndex()
        return index.data(PICTURE_ROLE) if index.isValid() else None

    def _select(self, path: Path) -> None:
        row = self.model.row_of(path)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    def _search(self, text: str) -> None:
        current = self.current
        self.model.search(text)
        if current is not None:
            self._select(current.path)

    def _thumbnail_loaded(self) -> None:
        self.list.viewport().update()

    def _show_details(self) -> None:
        self.details.show_picture(self.current)
        if self.details.isHidden() == (self.current is not None):
            # The details move the pictures: wait until a double click is over.
            self._details_timer.start(QApplication.doubleClickInterval())

    def _show_or_hide_details(self) -> None:
        """Show the details only while a picture is selected."""
        self.details.setVisible(self.current is not None)
        QApplication.sendPostedEvents(self, QEvent.Type.LayoutRequest)
        self.list.scrollTo(self.list.currentIndex())

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self._count.setText(
            tr("{0} of {1}", shown, total) if shown != total else counted("%n pictures", total)
        )
        self._empty.setText(
            tr("No matching pictures.")
            if total
            else tr("Pictures written by Save image appear here.")
        )
        self._empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        self._count.setVisible(bool(total))
        self._show_details()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the details at the side of a wide gallery, below the list of a tall one."""
        super().resizeEvent(event)
        wide = self.width() > 1.4 * self.height()
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        room = self.height() - self.search.sizeHint().height() - 12
        one_row = room < 2 * (_MOST_SIDE + 26)
        side = min(_MOST_SIDE, max(_LEAST_SIDE, room - 40)) if one_row else 112
        self._delegate.side = side
        self.list.setWrapping(not (wide and one_row))
        self.list.setGridSize(self._delegate.cell())

    def sizeHint(self) -> QSize:
        return QSize(900, 180)

    # --- input -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(watched, event)
        return super().eventFilter(watched, event)

    def _restore(self, index: QModelIndex) -> None:
        self.restore_requested.emit(_path(index))

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        key, current = event.key(), self.current
        if watched is self.search and key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        elif watched is self.search and key == Qt.Key.Key_Down and self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))
            self.list.setFocus()
        elif watched is not self.list or current is None:
            return False
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.restore_requested.emit(current.path)
        elif key == Qt.Key.Key_Space:
            self.view_requested.emit(current.path)
        else:
            return False
        return True

    def _show_menu(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        if not index.isValid():
            return
        path = _path(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open its graph"), lambda: self.restore_requested.emit(path))
        menu.addAction(tr("Show in the viewer"), lambda: self.view_requested.emit(path))
        menu.addAction(tr("Compare in the viewer"), lambda: self.compare_requested.emit(path))
        menu.addSeparator()
        folder = QUrl.fromLocalFile(str(path.parent))
        menu.addAction(tr("Open its folder"), lambda: QDesktopServices.openUrl(folder))
        self.menu_opened.emit(menu, path)
        menu.popup(self.list.viewport().mapToGlobal(place))


def _path(index: QModelIndex) -> Path:
    picture: Picture = index.data(PICTURE_ROLE)
    return picture.path

"""The gallery: the library of saved pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import counted, tr
from nodeui.pictures.record import Picture
from nodeui.views.gallery.bar import LEAST_SIDE, Bar
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.collecting import Collecting
from nodeui.views.gallery.commands import Commands
from nodeui.views.gallery.detailing import Detailing
from nodeui.views.gallery.details import Details
from nodeui.views.gallery.grid import Grid
from nodeui.views.gallery.lineage_page import LineagePage
from nodeui.views.gallery.listing import Listing
from nodeui.views.gallery.menu import MenuCommands, picture_menu
from nodeui.views.gallery.model import CAPTION_HEIGHT, PictureDelegate, Pictures
from nodeui.views.gallery.selection import Selection, command_of
from nodeui.views.gallery.shelves import Shelves
from nodeui.views.labels import label, placeholder
from nodeui.views.reveal import reveal
from nodeui.views.thumbnails import thumbnails

_START = 1500  # milliseconds until a hidden gallery reads its folder
_BESIDE = 1000  # pixels of width from which the collections have a list of their own


class Gallery(QWidget):
    """Shows the pictures of a folder: searched, rated, tagged, collected, and where they came from.

    A double click or Return opens the graph of a picture. Pictures can be dragged as files.

    Args:
        folder: The output folder; need not exist yet.
        database: The file of the index.
        specs: The node types, for the settings in workflows.
        parent: The parent widget.
    """

    restore_requested = Signal(object)
    """The `Path` of the picture whose graph the user wants to open."""
    view_requested = Signal(object)
    """The `Path` of a picture to show in the viewer (Space)."""
    menu_opened = Signal(object, object)
    """The `QMenu` of selected pictures and a list of their paths; the window adds entries."""
    compare_requested = Signal(object)
    """A list of paths: of one picture to compare with the one in the viewer, or of several to
    compare with each other."""
    message = Signal(str, str, object)
    """"info" or "error", a line, and None or the function that undoes what it reports."""

    def __init__(
        self,
        folder: Path,
        database: Path,
        specs: Mapping[str, NodeSpec],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.catalogue = Catalogue(folder, database, specs, self)
        self.commands = Commands(self.catalogue, self)
        self.model = Pictures(self)
        self.list = Grid(self.model)
        self.bar = Bar(_orders())
        self.search = self.bar.search.line
        self.shelves = Shelves()
        self.selection = Selection(self.list, self.model, self.catalogue, self.commands)
        self.collecting = Collecting(
            self.shelves, self.bar.shelf, self.catalogue, self.commands, self.selection, self
        )
        self.details = Details()
        self.details.hide()
        self.lineage = LineagePage(self.catalogue)
        self.listing = Listing(
            self.list, self.model, self.bar, self.collecting, self.selection, self.catalogue
        )
        self.detailing = Detailing(self.details, self.list, self.selection, self.catalogue)
        self._scan_text = self._trouble = ""
        self._problem = label(small=True)
        self._problem.setProperty("warning", True)
        self._problem.hide()
        self._empty = placeholder()
        self._set_up_list()
        self._lay_out()
        self._connect()
        self._show_texts()
        start = QTimer(self)
        start.setSingleShot(True)
        start.timeout.connect(self.catalogue.start)
        start.start(_START)

    def _set_up_list(self) -> None:
        self._delegate = PictureDelegate(self.model, self.list)
        self.list.setItemDelegate(self._delegate)
        self.list.setAccessibleName(tr("Saved pictures"))
        self.bar.search.set_help(*_help())

    def _lay_out(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(0)
        column.setContentsMargins(2, 0, 0, 0)
        column.addWidget(self._empty, stretch=1)
        column.addWidget(self.list, stretch=1)
        self._problem.setContentsMargins(10, 0, 8, 2)
        self._pages = QStackedLayout()
        self._pages.addWidget(page)
        self._pages.addWidget(self.lineage)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.addLayout(self._pages, stretch=3)
        self._sides.addWidget(self.details, stretch=1)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.bar)
        right.addWidget(self._problem)
        right.addLayout(self._sides, stretch=1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.shelves)
        row.addLayout(right, stretch=1)

    def _connect(self) -> None:
        view, lineage, listing = self.list, self.lineage, self.listing
        self.catalogue.progress.connect(self._show_progress)
        self.catalogue.troubled.connect(self._on_trouble)
        self.catalogue.changed.connect(self._on_library_changed)
        self.commands.done.connect(self._report)
        self.commands.failed.connect(self._report_failure)
        self.selection.changed.connect(self._on_selection_changed)
        self.selection.failed.connect(self._report_failure)
        self.collecting.hint.connect(self._hint)
        self.collecting.chosen.connect(self.show_list)
        self.bar.size_slider.valueChanged.connect(self._arrange)
        listing.changed.connect(self._on_selection_changed)
        listing.selection_read.connect(self.detailing.refresh)
        view.zoomed.connect(self._zoom)
        view.key_pressed.connect(self._key)
        view.doubleClicked.connect(self._restore)
        view.customContextMenuRequested.connect(self._show_list_menu)
        self._delegate.renamed.connect(self.commands.rename)
        self.details.lineage_requested.connect(self.show_lineage)
        self.details.left.connect(self._leave_details)
        lineage.left.connect(self.show_list)
        lineage.view.opened.connect(self.restore_requested)
        lineage.view.chosen.connect(self._take_tree_picture)
        lineage.view.key_pressed.connect(self._key)
        lineage.view.menu_requested.connect(self._show_tree_menu)
        thumbnails().loaded.connect(self._thumbnail_loaded)

    # --- what the window calls -------------------------------------------------------------------

    def set_folder(self, folder: Path) -> None:
        """Show another output folder."""
        self.catalogue.set_folder(folder)

    def set_embedding(self, embed: bool) -> None:
        """Set whether ratings and tags are also written into own pictures."""
        self.catalogue.set_embedding(embed)

    @property
    def problem_text(self) -> str:
        """A mistake in the query, or else a problem of the library, on one line; or ""."""
        return self.listing.mistake or self._trouble

    def show_neighbour(self, path: Path, by: int) -> None:
        """Select the next (1) or previous (-1) picture of the list after one, and show it in the
        viewer."""

        def take(pictures: Sequence[Picture]) -> None:
            row = self.model.row_of(pictures[0].id) + by if pictures else -1
            if pictures and 0 <= row < self.model.rowCount():
                id = self.model.ids[row]
                self.list.setCurrentIndex(self.model.index(row))
                self.catalogue.do(lambda library: library.records([id]), view)

        def view(pictures: Sequence[Picture]) -> None:
            for picture in pictures:
                self.view_requested.emit(picture.path)

        self.catalogue.do(lambda library: library.find([path]), take)

    def _report(self, text: str, undoable: bool) -> None:
        if text:
            self.message.emit("info", text, self.commands.undo if undoable else None)

    def _report_failure(self, text: str) -> None:
        self.message.emit("error", text, None)

    def _hint(self, text: str) -> None:
        self.message.emit("info", text, None)

    def _on_selection_changed(self) -> None:
        self.list.viewport().update()
        self.detailing.refresh()
        self._show_texts()

    def _thumbnail_loaded(self) -> None:
        self.list.viewport().update()
        self.lineage.view.viewport().update()

    # --- pages -----------------------------------------------------------------------------------

    def show_lineage(self) -> None:
        """Show what the current picture was made from, and what was made from it."""
        picture = self.selection.current
        if picture is not None:
            self.bar.hide()
            self._pages.setCurrentWidget(self.lineage)
            self.lineage.show_picture(picture)
            self.selection.pin(picture)

    def show_list(self) -> None:
        """Show the list of pictures."""
        if self._pages.currentIndex() != 0:
            self.bar.show()
            self._pages.setCurrentIndex(0)
            self.selection.pin(None)
            self.list.setFocus()

    def _take_tree_picture(self, path: Path) -> None:
        """Let commands and details act on a picture of the tree."""

        def take(pictures: Sequence[Picture]) -> None:
            if self._pages.currentWidget() is self.lineage and pictures:
                self.selection.pin(pictures[0])

        self.catalogue.do(lambda library: library.find([path]), take)

    def _on_library_changed(self) -> None:
        if self.lineage.view.current is not None and self.selection.pinned is not None:
            self._take_tree_picture(self.selection.pinned.path)

    # --- texts -----------------------------------------------------------------------------------

    def _show_texts(self) -> None:
        """Show the number of pictures, why there are none, and what is wrong."""
        shown, total = self.model.rowCount(), self.model.total
        selected = len(self.list.selected_rows())
        if self._scan_text:
            text = self._scan_text
        elif selected > 1:
            text = tr("{0} of {1} selected", selected, shown)
        elif shown != total:
            text = tr("{0} of {1}", shown, total)
        else:
            text = counted("%n pictures", total)
        self.bar.count.setText(text)
        if total:
            empty = tr("No matching pictures.")
        elif self._scan_text or not self.catalogue.is_open:
            empty = tr("Reading the pictures…")
        else:
            empty = tr("Pictures written by Save image appear here.")
        self._empty.setText(empty)
        self._empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        if self.problem_text != self._problem.text():
            self._problem.setText(self.problem_text)
            self._arrange()

    def _show_progress(self, done: int, total: int) -> None:
        self._scan_text = tr("Reading {0} of {1}", done, total) if done < total else ""
        self._show_texts()

    def _on_trouble(self, text: str) -> None:
        self._trouble = text
        self._show_texts()

    # --- layout ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place the details at the side of a wide gallery, below the list of a tall one; a list
        that is too low for two lines of pictures has one.

        A gallery that is too low for a line of pictures and a problem shows the problem instead of
        the number of pictures.
        """
        wide = self.width() > 1.4 * self.height()
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        beside = wide and self.width() >= _BESIDE
        self.shelves.setVisible(beside)
        self.bar.shelf.setVisible(not beside)
        side = self.bar.size_slider.value()
        room = self.height() - self.bar.sizeHint().height() - 4
        problem, least = self._problem.text(), LEAST_SIDE + CAPTION_HEIGHT + 18
        line = self._problem.sizeHint().height() + 2 if problem else 0
        below = room - line >= least
        room -= line if below else 0
        self._problem.setVisible(bool(problem) and below)
        self.bar.show_problem("" if below else problem)
        cell = side + CAPTION_HEIGHT + 6
        one_line = wide and room < 2 * cell
        if one_line:
            side = min(side, max(LEAST_SIDE, room - CAPTION_HEIGHT - 18))
        self._delegate.side = side
        self.list.set_layout(self._delegate.cell(), one_line)

    def _zoom(self, steps: int) -> None:
        slider = self.bar.size_slider
        slider.setValue(slider.value() + 16 * steps)

    def sizeHint(self) -> QSize:
        return QSize(900, 220)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.catalogue.set_watching(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.catalogue.set_watching(False)

    # --- input -----------------------------------------------------------------------------------

    def _restore(self, index: QModelIndex) -> None:
        picture = self.model.picture(index.row())
        if picture is not None:
            self.restore_requested.emit(picture.path)

    def _leave_details(self) -> None:
        (self.list if self.list.isVisible() else self.lineage.view).setFocus()

    def _key(self, event: QKeyEvent) -> None:
        """Carry out a key in the list or in the tree; the others are left to them."""
        others = {
            Qt.Key.Key_F2: self._rename,
            Qt.Key.Key_L: self._toggle_lineage,
            Qt.Key.Key_T: self.detailing.edit_tags,
            Qt.Key.Key_Return: partial(self._emit_current, self.restore_requested),
            Qt.Key.Key_Enter: partial(self._emit_current, self.restore_requested),
            Qt.Key.Key_Space: partial(self._emit_current, self.view_requested),
        }
        run = command_of(event, self.selection, others)
        if run is not None:
            run()
            event.accept()

    def _emit_current(self, signal: SignalInstance) -> None:
        picture = self.selection.current
        if picture is not None:
            signal.emit(picture.path)

    def _toggle_lineage(self) -> None:
        if self.list.isVisible():
            self.show_lineage()
        else:
            self.show_list()

    def _rename(self) -> None:
        """Edit the name of the current picture in the list."""
        picture = self.selection.current
        self.show_list()
        row = self.model.row_of(picture.id) if picture is not None else -1
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            self.list.edit(self.model.index(row))

    def _show_list_menu(self, place: QPoint) -> None:
        if self.list.indexAt(place).isValid():
            self._show_menu(self.list.viewport().mapToGlobal(place))

    def _show_tree_menu(self, path: Path, place: QPoint) -> None:
        def take(pictures: Sequence[Picture]) -> None:
            if pictures:
                self.selection.pin(pictures[0])
                self._show_menu(place)

        self.catalogue.do(lambda library: library.find([path]), take)

    def _show_menu(self, place: QPoint) -> None:
        """Show the menu of the selected pictures, at a place in global pixels."""
        pictures, selection = self.selection.pictures(), self.selection
        if not pictures:
            return
        current = pictures[0].path
        paths = [picture.path for picture in pictures]
        entries = MenuCommands(
            restore=partial(self.restore_requested.emit, current),
            view=partial(self.view_requested.emit, current),
            compare=partial(self.compare_requested.emit, paths),
            lineage=self.show_lineage,
            rate=selection.rate,
            label=selection.set_label,
            reject=selection.reject,
            tags=self.detailing.edit_tags,
            collect=selection.collect,
            new_collection=self.collecting.make,
            remove_from=selection.remove_from,
            copy_picture=selection.copy_picture,
            copy_path=selection.copy_paths,
            rename=self._rename,
            reveal=partial(reveal, current),
            delete=selection.delete,
        )
        names = self.collecting.names

        def add_more(menu: QMenu) -> None:
            self.menu_opened.emit(menu, paths)

        picture_menu(self, pictures, names, entries, add_more).popup(place)


def _orders() -> dict[str, str]:
    return {
        "time": tr("Time"),
        "rating": tr("Rating"),
        "name": tr("Name"),
        "seed": tr("Seed"),
        "size": tr("Size"),
    }


def _help() -> tuple[str, ...]:
    """Return the paragraphs of the help for the search."""
    return (
        tr("Words are searched in names, prompts, models and tags. All of them must be found."),
        tr('"a phrase"   -without'),
        "prompt:sea   negative:   name:   model:   lora:   sampler:   tag:   label:red   in:",
        "rating:>=3   seed:42   date:today   date:2026-11   width:>1024   height:512..768",
        "is:rated   is:labelled   is:tagged   is:rejected   is:workflow",
    )

"""The gallery: the library of saved pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import counted, tr
from nodeui.pictures.record import Picture
from nodeui.session.session import Session
from nodeui.views.gallery.bar import LEAST_SIDE, Bar
from nodeui.views.gallery.catalogue import Catalogue, Found, Search
from nodeui.views.gallery.collecting import Collecting
from nodeui.views.gallery.commands import Commands
from nodeui.views.gallery.details import Details
from nodeui.views.gallery.grid import Grid
from nodeui.views.gallery.lineage_page import LineagePage, readable
from nodeui.views.gallery.menu import MenuCommands, MoreActions, picture_menu
from nodeui.views.gallery.model import CAPTION_HEIGHT, PictureDelegate, Pictures
from nodeui.views.gallery.reveal import reveal
from nodeui.views.gallery.selection import Selection
from nodeui.views.gallery.shelves import Shelves
from nodeui.views.gallery.stars import LABEL_KEYS
from nodeui.views.labels import label, placeholder
from nodeui.views.thumbnails import thumbnails

if TYPE_CHECKING:
    from nodeui.pictures.library import Library

_START = 1500  # milliseconds until a hidden gallery reads its folder
_TYPING = 80  # milliseconds from the last key to the search
_BESIDE = 1000  # pixels of width from which the collections have a list of their own


class Gallery(QWidget):
    """Shows the pictures of a folder: searched, rated, tagged, collected, and where they came from.

    A double click or Return opens the graph of a picture. Pictures can be dragged as files.

    Args:
        folder: The output folder; need not exist yet.
        database: The file of the index.
        parent: The parent widget.

    Attributes:
        more_actions: Returns further entries for the context menu of pictures.
    """

    restore_requested = Signal(object)
    """The `Path` of the picture whose graph the user wants to open."""
    view_requested = Signal(object)
    """The `Path` of a picture to show in the viewer (Space)."""
    compare_requested = Signal(object)
    """The `Path` of a picture to compare with the one in the viewer."""
    message = Signal(str, str, object)
    """"info" or "error", a line, and None or the function that undoes what it reports."""

    def __init__(self, folder: Path, database: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.more_actions: MoreActions = lambda _: ()
        self.catalogue = Catalogue(folder, database, self)
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
        self._scan_text = self._mistake = self._trouble = ""
        self._problem = label(small=True)
        self._problem.setProperty("warning", True)
        self._problem.hide()
        self._empty = placeholder()
        self._search_timer = self._timer(_TYPING, self.refresh)
        self._details_timer = self._timer(0, self._show_or_hide_details)
        self._start_timer = self._timer(_START, self.catalogue.start)
        self._set_up_list()
        self._lay_out()
        self._connect()
        self._show_count()
        self._start_timer.start()

    def _timer(self, interval: int, run: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(run)
        return timer

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
        catalogue, commands, view, bar = self.catalogue, self.commands, self.list, self.bar
        catalogue.changed.connect(self._on_library_changed)
        catalogue.progress.connect(self._show_progress)
        catalogue.troubled.connect(self._on_trouble)
        commands.done.connect(self._report)
        commands.failed.connect(self._report_failure)
        self.model.wanted.connect(self._read)
        self.search.textChanged.connect(self._search_timer.start)
        bar.changed.connect(self.refresh)
        bar.size_slider.valueChanged.connect(self._arrange)
        bar.search.word_typed.connect(self._suggest)
        bar.search.down_pressed.connect(self._enter_list)
        self.collecting.chosen.connect(self._shelf_chosen)
        self.collecting.hint.connect(self._hint)
        self.selection.marks_shown.connect(self._show_marks)
        self.selection.failed.connect(commands.failed)
        view.zoomed.connect(self._zoom)
        view.key_pressed.connect(self._key)
        view.doubleClicked.connect(self._restore)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().selectionChanged.connect(self._show_details)
        view.selectionModel().currentChanged.connect(self._show_details)
        self._delegate.renamed.connect(commands.rename)
        self._connect_details()
        thumbnails().loaded.connect(self._thumbnail_loaded)

    def _connect_details(self) -> None:
        details, lineage = self.details, self.lineage
        details.rated.connect(self.selection.rate)
        details.labelled.connect(self.selection.set_label)
        details.tagged.connect(self.selection.tag)
        details.tag_typed.connect(self._suggest_tags)
        details.lineage_requested.connect(self.show_lineage)
        details.left.connect(self.list.setFocus)
        lineage.left.connect(self.show_list)
        lineage.view.opened.connect(self.restore_requested)
        lineage.view.view_requested.connect(self.view_requested)
        lineage.view.chosen.connect(self._show_tree_details)

    # --- what the window calls -------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Use the node types of a session for the parameter defaults, which pictures omit."""
        if session is not None:
            self.catalogue.set_specs(session.specs)

    def set_folder(self, folder: Path) -> None:
        """Show another output folder."""
        self.catalogue.set_folder(folder)

    def show_neighbour(self, path: Path, by: int) -> None:
        """Select the next (1) or previous (-1) picture of the list after one, and show it in the
        viewer."""
        read = (self.model.read(id) for id in self.model.ids)
        rows = (row for row, one in enumerate(read) if one is not None and one.path == path)
        row = next(rows, -1)
        if row < 0 or not 0 <= row + by < self.model.rowCount():
            return
        self.list.setCurrentIndex(self.model.index(row + by))
        self.selection.with_paths(lambda paths: self.view_requested.emit(paths[0]))

    def set_embedding(self, embed: bool) -> None:
        """Set whether ratings and tags are also written into own pictures."""
        self.catalogue.set_embedding(embed)

    @property
    def problem_text(self) -> str:
        """A mistake in the query, or else a problem of the library, on one line; or ""."""
        return self._mistake or self._trouble

    # --- the list --------------------------------------------------------------------------------

    def query(self) -> str:
        """Return the query of collection, filters and search line together."""
        bar = self.bar
        parts = [self.collecting.query]
        if bar.stars.value:
            parts.append(f"rating:>={bar.stars.value}")
        if bar.rejected.isChecked():
            parts.append("-is:rejected")
        return " ".join(part for part in (*parts, self.search.text()) if part)

    def refresh(self) -> None:
        """Search again."""
        order = self.bar.order.currentData()
        descending = not self.bar.direction.isChecked()
        self.catalogue.search(Search(self.query(), order, descending), self._take_found)

    def _on_library_changed(self) -> None:
        self.model.forget()
        self.refresh()

    def _take_found(self, found: Found) -> None:
        self._mistake = found.error
        self._show_problem()
        if found.error:
            return
        selection = self.selection
        before = selection.ids, selection.current_id, self.list.currentIndex().row()
        if self.model.show_found(found.ids, found.total):
            selection.restore(*before)
            self._show_details()
        self.list.updateGeometries()
        self.list.viewport().update()
        self._show_count()

    def _read(self, ids: Sequence[int]) -> None:
        """Read pictures that the list wants to show."""

        def work(library: Library) -> tuple[Sequence[Picture], dict[int, str]]:
            from nodeui.pictures.workflow import changed_names

            pictures = library.records(ids)
            captions: dict[int, str] = {}
            for picture in pictures:
                edges = library.parents(picture.id) if picture.has_workflow else []
                if edges and edges[0].changes:
                    captions[picture.id] = changed_names([*edges[0].changes])
            return pictures, captions

        self.catalogue.do(work, self._take_pictures)

    def _take_pictures(self, read: tuple[Sequence[Picture], dict[int, str]]) -> None:
        pictures, captions = read
        self.model.take(pictures, captions)
        self.list.viewport().update()
        if {picture.id for picture in pictures} & set(self.selection.ids):
            self._show_details()

    def _thumbnail_loaded(self) -> None:
        self.list.viewport().update()
        self.lineage.view.viewport().update()

    def _shelf_chosen(self) -> None:
        self.show_list()
        self.refresh()

    def _suggest(self, word: str) -> None:
        def work(library: Library) -> list[str]:
            return [suggestion.text for suggestion in library.suggest(word, len(word))]

        self.catalogue.do(work if word else lambda _: [], partial(self.bar.search.offer, word))

    def _suggest_tags(self, word: str) -> None:
        def work(library: Library) -> list[str]:
            tags = [tag for tag, _ in library.facets().tags]
            return [tag for tag in tags if tag.lower().startswith(word.lower())]

        self.catalogue.do(work if word else lambda _: [], self.details.tags_completion.offer)

    def _report(self, text: str, undoable: bool) -> None:
        if text:
            self.message.emit("info", text, self.commands.undo if undoable else None)

    def _report_failure(self, text: str) -> None:
        self.message.emit("error", text, None)

    def _hint(self, text: str) -> None:
        self.message.emit("info", text, None)

    def _show_marks(self) -> None:
        self.list.viewport().update()
        self._show_details()

    # --- pages -----------------------------------------------------------------------------------

    def show_lineage(self) -> None:
        """Show what the current picture was made from, and what was made from it."""
        picture = self.selection.current
        if picture is not None:
            self.bar.hide()
            self._pages.setCurrentWidget(self.lineage)
            self.lineage.show_picture(picture)

    def show_list(self) -> None:
        """Show the list of pictures."""
        if self._pages.currentIndex() != 0:
            self.bar.show()
            self._pages.setCurrentIndex(0)
            self.list.setFocus()
            self._show_details()

    def _show_tree_details(self, path: Path) -> None:
        def take(pictures: Sequence[Picture]) -> None:
            if self._pages.currentWidget() is self.lineage:
                self.details.show_pictures(pictures)

        self.catalogue.do(lambda library: library.find([path]), take)

    # --- details ---------------------------------------------------------------------------------

    def _show_details(self) -> None:
        if self._pages.currentWidget() is self.lineage:
            return
        pictures = self.selection.pictures()
        self.details.show_pictures(pictures)
        if len(pictures) == 1:
            self._read_changes(pictures[0])
        self._show_count()
        if self.details.isHidden() == bool(pictures):
            # The details move the pictures: wait until a double click is over.
            self._details_timer.start(QApplication.doubleClickInterval())

    def _read_changes(self, picture: Picture) -> None:
        """Show what changed from the picture that a picture was made from."""

        def work(library: Library) -> tuple[str, Sequence[str]]:
            edges = library.parents(picture.id) if picture.has_workflow else []
            parents = library.records([edges[0].parent]) if edges else []
            if not parents:
                return "", ()
            return parents[0].path.name, edges[0].changes

        def take(found: tuple[str, Sequence[str]]) -> None:
            if [shown.id for shown in self.selection.pictures()] != [picture.id]:
                return
            name, changes = found
            if not picture.has_workflow:
                heading = tr("Contains no workflow.")
            elif not name:
                heading = tr("Made from no other picture.")
            elif not changes:
                heading = tr("Same settings as {0}.", name)
            else:
                heading = tr("Changed since {0}:", name)
            self.details.show_changes(heading, readable(changes))

        self.catalogue.do(work, take)

    def _show_or_hide_details(self) -> None:
        """Show the details only while a picture is selected."""
        self.details.setVisible(bool(self.selection.ids))
        QApplication.sendPostedEvents(self, QEvent.Type.LayoutRequest)
        self.list.scrollTo(self.list.currentIndex())

    def _show_count(self) -> None:
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

    def _show_progress(self, done: int, total: int) -> None:
        self._scan_text = tr("Reading {0} of {1}", done, total) if done < total else ""
        self._show_count()

    def _on_trouble(self, text: str) -> None:
        self._trouble = text
        self._show_problem()

    def _show_problem(self) -> None:
        """Show a mistake in the query, or else a problem of the library."""
        self._problem.setText(self.problem_text)
        self._problem.setVisible(bool(self.problem_text))

    # --- layout ----------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Place the details at the side of a wide gallery, below the list of a tall one; a list
        that is too low for two lines of pictures has one."""
        wide = self.width() > 1.4 * self.height()
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        beside = wide and self.width() >= _BESIDE
        self.shelves.setVisible(beside)
        self.bar.shelf.setVisible(not beside)
        side = self.bar.size_slider.value()
        room = self.height() - self.bar.sizeHint().height() - 4
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

    def _enter_list(self) -> None:
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))
            self.list.setFocus()

    def _key(self, event: QKeyEvent) -> None:
        """Carry out a key in the list; the others are left to the list."""
        run = self._command_of(event)
        if run is not None:
            run()
            event.accept()

    def _command_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what a key does to the selected pictures."""
        selection = self.selection
        key, current = Qt.Key(event.key()), selection.current
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            controls = {Qt.Key.Key_Z: self.commands.undo, Qt.Key.Key_C: selection.copy_picture}
            return controls.get(key)
        if current is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        digit = key - Qt.Key.Key_0
        if 0 <= digit <= 5:
            return partial(selection.rate, digit)
        if digit in LABEL_KEYS:
            return partial(selection.toggle_label, LABEL_KEYS[digit])
        restore = partial(self.restore_requested.emit, current.path)
        return {
            Qt.Key.Key_X: selection.reject,
            Qt.Key.Key_Delete: selection.delete,
            Qt.Key.Key_F2: self._rename,
            Qt.Key.Key_L: self.show_lineage,
            Qt.Key.Key_T: self._edit_tags,
            Qt.Key.Key_Return: restore,
            Qt.Key.Key_Enter: restore,
            Qt.Key.Key_Space: partial(self.view_requested.emit, current.path),
        }.get(key)

    def _rename(self) -> None:
        self.list.edit(self.list.currentIndex())

    def _edit_tags(self) -> None:
        self._details_timer.stop()
        self._show_or_hide_details()
        self.details.edit_tags()

    def _show_menu(self, place: QPoint) -> None:
        pictures = self.selection.pictures()
        index = self.list.indexAt(place)
        if not index.isValid() or not pictures:
            return
        current, selection = pictures[0].path, self.selection
        entries = MenuCommands(
            restore=partial(self.restore_requested.emit, current),
            view=partial(self.view_requested.emit, current),
            compare=partial(self.compare_requested.emit, current),
            lineage=self.show_lineage,
            rate=selection.rate,
            label=selection.set_label,
            reject=selection.reject,
            tags=self._edit_tags,
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
        menu = picture_menu(self, pictures, names, entries, self.more_actions)
        menu.popup(self.list.viewport().mapToGlobal(place))


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

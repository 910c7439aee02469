"""The list of the gallery: searches the library, and reads the pictures that are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from nodeui.pictures.record import Picture
from nodeui.views.gallery.bar import Bar
from nodeui.views.gallery.catalogue import Catalogue, Found, Search
from nodeui.views.gallery.collecting import Collecting
from nodeui.views.gallery.grid import Grid
from nodeui.views.gallery.model import Pictures
from nodeui.views.gallery.selection import Selection

if TYPE_CHECKING:
    from nodeui.pictures.library import Library

_TYPING = 80  # milliseconds from the last key to the search


class Listing(QObject):
    """Keeps the list equal to what bar and collections ask for.

    Args:
        view: The list.
        model: Its model.
        bar: Search line, filters and order.
        collecting: The chosen collection.
        selection: The selected pictures, which stay selected.
        catalogue: The library.

    Attributes:
        mistake: A line about a mistake in the query, or "".
    """

    changed = Signal()
    """The list or `mistake` changed."""
    selection_read = Signal()
    """A selected picture was read."""

    def __init__(
        self,
        view: Grid,
        model: Pictures,
        bar: Bar,
        collecting: Collecting,
        selection: Selection,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(view)
        self.mistake = ""
        self._view = view
        self._model = model
        self._bar = bar
        self._collecting = collecting
        self._selection = selection
        self._catalogue = catalogue
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING)
        self._timer.timeout.connect(self.refresh)
        bar.search.textChanged.connect(self._timer.start)
        bar.search.word_typed.connect(self._suggest)
        bar.search.down_pressed.connect(self._enter)
        bar.changed.connect(self.refresh)
        collecting.chosen.connect(self.refresh)
        model.wanted.connect(self._read)
        catalogue.changed.connect(self._on_library_changed)

    def query(self) -> str:
        """Return the query of collection, filters and search line together."""
        bar = self._bar
        parts = [self._collecting.query]
        if bar.stars.value:
            parts.append(f"rating:>={bar.stars.value}")
        if bar.rejected.isChecked():
            parts.append("-is:rejected")
        return " ".join(part for part in (*parts, bar.search.text()) if part)

    def refresh(self) -> None:
        """Search again."""
        order = self._bar.order.currentData()
        descending = not self._bar.direction.isChecked()
        self._catalogue.search(Search(self.query(), order, descending), self._take_found)

    def _on_library_changed(self) -> None:
        self._model.forget()
        self.refresh()

    def _take_found(self, found: Found) -> None:
        """Show the pictures that were found; after a mistake the list stays as it is."""
        self.mistake = found.error
        if not found.error:
            selection = self._selection
            before = selection.listed_ids, selection.current_id, self._view.currentIndex().row()
            if self._model.show_found(found.ids, found.total):
                selection.restore(*before)
            self._view.updateGeometries()
            self._view.viewport().update()
        self.changed.emit()

    def _read(self, ids: Sequence[int]) -> None:
        """Read pictures that the list wants to show."""

        def work(library: Library) -> tuple[Sequence[Picture], dict[int, str]]:
            from nodeui.pictures.workflow import changed_names

            pictures = library.records(ids)
            captions: dict[int, str] = {}
            for picture in pictures:
                edges = library.parents(picture.id) if picture.has_workflow else []
                if edges and edges[0].changes:
                    captions[picture.id] = changed_names(edges[0].changes)
            return pictures, captions

        self._catalogue.do(work, self._take_pictures)

    def _take_pictures(self, read: tuple[Sequence[Picture], dict[int, str]]) -> None:
        pictures, captions = read
        self._model.take(pictures, captions)
        self._view.viewport().update()
        if {picture.id for picture in pictures} & set(self._selection.ids):
            self.selection_read.emit()

    def _suggest(self, word: str) -> None:
        def work(library: Library) -> list[str]:
            found = library.suggest(word, len(word)) if word else []
            return [suggestion.text for suggestion in found]

        self._catalogue.do(work, partial(self._bar.search.offer, word))

    def _enter(self) -> None:
        """Go from the search line to the first picture."""
        if self._model.rowCount():
            self._view.setCurrentIndex(self._model.index(0))
            self._view.setFocus()

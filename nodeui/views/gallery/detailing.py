"""Fills the details of the gallery from the library, and carries out what is edited in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from nodeui.graph.wording import tr
from nodeui.pictures.record import Picture
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.details import Details
from nodeui.views.gallery.grid import Grid
from nodeui.views.gallery.lineage_page import readable
from nodeui.views.gallery.selection import Selection

if TYPE_CHECKING:
    from nodeui.pictures.library import Library


class Detailing(QObject):
    """Shows the selected pictures in the details.

    Args:
        details: The details.
        view: The list, which the details move.
        selection: The selected pictures.
        catalogue: The library.
    """

    def __init__(
        self, details: Details, view: Grid, selection: Selection, catalogue: Catalogue
    ) -> None:
        super().__init__(details)
        self._details = details
        self._view = view
        self._selection = selection
        self._catalogue = catalogue
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._show_or_hide)
        details.rated.connect(selection.rate)
        details.labelled.connect(selection.set_label)
        details.tagged.connect(selection.tag)
        details.tag_typed.connect(self._suggest_tags)

    def refresh(self) -> None:
        """Show the selected pictures."""
        pictures = self._selection.pictures()
        self._details.show_pictures(pictures)
        if len(pictures) == 1:
            self._read_changes(pictures[0])
        if self._details.isHidden() == bool(pictures):
            # The details move the pictures: wait until a double click is over.
            self._timer.start(QApplication.doubleClickInterval())

    def edit_tags(self) -> None:
        """Let the user type tags."""
        self._timer.stop()
        self._show_or_hide()
        self._details.edit_tags()

    def _show_or_hide(self) -> None:
        """Show the details only while a picture is selected."""
        self._details.setVisible(bool(self._selection.ids))
        QApplication.sendPostedEvents(self._details.parentWidget(), QEvent.Type.LayoutRequest)
        self._view.scrollTo(self._view.currentIndex())

    def _read_changes(self, picture: Picture) -> None:
        """Show what changed from the picture that a picture was made from."""

        def work(library: Library) -> tuple[str, Sequence[str]]:
            edges = library.parents(picture.id) if picture.has_workflow else []
            parents = library.records([edges[0].parent]) if edges else []
            if not parents:
                return "", ()
            return parents[0].path.name, edges[0].changes

        def take(found: tuple[str, Sequence[str]]) -> None:
            if [shown.id for shown in self._selection.pictures()] == [picture.id]:
                name, changes = found
                self._details.show_changes(_heading(picture, name, changes), readable(changes))

        self._catalogue.do(work, take)

    def _suggest_tags(self, word: str) -> None:
        def work(library: Library) -> list[str]:
            tags = [tag for tag, _ in library.facets().tags] if word else []
            return [tag for tag in tags if tag.lower().startswith(word.lower())]

        self._catalogue.do(work, self._details.tags_completion.offer)


def _heading(picture: Picture, parent: str, changes: Sequence[str]) -> str:
    if not picture.has_workflow:
        return tr("Contains no workflow.")
    if not parent:
        return tr("Made from no other picture.")
    return tr("Changed since {0}:", parent) if changes else tr("Same settings as {0}.", parent)

"""The collections of the gallery: lists them, and lets the user make, fill and rename them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMenu, QWidget

from nodeui.graph.wording import tr
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.commands import Commands
from nodeui.views.gallery.selection import Selection
from nodeui.views.gallery.shelves import ALL, ShelfBox, Shelves
from nodeui.views.labels import plain_entry


class Collecting(QObject):
    """Connects the two lists of collections with the library.

    Args:
        shelves: The list at the side.
        box: The list of a narrow gallery.
        catalogue: The library.
        commands: Changes pictures.
        selection: The selected pictures, for a new collection.
        parent: The widget over which dialogs open.
    """

    chosen = Signal()
    """The user chose another collection: `query` has changed."""
    hint = Signal(str)
    """A line that explains why nothing happened."""

    def __init__(
        self,
        shelves: Shelves,
        box: ShelfBox,
        catalogue: Catalogue,
        commands: Commands,
        selection: Selection,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.query = ALL
        self._collections: Sequence[tuple[str, int]] = ()
        self._shelves = shelves
        self._box = box
        self._catalogue = catalogue
        self._commands = commands
        self._selection = selection
        self._parent = parent
        shelves.chosen.connect(self.choose)
        shelves.dropped.connect(self.add_files)
        shelves.new_requested.connect(self.make)
        shelves.menu_requested.connect(self._show_menu)
        box.activated.connect(lambda: self.choose(box.currentData()))
        box.dropped.connect(self._ask_where)
        catalogue.changed.connect(self._refresh)
        self._show()

    @property
    def names(self) -> list[str]:
        """The names of all collections."""
        return [name for name, _ in self._collections]

    def choose(self, query: str) -> None:
        """Show another collection, by its query."""
        self.query = query
        self._show()
        self.chosen.emit()

    def _refresh(self) -> None:
        self._catalogue.do(lambda library: library.collections(), self._take)

    def _take(self, collections: Sequence[tuple[str, int]]) -> None:
        if list(collections) != list(self._collections):
            self._collections = collections
            self._show()

    def _show(self) -> None:
        self._shelves.show_collections(self._collections, self.query)
        self._box.show_collections(self._collections, self.query)

    # --- changes ---------------------------------------------------------------------------------

    def make(self) -> None:
        """Ask for a name, and put the selected pictures into a new collection."""
        if not self._selection.ids:
            self.hint.emit(tr("Select the pictures for the new collection first."))
            return
        name = self._ask_name(tr("New collection"))
        if name:
            self._selection.collect(name)

    def add_files(self, name: str, paths: Sequence[Path]) -> None:
        """Add pictures to a collection; "" asks for a new one."""
        name = name or self._ask_name(tr("New collection"))
        if name and paths:
            self._commands.collect(paths, name)

    def _ask_name(self, title: str, text: str = "") -> str:
        line = QLineEdit.EchoMode.Normal
        name, accepted = QInputDialog.getText(self._parent, title, tr("Name"), line, text)
        return " ".join(name.split()) if accepted else ""

    def _ask_where(self, paths: Sequence[Path]) -> None:
        """Let the user choose the collection for dropped pictures."""
        menu = self._menu()
        for name in self.names:
            menu.addAction(plain_entry(name), partial(self.add_files, name, paths))
        menu.addAction(tr("New collection…"), partial(self.add_files, "", paths))
        menu.popup(self._box.mapToGlobal(self._box.rect().bottomLeft()))

    def _show_menu(self, name: str, place: QPoint) -> None:
        def rename() -> None:
            new = self._ask_name(tr("Rename collection"), name)
            if new and new != name:
                self._commands.rename_collection(name, new)
                self.choose(ALL)

        def dissolve() -> None:
            self._commands.rename_collection(name, "")
            self.choose(ALL)

        menu = self._menu()
        menu.addAction(tr("Rename…"), rename)
        menu.addAction(tr("Dissolve"), dissolve)
        menu.popup(place)

    def _menu(self) -> QMenu:
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

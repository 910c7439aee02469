"""The selected pictures of the gallery, and the commands that act on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent

from nodeui.graph.wording import tr
from nodeui.pictures.record import Marks, Picture
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.commands import Commands
from nodeui.views.gallery.grid import Grid
from nodeui.views.gallery.model import Pictures
from nodeui.views.gallery.stars import LABEL_KEYS, MOST_STARS
from nodeui.views.thumbnails import read_image

_MOST_SHOWN = 500  # pictures that details and menu consider


class Selection(QObject):
    """The selected pictures; those that the index has not delivered yet are included in commands.

    Args:
        view: The list.
        model: Its model.
        catalogue: The library.
        commands: Changes pictures.

    Attributes:
        pinned: The one picture that is selected instead of those of the list, if any.
        undo: Undoes the last change.
    """

    changed = Signal()
    """Other pictures are selected, or their marks changed."""
    failed = Signal(str)
    """A line about what could not be done."""

    def __init__(
        self, view: Grid, model: Pictures, catalogue: Catalogue, commands: Commands
    ) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._catalogue = catalogue
        self._commands = commands
        self.pinned: Picture | None = None
        self.undo = commands.undo
        view.selectionModel().selectionChanged.connect(self.changed)
        view.selectionModel().currentChanged.connect(self.changed)

    def pin(self, picture: Picture | None) -> None:
        """Select one picture, such as one of a tree, whatever is selected in the list."""
        self.pinned = picture
        self.changed.emit()

    @property
    def current(self) -> Picture | None:
        """The picture with the focus, if it was read."""
        if self.pinned is not None:
            return self.pinned
        index = self._view.currentIndex()
        return self._model.picture(index.row()) if index.isValid() else None

    @property
    def current_id(self) -> int:
        """The id of the picture with the focus in the list; 0 if there is none."""
        row, ids = self._view.currentIndex().row(), self._model.ids
        return ids[row] if 0 <= row < len(ids) else 0

    @property
    def ids(self) -> list[int]:
        """The ids of all selected pictures, in the order of the list."""
        return [self.pinned.id] if self.pinned is not None else self.listed_ids

    @property
    def listed_ids(self) -> list[int]:
        """The ids of the pictures that are selected in the list."""
        ids = self._model.ids
        return [ids[row] for row in self._view.selected_rows() if row < len(ids)]

    def pictures(self) -> list[Picture]:
        """Return the selected pictures that were read, the current one first; at most 500."""
        if self.pinned is not None:
            return [self.pinned]
        rows = self._view.selected_rows()[:_MOST_SHOWN]
        pictures = [found for row in rows if (found := self._model.picture(row)) is not None]
        current = self.current_id
        return sorted(pictures, key=lambda picture: picture.id != current)

    def restore(self, selected: Sequence[int], current: int, row: int) -> None:
        """Select pictures again after the list has changed. If the current one has gone, the one in
        its place becomes current."""
        model, selection = self._model, self._view.selectionModel()
        flag = selection.SelectionFlag
        rows = [found for id in selected if (found := model.row_of(id)) >= 0]
        for found in rows:
            selection.select(model.index(found), flag.Select)
        place = model.row_of(current)
        if place < 0 and current and model.rowCount():
            place = min(row, model.rowCount() - 1)
        if place >= 0:
            command = flag.NoUpdate if rows else flag.ClearAndSelect
            selection.setCurrentIndex(model.index(place), command)

    def with_paths(self, run: Callable[[Sequence[Path]], object]) -> None:
        """Call `run` with the paths of all selected pictures, unless there are none."""
        if self.pinned is not None:
            run([self.pinned.path])
            return
        ids = self.ids
        read = [picture for id in ids if (picture := self._model.read(id)) is not None]
        if not ids:
            return
        if len(read) == len(ids):
            run([picture.path for picture in read])
            return
        self._catalogue.do(lambda library: [found.path for found in library.records(ids)], run)

    # --- marks -----------------------------------------------------------------------------------

    def rate(self, stars: int) -> None:
        """Give the selected pictures 0 to 5 stars."""
        self._show(lambda marks: replace(marks, rating=stars))
        self.with_paths(lambda paths: self._commands.rate(paths, stars))

    def set_label(self, name: str) -> None:
        """Give the selected pictures a colour label; "" removes it."""
        self._show(lambda marks: replace(marks, label=name))
        self.with_paths(lambda paths: self._commands.set_label(paths, name))

    def toggle_label(self, name: str) -> None:
        """Give the selected pictures a colour label, or remove it if the current one has it."""
        current = self.current
        self.set_label("" if current is not None and current.marks.label == name else name)

    def reject(self) -> None:
        """Mark the selected pictures as rejected; if all are, take the mark away."""
        rejected = not all(picture.marks.rejected for picture in self.pictures())
        self._show(lambda marks: replace(marks, rejected=rejected))
        self.with_paths(lambda paths: self._commands.reject(paths, rejected))

    def tag(self, tags: Sequence[str]) -> None:
        """Set the tags of the selected picture, or add tags to several."""
        change = self._commands.add_tags if len(self.ids) > 1 else self._commands.set_tags
        self.with_paths(lambda paths: change(paths, tags))

    def collect(self, name: str) -> None:
        """Add the selected pictures to a collection."""
        self.with_paths(lambda paths: self._commands.collect(paths, name))

    def remove_from(self, name: str) -> None:
        """Remove the selected pictures from a collection."""
        self.with_paths(lambda paths: self._commands.remove_from_collection(paths, name))

    def _show(self, change: Callable[[Marks], Marks]) -> None:
        """Show marks at once, before they are written."""
        if self.pinned is not None:
            self.pinned = replace(self.pinned, marks=change(self.pinned.marks))
        self._model.show_marks(self.ids, change)
        self.changed.emit()

    # --- files -----------------------------------------------------------------------------------

    def delete(self) -> None:
        """Move the selected pictures to the system's bin."""
        self.with_paths(self._commands.delete)

    def copy_paths(self) -> None:
        """Copy the paths of the selected pictures, a line each."""
        clipboard = QGuiApplication.clipboard()
        self.with_paths(lambda paths: clipboard.setText("\n".join(map(str, paths))))

    def copy_picture(self) -> None:
        """Copy the current picture, as a picture and as a file."""
        picture = self.current
        if picture is not None:
            path = picture.path
            self._catalogue.do(lambda _: read_image(str(path)), partial(self._copy, path))

    def _copy(self, path: Path, image: QImage) -> None:
        if image.isNull():
            self.failed.emit(tr("{0} is not a readable picture", path.name))
            return
        mime = QMimeData()
        mime.setImageData(image)
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        QGuiApplication.clipboard().setMimeData(mime)


def command_of(
    event: QKeyEvent, selection: Selection, others: Mapping[Qt.Key, Callable[[], object]]
) -> Callable[[], object] | None:
    """Return what a key does to the selected pictures; None for other keys.

    Args:
        event: The key.
        selection: The pictures.
        others: Further keys that need a picture.
    """
    key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == Qt.KeyboardModifier.ControlModifier:
        return {Qt.Key.Key_Z: selection.undo, Qt.Key.Key_C: selection.copy_picture}.get(key)
    if modifiers or not selection.ids:
        return None
    digit = key - Qt.Key.Key_0
    if 0 <= digit <= MOST_STARS:
        return partial(selection.rate, digit)
    if digit in LABEL_KEYS:
        return partial(selection.toggle_label, LABEL_KEYS[digit])
    own = {Qt.Key.Key_X: selection.reject, Qt.Key.Key_Delete: selection.delete}
    return {**own, **others}.get(key)

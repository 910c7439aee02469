"""The commands of the gallery that change pictures; each can be undone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nodeui.graph.wording import counted, tr
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.shelves import shelf_query

if TYPE_CHECKING:
    from nodeui.pictures.library import Library
    from nodeui.pictures.record import Marks

Work = Callable[["Library"], object]

_KEPT = 100


@dataclass(frozen=True)
class Undo:
    """A change that can be undone.

    Attributes:
        label: Its name in a sentence, such as "Rating".
        run: Undoes it; runs in the thread of the library.
    """

    label: str
    run: Work


class Commands(QObject):
    """Changes marks, names and existence of pictures, in the thread of the library."""

    done = Signal(str, bool)
    """A line about what was done, and whether to offer to undo it. Quiet changes have no line."""
    marked = Signal()
    """Ratings, labels, tags or collections were changed."""
    failed = Signal(str)
    """A line about what could not be done."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._undos: deque[Undo] = deque(maxlen=_KEPT)

    # --- marks -----------------------------------------------------------------------------------

    def rate(self, paths: Sequence[Path], stars: int) -> None:
        """Give pictures 0 to 5 stars."""
        self._mark(tr("Rating"), lambda library: library.set_rating(paths, stars))

    def set_label(self, paths: Sequence[Path], label: str) -> None:
        """Give pictures a colour label; "" removes it."""
        self._mark(tr("Colour label"), lambda library: library.set_label(paths, label))

    def reject(self, paths: Sequence[Path], rejected: bool) -> None:
        """Mark pictures as rejected, or take the mark away."""
        self._mark(tr("Reject"), lambda library: library.set_rejected(paths, rejected))

    def set_tags(self, paths: Sequence[Path], tags: Sequence[str]) -> None:
        """Replace the tags of pictures."""
        self._mark(tr("Tags"), lambda library: library.set_tags(paths, tags))

    def add_tags(self, paths: Sequence[Path], tags: Sequence[str]) -> None:
        """Add tags to those of pictures."""
        self._mark(tr("Tags"), lambda library: library.add_tags(paths, tags))

    def collect(self, paths: Sequence[Path], name: str) -> None:
        """Add pictures to a collection."""
        text = counted("%n pictures added to {0}.", len(paths), name)
        self._mark(tr("Collection"), lambda library: library.collect(paths, name), text)

    def remove_from_collection(self, paths: Sequence[Path], name: str) -> None:
        """Remove pictures from a collection; their files stay."""
        text = counted("%n pictures removed from {0}.", len(paths), name)
        self._mark(tr("Collection"), lambda library: library.uncollect(paths, name), text)

    def rename_collection(self, name: str, new: str) -> None:
        """Rename a collection; "" dissolves it. Its pictures stay."""

        def work(library: Library) -> Mapping[Path, Marks]:
            ids = library.search(shelf_query(name))
            paths = [picture.path for picture in library.records(ids)]
            before = library.uncollect(paths, name)
            if new:
                library.collect(paths, new)
            return before

        text = tr("{0} was renamed to {1}.", name, new) if new else tr("{0} was dissolved.", name)
        self._mark(tr("Collection"), work, text)

    def _mark(
        self, label: str, work: Callable[[Library], Mapping[Path, Marks]], text: str = ""
    ) -> None:
        def run(library: Library) -> Undo:
            before = work(library)
            return Undo(label, lambda library: library.set_marks(before))

        self._run(run, text)
        self.marked.emit()

    # --- files -----------------------------------------------------------------------------------

    def delete(self, paths: Sequence[Path]) -> None:
        """Move pictures to the system's bin, with their sidecars."""

        def run(library: Library) -> Undo:
            deleted = library.delete(paths)
            return Undo(tr("Delete"), lambda library: library.restore(deleted))

        self._run(run, counted("%n pictures moved to the bin.", len(paths)))

    def rename(self, path: Path, name: str) -> None:
        """Rename a picture in its folder; its suffix stays if the name has none."""

        def run(library: Library) -> Undo:
            new = library.rename(path, name)
            return Undo(tr("Rename"), lambda library: library.rename(new, path.name))

        self._run(run)

    # --- undo ------------------------------------------------------------------------------------

    def undo(self) -> None:
        """Undo the last change, after those that are under way."""

        def work(library: Library) -> str:
            if not self._undos:
                return tr("There is nothing to undo in the gallery.")
            change = self._undos.pop()
            change.run(library)
            return tr("{0}: undone", change.label)

        self._do(work, undoable=False)

    def _run(self, work: Callable[[Library], Undo], text: str = "") -> None:
        def run(library: Library) -> str:
            self._undos.append(work(library))
            return text

        self._do(run, undoable=bool(text))

    def _do(self, work: Callable[[Library], str], undoable: bool) -> None:
        """Run a change in the thread, which alone uses the stack of undos."""

        def finish(text: str) -> None:
            self.done.emit(text, undoable)
            self._catalogue.changed.emit()

        self._catalogue.do(work, finish, self._fail, finish=True)

    def _fail(self, error: Exception) -> None:
        self.failed.emit(str(error))
        self._catalogue.changed.emit()  # some of the pictures may be changed

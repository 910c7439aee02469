"""The page of the gallery with the tree of a picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from nodeui.graph.wording import counted, tr, words
from nodeui.pictures.record import Picture
from nodeui.views import theme
from nodeui.views.gallery.catalogue import Catalogue
from nodeui.views.gallery.folding import FoldedEdge, fold
from nodeui.views.gallery.lineage import Change, LineageView, Step
from nodeui.views.gallery.model import look
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, one_line

if TYPE_CHECKING:
    from nodeui.pictures.library import Library
    from nodeui.pictures.lineage import Edge

_SETTING = re.compile(r"(?P<node>[^\s.]+)\.(?P<name>\w+): (?P<values>.*)", re.DOTALL)
_LONGEST_NAME = 60


class LineagePage(QWidget):
    """Shows the tree of a picture, and follows changes of the library.

    Args:
        catalogue: The library.
        parent: The parent widget.
    """

    left = Signal()
    """The user wants to go back to the list."""

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._start = 0
        self._found: tuple[Sequence[Picture], Sequence[Edge]] = ((), ())
        self._unfolded: set[int] = set()
        self.view = LineageView()
        self.back = IconButton("arrow-left", tr("Back to the pictures (Esc)"))
        self._title = label(bold=True)
        self._hint = label(small=True, muted=True)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 4)
        bar.setSpacing(theme.RHYTHM)
        self.unfold_button = IconButton("unfold-more-vertical", tr("Show all pictures"))
        self.unfold_button.hide()
        for widget in (self.back, self._title, self._hint, self.unfold_button):
            bar.addWidget(widget)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.view, stretch=1)
        self.back.clicked.connect(self.left)
        self.view.left.connect(self.left)
        self.view.unfolded.connect(self._unfold)
        self.unfold_button.clicked.connect(self._unfold_all)
        catalogue.changed.connect(self._refresh)

    def show_picture(self, picture: Picture) -> None:
        """Show the tree of a picture."""
        self._start = picture.id
        self._unfolded.clear()
        self._title.setText(tr("Made from: {0}", one_line(picture.path.name, _LONGEST_NAME)))
        self._hint.setText(tr("Reading…"))
        self.view.show_tree((), (), picture.id)
        self._load()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        if self.isVisible():
            self._load()

    def _load(self) -> None:
        start = self._start

        def work(library: Library) -> tuple[int, Sequence[Picture], Sequence[Edge]]:
            edges = library.tree(start).edges
            ids = [start, *(id for edge in edges for id in (edge.parent, edge.child))]
            return start, library.records([*dict.fromkeys(ids)]), edges

        self._catalogue.do(work, self._take)

    def _take(self, found: tuple[int, Sequence[Picture], Sequence[Edge]]) -> None:
        start, pictures, edges = found
        if start != self._start:
            return
        known = {picture.id for picture in pictures}
        complete = [edge for edge in edges if edge.parent in known and edge.child in known]
        self._found = pictures, complete
        self._show_tree()
        if len(known) > 1:
            self._hint.setText(counted("%n pictures", len(known)))
        elif start in known:
            self._hint.setText(tr("Made from nothing else, and nothing was made from it yet."))
        else:
            self._hint.setText(tr("The picture is no longer there."))

    def _show_tree(self) -> None:
        """Show the tree with the runs of seeds that are folded."""
        pictures, edges = self._found
        current = self.view.current
        kept = {self._start, *self._unfolded, *([current.id] if current is not None else ())}
        folded = fold(edges, kept)
        hidden = {id for each in folded for id in each.hidden}
        steps = [
            Step(picture.id, picture.path, look(picture), picture.path.name)
            for picture in sorted(pictures, key=lambda picture: picture.mtime_ns)
            if picture.id not in hidden
        ]
        self.view.show_tree(steps, [_change(each) for each in folded], self._start)
        self.unfold_button.setVisible(bool(hidden))

    def _unfold(self, change: Change) -> None:
        self._unfolded.update(change.hidden)
        self._show_tree()

    def _unfold_all(self) -> None:
        self._unfolded.update(picture.id for picture in self._found[0])
        self._show_tree()


def _change(folded: FoldedEdge) -> Change:
    edge, hidden = folded.edge, folded.hidden
    lines = readable(edge.changes) or _kind(edge.kind)
    if hidden:
        lines = (*lines, counted("%n pictures between", len(hidden)))
    return Change(edge.parent, edge.child, lines, hidden)


def _kind(kind: str) -> tuple[str, ...]:
    """Return the text of an edge without changes of parameters."""
    names: Mapping[str, str] = {
        "image": tr("used as an image"),
        "branch": tr("branch"),
        "edit": tr("same settings"),
        "batch": tr("same batch"),
    }
    return (names[kind],)


def readable(changes: Sequence[str]) -> tuple[str, ...]:
    """Return changes such as "sampler.guidance_scale: 4 → 6" as words: "guidance scale 4 → 6".

    The node is named only if another one has a change of the same name.
    """
    found = [_SETTING.fullmatch(line) for line in changes]
    uses = Counter(match["name"] for match in found if match is not None)
    lines: list[str] = []
    for line, match in zip(changes, found, strict=True):
        if match is None:
            lines.append(line)
            continue
        node = f"{match['node']}: " if uses[match["name"]] > 1 else ""
        lines.append(f"{node}{words(match['name'])} {match['values']}")
    return tuple(lines)

"""Adds nodes: found by name, or chosen in the library."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QCursor

from nodeui.session.workspace import Workspace
from nodeui.views.canvas import Gap, LinkEnd
from nodeui.views.palette import NodeSearch, Palette
from nodeui.views.window.documents import Documents


class Adding(QObject):
    """Adds nodes to the canvas in view.

    Args:
        workspace: The open documents.
        documents: Their canvases.
        library: The panel with the node types.

    Attributes:
        search: The popup that finds a node type by typing.
    """

    def __init__(self, workspace: Workspace, documents: Documents, library: Palette) -> None:
        super().__init__(documents)
        self._documents = documents
        self.search = NodeSearch(workspace.specs, documents)
        self.search.recent = workspace.settings.preferences.used
        self._for: tuple[QPointF, LinkEnd | Gap | None] = (QPointF(), None)
        self.search.chosen.connect(self._add_found)
        documents.search_requested.connect(self._open_search)
        library.chosen.connect(self._add_chosen)

    def _open_search(self, at: QPointF, end: LinkEnd | Gap | None) -> None:
        """Let the user choose a node for a place on the canvas; with `end`, one that fits it."""
        self._for = (at, end)
        place = QCursor.pos()
        match end:
            case LinkEnd():
                self.search.open_at(place, end.type, "output" if end.output else "input")
            case Gap():
                self.search.open_at(place, end.given, "output", end.taken)
            case None:
                self.search.open_at(place)

    def _add_found(self, type_id: str) -> None:
        view = self._documents.view
        if view is not None:
            at, end = self._for
            view.add_node(type_id, at, end)
            view.setFocus()

    def _add_chosen(self, type_id: str) -> None:
        """Add a node that was chosen in the library, in the middle of the canvas."""
        view = self._documents.view
        if view is not None:
            view.add_near(type_id, view.shown_rect().center())
            self.search.note_used(type_id)
            view.setFocus()

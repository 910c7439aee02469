"""Adds nodes: found by name, chosen in the library, or made of files from the desktop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QCursor

from nodeui.graph.wording import tr
from nodeui.session.paths import shortest
from nodeui.session.workspace import Workspace
from nodeui.views.canvas import Gap, LinkEnd
from nodeui.views.palette import NodeSearch, Palette
from nodeui.views.window.documents import Documents
from nodeui.views.window.drops import kind_of
from nodeui.views.window.notice import Notices

_DROPPED = {"image": ("image.load", "path"), "model": ("model.load", "source")}
"""Kind of a dropped file -> the node type that loads it, and its parameter for the path."""


class Adding(QObject):
    """Adds nodes to the canvas in view.

    Args:
        workspace: The open documents.
        documents: Their canvases.
        library: The panel with the node types.
        notices: Shows which files cannot be used.

    Attributes:
        search: The popup that finds a node type by typing.
    """

    def __init__(
        self, workspace: Workspace, documents: Documents, library: Palette, notices: Notices
    ) -> None:
        super().__init__(documents)
        self._workspace = workspace
        self._documents = documents
        self._notices = notices
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

    def take_files(self, paths: list[Path], at: QPoint) -> None:
        """Open workflows, and make nodes of pictures and models.

        Args:
            paths: The files.
            at: Where they were dropped, in pixels of the screen.
        """
        for path in paths:
            kind = kind_of(path)
            if kind is None:
                text = tr("{} is not a workflow, picture or model.", path.name)
                self._notices.show("warning", text)
            elif kind == "workflow":
                self._workspace.open(path)
            else:
                self._take_file(kind, path, at, alone=len(paths) == 1)

    def _take_file(self, kind: str, path: Path, at: QPoint, alone: bool) -> None:
        """Add the node that loads a file; a file dropped `alone` on a node that takes such files
        is set there instead."""
        if self._documents.view is None:
            self._workspace.new()
        view = self._documents.view
        assert view is not None  # a document that was opened is in view
        session = view.session
        place = view.to_canvas(QPointF(view.mapFromGlobal(at)))
        value = shortest(path, session.folder)
        type, parameter = _DROPPED[kind]
        widget = session.specs[type].parameters[parameter].widget
        if not (alone and view.take_file(place, widget, value)):
            view.add_near(type, place, {parameter: value})

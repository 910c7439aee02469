"""New nodes: found by name, chosen in the library, or made of files from the desktop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QCursor

from nodeui.graph.registry import Registry
from nodeui.graph.wording import tr
from nodeui.session.paths import shortest
from nodeui.views.canvas import Gap, LinkEnd
from nodeui.views.palette import NodeSearch
from nodeui.views.window.drops import kind_of

if TYPE_CHECKING:
    from nodeui.views.window.main import MainWindow

_WIDGETS = {"image": "image-file", "model": "model-path"}
"""Kind of a dropped file -> widget of the parameter that takes its path."""


class Adding(QObject):
    """Adds nodes to the canvas in view.

    Args:
        window: Whose documents and library.

    Attributes:
        box: Where nodes are looked for.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.box = NodeSearch(window.specs, window)
        self.box.recent = window.settings.preferences.used
        self._for: tuple[QPointF, LinkEnd | Gap | None] = (QPointF(), None)
        self.box.chosen.connect(self._add_found)
        window.documents.search_requested.connect(self._search)
        window.panels.palette.chosen.connect(self._add_chosen)

    def _search(self, at: QPointF, end: LinkEnd | Gap | None) -> None:
        """Let the user choose a node for a place on the canvas; with `end`, one that fits it."""
        self._for = (at, end)
        place = QCursor.pos()
        match end:
            case LinkEnd():
                self.box.open_at(place, end.type, "output" if end.output else "input")
            case Gap():
                self.box.open_at(place, end.given, "output", end.taken)
            case None:
                self.box.open_at(place)

    def _add_found(self, type_id: str) -> None:
        view = self._window.documents.view
        if view is not None:
            at, end = self._for
            view.add_node(type_id, at, end)
            view.setFocus()

    def _add_chosen(self, type_id: str) -> None:
        """Add a node chosen in the panel in the middle of the canvas."""
        view = self._window.documents.view
        if view is not None:
            view.add_near(type_id, view.shown_rect().center())
            self.box.note_used(type_id)
            view.setFocus()

    def take_files(self, paths: list[Path], at: QPoint) -> None:
        """Open workflows; make nodes of pictures and models.

        Args:
            paths: The files.
            at: Where on the window they were dropped.
        """
        for path in paths:
            kind = kind_of(path)
            if kind is None:
                text = self.tr("{} is no workflow, picture or model.").format(path.name)
                self._window.say("warning", text)
            elif kind == "workflow":
                self._window.workspace.open(path)
            else:
                self._take_file(kind, path, at, alone=len(paths) == 1)

    def _take_file(self, kind: str, path: Path, at: QPoint, alone: bool) -> None:
        """Add the node that stands for a file; one `alone` is given to the node it is dropped on,
        where that takes such a file."""
        if self._window.documents.view is None:
            self._window.workspace.new()
        view = self._window.documents.view
        assert view is not None  # a document that was opened is in view
        session = view.session
        place = view.to_canvas(QPointF(view.mapFrom(self._window, at)))
        value, widget = shortest(path, session.folder), _WIDGETS[kind]
        if not (alone and view.take_file(place, widget, value)):
            reader = _reader_of(session.specs, widget)
            if reader is None:
                self._window.say("warning", tr("No node type reads {0}.", path.name))
                return
            type, parameter = reader
            view.add_near(type, place, {parameter: value})


def _reader_of(specs: Registry, widget: str) -> tuple[str, str] | None:
    """Return the first node type that needs no input and has a parameter with a widget, and the
    name of that parameter."""
    found = (
        (spec.id, parameter.name)
        for spec in specs.values()
        for parameter in spec.parameters.values()
        if parameter.widget == widget and all(socket.optional for socket in spec.inputs.values())
    )
    return next(found, None)

"""Random edits of a session with a canvas: undo restores the start and redo the end, the journal
reads as the same document, and the canvas, which follows every edit, equals a new one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from nodeui.graph.document import Document
from nodeui.graph.edits import Edit
from nodeui.graph.model import Graph
from nodeui.session import journal as journals
from nodeui.session.journal import Journals
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.scene import Mirror
from tests.graph.test_graph import ALL_EDITS, state
from tests.graph.toys import TOYS


def corners(rect: QRectF) -> tuple[float, float, float, float]:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def shown(mirror: Mirror) -> tuple[object, ...]:
    """Return the contents of a canvas, by key."""
    nodes = {
        key: (layout.title, layout.shape, layout.node.pos, corners(mirror.nodes.rect(key)))
        for key, layout in mirror.layouts.items()
    }
    links = mirror.links
    rows = {link: [*corners(links.rect(link)), *links.ends_of(link)] for link in links.row}
    return nodes, {link: np.round(row, 6).tolist() for link, row in rows.items()}, links.waypoints


class Editing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        theme.apply(app, "dark")
        self.folder = tempfile.TemporaryDirectory()
        journal = Journals(Path(self.folder.name)).create()
        self.session = Session(Document(Graph(TOYS)), TOYS, journal=journal, parent=app)
        journal.start(self.session.document, None, Path(self.folder.name), False)
        self.journal = journal
        self.canvas = CanvasView(self.session)
        self.canvas.resize(800, 600)
        self.canvas.show()
        self.start = state(self.session.graph)

    @rule(edit=ALL_EDITS, gesture=st.none() | st.integers(0, 2))
    def edit(self, edit: Edit, gesture: int | None) -> None:
        self.session.edit(edit, gesture)

    @precondition(lambda self: self.session.undo_labels)
    @rule()
    def undo(self) -> None:
        self.session.undo()

    @precondition(lambda self: self.session.redo_labels)
    @rule()
    def redo(self) -> None:
        self.session.redo()

    @precondition(lambda self: self.session.graph.groups)
    @rule(data=st.data())
    def look_into_a_group(self, data: st.DataObject) -> None:
        self.canvas.mirror.look_into(data.draw(st.sampled_from(["", *self.session.graph.groups])))

    @rule(zoom=st.sampled_from([0.1, 0.3, 1.0]))
    def look(self, zoom: float) -> None:
        self.canvas.set_zoom(zoom)
        self.canvas.viewport().grab()

    @invariant()
    def the_canvas_shows_what_is_there(self) -> None:
        fresh = Mirror(self.session)
        fresh.look_into(self.canvas.mirror.level.id)
        assert shown(self.canvas.mirror) == shown(fresh)
        Shiboken.delete(fresh)  # no event loop would do it later

    @invariant()
    def the_journal_has_it_all(self) -> None:
        found = journals.read(self.journal.file, TOYS).document
        assert state(found.graph) == state(self.session.graph)

    def teardown(self) -> None:
        end = state(self.session.graph)
        done = len(self.session.undo_labels)
        for _ in range(done):
            self.session.undo()
        assert state(self.session.graph) == self.start
        for _ in range(done):
            self.session.redo()
        assert state(self.session.graph) == end
        self.the_canvas_shows_what_is_there()
        self.the_journal_has_it_all()
        self.canvas.deleteLater()
        self.session.deleteLater()
        self.journal.delete()
        self.folder.cleanup()


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)

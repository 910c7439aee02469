"""The field of a painting."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from nodeui.graph.spec import Parameter
from nodeui.views.fields import make_editor
from nodeui.views.fields.painting import PaintingEditor
from nodeui.views.fields.text import text_of
from nodeui.views.sweep.choices import can_sweep
from tests.painting.marks import LAYERS, mark, painting

PAINTING = Parameter("painting", "painting", default=())
LINES = painting(*LAYERS, mark("brush", (0, 0), layer="a"), mark("fill", (0.5, 0.5), layer="b"))


def test_text():
    assert text_of(PAINTING, ()) == "empty"
    assert text_of(PAINTING, LINES) == "2 strokes"
    assert text_of(PAINTING, list(LINES)) == "2 strokes"
    assert text_of(PAINTING, ["painting 1", "damaged"]) == "damaged"


def test_clear(qtbot: QtBot):
    editor = make_editor(PAINTING, LINES, None)
    qtbot.addWidget(editor)
    editor.show()
    _, clear = editor.findChildren(QPushButton)
    committed: list[object] = []
    editor.committed.connect(committed.append)
    assert clear.isEnabled()
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert committed == [()] and editor.value == () and not clear.isEnabled()
    editor.set_value(LINES)
    assert clear.isEnabled() and len(committed) == 1


def test_paint(qtbot: QtBot):
    editor = make_editor(PAINTING, LINES, None)
    qtbot.addWidget(editor)
    assert isinstance(editor, PaintingEditor)
    paint, _ = editor.findChildren(QPushButton)
    with qtbot.waitSignal(editor.paint_requested):
        qtbot.mouseClick(paint, Qt.MouseButton.LeftButton)
    assert editor.value == LINES


def test_a_painting_is_not_swept():
    from nodeui.graph.edits import AddNode
    from nodeui.graph.model import Graph
    from nodeui.graph.parts import Node

    graph = Graph({})
    graph.apply(AddNode(Node("a", "far.away")))
    assert not can_sweep(graph, "a", PAINTING)

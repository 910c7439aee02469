"""Commands and tools on a canvas that has no widget."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from nodeui.graph.edits import Connect
from nodeui.graph.parts import Link
from nodeui.session.session import Session
from nodeui.views.canvas.commands import COMMANDS, add_near, add_node
from nodeui.views.canvas.scene import Canvas, Hit, LinkEnd
from nodeui.views.canvas.tools import Pointer, press_left
from tests.views.scene import links, painters

RUN = {command.name: command.run for command in COMMANDS}


class FixedViewport:
    """A viewport of 1300 x 800 at 1:1 that stays where it is and counts repaints."""

    zoom = 1.0

    def __init__(self) -> None:
        self.repaints = 0

    def shown_rect(self) -> QRectF:
        return QRectF(-200, -150, 1300, 800)

    def pointer_at(self) -> QPointF:
        return QPointF(300, 500)

    def redraw(self) -> None:
        self.repaints += 1

    def pan(self, by: QPoint) -> None:
        pass

    def set_zoom(self, zoom: float) -> None:
        pass

    def show_rect(self, rect: QRectF, highest: float = 1.0) -> None:
        pass

    def reveal(self, rect: QRectF) -> None:
        pass

    def place(self) -> dict[str, Any]:
        return {}

    def go_to(self, place: object) -> bool:
        return False


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return painters()


@pytest.fixture
def canvas(session: Session) -> Canvas:
    return Canvas(session, FixedViewport())


def pointer(at: QPointF) -> Pointer:
    return Pointer(at, at.toPoint(), Qt.KeyboardModifier.AltModifier)


def test_commands_edit_the_selection(session: Session, canvas: Canvas) -> None:
    canvas.choose({"mix"})
    RUN["node.mute"](canvas)
    assert session.graph.nodes["mix"].mode == "muted"
    RUN["edit.duplicate"](canvas)
    assert canvas.mirror.selected == {"mix-2"}
    RUN["edit.delete"](canvas)
    assert "mix-2" not in session.graph.nodes


def test_nodes_are_added_and_linked(session: Session, canvas: Canvas) -> None:
    end = LinkEnd("split", "left", True, "picture")
    id = add_node(canvas, "toy.walk", QPointF(1000, 0), end)
    assert ("split.left", f"{id}.picture") in links(session)
    new = add_near(canvas, "toy.walk", canvas.mirror.nodes.rect("mix").center())
    assert new is not None
    assert not canvas.mirror.nodes.rect(new).intersects(canvas.mirror.nodes.rect("mix"))


def test_a_refused_edit_is_explained(canvas: Canvas) -> None:
    hints: list[str] = []
    canvas.hint_requested.connect(lambda text, _stay: hints.append(text))
    assert not canvas.edit(Connect(Link("split", "left", "mix", "base")))
    assert len(hints) == 1 and hints[0]


def test_groups_are_entered_and_left(session: Session, canvas: Canvas) -> None:
    editors: list[tuple[str, str]] = []
    canvas.editor_requested.connect(lambda part, id, _name: editors.append((part, id)))
    canvas.choose({"paint", "mix"})
    RUN["node.group"](canvas)
    (key,) = canvas.mirror.selected
    assert editors == [("title", key)]
    RUN["node.enter"](canvas)
    assert set(canvas.mirror.layouts) == {"paint", "mix"}
    RUN["node.leave"](canvas)
    assert canvas.mirror.selected == {key}


def test_a_tool_moves_a_node_and_leaves_no_state(session: Session, canvas: Canvas) -> None:
    start = QPointF(730, 310)
    tool = press_left(canvas, Hit("header", "walk"), pointer(start))
    assert tool is not None
    tool.move(pointer(start + QPointF(33, 44)))
    assert canvas.state.lift.nodes == {"walk"} and canvas.state.lift_offset == QPointF(33, 44)
    tool.release(pointer(start + QPointF(33, 44)))
    assert session.graph.nodes["walk"].pos == (753, 344)
    assert not canvas.state.lifted and canvas.state.marked_link is None


def test_an_edit_from_outside_interrupts(session: Session, canvas: Canvas) -> None:
    interruptions: list[None] = []
    canvas.interrupted.connect(lambda: interruptions.append(None))
    add_near(canvas, "toy.walk", QPointF(0, 600))
    assert not interruptions
    session.undo()
    assert interruptions

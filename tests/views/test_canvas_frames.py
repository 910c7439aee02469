"""Selecting, moving and laying out frames and notes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QColorDialog
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import SetFrame
from nodeui.graph.parts import Frame
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from tests.views.hand import CTRL, SHIFT, Hand
from tests.views.scene import entry, menu_of, painters, place

NOTE = QPointF(420, 510)
"""A point on the note's text."""


@pytest.fixture
def session(qapp: QApplication) -> Session:
    """Return the painters, with a frame around `walk` and a note below the mixer."""
    session = painters()
    session.edit(SetFrame("frame", Frame("frame", (690, 250, 280, 200), "Steps")))
    session.edit(SetFrame("note", Frame("note", (400, 490, 200, 100), text="try again")))
    return session


def corner(session: Session, id: str) -> tuple[float, float]:
    return session.graph.frames[id].rect[:2]


def test_a_box_takes_in_the_frames_that_lie_in_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    hand.drag(QPointF(380, 480), QPointF(680, 610))
    assert canvas.canvas.frames == {"note"} and not session.selection
    hand.drag(QPointF(640, 225), QPointF(960, 400))  # covers only a part of the frame
    assert session.selection == {"walk"} and not canvas.canvas.frames
    hand.drag(QPointF(380, 480), QPointF(680, 610), keys=SHIFT)
    assert session.selection == {"walk"} and canvas.canvas.frames == {"note"}


def test_a_lasso_selects_while_it_is_drawn(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    way = [QPointF(x, y) for x, y in ((640, 225), (990, 225), (990, 470), (660, 470))]
    hand.press(way[0], keys=CTRL)
    for at in way[1:]:
        hand.move(at, keys=CTRL)
    assert session.selection == {"walk"} and canvas.canvas.frames == {"frame"}
    hand.release(way[-1], keys=CTRL)
    assert session.selection == {"walk"} and canvas.canvas.frames == {"frame"}


def test_nodes_frames_and_notes_move_together(session: Session, hand: Hand) -> None:
    before = {id: node.pos for id, node in session.graph.nodes.items()}
    depth = len(session.undo_labels)
    hand.key(Qt.Key.Key_A, CTRL)
    start = hand.header("mix")
    hand.drag(start, start + QPointF(-60, -40))
    assert corner(session, "note") == (340, 450) and corner(session, "frame") == (630, 210)
    assert session.graph.nodes["walk"].pos == (660, 260)
    assert len(session.undo_labels) == depth + 1
    session.undo()
    assert {id: node.pos for id, node in session.graph.nodes.items()} == before
    assert corner(session, "note") == (400, 490)


def test_arrows_move_a_frame_with_what_is_in_it(session: Session, hand: Hand) -> None:
    hand.click(QPointF(720, 264))
    depth = len(session.undo_labels)
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Right)
    assert corner(session, "frame") == (710, 250)
    assert session.graph.nodes["walk"].pos == (740, 300)
    assert len(session.undo_labels) == depth + 1


def test_a_dragged_frame_snaps_to_nodes_and_frames(session: Session, hand: Hand) -> None:
    hand.drag(NOTE, NOTE + QPointF(293, 0))  # 3 pixels right of the left edge of the frame
    assert corner(session, "note") == (690, 490)


def test_deleting_a_frame_deletes_nothing_else(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    hand.click(hand.header("paint"))
    hand.click(NOTE)
    assert canvas.canvas.frames == {"note"} and not session.selection
    hand.key(Qt.Key.Key_Delete)
    assert set(session.graph.frames) == {"frame"} and "paint" in session.graph.nodes
    hand.click(hand.header("paint"))
    entry(menu_of(canvas, canvas.canvas.hit(QPointF(720, 264))), "Delete").trigger()
    assert not session.graph.frames and "paint" in session.graph.nodes


def test_a_new_frame_is_selected_alone(session: Session, canvas: CanvasView, hand: Hand) -> None:
    hand.click(hand.header("paint"))
    hand.key(Qt.Key.Key_G)
    hand.type("Ground")
    (frame,) = session.graph.frames.keys() - {"frame", "note"}
    assert canvas.canvas.frames == {frame} and not session.selection


def test_colours_go_by_names_or_are_picked(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    menu = menu_of(canvas, canvas.canvas.hit(NOTE))
    entry(menu, "Colour", "Teal").trigger()
    assert session.graph.frames["note"].colour == "#3fc1b0"
    entry(menu, "Colour", "Other...").trigger()
    (dialog,) = canvas.findChildren(QColorDialog)
    dialog.setCurrentColor("#123456")
    dialog.accept()
    assert session.graph.frames["note"].colour == "#123456"
    assert session.undo_labels[-2:] == ["Colour frame", "Colour frame"]


def test_auto_layout_keeps_a_frame_around_its_nodes(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    place(session, "walk-2", "toy.walk", 5000, 4000)
    hand.key(Qt.Key.Key_L)
    x, y, width, height = session.graph.frames["frame"].rect
    box = canvas.mirror.nodes.rect("walk")
    assert x < box.left() and y < box.top()
    assert x + width > box.right() and y + height > box.bottom()
    assert corner(session, "note") == (400, 490)


def test_the_minimap_shows_a_frame_that_is_coloured(
    session: Session, canvas: CanvasView, qtbot: QtBot
) -> None:
    canvas.toggle_minimap()
    before = canvas.minimap.grab().toImage()
    session.edit(SetFrame("frame", Frame("frame", (690, 250, 280, 200), colour="#f6a04d")))
    qtbot.waitUntil(lambda: canvas.minimap.grab().toImage() != before)


def test_what_strayed_far_away_does_not_hide_the_rest(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    place(session, "stray", "toy.walk", 1e15, -1e15)
    session.edit(SetFrame("huge", Frame("huge", (0, 0, 1e9, 1e9))))
    hand.key(Qt.Key.Key_Home)
    assert canvas.zoom > 0.3
    for id in ("paint", "split", "walk"):
        assert canvas.shown_rect().contains(canvas.mirror.nodes.rect(id))
    session.select(["stray"])
    hand.key(Qt.Key.Key_F)  # still reachable by "Frame selection"
    start = canvas.mirror.nodes.rect("stray").topLeft() + QPointF(70, 14)
    hand.drag(start, start + QPointF(-50, 50))
    assert abs(session.graph.nodes["stray"].pos[0]) < 2e6

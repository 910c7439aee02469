"""Editing on the canvas with mouse and keys."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Annotated

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect, SetFrame, SetTitle
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import IMAGE_FILE, node
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.canvas import NODE_MIME, CanvasView, LinkEnd
from nodeui.views.canvas.view.menu import conversion_menu
from tests.graph.toys import TOYS
from tests.signals import arguments_of
from tests.views.hand import ALT, CTRL, MIDDLE, RIGHT, SHIFT, Hand
from tests.views.scene import links, place, show_state, shown_canvas

# --- nodes ---


def test_a_drag_moves_a_node_as_one_undo(session: Session, hand: Hand) -> None:
    depth = len(session.undo_labels)
    start = hand.header("walk")
    hand.drag(start, start + QPointF(37, 55), start + QPointF(103, 148), keys=ALT)
    assert session.graph.nodes["walk"].pos == (823, 448)
    assert session.undo_labels[depth:] == ["Move"]
    session.undo()
    assert session.graph.nodes["walk"].pos == (720, 300)


def test_a_dragged_node_snaps_to_the_edge_of_another(session: Session, hand: Hand) -> None:
    start = hand.header("walk")
    hand.drag(start, start + QPointF(-317, 150))  # 3 pixels right of the left edge of "mix"
    assert session.graph.nodes["walk"].pos[0] == 400


def test_escape_leaves_a_dragged_node_where_it_was(session: Session, hand: Hand) -> None:
    start = hand.header("walk")
    hand.press(start)
    hand.move(start + QPointF(90, 90))
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPointF(90, 90))
    assert session.graph.nodes["walk"].pos == (720, 300)


def test_all_selected_nodes_move_together(session: Session, hand: Hand) -> None:
    session.select(["paint", "paint-2"])
    start = hand.header("paint")
    hand.drag(start, start + QPointF(-60, -40), keys=ALT)
    assert session.graph.nodes["paint"].pos == (-60, -40)
    assert session.graph.nodes["paint-2"].pos == (-60, 200)


def test_dropping_a_node_on_a_link_inserts_it(session: Session, hand: Hand) -> None:
    place(session, "between", "toy.mix", 720, 450)
    link = (hand.socket("mix", "picture", True) + hand.socket("split", "picture")) / 2
    start = hand.header("between")
    hand.drag(start, link)
    assert ("mix.picture", "between.base") in links(session)
    assert ("between.picture", "split.picture") in links(session)
    assert ("mix.picture", "split.picture") not in links(session)
    assert session.undo_labels[-1] == "Insert on link"


def test_arrow_keys_nudge_as_one_undo(session: Session, hand: Hand) -> None:
    session.select(["walk"])
    depth = len(session.undo_labels)
    for _ in range(3):
        hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Down, SHIFT)
    assert session.graph.nodes["walk"].pos == (750, 400)
    assert len(session.undo_labels) == depth + 1


# --- selecting ---


def test_click_shift_click_and_a_click_on_nothing(session: Session, hand: Hand) -> None:
    hand.click(hand.header("mix"))
    assert session.selection == {"mix"}
    hand.click(hand.header("walk"), keys=SHIFT)
    assert session.selection == {"mix", "walk"}
    hand.click(hand.header("mix"), keys=SHIFT)
    assert session.selection == {"walk"}
    hand.click(QPointF(330, 480))
    assert session.selection == set()


def test_box_and_lasso(session: Session, hand: Hand) -> None:
    hand.drag(QPointF(-20, -20), QPointF(50, 500))
    assert session.selection == {"paint", "paint-2"}
    loop = [QPointF(700, 280), QPointF(960, 280), QPointF(960, 480), QPointF(700, 480)]
    hand.drag(*loop, QPointF(700, 280), keys=CTRL)
    assert session.selection == {"walk"}


def test_select_all_and_delete(session: Session, hand: Hand) -> None:
    session.edit(SetFrame("frame-1", Frame("frame-1", (300, 500, 200, 100), "Frame")))
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_Delete)
    assert not session.graph.nodes and not session.graph.frames
    assert session.undo_labels[-1] == "Delete"
    session.undo()
    assert len(session.graph.nodes) == 5 and len(links(session)) == 3


# --- links ---


def test_a_link_is_drawn_between_sockets(session: Session, hand: Hand) -> None:
    hand.drag(hand.socket("paint", "picture", True), hand.socket("walk", "picture"))
    assert ("paint.picture", "walk.picture") in links(session)
    assert session.undo_labels[-1] == "Connect"


def test_a_link_is_drawn_backwards_too(session: Session, hand: Hand) -> None:
    hand.drag(hand.socket("walk", "picture"), hand.socket("mix", "picture", True))
    assert ("mix.picture", "walk.picture") in links(session)


def test_a_link_jumps_to_a_socket_nearby_and_to_the_node_below(
    session: Session, hand: Hand
) -> None:
    near = hand.socket("walk", "picture") + QPointF(-14, 9)
    hand.drag(hand.socket("paint", "picture", True), near)
    assert ("paint.picture", "walk.picture") in links(session)
    session.undo()
    hand.drag(hand.socket("paint", "picture", True), hand.header("walk"))
    assert ("paint.picture", "walk.picture") in links(session)


def test_a_parameter_takes_a_link(session: Session, hand: Hand) -> None:
    place(session, "mix-2", "toy.mix", 1040, 0)
    hand.canvas.centerOn(800, 250)
    hand.drag(hand.socket("split", "share", True), hand.socket("mix-2", "amount"))
    assert ("split.share", "mix-2.amount") in links(session)


def test_dragging_a_linked_input_moves_its_link(session: Session, hand: Hand) -> None:
    hand.drag(hand.socket("split", "picture"), hand.socket("walk", "picture"))
    assert ("mix.picture", "walk.picture") in links(session)
    assert ("mix.picture", "split.picture") not in links(session)


def test_dragging_a_linked_input_onto_the_canvas_removes_its_link(
    session: Session, hand: Hand
) -> None:
    hand.drag(hand.socket("split", "picture"), QPointF(660, 500))
    assert ("mix.picture", "split.picture") not in links(session)
    assert session.undo_labels[-1] == "Disconnect"


def test_sockets_of_other_types_refuse_and_show_the_reason(session: Session, hand: Hand) -> None:
    before = links(session)
    start, goal = hand.socket("paint", "picture", True), hand.socket("mix", "area")
    hand.press(start)
    hand.move(goal + QPointF(-2, 0))
    hand.move(goal)
    assert "takes area" in hand.canvas.hint.text() and hand.canvas.hint.isVisible()
    hand.release(goal)
    assert links(session) == before


def test_a_cycle_is_refused(session: Session, hand: Hand) -> None:
    before = links(session)
    place(session, "split-2", "toy.split", 400, 520)
    session.edit(Connect(Link("mix", "picture", "split-2", "picture")))
    hand.canvas.centerOn(450, 350)
    hand.drag(hand.socket("split-2", "left", True), hand.socket("mix", "base"))
    assert links(session) == before | {("mix.picture", "split-2.picture")}


def test_only_nodes_that_fit_stay_bright_while_a_link_is_drawn(
    session: Session, hand: Hand
) -> None:
    place(session, "tell", "toy.tell", 400, 560)
    start = hand.socket("paint", "picture", True)
    hand.press(start)
    hand.move(start + QPointF(60, 300))
    faded = {id for id in session.graph.nodes if id in hand.canvas.canvas.state.faded}
    assert faded == {"paint-2", "tell"}
    hand.key(Qt.Key.Key_Escape)
    assert not any(id in hand.canvas.canvas.state.faded for id in session.graph.nodes)


def test_a_link_dropped_on_the_canvas_offers_nodes(
    session: Session, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.drag(hand.socket("split", "left", True), QPointF(1000, 200))
    at, end = arguments_of(asked)
    assert end == LinkEnd("split", "left", True, "picture")
    assert isinstance(at, QPointF)
    id = hand.canvas.add_node("toy.walk", at, end)
    assert id == "walk-2" and ("split.left", "walk-2.picture") in links(session)
    assert (hand.socket("walk-2", "picture") - at).manhattanLength() <= 10
    session.undo()
    assert "walk-2" not in session.graph.nodes


def test_cutting_links(session: Session, hand: Hand) -> None:
    middle = (hand.socket("paint", "picture", True) + hand.socket("mix", "base")) / 2
    hand.drag(middle - QPointF(0, 60), middle + QPointF(0, 400), button=RIGHT, keys=CTRL)
    assert links(session) == {("mix.picture", "split.picture")}
    assert session.undo_labels[-1] == "Cut links"
    session.undo()
    assert len(links(session)) == 3


def test_undo_while_dragging_ends_the_drag(session: Session, hand: Hand) -> None:
    session.select(["walk"])
    hand.key(Qt.Key.Key_D, CTRL)
    start = hand.header("walk-2")
    hand.press(start)
    hand.move(start + QPointF(50, 50))
    session.undo()
    hand.move(start + QPointF(90, 90))
    hand.release(start + QPointF(90, 90))
    assert "walk-2" not in session.graph.nodes
    assert hand.canvas.interaction.tool is None
    assert not hand.canvas.viewport().grab().isNull()


def test_a_conversion_is_offered_between_types(session: Session, hand: Hand) -> None:
    place(session, "mix-2", "toy.mix", 1040, 0)
    end = LinkEnd("paint", "picture", True, "picture")
    spot = hand.canvas.mirror.spot("mix-2", False, "amount")
    menu = conversion_menu(hand.canvas.canvas, hand.canvas, end, "mix-2", spot)
    assert menu is not None
    (split,) = [action for action in menu.actions() if action.text() == "Split"]
    split.trigger()
    assert ("paint.picture", "split-2.picture") in links(session)
    assert ("split-2.share", "mix-2.amount") in links(session)
    assert session.undo_labels[-1] == "Add Split"


# --- parameters ---


def test_dragging_a_number_is_one_undo(session: Session, hand: Hand) -> None:
    depth = len(session.undo_labels)
    start = hand.field("mix", "amount")
    hand.drag(start, start + QPointF(40, 0), start + QPointF(80, 0))
    coarse = session.graph.nodes["mix"].params["amount"]
    assert 0.5 < coarse <= 1
    assert session.undo_labels[depth:] == [f"Set amount to {coarse:.6g}"]
    session.undo()
    hand.drag(start, start + QPointF(80, 0), keys=SHIFT)
    assert 0.5 < session.graph.nodes["mix"].params["amount"] < coarse


def test_escape_takes_a_dragged_number_back(session: Session, hand: Hand) -> None:
    depth = len(session.undo_labels)
    start = hand.field("mix", "amount")
    hand.press(start)
    hand.move(start + QPointF(50, 0))
    hand.key(Qt.Key.Key_Escape)
    hand.release(start + QPointF(50, 0))
    assert hand.canvas.mirror.parameter_value("mix", "amount") == 0.5
    assert len(session.undo_labels) == depth


def test_a_number_is_typed_with_arithmetic(session: Session, hand: Hand) -> None:
    hand.click(hand.field("paint", "size"))
    hand.type("8*4")
    assert session.graph.nodes["paint"].params["size"] == 32
    assert hand.canvas.inline.open is None


def test_a_prompt_is_typed_in_place(session: Session, hand: Hand) -> None:
    hand.click(hand.field("paint-2", "text"))
    editor = hand.canvas.inline.open
    assert editor is not None
    focused = editor.focusWidget()
    QTest.keyClicks(focused, "mud, fog")
    hand.click(QPointF(330, 480))
    assert session.graph.nodes["paint-2"].params["text"] == "mud, fog"
    assert session.undo_labels[-1] == "Set text to mud, fog"
    assert hand.canvas.inline.open is None


def test_letters_typed_into_a_field_are_not_commands(session: Session, hand: Hand) -> None:
    session.select(["mix"])
    hand.click(hand.field("paint-2", "text"))
    editor = hand.canvas.inline.open
    assert editor is not None
    QTest.keyClicks(editor.focusWidget(), "mb")
    assert session.graph.nodes["mix"].mode == "active"


def test_a_choice_opens_its_list_at_once(session: Session, hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.field("mix", "how"))
    editor = hand.canvas.inline.open
    assert editor is not None
    box = editor.findChild(QComboBox)
    assert isinstance(box, QComboBox) and box.view().isVisible()
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: hand.canvas.inline.open is None)
    assert session.graph.nodes["mix"].params["how"] == "under"
    assert session.undo_labels[-1] == "Set how to under"


def test_a_choice_is_left_by_escape(session: Session, hand: Hand, qtbot: QtBot) -> None:
    hand.click(hand.field("mix", "how"))
    editor = hand.canvas.inline.open
    assert editor is not None
    box = editor.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    QTest.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: hand.canvas.inline.open is None)
    assert "how" not in session.graph.nodes["mix"].params


def test_escape_gives_up_what_was_typed(session: Session, hand: Hand) -> None:
    depth = len(session.undo_labels)
    hand.click(hand.field("paint", "size"))
    editor = hand.canvas.inline.open
    assert editor is not None
    QTest.keyClicks(editor.focusWidget(), "64")
    QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Escape)
    assert hand.canvas.mirror.parameter_value("paint", "size") == 16
    assert hand.canvas.inline.open is None
    assert len(session.undo_labels) == depth


def test_a_switch_flips_at_a_click(qapp: QApplication, qtbot: QtBot) -> None:
    session = Session(Document(Graph(SWITCHES)), SWITCHES)
    session.edit(AddNode(Node("s", "toy.switch")))
    canvas = CanvasView(session)
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    hand = Hand(canvas)
    hand.click(hand.field("s", "on"))
    assert session.graph.nodes["s"].params == {"on": True}
    assert canvas.inline.open is None


def test_a_seed_is_rolled_by_its_dice(session: Session, hand: Hand) -> None:
    field = hand.field("paint", "seed")
    half = hand.canvas.mirror.layouts["paint"].shape.fields[2].rect.width() / 2
    hand.click(field + QPointF(half - 8, 0))
    assert session.graph.nodes["paint"].params["seed"] > 0


def test_a_linked_parameter_has_no_field_to_drag(session: Session, hand: Hand) -> None:
    place(session, "mix-2", "toy.mix", 400, 300)
    session.edit(Connect(Link("split", "share", "mix-2", "amount")))
    start = hand.field("mix-2", "amount")
    hand.drag(start, start + QPointF(60, 0), keys=ALT)
    assert "amount" not in session.graph.nodes["mix-2"].params


@node("toy.switch", title="Switch", category="Toys")
def switch(on: bool = False) -> float:
    """Toggle a switch."""
    return 1.0 if on else 0.0


SWITCHES = Registry([switch])


@node("toy.wide", title="Wide", category="Toys")
def wide(
    a: float = 0.0, b: float = 0.0, c: float = 0.0, d: float = 0.0, e: float = 0.0,
    f: float = 0.0, g: float = 0.0, h: float = 0.0, i: float = 0.0, j: float = 0.0,
) -> float:  # fmt: skip
    """Take many parameters."""
    return a


def test_hidden_parameters_appear_when_they_are_linked(qapp: QApplication, qtbot: QtBot) -> None:
    specs = Registry([wide])
    session = Session(Document(Graph(specs)), specs)
    session.edit(AddNode(Node("one", "toy.wide")))
    session.edit(AddNode(Node("two", "toy.wide", pos=(300, 0))))
    canvas = CanvasView(session)
    qtbot.addWidget(canvas)

    def shown() -> str:
        return "".join(spot.parameter.name for spot in canvas.mirror.layouts["two"].shape.fields)

    assert shown() == "abcdefg" and canvas.mirror.layouts["two"].shape.hidden == 3
    session.edit(Connect(Link("one", "number", "two", "i")))
    assert shown() == "abcdefgi" and canvas.mirror.layouts["two"].shape.hidden == 2
    session.undo()
    assert shown() == "abcdefg"


# --- modes, names, frames ---


def test_mute_bypass_and_collapse_by_key(session: Session, hand: Hand) -> None:
    hand.click(hand.header("mix"))
    hand.key(Qt.Key.Key_M)
    assert session.graph.nodes["mix"].mode == "muted"
    hand.key(Qt.Key.Key_B)
    assert session.graph.nodes["mix"].mode == "bypassed"
    hand.key(Qt.Key.Key_B)
    assert session.graph.nodes["mix"].mode == "active"
    tall = hand.canvas.mirror.nodes.rect("mix").height()
    hand.key(Qt.Key.Key_H)
    assert session.graph.nodes["mix"].collapsed
    assert hand.canvas.mirror.nodes.rect("mix").height() < tall / 3
    hand.click(hand.canvas.mirror.nodes.rect("mix").topLeft() + QPointF(10, 14))
    assert not session.graph.nodes["mix"].collapsed


def test_a_double_click_on_the_title_renames(session: Session, hand: Hand) -> None:
    hand.double_click(hand.header("walk"))
    hand.type("Stroll")
    assert session.graph.nodes["walk"].title == "Stroll"
    assert session.undo_labels[-1] == "Rename"


def test_a_frame_moves_with_what_is_in_it(session: Session, hand: Hand) -> None:
    session.select(["paint", "paint-2"])
    hand.key(Qt.Key.Key_G)
    (frame,) = session.graph.frames.values()
    x, y, _, _ = frame.rect
    hand.drag(QPointF(x + 30, y + 12), QPointF(x - 30, y + 52))
    moved = session.graph.frames[frame.id]
    assert moved.rect[:2] == (x - 60, y + 40)
    assert session.graph.nodes["paint"].pos == (-60, 40)
    assert session.graph.nodes["mix"].pos == (400, 0)
    session.undo()
    assert session.graph.nodes["paint"].pos == (0, 0)


def test_a_frame_is_named_resized_and_deleted(session: Session, hand: Hand) -> None:
    session.edit(SetFrame("f", Frame("f", (300, 450, 200, 120), "Old")))
    hand.double_click(QPointF(340, 464))
    hand.type("New")
    assert session.graph.frames["f"].title == "New"
    hand.drag(QPointF(494, 564), QPointF(554, 594))
    assert session.graph.frames["f"].rect == (300, 450, 260, 150)
    hand.click(QPointF(340, 464))
    hand.key(Qt.Key.Key_Delete)
    assert not session.graph.frames


def test_a_note_is_written(session: Session, hand: Hand) -> None:
    hand.hover(QPointF(330, 480))
    hand.key(Qt.Key.Key_N)
    editor = hand.canvas.inline.open
    assert editor is not None
    QTest.keyClicks(editor.focusWidget(), "try 30 steps")
    hand.click(QPointF(1000, 560))
    (note,) = session.graph.frames.values()
    assert note.text == "try 30 steps"


# --- clipboard ---


def test_copy_and_paste_keep_links_and_find_new_names(session: Session, hand: Hand) -> None:
    session.select(["paint", "paint-2", "mix"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert session.selection == {"paint-3", "paint-4", "mix-2"}
    assert ("paint-3.picture", "mix-2.base") in links(session)
    assert session.graph.nodes["paint-3"].params == {"text": "a hill"}
    assert session.undo_labels[-1] == "Paste"


def test_paste_works_across_windows_as_text(session: Session, hand: Hand, qtbot: QtBot) -> None:
    session.select(["paint", "mix"])
    hand.key(Qt.Key.Key_C, CTRL)
    assert '"nodeui/workflow"' in QApplication.clipboard().text()
    other = Session(Document(Graph(TOYS)), TOYS)
    view = CanvasView(other)
    qtbot.addWidget(view)
    Hand(view).key(Qt.Key.Key_V, CTRL)
    assert set(other.graph.nodes) == {"paint", "mix"}
    assert ("paint.picture", "mix.base") in links(other)


def test_pasting_twice_does_not_stack_copies(session: Session, hand: Hand) -> None:
    session.select(["walk"])
    hand.key(Qt.Key.Key_C, CTRL)
    hand.hover(QPointF(300, 500))
    hand.key(Qt.Key.Key_V, CTRL)
    hand.key(Qt.Key.Key_V, CTRL)
    assert session.graph.nodes["walk-2"].pos != session.graph.nodes["walk-3"].pos


@node("toy.open", title="Open", category="Toys")
def open_(path: Annotated[str, IMAGE_FILE] = "") -> float:
    """Open a file."""
    return 0.0


def test_a_copy_still_finds_its_files_in_another_folder(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    specs = Registry([open_])
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "a.png").write_bytes(b"")
    hands = {}
    for name in ("one", "two"):
        session = Session(Document(Graph(specs)), specs, path=tmp_path / name / "w.nodeui.json")
        hands[name] = Hand(shown_canvas(session, qtbot, (100, 100)))
    first, second = (hands[name].canvas.session for name in hands)
    for id, path in (("open", "a.png"), ("gone", "b.png")):
        first.edit(AddNode(Node(id, "toy.open", params={"path": path})))
    hands["one"].key(Qt.Key.Key_A, CTRL)
    hands["one"].key(Qt.Key.Key_C, CTRL)
    for name in ("two", "one"):
        hands[name].key(Qt.Key.Key_V, CTRL)
    assert second.graph.nodes["open"].params["path"] == str(tmp_path / "one" / "a.png")
    assert second.graph.nodes["gone"].params["path"] == "b.png"
    assert first.graph.nodes["open-2"].params["path"] == "a.png"


def test_a_note_is_copied_and_its_copy_selected(session: Session, hand: Hand) -> None:
    session.edit(SetFrame("note", Frame("note", (300, 480, 200, 100), text="try again")))
    hand.click(QPointF(340, 520))
    hand.key(Qt.Key.Key_D, CTRL)
    (copy,) = session.graph.frames.keys() - {"note"}
    assert hand.canvas.canvas.frames == {copy} and session.graph.frames[copy].text == "try again"


def test_pasting_something_else_shows_a_hint(session: Session, hand: Hand) -> None:
    QApplication.clipboard().setText("no workflow")
    depth = len(session.undo_labels)
    hand.key(Qt.Key.Key_V, CTRL)
    assert len(session.undo_labels) == depth
    assert hand.canvas.hint.isVisible()


def test_duplicate_keeps_the_links_into_it(session: Session, hand: Hand) -> None:
    session.select(["mix"])
    hand.key(Qt.Key.Key_D, CTRL)
    assert ("paint.picture", "mix-2.base") in links(session)
    assert ("paint-2.picture", "mix-2.over") in links(session)


def test_cut_removes(session: Session, hand: Hand) -> None:
    session.select(["walk"])
    hand.key(Qt.Key.Key_X, CTRL)
    assert "walk" not in session.graph.nodes
    hand.key(Qt.Key.Key_V, CTRL)
    assert "walk" in session.graph.nodes


# --- the view ---


def test_the_wheel_zooms_at_the_pointer(hand: Hand) -> None:
    at = QPointF(500, 100)
    before = hand.view(at)
    hand.wheel(at, 2)
    assert hand.canvas.zoom == pytest.approx(1.44)
    assert (hand.view(at) - before).manhattanLength() <= 2


def test_middle_button_and_space_pan(hand: Hand) -> None:
    start = hand.canvas.shown_rect().center()
    hand.drag(QPointF(300, 500), QPointF(360, 530), button=MIDDLE)
    moved = hand.canvas.shown_rect().center() - start
    assert moved.x() < -20 and moved.y() < -10
    middle = hand.canvas.shown_rect().center()
    QTest.keyPress(hand.canvas, Qt.Key.Key_Space)
    hand.drag(middle, middle + QPointF(50, 0))
    QTest.keyRelease(hand.canvas, Qt.Key.Key_Space)
    assert hand.canvas.shown_rect().center().x() < middle.x() - 20


def test_home_and_f_bring_into_view(session: Session, hand: Hand) -> None:
    hand.canvas.centerOn(9000, 9000)
    hand.key(Qt.Key.Key_Home)
    assert hand.canvas.shown_rect().contains(hand.canvas.mirror.content_rect())
    session.select(["walk"])
    hand.key(Qt.Key.Key_F)
    assert hand.canvas.shown_rect().contains(hand.canvas.mirror.nodes.rect("walk"))
    assert hand.canvas.zoom > 1


def test_tab_and_double_click_offer_nodes(hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.double_click(QPointF(330, 480))
    assert arguments_of(asked)[1] is None
    with qtbot.waitSignal(hand.canvas.search_requested):
        hand.key(Qt.Key.Key_Tab)


def test_the_document_remembers_where_the_canvas_was(
    session: Session, hand: Hand, qtbot: QtBot
) -> None:
    hand.canvas.set_zoom(0.5)
    hand.canvas.pan(QPointF(40, -20).toPoint())
    again = CanvasView(session)
    qtbot.addWidget(again)
    again.resize(1300, 800)
    again.show()
    assert again.zoom == pytest.approx(0.5)
    apart = again.shown_rect().center() - hand.canvas.shown_rect().center()
    assert apart.manhattanLength() < 8


def test_everything_stays_in_view_until_someone_moves_it(session: Session, qtbot: QtBot) -> None:
    canvas = CanvasView(session)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    small = canvas.zoom
    canvas.resize(1200, 800)
    assert canvas.zoom > small
    assert canvas.shown_rect().contains(canvas.mirror.content_rect())
    assert not session.document.view
    Hand(canvas).wheel(QPointF(400, 200), 2)
    moved = canvas.zoom
    canvas.resize(500, 400)
    assert canvas.zoom == moved and session.document.view["zoom"] == round(moved, 4)


def test_the_minimap_moves_the_view(session: Session, hand: Hand) -> None:
    place(session, "far", "toy.paint", 9000, 5000)
    hand.canvas.toggle_minimap()
    hand.canvas.minimap.grab()
    size = hand.canvas.minimap.size()
    QTest.mouseClick(
        hand.canvas.minimap, Qt.MouseButton.LeftButton, pos=QPoint(size.width() - 14, 100)
    )
    assert hand.canvas.shown_rect().center().x() > 7000


def test_a_node_type_dropped_from_the_library_is_added(session: Session, hand: Hand) -> None:
    mime = QMimeData()
    mime.setData(NODE_MIME, b"toy.walk")
    event = QDropEvent(
        QPointF(hand.view(QPointF(500, 500))), Qt.DropAction.CopyAction, mime,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    hand.canvas.dropEvent(event)
    assert hand.canvas.mirror.nodes.rect("walk-2").contains(QPointF(500, 505))


def test_nodes_added_in_the_view_stand_beside_each_other(session: Session, hand: Hand) -> None:
    for _ in range(6):
        assert hand.canvas.add_near("toy.walk", hand.canvas.shown_rect().center()) is not None
    rects = [hand.canvas.mirror.nodes.rect(id) for id in session.graph.nodes]
    assert not any(a.intersects(b) for a, b in combinations(rects, 2))
    assert all(hand.canvas.shown_rect().intersects(rect) for rect in rects)


def test_alt_and_arrows_walk_over_the_nodes(session: Session, hand: Hand) -> None:
    session.select(["paint"])
    for key, goal in (
        (Qt.Key.Key_Right, "mix"),
        (Qt.Key.Key_Right, "split"),
        (Qt.Key.Key_Down, "walk"),
        (Qt.Key.Key_Left, "paint-2"),
    ):
        hand.key(key, ALT)
        assert session.selection == {goal}
    assert hand.canvas.accessibleDescription() == "Paint"


def test_auto_layout_by_key(session: Session, hand: Hand) -> None:
    hand.key(Qt.Key.Key_L)
    right = hand.canvas.mirror.nodes.rect
    assert right("paint").right() < right("mix").left() < right("split").left()
    assert session.undo_labels[-1] == "Auto layout"


# --- states ---


def test_a_failed_node_shows_its_error_to_be_copied(session: Session, hand: Hand) -> None:
    low = hand.canvas.mirror.nodes.rect("walk").height()
    failed = NodeState("failed", error="no such file: a.png", details="Traceback ...")
    show_state(session, "walk", failed)
    rect = hand.canvas.mirror.nodes.rect("walk")
    assert rect.height() > low
    hand.click(rect.bottomRight() - QPointF(40, 20))
    copied = QApplication.clipboard().text()
    assert "walk" in copied and "no such file: a.png" in copied and "Traceback" in copied


def test_a_result_is_shown_on_the_node(session: Session, hand: Hand, qtbot: QtBot) -> None:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    session.take_image("walk", image)
    picture = hand.canvas.mirror.layouts["walk"].picture
    assert picture is not None
    at = hand.canvas.mirror.nodes.rect("walk").topLeft() + picture.center()
    shown = hand.canvas.viewport().grab().toImage()
    assert shown.pixelColor(hand.view(at)) == QColor("#ff0000")
    with qtbot.waitSignal(hand.canvas.picture_opened) as opened:
        hand.double_click(at)
    assert opened.args == ["walk"]


def test_a_batch_is_a_contact_sheet_with_the_count(session: Session, hand: Hand) -> None:
    colours = [QColor(name) for name in ("#ff0000", "#00ff00", "#0000ff")]
    images: list[QImage] = []
    for tint in colours:
        images.append(QImage(64, 64, QImage.Format.Format_RGB32))
        images[-1].fill(tint)
    session.take_pictures("walk", PictureBatch(images))
    sheet = hand.canvas.mirror.layouts["walk"].picture
    assert sheet is not None and sheet.height() == sheet.width()
    corner = hand.canvas.mirror.nodes.rect("walk").topLeft() + sheet.topLeft()
    shown = hand.canvas.viewport().grab().toImage()
    for (x, y), tint in zip(((1, 1), (3, 1), (1, 3)), colours, strict=True):
        at = corner + QPointF(x * sheet.width() / 4, y * sheet.height() / 4)
        assert shown.pixelColor(hand.view(at)) == tint
    count = corner + QPointF(sheet.width() - 14, sheet.height() - 12)
    empty = corner + QPointF(sheet.width() - 50, sheet.height() - 40)
    assert shown.pixelColor(hand.view(count)) != shown.pixelColor(hand.view(empty))
    session.take_pictures("walk", PictureBatch(images * 30))  # shows the first ones
    hand.canvas.viewport().grab()


def test_paint_at_every_level_of_detail(session: Session, hand: Hand) -> None:
    show_state(session, "mix", NodeState("running", done=3, total=9, eta=2.0))
    place(session, "strange", "elsewhere.node", 0, 500)
    session.edit(SetFrame("f", Frame("f", (-40, -40, 500, 700), "All", "words", "#3fc1b0")))
    for zoom in (2.0, 1.0, 0.4, 0.1):
        hand.canvas.set_zoom(zoom)
        hand.canvas.centerOn(430, 0)
        image = hand.canvas.viewport().grab().toImage()
        on_node = image.pixelColor(hand.view(QPointF(410, 20)))
        empty = image.pixelColor(hand.view(QPointF(563, -151)))
        assert on_node != empty, zoom


def test_titles_are_read_from_afar_unless_many_nodes_are_in_view(
    session: Session, hand: Hand
) -> None:
    def shown(title: str) -> QImage:
        """Return the picture of the area of the node's title."""
        session.edit(SetTitle("walk", title))
        hand.canvas.show_rect(QRectF(-200, -200, 3900, 2400))
        box = hand.canvas.mirror.nodes.rect("walk")
        corners = hand.view(box.topLeft()), hand.view(box.topRight() + QPointF(0, 40))
        return hand.canvas.viewport().grab(QRect(*corners)).toImage()

    blank, titled = shown("."), shown("Hold the lines")
    assert 0.25 < hand.canvas.zoom < 0.32
    assert blank != titled
    for n in range(160):  # stacked, all in view
        place(session, f"crowd-{n}", "toy.walk", 2000, 1000)
    assert shown("Hold the lines") == shown(".") != titled
    session.undo()
    for _ in range(161):
        session.undo()
    assert shown("Hold the lines") == titled


def test_a_closed_canvas_leaves_nothing_behind(session: Session, qapp: QApplication) -> None:
    def widgets() -> int:
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        qapp.processEvents()
        return len(qapp.allWidgets())

    before = widgets()
    for _ in range(5):
        canvas = CanvasView(session)
        canvas.resize(600, 400)
        canvas.show()
        hand = Hand(canvas)
        hand.click(hand.field("paint", "size"))
        hand.key(Qt.Key.Key_Escape)
        canvas.close()
        canvas.deleteLater()
        del canvas, hand
    assert widgets() == before
    session.edit(SetFrame("f", Frame("f", (0, 0, 100, 100))))  # must not reach deleted widgets


def test_a_hostile_document_is_shown(qtbot: QtBot) -> None:
    session = Session(Document(Graph(TOYS)), TOYS)
    place(session, "far", "toy.paint", 1e308, -1e308, text="x" * 200_000)
    place(session, "near", "toy.paint", 0, 0, size="no number", seed=None)
    place(session, "many", "elsewhere.node", 300, 0)
    session.edit(AddNode(Node("long", "toy.walk", title="t\n" * 50_000, pos=(0, 300))))
    session.edit(Connect(Link("near", "picture", "many", "in\n" * 500)))
    session.edit(SetFrame("f", Frame("f", (0, 0, -1e300, 1e300), "\n" * 9000, "x\n" * 9000, "#no")))
    canvas = CanvasView(session)
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    for zoom in (1.0, 0.3, 0.05):
        canvas.set_zoom(zoom)
        canvas.centerOn(200, 200)
        assert not canvas.grab().isNull()
    canvas.show_all()
    assert not canvas.grab().isNull()

"""The inspector, driven by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nodeui.engine.protocol import NodeFailed, NodeFinished, NodeStarted, Progress
from nodeui.graph.edits import (
    AddNode,
    Connect,
    Disconnect,
    RemoveNode,
    RestoreParam,
    SetFrame,
    SetParam,
)
from nodeui.graph.parts import Frame, Link, Node
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.icons import IconButton
from nodeui.views.inspector import Inspector
from nodeui.views.inspector.rows import InputRow, ParameterRow
from nodeui.views.inspector.state import duration
from tests.views.scene import ToyRuns, drag, toy_session

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    return toy_session()


@pytest.fixture
def inspector(qtbot: QtBot, session: Session) -> Iterator[Inspector]:
    panel = Inspector()
    qtbot.addWidget(panel)
    panel.set_session(session)
    panel.resize(300, 900)
    with qtbot.waitActive(panel):
        panel.show()
    yield panel


def row(inspector: Inspector, name: str) -> ParameterRow:
    rows = [row for row in inspector.findChildren(ParameterRow) if row.isVisible()]
    return next(row for row in rows if row.parameter.name == name)


def input_row(inspector: Inspector, name: str) -> InputRow:
    rows = [row for row in inspector.findChildren(InputRow) if row.isVisible()]
    return next(row for row in rows if row.socket.name == name)


def texts(widget: QWidget) -> str:
    """Return all texts shown on a widget."""
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    buttons = [b.text() for b in widget.findChildren(QAbstractButton) if b.isVisible()]
    return "\n".join(labels + buttons)


def child(widget: QWidget, name: str) -> QLabel:
    found = widget.findChildren(QLabel, name)
    return next((label for label in found if label.isVisible()), found[0])


def test_it_shows_the_selected_node_with_help(inspector: Inspector, session: Session) -> None:
    assert "Select a node" in texts(inspector)
    session.select(["sky"])
    seen = texts(inspector)
    assert "Paint something." in seen
    assert "What to paint, in many words." in seen
    assert "sky  ·  toy.paint" in seen
    assert row(inspector, "size").editor.value == 32
    session.select([])
    assert "Select a node" in texts(inspector)


def test_a_drag_is_one_undo(inspector: Inspector, session: Session) -> None:
    session.select(["sky"])
    undos = len(session.undo_labels)
    editor = row(inspector, "size").editor
    drag(editor, QPoint(10, 10), QPoint(60, 10))
    assert session.graph.nodes["sky"].params["size"] > 32
    assert len(session.undo_labels) == undos + 1
    session.undo()
    assert session.graph.nodes["sky"].params["size"] == 32
    assert editor.value == 32


def test_typing_a_prompt_is_one_undo_and_escape_takes_it_back(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["hill"])
    undos = len(session.undo_labels)
    editor = row(inspector, "text").editor
    text = editor.findChild(QPlainTextEdit)
    assert text is not None
    text.setFocus()
    qtbot.keyClicks(text, "a hill")
    assert session.graph.nodes["hill"].params == {"text": "a hill"}
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    assert session.graph.nodes["hill"].params == {}
    qtbot.keyClicks(text, "green")
    row(inspector, "size").editor.setFocus()
    assert session.graph.nodes["hill"].params == {"text": "green"}
    session.undo()
    assert session.graph.nodes["hill"].params == {}
    assert len(session.undo_labels) == undos + 1


def test_the_arrow_takes_the_default_back(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky"])
    size = row(inspector, "size")
    reset = next(b for b in size.findChildren(IconButton) if "default" in b.toolTip())
    assert reset.toolTip() == "Reset to the default: 16 px"
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert "size" not in session.graph.nodes["sky"].params
    assert size.editor.value == 16
    assert not reset.isVisible()


def test_links_are_shown_followed_and_cut(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["mix"])
    base, over = input_row(inspector, "base"), input_row(inspector, "over")
    assert "Paint" in texts(base)
    assert "needs a link" in texts(over)
    assert "optional" in texts(input_row(inspector, "area"))
    session.edit(Connect(Link("hill", "picture", "mix", "over")))
    assert "needs a link" not in texts(over)
    cut = base.findChildren(IconButton)[0]
    qtbot.mouseClick(cut, Qt.MouseButton.LeftButton)
    assert "base" not in session.graph.links_in("mix")
    assert "needs a link" in texts(base)
    goto = next(
        button
        for button in over.findChildren(QAbstractButton)
        if not isinstance(button, IconButton)
    )
    qtbot.mouseClick(goto, Qt.MouseButton.LeftButton)
    assert session.selection == {"hill"}


def test_a_linked_parameter_shows_its_source_in_place_of_the_field(
    inspector: Inspector, session: Session
) -> None:
    session.select(["mix"])
    amount = row(inspector, "amount")
    assert amount.editor.isVisible()
    session.edit(Connect(Link("strange", "share", "mix", "amount")))
    assert not amount.editor.isVisible()
    assert "elsewhere.node" in texts(amount)
    session.edit(Disconnect("mix", "amount"))
    assert amount.editor.isVisible()


def test_a_value_of_the_file_that_is_not_valid_is_told(
    inspector: Inspector, session: Session
) -> None:
    session.edit(RestoreParam("sky", "size", 999))
    session.edit(RestoreParam("sky", "seed", "many"))
    session.select(["sky"])
    assert "between 8 and 64" in child(row(inspector, "size"), "problem").text()
    assert "whole number" in child(row(inspector, "seed"), "problem").text()
    assert row(inspector, "size").editor.value == 16


def test_state_progress_and_timing(inspector: Inspector, session: Session) -> None:
    session.select(["sky"])
    session.take_plan(
        {"sky": NodeState(badge="will-run", reason="parameter size changed 16 -> 32")}
    )
    assert child(inspector, "headline").text() == "Will run: parameter size changed 16 -> 32"
    session.take_event(NodeStarted(node="sky"))
    session.take_event(Progress(node="sky", done=3, total=8))
    assert "Running" in child(inspector, "headline").text()
    assert "3 of 8 steps" in child(inspector, "timing").text()
    session.take_event(NodeFinished(node="sky", type="toy.paint", status="executed", seconds=1.234))
    assert child(inspector, "headline").text() == "Done"
    assert child(inspector, "timing").text() == "took 1.23 s"


def test_warnings_are_shown(inspector: Inspector, session: Session) -> None:
    session.select(["sky"])
    session.take_plan({"sky": NodeState("cached", warnings=("It is dark.", "It is small."))})
    label = child(inspector, "warnings")
    assert label.isVisible() and label.text() == "It is dark.\nIt is small."
    session.take_event(NodeFinished(node="sky", type="toy.paint", status="cached"))
    assert not label.isVisible()


def test_an_error_is_told_and_can_be_copied(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky"])
    session.take_event(
        NodeFailed(
            node="sky", type="toy.paint", message="No paint.", parameter="size", details="line 7"
        )
    )
    assert child(inspector, "error").text() == "No paint."
    assert child(row(inspector, "size"), "problem").text() == "No paint."
    assert row(inspector, "seed").findChild(QLabel, "problem") is None
    copy = next(b for b in inspector.findChildren(QPushButton) if b.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "sky.size: No paint.\n\nline 7"
    session.take_event(NodeStarted(node="sky"))
    assert not child(inspector, "error").isVisible()
    assert not child(row(inspector, "size"), "problem").isVisible()


def test_a_long_error_is_one_line_with_the_rest_behind_it(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky"])
    message = "\n".join(["No paint of these:", *(f"unet.block.{n}" for n in range(3000))])
    session.take_event(NodeFailed(node="sky", type="toy.paint", message=message, details="line 7"))
    assert child(inspector, "error").text() == "No paint of these: …"
    (details,) = (t for t in inspector.findChildren(QPlainTextEdit) if t.isReadOnly())
    more = next(b for b in inspector.findChildren(QPushButton) if b.text() == "Details")
    assert not details.isVisible()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert details.isVisible()
    assert details.toPlainText() == f"{message}\n\nline 7"


def test_renaming(inspector: Inspector, session: Session, qtbot: QtBot) -> None:
    session.select(["sky"])
    title = next(
        line for line in inspector.findChildren(QLineEdit) if "Title" in line.accessibleName()
    )
    assert title.placeholderText() == "Paint"
    qtbot.keyClicks(title, "Evening sky")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert session.graph.nodes["sky"].title == "Evening sky"


def test_deleting_the_node_while_it_is_edited(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky"])
    text = row(inspector, "text").editor.findChild(QPlainTextEdit)
    assert text is not None
    text.setFocus()
    qtbot.keyClicks(text, " and clouds")
    session.edit(RemoveNode("sky"))
    assert "Select a node" in texts(inspector)
    session.undo()
    assert session.graph.nodes["sky"].params["text"] == " and cloudsa sky"


def test_the_help_can_be_hidden(inspector: Inspector, session: Session, qtbot: QtBot) -> None:
    session.select(["sky"])
    button = next(b for b in inspector.findChildren(IconButton) if b.isCheckable())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "Side of the picture." not in texts(inspector)
    session.select(["hill"])
    assert "Side of the picture." not in texts(inspector)


def test_a_node_of_an_unknown_type_shows_what_the_file_holds(
    inspector: Inspector, session: Session
) -> None:
    session.select(["strange"])
    assert "elsewhere.node" in texts(inspector)
    assert "depth = 3" in texts(inspector)


def test_long_words_make_the_page_no_wider(inspector: Inspector, session: Session) -> None:
    word = "x" * 400
    session.edit(AddNode(Node("long", f"elsewhere.{word}", params={"prompt": word * 100})))
    for id in ("long", "sky"):
        session.take_event(NodeFailed(node=id, type="toy", message=f"/{word} is not there"))
        session.select([id])
        QApplication.processEvents()
        page = inspector.widget()
        assert page is not None
        assert page.width() <= inspector.viewport().width()


def shared_rows(inspector: Inspector) -> dict[str, ParameterRow]:
    return {r.parameter.name: r for r in inspector.findChildren(ParameterRow) if r.isVisible()}


def test_several_nodes_are_listed(inspector: Inspector, session: Session, qtbot: QtBot) -> None:
    session.select(["sky", "hill"])
    assert "2 nodes are selected" in texts(inspector)
    (nodes,) = (each for each in inspector.findChildren(QListWidget) if each.isVisible())
    item = next(nodes.item(i) for i in range(nodes.count()) if "hill" in nodes.item(i).text())
    place = nodes.visualItemRect(item).center()
    qtbot.mouseClick(nodes.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert session.selection == {"hill"}


def test_several_nodes_are_listed_in_the_order_of_their_numbers(
    inspector: Inspector, session: Session
) -> None:
    for id in ("hill-2", "hill-10", "hill-1"):
        session.edit(AddNode(Node(id, "toy.paint")))
    session.select(["hill-2", "hill-10", "hill-1"])
    (nodes,) = (each for each in inspector.findChildren(QListWidget) if each.isVisible())
    listed = [nodes.item(i).text().rpartition(" ")[2] for i in range(nodes.count())]
    assert listed == ["hill-1", "hill-2", "hill-10"]


def test_a_shared_parameter_is_dragged_for_all_as_one_undo(
    inspector: Inspector, session: Session
) -> None:
    session.select(["sky", "hill"])
    size = row(inspector, "size").editor
    drag(size, QPoint(20, 10), QPoint(120, 10))
    values = {session.graph.nodes[id].params["size"] for id in ("sky", "hill")}
    assert values == {size.value} and size.value > 32
    session.undo()
    assert session.graph.nodes["sky"].params["size"] == 32
    assert "size" not in session.graph.nodes["hill"].params


def test_escape_gives_each_node_its_own_value_back(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky", "hill"])
    line = row(inspector, "text").editor.findChildren(QPlainTextEdit)[0]
    line.setFocus()
    qtbot.keyClicks(line, " and a hill")
    assert session.graph.nodes["hill"].params["text"].endswith("and a hill")
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert session.graph.nodes["sky"].params["text"] == "a sky"
    assert "text" not in session.graph.nodes["hill"].params


def test_what_differs_is_told_and_made_equal(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["sky", "hill"])
    assert "Different: 16 px, 32 px" in texts(inspector)
    shown = row(inspector, "size").editor.value
    buttons = [b for b in inspector.findChildren(QPushButton) if b.isVisible()]
    (equal,) = (b for b in buttons if b.text() == f"Set all to {shown} px")
    qtbot.mouseClick(equal, Qt.MouseButton.LeftButton)
    values = [session.graph.nodes[id].params.get("size", 64) for id in ("sky", "hill")]
    assert values[0] == values[1] == shown
    assert not equal.isVisible()


def test_nodes_of_different_types_share_what_is_alike(
    inspector: Inspector, session: Session
) -> None:
    session.select(["sky", "hill", "mix"])
    assert not shared_rows(inspector)
    assert "no parameter in common" in texts(inspector)
    session.select(["sky", "strange"])  # nothing is known about unknown types
    assert "size" in shared_rows(inspector)


def test_a_linked_node_is_left_out_of_the_shared_field(
    inspector: Inspector, session: Session
) -> None:
    for node in (Node("mix-2", "toy.mix", version=3), Node("split", "toy.split")):
        session.edit(AddNode(node))
    session.edit(Connect(Link("split", "share", "mix", "amount")))
    session.select(["mix", "mix-2"])
    drag(row(inspector, "amount").editor, QPoint(20, 10), QPoint(60, 10))
    assert session.graph.nodes["mix-2"].params["amount"] > 0.5
    assert "amount" not in session.graph.nodes["mix"].params


def test_a_frame_alone_is_edited_with_one_undo_a_field(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    def field(type: type[W]) -> W:
        return next(one for one in inspector.findChildren(type) if one.isVisible())

    session.edit(SetFrame("f", Frame("f", (0, 0, 300, 200), "Ground")))
    session.select_frames(["f"])
    depth = len(session.undo_labels)
    field(QLineEdit).setFocus()
    qtbot.keyClicks(field(QLineEdit), " floor")
    assert session.graph.frames["f"].title == "Ground floor"
    text = field(QPlainTextEdit)
    text.setFocus()
    qtbot.keyClicks(text, "more fog")
    assert session.graph.frames["f"].text == "more fog"
    pink = next(b for b in inspector.findChildren(QAbstractButton) if b.toolTip() == "Pink")
    qtbot.mouseClick(pink, Qt.MouseButton.LeftButton)
    text.setFocus()
    qtbot.keyClicks(text, "!")
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    frame = session.graph.frames["f"]
    assert (frame.text, frame.colour) == ("more fog", "#f783ac")
    while len(session.undo_labels) > depth + 2:  # the colour, and the reverted text
        session.undo()
    assert session.graph.frames["f"].colour == ""
    session.undo()
    assert session.graph.frames["f"].text == "" and field(QPlainTextEdit).toPlainText() == ""
    session.undo()
    assert session.graph.frames["f"].title == field(QLineEdit).text() == "Ground"
    session.select(["sky"])  # a node with it: the page is the node's
    assert "sky  ·  toy.paint" in texts(inspector)


def test_the_page_of_a_frame_goes_with_it(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.edit(SetFrame("f", Frame("f", (0, 0, 300, 200), text="later")))
    session.select_frames(["f"])
    assert "Note" in texts(inspector)
    session.undo()
    assert not session.selected_frames and "Select a node" in texts(inspector)
    session.redo()
    assert "Select a node" in texts(inspector)


def test_another_document(inspector: Inspector, session: Session) -> None:
    session.select(["sky"])
    other = toy_session()
    inspector.set_session(other)
    assert "Select a node" in texts(inspector)
    session.select(["hill"])
    assert "Select a node" in texts(inspector)
    other.select(["mix"])
    switch = row(inspector, "loud").editor.findChild(QCheckBox)
    assert switch is not None
    switch.click()
    assert other.graph.nodes["mix"].params == {"loud": True}
    inspector.set_session(None)
    assert "Select a node" in texts(inspector)


def test_a_text_that_is_being_typed_stays_with_its_node(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select(["hill"])
    text = row(inspector, "text").editor.findChild(QPlainTextEdit)
    assert text is not None
    text.setFocus()
    qtbot.keyClicks(text, "green")
    session.select(["sky"])  # same type: its page is reused
    assert session.graph.nodes["hill"].params == {"text": "green"}
    assert session.graph.nodes["sky"].params["text"] == "a sky"
    assert row(inspector, "text").editor.value == "a sky"
    session.undo()
    assert session.graph.nodes["hill"].params == {}


def test_going_from_node_to_node_leaves_nothing_behind(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    def widgets_after_a_tour() -> int:
        for ids in (["sky"], ["mix"], [], ["sky", "hill"], ["strange"], ["hill"]):
            session.select(ids)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        return len(inspector.findChildren(QWidget))

    first = widgets_after_a_tour()
    assert [widgets_after_a_tour() for _ in range(5)] == [first] * 5


# --- seeds ---


def seed_buttons(inspector: Inspector) -> tuple[IconButton, IconButton, IconButton]:
    dice, last, lock = row(inspector, "seed").editor.findChildren(IconButton)
    return dice, last, lock


def run(session: Session) -> None:
    """Simulate a run that paints the sky."""
    session.run(["mix"])
    session.take_event(NodeStarted(node="sky"))
    session.take_event(NodeFinished(node="sky", type="toy.paint", status="executed"))
    session.stop()


def seed(session: Session) -> int:
    return session.graph.nodes["sky"].params.get("seed", 0)


def test_back_to_the_seed_of_the_last_run(inspector: Inspector, qtbot: QtBot) -> None:
    session = toy_session(ToyRuns())
    inspector.set_session(session)
    session.select(["sky"])
    dice, last, _ = seed_buttons(inspector)
    run(session)
    assert seed(session) == 0 and not last.isEnabled()
    qtbot.mouseClick(dice, Qt.MouseButton.LeftButton)
    assert seed(session) != 0 and last.isEnabled()
    qtbot.mouseClick(last, Qt.MouseButton.LeftButton)
    assert seed(session) == 0


def test_an_unlocked_seed_is_new_in_each_run(inspector: Inspector, qtbot: QtBot) -> None:
    session = toy_session(ToyRuns())
    inspector.set_session(session)
    session.select(["sky"])
    _, last, lock = seed_buttons(inspector)
    run(session)
    assert seed(session) == 0  # locked, as all are at first
    qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    run(session)
    first = seed(session)
    assert first != 0 and not last.isEnabled()  # the node shows the seed of its picture
    run(session)
    assert seed(session) != first
    assert session.graph.nodes["hill"].params.get("seed") is None
    session.edit(SetParam("sky", "seed", first))  # by hand, and its picture is not there
    run(session)
    assert seed(session) == first
    session.live = True
    run(session)
    assert seed(session) == first  # otherwise live runs would never end
    session.live = False
    session.select([])
    session.select(["sky"])
    assert not lock.isChecked()
    qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    run(session)
    assert seed(session) == first


def test_queued_runs_have_unlocked_seeds_of_their_own(inspector: Inspector, qtbot: QtBot) -> None:
    runs = ToyRuns()
    session = toy_session(runs)
    inspector.set_session(session)
    session.select(["sky"])
    _, _, lock = seed_buttons(inspector)
    qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    for _ in range(5):  # none has ended
        session.run(["mix"])
        assert seed(session) == 0  # the node keeps the seed of the picture that is seen
    seeds = [values["sky", "seed"] for values in runs.seeds]
    assert seeds[0] == 0 and len(set(seeds)) == 5
    session.seeds.show(runs.seeds[1], None)
    assert seed(session) == seeds[1]
    session.edit(SetParam("sky", "seed", 7))
    session.run(["mix"])
    session.seeds.show(runs.seeds[2], None)
    assert seed(session) == seeds[2]  # a later run has the seed that was chosen by hand
    assert runs.seeds[5]["sky", "seed"] == 7


def test_a_stopped_run_can_be_resumed(inspector: Inspector, qtbot: QtBot) -> None:
    session = toy_session(ToyRuns())
    inspector.set_session(session)
    session.select(["sky"])
    _, _, lock = seed_buttons(inspector)
    qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    session.run(["mix"])
    session.stop()
    session.run(["mix"])
    assert seed(session) == 0


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0123, "12.3 ms"), (1.234, "1.23 s"), (125.2, "2 min 05 s")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text

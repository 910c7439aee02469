"""Inserting nodes into links, and converters between sockets that do not fit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link
from nodeui.graph.registry import Registry
from nodeui.sdk import node
from nodeui.session.session import Session
from nodeui.views.canvas import NODE_MIME, Gap
from tests.graph.toys import Area, Picture, paint
from tests.signals import arguments_of
from tests.views.hand import ALT, Hand
from tests.views.scene import entry, links, menu_of, place, shown_canvas

LINK = Link("mix", "picture", "split", "picture")


def middle(hand: Hand) -> QPointF:
    """Return a point on the link from the mixer to the splitter."""
    return (hand.socket("mix", "picture", True) + hand.socket("split", "picture")) / 2


def is_between(session: Session, id: str) -> bool:
    found = links(session)
    through = {("mix.picture", f"{id}.base"), (f"{id}.picture", "split.picture")}
    return through <= found and ("mix.picture", "split.picture") not in found


def test_a_node_that_lies_over_a_link_is_put_into_it(session: Session, hand: Hand) -> None:
    place(session, "between", "toy.mix", 720, 450)
    start = hand.header("between")
    hand.drag(start, start + middle(hand) - hand.canvas.mirror.nodes.rect("between").center())
    assert is_between(session, "between")


def test_alt_leaves_the_link_alone(session: Session, hand: Hand) -> None:
    place(session, "between", "toy.mix", 720, 450)
    hand.drag(hand.header("between"), middle(hand), keys=ALT)
    assert not is_between(session, "between")


def test_an_inserted_node_moves_others_out_of_the_way(session: Session, hand: Hand) -> None:
    place(session, "last", "toy.walk", 980, 20)
    session.edit(Connect(Link("split", "left", "last", "picture")))
    place(session, "between", "toy.mix", 300, 450)
    hand.drag(hand.header("between"), middle(hand))
    assert is_between(session, "between")
    rect = hand.canvas.mirror.nodes.rect
    assert rect("mix").right() < rect("between").left()
    assert rect("between").right() < rect("split").left()
    assert rect("last").left() - rect("split").left() == 980 - 720  # downstream nodes moved along
    assert session.graph.nodes["walk"].pos == (720, 300)
    session.undo()
    assert session.graph.nodes["split"].pos == (720, 0)
    assert session.graph.nodes["between"].pos == (300, 450)


def test_a_node_type_dropped_on_a_link_is_inserted(session: Session, hand: Hand) -> None:
    mime = QMimeData()
    mime.setData(NODE_MIME, b"toy.mix")
    at, buttons, none = hand.view(middle(hand)), Qt.MouseButton.LeftButton, ALT & ~ALT
    copy = Qt.DropAction.CopyAction
    hand.canvas.dragMoveEvent(QDragMoveEvent(at, copy, mime, buttons, none))
    assert hand.canvas.canvas.state.marked_link == LINK
    hand.canvas.dropEvent(QDropEvent(QPointF(at), copy, mime, buttons, none))
    assert is_between(session, "mix-2")
    assert hand.canvas.canvas.state.marked_link is None


def test_tab_over_a_link_offers_nodes_that_fit_between(
    session: Session, hand: Hand, qtbot: QtBot
) -> None:
    hand.hover(middle(hand))
    hand.canvas.interaction.inside = True
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        hand.key(Qt.Key.Key_Tab)
    at, gap = arguments_of(asked)
    assert gap == Gap(LINK, "picture", "picture")
    assert hand.canvas.add_node("toy.mix", at, gap) == "mix-2"
    assert is_between(session, "mix-2")


def test_the_menu_of_a_link_offers_nodes_too(hand: Hand, qtbot: QtBot) -> None:
    hand.hover(middle(hand))
    menu = menu_of(hand.canvas, hand.canvas.canvas.hit(middle(hand)))
    with qtbot.waitSignal(hand.canvas.search_requested) as asked:
        entry(menu, "Insert node...").trigger()
    assert arguments_of(asked)[1] == Gap(LINK, "picture", "picture")


# --- conversions ---


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_conversion_is_announced_while_dragging_and_chosen_by_key(
    session: Session, hand: Hand
) -> None:
    place(session, "mix-2", "toy.mix", 300, 420)
    start, goal = hand.socket("split", "left", True), hand.socket("mix-2", "amount")
    hand.press(start)
    hand.move(goal - QPointF(9, 9))
    hand.move(goal)
    assert hand.canvas.hint.text().endswith("Release to convert it with: Split")
    hand.release(goal)
    assert not hand.canvas.hint.isVisible()
    QTest.keyClick(open_menu(), Qt.Key.Key_Return)
    assert ("split.left", "split-2.picture") in links(session)
    assert ("split-2.share", "mix-2.amount") in links(session)
    assert session.selection == {"split-2"}
    assert session.undo_labels[-1] == "Add Split"
    box = hand.canvas.mirror.nodes.rect("split-2")
    others = (id for id in session.graph.nodes if id != "split-2")
    assert not any(box.intersects(hand.canvas.mirror.nodes.rect(id)) for id in others)


@node("toy.cover", title="Cover", category="Toys")
def cover(picture: Picture, area: Area) -> float:
    """Measure how much of a picture an area covers."""
    return 0.0


@node("toy.plot", title="Plot", category="Toys")
def plot() -> Area:
    """Choose an area."""
    return Area(1)


@node("toy.show", title="Show", category="Toys")
def show(much: float = 0.0) -> Picture:
    """Show a number."""
    return Picture(1)


COVERS = Registry([paint, cover, plot, show])


@pytest.mark.parametrize("plots", [1, 2])
def test_other_inputs_of_a_converter_are_linked_if_only_one_source_fits(
    qapp: QApplication, qtbot: QtBot, plots: int
) -> None:
    session = Session(Document(Graph(COVERS)), COVERS)
    place(session, "paint", "toy.paint", 0, 0)
    place(session, "show", "toy.show", 600, 0)
    for number in range(plots):
        place(session, f"plot-{number}", "toy.plot", 0, 240 + 200 * number)
    hand = Hand(shown_canvas(session, qtbot, (450, 250)))
    hand.drag(hand.socket("paint", "picture", True), hand.socket("show", "much"))
    QTest.keyClick(open_menu(), Qt.Key.Key_Return)
    assert ("cover.number", "show.much") in links(session)
    assert (("plot-0.area", "cover.area") in links(session)) == (plots == 1)


def test_nothing_is_offered_without_a_converter(session: Session, hand: Hand) -> None:
    place(session, "tell", "toy.tell", 300, 420)
    before = links(session)
    hand.drag(hand.socket("paint", "picture", True), hand.socket("tell", "what"))
    assert QApplication.activePopupWidget() is None
    assert "takes text" in hand.canvas.hint.text() and hand.canvas.hint.isVisible()
    assert links(session) == before

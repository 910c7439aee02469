"""Groups on the canvas, with mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import (
    AddNode,
    Batch,
    Connect,
    SetFrame,
    SetGroup,
    SetMembers,
    SetParam,
    SetWaypoints,
)
from nodeui.graph.model import Graph
from nodeui.graph.parts import Frame, Group, Link, Node, Points
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.scene import Hit
from tests.graph.toys import TOYS
from tests.views.hand import ALT, CTRL, SHIFT, Hand
from tests.views.scene import entry, menu_of, show_state, shown_canvas


def make() -> Session:
    """Return paint and paint-2 -> mix -> split; paint -> walk."""
    session = Session(Document(Graph(TOYS)), TOYS)
    for id, type, x, y in (
        ("paint", "toy.paint", 0, 0),
        ("paint-2", "toy.paint", 0, 240),
        ("mix", "toy.mix", 400, 0),
        ("split", "toy.split", 720, 0),
        ("walk", "toy.walk", 720, 300),
    ):
        session.edit(AddNode(Node(id, type, TOYS[type].version, pos=(x, y))))
    for source, target, input in (
        ("paint", "mix", "base"),
        ("paint-2", "mix", "over"),
        ("mix", "split", "picture"),
        ("paint", "walk", "picture"),
    ):
        session.edit(Connect(Link(source, "picture", target, input)))
    return session


@pytest.fixture
def session(qapp: QApplication) -> Session:
    return make()


def shown(session: Session, qtbot: QtBot) -> CanvasView:
    return shown_canvas(session, qtbot, (450, 250))


@pytest.fixture
def canvas(session: Session, qtbot: QtBot) -> Iterator[CanvasView]:
    yield shown(session, qtbot)


def group(hand: Hand, *ids: str) -> str:
    """Group nodes with the keyboard; returns the group's key."""
    session = hand.canvas.session
    session.select(ids)
    hand.key(Qt.Key.Key_G, CTRL)
    hand.canvas.inline.close()
    return f"@{list(session.graph.groups)[-1]}"


def sockets(hand: Hand, key: str) -> set[str]:
    """Return the visible sockets of a node: inputs, and outputs with a leading ">"."""
    spots = hand.canvas.mirror.layouts[key].shape.spots
    return {f"{'>' if spot.output else ''}{spot.name}" for spot in spots}


Content = tuple[dict[str, Node], dict[Link, Points], dict[str, Group], dict[str, Frame]]


def content(
    session: Session,
) -> Content:
    graph = session.graph
    links = {link: graph.waypoints(link) for link in graph.links()}
    return dict(graph.nodes), links, dict(graph.groups), dict(graph.frames)


# --- making and dissolving ---


def test_a_selection_becomes_one_node_with_the_sockets_of_its_links(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    before, depth = content(session), len(session.undo_labels)
    key = group(hand, "paint", "mix")
    assert set(canvas.mirror.layouts) == {"paint-2", "split", "walk", key}
    assert sockets(hand, key) == {"mix.over", ">paint.picture", ">mix.picture"}
    assert session.graph.nodes["mix"].group == key[1:]
    assert set(canvas.mirror.selected) == {key} and session.selection == {"paint", "mix"}
    assert set(session.graph.links()) == set(before[1])
    assert session.undo_labels[depth:] == ["Group"]
    session.undo()
    assert content(session) == before and "mix" in canvas.mirror.layouts


def test_ungrouping_puts_everything_back_in_its_place(session: Session, hand: Hand) -> None:
    before = content(session)
    key = group(hand, "paint", "mix", "walk")
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert content(session) == before
    assert session.selection == {"paint", "mix", "walk"}
    session.undo()
    assert key[1:] in session.graph.groups


def test_what_was_moved_as_a_group_is_dissolved_there(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    session.edit(SetFrame("f", Frame("f", (380, -40, 300, 300))))
    key = group(hand, "mix", "paint-2")
    start = hand.header(key)
    hand.drag(start, start + QPointF(60, -130), keys=ALT)
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    assert session.graph.nodes["mix"].pos == (460, -130)
    assert session.graph.nodes["paint-2"].pos == (60, 110)


def test_a_frame_around_what_is_grouped_goes_along(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    session.edit(SetFrame("around", Frame("around", (390, -30, 260, 280))))
    session.edit(SetFrame("far", Frame("far", (390, 900, 200, 200))))
    session.select(["mix", "paint"])
    group(hand, "mix", "paint", "paint-2")
    assert [frame.id for frame in canvas.mirror.level.frames()] == ["far"]
    hand.key(Qt.Key.Key_I)
    assert [frame.id for frame in canvas.mirror.level.frames()] == ["around"]


def test_groups_nest(session: Session, canvas: CanvasView, hand: Hand) -> None:
    inner = group(hand, "mix", "paint")
    session.select([*session.selection, "split"])
    hand.key(Qt.Key.Key_G, CTRL)
    canvas.inline.close()
    outer = "@group-2"
    assert set(canvas.mirror.layouts) == {"paint-2", "walk", outer}
    hand.key(Qt.Key.Key_I)
    assert set(canvas.mirror.layouts) == {inner, "split"}
    session.select([])
    hand.double_click(hand.header(inner))
    assert set(canvas.mirror.layouts) == {"mix", "paint"}
    names = [button.text() for button in canvas.crumbs.findChildren(QToolButton)]
    assert names[-3:] == ["Workflow", "Group", "Group"]


# --- levels ---


def test_looking_into_a_group_and_out_again(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    there = canvas.place()
    hand.double_click(hand.header(key))
    assert set(canvas.mirror.layouts) == {"paint", "mix"}
    assert canvas.crumbs.isVisible()
    hand.key(Qt.Key.Key_Escape)
    assert set(canvas.mirror.layouts) == {"paint-2", "split", "walk", key}
    assert canvas.place() == there and set(canvas.mirror.selected) == {key}
    assert not canvas.crumbs.isVisible()


def test_escape_unselects_before_it_leaves(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    session.select(["mix"])
    hand.key(Qt.Key.Key_Escape)
    assert canvas.mirror.level.id and not session.selection
    hand.key(Qt.Key.Key_Escape)
    assert not canvas.mirror.level.id


def test_a_breadcrumb_leads_back(session: Session, canvas: CanvasView, hand: Hand) -> None:
    group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    next(b for b in canvas.crumbs.findChildren(QToolButton) if b.isEnabled()).click()
    assert canvas.mirror.level.id == ""


def test_a_long_way_is_shown_in_short_and_leads_back_everywhere(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    ids = [f"g{number}" for number in range(8)]
    for id, parent in zip(ids, ["", *ids], strict=False):
        session.edit(SetGroup(id, Group(id, f"Level {id} " * 9, parent=parent)))
    session.edit(SetMembers({"paint": ids[-1]}))
    canvas.levels.go(ids[-1])
    crumbs = canvas.crumbs
    assert crumbs.width() < canvas.width()
    (between,) = [b for b in crumbs.findChildren(QToolButton) if b.menu() and b.isVisible()]
    menu = between.menu()
    assert isinstance(menu, QMenu)
    menu.actions()[2].trigger()
    assert canvas.mirror.level.id == "g2"


def test_links_out_of_the_group_are_stubs_that_lead_there(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "mix")
    hand.key(Qt.Key.Key_I)
    assert {link.target: out for link, out in canvas.mirror.links.boundary.items()} == {
        "mix": False, "split": True,
    }  # fmt: skip
    end = hand.socket("mix", "picture", True) + QPointF(50, 0)
    assert canvas.canvas.hit(end).link == Link("mix", "picture", "split", "picture")
    hand.double_click(end)
    assert canvas.mirror.level.id == "" and session.selection == {"split"}
    assert key in canvas.mirror.layouts


def test_what_is_added_in_a_group_belongs_to_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    id = canvas.add_node("toy.walk", QPointF(500, 300))
    assert id is not None and session.graph.nodes[id].group == key[1:]
    hand.key(Qt.Key.Key_N)
    canvas.inline.close()
    (note,) = session.graph.frames.values()
    assert note.group == key[1:]
    hand.key(Qt.Key.Key_U)
    assert id not in canvas.mirror.layouts and canvas.mirror.layouts[key].count == 3


def test_undo_goes_to_where_it_can_be_seen_only_if_it_must(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    start = hand.header("mix")
    hand.drag(start, start + QPointF(50, 50), keys=ALT)
    hand.key(Qt.Key.Key_U)
    session.undo()
    assert canvas.mirror.level.id == key[1:] and session.graph.nodes["mix"].pos == (400, 0)
    session.redo()
    assert canvas.mirror.level.id == key[1:]
    session.undo()
    session.undo()  # the group itself
    assert canvas.mirror.level.id == "" and key not in canvas.mirror.layouts
    session.edit(SetParam("paint", "size", 24))  # no undo: the level stays
    assert canvas.mirror.level.id == ""


def test_an_edit_elsewhere_does_not_take_the_view_along(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    group(hand, "paint", "mix")
    session.edit(SetParam("paint", "size", 24))
    assert canvas.mirror.level.id == ""


# --- links ---


def test_a_link_to_a_group_leads_to_the_node_in_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "mix", "paint")
    hand.drag(hand.socket(key, "mix.over"), QPointF(300, 600))  # away from the socket, onto nothing
    assert "over" not in session.graph.links_in("mix")
    assert "mix.over" in sockets(hand, key)  # the socket stays and can be linked again
    hand.drag(hand.socket("paint-2", "picture", True), hand.socket(key, "mix.over"))
    assert session.graph.links_in("mix")["over"].source == "paint-2"
    session.edit(AddNode(Node("more", "toy.split", pos=(720, 480))))
    hand.drag(hand.socket(key, "mix.picture", True), hand.socket("more", "picture"))
    assert session.graph.links_in("more")["picture"] == Link("mix", "picture", "more", "picture")


def test_a_link_through_a_group_may_close_no_cycle(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint-2", "split")
    before = set(session.graph.links())
    session.edit(SetGroup(key[1:], Group(key[1:], exposed=("split.picture", "split>left"))))
    hand.drag(hand.socket(key, "split.left", True), hand.socket("mix", "base"))
    assert set(session.graph.links()) == before


def test_inputs_that_one_output_feeds_are_one_socket(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "mix", "walk")
    spot = canvas.mirror.spot(key, False, "walk.picture")
    assert spot is canvas.mirror.spot(key, False, "mix.base") and spot.also == ("walk.picture",)
    hand.drag(hand.socket("paint-2", "picture", True), hand.socket(key, "mix.base"))
    fed = {(link.target, link.input) for link in session.graph.links_out("paint-2")}
    assert fed == {("mix", "over"), ("mix", "base"), ("walk", "picture")}
    session.undo()
    assert session.graph.links_in("mix")["base"].source == "paint"


# --- what a group shows ---


def test_a_parameter_shown_on_the_group_edits_the_node_in_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    menu = menu_of(canvas, Hit("node", "paint"))
    entry(menu, "Show on the group", "size").trigger()
    assert session.undo_labels[-1] == "Show on the group"
    hand.key(Qt.Key.Key_U)
    at = hand.field(key, "paint.size")
    hand.drag(at, at + QPointF(120, 0))
    assert session.graph.nodes["paint"].params["size"] > 16
    hand.click(at)
    hand.type("32")
    assert session.graph.nodes["paint"].params["size"] == 32
    hand.key(Qt.Key.Key_I)
    entry(menu_of(canvas, Hit("node", "paint")), "Show on the group", "size").trigger()
    assert "paint.size" not in session.graph.groups[key[1:]].exposed


def test_what_a_group_shows_is_hidden_there(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    session.edit(SetGroup(key[1:], Group(key[1:], exposed=("paint.size", "mix.area"))))
    for at in (hand.field(key, "paint.size"), hand.socket(key, "mix.area")):
        entry(menu_of(canvas, canvas.canvas.hit(at)), "Hide from the group").trigger()
    assert session.graph.groups[key[1:]].exposed == ()
    assert sockets(hand, key) == {"mix.over", ">paint.picture", ">mix.picture"}


def test_waypoints_in_a_group_go_along_when_it_is_dissolved(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    session.edit(SetWaypoints("mix", "base", ((300, 200),)))
    session.edit(SetWaypoints("split", "picture", ((680, 90),)))
    key = group(hand, "paint", "mix")
    assert {link.target for link in canvas.mirror.links.waypoints} == {"split"}
    hand.key(Qt.Key.Key_I)
    assert {link.target for link in canvas.mirror.links.waypoints} == {"mix"}
    hand.key(Qt.Key.Key_U)
    start = hand.header(key)
    hand.drag(start, start + QPointF(0, 70), keys=ALT)
    hand.key(Qt.Key.Key_G, CTRL | SHIFT)
    waypoints = session.graph.waypoints
    assert waypoints(Link("paint", "picture", "mix", "base")) == ((300, 270),)
    assert waypoints(Link("mix", "picture", "split", "picture")) == ((680, 90),)


def test_an_unlinked_output_can_be_shown(session: Session, canvas: CanvasView, hand: Hand) -> None:
    key = group(hand, "walk")
    assert ">walk.area" not in sockets(hand, key)
    hand.key(Qt.Key.Key_I)
    menu = menu_of(canvas, Hit("node", "walk"))
    entry(menu, "Show on the group", "area (output)").trigger()
    assert not entry(menu, "Show on the group", "picture").isEnabled()  # linked: always shown
    hand.key(Qt.Key.Key_U)
    hand.drag(hand.socket(key, "walk.area", True), hand.socket("mix", "area"))
    assert session.graph.links_in("mix")["area"].source == "walk"


def test_what_is_not_there_is_not_shown(session: Session, canvas: CanvasView, hand: Hand) -> None:
    key = group(hand, "paint")
    exposed = ("gone.size", "mix.base", "paint.nothing", "nonsense", "paint.size", "paint.size")
    session.edit(SetGroup(key[1:], Group(key[1:], exposed=exposed)))
    assert sockets(hand, key) == {"paint.size", ">paint.picture"}


def test_a_group_is_renamed_collapsed_and_coloured(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_F2)
    hand.type("Foreground")
    assert canvas.mirror.layouts[key].title == "Foreground"
    hand.key(Qt.Key.Key_H)
    assert canvas.mirror.layouts[key].shape.collapsed
    hand.click(canvas.mirror.nodes.rect(key).topLeft() + QPointF(12, 15))  # the chevron
    assert not canvas.mirror.layouts[key].shape.collapsed
    entry(menu_of(canvas, Hit("node", key)), "Colour", "Orange").trigger()
    assert session.graph.groups[key[1:]].colour == "#f6a04d"
    assert session.undo_labels[-4:] == ["Rename", "Collapse", "Expand", "Colour group"]


def test_the_badge_and_picture_tell_of_what_is_inside(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    batch = PictureBatch([image])
    show_state(session, "paint", NodeState(badge="cached"))
    assert canvas.mirror.state_of(key).badge == "cached"
    show_state(session, "mix", NodeState(badge="running", done=3, total=9, preview=batch))
    assert canvas.mirror.state_of(key).done == 3
    assert canvas.mirror.layouts[key].picture is not None
    assert canvas.mirror.pictures_of(key) is batch and canvas.mirror.pictured(key) == "mix"
    show_state(session, "paint", NodeState(badge="failed", error="no paint left"))
    assert canvas.mirror.state_of(key).error == "no paint left"
    assert canvas.mirror.layouts[key].card is not None
    canvas.grab()
    show_state(session, "paint", NodeState(badge="failed", error="no paint", parameter="size"))
    assert canvas.mirror.state_of(key).parameter == "paint.size"  # as the group's field is named


# --- as nodes ---


def test_a_click_selects_a_group_with_all_in_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.click(QPointF(300, 600))
    assert not session.selection
    hand.click(hand.header(key))
    assert session.selection == {"paint", "mix"}
    hand.click(hand.header("walk"), keys=SHIFT)
    hand.click(hand.header(key), keys=SHIFT)
    assert session.selection == {"walk"}
    hand.key(Qt.Key.Key_A, CTRL)
    assert session.selection == set(session.graph.nodes)


def test_muting_a_group_mutes_its_nodes(session: Session, canvas: CanvasView, hand: Hand) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_M)
    assert {id for id, node in session.graph.nodes.items() if node.mode == "muted"} == {
        "paint", "mix",
    }  # fmt: skip
    assert canvas.mirror.layouts[key].node.mode == "muted"
    hand.key(Qt.Key.Key_M)
    assert canvas.mirror.layouts[key].node.mode == "active"


def test_deleting_a_group_deletes_what_is_in_it(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    group(hand, "paint", "mix")
    session.edit(SetGroup("inner", Group("inner", parent="group-1")))
    before = content(session)
    hand.key(Qt.Key.Key_Delete)
    assert set(session.graph.nodes) == {"paint-2", "split", "walk"}
    assert not session.graph.groups
    session.undo()
    assert content(session) == before


def test_a_group_that_lost_its_nodes_can_be_looked_into_and_dissolved(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    hand.key(Qt.Key.Key_I)
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_Delete)
    assert canvas.mirror.level.id == key[1:]
    hand.key(Qt.Key.Key_U)
    entry(menu_of(canvas, Hit("node", key)), "Ungroup").trigger()
    assert key not in canvas.mirror.layouts


def test_a_group_is_duplicated_with_its_links(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    session.edit(SetGroup(key[1:], Group(key[1:], exposed=("paint.size", "mix>picture"))))
    hand.key(Qt.Key.Key_D, CTRL)
    assert set(canvas.mirror.selected) == {"@group-2"}
    assert session.graph.groups["group-2"].exposed == ("paint-3.size", "mix-2>picture")
    assert session.graph.links_in("mix-2") == {
        "base": Link("paint-3", "picture", "mix-2", "base"),
        "over": Link("paint-2", "picture", "mix-2", "over"),
    }
    assert session.graph.nodes["mix-2"].pos == session.graph.nodes["mix"].pos


def test_a_group_is_pasted_into_another_window_as_text(
    session: Session, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    group(hand, "paint", "mix")
    session.select([*session.selection, "split"])
    hand.key(Qt.Key.Key_G, CTRL)
    canvas.inline.close()
    hand.key(Qt.Key.Key_C, CTRL)
    other = Hand(shown(make(), qtbot))
    into = group(other, "walk")
    other.key(Qt.Key.Key_I)
    other.key(Qt.Key.Key_V, CTRL)
    graph = other.canvas.session.graph
    assert {id: g.parent for id, g in graph.groups.items()} == {
        "group-1": "", "group-2": "group-3", "group-3": into[1:],
    }  # fmt: skip
    assert graph.nodes["mix-2"].group == "group-2" and graph.nodes["split-2"].group == "group-3"
    assert set(other.canvas.mirror.selected) == {"@group-3"}
    assert len(other.canvas.session.undo_labels) == len(make().undo_labels) + 2


def test_auto_layout_and_aligning_move_groups_as_nodes(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "paint-2")
    session.select([])
    hand.key(Qt.Key.Key_L)
    rects = {id: canvas.mirror.nodes.rect(id) for id in (key, "mix", "split")}
    assert rects[key].right() < rects["mix"].left() < rects["split"].left()
    assert session.graph.nodes["paint"].pos == (0, 0)  # its content does not move
    before = session.graph.groups[key[1:]].pos
    canvas.canvas.select([key])
    for _ in range(3):
        hand.key(Qt.Key.Key_Right)
    assert session.graph.groups[key[1:]].pos == (before[0] + 30, before[1])
    session.undo()
    assert session.graph.groups[key[1:]].pos == before


def test_a_box_selects_groups_and_a_drag_onto_a_link_inserts_none(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    key = group(hand, "paint", "mix")
    rect = canvas.mirror.nodes.rect(key)
    hand.drag(rect.bottomRight() + QPointF(20, 60), rect.topLeft() + QPointF(30, 40))
    assert key in canvas.mirror.selected


def test_groups_in_files_may_be_nonsense(qtbot: QtBot, qapp: QApplication) -> None:
    session = make()
    session.edit(
        Batch(
            (
                SetGroup("a", Group("a", parent="b")),
                SetGroup("b", Group("b", parent="a", exposed=("", "x", ">", "mix."))),
                SetMembers({"mix": "a", "paint": "gone", "walk": "b"}),
            )
        )
    )
    canvas = shown(session, qtbot)
    assert set(canvas.mirror.layouts) == {"paint", "paint-2", "split", "@a", "@b"}
    canvas.levels.go("a")
    assert set(canvas.mirror.layouts) == {"mix"}
    canvas.grab()


def test_the_menu_opens_on_everything(session: Session, canvas: CanvasView, hand: Hand) -> None:
    key = group(hand, "paint", "mix")
    for found in (Hit("node", key), Hit("canvas"), canvas.canvas.hit(hand.socket(key, "mix.over"))):
        assert menu_of(canvas, found).actions()
    hand.key(Qt.Key.Key_I)
    for link in canvas.mirror.links.boundary:
        assert entry(menu_of(canvas, Hit("link", link=link)), "Go to the other end")

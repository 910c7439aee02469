"""Rerouting links through waypoints with mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect, SetWaypoints
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.canvas.scene import curves
from tests.graph.toys import TOYS
from tests.views.hand import ALT, CTRL, SHIFT, Hand
from tests.views.scene import shown_canvas

LINK = Link("paint", "picture", "split", "picture")


@pytest.fixture
def session(qapp: QApplication) -> Session:
    """Return paint -> split, far apart and level."""
    session = Session(Document(Graph(TOYS)), TOYS)
    session.edit(AddNode(Node("paint", "toy.paint", pos=(0, 0))))
    session.edit(AddNode(Node("split", "toy.split", pos=(800, 0))))
    session.edit(Connect(LINK))
    return session


@pytest.fixture
def canvas(session: Session, qtbot: QtBot) -> Iterator[CanvasView]:
    yield shown_canvas(session, qtbot, (450, 150))


def middle(hand: Hand) -> QPointF:
    return (hand.socket("paint", "picture", True) + hand.socket("split", "picture")) / 2


def bent(session: Session, *points: tuple[float, float]) -> None:
    session.edit(SetWaypoints("split", "picture", points))


def test_a_double_click_on_a_link_adds_a_waypoint_which_is_dragged(
    session: Session, hand: Hand
) -> None:
    at = middle(hand)
    depth = len(session.undo_labels)
    hand.double_click(at)
    assert session.graph.waypoints(LINK) == ((round(at.x()), round(at.y())),)
    hand.drag(at, at + QPointF(13, 147), keys=ALT)
    assert session.graph.waypoints(LINK) == ((round(at.x()) + 13, round(at.y()) + 147),)
    assert session.undo_labels[depth:] == ["Reroute link", "Reroute link"]
    session.undo()
    session.undo()
    assert session.graph.waypoints(LINK) == ()


def test_a_new_waypoint_is_inserted_in_order(session: Session, hand: Hand) -> None:
    bent(session, (400, 300), (600, 300))
    start, end = hand.socket("paint", "picture", True), hand.socket("split", "picture")
    ends = (start.x(), start.y(), end.x(), end.y())
    x, y = curves.waypoint_points(ends, session.graph.waypoints(LINK))[1, 6]
    hand.double_click(QPointF(x, y))
    points = session.graph.waypoints(LINK)
    assert (points[0], len(points), points[2]) == ((400, 300), 3, (600, 300))


def test_a_dragged_waypoint_snaps_level_with_its_neighbour(session: Session, hand: Hand) -> None:
    bent(session, (400, 300), (600, 333))
    hand.drag(QPointF(600, 333), QPointF(654, 304))
    assert session.graph.waypoints(LINK)[1][1] == 300


def test_delete_takes_the_selected_waypoint_only(session: Session, hand: Hand) -> None:
    bent(session, (400, 300), (600, 300))
    session.select(["paint"])
    hand.click(QPointF(400, 300))
    hand.key(Qt.Key.Key_Delete)
    assert session.graph.waypoints(LINK) == ((600, 300),)
    assert set(session.graph.nodes) == {"paint", "split"}
    hand.key(Qt.Key.Key_Delete)  # must not remove the next one
    assert session.graph.waypoints(LINK) == ((600, 300),)


def test_a_waypoint_dropped_on_the_straight_line_goes(session: Session, hand: Hand) -> None:
    at = middle(hand)
    bent(session, (at.x(), 300))
    hand.drag(QPointF(at.x(), 300), at + QPointF(2, 3))
    assert session.graph.waypoints(LINK) == ()
    assert session.undo_labels[-1] == "Straighten link"


def test_escape_leaves_a_dragged_waypoint_where_it_was(session: Session, hand: Hand) -> None:
    bent(session, (400, 300))
    hand.press(QPointF(400, 300))
    hand.move(QPointF(500, 200))
    hand.key(Qt.Key.Key_Escape)
    hand.release(QPointF(500, 200))
    assert session.graph.waypoints(LINK) == ((400, 300),)


def test_waypoints_between_dragged_nodes_go_along(session: Session, hand: Hand) -> None:
    bent(session, (400, 300))
    start = hand.header("paint")
    hand.drag(start, start + QPointF(0, 60), keys=ALT)
    assert session.graph.waypoints(LINK) == ((400, 300),)
    session.select(["paint", "split"])
    start = hand.header("paint")
    hand.drag(start, start + QPointF(30, -40), keys=ALT)
    assert session.graph.waypoints(LINK) == ((430, 260),)
    session.undo()
    assert session.graph.waypoints(LINK) == ((400, 300),)


def test_a_rerouted_link_is_hit_and_cut_where_it_lies(
    session: Session, canvas: CanvasView, hand: Hand
) -> None:
    bent(session, (500, 420))
    assert canvas.canvas.hit(QPointF(500, 420)).part == "waypoint"
    assert canvas.canvas.hit(middle(hand)).part == "canvas"
    hand.drag(QPointF(300, 200), QPointF(900, 200), keys=CTRL | SHIFT)  # crosses it twice
    assert not list(session.graph.links())
    session.undo()
    assert session.graph.waypoints(LINK) == ((500, 420),)


def test_a_link_keeps_its_waypoints_when_its_end_is_put_elsewhere(
    session: Session, hand: Hand
) -> None:
    session.edit(AddNode(Node("other", "toy.split", pos=(800, 300))))
    bent(session, (500, 300))
    hand.drag(hand.socket("split", "picture"), hand.socket("other", "picture"))
    (link,) = session.graph.links()
    assert link.target == "other"
    assert session.graph.waypoints(link) == ((500, 300),)


def test_copies_keep_their_waypoints(session: Session, canvas: CanvasView, hand: Hand) -> None:
    bent(session, (500, 300))
    hand.key(Qt.Key.Key_A, CTRL)
    hand.key(Qt.Key.Key_D, CTRL)
    link = next(link for link in session.graph.links() if link != LINK)
    assert session.graph.waypoints(link) == ((540, 340),)


def test_auto_layout_straightens_what_it_lays_out(session: Session, hand: Hand) -> None:
    bent(session, (500, 300))
    hand.key(Qt.Key.Key_L)
    assert session.graph.waypoints(LINK) == ()
    session.undo()
    assert session.graph.waypoints(LINK) == ((500, 300),)


def test_the_curve_is_smooth_at_its_waypoints() -> None:
    ends, via = (0.0, 0.0, 300.0, 0.0), ((100.0, 80.0), (200.0, -40.0))
    found = curves.pieces(ends, via)
    assert np.array_equal(found[0, 0], ends[:2]) and np.array_equal(found[-1, 3], ends[2:])
    assert [tuple(curve[3]) for curve in found[:-1]] == list(via)
    leaving, arriving = found[1:, 1] - found[1:, 0], found[:-1, 3] - found[:-1, 2]
    turns = leaving[:, 0] * arriving[:, 1] - leaving[:, 1] * arriving[:, 0]
    assert np.abs(turns).max() < 1e-9  # no corner at any waypoint
    assert found[0, 1, 1] == found[-1, 2, 1] == 0.0  # level at both ends
    left, top, right, bottom = curves.waypoint_box(ends, via)
    points = curves.waypoint_points(ends, via)
    assert left <= points[..., 0].min() and points[..., 0].max() <= right
    assert top <= points[..., 1].min() and points[..., 1].max() <= bottom

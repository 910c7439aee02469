"""The curve editor, alone, in the inspector and on the canvas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import Parameter
from nodeui.sdk import Curve, curve_at
from nodeui.session.session import Session
from nodeui.views.canvas import CanvasView
from nodeui.views.fields.curve import CurveEditor
from nodeui.views.fields.curve_plot import CurvePlot
from nodeui.views.inspector import Inspector
from tests.views.hand import Hand
from tests.views.sampling import Asked, sampling, trajectory
from tests.views.scene import drag

Keys = Qt.KeyboardModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
GUIDANCE = Parameter("curve", "curve", default=(), low=0, high=30, step=0.1)
OPEN = Parameter("curve", "curve", default=())


class Desk:
    """An editor and its signals."""

    def __init__(self, qtbot: QtBot, parameter: Parameter, value: Curve, steps: int | None) -> None:
        self.qtbot = qtbot
        self.editor = CurveEditor(parameter, value, None)
        qtbot.addWidget(self.editor)
        self.editor.resize(420, 180)
        self.editor.set_steps(steps)
        self.editor.show()
        self.told: list[tuple[str, object]] = []
        for name in ("changed", "committed"):
            signal = getattr(self.editor, name)
            signal.connect(lambda value, name=name: self.told.append((name, value)))
        self.editor.cancelled.connect(lambda: self.told.append(("cancelled", None)))
        plots = self.editor.findChildren(CurvePlot)
        self.plot = plots[0]

    @property
    def points(self) -> Curve:
        return self.editor.value

    def place(self, x: float, y: float) -> QPoint:
        return self.plot.place_of((x, y)).toPoint()

    def double_click(self, x: float, y: float) -> None:
        self.qtbot.mouseClick(self.plot, LEFT, pos=self.place(x, y))
        self.qtbot.mouseDClick(self.plot, LEFT, pos=self.place(x, y))

    def drag(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        keys: Keys | None = None,
    ) -> None:
        if keys is None:
            drag(self.plot, self.place(*start), self.place(*end))
        else:
            drag(self.plot, self.place(*start), self.place(*end), keys)

    def key(self, key: Qt.Key, keys: Keys = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.plot, key, keys)


class MakeDesk(Protocol):
    def __call__(
        self, parameter: Parameter = ..., value: Curve = ..., steps: int | None = ...
    ) -> Desk: ...


@pytest.fixture
def desk(qtbot: QtBot) -> MakeDesk:
    def make(parameter: Parameter = GUIDANCE, value: Curve = (), steps: int | None = 20) -> Desk:
        return Desk(qtbot, parameter, value, steps)

    return make


# --- the mouse -----------------------------------------------------------------------------------


def test_points_are_added_on_the_ends_of_steps_and_on_round_values(desk: MakeDesk):
    one = desk()
    one.double_click(0.334, 7.53)
    assert one.points == ((7 / 20, pytest.approx(7.5, abs=0.2)),)
    ((x, y),) = one.points
    assert x == 7 / 20  # exactly the fraction that the sampler evaluates
    assert y == round(y, 1)


def test_a_point_is_dragged_from_step_to_step(desk: MakeDesk):
    one = desk(value=((0.5, 10.0),))
    one.drag((0.5, 10.0), (0.766, 20.0))
    ((x, y),) = one.points
    assert x == 15 / 20 and y == pytest.approx(20.0, abs=0.3)
    kinds = [name for name, _ in one.told]
    assert kinds[-1] == "committed" and kinds.count("committed") == 1 and "changed" in kinds


def test_alt_leaves_the_steps_and_shift_the_place(desk: MakeDesk):
    one = desk(value=((0.5, 10.0),))
    one.drag((0.5, 10.0), (0.766, 10.0), ALT)
    assert one.points[0][0] not in [step / 20 for step in range(21)]
    one = desk(value=((0.5, 10.0),))
    one.drag((0.5, 10.0), (0.9, 20.0), SHIFT)
    assert one.points[0][0] == 0.5 and one.points[0][1] > 15


def test_no_point_passes_its_neighbour_nor_the_range(desk: MakeDesk):
    one = desk(value=((0.25, 5.0), (0.5, 10.0), (0.75, 5.0)))
    one.drag((0.5, 10.0), (1.0, 29.0))
    assert one.points[1][0] == 0.75
    one.drag((0.25, 5.0), (0.0, -9.0))
    assert one.points[0] == (0.0, 0.0)


def test_of_two_points_in_one_place_the_later_one_is_dragged(desk: MakeDesk):
    """Branches change the guidance from their step on in this way."""
    one = desk(value=((0.0, 7.5), (12 / 20, 7.5), (12 / 20, 7.5)))
    one.drag((12 / 20, 7.5), (12 / 20, 15.0))
    assert one.points[:2] == ((0.0, 7.5), (12 / 20, 7.5))
    assert one.points[2][1] == pytest.approx(15.0, abs=0.3)
    assert curve_at(one.points, 11 / 20) == 7.5 and curve_at(one.points, 12 / 20) > 14


def test_a_point_added_on_the_line_leaves_its_course(desk: MakeDesk):
    one = desk(value=((0.0, 0.0), (1.0, 30.0)))
    one.double_click(0.5, 15.3)
    assert one.points == ((0.0, 0.0), (0.5, 15.0), (1.0, 30.0))


def test_a_right_click_removes_a_point(desk: MakeDesk):
    one = desk(value=((0.0, 3.0), (1.0, 9.0)))
    one.qtbot.mouseClick(one.plot, RIGHT, pos=one.place(1.0, 9.0))
    assert one.points == ((0.0, 3.0),)
    one.qtbot.mouseClick(one.plot, RIGHT, pos=one.place(0.5, 20.0))
    assert one.points == ((0.0, 3.0),)


def test_without_steps_it_goes_by_hundredths(desk: MakeDesk):
    one = desk(steps=None)
    one.double_click(0.333, 12.0)
    assert one.points[0][0] == pytest.approx(0.33, abs=0.011)
    assert one.points[0][0] == round(one.points[0][0], 2)


def test_a_curve_without_a_range_has_room_to_rise(desk: MakeDesk):
    one = desk(parameter=OPEN, value=((0.0, 7.5),))
    one.drag((0.0, 7.5), (0.0, 11.0))
    assert one.points[0][1] == pytest.approx(11.0, abs=0.3)


def test_the_pointer_reads_the_value_of_its_step(desk: MakeDesk):
    one = desk(value=((0.0, 10.0), (1.0, 20.0)))
    assert one.plot.text_at((0.5, 15.0)) == "at 10 of 20: 15"
    before = one.plot.grab().toImage()
    at = QPointF(one.place(0.5, 25.0))
    none = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, one.plot.mapToGlobal(at), none, none,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(one.plot, move)
    assert one.plot.grab().toImage() != before
    QApplication.sendEvent(one.plot, QEvent(QEvent.Type.Leave))
    assert one.plot.grab().toImage() == before


# --- the keyboard --------------------------------------------------------------------------------


def test_keys_choose_move_add_and_remove_points(desk: MakeDesk):
    one = desk(value=((0.0, 6.0), (0.5, 6.0)))
    one.key(Qt.Key.Key_PageDown)
    one.key(Qt.Key.Key_PageDown)
    one.key(Qt.Key.Key_Right)
    assert one.points == ((0.0, 6.0), (11 / 20, 6.0))
    one.key(Qt.Key.Key_Left, SHIFT)
    assert one.points[1][0] == 6 / 20
    one.key(Qt.Key.Key_Up)
    assert one.points[1][1] == pytest.approx(6.6)
    assert "at 6 of 20: 6.6" in one.plot.accessibleDescription()
    one.key(Qt.Key.Key_Insert)
    assert len(one.points) == 3 and one.points[2][0] > 6 / 20
    one.key(Qt.Key.Key_Delete)
    one.key(Qt.Key.Key_PageUp)
    one.key(Qt.Key.Key_Delete)
    assert len(one.points) == 1


def test_escape_takes_back_a_drag_under_way(desk: MakeDesk):
    one = desk(value=((0.5, 10.0),))
    one.qtbot.mousePress(one.plot, LEFT, pos=one.place(0.5, 10.0))
    one.qtbot.mouseMove(one.plot, one.place(0.5, 20.0))
    at = QPointF(one.place(0.5, 20.0))
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, one.plot.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(one.plot, move)
    assert one.points[0][1] > 15
    one.key(Qt.Key.Key_Escape)
    assert one.points == ((0.5, 10.0),) and one.told[-1] == ("cancelled", None)


def test_points_read_as_fractions_of_the_run_and_come_back_exactly(desk: MakeDesk):
    one = desk(value=((0.0, 7.5), (7 / 30, 7.5), (7 / 30, 3.0)))
    line = one.editor.findChildren(QLineEdit)[0]
    assert line.text() == "0: 7.5, 7/30: 7.5, 7/30: 3"
    line.setFocus()
    line.setCursorPosition(len(line.text()))
    one.qtbot.keyClicks(line, ".5")
    one.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert one.points == ((0.0, 7.5), (7 / 30, 7.5), (7 / 30, 3.5))


# --- where it is used ----------------------------------------------------------------------------


@pytest.fixture
def session(qapp: QApplication) -> Session:
    session = sampling(Asked())
    session.edit(AddNode(Node("guidance", "guidance.cfg", pos=(300, 500))))
    session.edit(Connect(Link("guidance", "guidance", "sampler", "guidance")))
    session.edit(SetParam("guidance", "curve", ((0.0, 7.5), (1.0, 3.0))))
    return session


@pytest.fixture
def inspector(qtbot: QtBot, session: Session) -> Iterator[Inspector]:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(340, 700)
    inspector.show()
    inspector.set_session(session)
    yield inspector
    inspector.set_session(None)


def test_the_inspector_snaps_to_the_sampler_below(
    qtbot: QtBot, session: Session, inspector: Inspector
):
    session.select(["guidance"])
    plot = inspector.findChildren(CurvePlot)[0]
    assert plot.steps is None
    session.take_trajectories({"sampler": trajectory(24)})
    assert plot.steps == 24
    drag(plot, plot.place_of((1.0, 3.0)).toPoint(), plot.place_of((0.49, 3.0)).toPoint())
    curve = session.graph.nodes["guidance"].params["curve"]
    assert curve[1][0] == 12 / 24
    session.undo()
    assert session.graph.nodes["guidance"].params["curve"] == ((0.0, 7.5), (1.0, 3.0))


def test_on_the_canvas_it_stays_open_for_the_next_point(qtbot: QtBot, session: Session):
    session.take_trajectories({"sampler": trajectory()})
    canvas = CanvasView(session)
    qtbot.addWidget(canvas)
    canvas.resize(1200, 800)
    canvas.show()
    canvas.set_zoom(1.0)
    canvas.centerOn(400, 500)
    hand = Hand(canvas)
    hand.double_click(hand.field("guidance", "curve"))
    assert canvas.inline.open is not None
    plot = canvas.inline.open.findChildren(CurvePlot)[0]
    assert plot.steps == 20
    before = session.graph.nodes["guidance"].params["curve"]
    qtbot.mouseDClick(
        plot, LEFT, pos=plot.rect().center()
    )  # the second click of the double click that opens it
    assert session.graph.nodes["guidance"].params["curve"] == before
    for goal in (0.75, 0.5):
        last = session.graph.nodes["guidance"].params["curve"][-1]
        drag(plot, plot.place_of(last).toPoint(), plot.place_of((goal, 3.0)).toPoint())
        assert canvas.inline.open is not None
        assert session.graph.nodes["guidance"].params["curve"][-1][0] == goal
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert canvas.inline.open is None
    session.undo()  # each drag is one
    assert session.graph.nodes["guidance"].params["curve"][-1][0] == 0.75

"""The frame around a picture that is dragged in the viewer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import Connect
from nodeui.graph.parts import Link, Node
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer
from tests.views.easel.painter import painted_session

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Frame:
    """A viewer with a picture of 100 x 80 pixels that is extended."""

    def __init__(self, viewer: Viewer, session: Session) -> None:
        self.viewer, self.session, self.pane = viewer, session, viewer.pane

    @property
    def sides(self) -> tuple[int, ...]:
        params = self.session.graph.nodes["extend"].params
        return tuple(params.get(side, 0) for side in ("left", "top", "right", "bottom"))

    def place(self, x: float, y: float) -> QPoint:
        """Return the place of a point in pixels of the picture."""
        return self.pane.place_of(x, y).toPoint()

    def drag(
        self,
        start: tuple[float, float],
        *way: tuple[float, float],
        keys: Qt.KeyboardModifier = NONE,
        release: bool = True,
    ) -> None:
        QTest.mousePress(self.pane, Qt.MouseButton.LeftButton, keys, self.place(*start))
        for at in way:
            place = QPointF(self.place(*at))
            event = QMouseEvent(
                QEvent.Type.MouseMove, place, self.pane.mapToGlobal(place),
                Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, keys,
            )  # fmt: skip
            QApplication.sendEvent(self.pane, event)
        if release:
            QTest.mouseRelease(
                self.pane, Qt.MouseButton.LeftButton, keys, self.place(*(way or (start,))[-1])
            )


@pytest.fixture
def frame(qtbot: QtBot) -> Iterator[Frame]:
    session = painted_session(Node("load", "image.load"), Node("extend", "image.extend"))
    session.edit(Connect(Link("load", "image", "extend", "image")))
    image = QImage(100, 80, QImage.Format.Format_RGB888)
    image.fill(QColor("#336699"))
    session.take_image("load", image)
    viewer = Viewer()
    qtbot.addWidget(viewer)
    viewer.set_session(session)
    viewer.resize(700, 600)
    with qtbot.waitActive(viewer):
        viewer.show()
    session.select(["extend"])
    yield Frame(viewer, session)


def test_selecting_the_node_shows_its_frame_with_room_around(frame: Frame) -> None:
    assert frame.viewer.framing and not frame.viewer.painting
    assert frame.pane.image.width() == 100
    box = frame.pane.picture_box()
    assert box.left() > 40 and box.right() < frame.pane.width() - 40
    frame.session.select(["load"])
    assert not frame.viewer.framing and frame.pane.fitted


def test_dragging_a_side_is_one_edit(frame: Frame) -> None:
    before = frame.session.depth
    frame.drag((0, 40), (-5, 40), (-15, 41), (-25, 40))
    assert frame.sides == (24, 0, 0, 0)  # a multiple of 8
    assert frame.session.depth == before + 1
    assert "124" in frame.viewer.pixel.text()
    frame.session.undo()
    assert frame.sides == (0, 0, 0, 0)


def test_a_corner_sets_two_sides_and_shift_is_exact(frame: Frame) -> None:
    frame.drag((100, 80), (110, 90), (121, 93), keys=SHIFT)
    left, top, right, bottom = frame.sides
    assert (left, top) == (0, 0) and abs(right - 21) <= 1 and abs(bottom - 13) <= 1
    frame.drag((100 + right, 40), (60, 40))
    assert frame.sides == (0, 0, 0, bottom)  # never into the picture


def test_escape_restores_the_sides(frame: Frame) -> None:
    frame.drag((50, 0), (50, -20), release=False)
    assert frame.sides[1] > 0
    QTest.keyClick(frame.pane, Qt.Key.Key_Escape)
    assert frame.sides == (0, 0, 0, 0)
    frame.drag((50, 40), (80, 60))  # inside: it pans
    assert frame.sides == (0, 0, 0, 0)


def test_the_button_shows_the_pictures_of_the_node_again(frame: Frame, qtbot: QtBot) -> None:
    extended = QImage(150, 80, QImage.Format.Format_RGB888)
    extended.fill(QColor("#000000"))
    frame.session.take_image("extend", extended)
    assert frame.viewer.framing
    qtbot.mouseClick(frame.viewer.paint_button, Qt.MouseButton.LeftButton)
    assert not frame.viewer.framing and frame.pane.image.width() == 150
    qtbot.mouseClick(frame.viewer.paint_button, Qt.MouseButton.LeftButton)
    assert frame.viewer.framing and frame.pane.image.width() == 100


def test_without_a_picture_there_is_no_frame(frame: Frame) -> None:
    frame.session.undo()  # the link
    assert not frame.viewer.framing
    frame.session.redo()
    assert frame.viewer.framing

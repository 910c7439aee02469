"""The result of live painting beside the sheet and under its strokes, and paintings of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from nodeui.graph import document
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer
from tests.views.easel.painter import Painter, registry
from tests.views.scene import ToyRuns

EXAMPLE = Path(__file__).parents[3] / "workflows" / "controlled-landscape.nodeui.json"


class Hand(ToyRuns):
    """A job queue that notes when the hand moves."""

    moves = 0

    def hand_moves(self, session: Session) -> None:
        self.moves += 1


def plain(colour: str) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    return image


@pytest.fixture
def painter(qtbot: QtBot, qapp: object) -> Iterator[Painter]:
    from PySide6.QtWidgets import QApplication

    loaded = document.load(EXAMPLE.read_bytes(), registry())
    session = Session(loaded, registry(), engine=Hand(), parent=QApplication.instance())
    viewer = Viewer()
    qtbot.addWidget(viewer)
    viewer.set_session(session)
    viewer.resize(900, 600)
    with qtbot.waitActive(viewer):
        viewer.show()
    session.select(["drawing"])
    painter = Painter(viewer, session, qtbot)
    painter.wait()
    yield painter


def test_the_painting_of_a_file_can_be_painted_on(painter: Painter) -> None:
    before = len(painter.lines)
    painter.drag((0.2, 0.2), (0.4, 0.3), (0.5, 0.5))
    assert len(painter.lines) == before + 1


def test_the_result_is_beside_the_painting_while_it_is_live(painter: Painter) -> None:
    session, beside = painter.session, painter.viewer.easel.beside
    assert not beside.isVisible()
    session.live = True
    assert beside.isVisible() and "Waiting" in beside.caption()
    session.take_quick_pictures("decode", PictureBatch([plain("#ff0000")]), session.states.edits)
    assert beside.caption() == "Result, quick"
    shown = beside.grab().toImage()
    assert shown.pixelColor(shown.rect().center()) == QColor("#ff0000")
    session.take_image("decode", plain("#0000ff"))
    assert beside.caption() == "Result"
    session.select(["model"])
    assert not beside.isVisible()
    session.select(["drawing"])
    session.live = False
    assert not beside.isVisible()


def test_under_the_strokes_it_is_mixed_by_their_opacity(painter: Painter) -> None:
    session, state = painter.session, painter.viewer.easel.state
    session.live = True
    session.take_image("decode", plain("#0000ff"))
    state.result, state.strokes = "under", 0.25
    assert not painter.viewer.easel.beside.isVisible()
    at: QPoint = painter.place(0.1, 0.1).toPoint()
    seen = painter.pane.grab().toImage().pixelColor(at)
    assert abs(seen.red() - 64) <= 2 and seen.blue() == 255  # white paper over blue
    state.strokes = 1.0
    assert painter.pane.grab().toImage().pixelColor(at) == QColor("#ffffff")


def test_the_hand_puts_full_runs_off(painter: Painter) -> None:
    painter.session.live = True
    engine = painter.session._engine  # pyright: ignore[reportPrivateUsage]
    assert isinstance(engine, Hand)
    painter.move((0.1, 0.1))
    painter.press((0.2, 0.2))
    painter.move((0.3, 0.3))
    assert engine.moves >= 2
    painter.release((0.3, 0.3))

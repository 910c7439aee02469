"""The colours of the hand: wheel, hex code, recent colours, the grey of masks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nodeui.views.easel.colours import ColourPanel, offer_colours
from nodeui.views.easel.state import RECENT_KEPT, EaselState
from nodeui.views.easel.wheel import SIDE, ColourWheel
from nodeui.views.viewer import Viewer
from tests.views.easel.painter import Painter
from tests.views.editor import toy_studio

Begin = Callable[..., Painter]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> ColourPanel:
    """Colours of a sheet in colour."""
    made = ColourPanel(EaselState())
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.usefixtures("qapp")
@given(st.integers(0, 0xFFFFFF))
def test_the_wheel_shows_any_colour(number: int):
    wheel = ColourWheel()
    colour = f"#{number:06x}"
    wheel.colour = colour
    shown, wanted = QColor(wheel.colour), QColor(colour)
    for channel in ("red", "green", "blue"):
        assert abs(getattr(shown, channel)() - getattr(wanted, channel)()) <= 1


@pytest.mark.usefixtures("qapp")
def test_a_hue_outlives_grey():
    wheel = ColourWheel()
    wheel.colour = "#00ff00"
    wheel.colour = "#808080"
    assert wheel.ring.hue == pytest.approx(1 / 3, abs=1e-3)
    wheel.colour = "#000000"
    assert wheel.ring.hue == pytest.approx(1 / 3, abs=1e-3)


def test_the_mouse_chooses_a_hue_and_a_shade(panel: ColourPanel):
    state = panel.state
    state.foreground = "#ff0000"
    middle = QPoint(SIDE // 2, SIDE // 2)
    QTest.mouseClick(panel.wheel.ring, LEFT, pos=middle + QPoint(-SIDE // 2 + 8, 0))
    assert QColor(state.foreground).hsvHue() == pytest.approx(180, abs=2)
    square = panel.wheel.square
    QTest.mouseClick(square, LEFT, pos=QPoint(square.width() - 1, square.height() // 2))
    assert QColor(state.foreground).valueF() == pytest.approx(0.5, abs=0.03)
    assert panel.code.text() == state.foreground


def test_keys_turn_the_wheel(panel: ColourPanel):
    state, wheel = panel.state, panel.wheel
    state.foreground = "#ff0000"
    QTest.keyClick(wheel.ring, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert QColor(state.foreground).hsvHue() == pytest.approx(10, abs=1)
    QTest.keyClick(wheel.square, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert QColor(state.foreground).valueF() == pytest.approx(0.9, abs=0.01)
    assert wheel.ring.accessibleName() and wheel.ring.accessibleDescription() == "10°"
    assert wheel.square.accessibleDescription() == "Saturation 100 %, brightness 90 %"


def test_a_code_is_typed(panel: ColourPanel):
    state, code = panel.state, panel.code
    code.selectAll()
    QTest.keyClicks(code, "#f80")
    assert state.foreground == "#ff8800"
    code.selectAll()
    QTest.keyClicks(code, "grue")
    QTest.keyClick(code, Qt.Key.Key_Return)
    assert state.foreground == "#ff8800" and code.text() == "#ff8800"


def test_the_background_is_changed(panel: ColourPanel):
    state = panel.state
    before = state.foreground
    panel.pair["background"].click()
    panel.code.selectAll()
    QTest.keyClicks(panel.code, "#123456")
    assert (state.foreground, state.background) == (before, "#123456")
    state.swap_colours()
    assert panel.pair["foreground"].colour == "#123456"


def test_a_mask_has_a_level(panel: ColourPanel):
    state = panel.state
    state.kind = "mask"
    shown = [w for w in (panel.wheel, panel.level) if w.isVisible()]
    assert shown == [panel.level]
    panel.level.setValue(50)
    assert state.foreground == "#808080"
    state.foreground = "#000000"
    assert panel.level.value() == 0


def test_every_control_has_a_name(panel: ColourPanel):
    state = panel.state
    state.recent = ("#ff0000",)
    focusable = [
        widget
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert len(focusable) > 6
    assert all(widget.accessibleName() for widget in focusable)


def test_colours_that_were_painted_with_are_offered(paint: Begin):
    painter = paint("paint.sketch")
    state = painter.board.state
    for colour in ("#ff0000", "#00ff00", "#ff0000"):
        state.foreground = colour
        painter.drag((0.2, 0.2), (0.3, 0.3))
    state.foreground = "#0000ff"
    assert state.recent == ("#ff0000", "#00ff00")
    content = painter.viewer.easel.side.colours.content
    assert isinstance(content, ColourPanel)
    content.recent[1].click()
    assert state.foreground == "#00ff00"


def test_only_some_colours_are_remembered(paint: Begin):
    painter = paint("paint.sketch")
    for number in range(RECENT_KEPT + 3):
        painter.board.state.foreground = f"#0000{number:02x}"
        painter.drag((0.2, 0.2), (0.3, 0.3))
    assert len(painter.board.state.recent) == RECENT_KEPT
    assert painter.board.state.recent[0] == f"#0000{RECENT_KEPT + 2:02x}"


@pytest.mark.usefixtures("qapp")
def test_colours_of_an_earlier_session_are_offered():
    state = EaselState()
    offer_colours(state, ["#ff8800", "grue", "#FFF"])
    assert state.recent == ("#ff8800", "#ffffff")


def test_colours_are_remembered(tmp_path: Path):
    with toy_studio(tmp_path) as studio:
        viewer = studio.docks.panel(Viewer)
        viewer.easel.state.recent = ("#ff8800",)
        settings = studio.settings
    assert settings.preferences.colours == ["#ff8800"]


def test_keys_swap_and_reset(paint: Begin):
    painter = paint("paint.picture")
    state = painter.board.state
    state.foreground = "#ff0000"
    painter.key(Qt.Key.Key_X)
    assert (state.foreground, state.background) == ("#ffffff", "#ff0000")
    painter.key(Qt.Key.Key_D)
    assert (state.foreground, state.background) == ("#000000", "#ffffff")

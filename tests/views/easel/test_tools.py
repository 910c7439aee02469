"""Shapes, fills, gradients, picking, selections and operations, as a hand uses them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nodeui.graph.edits import SetParam
from nodeui.painting.document import read
from nodeui.painting.marks import Mark
from nodeui.painting.points import UNIT
from nodeui.views.easel.adjust import AdjustPopup
from nodeui.views.easel.handles import Frame, Grip
from nodeui.views.easel.selection import SelectRectangleTool, TransformTool
from nodeui.views.easel.tools import TOOLS
from nodeui.views.icons import IconButton
from tests.views.easel.painter import Painter, node_levels, seen_levels

Begin = Callable[..., Painter]
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def marks_of(painter: Painter) -> list[Mark]:
    return [entry for entry in read(painter.lines).entries if isinstance(entry, Mark)]


def choose(painter: Painter, name: str) -> None:
    painter.viewer.easel.strip.buttons[name].click()


def assert_shown(painter: Painter, folder: Path) -> None:
    """The easel shows the pixels that the node returns."""
    painter.wait()
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, folder))


def points_of(mark: Mark) -> list[tuple[float, float]]:
    return [(x / UNIT, y / UNIT) for x, y in mark.points.tolist()]


def test_names_and_keys_are_unique():
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    keys = [tool.key for tool in TOOLS if tool.key]
    assert len(set(keys)) == len(keys)
    assert all(tool.title and tool.icon for tool in TOOLS)


# --- shapes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ["paint.mask", "paint.picture", "paint.regions"])
@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso", "gradient"])
def test_a_drag_is_one_mark(paint: Begin, tmp_path: Path, type: str, name: str):
    painter = paint(type)
    choose(painter, name)
    painter.drag((0.2, 0.2), (0.4, 0.8), (0.8, 0.7))
    kinds = {"lasso": "polygon"}
    assert [mark.kind for mark in marks_of(painter)] == [kinds.get(name, name)]
    assert painter.session.depth == 2
    assert_shown(painter, tmp_path)
    painter.session.undo()
    assert not painter.lines
    assert_shown(painter, tmp_path)


@pytest.mark.parametrize("name", ["rectangle", "ellipse", "gradient", "lasso", "select_rectangle"])
def test_a_click_without_a_drag_is_nothing(paint: Begin, name: str):
    painter = paint("paint.picture")
    choose(painter, name)
    painter.drag((0.5, 0.5))
    assert not painter.lines


def test_shift_makes_squares_and_ctrl_starts_at_the_centre(paint: Begin):
    painter = paint("paint.mask", 200, 100)
    choose(painter, "rectangle")
    painter.drag((0.5, 0.5), (0.6, 0.7), keys=SHIFT)
    painter.wait()
    painter.drag((0.5, 0.5), (0.6, 0.9), keys=CTRL)
    square, centred = (np.array(points_of(mark)) for mark in marks_of(painter))
    across, down = np.ptp(square, 0) * (200, 100)
    assert across == pytest.approx(down, abs=0.1) and across == pytest.approx(20, abs=1)
    np.testing.assert_allclose(centred.mean(0), (0.5, 0.5), atol=2e-4)


def test_escape_gives_a_shape_up(paint: Begin):
    painter = paint("paint.mask")
    choose(painter, "rectangle")
    painter.press((0.2, 0.2))
    painter.move((0.8, 0.8))
    painter.key(Qt.Key.Key_Escape)
    painter.release((0.8, 0.8))
    assert not painter.lines


@pytest.mark.parametrize("end", ["return", "double click", "first corner"])
def test_a_polygon_is_clicked(paint: Begin, end: str):
    painter = paint("paint.picture")
    choose(painter, "polygon")
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.5, 0.9)]
    for corner in corners:
        painter.drag(corner)
    painter.key(Qt.Key.Key_Backspace)  # the last corner is taken back
    assert not painter.lines
    match end:
        case "return":
            painter.key(Qt.Key.Key_Return)
        case "double click":
            place = painter.place(0.8, 0.8).toPoint()
            QTest.mouseDClick(painter.pane, Qt.MouseButton.LeftButton, pos=place)
        case _:
            painter.drag((0.205, 0.2))
    (mark,) = marks_of(painter)
    assert len(mark.points) in (3, 4)  # Qt sends a press before a double click
    np.testing.assert_allclose(points_of(mark)[:3], corners[:3], atol=0.01)


def test_two_corners_are_no_polygon(paint: Begin):
    painter = paint("paint.picture")
    choose(painter, "polygon")
    painter.drag((0.2, 0.2))
    painter.drag((0.8, 0.2))
    painter.key(Qt.Key.Key_Return)
    assert not painter.lines and not painter.viewer.easel.hand.tool.busy


# --- fills and colours -----------------------------------------------------------------------


def test_a_fill_stops_at_colours(paint: Begin, tmp_path: Path):
    painter = paint("paint.picture")
    choose(painter, "rectangle")
    painter.drag((0.3, 0.3), (0.7, 0.7))
    painter.wait()
    painter.board.state.foreground = "#ff0000"
    choose(painter, "fill")
    painter.drag((0.5, 0.5))
    assert_shown(painter, tmp_path)
    seen = painter.board.seen
    assert seen is not None
    assert seen.colour(100, 75) == "#ff0000" and seen.colour(5, 5) == "#ffffff"


def test_similar_colours_are_filled_everywhere(paint: Begin, tmp_path: Path):
    painter = paint("paint.picture")
    choose(painter, "rectangle")
    for x in (0.1, 0.6):
        painter.drag((x, 0.3), (x + 0.3, 0.7))
        painter.wait()
    painter.board.state.foreground = "#ff0000"
    choose(painter, "similar")
    painter.drag((0.2, 0.5))
    assert_shown(painter, tmp_path)
    seen = painter.board.seen
    assert seen is not None and seen.colour(50, 75) == seen.colour(150, 75) == "#ff0000"


def test_a_fill_outside_is_nothing(paint: Begin):
    painter = paint("paint.picture")
    choose(painter, "fill")
    painter.drag((1.02, 0.5))
    assert not painter.lines


def test_a_radial_gradient(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "gradient")
    painter.board.state.radial = "radial"
    painter.drag((0.5, 0.5), (1.0, 0.5))
    assert marks_of(painter)[0].radial
    assert_shown(painter, tmp_path)
    levels = node_levels(painter.board, tmp_path)[..., 0]
    assert levels[50, 50] > 240 and levels[0, 0] == 0
    assert levels[50, 75] == pytest.approx(255 / 2, abs=4)


@pytest.mark.parametrize("name", ["pick", "fill"])
def test_a_colour_is_picked(paint: Begin, name: str):
    painter = paint("paint.picture", paper="#2080c0")
    choose(painter, name)
    painter.drag((0.5, 0.5), keys=CTRL)
    assert painter.board.state.foreground == "#2080c0" and not painter.lines


def test_a_region_is_picked(paint: Begin):
    painter = paint("paint.regions")
    choose(painter, "rectangle")
    painter.drag((0.0, 0.0), (0.5, 1.0))
    painter.wait()
    painter.viewer.easel.side.list.add()
    assert painter.board.layer == "2"
    painter.wait()
    choose(painter, "pick")
    painter.drag((0.25, 0.5))
    assert painter.board.layer == "1"


# --- selections ------------------------------------------------------------------------------


def selected(paint: Begin, *, area: tuple[float, float, float, float]) -> Painter:
    """Return a painter of a mask of 100 x 100 pixels with a black and white square, of which an
    area is selected."""
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.4, 0.4))
    painter.wait()
    choose(painter, "select_rectangle")
    left, top, right, bottom = area
    painter.drag((left, top), (right, bottom))
    painter.wait()
    return painter


def levels_of(painter: Painter, folder: Path) -> np.ndarray:
    assert_shown(painter, folder)
    return node_levels(painter.board, folder)[..., 0]


def test_a_selection_is_moved_as_one_edit(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    before, depth = levels_of(painter, tmp_path), painter.session.depth
    painter.drag((0.3, 0.3), (0.4, 0.5), (0.6, 0.7))
    painter.until(lambda: seen_levels(painter.board)[70, 60] == 255)
    assert seen_levels(painter.board)[30, 30] == 0
    assert painter.session.depth == depth, "it is only shown until it is confirmed"
    painter.key(Qt.Key.Key_Return)
    assert painter.session.depth == depth + 1
    after = levels_of(painter, tmp_path)
    moved = np.argwhere(after > 127).mean(0) - np.argwhere(before > 127).mean(0)
    np.testing.assert_allclose(moved, (40, 30), atol=1)
    assert (after > 127).sum() == pytest.approx((before > 127).sum(), abs=1)
    painter.session.undo()
    np.testing.assert_array_equal(levels_of(painter, tmp_path), before)


def test_escape_puts_it_back_and_then_drops_the_selection(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    before = levels_of(painter, tmp_path)
    painter.drag((0.3, 0.3), (0.6, 0.7))
    tool = painter.viewer.easel.hand.tool
    assert isinstance(tool, SelectRectangleTool) and tool.moved
    painter.key(Qt.Key.Key_Escape)
    painter.wait()
    assert not tool.moved and tool.frame is not None
    np.testing.assert_array_equal(levels_of(painter, tmp_path), before)
    painter.key(Qt.Key.Key_Escape)
    assert tool.frame is None and len(marks_of(painter)) == 1


def test_a_corner_scales(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    before = (levels_of(painter, tmp_path) > 127).sum()
    painter.drag((0.5, 0.5), (0.7, 0.7), (0.9, 0.9))
    painter.key(Qt.Key.Key_Return)
    after = (levels_of(painter, tmp_path) > 127).sum()
    assert after == pytest.approx(4 * before, rel=0.1)


def test_a_drag_beside_the_frame_turns(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.2, 0.1, 0.6, 0.5))  # the square is in its left half
    painter.drag((0.63, 0.3), (0.5, 0.53), (0.4, 0.53), keys=SHIFT)  # a quarter to the right
    painter.key(Qt.Key.Key_Return)
    lit = np.argwhere(levels_of(painter, tmp_path) > 127).mean(0)
    np.testing.assert_allclose(lit + 0.5, (20, 40), atol=1)


def test_arrows_nudge(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    before = levels_of(painter, tmp_path)
    painter.key(Qt.Key.Key_Right, SHIFT)
    painter.key(Qt.Key.Key_Down)
    painter.key(Qt.Key.Key_Return)
    after = levels_of(painter, tmp_path)
    np.testing.assert_array_equal(after[1:, 10:], before[:-1, :-10])


def test_a_selection_is_erased_and_filled(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.3, 0.1, 0.9, 0.9))
    painter.key(Qt.Key.Key_Delete)
    levels = levels_of(painter, tmp_path)
    assert levels[30, 25] == 255 and levels[30, 35] == 0
    painter.key(Qt.Key.Key_Backspace, SHIFT)  # with the painting colour
    assert levels_of(painter, tmp_path)[80, 80] == 255
    painter.key(Qt.Key.Key_Backspace)  # with the background colour
    assert levels_of(painter, tmp_path)[80, 80] == 0
    assert painter.session.depth == 5  # the node, the square, three edits


def test_the_buttons_of_a_selection(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.2, 0.1, 0.6, 0.5))
    extra = painter.viewer.easel.bar.findChildren(IconButton)
    buttons = {button.accessibleName().split(" (")[0]: button for button in extra}
    assert not buttons["Apply"].isEnabled()
    buttons["Flip horizontally"].click()
    assert buttons["Apply"].isEnabled()
    buttons["Apply"].click()
    lit = np.argwhere(levels_of(painter, tmp_path) > 127).mean(0)
    np.testing.assert_allclose(lit + 0.5, (30, 50), atol=1)
    buttons["Erase"].click()
    assert not (levels_of(painter, tmp_path) > 127).any()


def test_a_lasso_selects(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.8, 0.8))
    painter.wait()
    choose(painter, "select_lasso")
    painter.drag((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))
    painter.key(Qt.Key.Key_Delete)
    levels = levels_of(painter, tmp_path)
    assert levels[30, 30] == 0 and levels[70, 70] == 255


def test_all_is_selected(paint: Begin):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    painter.key(Qt.Key.Key_A, CTRL)
    tool = painter.viewer.easel.hand.tool
    assert isinstance(tool, SelectRectangleTool) and tool.area == [(0, 0), (1, 0), (1, 1), (0, 1)]


def test_the_layer_is_moved(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.4, 0.4))
    painter.wait()
    choose(painter, "transform")
    painter.hover((0.3, 0.3))
    tool = painter.viewer.easel.hand.tool
    assert isinstance(tool, TransformTool) and tool.frame is not None
    np.testing.assert_allclose(tool.frame.corner((0, 0)), (20, 20), atol=1)
    painter.drag((0.3, 0.3), (0.5, 0.3))
    painter.key(Qt.Key.Key_Return)
    assert [mark.kind for mark in marks_of(painter)] == ["rectangle", "transform"]
    assert levels_of(painter, tmp_path)[30, 50] == 255


def test_another_tool_drops_a_move_that_is_not_confirmed(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    before = levels_of(painter, tmp_path)
    painter.drag((0.3, 0.3), (0.6, 0.7))
    choose(painter, "brush")
    np.testing.assert_array_equal(levels_of(painter, tmp_path), before)


def test_a_change_from_elsewhere_drops_a_move(paint: Begin, tmp_path: Path):
    painter = selected(paint, area=(0.1, 0.1, 0.5, 0.5))
    painter.drag((0.3, 0.3), (0.6, 0.7))
    painter.session.edit(SetParam("node", "painting", ()))
    assert not (levels_of(painter, tmp_path) > 0).any()
    tool = painter.viewer.easel.hand.tool
    assert isinstance(tool, SelectRectangleTool) and tool.frame is None


@pytest.mark.parametrize(
    ("grip", "end", "keys", "area"),
    [
        (Grip("scale", (1, 1)), (40, 60), (False, False), 30 * 50 / 100),
        (Grip("scale", (1, 1)), (40, 60), (True, False), 50 * 50 / 100),
        (Grip("scale", (1, 0.5)), (40, 99), (False, False), 3),
        (Grip("scale", (1, 0.5)), (20, 15), (False, True), 1),
        (Grip("move"), (99, 3), (False, False), 1),
        (Grip("turn"), (5, 99), (True, False), 1),
    ],
)
def test_the_area_of_a_frame(
    grip: Grip, end: tuple[float, float], keys: tuple[bool, bool], area: float
):
    frame = Frame((10, 10, 20, 20), (100, 100))
    frame.drag(grip, (20, 20), end, frame.matrix, *keys)
    a, b, c, d, _, _ = frame.matrix
    assert abs(a * d - b * c) == pytest.approx(area)


def test_a_frame_does_not_collapse_or_fly_away():
    frame = Frame((10, 10, 20, 20), (100, 100))
    frame.drag(Grip("scale", (1, 1)), (20, 20), (10, 10), frame.matrix, False, False)
    a, _, _, d, _, _ = frame.matrix
    assert a > 0 and d > 0
    before = frame.matrix
    frame.drag(Grip("move"), (0, 0), (1e9, 0), before, False, False)
    assert frame.matrix == before and all(map(math.isfinite, frame.shares))


# --- operations ------------------------------------------------------------------------------


def test_operations_without_settings_are_one_edit(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.4, 0.4))
    painter.wait()
    menu = painter.viewer.easel.side.adjust.menu_of()
    actions = {action.text(): action for action in menu.actions()}
    actions["Invert"].trigger()
    assert levels_of(painter, tmp_path)[30, 30] == 0 and painter.session.depth == 3
    actions["Clear the layer"].trigger()
    assert not (levels_of(painter, tmp_path) > 0).any() and painter.session.depth == 4
    painter.session.undo()
    assert levels_of(painter, tmp_path)[80, 80] == 255
    actions["By colour…"].trigger()
    assert painter.board.state.tool == "similar"
    menu.close()


def opened(painter: Painter, entry: str) -> AdjustPopup:
    """Choose an entry of the menu, and return its settings."""
    adjust = painter.viewer.easel.side.adjust
    menu = adjust.menu_of()
    next(action for action in menu.actions() if action.text() == entry).trigger()
    menu.close()
    return adjust.findChildren(AdjustPopup)[-1]


def test_a_mask_grows_and_is_seen_before(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.4, 0.4))
    painter.wait()
    popup = opened(painter, "Grow…")
    popup.fields[0].set_value(10.0)
    popup.fields[0].changed.emit(10.0)
    painter.until(lambda: seen_levels(painter.board)[30, 48] == 255)
    assert painter.session.depth == 2
    popup.apply.click()
    assert painter.session.depth == 3
    assert levels_of(painter, tmp_path)[30, 48] == 255
    (_, mark) = marks_of(painter)
    assert (mark.operation, mark.amount) == ("grow", pytest.approx(0.1))


def test_settings_that_are_closed_leave_nothing(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask", 100, 100)
    choose(painter, "rectangle")
    painter.drag((0.2, 0.2), (0.4, 0.4))
    before = levels_of(painter, tmp_path)
    popup = opened(painter, "Feather…")
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible() and painter.session.depth == 2
    np.testing.assert_array_equal(levels_of(painter, tmp_path), before)


def test_a_mask_by_brightness(paint: Begin, tmp_path: Path):
    painter = paint("paint.picture", 100, 100, paper="#202020")
    painter.board.state.foreground = "#ff0000"
    popup = opened(painter, "By brightness…")
    for field, value in zip(popup.fields, (0, 20, 0), strict=True):
        field.set_value(value)
    popup.apply.click()
    assert_shown(painter, tmp_path)
    seen = painter.board.seen
    assert seen is not None and seen.colour(50, 50) == "#ff0000"


def test_popups_stay_on_the_screen(paint: Begin):
    painter = paint("paint.picture")
    easel = painter.viewer.easel
    screen = easel.screen().availableGeometry()
    for button in (easel.strip.swatches, easel.side.layers_button):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    for popup in (easel.side.colours, easel.side.layers):
        assert popup.isVisible() and screen.contains(popup.geometry())
        popup.close()

"""Painting in the viewer by mouse, tablet and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPointingDevice
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodes.types import Image
from nodeui.engine.pictures import levels
from nodeui.graph import bitmaps
from nodeui.graph.edits import AddNode, Connect, RemoveNode, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.painting.bitmaps import encode
from nodeui.painting.document import HEADER, read
from nodeui.painting.marks import Layer, Mark
from nodeui.painting.rasteriser import Rasteriser
from nodeui.session.pictures import to_image
from tests.painting.marks import mark, painting
from tests.views.easel.painter import Painter, node_levels, seen_levels
from tests.views.editor import LONG
from tests.views.hand import Hand
from tests.views.scene import shown_canvas

Begin = Callable[..., Painter]
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def marks_of(painter: Painter) -> list[Mark]:
    return [entry for entry in read(painter.lines).entries if isinstance(entry, Mark)]


@pytest.mark.parametrize("type", ["paint.mask", "paint.sketch", "paint.picture", "paint.regions"])
def test_a_stroke_is_one_edit_and_the_easel_shows_the_output(
    paint: Begin, type: str, tmp_path: Path
):
    painter = paint(type)
    painter.drag((0.2, 0.2), (0.5, 0.7), (0.8, 0.3))
    assert painter.session.depth == 2  # the node, the stroke
    assert painter.board.ready  # nothing is drawn again
    output = node_levels(painter.board, tmp_path)
    assert output.std() > 0
    np.testing.assert_array_equal(seen_levels(painter.board), output)
    painter.session.undo()
    assert not painter.lines
    painter.wait()
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))
    painter.session.redo()
    painter.wait()
    np.testing.assert_array_equal(seen_levels(painter.board), output)


def test_the_pane_shows_the_pixels_of_the_easel(paint: Begin):
    painter = paint("paint.sketch", 100, 100)
    painter.viewer.pane.zoom_to(2.0)
    painter.board.state.foreground = "#ff0000"
    painter.drag((0.3, 0.5), (0.7, 0.5))
    grabbed = painter.pane.grab().toImage()
    ratio = grabbed.devicePixelRatio()
    for x, y in ((0.5, 0.5), (0.5, 0.9), (0.1, 0.5)):
        place = (painter.place(x, y) * ratio).toPoint()
        seen = painter.board.seen
        assert seen is not None
        assert grabbed.pixelColor(place).name() == seen.colour(int(100 * x), int(100 * y))


def test_selecting_another_node_takes_the_painting_away(paint: Begin):
    painter = paint("paint.mask")
    assert painter.viewer.painting and painter.viewer.easel.strip.isVisible()
    painter.session.select([])
    assert not painter.viewer.painting and not painter.viewer.easel.strip.isVisible()
    painter.session.select(["node"])
    assert painter.viewer.painting and painter.board.ready  # it is still drawn


def test_the_button_leaves_the_easel_and_comes_back(paint: Begin):
    painter = paint("paint.mask")
    painter.viewer.paint_button.click()
    assert not painter.viewer.painting
    painter.viewer.paint_button.click()
    assert painter.viewer.painting


def test_a_request_opens_the_easel_whatever_is_shown(paint: Begin, qtbot: QtBot):
    painter = paint("paint.mask")
    painter.session.take_image("node", QImage(4, 4, QImage.Format.Format_RGB888))
    painter.session.select([])
    painter.viewer.pin_button.click()
    painter.session.select(["node"])
    assert not painter.viewer.painting  # the node is pinned
    with qtbot.waitSignal(painter.viewer.wanted):
        painter.session.request_paint("node")
    assert painter.viewer.painting


def test_a_click_on_the_field_of_a_node_opens_the_easel(paint: Begin, qtbot: QtBot):
    painter = paint("paint.mask")
    painter.viewer.paint_button.click()
    canvas = shown_canvas(painter.session, qtbot, (100, 60))
    hand = Hand(canvas)
    hand.click(hand.field("node", "painting"))
    assert painter.viewer.painting and canvas.inline.open is None


def test_the_pressure_of_a_pen_is_painted(paint: Begin):
    painter = paint("paint.sketch")
    painter.draw([(0.2, 0.5), (0.5, 0.5), (0.8, 0.5)], [0.2, 0.6, 1.0])
    (stroke,) = marks_of(painter)
    assert stroke.pressures.tolist() == [51, 153, 255]


def test_the_rear_end_of_a_pen_erases(paint: Begin):
    painter = paint("paint.sketch")
    eraser = QPointingDevice.PointerType.Eraser
    painter.draw([(0.2, 0.5), (0.8, 0.5)], [1.0, 1.0], pointer=eraser)
    (stroke,) = marks_of(painter)
    assert stroke.erase and not painter.board.state.eraser


def test_a_pen_that_leaves_ends_its_stroke(paint: Begin):
    painter = paint("paint.sketch")
    painter.pen(QEvent.Type.TabletPress, (0.2, 0.5))
    painter.pen(QEvent.Type.TabletMove, (0.6, 0.5))
    application = QApplication.instance()
    assert application is not None
    QApplication.sendEvent(application, QEvent(QEvent.Type.TabletLeaveProximity))
    assert len(marks_of(painter)) == 1
    painter.pen(QEvent.Type.TabletMove, (0.9, 0.9))  # it is back, in the air
    painter.drag((0.1, 0.1), (0.2, 0.1))
    assert [len(stroke.points) for stroke in marks_of(painter)] == [2, 2]


def test_a_pen_that_is_gone_without_a_word_ends_its_stroke_at_the_next_move_of_the_mouse(
    paint: Begin,
):
    painter = paint("paint.sketch")
    painter.pen(QEvent.Type.TabletPress, (0.2, 0.5))
    painter.pen(QEvent.Type.TabletMove, (0.6, 0.5))
    none = Qt.MouseButton.NoButton
    painter.send(QEvent.Type.MouseMove, (0.1, 0.1), button=none, buttons=none)
    (stroke,) = marks_of(painter)
    assert len(stroke.points) == 2


def test_escape_gives_a_stroke_up(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    painter.press((0.2, 0.2))
    painter.move((0.7, 0.7))
    assert seen_levels(painter.board).any()
    painter.key(Qt.Key.Key_Escape)
    assert not seen_levels(painter.board).any() and not painter.lines
    painter.move((0.9, 0.2))
    painter.release((0.9, 0.2))
    assert not painter.lines and painter.session.depth == 1


def test_an_undo_gives_a_stroke_up(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    painter.drag((0.2, 0.2), (0.3, 0.3))
    painter.press((0.5, 0.5))
    painter.move((0.7, 0.7))
    painter.session.undo()
    painter.release((0.8, 0.8))
    painter.wait()
    assert not painter.lines
    assert not seen_levels(painter.board).any()


def test_deleting_the_node_in_mid_stroke_ends_it(paint: Begin):
    painter = paint("paint.mask")
    painter.press((0.2, 0.2))
    painter.move((0.7, 0.7))
    painter.session.edit(RemoveNode("node"))
    painter.release((0.7, 0.7))
    assert not painter.viewer.painting and painter.board.subject is None


def test_another_document_in_mid_stroke_ends_it(paint: Begin):
    painter = paint("paint.mask")
    painter.press((0.2, 0.2))
    painter.move((0.7, 0.7))
    painter.viewer.set_session(None)
    painter.release((0.7, 0.7))
    assert not painter.session.graph.nodes["node"].params.get("painting")
    painter.viewer.set_session(painter.session)
    painter.wait()
    assert not seen_levels(painter.board).any()


def test_brackets_and_shift_change_the_size(paint: Begin):
    painter = paint("paint.mask")
    state = painter.board.state
    before = state.size
    painter.key(Qt.Key.Key_BracketRight)
    assert state.size > before
    painter.key(Qt.Key.Key_BracketLeft)
    assert state.size == pytest.approx(before)
    painter.drag((0.3, 0.5), (0.4, 0.5), keys=SHIFT)  # a tenth of the width, at both sides
    assert state.size == pytest.approx(before + 0.2 * 200 / 150, rel=0.02)
    assert not painter.lines
    painter.key(Qt.Key.Key_BracketRight)
    state.size = 99.0
    assert state.size == 1.0


def test_shift_and_a_click_draw_a_straight_line(paint: Begin):
    painter = paint("paint.mask")
    painter.drag((0.1, 0.1), (0.2, 0.2))
    painter.press((0.8, 0.2), SHIFT)
    painter.release((0.8, 0.2), SHIFT)
    line = marks_of(painter)[1]
    assert (line.points / 65536).round(2).tolist() == [[0.2, 0.2], [0.8, 0.2]]


def test_the_line_tool_snaps_with_shift(paint: Begin):
    painter = paint("paint.mask", 100, 100)
    painter.key(Qt.Key.Key_V)
    painter.drag((0.2, 0.2), (0.4, 0.3), (0.8, 0.25), keys=SHIFT)
    (line,) = marks_of(painter)
    start, end = line.points / 65536
    assert len(line.points) == 2 and end[1] == pytest.approx(start[1], abs=1e-3)


def test_keys_of_krita(paint: Begin):
    painter = paint("paint.sketch")
    state = painter.board.state
    state.foreground = "#ff0000"
    painter.key(Qt.Key.Key_X)
    assert (state.foreground, state.background) == ("#ffffff", "#ff0000")
    painter.key(Qt.Key.Key_D)
    assert (state.foreground, state.background) == ("#000000", "#ffffff")
    painter.key(Qt.Key.Key_E)
    painter.drag((0.1, 0.1), (0.2, 0.2))
    assert state.eraser and marks_of(painter)[0].erase
    painter.key(Qt.Key.Key_V)
    assert state.tool == "line"
    painter.key(Qt.Key.Key_B)
    assert state.tool == "brush"


def test_control_picks_a_colour(paint: Begin):
    painter = paint("paint.sketch")
    state = painter.board.state
    state.foreground, state.size = "#3366ff", 0.3
    painter.drag((0.5, 0.5), (0.6, 0.5))
    state.foreground = "#000000"
    painter.press((0.5, 0.5), CTRL)
    painter.release((0.5, 0.5), CTRL)
    assert state.foreground == "#3366ff" and len(marks_of(painter)) == 1


def test_space_and_the_middle_button_pan(paint: Begin):
    painter = paint("paint.mask")
    painter.pane.zoom_to(8.0)
    before = painter.place(0, 0)
    middle = Qt.MouseButton.MiddleButton
    painter.send(QEvent.Type.MouseButtonPress, (0.5, 0.5), button=middle, buttons=middle)
    painter.send(QEvent.Type.MouseMove, (0.52, 0.5), button=middle, buttons=middle)
    painter.send(
        QEvent.Type.MouseButtonRelease, (0.52, 0.5), button=middle, buttons=Qt.MouseButton.NoButton
    )
    assert painter.place(0, 0) != before and not painter.lines


def test_the_stabilised_brush_follows_on_a_string(paint: Begin):
    painter = paint("paint.mask")
    painter.board.state.stabiliser = 0.3
    painter.drag((0.2, 0.5), (0.22, 0.5), (0.8, 0.5))
    (stroke,) = marks_of(painter)
    ends = (stroke.points / 65536)[:, 0]
    assert ends[0] == pytest.approx(0.2, abs=1e-3) and 0.5 < ends[-1] < 0.79


def test_strokes_during_a_redraw_are_painted_after_it(paint: Begin):
    painter = paint("paint.mask")
    painter.drag((0.1, 0.1), (0.2, 0.2))
    painter.session.edit(SetParam("node", "width", 64))
    assert not painter.board.ready
    painter.drag((0.6, 0.6), (0.7, 0.7))
    painter.wait()
    assert len(marks_of(painter)) == 2


def test_a_huge_stroke_far_outside_is_painted(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    painter.board.state.size = 1.0
    painter.pane.zoom_to(0.05)
    painter.drag((-40.0, 0.5), (0.5, 0.5), (30.0, 90.0), (0.5, 0.5))
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))


def test_a_click_is_a_dab(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    painter.drag((0.5, 0.5))
    painter.send(QEvent.Type.MouseButtonDblClick, (0.7, 0.5))
    painter.release((0.7, 0.5))
    assert [len(stroke.points) for stroke in marks_of(painter)] == [1, 1]
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))


def test_the_first_stroke_on_regions_brings_a_region(paint: Begin):
    painter = paint("paint.regions")
    painter.press((0.2, 0.2))
    painter.key(Qt.Key.Key_Escape)
    painter.release((0.2, 0.2))
    assert not painter.board.painting.layers
    painter.drag((0.2, 0.2), (0.6, 0.6))
    (layer,) = painter.board.painting.layers
    assert (layer.name, painter.board.layer) == ("Region 1", layer.id)
    painter.session.undo()
    assert not painter.lines


@pytest.mark.parametrize("type", ["paint.mask", "paint.picture", "paint.regions"])
def test_undo_and_redo_of_several_changes(paint: Begin, type: str, tmp_path: Path):
    painter = paint(type)
    painter.drag((0.1, 0.5), (0.9, 0.5))
    painter.wait()
    shown = [seen_levels(painter.board).copy()]
    shape = painter.board.mark("ellipse", [(0.3, 0.2), (0.7, 0.8)], erase=True)
    fill = painter.board.mark("fill", [(0.05, 0.05)])
    for added in (shape, fill):
        painter.board.commit(painter.board.adding(added))
        painter.wait()
        shown.append(seen_levels(painter.board).copy())
    painter.drag((0.2, 0.1), (0.5, 0.9))
    shown.append(seen_levels(painter.board).copy())
    for _ in range(2):
        for before in reversed(shown[:-1]):
            painter.session.undo()
            painter.wait()
            np.testing.assert_array_equal(seen_levels(painter.board), before)
        output = node_levels(painter.board, tmp_path)
        np.testing.assert_array_equal(output, seen_levels(painter.board))
        for after in shown[1:]:
            painter.session.redo()
            painter.wait()
            np.testing.assert_array_equal(seen_levels(painter.board), after)


def test_another_size_is_drawn_again(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    painter.drag((0.2, 0.2), (0.6, 0.6))
    painter.session.edit(SetParam("node", "width", 64))
    painter.wait()
    assert painter.board.size == (64, 150) and painter.viewer.pane.size_shown.width() == 64
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))


def test_a_painting_that_cannot_be_drawn_says_why_and_loses_nothing(paint: Begin, qtbot: QtBot):
    painter = paint("paint.mask")
    broken = (HEADER, "brush nonsense=1")
    painter.session.graph.nodes["node"].params["painting"] = broken
    painter.session.edit(SetParam("node", "height", 100))
    qtbot.waitUntil(lambda: bool(painter.board.problem), timeout=LONG)
    assert "nonsense" in painter.viewer.easel.note.text()
    assert "\n" not in painter.viewer.easel.note.text()
    painter.drag((0.2, 0.2), (0.6, 0.6))
    assert painter.session.graph.nodes["node"].params["painting"] == broken
    painter.session.edit(SetParam("node", "painting", ()))
    painter.wait()
    assert not painter.board.note


def test_a_picture_is_painted_over(paint: Begin, tmp_path: Path):
    painter = paint("paint.picture")
    session = painter.session
    session.edit(AddNode(Node("source", "image.load", params={"path": "x.png"})))
    session.edit(Connect(Link("source", "image", "node", "image")))
    assert "not computed yet" in painter.viewer.easel.note.text()
    painter.wait()
    random = np.random.default_rng(0).random((1, 30, 40, 3), np.float32)
    session.take_image("source", to_image(levels(random[0])))
    painter.wait()
    assert painter.board.size == (40, 30) and not painter.viewer.easel.note.isVisible()
    painter.board.state.opacity = 0.5
    painter.drag((0.2, 0.2), (0.8, 0.8))
    output = node_levels(painter.board, tmp_path, Image(random))
    np.testing.assert_array_equal(seen_levels(painter.board), output)


@pytest.mark.parametrize("look", ["red", "green", "ants", "grey"])
def test_looks_of_a_mask(paint: Begin, look: str):
    painter = paint("paint.mask", 100, 100)
    painter.board.state.size = 0.4
    painter.board.state.look = look
    painter.drag((0.5, 0.5), (0.5, 0.6))
    grabbed = painter.pane.grab().toImage()
    middle = grabbed.pixelColor(painter.place(0.5, 0.5).toPoint())
    away = grabbed.pixelColor(painter.place(0.05, 0.05).toPoint())
    assert away.name() == "#000000"
    red, green, blue = middle.red(), middle.green(), middle.blue()
    match look:
        case "red":
            assert red > 100 > green
        case "green":
            assert green > 100 > red
        case "grey":
            assert (red, green, blue) == (255, 255, 255)
        case _:
            assert middle.name() == "#000000"
            row = round(painter.place(0.5, 0.5).y())
            across = [grabbed.pixelColor(x, row).lightness() for x in range(grabbed.width())]
            left, right = round(painter.place(0, 0).x()), round(painter.place(1, 0).x())
            assert len({*across[left + 2 : right - 2]}) > 1  # the outline is crossed


def test_full_screen_takes_the_tools_along(paint: Begin):
    painter = paint("paint.mask")
    painter.viewer.toggle_full_screen()
    assert painter.viewer.easel.window() is not painter.viewer.window()
    assert painter.viewer.easel.strip.isVisible()
    painter.drag((0.2, 0.2), (0.6, 0.6))
    painter.viewer.toggle_full_screen()
    assert painter.viewer.easel.window() is painter.viewer.window()
    painter.drag((0.3, 0.2), (0.6, 0.3))
    assert len(marks_of(painter)) == 2


@pytest.mark.parametrize("type", ["paint.mask", "paint.picture", "paint.regions"])
def test_the_painting_is_copied_as_the_node_returns_it(paint: Begin, type: str, tmp_path: Path):
    painter = paint(type)
    painter.board.state.foreground = "#808080"
    painter.drag((0.2, 0.2), (0.8, 0.6))
    painter.viewer.exporting.copy()
    copied = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB888)
    output = node_levels(painter.board, tmp_path)
    for x, y in ((50, 50), (100, 60), (10, 140)):
        expected = output[y, x].tolist()
        grey = expected * 3 if len(expected) == 1 else expected
        colour = copied.pixelColor(x, y)
        assert [colour.red(), colour.green(), colour.blue()] == pytest.approx(grey, abs=1)


def test_layers_are_painted_on_and_shown_as_the_node_returns_them(paint: Begin, tmp_path: Path):
    painter = paint("paint.picture")
    board = painter.board
    layers = (Layer(id="a", opacity=0.5), Layer(id="b", mode="multiply"))
    board.commit(board.adding(*layers))
    painter.wait()
    for id, colour in (("a", "#3366ff"), ("b", "#ff8800")):
        board.state.layer, board.state.foreground = id, colour
        painter.drag((0.2, 0.2), (0.8, 0.8))
    np.testing.assert_array_equal(seen_levels(board), node_levels(board, tmp_path))
    assert [mark.layer for mark in marks_of(painter)] == ["a", "b"]


def test_a_linked_picture_and_a_bitmap_are_layers(
    paint: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(bitmaps.STORE, str(tmp_path))
    painter = paint("paint.layers", 40, 30)
    session, board = painter.session, painter.board
    session.edit(AddNode(Node("source", "image.load", params={"path": "x.png"})))
    session.edit(Connect(Link("source", "image", "node", "image_1")))
    assert "not computed yet" in painter.viewer.easel.note.text()
    random = np.random.default_rng(0).integers(0, 256, (2, 30, 40, 3), np.uint8)
    session.take_image("source", to_image(random[0]))
    name = bitmaps.add(encode(random[1]), tmp_path)
    entries = Layer(id="a", input=1), Layer(id="b", bitmap=name, opacity=0.5)
    board.commit(board.adding(*entries))
    painter.wait()
    painter.drag((0.2, 0.2), (0.8, 0.8))
    shown = Rasteriser(40, 30, pictures={1: random[0], name: random[1]})
    shown.update(painter.lines)
    np.testing.assert_array_equal(seen_levels(board), levels(shown.pixels()))
    assert not painter.viewer.easel.note.isVisible()


def test_a_big_painting_is_drawn_in_the_background(paint: Begin, tmp_path: Path):
    painter = paint("paint.mask")
    strokes = [mark("brush", (0.1, y / 300), (0.9, y / 300), size=0.1) for y in range(300)]
    painter.session.select([])
    painter.session.edit(SetParam("node", "painting", painting(*strokes)))
    painter.session.select(["node"])
    assert painter.viewer.painting and not painter.board.ready
    painter.wait()
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))

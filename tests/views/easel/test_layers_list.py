"""The list of layers and regions: each change is one edit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nodeui.graph.edits import AddNode, SetParam
from nodeui.graph.parts import Node
from nodeui.painting.document import MOST_LAYERS, read
from nodeui.painting.marks import Layer
from nodeui.views.easel.layers_list import LayersList
from nodeui.views.easel.popup import Popup
from nodeui.views.easel.wheel import ColourWheel
from tests.views.easel.painter import Painter

Begin = Callable[..., Painter]


def open_list(painter: Painter) -> LayersList:
    """Open the layers, and return their list."""
    side = painter.viewer.easel.side
    QTest.mouseClick(side.layers_button, Qt.MouseButton.LeftButton)
    assert side.layers.isVisible()
    return side.list


def layers_of(painter: Painter) -> list[Layer]:
    """The layers, lowest first."""
    return list(read(painter.lines).layers)


def names(painter: Painter) -> list[str]:
    return [layer.name for layer in layers_of(painter)]


def type_name(layers: LayersList, id: str, name: str) -> None:
    row = layers.list.row_of(id)
    row.begin()
    QTest.keyClicks(row.edit, name)
    QTest.keyClick(row.edit, Qt.Key.Key_Return)


def test_regions_are_added(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    for number in range(3):
        layers.add_button.click()
        assert painter.session.depth == 2 + number
    assert names(painter) == ["Region 1", "Region 2", "Region 3"]
    assert len({layer.colour for layer in layers_of(painter)}) == 3
    assert painter.board.layer == "3" and layers.list.count() == 3
    painter.session.undo()
    assert names(painter) == ["Region 1", "Region 2"] and layers.list.count() == 2


def test_a_stroke_brings_the_first_region(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    assert not layers.list.isVisible()
    painter.viewer.easel.side.layers.close()
    painter.drag((0.2, 0.2), (0.5, 0.5))
    assert names(painter) == ["Region 1"] and layers.list.count() == 1
    assert painter.session.depth == 2


def test_a_region_is_renamed(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    layers.add_button.click()
    layers.add_button.click()
    type_name(layers, "1", "  Sky  and sea ")
    assert names(painter) == ["Sky and sea", "Region 2"]
    depth = painter.session.depth
    type_name(layers, "2", "sky AND sea")  # taken
    assert names(painter) == ["Sky and sea", "Region 2"] and painter.session.depth == depth
    row = layers.list.row_of("2")
    assert row.edit.isVisible() and row.edit.toolTip()
    QTest.keyClick(row.edit, Qt.Key.Key_Escape)
    assert not row.edit.isVisible() and row.name.text() == "Region 2"
    assert layers.rename("2", " ") != ""


def test_a_name_that_is_typed_stays_in_its_painting(paint: Begin):
    """Another painting comes onto the easel while a name is edited."""
    painter = paint("paint.regions")
    painter.session.edit(AddNode(Node("other", "paint.regions")))
    layers = open_list(painter)
    layers.add_button.click()
    row = layers.list.row_of("1")
    row.begin()
    row.edit.setText("Sky")
    painter.session.select(["other"])
    painter.wait()
    layers.add()
    assert names(painter) == ["Region 1"]
    painter.session.select(["node"])
    painter.wait()
    assert names(painter)[0] in ("Region 1", "Sky")


def test_a_region_is_recoloured_by_one_drag(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    layers.add_button.click()
    depth = painter.session.depth
    chip = layers.list.row_of("1").chip
    assert chip is not None
    chip.click()
    (popup,) = layers.findChildren(Popup)
    (wheel,) = popup.findChildren(ColourWheel)
    QTest.mousePress(wheel.square, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    QTest.mouseMove(wheel.square, QPoint(20, 20))
    QTest.mouseRelease(wheel.square, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert layers_of(painter)[0].colour == wheel.colour
    assert painter.session.depth == depth + 1
    popup.close()


def test_a_layer_is_hidden_and_shown(paint: Begin):
    painter = paint("paint.picture", paper="#ffffff")
    painter.drag((0.2, 0.5), (0.8, 0.5))
    layers = open_list(painter)
    layers.list.row_of("").eye.click()
    assert layers_of(painter)[0].hidden
    painter.wait()
    seen = painter.board.seen
    assert seen is not None and seen.colour(100, 75) == "#ffffff"
    layers.list.row_of("").eye.click()
    painter.wait()
    assert seen.colour(100, 75) == "#000000"


def test_layers_are_blended(paint: Begin):
    painter = paint("paint.picture", paper="#808080")
    layers = open_list(painter)
    layers.add_button.click()
    assert names(painter) == ["", "Layer 1"] and painter.board.layer == "1"
    depth = painter.session.depth
    layers.opacity.changed.emit(80)
    layers.opacity.changed.emit(50)
    layers.opacity.committed.emit(50)
    layers.opacity.changed.emit(40)
    assert layers_of(painter)[1].opacity == 0.4
    assert painter.session.depth == depth + 2, "a drag is one edit"
    layers.mode.setCurrentIndex(layers.mode.findData("multiply"))
    layers.mode.activated.emit(layers.mode.currentIndex())
    assert layers_of(painter)[1].mode == "multiply" and painter.session.depth == depth + 3


def test_layers_are_moved_and_removed(paint: Begin):
    painter = paint("paint.picture")
    painter.drag((0.2, 0.5), (0.8, 0.5))
    layers = open_list(painter)
    layers.add_button.click()
    layers.add_button.click()
    assert [layer.id for layer in layers_of(painter)] == ["", "1", "2"]
    assert not layers.up_button.isEnabled()
    layers.down_button.click()
    layers.down_button.click()
    assert [layer.id for layer in layers_of(painter)] == ["2", "", "1"]
    assert not layers.down_button.isEnabled() and painter.board.layer == "2"
    layers.list.choose("")
    layers.list.chosen.emit("")
    layers.delete_button.click()
    assert [layer.id for layer in layers_of(painter)] == ["2", "1"]
    assert len(read(painter.lines).entries) == 2, "its stroke is gone"
    for _ in range(6):
        painter.session.undo()
    assert painter.session.depth == 1 or len(read(painter.lines).entries) == 1


def test_rows_are_dragged(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    for _ in range(3):
        layers.add_button.click()
    layers.list.reordered.emit(["1", "3", "2"])  # highest first
    assert [layer.id for layer in layers_of(painter)] == ["2", "3", "1"]
    assert layers.list.row_of("1") is layers.list.itemWidget(layers.list.item(0))


def test_keys_rename_hide_and_delete(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    layers.add_button.click()
    layers.add_button.click()
    layers.list.setFocus()
    QTest.keyClick(layers.list, Qt.Key.Key_F2)
    assert QApplication.focusWidget() is layers.list.row_of("2").edit
    QTest.keyClick(layers.list.row_of("2").edit, Qt.Key.Key_Escape)
    QTest.keyClick(layers.list, Qt.Key.Key_Space)
    assert layers_of(painter)[1].hidden
    QTest.keyClick(layers.list, Qt.Key.Key_Delete)
    assert names(painter) == ["Region 1"] and painter.board.layer == "1"


def test_there_is_a_most_number_of_layers(paint: Begin):
    painter = paint("paint.regions")
    layers = open_list(painter)
    for _ in range(MOST_LAYERS):
        layers.add()
    assert not layers.add_button.isEnabled()
    layers.add()
    assert len(layers_of(painter)) == MOST_LAYERS


@pytest.mark.parametrize("type", ["paint.mask", "paint.sketch"])
def test_an_empty_sheet_has_a_layer(paint: Begin, type: str):
    painter = paint(type)
    layers = open_list(painter)
    assert layers.list.count() == 1 and not layers.delete_button.isEnabled()
    layers.opacity.changed.emit(50)
    assert layers_of(painter)[0].opacity == 0.5


def test_a_broken_painting_is_left_alone(paint: Begin):
    painter = paint("paint.regions")
    painter.session.graph.nodes["node"].params["painting"] = ("painting 1", "damaged")
    painter.session.edit(SetParam("node", "height", 100))
    painter.until(lambda: painter.board.problem)
    open_list(painter).add_button.click()
    assert painter.lines == ("painting 1", "damaged")

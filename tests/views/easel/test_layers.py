"""Layers that start with pictures, on the easel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nodeui.graph import bitmaps
from nodeui.graph.edits import SetParam
from nodeui.painting.bitmaps import encode
from nodeui.painting.document import read
from nodeui.painting.marks import Layer
from tests.painting.marks import painting
from tests.views.easel.painter import Painter, node_levels, seen_levels
from tests.views.editor import LONG

Begin = Callable[..., Painter]
rng = np.random.default_rng(8)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(bitmaps.STORE, str(tmp_path / "store"))
    return tmp_path / "store"


def pasted(store: Path) -> Layer:
    data = encode(rng.integers(0, 256, (60, 80, 4), np.uint8))
    place = (0.4, 0.1, -0.05, 0.5, 0.3, 0.2)
    return Layer(id="a", name="Photo", bitmap=bitmaps.add(data, store), place=place, mode="screen")


@pytest.mark.parametrize("type", ["paint.layers", "paint.picture", "paint.mask", "paint.sketch"])
def test_the_easel_shows_the_output_of_pasted_pictures(
    paint: Begin, store: Path, tmp_path: Path, type: str
):
    mask = Layer(id="m", mask_of="a")
    painter = paint(type, painting=list(painting(pasted(store), mask)))
    painter.board.state.layer = "m"
    painter.board.state.foreground = "#000000"
    painter.drag((0.2, 0.2), (0.8, 0.7))
    output = node_levels(painter.board, tmp_path)
    np.testing.assert_array_equal(seen_levels(painter.board), output)
    painter.session.undo()
    painter.wait()
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))


def test_a_gone_bitmap_leaves_the_rest(paint: Begin, store: Path, tmp_path: Path):
    layer = pasted(store)
    (store / f"{layer.bitmap}.png").unlink()
    painter = paint("paint.layers", painting=list(painting(layer, Layer(id="b"))))
    painter.drag((0.2, 0.2), (0.8, 0.7))
    np.testing.assert_array_equal(seen_levels(painter.board), node_levels(painter.board, tmp_path))


def test_a_stranger_s_bitmaps_are_not_read(
    paint: Begin, store: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
):
    painter = paint("paint.layers")
    painter.session.distrust()
    monkeypatch.setattr(bitmaps, "find", lambda *_: pytest.fail("it was read"))
    painter.session.edit(SetParam("node", "painting", list(painting(pasted(store)))))
    painter.wait()
    qtbot.waitUntil(lambda: painter.board.ready, timeout=LONG)
    assert (seen_levels(painter.board) == 255).all()


def test_a_picture_from_the_clipboard_is_a_layer(paint: Begin, qtbot: QtBot, store: Path):
    painter = paint("paint.picture")
    painter.drag((0.1, 0.1), (0.9, 0.9))
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(0xFF8800)
    QGuiApplication.clipboard().setImage(image)
    depth = painter.session.depth
    painter.viewer.easel.side.list.pictures.paste()
    qtbot.waitUntil(lambda: painter.session.depth == depth + 1, timeout=LONG)
    painter.wait()
    layer = read(painter.lines).layers[-1]
    assert layer.id == painter.board.layer and (store / f"{layer.bitmap}.png").is_file()
    seen = seen_levels(painter.board)
    assert (seen[70:80, 90:110] == (255, 136, 0)).all()  # in the middle, at its own size
    painter.session.undo()
    painter.wait()
    assert (seen_levels(painter.board)[72, 108] != (255, 136, 0)).any()


def test_a_picture_file_larger_than_the_sheet_is_fitted(
    paint: Begin, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "large.png"
    path.write_bytes(encode(np.full((300, 400, 3), (0, 255, 0), np.uint8)))
    painter = paint("paint.layers")
    pictures = painter.viewer.easel.side.list.pictures
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    pictures.choose()
    qtbot.waitUntil(lambda: len(painter.lines) > 1, timeout=LONG)
    painter.wait()
    assert read(painter.lines).layers[-1].name == "large"
    assert (seen_levels(painter.board) == (0, 255, 0)).all()
    path.write_text("no picture")
    with qtbot.waitSignal(pictures.failed, timeout=LONG) as failed:
        pictures.choose()
    assert "large.png" in str(failed.args)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    pictures.choose()
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(pictures.failed, timeout=LONG):
        pictures.paste()

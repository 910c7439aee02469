"""Layers that start with pictures, on the easel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nodeui.graph import bitmaps
from nodeui.graph.edits import SetParam
from nodeui.painting.bitmaps import encode
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

"""OpenRaster files that are dropped on the window become nodes with their layers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nodeui.graph import bitmaps
from nodeui.graph.registry import Registry, installed
from nodeui.painting import openraster
from nodeui.painting.document import read
from nodeui.painting.openraster import OraLayer
from nodeui.sdk import Cancelled
from nodeui.session.layers import LayersError, read_openraster
from nodeui.views.window.studio import Studio
from tests.views.editor import LONG, editor_studio

rng = np.random.default_rng(4)
MERGED = np.zeros((30, 40, 3), np.uint8)
LAYERS = [
    OraLayer("Paper", rng.integers(0, 256, (30, 40, 3), np.uint8)),
    OraLayer("Öl & ink", rng.integers(0, 256, (5, 7, 4), np.uint8), -2, 4, 0.5, "multiply", True),
]


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv(bitmaps.STORE, str(tmp_path / "state" / "journals" / "bitmaps"))
    with editor_studio(tmp_path, installed(), "nodeui.graph.registry:installed") as studio:
        yield studio


def ora(folder: Path, layers: list[OraLayer] = LAYERS) -> Path:
    path = folder / "some.ora"
    path.write_bytes(openraster.write(40, 30, layers, MERGED))
    return path


def test_a_dropped_file_becomes_a_node(qtbot: QtBot, studio: Studio, tmp_path: Path):
    studio.taking.take_files([ora(tmp_path)])
    (session,) = studio.workspace.sessions
    qtbot.waitUntil(lambda: bool(session.graph.nodes), timeout=LONG)
    (node,) = session.graph.nodes.values()
    assert (node.type, node.params["width"], node.params["height"]) == ("paint.layers", 40, 30)
    first, second = read(node.params["painting"]).layers
    assert (first.name, first.hidden, first.mode) == ("Paper", False, "normal")
    assert (second.name, second.hidden, second.mode) == ("Öl & ink", True, "multiply")
    assert second.opacity == 0.5
    assert bitmaps.read(second.bitmap, session.folder)
    assert "Loading" not in studio.notices.text
    session.undo()
    assert not session.graph.nodes


@pytest.mark.parametrize("data", [b"", b"no archive"])
def test_a_damaged_file_is_one_line(qtbot: QtBot, studio: Studio, tmp_path: Path, data: bytes):
    path = tmp_path / "bad.ora"
    path.write_bytes(data)
    studio.taking.take_files([path])
    text = "bad.ora cannot be loaded: it is no OpenRaster file."
    qtbot.waitUntil(lambda: text in studio.notices.text, timeout=LONG)
    assert not studio.workspace.sessions[0].graph.nodes


def test_loading_can_be_cancelled(tmp_path: Path):
    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_openraster(ora(tmp_path), installed(), tmp_path / "store", stop)
    assert not (tmp_path / "store").exists()


def test_layers_that_do_not_fit_the_node_are_refused(tmp_path: Path):
    specs: Registry = installed()
    path = tmp_path / "some.ora"
    path.write_bytes(openraster.write(9000, 30, [OraLayer("a", MERGED)], MERGED))
    with pytest.raises(LayersError, match=r"cannot be loaded: .*8192"):
        read_openraster(path, specs, tmp_path / "store", lambda done, total: None)
    (tmp_path / "file").write_text("")
    with pytest.raises(LayersError, match=r"some\.ora cannot be loaded"):
        read_openraster(ora(tmp_path), specs, tmp_path / "file", lambda done, total: None)

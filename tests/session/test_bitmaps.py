"""The bitmaps of paintings while documents are saved, undone, killed and opened from pictures."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui import headless
from nodeui.engine.cache import open_cache
from nodeui.graph import bitmaps
from nodeui.graph.document import Document, dump
from nodeui.graph.edits import AddNode, Connect, SpliceParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry, installed
from nodeui.painting.bitmaps import encode, packed
from nodeui.painting.document import Splice, adding
from nodeui.painting.marks import Layer
from nodeui.session.preferences import Settings
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace

PNGS = [encode(np.full((2, 2, 3), level, np.uint8)) for level in range(2)]


@pytest.fixture
def specs() -> Registry:
    return installed()


@pytest.fixture(autouse=True)
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(bitmaps.STORE, str(settings.places.bitmaps))
    return settings.places.bitmaps


@pytest.fixture
def workspace(qapp: object, specs: Registry, settings: Settings) -> Any:
    workspace = Workspace(specs, settings)
    yield workspace
    workspace.close()


def pasted(session: Session, store: Path, data: bytes) -> str:
    """Add a bitmap to a painting, as a layer."""
    name = bitmaps.add(data, store)
    if "p" not in session.graph.nodes:
        session.edit(AddNode(Node("p", "paint.layers")))
    lines = session.graph.nodes["p"].params.get("painting", ())
    layer = Layer(id=f"l{len(lines)}", bitmap=name)
    session.edit(SpliceParam("p", "painting", *adding(tuple(lines), layer)))
    return name


def save(qtbot: Any, workspace: Workspace, session: Session, path: Path) -> None:
    done: list[bool] = []
    workspace.save(session, path, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done), timeout=60_000)


def names(folder: Path) -> set[str]:
    return {file.stem for file in folder.iterdir()} if folder.is_dir() else set()


def test_saving_takes_them_along(qtbot: Any, workspace: Any, store: Path, tmp_path: Path):
    session = workspace.new()
    one = pasted(session, store, PNGS[0])
    save(qtbot, workspace, session, tmp_path / "a" / "one.nodeui.json")
    assert names(tmp_path / "a" / "one.files") == {one}
    other = pasted(session, store, PNGS[1])
    save(qtbot, workspace, session, tmp_path / "b" / "two.nodeui.json")
    assert names(tmp_path / "b" / "two.files") == {one, other}
    assert names(tmp_path / "a" / "one.files") == {one}


def test_undo_after_saving_finds_what_was_cleaned(
    qtbot: Any, workspace: Any, store: Path, tmp_path: Path
):
    session, path = workspace.new(), tmp_path / "some.nodeui.json"
    one = pasted(session, store, PNGS[0])
    save(qtbot, workspace, session, path)
    for file in store.iterdir():
        file.unlink()
    session.edit(SpliceParam("p", "painting", *Splice(1, 1, ())))
    for title in "abcd":
        session.edit(AddNode(Node(title, "paint.mask")))
        save(qtbot, workspace, session, path)
    assert not bitmaps.folder_of(path).exists()
    for _ in range(5):
        session.undo()
    assert f"bitmap={one}" in session.graph.nodes["p"].params["painting"][1]
    assert bitmaps.read(one, tmp_path) == PNGS[0]
    save(qtbot, workspace, session, path)
    assert names(bitmaps.folder_of(path)) == {one}


def test_missing_ones_are_reported_and_the_rest_is_saved(
    qtbot: Any, workspace: Any, store: Path, tmp_path: Path
):
    session, path = workspace.new(), tmp_path / "some.nodeui.json"
    messages: list[str] = []
    session.message.connect(lambda level, text: messages.append(text))
    one, other = (pasted(session, store, data) for data in PNGS)
    (store / f"{one}.png").unlink()
    save(qtbot, workspace, session, path)
    assert names(bitmaps.folder_of(path)) == {other}
    assert [text for text in messages if "missing" in text]
    assert one in path.read_text()


def test_a_kill_loses_none(qtbot: Any, specs: Registry, settings: Settings, store: Path):
    killed = Workspace(specs, settings)
    session = killed.new()
    name = pasted(session, store, PNGS[0])
    os.utime(store / f"{name}.png", (1000, 1000))
    old = bitmaps.add(PNGS[1], store)
    os.utime(store / f"{old}.png", (1000, 1000))
    assert session.journal is not None
    session.journal.release()  # as if the process were gone
    after = Workspace(specs, settings)
    assert after.recover() == 1
    qtbot.waitUntil(lambda: names(store) == {name}, timeout=60_000)
    assert bitmaps.read(name, Path.home()) == PNGS[0]
    after.close()


def test_a_picture_brings_them_along(qtbot: Any, workspace: Any, store: Path, tmp_path: Path):
    session = workspace.new()
    name = pasted(session, store, PNGS[0])
    info, file = PngInfo(), io.BytesIO()
    info.add_itxt("nodeui:workflow", dump(session.document).decode())
    info.add_itxt("nodeui:bitmaps", packed(PNGS[:1]))
    Image.new("RGB", (1, 1)).save(file, "PNG", pnginfo=info)
    (tmp_path / "picture.png").write_bytes(file.getvalue())
    (store / f"{name}.png").unlink()
    found: list[Session] = []
    workspace.open(tmp_path / "picture.png", found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert not found[0].trusted
    assert bitmaps.read(name, tmp_path) == PNGS[0]


def test_a_stranger_s_bitmaps_are_not_read_before_the_first_run(
    qtbot: Any, workspace: Any, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    session = workspace.new()
    pasted(session, store, PNGS[0])
    (tmp_path / "some.nodeui.json").write_bytes(dump(session.document))
    monkeypatch.setattr(bitmaps, "find", lambda *_: pytest.fail("it was read"))
    found: list[Session] = []
    workspace.open(tmp_path / "some.nodeui.json", found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert not found[0].trusted


def test_a_saved_picture_runs_alone(
    specs: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Without a window, and without the folder that it was made with."""
    monkeypatch.delenv(bitmaps.STORE)
    monkeypatch.setenv("NODEUI_CACHE", str(tmp_path / "cache"))
    name = bitmaps.add(PNGS[1], tmp_path / "any.files")
    lines = list(adding((), Layer(id="a", bitmap=name)).lines)
    document = Document(Graph(specs))
    for edit in (
        AddNode(Node("p", "paint.layers", params={"painting": lines, "width": 4, "height": 4})),
        AddNode(Node("save", "image.save", params={"name": "x"})),
        Connect(Link("p", "image", "save", "image")),
    ):
        document.graph.apply(edit)
    (tmp_path / "w.nodeui.json").write_bytes(dump(document))
    result = headless.run(
        tmp_path / "w.nodeui.json",
        output_dir=tmp_path / "out",
        registry=specs,
        cache=open_cache(None),
    )
    assert result.ok and not result.report.warnings
    (tmp_path / "any.files" / f"{name}.png").unlink()
    alone = headless.run(
        tmp_path / "out" / "x.png",
        output_dir=tmp_path / "out",
        registry=specs,
        cache=open_cache(None),
    )
    assert alone.ok and not alone.report.warnings
    np.testing.assert_array_equal(
        alone.values("p")["image"].pixels, result.values("p")["image"].pixels
    )
    monkeypatch.delenv(bitmaps.STORE)
    gone = headless.run(
        tmp_path / "w.nodeui.json", registry=specs, cache=open_cache(None), targets=["p"]
    )
    assert gone.ok and "is missing" in gone.report.warnings[0].message

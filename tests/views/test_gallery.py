"""The gallery of saved pictures, driven by mouse and keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.views.gallery import Gallery
from nodeui.views.gallery.pictures import changed_names, differences, read_workflow, scan
from nodeui.views.thumbnails import thumbnails
from tests.graph.toys import TOYS
from tests.views.scene import toy_session

Save = Callable[..., Path]


def workflow(
    params: dict[str, Any], more: tuple[Node, ...] = (), links: tuple[Link, ...] = ()
) -> str:
    graph = Graph(TOYS)
    for node in (Node("sky", "toy.paint", params=params), Node("mix", "toy.mix", version=3), *more):
        graph.apply(AddNode(node))
    for link in links:
        graph.apply(Connect(link))
    return document.dump(Document(graph)).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def save(folder: Path) -> Save:
    """Saves pictures with a workflow, each a minute newer than the previous one."""
    count = 0

    def write(name: str, text: str | None = None, colour: str = "red") -> Path:
        nonlocal count
        count += 1
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        info = PngInfo()
        if text is not None:
            info.add_itxt(document.PNG_KEY, text)
        Image.new("RGB", (30, 20), colour).save(path, pnginfo=info)
        os.utime(path, (1_000_000 + 60 * count, 1_000_000 + 60 * count))
        return path

    return write


@pytest.fixture
def open_gallery(qtbot: QtBot, folder: Path) -> Iterator[Callable[[], Gallery]]:
    panels: list[Gallery] = []

    def opened() -> Gallery:
        panel = Gallery(folder)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.set_session(toy_session())
        panel.resize(900, 300)
        with qtbot.waitActive(panel):
            panel.show()
        qtbot.waitUntil(lambda: panel.model.total == len(scan(folder)))
        qtbot.waitUntil(lambda: not panel.model.unread(1))
        return panel

    yield opened


def names(gallery: Gallery) -> list[str]:
    model = gallery.model
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def place(gallery: Gallery, row: int) -> QPoint:
    return gallery.list.visualRect(gallery.model.index(row)).center()


def click(qtbot: QtBot, gallery: Gallery, row: int) -> None:
    qtbot.mouseClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=place(gallery, row))


# --- embedded workflows ---


def test_workflows_are_read_without_the_pixels(save: Save) -> None:
    path = save("a.png", workflow({"text": "a sky"}))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"IDAT") + 4])
    found = read_workflow(path)
    assert found is not None
    assert found.nodes["sky"] == ("toy.paint", {"text": "a sky"})
    assert list(found.texts()) == ["a sky"]


@pytest.mark.parametrize("text", [None, "", "{", '{"format": "other"}', "[]"])
def test_pictures_without_a_usable_workflow_have_none(save: Save, text: str | None) -> None:
    assert read_workflow(save("a.png", text)) is None


def test_files_that_are_no_pictures_have_none(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.png").write_bytes(b"\x89PNG nonsense")
    assert read_workflow(folder / "a.png") is None
    assert read_workflow(folder / "missing.png") is None


def test_differences_know_defaults_nodes_and_links(save: Save) -> None:
    link = Link("sky", "picture", "mix", "base")
    old = read_workflow(save("a.png", workflow({"size": 16, "text": "a sky"}, links=(link,))))
    new = read_workflow(
        save("b.png", workflow({"text": "a sea", "seed": 4}, more=(Node("hill", "toy.paint"),)))
    )
    assert old is not None and new is not None
    lines = differences(old, new, TOYS)
    assert lines == [
        "sky.text: a sky → a sea",
        "sky.seed: 0 → 4",
        "+ hill",
        "− sky.picture → mix.base",
    ]
    assert changed_names(lines) == "text, seed, + hill, links"
    assert differences(new, new, TOYS) == []


def test_curves_set_to_their_default_do_not_differ(save: Save) -> None:
    old = read_workflow(save("a.png", workflow({})))
    graph = workflow({}).replace('"type":"toy.mix"', '"type":"toy.mix","params":{"fade":[]}')
    new = read_workflow(save("b.png", graph))
    assert old is not None and new is not None
    assert new.nodes["mix"][1] == {"fade": []}
    assert differences(old, new, TOYS) == []


def test_folders_are_scanned_newest_first_without_hidden_ones(save: Save, folder: Path) -> None:
    save("old.png")
    save(".cache/hidden.png")
    save("deep/er/new.png")
    (folder / "notes.txt").write_text("no picture")
    assert [picture.path.name for picture in scan(folder)] == ["new.png", "old.png"]
    assert scan(folder / "missing") == []


# --- the panel ---


def test_newest_first_with_thumbnails(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(5):
        save(f"{number}.png", colour="red")
    newest = save("newest.png", colour="lime")
    gallery = open_gallery()
    assert names(gallery) == ["newest.png", "4.png", "3.png", "2.png", "1.png", "0.png"]
    stamp = newest.stat().st_mtime_ns
    qtbot.waitUntil(lambda: thumbnails().get(str(newest), stamp) is not None)
    shown = gallery.list.viewport().grab().toImage().pixelColor(place(gallery, 0) - QPoint(0, 10))
    assert shown.name() == "#00ff00"


def test_searching_prompts(open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot) -> None:
    save("a.png", workflow({"text": "a Lake at dusk"}))
    save("b.png", workflow({"text": "a forest"}))
    save("lake-view.png")
    gallery = open_gallery()
    qtbot.keyClicks(gallery.search, "lake")
    assert names(gallery) == ["lake-view.png", "a.png"]
    qtbot.keyClicks(gallery.search, " dusk")
    assert names(gallery) == ["a.png"]
    qtbot.keyClicks(gallery.search, "x")
    assert names(gallery) == [] and not gallery.list.isVisible()
    qtbot.keyClick(gallery.search, Qt.Key.Key_Escape)
    assert len(names(gallery)) == 3


def test_what_differs_from_the_one_before(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png", workflow({"text": "a sky", "seed": 1}))
    save("plain.png")
    save("b.png", workflow({"text": "a sky", "seed": 2}))
    save("c.png", workflow({"text": "a sky", "seed": 2}))
    gallery = open_gallery()
    heading, changes = gallery.details.heading, gallery.details.changes
    click(qtbot, gallery, 0)
    assert heading.text() == "Same settings as the previous picture."
    assert gallery.details.prompt.text() == "a sky"
    click(qtbot, gallery, 1)
    assert heading.text() == "Changed since the previous picture:"
    assert changes.text() == "sky.seed: 1 → 2"
    assert gallery.current is not None
    assert gallery.model.caption(scan(gallery.current.path.parent)[1]) == "seed"
    click(qtbot, gallery, 2)
    assert heading.text() == "Contains no workflow."
    click(qtbot, gallery, 3)
    assert heading.text() == "First picture with a workflow."


def test_restoring_viewing_and_comparing(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png", workflow({}))
    gallery = open_gallery()
    port = gallery.list.viewport()
    click(qtbot, gallery, 0)
    with qtbot.waitSignal(gallery.restore_requested) as asked:
        qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=place(gallery, 0))
    assert asked.args == [path]
    with qtbot.waitSignal(gallery.restore_requested):
        qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    with qtbot.waitSignal(gallery.view_requested) as asked:
        qtbot.keyClick(gallery.list, Qt.Key.Key_Space)
    assert asked.args == [path]
    gallery.list.customContextMenuRequested.emit(place(gallery, 0))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    compare = next(action for action in menu.actions() if "Compare" in action.text())
    with qtbot.waitSignal(gallery.compare_requested) as asked:
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(compare).center())
    assert asked.args == [path]


def test_pictures_are_dragged_as_files(open_gallery: Callable[[], Gallery], save: Save) -> None:
    path = save("a.png")
    gallery = open_gallery()
    mime = gallery.model.mimeData([gallery.model.index(0)])
    assert [Path(url.toLocalFile()) for url in mime.urls()] == [path]


def test_new_pictures_appear_and_the_selection_stays(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    first = save("a.png", workflow({"seed": 1}))
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    save("b.png", workflow({"seed": 2}))
    qtbot.waitUntil(lambda: names(gallery) == ["b.png", "a.png"])
    assert gallery.current is not None and gallery.current.path == first


def test_an_output_folder_that_is_not_there_yet(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    gallery = open_gallery()
    assert not gallery.list.isVisible()
    save("a.png")
    qtbot.waitUntil(lambda: names(gallery) == ["a.png"])
    assert gallery.list.isVisible()


def test_only_what_is_seen_is_decoded(
    open_gallery: Callable[[], Gallery], save: Save, folder: Path, qtbot: QtBot
) -> None:
    first = save("0000.png")
    content = first.read_bytes()
    for number in range(1, 1000):
        path = folder / f"{number:04}.png"
        path.write_bytes(content)
        os.utime(path, (2_000_000 + number, 2_000_000 + number))
    loaded: list[str] = []
    thumbnails().loaded.connect(lambda path, _: loaded.append(path))
    gallery = open_gallery()
    qtbot.waitUntil(lambda: str(folder / "0999.png") in loaded)
    assert len(loaded) < 200
    bar = gallery.list.horizontalScrollBar()
    last = bar if bar.maximum() else gallery.list.verticalScrollBar()
    last.setValue(last.maximum())
    qtbot.waitUntil(lambda: str(first) in loaded)
    assert len(loaded) < 400


def test_a_strip_and_a_column(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(9):
        save(f"{number}.png")
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    gallery.resize(900, 150)
    tops = {gallery.list.visualRect(gallery.model.index(row)).top() for row in range(9)}
    assert len(tops) == 1
    assert gallery.list.visualRect(gallery.model.index(0)).bottom() <= gallery.list.height()
    gallery.resize(300, 700)
    QApplication.processEvents()
    tops = {gallery.list.visualRect(gallery.model.index(row)).top() for row in range(9)}
    assert len(tops) > 2
    qtbot.waitUntil(gallery.details.isVisible)
    QApplication.processEvents()
    assert gallery.details.y() > gallery.list.y()


def test_the_list_has_all_the_room_until_a_picture_is_chosen(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(9):
        save(f"{number}.png")
    gallery = open_gallery()
    gallery.resize(900, 150)
    assert gallery.list.width() > 880
    port, last = gallery.list.viewport(), place(gallery, 8)
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=last)
    with qtbot.waitSignal(gallery.restore_requested):  # nothing moved below the pointer
        qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=last)
    qtbot.waitUntil(gallery.details.isVisible)
    assert port.rect().contains(place(gallery, 8))
    gallery.search.setText("no such words")
    qtbot.waitUntil(gallery.details.isHidden)

"""The gallery of saved pictures, driven by mouse and keyboard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLabel, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.pictures.library import Library
from nodeui.pictures.record import Marks, Picture
from nodeui.views.gallery import Gallery
from nodeui.views.gallery.shelves import Shelves
from nodeui.views.thumbnails import thumbnails
from nodeui.views.window.preferences import PreferencesDialog
from tests.graph.toys import TOYS
from tests.signals import arguments_of
from tests.views.editor import LONG, toy_studio
from tests.views.scene import entry

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


@pytest.fixture(autouse=True)
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bin of the test's own."""
    data = tmp_path / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(data))
    for name, value in {
        "XDG_DATA_HOME": os.fsencode(data),
        "HOMETRASH": str(data / "Trash"),
        "HOMETRASH_B": os.fsencode(data / "Trash"),
    }.items():
        monkeypatch.setattr(f"send2trash.plat_other.{name}", value, raising=False)
    return tmp_path / "data" / "Trash"


@pytest.fixture
def open_gallery(qtbot: QtBot, folder: Path, tmp_path: Path) -> Callable[[], Gallery]:
    """Opens a gallery, and waits until it shows all pictures."""

    def opened() -> Gallery:
        panel = Gallery(folder, tmp_path / "cache" / "pictures.sqlite", TOYS)
        qtbot.addWidget(panel)
        panel.resize(900, 300)
        with qtbot.waitActive(panel):
            panel.show()
        count = len(list(folder.rglob("*.png"))) if folder.exists() else 0
        qtbot.waitUntil(
            lambda: panel.model.total == count and panel.catalogue.is_open, timeout=LONG
        )
        qtbot.waitUntil(lambda: all(names(panel)) and not panel.catalogue.is_scanning, timeout=LONG)
        return panel

    return opened


def names(gallery: Gallery) -> list[str]:
    """The names of the listed pictures; "" for one that was not read yet."""
    model = gallery.model
    return [str(model.index(row).data() or "") for row in range(model.rowCount())]


def wait_for_names(qtbot: QtBot, gallery: Gallery, wanted: list[str]) -> None:
    qtbot.waitUntil(lambda: names(gallery) == wanted, timeout=LONG)


def picture(gallery: Gallery, row: int) -> Picture:
    found = gallery.model.picture(row)
    assert found is not None
    return found


def marks_on_disk(path: Path) -> Marks:
    """The marks in the XMP of a picture, as other programs read them."""
    library = Library(path.parent.parent / "other" / "pictures.sqlite", TOYS)
    library.scan(path.parent)
    (found,) = library.find([path])
    library.close()
    return found.marks


def place(gallery: Gallery, row: int) -> QPoint:
    return gallery.list.visualRect(gallery.model.index(row)).center()


def click(qtbot: QtBot, gallery: Gallery, row: int) -> None:
    qtbot.mouseClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=place(gallery, row))


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
    wait_for_names(qtbot, gallery, ["lake-view.png", "a.png"])
    qtbot.keyClicks(gallery.search, " dusk")
    wait_for_names(qtbot, gallery, ["a.png"])
    qtbot.keyClicks(gallery.search, "x")
    wait_for_names(qtbot, gallery, [])
    assert not gallery.list.isVisible()
    qtbot.keyClick(gallery.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(gallery)) == 3, timeout=LONG)


def test_the_graph_of_an_old_picture_is_two_actions_away(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    old = save("old.png", workflow({"text": "a Lake at dusk"}))
    os.utime(old, (500_000, 500_000))  # 6 January 1970, the others are of 12 January
    for number in range(3):
        save(f"{number}.png", workflow({"text": "a Lake at dusk"}))
    gallery = open_gallery()
    qtbot.keyClicks(gallery.search, "date:1970-01-06 lake")  # 1
    wait_for_names(qtbot, gallery, ["old.png"])
    with qtbot.waitSignal(gallery.restore_requested, timeout=LONG) as asked:  # 2
        click(qtbot, gallery, 0)
        qtbot.mouseDClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=place(gallery, 0))
    assert asked.args == [old]


def test_what_changed_from_the_picture_it_was_made_from(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png", workflow({"text": "a sky", "seed": 1}))
    save("plain.png")
    save("b.png", workflow({"text": "a sky", "seed": 2}))
    gallery = open_gallery()
    heading, changes = gallery.details.heading, gallery.details.changes
    click(qtbot, gallery, 0)
    qtbot.waitUntil(lambda: heading.text() == "Changed since a.png:", timeout=LONG)
    assert changes.text() == "seed 1 → 2"
    assert gallery.details.prompt.text() == "a sky"
    qtbot.waitUntil(lambda: gallery.model.caption(picture(gallery, 0)) == "seed 2", timeout=LONG)
    click(qtbot, gallery, 1)
    qtbot.waitUntil(lambda: heading.text() == "Contains no workflow.", timeout=LONG)
    click(qtbot, gallery, 2)
    qtbot.waitUntil(lambda: heading.text() == "Made from no other picture.", timeout=LONG)


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
    assert asked.args == [[path]]


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
    wait_for_names(qtbot, gallery, ["b.png", "a.png"])
    current = gallery.selection.current
    assert current is not None and current.path == first


def test_every_picture_of_another_process_appears(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, folder: Path
) -> None:
    template = save("first.png")
    gallery = open_gallery()
    script = (
        "import pathlib, shutil, sys, time\n"
        "source = pathlib.Path(sys.argv[1])\n"
        "for number in range(20):\n"
        "    part = source.with_name(f'{number}.part')\n"
        "    shutil.copyfile(source, part)\n"
        "    part.rename(source.with_name(f'{number}.png'))\n"
        "    time.sleep(0.05)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(template)]) as process:
        qtbot.waitUntil(lambda: process.poll() is not None, timeout=LONG)
    qtbot.waitUntil(lambda: gallery.model.rowCount() == 21, timeout=LONG)
    (folder / "3.png").rename(folder / "best.png")
    (folder / "4.png").unlink()
    qtbot.waitUntil(
        lambda: "best.png" in names(gallery) and "4.png" not in names(gallery), timeout=LONG
    )
    assert gallery.model.total == 20


def test_an_output_folder_that_is_not_there_yet(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    gallery = open_gallery()
    assert not gallery.list.isVisible()
    save("a.png")
    wait_for_names(qtbot, gallery, ["a.png"])
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
    qtbot.waitUntil(gallery.details.isHidden, timeout=LONG)


# --- marks ---


def key(qtbot: QtBot, gallery: Gallery, *keys: Qt.Key | str) -> None:
    for one in keys:
        qtbot.keyClick(gallery.list, one)


def test_number_keys_rate_the_selected_pictures(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    paths = [save(f"{number}.png") for number in range(4)]
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    qtbot.mouseClick(
        gallery.list.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        place(gallery, 2),
    )
    assert len(gallery.selection.ids) == 3
    key(qtbot, gallery, "4")
    assert [picture(gallery, row).marks.rating for row in range(4)] == [4, 4, 4, 0]  # at once
    qtbot.waitUntil(lambda: marks_on_disk(paths[3]).rating == 4, timeout=LONG)
    qtbot.mouseClick(
        gallery.list.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        place(gallery, 1),
    )
    key(qtbot, gallery, "1")
    assert [picture(gallery, row).marks.rating for row in range(4)] == [1, 4, 1, 0]
    qtbot.keyClick(gallery.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(
        lambda: [picture(gallery, row).marks.rating for row in range(4)] == [4, 4, 4, 0],
        timeout=LONG,
    )


def test_labels_and_rejection_by_key(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png")
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    key(qtbot, gallery, "8", "x")
    qtbot.waitUntil(
        lambda: (marks_on_disk(path).label, marks_on_disk(path).rejected) == ("Green", True),
        timeout=LONG,
    )
    key(qtbot, gallery, "8", "x")
    qtbot.waitUntil(
        lambda: (marks_on_disk(path).label, marks_on_disk(path).rejected) == ("", False),
        timeout=LONG,
    )


def test_stars_filter_and_hidden_rejects(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(4):
        save(f"{number}.png")
    gallery = open_gallery()
    click(qtbot, gallery, 1)
    key(qtbot, gallery, "5")
    click(qtbot, gallery, 2)
    key(qtbot, gallery, "3", "x")
    stars = gallery.bar.stars
    third = QPoint(int(stars.width() * 0.5), stars.height() // 2)
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    wait_for_names(qtbot, gallery, ["2.png", "1.png"])
    qtbot.mouseClick(gallery.bar.rejected, Qt.MouseButton.LeftButton)
    wait_for_names(qtbot, gallery, ["2.png"])
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    wait_for_names(qtbot, gallery, ["3.png", "2.png", "0.png"])


def test_the_next_picture_is_current_when_a_rejected_one_disappears(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(3):
        save(f"{number}.png")
    gallery = open_gallery()
    gallery.bar.rejected.setChecked(True)
    click(qtbot, gallery, 1)
    key(qtbot, gallery, "x")
    wait_for_names(qtbot, gallery, ["2.png", "0.png"])
    current = gallery.selection.current
    assert current is not None and current.path.name == "0.png"


def test_tags_are_typed_with_suggestions(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    first, second = save("a.png"), save("b.png")
    gallery = open_gallery()
    click(qtbot, gallery, 1)
    key(qtbot, gallery, "t")
    tags = gallery.details.tags
    assert tags.hasFocus()
    qtbot.keyClicks(tags, "lighthouse, sea")
    qtbot.keyClick(tags, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marks_on_disk(first).tags == ("lighthouse", "sea"), timeout=LONG)
    assert gallery.list.hasFocus()
    click(qtbot, gallery, 0)
    qtbot.waitUntil(lambda: tags.text() == "", timeout=LONG)
    key(qtbot, gallery, "t")
    qtbot.keyClicks(tags, "lig")
    qtbot.waitUntil(lambda: gallery.details.tags_completion.is_open, timeout=LONG)
    popup = gallery.details.tags_completion.popup()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert tags.text() == "lighthouse"
    qtbot.keyClick(tags, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: marks_on_disk(second).tags == ("lighthouse",), timeout=LONG)
    qtbot.keyClicks(gallery.search, "tag:sea")
    wait_for_names(qtbot, gallery, ["a.png"])


def test_marks_of_the_details_are_clicked(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png")
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    qtbot.waitUntil(gallery.details.isVisible, timeout=LONG)
    stars, blue = gallery.details.stars, gallery.details.labels[3]
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=QPoint(stars.width() - 4, 8))
    qtbot.mouseClick(blue, Qt.MouseButton.LeftButton)
    wanted = Marks(rating=5, label="Blue")
    qtbot.waitUntil(lambda: marks_on_disk(path) == wanted, timeout=LONG)


def test_a_sidecar_that_cannot_be_written_is_reported(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png")
    path.with_name("a.png.xmp").mkdir()
    path.with_name("a.xmp").mkdir()
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    with qtbot.waitSignal(gallery.message, timeout=LONG) as reported:
        key(qtbot, gallery, "3")
    level, text, undo = arguments_of(reported)
    assert level == "error" and "a" in text and "\n" not in text and undo is None
    qtbot.waitUntil(lambda: picture(gallery, 0).marks.rating == 0, timeout=LONG)


# --- searching and order ---


def test_suggestions_complete_the_query(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png")
    gallery = open_gallery()
    gallery.search.setFocus()
    qtbot.keyClicks(gallery.search, "rat")
    popup = gallery.bar.search.completion.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible, timeout=LONG)
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert gallery.search.text() == "rating:"


def test_a_mistake_in_the_query_is_one_line_and_the_list_stays(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png")
    gallery = open_gallery()
    gallery.search.setText("rating:many")
    qtbot.waitUntil(lambda: "rating" in gallery.problem_text, timeout=LONG)
    assert "\n" not in gallery.problem_text and names(gallery) == ["a.png"]
    gallery.search.clear()
    qtbot.waitUntil(lambda: gallery.problem_text == "", timeout=LONG)


def test_order_and_direction(open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot) -> None:
    save("b.png", workflow({"seed": 5}))
    save("c.png", workflow({"seed": 9}))
    save("a.png", workflow({"seed": 7}))
    gallery = open_gallery()
    order = gallery.bar.order
    order.setCurrentIndex(order.findData("name"))
    order.activated.emit(order.currentIndex())
    qtbot.mouseClick(gallery.bar.direction, Qt.MouseButton.LeftButton)
    wait_for_names(qtbot, gallery, ["a.png", "b.png", "c.png"])
    qtbot.mouseClick(gallery.bar.direction, Qt.MouseButton.LeftButton)
    wait_for_names(qtbot, gallery, ["c.png", "b.png", "a.png"])


def test_the_wheel_with_control_changes_the_size(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for number in range(4):
        save(f"{number}.png")
    gallery = open_gallery()
    gallery.resize(900, 700)
    before = gallery.list.visualRect(gallery.model.index(0)).width()
    point = QPointF(gallery.list.viewport().rect().center())
    wheel = QWheelEvent(
        point,
        gallery.list.viewport().mapToGlobal(point),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(gallery.list.viewport(), wheel)
    assert gallery.list.visualRect(gallery.model.index(0)).width() > before


# --- collections ---


def spot_of(shelves: Shelves, name: str) -> QPoint:
    """The middle of a collection's entry."""
    items = [shelves.item(row) for row in range(shelves.count())]
    (item,) = [item for item in items if item.text().startswith(name)]
    return shelves.visualItemRect(item).center()


def test_collections_are_filled_by_menu_and_by_drop(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = save("a.png"), save("b.png")
    gallery = open_gallery()
    gallery.resize(1200, 400)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Client A", True))
    click(qtbot, gallery, 1)
    gallery.list.customContextMenuRequested.emit(place(gallery, 1))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry(menu, "Add to collection", "New collection…").trigger()
    menu.close()
    qtbot.waitUntil(lambda: gallery.collecting.names == ["Client A"], timeout=LONG)
    shelves = gallery.shelves
    mime = gallery.model.mimeData([gallery.model.index(0)])
    at = QPointF(spot_of(shelves, "Client A"))
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at.toPoint(), copy, mime, left, none)
    QApplication.sendEvent(shelves.viewport(), enter)
    drop = QDropEvent(at, copy, mime, left, none)
    QApplication.sendEvent(shelves.viewport(), drop)
    qtbot.waitUntil(lambda: marks_on_disk(second).collections == ("Client A",), timeout=LONG)
    save("c.png")
    qtbot.waitUntil(lambda: gallery.model.total == 3, timeout=LONG)
    spot = spot_of(shelves, "Client A")
    qtbot.mouseClick(shelves.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    wait_for_names(qtbot, gallery, ["b.png", "a.png"])
    click(qtbot, gallery, 0)
    gallery.selection.remove_from("Client A")
    wait_for_names(qtbot, gallery, ["a.png"])
    assert marks_on_disk(first).collections == ("Client A",) and second.exists()


# --- files ---


def test_deleting_goes_to_the_bin_and_is_undone(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, bin_folder: Path
) -> None:
    save("a.png")
    path = save("b.png")
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    key(qtbot, gallery, "5")
    with qtbot.waitSignal(gallery.message, timeout=LONG) as reported:
        key(qtbot, gallery, Qt.Key.Key_Delete)
    wait_for_names(qtbot, gallery, ["a.png"])
    assert not path.exists()
    level, text, undo = arguments_of(reported)
    assert (level, text) == ("info", "1 picture moved to the bin.") and callable(undo)
    qtbot.keyClick(gallery.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for_names(qtbot, gallery, ["b.png", "a.png"])
    assert path.exists() and picture(gallery, 0).marks.rating == 5


def test_renaming_in_place(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, folder: Path
) -> None:
    save("a.png")
    save("b.png")
    gallery = open_gallery()
    click(qtbot, gallery, 1)
    key(qtbot, gallery, Qt.Key.Key_F2)
    editor = gallery.list.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit) and editor.selectedText() == "a"
    qtbot.keyClicks(editor, "best one")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    wait_for_names(qtbot, gallery, ["b.png", "best one.png"])
    assert (folder / "best one.png").exists()
    click(qtbot, gallery, 0)
    key(qtbot, gallery, Qt.Key.Key_F2)
    (editor,) = [
        line for line in gallery.list.viewport().findChildren(QLineEdit) if line.isVisible()
    ]
    qtbot.keyClicks(editor, "best one")
    with qtbot.waitSignal(gallery.message, timeout=LONG) as reported:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert arguments_of(reported)[0] == "error" and (folder / "b.png").exists()


def test_copying_picture_and_path(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png", colour="blue")
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    clipboard = QApplication.clipboard()
    clipboard.clear()
    qtbot.keyClick(gallery.list, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clipboard.image().isNull(), timeout=LONG)
    assert clipboard.image().pixelColor(3, 3).name() == "#0000ff"
    assert [url.toLocalFile() for url in clipboard.mimeData().urls()] == [str(path)]
    gallery.selection.copy_paths()
    assert clipboard.text() == str(path)


def test_the_menu_asks_for_more_entries(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png")
    gallery = open_gallery()
    asked: list[list[Path]] = []

    def more(menu: QMenu, paths: list[Path]) -> None:
        asked.append(paths)
        menu.addAction("Send to sketch")

    gallery.menu_opened.connect(more)
    click(qtbot, gallery, 0)
    gallery.list.customContextMenuRequested.emit(place(gallery, 0))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions()]
    assert texts.index("Made from…") < texts.index("Send to sketch") < texts.index("Rejected")
    menu.close()
    assert asked == [[path]]


def test_the_viewer_steps_through_the_list_and_rates(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    older, newer = save("a.png"), save("b.png")
    gallery = open_gallery()
    with qtbot.waitSignal(gallery.view_requested, timeout=LONG) as asked:
        gallery.show_neighbour(newer, 1)
    assert asked.args == [older]
    gallery.commands.rate([older], 2)
    qtbot.waitUntil(lambda: picture(gallery, 1).marks.rating == 2, timeout=LONG)


def test_the_window_offers_to_undo_a_deletion(
    save: Save, folder: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    path = save("../pictures/a.png")
    with toy_studio(tmp_path) as studio:
        studio.docks.bring_up("gallery")
        gallery = studio.docks.panel(Gallery)
        wait_for_names(qtbot, gallery, ["a.png"])
        click(qtbot, gallery, 0)
        key(qtbot, gallery, Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda: not path.exists(), timeout=LONG)
        qtbot.waitUntil(lambda: len(studio.notices.shown) == 1, timeout=LONG)
        undo = studio.notices.shown[0].button
        qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(path.exists, timeout=LONG)
        wait_for_names(qtbot, gallery, ["a.png"])


def test_embedding_is_a_preference(
    save: Save, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save("../pictures/a.png", workflow({"seed": 1}))
    before = path.read_bytes()

    def accept(dialog: PreferencesDialog) -> int:
        dialog.embed_marks.click()
        return 1

    with toy_studio(tmp_path) as studio:
        studio.docks.bring_up("gallery")
        gallery = studio.docks.panel(Gallery)
        wait_for_names(qtbot, gallery, ["a.png"])
        click(qtbot, gallery, 0)
        key(qtbot, gallery, "3")
        qtbot.waitUntil(lambda: marks_on_disk(path).rating == 3, timeout=LONG)
        assert path.read_bytes() == before
        monkeypatch.setattr(PreferencesDialog, "exec", accept)
        studio.actions["file.preferences"].trigger()
        assert studio.settings.preferences.embed_marks
        key(qtbot, gallery, "4")
        qtbot.waitUntil(lambda: path.read_bytes() != before, timeout=LONG)


def test_embedding_is_offered_once_after_a_rating(save: Save, qtbot: QtBot, tmp_path: Path) -> None:
    path = save("../pictures/a.png", workflow({"seed": 1}))
    before = path.read_bytes()
    with toy_studio(tmp_path) as studio:
        studio.docks.bring_up("gallery")
        gallery = studio.docks.panel(Gallery)
        wait_for_names(qtbot, gallery, ["a.png"])
        click(qtbot, gallery, 0)
        key(qtbot, gallery, "3")
        qtbot.waitUntil(lambda: len(studio.notices.shown) == 1, timeout=LONG)
        (notice,) = studio.notices.shown
        assert "Lightroom" in notice.text
        notice.closed.emit()
        key(qtbot, gallery, "2")
        qtbot.waitUntil(lambda: marks_on_disk(path).rating == 2, timeout=LONG)
        assert not studio.notices.shown and path.read_bytes() == before
        notice.button.click()
        assert studio.settings.preferences.embed_marks
        key(qtbot, gallery, "4")
        qtbot.waitUntil(lambda: path.read_bytes() != before, timeout=LONG)


def test_a_mistake_covers_no_captions_in_a_low_gallery(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png")
    gallery = open_gallery()
    for height in (140, 170, 260):
        gallery.resize(1000, height)
        gallery.search.setText("rating:many")
        qtbot.waitUntil(lambda: bool(gallery.problem_text), timeout=LONG)
        shown = [each for each in gallery.findChildren(QLabel) if each.text()]
        texts = [each for each in shown if each.text() == gallery.problem_text]
        (seen,) = [each for each in texts if each.isVisible()]
        room = gallery.list.viewport().height()
        assert gallery.list.visualRect(gallery.model.index(0)).bottom() <= room
        assert (
            seen.mapTo(gallery, seen.rect().bottomLeft()).y()
            <= gallery.list.mapTo(gallery, QPoint()).y()
        )
        gallery.search.setText("")
        qtbot.waitUntil(lambda: not gallery.problem_text, timeout=LONG)


# --- lineage ---


def test_a_run_of_seeds_is_folded_until_it_is_opened(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    for seed in range(1, 7):
        save(f"{seed}.png", workflow({"text": "a sky", "seed": seed}))
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    key(qtbot, gallery, "l")
    page, view = gallery.lineage, gallery.lineage.view
    qtbot.waitUntil(lambda: len(view.steps) == 2, timeout=LONG)
    (change,) = view.changes
    assert change.lines == ("seed 1 → 6", "4 pictures between")
    assert page.unfold_button.isVisible()
    spot = view.label_box(change).center().toPoint()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(view.steps) == 6 and not page.unfold_button.isVisible()
    assert view.current is not None and view.current.path.name == "6.png"


def test_the_tree_of_a_picture_is_walked_by_keyboard(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    first = save("a.png", workflow({"text": "a sky", "seed": 1}))
    save("b.png", workflow({"text": "a sky", "seed": 1, "size": 48}))
    last = save("c.png", workflow({"text": "a sea", "seed": 1, "size": 48}))
    gallery = open_gallery()
    click(qtbot, gallery, 0)
    key(qtbot, gallery, "l")
    view = gallery.lineage.view
    qtbot.waitUntil(lambda: len(view.steps) == 3, timeout=LONG)
    assert view.isVisible() and not gallery.list.isVisible() and view.hasFocus()
    assert {change.lines for change in view.changes} == {("size 16 → 48",), ("text a sky → a sea",)}
    assert view.current is not None and view.current.path == last
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.current.path == first
    qtbot.waitUntil(lambda: gallery.details.name.text() == "a.png", timeout=LONG)
    with qtbot.waitSignal(gallery.restore_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked.args == [first]
    with qtbot.waitSignal(gallery.view_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Space)
    assert asked.args == [first]
    ids = {step.path: step.id for step in view.steps}
    with qtbot.waitSignal(gallery.restore_requested) as asked:
        spot = view.frame_of(ids[last]).center().toPoint()
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked.args == [last]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert gallery.list.isVisible() and gallery.list.hasFocus()


def test_the_tree_goes_down_in_a_narrow_gallery(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png", workflow({"seed": 1}))
    save("b.png", workflow({"seed": 2}))
    gallery = open_gallery()
    gallery.resize(320, 900)
    click(qtbot, gallery, 0)
    gallery.show_lineage()
    view = gallery.lineage.view
    qtbot.waitUntil(lambda: len(view.steps) == 2, timeout=LONG)
    older, newer = view.frame_of(view.steps[0].id), view.frame_of(view.steps[1].id)
    assert older.bottom() < newer.top()
    (change,) = view.changes
    box = view.label_box(change)
    assert older.bottom() < box.top() and box.bottom() < newer.top()


# --- bad days ---


def test_a_picture_that_is_removed_while_it_is_shown(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    path = save("a.png")
    save("b.png")
    gallery = open_gallery()
    click(qtbot, gallery, 1)
    path.unlink()
    wait_for_names(qtbot, gallery, ["b.png"])
    save("c.png")
    wait_for_names(qtbot, gallery, ["c.png", "b.png"])


def test_a_folder_that_goes_away_and_comes_back(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, folder: Path
) -> None:
    save("a.png")
    gallery = open_gallery()
    away = folder.with_name("away")
    folder.rename(away)
    wait_for_names(qtbot, gallery, [])
    away.rename(folder)
    wait_for_names(qtbot, gallery, ["a.png"])


def test_two_galleries_on_one_library(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot
) -> None:
    save("a.png")
    first, second = open_gallery(), open_gallery()
    click(qtbot, first, 0)
    key(qtbot, first, "5")
    qtbot.waitUntil(lambda: picture(second, 0).marks.rating == 5, timeout=LONG)


def test_damaged_pictures_are_listed(
    open_gallery: Callable[[], Gallery], save: Save, qtbot: QtBot, folder: Path
) -> None:
    save("a.png")
    (folder / "broken.png").write_bytes(b"\x89PNG nonsense")
    gallery = open_gallery()
    assert set(names(gallery)) == {"a.png", "broken.png"}
    click(qtbot, gallery, names(gallery).index("broken.png"))
    qtbot.waitUntil(lambda: gallery.details.name.text() == "broken.png", timeout=LONG)


def test_a_new_gallery_opens_no_database(qtbot: QtBot, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path / "output", tmp_path / "cache" / "pictures.sqlite", TOYS)
    qtbot.addWidget(gallery)
    QApplication.processEvents()
    assert not gallery.catalogue.is_open and not (tmp_path / "cache").exists()

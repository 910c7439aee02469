from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QTabWidget,
    QToolBar,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from nodeui import app
from nodeui.graph import document as files
from nodeui.graph.document import PNG_KEY, Document
from nodeui.graph.edits import AddNode, RemoveNode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.registry import installed
from nodeui.session.preferences import GalleryLook, Settings
from nodeui.session.session import Session
from nodeui.views import theme
from nodeui.views.gallery import Gallery
from nodeui.views.history import HistoryPanel
from nodeui.views.inspector import Inspector
from nodeui.views.palette import NodeSearch
from nodeui.views.timeline import Timeline
from nodeui.views.viewer import Viewer
from nodeui.views.window.actions import plain_text
from nodeui.views.window.command_palette import CommandPalette, match
from nodeui.views.window.drops import kind_of
from nodeui.views.window.preferences import PreferencesDialog
from nodeui.views.window.start import WORKFLOWS
from nodeui.views.window.studio import Studio
from tests.signals import arguments_of
from tests.views.editor import LONG, close, make_studio, settings_in
from tests.views.hand import Hand

EXAMPLE = WORKFLOWS / "controlled-landscape.nodeui.json"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture
def studio(qtbot: QtBot, qapp: QApplication, settings: Settings) -> Iterator[Studio]:
    studio = make_studio(qapp, settings)
    studio.window.show()
    qtbot.waitExposed(studio.window)
    yield studio
    close(studio)


def opened(qtbot: QtBot, studio: Studio, path: Path = EXAMPLE) -> Session:
    with qtbot.waitSignal(studio.workspace.opened) as signal:
        studio.workspace.open_copy(path)
    return arguments_of(signal)[0]


def workflow(folder: Path, name: str = "a.nodeui.json") -> Path:
    graph = Graph(installed())
    graph.apply(AddNode(Node("load", "image.load", params={"path": "x.png"})))
    path = folder / name
    path.write_bytes(files.dump(Document(graph)))
    return path


# --- documents ---------------------------------------------------------------------------------


def test_the_first_thing_shown_is_the_start_page(studio: Studio):
    assert studio.documents.currentWidget() is studio.documents.start
    assert not any(studio.docks[name].isVisible() for name in studio.docks)
    assert not studio.actions["run.run"].isEnabled()


def test_panels_made_after_the_first_paint_are_shown(
    qtbot: QtBot, qapp: QApplication, settings: Settings
):
    window = app.make_window(qapp, settings)
    window.resize(1400, 900)
    window.show()
    qtbot.waitExposed(window)
    studio = app.make_studio(window)
    studio.workspace.new()
    assert all(studio.docks[name].isVisibleTo(window) for name in studio.docks)
    assert all(bar.isVisible() for bar in window.findChildren(QToolBar))
    close(studio)


def test_the_start_page_stays_in_place_while_the_studio_comes(
    qtbot: QtBot, qapp: QApplication, settings: Settings
):
    """No event is handled before this test looks, so the next paint shows it as it is here."""
    window = app.make_window(qapp, settings)
    window.resize(1400, 900)
    window.show()
    qtbot.waitExposed(window)
    start = window.start
    before = QRect(start.mapTo(window, QPoint(0, 0)), start.size())
    studio = app.make_studio(window)
    assert start.isVisible() and window.menuBar().isVisible() and studio.status.isVisible()
    assert QRect(start.mapTo(window, QPoint(0, 0)), start.size()) == before
    close(studio)


def test_a_window_on_a_small_screen_keeps_to_it(
    qtbot: QtBot, qapp: QApplication, settings: Settings
):
    window = app.make_window(qapp, settings)
    window.resize(800, 400)  # a screen of 1600 x 900 at scale 2
    window.show()
    qtbot.waitExposed(window)
    studio = app.make_studio(window)
    opened(qtbot, studio)
    timeline = studio.actions["panel.timeline"]
    assert studio.docks.panel(Inspector).isVisible() and not timeline.isChecked()
    qtbot.wait(50)  # until the layout is done
    assert window.size() == QSize(800, 400)
    timeline.trigger()
    assert studio.docks.panel(Timeline).isVisible()
    qtbot.wait(50)
    assert window.size() == QSize(800, 400)
    close(studio)


def test_new_by_key_then_undo_names_what_it_undoes(qtbot: QtBot, studio: Studio):
    qtbot.keyClick(studio.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    (session,) = studio.workspace.sessions
    assert studio.documents.current is session
    assert studio.docks["inspector"].isVisible()
    session.edit(AddNode(Node("resize", "image.resize")))
    assert studio.actions["edit.undo"].text() == "Undo Add resize"
    assert "●" in studio.documents.tabs.tabText(0) and "*" in studio.window.windowTitle()
    qtbot.keyClick(studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.graph.nodes and not session.modified
    assert studio.actions["edit.redo"].text() == "Redo Add resize"
    assert not studio.actions["edit.undo"].isEnabled()


def test_a_file_opens_once_and_is_recent(qtbot: QtBot, studio: Studio, tmp_path: Path):
    path = workflow(tmp_path)
    for _ in range(2):
        with qtbot.waitSignal(studio.workspace.opened):
            studio.workspace.open(path)
    assert [session.path for session in studio.workspace.sessions] == [path]
    assert studio.documents.tabs.count() == 1 and studio.documents.tabs.tabText(0) == "a"
    assert studio.workspace.settings.recent == [path]
    assert Settings(studio.workspace.settings.places).recent == [path]


def test_a_damaged_file_is_a_message_and_nothing_more(qtbot: QtBot, studio: Studio, tmp_path: Path):
    path = tmp_path / "bad.nodeui.json"
    path.write_text('{"format": "something"}')
    with qtbot.waitSignal(studio.workspace.message) as signal:
        studio.workspace.open(path)
    level, text = arguments_of(signal)
    assert level == "error" and text.startswith("Cannot open bad.nodeui.json: not a workflow")
    assert not studio.workspace.sessions


def test_save_writes_the_file_and_takes_the_mark_away(qtbot: QtBot, studio: Studio, tmp_path: Path):
    path = workflow(tmp_path)
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.open(path)
    (session,) = studio.workspace.sessions
    session.edit(SetParam("load", "path", "y.png"))
    qtbot.keyClick(studio.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not session.modified)
    saved = files.load(path.read_bytes(), installed())
    assert saved.graph.nodes["load"].params == {"path": "y.png"}


def test_saving_elsewhere_keeps_relative_paths_valid(qtbot: QtBot, studio: Studio, tmp_path: Path):
    (tmp_path / "examples").mkdir()
    session = opened(qtbot, studio, workflow(tmp_path / "examples"))
    picture = tmp_path / "examples" / "x.png"
    Image.new("RGB", (4, 4)).save(picture)
    path = tmp_path / "mine.nodeui.json"
    with qtbot.waitSignal(studio.workspace.recent_changed):
        studio.workspace.save(session, path)
    assert session.path == path and not session.modified
    assert (tmp_path / session.graph.nodes["load"].params["path"]) == picture


def test_save_as_asks_for_a_name(
    qtbot: QtBot, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    name = str(tmp_path / "copy")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (name, ""))
    session = opened(qtbot, studio)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(studio.window, Qt.Key.Key_S, modifiers)
    qtbot.waitUntil(lambda: session.path == tmp_path / "copy.nodeui.json")
    saved = files.load((tmp_path / "copy.nodeui.json").read_bytes(), installed())
    assert saved.graph.nodes.keys() == session.graph.nodes.keys()


def test_a_folder_that_cannot_be_written_to_is_a_message(
    qtbot: QtBot, studio: Studio, tmp_path: Path
):
    (tmp_path / "file").write_text("no folder")
    session = opened(qtbot, studio)
    session.edit(RemoveNode("save"))
    with qtbot.waitSignal(session.message) as told:
        studio.workspace.save(session, tmp_path / "file" / "a.nodeui.json")
    assert arguments_of(told)[0] == "error" and arguments_of(told)[1].startswith(
        "Cannot save a.nodeui.json"
    )
    assert session.modified and session.path is None


def test_revert_reads_the_file_again(qtbot: QtBot, studio: Studio, tmp_path: Path):
    path = workflow(tmp_path)
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.open(path)
    (session,) = studio.workspace.sessions
    session.edit(RemoveNode("load"))
    with qtbot.waitSignal(studio.workspace.opened) as signal:
        studio.workspace.revert(session)
    assert list(arguments_of(signal)[0].graph.nodes) == ["load"]
    assert studio.workspace.sessions == [arguments_of(signal)[0]]


def test_a_closed_document_comes_back(
    qtbot: QtBot, studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    session = opened(qtbot, studio)
    session.edit(RemoveNode("save"))

    answer(monkeypatch, "Don't save")
    qtbot.keyClick(studio.window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not studio.workspace.sessions
    assert studio.documents.currentWidget() is studio.documents.start
    qtbot.keyClick(
        studio.window,
        Qt.Key.Key_T,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    (again,) = studio.workspace.sessions
    assert "save" not in again.graph.nodes and "sampler" in again.graph.nodes
    assert again.folder == WORKFLOWS


def test_the_documents_of_a_killed_editor_open_again(
    qtbot: QtBot, qapp: QApplication, studio: Studio, settings: Settings
):
    session = opened(qtbot, studio)
    session.edit(RemoveNode("save"))
    assert session.journal is not None
    session.journal.release()  # as the system does when a process dies
    other = make_studio(qapp, settings)
    assert other.workspace.recover() == 1
    (again,) = other.workspace.sessions
    assert "save" not in again.graph.nodes and again.modified
    close(other)


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let every question be answered by the button with this text."""

    def click(box: QMessageBox) -> int:
        next(b for b in box.buttons() if b.text().replace("&", "") == text).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", click)


def test_quitting_asks_and_keeps_what_is_not_saved(
    qtbot: QtBot, qapp: QApplication, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    studio = make_studio(qapp, settings)
    studio.window.show()
    session = opened(qtbot, studio)
    session.edit(RemoveNode("save"))
    answer(monkeypatch, "Cancel")
    assert not studio.window.close() and studio.window.isVisible()
    answer(monkeypatch, "Quit")
    assert studio.window.close()
    other = make_studio(qapp, settings)
    assert other.workspace.recover() == 1
    (again,) = other.workspace.sessions
    assert "save" not in again.graph.nodes
    close(other)
    close(studio)


def test_gallery_and_viewer_look_as_before(qapp: QApplication, settings: Settings):
    studio = make_studio(qapp, settings)
    bar, viewer = studio.docks.panel(Gallery).bar, studio.docks.panel(Viewer)
    assert viewer.ground == "theme" and bar.look == GalleryLook()
    look = GalleryLook("rating", True, 200, 3, True)
    bar.set_look(look)
    viewer.set_ground("checkerboard")
    close(studio)
    other = make_studio(qapp, Settings(settings.places))
    gallery = other.docks.panel(Gallery)
    assert gallery.bar.look == look
    assert gallery.listing.query() == "rating:>=3 -is:rejected"
    assert other.docks.panel(Viewer).ground == "checkerboard"
    close(other)


def test_a_damaged_look_of_the_gallery_is_put_right(qapp: QApplication, settings: Settings):
    settings.preferences.gallery = GalleryLook("colour", False, 10**6, -4)
    settings.preferences.ground = "plaid"
    studio = make_studio(qapp, settings)
    assert studio.docks.panel(Gallery).bar.look == GalleryLook("time", False, 320, 0)
    assert studio.docks.panel(Viewer).ground == "theme"
    close(studio)


def test_a_notice_about_a_document_is_seen_with_it_alone(qtbot: QtBot, studio: Studio):
    first, second = opened(qtbot, studio), opened(qtbot, studio)
    studio.notices.show("error", "first failed", None, first)
    studio.notices.show("error", "all failed")
    about_first, about_all = studio.notices.shown
    assert not about_first.isVisible() and about_all.isVisible()
    studio.documents.show_session(first)
    assert about_first.isVisible() and about_all.isVisible()
    studio.documents.show_session(second)
    assert not about_first.isVisible()
    studio.notices.withdraw(first)
    assert studio.notices.shown == [about_all]


def test_menus_do_not_repeat_their_name_in_their_entries(studio: Studio):
    for menu in (studio.varying.menu, studio.sending.menu, studio.branching.menu):
        title = menu.title().replace("&", "")
        assert menu.actions() and not any(title in each.text() for each in menu.actions())
        assert all(plain_text(each).startswith(f"{title}: ") for each in menu.actions())


def test_what_is_saved_does_not_come_back(qtbot: QtBot, qapp: QApplication, settings: Settings):
    studio = make_studio(qapp, settings)
    studio.window.show()
    opened(qtbot, studio)
    close(studio)
    other = make_studio(qapp, settings)
    assert other.workspace.recover() == 0
    close(other)


def test_tabs_give_the_panels_their_document(qtbot: QtBot, studio: Studio):
    first = opened(qtbot, studio)
    second = studio.workspace.new()
    assert studio.documents.current is second
    studio.documents.tabs.setCurrentIndex(0)
    assert studio.documents.current is first
    first.edit(RemoveNode("save"))
    assert studio.actions["edit.undo"].text() == "Undo Delete save"
    studio.documents.tabs.setCurrentIndex(1)
    assert not studio.actions["edit.undo"].isEnabled()


def test_closed_documents_leave_nothing_behind(qtbot: QtBot, studio: Studio):
    opened(qtbot, studio)
    for _ in range(5):
        studio.workspace.new()
    count = len(studio.window.findChildren(QDialog))
    for _ in range(5):
        studio.workspace.close_session(studio.workspace.sessions[-1])
    qtbot.waitUntil(lambda: len(studio.window.findChildren(Session)) == 1)
    assert len(studio.workspace.sessions) == studio.documents.tabs.count() == 1
    assert len(studio.window.findChildren(QDialog)) == count


# --- actions -----------------------------------------------------------------------------------


def test_the_node_search_remembers_what_was_added_last(
    qtbot: QtBot, qapp: QApplication, settings: Settings
):
    def search(studio: Studio) -> NodeSearch:
        studio.window.show()
        qtbot.waitExposed(studio.window)
        studio.workspace.new()
        qtbot.keyClick(studio.documents.view, Qt.Key.Key_Tab)
        box = QApplication.activePopupWidget()
        assert isinstance(box, NodeSearch)
        return box

    first = make_studio(qapp, settings)
    box = search(first)
    qtbot.keyClicks(box.search, "invert")
    qtbot.keyClick(box.search, Qt.Key.Key_Return)
    (node,) = first.workspace.sessions[0].graph.nodes.values()
    close(first)
    second = make_studio(qapp, Settings(settings.places))
    box = search(second)
    qtbot.keyClick(box.search, Qt.Key.Key_Return)
    (again,) = second.workspace.sessions[0].graph.nodes.values()
    assert again.type == node.type
    close(second)


def test_the_command_palette_does_what_is_typed(qtbot: QtBot, studio: Studio):
    opened(qtbot, studio)
    qtbot.keyClick(
        studio.window,
        Qt.Key.Key_P,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    palette = studio.window.findChild(CommandPalette)
    assert palette is not None
    field, listing = palette.findChild(QLineEdit), palette.findChild(QTreeWidget)
    assert field is not None and listing is not None
    qtbot.keyClicks(field, "select all")
    top = listing.topLevelItem(0)
    assert top is not None and top.text(0) == "Select all"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    (session,) = studio.workspace.sessions
    assert session.selection == session.graph.nodes.keys()


def test_the_command_palette_opens_a_recent_file(qtbot: QtBot, studio: Studio, tmp_path: Path):
    path = workflow(tmp_path, "dawn & dusk.nodeui.json")
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.open(path)
    studio.actions["file.close"].trigger()
    studio.application.show_commands()
    palette = studio.window.findChild(CommandPalette)
    assert palette is not None
    field, listing = palette.findChild(QLineEdit), palette.findChild(QTreeWidget)
    assert field is not None and listing is not None
    qtbot.keyClicks(field, "dawn & dusk")
    top = listing.topLevelItem(0)
    assert top is not None and (top.text(0), top.text(1)) == (path.name, "Recent")
    with qtbot.waitSignal(studio.workspace.opened):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [session.path for session in studio.workspace.sessions] == [path]


def test_the_command_palette_reaches_every_action(qtbot: QtBot, studio: Studio):
    opened(qtbot, studio)
    palette = CommandPalette(studio.actions.all(), studio.window)
    listing = palette.findChild(QTreeWidget)
    assert listing is not None
    enabled = [action for action in studio.actions.all().values() if action.isEnabled()]
    assert listing.topLevelItemCount() == len(enabled) > 40
    palette.close()


def test_on_the_start_page_the_command_palette_offers_what_can_be_done_there(
    qtbot: QtBot, studio: Studio
):
    def offered(query: str) -> list[str]:
        studio.application.show_commands()
        palette = studio.window.findChild(CommandPalette)
        assert palette is not None
        field, listing = palette.findChild(QLineEdit), palette.findChild(QTreeWidget)
        assert field is not None and listing is not None
        qtbot.keyClicks(field, query)
        items = [listing.topLevelItem(row) for row in range(listing.topLevelItemCount())]
        found = [item.text(0) for item in items if item is not None]
        palette.close()
        QApplication.sendPostedEvents(palette, QEvent.Type.DeferredDelete)
        return found

    assert not offered("zoom") and not offered("frame") and not offered("minimap")
    assert "New" in offered("new")
    opened(qtbot, studio)
    assert len(offered("zoom")) >= 3 and offered("frame")
    studio.documents.toggle_start()
    assert not offered("zoom")


def test_every_action_has_a_text_and_no_key_means_two_things(studio: Studio):
    seen: dict[str, str] = {}
    for name, action in studio.actions.all().items():
        assert action.text(), name
        for key in action.shortcuts():
            assert seen.setdefault(key.toString(), name) == name
    for menu in studio.window.menuBar().actions():
        assert "&" in menu.text()


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [("", "Run", True), ("rns", "Run to selected", True), ("xyz", "Run", False)],
)
def test_matching(query: str, text: str, found: bool):
    assert (match(query, text) is not None) == found


def test_matching_prefers_words():
    texts = ["Run to selected", "Select all", "Show a label"]
    found = sorted(texts, key=lambda text: match("sel", text) or 0)
    assert found == ["Select all", "Run to selected", "Show a label"]


def test_tab_goes_down_the_preferences_as_they_stand(
    qtbot: QtBot, studio: Studio, settings: Settings
):
    dialog = PreferencesDialog(settings.preferences, settings.places, studio.actions, studio.window)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitActive(dialog)
    (tabs,) = dialog.findChildren(QTabWidget)
    for page in range(2):
        tabs.setCurrentIndex(page)
        focused: QWidget = tabs.tabBar()
        focused.setFocus()
        heights: list[int] = []
        while not isinstance(focused, QPushButton):
            heights.append(focused.mapTo(dialog, QPoint(0, 0)).y())
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
            focused = dialog.focusWidget()
        assert heights == sorted(heights) and len(heights) > 3


def test_preferences_are_kept_and_change_keys_and_theme(
    qtbot: QtBot, studio: Studio, settings: Settings
):
    dialog = PreferencesDialog(settings.preferences, settings.places, studio.actions, studio.window)
    qtbot.addWidget(dialog)
    assert dialog.chosen().keys == {}
    dialog.theme.setCurrentIndex(dialog.theme.findData("light"))
    dialog.output.setText("/pictures")
    chosen = dialog.chosen()
    chosen.keys = {"run.run": "F5"}
    settings.preferences = chosen
    studio.application.apply_preferences()
    assert studio.actions["run.run"].shortcut().toString() == "F5"
    assert theme.current() == "light"
    assert Settings(settings.places).preferences == chosen
    settings.preferences.theme = "dark"
    studio.application.apply_preferences()


def test_keys_are_chosen_by_pressing_them_and_never_stand_for_two(
    qtbot: QtBot, studio: Studio, settings: Settings
):
    dialog = PreferencesDialog(settings.preferences, settings.places, studio.actions, studio.window)
    qtbot.addWidget(dialog)
    dialog.show()
    edits = dialog.key_edits()
    (tabs,) = dialog.findChildren(QTabWidget)
    pages = [tabs.widget(index) for index in range(tabs.count())]
    (keys,) = (page for page in pages if page and page.isAncestorOf(edits["file.revert"]))
    tabs.setCurrentWidget(keys)
    ctrl = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(edits["file.revert"], Qt.Key.Key_N, ctrl)
    qtbot.waitUntil(dialog.clash.isVisible)  # the field waits for more keys first
    assert "Revert" in dialog.clash.text()
    assert not dialog.ok.isEnabled()
    edits["file.revert"].clear()
    assert dialog.ok.isEnabled() and not dialog.clash.isVisible()
    qtbot.keyClick(edits["file.revert"], Qt.Key.Key_F9, ctrl)
    assert dialog.chosen().keys == {"file.revert": "Ctrl+F9"}
    table = dialog.table
    first = table.item(0, 0)
    assert first is not None and first.text() == "File: New"
    place = table.visualItemRect(first).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert table.state() is QTableWidget.State.NoState  # names are there to be read
    (standard,) = (one for one in dialog.findChildren(QPushButton) if one.text() == "Standard keys")
    qtbot.mouseClick(standard, Qt.MouseButton.LeftButton)
    assert dialog.chosen().keys == {}


def test_the_history_list_goes_to_any_step(qtbot: QtBot, studio: Studio):
    session = studio.workspace.new()
    for number in range(3):
        session.edit(AddNode(Node(f"n{number}", "image.invert")))
    studio.docks.bring_up("history")
    listing = studio.docks.panel(HistoryPanel).steps

    def shown() -> tuple[list[str], int]:
        return [listing.item(row).text() for row in range(listing.count())], listing.currentRow()

    labels = ["Opened", "Add n0", "Add n1", "Add n2"]
    qtbot.waitUntil(lambda: shown() == (labels, 3))
    listing.itemClicked.emit(listing.item(1))
    assert list(session.graph.nodes) == ["n0"]
    qtbot.waitUntil(lambda: shown() == (labels, 1))
    listing.itemClicked.emit(listing.item(3))
    assert list(session.graph.nodes) == ["n0", "n1", "n2"]


def test_errors_stay_until_they_are_closed(qtbot: QtBot, studio: Studio):
    session = studio.workspace.new()
    session.edit(RemoveNode("nowhere"))
    (notice,) = studio.notices.shown
    assert notice.isVisible() and "nowhere" in notice.text
    studio.documents.resize(700, 500)
    assert notice.geometry().bottom() < studio.documents.height()


# --- dropped files -----------------------------------------------------------------------------


def drop(studio: Studio, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    view, place = studio.documents.view, QPointF(700, 400)
    if view is not None:
        place = view.viewport().mapFrom(studio.window, place)
    event = QDropEvent(
        place,
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    (view or studio.window).dropEvent(event)


def test_a_long_message_is_cut_and_opens(qtbot: QtBot, studio: Studio):
    opened(qtbot, studio)
    long = "Cannot open a.json: " + "a layer, " * 8000
    studio.notices.show("error", long)
    studio.notices.show("error", "a short one")
    notice, short = studio.notices.shown
    label = notice.findChildren(QLabel)[0]
    assert label.heightForWidth(label.width()) <= label.height() < 120  # all of it is seen
    buttons = [b for b in notice.findChildren(QPushButton) if b.text() == "Details"]
    assert not [b for b in short.findChildren(QPushButton) if b.text() == "Details"]
    seen: list[str] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.extend((box.text(), box.detailedText()))
        box.close()

    QTimer.singleShot(100, look)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert len(seen[0]) < 300 and seen[1] == long


def test_a_picture_becomes_a_node_where_it_is_dropped(qtbot: QtBot, studio: Studio, tmp_path: Path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    Image.new("RGB", (4, 4)).save(tmp_path / "b.jpg")
    studio.workspace.new()
    drop(studio, tmp_path / "a.png", tmp_path / "b.jpg")
    (session,) = studio.workspace.sessions
    nodes = list(session.graph.nodes.values())
    assert [node.type for node in nodes] == ["image.load"] * 2
    assert [node.params["path"] for node in nodes] == [
        str(tmp_path / "a.png"),
        str(tmp_path / "b.jpg"),
    ]
    assert nodes[0].pos != nodes[1].pos


def test_a_file_dropped_on_a_node_that_takes_such_files_is_given_to_it(
    qtbot: QtBot, studio: Studio, tmp_path: Path
):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (4, 4)).save(tmp_path / name)
    (tmp_path / "m.safetensors").write_bytes(b"")
    studio.workspace.new()
    (session,) = studio.workspace.sessions
    drop(studio, tmp_path / "a.png")
    drop(studio, tmp_path / "b.png")
    (node,) = session.graph.nodes.values()
    assert node.params["path"] == str(tmp_path / "b.png")
    drop(studio, tmp_path / "m.safetensors")  # is no picture

    def types() -> set[str]:
        return {node.type for node in session.graph.nodes.values()}

    qtbot.waitUntil(lambda: types() == {"image.load", "model.load"}, timeout=LONG)


def test_a_file_beside_the_workflow_is_named_from_there(
    qtbot: QtBot, studio: Studio, tmp_path: Path
):
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.open(workflow(tmp_path))
    (tmp_path / "pictures").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "pictures" / "a.png")
    drop(studio, tmp_path / "pictures" / "a.png")
    (session,) = studio.workspace.sessions
    *_, node = session.graph.nodes.values()
    assert node.params["path"] == "pictures/a.png"


def test_files_can_be_dragged_over_the_canvas(studio: Studio, tmp_path: Path):
    studio.workspace.new()
    view = studio.documents.view
    assert view is not None
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(workflow(tmp_path)))])
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert event.isAccepted()


def test_our_pictures_and_workflows_open(qtbot: QtBot, studio: Studio, tmp_path: Path):
    info = PngImagePlugin.PngInfo()
    info.add_itxt(PNG_KEY, workflow(tmp_path).read_text())
    Image.new("RGB", (4, 4)).save(tmp_path / "ours.png", pnginfo=info)
    with qtbot.waitSignal(studio.workspace.opened) as signal:
        drop(studio, tmp_path / "ours.png")
    session = arguments_of(signal)[0]
    assert list(session.graph.nodes) == ["load"] and session.path is None
    with qtbot.waitSignal(studio.workspace.opened):
        drop(studio, tmp_path / "a.nodeui.json")


@pytest.mark.parametrize("there", [True, False])
def test_a_picture_knows_where_the_files_of_its_workflow_are(
    qtbot: QtBot, studio: Studio, tmp_path: Path, there: bool
):
    flows, pictures = tmp_path / "flows", tmp_path / "pictures"
    for folder in (flows, pictures):
        folder.mkdir()
    info = PngImagePlugin.PngInfo()
    text = workflow(flows).read_text()
    info.add_itxt(PNG_KEY, text)
    folder = flows if there else tmp_path / "gone"
    studio.settings.trust.add(text.encode(), folder)  # as by a run there
    Image.new("RGB", (4, 4)).save(pictures / "ours.png", pnginfo=info)
    with qtbot.waitSignal(studio.workspace.opened) as signal:
        drop(studio, pictures / "ours.png")
    assert arguments_of(signal)[0].folder == (flows if there else pictures)


def test_models_and_strangers(qtbot: QtBot, studio: Studio, tmp_path: Path):
    (tmp_path / "m.safetensors").write_bytes(b"")
    model = tmp_path / "folder"
    model.mkdir()
    (model / "model_index.json").write_text("{}")
    (tmp_path / "notes.txt").write_text("hello")
    assert kind_of(tmp_path / "m.safetensors") == "model" and kind_of(model) == "model"
    assert kind_of(tmp_path / "notes.txt") is None
    drop(studio, model)
    (session,) = studio.workspace.sessions
    qtbot.waitUntil(lambda: bool(session.graph.nodes), timeout=LONG)
    (node,) = session.graph.nodes.values()
    assert (node.type, node.params["source"]) == ("model.load", str(model))
    drop(studio, tmp_path / "notes.txt")
    assert "notes.txt" in studio.notices.text


# --- search and add ------------------------------------------------------------------------------


def shown_rows(studio: Studio) -> list[str]:
    """The titles in the list of the search."""
    model = studio.adding.search.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_a_node_is_found_by_typing_and_added_at_the_pointer(qtbot: QtBot, studio: Studio):
    studio.workspace.new()
    view = studio.documents.view
    assert view is not None
    hand, at = Hand(view), view.shown_rect().center() + QPointF(40, -30)
    hand.double_click(at)
    search = studio.adding.search
    assert search.isVisible()
    qtbot.keyClicks(search.search, "encpro")
    qtbot.keyClick(search.search, Qt.Key.Key_Return)
    (node,) = view.session.graph.nodes.values()
    assert node.type == "text.encode" and view.session.selection == {node.id}
    assert view.mirror.nodes.rect(node.id).contains(at)
    hand.key(Qt.Key.Key_Tab)
    assert search.isVisible() and shown_rows(studio)[0] == "Encode prompt"  # recent first
    qtbot.keyClick(search.search, Qt.Key.Key_Escape)
    assert len(view.session.graph.nodes) == 1


def test_a_link_dropped_on_the_canvas_offers_what_fits_and_is_linked(qtbot: QtBot, studio: Studio):
    studio.workspace.new()
    view = studio.documents.view
    assert view is not None
    session, hand = view.session, Hand(view)
    session.edit(AddNode(Node("model", "model.load", pos=(0, 0))))
    view.set_zoom(1.0)
    view.centerOn(200, 100)
    hand.drag(hand.socket("model", "vae", output=True), QPointF(360, 160))
    assert {"Decode latents", "Encode image"} <= set(shown_rows(studio))
    assert "Encode prompt" not in shown_rows(studio)
    qtbot.keyClicks(studio.adding.search.search, "decode")
    qtbot.keyClick(studio.adding.search.search, Qt.Key.Key_Return)
    (link,) = session.graph.links()
    assert (link.source, link.output, link.input) == ("model", "vae", "vae")
    assert session.undo_labels[-1] == "Add Decode latents"


# --- the start of the process --------------------------------------------------------------------

SHOW = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from tests.views.editor import make_studio, settings_in

app = QApplication([])
studio = make_studio(app, settings_in(Path(sys.argv[1])))
studio.window.show()
app.processEvents()
assert studio.window.isVisible()
heavy = {"torch", "diffusers", "transformers", "cv2", "controlnet_aux", "scipy"}
print(sorted(heavy & sys.modules.keys()))
studio.window.close()
"""


def test_the_window_is_shown_without_any_numerical_library(tmp_path: Path):
    shown = subprocess.run(
        [sys.executable, "-c", SHOW, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.strip() == "[]"


FIRST_PAINT = """
import sys
from PySide6.QtCore import QTimer
from nodeui import app

def open_studio(window, files):
    assert window.isVisible() and window.start.isVisible()
    late = {"numpy", "sqlite3", "nodeui.views.canvas", "nodeui.engine.cache"}
    print(sorted(late & sys.modules.keys()))
    studio = opened(window, files)
    QTimer.singleShot(0, window.close)
    return studio

opened, app.open_studio = app.open_studio, open_studio
status = app.main([])
print(status)
"""


def test_the_start_page_waits_for_nothing_else(tmp_path: Path):
    places = {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
    shown = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT],
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **places},
    )
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.split("\n")[:2] == ["[]", "0"]


def test_a_document_lies_where_its_point_is(qtbot: QtBot, studio: Studio, tmp_path: Path):
    """The dropped node's header is under the pointer."""
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png")
    studio.workspace.new()
    drop(studio, tmp_path / "a.png")
    view = studio.documents.view
    assert view is not None
    (node,) = view.session.graph.nodes.values()
    corner = view.mapFromScene(QPointF(*node.pos))
    at = view.viewport().mapFrom(studio.window, QPoint(700, 400))
    assert 0 <= at.x() - corner.x() <= 240 and abs(at.y() - corner.y()) <= 40


def test_the_next_start_has_the_sizes_of_the_panels(
    qtbot: QtBot, qapp: QApplication, settings: Settings
) -> None:
    def sizes() -> tuple[int, ...]:
        window = app.make_window(qapp, settings)
        window.show()
        qtbot.waitUntil(window.isVisible)
        studio = app.make_studio(window)  # the window is shown before the panels are made
        studio.workspace.new()
        qtbot.wait(50)  # until the layout is done
        heights = studio.documents.height(), studio.docks["timeline"].height()
        widths = studio.documents.width(), studio.docks["inspector"].width()
        close(studio)
        return (*heights, *widths)

    sizes()
    second, third = sizes(), sizes()
    assert second == third
    assert second[0] > second[1] and second[2] > 200

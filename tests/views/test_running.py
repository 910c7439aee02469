"""Running in the editor by keys and mouse, with a worker that hangs, dies or reports an error."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListWidget, QMessageBox, QToolBar, QWidget
from pytestqt.qtbot import QtBot

from nodeui.graph.edits import AddNode, Connect, RemoveNode, SetParam
from nodeui.graph.parts import Link, Node
from nodeui.session.session import Session
from nodeui.views.icons import IconButton
from nodeui.views.queue import QueuePanel
from nodeui.views.window.notice import Notice
from nodeui.views.window.studio import Studio
from tests.signals import arguments_of
from tests.views.editor import LONG, toy_studio
from tests.views.hand import CTRL, LEFT, SHIFT, Hand


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        studio.start_engine()
        yield studio


@pytest.fixture
def session(studio: Studio) -> Session:
    return studio.workspace.sessions[0]


@pytest.fixture
def hand(studio: Studio) -> Hand:
    view = studio.documents.view
    assert view is not None
    view.set_zoom(1.0)
    view.centerOn(200, 100)
    return Hand(view)


def key(studio: Studio, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    assert studio.documents.view is not None
    studio.window.activateWindow()
    assert QTest.qWaitForWindowActive(studio.window)
    QTest.keyClick(studio.documents.view, key, modifiers)


def red_of(session: Session, id: str = "invert") -> int | None:
    image = session.image_of(id)
    return image.pixelColor(0, 0).red() if image is not None else None


def add_slow(session: Session, **params: object) -> None:
    session.edit(AddNode(Node("slow", "toy.slow", pos=(600, 0), params=params)))
    session.edit(Connect(Link("invert", "image", "slow", "image")))


def is_under_way(session: Session) -> bool:
    state = session.states.get("slow")
    return state is not None and state.badge == "running" and state.total > 0


def notice_of(studio: Studio, text: str) -> Notice:
    return next(notice for notice in studio.notices.shown if text in notice.text)


# --- starting and stopping -------------------------------------------------------------------


def test_run_by_key(qtbot: QtBot, studio: Studio, session: Session):
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        key(studio, Qt.Key.Key_Return)
        assert studio.actions["run.stop"].isEnabled()
    qtbot.waitUntil(lambda: red_of(session) == 128, timeout=LONG)
    assert session.states["invert"].badge == "done"
    assert not studio.actions["run.stop"].isEnabled()


def test_run_to_the_selection(qtbot: QtBot, studio: Studio, session: Session, hand: Hand):
    hand.click(hand.header("grey"))
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG) as finished:
        key(studio, Qt.Key.Key_Return, CTRL | SHIFT)
    assert [node.node for node in arguments_of(finished)[1].nodes] == ["grey"]
    qtbot.waitUntil(lambda: session.states["invert"].badge == "will-run", timeout=LONG)


def test_stop_ends_a_run_between_two_steps(qtbot: QtBot, studio: Studio, session: Session):
    add_slow(session)
    key(studio, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_under_way(session), timeout=LONG)
    pid = studio.runs.pid
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG) as finished:
        key(studio, Qt.Key.Key_Period)
    assert arguments_of(finished)[1].cancelled and studio.runs.pid == pid
    assert session.states["slow"].badge == "will-run"
    assert session.states["invert"].badge == "done"


def test_a_second_stop_ends_a_worker_that_does_not_respond(
    qtbot: QtBot, studio: Studio, session: Session
):
    add_slow(session, stubborn=True)
    key(studio, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_under_way(session), timeout=LONG)
    pid = studio.runs.pid
    bar = studio.window.findChild(QToolBar)
    assert bar is not None
    stop = bar.widgetForAction(studio.actions["run.stop"])
    QTest.mouseClick(stop, LEFT)
    assert session.run_state == "running"
    QTest.mouseClick(stop, LEFT)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    notice_of(studio, "stopped by the user")
    qtbot.waitUntil(lambda: studio.runs.worker == "ready" and studio.runs.pid != pid, timeout=LONG)
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        session.run(["invert"])


def test_a_run_that_did_not_begin_is_stopped_at_once(studio: Studio, session: Session):
    session.run()
    session.stop()
    assert session.run_state == "idle" and studio.runs.current is None


def test_the_window_responds_while_the_worker_is_frozen(
    qtbot: QtBot, studio: Studio, session: Session, hand: Hand
):
    add_slow(session)
    key(studio, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_under_way(session), timeout=LONG)
    pid = studio.runs.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    hand.drag(hand.header("grey"), hand.header("grey") + QPointF(0, 200))
    assert session.graph.nodes["grey"].pos[1] == pytest.approx(200, abs=20)
    session.edit(SetParam("grey", "level", 0.25))
    qtbot.waitUntil(lambda: session.states["grey"].badge == "will-run", timeout=LONG)
    key(studio, Qt.Key.Key_Z)
    assert not session.graph.nodes["grey"].params
    studio.workspace.new()
    assert studio.documents.current is not session
    studio.documents.show_session(session)
    key(studio, Qt.Key.Key_Period)
    key(studio, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    qtbot.waitUntil(lambda: studio.runs.worker == "ready" and studio.runs.pid != pid, timeout=LONG)


def test_a_killed_worker_is_reported_and_its_run_continues(
    qtbot: QtBot, studio: Studio, session: Session
):
    add_slow(session, steps=300)
    key(studio, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: is_under_way(session), timeout=LONG)
    assert studio.runs.pid is not None
    os.kill(studio.runs.pid, signal.SIGKILL)
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG) as finished:
        qtbot.waitUntil(lambda: "SIGKILL" in studio.notices.text, timeout=LONG)
    assert "continues where it stopped" in studio.notices.text
    assert [node.status for node in arguments_of(finished)[1].nodes if node.node == "slow"] == [
        "executed"
    ]


def test_live_runs_after_each_edit(qtbot: QtBot, studio: Studio, session: Session, hand: Hand):
    bar = studio.window.findChild(QToolBar)
    assert bar is not None
    QTest.mouseClick(bar.widgetForAction(studio.actions["run.live"]), LEFT)
    assert session.live
    place = hand.field("grey", "level")
    hand.drag(place, place + QPointF(400, 0))  # to the end of its range
    assert session.graph.nodes["grey"].params["level"] == 1.0
    qtbot.waitUntil(lambda: red_of(session) == 0, timeout=LONG)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    QTest.mouseClick(bar.widgetForAction(studio.actions["run.live"]), LEFT)
    assert not session.live


# --- the queue -------------------------------------------------------------------------------


@pytest.fixture
def queue(studio: Studio) -> QListWidget:
    studio.docks.bring_up("queue")
    return studio.docks.panel(QueuePanel).waiting


def fill_queue(qtbot: QtBot, studio: Studio, session: Session, *levels: float) -> None:
    """Start a slow run, and queue one for each of these levels behind it."""
    add_slow(session, stubborn=False)
    session.run(["slow"])
    qtbot.waitUntil(lambda: is_under_way(session), timeout=LONG)
    for level in levels:
        session.edit(SetParam("grey", "level", level))
        session.run(["invert"])


def listed(queue: QListWidget) -> list[str]:
    """Return the runs in the queue, by the last edit before each."""
    return [queue.item(row).toolTip().partition("\n")[2] for row in range(queue.count())]


def test_each_run_in_the_queue_has_the_graph_of_its_time(
    qtbot: QtBot, studio: Studio, session: Session
):
    fill_queue(qtbot, studio, session, 0.0, 1.0, 0.2)
    assert len(studio.runs.waiting) == 3
    status: list[str] = []
    studio.runs.finished.connect(
        lambda job, report: status.extend(node.status for node in report.nodes)
    )
    assert studio.runs.current is not None
    studio.runs.cancel(studio.runs.current)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    assert status[-6:] == ["executed"] * 6  # the last graph alone would be cached twice
    qtbot.waitUntil(lambda: red_of(session) == 204, timeout=LONG)


def test_the_queue_is_reordered_and_emptied_by_keys(
    qtbot: QtBot, studio: Studio, session: Session, queue: QListWidget
):
    fill_queue(qtbot, studio, session, 0.1, 0.2, 0.3)
    one, two, three = listed(queue)[1:]
    assert one == "Set level to 0.1"
    queue.setFocus()
    queue.setCurrentRow(3)
    QTest.keyClick(queue, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert listed(queue)[1:] == [one, three, two]
    QTest.mouseClick(studio.docks.panel(QueuePanel).up, LEFT)
    assert listed(queue)[1:] == [three, one, two]
    assert not studio.docks.panel(QueuePanel).up.isEnabled()
    QTest.keyClick(queue, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert listed(queue)[1:] == [one, three, two]
    QTest.keyClick(queue, Qt.Key.Key_Delete)
    assert listed(queue)[1:] == [one, two]
    session.stop()
    qtbot.waitUntil(lambda: queue.count() == 0, timeout=LONG)
    ended = studio.docks.panel(QueuePanel).ended
    qtbot.waitUntil(lambda: ended.count() == 1, timeout=LONG)
    assert "stopped" in ended.item(0).toolTip()


def test_a_run_is_dragged_to_another_place(
    qtbot: QtBot, studio: Studio, session: Session, queue: QListWidget
):
    fill_queue(qtbot, studio, session, 0.1, 0.2, 0.3)
    first, one, two, three = listed(queue)

    def drop(row: int, y: float) -> None:
        queue.setCurrentRow(row)
        data, keys = queue.mimeData(queue.selectedItems()), Qt.KeyboardModifier.NoModifier
        event = QDropEvent(QPointF(20, y), Qt.DropAction.MoveAction, data, LEFT, keys)
        queue.dropEvent(event)
        assert event.dropAction() is not Qt.DropAction.MoveAction  # or Qt takes a row away

    height = queue.visualItemRect(queue.item(0)).height()
    drop(3, height * 1.1)
    assert listed(queue) == [first, three, one, two]
    drop(1, height * 4 + 20)
    assert listed(queue) == [first, one, two, three]
    drop(2, 0)  # nothing can come before the current run
    assert listed(queue) == [first, two, one, three]
    session.stop()
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)


def test_the_queue_shows_the_progress_of_the_run(
    qtbot: QtBot, studio: Studio, session: Session, queue: QListWidget
):
    fill_queue(qtbot, studio, session)
    qtbot.waitUntil(lambda: "/10000" in queue.item(0).toolTip(), timeout=LONG)
    session.stop()
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)


# --- errors ----------------------------------------------------------------------------------


def test_a_failed_node_is_reported_and_shown(
    qtbot: QtBot, studio: Studio, session: Session, hand: Hand
):
    session.edit(AddNode(Node("fail", "toy.fail", pos=(5000, 3000))))
    session.edit(Connect(Link("grey", "image", "fail", "image")))
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        key(studio, Qt.Key.Key_Return)
    assert session.states["invert"].badge == "done"  # a node that does not depend on it has run
    notice = notice_of(studio, "Fail failed: the picture is too grey")
    QTest.mouseClick(notice.button, LEFT)
    assert session.selection == {"fail"}
    assert hand.canvas.shown_rect().contains(hand.canvas.mirror.nodes.rect("fail"))
    layout = hand.canvas.mirror.layouts["fail"]
    assert layout.copy_button is not None
    corner = hand.canvas.mirror.nodes.rect("fail").topLeft()
    hand.click(layout.copy_button.center() + corner)
    assert "the picture is too grey" in QGuiApplication.clipboard().text()
    assert "failed" in studio.docks.panel(QueuePanel).ended.item(0).toolTip()
    session.edit(RemoveNode("fail"))
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        key(studio, Qt.Key.Key_Return)
    assert not studio.notices.shown


def test_a_download_is_asked_about_and_then_allowed(qtbot: QtBot, studio: Studio, session: Session):
    session.edit(AddNode(Node("fetch", "toy.fetch")))
    asked: list[str] = []

    def answer(text: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text() + "\n" + box.informativeText().replace("\u200b", ""))
        texts = {b.text().replace("&", ""): b for b in box.buttons()}
        QTest.mouseClick(texts[text], LEFT)

    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        key(studio, Qt.Key.Key_Return)
    notice = notice_of(studio, "Fetch failed: 'someone/model' is neither")
    assert notice.button.text() == "Download (4.2 GB)..."
    QTimer.singleShot(100, lambda: answer("Cancel"))
    QTest.mouseClick(notice.button, LEFT)
    for fact in ("https://hub.example/someone/model", "4.2 GB", "openrail", "/cache/of/<b>models"):
        assert fact in asked[0]
    assert session.states["fetch"].badge == "failed" and session.run_state == "idle"
    QTimer.singleShot(100, lambda: answer("Download"))
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        QTest.mouseClick(notice.button, LEFT)
    assert session.states["fetch"].badge == "done" and not studio.notices.shown
    session.edit(SetParam("fetch", "source", "someone/else"))
    with qtbot.waitSignal(studio.runs.finished, timeout=LONG):
        key(studio, Qt.Key.Key_Return)
    assert session.states["fetch"].badge == "failed"  # only that source is allowed


def test_an_error_stays_in_view_when_another_document_is_shown(studio: Studio, session: Session):
    studio.documents.show_start()
    studio.notices.show("error", "something is wrong")
    studio.documents.show_session(session)
    notice = studio.notices.shown[0]
    place = notice.geometry().center()
    assert studio.documents.childAt(place) in (notice, *notice.findChildren(QWidget))


def test_notices_are_stacked_and_errors_outlive_others(qtbot: QtBot, studio: Studio):
    notices = studio.notices
    notices.show("error", "first error")
    for number in range(5):
        notices.show("info", f"remark {number}")
    notices.show("info", "remark 4")
    texts = [notice.text for notice in notices.shown]
    assert texts == ["first error", "remark 2", "remark 3", "remark 4"]
    boxes = [notice.geometry() for notice in notices.shown]
    assert all(above.bottom() < below.top() for above, below in pairwise(boxes))
    qtbot.waitUntil(lambda: studio.notices.text == "first error", timeout=LONG)
    close = notices.shown[0].findChild(IconButton)
    assert close is not None
    QTest.mouseClick(close, LEFT)
    assert not notices.shown

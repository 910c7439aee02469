"""The questions about a document whose file another program has changed, by clicking."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.edits import SetMeta, SetParam
from nodeui.graph.model import Graph
from nodeui.session.session import Session
from nodeui.views.window.studio import Studio
from tests.session import toys
from tests.views.editor import toy_studio


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Iterator[Studio]:
    with toy_studio(tmp_path) as studio:
        yield studio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hills.nodeui.json"


@pytest.fixture
def session(qtbot: QtBot, studio: Studio, path: Path) -> Session:
    """A document that is saved, and then edited."""
    session = studio.workspace.sessions[0]
    save(qtbot, studio, session, path)
    session.edit(SetParam("grey", "level", 0.25))
    return session


def save(qtbot: QtBot, studio: Studio, session: Session, path: Path) -> None:
    studio.workspace.save(session, path)
    qtbot.waitUntil(lambda: session.path == path and not session.modified)


def other(title: str) -> bytes:
    """The content that another program writes."""
    graph = Graph(toys.registry())
    graph.apply(SetMeta({"title": title}))
    return files.dump(Document(graph))


def change(path: Path, title: str) -> bytes:
    """Replace a file as another program does; return its content."""
    path.with_suffix(".new").write_bytes(other(title))
    os.replace(path.with_suffix(".new"), path)
    return path.read_bytes()


def title_of(session: Session) -> object:
    return session.graph.meta.get("title")


class Answers:
    """Clicks buttons in the message boxes that open, in order."""

    def __init__(self, *texts: str, first: Callable[[], object] = lambda: None) -> None:
        self.left = list(texts)
        self._first = first
        self._wait()

    def _wait(self) -> None:
        QTimer.singleShot(20, lambda: self._click())

    def _click(self) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            self._wait()
            return
        self._first()
        text = self.left.pop(0)
        if self.left:
            self._wait()
        button = next(b for b in box.buttons() if b.text().replace("&", "").startswith(text))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def backup(path: Path) -> bytes:
    return path.with_name(f"{path.name}~").read_bytes()


def settled(qtbot: QtBot, studio: Studio, answers: Answers) -> None:
    qtbot.waitUntil(lambda: not answers.left)
    qtbot.wait(100)


def test_reload_takes_theirs_and_mine_can_be_reopened(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    theirs = change(path, "theirs")
    answers = Answers("Reload")
    with qtbot.waitSignal(studio.workspace.opened):
        studio.files.save(session)
    settled(qtbot, studio, answers)
    (now,) = studio.workspace.sessions
    assert title_of(now) == "theirs" and not now.modified and path.read_bytes() == theirs
    with qtbot.waitSignal(studio.workspace.opened):
        studio.workspace.reopen_closed()
    again = studio.workspace.sessions[-1]
    assert again.graph.nodes["grey"].params["level"] == 0.25 and again.modified


def test_keep_mine_keeps_theirs_as_the_backup(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    theirs = change(path, "theirs")
    answers = Answers("Keep mine")
    studio.files.save(session)
    qtbot.waitUntil(lambda: not session.modified)
    assert not answers.left
    assert b'"level":0.25' in path.read_bytes() and backup(path) == theirs


def test_save_as_leaves_theirs(
    qtbot: QtBot, studio: Studio, session: Session, path: Path, monkeypatch: pytest.MonkeyPatch
):
    theirs = change(path, "theirs")
    elsewhere = path.with_name("mine.nodeui.json")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(elsewhere), ""))
    Answers("Save as")
    studio.files.save(session)
    qtbot.waitUntil(lambda: session.path == elsewhere)
    assert path.read_bytes() == theirs and not session.modified


def test_cancel_changes_nothing(qtbot: QtBot, studio: Studio, session: Session, path: Path):
    theirs = change(path, "theirs")
    answers = Answers("Cancel")
    studio.files.save(session)
    settled(qtbot, studio, answers)
    assert path.read_bytes() == theirs and session.modified
    assert studio.workspace.sessions == [session]


def test_a_tab_that_is_closed_stays_until_it_is_saved(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    change(path, "theirs")
    answers = Answers("Save", "Cancel")
    studio.files.close(session)
    settled(qtbot, studio, answers)
    assert studio.workspace.sessions == [session] and session.modified
    Answers("Save", "Keep mine")
    with qtbot.waitSignal(studio.workspace.closed):
        studio.files.close(session)
    assert b'"level":0.25' in path.read_bytes()


@pytest.mark.parametrize("answer", ["Keep mine", "Reload"])
def test_a_file_that_changes_again_while_the_question_is_open(
    qtbot: QtBot, studio: Studio, session: Session, path: Path, answer: str
):
    change(path, "first")
    answers = Answers(answer, first=lambda: change(path, "second"))
    studio.files.save(session)
    settled(qtbot, studio, answers)
    if answer == "Keep mine":
        qtbot.waitUntil(lambda: not session.modified)
        assert backup(path) == other("second")
    else:
        qtbot.waitUntil(lambda: [*map(title_of, studio.workspace.sessions)] == ["second"])


def test_a_change_is_noticed_and_asked_about_once(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    save(qtbot, studio, session, path)
    with qtbot.waitSignal(studio.workspace.changed_outside):
        change(path, "theirs")
    assert session.modified  # so that closing it asks
    button = studio.notices.shown[-1].button
    assert button.text() == "Decide..."
    studio.files.save(session)
    studio.files.save(session)
    answers = Answers("Keep mine")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.modified)
    settled(qtbot, studio, answers)
    assert QApplication.activeModalWidget() is None
    studio.files.resolve_conflict(session, lambda: None)  # there is none any longer


def test_a_file_that_is_removed_is_saved_again(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    save(qtbot, studio, session, path)
    with qtbot.waitSignal(studio.workspace.changed_outside):
        path.unlink()
    assert session.modified
    notice = studio.notices.shown[-1]
    assert "no longer there" in notice.text
    QTest.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not session.modified)
    assert path.exists()
    with qtbot.waitSignal(studio.workspace.changed_outside):  # it is watched again
        change(path, "theirs")


def test_a_file_that_comes_back_is_looked_at(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    save(qtbot, studio, session, path)
    with qtbot.waitSignal(studio.workspace.changed_outside):
        path.unlink()
    with qtbot.waitSignal(studio.workspace.changed_outside):
        path.write_bytes(other("theirs"))
    assert "changed by another" in studio.notices.shown[-1].text


def test_a_file_that_became_a_folder(qtbot: QtBot, studio: Studio, session: Session, path: Path):
    path.unlink()
    path.mkdir()
    (path / "inside").write_bytes(b"theirs")
    studio.files.save(session)
    qtbot.waitUntil(lambda: "Is a directory" in studio.notices.text)
    assert session.modified and (path / "inside").read_bytes() == b"theirs"


def test_reload_of_a_file_that_is_gone_keeps_the_document(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    change(path, "theirs")
    Answers("Reload", first=path.unlink)
    studio.files.save(session)
    qtbot.waitUntil(lambda: "Cannot open hills.nodeui.json" in studio.notices.text)
    assert studio.workspace.sessions == [session] and session.modified


def test_saving_twice_at_once_is_no_conflict(
    qtbot: QtBot, studio: Studio, session: Session, path: Path
):
    studio.files.save(session)
    session.edit(SetParam("grey", "level", 0.75))
    studio.files.save(session)
    with qtbot.assertNotEmitted(studio.workspace.save_refused, wait=300):
        qtbot.waitUntil(lambda: not session.modified)
    assert b'"level":0.75' in path.read_bytes()


@pytest.mark.parametrize(("answer", "replaced"), [("Replace", True), ("Cancel", False)])
def test_a_read_only_file(
    qtbot: QtBot, studio: Studio, session: Session, path: Path, answer: str, replaced: bool
):
    before = path.read_bytes()
    path.chmod(0o444)
    answers = Answers(answer)
    studio.files.save(session)
    qtbot.waitUntil(lambda: not answers.left)
    qtbot.wait(300)
    assert (path.read_bytes() != before) == replaced
    assert session.modified != replaced

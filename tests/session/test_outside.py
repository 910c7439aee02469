"""Changes of a document's file by another window or program."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from nodeui.graph.edits import AddNode, SetMeta
from nodeui.graph.parts import Node
from nodeui.graph.registry import Registry, installed
from nodeui.session.preferences import Settings
from nodeui.session.session import Session
from nodeui.session.workspace import Workspace


def test_a_second_window_does_not_overwrite_the_first(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Any
) -> None:
    path = tmp_path / "w.nodeui.json"
    first = Workspace(specs, settings)
    session = first.new()
    with qtbot.waitSignal(session.history_changed):
        first.save(session, path)
    second = Workspace(specs, settings)
    with qtbot.waitSignal(second.opened):
        second.open(path)
    other = second.sessions[0]
    session.edit(SetMeta({"title": "changed"}))
    with qtbot.waitSignal(second.changed_outside):
        first.save(session, path)
    content = path.read_bytes()
    with qtbot.waitSignal(second.save_refused):
        second.save(other, path)
    assert path.read_bytes() == content
    with qtbot.waitSignal(other.history_changed):
        second.save(other, path, overwrite=True)
    assert path.read_bytes() != content
    first.close()
    second.close()


def test_a_killed_editor_s_journal_knows_that_its_file_is_another(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Any
) -> None:
    path = tmp_path / "w.nodeui.json"
    killed = Workspace(specs, settings)
    session = killed.new()
    with qtbot.waitSignal(session.history_changed):
        killed.save(session, path)
    assert session.journal is not None
    session.journal.release()  # as if the process were gone
    path.write_text(path.read_text().replace('"meta": {}', '"meta": {"title": "newer"}'))
    after = Workspace(specs, settings)
    assert after.recover() == 1
    assert after.sessions[0].modified
    with qtbot.waitSignal(after.save_refused):
        after.save(after.sessions[0], path)
    assert "newer" in path.read_text()
    after.close()


def test_a_file_that_is_only_read_and_then_removed_makes_the_document_unsaved(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "w.nodeui.json"
    other = Workspace(specs, settings)
    with qtbot.waitSignal(other.recent_changed):
        other.save(other.new(), path)
    other.close()
    window = Workspace(specs, settings)
    with qtbot.waitSignal(window.opened):
        window.open(path)
    qtbot.wait(300)
    with qtbot.waitSignal(window.changed_outside):
        path.unlink()
    assert window.sessions[0].modified
    window.sessions[0].saved(path, 0)
    window.close()


def test_a_file_that_changed_while_no_editor_ran_is_reported_at_recovery(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "w.nodeui.json"
    killed = Workspace(specs, settings)
    session = killed.new()
    with qtbot.waitSignal(killed.recent_changed):
        killed.save(session, path)
    assert session.journal is not None
    session.journal.release()
    path.unlink()
    after = Workspace(specs, settings)
    with qtbot.waitSignal(after.changed_outside):
        assert after.recover() == 1
    assert after.sessions[0].modified
    after.close()


def test_of_two_windows_that_save_at_once_one_is_asked(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "w.nodeui.json"
    first, second = Workspace(specs, settings), Workspace(specs, settings)
    session = first.new()
    with qtbot.waitSignal(session.history_changed):
        first.save(session, path)
    with qtbot.waitSignal(second.opened):
        second.open(path)
    other = second.sessions[0]
    session.edit(SetMeta({"title": "one"}))
    other.edit(SetMeta({"title": "two"}))
    refused: list[Session] = []
    for window in (first, second):
        window.save_refused.connect(lambda session, _: refused.append(session))
    first.save(session, path)
    second.save(other, path)
    qtbot.waitUntil(lambda: len(refused) == 1)
    (loser,) = refused
    saved = "two" if loser is session else "one"
    assert f'"title":"{saved}"' in path.read_text() and loser.modified
    first.close()
    second.close()


SAVE_AFTER_START = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from nodeui.graph.edits import AddNode, SetMeta
from nodeui.graph.parts import Node
from nodeui.session.preferences import Places, Settings
from nodeui.session.workspace import Workspace
from tests.session import toys

folder, name = Path(sys.argv[1]), sys.argv[2]
app = QCoreApplication([])
window = Workspace(toys.registry(), Settings(Places(folder / "c", folder / "s", folder / "d")))

def opened(session):
    (folder / f"{name}.ready").touch()
    while not (folder / "go").exists():
        time.sleep(0.001)
    session.edit(SetMeta({"title": name}))
    window.save(session, folder / "w.nodeui.json", lambda: app.exit(0))

window.opened.connect(opened)
window.save_refused.connect(lambda *_: app.exit(3))
window.open(folder / "w.nodeui.json")
QTimer.singleShot(60_000, lambda: app.exit(4))
code = app.exec()
window.close()
sys.exit(code)
"""


def test_of_processes_that_save_at_once_one_wins(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    window = Workspace(specs, settings)
    session = window.new()
    with qtbot.waitSignal(session.history_changed):
        window.save(session, tmp_path / "w.nodeui.json")
    window.close()
    names = ("one", "two", "three")
    processes = {
        name: subprocess.Popen([sys.executable, "-c", SAVE_AFTER_START, str(tmp_path), name])
        for name in names
    }
    while not all((tmp_path / f"{name}.ready").exists() for name in names):
        assert all(process.poll() is None for process in processes.values())
        time.sleep(0.01)
    (tmp_path / "go").touch()
    codes = {name: process.wait() for name, process in processes.items()}
    assert sorted(codes.values()) == [0, 3, 3]
    winner = next(name for name, code in codes.items() if code == 0)
    assert f'"title":"{winner}"' in (tmp_path / "w.nodeui.json").read_text()


def test_a_read_only_file_is_replaced_after_a_question(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "w.nodeui.json"
    path.write_bytes(b"{}")
    path.chmod(0o444)
    workspace = Workspace(specs, settings)
    session = workspace.new()
    with qtbot.waitSignal(workspace.read_only_refused) as asked:
        workspace.save(session, path)
    assert path.read_bytes() == b"{}" and session.path is None
    with qtbot.waitSignal(session.history_changed):
        asked.args[2]()
    assert path.read_bytes() != b"{}" and path.stat().st_mode & 0o777 == 0o444
    assert session.path == path and path.with_name(f"{path.name}~").read_bytes() == b"{}"
    workspace.close()


def test_a_path_of_300_characters_is_refused_in_one_line(
    qtbot: Any, specs: Registry, settings: Settings, tmp_path: Path
) -> None:
    workspace = Workspace(specs, settings)
    session = workspace.new()
    with qtbot.waitSignal(session.message) as said:
        workspace.save(session, tmp_path / ("x" * 300))
    assert said.args[0] == "error" and "File name too long" in said.args[1]
    workspace.close()


def test_a_path_of_300_characters_in_a_node_does_not_stop_save_as(
    qtbot: Any, settings: Settings, tmp_path: Path
) -> None:
    specs = installed()
    workspace = Workspace(specs, settings)
    session = workspace.new()
    with qtbot.waitSignal(session.history_changed):
        workspace.save(session, tmp_path / "a.nodeui.json")
    session.edit(AddNode(Node("picture", "image.load", 1, params={"path": "x" * 300})))
    (tmp_path / "deep").mkdir()
    with qtbot.waitSignal(workspace.recent_changed):
        workspace.save(session, tmp_path / "deep" / "b.nodeui.json")
    assert "x" * 300 in (tmp_path / "deep" / "b.nodeui.json").read_text()
    workspace.close()

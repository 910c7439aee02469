"""Changes of a document's file by another window or program."""

from __future__ import annotations

from typing import Any

from nodeui.graph.edits import SetMeta
from nodeui.graph.registry import Registry
from nodeui.session.preferences import Settings
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

"""Workflows from elsewhere: before their first run, nothing that they name is read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nodeui.graph.edits import SetParam
from nodeui.session.preferences import Places, Settings
from nodeui.session.session import PLAN_DELAY, Engine, Session
from nodeui.session.workspace import Workspace
from tests.session import toys


class Spy(Engine):
    """An engine that records what it is asked to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def plan(self, session: Session) -> None:
        self.asked.append("plan")

    def run(self, session: Session, targets: Sequence[str]) -> None:
        self.asked.append(f"run {list(targets)}")

    def run_live(self, session: Session) -> None:
        self.asked.append("live")

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        self.asked.append("steps")

    def fetch_picture(self, session: Session, node: str, index: int) -> None:
        self.asked.append("picture")

    def stop(self, session: Session) -> None:
        self.asked.append("stop")

    def state_of(self, session: Session) -> str:
        return "idle"


class Opened:
    """A workspace with one open workflow, which names some files."""

    def __init__(self, qtbot: Any, folder: Path, *paths: str) -> None:
        self.qtbot = qtbot
        nodes = {f"n{i}": {"type": "toy.file", "params": {"path": p}} for i, p in enumerate(paths)}
        content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes}
        self.file = folder / "flows" / "a.nodeui.json"
        self.file.parent.mkdir()
        self.file.write_text(json.dumps(content))
        places = Places(folder / "config", folder / "state", folder / "cache")
        self.settings = Settings(places)
        self.open()

    def open(self) -> None:
        """Open it, as after a start of the editor."""
        self.settings = Settings(self.settings.places)
        self.engine = Spy()
        self.workspace = Workspace(toys.registry(), self.settings, self.engine)
        self.asked: list[list[Path]] = []
        self.workspace.trust_asked.connect(lambda _, outside, targets: self.asked.append(outside))
        with self.qtbot.waitSignal(self.workspace.opened):
            self.workspace.open(self.file)
        (self.session,) = self.workspace.sessions

    def close(self) -> None:
        self.workspace.close()


def test_a_workflow_from_elsewhere_is_not_planned_before_its_run(tmp_path: Path, qtbot: Any):
    opened = Opened(qtbot, tmp_path, "picture.png")
    session = opened.session
    session.edit(SetParam("n0", "path", "other.png"))
    session.live = True
    qtbot.wait(2 * PLAN_DELAY)
    assert opened.engine.asked == [] and not session.live
    session.run()
    assert opened.engine.asked == ["plan", "plan", "run []"] and opened.asked == []
    session.live = True
    assert session.live
    opened.close()


@pytest.mark.parametrize("path", ["/usr/share", "../x.png", "~/private.png", "sub/../../y.png"])
def test_files_outside_are_asked_about_once(tmp_path: Path, qtbot: Any, path: str):
    opened = Opened(qtbot, tmp_path, "inside.png", path)
    opened.session.run(["n1"])
    assert opened.engine.asked == []
    wanted = os.path.abspath(opened.file.parent / os.path.expanduser(path))
    assert opened.asked == [[Path(wanted)]]
    opened.workspace.trust(opened.session)
    opened.session.run(["n1"])
    assert "run ['n1']" in opened.engine.asked
    opened.close()
    opened.open()  # known by now
    assert opened.session.trusted and "plan" in opened.engine.asked
    opened.close()


def test_folders_that_are_always_allowed_are_not_asked_about(tmp_path: Path, qtbot: Any):
    opened = Opened(qtbot, tmp_path, str(tmp_path / "models" / "a"))
    opened.workspace.trust(opened.session, [tmp_path / "models"])
    opened.close()
    opened.file.write_text(opened.file.read_text() + " ")  # another workflow
    opened.open()
    assert not opened.session.trusted  # the preference was not saved yet
    opened.settings.preferences.folders = [str(tmp_path / "models")]
    opened.session.run()
    assert opened.asked == [] and "run []" in opened.engine.asked
    opened.close()


def test_a_recovered_workflow_is_as_trusted_as_it_was(tmp_path: Path, qtbot: Any):
    opened = Opened(qtbot, tmp_path, "picture.png")
    opened.session.edit(SetParam("n0", "path", "/etc/x.png"))
    assert opened.session.journal is not None
    opened.session.journal.release()  # as if the editor was killed
    workspace = Workspace(toys.registry(), Settings(opened.settings.places), Spy())
    assert workspace.recover() == 1
    assert not workspace.sessions[0].trusted
    workspace.close()


def test_saving_a_workflow_makes_it_ours(tmp_path: Path, qtbot: Any):
    opened = Opened(qtbot, tmp_path, "picture.png")
    with qtbot.waitSignal(opened.session.history_changed):
        opened.workspace.save(opened.session, opened.file)
    opened.close()
    opened.open()
    assert opened.session.trusted
    opened.close()

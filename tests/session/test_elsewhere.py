"""Workflows from elsewhere: before their first run, nothing that they name is read."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nodeui.graph.edits import AddNode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.session.outside import names_files, read_outside
from nodeui.session.preferences import Places, Settings
from nodeui.session.session import PLAN_DELAY, Engine, Session
from nodeui.session.workspace import Workspace
from tests.session import toys
from tests.signals import arguments_of


class Spy(Engine):
    """An engine that records what it is asked to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def plan(self, session: Session) -> None:
        self.asked.append("plan")

    def run(self, session: Session, targets: Sequence[str], count: int | None = 1) -> None:
        self.asked.append(f"run {list(targets)}")

    def run_live(self, session: Session) -> None:
        self.asked.append("live")

    def hand_moves(self, session: Session) -> None:
        self.asked.append("hand moves")

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


def test_a_part_from_elsewhere_makes_a_trusted_workflow_ask_again(tmp_path: Path, qtbot: Any):
    opened = Opened(qtbot, tmp_path, "picture.png")
    opened.workspace.trust(opened.session)
    opened.session.live = True
    opened.session.distrust()
    assert not opened.session.live
    opened.engine.asked.clear()
    opened.session.edit(AddNode(Node("p", "toy.file", params={"path": "/etc/x.png"})))
    qtbot.wait(2 * PLAN_DELAY)
    assert opened.engine.asked == []
    opened.session.run()
    assert opened.asked == [[Path("/etc/x.png")]] and opened.engine.asked == []
    assert opened.session.journal is not None
    opened.session.journal.release()  # as if the editor was killed
    workspace = Workspace(toys.registry(), Settings(opened.settings.places), Spy())
    assert workspace.recover() == 1
    assert not workspace.sessions[0].trusted and "p" in workspace.sessions[0].graph.nodes
    workspace.close()


@pytest.mark.parametrize(
    ("value", "outside"),
    [
        ("/etc/passwd", True), ("~/x", True), ("a/../../x", True),
        ({"deep": [{"er": "/etc/passwd"}]}, True), ("x.png", False), ("one / two", False),
        ("/a\n/b", False), (3, False),
    ],
)  # fmt: skip
def test_texts_of_unknown_nodes_that_look_like_paths_are_asked_about(value: Any, outside: bool):
    """The pack of a node may not be known yet when the question is asked."""
    graph = Graph(toys.registry())
    graph.apply(AddNode(Node("x", "stranger.node", params={"a": 1, "b": value})))
    assert bool(read_outside(graph, Path("/flows"), ())) == outside
    assert names_files(graph) == outside


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_only_regular_files_of_a_sensible_size_are_opened(tmp_path: Path, qtbot: Any, kind: str):
    opened = Opened(qtbot, tmp_path)
    file = tmp_path / "odd.nodeui.json"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        file.symlink_to("/dev/zero")
    else:
        with file.open("wb") as sparse:
            sparse.truncate(2**40)
    with qtbot.waitSignal(opened.workspace.message) as told:
        opened.workspace.open(file)
    level, text = arguments_of(told)
    assert level == "error" and text.startswith("Cannot open odd.nodeui.json: ")
    assert text.endswith("it has more than 512 MiB" if kind == "large" else "it is not a file")
    opened.close()

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nodeui.engine.protocol import (
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Preview,
    Progress,
    Trajectory,
    Warned,
)
from nodeui.graph import document as files
from nodeui.graph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    MoveNodes,
    RemoveNode,
    SetMeta,
    SetMode,
    SetParam,
)
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from tests.session import toys


def signals_of(signal: SignalInstance) -> list[tuple[object, ...]]:
    seen: list[tuple[object, ...]] = []
    signal.connect(lambda *arguments: seen.append(arguments))
    return seen


def test_an_edit_is_told_and_can_be_undone(session: Session):
    edits, histories = signals_of(session.edited), signals_of(session.history_changed)
    assert session.edit(SetParam("grey", "level", 0.9))
    assert session.graph.nodes["grey"].params == {"level": 0.9}
    assert session.undo_labels == ["Set level to 0.9"] and session.modified
    session.undo()
    assert session.graph.nodes["grey"].params == {}
    assert session.redo_labels == ["Set level to 0.9"] and not session.modified
    assert len(edits) == len(histories) == 2


def test_a_drag_is_one_undo(session: Session):
    for level in (0.1, 0.2, 0.3):
        session.edit(SetParam("grey", "level", level), gesture="drag")
    assert session.undo_labels == ["Set level to 0.3"]
    session.undo()
    assert session.graph.nodes["grey"].params == {}


def test_a_long_drag_does_not_keep_views_of_the_history_busy(qtbot: QtBot, session: Session):
    changes = signals_of(session.history_changed)
    for level in range(100):
        session.edit(SetParam("grey", "level", level / 100), gesture="drag")
    assert len(changes) == 1
    qtbot.waitUntil(lambda: len(changes) == 2)  # the undo is called by what it came to
    assert session.undo_labels == ["Set level to 0.99"]


def test_a_refused_edit_is_a_message_and_changes_nothing(session: Session):
    messages = signals_of(session.message)
    assert not session.edit(SetParam("grey", "level", 2.0))
    assert messages == [("error", "level must be between 0 and 1, not 2.0")]
    assert not session.undo_labels and not session.modified


def test_deleted_nodes_leave_the_selection(session: Session):
    session.select(["grey", "invert", "nowhere"])
    assert session.selection == {"grey", "invert"}
    changes = signals_of(session.selection_changed)
    session.edit(RemoveNode("grey"))
    assert session.selection == {"invert"} and len(changes) == 1


def test_modified_means_differs_from_the_file(session: Session, tmp_path: Path):
    session.edit(SetParam("grey", "level", 0.9))
    session.saved(tmp_path / "a.nodeui.json", session.depth)
    assert not session.modified and session.title == "a"
    session.undo()
    assert session.modified
    session.redo()
    assert not session.modified
    session.undo()
    session.edit(SetParam("grey", "level", 0.8))  # the saved state is out of reach now
    session.undo()
    assert session.modified


def test_an_edit_of_the_saved_gesture_is_a_modification(session: Session, tmp_path: Path):
    session.edit(SetParam("grey", "level", 0.9), gesture=1)
    session.saved(tmp_path / "a.nodeui.json", session.depth)
    session.edit(SetParam("grey", "level", 0.8), gesture=1)
    assert session.modified


# --- what runs say -----------------------------------------------------------------------------


def test_events_of_a_run_become_states(session: Session):
    changes = signals_of(session.node_state_changed)
    session.take_event(NodeStarted(node="grey"))
    assert session.states["grey"].badge == "running"
    session.take_event(Progress(node="grey", done=3, total=20, text="denoising"))
    state = session.states["grey"]
    assert (state.done, state.total, state.text) == (3, 20, "denoising")
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="executed", seconds=1.5))
    assert session.states["grey"].badge == "done" and session.states["grey"].seconds == 1.5
    assert changes == [("grey",)] * 3


def test_a_warning_stays_on_its_node(session: Session):
    messages = signals_of(session.message)
    session.take_event(NodeStarted(node="grey"))
    for _ in range(2):
        session.take_event(Warned(node="grey", message="It is dark."))
    assert session.states["grey"].warnings == ("It is dark.",)
    assert messages == [("warning", "Grey: It is dark.")]
    session.take_event(
        NodeFinished(node="grey", type="toy.grey", status="executed", warnings=("It is dark.",))
    )
    assert session.states["grey"].warnings == ("It is dark.",)
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="cached"))
    assert session.states["grey"].warnings == ()
    session.take_event(Warned(node="", message="The disk is full."))
    assert messages[-1] == ("warning", "The disk is full.")


def test_the_time_left_counts_from_the_first_step_that_was_run(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    clock = iter([100.0, 104.0])
    monkeypatch.setattr("nodeui.session.states.time.monotonic", lambda: next(clock))
    session.take_event(Progress(node="grey", done=12, total=20))
    assert session.states["grey"].eta is None
    session.take_event(Progress(node="grey", done=14, total=20))
    assert session.states["grey"].eta == pytest.approx(4.0 / 2 * 6)


def test_a_failed_node_says_why(session: Session):
    event = NodeFailed(
        node="invert", type="toy.invert", message="no", parameter="image", details="T"
    )
    session.take_event(event)
    state = session.states["invert"]
    assert (state.badge, state.error, state.parameter, state.details) == (
        "failed",
        "no",
        "image",
        "T",
    )


def test_a_preview_is_the_picture_until_the_value_is_there(session: Session):
    session.take_event(NodeStarted(node="grey"))
    pixels = bytes([255, 0, 0] * 2)
    session.take_event(Preview(node="grey", width=2, height=1, pixels=pixels))
    image = session.image_of("grey")
    assert image is not None and image.width() == 2 and image.pixelColor(1, 0).red() == 255
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="executed"))
    assert session.image_of("grey") is not None
    session.take_image("grey", image.scaled(4, 4))
    value = session.image_of("grey")
    assert value is not None and value.width() == 4


def test_events_of_nodes_that_are_gone_are_ignored(session: Session):
    session.take_event(NodeStarted(node="nowhere"))
    assert "nowhere" not in session.states


def test_a_plan_does_not_hide_what_the_run_said_until_values_change(session: Session):
    session.take_plan({"grey": NodeState("will-run")})
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="executed", seconds=2))
    session.take_event(NodeFailed(node="invert", type="toy.invert", message="no"))
    session.take_plan({"grey": NodeState("cached"), "invert": NodeState("will-run")})
    assert [session.states[id].badge for id in ("grey", "invert")] == ["done", "failed"]
    session.edit(SetParam("grey", "level", 0.9))
    session.plan()
    session.take_plan({"grey": NodeState("will-run", "level"), "invert": NodeState("will-run")})
    assert session.states["grey"] == NodeState("will-run", "level")
    assert session.states["invert"].badge == "will-run"


def trajectory(resumes_at: int) -> Trajectory:
    return Trajectory(20, resumes_at, (True,) * resumes_at + (False,) * (20 - resumes_at))


def test_a_dry_run_says_more_than_the_plan(session: Session):
    session.take_plan({"grey": NodeState("will-run", "new"), "invert": NodeState("will-run")})
    changed = signals_of(session.trajectories_changed)
    session.take_trajectories({"grey": trajectory(12), "invert": trajectory(0)})
    assert len(changed) == 1 and session.trajectories["grey"].resumes_at == 12
    state = session.states["grey"]
    assert (state.badge, state.reason) == ("resumes", "resumes at 12 of 20")
    assert session.states["invert"] == NodeState("will-run")
    session.take_trajectories({"grey": trajectory(20)})
    assert session.states["grey"].reason == "all 20 steps are stored"
    session.take_trajectories({"grey": trajectory(0)})
    assert session.states["grey"] == NodeState("will-run", "new")


def test_a_dry_run_holds_until_values_change(session: Session):
    planned = {"grey": NodeState("will-run", "new")}
    session.take_plan(planned)
    session.take_trajectories({"grey": trajectory(12)})
    session.plan()
    session.take_plan(planned)  # of an edit elsewhere: nothing flickers
    assert session.states["grey"].badge == "resumes"
    session.edit(SetParam("grey", "level", 0.9))
    session.plan()
    session.take_plan({"grey": NodeState("will-run", "level changed")})
    assert session.states["grey"] == NodeState("will-run", "level changed")
    assert session.trajectories["grey"].resumes_at == 12  # until there is a newer one


def test_a_dry_run_does_not_hide_what_a_run_said(session: Session):
    session.take_plan({"grey": NodeState("will-run")})
    session.take_event(NodeStarted(node="grey"))
    session.take_trajectories({"grey": trajectory(12)})
    assert session.states["grey"].badge == "running"
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="cached", seconds=2.0))
    session.take_trajectories({"grey": trajectory(20)})
    state = session.states["grey"]
    assert (state.badge, state.reason) == ("cached", "all 20 steps are stored")


def test_after_a_run_nothing_is_running(session: Session):
    session.take_event(NodeStarted(node="grey"))
    session.take_run_end()
    assert session.states["grey"].badge == "will-run"


# --- live runs ---------------------------------------------------------------------------------


class Recorder:
    """Takes what a session asks of the engine."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fetched: list[tuple[str, int]] = []

    def run(self, session: Session, targets: Sequence[str], count: int | None = 1) -> None:
        self.asked.append(f"run {','.join(targets)}")

    def run_live(self, session: Session) -> None:
        self.asked.append("live")

    def hand_moves(self, session: Session) -> None:
        self.asked.append("hand moves")

    def stop(self, session: Session) -> None:
        self.asked.append("stop")

    def plan(self, session: Session) -> None:
        self.asked.append("plan")

    def show_steps(self, session: Session, node: str, name: str, steps: Sequence[int]) -> None:
        pass

    def fetch_picture(self, session: Session, node: str, index: int) -> None:
        self.fetched.append((node, index))

    def state_of(self, session: Session) -> str:
        return "idle"


def test_live_runs_follow_edits_of_values_only(qtbot: QtBot, specs: Registry):
    runs = Recorder()
    session = Session(toys.chain(specs), specs, engine=runs)
    session.edit(SetParam("grey", "level", 0.1))
    qtbot.waitUntil(lambda: runs.asked == ["plan"])
    session.live = True
    qtbot.waitUntil(lambda: runs.asked == ["plan", "live", "plan"])
    for level in (0.2, 0.3, 0.4):  # edits of one event: one run, and one plan after it
        session.edit(SetParam("grey", "level", level))
    qtbot.waitUntil(lambda: runs.asked == ["plan", *["live", "plan"] * 2])
    session.edit(MoveNodes({"grey": (5, 5)}))
    session.edit(SetParam("grey", "level", 0.5))
    qtbot.waitUntil(lambda: runs.asked == ["plan", *["live", "plan"] * 3])


def test_a_live_run_begins_with_the_next_event(qtbot: QtBot, specs: Registry):
    runs = Recorder()
    session = Session(toys.chain(specs), specs, engine=runs)
    session.live = True
    qtbot.waitUntil(lambda: runs.asked == ["live", "plan"])
    session.edit(SetParam("grey", "level", 0.1))
    QApplication.processEvents()
    assert runs.asked == ["live", "plan", "live"]


def test_a_value_that_is_still_the_same_ends_a_preview(session: Session):
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="executed"))
    value = QImage(4, 4, QImage.Format.Format_RGB888)
    session.take_image("grey", value)
    session.take_event(NodeStarted(node="grey"))
    session.take_event(Preview(node="grey", width=1, height=1, pixels=b"abc"))
    session.keep_image("grey")
    assert session.image_of("grey") is not value  # it is running
    session.take_run_end()
    session.take_event(NodeFinished(node="grey", type="toy.grey", status="cached"))
    ready = signals_of(session.result_ready)
    session.keep_image("grey")
    session.keep_image("grey")
    assert session.image_of("grey") is value
    assert ready == [("grey",)]


# --- any edits ---------------------------------------------------------------------------------


class AnyEdits(RuleBasedStateMachine):
    """Random edits: undoing all leads to the start, redoing all to the end."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(toys.chain(specs := toys.registry()), specs)
        self.start = files.dump(self.session.document)

    def ids(self) -> list[str]:
        return sorted(self.session.graph.nodes)

    @rule(name=st.sampled_from("abc"), x=st.integers(-50, 50))
    def add(self, name: str, x: int) -> None:
        self.session.edit(AddNode(Node(name, "toy.invert", pos=(x, 0))))

    @rule(index=st.integers(0, 9))
    def remove(self, index: int) -> None:
        if self.ids():
            self.session.edit(RemoveNode(self.ids()[index % len(self.ids())]))

    @rule(first=st.integers(0, 9), second=st.integers(0, 9))
    def connect(self, first: int, second: int) -> None:
        if ids := self.ids():
            link = Link(ids[first % len(ids)], "image", ids[second % len(ids)], "image")
            self.session.edit(Connect(link))

    @rule(index=st.integers(0, 9))
    def disconnect(self, index: int) -> None:
        if ids := self.ids():
            self.session.edit(Disconnect(ids[index % len(ids)], "image"))

    @rule(level=st.floats(-1, 2), gesture=st.sampled_from([None, 1, 2]))
    def set_level(self, level: float, gesture: object) -> None:
        self.session.edit(SetParam("grey", "level", level), gesture)

    @rule(index=st.integers(0, 9), x=st.integers(-50, 50), gesture=st.sampled_from([None, 1]))
    def move(self, index: int, x: int, gesture: object) -> None:
        if ids := self.ids():
            self.session.edit(MoveNodes({ids[index % len(ids)]: (x, x)}), gesture)

    @rule(index=st.integers(0, 9))
    def mute_and_remove(self, index: int) -> None:
        if ids := self.ids():
            id = ids[index % len(ids)]
            self.session.edit(Batch((SetMode(id, "muted"), RemoveNode(id)), label="Both"))

    @rule()
    def undo(self) -> None:
        self.session.undo()

    @rule()
    def redo(self) -> None:
        self.session.redo()

    @invariant()
    def there_and_back(self) -> None:
        now = content(self.session)
        steps = len(self.session.undo_labels)
        for _ in range(steps):
            self.session.undo()
        assert content(self.session) == normal(self.start)
        assert not self.session.modified
        for _ in range(steps):
            self.session.redo()
        assert content(self.session) == now
        assert self.session.modified == bool(steps)

    @invariant()
    def a_file_says_it_all(self) -> None:
        data = files.dump(self.session.document)
        assert normal(files.dump(files.load(data, self.session.specs))) == normal(data)


def content(session: Session) -> Any:
    return normal(files.dump(session.document))


def normal(data: bytes) -> Any:
    """A workflow without the order of its nodes and links, which means nothing."""
    import json

    decoded = json.loads(data)
    decoded["links"] = sorted(map(tuple, decoded["links"]))
    return decoded


AnyEdits.TestCase.settings = hypothesis_settings(
    max_examples=40, stateful_step_count=20, deadline=None
)


@pytest.mark.usefixtures("qapp")
class TestAnyEdits(AnyEdits.TestCase):
    pass


def test_runs_of_a_saved_document_have_the_name_of_its_file(session: Session, tmp_path: Path):
    session.edit(SetMeta({"title": "Example", "about": "grey"}))

    def meta() -> Mapping[str, Any]:
        return files.load(session.text_to_run(), session.specs).graph.meta

    assert meta() == {"title": "Example", "about": "grey"}
    session.saved(tmp_path / "castle.nodeui.json", session.depth)
    assert meta() == {"title": "castle", "about": "grey"}
    assert session.graph.meta["title"] == "Example"

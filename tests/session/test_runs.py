from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from nodeui.engine.protocol import Report
from nodeui.graph.document import Document, dump, load
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.session.preferences import Settings
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from nodeui.session.states import NodeState
from tests.session import toys
from tests.signals import arguments_of

LONG = 60_000
"""Milliseconds that a slow machine may take to start a worker."""


@pytest.fixture
def runs(qtbot: QtBot, settings: Settings, specs: Registry) -> Iterator[Runs]:
    gc.collect()  # as in the editor, threads must not collect what Qt objects are left over
    gc.disable()
    runs = Runs(settings, specs, "tests.session.toys:registry")
    yield runs
    runs.close()
    gc.enable()


def opened(runs: Runs, specs: Registry, document: Document | None = None) -> Session:
    session = Session(document or toys.chain(specs), specs, engine=runs)
    runs.add(session)
    return session


def stacked(specs: Registry, count: int, size: int) -> Document:
    """Return a document that makes a batch."""
    graph = Graph(specs)
    graph.apply(AddNode(Node("stack", "toy.stack", params={"count": count, "size": size})))
    return Document(graph)


def shades(session: Session) -> list[int]:
    """Return the levels of the pictures of the batch."""
    batch = session.pictures_of("stack")
    return [image.pixelColor(0, 0).red() for image in batch.images] if batch is not None else []


def test_all_pictures_of_a_batch_come_from_a_run_and_from_the_cache(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    session = opened(runs, specs, stacked(specs, 5, 16))
    session.run()
    qtbot.waitUntil(lambda: shades(session) == [10, 20, 30, 40, 50], timeout=LONG)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    again = opened(runs, specs, stacked(specs, 5, 16))

    def read() -> bool:
        again.plan()  # until the values are written
        qtbot.wait(50)
        return shades(again) == [10, 20, 30, 40, 50]

    qtbot.waitUntil(read, timeout=LONG)


def test_pictures_of_a_large_batch_are_fetched_in_full(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs, stacked(specs, 8, 1200))
    session.run()
    qtbot.waitUntil(lambda: len(shades(session)) == 8, timeout=LONG)
    batch = session.pictures_of("stack")
    assert batch is not None and not batch.is_full(6)
    assert batch.size.width() == 1200 and batch.images[6].width() < 600

    def read() -> bool:
        session.plan()
        session.fetch_picture("stack", 6)
        qtbot.wait(50)
        return batch.is_full(6)

    qtbot.waitUntil(read, timeout=LONG)
    assert batch.image(6).width() == 1200 and batch.image(6).pixelColor(1199, 1199).red() == 70
    assert not batch.is_full(5)


def test_a_run_gives_states_and_pictures(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs)
    session.edit(SetParam("grey", "level", 0.25))
    with qtbot.waitSignal(runs.finished, timeout=LONG) as finished:
        session.run()
        assert session.run_state == "running"
    assert session.run_state == "idle"
    report = arguments_of(finished)[1]
    assert [node.status for node in report.nodes] == ["executed", "executed"]
    assert {session.states[id].badge for id in ("grey", "invert")} == {"done"}
    qtbot.waitUntil(lambda: session.image_of("invert") is not None, timeout=LONG)
    image = session.image_of("invert")
    assert image is not None and image.pixelColor(0, 0).red() == 191
    with qtbot.waitSignal(session.plan_changed, timeout=LONG):
        pass  # what the run left behind is looked at
    session.undo()  # level 0.5 was never run
    session.plan()
    qtbot.waitUntil(lambda: session.states["grey"].badge == "will-run", timeout=LONG)
    assert session.states["grey"].reason == "level changed from 0.25 to 0.5"


def test_an_edit_back_shows_the_cached_picture_without_a_run(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    session = opened(runs, specs)
    for level, red in ((0.25, 191), (1.0, 0)):
        session.edit(SetParam("grey", "level", level))
        with qtbot.waitSignal(runs.finished, timeout=LONG):
            session.run()
        qtbot.waitUntil(lambda red=red: red_of(session) == red, timeout=LONG)
    session.undo()
    qtbot.waitUntil(lambda: red_of(session) == 191, timeout=LONG)
    assert session.states["invert"].badge == "cached"


def test_the_warnings_of_a_cached_node(qtbot: QtBot, runs: Runs, specs: Registry):
    """They are on the node when the document is opened, and are not shown as messages again."""
    graph = Graph(specs)
    for id, type in (("grey", "toy.grey"), ("darken", "toy.darken"), ("end", "toy.invert")):
        graph.apply(AddNode(Node(id, type)))
    for source, target in (("grey", "darken"), ("darken", "end")):
        graph.apply(Connect(Link(source, "image", target, "image")))
    data = dump(Document(graph))
    session = opened(runs, specs, load(data, specs))
    with qtbot.waitSignal(runs.finished, timeout=LONG), qtbot.waitSignal(session.message) as told:
        session.run()
    assert arguments_of(told) == ["warning", "Darken: It is dark."]
    assert session.states["darken"].warnings == ("It is dark.",)
    again = opened(runs, specs, load(data, specs))
    cached = NodeState("cached", warnings=("It is dark.",))
    for _ in range(100):  # values are written after the run
        again.plan()
        qtbot.wait(200)
        if again.states.get("darken") == cached and again.states["end"].badge == "cached":
            break
    assert again.states["darken"] == cached
    messages: list[tuple[str, str]] = []
    again.message.connect(lambda *message: messages.append(message))
    with qtbot.waitSignal(runs.finished, timeout=LONG) as finished:
        again.run()
    assert [one.text for one in arguments_of(finished)[1].warnings] == ["darken: It is dark."]
    assert messages == []


def red_of(session: Session) -> int | None:
    image = session.image_of("invert")
    return image.pixelColor(0, 0).red() if image is not None else None


def test_a_failed_node_keeps_its_error_after_the_run(qtbot: QtBot, runs: Runs, specs: Registry):
    graph = Graph(specs)
    graph.apply(AddNode(Node("grey", "toy.grey")))
    graph.apply(AddNode(Node("fail", "toy.fail")))
    graph.apply(Connect(Link("grey", "image", "fail", "image")))
    session = opened(runs, specs, Document(graph))
    with qtbot.waitSignal(runs.finished, timeout=LONG) as finished:
        session.run()
    report: Report = arguments_of(finished)[1]
    assert [failure.node for failure in report.failures] == ["fail"]
    with qtbot.waitSignal(session.plan_changed, timeout=LONG):
        session.plan()
    state = session.states["fail"]
    assert (state.badge, state.error, state.parameter) == (
        "failed",
        "the picture is too grey",
        "image",
    )


def test_a_graph_that_cannot_run_says_why_before_it_runs(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs)
    runs.start()
    session.edit(AddNode(Node("alone", "toy.invert")))
    qtbot.waitUntil(lambda: state_of(session).badge == "blocked", timeout=LONG)
    state = state_of(session)
    assert state.error == "image is not connected"
    assert state.parameter == "image"


def state_of(session: Session) -> NodeState:
    return session.states.get("alone", NodeState())


def test_runs_wait_in_a_queue_that_can_be_changed(qtbot: QtBot, runs: Runs, specs: Registry):
    sessions = [opened(runs, specs) for _ in range(4)]
    ended: list[Any] = []
    runs.finished.connect(lambda job, report: ended.append(sessions.index(job.session)))
    for session in sessions:
        session.run()
    assert [session.run_state for session in sessions] == ["running", *["queued"] * 3]
    first, second, third = runs.waiting
    runs.move(third, 0)
    runs.cancel(second)
    assert runs.waiting == [third, first]
    qtbot.waitUntil(lambda: len(ended) == 3, timeout=LONG)
    assert ended == [0, 3, 1]


def test_a_killed_worker_is_replaced_and_the_editor_goes_on(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    session = opened(runs, specs)
    runs.start()
    qtbot.waitUntil(lambda: runs.worker == "ready", timeout=LONG)
    pid = runs.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: runs.worker == "ready" and runs.pid != pid, timeout=LONG)
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    assert session.states["invert"].badge == "done"


def test_live_edits_replace_each_other(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs)
    session.live = True
    for level in (0.1, 0.2, 0.3, 0.4, 0.8):
        session.edit(SetParam("grey", "level", level))
        qtbot.wait(30)
    qtbot.waitUntil(lambda: red_of(session) == 51, timeout=LONG)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)


def test_each_picture_is_delivered_once(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs)
    pictures: list[tuple[str, int | None]] = []
    session.result_ready.connect(lambda id: pictures.append((id, red_of(session))))
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    assert [id for id, _ in pictures] == ["grey", "invert"]  # they come before the end
    with qtbot.waitSignal(session.plan_changed, timeout=LONG):
        pass  # the plan after the run finds the same values
    qtbot.wait(100)
    assert len(pictures) == 2
    session.edit(SetParam("grey", "level", 0.0))
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    assert pictures[2:] == [("grey", 128), ("invert", 255)]


def test_of_live_edits_the_newest_wins_and_none_comes_back(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    session = opened(runs, specs)
    runs.start()
    qtbot.waitUntil(lambda: runs.worker == "ready", timeout=LONG)
    session.live = True
    reds: list[int] = []
    session.result_ready.connect(
        lambda id: reds.append(red_of(session) or 0) if id == "invert" else None
    )
    for i in range(40):  # darker and darker
        session.edit(SetParam("grey", "level", i / 40))
        qtbot.wait(5)
    session.edit(SetParam("grey", "level", 1.0))
    qtbot.waitUntil(lambda: red_of(session) == 0, timeout=LONG)
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    with qtbot.waitSignal(session.plan_changed, timeout=LONG):
        pass
    qtbot.wait(100)
    assert reds == sorted(set(reds), reverse=True)
    assert len(reds) > 2  # short runs complete while the hand moves


def test_a_live_run_that_was_put_off_is_dropped_by_stop(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs)
    graph = session.graph
    session.edit(AddNode(Node("slow", "toy.slow", params={"steps": 20})))
    session.edit(Connect(Link("grey", "image", "slow", "image")))
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.live = True
    ended: list[object] = []
    runs.finished.connect(lambda job, report: ended.append(report))
    session.edit(SetParam("slow", "steps", 5_000))
    qtbot.waitUntil(lambda: session.run_state == "running", timeout=LONG)
    session.edit(SetParam("slow", "steps", 5_001))
    qtbot.wait(10)
    session.stop()
    qtbot.waitUntil(lambda: session.run_state == "idle", timeout=LONG)
    qtbot.wait(500)
    assert session.run_state == "idle"
    assert graph.nodes["slow"].params["steps"] == 5_001


def test_live_runs_write_no_files(
    qtbot: QtBot,
    runs: Runs,
    specs: Registry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("NODEUI_OUTPUT", str(tmp_path / "pictures"))
    session = opened(runs, specs)
    session.edit(AddNode(Node("write", "toy.write")))
    session.edit(Connect(Link("invert", "image", "write", "image")))
    session.live = True
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.edit(SetParam("grey", "level", 0.8))
    qtbot.waitUntil(lambda: red_of(session) == 51, timeout=LONG)
    assert not (tmp_path / "pictures").exists()
    session.live = False
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    assert (tmp_path / "pictures" / "written").exists()


def test_a_closed_document_runs_no_more(qtbot: QtBot, runs: Runs, specs: Registry):
    first, second = opened(runs, specs), opened(runs, specs)
    ended: list[bool] = []
    runs.finished.connect(lambda job, report: ended.append(job.session is second))
    first.run()
    second.run()
    first.run()
    runs.remove(first)
    first.deleteLater()
    qtbot.waitUntil(lambda: ended[-1:] == [True], timeout=LONG)
    assert len(ended) <= 2 and not runs.waiting and runs.current is None


def test_a_worker_that_cannot_start_is_told_of_and_tried_again(
    qtbot: QtBot, settings: Settings, specs: Registry
):
    runs = Runs(settings, specs, "tests.session.toys:nothing_of_this_name")
    session = opened(runs, specs)
    for _ in range(2):
        with qtbot.waitSignal(runs.message, timeout=LONG) as told:
            session.run()
        level, text = arguments_of(told)
        assert level == "error" and "nothing_of_this_name" in text
        assert session.run_state == "idle" and runs.worker == "off"
    runs.close()


def fading(specs: Registry) -> Document:
    graph = Graph(specs)
    graph.apply(AddNode(Node("fade", "toy.fade")))
    return Document(graph)


def test_what_is_stored_of_the_steps_is_told_before_a_run(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    session = opened(runs, specs, fading(specs))
    with qtbot.waitSignal(session.trajectories_changed, timeout=LONG):
        runs.start()
    assert session.trajectories["fade"].curves == {"shade": (0.2,) * 4}
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    session.edit(SetParam("fade", "late", 0.1))
    shared = (True, True, False, False)  # what the run's end tells may come before it
    qtbot.waitUntil(lambda: session.trajectories["fade"].cached == shared, timeout=LONG)
    state = session.states["fade"]
    assert (state.badge, state.reason) == ("resumes", "resumes at 2 of 4")
    with qtbot.waitSignal(session.trajectories_changed, timeout=LONG):
        session.undo()
    assert session.trajectories["fade"].resumes_at == 4


def test_stored_steps_are_shown(qtbot: QtBot, runs: Runs, specs: Registry):
    session = opened(runs, specs, fading(specs))
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
    shown: dict[int, int] = {}
    session.step_shown.connect(
        lambda node, name, step, batch: shown.update({step: batch.images[0].pixelColor(1, 1).red()})
    )
    qtbot.waitUntil(lambda: "fade" in session.trajectories, timeout=LONG)
    session.show_steps("fade", "x_t", [3, 1, 7])
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=LONG)
    assert shown == {3: 153, 1: 51}


def test_a_new_worker_is_asked_again(qtbot: QtBot, runs: Runs, specs: Registry):
    sessions = [opened(runs, specs, fading(specs)) for _ in range(3)]
    runs.start()
    qtbot.waitUntil(lambda: all(session.trajectories for session in sessions), timeout=LONG)
    told: list[Session] = []
    for session in sessions:
        session.trajectories_changed.connect(lambda session=session: told.append(session))
    assert runs.pid is not None
    os.kill(runs.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: told == sessions, timeout=LONG)

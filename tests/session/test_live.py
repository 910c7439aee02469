"""Live painting: a quick run after each stroke, and the full run when the hand rests."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nodeui.graph.document import Document, dump
from nodeui.graph.edits import AddNode, Connect, SetParam, SpliceParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.painting.document import HEADER
from nodeui.session.jobs import Job
from nodeui.session.preferences import Settings
from nodeui.session.runs import Runs
from nodeui.session.session import Session

LONG = 60_000
"""Milliseconds that a slow machine may take."""

STROKE = "brush points=AAA"


@pytest.fixture
def runs(qtbot: QtBot, settings: Settings) -> Iterator[Runs]:
    from tests.session import toys

    settings.preferences = msgspec.structs.replace(settings.preferences, live_rest=0.2)
    gc.collect()  # as in the editor, threads must not collect what Qt objects are left over
    gc.disable()
    runs = Runs(settings, toys.registry(), "tests.session.toys:registry")
    yield runs
    runs.close()
    gc.enable()


class Easel:
    """A document that is painted in live mode, and what it showed.

    Attributes:
        shown: For each picture of the last node: the number of lines painted, the number of steps,
            and whether it was shown as a quick one.
        jobs: The runs that ended.
    """

    def __init__(self, qtbot: QtBot, runs: Runs, specs: Registry, **params: object) -> None:
        graph = Graph(specs)
        graph.apply(AddNode(Node("paint", "toy.paint")))
        graph.apply(AddNode(Node("develop", "toy.develop", params=params)))
        graph.apply(AddNode(Node("write", "toy.write")))
        graph.apply(Connect(Link("paint", "image", "develop", "image")))
        graph.apply(Connect(Link("develop", "image", "write", "image")))
        self.qtbot, self.runs = qtbot, runs
        self.session = Session(Document(graph), specs, engine=runs)
        runs.add(self.session)
        self.shown: list[tuple[int, int, bool]] = []
        self.jobs: list[Job] = []
        self.session.result_ready.connect(self._look)
        runs.finished.connect(lambda job, report: self.jobs.append(job))

    def _look(self, id: str) -> None:
        image = self.session.image_of("develop")
        if id == "develop" and image is not None:
            colour = image.pixelColor(0, 0)
            if colour.red() != 7:  # no preview of a step
                now = colour.red() // 10, colour.green(), self.session.states.is_quick("develop")
                self.shown.append(now)

    @property
    def lines(self) -> int:
        return len(self.session.graph.nodes["paint"].params.get("painting", ()))

    def stroke(self) -> None:
        header = () if self.lines else (HEADER,)
        edit = SpliceParam("paint", "painting", self.lines, 0, (*header, STROKE))
        assert self.session.edit(edit)

    def wait_for(self, *shown: tuple[int, int, bool]) -> None:
        self.qtbot.waitUntil(lambda: self.shown[-len(shown) :] == [*shown], timeout=LONG)

    def rest(self) -> None:
        def rests() -> bool:
            return bool(self.shown) and not self.shown[-1][2] and self.session.run_state == "idle"

        self.qtbot.waitUntil(rests, timeout=LONG)


@pytest.fixture
def easel(qtbot: QtBot, runs: Runs, specs: Registry) -> Easel:
    easel = Easel(qtbot, runs, specs)
    easel.session.live = True
    easel.wait_for((0, 20, False))
    easel.rest()
    return easel


def test_a_stroke_gives_a_quick_picture_and_then_the_full_one(easel: Easel):
    before = dump(easel.session.document)
    easel.shown.clear()
    easel.stroke()
    easel.wait_for((2, 1, True), (2, 20, False))
    easel.rest()
    assert easel.shown == [(2, 1, True), (2, 20, False)]
    assert [bool(job.quick) for job in easel.jobs[-2:]] == [True, False]
    easel.session.undo()
    assert dump(easel.session.document) == before  # the quick graph is in no document


def test_the_full_run_of_the_first_edit_and_of_others_is_not_quick(easel: Easel):
    easel.shown.clear()
    easel.session.edit(SetParam("develop", "steps", 30))
    easel.wait_for((0, 30, False))
    assert not any(job.quick for job in easel.jobs)


def test_undo_shows_the_value_again(easel: Easel):
    easel.stroke()
    easel.wait_for((2, 20, False))
    easel.rest()
    easel.session.undo()
    easel.qtbot.waitUntil(lambda: easel.shown[-1] == (0, 20, False), timeout=LONG)
    easel.rest()
    easel.session.redo()
    easel.qtbot.waitUntil(lambda: easel.shown[-1] == (2, 20, False), timeout=LONG)


def test_of_many_strokes_no_older_picture_comes_back(easel: Easel):
    easel.shown.clear()
    for _ in range(12):
        easel.stroke()
        easel.qtbot.wait(15)
    easel.wait_for((13, 20, False))
    easel.rest()
    order = [(lines, not quick) for lines, _, quick in easel.shown]
    assert order == sorted(order)
    assert sum(quick for _, _, quick in easel.shown) > 1
    assert easel.shown[-1] == (13, 20, False)


def test_no_full_run_while_the_hand_moves(easel: Easel):
    easel.stroke()
    easel.wait_for((2, 1, True))
    for _ in range(20):  # twice as long as the rest
        easel.session.hand_moves()
        easel.qtbot.wait(20)
        assert easel.shown[-1] == (2, 1, True)
    easel.wait_for((2, 20, False))


def test_a_full_run_under_way_stops_for_the_hand_and_begins_again(
    qtbot: QtBot, runs: Runs, specs: Registry
):
    easel = Easel(qtbot, runs, specs, steps=150)
    easel.session.live = True
    states = easel.session.states
    qtbot.waitUntil(lambda: "develop" in states and states["develop"].done > 2, timeout=LONG)
    easel.session.hand_moves()
    qtbot.waitUntil(lambda: easel.session.run_state == "idle", timeout=LONG)
    easel.wait_for((0, 150, False))


def test_stop_and_leaving_live_mode_drop_the_full_run(easel: Easel):
    for leave in (easel.session.stop, lambda: setattr(easel.session, "live", False)):
        easel.stroke()
        lines = easel.lines
        easel.wait_for((lines, 1, True))
        easel.qtbot.waitUntil(lambda: easel.session.run_state == "idle", timeout=LONG)
        leave()
        easel.qtbot.wait(500)
        assert easel.shown[-1] == (lines, 1, True)


def test_quick_runs_write_nothing(easel: Easel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NODEUI_OUTPUT", str(tmp_path / "pictures"))
    easel.stroke()
    easel.wait_for((2, 1, True), (2, 20, False))
    assert not (tmp_path / "pictures").exists()


def test_steps_are_the_users_choice_for_other_models(qtbot: QtBot, runs: Runs, specs: Registry):
    easel = Easel(qtbot, runs, specs, model="other", share=0.5)
    easel.session.live = True
    easel.rest()
    easel.stroke()
    easel.wait_for((2, 12, True), (2, 20, False))


def test_what_cannot_be_quicker_runs_in_full_at_once(qtbot: QtBot, runs: Runs, specs: Registry):
    easel = Easel(qtbot, runs, specs, first=2)
    easel.session.live = True
    easel.rest()
    easel.stroke()
    easel.wait_for((2, 20, False))
    assert not any(job.quick for job in easel.jobs)

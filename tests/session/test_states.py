"""Reports of runs, plans and dry runs replace each other by fixed rules, in any order."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtGui import QImage

from nodeui.engine.protocol import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Preview,
    Progress,
    Trajectory,
)
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.session.pictures import PictureBatch
from nodeui.session.states import Badge, NodeState, NodeStates, outlasts, with_trajectory
from tests.session import toys

IDS = ("first", "second", "third")
BELOW = {"first": IDS, "second": IDS[1:], "third": IDS[2:]}
Ended = Literal["executed", "cached", "resumed"]

nodes = st.sampled_from(IDS)
planned_badges: st.SearchStrategy[Badge] = st.sampled_from(
    ["", "cached", "will-run", "skipped", "blocked"]
)
plans = st.dictionaries(nodes, st.builds(NodeState, planned_badges, st.sampled_from(["", "new"])))
trajectories = st.dictionaries(
    nodes,
    st.integers(0, 4).map(
        lambda done: Trajectory(4, done, tuple(step < done for step in range(4)))
    ),
)


def chain() -> Graph:
    graph = Graph(toys.registry())
    for id in IDS:
        graph.apply(AddNode(Node(id, "toy.invert")))
    for source, target in (IDS[:2], IDS[1:]):
        graph.apply(Connect(Link(source, "image", target, "image")))
    return graph


class AnyOrder(RuleBasedStateMachine):
    """Reports in any order, beside a plain account of what each node has been through."""

    def __init__(self) -> None:
        super().__init__()
        self.states = NodeStates(chain())
        self.edited: set[str] = set()  # since the last plan was asked for
        self.edited_at: dict[str, int] = {}  # the number of the last edit
        self.planning: set[str] = set()  # before that, and no plan has come since
        self.later: set[str] = set()  # reported on since the last plan was asked for
        self.reports: dict[str, NodeState] = {}  # of runs, until an edit is planned
        self.valid: dict[str, Trajectory] = {}  # trajectories of the present values
        self.of_edit: dict[int, tuple[int, bool]] = {}  # by key of a batch; True for values
        self.seen: dict[str, tuple[int, bool]] = {}  # what was shown last

    @rule(id=nodes)
    def edit(self, id: str) -> None:
        self.states.outdate([id])
        self.edited.update(BELOW[id])
        self.edited_at.update(dict.fromkeys(BELOW[id], self.states.edits))
        for below in BELOW[id]:
            self.valid.pop(below, None)

    @rule()
    def begin_plan(self) -> None:
        self.states.begin_plan()
        self.planning |= self.edited
        self.edited.clear()
        self.later.clear()

    @rule(planned=plans, undecided=st.sets(nodes))
    def take_plan(self, planned: dict[str, NodeState], undecided: set[str]) -> None:
        before = dict(self.states)
        self.states.take_plan(planned, undecided)
        for id in IDS:
            if id in undecided and id in before and id not in self.planning:
                assert self.states[id] == before[id], "a plan decides what it cannot know"
                continue
            then = planned.get(id, NodeState())
            if id in self.valid:
                then = with_trajectory(then, self.valid[id])
            report = self.reports.get(id)
            running = report is not None and report.badge == "running"
            lasts = report and id not in self.planning and outlasts(report, then)
            if running or (report and id in self.later) or lasts:
                assert self.states[id] == before[id], "a plan hides what a run said"
            else:
                preview = before[id].preview if id in before else None
                assert self.states[id].badge == then.badge
                assert self.states[id].preview is preview
                self.reports.pop(id, None)
        self.planning.clear()

    @rule(found=trajectories)
    def take_trajectories(self, found: dict[str, Trajectory]) -> None:
        before = dict(self.states)
        changed = self.states.take_trajectories(found)
        assert changed or not found
        stale = self.edited | self.planning
        self.valid = {id: known for id, known in found.items() if id not in stale}
        for id, state in before.items():
            if state.badge not in ("cached", "will-run", "resumes"):
                assert self.states[id] == state, "a dry run hides what is no plan"

    def take(self, id: str, event: Event, late: int) -> None:
        """Take the report of a run that was requested `late` edits ago."""
        run = self.states.edits - late
        self.states.take_event(event, run)
        self.reports[id] = self.states[id]
        if self.edited_at.get(id, 0) <= run:
            self.edited.discard(id)
            self.planning.discard(id)
            self.later.add(id)
        else:
            self.edited.add(id)
            self.later.discard(id)

    @rule(id=nodes, late=st.integers(0, 2))
    def start(self, id: str, late: int) -> None:
        self.take(id, NodeStarted(node=id), late)
        assert self.states[id].badge == "running"

    @rule(id=nodes, done=st.integers(0, 4), late=st.integers(0, 2))
    def progress(self, id: str, done: int, late: int) -> None:
        self.take(id, Progress(node=id, done=done, total=4), late)
        assert (self.states[id].badge, self.states[id].done) == ("running", done)

    @rule(id=nodes)
    def preview(self, id: str) -> None:
        quick = self.states.is_quick_now(id)
        before = self.states.pictures_of(id)
        self.states.take_event(Preview(node=id, width=1, height=1, pixels=b"abc"))
        if quick:
            assert self.states.pictures_of(id) is before, "a preview hides a quick picture"
            return
        assert self.states.pictures_of(id) is self.states[id].preview is not None
        if id in self.reports:
            self.reports[id] = self.states[id]

    @rule(id=nodes, status=st.sampled_from(get_args(Ended)), late=st.integers(0, 2))
    def finish(self, id: str, status: Ended, late: int) -> None:
        event = NodeFinished(node=id, type="toy.invert", status=status, resumed_at=1, steps_total=4)
        self.take(id, event, late)

    @rule(id=nodes, late=st.integers(0, 2))
    def fail(self, id: str, late: int) -> None:
        self.take(id, NodeFailed(node=id, type="toy.invert", message="no"), late)
        self.take(id, NodeFinished(node=id, type="toy.invert", status="failed"), late)
        assert replace(self.states[id], preview=None) == NodeState("failed", error="no")

    @rule()
    def end_run(self) -> None:
        for id in self.states.end_run():
            assert self.states[id].badge == "will-run"
            self.reports.pop(id, None)
        assert all(state.badge != "running" for state in self.states.values())

    @rule(id=nodes)
    def take_image(self, id: str) -> None:
        batch = self.batch(self.states.edits, True)
        self.states.take_pictures(id, batch)
        if id in self.states and self.states[id].badge != "running":
            assert self.states.pictures_of(id) is batch

    def batch(self, edits: int, full: bool) -> PictureBatch:
        batch = PictureBatch([QImage(1, 1, QImage.Format.Format_RGB888)])
        self.of_edit[batch.key] = (edits, full)
        return batch

    @rule(id=nodes, late=st.integers(0, 2))
    def take_quick(self, id: str, late: int) -> None:
        edits = self.states.edits - late
        batch = self.batch(edits, False)
        shown = self.seen.get(id, (edits, False))
        taken = self.states.take_quick(id, batch, edits)
        assert taken == (shown <= (edits, False))
        assert self.states.is_quick(id) or not taken
        if id in self.reports:
            self.reports[id] = self.states[id]

    @rule(id=nodes, late=st.integers(1, 2))
    def take_late_image(self, id: str, late: int) -> None:
        """The value of older inputs comes while quick pictures of newer ones are shown."""
        edits = self.states.edits - late
        if self.states.is_quick(id) and self.seen.get(id, (0, False)) > (edits, True):
            before = self.states.pictures_of(id)
            self.states.take_pictures(id, self.batch(edits, True), edits)
            assert self.states.pictures_of(id) is before

    @rule(id=nodes)
    def keep_image(self, id: str) -> None:
        """The value that was shown before the quick pictures is that of the present inputs."""
        if self.states.is_quick(id) and self.states.end_preview(id):
            batch = self.states.pictures_of(id)
            assert batch is not None and not self.states.is_quick(id)
            self.of_edit[batch.key] = (self.states.edits, True)

    @rule(id=nodes)
    def drop(self, id: str) -> None:
        self.states.drop(id)
        assert id not in self.states and self.states.pictures_of(id) is None
        for account in (self.edited, self.planning, self.later):
            account.discard(id)
        self.reports.pop(id, None)
        self.valid.pop(id, None)
        self.seen.pop(id, None)
        self.edit(id)  # as the edit that brings it back does

    @invariant()
    def no_picture_of_an_older_edit_comes_back(self) -> None:
        for id in IDS:
            batch = self.states.pictures_of(id)
            now = self.of_edit.get(batch.key) if batch is not None else None
            if now is not None:  # else it is a step preview
                assert now >= self.seen.get(id, now)
                self.seen[id] = now

    @invariant()
    def only_a_run_says_done(self) -> None:
        for id, state in self.states.items():
            if state.badge in ("running", "done", "resumed", "failed"):
                assert id in self.reports


AnyOrder.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)


class TestAnyOrder(AnyOrder.TestCase):
    pass


def test_an_edit_outdates_the_nodes_below():
    states = NodeStates(chain())
    for id in IDS:
        states.take_event(NodeFailed(node=id, type="toy.invert", message="no"))
    states.outdate(["second"])
    states.begin_plan()
    states.take_plan({id: NodeState("will-run") for id in IDS})
    assert [states[id].badge for id in IDS] == ["failed", "will-run", "will-run"]


def test_a_plan_that_comes_late_does_not_hide_the_run():
    """The editor asks for a plan with each run; a quick run reports before the plan arrives."""
    states = NodeStates(chain())
    states.outdate(IDS)
    states.begin_plan()
    requested = states.edits
    states.take_event(NodeStarted(node="first"), requested)
    states.take_event(NodeFailed(node="first", type="toy.invert", message="no"), requested)
    states.take_event(NodeStarted(node="third"), requested)
    states.take_event(NodeFinished(node="third", type="toy", status="executed"), requested)
    states.take_event(NodeStarted(node="second"), requested)
    states.take_event(Progress(node="second", done=0, total=9), requested)
    states.take_plan({id: NodeState("will-run") for id in IDS})
    assert states["first"].error == "no" and states["third"].badge == "done"
    assert (states["second"].badge, states["second"].total) == ("running", 9)


def test_the_failure_of_older_values_is_shown_until_the_next_plan():
    states = NodeStates(chain())
    requested = states.edits
    states.outdate(["first"])
    states.begin_plan()
    states.take_plan({id: NodeState("will-run") for id in IDS})
    states.take_event(NodeFailed(node="first", type="toy.invert", message="no"), requested)
    assert states["first"].badge == "failed" and not states.settled("first")
    states.begin_plan()
    states.take_plan({id: NodeState("will-run") for id in IDS})
    assert states["first"].badge == "will-run"

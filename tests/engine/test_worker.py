"""Tests the worker in this process: the order of messages and of jobs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeui.engine.cache import open_cache
from nodeui.engine.outbox import Outbox
from nodeui.engine.protocol import (
    CANCELLED,
    DryRun,
    DryRunDone,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    Progress,
    Reply,
    Report,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    ShowSteps,
    StepShown,
    StepsShown,
    Submit,
    decode_replies,
    encode,
)
from nodeui.engine.ring import Ring
from nodeui.engine.worker import JobQueue
from tests.engine import worker_toys
from tests.engine.worker_help import PATIENCE, Replies, workflow


def _outbox(replies: Replies) -> Outbox:
    def send(frame: bytes) -> None:
        for reply in decode_replies(frame):
            replies(reply)

    return Outbox(send)


def _progress(node: str, done: int) -> RunEvent:
    return RunEvent(run=1, event=Progress(node=node, done=done, total=1000))


def _events(replies: Replies, kind: type) -> list[object]:
    return [r.event for r in replies.all if isinstance(r, RunEvent) and isinstance(r.event, kind)]


def test_progress_is_thinned_out_but_the_last_always_arrives() -> None:
    replies = Replies()
    outbox = _outbox(replies)
    for done in range(1, 1001):
        outbox.put(_progress("a", done))
        outbox.put(_progress("b", 2 * done))
    replies.wait(RunEvent, lambda r: r.event == Progress(node="a", done=1000, total=1000))
    replies.wait(RunEvent, lambda r: r.event == Progress(node="b", done=2000, total=1000))
    assert len(replies.all) < 1000


def test_progress_comes_before_the_end_of_its_node() -> None:
    replies = Replies()
    outbox = _outbox(replies)
    outbox.put(RunEvent(run=1, event=NodeStarted(node="a")))
    outbox.put(_progress("a", 1))
    replies.wait(RunEvent, lambda r: isinstance(r.event, Progress))
    outbox.put(_progress("a", 2))
    outbox.put(RunEvent(run=1, event=NodeFinished(node="a", type="t", status="executed")))
    outbox.put(_progress("b", 1))
    outbox.put(RunFinished(run=1, report=CANCELLED))
    replies.wait(RunFinished)
    assert [type(getattr(r, "event", r)) for r in replies.all] == [
        NodeStarted, Progress, Progress, NodeFinished, Progress, RunFinished,
    ]  # fmt: skip


def test_an_outbox_outlives_its_reader() -> None:
    closed = threading.Event()

    def send(frame: bytes) -> None:
        closed.set()
        raise BrokenPipeError

    outbox = Outbox(send)
    outbox.put(RunStarted(run=1))
    assert closed.wait(PATIENCE)
    outbox.put(RunStarted(run=2))


class _Bench:
    """A `JobQueue` in this process."""

    def __init__(self, ring: Ring, folder: Path) -> None:
        self.replies = Replies()
        self.folder = folder
        self.cache = open_cache(None)
        self.runs = JobQueue(worker_toys.registry(), self.cache, ring, _outbox(self.replies))

    def submit(self, run: int, document: bytes, *targets: str) -> None:
        folder = str(self.folder)
        self.runs.submit(
            Submit(run=run, document=document, folder=folder, targets=targets, output_dir=folder)
        )

    def dry_run(self, number: int, document: bytes, *targets: str) -> None:
        folder = str(self.folder)
        self.runs.submit(DryRun(number=number, document=document, folder=folder, targets=targets))

    def show(self, number: int, document: bytes, *steps: int) -> None:
        folder, node = str(self.folder), "f"
        self.runs.submit(
            ShowSteps(
                number=number, document=document, folder=folder, node=node, name="film",
                steps=steps,
            )
        )  # fmt: skip

    def report(self, run: int) -> Report:
        end = self.replies.end(run)
        assert isinstance(end, RunFinished)
        return end.report


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[_Bench]:
    ring = Ring.create(slots=1, slot_bytes=12)
    bench = _Bench(ring, tmp_path)
    yield bench
    assert bench.runs.quit(PATIENCE)
    bench.cache.close()
    ring.remove()


def test_a_run_tells_what_it_does(bench: _Bench) -> None:
    document = workflow(
        {"one": ("toy.add", {"a": 1}), "two": ("toy.add", {"b": 2})},
        ("one.integer", "two.a"),
    )
    bench.submit(1, document, "two")
    assert [(n.node, n.status) for n in bench.report(1).nodes] == [
        ("one", "executed"), ("two", "executed"),
    ]  # fmt: skip
    assert isinstance(bench.replies.all[0], RunStarted)
    finished = [n.node for n in _events(bench.replies, NodeFinished) if isinstance(n, NodeFinished)]
    assert finished == ["one", "two"]


def test_a_newer_run_cancels_the_one_under_way(bench: _Bench) -> None:
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    bench.submit(2, workflow({"a": ("toy.add", {})}))
    assert bench.report(1).cancelled
    assert not bench.report(2).cancelled


def test_of_the_runs_that_wait_only_the_newest_is_run(bench: _Bench) -> None:
    # Run 1 cannot be cancelled before the others are there: the thread that would is busy here.
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    with bench.runs._changed:
        for number in range(2, 11):
            bench.submit(number, workflow({"a": ("toy.add", {"a": number})}))
    assert not bench.report(10).cancelled
    assert [r.run for r in bench.replies.all if isinstance(r, RunStarted)] == [1, 10]


def test_a_run_is_cancelled_between_two_looks_at_the_clock(bench: _Bench) -> None:
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    bench.runs.cancel(1)
    assert bench.report(1).cancelled


def test_a_waiting_run_can_be_cancelled(bench: _Bench) -> None:
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    with bench.runs._changed:
        bench.submit(2, workflow({"a": ("toy.add", {})}))
        bench.runs.cancel(2)
    assert bench.report(2).cancelled
    bench.submit(3, workflow({"a": ("toy.add", {})}))
    assert not bench.report(3).cancelled


def test_cancelling_a_run_that_has_ended_does_nothing(bench: _Bench) -> None:
    bench.submit(1, workflow({"a": ("toy.add", {})}))
    bench.report(1)
    bench.runs.cancel(1)
    bench.submit(2, workflow({"a": ("toy.add", {"a": 1})}))
    assert not bench.report(2).cancelled


@pytest.mark.parametrize(
    ("document", "target", "said"),
    [
        (b"{", "", "JSON"),
        (b'{"format": "something"}', "", "workflow"),
        (workflow({"a": ("toy.add", {})}), "b", "'b'"),
    ],
)
def test_what_cannot_be_run_is_refused(
    bench: _Bench, document: bytes, target: str, said: str
) -> None:
    bench.submit(1, document, *([target] if target else []))
    end = bench.replies.end(1)
    assert isinstance(end, RunRefused)
    assert said in end.message


def test_a_node_that_fails_is_named(bench: _Bench) -> None:
    bench.submit(1, workflow({"r": ("toy.refuse", {}), "a": ("toy.add", {})}))
    report = bench.report(1)
    assert [(f.node, f.parameter) for f in report.failures] == [("r", "size")]
    assert [n.status for n in report.nodes if n.node == "a"] == ["executed"]
    assert len(_events(bench.replies, NodeFailed)) == 1


def test_a_node_that_wants_to_leave_ends_no_more_than_its_run(bench: _Bench) -> None:
    bench.submit(1, workflow({"l": ("toy.leave", {})}))
    bench.replies.end(1)
    bench.submit(2, workflow({"a": ("toy.add", {})}))
    assert not bench.report(2).failures


def test_replies_are_bytes_of_data(bench: _Bench) -> None:
    replies: list[Reply] = [RunFinished(run=1, report=CANCELLED), RunRefused(run=2, message="é")]
    assert decode_replies(encode(replies)) == replies


# --- looking at steps --------------------------------------------------------------------------


def _film(steps: int = 4) -> bytes:
    return workflow({"f": ("toy.film", {"steps": steps})})


@pytest.fixture
def gate() -> Iterator[None]:
    """Let films wait after their first picture."""
    worker_toys.GO.clear()
    worker_toys.WAITING.clear()
    yield
    worker_toys.GO.set()


def _shown(bench: _Bench, number: int) -> list[int]:
    replies = bench.replies.all
    return [r.step for r in replies if isinstance(r, StepShown) and r.number == number]


def test_the_worker_tells_how_far_steps_are(bench: _Bench) -> None:
    bench.dry_run(7, _film())
    assert bench.replies.wait(DryRunDone).trajectories["f"].resumes_at == 0
    bench.submit(8, _film())
    bench.report(8)
    bench.dry_run(9, _film(5))
    film = bench.replies.wait(DryRunDone, lambda r: r.number == 9).trajectories["f"]
    assert (film.total, film.resumes_at, film.curves) == (5, 4, {"time": (0, 0.2, 0.4, 0.6, 0.8)})


@pytest.mark.parametrize("document", [b"{", workflow({"a": ("toy.add", {})})])
def test_where_there_is_nothing_to_see_the_answer_says_so(bench: _Bench, document: bytes) -> None:
    bench.dry_run(1, document)
    assert bench.replies.wait(DryRunDone).trajectories == {}
    bench.show(2, document, 1)
    bench.replies.wait(StepsShown)
    assert not _shown(bench, 2)


def test_a_dry_run_waits_for_the_run_and_only_the_newest_counts(bench: _Bench) -> None:
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    for number in range(2, 6):
        bench.dry_run(number, _film())
    bench.runs.cancel(1)
    bench.report(1)
    bench.replies.wait(DryRunDone, lambda r: r.number == 5)
    assert [r.number for r in bench.replies.all if isinstance(r, DryRunDone)] == [5]


def test_an_idle_worker_warms_up_the_handles_of_a_document(bench: _Bench) -> None:
    handles = {"none": ("toy.handle", {}), "one": ("toy.handle", {"name": "one"})}
    bench.dry_run(1, workflow(handles))
    assert worker_toys.WARMED.get(timeout=PATIENCE) == "one"


def test_a_waiting_run_comes_before_the_warm_up(bench: _Bench) -> None:
    bench.submit(1, workflow({"w": ("toy.patient", {})}))
    bench.replies.started(1, "w")
    bench.dry_run(2, workflow({"h": ("toy.handle", {"name": "two"})}))
    assert worker_toys.WARMED.empty()
    bench.runs.cancel(1)
    assert worker_toys.WARMED.get(timeout=PATIENCE) == "two"


def test_steps_are_shown_as_asked_for(bench: _Bench) -> None:
    worker_toys.GO.set()
    bench.submit(1, _film())
    bench.report(1)
    bench.show(2, _film(), 3, 1, 2, 9)
    bench.replies.wait(StepsShown)
    assert _shown(bench, 2) == [3, 1, 2]
    third = bench.replies.wait(StepShown, lambda r: r.step == 3)
    assert (third.node, third.name, third.width, third.height) == ("f", "film", 5, 3)
    assert third.pixels == worker_toys.picture(5, 3).tobytes()


def test_a_run_interrupts_the_pictures_and_they_go_on_after_it(bench: _Bench, gate: None) -> None:
    bench.submit(1, _film())
    bench.report(1)
    bench.show(2, _film(), 1, 2, 3, 4)
    assert worker_toys.WAITING.wait(PATIENCE)
    bench.submit(3, workflow({"a": ("toy.add", {})}))
    worker_toys.GO.set()
    bench.report(3)
    bench.replies.wait(StepsShown)
    assert _shown(bench, 2) == [1, 2, 3, 4]
    order = [r.run if isinstance(r, RunFinished) else r.step for r in bench.replies.all
             if isinstance(r, RunFinished | StepShown)]  # fmt: skip
    assert order.index(3) < order.index(4)


def test_newer_pictures_take_the_place_of_older_ones(bench: _Bench, gate: None) -> None:
    bench.submit(1, _film())
    bench.report(1)
    bench.show(2, _film(), 1, 2, 3, 4)
    assert worker_toys.WAITING.wait(PATIENCE)
    bench.show(3, _film(), 4)
    worker_toys.GO.set()
    bench.replies.wait(StepsShown, lambda r: r.number == 3)
    assert _shown(bench, 2)[:2] == [1, 2] and 4 not in _shown(bench, 2)
    assert _shown(bench, 3) == [4]

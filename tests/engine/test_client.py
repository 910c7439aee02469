"""Tests the client and its worker process, as the editor uses them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nodeui.engine.client import Client
from nodeui.engine.fork_server import DEFAULT_START_METHOD
from nodeui.engine.protocol import (
    CANCELLED,
    NodeFinished,
    Preview,
    Progress,
    Ready,
    Reply,
    RunEvent,
    RunFinished,
    RunRefused,
    ValuePicture,
    ValueShown,
    WorkerDied,
)
from tests.engine import worker_help, worker_toys
from tests.engine.worker_help import PATIENCE, Replies, submit, wait_for_exit, workflow

Start = Callable[..., tuple[Client, Replies]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Makes clients whose cache is in `tmp_path`, and closes them."""
    clients: list[Client] = []

    def make(**options: Any) -> tuple[Client, Replies]:
        replies = Replies()
        client = worker_help.client(replies, tmp_path, **options)
        clients.append(client)
        return client, replies

    yield make
    for client in clients:
        client.close()
        assert client.join(PATIENCE)


def _report(replies: Replies, run: int) -> Any:
    end = replies.end(run)
    assert isinstance(end, RunFinished), end
    return end.report


ADD = workflow({"a": ("toy.add", {"a": 1, "b": 2})})
PATIENT = workflow({"w": ("toy.patient", {})})
STUBBORN = workflow({"h": ("toy.stubborn", {})})


def _deadly(scars: Path, how: str, lives: int = 1) -> bytes:
    scars.mkdir()
    return workflow(
        {
            "a": ("toy.add", {"a": 5}),
            "d": ("toy.deadly", {"how": how, "scars": str(scars), "lives": lives}),
        },
        ("a.integer", "d.a"),
    )


# --- runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("start_method", sorted({DEFAULT_START_METHOD, "spawn"}))
def test_a_run_gives_events_and_a_report(start: Start, tmp_path: Path, start_method: str) -> None:
    client, replies = start(start_method=start_method)
    client.start()
    ready = replies.wait(Ready)
    assert ready.environment == "toy land"
    assert ready.pid != os.getpid()
    run = submit(client, tmp_path, ADD)
    assert [(n.node, n.status) for n in _report(replies, run).nodes] == [("a", "executed")]
    kinds = [type(getattr(r, "event", r)).__name__ for r in replies.all]
    assert kinds == ["Ready", "RunStarted", "NodeStarted", "NodeFinished", "RunFinished"]


def test_a_run_needs_no_start(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, ADD)
    assert not _report(replies, run).failures


def test_what_was_run_is_cached_for_the_next_worker(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    _report(replies, submit(client, tmp_path, ADD))
    client.close()
    assert client.join(PATIENCE)
    client, replies = start()
    report = _report(replies, submit(client, tmp_path, ADD))
    assert [n.status for n in report.nodes] == ["cached"]


def test_previews_arrive_intact(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, workflow({"s": ("toy.show", {"width": 640, "height": 481})}))
    _report(replies, run)
    (preview,) = [r.event for r in replies.all if isinstance(getattr(r, "event", 0), Preview)]
    shown = np.frombuffer(preview.pixels, np.uint8).reshape(preview.height, preview.width, 3)
    assert np.array_equal(shown, worker_toys.picture(640, 481))


def test_a_preview_too_large_arrives_smaller(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, workflow({"s": ("toy.show", {"width": 2048, "height": 1536})}))
    _report(replies, run)
    (preview,) = [r.event for r in replies.all if isinstance(getattr(r, "event", 0), Preview)]
    shown = np.frombuffer(preview.pixels, np.uint8).reshape(preview.height, preview.width, 3)
    assert np.array_equal(shown, worker_toys.picture(2048, 1536)[::2, ::2])


def _painted(count: int, side: int) -> bytes:
    """Return a chain of pictures, the last of which is larger than a slot of the ring."""
    nodes = {f"p{i}": ("toy.paint", {"side": side + i}) for i in range(count)}
    nodes["large"] = ("toy.paint", {"side": 1100})
    names = [*nodes]
    return workflow(nodes, *((f"{a}.painting", f"{b}.above") for a, b in pairwise(names)))


def _pictures(replies: Replies, run: int) -> list[ValuePicture]:
    events = [r.event for r in replies.all if isinstance(r, RunEvent) and r.run == run]
    return [event for event in events if isinstance(event, ValuePicture)]


def test_each_value_is_shown_once_within_its_run(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    document = _painted(12, 30)  # more than the ring has slots
    run = client.submit(document, tmp_path, (), tmp_path, {})
    report = _report(replies, run)
    shown = _pictures(replies, run)
    assert [picture.node for picture in shown] == [node.node for node in report.nodes]
    for picture in shown:
        levels = np.frombuffer(picture.pixels, np.uint8)
        levels = levels.reshape(picture.height, picture.width, picture.channels)
        assert np.array_equal(levels, worker_toys.picture(picture.width, picture.height))
    assert {picture.width for picture in shown} == {*range(30, 42), 1100}
    order = [type(getattr(r, "event", r)) for r in replies.all]
    assert order.index(NodeFinished) < order.index(ValuePicture)
    assert order[-1] is RunFinished

    known = {picture.node: picture.digests for picture in shown}
    again = client.submit(document, tmp_path, (), tmp_path, known)
    _report(replies, again)
    assert {p.width for p in _pictures(replies, again)} == {0}  # the editor has them
    later = client.submit(document, tmp_path, (), tmp_path, known | {"large": (bytes(16),)})
    _report(replies, later)
    assert [(p.node, p.width) for p in _pictures(replies, later) if p.width] == [("large", 1100)]


@pytest.mark.parametrize("side", [30, 700])  # 700: larger than a slot of the ring
def test_all_pictures_of_a_batch_arrive(start: Start, tmp_path: Path, side: int) -> None:
    client, replies = start()
    document = workflow({"p": ("toy.paint_batch", {"side": side, "count": 3})})
    run = client.submit(document, tmp_path, (), tmp_path, {})
    _report(replies, run)
    (shown,) = _pictures(replies, run)
    assert (shown.count, shown.width, shown.height, shown.stride) == (3, side, side, 1)
    levels = np.frombuffer(shown.pixels, np.uint8).reshape(3, side, side, 3)
    for index in range(3):
        assert np.array_equal(levels[index], worker_toys.picture(side, side) // (index + 1))
    number = client.show_value(document, tmp_path, tmp_path, "p", 2)
    one = replies.wait(ValueShown, lambda reply: reply.number == number)
    assert (one.count, one.width) == (1, side)
    assert one.pixels == levels[2].tobytes()


def test_pictures_are_drawn_for_those_who_want_them(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, _painted(1, 8))
    _report(replies, run)
    assert not _pictures(replies, run)


def test_a_superseded_run_shows_nothing_more(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    client.submit(workflow({"w": ("toy.patient", {})}), tmp_path, (), tmp_path, {})
    for side in (40, 50, 60):
        last = client.submit(_painted(3, side), tmp_path, (), tmp_path, {})
    _report(replies, last)
    pictures = [r for r in replies.all if isinstance(getattr(r, "event", 0), ValuePicture)]
    assert pictures
    newest = 0
    for reply in pictures:
        assert reply.run >= newest
        newest = reply.run
    assert newest == last


def test_the_last_progress_arrives(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, workflow({"r": ("toy.report", {"total": 5000})}))
    _report(replies, run)
    progress = [r.event for r in replies.all if isinstance(getattr(r, "event", 0), Progress)]
    assert progress[-1] == Progress(node="r", done=5000, total=5000)
    assert len(progress) < 5000


def test_a_file_that_is_no_workflow_is_refused(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    assert isinstance(replies.end(submit(client, tmp_path, b"[]")), RunRefused)
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


# --- superseding and cancelling ------------------------------------------------------------------


def test_a_newer_run_supersedes(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    first = submit(client, tmp_path, PATIENT)
    replies.started(first, "w")
    second = submit(client, tmp_path, ADD)
    assert not _report(replies, second).failures
    assert second > first
    assert not [r for r in replies.all if isinstance(r, RunFinished) and r.run == first]


def test_of_ten_quick_runs_only_the_last_is_heard_of(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    client.start()
    replies.wait(Ready)
    runs = [submit(client, tmp_path, workflow({"a": ("toy.add", {"a": i})})) for i in range(10)]
    assert not _report(replies, runs[-1]).failures
    position = next(i for i, r in enumerate(replies.all) if getattr(r, "run", 0) == runs[-1])
    assert all(r.run == runs[-1] for r in replies.all[position:])


def test_a_run_is_cancelled(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, PATIENT)
    replies.started(run, "w")
    client.cancel()
    assert _report(replies, run).cancelled
    assert not _report(replies, submit(client, tmp_path, ADD)).cancelled
    assert not [r for r in replies.all if isinstance(r, WorkerDied)]


def test_a_run_is_cancelled_before_its_worker_is_up(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, PATIENT)
    client.cancel()
    assert _report(replies, run) == CANCELLED


def test_a_run_that_does_not_stop_costs_its_worker(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, STUBBORN)
    replies.started(run, "h")
    client.cancel(deadline=0.05)
    died = replies.end(run)
    assert isinstance(died, WorkerDied)
    assert "stop" in died.message
    pids = [r.pid for r in replies.all if isinstance(r, Ready)]
    replies.wait(Ready, lambda r: r.pid not in pids)
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


def test_a_run_that_does_not_give_way_costs_its_worker(start: Start, tmp_path: Path) -> None:
    client, replies = start(deadline=0.05)
    run = submit(client, tmp_path, STUBBORN)
    replies.started(run, "h")
    second = submit(client, tmp_path, ADD)
    assert not _report(replies, second).failures
    died = replies.wait(WorkerDied)
    assert (died.run, died.resumes) == (second, True)


def test_a_run_is_cancelled_that_waits_for_one_that_does_not_give_way(
    start: Start, tmp_path: Path
) -> None:
    client, replies = start(deadline=0.05)
    first = submit(client, tmp_path, STUBBORN)
    replies.started(first, "h")
    second = submit(client, tmp_path, PATIENT)
    client.cancel()
    end = replies.end(second)
    assert isinstance(end, WorkerDied)
    assert not end.resumes
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


def test_the_worker_is_stopped_by_hand(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, STUBBORN)
    replies.started(run, "h")
    client.kill()
    assert isinstance(replies.end(run), WorkerDied)
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


# --- workers that die ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "said"), [("exit", "exit code 3"), ("SIGKILL", "SIGKILL"), ("SIGSEGV", "SIGSEGV")]
)
def test_a_run_goes_on_when_its_worker_dies(
    start: Start, tmp_path: Path, how: str, said: str
) -> None:
    client, replies = start(log=tmp_path / "worker.log")
    run = submit(client, tmp_path, _deadly(tmp_path / "scars", how))
    report = _report(replies, run)
    assert [(n.node, n.status) for n in report.nodes if n.node == "d"] == [("d", "executed")]
    died = replies.wait(WorkerDied)
    assert (died.run, died.resumes) == (run, True)
    assert said in died.message


def test_a_run_goes_on_when_its_worker_is_killed_from_outside(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, PATIENT)
    replies.started(run, "w")
    first = replies.wait(Ready)
    os.kill(first.pid, signal.SIGKILL)
    died = replies.wait(WorkerDied)
    assert (died.run, died.resumes, died.exitcode) == (run, True, -signal.SIGKILL)
    assert "while running w" in died.message
    replies.wait(Ready, lambda r: r.pid != first.pid)
    client.cancel()
    assert _report(replies, run).cancelled


def test_stopping_by_hand_does_not_count_against_the_next_run(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    client.start()
    replies.wait(Ready)
    client.kill()
    run = submit(client, tmp_path, _deadly(tmp_path / "scars", "exit"))
    assert not _report(replies, run).failures


def test_a_run_that_kills_twice_is_given_up(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    run = submit(client, tmp_path, _deadly(tmp_path / "scars", "exit", lives=99))
    died = replies.end(run)
    assert isinstance(died, WorkerDied)
    assert "in a row" in died.message
    # The third where the first took its last words, that "a" was done, with it.
    assert len(list((tmp_path / "scars").iterdir())) in (2, 3)
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


def test_a_run_is_not_resumed_where_that_is_not_wanted(start: Start, tmp_path: Path) -> None:
    client, replies = start(resume=False)
    run = submit(client, tmp_path, _deadly(tmp_path / "scars", "exit"))
    assert isinstance(replies.end(run), WorkerDied)
    assert len(list((tmp_path / "scars").iterdir())) == 1


def test_a_resumed_run_takes_the_steps_that_are_cached(start: Start, tmp_path: Path) -> None:
    scars = tmp_path / "scars"
    scars.mkdir()

    def counting(steps: int, dies_at: int) -> bytes:
        params = {"steps": steps, "dies_at": dies_at, "scars": str(scars)}
        return workflow({"c": ("toy.count", params)})

    client, replies = start()
    _report(replies, submit(client, tmp_path, counting(5, -1)))
    client.close()  # All five states are on disk now.
    assert client.join(PATIENCE)
    client, replies = start()
    report = _report(replies, submit(client, tmp_path, counting(10, 8)))
    assert replies.wait(WorkerDied).resumes
    (node,) = report.nodes
    assert isinstance(node, NodeFinished)
    assert node.status == "resumed"
    assert node.resumed_at in (5, 6, 7, 8)
    assert node.steps_run == 10 - node.resumed_at


def test_an_idle_worker_that_is_killed_is_replaced(start: Start, tmp_path: Path) -> None:
    client, replies = start()
    client.start()
    first = replies.wait(Ready)
    os.kill(first.pid, signal.SIGKILL)
    died = replies.wait(WorkerDied)
    assert (died.run, died.exitcode) == (None, -signal.SIGKILL)
    replies.wait(Ready, lambda r: r.pid != first.pid)
    assert not _report(replies, submit(client, tmp_path, ADD)).failures


@pytest.mark.parametrize("start_method", sorted({DEFAULT_START_METHOD, "spawn"}))
def test_a_worker_that_cannot_start_says_why(
    start: Start, tmp_path: Path, start_method: str
) -> None:
    client, replies = start(registry="tests.engine.worker_toys:broken", start_method=start_method)
    run = submit(client, tmp_path, ADD)
    died = replies.end(run)
    assert isinstance(died, WorkerDied)
    assert "a_library_that_is_not_there" in died.message


def test_what_a_worker_prints_goes_into_its_log(start: Start, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "worker.log"
    client, replies = start(log=log)
    run = submit(client, tmp_path, workflow({"s": ("toy.say", {"text": "good evening"})}))
    _report(replies, run)
    assert "good evening" in log.read_text()


# --- the end -------------------------------------------------------------------------------------


def test_closing_ends_a_worker_that_hangs(tmp_path: Path) -> None:
    replies = Replies()
    with worker_help.client(replies, tmp_path) as client:
        replies.started(submit(client, tmp_path, STUBBORN), "h")
    wait_for_exit(replies.wait(Ready).pid)


def test_closing_at_once_is_no_harm(tmp_path: Path) -> None:
    replies = Replies()
    with worker_help.client(replies, tmp_path) as client:
        client.start()
    assert not [r for r in replies.all if isinstance(r, WorkerDied)]


def test_nobody_waits_for_the_client(tmp_path: Path) -> None:
    replies = Replies()
    entered, go_on = threading.Event(), threading.Event()

    def slowly(reply: Reply) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)
        replies(reply)

    client = worker_help.client(slowly, tmp_path)
    client.start()
    assert entered.wait(PATIENCE)
    # Its thread is stuck; all of these return nevertheless.
    submit(client, tmp_path, b"x" * 2**24)
    client.cancel()
    client.kill()
    run = submit(client, tmp_path, ADD)
    go_on.set()
    assert not _report(replies, run).failures
    client.close()
    assert client.join(PATIENCE)


def test_closing_gives_the_shared_memory_back(tmp_path: Path) -> None:
    replies = Replies()
    with worker_help.client(replies, tmp_path) as client:
        _report(replies, submit(client, tmp_path, ADD))
        name = client._ring.place.name
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


# Each is an editor of its own: a file with this at its start and end.
EDITOR = """
import sys
from multiprocessing import resource_tracker
from pathlib import Path
from tests.engine import worker_help
from tests.engine.test_client import STUBBORN
from tests.engine.worker_help import workflow
from nodeui.engine.protocol import Ready

def main(folder, start_method):
    replies = worker_help.Replies()
{}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
"""

IDLE_EDITOR = """
    client = worker_help.client(replies, folder, start_method=start_method)
    run = worker_help.submit(client, folder, STUBBORN)
    replies.started(run, "h")
    tracker = resource_tracker._resource_tracker._pid
    print(replies.wait(Ready).pid, tracker, client._ring.place.name, flush=True)
    sys.stdin.read()
"""

PRELOADING_EDITOR = """
    log = folder / "log"
    document = workflow({"l": ("toy.loaded", {"module": "colorsys"})})
    options = {"log": log, "preload": ("colorsys",)}
    with worker_help.client(replies, folder, **options) as client:
        replies.end(worker_help.submit(client, folder, document))
    print(log.read_text())
"""


def _editor(folder: Path, body: str, start_method: str) -> subprocess.Popen[str]:
    script = folder / "editor.py"
    script.write_text(EDITOR.format(body))
    root = Path(worker_help.__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), start_method],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("start_method", sorted({DEFAULT_START_METHOD, "spawn"}))
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="watches processes by pidfd")
def test_a_killed_editor_leaves_nothing_behind(tmp_path: Path, start_method: str) -> None:
    with _editor(tmp_path, IDLE_EDITOR, start_method) as editor:
        assert editor.stdout is not None
        worker, tracker, name = editor.stdout.readline().split()
        editor.kill()
        wait_for_exit(int(worker))
        wait_for_exit(int(tracker))
    with pytest.raises(FileNotFoundError):
        SharedMemory(name)


@pytest.mark.skipif(DEFAULT_START_METHOD != "forkserver", reason="there is no fork server here")
def test_workers_have_what_is_to_be_preloaded(tmp_path: Path) -> None:
    with _editor(tmp_path, PRELOADING_EDITOR, DEFAULT_START_METHOD) as editor:
        printed, complaints = editor.communicate(timeout=PATIENCE)
    assert printed.strip() == "colorsys True"
    # Nothing was left for the resource tracker to clean up and to complain about.
    assert complaints == ""

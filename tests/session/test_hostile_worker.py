"""Workers that a pack has taken over, against a live editor: it lives, reacts and stays small."""

from __future__ import annotations

import contextlib
import gc
import random
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any, ClassVar

import msgspec
import pytest
from PySide6.QtCore import QObject, QTimer

from benchmarks.siege.mutations import mutate_json
from nodeui.engine import client as clients
from nodeui.engine.protocol import (
    LARGEST_PLAIN,
    MOST_MESSAGES,
    DryRun,
    DryRunDone,
    NodeFailed,
    NodeFinished,
    NodeStarted,
    PictureReady,
    Preview,
    Progress,
    Quit,
    Ready,
    Reply,
    Report,
    Request,
    RunEvent,
    RunFinished,
    RunRefused,
    RunStarted,
    ShowSteps,
    ShowValue,
    StepShown,
    StepsShown,
    Submit,
    Trajectory,
    ValuePicture,
    ValueShown,
    Warned,
    WorkerDied,
    decode_replies,
    decode_requests,
    encode,
    frames_of,
)
from nodeui.engine.ring import Written
from nodeui.graph.edits import Upgrade
from nodeui.graph.registry import Registry
from nodeui.session import inbox
from nodeui.session.inbox import Inbox
from nodeui.session.preferences import Settings
from nodeui.session.runs import Runs
from nodeui.session.session import Session
from tests.session import toys
from tests.views.editor import LONG

DONE = Report((), (), (), 4.25, ())


class Killed(Exception):
    """The client has killed the worker."""


class FakeWorker:
    """Stands in for `WorkerProcess`: a thread that plays the next of `scripts`, or is honest."""

    scripts: ClassVar[list[Callable[[FakeWorker], None]]] = []

    def __init__(
        self,
        start_method: str,
        setup: object,
        on_frame: Callable[[bytes], None],
        on_end: Callable[[int | None, str], None],
    ) -> None:
        self._on_frame, self._on_end = on_frame, on_end
        self._requests: SimpleQueue[Request | None] = SimpleQueue()
        self.killed = False
        self.exitcode = 0
        script = self.scripts.pop(0) if self.scripts else FakeWorker.be_honest
        threading.Thread(target=self._play, args=(script,), daemon=True).start()

    def _play(self, script: Callable[[FakeWorker], None]) -> None:
        with contextlib.suppress(Killed):
            script(self)
        self._on_end(-9 if self.killed else self.exitcode, "")

    def send(self, frame: bytes) -> None:
        for request in decode_requests(frame):
            self._requests.put(request)

    def kill(self) -> bool:
        self.killed = True
        self._requests.put(None)
        return True

    def say(self, *frames: bytes) -> None:
        for frame in frames:
            if self.killed:
                raise Killed
            self._on_frame(frame)

    def request(self) -> Request:
        request = self._requests.get()
        if request is None:
            raise Killed
        return request

    def be_honest(self) -> None:
        self.say(encode([Ready(pid=1, environment="")]))
        while True:
            match self.request():
                case Submit(run=run):
                    self.say(encode([RunStarted(run=run), RunFinished(run=run, report=DONE)]))
                case DryRun(number=number):
                    self.say(encode([DryRunDone(number=number, trajectories={})]))
                case ShowSteps(number=number):
                    self.say(encode([StepsShown(number=number)]))
                case ShowValue(number=number):
                    self.say(encode([ValueShown(number=number)]))
                case Quit():
                    return
                case _:
                    pass


@pytest.fixture
def runs(
    qtbot: Any, settings: Settings, specs: Registry, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Runs]:
    monkeypatch.setattr(clients, "WorkerProcess", FakeWorker)
    monkeypatch.setattr(FakeWorker, "scripts", [])
    gc.collect()  # as in the editor, threads must not collect what Qt objects are left over
    gc.disable()
    runs = Runs(settings, specs, "tests.session.toys:registry")
    yield runs
    runs.close()
    gc.enable()


def opened(runs: Runs, specs: Registry) -> Session:
    session = Session(toys.chain(specs), specs, engine=runs)
    runs.add(session)
    return session


def assert_alive(qtbot: Any, runs: Runs, session: Session) -> None:
    """Run the document until an honest worker has done so."""
    reports: list[Report] = []
    runs.finished.connect(lambda job, report: reports.append(report))

    def ran() -> bool:
        if runs.current is None and DONE not in reports:
            session.run()
        return DONE in reports

    qtbot.waitUntil(ran, timeout=LONG)


# --- absurd messages -----------------------------------------------------------------------------


def messages(chance: random.Random, nodes: list[str], run: int) -> Reply:
    """Return a message of any kind, with values that fit or do not."""
    number = chance.choice([0, 1, 1, 2, 3, 255, 2**31 - 1])
    text = chance.choice(["", "x", "<b>bold</b>", "two\nlines", "\0", "é" * 3_000])
    node = chance.choice([*nodes, *nodes, "", "no-node", text])
    pixels = bytes(chance.choice([0, 3, 12, 300]))
    side = chance.choice([0, 1, 2, 10, 70_000])
    size: dict[str, Any] = {"width": side, "height": chance.choice([side, 1]), "pixels": pixels}
    digests = (b"0" * 16,) * chance.choice([0, 1, 3])
    curve = {text: (float("nan"), 1e308) * chance.choice([0, 1, 5])}
    steps = Trajectory(total=number, resumes_at=min(number, 2), cached=(True,) * 3, curves=curve)
    failed = NodeFailed(node=node, type="t", message=text, details=text)
    done = NodeFinished(
        node=node,
        type="t",
        status=chance.choice(["executed", "cached", "resumed", "failed", "cancelled"]),
        seconds=chance.choice([0.0, float("nan"), float("inf"), -1.0, 1e300]),
        steps_total=chance.choice([None, number]),
        resumed_at=chance.choice([None, number]),
        warnings=(text,),
    )
    events = [
        NodeStarted(node=node),
        Progress(node=node, done=number, total=chance.choice([0, 3]), text=text),
        Preview(node=node, **size, count=chance.choice([0, 1, 4])),
        ValuePicture(node=node, digests=digests, **size, channels=chance.choice([0, 1, 2, 3, 9])),
        ValuePicture(node=node, digests=digests, paths=("/dev/zero", "\0", text)),
        ValuePicture(node=node, digests=(), error=text),
        done,
        failed,
        Warned(node=node, message=text),
    ]
    report = Report((), (done,) * 3, (failed,), float("nan"), (Warned(node=node, message=text),))
    empty = Preview(node=node, width=1, height=1, pixels=b"")
    ring = Written(number, number, 1, number)
    return chance.choice(
        [
            *(RunEvent(run=run, event=event) for event in events),
            PictureReady(run=run, event=empty, written=ring),
            Ready(pid=number, environment=text, packs=(text.encode(),)),
            RunStarted(run=run),
            RunFinished(run=run, report=report),
            RunRefused(run=run, message=text),
            DryRunDone(number=number, trajectories={node: steps}),
            StepShown(number=number, node=node, name=text, step=number, **size),
            StepsShown(number=number),
            ValueShown(number=number, **size),
            WorkerDied(run=run, exitcode=number, message=text, resumes=True),
        ]
    )  # fmt: skip


def absurd(seed: int) -> Callable[[FakeWorker], None]:
    """Return a worker that sends messages of all kinds in any order, some of them damaged."""
    chance = random.Random(seed)

    def play(worker: FakeWorker) -> None:
        worker.say(encode([Ready(pid=1, environment="")]))
        run = next(r.run for r in iter(worker.request, None) if isinstance(r, Submit))
        for _ in range(60):
            frames: list[Any] = []
            for _ in range(chance.choice([1, 1, 5, 50])):
                reply = messages(chance, ["grey", "invert"], chance.choice([run, run, 0, run + 1]))
                frames.append(msgspec.to_builtins(reply, builtin_types=(bytes,)))
            if chance.random() < 0.05:
                frames = [mutate_json(chance, frames[0])]
            try:
                worker.say(msgspec.msgpack.encode(frames))
            except (OverflowError, UnicodeEncodeError):
                worker.say(b"rubbish")

    return play


@pytest.mark.parametrize("seed", range(20))
def test_absurd_messages_in_any_order(qtbot: Any, runs: Runs, specs: Registry, seed: int):
    session = opened(runs, specs)
    told: list[str] = []
    runs.message.connect(lambda level, text: told.append(text))
    FakeWorker.scripts[:] = [absurd(seed), absurd(seed + 1000)]
    runs.start()
    session.run()
    assert_alive(qtbot, runs, session)
    before = {id: (node.type, node.params) for id, node in toys.chain(specs).graph.nodes.items()}
    assert {id: (n.type, n.params) for id, n in session.graph.nodes.items()} == before


def test_a_worker_may_end_by_any_signal(qtbot: Any, runs: Runs, specs: Registry):
    def end(worker: FakeWorker) -> None:
        worker.say(encode([Ready(pid=1, environment="")]))
        worker.exitcode = -40  # a real-time signal, which has no name

    session = opened(runs, specs)
    told: list[str] = []
    runs.message.connect(lambda level, text: told.append(text))
    FakeWorker.scripts[:] = [end]
    runs.start()
    qtbot.waitUntil(lambda: bool(told), timeout=LONG)
    assert told == ["The worker was ended by signal 40"]
    assert_alive(qtbot, runs, session)


def test_no_worker_migrates_nodes_of_others(session: Session):
    before = session.graph.nodes["grey"]
    session.take_upgrades([Upgrade("grey", 99, {"level": 0.1}), Upgrade("none", 2, {})])
    assert session.graph.nodes["grey"] == before


# --- too much ------------------------------------------------------------------------------------


def test_a_flood_waits_for_the_window(
    qtbot: Any, runs: Runs, specs: Registry, monkeypatch: pytest.MonkeyPatch
):
    """While a worker sends as much as it can, little of it waits and the window reacts."""
    monkeypatch.setattr(inbox, "SLICE", 0.0)
    most, reacted = 0, 0

    def flood(worker: FakeWorker) -> None:
        worker.say(encode([Ready(pid=1, environment="")]))
        run = next(r.run for r in iter(worker.request, None) if isinstance(r, Submit))
        progress = RunEvent(run=run, event=Progress(node="grey", done=1, total=3))
        for _ in range(20):
            worker.say(*frames_of([progress] * MOST_MESSAGES))
        worker.say(encode([RunFinished(run=run, report=DONE)]))

    def react() -> None:
        nonlocal most, reacted
        most = max(most, len(runs._inbox._messages))
        reacted += 1

    session = opened(runs, specs)
    FakeWorker.scripts[:] = [flood]
    runs.start()
    timer = QTimer()
    timer.timeout.connect(react)
    with qtbot.waitSignal(runs.finished, timeout=LONG):
        session.run()
        timer.start(0)
    timer.stop()
    assert most <= inbox.MOST
    assert reacted >= 20 * MOST_MESSAGES // inbox.MOST


def test_heavy_messages_wait_one_by_one(qtbot: Any):
    taken: list[int] = []
    parent = QObject()
    queue = Inbox(taken.append, parent)
    half = inbox.HEAVIEST // 2 + 1

    def put() -> None:
        for number in range(4):
            queue.put(number, size=half if number else 4 * half)

    thread = threading.Thread(target=put)
    thread.start()
    qtbot.waitUntil(lambda: len(queue._messages) == 1 or bool(taken), timeout=LONG)
    qtbot.waitUntil(lambda: taken == [0, 1, 2, 3], timeout=LONG)
    thread.join()


def test_a_thread_that_waits_is_released_at_the_end(qtbot: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inbox, "MOST", 1)
    parent = QObject()
    queue = Inbox(lambda number: None, parent)

    def put() -> None:
        for number in range(5):
            queue.put(number)

    thread = threading.Thread(target=put)
    thread.start()
    queue.close()
    thread.join(LONG / 1000)
    assert not thread.is_alive() and not queue._messages


def test_frames_of_many_small_things_are_refused_before_they_take_memory():
    many = msgspec.msgpack.encode([{"kind": "StepsShown", "number": 1}] * (MOST_MESSAGES + 1))
    flags = {"total": 1, "resumes_at": 0, "cached": [True] * 200_000}
    steps = {"kind": "DryRunDone", "number": 1, "trajectories": {"a": flags}}
    plain = {"kind": "RunRefused", "run": 1, "message": "x", "more": b"0" * LARGEST_PLAIN}
    for frame in (many, msgspec.msgpack.encode([steps]), msgspec.msgpack.encode([plain])):
        with pytest.raises(msgspec.DecodeError):
            decode_replies(frame)


def test_honest_messages_fit_into_frames():
    picture = StepShown(
        number=1, node="a", name="x", step=1, width=4096, height=4096, pixels=bytes(3 * 4096**2)
    )
    shown = ValuePicture(
        node="a", digests=(), width=6000, height=6000, channels=1, pixels=bytes(36_000_000)
    )
    event = RunEvent(run=1, event=shown)
    long = RunRefused(run=1, message="x" * 100_000)
    replies: list[Reply] = [*[RunStarted(run=1)] * 2_500, picture, *[long] * 30, event, event]
    frames = [*frames_of(replies)]
    assert [one for frame in frames for one in decode_replies(frame)] == replies
    assert len(frames) < 15


def test_steps_that_are_not_possible_are_refused():
    flags = {"total": 0, "resumes_at": 0, "cached": []}
    for wrong in ({"span": {"before": -3}}, {"span": {"order": 0}}, {"resumes_at": -1}):
        reply = {"kind": "DryRunDone", "number": 1, "trajectories": {"a": {**flags, **wrong}}}
        with pytest.raises(msgspec.DecodeError):
            decode_replies(msgspec.msgpack.encode([reply]))

"""The pace of live runs, with a clock set by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from nodeui.graph.registry import Registry
from nodeui.session.pace import LivePace
from nodeui.session.session import Session
from tests.session import toys


class Bench:
    """A `LivePace`, its clock, and the runs that it started."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("nodeui.session.pace.time.monotonic", lambda: self.now)
        self.session = session
        self.started: list[Session] = []
        self.pace = LivePace(self.started.append)

    def run(self, seconds: float, *, complete: bool = True) -> None:
        """Begin and end a run."""
        self.pace.begin()
        self.now += seconds
        self.pace.end(self.session, complete=complete)


@pytest.fixture
def bench(qtbot: QtBot, specs: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    session = Session(toys.chain(specs), specs)
    session.live = True
    yield Bench(session, monkeypatch)


def test_a_run_of_unknown_length_is_replaced_at_once(bench: Bench):
    bench.pace.begin()
    assert not bench.pace.put_off(bench.session)


def test_a_short_run_may_complete_and_then_the_newest_graph_runs_once(bench: Bench):
    bench.run(0.1)
    bench.pace.begin()
    bench.now += 0.05
    assert bench.pace.put_off(bench.session)
    assert bench.pace.put_off(bench.session)
    bench.now += 0.06
    bench.pace.end(bench.session, complete=True)
    assert bench.started == [bench.session]
    bench.run(0.1)
    assert bench.started == [bench.session]


def test_a_long_run_is_replaced_before_its_end(bench: Bench, qtbot: QtBot):
    bench.run(20.0)
    bench.pace.begin()
    bench.now += 0.39
    assert bench.pace.put_off(bench.session)
    qtbot.waitUntil(lambda: bench.started == [bench.session])  # without its end
    bench.now += 0.02
    assert not bench.pace.put_off(bench.session)


def test_a_run_that_was_stopped_says_nothing_about_the_next(bench: Bench):
    bench.run(0.3, complete=False)
    bench.pace.begin()
    assert not bench.pace.put_off(bench.session)


def test_nothing_follows_for_those_who_left(bench: Bench):
    for leave in (
        lambda: bench.pace.forget(bench.session),
        lambda: setattr(bench.session, "live", False),
    ):
        bench.session.live = True
        bench.run(0.3)
        bench.pace.begin()
        assert bench.pace.put_off(bench.session)
        leave()
        bench.pace.end(bench.session, complete=True)
        assert not bench.started

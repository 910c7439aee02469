"""Tests states that arrive after the next step has started, as those on a GPU do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.engine import toys
from tests.engine.toys import STOP, Workbench


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Steps and finished states of walks, in order; the states arrive late."""
    found: list[str] = []
    step, snapshot = toys.Walk.step, toys.Walk.snapshot

    def logged(walk: toys.Walk) -> None:
        step(walk)
        found.append(f"step {walk.done}")

    def late(walk: toys.Walk) -> Callable[[], bytes]:
        state, done = snapshot(walk), walk.done

        def finish() -> bytes:
            found.append(f"state {done}")
            return state

        return finish

    monkeypatch.setattr(toys.Walk, "step", logged)
    monkeypatch.setattr(toys.Walk, "snapshot", late)
    return found


def test_a_state_is_stored_after_the_next_step(bench: Workbench, log: list[str]) -> None:
    bench.add("w", "walk")
    bench.run("w")
    assert log[:5] == ["step 1", "step 2", "state 1", "step 3", "state 2"]
    assert log[-2:] == ["state 9", "state 10"]


def test_a_cancelled_run_loses_no_step(bench: Workbench, log: list[str]) -> None:
    STOP.append(threading.Event())
    bench.add("w", "walk")
    assert bench.run("w", cancel=STOP[0]).cancelled
    assert log[-2:] == ["state 5", "state 6"]
    STOP.clear()
    assert bench.run("w").nodes[-1].resumed_at == 6


def test_a_failing_step_loses_only_itself(
    bench: Workbench, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add("w", "walk")
    step = toys.Walk.step

    def failing(walk: toys.Walk) -> None:
        if walk.done == 4:
            raise RuntimeError("no memory")
        step(walk)

    with monkeypatch.context() as patch:
        patch.setattr(toys.Walk, "step", failing)
        assert bench.run("w").failures
    assert log[-1] == "state 4"
    assert bench.run("w").nodes[-1].resumed_at == 4

"""Tests steps whose states hold only what each step added, and steps of several runs at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.steps import drive_together, replay, trajectory
from nodeui.sdk import Cancelled, Steps
from tests.engine.toys import Workbench

CHAIN = [bytes([number]) * 16 for number in range(6)]


class Tally(Steps[int]):
    """A sum of numbers; a state is one number."""

    incremental = True

    def __init__(self, numbers: Sequence[int] = (3, 1, 4, 1, 5)) -> None:
        self.keys = [str(number) for number in numbers]
        self.numbers = numbers
        self.added: list[int] = []
        self.batches: list[int] = []

    def step(self) -> None:
        self.added.append(self.numbers[len(self.added)])

    @classmethod
    def step_together(cls, runs: Sequence[Any]) -> None:
        for run in runs:
            run.batches.append(len(runs))
            run.step()

    def snapshot(self) -> bytes:
        return bytes([self.added[-1]])

    def restore(self, done: int, state: bytes) -> None:
        if done == 1:
            self.added.clear()
        assert done == len(self.added) + 1
        self.added.append(state[0])

    def result(self) -> int:
        return sum(self.added)


def store(cache: Cache, *steps: int) -> None:
    for step in steps:
        cache.put_state(CHAIN[step], bytes([Tally().numbers[step - 1]]))


@pytest.mark.parametrize(
    ("stored", "restored"),
    [([], 0), ([1], 1), ([1, 2, 3], 3), ([1, 2, 4, 5], 2), ([2, 3, 4, 5], 0), ([1, 2, 3, 4, 5], 5)],
)
def test_a_state_needs_those_before_it(stored: list[int], restored: int) -> None:
    steps = Tally()
    with open_cache(None) as cache:
        store(cache, *stored)
        outlook = trajectory(steps, CHAIN, cache)
        assert outlook.resumes_at == restored
        assert outlook.cached == (True,) * restored + (False,) * (5 - restored)
        assert replay(steps, CHAIN, cache, 0, 5) == restored
        assert steps.added == [3, 1, 4, 1, 5][:restored]


def test_a_replay_continues_where_it_was() -> None:
    steps = Tally()
    with open_cache(None) as cache:
        store(cache, 1, 2, 3, 4)
        assert replay(steps, CHAIN, cache, 0, 2) == 2
        assert replay(steps, CHAIN, cache, 2, 3) == 3
        assert steps.added == [3, 1, 4]
        assert replay(steps, CHAIN, cache, 0, 1) == 1  # from the start again
        assert steps.added == [3]


def test_runs_together_store_the_states_of_each(bench: Workbench) -> None:
    ahead, behind = Tally(), Tally([2, 7, 1, 8])
    other = [bytes([100 + number]) * 16 for number in range(5)]
    store(bench.cache, 1, 2)
    drive_together([(ahead, CHAIN), (behind, other)], bench.cache, lambda: None)
    assert ahead.batches == [2, 2, 1] and behind.batches == [1, 1, 2, 2]
    again, same = Tally(), Tally([2, 7, 1, 8])
    assert replay(again, CHAIN, bench.cache, 0, 5) == 5
    assert replay(same, other, bench.cache, 0, 4) == 4
    assert (again.result(), same.result()) == (14, 18)


def test_runs_together_stop_between_two_steps(bench: Workbench) -> None:
    steps = Tally()

    def check() -> None:
        if len(steps.added) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        drive_together([(steps, CHAIN)], bench.cache, check)
    assert replay(Tally(), CHAIN, bench.cache, 0, 5) == 2

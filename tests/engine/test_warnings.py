"""Tests the warnings of nodes: each run repeats those of everything that its targets need."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodeui.engine.cache import open_cache
from nodeui.engine.dry_run import dry_run
from nodeui.engine.protocol import Event, NodeFinished, NodeStarted, Warned
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.sdk import Context, Lazy, NodeError, Steps, node
from tests.engine import toys
from tests.engine.toys import CALLS, STOP, Grid, Walk, Workbench, statuses


@node("toy.clip", title="Clip", category="Toys")
def clip(ctx: Context, a: int = 0, high: int = 10) -> int:
    """The smaller of two numbers."""
    if a > high:
        ctx.warn(f"{a} is clipped to {high}")
        ctx.warn(f"{a} is clipped to {high}")
    return min(a, high)


@node("toy.round", title="Round", category="Toys", light=True)
def rounded(ctx: Context, a: int = 0) -> int:
    """A multiple of ten."""
    if a % 10:
        ctx.warn(f"{a} is rounded")
    return a // 10 * 10


@node("toy.stroll", title="Stroll", category="Toys", output=True)
def stroll(ctx: Context, start: int = 0, late: float = 1.0) -> Steps[Grid]:
    """A walk that warns."""
    ctx.warn("it is short")
    return Walk(start, [1.0] * 7 + [late] * 3, STOP[0] if STOP else None)


@node("toy.lazily", title="Lazily", category="Toys", output=True)
def lazily(yes: Lazy[int], no: Lazy[int], which: bool = True) -> int:
    """One of two."""
    return yes() if which else no()


@node("toy.refuse", title="Refuse", category="Toys", output=True)
def refuse(a: int = 0) -> int:
    """Fail."""
    raise NodeError("no")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    CALLS.clear()
    STOP.clear()
    registry = Registry([*toys.NODES, clip, rounded, stroll, lazily, refuse])
    made = Workbench(tmp_path, open_cache(tmp_path / "cache"), graph=Graph(registry))
    yield made
    made.cache.close()


def said(bench: Workbench, *targets: str) -> list[str]:
    """Run, and return the warnings of the events, which are those of the report."""
    report = bench.run(*targets)
    assert report.warnings == tuple(e for e in bench.events if isinstance(e, Warned))
    return [warning.text for warning in report.warnings]


def test_a_cached_result_repeats_its_warnings(bench: Workbench) -> None:
    bench.add("c", "clip", a=12)
    assert said(bench, "c") == ["c: 12 is clipped to 10"]
    assert said(bench, "c") == ["c: 12 is clipped to 10"]
    bench.reopen(bench.folder / "cache")
    assert said(bench, "c") == ["c: 12 is clipped to 10"]
    (ended,) = (event for event in bench.events if isinstance(event, NodeFinished))
    assert (ended.status, ended.warnings) == ("cached", ("12 is clipped to 10",))
    bench.set("c", a=7)
    assert said(bench, "c") == []
    bench.set("c", a=12)
    assert said(bench, "c") == ["c: 12 is clipped to 10"]


def test_nodes_above_a_cached_one_are_heard(bench: Workbench) -> None:
    bench.add("one", "clip", a=15)
    bench.add("two", "clip", a="@one", high=5)
    bench.add("end", "add", a="@two")
    bench.add("beside", "clip", a=99)
    bench.run("beside")
    messages = ["one: 15 is clipped to 10", "two: 10 is clipped to 5"]
    assert said(bench, "end") == messages
    assert said(bench, "end") == messages
    bench.reopen(bench.folder / "cache")
    assert said(bench, "end") == messages
    assert isinstance(bench.events[0], Warned)  # before anything runs
    assert dict(bench.plan("end").of_nodes())["two"].warnings == ("10 is clipped to 5",)


def test_a_node_found_in_the_cache_during_the_run(bench: Workbench) -> None:
    """Its key was not known before, as the node above it had to run."""
    bench.add("n", "number", value=15)
    bench.add("half", "half", a="@n")
    bench.add("c", "clip", a="@half", high=5)
    bench.add("end", "add", a="@c")
    bench.run("end")
    bench.set("n", value=14)
    bench.set("n", value=15, note="another run")
    bench.planner.plan(bench.graph)
    bench.set("half", a=7)
    assert said(bench, "end") == ["c: 7 is clipped to 5"]


def test_the_way_to_a_failure_is_heard(bench: Workbench) -> None:
    bench.add("c", "clip", a=12)
    bench.add("end", "refuse", a="@c")
    for _ in range(2):
        assert said(bench, "end") == ["c: 12 is clipped to 10"]


def test_a_node_that_passes_its_input_on_says_nothing(bench: Workbench) -> None:
    bench.add("c", "clip", a=12)
    bench.add("d", "clip", a="@c", high=5)
    bench.run("d")
    bench.mode("d", "bypassed")
    assert said(bench, "d") == ["c: 12 is clipped to 10"]
    bench.mode("c", "bypassed")
    assert said(bench, "d") == []


def test_a_value_computed_again_says_it_once(bench: Workbench) -> None:
    bench.add("c", "clip", a=12)
    bench.run("c")
    bench.cache.close()
    (bench.folder / "cache" / "index.sqlite").rename(bench.folder / "kept")
    bench.reopen(bench.folder / "cache")
    with sqlite3.connect(bench.folder / "kept") as old:
        rows = old.execute("SELECT * FROM results").fetchall()
    with sqlite3.connect(bench.folder / "cache" / "index.sqlite") as new:
        new.executemany("INSERT INTO results VALUES (?, ?, ?, ?)", rows)
    assert said(bench, "c") == ["c: 12 is clipped to 10"]  # known, but its value is lost
    assert statuses(bench.run("c")) == {"c": "cached"}


def test_a_light_node_of_a_dry_run_is_heard(bench: Workbench) -> None:
    """The dry run computes it, so the run finds it in the cache."""
    bench.add("r", "round", a=17)
    bench.add("w", "stroll", start="@r")
    events: list[Event] = []
    found = dry_run(bench.plan("w"), bench.cache, emit=events.append)
    before = [event.text for event in events if isinstance(event, Warned)]
    assert before == ["r: 17 is rounded", "w: it is short"]
    assert found["w"].warnings == ("it is short",)
    assert said(bench, "w") == before


def test_steps_warn_before_the_first_one_and_when_resumed(bench: Workbench) -> None:
    STOP.append(threading.Event())
    bench.add("w", "stroll")
    assert bench.run("w", cancel=STOP[0]).cancelled
    kinds = [type(event) for event in bench.events]
    assert kinds[:2] == [NodeStarted, Warned]
    STOP.clear()
    assert said(bench, "w") == ["w: it is short"]
    assert statuses(bench.run("w")) == {"w": "cached"}
    assert said(bench, "w") == ["w: it is short"]


def test_what_a_lazy_input_is_made_from(bench: Workbench) -> None:
    """The warnings are kept with the node that asked, as its key does not look behind the wire."""
    bench.add("c", "clip", a=12)
    bench.add("yes", "add", a="@c")
    bench.add("no", "clip", a=99)
    bench.add("end", "lazily", yes="@yes", no="@no")
    assert said(bench, "end") == ["c: 12 is clipped to 10"]
    assert said(bench, "end") == ["end: 12 is clipped to 10"]


def test_a_cache_of_an_older_version_is_filled_again(bench: Workbench) -> None:
    """Its results have no warnings, and no hashes."""
    bench.add("c", "clip", a=12)
    bench.run("c")
    bench.cache.close()
    with sqlite3.connect(bench.folder / "cache" / "index.sqlite") as index:
        index.execute("ALTER TABLE results DROP COLUMN warnings")
        index.execute("PRAGMA user_version = 2")
    bench.reopen(bench.folder / "cache")
    assert statuses(bench.run("c")) == {"c": "executed"}
    assert said(bench, "c") == ["c: 12 is clipped to 10"]
    bench.set("c", a=13)
    assert said(bench, "c") == ["c: 13 is clipped to 10"]
    bench.reopen(bench.folder / "cache")
    assert said(bench, "c") == ["c: 13 is clipped to 10"]
    assert not bench.cache.warnings

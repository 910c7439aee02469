"""Tests that step-wise nodes resume from the last state shared with an earlier run."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest

from nodeui.engine import steps
from nodeui.engine.context import NodeContext
from nodeui.engine.files import WorkflowFiles
from nodeui.engine.protocol import NodeFinished, Preview, Progress
from nodeui.engine.runner import run
from nodeui.engine.state import ResolutionState
from tests.engine import toys
from tests.engine.toys import CALLS, STOP, Workbench


def fresh(start: int, strides: list[float]) -> np.ndarray:
    """Return the cells after a walk without the engine."""
    return toys.Walk(start, strides, None).run().cells


def last(bench: Workbench) -> NodeFinished:
    return bench.run("w").nodes[-1]


def test_a_first_run_does_all_steps(bench: Workbench) -> None:
    bench.add("w", "walk")
    end = last(bench)
    assert (end.status, end.steps_total, end.steps_run) == ("executed", 10, 10)
    assert end.resumed_at is None
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 10))


def test_a_late_change_resumes_and_gives_the_same_bits(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run("w")
    bench.set("w", late=0.5)
    end = last(bench)
    assert (end.status, end.steps_total, end.steps_run, end.resumed_at) == ("resumed", 10, 3, 7)
    assert CALLS["step"] == 3
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 7 + [0.5] * 3))


def test_an_early_change_shares_nothing(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run("w")
    bench.set("w", start=1)
    assert last(bench).resumed_at is None


def test_more_steps_go_on_from_the_end(bench: Workbench) -> None:
    bench.add("w", "walk", steps=8)
    bench.run("w")
    bench.set("w", steps=12)
    assert (last(bench).steps_run, CALLS["restore"]) == (4, 1)


def test_a_change_that_changes_no_step_runs_none(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run("w")
    bench.set("w", label="another")
    end = last(bench)
    assert (end.status, end.steps_run, end.resumed_at) == ("resumed", 0, 10)
    assert not CALLS["step"]
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 10))


def test_a_cancelled_walk_resumes(bench: Workbench) -> None:
    STOP.append(threading.Event())
    bench.add("w", "walk")
    assert bench.run("w", cancel=STOP[0]).cancelled
    assert CALLS["step"] == 6
    STOP.clear()
    end = last(bench)
    assert (end.status, end.steps_run, end.resumed_at) == ("resumed", 4, 6)
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 10))


def test_a_walk_resumes_after_a_restart(bench: Workbench, tmp_path: Path) -> None:
    bench.reopen(tmp_path / "cache")
    STOP.append(threading.Event())
    bench.add("w", "walk")
    bench.run("w", cancel=STOP[0])
    STOP.clear()
    bench.reopen(tmp_path / "cache")
    assert last(bench).resumed_at == 6
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 10))
    bench.cache.close()


def test_a_damaged_state_falls_back_to_the_one_before(bench: Workbench, tmp_path: Path) -> None:
    bench.reopen(tmp_path / "cache")
    bench.add("w", "walk")
    bench.run("w")
    bench.cache.flush()  # states of 1 KB lie in the index
    connection = sqlite3.connect(tmp_path / "cache" / "index.sqlite")
    rows = connection.execute("SELECT rowid FROM blobs WHERE size = 1024 ORDER BY rowid").fetchall()
    assert len(rows) == 10
    connection.execute("UPDATE blobs SET payload = zeroblob(1024) WHERE rowid = ?", rows[6])
    connection.commit()
    connection.close()
    bench.reopen(tmp_path / "cache")
    bench.set("w", late=0.5)
    assert last(bench).resumed_at == 6
    assert np.array_equal(bench.value("w").cells, fresh(0, [1.0] * 7 + [0.5] * 3))
    bench.cache.close()


def test_progress_tells_each_step(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run("w")
    reported = [(e.done, e.total) for e in bench.events if isinstance(e, Progress)]
    assert reported == [(done, 10) for done in range(11)]
    bench.set("w", late=0.5)
    bench.run("w")
    reported = [e.done for e in bench.events if isinstance(e, Progress)]
    assert reported == [7, 8, 9, 10]


def test_no_pictures_are_made_that_nobody_sees(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add("w", "walk")
    monkeypatch.setattr(toys.Walk, "preview", lambda walk: pytest.fail("a picture was made"))
    report = run(bench.planner.plan(bench.graph, ["w"]), bench.cache, bench.folder)
    assert report.nodes[0].steps_run == 10


@pytest.mark.parametrize(
    ("seconds_a_step", "shown"), [(1.0, list(range(1, 11))), (0.04, [1, 4, 7, 10]), (0, [1, 10])]
)
def test_previews_are_throttled_and_the_last_one_always_comes(
    bench: Workbench, seconds_a_step: float, shown: list[int]
) -> None:
    events: list[object] = []
    walk = toys.Walk(0, [1.0] * 10, None)

    def clock() -> float:
        return walk.done * seconds_a_step

    files = WorkflowFiles(bench.folder, bench.cache)
    context = NodeContext(
        "w", files, bench.folder, ResolutionState(), "", events.append, lambda: None
    )
    steps.drive(walk, toys.walk, bench.cache, context, clock)
    previews = [event for event in events if isinstance(event, Preview)]
    assert [preview.pixels[0] for preview in previews] == shown
    assert all((p.width, p.height, len(p.pixels)) == (3, 2, 18) for p in previews)

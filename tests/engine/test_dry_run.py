"""Tests dry runs: the steps of step-wise nodes that a run would take from the cache."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from nodeui.engine.cache import open_cache
from nodeui.engine.dry_run import dry_run, pictures
from nodeui.engine.plan import Planner
from nodeui.engine.protocol import Trajectory
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.sdk import Cancelled
from tests.engine import toys
from tests.engine.toys import CALLS, STOP, Workbench


def look(bench: Workbench, *targets: str) -> dict[str, Trajectory]:
    CALLS.clear()
    return dry_run(bench.plan(*targets), bench.cache)


def show(bench: Workbench, name: str, *steps: int) -> dict[int, np.ndarray]:
    return dict(pictures(bench.plan("w"), bench.cache, "w", name, steps))


def test_before_the_first_run_nothing_is_stored(bench: Workbench) -> None:
    bench.add("w", "walk", late=0.5)
    curves = {"stride": (1.0,) * 7 + (0.5,) * 3}
    assert look(bench) == {"w": Trajectory(10, 0, (False,) * 10, curves)}
    assert not CALLS["step"]


def test_a_late_change_resumes_and_is_what_the_run_does(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run()
    bench.set("w", late=0.5)
    seen = look(bench)["w"]
    assert (seen.total, seen.resumes_at, seen.cached) == (10, 7, (True,) * 7 + (False,) * 3)
    assert not CALLS["step"]
    assert bench.run().nodes[-1].resumed_at == 7


def test_a_known_value_needs_no_step(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.run()
    seen = look(bench)["w"]
    assert (seen.total, seen.resumes_at, all(seen.cached)) == (10, 10, True)
    assert dict(CALLS) == {"walk": 1}


def test_an_interrupted_run_is_told(bench: Workbench) -> None:
    STOP.append(threading.Event())
    bench.add("w", "walk")
    bench.run(cancel=STOP[0])
    assert look(bench)["w"].resumes_at == 6


def test_light_nodes_are_computed_and_no_others(bench: Workbench) -> None:
    bench.add("n", "number", value=4)
    bench.add("l", "light", a="@n")
    bench.add("w", "walk", start="@l")
    assert look(bench) == {} and not CALLS  # what the number is, is not known yet
    bench.run()
    bench.set("n", value=5)
    bench.run("n")
    assert look(bench)["w"].resumes_at == 0
    assert dict(CALLS) == {"light": 1, "walk": 1}
    bench.run("l")
    assert not CALLS["light"]  # it is in the cache
    bench.set("n", value=4)
    assert look(bench)["w"].resumes_at == 10


def test_a_node_may_be_light_with_some_parameters_only(bench: Workbench) -> None:
    bench.add("l", "length", stem="ab")
    bench.add("w", "walk", start="@l")
    assert look(bench)["w"].total == 10
    bench.set("l", stem="abc")
    assert look(bench) == {} and not CALLS["length"]
    bench.add("s", "name", stem="x")  # "x.txt" is not short
    bench.link("s", "l", "stem")
    bench.run("s")
    assert look(bench) == {} and not CALLS["length"]


def test_one_sampler_behind_another_is_seen_once_the_first_has_run(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.add("f", "follow", grid="@w")
    assert set(look(bench)) == {"w"}
    bench.run()
    bench.set("f", steps=7)
    seen = look(bench)
    assert (seen["w"].resumes_at, seen["f"].resumes_at, seen["f"].total) == (10, 5, 7)
    assert not CALLS["step"]


def test_an_evicted_value_is_not_taken_for_stored(bench: Workbench) -> None:
    with open_cache(None, memory_bytes=1) as forgetful:
        bench = Workbench(bench.folder, forgetful)
        bench.add("w", "walk")
        bench.add("f", "follow", grid="@w")
        assert not bench.run().failures
        assert bench.outlook("w")["w"] == "runs"
        seen = look(bench)
    assert set(seen) == {"w"} and seen["w"].resumes_at == 0
    assert not CALLS["step"]


def test_mistakes_take_nothing_from_the_others(bench: Workbench) -> None:
    bench.add("w", "walk")
    bench.add("g", "grid")
    bench.add("f", "follow", grid="@g", steps=0)
    bench.add("l", "light", a=-1)
    bench.add("v", "walk", start="@l")
    bench.run("g")
    assert set(look(bench)) == {"w"}


def test_a_dry_run_can_be_stopped(bench: Workbench) -> None:
    bench.add("w", "walk")
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        dry_run(bench.plan(), bench.cache, stopped)


def test_stored_steps_are_shown(bench: Workbench) -> None:
    STOP.append(threading.Event())
    bench.add("w", "walk")
    bench.run(cancel=STOP[0])
    CALLS.clear()
    shown = show(bench, "cells", 6, 1, 7, 0, 11)  # six steps are stored
    assert list(shown) == [6, 1]
    assert not CALLS["step"] and CALLS["picture"] == 2
    walk = toys.Walk(0, [1.0] * 10, None)
    before = walk.cells
    for step in range(1, 7):
        before = walk.cells
        walk.step()
        if step in shown:
            assert np.array_equal(shown[step][..., :1], toys.levels(walk.cells))
    change = show(bench, "change", 6)[6][..., :1]
    assert np.array_equal(change, toys.levels(walk.cells - before))
    assert show(bench, "smell", 6) == {}


def test_no_model_is_downloaded_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(repository: str, local_files_only: bool, **_: object) -> str:
        assert local_files_only
        raise LocalEntryNotFoundError("it is not here")

    monkeypatch.setattr("huggingface_hub.snapshot_download", asked)
    graph = Graph(installed())
    graph.apply(AddNode(Node("m", "model.load", params={"source": "somebody/some-model"})))
    graph.apply(AddNode(Node("e", "latents.empty")))
    graph.apply(Connect(Link("m", "model", "e", "model")))
    with open_cache(None) as cache:
        plan = Planner(cache, installed().environment).plan(graph, ["e"])
        assert dry_run(plan, cache) == {}

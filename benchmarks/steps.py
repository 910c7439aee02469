"""Measures the costs and savings of storing every step, with the starter model.

    python -m benchmarks.steps [edits] [storing] [kills] [--rounds 5] [--steps 20] [--kills 100]

edits: the end of a ControlNet goes from 1.0 to 0.6 and back. Reports the steps that are run, and
the time to the decoded picture relative to the full run before it.
storing: full runs with and without stored steps, alternating. Reports the median ratios of
neighbouring runs, by wall time and by the processor time of all threads until everything is on
disk (which a busy machine does not distort), and the share of storing in the sampling thread's
processor time.
kills: workers are killed by SIGKILL at random moments of sampling, then the run is repeated. All
pictures must be equal, and every run must resume at the last step on disk.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from benchmarks.pipeline import text_to_image
from nodes.places import STARTER
from nodeui.engine import steps as engine_steps
from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.client import Client
from nodeui.engine.dry_run import dry_run
from nodeui.engine.plan import Planner
from nodeui.engine.protocol import (
    NodeFailed,
    NodeFinished,
    Progress,
    Ready,
    Reply,
    Report,
    RunEvent,
    RunFinished,
    WorkerDied,
)
from nodeui.engine.runner import run, values_of
from nodeui.engine.steps import Stepped
from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed

WORKFLOW = Path(__file__).parents[1] / "workflows" / "controlled-landscape.nodeui.json"
PATIENCE = 600.0


def controlled(steps: int) -> Graph:
    """Return a graph with a prompt, a sketch and its ControlNet, sampled and decoded."""
    graph = text_to_image(STARTER, steps)
    example = document.load(WORKFLOW.read_bytes(), installed()).graph
    for id, type, params in (
        ("net", "model.controlnet", {"source": "starter/sketch"}),
        ("drawing", "paint.sketch", example.nodes["drawing"].params),
        ("sketch", "control.sketch", {}),
        ("control", "control.apply", {}),
    ):
        graph.apply(AddNode(Node(id, type, params=params)))
    for source, output, target, input in (
        ("drawing", "image", "sketch", "image"),
        ("sketch", "image", "control", "image"),
        ("net", "controlnet", "control", "controlnet"),
        ("control", "control", "sampler", "control"),
    ):
        graph.apply(Connect(Link(source, output, target, input)))
    for node, name, value in (
        ("positive", "text", "mountains with a lake at dawn, in summer"),
        ("negative", "text", "blurry"),
        ("sampler", "guidance_scale", 4.0),
    ):
        graph.apply(SetParam(node, name, value))
    return graph


class Bench:
    """A graph with a cache on disk, run in this process."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self.graph = graph
        self.folder = folder
        self.cache = open_cache(folder)
        self.planner = Planner(self.cache, installed().environment)

    def set(self, node: str, parameter: str, value: Any) -> None:
        self.graph.apply(SetParam(node, parameter, value))

    def run(self, *targets: str) -> tuple[float, Report]:
        """Return the seconds from the plan to the picture, and the report."""
        start = time.perf_counter()
        plan = self.planner.plan(self.graph, targets or ("decode",))
        report = run(plan, self.cache, self.folder)
        assert not report.failures, report.failures
        return time.perf_counter() - start, report

    def picture(self) -> NDArray[np.float32]:
        """Return the decoded picture, which must be in the cache."""
        plan = self.planner.plan(self.graph, ["decode"])
        values = values_of(plan, self.cache, "decode")
        assert values is not None
        return values["image"].pixels


def steps_run(report: Report) -> int:
    """Return the number of sampler steps that were run; 0 if the sampler was not needed."""
    return next((n.steps_run or 0 for n in report.nodes if n.node == "sampler"), 0)


def median(values: list[float], digits: int = 4) -> float:
    return round(statistics.median(values), digits)


def ratio(ones: list[float], others: list[float]) -> float:
    return median([one / other for one, other in zip(ones, others, strict=True)])


# --- edits ---------------------------------------------------------------------------------------


def measure_edits(steps: int, rounds: int) -> dict[str, Any]:
    """Measure a full run, the ControlNet's end at 0.6, and back at 1."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(controlled(steps), Path(folder))
        bench.run()  # loads and warms up
        ratios: dict[float, list[float]] = {0.6: [], 1.0: []}
        counts: dict[float, set[int]] = {0.6: set(), 1.0: set()}
        dry_runs: list[float] = []
        for seed in range(1, rounds + 1):
            bench.set("sampler", "seed", seed)
            full, _ = bench.run()
            for end in ratios:
                bench.set("control", "end", end)
                start = time.perf_counter()
                dry_run(bench.planner.plan(bench.graph, ["sampler"]), bench.cache)
                dry_runs.append(1e3 * (time.perf_counter() - start))
                seconds, report = bench.run()
                ratios[end].append(seconds / full)
                counts[end].add(steps_run(report))
        bench.cache.close()
    return {
        "steps": steps,
        "steps_run_end_0.6": sorted(counts[0.6]),
        "steps_run_back_at_1.0": sorted(counts[1.0]),
        "time_ratio_end_0.6": median(ratios[0.6]),
        "time_ratio_back_at_1.0": median(ratios[1.0]),
        "dry_run_ms": median(dry_runs, 2),
    }


# --- storing -------------------------------------------------------------------------------------


def unstored(steps: Any, node: Any, cache: Cache, context: Any) -> Stepped:
    """Run `engine.steps.drive` without storing states."""
    silent = mock.Mock(spec=Cache, state=lambda key: None, put_state=lambda key, state: None)
    with mock.patch.object(type(steps), "snapshot", lambda self: b""):
        return engine_steps.drive(steps, node, silent, context)


def measure_storing(steps: int, rounds: int) -> dict[str, Any]:
    """Measure full runs with and without stored steps."""
    spent = 0.0

    def timed(steps: Any, node: Any, cache: Cache, context: Any) -> Stepped:
        nonlocal spent
        snapshot, put_state = type(steps).snapshot, Cache.put_state

        def taking_time(function: Callable[..., Any]) -> Callable[..., Any]:
            def measured(*arguments: Any) -> Any:
                nonlocal spent
                start = time.thread_time()
                try:
                    return function(*arguments)
                finally:
                    spent += time.thread_time() - start

            return measured

        with (
            mock.patch.object(type(steps), "snapshot", taking_time(snapshot)),
            mock.patch.object(Cache, "put_state", taking_time(put_state)),
        ):
            return engine_steps.drive(steps, node, cache, context)

    sides = {"stored": timed, "unstored": unstored}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    computed: dict[str, list[float]] = {name: [] for name in sides}
    a_step: list[float] = []
    shares: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(controlled(steps), Path(folder))
        bench.run()
        for number in range(rounds):
            for name in sorted(sides, reverse=bool(number % 2)):
                bench.set("sampler", "seed", number + 1 + rounds * (name == "stored"))
                spent = 0.0
                start, begun = time.thread_time(), time.process_time()
                with mock.patch("nodeui.engine.runner.drive", sides[name]):
                    taken, report = bench.run()
                bench.cache.flush()
                busy = time.thread_time() - start
                assert steps_run(report) == steps
                seconds[name].append(taken)
                computed[name].append(time.process_time() - begun)
                if name == "stored":
                    a_step.append(1e3 * spent / steps)
                    shares.append(spent / busy)
        bench.cache.close()
    return {
        "seconds": {name: median(values, 3) for name, values in seconds.items()},
        "time_ratio": ratio(seconds["stored"], seconds["unstored"]),
        "processor_time_ratio": ratio(computed["stored"], computed["unstored"]),
        "storing_ms_a_step": median(a_step, 3),
        "storing_share_of_the_run": median(shares, 5),
    }


# --- kills ---------------------------------------------------------------------------------------


class Victim:
    """A client whose worker is killed some time after a step.

    Args:
        folder: Of the cache.
        step: The step to wait for.
        delay: Seconds between that step and the kill.
    """

    def __init__(self, folder: Path, step: int, delay: float) -> None:
        self.folder = folder
        self.deaths = 0
        self.failures: tuple[NodeFailed, ...] = ()
        self.finished: dict[str, NodeFinished] = {}
        self._step = step
        self._delay = delay
        self._pid = 0
        self._doomed = True
        self._ended = threading.Event()
        self._client = Client(self._hear, cache_dir=folder, resume=False)

    def _hear(self, reply: Reply) -> None:
        match reply:
            case Ready(pid=pid):
                self._pid = pid
            case RunEvent(event=Progress(node="sampler", done=done)):
                if self._doomed and done >= self._step:
                    self._doomed = False
                    kill = (self._pid, signal.SIGKILL)
                    threading.Timer(self._delay, os.kill, kill).start()
            case RunEvent(event=NodeFinished(node=node) as event):
                self.finished[node] = event
            case RunFinished(report=report):
                self.failures = report.failures
                self._ended.set()
            case WorkerDied():
                self.deaths += 1
                self._ended.set()
            case _:
                pass

    def run(self, graph: Graph) -> None:
        """Run to the end, or until the worker dies."""
        self.finished.clear()
        self._ended.clear()
        text = document.dump(Document(graph))
        self._client.submit(text, self.folder, ("decode",), self.folder)
        if not self._ended.wait(PATIENCE):
            raise TimeoutError
        assert not self.failures, self.failures

    def close(self) -> None:
        self._client.close()
        self._client.join()


def measure_kills(steps: int, kills: int) -> dict[str, Any]:
    """Kill a worker, look up the stored steps, run again and compare, `kills` times."""
    generator = random.Random(1)
    graph = controlled(steps)
    stored: list[int] = []
    equal = resumed_there = spared = 0
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        whole = Bench(graph, place / "whole")
        whole.run()  # warms up
        whole.set("sampler", "seed", 1)
        a_step = whole.run()[0] / steps
        expected = whole.picture()
        whole.cache.close()
        ready = Bench(graph, place / "ready")
        ready.run("control", "positive", "negative", "empty")
        ready.cache.close()
        while len(stored) < kills:
            folder = place / f"kill-{len(stored) + spared}"
            shutil.copytree(place / "ready", folder)
            victim = Victim(folder, generator.randrange(steps), generator.uniform(0, a_step))
            victim.run(graph)
            if not victim.deaths:  # it was faster
                spared += 1
                victim.close()
                continue
            left = Bench(graph, folder)
            found = dry_run(left.planner.plan(graph, ["sampler"]), left.cache)["sampler"]
            left.cache.close()
            stored.append(found.resumes_at)
            victim.run(graph)
            resumed_there += (victim.finished["sampler"].resumed_at or 0) == found.resumes_at
            victim.close()
            done = Bench(graph, folder)
            equal += np.array_equal(done.picture(), expected)
            done.cache.close()
            shutil.rmtree(folder)
            print(f"kill {len(stored)} at {stored[-1]} of {steps}: {equal} equal", flush=True)
    return {
        "kills": kills,
        "steps": steps,
        "equal_pictures": int(equal),
        "resumed_at_the_last_stored_step": resumed_there,
        "stored_steps_at_the_kill": dict(sorted({n: stored.count(n) for n in stored}.items())),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", nargs="*", choices=("edits", "storing", "kills"), default=[])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--kills", type=int, default=100)
    options = parser.parse_args()
    measures = {
        "edits": lambda: measure_edits(options.steps, options.rounds),
        "storing": lambda: measure_storing(options.steps, options.rounds),
        "kills": lambda: measure_kills(options.steps, options.kills),
    }
    for name in options.what or measures:
        print(json.dumps({name: measures[name]()}, indent=2), flush=True)


if __name__ == "__main__":
    main()

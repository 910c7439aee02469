"""Measures the engine's own cost: graphs of trivial nodes, planned, run and run again.

    python -m benchmarks.engine [--rounds N] [--targets]

Prints the processor time of the running thread, best of N rounds. For comparison between machines,
the last column is the time of fib(20) in Python, best of the same rounds. Targets were set for a
machine that computes fib(20) in 1 ms.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.plan import Planner
from nodeui.engine.runner import run
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import node


@node("bench.number", title="Number", category="Benchmark")
def number(value: int = 0) -> int:
    """A number."""
    return value


@node("bench.add", title="Add", category="Benchmark")
def add(a: int = 0, b: int = 1) -> int:
    """The sum of two numbers."""
    return a + b


@node("bench.end", title="End", category="Benchmark", output=True)
def end(a: int = 0, b: int = 1) -> int:
    """The sum of two numbers, as an output node."""
    return a + b


REGISTRY = Registry([number, add, end])


def chain(length: int) -> Graph:
    """Return a number followed by a chain of `length` - 1 nodes that add one."""
    graph = Graph(REGISTRY)
    graph.apply(AddNode(Node("n0", "bench.number")))
    for i in range(1, length):
        graph.apply(AddNode(Node(f"n{i}", "bench.end" if i == length - 1 else "bench.add")))
        graph.apply(Connect(Link(f"n{i - 1}", "integer", f"n{i}", "a")))
    return graph


def fan(length: int) -> Graph:
    """Return `length` unconnected output nodes, each with a different number."""
    graph = Graph(REGISTRY)
    for i in range(length):
        graph.apply(AddNode(Node(f"n{i}", "bench.end", params={"a": i})))
    return graph


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def clocked(function: Callable[[], object]) -> float:
    """Return the processor time of a call in this thread, in milliseconds."""
    started = time.thread_time()
    function()
    return (time.thread_time() - started) * 1e3


class Part(NamedTuple):
    """One measurement.

    Attributes:
        name: Short name.
        about: Description.
        each: The unit is microseconds per node, else milliseconds.
        target: For 10,000 nodes, in that unit; None if there is none.
    """

    name: str
    about: str
    each: bool
    target: float | None = None


PARTS = (
    Part("plan", "a first plan, which compiles all nodes", True),
    Part("run", "its run, including all events", True, 10),
    Part("re-key", "nothing changed: plan and run; all keys computed again from heads and digests",
         False, 20),
    Part("kept", "nothing changed: plan and run; the planner still knows the keys", False),
    Part("leaf", "one leaf changed: plan and run", False, 1),
    Part("compile", "nothing changed: plan and run by a new planner, which compiles all nodes",
         False),
    Part("restart", "the same with a cache that was closed and reopened", False),
)  # fmt: skip


def plan_and_run(planner: Planner, graph: Graph, cache: Cache) -> float:
    """Return the time of a plan and its run, including all events, in milliseconds."""
    events: list[object] = []
    return clocked(lambda: run(planner.plan(graph), cache, Path(), emit=events.append))


def one_round(graph: Graph, last: str, cache: Cache) -> dict[str, float]:
    """Return the time of each part except the restart, in milliseconds."""
    planner = Planner(cache, str)
    events: list[object] = []
    times = {"plan": clocked(lambda: planner.plan(graph))}
    plan = planner.plan(graph)
    times["run"] = clocked(lambda: run(plan, cache, Path(), emit=events.append))
    # The planner knows no result yet, so it computes every key.
    times["re-key"] = plan_and_run(planner, graph, cache)
    times["kept"] = plan_and_run(planner, graph, cache)
    graph.apply(SetParam(last, "b", 1000))
    times["leaf"] = plan_and_run(planner, graph, cache)
    times["compile"] = plan_and_run(Planner(cache, str), graph, cache)
    return times


def measure(make: Callable[[int], Graph], length: int, disk: bool, rounds: int) -> dict[str, float]:
    """Return the best time of each part and of fib(20), in milliseconds."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) if disk else None
            with open_cache(folder) as cache:
                times = one_round(make(length), f"n{length - 1}", cache)
            if disk:
                with open_cache(folder) as cache:
                    planner = Planner(cache, str)
                    times["restart"] = plan_and_run(planner, make(length), cache)
        times["fib"] = min(clocked(lambda: fib(20)) for _ in range(20))
        best = {name: min(value, best.get(name, value)) for name, value in times.items()}
    return best


def row(name: str, cells: list[str]) -> None:
    print(f"{name:<20}" + "".join(f"{cell:>12}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the engine's own cost.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--targets", action="store_true", help="only sizes that have targets")
    options = parser.parse_args()
    for part in PARTS:
        print(f"{part.name:<10}{'us a node' if part.each else 'ms':<12}{part.about}")
    print()
    row("", [part.name for part in PARTS] + ["fib(20) ms"])
    row("target", ["" if p.target is None else f"<= {p.target:g}" for p in PARTS] + ["1"])
    for make in (chain,) if options.targets else (chain, fan):
        for disk in (False,) if options.targets else (False, True):
            for length in (100, 1000, 10000):
                best = measure(make, length, disk, options.rounds)
                scale = {True: 1e3 / length, False: 1.0}
                cells = [
                    f"{best[p.name] * scale[p.each]:.2f}" if p.name in best else "" for p in PARTS
                ]
                where = "disk" if disk else "memory"
                row(f"{make.__name__} {length} {where}", [*cells, f"{best['fib']:.2f}"])


if __name__ == "__main__":
    main()

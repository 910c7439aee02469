"""What the engine itself costs: graphs of trivial nodes, planned, run and run again.

    python benchmarks/engine.py [--rounds N]

Processor time of this thread, best of N rounds. As machines differ, and other work on them makes
them slower, each figure is also given for a machine that computes fib(20) in Python in 1 ms.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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
    """The sum of two numbers, which is wanted."""
    return a + b


REGISTRY = Registry([number, add, end])


def chain(length: int) -> Graph:
    """A number and `length` - 1 nodes that add one, one after the other."""
    graph = Graph(REGISTRY)
    graph.apply(AddNode(Node("n0", "bench.number")))
    for i in range(1, length):
        graph.apply(AddNode(Node(f"n{i}", "bench.end" if i == length - 1 else "bench.add")))
        graph.apply(Connect(Link(f"n{i - 1}", "integer", f"n{i}", "a")))
    return graph


def fan(length: int) -> Graph:
    """`length` output nodes that stand alone, each with a number of its own."""
    graph = Graph(REGISTRY)
    for i in range(length):
        graph.apply(AddNode(Node(f"n{i}", "bench.end", params={"a": i})))
    return graph


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def clocked(function: Callable[[], object]) -> float:
    """Milliseconds of this thread."""
    started = time.thread_time()
    function()
    return (time.thread_time() - started) * 1e3


def plan_and_run(planner: Planner, graph: Graph, cache: Cache) -> float:
    """Milliseconds of a plan and its run, with all events taken."""
    events: list[object] = []
    return clocked(lambda: run(planner.plan(graph), cache, Path(), emit=events.append))


def one_round(graph: Graph, last: str, cache: Cache) -> dict[str, float]:
    """Milliseconds of each part: a first run, runs with nothing changed, a run after an edit."""
    planner = Planner(cache, str)
    events: list[object] = []
    times: dict[str, float] = {}
    times["plan"] = clocked(lambda: planner.plan(graph))
    plan = planner.plan(graph)
    times["run"] = clocked(lambda: run(plan, cache, Path(), emit=events.append))
    times["first re-run"] = plan_and_run(planner, graph, cache)
    times["nothing changed"] = plan_and_run(planner, graph, cache)
    times["new planner"] = plan_and_run(Planner(cache, str), graph, cache)
    graph.apply(SetParam(last, "b", 1000))
    times["one leaf changed"] = plan_and_run(planner, graph, cache)
    return times


def measure(make: Callable[[int], Graph], length: int, disk: bool, rounds: int) -> list[float]:
    """The best of each part, in ms, and of fib(20)."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) if disk else None
            with open_cache(folder) as cache:
                times = one_round(make(length), f"n{length - 1}", cache)
            if disk:
                with open_cache(folder) as cache:
                    planner = Planner(cache, str)
                    times["after restart"] = plan_and_run(planner, make(length), cache)
        times["fib"] = min(clocked(lambda: fib(20)) for _ in range(20))
        best = {name: min(value, best.get(name, value)) for name, value in times.items()}
    return [best.get(name, float("nan")) for name in (*COLUMNS, "fib")]


COLUMNS = (
    "plan", "run", "first re-run", "nothing changed", "new planner", "one leaf changed",
    "after restart",
)  # fmt: skip
"""The first plan; its run; a re-run, which finds all keys; one that knows them still; one with a
new planner, which compiles and re-keys all; one after a change to the last node; one with a new
planner and a reopened cache."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    print(f"{'':26}" + "".join(f"{name:>19}" for name in COLUMNS) + f"{'fib(20)':>12}")
    print(f"{'':26}" + f"{'ms (us a node at 1 ms fib)':>{19 * len(COLUMNS)}}")
    for make in (chain, fan):
        for disk in (False, True):
            for length in (100, 1000, 10000):
                *times, unit = measure(make, length, disk, rounds)
                name = f"{make.__name__} {length} {'disk' if disk else 'memory'}"
                cells = (f"{ms:8.2f} ({ms / unit / length * 1e3:6.2f})" for ms in times)
                print(f"{name:<26}" + "".join(f"{cell:>19}" for cell in cells) + f"{unit:12.2f}")


if __name__ == "__main__":
    main()

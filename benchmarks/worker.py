"""Measures the worker: start, restart, the round trip of a run, the latency of previews.

    python -m benchmarks.worker

Each figure is a median in milliseconds, with the 95th percentile ("p95") for large samples. Besides
the installed node library, the worker has nodes that import what the library's nodes import when
they run, do nothing, or show pictures that contain the time they were made at.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nodeui.engine.client import Client
from nodeui.engine.fork_server import DEFAULT_START_METHOD, StartMethod
from nodeui.engine.protocol import NodeFinished, Preview, Ready, Reply, RunEvent, RunFinished
from nodeui.graph.registry import Registry, installed
from nodeui.sdk import Context, node

PATIENCE = 300.0


@node("bench.heavy", title="Heavy", category="Benchmark", keep=False)
def heavy(serial: int) -> int:
    """Import what the library's nodes import when they run."""
    for name in installed().preload:
        import_module(name)
    return serial


@node("bench.light", title="Light", category="Benchmark", keep=False)
def light(serial: int) -> int:
    """Do nothing."""
    return serial


@node("bench.show", title="Show", category="Benchmark", keep=False)
def show(ctx: Context, serial: int, count: int, side: int) -> int:
    """Show `count` pictures, 10 ms apart, that start with the current time."""
    picture = np.zeros((side, side, 3), np.uint8)
    for _ in range(count):
        picture.reshape(-1)[:8] = np.frombuffer(time.monotonic_ns().to_bytes(8, "little"), np.uint8)
        ctx.preview(picture)
        time.sleep(0.01)
    return serial


def registry() -> Registry:
    """Return the installed nodes and those above."""
    library = installed()
    nodes = [spec.code for spec in library.values()]
    return Registry([*nodes, heavy, light, show], library.environment, library.preload)


class Bench:
    """A client that waits for replies and measures times."""

    def __init__(self, folder: Path, start_method: StartMethod) -> None:
        self.folder = folder
        self.serial = 0
        self.latencies: list[float] = []
        self.finished: dict[str, NodeFinished] = {}
        self._seen: Reply | None = None
        self._wanted: Callable[[Reply], bool] = lambda reply: False
        self._arrived = threading.Event()
        self.client = Client(
            self._on_reply,
            cache_dir=None,
            registry="benchmarks.worker:registry",
            start_method=start_method,
            preload=installed().preload,
        )

    def _on_reply(self, reply: Reply) -> None:
        match reply:
            case RunEvent(event=Preview(pixels=pixels)):
                made = int.from_bytes(pixels[:8], "little")
                self.latencies.append((time.monotonic_ns() - made) / 1e6)
            case RunEvent(event=NodeFinished() as finished):
                self.finished[finished.node] = finished
            case _:
                pass
        if self._wanted(reply):
            self._arrived.set()

    def time(self, action: Callable[[], object], wanted: Callable[[Reply], bool]) -> float:
        """Return the milliseconds from `action` until a wanted reply."""
        self._wanted = wanted
        self._arrived.clear()
        start = time.perf_counter()
        action()
        if not self._arrived.wait(PATIENCE):
            raise TimeoutError
        return (time.perf_counter() - start) * 1e3

    def run(self, type: str, **params: Any) -> float:
        """Return the milliseconds from submitting a workflow of one node until its end."""
        self.serial += 1
        nodes = {"n": {"type": type, "params": {"serial": self.serial} | params}}
        content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes}
        document = json.dumps(content).encode()
        return self.time(
            lambda: self.client.submit(document, self.folder, ("n",), self.folder),
            lambda reply: isinstance(reply, RunFinished),
        )

    def start(self) -> float:
        return self.time(self.client.start, lambda reply: isinstance(reply, Ready))

    def restart(self) -> float:
        return self.time(self.client.kill, lambda reply: isinstance(reply, Ready))

    def close(self) -> None:
        self.client.close()
        self.client.join()


def _line(name: str, values: list[float]) -> None:
    tail = f"  p95 {sorted(values)[int(0.95 * len(values))]:9.2f}" if len(values) >= 20 else ""
    print(f"{name:50} {statistics.median(values):9.2f} ms  (n={len(values)}){tail}", flush=True)


def measure(folder: Path, start_method: StartMethod, restarts: int) -> None:
    """Measure workers that are started by one method."""
    bench = Bench(folder, start_method)
    _line(f"{start_method}: first start", [bench.start()])
    starts: list[float] = []
    imports: list[float] = []
    for _ in range(restarts):
        starts.append(bench.restart())
        bench.run("bench.heavy")
        imports.append(bench.finished["n"].seconds * 1e3)
    _line(f"{start_method}: killed until ready again", starts)
    _line(f"{start_method}: heavy imports of the first run", imports)
    bench.run("bench.light")
    _line(
        "submit until the report of a trivial run", [bench.run("bench.light") for _ in range(300)]
    )
    for side in (128, 512, 1024):
        bench.latencies.clear()
        bench.run("bench.show", count=200, side=side)
        _line(f"preview of {side} x {side}, from creation to delivery", bench.latencies)
    bench.close()


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--restarts", type=int, default=20)
    parser.add_argument("--spawn", action="store_true", help="measure spawned workers as well")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}")
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), DEFAULT_START_METHOD, arguments.restarts)
        if arguments.spawn:
            measure(Path(folder), "spawn", 3)


if __name__ == "__main__":
    main()

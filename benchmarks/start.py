"""Times the start: the window, the worker, and the first picture, each beside its floor.

    python -m benchmarks.start [--rounds 3] [--json]

The floor of the worker is a process that imports torch and the class of the UNet. That of the
first picture adds the loading of weights, the computing and 0.3 s. Rounds alternate, and each
figure is the least of them. "cold" is the first picture of a program that was just started, "warm"
that of one that had time to warm up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pipeline import text_to_image
from benchmarks.window import START
from nodes.places import STARTER
from nodeui.engine.client import Client
from nodeui.engine.protocol import DryRunDone, Ready, Reply, RunFinished
from nodeui.graph import document as files
from nodeui.graph.document import Document
from nodeui.graph.registry import installed

STEPS = 20
PATIENCE = 300.0
QUIET = 5.0
"""Seconds for the worker to warm up."""

BARE = """
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
"""


def program(warm: bool) -> None:
    """Start a worker, run a workflow, and print the seconds until it is ready and until it is done.

    If `warm`, the run begins when the worker has warmed up, and its seconds count from there.
    """
    began = time.perf_counter()
    arrived = {kind: threading.Event() for kind in (Ready, DryRunDone, RunFinished)}
    ends: list[RunFinished] = []

    def take(reply: Reply) -> None:
        if isinstance(reply, RunFinished):
            ends.append(reply)
        for kind, event in arrived.items():
            if isinstance(reply, kind):
                event.set()

    document = files.dump(Document(text_to_image(STARTER, STEPS)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Client(take, cache_dir=folder / "cache", preload=installed().preload) as client:
            client.start()
            if not warm:
                client.submit(document, folder, ("decode",), folder)
            arrived[Ready].wait(PATIENCE)
            ready = time.perf_counter() - began
            if warm:
                client.dry_run(document, folder, ("decode",))
                arrived[DryRunDone].wait(PATIENCE)
                time.sleep(QUIET)
                began = time.perf_counter()
                client.submit(document, folder, ("decode",), folder)
            arrived[RunFinished].wait(PATIENCE)
            first = time.perf_counter() - began
            assert not ends[0].report.failures, ends[0].report.failures
    print(ready, first, flush=True)


def seconds(*arguments: str) -> tuple[float, list[float]]:
    """Run Python; return the seconds that it took and the numbers that it printed."""
    began = time.perf_counter()
    run = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return time.perf_counter() - began, [float(word) for word in run.stdout.split()]


COMPUTING = f"""
import time
from importlib import import_module
from nodes import preload
for name in preload:
    import_module(name)
from benchmarks.pipeline import by_pipeline
from nodes.places import STARTER
began = time.perf_counter()
run = by_pipeline(STARTER, {STEPS}, "auto")
loaded = time.perf_counter()
run(0)
print(loaded - began, time.perf_counter() - loaded)
"""


def window() -> float:
    """Return the seconds until the window of a new process is painted."""
    began = time.time()
    return seconds("-c", START)[1][0] - began


def measure(rounds: int) -> list[dict[str, object]]:
    """Return one row per figure."""
    found: dict[str, list[float]] = {}

    def note_all(names: Sequence[str], values: Sequence[float]) -> None:
        for name, value in zip(names, values, strict=True):
            found.setdefault(name, []).append(value)

    own = ("-m", "benchmarks.start", "--program")
    for _ in range(rounds):
        note_all(["bare"], [seconds("-c", BARE)[0]])
        note_all(["ready", "cold"], seconds(*own, "cold")[1])
        note_all(["ready", "warm"], seconds(*own, "warm")[1])
        note_all(["weights", "computing"], seconds("-c", COMPUTING)[1])
        note_all(["window"], [window()])
        note_all(["qt"], [seconds("-c", "import PySide6.QtWidgets")[0]])
    least = {name: min(values) for name, values in found.items()}
    work = least["weights"] + least["computing"]
    return [
        _row("worker ready after start", least["ready"], least["bare"]),
        _row("first picture, Run pressed at once", least["cold"], least["bare"] + work + 0.3),
        _row("first picture, warm", least["warm"], least["computing"]),
        _row("window painted", least["window"], least["qt"]),
    ]


def _row(name: str, figure: float, floor: float) -> dict[str, object]:
    return {"name": name, "figure": round(figure, 3), "floor": round(floor, 3), "unit": "s"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument("--program", choices=("cold", "warm"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.program:
        program(options.program == "warm")
        return
    for row in measure(options.rounds):
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            print(f"{row['name']:40} {row['figure']:8} {row['unit']}, floor {row['floor']}")


if __name__ == "__main__":
    main()

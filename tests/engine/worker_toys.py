"""Node types for the tests of the worker, imported by its process without heavy libraries."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from nodeui.graph.registry import Registry
from nodeui.sdk import Context, NodeError, Steps, node, value

REGISTRY = f"{__name__}:registry"


@node("toy.add", title="Add", category="Toys", output=True)
def add(a: int = 0, b: int = 0) -> int:
    """Add."""
    return a + b


WARMED: SimpleQueue[str] = SimpleQueue()
"""Names of the handles that were warmed up."""


@value("toy.handle")
@dataclass(frozen=True)
class Handle:
    """Something that is slow to load; one without a name cannot be loaded."""

    name: str

    def warm_up(self) -> None:
        """Load it."""
        if not self.name:
            raise NodeError("There is nothing to load.")
        WARMED.put(self.name)


@node("toy.handle", title="Handle", category="Toys", output=True, light=True)
def handle(name: str = "") -> Handle:
    """Return a handle."""
    return Handle(name)


@node("toy.stubborn", title="Stubborn", category="Toys", output=True)
def stubborn(a: int = 0) -> int:
    """Never end, and never check for cancellation."""
    while True:
        time.sleep(3600)


@node("toy.patient", title="Patient", category="Toys", output=True)
def patient(ctx: Context, a: int = 0) -> int:
    """Run until it is cancelled."""
    while True:
        ctx.check()
        time.sleep(0.001)


@node("toy.deadly", title="Deadly", category="Toys", output=True)
def deadly(ctx: Context, how: str, scars: str, lives: int = 1, a: int = 0) -> int:
    """End the process the first `lives` times; counted in the folder `scars`."""
    taken = len(list(Path(scars).iterdir()))
    if taken < lives:
        Path(scars, str(taken)).touch()
        _die(how)
    return a


def _die(how: str) -> None:
    if how == "exit":
        os._exit(3)
    os.kill(os.getpid(), signal.Signals[how])
    time.sleep(3600)


class _Count(Steps[int]):
    def __init__(self, keys: list[str], dies_at: int, scars: str) -> None:
        self.keys = keys
        self._done = 0
        self._dies_at = dies_at
        self._scars = scars

    def step(self) -> None:
        if self._done == self._dies_at and not any(Path(self._scars).iterdir()):
            Path(self._scars, "0").touch()
            os._exit(3)
        self._done += 1

    def snapshot(self) -> bytes:
        return bytes([self._done])

    def restore(self, done: int, state: bytes) -> None:
        (self._done,) = state

    def result(self) -> int:
        return self._done


@node("toy.count", title="Count", category="Toys", output=True)
def count(steps: int, dies_at: int, scars: str) -> Steps[int]:
    """Count in steps; the process ends once, after `dies_at` of them."""
    return _Count([f"count {i}" for i in range(steps)], dies_at, scars)


class Drift(Steps[int]):
    """A number that every step changes; each step takes a moment and is written into `log`."""

    def __init__(self, seed: int, steps: int, log: Path) -> None:
        self.keys = [f"drift {seed} {i}" for i in range(steps)]
        self._place = seed
        self._done = 0
        self._log = log

    def step(self) -> None:
        time.sleep(0.01)
        self._place = (self._place * 6364136223846793005 + 1442695040888963407) % 2**63
        self._done += 1
        self._write(f"{self._done}")

    def snapshot(self) -> bytes:
        return self._place.to_bytes(8, "little")

    def restore(self, done: int, state: bytes) -> None:
        self._place, self._done = int.from_bytes(state, "little"), done

    def result(self) -> int:
        self._write(f"result {self._place}")
        return self._place

    def _write(self, line: str) -> None:
        with self._log.open("a") as file:
            file.write(f"{line}\n")


@node("toy.drift", title="Drift", category="Toys", output=True)
def drift(seed: int, log: str, steps: int = 40) -> Steps[int]:
    """Drift step by step."""
    return Drift(seed, steps, Path(log))


class _Film(Steps[int]):
    """Steps whose pictures have one row per completed step; the second one waits for `GO`."""

    def __init__(self, steps: int) -> None:
        self.keys = [f"film {i}" for i in range(steps)]
        self._done = 0

    def step(self) -> None:
        self._done += 1

    def snapshot(self) -> bytes:
        return bytes([self._done])

    def restore(self, done: int, state: bytes) -> None:
        (self._done,) = state

    def result(self) -> int:
        return self._done

    def curves(self) -> dict[str, list[float]]:
        return {"time": [i / len(self.keys) for i in range(len(self.keys))]}

    def pictures(self, before: bytes | None, after: bytes) -> dict[str, np.ndarray]:
        if after == b"\x02":
            WAITING.set()
            assert GO.wait(60)
        return {"film": picture(5, after[0])}


GO = threading.Event()
WAITING = threading.Event()


@node("toy.film", title="Film", category="Toys", output=True)
def film(steps: int = 4) -> Steps[int]:
    """Steps that can be shown."""
    return _Film(steps)


@node("toy.show", title="Show", category="Toys", output=True)
def show(ctx: Context, width: int, height: int, a: int = 0) -> int:
    """Show the picture that `picture` makes."""
    ctx.preview(picture(width, height))
    return a


def picture(width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8, where no two rows or columns are alike."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x % 251, y % 241, (x + y) % 239], -1).astype(np.uint8)


@value("toy.painting", picture=lambda painting: painting.levels)
@dataclass(frozen=True, eq=False)
class Painting:
    levels: np.ndarray


@node("toy.paint", title="Paint", category="Toys", output=True)
def paint(side: int, above: Painting | None = None) -> Painting:
    """Return the picture that `picture` makes."""
    return Painting(picture(side, side))


@node("toy.paint_batch", title="Paint batch", category="Toys", output=True)
def paint_batch(side: int, count: int) -> Painting:
    """Return pictures that differ in their level."""
    return Painting(np.stack([picture(side, side) // (index + 1) for index in range(count)]))


@node("toy.report", title="Report", category="Toys", output=True)
def report(ctx: Context, total: int) -> int:
    """Report progress `total` times, as fast as possible."""
    for done in range(1, total + 1):
        ctx.progress(done, total)
    return total


@node("toy.leave", title="Leave", category="Toys", output=True)
def leave() -> int:
    """Try to end the process in an orderly way."""
    raise SystemExit(4)


@node("toy.refuse", title="Refuse", category="Toys", output=True)
def refuse(size: int = 0) -> int:
    """Fail."""
    raise NodeError("size 0 is no size", "size")


@node("toy.say", title="Say", category="Toys", output=True)
def say(text: str) -> int:
    """Print."""
    print(text)
    return len(text)


@node("toy.loaded", title="Loaded", category="Toys", output=True)
def loaded(module: str) -> int:
    """Print whether a module was imported before this ran."""
    print(module, module in sys.modules)
    return 0


@node("toy.connects", title="Connects", category="Toys", output=True)
def connects() -> int:
    """Open a socket."""
    socket.socket(socket.AF_INET).close()
    return 0


NODES = (
    add, handle, stubborn, patient, deadly, count, drift, film, show, paint, paint_batch, report,
    leave, refuse,
    say,
    loaded, connects,
)  # fmt: skip


def registry() -> Registry:
    """Return all nodes above."""
    return Registry(NODES, environment=lambda: "toy land")


def broken() -> Registry:
    """Fail like a node package whose library is missing."""
    raise ModuleNotFoundError("No module named 'a_library_that_is_not_there'")

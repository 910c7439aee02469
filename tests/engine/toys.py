"""Toy nodes that count their calls, and a workbench that links and runs them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.plan import Plan, Planner
from nodeui.engine.protocol import Event, Report
from nodeui.engine.runner import run, values_of
from nodeui.graph.edits import AddNode, Connect, SetMode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Mode, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import Context, Files, Lazy, NodeError, NoKey, Range, Steps, node, value

CALLS: Counter[str] = Counter()
"""Number of calls of each node function, by node type; "step" counts steps."""


@value("grid")
@dataclass(frozen=True, eq=False)
class Grid:
    """A picture of sorts."""

    cells: NDArray[np.float32]


@dataclass(frozen=True)
class Written:
    path: str
    sha256: str


@value("files")
@dataclass(frozen=True)
class WrittenFiles:
    files: tuple[Written, ...]


def counted(name: str) -> None:
    CALLS[name] += 1


@node("toy.number", title="Number", category="Toys")
def number(value: Annotated[int, Range(-1000, 1000)] = 0, note: Annotated[str, NoKey] = "") -> int:
    """A number."""
    counted("number")
    return value


@node("toy.add", title="Add", category="Toys", output=True)
def add(a: int = 0, b: int = 0) -> int:
    """Add."""
    counted("add")
    return a + b


@node("toy.half", title="Half", category="Toys")
def half(a: int = 0) -> int:
    """Half, rounded down: many inputs share an output."""
    counted("half")
    return a // 2


@node("toy.grid", title="Grid", category="Toys")
def grid(fill: float = 0.0, size: int = 4) -> Grid:
    """A square of equal cells."""
    counted("grid")
    return Grid(np.full((size, size), fill, np.float32))


@node("toy.brighten", title="Brighten", category="Toys")
def brighten(image: Grid, amount: float = 1.0) -> Grid:
    """Add to all cells."""
    counted("brighten")
    return Grid(image.cells + np.float32(amount))


@brighten.passthrough("image")
def _unchanged(amount: float) -> bool:
    return amount == 0


@node("toy.blend", title="Blend", category="Toys")
def blend(image: Grid, other: Grid | None = None, amount: float = 0.5) -> Grid:
    """Blend two."""
    counted("blend")
    if other is None:
        return image
    cells = image.cells * np.float32(1 - amount) + other.cells * np.float32(amount)
    return Grid(cells.astype(np.float32))


@blend.passthrough("image")
def _blends_nothing(amount: float) -> bool:
    return amount == 0


@node("toy.total", title="Total", category="Toys", output=True)
def total(image: Grid) -> float:
    """Sum of all cells."""
    counted("total")
    return float(image.cells.sum())


class MinMax(NamedTuple):
    """Extremes.

    Attributes:
        low: The least.
        high: The greatest.
    """

    low: float
    high: float


@node("toy.extremes", title="Extremes", category="Toys")
def extremes(image: Grid) -> MinMax:
    """Least and greatest cell."""
    counted("extremes")
    return MinMax(float(image.cells.min()), float(image.cells.max()))


@node("toy.choose", title="Choose", category="Toys", output=True)
def choose(yes: Lazy[int], no: Lazy[int], which: bool = True) -> int:
    """One of two."""
    counted("choose")
    return yes() if which else no()


@node("toy.deeper", title="Deeper", category="Toys")
def deeper(a: Lazy[int] | None = None) -> int:
    """One more than the input."""
    counted("deeper")
    return 1 + (a() if a else 0)


@node("toy.fail", title="Fail", category="Toys")
def fail(a: int = 0, how: str = "refuse") -> int:
    """Fail."""
    counted("fail")
    if how == "refuse":
        raise NodeError("size 0 is no size", "a")
    if how == "memory":
        raise MemoryError("too big")
    if how == "exit":
        raise SystemExit(4)
    if how == "wrong":
        return cast(Any, "not a number")
    raise KeyError(how)


@node("toy.read", title="Read", category="Toys")
def read(ctx: Context, path: str) -> str:
    """The text of a file."""
    counted("read")
    return ctx.files.resolve(path).read_text()


@read.fingerprint
def _content(path: str, files: Files) -> str:
    return files.digest(files.resolve(path))


@node("toy.open", title="Open", category="Toys")
def open_file(ctx: Context, path: str, inner: str = "") -> str:
    """The text of a file, read without a fingerprint, or of one beside it."""
    counted("open")
    file = ctx.files.resolve(path)
    return (file.parent / "beside" / inner if inner else file).read_text()


@node("toy.parse", title="Parse", category="Toys")
def parse(ctx: Context, path: str) -> int:
    """The number in a file."""
    counted("parse")
    return int(ctx.files.resolve(path).read_text())


@parse.fingerprint
def _parsed_content(path: str, files: Files) -> str:
    return files.digest(files.resolve(path))


@node("toy.name", title="Name", category="Toys")
def name(stem: str = "a") -> str:
    """A file name."""
    counted("name")
    return f"{stem}.txt"


@node("toy.write", title="Write", category="Toys", output=True)
def write(ctx: Context, a: int = 0, name: str = "out.txt") -> WrittenFiles:
    """Write a number to a file."""
    counted("write")
    (ctx.output_dir / name).write_text(str(a))
    return WrittenFiles((Written(name, f"sha of {a}"),))


@write.valid
def _still_there(value: WrittenFiles, ctx: Context) -> bool:
    return all((ctx.output_dir / file.path).exists() for file in value.files)


@node("toy.numeric", title="Numeric", category="Toys", numeric=True)
def numeric(a: int = 0) -> int:
    """Depends on the environment."""
    counted("numeric")
    return a


@node("toy.fleeting", title="Fleeting", category="Toys", keep=False)
def fleeting(a: int = 0) -> int:
    """Not kept on disk."""
    counted("fleeting")
    return a + 1


@node("toy.history", title="History", category="Toys", output=True)
def history(ctx: Context, a: int = 0) -> str:
    """Record the provenance."""
    counted("history")
    HISTORY.append(ctx.provenance())
    ctx.warn("history is written")
    return ctx.workflow()


HISTORY: list[Mapping[str, Any]] = []


class Walk(Steps[Grid]):
    """A walk whose state depends on all steps before, with a history the snapshot must hold."""

    def __init__(
        self,
        start: int,
        strides: Sequence[float],
        stop: threading.Event | None,
        about: str = "",
    ) -> None:
        self.keys = [f"{stride}" for stride in strides]
        self.keys[0] = f"from {start} {about} {self.keys[0]}"
        self._strides = strides
        self._stop = stop
        self.done = 0
        self.cells = np.random.default_rng(start).standard_normal(64)
        self._velocity = np.zeros(64)

    def step(self) -> None:
        CALLS["step"] += 1
        self._velocity = 0.9 * self._velocity + np.sin(self.cells * self._strides[self.done])
        self.cells = self.cells + 0.1 * self._velocity
        self.done += 1
        if self._stop is not None and self.done == 6:
            self._stop.set()

    def snapshot(self) -> bytes:
        return self.cells.tobytes() + self._velocity.tobytes()

    def restore(self, done: int, state: bytes) -> None:
        CALLS["restore"] += 1
        self.done = done
        self.cells, self._velocity = np.frombuffer(state).reshape(2, 64)

    def result(self) -> Grid:
        return Grid(self.cells.astype(np.float32).reshape(8, 8))

    def preview(self) -> NDArray[np.uint8]:
        return np.full((2, 3, 3), self.done, np.uint8)

    def curves(self) -> Mapping[str, Sequence[float]]:
        return {"stride": self._strides}

    def pictures(self, before: bytes | None, after: bytes) -> Mapping[str, NDArray[np.uint8]]:
        CALLS["picture"] += 1
        cells = [np.frombuffer(state)[:64] if state else np.zeros(64) for state in (before, after)]
        return {
            "cells": np.repeat(levels(cells[1]), 3, 2),
            "change": np.repeat(levels(cells[1] - cells[0]), 3, 2),
        }


def levels(cells: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Cells as grey levels (8, 8, 1)."""
    return (cells.reshape(8, 8, 1) * 20 + 128).clip(0, 255).astype(np.uint8)


STOP: list[threading.Event] = []
"""Set after the sixth step of a walk, where there is one."""


@node("toy.walk", title="Walk", category="Toys", output=True)
def walk(start: int = 0, steps: int = 10, late: float = 1.0, label: str = "") -> Steps[Grid]:
    """Walk; `late` is the stride from step 7 on. `label` changes no step."""
    counted("walk")
    return Walk(start, [1.0] * 7 + [late] * (steps - 7), STOP[0] if STOP else None)


@node("toy.stop", title="Stop", category="Toys", output=True)
def stop(ctx: Context, a: int = 0) -> int:
    """Cancel the run from within."""
    counted("stop")
    STOP[0].set()
    ctx.check()
    return a


def _is_short(stem: str) -> bool:
    return len(stem) < 3


@node("toy.light", title="Light", category="Toys", light=True)
def light(a: int = 0) -> int:
    """Costs nothing."""
    counted("light")
    if a < 0:
        raise NodeError("it is negative", "a")
    return a


@node("toy.length", title="Length", category="Toys", light=_is_short)
def length(stem: str = "a") -> int:
    """Costs nothing while the text is short."""
    counted("length")
    return len(stem)


@node("toy.follow", title="Follow", category="Toys", output=True)
def follow(grid: Grid, start: int = 0, steps: int = 5) -> Steps[Grid]:
    """Another walk, which depends on a grid."""
    counted("follow")
    if not steps:
        raise NodeError("there is no step to do", "steps")
    return Walk(start, [1.0] * steps, None, f"{grid.cells.sum():.9f}")


NODES = (
    number, add, half, grid, brighten, blend, total, extremes, choose, deeper, fail, read, parse,
    open_file, name, write, numeric, fleeting, history, walk, stop, light, length, follow,
)  # fmt: skip


@dataclass
class Workbench:
    """A graph with its planner and cache.

    Attributes:
        folder: Of the workflow, and of what is written.
        cache: Replaced by `reopen`.
        environment: What numeric nodes depend on.
    """

    folder: Path
    cache: Cache = field(default_factory=lambda: open_cache(None))
    environment: str = "here"
    graph: Graph = field(default_factory=lambda: Graph(Registry(NODES)))
    events: list[Event] = field(default_factory=list[Event])

    def __post_init__(self) -> None:
        self.planner = Planner(self.cache, lambda pack: self.environment)

    def add(self, id: str, kind: str, **params: Any) -> None:
        """Add a node; a parameter given as "@node" or "@node.output" is linked."""
        links = {name: v[1:] for name, v in params.items() if isinstance(v, str) and v[:1] == "@"}
        own = {name: value for name, value in params.items() if name not in links}
        self.graph.apply(AddNode(Node(id, f"toy.{kind}", params=own)))
        for name, source in links.items():
            self.link(source, id, name)

    def link(self, source: str, id: str, name: str) -> None:
        source, _, output = source.partition(".")
        spec = self.graph.spec(source)
        output = output or (next(iter(spec.outputs)) if spec else "x")
        self.graph.apply(Connect(Link(source, output, id, name)))

    def set(self, id: str, **params: Any) -> None:
        for parameter, to in params.items():
            self.graph.apply(SetParam(id, parameter, to))

    def mode(self, id: str, mode: Mode) -> None:
        self.graph.apply(SetMode(id, mode))

    def plan(self, *targets: str) -> Plan:
        return self.planner.plan(self.graph, targets, self.folder)

    def outlook(self, *targets: str) -> dict[str, str]:
        return {id: d.outlook for id, d in self.plan(*targets).nodes.items()}

    def reason(self, id: str, *targets: str) -> str:
        return self.plan(*(targets or (id,))).nodes[id].reason

    def run(self, *targets: str, cancel: threading.Event | None = None) -> Report:
        """Run; `CALLS` and `events` are those of this run only."""
        CALLS.clear()
        self.events.clear()
        self._ran = self.plan(*targets)
        return run(
            self._ran, self.cache, self.folder, workflow="{}", emit=self.events.append,
            cancel=cancel,
        )  # fmt: skip

    def value(self, id: str) -> Any:
        """Run for one node and return the value of its first output."""
        report = self.run(id)
        assert not report.failures, report.failures
        values = values_of(self._ran, self.cache, id)
        assert values is not None
        return next(iter(values.values()))

    def reopen(self, folder: Path, **limits: int) -> None:
        """Replace cache and planner, as in a new process."""
        self.cache.close()
        self.cache = open_cache(folder, **limits)
        self.planner = Planner(self.cache, lambda pack: self.environment)


def statuses(report: Report) -> dict[str, str]:
    return {entry.node: entry.status for entry in report.nodes}

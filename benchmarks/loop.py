"""Times the loop from an edit to the painted picture, in live mode, with the starter model.

    python -m benchmarks.loop [--rounds 20] [--only prompt,seed] [--json] [--against comfyui PATH]

Each edit is made in the editor while nothing runs. The phases: until the first node starts in the
worker ("start"), until the last one has ended ("run"), until the session has the picture
("picture"), until the viewer has painted it ("paint"). The floor of a loop is its computing: what
the nodes that ran spent in their own functions, as the worker reports it. The table shows medians
and 95th percentiles in milliseconds; "beyond" is the time that is not computing.

A stroke of the brush ends with its quick picture; the line below it shows the computing by node.

`--against comfyui PATH` times the executor of a ComfyUI checkout as well; see `benchmarks.comfyui`.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QApplication

from benchmarks import comfyui
from benchmarks.editor import open_editor
from benchmarks.rows import Row, print_rows
from nodeui.engine.protocol import Report
from nodeui.graph.edits import AddNode, Connect, Edit, SetParam, SpliceParam
from nodeui.graph.parts import Link, Node
from nodeui.painting.document import adding
from nodeui.painting.marks import Mark
from nodeui.painting.points import points_of, unit_of
from nodeui.session.jobs import Job
from nodeui.session.session import Session
from nodeui.views.viewer import Viewer
from nodeui.views.window.studio import Studio

WORKFLOWS = Path(__file__).parents[1] / "workflows"
PATIENCE = 300.0
PHASES = ("start", "run", "picture", "paint")


@dataclass(frozen=True)
class Loop:
    """The times of one loop, in ms.

    Attributes:
        phases: One number for each of `PHASES`.
        nodes: Times spent in the functions of the nodes that ran, by node.
    """

    phases: tuple[float, ...]
    nodes: Mapping[str, float]

    @property
    def computing(self) -> float:
        return sum(self.nodes.values())

    @property
    def total(self) -> float:
        return sum(self.phases)

    @property
    def beyond(self) -> float:
        """The time that is not computing."""
        return self.total - self.computing


class Watch(QObject):
    """Follows one document from an edit to the painted picture of a node."""

    def __init__(self, studio: Studio, session: Session, shown: str) -> None:
        super().__init__()
        self._app = QApplication.instance() or QApplication(sys.argv)
        self._session = session
        self._shown = shown
        self._runs = studio.runs
        self._reports: list[tuple[Job, Report]] = []
        self._marks: dict[str, float] = {}
        self._pictures = 0
        session.node_state_changed.connect(self._on_state)
        session.result_ready.connect(self._on_picture)
        studio.runs.finished.connect(self._on_finished)
        self._pane = studio.docks.panel(Viewer).pane
        self._pane.installEventFilter(self)

    def _mark(self, name: str) -> None:
        self._marks[name] = time.perf_counter()

    def _on_state(self, id: str) -> None:
        if "quick" in self._marks:  # what follows is the full run
            return
        badge = self._session.states[id].badge
        if badge == "running" and "start" not in self._marks:
            self._mark("start")
        elif badge in ("done", "resumed", "cached"):
            self._mark("run")

    def _on_picture(self, id: str) -> None:
        state = self._session.states.get(id)
        quick = self._session.states.is_quick(id)
        if id == self._shown and state is not None and (state.preview is None or quick):
            self._pictures += 1
            if "picture" not in self._marks:
                if quick:
                    self._mark("quick")
                    self._mark("run")
                self._mark("picture")

    def _on_finished(self, job: Job, report: Report) -> None:
        self._reports.append((job, report))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and "picture" in self._marks:
            self._marks.setdefault("paint", time.perf_counter())
        return False

    def _wait(self, until: Callable[[], bool]) -> None:
        give_up = time.perf_counter() + PATIENCE
        while not until():
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            if time.perf_counter() > give_up:
                raise TimeoutError(f"{self._shown} was not shown: {self._marks}")

    def rest(self, seconds: float = 0.6) -> None:
        """Wait until nothing has run for some time, so that what follows a run is done."""
        since = time.perf_counter()

        def rests() -> bool:
            nonlocal since
            if self._runs.worker != "ready" or self._session.run_state != "idle":
                since = time.perf_counter()
            return time.perf_counter() - since > seconds

        self._wait(rests)

    def stroke(self, node: str, number: int) -> Edit:
        """Return the edit that adds a stroke of forty points to a painting."""
        x = 0.05 + 0.02 * (number % 40)
        path = [unit_of(x + 0.005 * i, 0.5 + 0.1 * math.sin(number + i / 6)) for i in range(40)]
        lines = self._session.graph.nodes[node].params["painting"]
        mark = Mark(kind="brush", points=points_of(path), size=0.015)
        return SpliceParam(node, "painting", *adding(lines, mark))

    def prepare(self, edit: Edit) -> None:
        """Make an edit whose loop is not measured."""
        self._session.edit(edit)
        self.rest()

    def sample(self, edit: Edit) -> None:
        """Make an edit and run the sampler, but nothing below it."""
        self._session.live = False
        self._session.edit(edit)
        self._session.run(["sampler"])
        self.rest()
        self._session.live = True

    def edit(self, edit: Edit) -> Loop:
        """Make an edit, and return the times of its loop."""
        self.rest()
        self._reports.clear()
        self._marks.clear()
        self._pictures = 0
        began = time.perf_counter()
        self._session.edit(edit)
        self._wait(lambda: "paint" in self._marks and bool(self._reports))
        self.rest()
        quick = [report for job, report in self._reports if job.quick]
        if self._pictures != (2 if quick else 1):  # the full picture follows a quick one
            print(f"{self._shown} was delivered {self._pictures} times", file=sys.stderr)
        report = quick[0] if quick else self._reports[-1][1]
        assert not report.failures, report.failures
        ran = [node for node in report.nodes if node.status in ("executed", "resumed")]
        times = [began, *(self._marks.get(name, began) for name in PHASES)]
        phases = (after - before for before, after in pairwise(times))
        spent = {node.node: 1e3 * node.seconds for node in ran}
        return Loop(tuple(1e3 * phase for phase in phases), spent)


# --- the loops -----------------------------------------------------------------------------------


Loops = Iterator[Loop]


def prompt(watch: Watch, rounds: range) -> Loops:
    """A new prompt, 20 steps"""
    for i in rounds:
        yield watch.edit(SetParam("prompt", "text", f"mountains at sunset, in autumn, {i}"))


def seed(watch: Watch, rounds: range) -> Loops:
    """A new seed, 20 steps"""
    for i in rounds:
        yield watch.edit(SetParam("sampler", "seed", 1000 + i))


def control(watch: Watch, rounds: range) -> Loops:
    """The end of a ControlNet from 1 to 0.6, 20 steps"""
    for i in rounds:
        watch.prepare(SetParam("sampler", "seed", 2000 + i))
        yield watch.edit(SetParam("control", "end", 0.6))
        watch.prepare(SetParam("control", "end", 1.0))


def control_back(watch: Watch, rounds: range) -> Loops:
    """The end of a ControlNet back to 1, which is cached"""
    for i in rounds:
        watch.prepare(SetParam("sampler", "seed", 2000 + i))
        watch.prepare(SetParam("control", "end", 0.6))
        yield watch.edit(SetParam("control", "end", 1.0))


def fast(watch: Watch, rounds: range) -> Loops:
    """A new prompt, LoRA of 4 steps"""
    for i in rounds:
        yield watch.edit(SetParam("prompt", "text", f"sea cliffs at sunset, clear sky, {i}"))


def decode(watch: Watch, rounds: range) -> Loops:
    """Decode only"""
    for i in rounds:
        watch.sample(SetParam("sampler", "seed", 3000 + i))
        watch.prepare(SetParam("sampler", "seed", 9))
        yield watch.edit(SetParam("sampler", "seed", 3000 + i))


def stroke(watch: Watch, rounds: range) -> Loops:
    """A parameter of the last image node"""
    for i in rounds:
        yield watch.edit(SetParam("adjust", "brightness", 0.01 * i + 0.005))


def brush(watch: Watch, rounds: range) -> Loops:
    """A stroke of the brush, quick"""
    for i in rounds:
        yield watch.edit(watch.stroke("drawing", i))


@dataclass(frozen=True)
class Scenario:
    """Loops of one kind of edit; `run` has their name as its docstring."""

    run: Callable[[Watch, range], Loops]
    workflow: str
    shown: str = "decode"

    @property
    def name(self) -> str:
        return self.run.__doc__ or ""


SCENARIOS = (
    Scenario(prompt, "landscape"),
    Scenario(seed, "landscape"),
    Scenario(control, "controlled-landscape"),
    Scenario(control_back, "controlled-landscape"),
    Scenario(fast, "live-landscape"),
    Scenario(decode, "live-landscape"),
    Scenario(stroke, "live-landscape", "adjust"),
    Scenario(brush, "controlled-landscape"),
)


def measure(studio: Studio, scenario: Scenario, rounds: int) -> list[Loop]:
    """Open the scenario's workflow, run its loops, and close it."""
    studio.workspace.open(WORKFLOWS / f"{scenario.workflow}.nodeui.json")
    while not studio.workspace.sessions:
        QApplication.processEvents()
    (session,) = studio.workspace.sessions
    if scenario.shown == "adjust":
        session.edit(AddNode(Node("adjust", "image.adjust", pos=(1500, 400))))
        session.edit(Connect(Link("decode", "image", "adjust", "image")))
        session.edit(AddNode(Node("preview", "image.preview", pos=(1800, 400))))
        session.edit(Connect(Link("adjust", "image", "preview", "image")))
    watch = Watch(studio, session, scenario.shown)
    session.live = True
    watch.rest(2)
    list(scenario.run(watch, range(1)))  # warms up: loads weights
    loops = list(scenario.run(watch, range(1, rounds + 1)))
    session.live = False
    studio.workspace.close_session(session)
    return loops


# --- the report ----------------------------------------------------------------------------------


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def rows(name: str, loops: list[Loop]) -> Iterator[Row]:
    """Yield the figures of one kind of edit."""
    totals, floors = [loop.total for loop in loops], [loop.computing for loop in loops]
    beyond = [loop.beyond for loop in loops]
    yield Row(f"{name}: edit to painted, p50", statistics.median(totals), statistics.median(floors))
    yield Row(f"{name}: edit to painted, p95", p95(totals), p95(floors))
    yield Row(f"{name}: beyond computing, p50", statistics.median(beyond))
    yield Row(f"{name}: beyond computing, p95", p95(beyond))


def line(name: str, loops: list[Loop]) -> str:
    """Return the phases of one kind of edit as a line of text."""
    columns = [
        *([loop.phases[i] for loop in loops] for i in range(len(PHASES))),
        [loop.total for loop in loops],
        [loop.computing for loop in loops],
        [loop.beyond for loop in loops],
    ]
    cells = [f"{statistics.median(column):7.1f} /{p95(column):7.1f}" for column in columns]
    return f"{name:48} " + " ".join(cells) + f"   least beyond {min(columns[-1]):6.1f}"


def nodes_line(loops: list[Loop]) -> str:
    """Return the median computing of each node as a line of text."""
    names = dict.fromkeys(name for loop in loops for name in loop.nodes)
    spent = {name: statistics.median(loop.nodes.get(name, 0.0) for loop in loops) for name in names}
    return "    " + ", ".join(f"{name} {ms:.1f}" for name, ms in spent.items()) + " ms"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="names of functions, such as prompt,seed")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--against", nargs=2, metavar=("comfyui", "PATH"))
    options = parser.parse_args()
    if options.against and options.against[0] != "comfyui":
        parser.error(f"--against: {options.against[0]} is not known, only comfyui")
    only = [name for name in options.only.split(",") if name]
    app = QApplication(sys.argv)
    if not options.json:
        heads = [*PHASES, "total", "computing", "beyond"]
        print(f"{'p50 / p95, ms':48} " + " ".join(f"{head:>16}" for head in heads))
    with open_editor(app) as (studio, _):
        studio.runs.start()
        for scenario in SCENARIOS:
            if only and scenario.run.__name__ not in only:
                continue
            loops = measure(studio, scenario, options.rounds)
            if options.json:
                print_rows(rows(scenario.name, loops))
            else:
                print(line(scenario.name, loops), flush=True)
                if scenario.run is brush:
                    print(nodes_line(loops), flush=True)
        studio.runs.close()
        studio.window.hide()
    if options.against:
        found = list(comfyui.loops(Path(options.against[1]), options.rounds))
        if options.json:
            print_rows(found)
        for row in () if options.json else found:
            print(f"{row.name:64} {row.figure:7.1f} {row.unit}")


if __name__ == "__main__":
    main()

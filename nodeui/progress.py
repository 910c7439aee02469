"""What `nodeui run` shows on a terminal while it runs."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from nodeui.engine import protocol
from nodeui.engine.protocol import Event, NodeFinished, Report
from nodeui.sweeps.run import CellEvent, CellFinished, CellStarted, SweepEvent, SweepResult

_MARKS = {
    "executed": ("●", "green"),
    "resumed": ("◐", "green"),
    "cached": ("○", "cyan"),
    "skipped": ("–", "yellow"),
    "failed": ("✕", "red"),
    "cancelled": ("■", "yellow"),
}


class Display:
    """A line for each node that ends, and a bar for the one that runs. It writes to stderr.

    Args:
        quiet: Show nothing but warnings.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._bars = Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def show(self, event: Event) -> None:
        """Take one event of a run."""
        match event:
            case protocol.NodeStarted():
                self._tasks[event.node] = self._bars.add_task(event.node, total=None)
            case protocol.Progress() if event.node in self._tasks:
                self._bars.update(
                    self._tasks[event.node],
                    completed=event.done,
                    total=event.total,
                    description=f"{event.node} {event.text}".rstrip(),
                )
            case protocol.NodeFinished():
                self._end(event.node)
                self._console.print(_line(event))
            case protocol.Warned():
                self._console.print(Text(f"! {event.message}", style="yellow"))
            case _:
                pass

    def _end(self, node: str) -> None:
        if node in self._tasks:
            self._bars.remove_task(self._tasks.pop(node))

    def summarise(self, report: Report) -> None:
        """Say what came out."""
        for output in report.outputs:
            self._console.print(Text(output.path, style="bold"))
        end = (
            "stopped after"
            if report.cancelled
            else "failed after"
            if report.failures
            else "done in"
        )
        self._console.print(f"{end} {report.seconds:.2f} s")


class SweepDisplay(Display):
    """A line for each cell of a sweep, above those of its nodes, and a bar for all cells."""

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet)
        self._cells: TaskID | None = None

    def show_sweep(self, event: SweepEvent) -> None:
        """Take one event of a sweep."""
        match event:
            case CellStarted():
                if self._cells is None:
                    self._cells = self._bars.add_task("cells", total=event.total)
                where = f"cell {event.number} of {event.total}"
                self._console.print(Text(f"{where}  {event.cell.label}", style="bold"))
            case CellEvent():
                self.show(event.event)
            case CellFinished():
                if self._cells is not None:
                    self._bars.advance(self._cells)

    def summarise_sweep(self, result: SweepResult) -> None:
        """Say what came out."""
        for cell in result.cells:
            for output in cell.result.report.outputs:
                self._console.print(Text(output.path))
        if result.sheet is not None:
            self._console.print(Text(f"{result.sheet}  (pictures of {result.shown})", style="bold"))
        nodes = [node for cell in result.cells for node in cell.result.report.nodes]
        steps = sum(node.steps_run or 0 for node in nodes)
        done = sum(cell.result.ok for cell in result.cells)
        end = "stopped after" if result.cancelled else "done in"
        count = f"{done} of {len(result.cells)} cells"
        self._console.print(f"{count}, {steps} steps, {end} {result.seconds:.2f} s")


def _line(event: NodeFinished) -> Text:
    mark, style = _MARKS[event.status]
    line = Text(f"{mark} {event.node}", style=style)
    if event.steps_total is not None and event.steps_run is not None:
        resumed = f", resumed at {event.resumed_at}" if event.resumed_at else ""
        line.append(f"  {event.steps_run} of {event.steps_total} steps{resumed}", style="dim")
    if event.status not in ("cached", "skipped"):
        line.append(f"  {event.seconds:.2f} s", style="dim")
    return line

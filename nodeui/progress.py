"""Shows the progress of `nodeui run` on a terminal."""

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
from nodeui.engine.protocol import Event, NodeFinished, Output, Report
from nodeui.headless import Result
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
    """Progress of a run or a sweep on stderr.

    It has a line for each finished node and a bar for the running one. A sweep adds a line for
    each cell, and a bar for all cells.

    Args:
        quiet: Show nothing.
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
            disable=not self._console.is_interactive,  # else it would print blank lines
        )
        self._nodes: dict[str, TaskID] = {}
        self._cells: TaskID | None = None
        self._warnings: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def show(self, event: Event | SweepEvent) -> None:
        """Show an event of a run or a sweep."""
        match event:
            case CellStarted():
                if self._cells is None:
                    self._cells = self._add_bar("cells", event.total)
                cell = f"cell {event.number} of {event.total}"
                self._print(f"{cell}  {event.cell.label}", "bold")
            case CellEvent():
                self.show(event.event)
            case CellFinished():
                if self._cells is not None:
                    self._bars.advance(self._cells)
            case protocol.NodeStarted():
                self._nodes[event.node] = self._add_bar(event.node)
            case protocol.Progress() if event.node in self._nodes:
                self._bars.update(
                    self._nodes[event.node],
                    completed=event.done,
                    total=event.total,
                    description=f"{event.node} {event.text}".rstrip(),
                )
            case protocol.NodeFinished():
                if event.node in self._nodes:
                    self._bars.remove_task(self._nodes.pop(event.node))
                self._console.print(_line(event))
            case protocol.Warned() if event.text not in self._warnings:
                self._warnings.add(event.text)  # the cells of a sweep may repeat it
                self._print(f"! {event.text}", "yellow")
            case _:
                pass

    def _add_bar(self, text: str, total: int | None = None) -> TaskID:
        self._bars.start()  # not before, so that nothing is printed if nothing runs
        return self._bars.add_task(text, total=total)

    def summarise(self, result: Result | SweepResult) -> None:
        """Print the written files and the duration."""
        if isinstance(result, Result):
            self._print_outputs(result.report.outputs, "bold")
            self._console.print(f"{_end(result.report)} {result.report.seconds:.2f} s")
            return
        for cell in result.cells:
            self._print_outputs(cell.result.report.outputs)
        if result.sheet is not None:
            self._print(f"{result.sheet}  (pictures of {result.shown})", "bold")
        nodes = [node for cell in result.cells for node in cell.result.report.nodes]
        steps = sum(node.steps_run or 0 for node in nodes)
        done = sum(cell.result.ok for cell in result.cells)
        end = "stopped after" if result.cancelled else "done in"
        count = f"{done} of {len(result.cells)} cells"
        self._console.print(f"{count}, {steps} steps, {end} {result.seconds:.2f} s")

    def _print_outputs(self, outputs: tuple[Output, ...], style: str = "") -> None:
        for output in outputs:
            self._print(output.path, style)

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style))


def _end(report: Report) -> str:
    if report.cancelled:
        return "stopped after"
    return "failed after" if report.failures else "done in"


def _line(event: NodeFinished) -> Text:
    mark, style = _MARKS[event.status]
    line = Text(f"{mark} {event.node}", style=style)
    if event.steps_total is not None and event.steps_run is not None:
        resumed = f", resumed at {event.resumed_at}" if event.resumed_at else ""
        line.append(f"  {event.steps_run} of {event.steps_total} steps{resumed}", style="dim")
    if event.status not in ("cached", "skipped"):
        line.append(f"  {event.seconds:.2f} s", style="dim")
    return line

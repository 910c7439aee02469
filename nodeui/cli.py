"""The `nodeui` command.

    nodeui [FILE]...                 the editor
    nodeui run FILE [--set ...]      run a workflow without a window
    nodeui nodes [--json]            the node library

Exit status: 0; 1 when a node failed; 2 for a bad workflow or argument; 130 when interrupted.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from nodeui.engine.protocol import NodeFailed, NodeFinished, Report
from nodeui.graph.parts import Problem
from nodeui.graph.registry import installed
from nodeui.graph.spec import NodeSpec
from nodeui.headless import Outlook, Result, WorkflowError, look_ahead, run

if TYPE_CHECKING:
    from nodeui.sweeps.run import SweepResult

commands = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@commands.callback()
def about() -> None:
    """A studio for controllable image generation. `nodeui [FILE]...` opens the editor."""


def main() -> None:
    """Do what the first argument names: run, nodes, --help or --version."""
    if sys.argv[1] == "--version":
        print(f"nodeui {version('nodeui')}")
    else:
        commands(prog_name="nodeui")


@commands.command("run")
def run_command(
    file: Annotated[Path, typer.Argument(help="A workflow, or a picture made by one.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NODE.PARAMETER=VALUE", help="Change a parameter."),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NODE", help="Run this node in place of all outputs."),
    ] = None,
    sweeps: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            metavar="NODE.PARAMETER=VALUES",
            help="Run once for each value, such as 0.2,0.5,1 or 0..1:0.25; two make a grid.",
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Where pictures are written.")] = Path(),
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Say what would run and why; run nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a report as JSON.")] = False,
) -> None:
    """Run a workflow."""
    _warn_of_packs()
    if plan_only and sweeps:
        print("--plan looks at one run: leave --sweep away", file=sys.stderr)
        raise typer.Exit(2)
    if plan_only:
        _show_plan(file, settings or (), targets or (), as_json=as_json)
        return
    from nodeui.progress import Display

    cancel = _cancel_on_interrupt()
    if sweeps:
        _run_sweep(file, sweeps, settings or (), targets or (), out, cancel, as_json=as_json)
        return
    try:
        with Display(quiet=as_json) as display:
            result = run(
                file,
                set=dict(_setting("--set", text) for text in settings or ()),
                targets=targets or (),
                output_dir=out,
                emit=display.show,
                cancel=cancel,
            )
    except (WorkflowError, OSError) as error:
        print(_message(file, error), file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(report_of(result))).decode())
    else:
        display.summarise(result.report)
    for failure in result.report.failures:
        print(f"{file}: {_failure(failure)}", file=sys.stderr)
    if result.report.cancelled:
        raise typer.Exit(130)
    if not result.ok:
        raise typer.Exit(1)


def _run_sweep(
    file: Path,
    sweeps: Sequence[str],
    settings: Sequence[str],
    targets: Sequence[str],
    out: Path,
    cancel: threading.Event,
    *,
    as_json: bool,
) -> None:
    """Run a workflow over the values of parameters; ends as `run_command` does."""
    from nodeui.progress import SweepDisplay
    from nodeui.sweeps.run import sweep

    over = [_setting("--sweep", text) for text in sweeps]
    try:
        if len(dict(over)) < len(over):
            raise WorkflowError([Problem(f"{over[0][0]} is swept twice")])
        with SweepDisplay(quiet=as_json) as display:
            result = sweep(
                file,
                dict(over),
                set=dict(_setting("--set", text) for text in settings),
                targets=targets,
                output_dir=out,
                emit=display.show_sweep,
                cancel=cancel,
            )
    except (WorkflowError, OSError) as error:
        print(_message(file, error), file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(sweep_report_of(result))).decode())
    else:
        display.summarise_sweep(result)
    for cell in result.cells:
        for failure in cell.result.report.failures:
            print(f"{file}: {cell.cell.label}: {_failure(failure)}", file=sys.stderr)
    for warning in result.warnings:
        print(f"{file}: {warning}", file=sys.stderr)
    if result.cancelled:
        raise typer.Exit(130)
    if not result.ok:
        raise typer.Exit(1)


def _show_plan(
    file: Path, settings: Sequence[str], targets: Sequence[str], *, as_json: bool
) -> None:
    """Say what `run_command` would do; status 1 where nodes could not run."""
    try:
        ahead = look_ahead(
            file, set=dict(_setting("--set", text) for text in settings), targets=targets
        )
    except (WorkflowError, OSError) as error:
        print(_message(file, error), file=sys.stderr)
        raise typer.Exit(2) from None
    report = plan_report_of(ahead)
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        width = max((len(node["id"]) for node in report["nodes"]), default=0)
        for node in report["nodes"]:
            told = node["reason"] or node["outlook"]
            print(f"{_OUTLOOKS[node['outlook']]} {node['id']:<{width}}  {told}")
    for problem in ahead.plan.problems:
        print(f"{file}: {problem.message}", file=sys.stderr)
    if ahead.plan.problems:
        raise typer.Exit(1)


_OUTLOOKS = {"cached": "○", "resumes": "◐", "runs": "●", "waits": "●", "skipped": "–"}


def plan_report_of(ahead: Outlook) -> dict[str, Any]:
    """What `nodeui run --plan --json` prints."""
    plan = ahead.plan
    nodes: list[dict[str, Any]] = []
    for id, decision in plan.nodes.items():
        outlook, reason = decision.outlook, decision.reason
        steps = ahead.trajectories.get(id)
        if steps is not None and outlook in ("runs", "waits"):
            reason = steps.summary or (reason if outlook == "runs" else "no step is stored")
            outlook = "resumes" if steps.resumes_at else "runs"
        nodes.append(
            {
                "id": id,
                "type": plan.known.tasks[id].node.type,
                "outlook": outlook,
                "reason": reason,
                "parameter": decision.parameter,
                "steps_total": steps.total if steps else None,
                "resumes_at": steps.resumes_at if steps else None,
            }
        )
    problems = [
        {"node": problem.node, "parameter": problem.parameter, "message": problem.message}
        for problem in plan.problems
    ]
    return {"nodes": nodes, "errors": problems}


@commands.command("nodes")
def nodes_command(
    as_json: Annotated[bool, typer.Option("--json", help="With the schemas, as JSON.")] = False,
) -> None:
    """List the node library."""
    _warn_of_packs()
    specs = sorted(installed().values(), key=lambda spec: (spec.category, spec.id))
    if as_json:
        described = [describe(spec) for spec in specs]
        print(msgspec.json.format(msgspec.json.encode(described)).decode())
        return
    category = ""
    for spec in specs:
        if spec.category != category:
            category = spec.category
            print(f"\n{category}")
        print(f"  {spec.id:<24} {spec.help.splitlines()[0]}")


def _warn_of_packs() -> None:
    for problem in installed().problems:
        print(problem, file=sys.stderr)


def report_of(result: Result) -> dict[str, Any]:
    """What `nodeui run --json` prints; it lists the nodes behind a cached one, too."""
    report: Report = result.report
    ended = {node.node for node in report.nodes}
    behind = [
        NodeFinished(node=id, type=type, status="cached")
        for id, type in result.cached().items()
        if id not in ended
    ]
    return {
        "outputs": msgspec.to_builtins(report.outputs),
        "nodes": [
            {
                "id": node.node,
                "type": node.type,
                "status": node.status,
                "seconds": round(node.seconds, 6),
                "steps_total": node.steps_total,
                "steps_run": node.steps_run,
                "resumed_at": node.resumed_at,
            }
            for node in (*behind, *report.nodes)
        ],
        "seconds": round(report.seconds, 6),
        "warnings": list(report.warnings),
        "errors": [
            {"node": failure.node, "parameter": failure.parameter, "message": failure.message}
            for failure in report.failures
        ],
    }


def sweep_report_of(result: SweepResult) -> dict[str, Any]:
    """What `nodeui run --sweep --json` prints; each cell has what a run by itself would have."""
    return {
        "cells": [
            {"values": cell.cell.values, "folder": str(cell.folder)} | report_of(cell.result)
            for cell in result.cells
        ],
        "sheet": str(result.sheet) if result.sheet else None,
        "shown": result.shown or None,
        "seconds": round(result.seconds, 6),
        "warnings": list(result.warnings),
    }


def describe(spec: NodeSpec) -> dict[str, Any]:
    """A node type as `nodeui nodes --json` prints it."""
    return {
        "id": spec.id,
        "title": spec.title,
        "category": spec.category,
        "aliases": list(spec.aliases),
        "version": spec.version,
        "output": spec.output,
        "help": spec.help,
        "inputs": [
            {
                "name": socket.name,
                "type": socket.type,
                "optional": socket.optional,
                "help": socket.help,
            }
            for socket in spec.inputs.values()
        ],
        "outputs": [
            {"name": socket.name, "type": socket.type, "help": socket.help}
            for socket in spec.outputs.values()
        ],
        "parameters": spec.schema(),
    }


def _failure(failure: NodeFailed) -> str:
    where = failure.node + (f".{failure.parameter}" if failure.parameter else "")
    return f"{where} ({failure.type}): {failure.message}"


def _setting(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        wanted = "VALUE" if option == "--set" else "VALUES"
        print(f"{option} takes NODE.PARAMETER={wanted}, not {text!r}", file=sys.stderr)
        raise typer.Exit(2)
    return name, value


def _message(file: Path, error: WorkflowError | OSError) -> str:
    if isinstance(error, OSError):
        return f"{file}: {error.strerror}"
    return "\n".join(f"{file}: {problem.message}" for problem in error.problems)


def _cancel_on_interrupt() -> threading.Event:
    """Ctrl-C stops between two steps; a second one stops at once."""
    cancel = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, interrupt)
    return cancel

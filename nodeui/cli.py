"""The `nodeui` command line.

    nodeui [FILE]...                 open the editor
    nodeui run FILE [--set ...]      run a workflow without a window
    nodeui nodes [--json]            list the node library
    nodeui models [FOLDER]...        list the model files below folders

Exit status: 0; 1 if a node failed; 2 for a bad workflow or argument; 130 if interrupted.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from nodeui.engine.confinement import network
from nodeui.engine.protocol import NodeFailed, NodeFinished, Warned
from nodeui.graph.registry import Registry
from nodeui.graph.spec import NodeSpec
from nodeui.graph.wording import shown
from nodeui.headless import PlannedRun, Result, WorkflowError, plan_run, run
from nodeui.models_listing import as_facts, list_models, print_models
from nodeui.session.confined_command import PackError, load_registry
from nodeui.sweeps.run import SweepResult, sweep
from nodeui.terminal import print_anything, print_json

commands = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@commands.callback()
def about() -> None:
    """A studio for controllable image generation. `nodeui [FILE]...` opens the editor."""


def main() -> None:
    """Run the subcommand that the first argument names."""
    print_anything()
    if sys.argv[1] == "--version":
        print(f"nodeui {version('nodeui')}")
    else:
        try:
            commands(prog_name="nodeui")
        except OSError as error:  # those of the workflow are reported before
            print(f"nothing can be printed: {error.strerror}", file=sys.stderr)
            sys.exit(1)


@commands.command("run")
def run_command(
    file: Annotated[Path, typer.Argument(help="A workflow, or a picture made by one.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NODE.PARAMETER=VALUE", help="Set a parameter."),
    ] = None,
    targets: Annotated[
        list[str] | None,
        typer.Option("--target", metavar="NODE", help="Run this node instead of all outputs."),
    ] = None,
    sweeps: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            metavar="NODE.PARAMETER=VALUES",
            help="Run once for each value, such as 0.2,0.5,1 or 0..1:0.25; two make a grid.",
        ),
    ] = None,
    together: Annotated[
        int,
        typer.Option(
            "--together",
            metavar="N",
            help="Evaluate the samplers of N cells of a sweep in one batch.",
        ),
    ] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for written pictures.")] = Path(),
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Show what would run and why, without running it.")
    ] = False,
    allow_downloads: Annotated[
        bool, typer.Option("--allow-downloads", help="Download models that are not here.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Switch off all network access of the run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a report as JSON.")] = False,
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", metavar="PACK", help="Do not confine this node pack."),
    ] = None,
) -> None:
    """Run a workflow."""
    if offline or network.is_off():
        network.switch_off()
    if plan_only and sweeps:
        _refuse("--plan shows a single run and cannot be combined with --sweep")
    if together != 1 and not sweeps:
        _refuse("--together is for the cells of a --sweep")
    over = _assignments("--sweep", sweeps or ())
    given = _assignments("--set", settings or ())
    if both := sorted(given.keys() & over.keys()):
        _refuse(f"{shown(both[0])} is both set and swept")
    chosen: dict[str, Any] = {
        "set": given,
        "targets": targets or (),
        "registry": _registry(file, None if plan_only else out, trust or ()),
    }
    if plan_only:
        with _refused_input(file):
            planned = plan_run(file, **chosen)
        _show_plan(file, planned, as_json=as_json)
        return
    from nodeui.progress import Display

    chosen |= {
        "output_dir": out,
        "cancel": _cancel_on_interrupt(),
        "allow_downloads": allow_downloads,
    }
    # libraries may print, and standard output is for the report
    printed = contextlib.redirect_stdout(sys.stderr) if as_json else contextlib.nullcontext()
    with _refused_input(file), Display(quiet=as_json) as display, printed:
        if over:
            result = sweep(file, over, emit=display.show, together=together, **chosen)
        else:
            result = run(file, emit=display.show, **chosen)
    if as_json:
        print_json(
            sweep_report_of(result) if isinstance(result, SweepResult) else report_of(result)
        )
    else:
        display.summarise(result)
    for error in _errors(result):
        print(f"{file}: {error}", file=sys.stderr)
    if result.cancelled:
        raise typer.Exit(130)
    if not result.ok:
        raise typer.Exit(1)


def _assignments(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Parse NODE.PARAMETER=VALUE arguments; none may name a parameter twice."""
    assigned: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or "." not in name:
            wanted = "VALUE" if option == "--set" else "VALUES"
            _refuse(f"{option} takes NODE.PARAMETER={wanted}, not {shown(text)}")
        if name in assigned:
            _refuse(f"{shown(name)} is {'set' if option == '--set' else 'swept'} twice")
        assigned[name] = value
    return assigned


@contextmanager
def _refused_input(file: Path) -> Generator[None]:
    """Exit with status 2 if the workflow has mistakes or the file cannot be read."""
    try:
        yield
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    except WorkflowError as error:
        _refuse("\n".join(f"{file}: {problem.message}" for problem in error.problems))


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


def _errors(result: Result | SweepResult) -> Iterator[str]:
    """Yield one line per failed node, and the warnings of a sweep."""
    if isinstance(result, Result):
        yield from map(_failure, result.report.failures)
        return
    for cell in result.cells:
        for failure in cell.result.report.failures:
            yield f"{cell.cell.label}: {_failure(failure)}"
    yield from result.warnings


def _failure(failure: NodeFailed) -> str:
    where = failure.node + (f".{failure.parameter}" if failure.parameter else "")
    advice = " Allow it with --allow-downloads." if failure.download else ""
    return f"{where} ({failure.type}): {failure.message}{advice}"


def _show_plan(file: Path, planned: PlannedRun, *, as_json: bool) -> None:
    """Print what a run would do; exits with status 1 if nodes could not run."""
    report = plan_report_of(planned)
    if as_json:
        print_json(report)
    else:
        width = max((len(node["id"]) for node in report["nodes"]), default=0)
        for node in report["nodes"]:
            reason = node["reason"] or node["outlook"]
            print(f"{_OUTLOOKS[node['outlook']]} {node['id']:<{width}}  {reason}")
        for warning in planned.warnings:
            print(f"! {warning.text}", file=sys.stderr)
    for problem in planned.plan.problems:
        print(f"{file}: {problem.message}", file=sys.stderr)
    if planned.plan.problems:
        raise typer.Exit(1)


_OUTLOOKS = {"cached": "○", "resumes": "◐", "runs": "●", "waits": "●", "skipped": "–"}


def plan_report_of(planned: PlannedRun) -> dict[str, Any]:
    """Return the report of `nodeui run --plan --json`."""
    plan = planned.plan
    nodes: list[dict[str, Any]] = []
    for id, decision in plan.nodes.items():
        outlook, reason = decision.outlook, decision.reason
        steps = planned.trajectories.get(id)
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
    return {"nodes": nodes, "warnings": _warnings(planned.warnings), "errors": problems}


def _warnings(warnings: Sequence[Warned]) -> list[dict[str, str | None]]:
    return [{"node": one.node or None, "message": one.message} for one in warnings]


@commands.command("nodes")
def nodes_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print schemas, as JSON.")] = False,
) -> None:
    """List the node library."""
    specs = sorted(_registry().values(), key=lambda spec: (spec.category, spec.id))
    if as_json:
        print_json([describe(spec) for spec in specs])
        return
    category = ""
    for spec in specs:
        if spec.category != category:
            print(f"\n{spec.category}" if category else spec.category)
            category = spec.category
        print(f"  {spec.id:<24} {spec.help.splitlines()[0]}")


@commands.command("models")
def models_command(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of models, also those of ComfyUI, A1111, Forge and InvokeAI. By default, "
            "the folders of the preferences and the cache of the hub."
        ),
    ] = None,
    text: Annotated[
        str, typer.Option("--find", metavar="WORDS", help="List models with all these words.")
    ] = "",
    kind: Annotated[str, typer.Option("--kind", help="List one kind, such as LoRA.")] = "",
    hashes: Annotated[
        bool, typer.Option("--hash", help="Compute the SHA-256 of the listed files.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print facts as JSON.")] = False,
) -> None:
    """List model files; nothing is written to their folders."""
    listed = list_models(_registry().model_files, folders or (), text, kind, hashes=hashes)
    if as_json:
        print_json([as_facts(model) for model in listed])
    else:
        print_models(listed)


def _registry(
    file: Path | None = None, output: Path | None = None, trust: Sequence[str] = ()
) -> Registry:
    """Return the nodes that a command may use, and print warnings about packs.

    The process may be confined then; see `confined_command.load_registry`.
    """
    try:
        registry, warnings = load_registry(file, output, trust)
    except PackError as error:
        _refuse(str(error))
    for text in warnings:
        print(text, file=sys.stderr)
    return registry


def report_of(result: Result) -> dict[str, Any]:
    """Return the report of `nodeui run --json`, which lists all cached nodes."""
    report = result.report
    ended = {node.node for node in report.nodes}
    cached = [
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
            for node in (*cached, *report.nodes)
        ],
        "seconds": round(report.seconds, 6),
        "warnings": _warnings(report.warnings),
        "errors": [
            {"node": failure.node, "parameter": failure.parameter, "message": failure.message}
            for failure in report.failures
        ],
    }


def sweep_report_of(result: SweepResult) -> dict[str, Any]:
    """Return the report of `nodeui run --sweep --json`: for each cell that of a run."""
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
    """Return a node type as `nodeui nodes --json` prints it."""
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


def _cancel_on_interrupt() -> threading.Event:
    """Make Ctrl-C stop the run between two steps, and a second Ctrl-C stop it at once."""
    cancel = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        cancel.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, interrupt)
    return cancel

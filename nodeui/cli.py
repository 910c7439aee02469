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
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import msgspec
import typer

from nodeui.engine.protocol import NodeFinished, Report
from nodeui.graph.registry import installed
from nodeui.graph.spec import NodeSpec
from nodeui.headless import Result, WorkflowError, run

commands = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@commands.callback()
def about() -> None:
    """A studio for controllable image generation. `nodeui [FILE]...` opens the editor."""


def main() -> None:
    """Entry point: a first argument that names no command is a file for the editor."""
    arguments = sys.argv[1:]
    if arguments[:1] in (["run"], ["nodes"], ["--help"]):
        commands(prog_name="nodeui")
    elif arguments == ["--version"]:
        print(f"nodeui {version('nodeui')}")
    else:
        from nodeui.app import main as open_editor

        sys.exit(open_editor(arguments))


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
    out: Annotated[Path, typer.Option("--out", help="Where pictures are written.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print a report as JSON.")] = False,
) -> None:
    """Run a workflow."""
    from nodeui.progress import Display

    cancel = _cancel_on_interrupt()
    try:
        with Display(quiet=as_json) as display:
            result = run(
                file,
                set=dict(_setting(text) for text in settings or ()),
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
        where = failure.node + (f".{failure.parameter}" if failure.parameter else "")
        print(f"{file}: {where} ({failure.type}): {failure.message}", file=sys.stderr)
    if result.report.cancelled:
        raise typer.Exit(130)
    if not result.ok:
        raise typer.Exit(1)


@commands.command("nodes")
def nodes_command(
    as_json: Annotated[bool, typer.Option("--json", help="With the schemas, as JSON.")] = False,
) -> None:
    """List the node library."""
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


def describe(spec: NodeSpec) -> dict[str, Any]:
    """A node type as `nodeui nodes --json` prints it."""
    return {
        "id": spec.id,
        "title": spec.title,
        "category": spec.category,
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


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        print(f"--set takes NODE.PARAMETER=VALUE, not {text!r}", file=sys.stderr)
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

"""Tests `nodeui run --plan` and `nodeui.dry_run`, which predict a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pytest
from typer.testing import CliRunner, Result

import nodeui
from nodeui.cli import commands
from nodeui.graph.registry import Registry
from tests.engine import toys
from tests.engine.toys import CALLS

WORKFLOW: dict[str, Any] = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "start": {"type": "toy.number", "params": {"value": 3}},
        "walk": {"type": "toy.walk"},
        "follow": {"type": "toy.follow", "params": {"steps": 6}},
    },
    "links": [["start.integer", "walk.start"], ["walk.grid", "follow.grid"]],
}


class Plan(Protocol):
    def __call__(self, *arguments: str) -> Result: ...


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workflow of toys, with a cache of its own."""
    registry = Registry(toys.NODES)
    monkeypatch.setattr("nodeui.headless.installed", lambda: registry)
    monkeypatch.setattr("nodeui.cli.load_registry", lambda *_: (registry, []))
    monkeypatch.setenv("NODEUI_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "w.nodeui.json"
    file.write_text(json.dumps(WORKFLOW))
    return file


@pytest.fixture
def plan(file: Path) -> Plan:
    """`nodeui run --plan` with more arguments; `CALLS` counts the nodes it computes."""

    def plan(*arguments: str) -> Result:
        CALLS.clear()
        return CliRunner().invoke(commands, ["run", str(file), "--plan", *arguments])

    return plan


def test_a_plan_says_what_runs_and_runs_nothing(plan: Plan):
    done = plan()
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "● start   new",
        "● walk    depends on start",
        "● follow  depends on walk",
    ]
    assert not CALLS


def test_a_plan_says_where_a_run_resumes(file: Path, plan: Plan):
    nodeui.run(file)
    assert {line.split(maxsplit=2)[2] for line in plan().stdout.splitlines()} == {"cached"}
    assert plan("--set", "walk.late=0.5").stdout.splitlines() == [
        "○ start   cached",
        "◐ walk    resumes at 7 of 10",
        "● follow  depends on walk",
    ]
    assert not CALLS["step"]
    report = nodeui.run(file, set={"walk.late": 0.5}).report
    assert {node.node: node.resumed_at for node in report.nodes}["walk"] == 7


def test_the_report_is_json(file: Path, plan: Plan):
    nodeui.run(file)
    report = json.loads(plan("--json", "--set", "walk.late=0.5", "--target", "walk").stdout)
    assert set(report) == {"nodes", "warnings", "errors"}
    assert report["warnings"] == report["errors"] == []
    assert report["nodes"] == [
        {
            "id": "start",
            "type": "toy.number",
            "outlook": "cached",
            "reason": "",
            "parameter": None,
            "steps_total": None,
            "resumes_at": None,
        },
        {
            "id": "walk",
            "type": "toy.walk",
            "outlook": "resumes",
            "reason": "resumes at 7 of 10",
            "parameter": "late",
            "steps_total": 10,
            "resumes_at": 7,
        },
    ]


def test_what_shares_all_steps_or_none_says_so(file: Path, plan: Plan):
    nodeui.run(file)
    line = plan("--set", "walk.label=other").stdout.splitlines()[1]
    assert line == "◐ walk    all 10 steps are stored"
    nodeui.run(file, set={"start.value": 4}, targets=["start"])
    walk = json.loads(plan("--json", "--set", "start.value=4").stdout)["nodes"][1]
    assert (walk["outlook"], walk["reason"]) == ("runs", "start changed")
    assert (walk["steps_total"], walk["resumes_at"]) == (10, 0)


def test_mistakes_are_reported_as_by_a_run(file: Path, plan: Plan):
    done = plan("--set", "walk.steps=fast")
    assert done.exit_code == 2 and "walk.steps" in done.stderr
    content = WORKFLOW["nodes"] | {"strange": {"type": "else.where"}}
    file.write_text(json.dumps(WORKFLOW | {"nodes": content}))
    done = plan("--target", "strange")
    assert done.exit_code == 1 and "else.where is not installed" in done.stderr


def test_a_dry_run_in_python_finds_the_same(file: Path):
    assert nodeui.dry_run(file) == {}
    nodeui.run(file)
    CALLS.clear()
    seen = nodeui.dry_run(file, set={"walk.late": 0.5})
    assert not CALLS["step"]
    assert {id: (it.total, it.resumes_at) for id, it in seen.items()} == {"walk": (10, 7)}
    assert seen["walk"].curves["stride"][-1] == 0.5
    everything = nodeui.dry_run(file, targets=["follow"])
    assert [it.resumes_at for it in everything.values()] == [10, 6]


def test_the_old_name_of_a_dry_run_still_works():
    assert nodeui.foresee is nodeui.dry_run


def test_a_mistake_behind_a_lazy_wire_is_told_before_the_run(file: Path, plan: Plan):
    content = {
        "format": "nodeui/workflow",
        "version": 1,
        "nodes": {
            "a": {"type": "toy.number"},
            "broken": {"type": "toy.choose"},
            "pick": {"type": "toy.choose"},
        },
        "links": [["a.integer", "pick.yes"], ["broken.integer", "pick.no"]],
    }
    file.write_text(json.dumps(content))
    done = plan("--target", "pick")
    assert done.exit_code == 2 and "broken.yes: yes is not connected" in done.output
    assert not CALLS

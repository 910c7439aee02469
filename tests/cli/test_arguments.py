"""Tests that unusual arguments and broken workflow files are refused in one line."""

from __future__ import annotations

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from nodeui.cli import commands
from nodeui.engine.cache import open_cache
from nodeui.graph import document
from nodeui.graph.registry import installed
from nodeui.headless import WorkflowError, plan_run
from nodeui.sweeps.axes import cell_folders, make_sweep

WORKFLOWS = Path(__file__).parents[2] / "workflows"
LANDSCAPE = str(WORKFLOWS / "landscape.nodeui.json")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEUI_CACHE", str(tmp_path / "cache"))


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["run", *arguments])


def refusal(*arguments: str) -> str:
    """Return the line on stderr of a refused command."""
    done = invoke(*arguments)
    assert done.exit_code == 2, done.output
    (line,) = done.stderr.splitlines()
    assert len(line) < 600
    return line


VALUES = (
    "", "=", "1=2", "nan", "NaN", "-inf", "1e999", "0x10", "010", "1_000", "1,5", "yes", "None",
    "[]", "[[0,1],[1,0]]", "[[1,0],[0,1]]", '[[0,"a"]]', "{}", '{"a": 1}', "9" * 401, "9" * 5000,
    "-1", "18446744073709551616", "[" * 200_000, "\0", "a\nb", "\udcff", "x" * 5000, "~nouser/x",
)  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_odd_values(value: str) -> None:
    for parameter in ("sampler.steps", "sampler.seed", "sampler.eta", "save.name", "model.source"):
        done = invoke(LANDSCAPE, "--plan", "--set", f"{parameter}={value}")
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert done.exit_code in (0, 1, 2)
        assert all(len(line) < 600 for line in done.stderr.splitlines())
        assert done.exit_code != 2 or len(done.stderr.splitlines()) == 1


def test_values_are_shown_as_they_are_written() -> None:
    assert refusal(LANDSCAPE, "--set", "sampler.steps=true").endswith("not true")
    assert refusal(LANDSCAPE, "--set", "sampler.steps=null").endswith("not null")


def test_a_linked_parameter_cannot_be_set(tmp_path: Path) -> None:
    content = json.loads(Path(LANDSCAPE).read_text())
    content["nodes"]["steps"] = {"type": "else.where"}
    content["links"].append(["steps.value", "sampler.steps"])
    file = tmp_path / "w.nodeui.json"
    file.write_text(json.dumps(content))
    line = refusal(str(file), "--set", "sampler.steps=3")
    assert line == f"{file}: sampler.steps is linked, so its value cannot be set"


def test_contradictions_are_refused() -> None:
    twice = ("--set", "sampler.steps=3", "--set", "sampler.steps=4")
    assert refusal(LANDSCAPE, *twice) == "'sampler.steps' is set twice"
    both = ("--set", "sampler.steps=3", "--sweep", "sampler.steps=4,5")
    assert refusal(LANDSCAPE, *both) == "'sampler.steps' is both set and swept"
    assert "'xxxx" in refusal(LANDSCAPE, "--set", "x" * 5000)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such devices here")
def test_devices_are_no_workflows() -> None:
    assert refusal("/dev/zero") == "/dev/zero: it is not a file"


def test_a_workflow_may_come_through_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, Path(LANDSCAPE).read_bytes())
    os.close(writing)
    done = invoke(f"/dev/fd/{reading}", "--plan", "--target", "canvas")
    os.close(reading)
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("sweep", [(), ("--sweep", "sampler.steps=1,2")])
def test_an_output_folder_that_is_a_file_is_refused_before_the_run(
    tmp_path: Path, sweep: tuple[str, ...]
) -> None:
    (tmp_path / "out").write_text("")
    for place in ("out", "out/deeper"):
        line = refusal(LANDSCAPE, "--out", str(tmp_path / place), *sweep)
        assert line.endswith(f"{tmp_path / 'out'} is not a folder")


def test_folders_of_sweeps_have_names_that_file_systems_allow() -> None:
    graph = document.load(Path(LANDSCAPE).read_bytes(), installed()).graph
    grid = make_sweep(graph, {"prompt.text": ["𐎀" * 300, "𐎀" * 301]})
    names = list(cell_folders(grid).values())
    assert len(set(names)) == 2 and all(len(name.encode()) < 256 for name in names)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "w.nodeui.json"
    nodes = {"a": {"type": "a\nb\x1b[2J\0"}, "b": {"type": "image.invert"}}
    links = [["x\ny" + "z" * 9000 + ".p", "b.image"]]
    content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes, "links": links}
    file.write_text(json.dumps(content))
    assert "link x yzzz" in refusal(str(file), "--target", "b")
    file.write_text(json.dumps(content | {"links": []}))
    done = invoke(str(file), "--target", "a", "--plan")
    assert "a b\\x1b[2J\\x00 is not installed" in done.stderr


ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**64, 10**30, 1e308, 0.5, "", "..", "\0", "a\nb", "\ud800", "{0}%s",
    "x" * 5000, "~nouser/x", [], [[]], [None], [[0, 1], [1, 0]], {}, {"": {}}, "sampler.latents",
    "muted",
)  # fmt: skip


def test_mutated_workflows_are_planned_or_refused(tmp_path: Path) -> None:
    """Values of other types, lost and moved parts, at all levels of the examples."""
    draw = random.Random(3)
    examples = [json.loads(file.read_text()) for file in WORKFLOWS.glob("*.nodeui.json")]
    file = tmp_path / "w.nodeui.json"
    with open_cache(tmp_path / "mutations") as cache:
        for _ in range(150):
            content = copy.deepcopy(draw.choice(examples))
            for _ in range(draw.choice([1, 1, 2])):
                _mutate(content, draw)
            file.write_text(json.dumps(content))
            try:
                problems = plan_run(file, cache=cache).plan.problems
            except WorkflowError as error:
                problems = error.problems
            for problem in problems:
                assert problem.message and "\n" not in problem.message
                assert len(problem.message) <= 410
            _check_that_it_is_kept(file.read_bytes())


def _check_that_it_is_kept(data: bytes) -> None:
    try:
        written = document.dump(document.load(data, installed()))
    except document.DocumentError:
        return
    assert document.dump(document.load(written, installed())) == written


def _mutate(content: Any, draw: random.Random) -> None:
    """Replace, remove, move or add one entry at a random place."""
    while True:
        keys = list(content) if isinstance(content, dict) else list(range(len(content)))
        if not keys:
            return
        key = draw.choice(keys)
        if isinstance(content[key], dict | list) and draw.random() < 0.7:
            content = content[key]
            continue
        match draw.randrange(4):
            case 0:
                del content[key]
            case 1 if isinstance(content, dict):
                content[draw.choice(["type", "mode", "a.b", ""])] = content.pop(key)
            case 2 if isinstance(content, list):
                content.append(copy.deepcopy(content[key]))
            case _:
                content[key] = copy.deepcopy(draw.choice(ODD))
        return

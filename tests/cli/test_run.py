"""Tests `nodeui run`: reports, exit statuses, and messages about bad input."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from PIL import Image

from nodeui import run
from nodeui.headless import WorkflowError

WORKFLOW: dict[str, Any] = {
    "format": "nodeui/workflow",
    "version": 1,
    "nodes": {
        "load": {"type": "image.load", "params": {"path": "in.png"}},
        "invert": {"type": "image.invert"},
        "save": {"type": "image.save", "params": {"name": "out"}},
    },
    "links": [["load.image", "invert.image"], ["invert.image", "save.image"]],
}


class Run(Protocol):
    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a picture and a workflow that inverts it."""
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    Image.fromarray(pixels).save(tmp_path / "in.png")
    save(tmp_path, WORKFLOW)
    return tmp_path


def save(place: Path, content: object) -> None:
    (place / "w.nodeui.json").write_text(json.dumps(content))


@pytest.fixture
def nodeui(place: Path) -> Run:
    """Run the command in that folder, with a cache of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "nodeui", *arguments],
            cwd=place,
            env=os.environ | {"NODEUI_CACHE": str(place / "cache"), "NO_COLOR": "1"} | environment,
            capture_output=True,
            encoding=environment.get("PYTHONIOENCODING", "utf-8").partition(":")[0],
            check=False,
        )

    return run


def statuses(report: dict[str, Any]) -> dict[str, str]:
    return {node["id"]: node["status"] for node in report["nodes"]}


def test_a_workflow_makes_its_picture(place: Path, nodeui: Run):
    done = nodeui("run", "w.nodeui.json", "--out", "pictures", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert set(report) == {"outputs", "nodes", "seconds", "warnings", "errors"}
    (output,) = report["outputs"]
    assert output["node"] == "save"
    made = np.asarray(Image.open(output["path"]))
    assert (made == 255 - np.asarray(Image.open(place / "in.png"))).all()
    assert statuses(report) == {"load": "executed", "invert": "executed", "save": "executed"}


def test_a_second_run_executes_nothing(place: Path, nodeui: Run):
    first = json.loads(nodeui("run", "w.nodeui.json", "--json").stdout)
    second = json.loads(nodeui("run", "w.nodeui.json", "--json").stdout)
    assert set(statuses(second).values()) == {"cached"}
    assert second["outputs"] == first["outputs"]
    assert [file.name for file in place.glob("out*.png")] == ["out.png"]


def test_a_warning_is_repeated_by_every_run(place: Path, nodeui: Run):
    Image.fromarray(np.full((4, 4), 3, np.float32)).save(place / "deep.tiff")
    arguments = ("run", "w.nodeui.json", "--set", "load.path=deep.tiff")
    (warning,) = json.loads(nodeui(*arguments, "--json").stdout)["warnings"]
    assert warning["node"] == "load" and "3 to 3" in warning["message"]
    assert json.loads(nodeui(*arguments, "--json").stdout)["warnings"] == [warning]
    assert "! load: The values of deep.tiff" in nodeui(*arguments).stderr
    planned = nodeui(*arguments, "--plan", "--json")
    assert json.loads(planned.stdout)["warnings"] == [warning]
    sweep = nodeui(*arguments, "--sweep", "invert.amount=0,0.5,1")
    assert sweep.returncode == 0 and sweep.stderr.count("! load:") == 1
    cells = json.loads(nodeui(*arguments, "--sweep", "invert.amount=0,1", "--json").stdout)["cells"]
    assert [cell["warnings"] for cell in cells] == [[warning]] * 2


def test_a_deleted_picture_is_written_again_and_nothing_else_runs(place: Path, nodeui: Run):
    nodeui("run", "w.nodeui.json")
    (place / "out.png").unlink()
    report = json.loads(nodeui("run", "w.nodeui.json", "--json").stdout)
    assert statuses(report)["save"] == "executed"
    assert "executed" not in (statuses(report).get("load"), statuses(report).get("invert"))
    assert (place / "out.png").exists()


def test_a_saved_picture_is_a_workflow(place: Path, nodeui: Run):
    nodeui("run", "w.nodeui.json", "--set", "invert.amount=0.5")
    again = nodeui("run", "out.png", "--target", "save", "--out", "again", "--json")
    assert again.returncode == 0, again.stderr
    before, after = (np.asarray(Image.open(place / name)) for name in ("out.png", "again/out.png"))
    assert (before == after).all()


def test_set_changes_a_parameter(place: Path, nodeui: Run):
    report = nodeui("run", "w.nodeui.json", "--set", "invert.amount=0", "--set", "save.name=7")
    assert report.returncode == 0, report.stderr
    assert (
        np.asarray(Image.open(place / "7.png")) == np.asarray(Image.open(place / "in.png"))
    ).all()


def test_only_the_target_runs(place: Path, nodeui: Run):
    report = json.loads(nodeui("run", "w.nodeui.json", "--target", "invert", "--json").stdout)
    assert statuses(report) == {"load": "executed", "invert": "executed"}
    assert report["outputs"] == []
    assert not (place / "out.png").exists()


def with_nodes(**nodes: object) -> dict[str, Any]:
    return WORKFLOW | {"nodes": WORKFLOW["nodes"] | nodes}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ([], "not a workflow"),
        (WORKFLOW | {"version": 99}, "newer NodeUI"),
        (WORKFLOW | {"links": [["load.image", "gone.image"]]}, "no node 'gone'"),
        (WORKFLOW | {"links": [["load.picture", "invert.image"]]}, "no output 'picture'"),
        (WORKFLOW | {"links": [["load.mask", "invert.image"]]}, "invert.image takes image"),
        (WORKFLOW | {"links": [["invert.image", "invert.image"]]}, "cycle"),
        (WORKFLOW | {"links": []}, "image"),
        (with_nodes(invert={"type": "image.invert", "params": {"amount": 2}}), "invert.amount"),
        (with_nodes(invert={"type": "image.invert", "params": {"amount": "a"}}), "invert.amount"),
        (with_nodes(invert={"type": "image.invert", "params": {"amuont": 1}}), "'amuont'"),
        (with_nodes(save={"type": "image.save", "params": {"name": "../out"}}), "save.name"),
    ],
)
def test_bad_workflows_are_refused(place: Path, nodeui: Run, content: object, said: str):
    save(place, content) if not isinstance(content, str) else (place / "w.nodeui.json").write_text(
        content
    )
    done = nodeui("run", "w.nodeui.json", "--json")
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("w.nodeui.json") == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(place.glob("out*"))


def test_python_is_told_the_file_and_the_parameter(place: Path):
    with pytest.raises(WorkflowError, match=r"w\.nodeui\.json: invert\.amount") as caught:
        run(place / "w.nodeui.json", set={"invert.amount": 2})
    assert (caught.value.problems[0].node, caught.value.problems[0].parameter) == (
        "invert",
        "amount",
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "gone.nodeui.json"],
        ["run", "w.nodeui.json", "--set", "invert.amount=2"],
        ["run", "w.nodeui.json", "--set", "invert.amount"],
        ["run", "w.nodeui.json", "--set", "invert.nothing=1"],
        ["run", "w.nodeui.json", "--set", "nobody.amount=1"],
        ["run", "w.nodeui.json", "--target", "nobody"],
        ["run", "w.nodeui.json", "--what"],
        ["run"],
    ],
)
def test_bad_arguments_are_refused(nodeui: Run, arguments: list[str]):
    done = nodeui(*arguments)
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("node", "params", "parameter", "said"),
    [
        ("load", {"path": "gone.png"}, "path", "gone.png"),
        ("load", {"path": "w.nodeui.json"}, "path", "w.nodeui.json"),
    ],
)
def test_failing_nodes_are_named(
    place: Path, nodeui: Run, node: str, params: dict[str, str], parameter: str, said: str
):
    content = with_nodes(**{node: WORKFLOW["nodes"][node] | {"params": params}})
    save(place, content)
    done = nodeui("run", "w.nodeui.json", "--json")
    assert done.returncode == 1
    assert f"{node}.{parameter}" in done.stderr and said in done.stderr
    assert "Traceback" not in done.stderr
    (error,) = json.loads(done.stdout)["errors"]
    assert (error["node"], error["parameter"]) == (node, parameter)
    assert not list(place.parent.glob("out*"))


def test_other_branches_finish_when_one_fails(place: Path, nodeui: Run):
    save(
        place,
        with_nodes(
            bad={"type": "image.load", "params": {"path": "gone.png"}},
            view={"type": "image.preview"},
        )
        | {"links": [*WORKFLOW["links"], ["bad.image", "view.image"]]},
    )
    done = nodeui("run", "w.nodeui.json", "--json")
    assert done.returncode == 1
    assert (place / "out.png").exists()
    assert statuses(json.loads(done.stdout))["save"] == "executed"


def test_unknown_nodes_stop_only_what_needs_them(place: Path, nodeui: Run):
    save(
        place,
        with_nodes(far={"type": "far.away"}, view={"type": "image.preview"})
        | {"links": [*WORKFLOW["links"], ["far.out", "view.image"]]},
    )
    done = nodeui("run", "w.nodeui.json")
    assert done.returncode == 1
    assert "far.away" in done.stderr
    assert (place / "out.png").exists()


def test_python_gets_the_values_of_a_cached_run(place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NODEUI_CACHE", str(place / "cache"))
    for status in ("executed", "cached"):
        result = run(place / "w.nodeui.json", set={"invert.amount": 0.25}, output_dir=place)
        assert result.ok
        assert {node.status for node in result.report.nodes} == {status}
        assert result.values("invert")["image"].pixels.shape == (1, 4, 6, 3)
    with pytest.raises(KeyError):
        result.values("nobody")


def test_the_library_is_listed(nodeui: Run):
    listed = json.loads(nodeui("nodes", "--json").stdout)
    invert = next(entry for entry in listed if entry["id"] == "image.invert")
    assert invert["parameters"]["properties"]["amount"]["maximum"] == 1
    assert invert["inputs"][0]["type"] == "image"
    assert "image.invert" in nodeui("nodes").stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
def test_interrupt_leaves_no_half_picture_and_keeps_what_was_made(place: Path, nodeui: Run):
    starter = {
        "model": {"type": "model.load", "params": {"source": "starter"}},
        "prompt": {"type": "text.encode", "params": {"text": "hills"}},
        "canvas": {"type": "latents.empty"},
        "sampler": {"type": "sample.denoise", "params": {"steps": 1000}},
        "decode": {"type": "latents.decode"},
        "save": {"type": "image.save"},
    }
    links = [
        *(["model.model", f"{id}.model"] for id in ("prompt", "canvas", "sampler")),
        ["prompt.conditioning", "sampler.positive"],
        ["canvas.latents", "sampler.latents"],
        ["sampler.latents", "decode.latents"],
        ["model.vae", "decode.vae"],
        ["decode.image", "save.image"],
    ]
    save(place, WORKFLOW | {"nodes": starter, "links": links})
    command = [sys.executable, "-m", "nodeui", "run", "w.nodeui.json", "--out", "pictures"]
    environment = os.environ | {"NODEUI_CACHE": str(place / "cache")}
    with subprocess.Popen(
        command, cwd=place, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        said = next(line for line in process.stderr if "prompt" in line)
        assert "prompt" in said
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130, rest
    assert not list(place.glob("pictures/**/*.png"))
    again = nodeui("run", "w.nodeui.json", "--target", "prompt", "--json")
    assert statuses(json.loads(again.stdout))["prompt"] == "cached"


# --- standard output that is not UTF-8 ---------------------------------------------------------

UNUSUAL = WORKFLOW | {
    "nodes": WORKFLOW["nodes"] | {"save": {"type": "image.save", "params": {"name": "猫 ○ é"}}}
}


@pytest.mark.parametrize("encoding", ["ascii", "ascii:strict", "cp1252", "cp437", "utf-8"])
def test_messages_are_whole_in_any_encoding(place: Path, nodeui: Run, encoding: str):
    save(place, UNUSUAL)
    planned = nodeui("run", "w.nodeui.json", "--plan", PYTHONIOENCODING=encoding)
    assert (planned.returncode, planned.stderr) == (0, "")
    assert [line.split()[1] for line in planned.stdout.splitlines()] == ["load", "invert", "save"]
    shown = nodeui("run", "w.nodeui.json", PYTHONIOENCODING=encoding)
    assert shown.returncode == 0 and "done in" in shown.stderr and "Error" not in shown.stderr
    listed = nodeui("nodes", PYTHONIOENCODING=encoding)
    assert listed.returncode == 0 and "image.save" in listed.stdout


@pytest.mark.parametrize("encoding", ["ascii", "ascii:strict", "cp1252", "utf-8"])
def test_json_is_valid_and_whole_in_any_encoding(place: Path, nodeui: Run, encoding: str):
    save(place, UNUSUAL)
    done = nodeui("run", "w.nodeui.json", "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    (output,) = json.loads(done.stdout)["outputs"]
    assert Path(output["path"]).name == "猫 ○ é.png"
    json.loads(nodeui("run", "w.nodeui.json", "--plan", "--json", PYTHONIOENCODING=encoding).stdout)
    json.loads(nodeui("nodes", "--json", PYTHONIOENCODING=encoding).stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_an_output_that_takes_nothing(place: Path):
    """A closed standard output is silent; a full one fails in one line."""
    for command in (["nodes"], ["nodes", "--json"], ["run", "w.nodeui.json", "--plan", "--json"]):
        line = f"{sys.executable} -m nodeui {' '.join(command)}"
        environment = os.environ | {"NODEUI_CACHE": str(place / "cache")}
        for redirect, status, told in (
            (">&-", 0, ""),
            (">/dev/full", 1, "nothing can be printed: No space left on device\n"),
        ):
            done = subprocess.run(
                f"{line} {redirect}", shell=True, cwd=place, env=environment, stderr=-1, text=True
            )
            assert (done.returncode, done.stderr) == (status, told)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode here")
def test_a_folder_whose_name_is_not_unicode(place: Path, nodeui: Run):
    folder = os.fsdecode(os.fsencode(place) + b"/bad\xff")
    os.mkdir(folder)
    for name in ("w.nodeui.json", "in.png"):
        (place / name).rename(f"{folder}/{name}")
    done = nodeui("run", f"{folder}/w.nodeui.json", "--out", folder, "--json")
    assert done.returncode == 0, done.stderr
    (output,) = json.loads(done.stdout)["outputs"]
    assert output["path"] == f"{folder}/out.png"
    again = json.loads(nodeui("run", f"{folder}/w.nodeui.json", "--out", folder, "--json").stdout)
    assert set(statuses(again).values()) == {"cached"}
    from_picture = nodeui("run", f"{folder}/out.png", "--plan", "--json")
    assert from_picture.returncode == 0, from_picture.stderr
    swept = nodeui(
        "run", f"{folder}/w.nodeui.json", "--out", folder, "--sweep", "invert.amount=0,1"
    )
    assert swept.returncode == 0, swept.stderr


def test_errors_begin_without_a_blank_line(nodeui: Run):
    done = nodeui("run", "nowhere.json")
    assert (done.returncode, done.stderr) == (2, "nowhere.json: No such file or directory\n")


# --- values that no file and no number can have ------------------------------------------------

DIGITS = "1" * 401


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("invert.amount", text) for text in (DIGITS, f"-{DIGITS}", "1e999", "NaN", "\udcff")),
        ("invert.amount", "1" * 5000),
        ("load.path", "\udcff"),
    ],
    ids=range(7),
)
def test_unusable_values_are_refused_in_one_line(nodeui: Run, name: str, text: str):
    for option in ("--set", "--sweep"):
        done = nodeui("run", "w.nodeui.json", option, f"{name}={text}")
        assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
        assert name in done.stderr and len(done.stderr.splitlines()) == 1
        assert len(done.stderr) < 300


def test_paths_that_no_file_can_have_are_refused_in_one_line(place: Path, nodeui: Run):
    (place / "dangling.png").symlink_to("nowhere.png")
    (place / "loop.png").symlink_to("loop.png")
    for path, reason in {
        "~nouser/x": "does not exist",
        "a" * 5000: "too long",
        "a/" * 3000: "too long",
        "dangling.png": "is a link to nowhere.png, which does not exist",
        "loop.png": "symbolic links",
        "in.png/x": "does not exist",
    }.items():
        done = nodeui("run", "w.nodeui.json", "--set", f"load.path={path}")
        last = done.stderr.splitlines()[-1]
        assert done.returncode == 1 and reason in last, last
        assert "Error" not in last and len(last) < 400


def test_a_workflow_without_an_output_node_is_refused(place: Path, nodeui: Run):
    nodes = {"load": WORKFLOW["nodes"]["load"]}
    save(place, WORKFLOW | {"nodes": nodes, "links": []})
    for option in ((), ("--plan",), ("--json",)):
        done = nodeui("run", "w.nodeui.json", *option)
        assert done.returncode == 2 and "no active output node" in done.stderr
    assert nodeui("run", "w.nodeui.json", "--target", "load").returncode == 0

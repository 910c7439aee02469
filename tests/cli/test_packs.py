"""`nodeui run` and `nodeui nodes` with node packs of others."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.graph.packs import GOOD, run_python, write_module
from tests.session.test_packs import CONFINES, SPY


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_python("-m", "nodeui", *arguments, path=folder, cwd=folder)


def workflow(folder: Path, **types: str) -> None:
    nodes = {id: {"type": type} for id, type in types.items()}
    content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes}
    (folder / "w.nodeui.json").write_text(json.dumps(content))


def report(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_a_broken_pack_is_a_warning(tmp_path: Path):
    write_module(tmp_path, "good", GOOD, installed=True)
    file = write_module(tmp_path, "bad", "import there_is_none", installed=True)
    told = f"node pack bad: ModuleNotFoundError: No module named 'there_is_none' ({file}:1)"
    listed = run(tmp_path, "nodes")
    assert listed.returncode == 0 and "good.double" in listed.stdout
    assert listed.stderr == told + "\n"
    workflow(tmp_path, a="good.double")
    done = run(tmp_path, "run", "w.nodeui.json", "--json")
    assert done.returncode == 0 and done.stderr == told + "\n"


def test_a_workflow_that_needs_a_broken_pack_says_so(tmp_path: Path):
    write_module(tmp_path, "good", GOOD, installed=True)
    write_module(tmp_path, "bad", "import there_is_none", installed=True)
    workflow(tmp_path, a="good.double", b="bad.double")
    done = run(tmp_path, "run", "w.nodeui.json", "--target", "a", "--target", "b", "--json")
    assert done.returncode == 1
    assert [node["status"] for node in report(done)["nodes"] if node["id"] == "a"] == ["executed"]
    (error,) = report(done)["errors"]
    assert error["node"] == "b" and error["message"].startswith(
        "the node type bad.double is not installed; node pack bad: ModuleNotFoundError"
    )


def test_an_edited_node_runs_again(tmp_path: Path):
    write_module(tmp_path, "mine", GOOD, installed=True)
    workflow(tmp_path, a="mine.double")

    def statuses() -> list[str]:
        done = report(run(tmp_path, "run", "w.nodeui.json", "--json"))
        return [node["status"] for node in done["nodes"]]

    assert (statuses(), statuses()) == (["executed"], ["cached"])
    write_module(tmp_path, "mine", GOOD.replace("2 * x", "3 * x"))
    plan = report(run(tmp_path, "run", "w.nodeui.json", "--plan", "--json"))
    assert plan["nodes"][0]["reason"] == "the code of its node pack changed"
    assert statuses() == ["executed"]


def test_aliases_are_listed(tmp_path: Path):
    write_module(
        tmp_path, "mine", GOOD.replace("output=True", 'aliases=("twice",)'), installed=True
    )
    listed = {entry["id"]: entry for entry in report(run(tmp_path, "nodes", "--json"))}
    assert listed["mine.double"]["aliases"] == ["twice"]


@CONFINES
def test_confined_packs_are_stopped_unless_they_are_trusted(tmp_path: Path):
    source = tmp_path / "site"
    write_module(source, "spy", SPY, installed=True)
    for name in ("private", "home", "work"):
        (tmp_path / name).mkdir()
    (tmp_path / "private" / "key").write_text("secret")
    params = {
        "private": str(tmp_path / "private" / "key"),
        "home": str(tmp_path / "home"),
        "port": 9,
    }
    nodes = {"a": {"type": "spy.try", "params": params}}
    content = {"format": "nodeui/workflow", "version": 1, "nodes": nodes}
    (tmp_path / "work" / "w.nodeui.json").write_text(json.dumps(content))

    def message(*arguments: str) -> str:
        command = ("-m", "nodeui", "run", "w.nodeui.json", "--json", *arguments)
        done = run_python(*command, path=source, cwd=tmp_path / "work")
        assert done.returncode == 1, done.stderr
        (error,) = report(done)["errors"]
        return error["message"]

    assert message() == "done: "
    assert [*(tmp_path / "home").iterdir()] == []
    assert message("--trust", "spy") == "done: read, write, udp, fork"  # no server listens
    command = ("-m", "nodeui", "run", "w.nodeui.json", "--trust", "other")
    done = run_python(*command, path=source, cwd=tmp_path / "work")
    told = "--trust: there is no node pack other; installed are: spy\n"
    assert (done.returncode, done.stderr) == (2, told)


@CONFINES
def test_a_confined_pack_does_not_write_to_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_module(tmp_path / "site", "good", GOOD, installed=True)
    home = tmp_path / "home"
    home.mkdir()
    workflow(home, a="good.double")
    monkeypatch.setenv("HOME", str(home))
    command = ("-m", "nodeui", "run", "w.nodeui.json")
    done = run_python(*command, path=tmp_path / "site", cwd=home)
    assert done.returncode == 2 and done.stderr == (
        f"the workflow uses confined node packs, which may not write to {home}: "
        "name a folder for pictures with --out\n"
    )
    done = run_python(*command, "--out", "pictures", path=tmp_path / "site", cwd=home)
    assert done.returncode == 0, done.stderr


@CONFINES
@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_the_workflow_of_a_run_with_confined_packs_may_be_a_pipe_but_no_device(
    tmp_path: Path, kind: str
):
    write_module(tmp_path, "good", GOOD, installed=True)
    workflow(tmp_path, a="good.double")
    file = tmp_path / "odd.nodeui.json"
    if kind == "device":
        file.symlink_to("/dev/zero")
        done = run(tmp_path, "run", file.name, "--target", "a", "--out", "out")
        assert done.returncode == 2 and "it is not a file" in done.stderr
        return
    os.mkfifo(file)
    content = (tmp_path / "w.nodeui.json").read_bytes()
    writer = threading.Thread(target=file.write_bytes, args=(content,))
    writer.start()
    done = run(tmp_path, "run", file.name, "--target", "a", "--out", "out", "--json")
    writer.join()
    assert done.returncode == 0, done.stderr


def test_what_a_node_prints_is_not_in_the_report(tmp_path: Path):
    loud = GOOD.replace("    return ", "    print('loud')\n    return ", 1)
    assert loud != GOOD
    write_module(tmp_path, "good", loud, installed=True)
    workflow(tmp_path, a="good.double")
    done = run(
        tmp_path, "run", "w.nodeui.json", "--target", "a", "--json", "--trust", "good", "--out", "o"
    )
    assert report(done)["nodes"] and "loud" in done.stderr

"""The code of `docs/` does what it says, tried in an empty folder."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image as Picture

from nodes import image as library
from nodes.types import Image
from tests.graph.packs import ROOT, install, run_python

DOCS = ROOT / "docs"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    title: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(page.read_text("utf-8"))]


def follow(page: str, folder: Path) -> None:
    """Write the files of a page into a folder, and run its commands there."""
    found = blocks(DOCS / page)
    for block in found:
        if block.title:
            file = folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
    for block in found:
        if block.language == "sh":
            for line in block.text.splitlines():
                _run(shlex.split(line), folder)


def _run(command: list[str], folder: Path) -> None:
    match command:
        case ["pip", "install", "-e", "."]:
            _install(folder)
            return
        case ["nodeui", *arguments]:
            arguments = ["-m", "nodeui", *arguments]
        case ["python", *arguments]:
            pass
        case _:
            raise AssertionError(f"a command that this test does not know: {command}")
    done = run_python(*arguments, path=folder, cwd=folder)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    assert "node pack" not in done.stderr


def _install(folder: Path) -> None:
    """Do what an installer does with the page's pyproject.toml."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    groups = project["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in groups.items()
    ]
    install(folder, project["name"], "\n".join(lines))


def test_write_a_node_pack(tmp_path: Path):
    pixels = np.arange(4 * 6 * 4, dtype=np.uint8).reshape(4, 6, 4)
    Picture.fromarray(pixels).save(tmp_path / "photo.png")
    follow("write-a-node-pack.md", tmp_path)
    made = np.asarray(Picture.open(tmp_path / "inverted.png"))
    assert (made[..., :3] == 255 - pixels[..., :3]).all() and (made[..., 3] == pixels[..., 3]).all()


@pytest.mark.parametrize("page", ["write-a-node-pack.md", "add-a-panel-or-field.md"])
def test_the_pack_passes_pyright(page: str, tmp_path: Path):
    for block in blocks(DOCS / page):
        if block.language == "python":
            file = tmp_path / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, "utf-8")
    settings = f'{{"extraPaths": ["{ROOT.as_posix()}"], "pythonVersion": "3.11"}}'
    (tmp_path / "pyrightconfig.json").write_text(settings)
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_example_does_what_the_shipped_node_does():
    (block,) = (b for b in blocks(DOCS / "write-a-node-pack.md") if b.title.endswith("colours.py"))
    pack: dict[str, Any] = {"__name__": "colours"}
    exec(compile(block.text, block.title, "exec"), pack)  # noqa: S102
    invert = pack["invert"]
    pixels = np.random.default_rng(1).random((2, 5, 4, 4), np.float32)
    for amount in (0.0, 0.3, 1.0):
        for channels in (3, 4):
            image = Image(pixels[..., :channels])
            mine = invert(image, amount).pixels
            np.testing.assert_array_equal(mine, library.invert(image, amount).pixels)


def test_the_architecture_shows_the_same_example():
    (block,) = (b for b in blocks(ROOT / "ARCHITECTURE.md") if b.title)
    pages = [b.text for b in blocks(DOCS / "write-a-node-pack.md") if b.title == block.title]
    shown = [ast.dump(part) for part in ast.parse(block.text).body]
    assert shown and all(part in map(ast.dump, ast.parse(pages[0]).body) for part in shown)


def test_data_rules(tmp_path: Path):
    follow("data-rules.md", tmp_path)


def test_add_a_panel_or_field(tmp_path: Path):
    follow("add-a-panel-or-field.md", tmp_path)
    code = (
        "from nodeui.views.window.offers import find_offers\n"
        "offers, problems = find_offers()\n"
        "print([panel.name for each in offers for panel in each.panels], problems)"
    )
    done = run_python("-c", code, path=tmp_path, cwd=tmp_path)
    assert done.stdout == "['my_panels.size'] []\n", done.stderr


@pytest.mark.parametrize("page", ["add-a-model-family.md"])
def test_add_a_model_family(page: str, tmp_path: Path):
    follow(page, tmp_path)


def test_promises_name_tests_and_attacks_that_exist():
    from benchmarks.siege.__main__ import ATTACKS

    page = (DOCS / "promises.md").read_text("utf-8")
    named = re.findall(r"`([a-z_/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 20
    for file, test in named:
        text = (ROOT / "tests" / file).read_text("utf-8")
        assert not test or f"def {test}(" in text, (file, test)
    attacks = set(re.findall(r"\*([a-z]+ [a-z]+)\*", page))
    assert attacks <= set(ATTACKS) and len(attacks) >= 7

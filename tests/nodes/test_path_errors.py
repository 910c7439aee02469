"""Tests errors about files: each names the parameter that names the file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nodeui.engine.cache import open_cache
from nodeui.engine.protocol import NodeFailed
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.headless import run
from tests.nodes import tiny

pytestmark = tiny.QUIET


def failure(folder: Path, monkeypatch: pytest.MonkeyPatch, graph: Graph) -> NodeFailed:
    """Run the node "n", and return its error."""
    monkeypatch.chdir(folder)
    with open_cache(None) as cache:
        (found,) = run(graph, targets=["n"], cache=cache).report.failures
    assert found.node == "n" and "\n" not in found.message
    return found


@pytest.fixture
def folder(tmp_path: Path, tiny_models: Path) -> Path:
    """Files that cannot be used, and a folder that can."""
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (tmp_path / "empty").mkdir()
    (tmp_path / "note.txt").write_text("no picture")
    (tmp_path / "cut.safetensors").write_bytes(bytes(20))
    Image.new("RGB", (4, 4)).save(tmp_path / "fine.png")
    shutil.copytree(tiny_models / "sd15", tmp_path / "damaged")
    unet = tmp_path / "damaged" / "unet" / "diffusion_pytorch_model.safetensors"
    unet.write_bytes(unet.read_bytes()[:-4])
    return tmp_path


PICTURES = (
    "missing.png",
    "missing/x.png",
    "dangling",
    "broken.png",
    "empty",
    "note.txt",
    "x" * 5000,
)
FOLDERS = ("missing", "dangling", "empty", "note.txt", "damaged", "fine.png/inner", "x" * 5000)
PATHS = [
    *(("image.load", "path", name) for name in PICTURES),
    *(
        (type, "source", name)
        for type in ("model.load", "model.vae", "model.controlnet")
        for name in FOLDERS
        if (type, name) != ("model.vae", "damaged")  # only its UNet is
    ),
]


@pytest.mark.parametrize(("type", "parameter", "value"), PATHS)
def test_nodes_that_read_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, type: str, parameter: str, value: str
) -> None:
    graph = Graph(installed())
    graph.apply(AddNode(Node("n", type, params={parameter: value})))
    assert failure(folder, monkeypatch, graph).parameter == parameter


@pytest.mark.parametrize(
    ("type", "params"),
    [
        ("model.lora", {"source": "missing.safetensors"}),
        ("model.lora", {"source": "dangling"}),
        ("model.lora", {"source": "cut.safetensors"}),
        ("model.lora", {"source": "empty"}),
        ("control.depth", {"source": "missing"}),
        ("control.depth", {"source": "dangling"}),
        ("control.depth", {"source": "empty"}),
    ],
)
def test_nodes_with_inputs(
    folder: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch, type: str, params: Any
) -> None:
    above = {
        "model.lora": ("model.load", {"source": str(tiny_models / "sd15")}, "model"),
        "control.depth": ("image.load", {"path": "fine.png"}, "image"),
    }
    kind, given, name = above[type]
    graph = Graph(installed())
    graph.apply(AddNode(Node("m", kind, params=given)))
    graph.apply(AddNode(Node("n", type, params=params)))
    graph.apply(Connect(Link("m", name, "n", name)))
    expected = "name" if params == {"source": "empty"} and type == "model.lora" else "source"
    assert failure(folder, monkeypatch, graph).parameter == expected

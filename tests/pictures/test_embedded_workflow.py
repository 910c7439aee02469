"""Workflows embedded in pictures, and their differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.pictures.reading import read_header
from nodeui.pictures.workflow import EmbeddedWorkflow, changed_names, differences, workflow_of
from tests.graph.toys import TOYS


def workflow(
    params: dict[str, Any], more: tuple[Node, ...] = (), links: tuple[Link, ...] = ()
) -> str:
    graph = Graph(TOYS)
    for node in (Node("sky", "toy.paint", params=params), Node("mix", "toy.mix", version=3), *more):
        graph.apply(AddNode(node))
    for link in links:
        graph.apply(Connect(link))
    return document.dump(Document(graph)).decode()


def save(path: Path, text: str | None) -> Path:
    info = PngInfo()
    if text is not None:
        info.add_itxt(document.PNG_KEY, text)
    Image.new("RGB", (30, 20)).save(path, pnginfo=info)
    return path


def read(path: Path) -> EmbeddedWorkflow | None:
    return workflow_of(read_header(path).texts)


def test_workflows_are_read_without_the_pixels(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", workflow({"text": "a sky"}))
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"IDAT") + 4])
    found = read(path)
    assert found is not None
    assert found.nodes["sky"] == ("toy.paint", {"text": "a sky"})


@pytest.mark.parametrize("text", [None, "", "{", '{"format": "other"}', "[]"])
def test_pictures_without_a_usable_workflow_have_none(tmp_path: Path, text: str | None) -> None:
    assert read(save(tmp_path / "a.png", text)) is None


def test_files_that_are_no_pictures_have_none(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG nonsense")
    assert read(tmp_path / "a.png") is None


def test_differences_know_defaults_nodes_and_links(tmp_path: Path) -> None:
    link = Link("sky", "picture", "mix", "base")
    old_text = workflow({"size": 16, "text": "a sky"}, links=(link,))
    new_text = workflow({"text": "a sea", "seed": 4}, more=(Node("hill", "toy.paint"),))
    old, new = read(save(tmp_path / "a.png", old_text)), read(save(tmp_path / "b.png", new_text))
    assert old is not None and new is not None
    lines = differences(old, new, TOYS)
    assert lines == [
        "sky.text: a sky → a sea",
        "sky.seed: 0 → 4",
        "+ hill",
        "− sky.picture → mix.base",
    ]
    assert changed_names(lines) == "text, seed, + hill, links"
    assert changed_names(lines[1:2]) == "seed 4"
    assert differences(new, new, TOYS) == []


def test_curves_set_to_their_default_do_not_differ(tmp_path: Path) -> None:
    old = read(save(tmp_path / "a.png", workflow({})))
    graph = workflow({}).replace('"type":"toy.mix"', '"type":"toy.mix","params":{"fade":[]}')
    new = read(save(tmp_path / "b.png", graph))
    assert old is not None and new is not None
    assert new.nodes["mix"][1] == {"fade": []}
    assert differences(old, new, TOYS) == []

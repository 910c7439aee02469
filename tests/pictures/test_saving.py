"""Pictures that Save image writes: what the library finds in them, and a rating in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nodeui.engine.cache import Cache, open_cache
from nodeui.graph.edits import AddNode, Connect
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import installed
from nodeui.headless import run
from nodeui.pictures.library import Library
from tests.pictures.saved import Saver, names


def save_again(source: Path, output: Path, cache: Cache, **params: Any) -> None:
    """Run a workflow that loads, changes and saves a picture."""
    graph = Graph(installed())
    for node in (
        Node("load", "image.load", params={"path": str(source)}),
        Node("invert", "image.invert"),
        Node("save", "image.save", params=params),
    ):
        graph.apply(AddNode(node))
    graph.apply(Connect(Link("load", "image", "invert", "image")))
    graph.apply(Connect(Link("invert", "image", "save", "image")))
    result = run(graph, output_dir=output, cache=cache)
    assert result.ok


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_a_rating_in_the_file_does_not_make_it_saved_again(
    library: Library, save: Saver, tmp_path: Path, format: str
) -> None:
    source = save("source.png", colour="green")
    output = tmp_path / "saved"
    library.embed = True
    with open_cache(tmp_path / "values") as cache:
        save_again(source, output, cache, format=format)
        (path,) = output.iterdir()
        before = path.stat().st_size
        library.set_rating([path], 4)
        assert path.stat().st_size > before
        save_again(source, output, cache, format=format)
    assert sorted(one.name for one in output.iterdir()) == [path.name, f"{path.name}.xmp"]


def test_a_loaded_picture_is_the_parent_of_a_saved_one(
    library: Library, save: Saver, tmp_path: Path
) -> None:
    source = save("source.png", colour="green")
    save("other/source.png", colour="blue")
    with open_cache(tmp_path / "values") as cache:
        save_again(source, save.folder / "saved", cache, name="inverted")
    library.scan(save.folder)
    (child,) = library.records(library.search("name:inverted"))
    (edge,) = library.parents(child.id)
    assert edge.kind == "image"
    assert library.records([edge.parent])[0].path == source
    assert names(library, "is:workflow") == ["inverted.png"]

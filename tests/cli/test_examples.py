"""Tests that each example in `workflows/` runs unchanged and writes a picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nodeui
from nodeui.engine.cache import open_cache
from nodeui.graph import document
from nodeui.graph.registry import installed
from tests.nodes.tiny import QUIET

pytestmark = QUIET

EXAMPLES = sorted((Path(__file__).parents[2] / "workflows").glob("*.nodeui.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.split(".")[0])
def test_it_runs_as_it_is(path: Path, tmp_path: Path):
    with open_cache(tmp_path / "cache") as cache:
        first = nodeui.run(path, output_dir=tmp_path, cache=cache)
    assert first.ok, first.report.failures
    assert first.report.outputs
    for output in first.report.outputs:
        pixels = np.asarray(Image.open(output.path), np.float32)
        assert pixels.std() > 10, "the picture is blank"
    with open_cache(tmp_path / "cache") as cache:
        again = nodeui.run(path, output_dir=tmp_path, cache=cache)
    assert {node.status for node in again.report.nodes} == {"cached"}
    assert again.report.outputs == first.report.outputs


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name.split(".")[0])
def test_it_is_an_orderly_file(path: Path):
    loaded = document.load(path.read_bytes(), installed())
    assert document.problems(loaded) == []
    assert loaded.graph.meta["title"] and loaded.graph.meta["about"]
    assert document.dump(loaded) == path.read_bytes()


def test_there_are_examples():
    assert len(EXAMPLES) >= 5

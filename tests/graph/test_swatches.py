"""Colours of painted regions on the nodes that they feed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nodes import nodes
from nodeui.graph import document
from nodeui.graph.edits import ClearParam, Disconnect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry
from nodeui.graph.signature import spec_of
from nodeui.graph.spec import SpecError
from nodeui.graph.swatches import swatches
from nodeui.sdk import node

SPECS = Registry(nodes)
PAINTING = [
    "painting 1",
    "layer id=a name=Sky colour=#aabbcc",
    "layer id=b colour=#112233 name=sea",
]
NODES: dict[str, dict[str, Any]] = {
    "sheet": {"type": "paint.regions", "params": {"painting": PAINTING}},
    "mask": {"type": "mask.region", "params": {"name": "sky "}},
    "grown": {"type": "mask.grow"},
    "region": {"type": "text.region"},
    "all": {"type": "text.regions", "params": {"text": "SEA: waves: high\nlake: none"}},
    "sampler": {"type": "sample.denoise"},
    "control": {"type": "control.apply"},
}
LINKS = [
    ["sheet.regions", "mask.regions"],
    ["mask.mask", "grown.mask"],
    ["grown.mask", "region.mask"],
    ["mask.mask", "control.mask"],
    ["sheet.regions", "all.regions"],
    ["region.conditioning", "all.base"],
    ["all.conditioning", "sampler.positive"],
]


def graph() -> Graph:
    content = {"format": "nodeui/workflow", "version": 1, "nodes": NODES, "links": LINKS}
    return document.load(json.dumps(content).encode(), SPECS).graph


def test_colours_follow_masks_and_names() -> None:
    found = {id: swatches(graph(), id) for id in NODES}
    sky, sea = "#aabbcc", "#112233"
    assert found == {
        "sheet": (sky, sea),
        "mask": (sky,),
        "grown": (),
        "region": (sky,),
        "all": (sea,),
        "sampler": (),
        "control": (sky,),
    }


def test_edits_change_them() -> None:
    one = graph()
    one.apply(SetParam("mask", "name", "sea"))
    assert swatches(one, "region") == ("#112233",)
    one.apply(Disconnect("grown", "mask"))
    assert swatches(one, "region") == ()
    one.apply(ClearParam("sheet", "painting"))
    assert swatches(one, "sheet") == ()


@pytest.mark.parametrize("painting", [["painting 1", "layer id=!"], ["layer"], "x", [3], 5, None])
def test_damaged_paintings_have_none(painting: Any) -> None:
    damaged = {**NODES, "sheet": {"type": "paint.regions", "params": {"painting": painting}}}
    content = {"format": "nodeui/workflow", "version": 1, "nodes": damaged, "links": LINKS}
    loaded = document.load(json.dumps(content).encode(), SPECS).graph
    assert swatches(loaded, "all") == ()


def test_unknown_sources_are_refused() -> None:
    @node("toy.wrong", title="Wrong", category="Toys", swatches=("mask.name",))
    def wrong(mask: int = 1) -> int:
        """Do nothing.

        Args:
            mask: A number.
        """
        return mask

    with pytest.raises(SpecError, match=r"'mask.name' names no input or parameter"):
        spec_of(wrong)

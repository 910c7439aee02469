"""Facts about pictures, and paths that are not given away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from nodes import nodes
from nodeui.graph import document, outside
from nodeui.graph.facts import facts_in
from nodeui.graph.model import Graph
from nodeui.graph.registry import Registry

SPECS = Registry(nodes)
NODES = {
    "model": {"type": "model.load", "params": {"source": "/models/dream.safetensors"}},
    "lora": {"type": "model.lora", "params": {"source": "/loras/ink"}},
    "prompt": {"type": "text.encode", "params": {"text": "a lake"}},
    "later": {"type": "text.encode", "params": {"text": "a hill"}},
    "switch": {"type": "text.switch"},
    "not": {"type": "text.encode", "params": {"text": "people"}},
    "canvas": {"type": "latents.empty"},
    "noise": {"type": "latents.noise", "params": {"seed": 11}},
    "sampler": {"type": "sample.denoise", "params": {"seed": 3, "steps": 12}},
    "decode": {"type": "latents.decode", "version": 2},
    "save": {"type": "image.save", "title": "Best"},
}
LINKS = [
    ["model.model", "lora.model"],
    ["lora.model", "sampler.model"],
    ["prompt.conditioning", "switch.first"],
    ["later.conditioning", "switch.second"],
    ["not.conditioning", "sampler.negative"],
    ["switch.conditioning", "sampler.positive"],
    ["canvas.latents", "sampler.latents"],
    ["canvas.latents", "noise.latents"],
    ["sampler.latents", "decode.latents"],
    ["model.vae", "decode.vae"],
    ["decode.image", "save.image"],
]


def graph(*more: list[str], nodes: Mapping[str, object] | None = None) -> Graph:
    content = {
        "format": "nodeui/workflow",
        "version": 1,
        "nodes": {**NODES, **(nodes or {})},
        "links": [*LINKS, *more],
        "meta": {"title": "Landscape"},
    }
    return document.load(json.dumps(content).encode(), SPECS).graph


def test_facts_are_found_through_all_that_is_between() -> None:
    assert facts_in(graph(), "save") == {
        "node": "Best",
        "title": "Landscape",
        "seed": "3",
        "prompt": "a lake",
        "negative": "people",
        "model": "/models/dream.safetensors",
        "lora": "/loras/ink",
        "sampler": "auto",
        "steps": "12",
    }


def test_a_linked_noise_gives_the_seed() -> None:
    assert facts_in(graph(["noise.noise", "sampler.noise"]), "save")["seed"] == "11"


def test_a_picture_alone_has_no_facts() -> None:
    alone = {"load": {"type": "image.load"}, "other": {"type": "image.save"}}
    found = facts_in(graph(["load.image", "other.image"], nodes=alone), "other")
    assert found == {"node": "Save image", "title": "Landscape"}


def test_a_bypassed_node_passes_facts_on() -> None:
    lora = {"lora": {**NODES["lora"], "mode": "bypassed"}}
    assert "lora" not in facts_in(graph(nodes=lora), "save")


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("starter", "starter"),
        ("owner/name", "owner/name"),
        ("pictures/a.png", "pictures/a.png"),
        ("/home/me/flows/pictures/a.png", "pictures/a.png"),
        ("/home/me/other/a.png", "a.png"),
        ("/home/me/models/dream/", "dream"),
        ("~/secret/a.png", "a.png"),
        ("../other/a.png", "a.png"),
        ("pictures/../../other/a.png", "a.png"),
        ("C:\\Users\\me\\a.png", "a.png"),
        ("\\\\server\\share\\a.png", "a.png"),
    ],
)
def test_no_path_outside_of_the_folder_is_given_away(path: str, inside: str) -> None:
    content = {
        "nodes": {
            "load": {"type": "image.load", "params": {"path": path}},
            "prompt": {"type": "text.encode", "params": {"text": "/imagine a lake"}},
            "unknown": {"type": "their.node", "params": {"file": path, "number": 3}},
        }
    }
    text = json.dumps(content)
    types = {"load": "image.load", "prompt": "text.encode"}
    made = outside.without_outside(
        text, Path("/home/me/flows"), lambda id: SPECS.get(types.get(id, ""))
    )
    found = msgspec.json.decode(made)["nodes"]
    assert found["load"]["params"]["path"] == found["unknown"]["params"]["file"] == inside
    assert found["prompt"]["params"]["text"] == "/imagine a lake"
    assert (made == text) == (path == inside)

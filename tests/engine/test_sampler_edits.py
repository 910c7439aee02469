"""Random edits around a sampler: the result has the same bits with and without stored steps."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.dry_run import dry_run
from nodeui.engine.plan import Planner
from nodeui.engine.protocol import Report, Trajectory
from nodeui.engine.runner import run, values_of
from nodeui.graph.edits import AddNode, Connect, Disconnect, Edit, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.registry import installed
from tests.nodes import tiny

SAMPLER: dict[str, tuple[object, ...]] = {
    "steps": (4, 5),
    "seed": (0, 1),
    "scheduler": (
        "ddim", "ddpm", "pndm", "euler", "euler-ancestral", "heun", "dpm++2m", "dpm++2m-sde",
        "unipc", "lcm",
    ),
    "guidance_scale": (1.0, 4.0),
    "guidance_rescale": (0.0, 0.5),
    "sigmas": ("default", "karras"),
    "end_step": (None, 3),
    "eta": (0.0, 0.5),
}  # fmt: skip
AROUND: dict[tuple[str, str], tuple[object, ...]] = {
    ("positive", "text"): ("a cat", "a dog"),
    ("second", "text"): ("sea", "a cat"),
    ("negative", "text"): ("sea", ""),
    ("switch", "at"): (0.25, 0.5),
    ("cfg", "scale"): (1.0, 4.0),
    ("cfg", "curve"): ((), ((0.0, 4.0), (0.5, 1.0)), ((0.4, 4.0), (0.4, 1.0))),
    ("control-a", "strength"): (0.0, 0.5, 1.0),
    ("control-a", "start"): (0.0, 0.4),
    ("control-a", "end"): (0.6, 1.0),
    ("control-b", "start"): (0.0, 0.5),
    ("control-b", "end"): (0.8, 1.0),
}
LINKS = (
    Link("switch", "conditioning", "sampler", "positive"),
    Link("positive", "conditioning", "sampler", "positive"),
    Link("negative", "conditioning", "sampler", "negative"),
    Link("cfg", "guidance", "sampler", "guidance"),
    Link("control-a", "control", "sampler", "control"),
    Link("control-b", "control", "sampler", "control"),
)
EDITS: list[Edit] = [
    *(SetParam("sampler", name, value) for name in SAMPLER for value in SAMPLER[name]),
    *(SetParam(*place, value) for place in AROUND for value in AROUND[place]),
    *(2 * [Connect(link) for link in LINKS]),
    *(Disconnect("sampler", name) for name in ("negative", "guidance", "control")),
]
LATE = [edit for edit in EDITS if not isinstance(edit, SetParam) or edit.node != "sampler"]
"""Edits that leave the first steps alone, most of them."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny models, and a picture as a hint."""
    root = tmp_path_factory.mktemp("models")
    tiny.build_sd15(root / "model")
    tiny.build_controlnet(root / "net-a", 11)
    tiny.build_controlnet(root / "net-b", 12)
    pixels = (tiny.picture(1)[0] * 255).astype(np.uint8)
    Image.fromarray(pixels).save(root / "hint.png")
    return root


def sampler_graph(folder: Path) -> Graph:
    """A sampler with all that may act on it."""
    graph = Graph(installed())
    for id, type, params in (
        ("model", "model.load", {"source": str(folder / "model")}),
        ("net-a", "model.controlnet", {"source": str(folder / "net-a")}),
        ("net-b", "model.controlnet", {"source": str(folder / "net-b")}),
        ("hint", "image.load", {"path": str(folder / "hint.png")}),
        ("positive", "text.encode", {"text": "a cat"}),
        ("second", "text.encode", {"text": "a dog"}),
        ("negative", "text.encode", {"text": "sea"}),
        ("switch", "text.switch", {}),
        ("empty", "latents.empty", {}),
        ("cfg", "guidance.cfg", {}),
        ("control-a", "control.apply", {}),
        ("control-b", "control.apply", {}),
        ("sampler", "sample.denoise", {"steps": 5, "guidance_scale": 4.0}),
    ):
        graph.apply(AddNode(Node(id, type, params=params)))
    for link in (
        *(Link("model", "model", id, "model") for id in ("positive", "second", "negative")),
        *(Link("model", "model", id, "model") for id in ("empty", "sampler")),
        Link("positive", "conditioning", "switch", "first"),
        Link("second", "conditioning", "switch", "second"),
        *(Link(f"net-{x}", "controlnet", f"control-{x}", "controlnet") for x in "ab"),
        *(Link("hint", "image", f"control-{x}", "image") for x in "ab"),
        Link("control-a", "control", "control-b", "previous"),
        Link("empty", "latents", "sampler", "latents"),
        *(LINKS[number] for number in (0, 2, 3, 5)),
    ):
        graph.apply(Connect(link))
    return graph


class Engine:
    """An engine with its cache."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self._cache = cache
        self._folder = folder
        self._planner = Planner(cache, installed().environment)

    def sample(self, graph: Graph) -> tuple[torch.Tensor | str, Report]:
        """Return the sampler's latents or its error, and the report."""
        plan = self._planner.plan(graph, ["sampler"], self._folder)
        report = run(plan, self._cache, self._folder)
        if report.failures:
            return report.failures[0].message, report
        values = values_of(plan, self._cache, "sampler")
        assert values is not None
        return torch.from_numpy(values["latents"].samples.copy()), report

    def encode(self, graph: Graph) -> None:
        """Encode all prompts."""
        targets = ["second", "negative", "control-b"]
        run(self._planner.plan(graph, targets, self._folder), self._cache, self._folder)

    def dry_run(self, graph: Graph) -> Trajectory:
        """Return the trajectory of the sampler."""
        plan = self._planner.plan(graph, ["sampler"], self._folder)
        return dry_run(plan, self._cache)["sampler"]


resumed: list[int] = []
"""Steps taken from the cache by each run that took some but not all of them."""


@pytest.fixture(scope="module")
def keeper(models: Path) -> Iterator[Engine]:
    """An engine whose cache lives through all sequences of edits."""
    with open_cache(None) as cache:
        yield Engine(cache, models)


@tiny.QUIET
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(edits=st.lists(st.sampled_from(LATE) | st.sampled_from(EDITS), min_size=3, max_size=5))
def test_kept_steps_change_no_bit(models: Path, keeper: Engine, edits: list[Edit]) -> None:
    graph = sampler_graph(models)
    for edit in edits:
        with contextlib.suppress(GraphError):  # nothing is connected there
            graph.apply(edit)
        kept, report = keeper.sample(graph)
        with open_cache(None) as nothing:
            fresh, _ = Engine(nothing, models).sample(graph)
        if isinstance(fresh, str):
            assert kept == fresh
        else:
            assert isinstance(kept, torch.Tensor) and torch.equal(kept, fresh)
        resumed.extend(node.resumed_at for node in report.nodes if node.resumed_at)


def test_many_of_these_runs_took_steps_from_the_cache() -> None:
    assert len(resumed) >= 5


@tiny.QUIET
@pytest.mark.parametrize(
    ("edits", "resumes_at"),
    [
        ([SetParam("control-a", "end", 0.6)], 12),
        ([SetParam("control-a", "end", 0.81)], 16),
        ([SetParam("control-b", "start", 0.5), Connect(LINKS[5])], 10),
        ([SetParam("cfg", "curve", ((0.6, 4.0), (0.6, 1.0))), Connect(LINKS[3])], 12),
        ([SetParam("switch", "at", 0.5), Connect(LINKS[0])], 10),
        ([SetParam("sampler", "end_step", 15)], 15),
        ([SetParam("sampler", "seed", 5)], 0),
        ([], 20),
    ],
)
def test_edits_share_the_steps_that_they_leave_alone(
    models: Path, keeper: Engine, edits: list[Edit], resumes_at: int
) -> None:
    graph = sampler_graph(models)
    graph.apply(SetParam("sampler", "steps", 20))
    graph.apply(Connect(LINKS[1]))
    graph.apply(Connect(LINKS[4]))
    graph.apply(SetParam("cfg", "scale", 4.0))
    graph.apply(Disconnect("sampler", "guidance"))
    keeper.sample(graph)
    keeper.encode(graph)
    for edit in edits:
        graph.apply(edit)
    seen = keeper.dry_run(graph)
    assert seen.resumes_at == resumes_at
    assert {len(values) for values in seen.curves.values()} == {seen.total}
    _, report = keeper.sample(graph)
    steps_run = [n.steps_run for n in report.nodes if n.node == "sampler"]
    assert steps_run == ([seen.total - resumes_at] if edits else [None])

"""CUDA graphs of a network, recorded and replayed by a stand-in for torch's on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from nodes import guidance, models
from nodes.diffusion import streams
from nodes.environment import environment
from nodes.types import Image
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import denoiser

pytestmark = tiny.QUIET


class FakeGraph:
    """Records operations, and does them again with the tensors that they had."""

    made: list[FakeGraph]

    def __init__(self) -> None:
        self.done: list[tuple[Any, Any, Any, Any]] = []
        self.replayed = 0
        FakeGraph.made.append(self)

    def replay(self) -> None:
        self.replayed += 1
        for function, args, options, results in self.done:
            found = function(*args, **options)
            for old, new in zip(tree_leaves(results), tree_leaves(found), strict=True):
                if isinstance(old, torch.Tensor) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)


class Recording(TorchDispatchMode):
    def __init__(self, graph: FakeGraph) -> None:
        super().__init__()
        self._graph = graph

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        results = func(*args, **(kwargs or {}))
        self._graph.done.append((func, args, kwargs or {}, results))
        return results


@pytest.fixture
def graphs(monkeypatch: pytest.MonkeyPatch) -> list[FakeGraph]:
    """The graphs that are recorded, by the stand-ins."""

    @contextmanager
    def graph(made: FakeGraph) -> Iterator[None]:
        with Recording(made):
            yield

    stream = SimpleNamespace(wait_stream=lambda _: None)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", FakeGraph)
    monkeypatch.setattr(torch.cuda, "graph", graph)
    monkeypatch.setattr(torch.cuda, "Stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda: stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(streams, "_uses_graphs", lambda _: True)
    FakeGraph.made = []
    return FakeGraph.made


def samples(run: FakeContext, **changes: Any) -> Any:
    steps = denoiser(run, **changes)
    for _ in steps.keys:
        steps.step()
    return steps.result().samples


def test_replayed_steps_have_the_same_bits(
    run: FakeContext, graphs: list[FakeGraph], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without a ControlNet, whose residuals are inputs of the network."""
    hint = Image(tiny.picture(1))
    control = guidance.apply(models.controlnet(run, "control-a"), hint, end=0.5)
    replayed = samples(run, control=control, steps=6)
    assert len(graphs) == 2 and sum(graph.replayed for graph in graphs) == 6
    monkeypatch.setattr(streams, "_uses_graphs", lambda _: False)
    assert (replayed == samples(run, control=control, steps=6)).all()


def test_few_graphs_of_a_network_are_held(graphs: list[FakeGraph]) -> None:
    class Double(torch.nn.Module):
        def forward(self, x: torch.Tensor, return_dict: bool) -> tuple[torch.Tensor]:
            return (x * 2,)

    network = Double()
    with torch.no_grad():
        for size in (1, 2, 3, 4, 5, 5, 1):
            x = torch.arange(size, dtype=torch.float32)
            assert torch.equal(streams.evaluate(network, x), x * 2)
    assert len(graphs) == 6  # the first was dropped
    assert len(streams._graphs[network]) == 4


def test_graphs_are_chosen_and_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEUI_DEVICE", "cuda")
    plain = environment()
    monkeypatch.setenv("NODEUI_CUDA_GRAPHS", "1")
    assert environment() == f"{plain}; CUDA graphs"
    assert not streams._uses_graphs(torch.zeros(1))
    monkeypatch.setenv("NODEUI_DEVICE", "cpu")
    assert "graphs" not in environment()

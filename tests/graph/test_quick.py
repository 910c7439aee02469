"""Quick graphs of the library's own sampler and of toys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nodes import nodes
from nodeui.graph import document
from nodeui.graph.edits import SetMode, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.quick import QuickChoice, quick_graph, quick_problems
from nodeui.graph.registry import Registry
from nodeui.sdk import BranchNode, QuickRun

SPECS = Registry(nodes)
WORKFLOWS = Path(__file__).parents[2] / "workflows"


def example(name: str) -> Graph:
    return document.load((WORKFLOWS / f"{name}.nodeui.json").read_bytes(), SPECS).graph


def quick(graph: Graph, steps: int = 6, solver: str = "", changed: bool = True) -> frozenset[str]:
    """Make a graph quick, and return the nodes whose values differ."""
    found = quick_graph(graph, QuickChoice(steps, solver), lambda id: changed)
    for edit in found.edits if found is not None else ():
        graph.apply(edit)
    return found.nodes if found is not None else frozenset()


def test_the_starter_model_gets_its_lora():
    graph = example("controlled-landscape")
    assert quick(graph) == {"sampler", "decode", "save"}
    params = graph.nodes["sampler"].params
    assert (params["steps"], params["guidance_scale"], params["scheduler"]) == (4, 1.0, "ddim")
    fast = graph.links_in("sampler")["model"].source
    assert graph.nodes[fast].type == "model.lora"
    assert graph.links_in(fast)["model"].source == "model"
    assert graph.links_in("prompt")["model"].source == "model"  # its value stays cached


def test_other_models_get_fewer_steps():
    graph = example("controlled-landscape")
    graph.apply(SetParam("model", "source", "someone/else"))
    assert quick(graph, 5, "lcm") == {"sampler", "decode", "save"}
    params = graph.nodes["sampler"].params
    assert (params["steps"], params["guidance_scale"], params["scheduler"]) == (5, 4.0, "lcm")


def test_the_strength_of_a_picture_leaves_as_many_steps():
    graph = example("picture-to-picture")
    graph.apply(SetParam("second", "strength", 0.5))
    quick(graph)
    assert graph.nodes["second"].params["steps"] == 8


def test_what_is_as_quick_already_or_counts_steps_stays():
    assert not quick(example("live-landscape"))
    graph = example("controlled-landscape")
    graph.apply(SetParam("sampler", "end_step", 10))
    assert not quick(graph)
    assert not quick(example("controlled-landscape"), changed=False)
    graph = example("controlled-landscape")
    graph.apply(SetMode("sampler", "bypassed"))
    assert not quick(graph)


def test_linked_parameters_give_way():
    graph = example("two-controls")
    before = {id: set(graph.links_in(id)) for id in graph.nodes}
    quick(graph)
    for id in ("first", "second"):
        assert set(graph.links_in(id)) <= before[id]
        assert not {"guidance", "schedule"} & set(graph.links_in(id))


def test_mistakes_are_named():
    spec = SPECS["sample.denoise"]
    fast = BranchNode(name="fast", type="model.lora", values={"no": 1}, links={"model": "nothing"})
    wrong = QuickRun(nodes=(fast,), links={"model": "fast.no"}, params={"no": 1}, solver="none")
    assert len(quick_problems(replace(spec, quick=(wrong,)), SPECS)) == 5
    assert len(quick_problems(replace(SPECS["image.blur"], quick=(QuickRun(),)), SPECS)) == 1
    assert quick_problems(spec, SPECS) == []

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nodeui import headless
from nodeui.engine.cache import open_cache
from nodeui.engine.protocol import Trajectory
from nodeui.graph import document
from nodeui.graph.document import Document
from nodeui.graph.edits import AddNode, Connect, Disconnect, SetGroup, SetMembers, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Group, Link, Node
from nodeui.graph.registry import installed
from nodeui.sdk import BranchKind, Span, curve_at
from nodeui.session.branch import Branch, branch, kinds_of, obstacle
from nodeui.session.placing import Box
from nodeui.session.samplers import sampler_above, sampler_near
from nodeui.session.variations import new_seeds, seed_of, targets_of, vary, why_not_vary
from tests.nodes import tiny

STEPS = 6
SIZE = (220.0, 300.0)
KINDS = ("prompt", "guidance", "control", "noise")
VARIATIONS = ("near", "medium", "far")


def graph_of(source: str = "starter", **sampler: object) -> Graph:
    """A sampler with a prompt, and a picture made of it."""
    graph = Graph(installed())
    params = {"steps": STEPS, "guidance_scale": 3.0, "scheduler": "euler-ancestral", **sampler}
    for node in (
        Node("model", "model.load", params={"source": source}, pos=(0, 0)),
        Node("prompt", "text.encode", params={"text": "a cat"}, pos=(300, 0)),
        Node("canvas", "latents.empty", pos=(300, 340)),
        Node("sampler", "sample.denoise", params=params, pos=(600, 0)),
        Node("decode", "latents.decode", pos=(900, 0)),
        Node("show", "image.preview", pos=(1200, 0)),
    ):
        graph.apply(AddNode(node))
    for line in (
        "model.model prompt.model",
        "model.model canvas.model",
        "model.model sampler.model",
        "prompt.conditioning sampler.positive",
        "canvas.latents sampler.latents",
        "sampler.latents decode.latents",
        "model.vae decode.vae",
        "decode.image show.image",
    ):
        join(graph, line)
    return graph


def join(graph: Graph, line: str) -> None:
    source, target = line.split()
    graph.apply(Connect(Link(*source.split("."), *target.split("."))))


def add_control(graph: Graph, controlnet: str, picture: str) -> None:
    graph.apply(AddNode(Node("picture", "image.load", params={"path": picture}, pos=(0, 700))))
    net = Node("controlnet", "model.controlnet", params={"source": controlnet}, pos=(0, 1000))
    graph.apply(AddNode(net))
    graph.apply(AddNode(Node("control", "control.apply", pos=(300, 700))))
    join(graph, "picture.image control.image")
    join(graph, "controlnet.controlnet control.controlnet")
    join(graph, "control.control sampler.control")


def box_in(graph: Graph, id: str) -> Box:
    return (*graph.nodes[id].pos, *SIZE)


def apart(one: Box, two: Box) -> bool:
    return any(
        one[axis] + one[axis + 2] <= two[axis] or two[axis] + two[axis + 2] <= one[axis]
        for axis in (0, 1)
    )


def steps(total: int = STEPS, span: Span | None = None, noisy: bool = True) -> Trajectory:
    return Trajectory(total, 0, (False,) * total, span=span or Span(), draws_noise=noisy)


def kind_of(graph: Graph, name: str, sampler: str = "sampler") -> BranchKind:
    return next(kind for kind in kinds_of(graph, sampler) if kind.name == name)


def make(
    graph: Graph,
    name: str,
    step: int = 4,
    sampler: str = "sampler",
    known: Trajectory | None = None,
) -> Branch:
    kind = kind_of(graph, name, sampler)
    return branch(graph, sampler, step, known or steps(), kind, lambda id: box_in(graph, id))


def branched(
    graph: Graph,
    name: str,
    step: int = 4,
    sampler: str = "sampler",
    known: Trajectory | None = None,
) -> Branch:
    made = make(graph, name, step, sampler, known)
    graph.apply(made.edit)
    return made


def why_not(graph: Graph, name: str, known: Trajectory | None = None) -> str:
    return obstacle(graph, "sampler", kind_of(graph, name), known or steps())


def links(graph: Graph, id: str) -> set[str]:
    return {f"{link.source}.{link.output} {link.input}" for link in graph.links_in(id).values()}


# --- what it makes -----------------------------------------------------------------------------


def test_another_prompt_takes_over_at_the_step():
    graph = graph_of()
    made = branched(graph, "prompt")
    assert set(made.nodes) == {
        "sampler-2", "decode-2", "show-2", "prompt-switch", "prompt-2",
    }  # fmt: skip
    assert made.sampler == "sampler-2" and made.change == "prompt-2"
    assert graph.nodes["prompt-2"].params == {"text": "a cat"}
    assert graph.nodes["prompt-switch"].params == {"at": 4 / 6}
    assert links(graph, "prompt-2") == {"model.model model"}
    assert links(graph, "prompt-switch") == {
        "prompt.conditioning first", "prompt-2.conditioning second",
    }  # fmt: skip
    assert links(graph, "sampler-2") == {
        "model.model model", "canvas.latents latents", "prompt-switch.conditioning positive",
    }  # fmt: skip
    assert links(graph, "decode-2") == {"sampler-2.latents latents", "model.vae vae"}
    assert links(graph, "show-2") == {"decode-2.image image"}
    assert graph.nodes["sampler-2"].params == graph.nodes["sampler"].params


def test_a_branch_of_a_branch_continues_its_prompt_schedule():
    graph = graph_of()
    branched(graph, "prompt", 2)
    graph.apply(SetParam("prompt-2", "text", "a dog"))
    made = branched(graph, "prompt", 5, "sampler-2")
    assert graph.nodes[made.change].params["text"] == "a dog"
    switch = graph.links_in(made.sampler)["positive"].source
    assert links(graph, switch) == {
        "prompt-switch.conditioning first", f"{made.change}.conditioning second",
    }  # fmt: skip


def test_guidance_is_held_and_then_free():
    graph = graph_of(guidance_rescale=0.3)
    made = branched(graph, "guidance")
    params = graph.nodes[made.change].params
    assert params["rescale"] == 0.3
    assert params["curve"] == ((0.0, 3.0), (4 / 6, 3.0), (4 / 6, 3.0))
    assert links(graph, made.sampler) >= {f"{made.change}.guidance guidance"}


def test_one_more_control_stands_on_the_present_one():
    graph = graph_of()
    add_control(graph, "starter/sketch", "x.png")
    made = branched(graph, "control")
    assert links(graph, made.change) == {
        "control.control previous", "controlnet.controlnet controlnet", "picture.image image",
    }  # fmt: skip
    assert graph.nodes[made.change].params == {"start": 4 / 6}


def test_without_a_control_the_branch_loads_one_and_leaves_the_picture_to_link():
    graph = graph_of()
    made = branched(graph, "control")
    (link,) = graph.links_in(made.change).values()
    assert graph.nodes[link.source].type == "model.controlnet" and link.source in made.nodes


def test_other_noise_from_the_solver_step_on():
    graph = graph_of(seed=5)
    made = branched(graph, "noise")
    assert made.change == made.sampler
    params = dict(graph.nodes[made.sampler].params)
    assert params.pop("reseed_step") == 4 and params.pop("reseed") >= 0
    assert params == graph.nodes["sampler"].params


@pytest.mark.parametrize("kind", KINDS)
def test_a_branch_is_one_undo_and_lies_clear_of_all(kind: str):
    graph = graph_of()
    before = document.dump(Document(graph))
    made = make(graph, kind, 3)
    undo = graph.apply(made.edit)
    boxes = [box_in(graph, id) for id in graph.nodes]
    assert all(apart(one, two) for one, two in combinations(boxes, 2))
    again = make(graph, kind, 4)
    assert not set(again.nodes) & set(made.nodes)
    graph.apply(undo)
    assert document.dump(Document(graph)) == before


def test_what_prepares_a_second_sampler_stays_with_the_first():
    graph = graph_of()
    graph.apply(AddNode(Node("larger", "image.resize", pos=(1200, 400))))
    graph.apply(AddNode(Node("encode", "latents.encode", pos=(1500, 400))))
    graph.apply(AddNode(Node("second", "sample.denoise", pos=(1800, 400))))
    for line in (
        "decode.image larger.image",
        "larger.image encode.image",
        "model.vae encode.vae",
        "encode.latents second.latents",
        "model.model second.model",
        "prompt.conditioning second.positive",
    ):
        join(graph, line)
    made = branched(graph, "noise")
    assert set(made.nodes) == {"sampler-2", "decode-2", "show-2"}


def test_where_only_a_second_sampler_shows_something_it_branches_too():
    graph = graph_of()
    graph.apply(AddNode(Node("second", "sample.denoise", pos=(750, 0))))
    for line in (
        "sampler.latents second.latents",
        "model.model second.model",
        "prompt.conditioning second.positive",
        "second.latents decode.latents",
    ):
        join(graph, line)
    made = branched(graph, "noise")
    assert set(made.nodes) == {"sampler-2", "second-2", "decode-2", "show-2"}
    assert "sampler-2.latents latents" in links(graph, "second-2")


def test_in_a_group_the_branch_stays_there():
    graph = graph_of()
    graph.apply(SetGroup("inner", Group("inner", pos=(600, 0))))
    graph.apply(SetMembers({"sampler": "inner", "prompt": "inner"}))
    made = branched(graph, "prompt")
    groups = {id: graph.nodes[id].group for id in made.nodes}
    assert groups == {
        "sampler-2": "inner", "prompt-switch": "inner", "prompt-2": "inner",
        "decode-2": "", "show-2": "",
    }  # fmt: skip
    for level in ("inner", ""):
        boxes = [box_in(graph, id) for id, node in graph.nodes.items() if node.group == level]
        assert all(apart(one, two) for one, two in combinations(boxes, 2))


# --- what cannot be ----------------------------------------------------------------------------


def test_other_noise_needs_a_solver_that_adds_some():
    graph = graph_of()
    assert not why_not(graph, "noise", steps(noisy=True))
    assert why_not(graph, "noise", steps(noisy=False)) == "Its solver adds no noise on its way."


def test_what_is_no_sampler_has_no_branches():
    graph = graph_of()
    assert not kinds_of(graph, "decode") and not kinds_of(graph, "nowhere")
    assert [kind.name for kind in kinds_of(graph, "sampler")] == [*KINDS, *VARIATIONS]
    assert not any(why_not(graph, kind) for kind in KINDS)


def test_without_a_prompt_there_is_no_other_one():
    graph = graph_of()
    graph.apply(Disconnect("sampler", "positive"))
    assert why_not(graph, "prompt") == "The sampler has no prompt yet."


def test_a_parameter_that_gets_a_value_loses_its_link():
    graph = graph_of()
    graph.apply(AddNode(Node("strange", "elsewhere.number")))
    graph.apply(Connect(Link("strange", "integer", "sampler", "reseed")))
    made = branched(graph, "noise")
    assert "reseed" not in graph.links_in(made.sampler)
    assert "reseed" in graph.nodes[made.sampler].params


def test_before_the_steps_are_known_nothing_branches():
    graph = graph_of()
    assert "once the inputs of the sampler have been computed" in obstacle(
        graph, "sampler", kind_of(graph, "guidance"), None
    )


def test_a_node_type_that_is_not_installed_is_named():
    known = installed()
    specs = {id: spec for id, spec in known.items() if id != "text.switch"}
    graph = Graph(specs)
    for node in graph_of().nodes.values():
        graph.apply(AddNode(node))
    assert why_not(graph, "prompt") == "The node type text.switch is not installed."
    assert not why_not(graph, "noise")


def test_a_linked_curve_is_not_guessed():
    graph = graph_of()
    graph.apply(AddNode(Node("guidance", "guidance.cfg")))
    join(graph, "guidance.guidance sampler.guidance")
    assert not why_not(graph, "guidance")
    graph.apply(AddNode(Node("strange", "elsewhere.curve")))
    graph.apply(Connect(Link("strange", "curve", "guidance", "curve")))
    assert why_not(graph, "guidance")


def test_a_linked_scale_is_not_guessed_either():
    graph = graph_of()
    graph.apply(AddNode(Node("strange", "elsewhere.number")))
    graph.apply(Connect(Link("strange", "number", "sampler", "guidance_scale")))
    assert why_not(graph, "guidance")


# --- the shared steps --------------------------------------------------------------------------


@given(
    points=st.lists(
        st.tuples(st.floats(0, 1, width=32), st.floats(0, 30)), min_size=1, max_size=4
    ).map(lambda points: tuple(sorted(points, key=lambda point: point[0]))),
    total=st.integers(2, 40),
    data=st.data(),
)
def test_before_the_branch_every_step_has_the_same_guidance_to_the_last_bit(
    points: tuple[tuple[float, float], ...], total: int, data: st.DataObject
):
    step = data.draw(st.integers(1, total - 1))
    graph = graph_of(steps=total)
    graph.apply(AddNode(Node("guidance", "guidance.cfg", params={"curve": points})))
    join(graph, "guidance.guidance sampler.guidance")
    made = branched(graph, "guidance", step, known=steps(total))
    curve = graph.nodes[made.change].params["curve"]
    for index in range(step):
        assert curve_at(curve, index / total) == curve_at(points, index / total)
    freed = [point for point in curve if point[0] == step / total]
    assert len(freed) == 2 and curve_at(curve, step / total) == curve_at(points, step / total)


def test_the_share_counts_the_steps_of_other_samplers():
    graph = graph_of()
    made = branched(graph, "prompt", 2, known=steps(4, Span(before=8, after=8)))
    switch = graph.links_in(made.sampler)["positive"].source
    assert graph.nodes[switch].params == {"at": 10 / 20}


def test_other_noise_counts_the_steps_that_were_cut_off():
    graph = graph_of()
    made = branched(graph, "noise", 2, known=steps(5, Span(before=1, skipped=10)))
    assert graph.nodes[made.sampler].params["reseed_step"] == 13


def test_which_sampler_a_selection_is_about():
    graph = graph_of()
    for id in ("prompt", "sampler", "show"):
        assert sampler_near(graph, [id]) == "sampler"
    assert sampler_near(graph, []) is None
    branched(graph, "noise")
    assert sampler_near(graph, ["decode-2"]) == "sampler-2"


@tiny.QUIET
def test_every_branch_resumes_at_its_step_and_then_differs(tmp_path: Path):
    """In the engine itself, with a tiny random model."""
    tiny.build_sd15(tmp_path / "sd15")
    tiny.build_controlnet(tmp_path / "control-a", 11)
    pixels = (tiny.picture(1)[0] * 255).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "hint.png")
    graph = graph_of(str(tmp_path / "sd15"))
    add_control(graph, str(tmp_path / "control-a"), str(tmp_path / "hint.png"))
    graph.apply(SetParam("canvas", "width", 32))
    graph.apply(SetParam("canvas", "height", 32))
    cache = open_cache(None)
    first = headless.run(graph, cache=cache, output_dir=tmp_path)
    assert first.ok
    before = first.values("sampler")["latents"].samples
    changes = {
        "prompt": lambda id: SetParam(id, "text", "a dog"),
        "guidance": lambda id: SetParam(id, "curve", ((0.0, 3.0), (0.5, 3.0), (0.5, 9.0))),
    }
    for kind in KINDS:
        branch_graph = Graph(graph.specs)
        for node in graph.nodes.values():
            branch_graph.apply(AddNode(node))
        for link in graph.links():
            branch_graph.apply(Connect(link))
        made = branched(branch_graph, kind, 3)
        if kind in changes:
            branch_graph.apply(changes[kind](made.change))
        result = headless.run(branch_graph, cache=cache, output_dir=tmp_path)
        assert result.ok, result.report.failures
        told = {node.node: node for node in result.report.nodes}
        assert told["sampler-2"].resumed_at == 3 and told["sampler-2"].steps_run == 3, kind
        assert not np.array_equal(result.values("sampler-2")["latents"].samples, before), kind


# --- variations --------------------------------------------------------------------------------


def varied(graph: Graph, name: str, known: Trajectory | None = None) -> Branch:
    assert not why_not_vary(graph, "sampler", name, known)
    made = vary(graph, "sampler", name, known, lambda id: box_in(graph, id))
    graph.apply(made.edit)
    return made


def test_near_mixes_the_noise_of_the_same_seed():
    graph = graph_of(seed=5)
    made = varied(graph, "near", steps())
    assert made.change == "noise" and targets_of(graph, made) == ("show-2",)
    params = graph.nodes["noise"].params
    assert params["seed"] == 5 and params["variation"] == 0.15 and params["variation_seed"] >= 0
    assert links(graph, "noise") == {"canvas.latents latents"}
    assert "noise.noise noise" in links(graph, made.sampler)
    assert graph.nodes[made.sampler].params == graph.nodes["sampler"].params
    again = vary(graph, made.sampler, "near", None, lambda id: box_in(graph, id))
    graph.apply(again.edit)  # from the picture that was varied already
    assert graph.nodes["noise-2"].params["seed"] == 5
    assert links(graph, "noise-2") == {"canvas.latents latents"}
    assert "noise-2.noise noise" in links(graph, again.sampler)


def test_medium_has_new_noise_in_the_middle():
    graph = graph_of(seed=5)
    made = varied(graph, "medium", steps(12))
    params = graph.nodes[made.sampler].params
    assert params["renoise_step"] == 6 and params["renoise_seed"] >= 0 and params["seed"] == 5


@pytest.mark.parametrize(
    ("known", "step"),
    [
        (None, STEPS // 2),  # as far as the parameters tell
        (steps(5, Span(skipped=15)), 18),
        (steps(39, Span(order=2)), 10),
        (steps(3, Span(order=2)), 1),
        (steps(2), 1),
    ],
)
def test_the_middle_is_a_step_of_the_schedule(known: Trajectory | None, step: int):
    graph = graph_of()
    made = varied(graph, "medium", known)
    assert graph.nodes[made.sampler].params["renoise_step"] == step


def test_far_has_another_seed():
    graph = graph_of(seed=5)
    made = varied(graph, "far")
    assert set(made.nodes) == {"sampler-2", "decode-2", "show-2"}
    assert graph.nodes["sampler-2"].params["seed"] != 5
    assert seed_of(graph, "sampler") == ("sampler", "seed")


def test_far_changes_the_noise_that_is_linked():
    graph = graph_of()
    params = {"seed": 5, "variation": 0.3, "variation_seed": 8}
    graph.apply(AddNode(Node("dots", "latents.noise", params=params)))
    join(graph, "canvas.latents dots.latents")
    join(graph, "dots.noise sampler.noise")
    assert seed_of(graph, "sampler") == ("dots", "seed")
    made = varied(graph, "far")
    assert "dots-2.noise noise" in links(graph, made.sampler)
    assert graph.nodes["dots-2"].params["seed"] != 5
    assert graph.nodes["dots-2"].params["variation"] == 0
    assert "seed" not in graph.nodes[made.sampler].params


def test_a_linked_seed_is_not_the_seed_of_the_copy():
    graph = graph_of()
    graph.apply(AddNode(Node("number", "elsewhere.number")))
    graph.apply(Connect(Link("number", "integer", "sampler", "seed")))
    made = varied(graph, "far")
    assert "seed" not in graph.links_in(made.sampler)
    made = varied(graph, "near")
    noise = graph.links_in(made.sampler)["noise"].source
    assert "number.integer seed" in links(graph, noise)


def test_what_cannot_be_varied_says_why():
    graph = graph_of()
    late = steps(5, Span(before=3))
    for name in ("near", "far"):
        assert "vary the sampler that made them" in why_not_vary(graph, "sampler", name, late)
    assert not why_not_vary(graph, "sampler", "medium", late)
    assert "no middle" in why_not_vary(graph, "sampler", "medium", steps(1))
    assert "in this way" in why_not_vary(graph, "decode", "near", None)
    graph.apply(AddNode(Node("strange", "elsewhere.noise")))
    graph.apply(Connect(Link("strange", "noise", "sampler", "noise")))
    for name in ("near", "far"):
        assert "from another node" in why_not_vary(graph, "sampler", name, steps())


def test_new_seeds_differ_from_each_other_and_from_the_present_one():
    graph = graph_of(seed=5)
    values = new_seeds(graph, "sampler", "seed", 16)
    assert len({*values, 5}) == 17 and all(0 <= value < 2**32 for value in values)


def test_the_sampler_that_made_a_picture():
    graph = graph_of()
    made = varied(graph, "near", steps())
    assert sampler_above(graph, ["show"]) == sampler_above(graph, ["decode"]) == "sampler"
    assert sampler_above(graph, ["show-2"]) == sampler_above(graph, [made.sampler]) == made.sampler
    assert sampler_above(graph, ["prompt"]) == "sampler"  # none above it
    assert sampler_above(graph, []) is None

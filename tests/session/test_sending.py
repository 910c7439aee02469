"""Send to: what is added for a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodes import nodes
from nodeui.graph import document
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.graph.sends import send_kinds, send_problems
from nodeui.sdk import SendKind, SendNode
from nodeui.session.placing import Box, size_of
from nodeui.session.sending import Sent, SentPicture, send, target_of
from nodeui.session.session import Session

pytestmark = pytest.mark.usefixtures("qapp")

SPECS = Registry(nodes)
KINDS = send_kinds(SPECS)
LANDSCAPE = Path(__file__).parents[2] / "workflows" / "two-controls.nodeui.json"
FILE = SentPicture(path="photo.jpg", size=(1500, 1003))


def example() -> Session:
    loaded = document.load(LANDSCAPE.read_bytes(), SPECS)
    return Session(loaded, SPECS)


def empty() -> Session:
    return Session(document.Document(Graph(SPECS)), SPECS)


def box_of(graph: Graph, id: str) -> Box:
    spec = graph.spec(id)
    assert spec is not None
    return (*graph.nodes[id].pos, *size_of(spec))


def sent(session: Session, name: str, picture: SentPicture = FILE, near: str = "") -> Sent:
    """Sends a picture, and checks what holds for all kinds: one edit, complete, nothing covered."""
    graph = session.graph
    spec, kind = KINDS[name]
    target = target_of(graph, spec.id, kind, [near] if near else [])
    before = document.dump(session.document)
    made = send(graph, spec, kind, picture, target, lambda id: box_of(graph, id))
    assert session.edit(made.edit)
    for id in made.nodes:
        spec_there = graph.spec(id)
        assert spec_there is not None
        missing = [
            socket.name
            for socket in spec_there.inputs.values()
            if not socket.optional and socket.name not in graph.links_in(id)
        ]
        assert not missing, (id, missing)
        for name_there, value in graph.nodes[id].params.items():
            spec_there.parameters[name_there].check(value)
    for id in made.nodes:
        x, y, width, height = box_of(graph, id)
        for other in graph.nodes:
            left, top, wide, high = box_of(graph, other)
            apart = x >= left + wide or left >= x + width or y >= top + high or top >= y + height
            assert apart or other == id, f"{id} covers {other}"
    after = document.dump(session.document)
    session.undo()
    assert document.dump(session.document) == before
    session.redo()
    assert document.dump(session.document) == after
    return made


def types(session: Session, made: Sent) -> list[str]:
    return sorted(session.graph.nodes[id].type for id in made.nodes)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("there", [True, False])
def test_every_kind_is_complete_in_any_graph(name: str, there: bool) -> None:
    session = example() if there else empty()
    made = sent(session, name)
    assert made.change in made.nodes
    outputs = [id for id in made.nodes if session.graph.nodes[id].type == "image.save"]
    assert len(outputs) == 1


def test_the_kinds_that_artists_expect() -> None:
    assert list(KINDS) == [
        "image_to_image",
        "inpaint",
        "inpaint_close",
        "outpaint",
        "control",
        "image_prompt",
        "refine",
        "upscale",
    ]


def test_image_to_image_keeps_prompt_and_settings() -> None:
    session = example()
    made = sent(session, "image_to_image", near="second")
    graph = session.graph
    links = graph.links_in(made.change)
    assert graph.nodes[made.change].type == "sample.denoise"
    assert graph.nodes[made.change].params["strength"] == 0.6
    assert graph.nodes[made.change].params["scheduler"] == "unipc"
    for input in ("model", "positive", "guidance", "control"):
        assert links[input].source == graph.links_in("second")[input].source
    encode = links["latents"].source
    assert graph.nodes[encode].type == "latents.encode"
    assert graph.links_in(encode)["vae"].source == "model"
    size = graph.links_in(encode)["image"].source
    assert graph.nodes[size].params == {"width": 1024, "height": 688}
    load = graph.links_in(size)["image"].source
    assert graph.nodes[load].params == {"path": "photo.jpg"}


@pytest.mark.parametrize("kind", ["image_to_image", "inpaint", "refine"])
def test_a_variation_sent_on_starts_from_the_picture(kind: str) -> None:
    """The step of its noise, or at which it starts, may not be in a run from a picture."""
    session = example()
    for name, value in (("renoise_step", 2), ("start_step", 1), ("end_step", 3)):
        session.edit(SetParam("second", name, value))
    made = sent(session, kind, near="second")
    nodes = (session.graph.nodes[id] for id in made.nodes)
    (copy,) = (node for node in nodes if node.type == "sample.denoise")
    assert (copy.params["start_step"], copy.params["end_step"]) == (0, None)
    assert copy.params["renoise_step"] is None


@pytest.mark.parametrize("there", [True, False])
def test_inpaint_here_cuts_samples_and_pastes_back(there: bool) -> None:
    session = example() if there else empty()
    made = sent(session, "inpaint_close", near="second" if there else "")
    graph, (paste,) = session.graph, (id for id in made.nodes if id.startswith("paste"))
    links = graph.links_in(paste)
    close, decode = links["place"].source, links["part"].source
    assert graph.nodes[decode].type == "latents.decode"
    sampler = graph.links_in(decode)["latents"].source
    assert graph.links_in(sampler)["mask"].source == close
    assert graph.links_in(graph.links_in(sampler)["latents"].source)["image"].source == close
    model = graph.links_in(sampler)["model"].source
    assert graph.links_in(close)["model"].source == model
    assert graph.links_in(close)["mask"].source == made.change
    assert graph.nodes[made.change].type == "paint.mask"
    loads = {links["image"].source, graph.links_in(close)["image"].source}
    assert len(loads) == 1
    (save,) = (id for id in made.nodes if graph.nodes[id].type == "image.save")
    assert graph.links_in(save)["image"].source == paste


def test_inpaint_here_uses_the_mask_it_is_sent_from() -> None:
    session = example()
    session.edit(AddNode(Node("hand", "paint.mask", pos=(0, 4000))))
    session.edit(Connect(Link("decode", "image", "hand", "image")))
    made = sent(session, "inpaint_close", SentPicture(node="hand", size=(128, 128)))
    assert made.change == "hand" and "paint.mask" not in types(session, made)
    (close,) = (id for id in made.nodes if session.graph.nodes[id].type == "inpaint.cut")
    links = session.graph.links_in(close)
    assert (links["mask"].source, links["image"].source) == ("hand", "decode")


def test_extending_keeps_the_picture() -> None:
    session = example()
    made = sent(session, "outpaint")
    (blend,) = (id for id in made.nodes if session.graph.nodes[id].type == "image.blend")
    links = session.graph.links_in(blend)
    assert {links["base"].source, links["mask"].source} == {made.change}
    assert session.graph.nodes[links["top"].source].type == "latents.decode"


def test_a_picture_that_fits_is_not_resized() -> None:
    session = example()
    made = sent(session, "image_to_image", SentPicture(path="a.png", size=(512, 768)))
    assert "image.resize" not in types(session, made)
    unknown = sent(session, "image_to_image", SentPicture(path="a.png"))
    assert "image.resize" not in types(session, unknown)


def test_the_picture_of_a_node_is_linked_not_loaded() -> None:
    session = example()
    made = sent(session, "upscale", SentPicture(node="decode", size=(256, 256)))
    assert types(session, made) == ["image.save", "image.upscale"]
    assert session.graph.links_in(made.change)["image"].source == "decode"
    assert session.graph.nodes[made.change].pos[0] > session.graph.nodes["decode"].pos[0]


def test_a_control_is_added_to_those_that_are_there() -> None:
    session = example()
    made = sent(session, "control", near="second")
    links = session.graph.links_in(made.change)
    assert links["previous"].source == "lines"
    assert session.graph.nodes[links["controlnet"].source].params == {"source": "starter/canny"}


def test_the_nearest_sampler_is_copied() -> None:
    graph = example().graph
    spec, kind = KINDS["image_to_image"]
    assert target_of(graph, spec.id, kind, ["look"]) == "first"
    assert target_of(graph, spec.id, kind, ["decode"]) == "second"
    assert target_of(graph, spec.id, kind, []) == "second"
    assert target_of(Graph(SPECS), spec.id, kind, ["gone"]) is None


def test_a_sampler_that_nothing_shows_gets_what_shows_it() -> None:
    session = example()
    made = sent(session, "image_to_image", near="first")
    assert types(session, made)[:2] == ["image.load", "image.resize"]
    assert {"latents.decode", "image.save"} < set(types(session, made))
    assert "text.encode" not in types(session, made)


def test_kinds_that_cannot_be_made_are_named() -> None:
    spec = SPECS["image.upscale"]

    def problems(kind: SendKind) -> list[str]:
        import dataclasses

        return send_problems(dataclasses.replace(spec, sends=(kind,)), SPECS)

    wrong = SendKind(name="x", title="X", links={"image": "load.mask", "other": "picture"})
    assert len(problems(wrong)) == 2
    node = SendNode(name="a", type="image.blur", params={"size": 3}, links={"image": ".nothing"})
    assert len(problems(SendKind(name="x", title="X", nodes=(node, node), change="b"))) == 6
    assert problems(SendKind(name="x", title="X", nodes=(SendNode(name="a", type="gone.b"),))) == []

"""Rules that every node of the library keeps."""

import pytest

import nodes
from nodeui.graph.registry import installed
from nodeui.testing import check_package

STABLE = {
    "model.load": (set(), {"model", "vae"}),
    "model.vae": (set(), {"vae"}),
    "model.controlnet": (set(), {"controlnet"}),
    "model.ip_adapter": (set(), {"ip_adapter"}),
    "text.encode": ({"model"}, {"conditioning"}),
    "text.switch": ({"first", "second"}, {"conditioning"}),
    "latents.empty": ({"model"}, {"latents"}),
    "latents.encode": ({"image", "vae"}, {"latents"}),
    "latents.decode": ({"latents", "vae"}, {"image"}),
    "guidance.cfg": (set(), {"guidance"}),
    "sample.scheduler": (set(), {"scheduler"}),
    "sample.denoise": ({"model", "positive", "latents"}, {"latents"}),
    "control.apply": ({"controlnet", "image"}, {"control"}),
    "control.ip_adapter": ({"adapter", "image"}, {"control"}),
    "control.canny": ({"image"}, {"image"}),
    "control.depth": ({"image"}, {"image"}),
    "control.sketch": ({"image"}, {"image"}),
    "image.load": (set(), {"image", "mask"}),
    "image.save": ({"image"}, {"files"}),
    "image.preview": ({"image"}, {"image"}),
    "image.resize": ({"image"}, {"image"}),
}
"""Ids that workflow files and scripts rely on, with their required inputs and their outputs."""


def test_it_follows_the_rules_for_packs():
    check_package(nodes)


@pytest.mark.parametrize("id", STABLE)
def test_what_files_rely_on_stays(id: str):
    spec = installed()[id]
    inputs, outputs = STABLE[id]
    assert {socket.name for socket in spec.inputs.values() if not socket.optional} == inputs
    assert set(spec.outputs) == outputs


def test_parameters_that_scripts_rely_on_stay():
    assert {"steps", "seed", "strength", "guidance_scale"} <= set(
        installed()["sample.denoise"].parameters
    )
    assert {"strength", "start", "end"} <= set(installed()["control.apply"].parameters)


def test_all_of_it_is_installed():
    assert len(nodes.nodes) > 40
    assert {spec.node for spec in installed().values()} >= {*nodes.nodes}
    assert installed().problems == ()

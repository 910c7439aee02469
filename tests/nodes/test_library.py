"""What holds for every node of the library."""

import subprocess
import sys

import pytest

from nodeui.graph.branches import branch_problems
from nodeui.graph.registry import installed
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import NodeError

LIBRARY = sorted(installed().values(), key=lambda spec: spec.id)

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


@pytest.mark.parametrize("spec", LIBRARY, ids=lambda spec: spec.id)
def test_it_is_documented(spec: NodeSpec):
    assert spec.title and spec.category and spec.help.endswith((".", ")"))
    for part in (*spec.inputs.values(), *spec.parameters.values()):
        assert part.help, f"{spec.id}.{part.name} has no help"
    for output in spec.outputs.values():
        assert output.help or len(spec.outputs) == 1, f"{spec.id}.{output.name} has no help"


@pytest.mark.parametrize("spec", LIBRARY, ids=lambda spec: spec.id)
def test_its_branches_can_be_made(spec: NodeSpec):
    assert branch_problems(spec, installed()) == []


@pytest.mark.parametrize("spec", LIBRARY, ids=lambda spec: spec.id)
def test_its_defaults_are_valid(spec: NodeSpec):
    for parameter in spec.parameters.values():
        if not parameter.required:
            assert parameter.check(parameter.default) == parameter.default


@pytest.mark.parametrize("spec", LIBRARY, ids=lambda spec: spec.id)
def test_its_numbers_have_bounds(spec: NodeSpec):
    for parameter in spec.parameters.values():
        if parameter.type in ("integer", "number"):
            assert parameter.low is not None, f"{spec.id}.{parameter.name}"
            with pytest.raises(NodeError):
                parameter.check(parameter.high + 1)


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


def test_declaring_the_library_imports_nothing_heavy():
    code = (
        "import sys; from nodeui.graph.registry import installed; assert len(installed()) > 40; "
        "heavy = {'torch', 'diffusers', 'transformers', 'cv2', 'controlnet_aux', 'PySide6'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

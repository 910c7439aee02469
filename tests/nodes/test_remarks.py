"""Inputs without effect, and results that are not finite: said, each by its name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from nodes import guidance, latents, models, sample, text
from nodes.diffusion import load
from nodes.types import Control, Image, Latents
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import denoiser

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore::FutureWarning")]

LAST = 2**32 - 1


def start(run: FakeContext) -> Latents:
    return latents.encode(Image(tiny.picture(1, 2)), models.load(run, "sd15").vae)


def window(run: FakeContext, start: float, end: float, strength: float = 1.0) -> Control:
    net = models.controlnet(run, "control-a")
    return guidance.apply(net, Image(tiny.picture(1)), None, strength, start, end)


def remarks(run: FakeContext, **changes: Any) -> list[str]:
    """Return the warnings of a sampler."""
    context = FakeContext(run.root)
    denoiser(run, **changes, ctx=context)
    return context.warnings


# --- warnings ---


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strength": 0.1, "latents": None}, "strength 0.1 of 6 steps is less than one step"),
        ({"strength": 0.5, "end_step": 2, "latents": None}, "begins at or after end_step 2"),
        ({"strength": 0.5}, "strength has no effect on empty latents"),
        ({"end_step": 9}, "end_step is 9, but there are only 6 steps"),
        ({"control": (0.51, 0.6)}, "window from 0.51 to 0.6 of the ControlNet .*control-a"),
        (
            {"control": (0.0, 0.5), "strength": 0.5, "latents": None, "steps": 4},
            None,  # windows are measured on what is left of the trajectory
        ),
        ({"control": (0.0, 0.4), "end_step": 3}, None),
        ({"control": (0.6, 1.0), "end_step": 3}, "window from 0.6 to 1 "),
        (
            {"seed": LAST},
            "seed 4294967295 is so high that the seeds wrap at 2.32: the last picture",
        ),
        ({"seed": LAST - 1}, None),
        (
            {"reseed_step": 2, "reseed": LAST, "scheduler": "ddpm"},
            "reseed 4294967295 is so high that the seeds wrap",
        ),
        ({"reseed_step": 2, "scheduler": "euler"}, "this solver adds no noise"),
        ({"reseed_step": 6, "scheduler": "ddpm"}, "reseed_step 6 lies after the last step"),
        ({"reseed_step": 5, "scheduler": "ddpm"}, None),
        ({"eta": 0.5, "scheduler": "euler"}, "eta has no effect with this solver"),
        ({"eta": 0.5, "scheduler": "ddim"}, None),
        ({}, None),
    ],
)
def test_what_has_no_effect(run: FakeContext, changes: dict[str, Any], message: str | None) -> None:
    values = dict(changes)
    if "latents" in values:
        values["latents"] = start(run)
    if "control" in values:
        values["control"] = window(run, *values["control"])
    found = remarks(run, **values)
    if message is None:
        assert found == []
    else:
        assert len(found) == 1
        assert re.search(message, found[0])


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("[cat:dog:30]", "The positive prompt never changes to 'dog'"),
        ("[cat:dog:6]", "never changes to 'dog'"),
        ("[cat:dog:0.99]", "never changes to 'dog'"),
        ("[a|b|c|d|e|f|cat]", "never changes to 'cat'"),
        ("[cat:dog:5]", None),
        ("[cat:dog:0.8]", None),
        ("[cat:dog:0.5] [sea:do:2]", None),
    ],
)
def test_prompts_that_never_change(run: FakeContext, prompt: str, message: str | None) -> None:
    """Over the whole run: two samplers may share it, each with a part of the schedule."""
    positive = text.encode(models.load(run, "sd15").model, prompt)
    found = remarks(run, positive=positive)
    assert remarks(run, positive=positive, end_step=1) == found
    if message is None:
        assert found == []
    else:
        assert len(found) == 1 and message in found[0]


@pytest.mark.parametrize(
    "curve", [((0.0, 0.0), (1.0, 0.0)), ((0.0, 0.0), (0.5, 0.0), (0.6, 1.0))], ids=["all", "window"]
)
def test_a_control_that_is_always_0(run: FakeContext, curve: Any) -> None:
    net = models.controlnet(run, "control-a")
    control = guidance.apply(net, Image(tiny.picture(1)), None, 1.0, 0.0, 0.5, curve)
    (message,) = remarks(run, control=control)
    assert "is 0 at all steps of this run" in message and "control-a" in message


def test_seeds_that_wrap(run: FakeContext) -> None:
    """The second picture is that of seed 0, as said."""
    empty = latents.empty(models.load(run, "sd15").model, batch=2)
    context = FakeContext(run.root)
    last = latents.noise(context, empty, LAST)
    assert "wrap" in context.warnings[0]
    np.testing.assert_array_equal(last.samples[1], latents.noise(context, empty, 0).samples[0])
    assert len(context.warnings) == 1


# --- not finite ---


@pytest.mark.parametrize("bad", ["nan", "-inf"])
@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder", "controlnet"])
def test_a_weight_that_is_not_finite(
    tiny_models: Path, tmp_path: Path, part: str, kind: torch.dtype, bad: str
) -> None:
    """Refused where the folder is chosen, before anything is computed."""
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    shutil.copytree(tiny_models / "control-a", tmp_path / "m" / "controlnet")
    stem = "model" if part == "text_encoder" else "diffusion_pytorch_model"
    file = tmp_path / "m" / part / f"{stem}.safetensors"
    tensors = {name: tensor.to(kind) for name, tensor in load_file(file).items()}
    name = sorted(tensors)[-1]
    tensors[name].view(-1)[-1] = float(bad)
    save_file(tensors, file, metadata={"format": "pt"})
    run = FakeContext(tmp_path)
    with pytest.raises(NodeError, match=f"{stem}.safetensors is damaged: .* {name} ") as caught:
        models.controlnet(run, "m/controlnet") if part == "controlnet" else models.load(run, "m")
    assert caught.value.parameter == "source"


def test_a_weight_that_overflows(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sd15", tmp_path / "m")
    file = tmp_path / "m" / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    tensors["conv_out.bias"][0] = 1e6
    save_file(tensors, file, metadata={"format": "pt"})
    run = FakeContext(tmp_path)
    model = models.load(run, "m", "float16").model
    prompt, empty = text.encode(model, "a cat"), latents.empty(model)
    steps = sample.denoise(model, prompt, empty, steps=6)
    message = r"Step 1 of 6 is not finite.*weight conv_out\.bias .*float16 ends at 65504"
    with pytest.raises(NodeError, match=message):
        steps.step()


def test_a_step_that_overflows(run: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step is named, and no state of it can be stored."""
    steps = denoiser(run, scheduler="euler")
    steps.step()
    unet = load.unet(models.load(run, "sd15").model)
    forward = unet.forward

    def overflow(*arguments: Any, **named: Any) -> Any:
        return (forward(*arguments, **named)[0] * float("inf"),)

    monkeypatch.setattr(unet, "forward", overflow)
    with pytest.raises(NodeError, match=r"Step 2 of 6 is not finite.*Lower guidance_scale"):
        steps.step()


def test_inputs_that_are_not_finite(run: FakeContext) -> None:
    model, vae = models.load(run, "sd15")
    bad = start(run).samples.copy()
    bad[0, 0, 0, 0] = np.nan
    with pytest.raises(NodeError, match=r"Step 1 of 3 is not finite.*starts from") as caught:
        denoiser(run, latents=Latents(bad), strength=0.5).run()
    assert caught.value.parameter == "latents"
    with pytest.raises(NodeError, match="The latents contain NaN") as caught:
        latents.decode(Latents(bad), vae)
    assert caught.value.parameter == "latents"
    prompt = text.encode(model, "a cat")
    prompt = type(prompt)(prompt.embeds * np.float32(np.inf), None, "")
    with pytest.raises(NodeError, match="The positive prompt does") as caught:
        denoiser(run, positive=prompt).run()
    assert caught.value.parameter == "positive"


def test_pictures_that_are_not_finite(run: FakeContext) -> None:
    pixels = tiny.picture(1)
    pixels[0, 3, 4] = np.nan
    with pytest.raises(NodeError, match="The picture contains NaN") as caught:
        latents.encode(Image(pixels), models.load(run, "sd15").vae)
    assert caught.value.parameter == "image"
    control = guidance.apply(models.controlnet(run, "control-a"), Image(pixels))
    with pytest.raises(NodeError, match="A control picture does") as caught:
        denoiser(run, control=control).run()
    assert caught.value.parameter == "control"


def _overflowing(tiny_models: Path, folder: Path) -> FakeContext:
    """Copy the tiny model with a VAE that overflows in float16 only."""
    shutil.copytree(tiny_models / "sd15", folder / "m")
    config = folder / "m" / "vae" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "force_upcast": False}))
    file = folder / "m" / "vae" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(file)
    for name in ("decoder.conv_in.weight", "encoder.conv_in.weight"):
        tensors[name] *= 1e6
    save_file(tensors, file, metadata={"format": "pt"})
    return FakeContext(folder)


def test_a_decode_that_overflows(tiny_models: Path, tmp_path: Path) -> None:
    run = _overflowing(tiny_models, tmp_path)
    found = Latents(np.ones((1, 4, 8, 8), np.float32))
    cases: dict[models.Precision, bool] = {"float32": True, "float16": False}
    for name, works in cases.items():
        vae = models.vae(run, "m", name)
        if works:
            assert np.isfinite(latents.decode(found, vae).pixels).all()
            continue
        with pytest.raises(NodeError, match=r"decoded picture .* float16 ends at 65504") as caught:
            latents.decode(found, vae)
        assert caught.value.parameter == "vae"
        with pytest.raises(NodeError, match=r"encoded picture .* set dtype to bfloat16 or float32"):
            latents.encode(Image(tiny.picture(1)), vae)


@pytest.mark.parametrize("alone", [False, True])
def test_the_vae_of_sdxl_runs_in_float32(tiny_models: Path, tmp_path: Path, alone: bool) -> None:
    """Without force_upcast in its config too; that of Stable Diffusion 1.x runs as asked for."""
    for name, expected in (("sdxl", torch.float32), ("sd15", torch.float16)):
        shutil.copytree(tiny_models / name, tmp_path / name)
        folder = tmp_path / name / "vae"
        if alone:
            shutil.move(folder, tmp_path / f"{name}-vae")
            folder = tmp_path / f"{name}-vae"
        config = json.loads((folder / "config.json").read_text())
        config.pop("force_upcast", None)
        (folder / "config.json").write_text(json.dumps(config))
        handle = models.vae(FakeContext(tmp_path), str(folder), "float16")
        assert load.vae(handle).dtype == expected
        config["force_upcast"] = False
        (folder / "config.json").write_text(json.dumps(config))
        handle = models.vae(FakeContext(tmp_path), str(folder), "float16")
        assert load.vae(handle).dtype == torch.float16

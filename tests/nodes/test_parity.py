"""The nodes make the same bits as the stock diffusers pipelines.

The pipelines load the same folders on their own, and are given the same list of generators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import diffusers
import numpy as np
import pytest
import torch
from diffusers import (
    ControlNetModel,
    StableDiffusionControlNetPipeline,
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLControlNetPipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableDiffusionXLInpaintPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from numpy.typing import NDArray

from nodes import guidance, latents, models, sample, text
from nodes.types import Control, Image, Latents, Mask, Scheduler
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext

pytestmark = [
    # the pipelines correct the config of schedulers that they are given, with a warning
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    tiny.QUIET,
]

PROMPT, NEGATIVE, SEED, STEPS = "a cat in the sea", "dog", 5, 4


class Setting(NamedTuple):
    """A scheduler as the node names it, and as diffusers does."""

    name: str
    sigmas: str
    class_name: str
    config: dict[str, Any]


def _setting(name: str, class_name: str, sigmas: str = "default", **config: Any) -> Setting:
    if sigmas != "default":
        config[f"use_{sigmas}_sigmas"] = True
    return Setting(name, sigmas, class_name, config)


MULTI, SINGLE = "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler"
SDE = {"algorithm_type": "sde-dpmsolver++"}
SETTINGS = [
    _setting("ddim", "DDIMScheduler"),
    _setting("ddpm", "DDPMScheduler"),
    _setting("pndm", "PNDMScheduler"),
    _setting("lms", "LMSDiscreteScheduler"),
    _setting("lms", "LMSDiscreteScheduler", "karras"),
    _setting("euler", "EulerDiscreteScheduler"),
    _setting("euler", "EulerDiscreteScheduler", "karras"),
    _setting("euler", "EulerDiscreteScheduler", "exponential"),
    _setting("euler", "EulerDiscreteScheduler", "beta"),
    _setting("euler-ancestral", "EulerAncestralDiscreteScheduler"),
    _setting("heun", "HeunDiscreteScheduler"),
    _setting("heun", "HeunDiscreteScheduler", "karras"),
    _setting("dpm++2m", MULTI),
    _setting("dpm++2m", MULTI, "karras"),
    _setting("dpm++2m", MULTI, "beta"),
    _setting("dpm++2m-sde", MULTI, **SDE),
    _setting("dpm++2m-sde", MULTI, "karras", **SDE),
    _setting("dpm++3m", MULTI, solver_order=3),
    _setting("dpm++2s", SINGLE),
    _setting("dpm++2s", SINGLE, "exponential"),
    _setting("unipc", "UniPCMultistepScheduler"),
    _setting("unipc", "UniPCMultistepScheduler", "karras"),
    _setting("deis", "DEISMultistepScheduler"),
    _setting("lcm", "LCMScheduler"),
    _setting("tcd", "TCDScheduler"),
]
DEFAULTS = [s for s in SETTINGS if s.sigmas == "default"]
REPRESENTATIVE = ("ddim", "heun", "dpm++2m-sde", "pndm")
FEW = [s for s in DEFAULTS if s.name in REPRESENTATIVE]


def _names(settings: list[Setting]) -> list[str]:
    return [f"{s.name}-{s.sigmas}" for s in settings]


every = pytest.mark.parametrize("setting", SETTINGS, ids=_names(SETTINGS))
each = pytest.mark.parametrize("setting", DEFAULTS, ids=_names(DEFAULTS))
some = pytest.mark.parametrize("setting", FEW, ids=_names(FEW))
each_model = pytest.mark.parametrize("name", ["sd15", "sd2", "sdxl"])


class Reference:
    """The stock pipelines of one model folder."""

    def __init__(self, folder: Path) -> None:
        self.sdxl = folder.name == "sdxl"
        kind = StableDiffusionXLPipeline if self.sdxl else StableDiffusionPipeline
        self.parts = tiny.reown(kind.from_pretrained(folder)).components

    def run(
        self,
        kind: type,
        setting: Setting,
        parts: dict[str, Any] | None = None,
        blend: Callable[..., dict[str, Any]] | None = None,
        **arguments: Any,
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Latents and pixels of a pipeline of this kind.

        `blend` may replace the latents after each step, as `callback_on_step_end`.
        """
        class_ = getattr(diffusers, setting.class_name)
        scheduler = class_.from_config(self.parts["scheduler"].config, **setting.config)
        own: dict[str, Any] = (
            {"add_watermarker": False} if self.sdxl else {"requires_safety_checker": False}
        )
        pipeline = kind(**{**self.parts, **own, **(parts or {}), "scheduler": scheduler})
        pipeline.set_progress_bar_config(disable=True)
        found: dict[str, torch.Tensor] = {}

        def keep(pipe: Any, index: int, time: Any, values: dict[str, Any]) -> dict[str, Any]:
            if blend is not None:
                values = blend(pipe, index, time, values)
            found.update(values)
            return values

        count = arguments.get("num_images_per_prompt", 1)
        pixels = pipeline(
            PROMPT,
            **{"negative_prompt": NEGATIVE, "num_inference_steps": STEPS, **arguments},
            generator=[torch.Generator().manual_seed(SEED + i) for i in range(count)],
            callback_on_step_end=keep,
            output_type="np",
        ).images
        return found["latents"].numpy(), pixels


@pytest.fixture(scope="module")
def references(tiny_models: Path) -> Iterator[dict[str, Reference]]:
    yield {name: Reference(tiny_models / name) for name in ("sd15", "sd2", "sdxl")}


def as_stock(setting: Setting) -> Scheduler:
    """The setting with the start of diffusers in the middle of a run, which assumes steps that
    were never made."""
    name, sigmas = cast(Any, setting.name), cast(Any, setting.sigmas)
    return sample.scheduler(name, sigmas, late_start="diffusers")


def sampled(
    run: FakeContext, name: str, setting: Setting, start: Latents | None = None, **arguments: Any
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Latents and pixels of the nodes."""
    loaded = models.load(run, name)
    values: dict[str, Any] = {
        "negative": text.encode(loaded.model, NEGATIVE),
        "steps": STEPS,
        "seed": SEED,
        "guidance_scale": 5.0 if name == "sdxl" else 7.5,
        "scheduler": setting.name,
        "sigmas": setting.sigmas,
        **arguments,
    }
    found = sample.denoise(
        loaded.model,
        text.encode(loaded.model, PROMPT),
        start or latents.empty(loaded.model),
        **values,
    ).run()
    return found.samples, latents.decode(found, loaded.vae).pixels


def assert_same(
    ours: tuple[NDArray[np.float32], ...], theirs: tuple[NDArray[np.float32], ...]
) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        assert np.isfinite(other).all() and other.std() > 1e-4
        np.testing.assert_array_equal(mine, other)


@each_model
@every
def test_text_to_image(
    run: FakeContext, references: dict[str, Reference], name: str, setting: Setting
) -> None:
    kind = StableDiffusionXLPipeline if name == "sdxl" else StableDiffusionPipeline
    assert_same(sampled(run, name, setting), references[name].run(kind, setting))


@pytest.mark.parametrize(
    ("name", "setting"),
    [("sd15", s) for s in SETTINGS] + [(name, s) for name in ("sd2", "sdxl") for s in FEW],
    ids=lambda value: value if isinstance(value, str) else f"{value.name}-{value.sigmas}",
)
def test_image_to_image(
    run: FakeContext, references: dict[str, Reference], name: str, setting: Setting
) -> None:
    kind = StableDiffusionXLImg2ImgPipeline if name == "sdxl" else StableDiffusionImg2ImgPipeline
    start = latents.encode(Image(tiny.picture(1)), models.load(run, name).vae)
    assert_same(
        sampled(run, name, setting, start, strength=0.7, schedule=as_stock(setting)),
        references[name].run(kind, setting, image=torch.tensor(start.samples), strength=0.7),
    )


def _control(run: FakeContext, *units: tuple[str, int, float, float, float]) -> Control:
    """Stacked ControlNets: folder, seed of the hint, strength, start, end."""
    control: Control | None = None
    for folder, seed, strength, start, end in units:
        net = models.controlnet(run, folder)
        hint = Image(tiny.picture(seed))
        control = guidance.apply(net, hint, control, strength, start, end)
    assert control is not None
    return control


def _net(folder: Path) -> ControlNetModel:
    return tiny.reown_module(ControlNetModel.from_pretrained(folder))


def _hint(seed: int) -> torch.Tensor:
    return torch.tensor(tiny.picture(seed)).permute(0, 3, 1, 2)


@each
def test_controlnet(
    run: FakeContext, references: dict[str, Reference], tiny_models: Path, setting: Setting
) -> None:
    """One that acts over a part of the run, and the plain run differs from it."""
    ours = sampled(run, "sd15", setting, control=_control(run, ("control-a", 2, 0.8, 0.2, 0.8)))
    theirs = references["sd15"].run(
        StableDiffusionControlNetPipeline,
        setting,
        {"controlnet": _net(tiny_models / "control-a")},
        image=_hint(2),
        controlnet_conditioning_scale=0.8,
        control_guidance_start=0.2,
        control_guidance_end=0.8,
    )
    assert_same(ours, theirs)
    assert not np.array_equal(ours[0], sampled(run, "sd15", setting)[0])


@each
def test_two_controlnets(
    run: FakeContext, references: dict[str, Reference], tiny_models: Path, setting: Setting
) -> None:
    control = _control(run, ("control-a", 2, 0.8, 0.0, 0.5), ("control-b", 3, 1.2, 0.25, 1.0))
    theirs = references["sd15"].run(
        StableDiffusionControlNetPipeline,
        setting,
        {"controlnet": [_net(tiny_models / "control-a"), _net(tiny_models / "control-b")]},
        image=[_hint(2), _hint(3)],
        controlnet_conditioning_scale=[0.8, 1.2],
        control_guidance_start=[0.0, 0.25],
        control_guidance_end=[0.5, 1.0],
    )
    assert_same(sampled(run, "sd15", setting, control=control), theirs)


@some
def test_controlnet_of_sdxl(
    run: FakeContext, references: dict[str, Reference], tiny_models: Path, setting: Setting
) -> None:
    control = _control(run, ("control-xl", 2, 0.7, 0.0, 0.75))
    theirs = references["sdxl"].run(
        StableDiffusionXLControlNetPipeline,
        setting,
        {"controlnet": _net(tiny_models / "control-xl")},
        image=_hint(2),
        controlnet_conditioning_scale=0.7,
        control_guidance_end=0.75,
        guidance_scale=5.0,
    )
    assert_same(sampled(run, "sdxl", setting, control=control), theirs)


@pytest.mark.parametrize("strength", [0.7, 1.0])
@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@some
def test_inpainting(
    run: FakeContext,
    references: dict[str, Reference],
    name: str,
    setting: Setting,
    strength: float,
) -> None:
    kind = StableDiffusionXLInpaintPipeline if name == "sdxl" else StableDiffusionInpaintPipeline
    start = latents.encode(Image(tiny.picture(1)), models.load(run, name).vae)
    # not on the grid of the latents; the pipelines read one pixel of each cell, cut at a half
    alpha = np.zeros((1, tiny.SIDE, tiny.SIDE), np.float32)
    alpha[:, 7:23, 2:19] = 1
    alpha[:, 20:28, 24:30] = 0.6
    guidance: dict[str, Any] = {"guidance_scale": 5.0} if name == "sdxl" else {}
    theirs = references[name].run(
        kind,
        setting,
        image=torch.tensor(start.samples),
        mask_image=torch.tensor(alpha)[None],
        masked_image_latents=torch.tensor(start.samples),
        height=tiny.SIDE,
        width=tiny.SIDE,
        strength=strength,
        **guidance,
    )
    changes: dict[str, Any] = {"strength": strength, "mask_method": "nearest"}
    changes["schedule"] = as_stock(setting)
    assert_same(sampled(run, name, setting, start, mask=Mask(alpha), **changes), theirs)


def test_a_batch_and_the_default_negative_prompt(
    run: FakeContext, references: dict[str, Reference]
) -> None:
    for name, kind in (("sd15", StableDiffusionPipeline), ("sdxl", StableDiffusionXLPipeline)):
        start = latents.empty(models.load(run, name).model, width=40, batch=3)
        setting = FEW[0]
        ours = sampled(run, name, setting, start, negative=None, eta=0.5)
        theirs = references[name].run(
            kind,
            setting,
            negative_prompt=None,
            num_images_per_prompt=3,
            width=40,
            height=32,
            eta=0.5,
        )
        assert_same(ours, theirs)


@pytest.mark.parametrize("name", ["sd2", "sdxl"])
def test_guidance_rescale(run: FakeContext, references: dict[str, Reference], name: str) -> None:
    kind = StableDiffusionXLPipeline if name == "sdxl" else StableDiffusionPipeline
    theirs = references[name].run(kind, FEW[0], guidance_rescale=0.7)
    assert_same(sampled(run, name, FEW[0], guidance_rescale=0.7), theirs)


def test_without_guidance(run: FakeContext, references: dict[str, Reference]) -> None:
    theirs = references["sd15"].run(StableDiffusionPipeline, FEW[0], guidance_scale=1.0)
    assert_same(sampled(run, "sd15", FEW[0], guidance_scale=1.0), theirs)


def test_noise_from_its_own_node(run: FakeContext) -> None:
    """The same as the seed, also for solvers that draw more noise."""
    setting = _setting("euler-ancestral", "")
    empty = latents.empty(models.load(run, "sd15").model, batch=2)
    ours = sampled(run, "sd15", setting, empty, noise=latents.noise(run, empty, SEED), seed=99)
    assert_same(ours, sampled(run, "sd15", setting, empty))


def test_a_distilled_model(run: FakeContext, tiny_models: Path) -> None:
    """The guidance scale is an input of the network, as in latent consistency models."""
    if not (tiny_models / "lcm").exists():
        scheduler = diffusers.LCMScheduler()
        tiny.build_sd(tiny_models / "lcm", scheduler, time_cond_proj_dim=8)
    setting = _setting("lcm", "LCMScheduler")
    theirs = Reference(tiny_models / "lcm").run(StableDiffusionPipeline, setting)
    assert_same(sampled(run, "lcm", setting), theirs)


def test_an_inpainting_model(run: FakeContext, tiny_models: Path) -> None:
    """A network with 9 input channels: latents, mask, and the picture without the masked part."""
    folder = tiny.build_sd(
        tiny_models / "paint",
        diffusers.DDIMScheduler(**tiny.BETAS, steps_offset=1, clip_sample=False),
        in_channels=9,
    )
    config: Any = UNet2DConditionModel.load_config(folder / "unet")
    assert config["in_channels"] == 9
    vae = models.load(run, "paint").vae
    pixels = tiny.picture(1)
    alpha = np.zeros((1, tiny.SIDE, tiny.SIDE), np.float32)
    alpha[:, 8:24, 4:20] = 1
    start = latents.encode(Image(pixels), vae)
    # the pipeline blanks to 0 in [-1, 1], which is middle grey
    kept = 1 - alpha[..., None]
    blanked = (pixels * kept + 0.5 * alpha[..., None]).astype(np.float32)
    masked = latents.encode(Image(blanked), vae)
    theirs = Reference(folder).run(
        StableDiffusionInpaintPipeline,
        FEW[0],
        image=torch.tensor(start.samples),
        mask_image=torch.tensor(alpha)[None],
        masked_image_latents=torch.tensor(masked.samples),
        height=tiny.SIDE,
        width=tiny.SIDE,
        strength=1.0,
    )
    assert_same(
        sampled(run, "paint", FEW[0], start, mask=Mask(alpha), masked=masked, strength=1.0), theirs
    )

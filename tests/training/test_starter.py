"""The shipped weights load in the stock pipelines, offline, and make pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")

# What diffusers and transformers deprecate is not what is tested here.
pytestmark = [
    pytest.mark.filterwarnings(f"ignore::{kind}")
    for kind in ("FutureWarning", "DeprecationWarning", "UserWarning")
]

STARTER = Path(__file__).parents[2] / "resources" / "starter"
PARTS = ("vae", "unet", "text_encoder", "depth-estimator",
         "controlnet-depth", "controlnet-canny", "controlnet-sketch")  # fmt: skip
SAMPLERS = (
    "DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "LMSDiscreteScheduler",
    "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler", "HeunDiscreteScheduler",
    "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "UniPCMultistepScheduler",
    "DEISMultistepScheduler", "KDPM2DiscreteScheduler",
)  # fmt: skip


@pytest.fixture(scope="module")
def pipe() -> Any:
    loaded = diffusers.StableDiffusionPipeline.from_pretrained(
        STARTER, dtype=torch.float32, local_files_only=True
    )
    loaded.set_progress_bar_config(disable=True)
    return loaded


def paint(pipe: Any, prompt: str, steps: int = 8, **more: object) -> NDArray[np.float32]:
    generator = torch.Generator().manual_seed(1)
    result = pipe(prompt, num_inference_steps=steps, generator=generator, output_type="np", **more)
    return result.images[0]


def test_nothing_but_safetensors_text_and_pictures() -> None:
    kinds = {p.suffix for p in STARTER.rglob("*") if p.is_file()}
    assert kinds <= {".safetensors", ".json", ".txt", ".md", ".png"}


def test_size() -> None:
    assert sum(p.stat().st_size for p in STARTER.rglob("*") if p.is_file()) <= 64_000_000


@pytest.mark.parametrize("part", PARTS)
def test_weights_are_half_precision_and_finite(part: str) -> None:
    from safetensors.torch import load_file

    (weights,) = (STARTER / part).glob("*.safetensors")
    for name, value in load_file(weights).items():
        if value.is_floating_point():
            assert value.dtype == torch.float16, name
            assert torch.isfinite(value).all(), name


def test_day_is_brighter_than_night(pipe: Any) -> None:
    day, night = paint(pipe, "mountains at noon"), paint(pipe, "mountains at night")
    assert day.shape == (128, 128, 3)
    assert day.std() > 0.05 and night.std() > 0.02
    assert day.mean() > night.mean() + 0.15


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_gives_a_picture(pipe: Any, sampler: str) -> None:
    kept = pipe.scheduler
    try:
        pipe.scheduler = getattr(diffusers, sampler).from_config(kept.config)
        image = paint(pipe, "hills with a lake at noon", steps=12)
    finally:
        pipe.scheduler = kept
    assert np.isfinite(image).all()
    assert image.std() > 0.05
    clipped = ((image < 0.004) | (image > 0.996)).mean()
    assert clipped < 0.35


@pytest.mark.parametrize("which", ["depth", "canny", "sketch"])
def test_controlnets_change_the_picture(pipe: Any, which: str) -> None:
    net = diffusers.ControlNetModel.from_pretrained(
        STARTER / f"controlnet-{which}", dtype=torch.float32, local_files_only=True
    )
    controlled = diffusers.StableDiffusionControlNetPipeline(
        **pipe.components, controlnet=net, requires_safety_checker=False
    )
    controlled.set_progress_bar_config(disable=True)
    hint = torch.zeros(1, 3, 128, 128)
    hint[..., 70:, :] = torch.linspace(0.1, 1.0, 58)[:, None] if which == "depth" else 0.0
    if which != "depth":
        hint[..., 69:71, :] = 1.0
    free = paint(pipe, "hills at noon", steps=4)
    held = paint(controlled, "hills at noon", steps=4, image=hint)
    assert np.abs(free - held).mean() > 0.005


def test_depth_estimator_in_the_stock_pipeline() -> None:
    from PIL import Image

    estimate = transformers.pipeline("depth-estimation", model=str(STARTER / "depth-estimator"))
    picture = np.zeros((128, 128, 3), np.uint8)
    picture[:64] = (120, 170, 230)
    picture[64:] = (70, 110, 40)
    depth = estimate(Image.fromarray(picture))["predicted_depth"].float().numpy().squeeze()
    assert depth.shape[-2:] == (128, 128)
    assert depth[100:].mean() > depth[:40].mean()

"""Every training script can be imported and describes itself."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

for needed in ("numba", "scipy", "cv2", "torch", "diffusers", "transformers"):
    pytest.importorskip(needed)

SCRIPTS = sorted(p.stem for p in (Path(__file__).parents[2] / "training").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_importable_and_documented(name: str) -> None:
    module = importlib.import_module(f"training.{name}")
    assert module.__doc__


def test_the_encoder_is_the_projection() -> None:
    import numpy as np
    import torch

    from training.vae import build_vae, encode, principal_components, read_encoder, write_encoder

    rgb = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
    kernel, bias = principal_components(rgb)
    vae: Any = build_vae()  # what encode returns has no type of its own
    write_encoder(vae, kernel, bias)
    pixels = torch.rand(2, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        assert torch.allclose(vae.encode(pixels).latents, encode(kernel, bias, pixels), atol=1e-4)
    assert all(torch.equal(a, b) for a, b in zip(read_encoder(vae), (kernel, bias), strict=True))


def test_muon_makes_matrices_orthogonal() -> None:
    import torch

    from training.optimizers import orthogonal

    values = torch.linalg.svdvals(orthogonal(torch.randn(2, 24, 60)))
    assert values.min() > 0.4 and values.max() < 1.5


def test_texture_is_the_same_wherever_it_lies_and_lost_by_a_blur() -> None:
    import torch
    import torch.nn.functional as F

    from training.finish import Critic, texture_loss

    torch.manual_seed(0)
    critic, rough = Critic(), torch.rand(2, 3, 64, 64) * 2 - 1
    moved = texture_loss(critic, rough.roll(8, -1), rough)
    blurred = texture_loss(critic, F.avg_pool2d(rough, 3, 1, 1), rough)
    assert texture_loss(critic, rough, rough) == 0
    assert moved < 0.2 * blurred


def test_the_quick_lora_is_trained_on_from_the_committed_one(tmp_path: Path) -> None:
    import torch
    from peft import get_peft_model_state_dict, set_peft_model_state_dict

    from training.fast import ADAPTER, add_lora, saved_lora
    from training.unet import load_models

    lora = saved_lora(tmp_path)  # no checkpoint there
    assert lora
    student = add_lora(load_models(None)[0])
    set_peft_model_state_dict(student, lora, ADAPTER)
    taken = get_peft_model_state_dict(student, adapter_name=ADAPTER)
    assert taken.keys() == lora.keys()
    assert all(torch.equal(taken[name], lora[name]) for name in lora)

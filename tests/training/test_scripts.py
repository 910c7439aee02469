"""Every training script can be imported and says what it does."""

from __future__ import annotations

import importlib
from pathlib import Path

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
    vae = build_vae()
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

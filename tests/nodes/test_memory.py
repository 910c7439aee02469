"""Tests running out of memory on the device: one user-facing line, and the process continues."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nodes import annotators, control, detectors, latents, models, text
from nodes.diffusion import load
from nodes.diffusion.pool import Pool, pool
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, picture
from tests.nodes.tiny import denoiser

pytestmark = tiny.QUIET

TORCH = (
    "CUDA out of memory. Tried to allocate 20.50 GiB. GPU 0 has a total capacity of 23.69 GiB of "
    "which 1.50 GiB is free. Including non-PyTorch memory, this process has 22.19 GiB memory in "
    "use.\nOf the allocated memory 21 GiB is allocated by PyTorch."
)


def fail(*_args: Any, **_options: Any) -> Any:
    raise torch.OutOfMemoryError(TORCH)


def test_a_step(run: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error gives numbers and remedies; the same run then works."""
    steps = denoiser(run)
    expected = denoiser(run).run().samples
    with monkeypatch.context() as patch:
        patch.setattr(load.unet(models.load(run, "sd15").model), "forward", fail)
        with pytest.raises(NodeError) as raised:
            steps.step()
    assert str(raised.value) == (
        "Out of memory on the device: 20.50 GiB more needed, 1.50 GiB of 23.69 GiB free. Make the "
        "pictures smaller or fewer, encode and decode tiled, or load the model in float16 or "
        "bfloat16."
    )
    assert raised.value.__context__ is None, "its frames would hold the memory"
    assert pool.size == 0
    np.testing.assert_array_equal(denoiser(run).run().samples, expected)


def test_vae_and_text_encoder(run: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    model, vae = models.load(run, "sd15")
    network = load.vae(vae)
    monkeypatch.setattr(network, "decode", fail)
    with pytest.raises(NodeError, match="Out of memory on the device"):
        latents.decode(latents.empty(model), vae)
    monkeypatch.setattr(load.text_encoder(model, 1), "forward", fail)
    with pytest.raises(NodeError, match="Out of memory on the device"):
        text.encode(model, "a cat")


def test_annotators(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = detectors.MLSD
    with detectors.quiet():
        torch.save(network.build().state_dict(), tmp_path / network.file)
    monkeypatch.setattr(torch.nn.Conv2d, "forward", fail)
    with pytest.raises(NodeError, match="Out of memory on the device"):
        annotators.mlsd(picture(1, 64, 64, 3), FakeContext(tmp_path), weights=".", resolution=64)
    assert pool.size == 0


@pytest.mark.parametrize("place", ["torch.nn.Conv2d.forward", "nodes.diffusion.load.own"])
def test_depth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """While it runs, and while it is loaded."""
    pool.free()
    monkeypatch.setattr(place, fail)
    with pytest.raises(NodeError, match="Out of memory on the device"):
        control.depth(picture(1, 64, 64, 3), FakeContext(tmp_path), "starter")
    assert pool.size == 0


def test_a_family_with_a_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes import sample
    from tests.nodes import tiny_pipelines

    tiny_pipelines.build("pixart-sigma", tmp_path)
    model = models.load(FakeContext(tmp_path), "pixart-sigma").model
    prompt = text.encode(model, "a cat")
    steps: Any = sample.denoise(model, prompt, latents.empty(model, 32, 32), steps=2)
    monkeypatch.setattr(steps._pipeline.transformer, "forward", fail)
    with pytest.raises(NodeError, match="Out of memory on the device"):
        steps.step()


def test_networks_are_dropped_for_a_new_one() -> None:
    """A network that does not fit into memory with the others replaces them."""
    networks = Pool(2**40)
    old = networks.get("old", lambda: torch.nn.Linear(3, 3))
    gone = weakref.ref(old)
    del old

    def build() -> torch.nn.Module:
        if "old" in networks._held:
            fail()
        return torch.nn.Linear(2, 2)

    new = networks.get("new", build)
    gc.collect()
    assert gone() is None and networks.get("new", fail) is new
    with pytest.raises(torch.OutOfMemoryError):
        networks.get("too large", fail)

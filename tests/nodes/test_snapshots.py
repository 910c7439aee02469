"""A sampler's state survives serialisation bit for bit, and equal keys mean equal states."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
import torch
from safetensors.torch import load

from nodes import guidance, latents, models, sample, text
from nodes.diffusion import snapshot
from nodes.diffusion.schedulers import SCHEDULERS
from nodes.types import Control, Guidance, Image, Latents, Mask
from nodeui.sdk import Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, restore, states_of, stored
from tests.nodes.tiny import denoiser, shared

pytestmark = tiny.QUIET


def test_every_scheduler_that_is_built_is_offered() -> None:
    assert get_args(sample.SchedulerName) == tuple(SCHEDULERS)


@pytest.mark.parametrize(
    ("scheduler", "masked"),
    [
        *((name, False) for name in SCHEDULERS),
        ("ddpm", True),
        ("heun", True),
        ("dpm++2m-sde", True),
    ],
)
def test_a_fresh_run_goes_on_from_any_snapshot(
    run: FakeContext, scheduler: str, masked: bool
) -> None:
    """After each step, with noise drawn at each step where the solver does so."""
    changes: dict[str, Any] = {"scheduler": scheduler, "eta": 0.5}
    if masked:
        start = latents.encode(Image(tiny.picture(1)), models.load(run, "sd15").vae)
        alpha = np.zeros((1, 32, 32), np.float32)
        alpha[:, 8:24] = 1
        changes |= {"latents": start, "mask": Mask(alpha), "strength": 0.7}
    straight = denoiser(run, **changes)
    states: list[bytes] = []
    for _ in straight.keys:
        straight.step()
        states.append(stored(straight))
    expected = straight.result().samples
    assert np.isfinite(expected).all()

    reused = denoiser(run, **changes)  # restored before every step
    for done, state in enumerate(states[:-1], start=1):
        resumed = denoiser(run, **changes)
        restore(resumed, states[:done])
        assert stored(resumed) == state
        resumed.step()
        assert stored(resumed) == states[done]
        if done == len(states) // 2:
            for _ in range(len(states) - done - 1):
                resumed.step()
            np.testing.assert_array_equal(resumed.result().samples, expected)
        restore(reused, states[:done])
        reused.step()
    np.testing.assert_array_equal(reused.result().samples, expected)


@pytest.mark.parametrize("scheduler", ["euler-ancestral", "dpm++2m", "unipc"])
def test_the_starter_model_goes_on_from_any_step(
    run: FakeContext, scheduler: sample.SchedulerName
) -> None:
    model = models.load(run).model

    def fresh() -> Steps[Latents]:
        return sample.denoise(
            model,
            text.encode(model, "a lake below mountains"),
            latents.empty(model, 64, 64),
            steps=6,
            scheduler=scheduler,
        )

    straight = fresh()
    states: list[bytes] = []
    for _ in straight.keys:
        straight.step()
        states.append(stored(straight))
    for done in range(1, len(states) + 1):
        resumed = fresh()
        restore(resumed, states[:done])
        for _ in states[done:]:
            resumed.step()
        np.testing.assert_array_equal(resumed.result().samples, straight.result().samples)


def test_a_snapshot_is_data(run: FakeContext) -> None:
    """A safetensors file of one tensor, without pickled parts."""
    steps = denoiser(run)
    steps.step()
    assert {name: tensor.shape for name, tensor in load(stored(steps)).items()} == {
        "prediction": (2, 4, 8, 8)
    }


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_state_is_no_larger_than_the_latents(run: FakeContext, scheduler: str) -> None:
    size = 2 * 4 * 32 * 32 * 4
    empty = Latents(np.zeros((2, 4, 32, 32), np.float32), empty=True)
    steps = denoiser(run, scheduler=scheduler, latents=empty, eta=0.5)
    assert all(size <= len(state) <= 1.02 * size for state in states_of(steps))


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64], ids=str
)
def test_tensors_survive_in_their_dtype(dtype: torch.dtype) -> None:
    before = torch.tensor([[1.0, -0.0], [np.pi, 6e-5]]).to(dtype).T  # not contiguous
    after = snapshot.parse(snapshot.dump(before), torch.device("cpu"))
    assert after.dtype == dtype and torch.equal(before, after)
    assert torch.equal(before.signbit(), after.signbit())


# --- keys ---


def control(run: FakeContext, end: float = 0.8, **changes: Any) -> Control:
    net = models.controlnet(run, "control-a")
    return guidance.apply(net, Image(tiny.picture(1)), end=end, **changes)


def test_what_an_edit_leaves_as_it_was(run: FakeContext) -> None:
    """20 steps of a one-step solver: the numbers that the design promises."""
    twenty: dict[str, Any] = {"steps": 20, "scheduler": "ddim"}
    plain = denoiser(run, **twenty)
    held = denoiser(run, **twenty, control=control(run))
    assert shared(held, denoiser(run, **twenty, control=control(run, 0.6))) == 12
    assert shared(held, denoiser(run, **twenty, control=control(run, 0.81))) == 20
    assert shared(held, plain) == 0
    late = control(run, 1.0, start=0.5)
    assert shared(plain, denoiser(run, **twenty, control=late)) == 10
    both = Control((*control(run).units, *late.units))
    assert shared(held, denoiser(run, **twenty, control=both)) == 10

    falling = guidance.cfg(curve=((0.0, 7.5), (0.55, 7.5), (0.6, 3.0)))
    assert shared(plain, denoiser(run, **twenty, guidance=falling)) == 12
    assert shared(plain, denoiser(run, **twenty, guidance=Guidance(((0.0, 7.5),), 0.0))) == 20
    assert shared(plain, denoiser(run, **twenty, end_step=9)) == 9


def test_a_negative_prompt_counts_only_where_it_is_used(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    other = text.encode(model, "sea")
    late = guidance.cfg(curve=((0.0, 1.0), (0.5, 1.0), (0.6, 7.0)))
    ten: dict[str, Any] = {"steps": 10, "scheduler": "ddim", "guidance": late}
    assert shared(denoiser(run, **ten), denoiser(run, **ten, negative=other)) == 6
    off: dict[str, Any] = {"guidance_scale": 1.0}
    assert shared(denoiser(run, **off), denoiser(run, **off, negative=other)) == 6


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 4},
        {"steps": 7},
        {"scheduler": "euler"},
        {"sigmas": "karras"},
        {"start_step": 2},
        {"strength": 0.5},
    ],
    ids=str,
)
def test_what_shares_nothing(run: FakeContext, changes: dict[str, Any]) -> None:
    start = latents.encode(Image(tiny.picture(1, 2)), models.load(run, "sd15").vae)
    base: dict[str, Any] = {"scheduler": "dpm++2m", "latents": start}
    assert shared(denoiser(run, **base), denoiser(run, **{**base, **changes})) == 0


def test_eta_counts_only_where_the_solver_knows_it(run: FakeContext) -> None:
    for scheduler, together in (("ddim", 0), ("dpm++2m", 6)):
        runs = [denoiser(run, scheduler=scheduler, eta=eta) for eta in (0.0, 0.3)]
        assert shared(*runs) == together


def test_shared_keys_mean_shared_states(run: FakeContext) -> None:
    a = denoiser(run, scheduler="unipc", control=control(run, 0.9))
    b = denoiser(run, scheduler="unipc", control=control(run, 0.5))
    together = shared(a, b)
    assert 0 < together < 6
    for _ in range(together):
        a.step()
        b.step()
    assert stored(a) == stored(b)
    a.step()
    b.step()
    assert stored(a) != stored(b)


def test_making_a_run_loads_no_weights(run: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    from nodes.diffusion import load

    model = models.load(run, "sd15").model
    arguments: dict[str, Any] = {
        "positive": text.encode(model, "a cat"),
        "latents": latents.empty(model),
        "control": control(run),
    }

    def fail(*_: Any) -> Any:
        raise AssertionError("weights were loaded")

    for name in ("unet", "controlnet", "text_encoder", "vae"):
        monkeypatch.setattr(load, name, fail)
    assert len(sample.denoise(model, **arguments).keys) == 20

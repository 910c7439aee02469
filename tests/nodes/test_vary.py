"""Variations of a picture: mixed noise, and new noise in the middle of a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import DDIMScheduler

from nodes import latents, models, sample
from nodes.diffusion import noise
from nodes.diffusion.schedulers import SCHEDULERS
from nodes.types import Latents
from nodeui.sdk import NodeError
from tests.nodes import tiny, tiny_pipelines
from tests.nodes.fakes import FakeContext, restore, states_of, stored
from tests.nodes.test_pipelines import sampler as piped
from tests.nodes.tiny import denoiser, shared

pytestmark = [
    tiny.QUIET,
    pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning"),  # diffusers' own use
]

STEPS = 6
SHAPE = (2, 4, 64, 64)


# --- near: mixed noise ---


@pytest.mark.parametrize("amount", [0.05, 0.3, 0.5, 0.9])
def test_mixed_noise_is_unit_normal(amount: float) -> None:
    """Variance and kurtosis of 16384 values, within five standard errors; no two pictures alike."""
    mixed = noise.varied(3, 900, amount, SHAPE).samples
    assert mixed.dtype == np.float32 and mixed.shape == SHAPE
    for picture in mixed.astype(np.float64):
        count = picture.size
        assert abs(picture.mean()) < 5 * count**-0.5
        assert abs(picture.var() - 1) < 5 * (2 / count) ** 0.5
        assert abs((picture**4).mean() - 3) < 5 * (96 / count) ** 0.5
    first, second = mixed.reshape(2, -1).astype(np.float64)
    assert abs((first * second).mean()) < 0.05


def test_mixed_noise_lies_on_the_great_circle() -> None:
    """In closed form: equal angles for equal amounts, and the length of two unit vectors."""
    a, b = (np.array([row], np.float32) for row in ([1, 0], [0, 1]))
    for amount in (0.1, 0.25, 0.5):
        angle = amount * np.pi / 2
        expected = [[np.cos(angle), np.sin(angle)]]
        np.testing.assert_allclose(noise.slerp(a, b, amount), expected, rtol=1e-6)
    slanted = np.array([[np.cos(0.4), np.sin(0.4)]], np.float32)
    expected = [[np.cos(0.1), np.sin(0.1)]]
    np.testing.assert_allclose(noise.slerp(a, slanted, 0.25), expected, rtol=1e-6)


def test_the_ends_of_a_mixture_are_the_noises_themselves() -> None:
    for amount, seed in ((0.0, 3), (1.0, 900)):
        mixed, plain = noise.varied(3, 900, amount, SHAPE), noise.noise(seed, SHAPE)
        np.testing.assert_array_equal(mixed.samples, plain.samples)
        np.testing.assert_array_equal(mixed.states, plain.states)
        assert mixed.seed == seed
    np.testing.assert_array_equal(
        noise.varied(3, 3, 0.5, SHAPE).samples, noise.noise(3, SHAPE).samples
    )


def test_each_picture_of_a_batch_is_mixed_alone() -> None:
    batch = noise.varied(3, 900, 0.3, SHAPE).samples
    alone = noise.varied(4, 901, 0.3, (1, *SHAPE[1:])).samples
    np.testing.assert_array_equal(batch[1:], alone)


@pytest.mark.parametrize("scheduler", ["ddim", "euler-ancestral"])
def test_the_ends_of_a_mixture_share_all_steps_with_their_seeds(
    run: FakeContext, scheduler: str
) -> None:
    empty = latents.empty(models.load(run, "sd15").model, batch=2)
    mixed = {
        amount: latents.noise(run, empty, 3, variation=amount, variation_seed=40)
        for amount in (0.0, 0.2, 0.3, 1.0)
    }
    runs = {
        amount: denoiser(run, scheduler=scheduler, noise=value) for amount, value in mixed.items()
    }
    results = {amount: one.run().samples for amount, one in runs.items()}
    for amount, seed in ((0.0, 3), (1.0, 40)):
        plain = denoiser(run, scheduler=scheduler, seed=seed)
        assert shared(plain, runs[amount]) == STEPS
        np.testing.assert_array_equal(plain.run().samples, results[amount])
    assert shared(runs[0.2], runs[0.3]) == shared(runs[0.0], runs[0.2]) == 0
    distances = [np.abs(result - results[0.0]).mean() for result in results.values()]
    assert distances == sorted(distances) and distances[1] > 0


def test_seeds_that_wrap_are_reported(run: FakeContext) -> None:
    empty = latents.empty(models.load(run, "sd15").model, batch=2)
    latents.noise(run, empty, 3, variation_seed=2**32 - 1)
    assert not run.warnings  # it has no effect
    latents.noise(run, empty, 3, variation=0.2, variation_seed=2**32 - 1)
    (warning,) = run.warnings
    assert warning.startswith("variation_seed 4294967295 is so high that the seeds wrap")


# --- medium: new noise in the middle ---


def clean_estimate(before: Any, after: Any, levels: Sequence[tuple[float, float]]) -> Any:
    """Solve x = a clean + b noise for `clean`, given x at two levels (a, b) on a straight path."""
    (a, b), (c, d) = levels
    return (d * before - b * after) / (a * d - b * c)


def test_new_noise_is_that_of_the_scheduler(run: FakeContext, tiny_models: Path) -> None:
    """The estimate follows in closed form from two states of DDIM, which moves on a straight path
    between them; diffusers adds the noise."""
    at = 3
    before, after = (
        torch.tensor(denoiser(run, scheduler="ddim", end_step=end).run().samples)
        for end in (at - 1, at)
    )
    config: Any = DDIMScheduler.load_config(tiny_models / "sd15" / "scheduler")
    scheduler: Any = DDIMScheduler.from_config(config, steps_offset=1, clip_sample=False)
    scheduler.set_timesteps(STEPS)
    level = scheduler.alphas_cumprod.double()[scheduler.timesteps]
    levels = [(float(level[i].sqrt()), float((1 - level[i]).sqrt())) for i in (at - 1, at)]
    clean = clean_estimate(before.double(), after.double(), levels).float()
    found = denoiser(run, scheduler="ddim", renoise_step=at, renoise_seed=77).run().samples
    added = scheduler.add_noise(
        clean,
        torch.tensor(noise.noise(77, tuple(clean.shape)).samples),
        scheduler.timesteps[at : at + 1].repeat(2),
    )
    direct = denoiser(run, scheduler="ddim", latents=Latents(added.numpy()), start_step=at)
    np.testing.assert_allclose(found, direct.run().samples, atol=2e-4)


@pytest.mark.parametrize("name", ["sd3", "flux-schnell", "zimage", "sana"])
def test_new_noise_of_flow_matching(tmp_path: Path, name: str) -> None:
    """(1 - sigma) clean + sigma noise, with the estimate from two states of Euler's method."""
    at = 2
    tiny_pipelines.build(name, tmp_path)
    files = FakeContext(tmp_path)
    before, after = (
        piped(files, name, scheduler="euler", end_step=end).run().samples for end in (at - 1, at)
    )
    found = piped(files, name, scheduler="euler", renoise_step=at, renoise_seed=77)
    sigmas: Any = found._plan.sigmas.double().numpy()  # pyright: ignore
    clean = clean_estimate(
        before.astype(np.float64),
        after.astype(np.float64),
        [(1 - sigma, sigma) for sigma in sigmas[at - 1 : at + 1]],
    )
    fresh = noise.noise(77, before.shape).samples
    noisy = Latents(((1 - sigmas[at]) * clean + sigmas[at] * fresh).astype(np.float32))
    direct = piped(files, name, scheduler="euler", latents=noisy, start_step=at)
    np.testing.assert_allclose(found.run().samples, direct.run().samples, atol=1e-3)
    assert shared(found, piped(files, name, scheduler="euler")) == at


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_the_solver_begins_again_with_the_new_noise(run: FakeContext, scheduler: str) -> None:
    """As in image to image from the estimate, for every solver, bit for bit; and resumed."""
    at, options = 3, {"scheduler": scheduler, "eta": 0.5}
    plain = denoiser(run, **options)
    order = round(len(plain.keys) / STEPS)
    for _ in range(at * order):
        plain.step()
    estimate: Any = plain._estimate  # pyright: ignore
    start = Latents(estimate.clean.numpy())
    expected = denoiser(run, **options, latents=start, seed=77, strength=0.5).run().samples
    varied = denoiser(run, **options, renoise_step=at, renoise_seed=77)
    assert shared(varied, denoiser(run, **options)) == at * order
    states = states_of(varied)
    np.testing.assert_array_equal(varied.result().samples, expected)
    assert not np.array_equal(expected, denoiser(run, **options).run().samples)
    for done in (at * order - 1, at * order, at * order + 1):
        resumed = denoiser(run, **options, renoise_step=at, renoise_seed=77)
        restore(resumed, states[:done])
        resumed.step()
        assert stored(resumed) == states[done]


def test_new_noise_shares_the_steps_before(run: FakeContext) -> None:
    plain = denoiser(run)
    first, second = (denoiser(run, renoise_step=4, renoise_seed=seed) for seed in (1, 2))
    assert shared(plain, first) == shared(first, second) == 4
    assert shared(plain, denoiser(run, renoise_seed=9)) == STEPS


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"renoise_step": 0}, "renoise_step is 0; it must lie after step 0"),
        ({"renoise_step": 6}, "not after step 5, its last one"),
        ({"renoise_step": 4, "end_step": 3}, "not after step 2"),
        ({"renoise_step": 1, "scheduler": "heun", "steps": 1}, "not after step 0"),
    ],
)
def test_steps_at_which_new_noise_is_refused(
    run: FakeContext, changes: dict[str, Any], text: str
) -> None:
    with pytest.raises(NodeError, match=text) as raised:
        denoiser(run, **changes)
    assert raised.value.parameter == "renoise_step"


def test_new_noise_of_a_picture_that_is_changed(run: FakeContext) -> None:
    """Steps are counted from the start of the schedule, also those that strength leaves out."""
    start = Latents(np.zeros((1, 4, 8, 8), np.float32))
    with pytest.raises(NodeError, match="must lie after step 3"):
        denoiser(run, latents=start, strength=0.5, renoise_step=3)
    plain = denoiser(run, latents=start, strength=0.5)
    assert shared(plain, denoiser(run, latents=start, strength=0.5, renoise_step=4)) == 1


def test_a_solver_that_cannot_add_noise_is_named(
    run: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(DDIMScheduler, "add_noise")
    denoiser(run, scheduler="ddim")
    with pytest.raises(NodeError, match="DDIMScheduler cannot add noise") as raised:
        denoiser(run, scheduler="ddim", renoise_step=2)
    assert raised.value.parameter == "renoise_step"


def test_noise_that_has_no_effect_is_reported(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    drawn = latents.noise(run, latents.empty(model, batch=2), 3)
    noisy = Latents(drawn.samples)
    for scheduler, warned in (("ddim", True), ("ddpm", False)):
        one: Any = denoiser(run, scheduler=scheduler, latents=noisy, noise=drawn, start_step=2)
        assert any("noise has no effect" in text for text in one.remarks()) is warned


def test_the_kinds_of_variation_are_declared() -> None:
    assert [kind.variation for kind in sample.denoise.branches if kind.variation] == [
        "near",
        "medium",
        "far",
    ]

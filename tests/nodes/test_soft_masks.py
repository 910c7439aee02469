"""Soft inpainting: the grey of a mask is how much of the run changes a part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionXLImg2ImgPipeline
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nodes import latents, models, sample
from nodes.diffusion.masks import changing, latent_mask
from nodes.types import Image, Latents, Mask
from nodeui.sdk import NodeError, Steps
from tests.nodes import test_parity, tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.test_parity import FEW, Reference, Setting, as_stock, assert_same, sampled

pytestmark = tiny.QUIET

Array = NDArray[np.float32]
SEED = test_parity.SEED


@pytest.fixture(scope="module")
def references(tiny_models: Path) -> Iterator[dict[str, Reference]]:
    yield {name: Reference(tiny_models / name) for name in ("sd15", "sd2", "sdxl")}


def ramp() -> Mask:
    """Return a mask that rises from 0 to 1 over the picture, a cell of latents at a time."""
    row = np.repeat(np.linspace(0, 1, tiny.SIDE // 4, dtype=np.float32) ** 1.1, 4)
    return Mask(np.broadcast_to(row, (1, tiny.SIDE, tiny.SIDE)).copy())


def encoded(run: FakeContext, name: str = "sd15") -> Latents:
    return latents.encode(Image(tiny.picture(1)), models.load(run, name).vae)


def soft(run: FakeContext, mask: Mask, **changes: Any) -> Steps[Latents]:
    values = {"mask": mask, "mask_method": "soft", "scheduler": "ddim", **changes}
    return tiny.denoiser(run, latents=encoded(run), **values)


@pytest.mark.parametrize("strength", [0.6, 1.0])
@pytest.mark.parametrize(
    ("name", "setting"),
    [("sd15", setting) for setting in FEW] + [("sd2", FEW[0]), ("sdxl", FEW[0])],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_direct_loop_with_diffusers(
    run: FakeContext,
    references: dict[str, Reference],
    name: str,
    setting: Setting,
    strength: float,
) -> None:
    """The image to image pipeline, whose latents are replaced after each step."""
    kind = StableDiffusionXLImg2ImgPipeline if name == "sdxl" else StableDiffusionImg2ImgPipeline
    start, mask = encoded(run, name), ramp()
    original = torch.tensor(start.samples)
    noise = torch.randn(original.shape, generator=torch.Generator().manual_seed(SEED))
    cells = torch.tensor(mask.alpha[:, None, ::4, ::4])

    def blend(pipe: Any, index: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
        times = pipe.scheduler.timesteps[-pipe.num_timesteps :]
        count = len(times)
        if index + 1 < count:
            stays = (1 - cells.double()) > (index + 1) / count
            noised = pipe.scheduler.add_noise(original, noise, times[index + 1 : index + 2])
        else:
            stays, noised = cells == 0, original
        values["latents"] = torch.where(stays, noised, values["latents"])
        return values

    guidance: dict[str, Any] = {"guidance_scale": 5.0} if name == "sdxl" else {}
    theirs = references[name].run(
        kind, setting, image=original, strength=strength, blend=blend, **guidance
    )
    changes: dict[str, Any] = {"schedule": as_stock(setting), "mask_method": "soft"}
    ours = sampled(run, name, setting, start, mask=mask, strength=strength, **changes)
    assert_same(ours, theirs)


def test_black_stays_and_white_changes(run: FakeContext) -> None:
    found, start = soft(run, ramp()).run(), encoded(run)
    np.testing.assert_array_equal(found.samples[..., 0], start.samples[..., 0])
    changes = np.abs(found.samples - start.samples).mean((0, 1, 2))
    assert changes[-1] > changes[2] > 0


def test_a_white_mask_is_image_to_image(run: FakeContext) -> None:
    white = Mask(np.ones((1, tiny.SIDE, tiny.SIDE), np.float32))
    for strength in (0.5, 0.99):
        masked = soft(run, white, strength=strength, steps=8).run()
        plain = tiny.denoiser(
            run, latents=encoded(run), strength=strength, steps=8, scheduler="ddim"
        ).run()
        np.testing.assert_array_equal(masked.samples, plain.samples)


def test_a_change_that_matters_late_resumes_late(run: FakeContext) -> None:
    """Cells of 0.5 act from the middle on, and those of 0.25 in the last quarter."""
    base = ramp().alpha.copy()
    base[:, :8, :8] = 0
    late, middle = base.copy(), base.copy()
    late[:, :4, :4], middle[:, :4, :4] = 0.25, 0.5
    one, two, three = (soft(run, Mask(alpha), steps=8) for alpha in (base, late, middle))
    assert tiny.shared(one, two) == 5  # the blend after step 5 is that before step 6 of 0 to 7
    assert tiny.shared(one, three) == 3


@pytest.mark.parametrize("scheduler", ["ddim", "dpm++2m", "heun", "euler-ancestral"])
def test_resumed_or_not_the_bits_are_equal(run: FakeContext, scheduler: Any) -> None:
    from tests.nodes.fakes import restore, stored

    whole = soft(run, ramp(), scheduler=scheduler)
    states: list[bytes] = []
    for _ in whole.keys:
        whole.step()
        states.append(stored(whole))
    for done in range(1, len(states)):
        again = soft(run, ramp(), scheduler=scheduler)
        restore(again, states[:done])
        for _ in range(done, len(states)):
            again.step()
        np.testing.assert_array_equal(again.result().samples, whole.result().samples)


def test_the_keys_of_hard_masks_have_not_changed(run: FakeContext) -> None:
    hard = [
        tiny.denoiser(run, latents=encoded(run), mask=ramp(), mask_method=method)
        for method in ("any pixel", "nearest")
    ]
    assert tiny.shared(hard[0], hard[1]) == 0
    assert tiny.shared(hard[0], soft(run, ramp(), scheduler="auto")) == 0


@given(st.integers(1, 60), st.floats(0, 1, width=32))
def test_more_and_more_changes(count: int, grey: float) -> None:
    """A cell changes in the last part of the run, which is as long as it is bright."""
    cells = np.full((1, 1, 1, 1), grey, np.float32)
    found = [bool(changing(cells, index, count)[0, 0, 0, 0]) for index in range(count + 1)]
    assert found == sorted(found)
    assert found[-1] == (grey > 0) or grey < 1e-15
    assert sum(found[:count]) == pytest.approx(grey * count, abs=1 + 1e-6)


def test_a_cell_is_the_mean_of_its_pixels() -> None:
    alpha = np.random.default_rng(1).random((2, 32, 48), np.float32)
    expected = alpha.reshape(2, 8, 4, 12, 4).mean((2, 4))[:, None]
    found = latent_mask(Mask(alpha), 8, 12, "soft", "cover")
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_faint_masks_are_named(run: FakeContext) -> None:
    ctx = FakeContext(run.root)
    faint = Mask(np.full((1, tiny.SIDE, tiny.SIDE), 0.1, np.float32))
    soft(run, faint, steps=4, ctx=ctx)
    assert ctx.warnings == [
        "The mask is too faint: with 4 steps, nothing below 1 / 4 changes the picture."
    ]


def test_inpainting_models_take_no_soft_masks(run: FakeContext, tiny_models: Path) -> None:
    import diffusers

    folder = tiny_models / "paint"
    if not folder.exists():
        solver = diffusers.DDIMScheduler(**tiny.BETAS, steps_offset=1, clip_sample=False)
        tiny.build_sd(folder, solver, in_channels=9)
    loaded, start = models.load(run, "paint"), encoded(run)
    from nodes import text

    with pytest.raises(NodeError, match="takes no soft masks") as refused:
        sample.denoise(
            loaded.model,
            text.encode(loaded.model, "a cat"),
            start,
            mask=ramp(),
            masked=start,
            mask_method="soft",
        )
    assert refused.value.parameter == "mask_method"

"""Prompts that act in parts of the picture, and controls limited by masks.

The expected latents come from loops written here with the UNet and the schedulers of diffusers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import ControlNetModel, DDIMScheduler, UNet2DConditionModel
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.torch import load_file

from nodes import guidance, latents, lora, models, sample, text
from nodes.diffusion import regions
from nodes.types import Conditioning, Image, Latents, Mask, Regions
from nodeui.sdk import NodeError, Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, mask, restore, states_of
from tests.nodes.test_lora import build as build_lora
from tests.nodes.tiny import SIDE, denoiser

pytestmark = tiny.QUIET

Array = NDArray[np.float32]
CELLS = SIDE // 4
LATE = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0))


def left(until: int = SIDE // 2) -> Mask:
    alpha = np.zeros((1, SIDE, SIDE), np.float32)
    alpha[:, :, :until] = 1
    return Mask(alpha)


def right(start: int = SIDE // 2) -> Mask:
    return Mask(1 - left(start).alpha)


def prompt(run: FakeContext, words: str, name: str = "sd15") -> Conditioning:
    return text.encode(models.load(run, name).model, words)


def with_regions(
    run: FakeContext, *parts: tuple[str, Mask], name: str = "sd15", **changes: Any
) -> Conditioning:
    """The prompt "a cat" with regions."""
    found = prompt(run, "a cat", name)
    for words, where in parts:
        found = text.region(found, prompt(run, words, name), where, **changes)
    return found


def regional(
    run: FakeContext, *parts: tuple[str, Mask], name: str = "sd15", **changes: Any
) -> Steps[Latents]:
    own = {key: changes.pop(key) for key in ("method", "weight", "curve") if key in changes}
    positive = with_regions(run, *parts, name=name, **own)
    return denoiser(run, name, **{"positive": positive, "scheduler": "ddim", **changes})


def cells_of(where: Mask) -> torch.Tensor:
    """The mean of each 4 x 4 pixels, (n, 1, rows, columns)."""
    alpha = where.alpha.reshape(len(where.alpha), CELLS, 4, CELLS, 4)
    return torch.tensor(alpha.mean((2, 4), dtype=np.float32)[:, None])


@torch.no_grad()
def direct(
    folder: Path,
    predict: Callable[[Any, torch.Tensor, torch.Tensor], torch.Tensor],
    steps: int = 6,
    seed: int = 3,
) -> Array:
    """A DDIM loop for two pictures, with the prediction of `predict(unet, latents, time)`."""
    unet = tiny.reown_module(UNet2DConditionModel.from_pretrained(folder / "unet"))
    scheduler: Any = DDIMScheduler.from_pretrained(folder / "scheduler")
    scheduler.set_timesteps(steps)
    shape = (1, 4, CELLS, CELLS)
    noise = [torch.randn(shape, generator=torch.Generator().manual_seed(seed + i)) for i in (0, 1)]
    sample = torch.cat(noise) * scheduler.init_noise_sigma
    for time in scheduler.timesteps:
        sample = scheduler.step(predict(unet, sample, time), time, sample).prev_sample
    return sample.numpy()


def arguments(*prompts: Conditioning) -> dict[str, Any]:
    """The text arguments of a UNet for two pictures of each prompt."""
    embeds = torch.cat([torch.tensor(value.embeds).repeat(2, 1, 1) for value in prompts])
    found: dict[str, Any] = {"encoder_hidden_states": embeds}
    if prompts[0].pooled is not None:
        pooled = torch.cat([torch.tensor(value.pooled).repeat(2, 1) for value in prompts])
        times = torch.tensor([[SIDE, SIDE, 0, 0, SIDE, SIDE]], dtype=torch.float32)
        added = {"text_embeds": pooled, "time_ids": times.repeat(len(pooled), 1)}
        found["added_cond_kwargs"] = added
    return found


# --- composition of predictions ---


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@pytest.mark.parametrize("weight", [1.0, 0.4, 1.7])
def test_predictions_are_composed_by_their_weights(
    run: FakeContext, tiny_models: Path, name: str, weight: float
) -> None:
    """Two overlapping soft masks: e = (b e0 + a1 e1 + a2 e2) / (b + a1 + a2), with
    b = max(0, 1 - a1 - a2)."""
    one, two = mask(1, SIDE, SIDE, seed=1), mask(2, SIDE, SIDE, seed=2)
    base, dog, sea, avoided = (prompt(run, words, name) for words in ("a cat", "dog", "sea", "red"))
    a1, a2 = weight * cells_of(one), weight * cells_of(two)
    b = (1 - a1 - a2).clamp(min=0)

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        def at(value: Conditioning) -> torch.Tensor:
            return unet(sample, time, **arguments(value)).sample

        composed = (b * at(base) + a1 * at(dog) + a2 * at(sea)) / (b + a1 + a2)
        return at(avoided) + 7.5 * (composed - at(avoided))

    ours = regional(run, ("dog", one), ("sea", two), name=name, weight=weight, negative=avoided)
    expected = direct(tiny_models / name, predict)
    np.testing.assert_allclose(ours.run().samples, expected, atol=2e-4)


def test_regions_in_the_negative_prompt(run: FakeContext, tiny_models: Path) -> None:
    base, dog, sea = (prompt(run, words) for words in ("a cat", "dog", "sea"))
    avoided = text.region(dog, sea, left())
    inside = cells_of(left())

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        def at(value: Conditioning) -> torch.Tensor:
            return unet(sample, time, **arguments(value)).sample

        without = inside * at(sea) + (1 - inside) * at(dog)
        return without + 7.5 * (at(base) - without)

    ours = denoiser(run, positive=base, negative=avoided, scheduler="ddim").run().samples
    np.testing.assert_allclose(ours, direct(tiny_models / "sd15", predict), atol=2e-4)


@given(st.lists(st.floats(0, 2, width=32), min_size=1, max_size=4), st.integers(0, 99))
def test_shares_add_up_to_one(weights: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    masks = [random.random((1, 1, 3, 5), np.float32) for _ in weights]
    found = regions.shares([np.float32(w) * m for w, m in zip(weights, masks, strict=True)])
    np.testing.assert_allclose(np.sum(found, axis=0), 1, atol=1e-6)
    assert min(share.min() for share in found) >= 0


def test_masks_that_fill_the_picture_leave_nothing_to_the_base(run: FakeContext) -> None:
    """The base prompt is not evaluated, so another one changes nothing."""
    parts = ("dog", left()), ("sea", right())
    one = regional(run, *parts)
    positive = prompt(run, "red")
    for words, where in parts:
        positive = text.region(positive, prompt(run, words), where)
    other = denoiser(run, positive=positive, scheduler="ddim")
    assert list(one.keys) == list(other.keys)
    np.testing.assert_array_equal(one.run().samples, other.run().samples)


@pytest.mark.parametrize("method", ["predictions", "attention"])
def test_a_region_of_the_whole_picture(run: FakeContext, method: Any) -> None:
    """Its picture is that of its prompt alone; of predictions, in key and bits."""
    whole = regional(run, ("dog", left(SIDE)), method=method)
    plain = denoiser(run, positive=prompt(run, "dog"), scheduler="ddim")
    if method == "predictions":
        assert list(whole.keys) == list(plain.keys)
    np.testing.assert_allclose(whole.run().samples, plain.run().samples, atol=2e-4)


# --- attention ---


def attention_loop(
    folder: Path, prompts: list[Conditioning], shares_at: Callable[[int], torch.Tensor]
) -> Array:
    """A loop with a UNet whose cross-attention is written out: the softmax over the tokens of all
    prompts, each weighted by the share of its prompt at the pixel.

    Args:
        folder: The model.
        prompts: The negative prompt, the base prompt, those of the regions.
        shares_at: Returns the shares (pixels, prompts) at a level with this many pixels.
    """

    class Written:
        def __call__(
            self, layer: Any, hidden: torch.Tensor, encoder_hidden_states: Any = None, **_: Any
        ) -> torch.Tensor:
            seen = hidden if encoder_hidden_states is None else encoder_hidden_states
            batch, pixels, _width = hidden.shape

            def split(tensor: torch.Tensor) -> torch.Tensor:
                return tensor.view(len(tensor), -1, layer.heads, tensor.shape[-1] // layer.heads)

            query, key, value = split(layer.to_q(hidden)), layer.to_k(seen), layer.to_v(seen)
            key, value = split(key), split(value)
            logits = torch.einsum("bphc,bthc->bhpt", query, key) / query.shape[-1] ** 0.5
            weight = logits.exp()
            if encoder_hidden_states is not None:
                tokens = prompts[0].embeds.shape[1]
                share = shares_at(pixels).repeat_interleave(tokens, 1)  # (pixels, tokens)
                weight[batch // 2 :] *= share
            weight = weight / weight.sum(-1, keepdim=True)
            found = torch.einsum("bhpt,bthc->bphc", weight, value).flatten(2)
            return layer.to_out[1](layer.to_out[0](found))

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        unet.set_attn_processor(Written())
        avoided, wanted, *inside = prompts
        tokens = [torch.tensor(value.embeds) for value in (wanted, *inside)]
        given = arguments(avoided, wanted)  # sdxl: pooled embeddings of the base prompt
        given["encoder_hidden_states"] = torch.cat(
            [torch.tensor(avoided.embeds).repeat(2, len(tokens), 1),
             torch.cat(tokens, 1).repeat(2, 1, 1)]
        )  # fmt: skip
        without, text_ = unet(torch.cat([sample] * 2), time, **given).sample.chunk(2)
        return without + 7.5 * (text_ - without)

    return direct(folder, predict)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_pixels_attend_to_their_region(run: FakeContext, tiny_models: Path, name: str) -> None:
    one, two = mask(1, SIDE, SIDE, seed=1), left(12)
    a1, a2 = cells_of(one), cells_of(two)

    def shares_at(pixels: int) -> torch.Tensor:
        side = int(pixels**0.5)
        at = [a.reshape(side, CELLS // side, side, CELLS // side).mean((1, 3)) for a in (a1, a2)]
        parts = torch.stack([(1 - at[0] - at[1]).clamp(min=0), *at])
        return (parts / parts.sum(0)).flatten(1).T

    prompts = [prompt(run, words, name) for words in ("red", "a cat", "dog", "sea")]
    ours = regional(
        run, ("dog", one), ("sea", two), name=name, method="attention", negative=prompts[0]
    )
    expected = attention_loop(tiny_models / name, prompts, shares_at)
    np.testing.assert_allclose(ours.run().samples, expected, atol=5e-4)
    plain = denoiser(run, name, negative=prompts[0], scheduler="ddim").run().samples
    assert np.abs(ours.result().samples - plain).max() > 5e-3


def test_the_tokens_of_a_region_reach_only_its_pixels(run: FakeContext) -> None:
    """The attention layers give pixels outside the same output, whatever the region's prompt."""
    from nodes.diffusion import load

    unet: Any = load.unet(models.load(run, "sd15").model)
    layer = next(m for n, m in unet.named_modules() if n.endswith("attn2"))
    torch.manual_seed(0)
    hidden = torch.randn(1, CELLS * CELLS, layer.to_q.in_features)
    cells = cells_of(left()).numpy()
    bias = regions.biases([cells], [77, 77], (CELLS, CELLS))
    found: list[torch.Tensor] = []
    for words in ("dog", "sea"):
        both = [prompt(run, "a cat"), prompt(run, words)]
        seen = torch.cat([torch.tensor(value.embeds) for value in both], 1)
        with regions.limited(unet, regions.Limits([bias], {}, 0)), torch.no_grad():
            found.append(layer(hidden, encoder_hidden_states=seen))
    differs = (found[0] != found[1]).any(-1).reshape(CELLS, CELLS)
    assert differs[:, : CELLS // 2].all() and not differs[:, CELLS // 2 :].any()
    with torch.no_grad():  # nothing stays
        seen = torch.tensor(prompt(run, "a cat").embeds)
        alone = layer(hidden, encoder_hidden_states=seen)
    torch.testing.assert_close(
        alone[0, CELLS // 2 : CELLS], found[0][0, CELLS // 2 : CELLS], atol=1e-5, rtol=1e-4
    )


# --- with everything else ---


@pytest.mark.parametrize("method", ["predictions", "attention"])
@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@pytest.mark.parametrize("scheduler", ["dpm++2m", "euler-ancestral", "heun"])
def test_resumed_or_not_the_bits_are_equal(
    run: FakeContext, method: Any, name: str, scheduler: str
) -> None:
    parts = ("dog", mask(2, SIDE, SIDE)), ("sea", left(12))

    def make() -> Steps[Latents]:
        curve = ((0.0, 1.0), (1.0, 0.2))
        return regional(run, *parts, name=name, method=method, curve=curve, scheduler=scheduler)

    whole = make()
    states = states_of(whole)
    for done in (1, len(states) // 2, len(states) - 1):
        again = make()
        restore(again, states[:done])
        for _ in range(done, len(states)):
            again.step()
        np.testing.assert_array_equal(again.result().samples, whole.result().samples)


@pytest.mark.parametrize("method", ["predictions", "attention"])
def test_a_region_that_acts_late_resumes_late(run: FakeContext, method: Any) -> None:
    """Up to there, keys and bits are those of a run without it."""
    plain = denoiser(run, scheduler="ddim", steps=8)
    timings: list[dict[str, Any]] = [{"start": 0.5}, {"curve": LATE}]
    for timing in timings:
        positive = text.region(
            prompt(run, "a cat"), prompt(run, "dog"), left(), method=method, **timing
        )
        late = denoiser(run, positive=positive, scheduler="ddim", steps=8)
        assert tiny.shared(plain, late) == 4
        before = [states_of(one, 4) for one in (denoiser(run, scheduler="ddim", steps=8), late)]
        assert before[0] == before[1]
    early = text.region(prompt(run, "a cat"), prompt(run, "dog"), left(), end=0.5, method=method)
    other = text.region(prompt(run, "a cat"), prompt(run, "dog"), left(12), end=0.5, method=method)
    one, two = (denoiser(run, positive=value, steps=8) for value in (early, other))
    assert tiny.shared(one, two) == 0 and one.keys[4:] == two.keys[4:]


@pytest.mark.parametrize("method", ["predictions", "attention"])
def test_only_the_pooled_mask_counts(run: FakeContext, method: Any) -> None:
    one, other, grown = left().alpha.copy(), left().alpha.copy(), left().alpha.copy()
    one[:, :4, 16:20] = 0.5
    other[:, :2, 16:20] = 1  # the same mean of the cell
    grown[:, 0, 17] = 1
    first, second, third = (
        regional(run, ("dog", Mask(alpha)), method=method) for alpha in (one, other, grown)
    )
    assert list(first.keys) == list(second.keys)
    assert tiny.shared(first, third) == 0


def test_a_switch_fades_regions(run: FakeContext) -> None:
    """Regions before a switch go with the prompt that they are in; those after it stay."""
    cat, sea = prompt(run, "a cat"), prompt(run, "sea")
    region = text.region(cat, prompt(run, "dog"), left())
    inner = denoiser(run, positive=text.switch(region, sea, 0.5), steps=8)
    plain = denoiser(run, positive=text.switch(cat, sea, 0.5), steps=8)
    assert inner.keys[4:] == plain.keys[4:] and inner.keys[3] != plain.keys[3]
    outer = text.region(text.switch(cat, sea, 0.5), prompt(run, "dog"), left())
    both = denoiser(run, positive=outer, steps=8)
    assert both.keys[:4] == inner.keys[:4] and both.keys[4] != plain.keys[4]
    late = denoiser(run, positive=text.switch(cat, region, 0.5), steps=8)
    alone = denoiser(run, positive=cat, steps=8)
    assert late.keys[:4] == alone.keys[:4]
    assert late.keys[4:] == denoiser(run, positive=region, steps=8).keys[4:]


def test_a_prompt_schedule_inside_a_region(run: FakeContext) -> None:
    changing = regional(run, ("[dog:sea:0.5]", left()), steps=8)
    first, second = (regional(run, (words, left()), steps=8) for words in ("dog", "sea"))
    assert changing.keys[:4] == first.keys[:4] and changing.keys[4:] == second.keys[4:]


def test_soft_inpainting_in_the_same_run(run: FakeContext) -> None:
    start = latents.encode(Image(tiny.picture(1)), models.load(run, "sd15").vae)
    keep = Mask(np.repeat(right().alpha, 1, 0))
    for method in ("predictions", "attention"):
        found = regional(
            run, ("dog", left(24)), latents=start, mask=keep, mask_method="soft", method=method
        ).run().samples  # fmt: skip
        half = CELLS // 2
        np.testing.assert_array_equal(found[0, ..., :half], start.samples[0, ..., :half])
        plain = denoiser(run, latents=start, mask=keep, mask_method="soft", scheduler="ddim").run()
        assert np.abs(found - plain.samples)[..., half:].max() > 1e-3


@pytest.mark.parametrize("method", ["predictions", "attention"])
def test_runs_in_a_batch_have_the_bits_of_runs_alone(run: FakeContext, method: Any) -> None:
    def variants() -> list[Steps[Latents]]:
        parts = ("dog", mask(2, SIDE, SIDE)), ("sea", left(12))
        return [
            regional(run, *parts, method=method, together=2, place=0),
            denoiser(run, together=2, place=1, scheduler="ddim"),
            regional(run, *parts, method=method, together=2, place=1, seed=8),
            regional(run, ("sea", left()), method=method, together=2, place=0, guidance_scale=1.0),
        ]

    joint = variants()
    for _ in joint[0].keys:
        type(joint[0]).step_together(joint)
    for one, alone in zip(joint, variants(), strict=True):
        np.testing.assert_array_equal(one.result().samples, alone.run().samples)


# --- ControlNets and regions ---


def net_residuals(net: Any, sample: Any, time: Any, hint: Any, cells: Any, **given: Any) -> Any:
    """Residuals of a ControlNet, times the mask pooled to the size of each."""
    hints = torch.cat([hint] * len(sample))
    down, middle = net(sample, time, controlnet_cond=hints, return_dict=False, **given)

    def inside(residual: torch.Tensor) -> torch.Tensor:
        factor = CELLS // residual.shape[-1]
        rows = residual.shape[-1]
        return residual * cells.reshape(1, 1, rows, factor, rows, factor).mean((3, 5))

    return [inside(part) for part in down], inside(middle)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_residuals_are_masked_at_each_level(run: FakeContext, tiny_models: Path, name: str) -> None:
    folder = "control-xl" if name == "sdxl" else "control-a"
    net = tiny.reown_module(ControlNetModel.from_pretrained(tiny_models / folder))
    where, cells = mask(1, SIDE, SIDE, seed=4), cells_of(mask(1, SIDE, SIDE, seed=4))
    hint = torch.tensor(tiny.picture(2)).permute(0, 3, 1, 2)
    wanted, avoided = prompt(run, "a cat", name), prompt(run, "dog", name)

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        given = arguments(avoided, wanted)
        both = torch.cat([sample] * 2)
        down, middle = net_residuals(net, both, time, hint, cells, **given)
        found = unet(
            both, time, **given,
            down_block_additional_residuals=down, mid_block_additional_residual=middle,
        ).sample  # fmt: skip
        without, text_ = found.chunk(2)
        return without + 7.5 * (text_ - without)

    control = guidance.apply(models.controlnet(run, folder), Image(tiny.picture(2)), mask=where)
    ours = denoiser(run, name, control=control, scheduler="ddim").run().samples
    np.testing.assert_allclose(ours, direct(tiny_models / name, predict), atol=2e-4)


def test_each_region_is_controlled(run: FakeContext, tiny_models: Path) -> None:
    """The ControlNet reads the prompt of the evaluation that it is for."""
    net = tiny.reown_module(ControlNetModel.from_pretrained(tiny_models / "control-a"))
    hint = torch.tensor(tiny.picture(2)).permute(0, 3, 1, 2)
    wanted, avoided, dog = (prompt(run, words) for words in ("a cat", "red", "dog"))
    inside, all_ = cells_of(left()), torch.ones(1, 1, CELLS, CELLS)

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        def at(value: Conditioning) -> torch.Tensor:
            given = arguments(value)
            down, middle = net_residuals(net, sample, time, hint, all_, **given)
            return unet(
                sample, time, **given,
                down_block_additional_residuals=down, mid_block_additional_residual=middle,
            ).sample  # fmt: skip

        composed = inside * at(dog) + (1 - inside) * at(wanted)
        return at(avoided) + 7.5 * (composed - at(avoided))

    control = guidance.apply(models.controlnet(run, "control-a"), Image(tiny.picture(2)))
    ours = regional(run, ("dog", left()), control=control, negative=avoided).run().samples
    np.testing.assert_allclose(ours, direct(tiny_models / "sd15", predict), atol=2e-4)


def test_a_control_in_all_or_nothing(run: FakeContext) -> None:
    net, hint = models.controlnet(run, "control-a"), Image(tiny.picture(2))
    white, black = left(SIDE), left(0)
    plain = denoiser(run, control=guidance.apply(net, hint))
    whole = denoiser(run, control=guidance.apply(net, hint, mask=white))
    assert list(whole.keys) == list(plain.keys)
    ctx = FakeContext(run.root)
    none = guidance.apply(net, hint, mask=black, ctx=ctx)
    assert ctx.warnings == ["The mask is empty, so this ControlNet has no effect."]
    assert list(denoiser(run, control=none).keys) == list(denoiser(run).keys)
    late = guidance.apply(net, hint, mask=left(), start=0.5)
    assert tiny.shared(denoiser(run, control=late, steps=8), denoiser(run, steps=8)) == 4


def test_odd_sizes(run: FakeContext) -> None:
    """36 x 28 pixels: levels of 7 x 9 and 4 x 5 cells."""
    model = models.load(run, "sd15").model
    net, hint = models.controlnet(run, "control-a"), Image(tiny.picture(2))
    control = guidance.apply(net, hint, mask=left())
    for method in ("predictions", "attention"):
        found = regional(
            run, ("dog", left()), method=method, control=control,
            latents=latents.empty(model, 36, 28),
        ).run()  # fmt: skip
        assert np.isfinite(found.samples).all()


def test_loras_act_in_every_region(run: FakeContext, tiny_models: Path) -> None:
    build_lora(tiny_models / "lora-r", tiny_models / "sd15", 2, ("unet",))
    model = lora.apply(run, models.load(run, "sd15").model, "lora-r", strength=0.7)
    wanted, avoided, dog = (text.encode(model, words) for words in ("a cat", "red", "dog"))
    inside = cells_of(left())

    def predict(unet: Any, sample: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        if not hasattr(unet, "peft_config"):
            state = load_file(tiny_models / "lora-r" / "pytorch_lora_weights.safetensors")
            unet.load_lora_adapter(state, prefix="unet", adapter_name="a")
            unet.set_adapters(["a"], [0.7])

        def at(value: Conditioning) -> torch.Tensor:
            return unet(sample, time, **arguments(value)).sample

        composed = inside * at(dog) + (1 - inside) * at(wanted)
        return at(avoided) + 7.5 * (composed - at(avoided))

    ours = sample.denoise(
        model, text.region(wanted, dog, left()), latents.empty(model, batch=2), avoided,
        steps=6, seed=3, scheduler="ddim",
    ).run().samples  # fmt: skip
    np.testing.assert_allclose(ours, direct(tiny_models / "sd15", predict), atol=2e-4)


# --- what is refused, and warned about ---


def sheet(*names: str) -> Regions:
    masks = np.zeros((len(names), SIDE, SIDE), np.float32)
    for number in range(len(names)):
        masks[number, number * 8 : number * 8 + 8] = 1
    return Regions(names, ("#ff0000",) * len(names), masks)


def test_a_sheet_and_a_line_for_each_region(run: FakeContext) -> None:
    model, base = models.load(run, "sd15").model, prompt(run, "a cat")
    painted = sheet("Sky", "sea", "a:b")
    found = text.regional(model, base, painted, "sky: dog\n\n SEA : red: sea\na:b: dog")
    inside = [Mask(painted.masks[[number]]) for number in range(3)]
    chained = base
    for words, where in zip(("dog", "red: sea", "dog"), inside, strict=True):
        chained = text.region(chained, prompt(run, words), where)
    one, two = (denoiser(run, positive=value) for value in (found, chained))
    assert list(one.keys) == list(two.keys)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("sky: dog\nlake: sea", "Line 2: there is no region 'lake'. The regions are: Sky, sea."),
        ("sky dog", "Line 1 has no colon"),
        ("sky: dog\nSky: sea", "Line 2 names the region 'Sky' again."),
    ],
)
def test_lines_that_cannot_be_read(run: FakeContext, words: str, message: str) -> None:
    model = models.load(run, "sd15").model
    with pytest.raises(NodeError, match=message) as caught:
        text.regional(model, prompt(run, "a cat"), sheet("Sky", "sea"), words)
    assert caught.value.parameter == "text"


def test_lines_without_effect_are_named(run: FakeContext) -> None:
    model, ctx = models.load(run, "sd15").model, FakeContext(run.root)
    painted = sheet("sky", "sea")
    painted = replace(painted, masks=painted.masks * np.array([1, 0], np.float32)[:, None, None])
    found = text.regional(model, prompt(run, "a"), painted, "sky:\nsea: dog", ctx=ctx)
    assert ctx.warnings == [
        "The region 'sky' has no prompt, so the base prompt fills it.",
        "The region 'sea' has no area, so its prompt has no effect.",
    ]
    assert found.changes == ()


def test_a_sheet_for_another_family(run: FakeContext) -> None:
    model = replace(models.load(run, "sd15").model, family="flux")
    message = "Regions work with Stable Diffusion 1.x, 2.x and SDXL; .* family 'flux'"
    with pytest.raises(NodeError, match=message):
        text.regional(model, prompt(run, "a"), sheet("sky"), "sky: dog")


def test_what_a_region_refuses(run: FakeContext, tiny_models: Path) -> None:
    base = prompt(run, "a cat")
    inner = text.region(base, prompt(run, "dog"), left())
    with pytest.raises(NodeError, match="regions of its own") as caught:
        text.region(base, inner, left())
    assert caught.value.parameter == "prompt"
    with pytest.raises(NodeError, match="start must be before end"):
        text.region(base, base, left(), start=0.5, end=0.5)
    with pytest.raises(NodeError, match="3 region masks for 2 pictures") as caught:
        denoiser(run, positive=text.region(base, base, mask(3, SIDE, SIDE)))
    assert caught.value.parameter == "positive"
    with pytest.raises(NodeError, match="another model"):
        denoiser(run, positive=text.region(base, prompt(run, "dog", "sdxl"), left()))


def test_regions_without_effect_are_named(run: FakeContext) -> None:
    def warned(**changes: Any) -> list[str]:
        ctx = FakeContext(run.root)
        values = {"mask": left(), **changes}
        positive = text.region(prompt(run, "a cat"), prompt(run, "dog"), ctx=ctx, **values)
        denoiser(run, positive=positive, ctx=ctx)
        return ctx.warnings

    assert warned() == []
    assert warned(mask=left(0)) == ["The mask is empty, so this region has no effect."]
    corner = np.zeros((1, SIDE, 3 * SIDE), np.float32)
    corner[:, :, 0] = 1
    cropped = "The region 'dog' has no effect: its mask is empty in this picture."
    assert warned(mask=Mask(corner)) == [cropped]
    [message] = warned(start=0.5, end=0.51)
    assert "no step of this run lies in its window from 0.5 to 0.51" in message
    [message] = warned(curve=((0.0, 0.0), (1.0, 0.0)))
    assert "its weight is 0 at all steps" in message
    assert text.region.passes[0][0] == "base"

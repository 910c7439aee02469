"""The sampler beyond parity: parts of a run, prompts of any length, what does not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from nodes import guidance, latents, models, sample, text
from nodes.diffusion import load
from nodes.types import Control, Image, Mask, Model
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import denoiser

pytestmark = tiny.QUIET


@pytest.mark.parametrize("scheduler", ["ddim", "euler", "heun", "euler-ancestral"])
def test_two_samplers_in_a_row_cover_the_whole_run(run: FakeContext, scheduler: str) -> None:
    """Solvers without history: bit-equal, unless noise is drawn again in the second half."""
    whole = denoiser(run, scheduler=scheduler).run()
    half = denoiser(run, scheduler=scheduler, end_step=3).run()
    rest = denoiser(run, scheduler=scheduler, start_step=3, latents=half).run()
    if scheduler == "euler-ancestral":
        assert not np.array_equal(rest.samples, whole.samples)
    else:
        np.testing.assert_array_equal(rest.samples, whole.samples)


def test_a_batch_holds_the_pictures_of_following_seeds(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    together = denoiser(run, scheduler="euler-ancestral").run().samples
    for i in range(2):
        alone = denoiser(
            run, scheduler="euler-ancestral", seed=3 + i, latents=latents.empty(model)
        ).run()
        np.testing.assert_allclose(together[i], alone.samples[0], rtol=1e-3, atol=1e-3)


def test_no_strength_leaves_the_latents(run: FakeContext) -> None:
    start = latents.encode(Image(tiny.picture(1)), models.load(run, "sd15").vae)
    steps = denoiser(run, latents=start, strength=0.0)
    assert list(steps.keys) == []
    np.testing.assert_array_equal(steps.run().samples, start.samples)


@pytest.mark.parametrize("name", ["sd15", "sd2", "sdxl"])
def test_previews_approach_the_result(run: FakeContext, name: str) -> None:
    steps = denoiser(run, name, scheduler="euler")
    assert steps.preview() is None
    pictures: list[Any] = []
    for _ in steps.keys:
        steps.step()
        pictures.append(steps.preview())
    assert all(p.shape == (2, 8, 8, 3) and p.dtype == np.uint8 for p in pictures)
    errors = [np.abs(p.astype(int) - pictures[-1]).mean() for p in pictures]
    assert errors[0] > errors[-2]


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_prompts_of_different_length(run: FakeContext, name: str) -> None:
    """A text read twice has the attention of the text read once, so nothing else is padded in."""
    model = models.load(run, name).model
    short, long = text.encode(model, "dog"), text.encode(model, " ".join(["cat"] * 80))
    assert (short.embeds.shape[1], long.embeds.shape[1]) == (77, 154)
    mixed = denoiser(run, name, positive=long, negative=short, steps=2).run()
    assert np.isfinite(mixed.samples).all()
    twice = type(short)(np.tile(short.embeds, (1, 2, 1)), short.pooled, short.text)
    padded = denoiser(run, name, positive=short, negative=twice, steps=2).run()
    plain = denoiser(run, name, positive=short, negative=short, steps=2).run()
    np.testing.assert_allclose(padded.samples, plain.samples, rtol=1e-3, atol=1e-3)


def test_guidance_over_the_run(run: FakeContext) -> None:
    """A level curve is the scale itself; a falling one ends elsewhere."""
    steady = denoiser(run, guidance_scale=5.0).run().samples
    level = denoiser(run, guidance=guidance.cfg(curve=((0.0, 5.0), (1.0, 5.0)))).run().samples
    falling = denoiser(run, guidance=guidance.cfg(curve=((0.0, 5.0), (1.0, 1.0)))).run().samples
    np.testing.assert_array_equal(level, steady)
    assert not np.array_equal(falling, steady)


@pytest.mark.parametrize("name", ["sd15", "sd2", "sdxl"])
def test_guidance_is_the_mix_of_its_equation(run: FakeContext, name: str) -> None:
    """negative + w (positive - negative), also below 1; one Euler step is linear in it."""
    model = models.load(run, name).model
    prompts = {"positive": text.encode(model, "a cat"), "negative": text.encode(model, "dog")}
    swapped = {"positive": prompts["negative"], "negative": prompts["positive"]}
    one: dict[str, Any] = {"steps": 1, "scheduler": "euler"}
    conditional = denoiser(run, name, **prompts, **one, guidance_scale=1.0).run().samples
    unconditional = denoiser(run, name, **swapped, **one, guidance_scale=1.0).run().samples
    apart = np.abs(conditional - unconditional).max()
    assert apart > 1e-3
    for scale in (0.0, 0.25, 0.5, 2.0):
        expected = unconditional + scale * (conditional - unconditional)
        for changes in ({"guidance_scale": scale}, {"guidance": guidance.cfg(scale)}):
            found = denoiser(run, name, **prompts, **one, **changes).run().samples
            np.testing.assert_allclose(found, expected, rtol=0, atol=0.02 * apart)


def test_no_guidance_is_the_negative_prompt_over_a_whole_run(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    dog, cat = (text.encode(model, prompt) for prompt in ("dog", "a cat"))
    alone = denoiser(run, positive=dog, negative=cat, guidance_scale=1.0).run().samples
    none = denoiser(run, guidance_scale=0.0).run().samples
    apart = np.abs(denoiser(run, guidance_scale=1.0).run().samples - alone).max()
    np.testing.assert_allclose(none, alone, rtol=0, atol=0.05 * apart)


def _control(run: FakeContext, hint: Image, **arguments: Any) -> Control:
    return guidance.apply(models.controlnet(run, "control-a"), hint, **arguments)


def test_a_controlnet_is_called_only_where_it_acts(
    run: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []
    net = load.controlnet(models.controlnet(run, "control-a"), models.load(run, "sd15").model)
    forward = net.forward

    def count(*arguments: Any, **named: Any) -> Any:
        calls.append(named["conditioning_scale"])
        return forward(*arguments, **named)

    monkeypatch.setattr(net, "forward", count)
    hint = Image(tiny.picture(1))
    denoiser(run, scheduler="ddim", control=_control(run, hint, strength=0.7, end=0.5)).run()
    assert calls == [0.7] * 3


def test_controls_stack_and_pass_through(run: FakeContext) -> None:
    hint = Image(tiny.picture(1))
    first = _control(run, hint, strength=0.5)
    both = _control(run, hint, previous=first)
    assert [unit.strength for unit in both.units] == [0.5, 1.0]
    [(source, off)] = guidance.apply.passes
    assert source == "previous"
    assert off(strength=0.0, curve=()) and not off(strength=0.1, curve=())
    with pytest.raises(NodeError, match="start must be before end") as caught:
        _control(run, hint, start=0.5, end=0.5)
    assert caught.value.parameter == "start"


def test_hidden_colours_of_a_hint_do_not_steer(run: FakeContext) -> None:
    """A hint is what is seen of it: transparent parts are black."""
    hint = tiny.picture(1)
    alpha = np.zeros_like(hint[..., :1])
    alpha[:, :, 16:] = 1
    control = _control(run, Image(np.concatenate([hint, alpha], -1)))
    np.testing.assert_array_equal(control.units[0].hint, hint * alpha)


def test_a_hint_of_another_size_is_resized(run: FakeContext) -> None:
    """An even hint stays the same when it is scaled."""
    grey = [Image(np.full((1, side, side, 3), 0.25, np.float32)) for side in (32, 64)]
    small, large = (denoiser(run, control=_control(run, hint)).run().samples for hint in grey)
    np.testing.assert_allclose(small, large, rtol=1e-4, atol=1e-4)


def test_inputs_are_not_written_to(run: FakeContext) -> None:
    """Values on wires are immutable; arrays that a test hands in are writable, so it would show."""
    start = latents.encode(Image(tiny.picture(1)), models.load(run, "sd15").vae)
    samples, hint = start.samples.copy(), tiny.picture(2)
    alpha = np.ones((1, 32, 32), np.float32)
    before = [array.copy() for array in (samples, hint, alpha)]
    denoiser(
        run,
        latents=type(start)(samples),
        control=_control(run, Image(hint)),
        mask=Mask(alpha),
        strength=0.7,
    ).run()
    for array, copy in zip((samples, hint, alpha), before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_half_precision_model(run: FakeContext) -> None:
    """bfloat16 throughout, float32 on the wires; near the float32 picture."""
    model, _ = models.load(run, "sd15", dtype="bfloat16")
    arguments: dict[str, Any] = {
        "positive": text.encode(model, "a cat"),
        "latents": latents.empty(model),
        "steps": 3,
        "guidance_scale": 1.0,
    }
    found = sample.denoise(model, **arguments).run().samples
    assert load.unet(model).dtype == torch.bfloat16 and found.dtype == np.float32
    exact = sample.denoise(models.load(run, "sd15").model, **arguments).run().samples
    assert np.corrcoef(found.ravel(), exact.ravel())[0, 1] > 0.99


def test_inputs_of_another_model(run: FakeContext) -> None:
    sd, xl = models.load(run, "sd15").model, models.load(run, "sdxl").model

    def refused(model: Model, prompt: Model, parameter: str, message: str, **more: Any) -> None:
        with pytest.raises(NodeError, match=message) as caught:
            sample.denoise(
                model,
                text.encode(prompt, "a cat"),
                latents.empty(model),
                **more,
            )
        assert caught.value.parameter == parameter

    refused(sd, xl, "positive", "positive prompt was encoded for another model")
    refused(sd, sd, "negative", "negative prompt", negative=text.encode(xl, "dog"))
    net = models.controlnet(run, "control-xl")
    control = guidance.apply(net, Image(tiny.picture(1)))
    refused(sd, sd, "control", "made for another kind of model", control=control)
    wide = latents.noise(run, latents.empty(sd, width=64))
    refused(sd, sd, "noise", "from the same latents", noise=wide)
    refused(sd, sd, "sigmas", "does not support karras sigmas", scheduler="ddim", sigmas="karras")
    refused(sd, sd, "steps", "cannot do 60 steps", scheduler="lcm", steps=60)
    refused(sd, sd, "start_step", "no steps to run", start_step=5, end_step=5)
    refused(sd, sd, "latents", "these latents are empty", start_step=5)
    refused(sd, sd, "strength", "both set where to start", start_step=5, strength=0.5)
    with pytest.raises(NodeError, match="does not support timestep_spacing") as caught:
        sample.scheduler("dpm++2s", spacing="trailing")
    assert caught.value.parameter == "spacing"

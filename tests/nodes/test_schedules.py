"""Schedules over the run (prompts, strengths, guidance, noise): shared, resumed, drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodes import guidance, models, text
from nodes.diffusion.mixture import mixture
from nodes.diffusion.schedulers import SCHEDULERS
from nodes.diffusion.solving import draws_noise
from nodes.types import Conditioning, Control, Image, Latents, Scheduler
from nodeui.sdk import Curve, NodeError, Span, Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, restore, stored
from tests.nodes.tiny import denoiser, shared

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore::FutureWarning")]


def encoded(run: FakeContext, prompt: str) -> Conditioning:
    return text.encode(models.load(run, "sd15").model, prompt)


def control(run: FakeContext, name: str = "a", **changes: Any) -> Control:
    net = models.controlnet(run, f"control-{name}")
    return guidance.apply(net, Image(tiny.picture(1)), **changes)


SCHEDULES: dict[str, Callable[[FakeContext], dict[str, Any]]] = {
    "switch": lambda run: {"positive": text.switch(encoded(run, "cat"), encoded(run, "sea"))},
    "blend": lambda run: {
        "positive": text.switch(
            encoded(run, "cat"), encoded(run, "sea " * 80), blend=((0.2, 0.0), (0.8, 1.0))
        ),
        "negative": text.switch(encoded(run, "dog"), encoded(run, "a"), at=0.7),
    },
    "strength": lambda run: {"control": control(run, curve=((0.0, 1.0), (0.7, 0.0)))},
    "guidance": lambda run: {"guidance": guidance.cfg(curve=((0.0, 8.0), (0.5, 3.0), (0.6, 1.0)))},
    "reseed": lambda _: {"reseed_step": 3, "reseed": 77},
}


def all_of_them(run: FakeContext) -> dict[str, Any]:
    together = [make(run) for make in SCHEDULES.values()]
    return {name: value for changes in together for name, value in changes.items()}


# --- the whole run ---

PICTURE: dict[str, Any] = {"latents": Latents(np.zeros((1, 4, 4, 4), np.float32))}
HALF: dict[str, Any] = {**PICTURE, "strength": 0.5}


@pytest.mark.parametrize(
    ("changes", "total", "span"),
    [
        ({}, 20, Span()),
        ({"strength": 0.5}, 20, Span()),  # empty latents start from pure noise
        (HALF, 10, Span(skipped=10)),
        ({"end_step": 8}, 8, Span(after=12)),
        ({**PICTURE, "start_step": 8}, 12, Span(before=8)),
        ({**PICTURE, "start_step": 8, "end_step": 12}, 4, Span(before=8, after=8)),
        ({**HALF, "end_step": 15}, 5, Span(after=5, skipped=10)),
        ({"scheduler": "heun"}, 39, Span(order=2)),
        ({"scheduler": "heun", "end_step": 8}, 16, Span(after=23, order=2)),
        ({**PICTURE, "scheduler": "heun", "start_step": 8}, 23, Span(before=16, order=2)),
        ({"scheduler": "pndm"}, 21, Span()),
    ],
)
def test_where_steps_lie_on_the_whole_run(
    run: FakeContext, changes: dict[str, Any], total: int, span: Span
) -> None:
    steps = denoiser(run, **{"steps": 20, **changes})
    assert (len(steps.keys), steps.span) == (total, span)


def test_the_scheduler_node_decides_on_noise(run: FakeContext) -> None:
    for name, eta, draws in (("euler", 0.5, False), ("lcm", 0.0, True), ("ddim", 0.5, True)):
        schedule = Scheduler(name, "default", eta)
        assert denoiser(run, scheduler="ddpm", schedule=schedule).draws_noise is draws


# --- resumed is fresh ---


def assert_resumes(make: Callable[[], Steps[Latents]]) -> None:
    """From the state after each step on, the next state is that of the straight run; from the
    middle on, so is the result."""
    straight, states = make(), list[bytes]()
    for _ in straight.keys:
        straight.step()
        states.append(stored(straight))
    expected = torch.tensor(straight.result().samples)
    assert torch.isfinite(expected).all()
    for done, state in enumerate(states[:-1], start=1):
        resumed = make()
        restore(resumed, states[:done])
        assert stored(resumed) == state
        resumed.step()
        assert stored(resumed) == states[done]
    resumed = make()
    restore(resumed, states[: len(states) // 2])
    for _ in range(len(states) - len(states) // 2):
        resumed.step()
    assert torch.equal(torch.tensor(resumed.result().samples), expected)


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_resumes_with_all_schedules(run: FakeContext, scheduler: str) -> None:
    changes = all_of_them(run)
    assert_resumes(lambda: denoiser(run, scheduler=scheduler, eta=0.5, **changes))


@pytest.mark.parametrize("name", SCHEDULES)
def test_each_schedule_resumes(run: FakeContext, name: str) -> None:
    changes = SCHEDULES[name](run)
    assert_resumes(lambda: denoiser(run, scheduler="dpm++2m-sde", **changes))
    assert not np.array_equal(
        denoiser(run, scheduler="dpm++2m-sde", **changes).run().samples,
        denoiser(run, scheduler="dpm++2m-sde").run().samples,
    )


# --- what an edit shares ---

TWENTY: dict[str, Any] = {"steps": 20, "scheduler": "ddim"}


def test_a_controlnet_that_ends_earlier(run: FakeContext) -> None:
    whole = denoiser(run, **TWENTY, control=control(run, end=1.0))
    assert shared(whole, denoiser(run, **TWENTY, control=control(run, end=0.6))) == 12


def test_a_controlnet_that_comes_late(run: FakeContext) -> None:
    first = control(run)
    both = control(run, "b", start=0.5, previous=first)
    assert (
        shared(denoiser(run, **TWENTY, control=first), denoiser(run, **TWENTY, control=both)) == 10
    )


def test_a_strength_over_the_run(run: FakeContext) -> None:
    """A curve is the strength where it is level, and nothing where it is 0."""
    steady = denoiser(run, **TWENTY, control=control(run, strength=0.8))
    falling = control(run, strength=0.1, curve=((0.0, 0.8), (0.5, 0.8), (1.0, 0.0)))
    assert shared(steady, denoiser(run, **TWENTY, control=falling)) == 11
    late = control(run, curve=((0.0, 0.0), (0.5, 0.0), (1.0, 1.0)))
    assert shared(denoiser(run, **TWENTY), denoiser(run, **TWENTY, control=late)) == 11
    [(_, off)] = guidance.apply.passes
    assert not off(strength=0.0, curve=((0.0, 1.0),))


def test_guidance_off_after_a_point(run: FakeContext) -> None:
    """At 1 guidance is off: there the negative prompt does not count, below 1 it does."""
    steady = denoiser(run, **TWENTY)
    off: dict[str, Any] = {"guidance": guidance.cfg(curve=((0.0, 7.5), (0.6, 7.5), (0.6, 1.0)))}
    assert shared(steady, denoiser(run, **TWENTY, **off)) == 12
    lower: dict[str, Any] = {"guidance": guidance.cfg(curve=((0.0, 7.5), (0.6, 7.5), (0.6, 0.0)))}
    assert shared(denoiser(run, **TWENTY, **off), denoiser(run, **TWENTY, **lower)) == 12
    none: dict[str, Any] = {"guidance_scale": 1.0}
    other = denoiser(run, **TWENTY, **none, negative=encoded(run, "sea"))
    assert shared(denoiser(run, **TWENTY, **none), other) == 20


def test_a_prompt_that_changes(run: FakeContext) -> None:
    cat, sea, dog = (encoded(run, word) for word in ("cat", "sea", "dog"))
    plain = denoiser(run, **TWENTY, positive=cat)

    def with_prompt(prompt: Conditioning) -> int:
        return shared(plain, denoiser(run, **TWENTY, positive=prompt))

    assert with_prompt(text.switch(cat, sea, at=0.5)) == 10
    assert with_prompt(text.switch(cat, sea, at=0.35)) == 7
    assert with_prompt(text.switch(cat, sea, at=1.0)) == 20
    assert with_prompt(text.switch(sea, cat, at=0.0)) == 20
    assert with_prompt(text.switch(cat, sea, blend=((0.5, 0.0), (1.0, 1.0)))) == 11
    once = text.switch(cat, sea, at=0.4)
    twice = text.switch(once, dog, at=0.7)
    pair = [denoiser(run, **TWENTY, positive=prompt) for prompt in (once, twice)]
    assert shared(*pair) == 14
    inner = text.switch(cat, text.switch(sea, dog, at=0.7), at=0.4)
    assert shared(pair[1], denoiser(run, **TWENTY, positive=inner)) == 20


def test_other_noise_from_a_step_on(run: FakeContext) -> None:
    twenty: dict[str, Any] = {"steps": 20, "scheduler": "euler-ancestral"}
    plain = denoiser(run, **twenty)
    assert shared(plain, denoiser(run, **twenty, reseed_step=12)) == 12
    seeds = [denoiser(run, **twenty, reseed_step=12, reseed=seed) for seed in (1, 2)]
    assert shared(*seeds) == 12
    assert shared(plain, denoiser(run, **twenty, reseed=5)) == 20


@pytest.mark.parametrize("eta", [0.0, 0.5])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_only_solvers_that_draw_noise_are_reseeded(
    run: FakeContext, scheduler: str, eta: float
) -> None:
    """From solver step 2 of 3 on; what a solver does not draw cannot change its pictures."""
    three: dict[str, Any] = {"steps": 3, "scheduler": scheduler, "eta": eta, "guidance_scale": 1.0}
    plain, other = denoiser(run, **three), denoiser(run, **three, reseed_step=1, reseed=9)
    draws = draws_noise(Scheduler(scheduler, "default", eta))
    assert plain.draws_noise is draws
    assert (shared(plain, other) == len(plain.keys)) is not draws
    assert np.array_equal(plain.run().samples, other.run().samples) is not draws


CURVES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 0.5, 0.75]), st.sampled_from([0.0, 0.5, 1.0])),
    min_size=1,
    max_size=3,
).map(lambda points: tuple(sorted(points, key=lambda point: point[0])))


@st.composite
def edits(draw: Any) -> dict[str, Any]:
    """Schedules, few enough values that two of them often begin the same."""
    return {
        "blend": draw(CURVES),
        "strength": draw(CURVES),
        "guidance": draw(st.sampled_from([1.0, 5.0])),
        "reseed_step": draw(st.none() | st.integers(0, 3)),
        "scheduler": draw(st.sampled_from(["dpm++2m", "dpm++2m-sde"])),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(edits(), edits())
def test_shared_keys_mean_shared_states(
    run: FakeContext, first: dict[str, Any], second: dict[str, Any]
) -> None:
    second["scheduler"] = first["scheduler"]

    def make(edit: dict[str, Any]) -> Steps[Latents]:
        prompt = text.switch(encoded(run, "cat"), encoded(run, "sea"), blend=edit["blend"])
        return denoiser(
            run,
            steps=4,
            positive=prompt,
            control=control(run, curve=edit["strength"]),
            guidance_scale=edit["guidance"],
            reseed_step=edit["reseed_step"],
            scheduler=edit["scheduler"],
        )

    a, b = make(first), make(second)
    for _ in range(shared(a, b)):
        a.step()
        b.step()
        assert stored(a) == stored(b)


# --- the prompts of a step ---


@given(st.floats(0, 1), CURVES, CURVES)
def test_shares_make_a_whole(x: float, one: Curve, two: Curve) -> None:
    a, b, c = (Conditioning(np.zeros((1, 77, 2), np.float32), None, name) for name in "abc")
    parts = mixture(text.switch(text.switch(a, b, blend=one), c, blend=two), x)
    assert sum(weight for _, weight in parts) == pytest.approx(1)
    assert all(weight > 0 for _, weight in parts)


def test_a_switch_is_that_of_the_pipeline(run: FakeContext, tiny_models: Path) -> None:
    """The pipeline is given the other prompt after the third of six steps."""
    pipe: Any = tiny.reown(StableDiffusionPipeline.from_pretrained(tiny_models / "sd15"))
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    cat, sea, dog = (encoded(run, word) for word in ("cat", "sea", "dog"))
    later = torch.cat([torch.tensor(dog.embeds), torch.tensor(sea.embeds)])

    def switch(_pipe: Any, index: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
        return {"prompt_embeds": later} if index == 2 else values

    expected = pipe(
        "cat",
        negative_prompt="dog",
        num_inference_steps=6,
        generator=[torch.Generator().manual_seed(3)],
        callback_on_step_end=switch,
        callback_on_step_end_tensor_inputs=["prompt_embeds"],
        output_type="latent",
    ).images.numpy()
    ours = denoiser(
        run,
        positive=text.switch(cat, sea, at=0.5),
        negative=dog,
        scheduler="ddim",
        latents=Latents(np.zeros((1, 4, 8, 8), np.float32), empty=True),
    ).run()
    np.testing.assert_array_equal(ours.samples, expected)


def test_a_blend_lies_between(run: FakeContext) -> None:
    """A prompt blended with itself is that prompt; half and half is the mean of the embeddings."""
    cat, sea = encoded(run, "cat"), encoded(run, "sea")
    half = ((0.0, 0.5), (1.0, 0.5))
    plain = denoiser(run, positive=cat, steps=2).run().samples
    same = denoiser(run, positive=text.switch(cat, cat, blend=half), steps=2).run().samples
    np.testing.assert_allclose(same, plain, rtol=1e-4, atol=1e-4)
    mean = Conditioning((cat.embeds + sea.embeds) / np.float32(2), None, "")
    mixed = denoiser(run, positive=text.switch(cat, sea, blend=half), steps=2).run().samples
    np.testing.assert_allclose(
        mixed, denoiser(run, positive=mean, steps=2).run().samples, rtol=1e-4, atol=1e-4
    )


def test_a_schedule_of_sdxl(run: FakeContext) -> None:
    """Pooled embeddings change, too; and the prompts of another model are told."""
    model = models.load(run, "sdxl").model
    cat, sea = text.encode(model, "cat"), text.encode(model, "sea")
    values: dict[str, Any] = {"scheduler": "euler", "steps": 4, "negative": None}
    plain = denoiser(run, "sdxl", positive=cat, **values)
    switched = denoiser(run, "sdxl", positive=text.switch(cat, sea), **values)
    assert shared(plain, switched) == 2
    assert_resumes(lambda: denoiser(run, "sdxl", positive=text.switch(cat, sea), **values))
    assert not np.array_equal(plain.run().samples, switched.run().samples)
    with pytest.raises(NodeError, match="encoded for another model"):
        denoiser(run, "sdxl", positive=text.switch(cat, encoded(run, "sea")), **values)


# --- what is drawn ---


def test_the_curves_of_a_run(run: FakeContext) -> None:
    cat, sea = encoded(run, "cat"), encoded(run, "sea")
    steps = denoiser(
        run,
        steps=4,
        scheduler="euler",
        positive=text.switch(cat, sea, blend=((0.0, 0.0), (1.0, 1.0))),
        control=control(run, "a", end=0.5, previous=control(run, "b", curve=((0, 1), (1, 0)))),
        guidance=guidance.cfg(curve=((0.0, 8.0), (1.0, 0.0))),
    )
    curves = steps.curves()
    assert list(curves) == [
        "sigma", "guidance scale", "prompt 2", "control-b strength", "control-a strength",
    ]  # fmt: skip
    assert curves["guidance scale"] == [8.0, 6.0, 4.0, 2.0]
    assert curves["prompt 2"] == [0.0, 0.25, 0.5, 0.75]
    assert curves["control-b strength"] == [1.0, 0.75, 0.5, 0.25]
    assert curves["control-a strength"] == [1.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_noise_falls_over_the_run(run: FakeContext, scheduler: str) -> None:
    sigmas = denoiser(run, scheduler=scheduler).curves()["sigma"]
    assert len(sigmas) == len(denoiser(run, scheduler=scheduler).keys)
    assert sigmas == sorted(sigmas, reverse=True) and 5 < sigmas[0] < 20 and sigmas[-1] > 0


@pytest.mark.parametrize("name", ["sd15", "sd2"])
@pytest.mark.parametrize("scheduler", ["ddim", "euler", "heun", "dpm++2m"])
def test_pictures_of_steps_long_after(run: FakeContext, name: str, scheduler: str) -> None:
    steps = denoiser(run, name, scheduler=scheduler)
    states, previews = list[bytes](), list[Any]()
    for _ in steps.keys:
        steps.step()
        states.append(stored(steps))
        previews.append(steps.preview())
    later = denoiser(run, name, scheduler=scheduler)
    before: bytes | None = None
    for done, (state, preview) in enumerate(zip(states, previews, strict=True), start=1):
        later.restore(done, state)
        pictures = later.pictures(before, state)
        assert set(pictures) == {"x0", "x_t", "noise"}
        assert all(p.shape == (2, 8, 8, 3) and p.dtype == np.uint8 for p in pictures.values())
        np.testing.assert_array_equal(pictures["x0"], preview)
        before = state
    # the last step goes to the clean latents that it predicts
    end = later.pictures(before, states[-1])
    assert np.abs(end["x_t"].astype(int) - end["x0"]).mean() < 3


def test_schedules_in_a_prompt(run: FakeContext) -> None:
    """[a:b:time] is the node that switches, by a fraction of the run or by solver steps."""
    cat, sea = encoded(run, "cat"), encoded(run, "sea")
    for scheduler in ("ddim", "heun"):
        options: dict[str, Any] = {"steps": 8, "scheduler": scheduler}
        plain = denoiser(run, **options, positive=cat)
        switched = denoiser(run, **options, positive=text.switch(cat, sea, at=0.25))
        by_fraction = denoiser(run, **options, positive=encoded(run, "[cat:sea:0.25]"))
        by_steps = denoiser(run, **options, positive=encoded(run, "[cat:sea:2]"))
        assert list(by_fraction.keys) == list(switched.keys)
        assert shared(plain, by_steps) == (2 if scheduler == "ddim" else 4)
    after = denoiser(run, **options, positive=sea)
    assert list(by_steps.keys)[4:] == list(after.keys)[4:]


def test_turns_are_those_of_a_pipeline_that_changes_its_prompt(
    run: FakeContext, tiny_models: Any
) -> None:
    pipe: Any = tiny.reown(StableDiffusionPipeline.from_pretrained(tiny_models / "sd15"))
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    words = [encoded(run, word) for word in ("cat", "sea", "dog")]
    dog = torch.tensor(encoded(run, "dog").embeds)

    def turn(_pipe: Any, index: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
        return {"prompt_embeds": torch.cat([dog, torch.tensor(words[(index + 1) % 3].embeds)])}

    expected = pipe(
        "cat",
        negative_prompt="dog",
        num_inference_steps=6,
        generator=[torch.Generator().manual_seed(3)],
        callback_on_step_end=turn,
        callback_on_step_end_tensor_inputs=["prompt_embeds"],
        output_type="latent",
    ).images.numpy()
    ours = denoiser(
        run,
        positive=encoded(run, "[cat|sea|dog]"),
        scheduler="ddim",
        latents=Latents(np.zeros((1, 4, 8, 8), np.float32), empty=True),
    )
    np.testing.assert_array_equal(ours.run().samples, expected)

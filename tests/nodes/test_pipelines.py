"""Families that their own pipeline samples: the same bits as the pipeline, resumed or not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nodes import latents, models, sample, text
from nodes.diffusion.noise import generators
from nodes.types import Conditioning, Control, Guidance, Image, Latents, Mask, Model, Noise
from nodeui.engine import values
from nodeui.sdk import NodeError, Steps
from tests.nodes import tiny, tiny_pipelines
from tests.nodes.fakes import FakeContext, restore, states_of, stored

pytestmark = [
    tiny.QUIET,
    pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning"),  # diffusers' own use
]

PROMPT, AVOIDED = "a cat by the sea", "dogs, (rain)"
HEIGHT, WIDTH, STEPS, SEED = 32, 64, 4, 5


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the tiny models, which are built when asked for."""
    return tmp_path_factory.mktemp("pipelines")


@pytest.fixture
def files(shelf: Path, request: pytest.FixtureRequest) -> FakeContext:
    """A context whose files are the tiny models; the one that the test is about is there."""
    name = request.getfixturevalue("name")
    if not (shelf / name).exists():
        tiny_pipelines.build(name, shelf)
    return FakeContext(shelf)


class Case(NamedTuple):
    """Arguments to sample a tiny model with: of the pipeline and of the sampler node."""

    stock: dict[str, Any]
    guidance: float
    negative: bool


GUIDED = {
    "sd3": Case({"guidance_scale": 5.0}, 5.0, True),
    "flux-dev": Case({"guidance_scale": 3.5}, 3.5, False),
    "flux-schnell": Case({"true_cfg_scale": 4.0}, 4.0, True),
    "chroma": Case({"guidance_scale": 5.0}, 5.0, True),
    "qwenimage": Case({"true_cfg_scale": 4.0}, 4.0, True),
    "zimage": Case({"guidance_scale": 3.0}, 3.0, True),
    "sana": Case({"guidance_scale": 4.5}, 4.5, True),
    "pixart-alpha": Case({"guidance_scale": 4.5}, 4.5, True),
    "pixart-sigma": Case({"guidance_scale": 4.5}, 4.5, True),
}


def stock(folder: Path) -> Any:
    """The pipeline, loaded by the stock diffusers classes."""
    pipe = diffusers.DiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    return tiny.reown(pipe)


def options(name: str) -> dict[str, Any]:
    """Sizes as asked for, where the pipeline would round them; captions as they are."""
    rounding = {"use_resolution_binning": False, "clean_caption": False}
    return rounding if name.startswith(("pixart", "sana")) else {}


@cache
def prompt(model: Model, words: str) -> Conditioning:
    """A prompt, encoded once."""
    return text.encode(model, words)


def sampler(files: FakeContext, name: str, **changes: Any) -> Steps[Latents]:
    """A sampler of 4 steps for two pictures."""
    model, case = models.load(files, name).model, GUIDED[name]
    values: dict[str, Any] = {
        "positive": prompt(model, PROMPT),
        "negative": prompt(model, AVOIDED) if case.negative else None,
        "latents": latents.empty(model, width=WIDTH, height=HEIGHT, batch=2),
        "steps": STEPS,
        "seed": SEED,
        "guidance_scale": case.guidance,
        **changes,
    }
    return sample.denoise(model, **values)


def stock_pictures(pipe: Any, name: str, **changes: Any) -> NDArray[np.float32]:
    """Pictures of the pipeline for the same inputs."""
    values: dict[str, Any] = {
        "prompt": PROMPT,
        "negative_prompt": AVOIDED if GUIDED[name].negative else None,
        "width": WIDTH,
        "height": HEIGHT,
        "num_images_per_prompt": 2,
        "num_inference_steps": STEPS,
        "generator": generators(SEED, 2),
        "output_type": "np",
        **GUIDED[name].stock,
        **options(name),
        **changes,
    }
    return np.asarray(pipe(**values).images)


@pytest.mark.parametrize("name", GUIDED)
def test_same_bits_as_the_pipeline(files: FakeContext, name: str) -> None:
    model, vae = models.load(files, name)
    expected = stock_pictures(stock(Path(model.source)), name)
    found = latents.decode(sampler(files, name).run(), vae)
    assert found.pixels.shape == (2, HEIGHT, WIDTH, 3)
    assert expected.std() > 0.01 and not np.array_equal(expected[0], expected[1])
    np.testing.assert_array_equal(found.pixels, expected)


@pytest.mark.parametrize("name", GUIDED)
def test_a_fresh_run_goes_on_from_any_snapshot(files: FakeContext, name: str) -> None:
    straight = sampler(files, name)
    states: list[bytes] = []
    for _ in straight.keys:
        straight.step()
        states.append(stored(straight))
    expected = straight.result().samples
    assert len(states) == STEPS and np.isfinite(expected).all()
    for done, state in enumerate(states, start=1):
        resumed = sampler(files, name)
        restore(resumed, states[:done])
        assert stored(resumed) == state
        for following in states[done:]:
            resumed.step()
            assert stored(resumed) == following
        np.testing.assert_array_equal(resumed.result().samples, expected)


@pytest.mark.parametrize("name", GUIDED)
def test_same_bits_without_guidance(files: FakeContext, name: str) -> None:
    """Neither the negative prompt nor the scale matters then, and no key depends on them."""
    model, vae = models.load(files, name)
    off = 0.0 if name == "zimage" else 1.0
    distilled = name == "flux-dev"  # reads the scale as a number
    stock_name = next(iter(GUIDED[name].stock))
    pipe = stock(Path(model.source))
    expected = stock_pictures(pipe, name, negative_prompt=None, **{stock_name: off})
    steps = sampler(files, name, guidance_scale=off)
    np.testing.assert_array_equal(latents.decode(steps.run(), vae).pixels, expected)
    ctx = FakeContext(files.root)
    other = sampler(files, name, guidance_scale=off / 2, negative=None, ctx=ctx)
    assert (other.keys == steps.keys) != distilled
    said = ["of 0.5 acts like 1" in warning for warning in ctx.warnings]
    assert said == ([] if name == "zimage" or name.startswith("flux") else [True])


@pytest.mark.parametrize(
    ("name", "guided"),
    [("sd3", True), ("qwenimage", True), ("zimage", True), ("pixart-sigma", True),
     ("flux-schnell", False)],
)  # fmt: skip
def test_no_negative_prompt_is_the_empty_one(files: FakeContext, name: str, guided: bool) -> None:
    """Flux was not trained to be guided: only a negative prompt asks for it."""
    model, vae = models.load(files, name)
    pipe = stock(Path(model.source))
    expected = stock_pictures(pipe, name, negative_prompt="" if guided else None)
    found = latents.decode(sampler(files, name, negative=None).run(), vae)
    np.testing.assert_array_equal(found.pixels, expected)


FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}


@pytest.mark.parametrize(
    ("name", "scheduler", "class_name", "config"),
    [
        ("sd3", "heun", "FlowMatchHeunDiscreteScheduler", {}),
        ("sd3", "dpm++2m", "DPMSolverMultistepScheduler", {**FLOW, "flow_shift": 3.0}),
        ("flux-dev", "unipc", "UniPCMultistepScheduler", FLOW),
        ("qwenimage", "unipc", "UniPCMultistepScheduler", FLOW),
        ("sana", "euler", "FlowMatchEulerDiscreteScheduler", {"shift": 3.0}),
        ("pixart-sigma", "euler", "EulerDiscreteScheduler", {}),
        ("pixart-sigma", "heun", "HeunDiscreteScheduler", {}),
        ("pixart-sigma", "pndm", "PNDMScheduler", {}),
    ],
)
def test_other_solvers(
    files: FakeContext, name: str, scheduler: str, class_name: str, config: dict[str, Any]
) -> None:
    """Also those with a memory, and with two evaluations a step: the bits of the pipeline, and of
    a run that is restored before each evaluation."""
    model, vae = models.load(files, name)
    pipe = stock(Path(model.source))
    class_ = getattr(diffusers, class_name)
    pipe.scheduler = class_.from_config(pipe.scheduler.config, **config)
    expected = stock_pictures(pipe, name)
    steps, states = sampler(files, name, scheduler=scheduler), list[bytes]()
    for _ in steps.keys:
        steps = sampler(files, name, scheduler=scheduler)
        restore(steps, states)
        steps.step()
        states.append(stored(steps))
    np.testing.assert_array_equal(latents.decode(steps.result(), vae).pixels, expected)


@pytest.mark.parametrize(
    ("name", "scheduler"), [("flux-dev", "lcm"), ("pixart-sigma", "euler-ancestral")]
)
def test_solvers_that_draw_noise_resume(files: FakeContext, name: str, scheduler: str) -> None:
    straight, resumed = (sampler(files, name, scheduler=scheduler) for _ in range(2))
    restore(resumed, states_of(straight, 2))
    torch.manual_seed(0)  # global generators have no effect
    straight.step()
    straight.step()
    torch.manual_seed(1)
    resumed.step()
    resumed.step()
    assert stored(resumed) == stored(straight)
    np.testing.assert_array_equal(resumed.result().samples, straight.result().samples)


@pytest.mark.parametrize(
    ("name", "class_name", "strength", "steps"),
    [
        ("sd3", "StableDiffusion3Img2ImgPipeline", 0.5, 2),
        ("sd3", "StableDiffusion3Img2ImgPipeline", 0.3, 2),
        ("flux-dev", "FluxImg2ImgPipeline", 0.5, 2),
        ("flux-dev", "FluxImg2ImgPipeline", 0.6, 3),
        ("chroma", "ChromaImg2ImgPipeline", 0.6, 3),
        ("zimage", "ZImageImg2ImgPipeline", 0.6, 3),
        ("qwenimage", "QwenImageImg2ImgPipeline", 0.6, 3),
    ],
)
def test_image_to_image(
    files: FakeContext, name: str, class_name: str, strength: float, steps: int
) -> None:
    """A product of steps and strength that is not whole is rounded up to the next step."""
    model, vae = models.load(files, name)
    start = latents.encode(Image(tiny.picture(1, 2)), vae)
    pipe = getattr(diffusers, class_name).from_pretrained(model.source)
    pipe.set_progress_bar_config(disable=True)
    expected = stock_pictures(
        tiny.reown(pipe),
        name,
        image=torch.tensor(start.samples),
        strength=strength,
        width=32,
        height=32,
    )
    found = sampler(files, name, latents=start, strength=strength)
    assert len(found.keys) == steps
    np.testing.assert_array_equal(latents.decode(found.run(), vae).pixels, expected)


@pytest.mark.parametrize("name", ["flux-dev", "zimage", "pixart-sigma"])
def test_stop_and_go_on(files: FakeContext, name: str) -> None:
    """Two samplers, the second from the step where the first one stops, do what one does, where
    the solver has no memory."""
    whole = sampler(files, name, scheduler="euler")
    first = sampler(files, name, scheduler="euler", end_step=2).run()
    second = sampler(files, name, scheduler="euler", latents=first, start_step=2)
    np.testing.assert_array_equal(second.run().samples, whole.run().samples)


@pytest.mark.parametrize("name", ["sd3", "qwenimage", "pixart-sigma"])
def test_what_changes_later_shares_the_steps_before(files: FakeContext, name: str) -> None:
    model = models.load(files, name).model
    late = Guidance(((0.0, 5.0), (0.5, 5.0), (0.5, 2.0)), 0.0)
    steady = sampler(files, name, guidance=Guidance(((0.0, 5.0),), 0.0))
    changed = sampler(files, name, guidance=late)
    assert [a == b for a, b in zip(steady.keys, changed.keys, strict=True)] == [1, 1, 0, 0]
    other = text.encode(model, "snow on hills")
    switched = sampler(files, name, positive=text.switch(text.encode(model, PROMPT), other, at=0.5))
    steady = sampler(files, name)
    assert [a == b for a, b in zip(steady.keys, switched.keys, strict=True)] == [1, 1, 0, 0]

    result = switched.run().samples
    resumed = sampler(files, name, positive=other)
    restore(resumed, states_of(steady, 2))
    resumed.step()
    resumed.step()
    np.testing.assert_array_equal(resumed.result().samples, result)
    assert switched.curves()["prompt 2"] == [0, 0, 1, 1]


@pytest.mark.parametrize("name", ["flux-dev"])
def test_blended_prompts(files: FakeContext, name: str) -> None:
    model = models.load(files, name).model
    one, other = (text.encode(model, words) for words in (PROMPT, "snow"))
    half = text.switch(one, other, blend=((0.0, 0.5),))
    assert one.pooled is not None and other.pooled is not None
    two = np.float32(2)
    mean = Conditioning((one.embeds + other.embeds) / two, (one.pooled + other.pooled) / two, "")
    blended = sampler(files, name, positive=half).run().samples
    np.testing.assert_array_equal(blended, sampler(files, name, positive=mean).run().samples)


@pytest.mark.parametrize("name", ["qwenimage"])
def test_prompts_of_other_lengths_cannot_be_blended(files: FakeContext, name: str) -> None:
    model = models.load(files, name).model
    half = text.switch(text.encode(model, PROMPT), text.encode(model, ""), blend=((0.0, 0.5),))
    with pytest.raises(NodeError, match="different numbers of tokens"):
        sampler(files, name, positive=half)


@pytest.mark.parametrize("name", ["sd3"])
@pytest.mark.parametrize("solver", ["dpm++2m", "unipc"])
@pytest.mark.parametrize("sigmas", ["exponential", "beta"])
def test_noise_levels_of_other_models(
    files: FakeContext, name: str, solver: Any, sigmas: Any
) -> None:
    """These solvers take them from betas, up to 157, where those of flow matching end at 1."""
    with pytest.raises(NodeError, match="does not support these sigmas") as caught:
        sampler(files, name, scheduler=solver, sigmas=sigmas)
    assert caught.value.parameter == "sigmas"
    assert np.isfinite(sampler(files, name, scheduler="euler", sigmas=sigmas).run().samples).all()


@pytest.mark.parametrize("name", ["sd3", "sana"])
def test_a_prediction_that_flow_matching_does_not_have(files: FakeContext, name: str) -> None:
    with pytest.raises(NodeError, match="prediction cannot be epsilon"):
        sampler(files, name, schedule=sample.scheduler("dpm++2m", prediction="epsilon"))


@pytest.mark.parametrize(("name", "most"), [("sd3", 256), ("flux-dev", 512), ("zimage", 512)])
def test_a_text_that_is_read_in_part(files: FakeContext, name: str, most: int) -> None:
    model = models.load(files, name).model
    run = FakeContext(files.root)
    text.encode(model, PROMPT, ctx=run)
    assert not run.warnings
    long = text.encode(model, "cat " * 600, ctx=run)
    (warning,) = run.warnings
    assert f"reads only the first {most}" in warning
    same = text.encode(model, "cat " * 600 + "dog")
    np.testing.assert_array_equal(same.embeds, long.embeds)


@pytest.mark.parametrize("name", ["flux-dev", "sana", "pixart-sigma"])
def test_pictures_of_the_steps(files: FakeContext, name: str) -> None:
    """One pixel a latent; after the last step nothing is noise."""
    steps = sampler(files, name)
    curves = steps.curves()
    assert len(curves["sigma"]) == len(curves["guidance scale"]) == STEPS
    assert sorted(curves["sigma"], reverse=True) == curves["sigma"]
    assert steps.preview() is None
    for _ in steps.keys:
        steps.step()
    shown = steps.pictures(None, stored(steps))
    assert set(shown) == {"x0", "x_t", "noise"}
    assert all(picture.shape == (2, 8, 16, 3) for picture in shown.values())
    np.testing.assert_array_equal(shown["x0"], steps.preview())
    gap = np.abs(shown["x_t"].astype(int) - shown["x0"].astype(int))
    assert np.median(gap) <= 1


@pytest.mark.parametrize("name", ["chroma", "qwenimage", "sana"])
def test_prompts_go_through_the_cache(files: FakeContext, name: str) -> None:
    """Masks keep their own dtype on disk."""
    value = text.encode(models.load(files, name).model, PROMPT)
    found = values.decode(values.encode(values.freeze(value)), Conditioning)
    np.testing.assert_array_equal(found.embeds, value.embeds)
    assert set(found.extras) == set(value.extras)
    for part, array in value.extras.items():
        assert found.extras[part].dtype == array.dtype
        np.testing.assert_array_equal(found.extras[part], array)


CONTROL = Control(())
ALPHA = Mask(np.ones((1, 32, 32), np.float32))


@pytest.mark.parametrize(
    ("name", "changes", "parameter", "message"),
    [
        ("sd3", {"control": CONTROL}, "control", "work with Stable Diffusion 1.x"),
        ("sd3", {"mask": ALPHA}, "mask", "Masks work with"),
        ("sd3", {"guidance_rescale": 0.5}, "guidance_rescale", "Rescaled guidance work"),
        ("flux-dev", {"positive": "region"}, "positive", "Regions work with .* family 'flux'"),
        ("sd3", {"negative": "region"}, "negative", "Regions work with .* family 'sd3'"),
        (
            "sd3",
            {"scheduler": "ddim"},
            "scheduler",
            "'ddim' does not work with models trained by flow",
        ),
        (
            "sd3",
            {"sigmas": "karras", "scheduler": "heun"},
            "sigmas",
            "does not support karras sigmas",
        ),
        (
            "flux-dev",
            {"scheduler": "heun"},
            "scheduler",
            "FluxPipeline cannot do 4 steps with FlowMatchHeun",
        ),
        ("flux-dev", {"negative": "positive"}, "negative", "distilled"),
        ("sd3", {"latents": (2, 4, 7, 8)}, "latents", "32 x 28 pixels; .*multiples of 8"),
        ("sd3", {"latents": (2, 16, 8, 8)}, "latents", "16 channels, this model has 4"),
        ("sd3", {"noise": (2, 4, 2, 2)}, "noise", "from the same latents"),
        ("sd3", {"start_step": 1}, "latents", "these latents are empty"),
        ("sd3", {"positive": (1, 3, 8)}, "positive", "encoded for another model"),
    ],
)
def test_what_it_refuses(
    files: FakeContext, name: str, changes: dict[str, Any], parameter: str, message: str
) -> None:
    """A NodeError that names the input, before any weights are read."""
    made: dict[str, Any] = dict(changes)
    for key, value in changes.items():
        if isinstance(value, tuple):
            zeros = np.zeros(value, np.float32)
            kinds = {
                "latents": Latents(zeros, empty=True),
                "noise": Noise(zeros, np.zeros((2, 8), np.uint8)),
                "positive": Conditioning(zeros, None, ""),
            }
            made[key] = kinds[key]
        elif value in ("positive", "region"):
            made[key] = text.encode(models.load(files, name).model, "")
        if value == "region":
            made[key] = text.region(made[key], made[key], ALPHA)
    with pytest.raises(NodeError, match=message) as caught:
        sampler(files, name, **made)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("name", ["zimage"])
def test_encoders_without_layers_to_skip(files: FakeContext, name: str) -> None:
    with pytest.raises(NodeError, match="do not support clip_skip") as caught:
        text.encode(models.load(files, name).model, "", clip_skip=1)
    assert caught.value.parameter == "clip_skip"


# --- model folders ---


@pytest.mark.parametrize(
    ("name", "family", "size"),
    [("sd3", "sd3", 32), ("flux-dev", "flux", 512), ("qwenimage", "qwenimage", 512),
     ("zimage", "zimage", 512), ("pixart-alpha", "pixart", 512), ("pixart-sigma", "pixart", 32)],
)  # fmt: skip
def test_what_a_folder_holds(files: FakeContext, name: str, family: str, size: int) -> None:
    model, vae = models.load(files, name)
    assert (model.family, model.size) == (family, size)
    assert (model.latent_channels, model.latent_factor) == (4, 4)
    assert (vae.latent_channels, vae.latent_factor) == (4, 4)
    assert model.dtype == vae.dtype == "auto-bfloat16"
    assert models.load(files, name, dtype="float16").model.dtype == "float16"
    assert latents.empty(model).samples.shape == (1, 4, size // 4, size // 4)


def _foreign_encoder(folder: Path) -> None:
    file = folder / "model_index.json"
    index = json.loads(file.read_text())
    file.write_text(json.dumps({**index, "text_encoder": ["evil", "Model"]}))


@pytest.mark.parametrize("name", ["zimage"])
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_foreign_encoder, "names Model of evil as its text_encoder"),
        (lambda folder: shutil.rmtree(folder / "transformer"), "transformer is missing"),
        (lambda folder: shutil.rmtree(folder / "tokenizer"), "tokenizer is missing"),
        (
            lambda folder: (folder / "text_encoder" / "model.safetensors").unlink(),
            "model.safetensors is missing",
        ),
    ],
)
def test_bad_folders(
    files: FakeContext, name: str, spoil: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    shutil.copytree(files.root / name, tmp_path / "m")
    spoil(tmp_path / "m")
    with pytest.raises(NodeError, match=message) as caught:
        models.load(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "source"


@pytest.mark.parametrize("name", ["sd3"])
def test_a_changed_part_changes_the_handle(files: FakeContext, name: str, tmp_path: Path) -> None:
    shutil.copytree(files.root / name, tmp_path / "m")
    run = FakeContext(tmp_path)
    before = models.load(run, "m").model
    for part in ("transformer", "text_encoder_3", "tokenizer_3", "scheduler"):
        (tmp_path / "m" / part / "note.txt").write_text("another")
        after = models.load(run, "m").model
        assert after.digest != before.digest
        before = after


@pytest.mark.parametrize("name", ["qwenimage"])
def test_pictures_there_and_back(files: FakeContext, name: str) -> None:
    """Encoding with the video autoencoder is what its image-to-image pipeline does."""
    vae = models.load(files, name).vae
    pixels = tiny.picture(2)
    pipe = diffusers.QwenImageImg2ImgPipeline.from_pretrained(Path(vae.source).parent)
    tiny.reown(pipe)
    tensor = torch.tensor(pixels).permute(0, 3, 1, 2)[:, :, None] * 2 - 1
    with torch.no_grad():
        mean = pipe.vae.encode(tensor).latent_dist.mode()
    statistics = pipe.vae.config.latents_mean, pipe.vae.config.latents_std
    offset, spread = (torch.tensor(part).view(1, 4, 1, 1, 1) for part in statistics)
    expected = (mean - offset) * (1.0 / spread)
    found = latents.encode(Image(pixels), vae)
    np.testing.assert_array_equal(found.samples, expected[:, :, 0].numpy())

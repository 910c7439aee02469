"""Models are sampled by the kind of scheduler that they were trained with, or refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import StableDiffusionXLImg2ImgPipeline, StableDiffusionXLPipeline
from numpy.typing import NDArray

from nodes import latents, models, sample
from nodes.diffusion import schedulers
from nodes.diffusion.noise import generators
from nodes.types import Image, Scheduler
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import denoiser

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore::FutureWarning")]


def copied(source: Path, folder: Path, scheduler: Any = None, **entries: Any) -> FakeContext:
    """Copy a tiny model to "m", with another scheduler or other entries in its config."""
    shutil.copytree(source, folder / "m")
    if scheduler is not None:
        scheduler.save_pretrained(folder / "m" / "scheduler")
        file = folder / "m" / "model_index.json"
        index = {
            **json.loads(file.read_text()),
            "scheduler": ["diffusers", type(scheduler).__name__],
        }
        file.write_text(json.dumps(index))
    file = folder / "m" / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))
    return FakeContext(folder)


def built(run: FakeContext, name: str, **config: Any) -> Any:
    model = models.load(run, "m").model
    return schedulers.build(Scheduler(name, "default", 0.0, config), model)


# --- continuous noise levels ---


def stock(folder: Path, kind: Any = StableDiffusionXLPipeline, **changes: Any) -> Any:
    pipe = kind.from_pretrained(folder, add_watermarker=False, **changes)
    pipe.set_progress_bar_config(disable=True)
    return tiny.reown(pipe)


def stock_latents(pipe: Any, **changes: Any) -> NDArray[np.float32]:
    values: dict[str, Any] = {
        "negative_prompt": "dog",
        "num_images_per_prompt": 2,
        "num_inference_steps": 4,
        "generator": generators(3, 2),
        "guidance_scale": 5.0,
        "output_type": "latent",
        **changes,
    }
    return pipe("a cat", **values).images.numpy()


@pytest.mark.parametrize("class_name", ["EDMDPMSolverMultistepScheduler", "EDMEulerScheduler"])
def test_a_model_of_continuous_noise_levels(
    tiny_models: Path, tmp_path: Path, class_name: str
) -> None:
    """As Playground 2.5: the bits of the stock pipeline, and no default betas."""
    own = getattr(diffusers, class_name)(sigma_max=20.0)
    run = copied(tiny_models / "sdxl", tmp_path, own)
    expected = stock_latents(stock(tmp_path / "m"))
    context = FakeContext(run.root)
    steps = denoiser(run, "m", steps=4, guidance_scale=5.0, ctx=context)
    found = steps.run().samples
    assert np.abs(found).max() < 20
    np.testing.assert_array_equal(found, expected)
    assert steps.preview() is not None and not context.warnings
    name = "euler" if "Euler" in class_name else "dpm++2m"
    same = denoiser(run, "m", steps=4, guidance_scale=5.0, scheduler=name).run().samples
    np.testing.assert_array_equal(same, expected)
    with pytest.raises(NodeError, match="'ddim' does not work with models trained on continuous"):
        denoiser(run, "m", scheduler="ddim")


def test_a_solver_of_its_own_that_draws_noise(tiny_models: Path, tmp_path: Path) -> None:
    own = diffusers.EDMDPMSolverMultistepScheduler(algorithm_type="sde-dpmsolver++", sigma_max=20.0)
    run = copied(tiny_models / "sdxl", tmp_path, own)
    results: list[NDArray[np.float32]] = []
    for seed in (0, 1):
        torch.manual_seed(seed)  # global generators have no effect
        results.append(denoiser(run, "m", steps=4).run().samples)
    np.testing.assert_array_equal(results[0], results[1])


def test_continuous_timesteps(tiny_models: Path, tmp_path: Path) -> None:
    """Only the Euler solver has them; the others would take numbers of another kind."""
    entries = {"timestep_type": "continuous", "prediction_type": "v_prediction"}
    run = copied(tiny_models / "sdxl", tmp_path, **entries)
    assert built(run, "auto").config.timestep_type == "continuous"
    with pytest.raises(NodeError, match="'unipc' does not work with models trained on continuous"):
        built(run, "unipc")


# --- refused ---


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"_class_name": "FlowMatchEulerDiscreteScheduler"}, "trained by flow matching"),
        ({"prediction_type": "flow_prediction"}, "trained by flow matching"),
        ({"use_flow_sigmas": True}, "trained by flow matching"),
        (
            {"_class_name": "ScoreSdeVeScheduler"},
            "is a ScoreSdeVeScheduler, which is not supported",
        ),
        ({"_class_name": "NoSuchScheduler"}, "is a NoSuchScheduler"),
        ({"prediction_type": "v"}, "prediction_type 'v'; it can be epsilon, v_prediction, sample"),
        ({"beta_schedule": "cosine"}, "beta_schedule 'cosine'; it can be linear"),
        ({"timestep_spacing": "even"}, "timestep_spacing 'even'"),
        ({"beta_end": "0.012"}, "beta_end '0.012'; it lies between 0 and 1"),
        ({"beta_start": -0.1}, "beta_start -0.1"),
        ({"num_train_timesteps": 0}, "num_train_timesteps 0"),
        ({"num_train_timesteps": 10**9}, "num_train_timesteps 1000000000; it is a whole number"),
        ({"num_train_timesteps": 1000.0}, "num_train_timesteps 1000.0; it is a whole number"),
        ({"steps_offset": 10**6}, "steps_offset 1000000"),
        ({"steps_offset": "1"}, "steps_offset '1'"),
        ({"beta_start": 0.012, "beta_end": 0.00085}, "beta_start 0.012 above the beta_end 0.00085"),
        ({"trained_betas": [0.1] * 10}, "lists 10 trained_betas for 1000 num_train_timesteps"),
        ({"trained_betas": []}, "lists 0 trained_betas"),
        ({"trained_betas": 0.5}, "trained_betas 0.5; it is a list"),
        ({"final_sigmas_type": "end"}, "final_sigmas_type 'end'; it can be zero, sigma_min"),
        ({"use_karras_sigmas": "yes"}, "use_karras_sigmas 'yes'; it can be true or false"),
    ],
)
def test_configs_of_another_kind(
    tiny_models: Path, tmp_path: Path, entries: dict[str, Any], message: str
) -> None:
    run = copied(tiny_models / "sd15", tmp_path, **entries)
    with pytest.raises(NodeError, match=message) as caught:
        models.load(run, "m")
    assert caught.value.parameter == "source" and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("entries", "name", "config", "parameter", "message"),
    [
        ({}, "ddim", {"rescale_betas_zero_snr": True}, "zero_snr", "predicts epsilon"),
        ({}, "euler", {"rescale_betas_zero_snr": True}, "zero_snr", "predicts epsilon"),
        ({"rescale_betas_zero_snr": True}, "auto", {}, "zero_snr", "predicts epsilon"),
        (
            {"rescale_betas_zero_snr": True, "prediction_type": "v_prediction"},
            "pndm",
            {},
            "scheduler",
            "trained with rescale_betas_zero_snr, which the scheduler 'pndm' does not support",
        ),
        ({"prediction_type": "sample"}, "pndm", {}, "scheduler", "prediction type sample"),
        ({"beta_schedule": "sigmoid"}, "auto", {}, "scheduler", "sigmoid"),
    ],
)
def test_choices_that_cannot_be_honoured(
    tiny_models: Path,
    tmp_path: Path,
    entries: dict[str, Any],
    name: str,
    config: dict[str, Any],
    parameter: str,
    message: str,
) -> None:
    run = copied(tiny_models / "sd15", tmp_path, **entries)
    with pytest.raises(NodeError, match=message) as caught:
        built(run, name, **config)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("betas", [{"beta_start": 0}, {"beta_end": 1}, {"beta_start": 1e-300}])
def test_betas_that_leave_no_noise_or_no_picture(
    tiny_models: Path, tmp_path: Path, betas: dict[str, Any]
) -> None:
    run = copied(tiny_models / "sd15", tmp_path, **betas)
    for name in ("auto", "euler", "ddim"):
        with pytest.raises(NodeError, match="they leave no noise or no picture") as caught:
            built(run, name)
        assert caught.value.parameter == "model"


def test_betas_that_are_not_stated(tiny_models: Path, tmp_path: Path) -> None:
    run = copied(tiny_models / "sd15", tmp_path)
    (tmp_path / "m" / "scheduler" / "scheduler_config.json").write_text("{}")
    models.load(run, "m")
    (warning,) = run.warnings
    assert "does not state the betas" in warning and "the defaults of PNDMScheduler" in warning


def test_a_config_that_is_nested_too_deeply(tiny_models: Path, tmp_path: Path) -> None:
    run = copied(tiny_models / "sd15", tmp_path)
    (tmp_path / "m" / "scheduler" / "scheduler_config.json").write_text("[" * 100_000)
    with pytest.raises(NodeError, match=r"scheduler_config\.json is nested too deeply"):
        models.load(run, "m")


@pytest.mark.parametrize(
    ("solver", "spacing", "steps"),
    [
        ("ddim", "leading", 1000),  # reaches timestep 1000
        ("pndm", "leading", 1000),
        ("ddim", "trailing", 998),  # reaches timestep -1
        ("auto", "leading", 999),  # two steps at one noise level
        ("unipc", "linspace", 1000),
        ("lms", "leading", 1000),
    ],
)
def test_more_steps_than_a_solver_can_do(
    run: FakeContext, solver: Any, spacing: Any, steps: int
) -> None:
    with pytest.raises(NodeError, match=rf"cannot do {steps} steps of a model .* 1000") as caught:
        denoiser(run, schedule=sample.scheduler(solver, spacing=spacing), steps=steps)
    assert caught.value.parameter == "steps"


def test_a_last_step_that_does_nothing(run: FakeContext) -> None:
    """deis ends at the noise level of its last step with all sigmas but the default ones."""
    found = denoiser(run, scheduler="deis", sigmas="karras", steps=8).run().samples
    assert np.isfinite(found).all()


def test_zero_snr_with_a_network_that_predicts_velocity(run: FakeContext) -> None:
    schedule = sample.scheduler("ddim", zero_snr=True, spacing="trailing")
    assert np.isfinite(denoiser(run, "sd2", schedule=schedule).run().samples).all()
    with pytest.raises(NodeError, match="predicts epsilon"):
        sample.scheduler("ddim", zero_snr=True, prediction="epsilon")
    with pytest.raises(NodeError, match="prediction type sample"):
        sample.scheduler("euler-ancestral", prediction="sample")


def test_a_prediction_that_contradicts_the_model(run: FakeContext) -> None:
    schedule = sample.scheduler("ddim", prediction="v_prediction")
    context = FakeContext(run.root)
    denoiser(run, schedule=schedule, ctx=context)
    (message,) = context.warnings
    assert "prediction is v_prediction, but the model's own config says epsilon" in message
    denoiser(run, "sd2", schedule=schedule, ctx=context)
    assert len(context.warnings) == 1


# --- entries that a solver takes over ---


def test_entries_of_another_solver_stay_with_it(tiny_models: Path, tmp_path: Path) -> None:
    own: Any = diffusers.DPMSolverSinglestepScheduler(**tiny.BETAS, algorithm_type="dpmsolver++")
    assert not own.config.lower_order_final
    run = copied(tiny_models / "sd15", tmp_path, own, solver_order=3, steps_offset=1)
    config = built(run, "unipc").config
    assert config.lower_order_final and config.solver_order == 2
    assert (config.beta_schedule, config.beta_end) == ("scaled_linear", 0.012)
    assert np.isfinite(denoiser(run, "m", scheduler="unipc").run().samples).all()


def test_unipc_that_was_saved_without_a_lower_order_at_the_end(
    tiny_models: Path, tmp_path: Path
) -> None:
    own = diffusers.UniPCMultistepScheduler(**tiny.BETAS, lower_order_final=False)
    run = copied(tiny_models / "sd15", tmp_path, own)
    assert np.isfinite(denoiser(run, "m", scheduler="unipc").run().samples).all()


def test_dpm_singlestep_keeps_its_own_end(tiny_models: Path, tmp_path: Path) -> None:
    """With a last noise level above 0, diffusers honours lower_order_final=False."""
    own = diffusers.DPMSolverSinglestepScheduler(**tiny.BETAS, final_sigmas_type="sigma_min")
    run = copied(tiny_models / "sd15", tmp_path, own)
    assert not built(run, "dpm++2s").config.lower_order_final


def test_betas_that_a_config_leaves_to_its_class(tiny_models: Path, tmp_path: Path) -> None:
    """They are those of the class that the model was saved with, not those of the solver."""
    run = copied(tiny_models / "sd15", tmp_path)
    file = tmp_path / "m" / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({"_class_name": "LCMScheduler"}))
    config = built(run, "euler").config
    assert (config.beta_start, config.beta_schedule) == (0.00085, "scaled_linear")


# --- an aesthetic score ---


def test_a_network_that_takes_an_aesthetic_score(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sdxl", tmp_path / "m")
    width = 5 * 8 + tiny.WIDTH
    torch.manual_seed(4)
    config: Any = diffusers.UNet2DConditionModel.load_config(tmp_path / "m" / "unet")
    network: Any = diffusers.UNet2DConditionModel.from_config(
        {**config, "projection_class_embeddings_input_dim": width}
    )
    network.save_pretrained(tmp_path / "m" / "unet")
    run = FakeContext(tmp_path)
    loaded = models.load(run, "m")
    start = latents.encode(Image(tiny.picture(1)), loaded.vae)
    pipe = stock(tmp_path / "m", StableDiffusionXLImg2ImgPipeline, requires_aesthetics_score=True)
    pipe.scheduler = diffusers.EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    expected = stock_latents(
        pipe,
        image=torch.tensor(start.samples),
        strength=0.75,
        num_images_per_prompt=1,
        generator=generators(3, 1),
    )
    found = denoiser(
        run, "m", latents=start, steps=4, strength=0.75, scheduler="euler", guidance_scale=5.0
    )
    np.testing.assert_array_equal(found.run().samples, expected)


def test_a_network_that_takes_numbers_of_another_kind(tiny_models: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_models / "sdxl", tmp_path / "m")
    config: Any = diffusers.UNet2DConditionModel.load_config(tmp_path / "m" / "unet")
    network: Any = diffusers.UNet2DConditionModel.from_config(
        {**config, "projection_class_embeddings_input_dim": 4 * 8 + tiny.WIDTH}
    )
    network.save_pretrained(tmp_path / "m" / "unet")
    with pytest.raises(NodeError, match="neither a target size nor an aesthetic score") as caught:
        denoiser(FakeContext(tmp_path), "m")
    assert caught.value.parameter == "model"


# --- solvers begun in the middle ---

TWENTY: dict[str, Any] = {"steps": 20}


def split(run: FakeContext, name: str, at: int, schedule: Scheduler) -> float:
    """Return the distance (rms) of two samplers to one, for a split after `at` steps."""
    values = {"schedule": schedule, "guidance_scale": 1.0, **TWENTY}
    whole = denoiser(run, name, **values).run().samples
    first = denoiser(run, name, end_step=at, **values).run()
    second = denoiser(run, name, latents=first, start_step=at, **values).run().samples
    return float(np.sqrt(((second - whole) ** 2).mean()))


@pytest.mark.parametrize("solver", ["lms", "pndm"])
def test_a_solver_begun_in_the_middle(run: FakeContext, solver: Any) -> None:
    """A lower order at the start: no further from the whole run than dpm++2m is."""
    for at, largest in ((1, 0.2), (2, 0.08), (8, 0.008), (14, 0.002)):
        assert split(run, "sd15", at, sample.scheduler(solver)) < largest


def test_runge_kutta_steps_are_made_whole(run: FakeContext) -> None:
    """Each of the first three takes four evaluations, of which only the last reaches a noise level
    of the schedule. A run that begins later begins at a lower order."""
    whole = denoiser(run, "sdxl", scheduler="pndm", **TWENTY).keys
    assert len(whole) == 29
    for end, count in ((1, 4), (2, 4), (3, 8), (4, 12), (5, 13), (8, 16), (19, 27), (20, 29)):
        assert denoiser(run, "sdxl", scheduler="pndm", end_step=end, **TWENTY).keys == whole[:count]
    for at, largest in ((1, 0.08), (2, 0.08), (3, 0.05), (4, 0.03), (8, 0.006), (14, 0.001)):
        assert split(run, "sdxl", at, sample.scheduler("pndm")) < largest


def test_the_start_of_diffusers(run: FakeContext) -> None:
    """Wrong by more than any solver's own error, so it must be asked for."""
    schedule = sample.scheduler("lms", late_start="diffusers")
    assert split(run, "sd15", 8, schedule) > 0.05


def test_keys_of_a_late_start(run: FakeContext) -> None:
    start = latents.encode(Image(tiny.picture(1, 2)), models.load(run, "sd15").vae)
    ours, theirs = (
        denoiser(
            run, latents=start, strength=0.5, schedule=sample.scheduler("lms", late_start=name)
        )
        for name in ("lower order", "diffusers")
    )
    assert ours.keys[0] != theirs.keys[0]

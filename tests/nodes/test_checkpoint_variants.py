"""Variants of Stable Diffusion as single files: inpainting, pruned, distilled, by other codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from diffusers import EDMDPMSolverMultistepScheduler
from safetensors.torch import save_file

from nodes import latents, models, sample, text
from nodes.diffusion import layout, load, scheduler_config
from nodes.types import Model
from nodeui.sdk import NodeError
from tests.nodes import originals
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import QUIET

UNET = "model.diffusion_model."


@pytest.fixture
def run(tmp_path: Any) -> FakeContext:
    return FakeContext(tmp_path)


def saved(run: FakeContext, kind: str, **changes: Any) -> dict[str, Any]:
    """Save a model whose UNet has other entries in its config; return its networks."""
    made = originals.parts(kind, **changes)
    originals.save_single(run.root / "model.safetensors", kind, made)
    return made


def same(one: torch.nn.Module, other: torch.nn.Module) -> None:
    left, right = one.state_dict(), other.state_dict()
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)


def sampled(model: Model) -> Any:
    positive, negative = text.encode(model, "a lighthouse"), text.encode(model, "")
    empty = latents.empty(model, 32, 32)
    steps = sample.denoise(model, positive, empty, negative=negative, steps=3, seed=5)
    for _ in steps.keys:
        steps.step()
    return steps.result().samples


@pytest.mark.parametrize("kind", originals.KINDS)
def test_inpainting_models(run: FakeContext, kind: str):
    made = saved(run, kind, in_channels=9)
    model = models.load(run, "model.safetensors").model
    same(load.unet(model), made["unet"])
    assert layout.read_json(model.place("unet") / "config.json")["in_channels"] == 9
    assert model.latent_channels == 4


PRUNED = {
    "the middle without attention, other depths on the way up": (
        "sdxl",
        {
            "layers_per_block": 2,
            "mid_block_type": "UNetMidBlock2D",
            "transformer_layers_per_block": [1, [2, 1]],
            "reverse_transformer_layers_per_block": [[1, 2, 3], 1],
        },
    ),
    "no middle": ("sdxl", {"mid_block_type": None}),
    "no middle in SD 1": ("sd1", {"mid_block_type": None}),
    "two residual blocks": ("sd1", {"layers_per_block": 2}),
    "other widths": ("sd2", {"block_out_channels": [64, 192], "attention_head_dim": [1, 3]}),
}
"""The shapes of SSD-1B and Vega, of KOALA, of small SD, and of the published models."""


@pytest.mark.parametrize("case", PRUNED)
def test_pruned_models(run: FakeContext, case: str):
    kind, changes = PRUNED[case]
    made = saved(run, kind, **changes)
    found = load.unet(models.load(run, "model.safetensors").model)
    same(found, made["unet"])
    generator = torch.Generator().manual_seed(1)
    text_width = made["unet"].config["cross_attention_dim"]
    inputs: dict[str, Any] = {
        "sample": torch.randn(1, 4, 8, 8, generator=generator),
        "timestep": torch.tensor([7]),
        "encoder_hidden_states": torch.randn(1, 5, text_width, generator=generator),
    }
    if kind == "sdxl":
        pooled = torch.randn(1, originals.WIDTH, generator=generator)
        inputs["added_cond_kwargs"] = {"text_embeds": pooled, "time_ids": torch.ones(1, 6)}
    with torch.no_grad():
        assert torch.equal(found(**inputs).sample, made["unet"].eval()(**inputs).sample)


@pytest.mark.parametrize("case", [*PRUNED, *originals.KINDS, "LCM"])
def test_unets_with_the_names_of_diffusers(run: FakeContext, case: str):
    kind, changes = PRUNED.get(case, (case, {}))
    if case == "LCM":
        kind, changes = "sd1", {"time_cond_proj_dim": 32}
    made = saved(run, kind, **changes)
    tensors = {name: tensor.clone() for name, tensor in made["unet"].state_dict().items()}
    save_file(tensors, run.root / "unet.safetensors")
    first = "clip_g" if kind == "sd2" else "clip_l"
    given = {first: "model.safetensors"}
    if kind == "sdxl":
        given["clip_g"] = "model.safetensors"
    encoders = models.text_encoders(run, **given)
    model = models.diffusion_model(run, encoders, source="unet.safetensors")
    same(load.unet(model), made["unet"])
    whole = models.load(run, "model.safetensors").model
    assert (model.family, model.size) == (whole.family, whole.size * 8 // whole.latent_factor)
    paths = (run.root / "unet.safetensors", run.root / "model.safetensors")
    configs = [layout.read_json(path / "unet" / "config.json") for path in paths]
    assert configs[0] == configs[1]
    assert scheduler_config.read(paths[0]) == scheduler_config.read(paths[1])


def test_models_that_take_the_guidance(run: FakeContext):
    made = saved(run, "sd1", time_cond_proj_dim=32)
    model = models.load(run, "model.safetensors").model
    same(load.unet(model), made["unet"])
    assert scheduler_config.read(run.root / "model.safetensors")["_class_name"] == "LCMScheduler"
    assert "distilled model (LCM)" in run.warnings[-1]


@QUIET
def test_playground(run: FakeContext):
    """Its noise levels are those of Karras et al. 2022, and its latents are centred."""
    made = originals.parts("sdxl")
    mean, deviation = torch.tensor([-1.6, 1.9, -1.4, 2.5]), torch.tensor([8.5, 5.9, 6.5, 5.2])
    file = run.root / "playground.safetensors"
    originals.save_single(file, "sdxl", made, edm_mean=mean, edm_std=deviation)
    loaded = models.load(run, file.name)
    vae = load.vae(loaded.vae).config
    assert (vae["latents_mean"], vae["scaling_factor"]) == (mean.tolist(), 0.5)
    assert vae["latents_std"] == deviation.tolist()
    config = scheduler_config.read(file)
    made_scheduler: Any = EDMDPMSolverMultistepScheduler.from_config(config)
    assert (made_scheduler.config.sigma_max, made_scheduler.config.sigma_data) == (80.0, 0.5)
    assert np.isfinite(sampled(loaded.model)).all()


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("sd1", {"in_channels": 8}, "is an InstructPix2Pix model"),
        ("sd2", {"in_channels": 5}, "is a depth model"),
        ("sdxl", {"in_channels": 7}, "is an upscaling model"),
        ("sdxl", {"projection_class_embeddings_input_dim": 2560}, "is an SDXL refiner"),
    ],
)
def test_models_that_are_not_sampled_here(
    run: FakeContext, kind: str, changes: dict[str, Any], told: str
):
    saved(run, kind, **changes)
    with pytest.raises(NodeError, match=told):
        models.load(run, "model.safetensors")


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"modelspec.prediction_type": "v_prediction"}, ("v_prediction", None)),
        ({"modelspec.prediction_type": "epsilon", "ss_v_parameterization": "True"},
         ("epsilon", None)),
        ({"ss_v_parameterization": "True", "ss_zero_terminal_snr": "True"}, ("v_prediction", True)),
    ],
)  # fmt: skip
def test_the_prediction_type_of_trainers(
    run: FakeContext, metadata: dict[str, str], expected: tuple[str, bool | None]
):
    made = originals.parts("sdxl")
    file = originals.save_single(run.root / "m.safetensors", "sdxl", made, metadata=metadata)
    found = scheduler_config.read(file)
    assert (found["prediction_type"], found.get("rescale_betas_zero_snr")) == expected


def test_an_unknown_prediction_type_is_refused(run: FakeContext):
    metadata = {"modelspec.prediction_type": "score"}
    made = originals.parts("sdxl")
    originals.save_single(run.root / "m.safetensors", "sdxl", made, metadata=metadata)
    with pytest.raises(NodeError, match="predicts 'score', which is not supported"):
        models.load(run, "m.safetensors")


@pytest.mark.parametrize(
    ("title", "word"),
    [("SDXL_Lightning_4step", "Lightning"), ("My Turbo mix", "Turbo"), ("Turbofan", None)],
)
def test_distilled_models_are_told_by_their_metadata(
    run: FakeContext, title: str, word: str | None
):
    made = originals.parts("sdxl")
    metadata = {"modelspec.title": title}
    originals.save_single(run.root / "m.safetensors", "sdxl", made, metadata=metadata)
    models.load(run, "m.safetensors")
    assert [f"distilled model ({word})" in line for line in run.warnings] == (
        [True] if word else []
    )


# --- parts ----------------------------------------------------------------------------------------


def save_parts(run: FakeContext, kind: str, prefix: str = "") -> dict[str, Any]:
    """Save the networks of a model, each in a file."""
    made = originals.parts(kind)
    tensors = originals.original(kind, made)
    for name, start, new in (("unet", UNET, prefix), ("vae", "first_stage_model.", "")):
        found = {new + k.removeprefix(start): t for k, t in tensors.items() if k.startswith(start)}
        save_file(found, run.root / f"{name}.safetensors")
    for part in ("text_encoder", "text_encoder_2"):
        if part in made:
            weights = {name: t.clone() for name, t in made[part].state_dict().items()}
            save_file(originals.clip_names(weights), run.root / f"{part}.safetensors")
    return made


@QUIET
@pytest.mark.parametrize(("kind", "prefix"), [("sd1", ""), ("sdxl", UNET), ("sd2", "")])
def test_parts_give_the_picture_of_the_folder(run: FakeContext, kind: str, prefix: str):
    made = save_parts(run, kind, prefix)
    originals.save_folder(run.root / "folder", kind, made)
    first = "clip_g" if kind == "sd2" else "clip_l"  # CLIP H
    given = {first: "text_encoder.safetensors"}
    if kind == "sdxl":
        given["clip_g"] = "text_encoder_2.safetensors"
    encoders = models.text_encoders(run, **given)
    unscaled = models.diffusion_model(run, encoders, source="unet.safetensors")
    vae = models.vae(run, "vae.safetensors", model=unscaled)
    model = models.diffusion_model(run, encoders, vae, source="unet.safetensors")
    folder = models.load(run, "folder")
    assert np.array_equal(sampled(model), sampled(folder.model))
    scale = load.vae(vae).config["scaling_factor"]
    assert scale == load.vae(folder.vae).config["scaling_factor"]
    same(load.vae(vae), made["vae"])


def test_a_whole_file_gives_its_parts(run: FakeContext):
    made = saved(run, "sdxl")
    encoders = models.text_encoders(run, clip_l="model.safetensors", clip_g="model.safetensors")
    model = models.diffusion_model(run, encoders, source="model.safetensors")
    same(load.text_encoder(model, 2), made["text_encoder_2"])
    assert models.vae(run, "model.safetensors").latent_channels == 4


@pytest.mark.parametrize(("scaling", "scale"), [("sd", 0.18215), ("sdxl", 0.13025)])
def test_the_scale_of_a_vae_is_chosen(run: FakeContext, scaling: Any, scale: float):
    save_parts(run, "sd1")
    one = models.vae(run, "vae.safetensors", scaling=scaling)
    assert load.vae(one).config["scaling_factor"] == scale
    other = models.vae(run, "vae.safetensors", scaling="sdxl" if scaling == "sd" else "sd")
    assert one.digest != other.digest


def test_an_unknown_scale_is_refused(run: FakeContext):
    save_parts(run, "sd1")
    with pytest.raises(NodeError, match=r"connect the model .* or choose sd or sdxl") as error:
        models.vae(run, "vae.safetensors")
    assert error.value.parameter == "scaling"
    with pytest.raises(NodeError, match="cannot be used as that of flux"):
        models.vae(run, "vae.safetensors", scaling="flux")


def test_wrong_parts_are_named(run: FakeContext):
    save_parts(run, "sd1")
    with pytest.raises(NodeError, match="holds a VAE with 4 latent channels, not CLIP L") as error:
        models.text_encoders(run, clip_l="vae.safetensors")
    assert error.value.parameter == "clip_l"
    encoders = models.text_encoders(run, clip_l="text_encoder.safetensors")
    with pytest.raises(NodeError, match="holds the text encoder CLIP, not a diffusion model"):
        models.diffusion_model(run, encoders, source="text_encoder.safetensors")
    with pytest.raises(NodeError, match="holds no VAE"):
        models.load(run, "unet.safetensors", text_encoders=encoders)
    with pytest.raises(NodeError, match="Choose at least one text encoder"):
        models.text_encoders(run)
    save_parts(run, "sdxl")
    with pytest.raises(NodeError, match="holds no text encoder CLIP G") as error:
        models.diffusion_model(run, encoders, source="unet.safetensors")
    assert error.value.parameter == "text_encoders"

"""Single files with a whole model give the bits of the same weights in the diffusers layout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nodes import latents, models, sample, text
from nodes.diffusion import load, scheduler_config
from nodes.diffusion.files import encoders, ldm
from nodes.diffusion.files.tokens import clip_tokenizer
from nodes.diffusion.lora_names import Layers
from nodes.types import Latents
from nodeui.sdk import NodeError
from tests.nodes import originals
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import QUIET

every_kind = pytest.mark.parametrize("kind", originals.KINDS)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> FakeContext:
    root = tmp_path_factory.mktemp("single")
    for kind in originals.KINDS:
        made = originals.parts(kind)
        originals.save_folder(root / kind, kind, made)
        originals.save_single(root / f"{kind}.safetensors", kind, made)
    return FakeContext(root)


def sampled(run: FakeContext, source: str) -> Latents:
    model = models.load(run, source).model
    steps = sample.denoise(
        model,
        text.encode(model, "a lighthouse"),
        latents.empty(model, 32, 32),
        negative=text.encode(model, ""),
        steps=3,
        seed=5,
    )
    for _ in steps.keys:
        steps.step()
    return steps.result()


@QUIET
@every_kind
def test_a_file_gives_the_picture_of_the_folder(run: FakeContext, kind: str):
    of_file, of_folder = sampled(run, f"{kind}.safetensors"), sampled(run, kind)
    assert np.array_equal(of_file.samples, of_folder.samples)


@every_kind
def test_its_vae_is_that_of_the_folder(run: FakeContext, kind: str):
    for source in (kind, f"{kind}.safetensors"):
        assert models.load(run, source).vae.latent_factor == 2
    one, other = (
        load.vae(models.vae(run, source)).state_dict() for source in (kind, f"{kind}.safetensors")
    )
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_weights_in_half_precision(run: FakeContext):
    made = originals.parts("sd1")
    half = {name: tensor.half() for name, tensor in originals.original("sd1", made).items()}
    save_file(half, run.root / "half.safetensors")
    model = models.load(run, "half.safetensors").model
    weights = load.unet(model).state_dict()
    expected = made["unet"].state_dict()
    assert all(torch.equal(weights[name], expected[name].half().float()) for name in expected)


def test_averaged_weights_are_preferred(run: FakeContext):
    made = originals.parts("sd1")
    tensors = originals.original("sd1", made)
    averaged = {
        "model_ema." + name.removeprefix("model.").replace(".", ""): tensor + 1
        for name, tensor in tensors.items()
        if name.startswith("model.diffusion_model.")
    }
    save_file({**tensors, **averaged}, run.root / "ema.safetensors")
    weights = load.unet(models.load(run, "ema.safetensors").model).state_dict()
    expected = made["unet"].state_dict()
    assert all(torch.equal(weights[name], expected[name] + 1) for name in expected)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("epsilon", None)),
        ({"v_pred": torch.zeros(0)}, ("v_prediction", None)),
        ({"v_pred": torch.zeros(0), "ztsnr": torch.zeros(0)}, ("v_prediction", True)),
        ({"metadata": {"modelspec.prediction_type": "v"}}, ("v_prediction", None)),
    ],
)
def test_the_prediction_type_is_read(
    run: FakeContext, more: dict[str, Any], expected: tuple[str, bool | None]
):
    file = originals.save_single(
        run.root / "predicts.safetensors", "sdxl", originals.parts("sdxl"), **more
    )
    found = scheduler_config.read(file)
    assert (found["prediction_type"], found.get("rescale_betas_zero_snr")) == expected


@pytest.mark.parametrize(("spread", "expected"), [(0.02, "epsilon"), (0.2, "v_prediction")])
def test_the_prediction_type_of_stable_diffusion_2(spread: float, expected: str):
    """Told by the spread of one norm's biases, as nothing else in such a file says it."""
    biases = torch.randn(2000, generator=torch.Generator().manual_seed(1)) * spread
    name = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"
    found = ldm.prediction("Stable Diffusion 2", {name: (2000,)}, {}, lambda _: biases.tolist())
    assert found["prediction_type"] == expected


@pytest.mark.parametrize(
    "tensor",
    [torch.zeros(5, dtype=torch.uint8), torch.zeros(100_000), torch.zeros(0), torch.zeros(2, 2)],
    ids=["bytes", "long", "empty", "square"],
)
def test_the_tensor_that_tells_the_prediction_type_may_be_anything(
    run: FakeContext, tensor: torch.Tensor
):
    made = originals.parts("sd2")
    name = f"{ldm.UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"
    originals.save_single(run.root / "odd.safetensors", "sd2", made, **{name: tensor})
    with pytest.raises(NodeError, match=f"odd.safetensors is damaged: {name} is no vector"):
        models.load(run, "odd.safetensors")


@every_kind
def test_layers_of_loras_are_found(run: FakeContext, kind: str):
    of_file = Layers(models.load(run, f"{kind}.safetensors").model)
    of_folder = Layers(models.load(run, kind).model)
    names = [
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q",
        "lora_te_text_model_encoder_layers_0_self_attn_q_proj",
        "lora_te1_text_model_encoder_layers_1_mlp_fc1",
        "lora_unet_input_blocks_0_0",
    ]
    for name in names:
        assert of_file.find(name) == of_folder.find(name) is not None


def test_another_content_is_another_model(run: FakeContext):
    file = run.root / "changed.safetensors"
    made = originals.parts("sd1")
    originals.save_single(file, "sd1", made)
    before = models.load(run, file.name)
    with torch.no_grad():
        made["vae"].quant_conv.weight += 1
    originals.save_single(file, "sd1", made)
    after = models.load(run, file.name)
    assert before.model.digest != after.model.digest and before.vae.digest != after.vae.digest
    assert torch.equal(
        load.vae(after.vae).state_dict()["quant_conv.weight"], made["vae"].quant_conv.weight
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda name: name.replace("first_stage_model.", "x."), "holds no VAE"),
        (lambda name: name.replace("cond_stage_model.", "x."), "holds no text encoder"),
        (lambda name: name.replace("out_layers.0.bias", "x"), "lacks the weight"),
        (lambda name: name.replace("input_blocks.0.0", "x"), "holds no UNet"),
    ],
)
def test_a_file_that_lacks_something(run: FakeContext, change: Callable[[str], str], told: str):
    tensors = originals.original("sd1", originals.parts("sd1"))
    save_file({change(name): t for name, t in tensors.items()}, run.root / "less.safetensors")
    assert told in refusal(run, "less.safetensors")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("edm_mean", "is incomplete: it lacks edm_std"),
        ("edm_vpred.sigma_max", "is CosXL"),
        ("model.diffusion_model.label_emb.weight", "is an upscaling model"),
        ("noise_augmentor.time_embed.0.weight", "is an unCLIP model"),
        ("conditioner.embedders.0.model.token_embedding.weight", "is an SDXL refiner"),
        ("model.diffusion_model.input_blocks.1.0.emb_layers.1.scale_weight", "is quantised"),
    ],
)
def test_kinds_that_are_refused(run: FakeContext, name: str, told: str):
    tensors = originals.original("sd1", originals.parts("sd1"))
    save_file({**tensors, name: torch.zeros(2)}, run.root / "other.safetensors")
    assert told in refusal(run, "other.safetensors")


def test_another_vocabulary_is_refused(run: FakeContext):
    tensors = originals.original("sd1", originals.parts("sd1"))
    name = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"
    tensors[name] = tensors[name][:49_000].clone()
    save_file(tensors, run.root / "words.safetensors")
    assert "has a text encoder for 49,000 tokens" in refusal(run, "words.safetensors")


def test_the_tokenizer_is_that_of_clip():
    """The numbers of OpenCLIP's own tokenizer, for prompts in several scripts."""
    from open_clip.tokenizer import SimpleTokenizer

    theirs, ours = SimpleTokenizer(), clip_tokenizer(encoders.CLIP_L)
    prompts = [
        "a photo of a cat", "Lighthouse, 8k, ULTRA-detailed!!", "naïve café – 日本語 🙂",
        "don't stop it's 12345", "  spaces   x\ty ", "(world:1.2) [a|b]", "", "Straße №5 ½",
    ]  # fmt: skip
    for prompt in prompts:
        assert ours(prompt, add_special_tokens=False)["input_ids"] == theirs.encode(prompt.lower())
    assert (ours.bos_token_id, ours.eos_token_id, ours.pad_token_id) == (49_406, 49_407, 49_407)
    assert clip_tokenizer(encoders.CLIP_G).pad_token_id == 0


def refusal(run: FakeContext, source: str) -> str:
    with pytest.raises(NodeError) as error:
        models.load(run, source)
    assert error.value.parameter == "source" and "\n" not in str(error.value)
    return str(error.value)

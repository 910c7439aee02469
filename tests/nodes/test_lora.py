"""LoRAs: the same bits as `load_lora_weights` and `set_adapters` of the diffusers pipelines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from safetensors.torch import save_file
from transformers import CLIPTextModel

from nodes import latents, lora, models, sample, text
from nodes.diffusion.lora_files import WEIGHTS
from nodes.types import Conditioning, Latents, Model
from nodeui.sdk import NodeError, Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, restore, states_of

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore:Already found:UserWarning")]

LAYERS = {
    "unet": ["to_q", "to_k", "to_v", "conv1"],
    "text_encoder": ["q_proj", "out_proj"],
}


def build(folder: Path, model: Path, seed: int, parts: tuple[str, ...]) -> Path:
    """A LoRA with random weights for the parts of a model, as diffusers saves it."""
    torch.manual_seed(seed)
    layers: dict[str, Any] = {}
    for part in parts:
        class_: Any = UNet2DConditionModel if part == "unet" else CLIPTextModel
        network = class_.from_pretrained(model / part)
        network.add_adapter(LoraConfig(r=3, lora_alpha=5, target_modules=LAYERS[part]))
        state = get_peft_model_state_dict(network, adapter_name="default")
        layers[f"{part}_lora_layers"] = {
            name: torch.randn_like(value) * 0.2 for name, value in state.items()
        }
    StableDiffusionPipeline.save_lora_weights(folder, **layers)
    return folder


def build_kohya(file: Path) -> Path:
    """One layer of a LoRA in the naming of kohya's scripts."""
    torch.manual_seed(9)
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"
    tensors = {
        f"{layer}.lora_down.weight": torch.randn(2, 8),
        f"{layer}.lora_up.weight": torch.randn(8, 2),
        f"{layer}.alpha": torch.tensor(1.0),
    }
    file.parent.mkdir(exist_ok=True)
    save_file(tensors, file)
    return file


@pytest.fixture(scope="module")
def changes(run: FakeContext, tiny_models: Path) -> FakeContext:
    """The context, with LoRAs beside the models."""
    build(tiny_models / "lora-a", tiny_models / "sd15", 1, ("unet", "text_encoder"))
    build(tiny_models / "lora-b", tiny_models / "sd15", 2, ("unet",))
    build(tiny_models / "lora-words", tiny_models / "sd15", 3, ("text_encoder",))
    build(tiny_models / "lora-xl", tiny_models / "sdxl", 4, ("unet", "text_encoder"))
    build_kohya(tiny_models / "lora-kohya" / "style.safetensors")
    return run


def changed(run: FakeContext, name: str, *loras: tuple[str, float]) -> Model:
    model = models.load(run, name).model
    for source, strength in loras:
        model = lora.apply(run, model, source, strength=strength)
    return model


def ours(model: Model) -> np.ndarray:
    return (
        sample.denoise(
            model,
            positive=text.encode(model, "a cat"),
            negative=text.encode(model, "dog"),
            latents=latents.empty(model),
            steps=4,
            seed=5,
            scheduler="ddim",
        )
        .run()
        .samples
    )


def theirs(folder: Path, *loras: tuple[str, float]) -> np.ndarray:
    kind = StableDiffusionXLPipeline if folder.name == "sdxl" else StableDiffusionPipeline
    pipe: Any = kind.from_pretrained(folder)
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config)
    names = [f"n{number}" for number in range(len(loras))]
    for name, (source, _) in zip(names, loras, strict=True):
        pipe.load_lora_weights(folder.parent / source, adapter_name=name)
    if loras:
        pipe.set_adapters(names, [strength for _, strength in loras])
    tiny.reown(pipe)
    pipe.set_progress_bar_config(disable=True)
    return pipe(
        "a cat",
        negative_prompt="dog",
        num_inference_steps=4,
        generator=[torch.Generator().manual_seed(5)],
        output_type="latent",
        guidance_scale=7.5,
    ).images.numpy()


@pytest.mark.parametrize(
    ("name", "loras"),
    [
        ("sd15", [("lora-a", 0.7)]),
        ("sd15", [("lora-b", -0.5)]),
        ("sd15", [("lora-words", 1.0)]),
        ("sd15", [("lora-a", 0.7), ("lora-b", 0.3)]),
        ("sd15", [("lora-kohya/style.safetensors", 1.5)]),
        ("sdxl", [("lora-xl", 0.8)]),
    ],
)
def test_the_bits_of_the_pipeline(
    changes: FakeContext, tiny_models: Path, name: str, loras: list[tuple[str, float]]
) -> None:
    found = ours(changed(changes, name, *loras))
    np.testing.assert_array_equal(found, theirs(tiny_models / name, *loras))
    assert not np.array_equal(found, ours(changed(changes, name)))


def test_strengths_do_not_mix(changes: FakeContext, tiny_models: Path) -> None:
    """Models that differ in the strength only share their weights, and each has its own bits."""
    weak, strong = (changed(changes, "sd15", ("lora-a", strength)) for strength in (0.2, 1.0))
    first = ours(weak)
    assert not np.array_equal(first, ours(strong))
    np.testing.assert_array_equal(ours(weak), first)
    np.testing.assert_array_equal(ours(changed(changes, "sd15")), theirs(tiny_models / "sd15"))


def test_a_model_tells_of_its_loras(changes: FakeContext) -> None:
    plain, weak, strong, both = (
        changed(changes, "sd15", *loras)
        for loras in (
            (),
            (("lora-a", 0.2),),
            (("lora-a", 1.0),),
            (("lora-a", 1.0), ("lora-b", 1.0)),
        )
    )
    assert len({model.loras for model in (plain, weak, strong, both)}) == 4
    assert len({model.digest for model in (plain, weak, strong, both)}) == 1
    assert [one.parts for one in both.loras] == [("text_encoder", "unet"), ("unet",)]
    [(source, off)] = lora.apply.passes
    assert source == "model"
    assert off(strength=0.0, curve=(), text_strength=None)
    assert off(strength=0.0, curve=(), text_strength=0.0)
    assert not off(strength=-1.0, curve=(), text_strength=None)
    assert not off(strength=0.0, curve=((0.0, 1.0),), text_strength=None)
    assert not off(strength=0.0, curve=(), text_strength=0.5)


def test_what_is_refused(changes: FakeContext, tiny_models: Path) -> None:
    model = models.load(changes, "sd15").model

    def refused(message: str, parameter: str, source: str, name: str = WEIGHTS) -> None:
        with pytest.raises(NodeError, match=message) as caught:
            lora.apply(changes, model, source, name)
        assert caught.value.parameter == parameter

    (tiny_models / "old.pt").write_bytes(b"PK")
    refused("not a safetensors file", "source", "old.pt")
    refused("style.safetensors", "name", "lora-kohya")
    refused("leads out of the folder", "name", "lora-a", name="../sd15/unet/x.safetensors")
    refused("nowhere does not exist", "source", "nowhere")
    refused("does not contain a LoRA", "source", "sd15/unet/diffusion_pytorch_model.safetensors")
    whole = (tiny_models / "lora-b" / "pytorch_lora_weights.safetensors").read_bytes()
    (tiny_models / "cut.safetensors").write_bytes(whole[:-100])
    refused("is damaged", "source", "cut.safetensors")


# --- strength over the run ------------------------------------------------------------------------


def begun(model: Model, positive: Conditioning, **more: Any) -> Steps[Latents]:
    return sample.denoise(
        model,
        positive=positive,
        latents=latents.empty(model),
        **{"steps": 6, "seed": 3, **more},
    )


def sampler(ctx: FakeContext, source: str, **more: Any) -> Steps[Latents]:
    """A run of six steps with one LoRA."""
    model = models.load(ctx, "sd15").model
    adapted = lora.apply(ctx, model, source, **more) if source else model
    return begun(adapted, text.encode(adapted, "a cat"))


def test_strength_on_the_unet_is_in_the_key_of_its_steps(changes: FakeContext) -> None:
    plain = sampler(changes, "")
    late = sampler(changes, "lora-b", curve=((0.49, 0.0), (0.5, 1.0)))
    later = sampler(changes, "lora-b", curve=((0.66, 0.0), (0.67, 1.0)))
    assert tiny.shared(plain, late) == 3 == tiny.shared(late, later)
    assert tiny.shared(plain, later) == 4
    assert tiny.shared(late, sampler(changes, "lora-b", curve=((0.49, 0.0), (0.5, 0.8)))) == 3
    assert tiny.shared(plain, sampler(changes, "lora-b")) == 0
    early = sampler(changes, "lora-b", curve=((0.3, 1.0), (0.31, 0.0)))
    constant = sampler(changes, "lora-b", strength=1.0)
    assert tiny.shared(early, constant) == 2


def test_a_curve_has_the_bits_of_its_parts(changes: FakeContext) -> None:
    """A run that resumes after the shared steps of another equals a run of its own."""
    plain = sampler(changes, "")
    late, resumed = (sampler(changes, "lora-b", curve=((0.49, 0.0), (0.5, 0.7))) for _ in range(2))
    restore(resumed, states_of(plain, 3))
    for _ in range(3):
        resumed.step()
    found = late.run().samples
    np.testing.assert_array_equal(resumed.result().samples, found)
    assert not np.array_equal(found, sampler(changes, "").run().samples)
    assert late.curves()["lora-b LoRA"] == [0.0, 0.0, 0.0, 0.7, 0.7, 0.7]


def test_a_curve_leaves_the_text_encoder_to_its_own_strength(changes: FakeContext) -> None:
    model = models.load(changes, "sd15").model

    def embeds(**more: Any) -> np.ndarray:
        return text.encode(lora.apply(changes, model, "lora-a", **more), "a cat").embeds

    right = embeds(strength=0.6)
    curve = ((0.0, 0.0), (1.0, 1.5))
    np.testing.assert_array_equal(embeds(strength=0.6, curve=curve), right)
    np.testing.assert_array_equal(embeds(strength=2.0, text_strength=0.6), right)
    plain = text.encode(model, "a cat").embeds
    np.testing.assert_array_equal(embeds(text_strength=0.0), plain)
    assert not np.array_equal(right, plain)


def test_the_empty_prompt_is_encoded_with_the_lora(changes: FakeContext) -> None:
    """So its strength there is in the key of the steps that evaluate the empty prompt."""
    model = models.load(changes, "sd15").model
    positive = text.encode(model, "a cat")

    def keys(strength: float, guidance_scale: float) -> list[str]:
        adapted = lora.apply(changes, model, "lora-words", text_strength=strength)
        run = begun(adapted, positive, guidance_scale=guidance_scale)
        return list(run.keys)

    assert keys(0.5, 7.5)[0] != keys(1.0, 7.5)[0]
    assert keys(0.5, 1.0) == keys(1.0, 1.0)


def test_networks_are_shared_and_left_unchanged(changes: FakeContext) -> None:
    """With and without LoRAs, at any strength: one UNet in memory."""
    from nodes.diffusion import load

    plain, adapted = (changed(changes, "sd15", *loras) for loras in ((), (("lora-a", 1.0),)))
    assert load.unet(plain) is load.unet(adapted)
    before = ours(plain)
    ours(adapted)
    np.testing.assert_array_equal(ours(plain), before)


def test_a_lora_of_another_model(changes: FakeContext) -> None:
    model = models.load(changes, "sd15").model
    with pytest.raises(NodeError, match=r"does not match this model") as caught:
        lora.apply(changes, model, "lora-xl")
    assert caught.value.parameter == "model"
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300

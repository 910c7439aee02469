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
from nodes.types import Model
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext

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
    assert len({model.digest for model in (plain, weak, strong, both)}) == 4
    [(source, off)] = lora.apply.passes
    assert source == "model" and off(strength=0.0) and not off(strength=-1.0)


def test_what_is_refused(changes: FakeContext, tiny_models: Path) -> None:
    model = models.load(changes, "sd15").model

    def refused(message: str, parameter: str, source: str, name: str = "") -> None:
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


def test_a_lora_of_another_model(changes: FakeContext) -> None:
    model = changed(changes, "sd15", ("lora-xl", 1.0))
    with pytest.raises(NodeError, match=r"lora-xl.*does not match this model") as caught:
        ours(model)
    assert caught.value.parameter == "model"

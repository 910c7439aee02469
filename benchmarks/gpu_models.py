"""Builds models with random weights in the shapes of published ones, for `benchmarks.gpu`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import torch
import transformers

SD_VAE = {
    "latent_channels": 4,
    "block_out_channels": [128, 256, 512, 512],
    "layers_per_block": 2,
    "norm_num_groups": 32,
}
TINY_VAE = {"block_out_channels": [4, 8, 8], "layers_per_block": 1, "norm_num_groups": 4}
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


class Shape(NamedTuple):
    """Classes and configs of the parts of a model.

    Attributes:
        pipeline: Its diffusers pipeline.
        network: Folder name, class and config of the denoising network.
        vae: Config of its AutoencoderKL.
        encoders: Class and config of its text encoders.
        scheduler: Class and config of its scheduler.
    """

    pipeline: str
    network: tuple[str, str, dict[str, Any]]
    vae: dict[str, Any]
    encoders: tuple[tuple[str, dict[str, Any]], ...]
    scheduler: tuple[str, dict[str, Any]]


def _vae(tiny: bool, **changes: Any) -> dict[str, Any]:
    config = {**SD_VAE, **(TINY_VAE if tiny else {}), **changes}
    count = len(config["block_out_channels"])
    return {
        **config,
        "down_block_types": ["DownEncoderBlock2D"] * count,
        "up_block_types": ["UpDecoderBlock2D"] * count,
    }


def _clip(width: int, heads: int, **changes: Any) -> tuple[str, dict[str, Any]]:
    return "CLIPTextModel", {
        "hidden_size": width,
        "intermediate_size": 4 * width,
        "num_attention_heads": heads,
        "num_hidden_layers": 3,
        "projection_dim": width,
        **changes,
    }


def _sd15(tiny: bool) -> Shape:
    unet = {
        "sample_size": 64,
        "block_out_channels": [320, 640, 1280, 1280],
        "down_block_types": [*["CrossAttnDownBlock2D"] * 3, "DownBlock2D"],
        "up_block_types": ["UpBlock2D", *["CrossAttnUpBlock2D"] * 3],
        "attention_head_dim": 8,
        "cross_attention_dim": 768,
    }
    if tiny:
        unet |= {
            "sample_size": 8,
            "block_out_channels": [8, 16],
            "layers_per_block": 1,
            "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
            "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
            "attention_head_dim": 4,
            "cross_attention_dim": 32,
            "norm_num_groups": 4,
        }
    return Shape(
        "StableDiffusionPipeline",
        ("unet", "UNet2DConditionModel", unet),
        _vae(tiny),
        (_clip(32, 4) if tiny else _clip(768, 12),),
        ("DDIMScheduler", {**BETAS, "steps_offset": 1, "clip_sample": False}),
    )


def _sdxl(tiny: bool) -> Shape:
    unet = {
        "sample_size": 128,
        "block_out_channels": [320, 640, 1280],
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
        "attention_head_dim": [5, 10, 20],
        "transformer_layers_per_block": [1, 2, 10],
        "use_linear_projection": True,
        "cross_attention_dim": 2048,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 6 * 256 + 1280,
    }
    if tiny:
        unet |= {
            "sample_size": 8,
            "block_out_channels": [8, 16],
            "layers_per_block": 1,
            "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"],
            "attention_head_dim": [2, 4],
            "transformer_layers_per_block": [1, 1],
            "cross_attention_dim": 64,
            "addition_time_embed_dim": 8,
            "projection_class_embeddings_input_dim": 6 * 8 + 32,
            "norm_num_groups": 4,
        }
    widths = ((32, 4), (32, 4)) if tiny else ((768, 12), (1280, 20))
    (_, first), (_, second) = (_clip(width, heads) for width, heads in widths)
    return Shape(
        "StableDiffusionXLPipeline",
        ("unet", "UNet2DConditionModel", unet),
        _vae(tiny, scaling_factor=0.13025, force_upcast=True),
        (
            ("CLIPTextModel", first),
            ("CLIPTextModelWithProjection", {**second, "hidden_act": "gelu"}),
        ),
        ("EulerDiscreteScheduler", {**BETAS, "steps_offset": 1, "timestep_spacing": "leading"}),
    )


def _flux(tiny: bool) -> Shape:
    """Return the shape of Flux.1 [dev] with a sixth of its blocks."""
    network = {
        "in_channels": 64,
        "num_layers": 3,
        "num_single_layers": 6,
        "attention_head_dim": 128,
        "num_attention_heads": 24,
        "joint_attention_dim": 4096,
        "pooled_projection_dim": 768,
        "guidance_embeds": True,
        "axes_dims_rope": [16, 56, 56],
    }
    if tiny:
        network |= {
            "in_channels": 16,
            "num_layers": 1,
            "num_single_layers": 1,
            "attention_head_dim": 16,
            "num_attention_heads": 2,
            "joint_attention_dim": 32,
            "pooled_projection_dim": 32,
            "axes_dims_rope": [4, 4, 8],
        }
    vae = {"scaling_factor": 0.3611, "shift_factor": 0.1159, "latent_channels": 4 if tiny else 16}
    width = 32 if tiny else 4096
    t5 = {"d_model": width, "d_kv": width // 64 or 1, "d_ff": 2 * width, "num_layers": 2}
    return Shape(
        "FluxPipeline",
        ("transformer", "FluxTransformer2DModel", network),
        _vae(tiny, use_quant_conv=False, use_post_quant_conv=False, **vae),
        (_clip(32, 4) if tiny else _clip(768, 12), ("T5EncoderModel", {**t5, "num_heads": 4})),
        ("FlowMatchEulerDiscreteScheduler", {"shift": 3.0, "use_dynamic_shifting": True}),
    )


SHAPES: dict[str, Callable[[bool], Shape]] = {"sd15": _sd15, "sdxl": _sdxl, "flux": _flux}


def build(name: str, folder: Path, place: torch.device, tiny: bool) -> Path:
    """Save a model with random float16 weights in the diffusers layout, without a download.

    Args:
        name: One of `SHAPES`.
        folder: The model is saved in a new folder of that name in this one.
        place: The device on which the weights are drawn.
        tiny: True for networks that are small enough for a CPU.

    Returns:
        The model's folder.
    """
    shape, target = SHAPES[name](tiny), folder / name
    torch.manual_seed(1)
    part, class_name, config = shape.network
    entries: dict[str, Any] = {
        part: ["diffusers", class_name],
        "vae": ["diffusers", "AutoencoderKL"],
    }
    _save(getattr(diffusers, class_name), config, target / part, place)
    _save(diffusers.AutoencoderKL, shape.vae, target / "vae", place)
    for number, (class_name, config) in enumerate(shape.encoders, start=1):
        suffix = "" if number == 1 else f"_{number}"
        ids = _tokenizer(target / f"tokenizer{suffix}", 77 if "CLIP" in class_name else 512)
        class_ = getattr(transformers, class_name)
        with place:
            encoder = class_(class_.config_class(**config, **ids)).half()
        encoder.save_pretrained(target / f"text_encoder{suffix}")
        entries[f"text_encoder{suffix}"] = ["transformers", class_name]
        entries[f"tokenizer{suffix}"] = ["transformers", "CLIPTokenizer"]
    class_name, config = shape.scheduler
    getattr(diffusers, class_name)(**config).save_pretrained(target / "scheduler")
    entries["scheduler"] = ["diffusers", class_name]
    index = {"_class_name": shape.pipeline, "_diffusers_version": diffusers.__version__, **entries}
    (target / "model_index.json").write_text(json.dumps(index))
    return target


def _save(class_: Any, config: dict[str, Any], folder: Path, place: torch.device) -> None:
    with place:
        network = class_(**config).half()
    network.save_pretrained(folder)


def _tokenizer(folder: Path, length: int) -> dict[str, int]:
    """Save a CLIP tokenizer of letters and one pair; return config entries of a text encoder."""
    letters = [chr(code) for code in range(33, 127)]
    tokens = [
        *letters,
        *(f"{letter}</w>" for letter in letters),
        "th",
        "<|startoftext|>",
        "<|endoftext|>",
    ]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\nt h\n")
    marks = {"bos_token": "<|startoftext|>"}
    marks |= dict.fromkeys(("eos_token", "unk_token", "pad_token"), "<|endoftext|>")
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": length, **marks}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    last = len(tokens) - 1
    return {
        "vocab_size": len(tokens), "bos_token_id": last - 1, "eos_token_id": last,
        "pad_token_id": last,
    }  # fmt: skip

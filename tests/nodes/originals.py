"""Tiny models in the layout of the original Stable Diffusion code and in that of diffusers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    DDIMScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
)
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from nodes.diffusion.files import encoders
from nodes.diffusion.files.tokens import clip_tokenizer
from tests.nodes.tiny import BETAS

Tensors = dict[str, torch.Tensor]

WIDTH = 64
KINDS = ("sd1", "sd2", "sdxl")
_UNETS: dict[str, dict[str, Any]] = {
    "sd1": {
        "attention_head_dim": 8,
        "cross_attention_dim": WIDTH,
        "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
    },
    "sd2": {
        "attention_head_dim": [1, 2],
        "cross_attention_dim": WIDTH,
        "use_linear_projection": True,
        "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
        "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
    },
    "sdxl": {
        "attention_head_dim": [1, 2],
        "cross_attention_dim": 2 * WIDTH,
        "use_linear_projection": True,
        "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"],
        "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"],
        "transformer_layers_per_block": [1, 2],
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 6 * 256 + WIDTH,
    },
}
_SCHEDULERS: dict[str, tuple[type, dict[str, Any]]] = {
    "sd1": (
        PNDMScheduler,
        {"clip_sample": False, "skip_prk_steps": True, "set_alpha_to_one": False},
    ),
    "sd2": (DDIMScheduler, {"clip_sample": False, "set_alpha_to_one": False}),
    "sdxl": (EulerDiscreteScheduler, {"timestep_spacing": "leading"}),
}
"""Classes and entries of the schedulers as they were published."""


def parts(kind: str, **changes: Any) -> dict[str, Any]:
    """Networks with random weights of one kind of model, by the names of its pipeline.

    Args:
        kind: One of `KINDS`.
        changes: Entries of the UNet's config.
    """
    torch.manual_seed(KINDS.index(kind))
    unet = {
        "sample_size": 128 if kind == "sdxl" else 64,
        "block_out_channels": [64, 128],
        "layers_per_block": 1,
        **_UNETS[kind],
        **changes,
    }
    vae: dict[str, Any] = {
        "block_out_channels": [32, 64],
        "down_block_types": ["DownEncoderBlock2D"] * 2,
        "up_block_types": ["UpDecoderBlock2D"] * 2,
        "scaling_factor": 0.13025 if kind == "sdxl" else 0.18215,
        "force_upcast": kind == "sdxl",
    }
    made: dict[str, Any] = {
        "unet": UNet2DConditionModel(**unet),
        "vae": AutoencoderKL(**vae),
        "text_encoder": CLIPTextModel(_text_config("gelu" if kind == "sd2" else "quick_gelu")),
    }
    if kind == "sdxl":
        made["text_encoder_2"] = CLIPTextModelWithProjection(_text_config("gelu"))
    return made


def _text_config(activation: str) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=49_408,
        hidden_size=WIDTH,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=1,
        hidden_act=activation,
        projection_dim=WIDTH,
        bos_token_id=49_406,
        eos_token_id=49_407,
    )


def save_folder(folder: Path, kind: str, made: dict[str, Any]) -> Path:
    """Save a model in the layout of diffusers."""
    first = encoders.CLIP_H if kind == "sd2" else encoders.CLIP_L
    made = {
        **made,
        "tokenizer": clip_tokenizer(first),
        "scheduler": EulerDiscreteScheduler(**BETAS, steps_offset=1),  # replaced below
    }
    if kind == "sdxl":
        made["tokenizer_2"] = clip_tokenizer(encoders.CLIP_G)
        pipeline: Any = StableDiffusionXLPipeline(**made, add_watermarker=False)
    else:
        made |= {"safety_checker": None, "feature_extractor": None}
        pipeline = StableDiffusionPipeline(**made, requires_safety_checker=False)
    pipeline.save_pretrained(folder)
    class_, entries = _SCHEDULERS[kind]
    config = {"_class_name": class_.__name__, **BETAS, "steps_offset": 1, **entries}
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(config))
    return folder


def save_single(file: Path, kind: str, made: dict[str, Any], **more: Any) -> Path:
    """Save the same in a single file, with further tensors."""
    tensors = original(kind, made)
    metadata = more.pop("metadata", None)
    save_file({**tensors, **more}, file, metadata)
    return file


def original(kind: str, made: dict[str, Any]) -> Tensors:
    """The tensors of a model under their original names."""
    levels = len(made["vae"].config["block_out_channels"])
    found = {
        **_prefixed("model.diffusion_model.", unet_names(made["unet"])),
        **_prefixed("first_stage_model.", vae_names(made["vae"].state_dict(), levels)),
    }
    first = made["text_encoder"].state_dict()
    if kind == "sd1":
        found |= _prefixed("cond_stage_model.transformer.", clip_names(first))
    elif kind == "sd2":
        found |= _prefixed("cond_stage_model.model.", _open_clip(first, unread_layer=2))
    else:
        second = made["text_encoder_2"].state_dict()
        found |= _prefixed("conditioner.embedders.0.transformer.", clip_names(first))
        found |= _prefixed("conditioner.embedders.1.model.", _open_clip(second))
    return {name: tensor.contiguous() for name, tensor in found.items()}


def _prefixed(prefix: str, tensors: Tensors) -> Tensors:
    return {prefix + name: tensor for name, tensor in tensors.items()}


def _replaced(name: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


_RESNET = (
    (r"\.norm1\.", ".in_layers.0."),
    (r"\.conv1\.", ".in_layers.2."),
    (r"\.time_emb_proj\.", ".emb_layers.1."),
    (r"\.norm2\.", ".out_layers.0."),
    (r"\.conv2\.", ".out_layers.3."),
    (r"\.conv_shortcut\.", ".skip_connection."),
)
_UNET_ENDS = (
    (r"^conv_in\.", "input_blocks.0.0."),
    (r"^time_embedding\.linear_1\.", "time_embed.0."),
    (r"^time_embedding\.linear_2\.", "time_embed.2."),
    (r"^time_embedding\.cond_proj\.", "time_embed.cond_proj."),
    (r"^add_embedding\.linear_1\.", "label_emb.0.0."),
    (r"^add_embedding\.linear_2\.", "label_emb.0.2."),
    (r"^conv_norm_out\.", "out.0."),
    (r"^conv_out\.", "out.2."),
    (r"^mid_block\.resnets\.0\.", "middle_block.0."),
    (r"^mid_block\.attentions\.0\.", "middle_block.1."),
    (r"^mid_block\.resnets\.1\.", "middle_block.2."),
)


def unet_names(unet: UNet2DConditionModel) -> Tensors:
    """The tensors of a UNet under their original names, without prefix."""
    tensors, per_level = unet.state_dict(), unet.config["layers_per_block"] + 1
    found: Tensors = {}
    attended = {name.split(".")[1] for name in tensors if re.match(r"up_blocks\.\d\.att", name)}
    for name, tensor in tensors.items():
        place = re.match(r"(down|up)_blocks\.(\d)\.(\w+)\.(\d)\.(.+)", name)
        if place is not None:
            side, level, kind, index, rest = place.groups()
            first = per_level * int(level)
            if kind == "downsamplers":
                new = f"input_blocks.{first + per_level}.0.op.{rest.removeprefix('conv.')}"
            elif kind == "upsamplers":
                inner = 2 if level in attended else 1
                new = f"output_blocks.{first + per_level - 1}.{inner}.{rest}"
            else:
                inner = 1 if kind == "attentions" else 0
                block = (
                    f"input_blocks.{first + 1 + int(index)}"
                    if side == "down"
                    else f"output_blocks.{first + int(index)}"
                )
                new = f"{block}.{inner}.{rest}"
        else:
            kind, new = name, _replaced(name, _UNET_ENDS)
        found[_replaced(new, _RESNET) if "resnets" in name else new] = tensor
    return found


def vae_names(tensors: Tensors, levels: int) -> Tensors:
    rules = (
        (r"conv_norm_out", "norm_out"),
        (r"mid_block\.resnets\.0\.", "mid.block_1."),
        (r"mid_block\.resnets\.1\.", "mid.block_2."),
        (r"mid_block\.attentions\.0\.", "mid.attn_1."),
        (r"attn_1\.group_norm\.", "attn_1.norm."),
        (r"attn_1\.to_([qkv])\.", r"attn_1.\1."),
        (r"attn_1\.to_out\.0\.", "attn_1.proj_out."),
        (r"down_blocks\.(\d)\.resnets\.", r"down.\1.block."),
        (r"down_blocks\.(\d)\.downsamplers\.0\.", r"down.\1.downsample."),
        (r"conv_shortcut", "nin_shortcut"),
    )
    found: Tensors = {}
    for name, tensor in tensors.items():
        new = _replaced(name, rules)
        if up := re.match(r"decoder\.up_blocks\.(\d)\.(.+)", new):
            rest = _replaced(up[2], ((r"resnets\.", "block."), (r"upsamplers\.0\.", "upsample.")))
            new = f"decoder.up.{levels - 1 - int(up[1])}.{rest}"
        linear = re.search(r"attn_1\.(q|k|v|proj_out)\.weight", new)
        found[new] = tensor[..., None, None] if linear else tensor
    return found


def clip_names(tensors: Tensors) -> Tensors:
    return {f"text_model.{name.removeprefix('text_model.')}": t for name, t in tensors.items()}


def _open_clip(tensors: Tensors, unread_layer: int | None = None) -> Tensors:
    rules = (
        (r"^encoder\.layers\.", "transformer.resblocks."),
        (r"layer_norm(\d)", r"ln_\1"),
        (r"mlp\.fc1", "mlp.c_fc"),
        (r"mlp\.fc2", "mlp.c_proj"),
        (r"self_attn\.out_proj", "attn.out_proj"),
        (r"^embeddings\.token_embedding\.", "token_embedding."),
        (r"^embeddings\.position_embedding\.weight", "positional_embedding"),
        (r"^final_layer_norm\.", "ln_final."),
    )
    plain = {name.removeprefix("text_model."): tensor for name, tensor in tensors.items()}
    found: Tensors = {}
    for name, tensor in plain.items():
        if match := re.match(r"encoder\.layers\.(\d+)\.self_attn\.q_proj\.(weight|bias)", name):
            layer, kind = match.groups()
            joined = [plain[name.replace("q_proj", f"{x}_proj")] for x in "qkv"]
            found[f"transformer.resblocks.{layer}.attn.in_proj_{kind}"] = torch.cat(joined)
        elif name == "text_projection.weight":
            found["text_projection"] = tensor.T
        elif not re.search(r"self_attn\.[kv]_proj", name):
            found[_replaced(name, rules)] = tensor
    if unread_layer is not None:
        last = f"transformer.resblocks.{unread_layer - 1}."
        found |= {
            name.replace(last, f"transformer.resblocks.{unread_layer}."): tensor * 0
            for name, tensor in found.items()
            if name.startswith(last)
        }
    return found

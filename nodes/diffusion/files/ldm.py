"""The layout of the original Stable Diffusion code (Rombach et al. 2022), and its kinds of models.

A file names its tensors after the modules of that code: "model.diffusion_model." for the UNet,
"first_stage_model." for the VAE, "cond_stage_model." or "conditioner.embedders." for the text
encoders. What the shapes do not say, such as the betas, is in resources/models/.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from nodes.diffusion.untrusted import Tensor
from nodeui.sdk import shipped

UNET = "model.diffusion_model."
VAE = "first_stage_model."
CLIP_L = "cond_stage_model.transformer."
OPEN_CLIP = "cond_stage_model.model."
SDXL_FIRST = "conditioner.embedders.0.transformer."
SDXL_SECOND = "conditioner.embedders.1.model."
_REFINER = "conditioner.embedders.0.model."

PARTS = (UNET, VAE, "cond_stage_model.", "conditioner.")
"""Beginnings of the names in the networks of a whole model."""

VOCABULARY = 49_408
"""Tokens of CLIP and OpenCLIP."""

_HEAD = 64  # channels of an attention head in text encoders, and in the UNets of SD 2.x and SDXL

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]


class Unsupported(Exception):
    """A file holds a model that is not supported; the message goes on after the file's name."""


class Found(NamedTuple):
    """A recognised model; see `checkpoint.Checkpoint`."""

    kind: str
    configs: dict[str, dict[str, Any]]
    prefixes: dict[str, str]


def is_whole(header: Mapping[str, Tensor]) -> bool:
    """True if a file holds more than one network in this layout."""
    return sum(any(name.startswith(part) for name in header) for part in PARTS) > 1


def recognise(
    header: Mapping[str, Tensor],
    metadata: Mapping[str, str],
    values: Callable[[str], list[float]],
) -> Found:
    """Return the kind of a file, and the configs of its parts.

    Args:
        header: The header of the file.
        metadata: Its metadata; `modelspec.prediction_type` is read.
        values: Returns the numbers of a tensor.

    Raises:
        Unsupported: it is another kind of model, or a part is missing.
    """
    shapes = {name: tensor.shape for name, tensor in header.items()}
    _refuse(shapes)
    if f"{UNET}input_blocks.0.0.weight" not in shapes:
        raise Unsupported("holds no UNet in the layout of Stable Diffusion.")
    kind, encoders = _text_encoders(shapes)
    configs = _template(_TEMPLATES[kind])
    prefixes = {"unet": UNET, "vae": VAE, **encoders}
    for part, prefix in encoders.items():
        configs[f"{part}/config.json"] |= _text_config(_within(shapes, prefix), prefix)
    heads = kind != "Stable Diffusion 1"
    configs["unet/config.json"] |= unet_config(_within(shapes, UNET), heads)
    configs["vae/config.json"] |= vae_config(_within(shapes, VAE))
    scheduler = configs["scheduler/scheduler_config.json"]
    scheduler |= prediction(kind, shapes, metadata, values)
    return Found(kind, configs, prefixes)


_TEMPLATES = {"Stable Diffusion 1": "sd-1", "Stable Diffusion 2": "sd-2", "SDXL": "sdxl"}


@cache
def _text(name: str) -> str:
    return (shipped("resources") / "models" / f"{name}.json").read_text(encoding="utf-8")


def _template(name: str) -> dict[str, dict[str, Any]]:
    configs = json.loads(_text(name))
    del configs["source"]
    return configs


def _within(shapes: Shapes, prefix: str) -> dict[str, Shape]:
    """Return the tensors whose names begin with a prefix, without it."""
    cut = len(prefix)
    return {name[cut:]: shape for name, shape in shapes.items() if name.startswith(prefix)}


# --- kinds ----------------------------------------------------------------------------------------

_OTHERS = (
    ("edm_mean", "is Playground 2.5"),
    (f"{UNET}double_blocks.0.img_attn.qkv.weight", "is a Flux model"),
    (f"{UNET}joint_blocks.0.x_block.attn.qkv.weight", "is a Stable Diffusion 3 model"),
    (f"{UNET}time_stack.1.in_layers.0.weight", "is a video model"),
    (f"{_REFINER}token_embedding.weight", "is an SDXL refiner"),
    ("conditioner.embedders.0.model.ln_final.weight", "is an SDXL refiner"),
    ("embedder.model.ln_final.weight", "is an unCLIP model"),
)


def _refuse(shapes: Shapes) -> None:
    for name, kind in _OTHERS:
        if name in shapes:
            raise Unsupported(
                f"{kind}, which is not supported as a single file. Choose a folder in the "
                "diffusers layout, if there is one."
            )
    scaled = next((name for name in shapes if name.endswith(_SCALES) or name == "scaled_fp8"), None)
    if scaled is not None:
        raise Unsupported(f"is quantised (it has {scaled}), which is not supported.")


_SCALES = (".scale_weight", ".weight_scale", ".comfy_quant")


def _text_encoders(shapes: Shapes) -> tuple[str, dict[str, str]]:
    """Return the kind of a model, and the prefixes of its text encoders.

    Raises:
        Unsupported: the file holds no text encoder, or one of another kind.
    """
    embedding = "text_model.embeddings.token_embedding.weight"
    if f"{SDXL_SECOND}token_embedding.weight" in shapes:
        if f"{SDXL_FIRST}{embedding}" not in shapes:
            raise Unsupported("lacks the first text encoder of SDXL.")
        return "SDXL", {"text_encoder": SDXL_FIRST, "text_encoder_2": SDXL_SECOND}
    if f"{OPEN_CLIP}token_embedding.weight" in shapes:
        return "Stable Diffusion 2", {"text_encoder": OPEN_CLIP}
    if f"{CLIP_L}{embedding}" in shapes:
        return "Stable Diffusion 1", {"text_encoder": CLIP_L}
    raise Unsupported("holds no text encoder: choose a file with the whole model.")


def prediction(
    kind: str,
    shapes: Shapes,
    metadata: Mapping[str, str],
    values: Callable[[str], list[float]],
) -> dict[str, Any]:
    """Return the entries of the scheduler that depend on what the model was trained to predict.

    Files of SDXL that predict velocity hold an empty tensor "v_pred", and "ztsnr" if they were
    trained with zero terminal SNR. SD 2.x has no such mark; there, the spread of the last norm's
    biases is above 0.09 only in models that predict velocity.
    """
    stated = metadata.get("modelspec.prediction_type", "")
    velocity = "v_pred" in shapes or stated in ("v", "v_prediction", "velocity")
    if kind == "Stable Diffusion 2" and not stated and not velocity:
        name = f"{UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"
        velocity = name in shapes and _spread(values(name)) > 0.09
    entries: dict[str, Any] = {"prediction_type": "v_prediction" if velocity else "epsilon"}
    if "ztsnr" in shapes:
        entries["rescale_betas_zero_snr"] = True
    return entries


def _spread(numbers: list[float]) -> float:
    """Return the standard deviation of numbers."""
    from statistics import pstdev  # here, as the start of the program does not need it

    return pstdev(numbers)


# --- configs --------------------------------------------------------------------------------------


def _count(shapes: Shapes, pattern: str) -> int:
    """Return one more than the highest number that a pattern finds in the names; 0 for none."""
    search = re.compile(pattern).match
    return max((int(found[1]) + 1 for name in shapes if (found := search(name))), default=0)


def _text_config(shapes: Shapes, prefix: str) -> dict[str, Any]:
    """Return the config of a text encoder.

    Raises:
        Unsupported: it has another vocabulary, for which the file holds no tokenizer.
    """
    open_clip = prefix in (OPEN_CLIP, SDXL_SECOND)
    embedding = "token_embedding.weight" if open_clip else _CLIP_EMBEDDING
    tokens, width = shapes[embedding]
    if tokens != VOCABULARY:
        raise Unsupported(
            f"has a text encoder for {tokens:,} tokens; single files are supported with the "
            f"vocabulary of CLIP, which has {VOCABULARY:,}."
        )
    if open_clip:
        layers = _count(shapes, r"transformer\.resblocks\.(\d+)\.")
        inner = shapes["transformer.resblocks.0.mlp.c_fc.weight"][0]
        positions = shapes["positional_embedding"][0]
    else:
        layers = _count(shapes, r"text_model\.encoder\.layers\.(\d+)\.")
        inner = shapes["text_model.encoder.layers.0.mlp.fc1.weight"][0]
        positions = shapes["text_model.embeddings.position_embedding.weight"][0]
    if prefix == OPEN_CLIP:
        layers -= 1  # SD 2.x reads the last layer but one
    config = {
        "vocab_size": tokens,
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": max(1, width // _HEAD),
        "max_position_embeddings": positions,
        "projection_dim": width,
    }
    if prefix == SDXL_SECOND:
        config["projection_dim"] = shapes["text_projection"][1]
    return config


_CLIP_EMBEDDING = "text_model.embeddings.token_embedding.weight"


def unet_config(shapes: Shapes, heads_by_width: bool) -> dict[str, Any]:
    """Return the entries of a UNet's config that its shapes tell.

    Args:
        shapes: Its tensors, without prefix.
        heads_by_width: Attention heads have 64 channels; otherwise there are 8 heads.
    """
    channels: list[int] = []
    depths: list[int] = []
    per_block = 0
    blocks = _count(shapes, r"input_blocks\.(\d+)\.")
    level: list[int] = []
    for block in range(1, blocks + 1):
        name = f"input_blocks.{block}."
        if block < blocks and f"{name}0.op.weight" not in shapes:
            level.append(block)
            continue
        first = f"input_blocks.{level[0]}."
        channels.append(shapes[f"{first}0.out_layers.3.weight"][0])
        depths.append(_count(shapes, rf"{re.escape(first)}1\.transformer_blocks\.(\d+)\."))
        per_block = per_block or len(level)
        level = []
    attended = next(
        name for name in shapes if name.endswith("transformer_blocks.0.attn2.to_k.weight")
    )
    projection = attended.partition(".transformer_blocks.")[0] + ".proj_in.weight"
    kinds = ["CrossAttn" if depth else "" for depth in depths]
    config: dict[str, Any] = {
        "in_channels": shapes["input_blocks.0.0.weight"][1],
        "out_channels": shapes["out.2.weight"][0],
        "block_out_channels": channels,
        "layers_per_block": per_block,
        "down_block_types": [f"{kind}DownBlock2D" for kind in kinds],
        "up_block_types": [f"{kind}UpBlock2D" for kind in reversed(kinds)],
        "cross_attention_dim": shapes[attended][1],
        "use_linear_projection": len(shapes[projection]) == 2,
    }
    if set(depths) - {0, 1}:
        middle = _count(shapes, r"middle_block\.1\.transformer_blocks\.(\d+)\.")
        config["transformer_layers_per_block"] = [
            *(depth or 1 for depth in depths[:-1]),
            depths[-1] or middle,
        ]
    if heads_by_width:
        config["attention_head_dim"] = [max(1, channel // _HEAD) for channel in channels]
    if "label_emb.0.0.weight" in shapes:
        config["projection_class_embeddings_input_dim"] = shapes["label_emb.0.0.weight"][1]
    return config


def vae_config(shapes: Shapes) -> dict[str, Any]:
    """Return the entries of the config of an AutoencoderKL that its shapes tell.

    Raises:
        Unsupported: the file holds no VAE.
    """
    if "decoder.conv_in.weight" not in shapes or "encoder.conv_in.weight" not in shapes:
        raise Unsupported("holds no VAE: choose a file with the whole model.")
    levels = _count(shapes, r"encoder\.down\.(\d+)\.")
    channels = [shapes[f"encoder.down.{level}.block.0.conv1.weight"][0] for level in range(levels)]
    return {
        "in_channels": shapes["encoder.conv_in.weight"][1],
        "out_channels": shapes["decoder.conv_out.weight"][0],
        "latent_channels": shapes["decoder.conv_in.weight"][1],
        "block_out_channels": channels,
        "layers_per_block": _count(shapes, r"encoder\.down\.0\.block\.(\d+)\."),
        "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels,
    }

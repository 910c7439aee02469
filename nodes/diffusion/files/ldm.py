"""The layout of the original Stable Diffusion code (Rombach et al. 2022), and its kinds of models.

A file names its tensors after the modules of that code: "model.diffusion_model." for the UNet,
"first_stage_model." for the VAE, "cond_stage_model." or "conditioner.embedders." for the text
encoders. What the shapes do not say, such as the betas, is in resources/models/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nodes.diffusion.files import encoders, vaes
from nodes.diffusion.files.encoders import CLIP_G, CLIP_H, CLIP_L, HF, OPEN_CLIP
from nodes.diffusion.files.facts import (
    Config,
    Contents,
    Found,
    Part,
    Shapes,
    Unsupported,
    count,
    prefix_of,
    template,
    within,
)

UNET = "model.diffusion_model."
LAYOUT = "ldm unet"

_PREFIXES = (UNET, "", "diffusion_model.")
_FIRST, _LAST = "input_blocks.0.0.weight", "out.2.weight"
_REFINER = "conditioner.embedders.0.model."
HEAD = 64  # channels of an attention head in the UNets of SD 2.x and SDXL

SD1, SD2, SDXL, PLAYGROUND = "Stable Diffusion 1", "Stable Diffusion 2", "SDXL", "Playground 2.5"
TEMPLATES = {SD1: "sd-1", SD2: "sd-2", SDXL: "sdxl", PLAYGROUND: "sdxl"}

VAE = vaes.PREFIXES[0]
PARTS = (UNET, *vaes.PREFIXES, "cond_stage_model.", "conditioner.", "text_encoders.")
"""Beginnings of the names in the networks of a whole model."""


def is_whole(shapes: Mapping[str, object]) -> bool:
    """True if a file holds more than one network in this layout."""
    return sum(any(name.startswith(part) for name in shapes) for part in PARTS) > 1


def recognise(contents: Contents) -> Found | None:
    """Return the model of a file with a UNet, or None if it holds none.

    Raises:
        Unsupported: it is another kind of model.
    """
    shapes = contents.shapes
    prefix = prefix_of(shapes, _FIRST, _PREFIXES)
    if prefix is None or prefix + _LAST not in shapes:
        return None
    _refuse(shapes, prefix)
    unet = within(shapes, prefix)
    kind = _kind(shapes, unet)
    configs = template(TEMPLATES[kind])
    parts = {"unet": Part(prefix, LAYOUT), **_text_encoders(shapes, kind)}
    for part, source in parts.items():
        if part != "unet":
            own = within(shapes, source.prefix)
            configs[f"{part}/config.json"] |= encoders.config(own, source)
    configs["unet/config.json"] |= _unet_config(unet, kind)
    vae = vaes.found_in(shapes)
    if vae is not None:
        configs["vae/config.json"] |= vaes.entries(shapes, vae)
        parts["vae"] = vae
    scheduler = configs["scheduler/scheduler_config.json"]
    scheduler |= prediction(kind, shapes, contents.metadata, contents.values)
    if kind == PLAYGROUND:
        _playground(configs, contents.values)
    if _GUIDANCE in unet:
        use_lcm(configs)
    return Found(
        kind, configs, parts, encoders_of(kind), remarks(contents.metadata, _GUIDANCE in unet)
    )


# --- kinds ----------------------------------------------------------------------------------------

_OTHERS = (
    ("edm_vpred.sigma_max", "is CosXL"),
    (f"{UNET}time_stack.1.in_layers.0.weight", "is a video model"),
    (f"{UNET}input_blocks.1.0.time_stack.in_layers.0.weight", "is a video model"),
    (f"{_REFINER}token_embedding.weight", "is an SDXL refiner"),
    (f"{_REFINER}ln_final.weight", "is an SDXL refiner"),
    ("embedder.model.ln_final.weight", "is an unCLIP model"),
    ("noise_augmentor.time_embed.0.weight", "is an unCLIP model"),
    (f"{UNET}label_emb.weight", "is an upscaling model"),
    ("depth_model.model.scratch.output_conv.0.weight", "is a depth model"),
)
_INPUTS = {
    5: "is a depth model",
    7: "is an upscaling model",
    8: "is an InstructPix2Pix model, which edits a picture by an instruction",
}
"""Variants by the input channels of the UNet."""


def _refuse(shapes: Shapes, prefix: str) -> None:
    kind = next((kind for name, kind in _OTHERS if name in shapes), None)
    if kind is not None:
        raise Unsupported(f"{kind}, which is not supported.")
    labels = shapes.get(f"{prefix}label_emb.0.0.weight", (0, 0))[1]
    refuse_variant(shapes[prefix + _FIRST][1], labels)


def refuse_variant(channels: int, labels: int) -> None:
    """Refuse UNets by their input channels, and by the width of their labels (0 for none).

    Raises:
        Unsupported: such a UNet is not sampled here.
    """
    kind = "is an SDXL refiner" if labels == _REFINER_LABELS else _INPUTS.get(channels)
    if kind is not None:
        raise Unsupported(f"{kind}, which is not supported.")


_REFINER_LABELS = 2560


def _kind(shapes: Shapes, unet: Shapes) -> str:
    """Return the kind of a model, by its text encoders or else by its UNet."""
    if "edm_mean" in shapes:
        return PLAYGROUND
    if "label_emb.0.0.weight" in unet:
        return SDXL
    if f"cond_stage_model.model.{_OPEN_CLIP}" in shapes:
        return SD2
    if f"cond_stage_model.transformer.{_CLIP}" in shapes:
        return SD1
    return SD2 if projects_linearly(unet) else SD1


_CLIP, _OPEN_CLIP = "text_model.embeddings.token_embedding.weight", "token_embedding.weight"

_ENCODERS = {
    SD1: {"text_encoder": Part("cond_stage_model.transformer.", HF, CLIP_L)},
    SD2: {"text_encoder": Part("cond_stage_model.model.", OPEN_CLIP, CLIP_H)},
    SDXL: {
        "text_encoder": Part("conditioner.embedders.0.transformer.", HF, CLIP_L),
        "text_encoder_2": Part("conditioner.embedders.1.model.", OPEN_CLIP, CLIP_G),
    },
}
_ENCODERS[PLAYGROUND] = _ENCODERS[SDXL]


def encoders_of(kind: str) -> dict[str, str]:
    """Return the kinds of the text encoders of a kind of model, by the names of the parts."""
    return {name: part.kind for name, part in _ENCODERS[kind].items()}


def _text_encoders(shapes: Shapes, kind: str) -> dict[str, Part]:
    """Return the text encoders in a file: all of the kind's, or none.

    Raises:
        Unsupported: only some are there.
    """
    first = {HF: _CLIP, OPEN_CLIP: _OPEN_CLIP}
    found = {
        name: part
        for name, part in _ENCODERS[kind].items()
        if part.prefix + first[part.layout] in shapes
    }
    if found and len(found) < len(_ENCODERS[kind]):
        raise Unsupported(f"lacks one of the text encoders of {kind}.")
    return found


def prediction(
    kind: str,
    shapes: Shapes,
    metadata: Mapping[str, str],
    values: Callable[[str], list[float]],
) -> dict[str, Any]:
    """Return the entries of the scheduler that depend on what the model was trained to predict.

    Files of SDXL that predict velocity hold an empty tensor "v_pred", and "ztsnr" if they were
    trained with zero terminal SNR; others say it in their metadata. SD 2.x has no such mark; there,
    the spread of the last norm's biases is above 0.09 only in models that predict velocity.

    Raises:
        Unsupported: the metadata states another prediction type.
    """
    stated = metadata.get("modelspec.prediction_type", "").lower().removesuffix("_prediction")
    if stated not in _PREDICTIONS:
        raise Unsupported(f"predicts {stated[:40]!r}, which is not supported.")
    trained = metadata.get("ss_v_parameterization", "").lower() == "true"
    velocity = "v_pred" in shapes or _PREDICTIONS[stated] or (trained and not stated)
    if kind == SD2 and not stated and not velocity:
        name = f"{UNET}output_blocks.11.1.transformer_blocks.0.norm1.bias"
        velocity = name in shapes and _spread(values(name)) > 0.09
    entries: dict[str, Any] = {"prediction_type": "v_prediction" if velocity else "epsilon"}
    if "ztsnr" in shapes or metadata.get("ss_zero_terminal_snr", "").lower() == "true":
        entries["rescale_betas_zero_snr"] = True
    return entries


_PREDICTIONS = {"": False, "epsilon": False, "eps": False, "v": True, "velocity": True}
"""Texts of `modelspec.prediction_type`, and whether they mean velocity."""


def _spread(numbers: list[float]) -> float:
    """Return the standard deviation of numbers; 0 for none."""
    from statistics import pstdev  # here, as the start of the program does not need it

    return pstdev(numbers) if numbers else 0.0


def _playground(configs: dict[str, Config], values: Callable[[str], list[float]]) -> None:
    """Set what distinguishes Playground 2.5 (Li et al. 2024) from SDXL."""
    facts = template("playground-2.5")
    configs["scheduler/scheduler_config.json"] = facts["scheduler/scheduler_config.json"]
    configs["model_index.json"]["scheduler"] = ["diffusers", _EDM]
    latents = {"latents_mean": values("edm_mean"), "latents_std": values("edm_std")}
    configs["vae/config.json"] |= facts["vae/config.json"] | latents


_EDM = "EDMDPMSolverMultistepScheduler"

_GUIDANCE = "time_embed.cond_proj.weight"
_DISTILLED = re.compile(r"\b(turbo|lightning|hyper|lcm|dmd2?|pcm|tcd)\b", re.I)
_DESCRIPTIONS = ("modelspec.title", "modelspec.description", "modelspec.tags", "ss_output_name")


def use_lcm(configs: dict[str, Config]) -> None:
    """Set the scheduler of models that take the guidance as an input (Luo et al. 2023)."""
    configs["scheduler/scheduler_config.json"]["_class_name"] = "LCMScheduler"
    configs["model_index.json"]["scheduler"] = ["diffusers", "LCMScheduler"]


def remarks(metadata: Mapping[str, str], guided: bool) -> tuple[str, ...]:
    """Return a remark if a model says that it was distilled to few steps, or takes the guidance."""
    words = (_DISTILLED.search(metadata.get(name, "").replace("_", " ")) for name in _DESCRIPTIONS)
    word = next((found[1] for found in words if found), "LCM" if guided else None)
    if word is None:
        return ()
    return (
        f"The file describes itself as a distilled model ({word}): such models are sampled in 1 "
        "to 8 steps at a guidance scale of 1 to 2.",
    )


# --- the UNet -------------------------------------------------------------------------------------


def projects_linearly(shapes: Shapes) -> bool:
    name = next((name for name in shapes if name.endswith(".1.proj_in.weight")), None)
    return name is not None and len(shapes[name]) == 2


def _unet_config(shapes: Shapes, kind: str) -> Config:
    try:
        return unet_config(shapes, heads_by_width=kind != SD1)
    except (KeyError, IndexError) as error:
        raise Unsupported(f"is incomplete: its UNet lacks {error.args[0]}.") from error


def unet_config(shapes: Shapes, heads_by_width: bool) -> Config:
    """Return the entries of a UNet's config that its shapes determine.

    Args:
        shapes: Its tensors, without prefix.
        heads_by_width: Attention heads have 64 channels; otherwise there are 8 heads.

    Raises:
        KeyError: a tensor is missing.
    """
    levels = _levels(shapes)
    channels = [shapes[f"input_blocks.{level[0]}.0.out_layers.3.weight"][0] for level in levels]
    down = [[depth(shapes, f"input_blocks.{block}.1.") for block in level] for level in levels]
    per_level = count(shapes, r"output_blocks\.(\d+)\.") // len(levels)
    up = [
        [depth(shapes, f"output_blocks.{level * per_level + i}.1.") for i in range(per_level)]
        for level in range(len(levels))
    ]
    kinds = ["CrossAttn" if depths[0] else "" for depths in down]
    attended = _name(shapes, ".transformer_blocks.0.attn2.to_k.weight")
    config: Config = {
        "in_channels": shapes["input_blocks.0.0.weight"][1],
        "out_channels": shapes["out.2.weight"][0],
        "block_out_channels": channels,
        "layers_per_block": len(levels[0]),
        "down_block_types": [f"{kind}DownBlock2D" for kind in kinds],
        "up_block_types": [f"{kind}UpBlock2D" for kind in reversed(kinds)],
        "cross_attention_dim": shapes[attended][1],
        "use_linear_projection": projects_linearly(shapes),
        **depth_entries(down, up, middle(shapes, "middle_block.", "1.")),
    }
    if heads_by_width:
        config["attention_head_dim"] = [max(1, channel // HEAD) for channel in channels]
    if "label_emb.0.0.weight" in shapes:
        config["projection_class_embeddings_input_dim"] = shapes["label_emb.0.0.weight"][1]
    if _GUIDANCE in shapes:
        config["time_cond_proj_dim"] = shapes[_GUIDANCE][1]
    return config


def _name(shapes: Shapes, end: str) -> str:
    """Return the first name with an end.

    Raises:
        KeyError: there is none.
    """
    found = next((name for name in shapes if name.endswith(end)), None)
    if found is None:
        raise KeyError(end.removeprefix("."))
    return found


def _levels(shapes: Shapes) -> list[list[int]]:
    """Return the numbers of the input blocks of each level, without those that halve the size."""
    blocks = count(shapes, r"input_blocks\.(\d+)\.")
    levels: list[list[int]] = [[]]
    for block in range(1, blocks):
        if f"input_blocks.{block}.0.op.weight" in shapes:
            levels.append([])
        else:
            levels[-1].append(block)
    if not all(levels):
        raise KeyError("residual blocks")
    return levels


def depth(shapes: Shapes, block: str) -> int:
    """Return the number of transformer blocks behind a residual block."""
    return count(shapes, rf"{re.escape(block)}transformer_blocks\.(\d+)\.")


def middle(shapes: Shapes, block: str, attention: str) -> int | None:
    """Return the transformer blocks in the middle of a UNet; None without a middle."""
    if not any(name.startswith(block) for name in shapes):
        return None
    return depth(shapes, block + attention)


def depth_entries(down: list[list[int]], up: list[list[int]], middle: int | None) -> Config:
    """Return the entries of a UNet's config about transformer blocks.

    Args:
        down: Their number behind each residual block of each level.
        up: The same on the way up, where pruned models have other numbers.
        middle: Their number in the middle; None without a middle.
    """
    entries: Config = {}
    if not middle:
        entries["mid_block_type"] = None if middle is None else "UNetMidBlock2D"
    firsts = [depths[0] for depths in down]
    even = all(set(depths) == {first} for depths, first in zip(down, firsts, strict=True))
    mirrored = all(set(depths) == {down[-1 - i][0]} for i, depths in enumerate(up))
    if not (even and mirrored):
        entries["transformer_layers_per_block"] = [[depth or 1 for depth in one] for one in down]
        entries["reverse_transformer_layers_per_block"] = [
            [depth or 1 for depth in one] for one in up
        ]
    elif set(firsts) - {0, 1} or ((middle or 0) > 1 and middle != firsts[-1]):
        last = firsts[-1] or middle or 1
        entries["transformer_layers_per_block"] = [*(depth or 1 for depth in firsts[:-1]), last]
    return entries

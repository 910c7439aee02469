"""Recognises model files of all kinds by the names and shapes in their header.

The names of files and folders decide nothing. Weights are not read. This module imports no heavy
library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nodes.diffusion import untrusted
from nodes.diffusion.files import gguf_header, ldm
from nodes.diffusion.files.described import facts_of
from nodes.diffusion.untrusted import Tensor
from nodeui.sdk import ModelFacts, ModelFiles, ModelLoader, NodeError

Header = Mapping[str, Tensor]
_Test = Callable[[Header], bool]

SAFETENSORS = (".safetensors", ".sft")
GGUF = ".gguf"


def describe(path: Path) -> ModelFacts | None:
    """Return the facts about a model file or folder; None if it is no model.

    Raises:
        NodeError: about `source`: the file is damaged.
    """
    if path.is_dir():
        return _of_folder(path)
    if path.suffix.lower() == GGUF:
        return gguf_header.describe(path)
    header, metadata = untrusted.read_whole_header(path)
    kind = kind_of(header)
    family = family_of(header, kind) if kind else ""
    refused = refusal_of(header, kind)
    return facts_of(kind or "unknown", family, precision_of(header), refused, metadata)


# --- kinds ----------------------------------------------------------------------------------------


def kind_of(header: Header) -> str:
    """Return the kind of a file; "" if it is not known."""
    if _begins(*ldm.PARTS)(header) and ldm.is_whole(header):
        return "checkpoint"
    return next((kind for kind, is_kind in _KINDS if is_kind(header)), "")


def _has(*names: str) -> _Test:
    """Return a function that is true if a header has one of these tensors."""
    return lambda header: any(name in header for name in names)


def _begins(*prefixes: str) -> _Test:
    return lambda header: any(name.startswith(prefixes) for name in header)


def _ends(*suffixes: str) -> _Test:
    return lambda header: any(name.endswith(suffixes) for name in header)


def _both(one: Callable[[Header], bool], other: Callable[[Header], bool]) -> _Test:
    return lambda header: one(header) and other(header)


def _is_embedding(header: Header) -> bool:
    """True for textual inversion: one or two tables of a few vectors."""
    if not 1 <= len(header) <= 2:
        return False
    shapes = [tensor.shape for tensor in header.values()]
    widths = {shape[-1] for shape in shapes if 1 <= len(shape) <= 2 and shape}
    rows = [shape[0] if len(shape) == 2 else 1 for shape in shapes]
    return bool(widths) and widths <= {768, 1024, 1280} and max(rows) <= 256


_LORA = (
    ".lora_down.weight", ".lora_up.weight", ".lora_A.weight", ".lora_B.weight",
    ".lora_A.default.weight", ".lora.down.weight", ".lora.up.weight", "_lora.down.weight",
    "_lora.up.weight", ".hada_w1_a", ".lokr_w1", ".lokr_w1_a", ".oft_blocks", ".oft_diag",
    ".dora_scale", ".diff", ".diff_b", ".lora_linear_layer.down.weight",
)  # fmt: skip

_UNETS = (
    "input_blocks.0.0.weight", f"{ldm.UNET}input_blocks.0.0.weight",
    "down_blocks.0.resnets.0.conv1.weight",
)  # fmt: skip

_ENCODER = ("encoder.conv_in.weight", f"{ldm.VAE}encoder.conv_in.weight", "encoder.conv1.weight")
_DECODER = ("decoder.conv_in.weight", f"{ldm.VAE}decoder.conv_in.weight", "decoder.conv1.weight")

_KINDS: tuple[tuple[str, _Test], ...] = (
    ("Control-LoRA", _has("lora_controlnet")),
    ("ControlLLLite", _begins("lllite_")),
    ("LoRA", _ends(*_LORA)),
    ("IP-Adapter", _both(_begins("image_proj."), _begins("ip_adapter."))),
    (
        "ControlNet",
        _has(
            "control_model.input_hint_block.0.weight", "input_hint_block.0.weight",
            "controlnet_cond_embedding.conv_in.weight", "controlnet_blocks.0.weight",
            "controlnet_x_embedder.weight", "pos_embed_input.proj.weight",
        ),
    ),
    (
        "T2I-Adapter",
        _has(
            "adapter.conv_in.weight", "adapter.body.0.resnets.0.block1.weight",
            "adapter.body.0.block1.weight", "body.0.block1.weight",
        ),
    ),
    ("diffusion model", _has(*_UNETS)),
    ("diffusion model", lambda header: bool(_transformer(header))),
    ("VAE", _both(_has(*_DECODER), _has(*_ENCODER))),
    (
        "preview decoder",
        _has("decoder.layers.0.weight", "taesd_decoder.1.weight", "decoder.1.weight"),
    ),
    ("preview decoder", lambda header: _shape(header, "1.weight")[1:2] in ((4,), (16,))),
    ("image encoder", _has("vision_model.embeddings.class_embedding", "visual.class_embedding")),
    (
        "text encoder",
        _has(
            "text_model.embeddings.token_embedding.weight", "token_embedding.weight",
            "encoder.block.0.layer.0.SelfAttention.q.weight",
            "model.layers.0.self_attn.q_proj.weight", "layers.0.self_attn.q_proj.weight",
        ),
    ),
    (
        "upscaler",
        _has(
            "model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight", "body.0.rdb1.conv1.weight",
            "RRDB_trunk.0.RDB1.conv1.weight", "block_1.c1_r.sk.weight", "conv_1.sk.weight",
            "layers.0.residual_group.blocks.0.norm1.weight", "layers.0.blocks.0.norm1.weight",
            "body.0.weight", "feats.0.weight",
        ),
    ),
    ("embedding", _is_embedding),
)  # fmt: skip
"""Kinds and their marks; the first that fits counts."""


# --- families -------------------------------------------------------------------------------------

_TRANSFORMERS = (
    ("Chroma", ("distilled_guidance_layer.in_proj.weight",)),
    (
        "Flux",
        ("double_blocks.0.img_attn.qkv.weight", "single_transformer_blocks.0.proj_mlp.weight"),
    ),
    (
        "Stable Diffusion 3",
        (
            "joint_blocks.0.x_block.attn.qkv.weight",
            "transformer_blocks.0.norm1_context.linear.weight",
        ),
    ),
    ("Qwen-Image", ("transformer_blocks.0.img_mod.1.weight",)),
    ("Z-Image", ("noise_refiner.0.attention.qkv.weight", "noise_refiner.0.attention.to_q.weight")),
    ("PixArt", ("adaln_single.linear.weight", "t_block.1.weight")),
    ("Wan", ("blocks.0.cross_attn.norm_k.weight",)),
    ("Lumina 2", ("cap_embedder.0.weight",)),
)
"""Families of transformers by one of their tensors; the first that fits counts."""

_WIDTHS = {
    768: "Stable Diffusion 1",
    1024: "Stable Diffusion 2",
    2048: "SDXL",
    1280: "SDXL refiner",
}
"""Families of UNets by the width of their prompts."""

_CROSS = (
    "transformer_blocks.0.attn2.to_k.weight",
    "transformer_blocks_0_attn2_to_k.lora_down.weight",
    "transformer_blocks.0.attn2.to_k.lora_A.weight",
    "transformer_blocks_0_attn2_to_k.lora_A.weight",
    "transformer_blocks.0.attn2.to_k.lora.down.weight",
    "transformer_blocks.0.attn2.processor.to_k_lora.down.weight",
    "transformer_blocks_0_attn2_to_k.hada_w1_b",
)
"""Endings of tensors whose last side is the width of the prompts."""


def family_of(header: Header, kind: str) -> str:
    """Return the family that a file belongs to or fits; "" if its header does not tell."""
    match kind:
        case "VAE":
            return "16 channels" if _latent_channels(header) == 16 else ""
        case "text encoder":
            return _encoder(header)
        case "image encoder" | "upscaler" | "preview decoder":
            return ""
        case "embedding":
            return _embedding(header)
        case "LoRA":
            return _lora(header)
        case "T2I-Adapter":
            return ""
        case _:
            return _transformer(header) or _unet(header)


def _transformer(header: Header) -> str:
    prefixes = ("", ldm.UNET)
    for family, names in _TRANSFORMERS:
        if any(prefix + name in header for prefix in prefixes for name in names):
            return family
    return ""


def _unet(header: Header) -> str:
    if "edm_mean" in header:
        return "Playground 2.5"
    for name, tensor in header.items():
        if name.endswith(_CROSS) and tensor.shape:
            return _WIDTHS.get(tensor.shape[-1], "")
        if name.startswith("ip_adapter.1.to_k_ip") and tensor.shape:
            return _WIDTHS.get(tensor.shape[-1], "")
    return ""


_LORA_FAMILIES = (
    ("lora_unet_double_blocks_", "Flux"),
    ("transformer.single_transformer_blocks.", "Flux"),
    ("diffusion_model.double_blocks.", "Flux"),
    ("lora_unet_joint_blocks_", "Stable Diffusion 3"),
    ("diffusion_model.joint_blocks.", "Stable Diffusion 3"),
    ("diffusion_model.noise_refiner.", "Z-Image"),
    ("lora_te2_", "SDXL"),
)


def _lora(header: Header) -> str:
    prefixes = tuple(prefix for prefix, _ in _LORA_FAMILIES)
    marked = next((name for name in header if name.startswith(prefixes)), None)
    if marked is not None:
        return next(family for prefix, family in _LORA_FAMILIES if marked.startswith(prefix))
    if any("img_mod" in name for name in header):
        return "Qwen-Image"
    return _unet(header)


def _embedding(header: Header) -> str:
    if {"clip_l", "clip_g"} <= {*header}:
        return "SDXL"
    widths = {tensor.shape[-1] for tensor in header.values() if tensor.shape}
    return _WIDTHS.get(next(iter(widths)), "") if len(widths) == 1 else "SDXL"


def _encoder(header: Header) -> str:
    if "encoder.block.0.layer.0.SelfAttention.q.weight" in header:
        return "T5"
    width = _shape(header, "text_model.embeddings.token_embedding.weight")[-1:]
    if width:
        return {768: "CLIP L", 1280: "CLIP G"}.get(width[0], "CLIP")
    if "token_embedding.weight" in header:
        return "OpenCLIP"
    return "Qwen"


def _latent_channels(header: Header) -> int:
    for name in ("decoder.conv_in.weight", f"{ldm.VAE}decoder.conv_in.weight"):
        shape = _shape(header, name)
        if len(shape) > 1:
            return shape[1]
    return 0


def _shape(header: Header, name: str) -> tuple[int, ...]:
    return header[name].shape if name in header else ()


# --- precision ------------------------------------------------------------------------------------

_PRECISIONS = {
    "F64": "fp64", "F32": "fp32", "F16": "fp16", "BF16": "bf16", "F8_E4M3": "fp8 e4m3",
    "F8_E5M2": "fp8 e5m2", "I8": "int8", "U8": "packed", "F4": "fp4",
}  # fmt: skip


def precision_of(header: Header) -> str:
    """Return the precision of most of the weights, such as "fp16"; "" for an empty file."""
    sizes: Counter[str] = Counter()
    for tensor in header.values():
        sizes[tensor.dtype] += tensor.data_offsets[1] - tensor.data_offsets[0]
    if not sizes:
        return ""
    kind = sizes.most_common(1)[0][0]
    text = _PRECISIONS.get(kind, kind)
    scaled = kind.startswith("F8") and any(
        name == "scaled_fp8" or name.endswith((".scale_weight", ".weight_scale", ".comfy_quant"))
        for name in header
    )
    return f"{text} scaled" if scaled else text


# --- refusals -------------------------------------------------------------------------------------

_REFUSED_KINDS = {
    "": "The kind of this file is not known.",
    "Control-LoRA": "Control-LoRAs are not supported; use a ControlNet.",
    "ControlLLLite": "ControlLLLite is not supported; use a ControlNet or a T2I-Adapter.",
}

_REFUSED_WEIGHTS = (
    (".proj_down", "SVDQuant weights are not supported."),
    (".smooth_factor", "SVDQuant weights are not supported."),
    (".weight_scale_2", "nvfp4 weights are not supported."),
)


def refusal_of(header: Header, kind: str) -> str:
    """Return why no node can load a file, as one sentence; "" if one can."""
    if kind in _REFUSED_KINDS:
        return _REFUSED_KINDS[kind]
    suffixes = tuple(suffix for suffix, _ in _REFUSED_WEIGHTS)
    marked = next((name for name in header if name.endswith(suffixes)), None)
    if marked is None:
        return ""
    return next(text for suffix, text in _REFUSED_WEIGHTS if marked.endswith(suffix))


# --- folders --------------------------------------------------------------------------------------

_CLASSES = {
    "ControlNetModel": "ControlNet", "ControlNetUnionModel": "ControlNet",
    "T2IAdapter": "T2I-Adapter", "AutoencoderKL": "VAE", "AutoencoderTiny": "preview decoder",
    "AutoencoderKLQwenImage": "VAE", "UNet2DConditionModel": "diffusion model",
}  # fmt: skip

_PIPELINES = (
    ("StableDiffusionXL", "SDXL"), ("StableDiffusion3", "Stable Diffusion 3"), ("Flux", "Flux"),
    ("Chroma", "Chroma"), ("QwenImage", "Qwen-Image"), ("ZImage", "Z-Image"), ("PixArt", "PixArt"),
)  # fmt: skip


def _of_folder(folder: Path) -> ModelFacts | None:
    if (folder / "model_index.json").exists():
        pipeline = str(untrusted.read_json(folder / "model_index.json").get("_class_name", ""))
        family = next((name for start, name in _PIPELINES if pipeline.startswith(start)), "")
        if pipeline.startswith("StableDiffusion") and not family:
            family = _WIDTHS.get(_width(folder / "unet"), "")
        return ModelFacts("checkpoint", family, title=folder.name)
    config = untrusted.read_json(folder / "config.json")
    name = str(config.get("_class_name", ""))
    kind = _CLASSES.get(name) or ("diffusion model" if name.endswith("2DModel") else "")
    if not kind:
        return None
    width = config.get("cross_attention_dim") if kind in ("ControlNet", "diffusion model") else None
    family = _WIDTHS.get(width, "") if isinstance(width, int) else ""
    return ModelFacts(kind, family, title=folder.name)


def _width(unet: Path) -> int:
    try:
        config: dict[str, Any] = untrusted.read_json(unet / "config.json")
    except NodeError:
        return 0
    width = config.get("cross_attention_dim")
    return width if isinstance(width, int) else 0


model_files = ModelFiles(
    suffixes=(*SAFETENSORS, GGUF),
    describe=describe,
    loaders={
        "checkpoint": ModelLoader("model.load", "source"),
        "LoRA": ModelLoader("model.lora", "source"),
        "diffusion model": ModelLoader("model.diffusion", "source"),
        "VAE": ModelLoader("model.vae", "source"),
        "ControlNet": ModelLoader("model.controlnet", "source"),
        "IP-Adapter": ModelLoader("model.ip_adapter", "source"),
        "embedding": ModelLoader("model.embedding", "source"),
        "upscaler": ModelLoader("image.upscale_model", "source"),
    },
)

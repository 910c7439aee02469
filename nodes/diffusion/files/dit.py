"""The transformers of single files: Stable Diffusion 3, Flux.1, Chroma, Z-Image, Qwen-Image.

Their tensors are named as in the code that the models were published with. The network may be
alone in the file, or with text encoders and a VAE as ComfyUI saves whole models.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from nodes.diffusion.files import encoders, vaes
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

PREFIXES = ("model.diffusion_model.", "", "diffusion_model.")
"""Prefixes of the network; the first is that of whole models."""

SD3, FLUX, CHROMA, Z_IMAGE, QWEN_IMAGE = "sd3", "flux", "chroma", "zimage", "qwenimage"
"""Layouts of networks, named after their family."""


class _Kind(NamedTuple):
    """A kind of network.

    Attributes:
        name: Its name in messages.
        mark: A tensor that only such networks have.
        template: Its file in resources/models/.
        entries: Returns the config that its shapes determine.
        encoders: The kinds of its text encoders, by the names of the parts.
    """

    name: str
    mark: str
    template: str
    entries: Callable[[Shapes], Config]
    encoders: dict[str, str]


# --- networks that are not sampled here -----------------------------------------------------------

_OTHERS = (
    ("single_stream_modulation.lin.weight", "a Flux.2 model"),
    ("double_stream_modulation_img.lin.weight", "a Flux.2 model"),
    ("nerf_blocks.0.param_generator.weight", "a Chroma Radiance model"),
    ("txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.weight", "a HunyuanVideo model"),
    ("head.modulation", "a Wan video model"),
    ("patchify_proj.weight", "an LTX video model"),
    ("blocks.0.attn.qkv_x.weight", "a Mochi video model"),
    ("double_stream_blocks.0.block.adaLN_modulation.1.weight", "a HiDream model"),
    ("double_layers.0.attn.w1q.weight", "an AuraFlow model"),
    ("clip_txt_mapper.weight", "a Stable Cascade model"),
    ("layers.0.adaLN_modulation.1.weight", "a Lumina 2 model"),
    ("blocks.0.cross_attn.q_linear.weight", "a PixArt or Sana model in its original layout"),
    ("blocks.0.self_attn.q_proj.weight", "a Cosmos model"),
    ("txt_in.text_norm.weight", "a Qwen-Image 2 model"),
    ("txtfusion.projector.weight", "a Krea 2 model"),
    ("time_text_embed.addition_t_embedding.weight", "a Qwen-Image-Layered model"),
    ("text_embedding_padding", "a HunyuanDiT model"),
    ("single_transformer_blocks.0.proj_mlp.weight", "a Flux or Chroma model named as in diffusers"),
    (
        "transformer_blocks.0.norm1_context.linear.weight",
        "a Stable Diffusion 3 model named as in diffusers",
    ),
    ("noise_refiner.0.attention.to_q.weight", "a Z-Image model named as in diffusers"),
    ("transformer.text_embedders.0.weight", "a model of another program"),
)
"""A tensor, without prefix, and the model that has it."""


def _refuse(shapes: Shapes) -> None:
    for mark, name in _OTHERS:
        if prefix_of(shapes, mark, (*PREFIXES, "net.")) is not None:
            raise Unsupported(
                f"is {name}, which is not supported as a single file. Supported are Stable "
                f"Diffusion 1, 2, XL, and {', '.join(kind.name for kind in KINDS.values())}."
            )


# --- recognition ----------------------------------------------------------------------------------


def recognise(contents: Contents) -> Found | None:
    """Return the model of a file with a transformer, or None if it holds none.

    Raises:
        Unsupported: it is a model that is not sampled here, or one of another size of heads.
    """
    shapes = contents.shapes
    _refuse(shapes)
    for layout, kind in KINDS.items():
        prefix = prefix_of(shapes, kind.mark, PREFIXES)
        if prefix is not None:
            return _found(shapes, layout, kind, prefix)
    return None


def _found(shapes: Shapes, layout: str, kind: _Kind, prefix: str) -> Found:
    configs = template(kind.template)
    own = within(shapes, prefix)
    try:
        entries = kind.entries(own)
    except KeyError as error:
        raise Unsupported(
            f"({kind.name}) is incomplete: it lacks the weight {prefix}{error.args[0]}."
        ) from error
    configs["transformer/config.json"] |= entries
    if layout == FLUX and not entries["guidance_embeds"]:
        configs |= template("flux-schnell")
    parts = {"transformer": Part(prefix, layout)}
    texts = encoders.within_model(shapes, kind.encoders)
    for part, source in texts.items():
        configs[f"{part}/config.json"] = encoders.config(within(shapes, source.prefix), source)
    parts |= texts
    vae = vaes.found_in(shapes)
    if vae is not None:
        configs["vae/config.json"] |= vaes.entries(shapes, vae)
        parts["vae"] = vae
    return Found(kind.name, configs, parts, kind.encoders)


# --- configs --------------------------------------------------------------------------------------


def _heads(shapes: Shapes, norm: str, wanted: int) -> int:
    """Check the channels of a head, which the rotary embeddings are made for; return them."""
    found = shapes[norm][0]
    if found != wanted:
        raise Unsupported(f"has attention heads of {found} channels; {wanted} are supported.")
    return found


def _sd3(shapes: Shapes) -> Config:
    width, channels, patch, _ = shapes["x_embedder.proj.weight"]
    blocks = count(shapes, r"joint_blocks\.(\d+)\.")
    dual = re.compile(r"joint_blocks\.(\d+)\.x_block\.attn2\.qkv\.weight").fullmatch
    normed = "joint_blocks.0.x_block.attn.ln_q.weight" in shapes
    return {
        "in_channels": channels,
        "out_channels": shapes["final_layer.linear.weight"][0] // patch**2,
        "num_layers": blocks,
        "num_attention_heads": width // _SD3_HEAD,
        "caption_projection_dim": width,
        "joint_attention_dim": shapes["context_embedder.weight"][1],
        "pooled_projection_dim": shapes["y_embedder.mlp.0.weight"][1],
        "pos_embed_max_size": round(shapes["pos_embed"][1] ** 0.5),
        "qk_norm": "rms_norm" if normed else None,
        "dual_attention_layers": sorted(int(m[1]) for name in shapes if (m := dual(name))),
    }


_SD3_HEAD = 64


def _flux(shapes: Shapes) -> Config:
    if "distilled_guidance_layer.in_proj.weight" in shapes:
        raise Unsupported("mixes the tensors of Flux and Chroma.")
    width, channels = shapes["img_in.weight"]
    out = shapes["final_layer.linear.weight"][0]
    if channels != out:
        raise Unsupported(f"is {_FLUX_INPUTS.get(channels, 'a Flux model with more inputs')}, "
                          "which is not supported.")  # fmt: skip
    return {
        **_double_and_single(shapes),
        "in_channels": channels,
        "num_attention_heads": width // _heads(shapes, _query_norm(shapes), _FLUX_HEAD),
        "joint_attention_dim": shapes["txt_in.weight"][1],
        "pooled_projection_dim": shapes["vector_in.in_layer.weight"][1],
        "guidance_embeds": "guidance_in.in_layer.weight" in shapes,
    }


_FLUX_HEAD = 128
_FLUX_INPUTS = {384: "Flux Fill", 128: "Flux Canny or Flux Depth", 196: "a Flux Control model"}
"""Variants by the input channels of the network."""


def _query_norm(shapes: Shapes) -> str:
    names = ("scale", "weight")  # ComfyUI renamed it
    name = "double_blocks.0.img_attn.norm.query_norm."
    return next((name + end for end in names if name + end in shapes), name + names[0])


def _double_and_single(shapes: Shapes) -> Config:
    return {
        "num_layers": count(shapes, r"double_blocks\.(\d+)\."),
        "num_single_layers": count(shapes, r"single_blocks\.(\d+)\."),
    }


def _chroma(shapes: Shapes) -> Config:
    width, channels = shapes["img_in.weight"]
    hidden, entered = shapes["distilled_guidance_layer.in_proj.weight"]
    return {
        **_double_and_single(shapes),
        "in_channels": channels,
        "num_attention_heads": width // _heads(shapes, _query_norm(shapes), _FLUX_HEAD),
        "joint_attention_dim": shapes["txt_in.weight"][1],
        "approximator_num_channels": entered,
        "approximator_hidden_dim": hidden,
        "approximator_layers": count(shapes, r"distilled_guidance_layer\.layers\.(\d+)\."),
    }


def _z_image(shapes: Shapes) -> Config:
    width, entered = shapes["x_embedder.weight"]
    heads = width // _heads(shapes, "layers.0.attention.q_norm.weight", _FLUX_HEAD)
    return {
        "in_channels": entered // 4,  # patches of 2 x 2
        "dim": width,
        "n_layers": count(shapes, r"layers\.(\d+)\."),
        "n_refiner_layers": count(shapes, r"noise_refiner\.(\d+)\."),
        "n_heads": heads,
        "n_kv_heads": heads,
        "cap_feat_dim": shapes["cap_embedder.0.weight"][0],
    }


def _qwen_image(shapes: Shapes) -> Config:
    width, channels = shapes["img_in.weight"]
    head = _heads(shapes, "transformer_blocks.0.attn.norm_q.weight", _FLUX_HEAD)
    return {
        "in_channels": channels,
        "out_channels": shapes["proj_out.weight"][0] // 4,  # patches of 2 x 2
        "num_layers": count(shapes, r"transformer_blocks\.(\d+)\."),
        "num_attention_heads": width // head,
        "joint_attention_dim": shapes["txt_in.weight"][1],
    }


KINDS = {
    SD3: _Kind(
        "Stable Diffusion 3",
        "joint_blocks.0.x_block.attn.qkv.weight",
        "sd-3",
        _sd3,
        {
            "text_encoder": encoders.CLIP_L_PROJECTED,
            "text_encoder_2": encoders.CLIP_G,
            "text_encoder_3": encoders.T5,
        },
    ),
    CHROMA: _Kind(
        "Chroma",
        "distilled_guidance_layer.in_proj.weight",
        "chroma",
        _chroma,
        {"text_encoder": encoders.T5},
    ),
    FLUX: _Kind(
        "Flux.1",
        "double_blocks.0.img_attn.qkv.weight",
        "flux",
        _flux,
        {"text_encoder": encoders.CLIP_L, "text_encoder_2": encoders.T5},
    ),
    Z_IMAGE: _Kind(
        "Z-Image",
        "layers.0.adaLN_modulation.0.weight",
        "z-image",
        _z_image,
        {"text_encoder": encoders.QWEN3},
    ),
    QWEN_IMAGE: _Kind(
        "Qwen-Image",
        "transformer_blocks.0.img_mod.1.weight",
        "qwen-image",
        _qwen_image,
        {"text_encoder": encoders.QWEN_VL},
    ),
}

"""Tiny transformer models in the layouts of their original code and in that of diffusers.

The names are those of the code that the models were published with: black-forest-labs/flux,
Stability-AI/sd3.5, lodestone-rock/flow (Chroma), Tongyi-MAI/Z-Image, and ComfyUI's prefixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLQwenImage,
    ChromaPipeline,
    ChromaTransformer2DModel,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from safetensors.torch import save_file
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen3Config,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from nodes.diffusion.files import encoders
from nodes.diffusion.files.tokens import clip_tokenizer, qwen_tokenizer
from tests.nodes.originals import vae_names

Tensors = dict[str, torch.Tensor]

KINDS = ("sd3", "sd3.5", "flux-dev", "flux-schnell", "chroma", "zimage", "qwenimage")
WIDTH = 64  # of CLIP and of T5
HEAD = 128  # channels of an attention head
_QWEN_TOKENS = 151_680
_DYNAMIC = {
    "base_image_seq_len": 256,
    "base_shift": 0.5,
    "max_image_seq_len": 4096,
    "max_shift": 1.15,
    "shift": 3.0,
    "use_dynamic_shifting": True,
}


# --- models ---------------------------------------------------------------------------------------


def pipeline(kind: str) -> Any:
    """A pipeline of random networks of one kind of model, with true tokenizers of CLIP and Qwen."""
    torch.manual_seed(KINDS.index(kind))
    made = _MAKERS[kind]()
    with torch.no_grad():
        for parameter in made.transformer.parameters():
            if not parameter.any():
                parameter.normal_(0, 0.2)
    return made


def _clip(class_: Any, activation: str, projection: int = WIDTH) -> Any:
    return class_(
        CLIPTextConfig(
            vocab_size=encoders.VOCABULARY,
            hidden_size=WIDTH,
            intermediate_size=96,
            num_hidden_layers=2,
            num_attention_heads=1,
            hidden_act=activation,
            projection_dim=projection,
            bos_token_id=49_406,
            eos_token_id=49_407,
        )
    )


def t5_tokenizer() -> T5Tokenizer:
    """A vocabulary of letters."""
    marks = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = [(letter, -2.0) for letter in "▁abcdefghijklmnopqrstuvwxyz,.()"]
    return T5Tokenizer(vocab=[*marks, *letters], extra_ids=0)


def _t5(width: int = WIDTH) -> T5EncoderModel:
    config = T5Config(
        vocab_size=len(t5_tokenizer()),
        d_model=width,
        d_kv=8,
        d_ff=37,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
    )
    return T5EncoderModel(config)


def _qwen_config(head: int) -> dict[str, Any]:
    return {
        "vocab_size": _QWEN_TOKENS,
        "hidden_size": 32,
        "intermediate_size": 37,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": head,
        "rms_norm_eps": 1e-6,
    }


def _qwen3() -> Qwen3Model:
    config = Qwen3Config(
        **_qwen_config(16), rope_parameters={"rope_type": "default", "rope_theta": 1e6}
    )
    return Qwen3Model(config)


def _qwen_vl() -> Qwen2_5_VLForConditionalGeneration:
    text = {**_qwen_config(HEAD), "hidden_size": 2 * HEAD}
    del text["head_dim"]
    rope = {"rope_type": "default", "mrope_section": [16, 24, 24], "rope_theta": 1e6}
    vision = {
        "depth": 1,
        "hidden_size": 80,
        "intermediate_size": 16,
        "num_heads": 1,
        "out_hidden_size": 2 * HEAD,
        "fullatt_block_indexes": [7, 15, 23, 31],
        "tokens_per_second": 2,
    }
    config = Qwen2_5_VLConfig(text_config={**text, "rope_parameters": rope}, vision_config=vision)
    return Qwen2_5_VLForConditionalGeneration(config)


def _vae(scale: float, shift: float) -> AutoencoderKL:
    options: dict[str, Any] = {
        "block_out_channels": [32] * 4,
        "down_block_types": ["DownEncoderBlock2D"] * 4,
        "up_block_types": ["UpDecoderBlock2D"] * 4,
        "layers_per_block": 1,
        "latent_channels": 16,
        "use_quant_conv": False,
        "use_post_quant_conv": False,
    }
    return AutoencoderKL(scaling_factor=scale, shift_factor=shift, **options)


def _flux_vae() -> AutoencoderKL:
    return _vae(0.3611, 0.1159)


def _sd3(medium: bool) -> StableDiffusion3Pipeline:
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=128,
            in_channels=16,
            out_channels=16,
            num_layers=3,
            attention_head_dim=64,
            num_attention_heads=2,
            joint_attention_dim=2 * WIDTH,
            caption_projection_dim=128,
            pooled_projection_dim=2 * WIDTH,
            pos_embed_max_size=16,
            qk_norm="rms_norm" if medium else None,
            dual_attention_layers=(0, 1) if medium else (),
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(1.5305, 0.0609),
        text_encoder=_clip(CLIPTextModelWithProjection, "quick_gelu"),
        tokenizer=clip_tokenizer(encoders.CLIP_L),
        text_encoder_2=_clip(CLIPTextModelWithProjection, "gelu"),
        tokenizer_2=clip_tokenizer(encoders.CLIP_G),
        text_encoder_3=_t5(2 * WIDTH),
        tokenizer_3=t5_tokenizer(),
    )


def _flux(guided: bool) -> FluxPipeline:
    options = _DYNAMIC if guided else {**_DYNAMIC, "shift": 1.0, "use_dynamic_shifting": False}
    return FluxPipeline(
        transformer=FluxTransformer2DModel(
            in_channels=64,
            num_layers=2,
            num_single_layers=2,
            attention_head_dim=HEAD,
            num_attention_heads=1,
            joint_attention_dim=WIDTH,
            pooled_projection_dim=WIDTH,
            guidance_embeds=guided,
            axes_dims_rope=(16, 56, 56),
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(**options),
        vae=_flux_vae(),
        text_encoder=_clip(CLIPTextModel, "quick_gelu"),
        tokenizer=clip_tokenizer(encoders.CLIP_L),
        text_encoder_2=_t5(),
        tokenizer_2=t5_tokenizer(),
    )


def _chroma() -> ChromaPipeline:
    return ChromaPipeline(
        transformer=ChromaTransformer2DModel(
            in_channels=64,
            num_layers=1,
            num_single_layers=2,
            attention_head_dim=HEAD,
            num_attention_heads=1,
            joint_attention_dim=WIDTH,
            axes_dims_rope=(16, 56, 56),
            approximator_num_channels=8,
            approximator_hidden_dim=16,
            approximator_layers=2,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        vae=_flux_vae(),
        text_encoder=_t5(),
        tokenizer=t5_tokenizer(),
    )


def _z_image() -> ZImagePipeline:
    tokenizer: Any = qwen_tokenizer()
    return ZImagePipeline(
        transformer=ZImageTransformer2DModel(
            in_channels=16,
            dim=HEAD,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=1,
            n_kv_heads=1,
            cap_feat_dim=32,
            axes_dims=[32, 48, 48],
            axes_lens=[1536, 512, 512],
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_flux_vae(),
        text_encoder=_qwen3(),
        tokenizer=tokenizer,
    )


def _qwen_image() -> QwenImagePipeline:
    return QwenImagePipeline(
        transformer=QwenImageTransformer2DModel(
            in_channels=64,
            out_channels=16,
            num_layers=2,
            attention_head_dim=HEAD,
            num_attention_heads=1,
            joint_attention_dim=2 * HEAD,
            axes_dims_rope=(16, 56, 56),
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(
            **{**_DYNAMIC, "max_image_seq_len": 8192, "max_shift": 0.9, "shift": 1.0},
            shift_terminal=0.02,
        ),
        vae=AutoencoderKLQwenImage(base_dim=8),
        text_encoder=_qwen_vl(),
        tokenizer=qwen_tokenizer(),
    )


_MAKERS: dict[str, Any] = {
    "sd3": lambda: _sd3(False),
    "sd3.5": lambda: _sd3(True),
    "flux-dev": lambda: _flux(True),
    "flux-schnell": lambda: _flux(False),
    "chroma": _chroma,
    "zimage": _z_image,
    "qwenimage": _qwen_image,
}


# --- files ----------------------------------------------------------------------------------------

ENCODERS = {
    "sd3": {"text_encoder": "clip_l", "text_encoder_2": "clip_g", "text_encoder_3": "t5xxl"},
    "flux": {"text_encoder": "clip_l", "text_encoder_2": "t5xxl"},
    "chroma": {"text_encoder": "t5xxl"},
    "zimage": {"text_encoder": "qwen3_4b"},
    "qwenimage": {"text_encoder": "qwen25_7b"},
}
"""ComfyUI's names of the text encoders, by the family and the name of the part."""


def family(kind: str) -> str:
    """The name of the family of a kind."""
    return kind.partition("-")[0].partition(".")[0]


def network(kind: str, made: Any) -> Tensors:
    """The tensors of a transformer under their original names, without prefix."""
    tensors = made.transformer.state_dict()
    renamed = {"sd3": _sd3_names, "flux": _flux_names, "chroma": _flux_names, "zimage": _z_names}
    found = renamed.get(family(kind), dict)(tensors)
    return {name: tensor.contiguous() for name, tensor in found.items()}


def encoder(made: Any, part: str) -> Tensors:
    """The tensors of a text encoder as files hold them."""
    module = getattr(made, part)
    tensors = module.state_dict()
    if "CLIP" in type(module).__name__:
        tensors = {
            name
            if name.startswith(("text_model.", "text_projection."))
            else f"text_model.{name}": tensor
            for name, tensor in tensors.items()
        }
    elif "Qwen3" in type(module).__name__:
        tensors = {f"model.{name}": tensor for name, tensor in tensors.items()}
    elif "Qwen2_5" in type(module).__name__:
        rules = ((r"^model\.language_model\.", "model."), (r"^model\.visual\.", "visual."))
        tensors = {_replaced(name, rules): tensor for name, tensor in tensors.items()}
    elif "encoder.embed_tokens.weight" in tensors:
        del tensors["encoder.embed_tokens.weight"]  # the same as shared.weight
    return {name: tensor.clone().contiguous() for name, tensor in tensors.items()}


def vae(kind: str, made: Any) -> Tensors:
    """The tensors of a VAE under their original names."""
    tensors = made.vae.state_dict()
    found = _wan_names(tensors) if kind == "qwenimage" else vae_names(tensors, levels=4)
    return {name: tensor.contiguous() for name, tensor in found.items()}


def save_folder(folder: Path, made: Any) -> Path:
    """Save a model in the layout of diffusers."""
    made.save_pretrained(folder)
    return folder


def whole(kind: str, made: Any) -> Tensors:
    """All tensors of a model as ComfyUI saves them in one file."""
    found = {f"model.diffusion_model.{name}": t for name, t in network(kind, made).items()}
    for part, name in ENCODERS[family(kind)].items():
        prefix = f"text_encoders.{name}.transformer."
        found |= {prefix + key: tensor for key, tensor in encoder(made, part).items()}
    start = "first_stage_model." if kind.startswith("sd3") else "vae."
    return found | {start + name: tensor for name, tensor in vae(kind, made).items()}


def save_split(folder: Path, kind: str, made: Any) -> dict[str, Path]:
    """Save the parts of a model, each in a file named "network", "vae", "t5xxl", ..."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {"network": network(kind, made), "vae": vae(kind, made)}
    for part, name in ENCODERS[family(kind)].items():
        parts[name] = encoder(made, part)
    files = {name: folder / f"{name}.safetensors" for name in parts}
    for name, tensors in parts.items():
        save_file(tensors, files[name])
    return files


# --- names ----------------------------------------------------------------------------------------


def _replaced(name: str, rules: Iterable[tuple[str, str]]) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


def _joined(tensors: Tensors, groups: dict[str, tuple[str, ...]]) -> Tensors:
    """Join layers along their rows.

    Args:
        tensors: Tensors by name.
        groups: Patterns of the first layer of a group, with the ends of the names of all of them;
            the last end is that of the joined layer.
    """
    found = dict(tensors)
    for pattern, (*ends, new) in groups.items():
        for name, match in [(name, re.search(pattern, name)) for name in found]:
            if match is None:
                continue
            start, kind = name[: match.start()], name.rpartition(".")[2]
            rows = [found.pop(f"{start}.{end}.{kind}") for end in ends]
            found[f"{start}.{new}.{kind}"] = torch.cat(rows)
    return found


def _swapped(tensor: torch.Tensor) -> torch.Tensor:
    scale, shift = tensor.chunk(2)
    return torch.cat([shift, scale])


_EMBEDDERS = (
    (r"^time_text_embed\.timestep_embedder\.linear_1", "time_in.in_layer"),
    (r"^time_text_embed\.timestep_embedder\.linear_2", "time_in.out_layer"),
    (r"^time_text_embed\.text_embedder\.linear_1", "vector_in.in_layer"),
    (r"^time_text_embed\.text_embedder\.linear_2", "vector_in.out_layer"),
    (r"^time_text_embed\.guidance_embedder\.linear_1", "guidance_in.in_layer"),
    (r"^time_text_embed\.guidance_embedder\.linear_2", "guidance_in.out_layer"),
    (r"^context_embedder", "txt_in"),
    (r"^x_embedder", "img_in"),
    (r"^norm_out\.linear", "final_layer.adaLN_modulation.1"),
    (r"^proj_out", "final_layer.linear"),
    (r"^(distilled_guidance_layer\.layers\.\d+)\.linear_1", r"\1.in_layer"),
    (r"^(distilled_guidance_layer\.layers\.\d+)\.linear_2", r"\1.out_layer"),
    (r"^(distilled_guidance_layer\.norms\.\d+)\.weight", r"\1.scale"),
)
_FLUX_BLOCKS = (
    (r"^single_transformer_blocks\.", "single_blocks."),
    (r"^transformer_blocks\.", "double_blocks."),
    (r"^(single_blocks\.\d+)\.norm\.linear", r"\1.modulation.lin"),
    (r"^(single_blocks\.\d+)\.proj_out", r"\1.linear2"),
    (r"^(single_blocks\.\d+)\.attn\.norm_q\.weight", r"\1.norm.query_norm.scale"),
    (r"^(single_blocks\.\d+)\.attn\.norm_k\.weight", r"\1.norm.key_norm.scale"),
    (r"\.norm1\.linear", ".img_mod.lin"),
    (r"\.norm1_context\.linear", ".txt_mod.lin"),
    (r"\.attn\.norm_q\.weight", ".img_attn.norm.query_norm.scale"),
    (r"\.attn\.norm_k\.weight", ".img_attn.norm.key_norm.scale"),
    (r"\.attn\.norm_added_q\.weight", ".txt_attn.norm.query_norm.scale"),
    (r"\.attn\.norm_added_k\.weight", ".txt_attn.norm.key_norm.scale"),
    (r"\.attn\.to_out\.0", ".img_attn.proj"),
    (r"\.attn\.to_add_out", ".txt_attn.proj"),
    (r"\.ff\.net\.0\.proj", ".img_mlp.0"),
    (r"\.ff\.net\.2", ".img_mlp.2"),
    (r"\.ff_context\.net\.0\.proj", ".txt_mlp.0"),
    (r"\.ff_context\.net\.2", ".txt_mlp.2"),
)


def _flux_names(tensors: Tensors) -> Tensors:
    joined = _joined(
        tensors,
        {
            r"(?<=single_transformer_blocks\.\d)\.attn\.to_q\.": (
                "attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp", "linear1",
            ),
            r"\.attn\.to_q\.": ("attn.to_q", "attn.to_k", "attn.to_v", "img_attn.qkv"),
            r"\.attn\.add_q_proj\.": (
                "attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj", "txt_attn.qkv",
            ),
        },
    )  # fmt: skip
    return {
        _replaced(name, (*_EMBEDDERS, *_FLUX_BLOCKS)): _swapped(tensor)
        if name.startswith("norm_out")
        else tensor
        for name, tensor in joined.items()
    }


def _sd3_names(tensors: Tensors) -> Tensors:
    last = max(int(name.split(".")[1]) for name in tensors if name.startswith("transformer_blocks"))
    joined = _joined(
        tensors,
        {
            r"\.attn\.to_q\.": ("attn.to_q", "attn.to_k", "attn.to_v", "x_block.attn.qkv"),
            r"\.attn2\.to_q\.": ("attn2.to_q", "attn2.to_k", "attn2.to_v", "x_block.attn2.qkv"),
            r"\.attn\.add_q_proj\.": (
                "attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj", "context_block.attn.qkv",
            ),
        },
    )  # fmt: skip
    rules = (
        (r"^pos_embed\.pos_embed$", "pos_embed"),
        (r"^pos_embed\.proj", "x_embedder.proj"),
        (r"^time_text_embed\.timestep_embedder\.linear_1", "t_embedder.mlp.0"),
        (r"^time_text_embed\.timestep_embedder\.linear_2", "t_embedder.mlp.2"),
        (r"^time_text_embed\.text_embedder\.linear_1", "y_embedder.mlp.0"),
        (r"^time_text_embed\.text_embedder\.linear_2", "y_embedder.mlp.2"),
        (r"^norm_out\.linear", "final_layer.adaLN_modulation.1"),
        (r"^proj_out", "final_layer.linear"),
        (r"^transformer_blocks\.", "joint_blocks."),
        (r"\.norm1\.linear", ".x_block.adaLN_modulation.1"),
        (r"\.norm1_context\.linear", ".context_block.adaLN_modulation.1"),
        (r"\.(attn2?)\.norm_q", r".x_block.\1.ln_q"),
        (r"\.(attn2?)\.norm_k", r".x_block.\1.ln_k"),
        (r"\.attn\.norm_added_q", ".context_block.attn.ln_q"),
        (r"\.attn\.norm_added_k", ".context_block.attn.ln_k"),
        (r"\.(attn2?)\.to_out\.0", r".x_block.\1.proj"),
        (r"\.attn\.to_add_out", ".context_block.attn.proj"),
        (r"\.ff\.net\.0\.proj", ".x_block.mlp.fc1"),
        (r"\.ff\.net\.2", ".x_block.mlp.fc2"),
        (r"\.ff_context\.net\.0\.proj", ".context_block.mlp.fc1"),
        (r"\.ff_context\.net\.2", ".context_block.mlp.fc2"),
    )
    swapped = ("norm_out", f"transformer_blocks.{last}.norm1_context")
    return {
        _replaced(name, rules): _swapped(tensor) if name.startswith(swapped) else tensor
        for name, tensor in joined.items()
    }


def _z_names(tensors: Tensors) -> Tensors:
    joined = _joined(
        tensors,
        {
            r"\.attention\.to_q\.": (
                "attention.to_q", "attention.to_k", "attention.to_v", "attention.qkv",
            )
        },
    )  # fmt: skip
    rules = (
        (r"^all_x_embedder\.2-1\.", "x_embedder."),
        (r"^all_final_layer\.2-1\.", "final_layer."),
        (r"\.attention\.to_out\.0\.", ".attention.out."),
        (r"\.attention\.norm_([qk])\.", r".attention.\1_norm."),
    )
    return {_replaced(name, rules): tensor for name, tensor in joined.items()}


def _wan_names(tensors: Tensors) -> Tensors:
    """The names of Wan 2.1's VAE, in which the blocks of all levels are numbered on."""
    residual = (
        (r"\.norm1\.gamma", ".residual.0.gamma"),
        (r"\.conv1\.", ".residual.2."),
        (r"\.norm2\.gamma", ".residual.3.gamma"),
        (r"\.conv2\.", ".residual.6."),
        (r"\.conv_shortcut\.", ".shortcut."),
    )
    rules = (
        (r"^quant_conv\.", "conv1."),
        (r"^post_quant_conv\.", "conv2."),
        (r"\.conv_in\.", ".conv1."),
        (r"\.norm_out\.gamma", ".head.0.gamma"),
        (r"\.conv_out\.", ".head.2."),
        (r"\.mid_block\.resnets\.0\.", ".middle.0."),
        (r"\.mid_block\.resnets\.1\.", ".middle.2."),
        (r"\.mid_block\.attentions\.0\.", ".middle.1."),
        (r"encoder\.down_blocks\.", "encoder.downsamples."),
    )
    found: Tensors = {}
    for name, tensor in tensors.items():
        new = _replaced(name, residual) if ("resnets" in name or "encoder.down" in name) else name
        new = _replaced(new, rules)
        if up := re.match(r"decoder\.up_blocks\.(\d)\.(resnets|upsamplers)\.(\d)\.(.+)", new):
            level, kind, index, rest = up.groups()
            number = 4 * int(level) + (int(index) if kind == "resnets" else 3)
            new = f"decoder.upsamples.{number}.{rest}"
        found[new] = tensor
    return found

"""Tiny models with random weights of the families that have a pipeline of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderKL,
    AutoencoderKLQwenImage,
    ChromaPipeline,
    ChromaTransformer2DModel,
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    PixArtAlphaPipeline,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    SanaPipeline,
    SanaTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from tokenizers import pre_tokenizers
from transformers import (
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Gemma2Config,
    Gemma2Model,
    GemmaTokenizer,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen3Config,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5Tokenizer,
)

from tests.nodes.tiny import make_tokenizer, text_config

CHANNELS = 4  # of the latents; the VAEs have 4 pixels a latent
WIDTH = 32  # of the text embeddings
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}<|im_start|>assistant\n"
)


# --- text -------------------------------------------------------------------------------------


def _t5(width: int = WIDTH) -> tuple[T5EncoderModel, T5Tokenizer]:
    """A T5 encoder that reads letters."""
    specials = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = [(letter, -2.0) for letter in "▁abcdefghijklmnopqrstuvwxyz,.()"]
    tokenizer = T5Tokenizer(vocab=[*specials, *letters], extra_ids=0)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=width, d_kv=8, d_ff=37, num_layers=2, num_heads=4
    )
    return T5EncoderModel(config), tokenizer


def _clip(folder: Path, **changes: Any) -> tuple[CLIPTextModel, Any]:
    tokenizer = make_tokenizer(folder)
    return CLIPTextModel(text_config(tokenizer, **changes)), tokenizer


def _clip_projected(folder: Path, **changes: Any) -> tuple[CLIPTextModelWithProjection, Any]:
    tokenizer = make_tokenizer(folder)
    return CLIPTextModelWithProjection(text_config(tokenizer, **changes)), tokenizer


def _qwen_tokenizer() -> Qwen2Tokenizer:
    """A byte tokenizer without merges, with the marks of a chat."""
    letters = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    tokenizer = Qwen2Tokenizer(vocab={**letters, "<|endoftext|>": len(letters)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.chat_template = CHAT
    return tokenizer


def _qwen_config(tokenizer: Qwen2Tokenizer) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "intermediate_size": 37,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 2048,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def _qwen_vl() -> tuple[Qwen2_5_VLForConditionalGeneration, Qwen2Tokenizer]:
    tokenizer = _qwen_tokenizer()
    rope = {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1000000.0}
    text = {**_qwen_config(tokenizer), "rope_parameters": rope}
    vision = {
        "depth": 1,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": WIDTH,
        "fullatt_block_indexes": [0],
    }
    config = Qwen2_5_VLConfig(text_config=text, vision_config=vision)
    return Qwen2_5_VLForConditionalGeneration(config), tokenizer


def _qwen3() -> tuple[Qwen3Model, Qwen2Tokenizer]:
    tokenizer = _qwen_tokenizer()
    return Qwen3Model(Qwen3Config(**_qwen_config(tokenizer), head_dim=8)), tokenizer


# --- pictures ---------------------------------------------------------------------------------


def _vae(**changes: Any) -> AutoencoderKL:
    values: dict[str, Any] = {
        "block_out_channels": [4, 8, 8],
        "down_block_types": ["DownEncoderBlock2D"] * 3,
        "up_block_types": ["UpDecoderBlock2D"] * 3,
        "latent_channels": CHANNELS,
        "norm_num_groups": 4,
        "scaling_factor": 1.5,
        "shift_factor": 0.06,
        "use_quant_conv": False,
        "use_post_quant_conv": False,
        **changes,
    }
    return AutoencoderKL(**values)


def _video_vae() -> AutoencoderKLQwenImage:
    return AutoencoderKLQwenImage(
        base_dim=4,
        z_dim=CHANNELS,
        dim_mult=[1, 2, 2],
        num_res_blocks=1,
        temperal_downsample=[False, True],
        latents_mean=[0.1, -0.2, 0.3, 0.0],
        latents_std=[1.1, 1.2, 0.9, 0.7],
    )


# --- models -----------------------------------------------------------------------------------


def _sd3(folder: Path) -> StableDiffusion3Pipeline:
    first, tokenizer = _clip_projected(folder / "tokenizer", projection_dim=WIDTH // 2)
    second, tokenizer_2 = _clip_projected(folder / "tokenizer_2", projection_dim=WIDTH // 2)
    third, tokenizer_3 = _t5(2 * WIDTH)
    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=8,
            in_channels=CHANNELS,
            out_channels=CHANNELS,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=2 * WIDTH,
            caption_projection_dim=16,
            pooled_projection_dim=WIDTH,
            pos_embed_max_size=16,
            qk_norm="rms_norm",
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(),
        text_encoder=first,
        tokenizer=tokenizer,
        text_encoder_2=second,
        tokenizer_2=tokenizer_2,
        text_encoder_3=third,
        tokenizer_3=tokenizer_3,
    )


def _dynamic() -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)


def _flux(folder: Path, guidance_embeds: bool) -> FluxPipeline:
    first, tokenizer = _clip(folder / "tokenizer")
    second, tokenizer_2 = _t5()
    return FluxPipeline(
        transformer=FluxTransformer2DModel(
            in_channels=4 * CHANNELS,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            pooled_projection_dim=WIDTH,
            guidance_embeds=guidance_embeds,
            axes_dims_rope=(4, 4, 8),
        ),
        scheduler=_dynamic() if guidance_embeds else FlowMatchEulerDiscreteScheduler(),
        vae=_vae(),
        text_encoder=first,
        tokenizer=tokenizer,
        text_encoder_2=second,
        tokenizer_2=tokenizer_2,
    )


def _chroma() -> ChromaPipeline:
    encoder, tokenizer = _t5()
    return ChromaPipeline(
        transformer=ChromaTransformer2DModel(
            in_channels=4 * CHANNELS,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            axes_dims_rope=(4, 4, 8),
            approximator_num_channels=8,
            approximator_hidden_dim=16,
            approximator_layers=1,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(),
        text_encoder=encoder,
        tokenizer=tokenizer,
    )


def _qwen_image() -> QwenImagePipeline:
    encoder, tokenizer = _qwen_vl()
    return QwenImagePipeline(
        transformer=QwenImageTransformer2DModel(
            in_channels=4 * CHANNELS,
            out_channels=CHANNELS,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=WIDTH,
            axes_dims_rope=(8, 4, 4),
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift_terminal=0.02),
        vae=_video_vae(),
        text_encoder=encoder,
        tokenizer=tokenizer,
    )


def _z_image() -> ZImagePipeline:
    encoder, qwen = _qwen3()
    tokenizer: Any = qwen  # the pipeline names the factory AutoTokenizer as its type
    return ZImagePipeline(
        transformer=ZImageTransformer2DModel(
            in_channels=CHANNELS,
            dim=32,
            n_layers=1,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=WIDTH,
            axes_dims=[8, 4, 4],
            axes_lens=[256, 32, 32],
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=_vae(),
        text_encoder=encoder,
        tokenizer=tokenizer,
    )


def _pixart(class_: Any, sample_size: int) -> Any:
    encoder, tokenizer = _t5()
    return class_(
        transformer=PixArtTransformer2DModel(
            num_attention_heads=3,
            attention_head_dim=8,
            in_channels=CHANNELS,
            out_channels=2 * CHANNELS,
            num_layers=1,
            cross_attention_dim=24,
            sample_size=sample_size,
            caption_channels=WIDTH,
            use_additional_conditions=class_ is PixArtAlphaPipeline,
        ),
        scheduler=DPMSolverMultistepScheduler(),
        vae=_vae(shift_factor=None, scaling_factor=0.18215),
        text_encoder=encoder,
        tokenizer=tokenizer,
    )


def _sana() -> SanaPipeline:
    marks = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>"]
    letters = [chr(c) for c in range(33, 127)]
    vocabulary = {token: i for i, token in enumerate([*marks, "▁", *letters])}
    tokenizer = GemmaTokenizer(vocab=vocabulary)
    config = Gemma2Config(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=4096,
    )
    blocks: Any = ("ResBlock", "ResBlock", "EfficientViTBlock")
    return SanaPipeline(
        transformer=SanaTransformer2DModel(
            in_channels=CHANNELS,
            out_channels=CHANNELS,
            num_attention_heads=2,
            attention_head_dim=8,
            num_layers=1,
            num_cross_attention_heads=2,
            cross_attention_head_dim=8,
            cross_attention_dim=16,
            caption_channels=WIDTH,
            sample_size=8,
        ),
        scheduler=DPMSolverMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        vae=AutoencoderDC(
            latent_channels=CHANNELS,
            attention_head_dim=2,
            encoder_block_types=blocks,
            decoder_block_types=blocks,
            encoder_block_out_channels=(8, 8, 8),
            decoder_block_out_channels=(8, 8, 8),
            encoder_layers_per_block=(1, 1, 1),
            decoder_layers_per_block=(1, 1, 1),
            encoder_qkv_multiscales=((), (), (5,)),
            decoder_qkv_multiscales=((), (), (5,)),
            scaling_factor=0.41407,
        ),
        text_encoder=Gemma2Model(config),
        tokenizer=tokenizer,
    )


MODELS: dict[str, Callable[[Path], Any]] = {
    "sd3": _sd3,
    "flux-dev": lambda folder: _flux(folder, guidance_embeds=True),
    "flux-schnell": lambda folder: _flux(folder, guidance_embeds=False),
    "chroma": lambda _: _chroma(),
    "qwenimage": lambda _: _qwen_image(),
    "zimage": lambda _: _z_image(),
    "sana": lambda _: _sana(),
    "pixart-alpha": lambda _: _pixart(PixArtAlphaPipeline, 128),
    "pixart-sigma": lambda _: _pixart(PixArtSigmaPipeline, 8),
}
"""Builders of the pipeline of each tiny model; they may write tokenizers to the folder."""


def build(name: str, folder: Path) -> Path:
    """Save a tiny model in the diffusers layout, its weights no smaller than trained ones."""
    torch.manual_seed(7)
    pipeline = MODELS[name](folder / "made")
    with torch.no_grad():  # what is zero before training would hide all behind it
        for parameter in pipeline.transformer.parameters():
            if not parameter.any():
                parameter.normal_(0, 0.2)
    pipeline.save_pretrained(folder / name)
    return folder / name

"""Tiny models with random weights, in the diffusers folder layout."""

from __future__ import annotations

import json
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKL,
    ControlNetModel,
    DDIMScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from numpy.typing import NDArray
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

from nodes import latents, models, sample, text
from nodes.types import Latents
from nodeui.sdk import Steps
from tests.nodes.fakes import FakeContext

QUIET = pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
"""The schedulers of diffusers make arrays of tensors in a way that NumPy 2 warns about."""

SIDE = 32  # pixels; the VAE's factor is 4
WIDTH = 32  # of the text embeddings


def make_tokenizer(folder: Path, pad: str = "<|endoftext|>") -> CLIPTokenizer:
    """A CLIP byte-pair tokenizer with letters and a few words; saved in the layout of old files."""
    letters = [chr(c) for c in range(33, 127)]
    merges = [("c", "a"), ("ca", "t</w>"), ("d", "o"), ("do", "g</w>"), ("s", "e"), ("se", "a</w>")]
    tokens = [*letters, *(f"{c}</w>" for c in letters), *(a + b for a, b in merges)]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    for special in ("<|startoftext|>", "<|endoftext|>"):
        vocabulary[special] = len(vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(f"{a} {b}" for a, b in merges))
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "CLIPTokenizer",
                "model_max_length": 77,
                "bos_token": "<|startoftext|>",
                "eos_token": "<|endoftext|>",
                "unk_token": "<|endoftext|>",
                "pad_token": pad,
            }
        )
    )
    return CLIPTokenizer.from_pretrained(folder)


def text_config(tokenizer: CLIPTokenizer, **changes: Any) -> CLIPTextConfig:
    values: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": WIDTH,
        "intermediate_size": 37,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": 77,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "projection_dim": WIDTH,
    }
    return CLIPTextConfig(**{**values, **changes})


def _unet_config(**changes: Any) -> dict[str, Any]:
    return {
        "sample_size": SIDE // 4,
        "in_channels": 4,
        "out_channels": 4,
        "block_out_channels": (8, 16),
        "layers_per_block": 1,
        "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
        "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        "attention_head_dim": 4,
        "cross_attention_dim": WIDTH,
        "norm_num_groups": 4,
        **changes,
    }


XL_UNET = {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "attention_head_dim": (2, 4),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 8,
    "transformer_layers_per_block": (1, 2),
    "projection_class_embeddings_input_dim": 6 * 8 + WIDTH,
    "cross_attention_dim": 2 * WIDTH,
}

BETAS: dict[str, Any] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
}


def _vae(**changes: Any) -> AutoencoderKL:
    torch.manual_seed(3)
    values: dict[str, Any] = {
        "block_out_channels": [4, 8, 8],
        "down_block_types": ["DownEncoderBlock2D"] * 3,
        "up_block_types": ["UpDecoderBlock2D"] * 3,
        "latent_channels": 4,
        "norm_num_groups": 4,
        "sample_size": SIDE,
        **changes,
    }
    return AutoencoderKL(**values)


def build_sd(folder: Path, scheduler: Any, **unet: Any) -> Path:
    """A model of the shape of Stable Diffusion 1.x and 2.x."""
    tokenizer = make_tokenizer(folder / "tokenizer")
    torch.manual_seed(1)
    text_encoder = CLIPTextModel(text_config(tokenizer))
    network = UNet2DConditionModel(**_unet_config(**unet))
    parts: dict[str, Any] = {
        "vae": _vae(),
        "text_encoder": text_encoder,
        "tokenizer": tokenizer,
        "unet": network,
        "scheduler": scheduler,
        "safety_checker": None,
        "feature_extractor": None,
    }
    StableDiffusionPipeline(**parts, requires_safety_checker=False).save_pretrained(folder)
    return folder


def build_sd15(folder: Path) -> Path:
    """The shape of Stable Diffusion 1.5."""
    scheduler = PNDMScheduler(**BETAS, skip_prk_steps=True, steps_offset=1, set_alpha_to_one=False)
    build_sd(folder, scheduler)
    # as in the published file: the entry is not PNDM's own, but other schedulers take it over
    file = folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "clip_sample": False}))
    return folder


def build_sd2(folder: Path) -> Path:
    """The shape of Stable Diffusion 2.1, which predicts velocity."""
    scheduler = DDIMScheduler(
        **BETAS,
        prediction_type="v_prediction",
        clip_sample=False,
        steps_offset=1,
        set_alpha_to_one=False,
    )
    return build_sd(folder, scheduler, use_linear_projection=True, attention_head_dim=(2, 4))


def build_sdxl(folder: Path) -> Path:
    """The shape of Stable Diffusion XL."""
    first = make_tokenizer(folder / "tokenizer")
    second = make_tokenizer(folder / "tokenizer_2", pad="!")
    torch.manual_seed(2)
    scheduler: Any = EulerDiscreteScheduler(**BETAS, steps_offset=1, timestep_spacing="leading")
    StableDiffusionXLPipeline(
        vae=_vae(force_upcast=True, scaling_factor=0.13025),
        text_encoder=CLIPTextModel(text_config(first)),
        text_encoder_2=CLIPTextModelWithProjection(text_config(second, hidden_act="gelu")),
        tokenizer=first,
        tokenizer_2=second,
        unet=UNet2DConditionModel(**_unet_config(**XL_UNET)),
        scheduler=scheduler,
        force_zeros_for_empty_prompt=True,
        add_watermarker=False,
    ).save_pretrained(folder)
    return folder


def build_controlnet(folder: Path, seed: int, sdxl: bool = False) -> Path:
    """A ControlNet whose outputs are not zero, as they are before training."""
    torch.manual_seed(seed)
    names = (
        "in_channels", "block_out_channels", "layers_per_block", "down_block_types",
        "attention_head_dim", "cross_attention_dim", "norm_num_groups", "use_linear_projection",
        "addition_embed_type", "addition_time_embed_dim", "transformer_layers_per_block",
        "projection_class_embeddings_input_dim",
    )  # fmt: skip
    unet = _unet_config(**(XL_UNET if sdxl else {}))
    # the hint has 8 pixels a latent by default; the tiny VAE has 4
    net = ControlNetModel(
        **{name: unet[name] for name in names if name in unet},
        conditioning_embedding_out_channels=(8, 8, 16),
    )
    with torch.no_grad():
        for parameter in net.parameters():
            if not parameter.any():
                parameter.normal_(0, 0.2)
    net.save_pretrained(folder)
    return folder


def reown(pipeline: Any) -> Any:
    """Give all weights of a pipeline memory of their own, as the library does: the alignment of
    weights mapped from a file changes the last bits of sums."""
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            reown_module(part)
    return pipeline


def reown_module(module: Any) -> Any:
    """As `reown`, for one network."""
    for tensor in (*module.parameters(), *module.buffers()):
        tensor.data = tensor.data.clone()
    return module


def picture(seed: int, count: int = 1, side: int = SIDE) -> NDArray[np.float32]:
    """Smooth random pixels (count, side, side, 3)."""
    coarse = torch.rand((count, 3, 4, 4), generator=torch.Generator().manual_seed(seed))
    fine = torch.nn.functional.interpolate(coarse, size=(side, side), mode="bicubic").clamp(0, 1)
    return fine.permute(0, 2, 3, 1).contiguous().numpy()


def denoiser(run: FakeContext, name: str = "sd15", **changes: Any) -> Steps[Latents]:
    """A sampler of 6 steps for two pictures, with the changes asked for."""
    model = models.load(run, name).model
    values: dict[str, Any] = {
        "positive": text.encode(model, "a cat"),
        "negative": text.encode(model, "dog"),
        "latents": latents.empty(model, batch=2),
        "steps": 6,
        "seed": 3,
        **changes,
    }
    return sample.denoise(model, **values)


def shared(a: Steps[Latents], b: Steps[Latents]) -> int:
    """Return the number of leading steps whose keys two runs share."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(a.keys, b.keys, strict=False))
    return len(list(pairs))

"""The families whose own diffusers pipeline samples them: what is different from one to the next.

A line for a family is all that the nodes need to load, encode, sample and decode it. Nothing heavy
is imported here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Family:
    """What has to be known about the pipeline of a family.

    Attributes:
        pipelines: Its diffusers classes, as model_index.json names them.
        networks: The diffusers class of its network, and what that was called before.
        text: What its `encode_prompt` returns, in order: each by the name under which `__call__`
            takes it, None for what is not needed. For a negative prompt "negative_" comes before
            the name; where such names are among these, negative prompts are encoded otherwise.
        width: The entry of the network's config that tells how wide its text embeddings are.
        listed: Its prompts are lists of (tokens, width), one a picture, not one array.
        guidance: The argument of classifier-free guidance.
        unguided: The guidance at and below which the negative prompt is not evaluated.
        embedded: The argument of the guidance that a distilled network reads as a number, where
            its config says `guidance_embeds`. Networks of such a family that do not read it are
            guided only where a negative prompt is given; others by the empty prompt else.
        packed: Its network takes patches of 2 x 2 latents: (n, rows / 2 * columns / 2, 4 *
            channels).
        patch: Both sides of the latents must be multiples of this.
        flow: It is trained by flow matching (Lipman et al. 2023), else by diffusion.
        full: Its latents stay float32, whatever the dtype of the network.
        sample_size: The side, in latents, that it was trained at, where its config does not say.
        options: Further arguments of `__call__`.
        encoding: Further arguments of `encode_prompt`.
    """

    pipelines: tuple[str, ...]
    networks: tuple[str, ...]
    text: tuple[str | None, ...]
    width: str = "joint_attention_dim"
    listed: bool = False
    guidance: str = "guidance_scale"
    unguided: float = 1.0
    embedded: str | None = None
    packed: bool = False
    patch: int = 2
    flow: bool = True
    full: bool = False
    sample_size: int = 128
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    encoding: Mapping[str, Any] = field(default_factory=dict[str, Any])


FAMILIES: dict[str, Family] = {
    "sd3": Family(
        pipelines=("StableDiffusion3Pipeline",),
        networks=("SD3Transformer2DModel",),
        text=("prompt_embeds", None, "pooled_prompt_embeds", None),
    ),
    "flux": Family(
        pipelines=("FluxPipeline",),
        networks=("FluxTransformer2DModel",),
        text=("prompt_embeds", "pooled_prompt_embeds", None),
        guidance="true_cfg_scale",
        embedded="guidance_scale",
        packed=True,
    ),
    "chroma": Family(
        pipelines=("ChromaPipeline",),
        networks=("ChromaTransformer2DModel",),
        text=("prompt_embeds", None, "prompt_attention_mask"),
        packed=True,
    ),
    "qwenimage": Family(
        pipelines=("QwenImagePipeline",),
        networks=("QwenImageTransformer2DModel",),
        text=("prompt_embeds", "prompt_embeds_mask"),
        guidance="true_cfg_scale",
        packed=True,
    ),
    "zimage": Family(
        pipelines=("ZImagePipeline",),
        networks=("ZImageTransformer2DModel",),
        text=("prompt_embeds",),
        width="cap_feat_dim",
        listed=True,
        unguided=0.0,
        full=True,
    ),
    "sana": Family(
        pipelines=("SanaPipeline",),
        networks=("SanaTransformer2DModel",),
        text=(
            "prompt_embeds",
            "prompt_attention_mask",
            "negative_prompt_embeds",
            "negative_prompt_attention_mask",
        ),
        width="caption_channels",
        patch=1,
        full=True,
        options={"use_resolution_binning": False},
    ),
    "pixart": Family(
        pipelines=("PixArtAlphaPipeline", "PixArtSigmaPipeline"),
        networks=("PixArtTransformer2DModel", "Transformer2DModel"),
        text=("prompt_embeds", "prompt_attention_mask"),
        width="caption_channels",
        flow=False,
        # sizes are said by the latents; cleaning captions needs packages that may be absent
        options={"use_resolution_binning": False},
        encoding={"clean_caption": False},
    ),
}

PIPELINES = tuple(name for family in FAMILIES.values() for name in family.pipelines)


def family_of(pipeline: str) -> str | None:
    """The name of the family of a diffusers pipeline, None where it is not one of these."""
    return next((name for name, kind in FAMILIES.items() if pipeline in kind.pipelines), None)

"""The table of model families that are sampled by their own diffusers pipeline.

An entry is all that the nodes need to load, encode, sample and decode a family. This module
imports no heavy library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Family:
    """The pipeline of a family: its classes, arguments and shapes.

    Attributes:
        pipelines: Its diffusers classes, as named in model_index.json.
        networks: The diffusers class of its network, followed by former names of that class.
        text: The arguments of `__call__` that take the values returned by `encode_prompt`, in
            order; None for a value that is not needed. Negative prompts use the same names
            prefixed with "negative_", unless such names are listed here: the family then encodes
            negative prompts differently from positive ones.
        width: The entry of the network's config with the width of its text embeddings.
        listed: Prompts are passed as lists of (tokens, width), one per picture, not as an array.
        guidance: The argument for classifier-free guidance.
        unguided: At and below this guidance the negative prompt is not evaluated.
        embedded: The argument for the guidance that a distilled network takes as an input, if
            `guidance_embeds` is set in its config; None for families without such networks. Other
            networks of a family with this argument are guided only if a negative prompt is
            given; families without it use the empty prompt by default.
        packed: The network takes patches of 2 x 2 latents: (n, rows / 2 * columns / 2, 4 *
            channels).
        patch: Both sides of the latents must be multiples of this.
        flow: True if trained by flow matching (Lipman et al. 2023), False for diffusion.
        full: The latents stay float32, whatever the dtype of the network.
        sample_size: Default of the config's training size, in latents along each side.
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
        # the latents set the size; cleaning captions needs packages that may be absent
        options={"use_resolution_binning": False},
        encoding={"clean_caption": False},
    ),
}

PIPELINES = tuple(name for family in FAMILIES.values() for name in family.pipelines)


def family_of(pipeline: str) -> str | None:
    """Return the name of the family of a diffusers pipeline, or None if it is not in the table."""
    return next((name for name, kind in FAMILIES.items() if pipeline in kind.pipelines), None)

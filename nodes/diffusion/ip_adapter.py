"""IP-Adapters (Ye et al. 2023): pictures as prompts, by additional attention layers.

Published files are converted by diffusers (as in `load_ip_adapter` of its pipelines). An adapter is
attached for one evaluation only, so that other runs can share the network unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.embeddings import MultiIPAdapterImageProjection
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from PIL import Image
from safetensors.torch import load_file
from transformers import CLIPImageProcessor

from nodes import imaging
from nodes.diffusion import load
from nodes.diffusion.device import device, dtype
from nodes.diffusion.pool import pool
from nodes.types import ImagePrompt, IpAdapter, Model
from nodeui.sdk import NodeError

Part = dict[str, torch.Tensor]


class Adapters(torch.nn.Module):
    """The layers that one or more IP-Adapters add to a UNet.

    Args:
        projection: Projects image embeddings to the width of the text embeddings.
        processors: The processor of each cross-attention layer, by its name in the UNet.
    """

    def __init__(self, projection: torch.nn.Module, processors: dict[str, torch.nn.Module]) -> None:
        super().__init__()
        self.projection = projection
        self.names = list(processors)
        self.processors = torch.nn.ModuleList(processors.values())


def adapters(unet: UNet2DConditionModel, handles: Sequence[IpAdapter], model: Model) -> Adapters:
    """Return the weights of IP-Adapters for the UNet of a model, from the pool or from disk.

    Raises:
        NodeError: about `control`: they cannot be loaded, or do not match the UNet.
    """

    def read() -> Adapters:
        try:
            return _convert(unet, [_parts(handle) for handle in handles])
        except torch.OutOfMemoryError:
            raise
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            names = ", ".join(handle.source for handle in handles)
            raise NodeError(
                f"{names} cannot be used with this model: {error}", "control"
            ) from error

    digests = tuple(handle.digest for handle in handles)
    return pool.get(("ip_adapters", model.digest, digests, dtype(model.dtype), device()), read)


def _parts(handle: IpAdapter) -> dict[str, Part]:
    """Read the two parts of an IP-Adapter file, "image_proj" and "ip_adapter"."""
    parts: dict[str, Part] = {"image_proj": {}, "ip_adapter": {}}
    for name, tensor in load_file(handle.source).items():
        part, _, rest = name.partition(".")
        parts[part][rest] = tensor
    return parts


def _convert(unet: UNet2DConditionModel, parts: list[dict[str, Part]]) -> Adapters:
    processors: dict[str, Any] = unet._convert_ip_adapter_attn_to_diffusers(parts)
    layers: list[torch.nn.Module] = [
        unet._convert_ip_adapter_image_proj_to_diffusers(part["image_proj"]) for part in parts
    ]
    found = Adapters(
        MultiIPAdapterImageProjection(layers),
        {name: p for name, p in processors.items() if isinstance(p, torch.nn.Module)},
    )
    load.own(found.to(device=unet.device, dtype=unet.dtype))
    return found


@contextmanager
def attached(unet: Any, found: Adapters, scales: Sequence[float | list[float]]) -> Iterator[None]:
    """Attach IP-Adapters to a UNet, and detach them afterwards.

    Args:
        unet: The UNet.
        found: The IP-Adapters.
        scales: The scale of each; with a mask, those of all of its images.
    """
    attentions = [unet.get_submodule(name.removesuffix(".processor")) for name in found.names]
    own = [attention.processor for attention in attentions]
    projection, kind = unet.encoder_hid_proj, unet.config.encoder_hid_dim_type
    processors: Any = found.processors
    for attention, processor in zip(attentions, processors, strict=True):
        processor.scale = list(scales)
        attention.set_processor(processor)
    unet.encoder_hid_proj, unet.config.encoder_hid_dim_type = found.projection, "ip_image_proj"
    try:
        yield
    finally:
        for attention, processor in zip(attentions, own, strict=True):
            attention.set_processor(processor)
        unet.encoder_hid_proj, unet.config.encoder_hid_dim_type = projection, kind


@torch.no_grad()
def encode(prompt: ImagePrompt, model: Model) -> tuple[torch.Tensor, torch.Tensor]:
    """Encode the pictures of an image prompt, as `encode_image` of the diffusers pipelines.

    Returns:
        The embeddings of the pictures, and those of empty pictures: each (1, pictures, ...).
    """
    encoder = load.image_encoder(prompt.adapter, model)
    side = encoder.config.image_size
    processor = CLIPImageProcessor(size=side, crop_size=side)
    pictures = [Image.fromarray(pixels) for pixels in imaging.to_bytes(prompt.pixels)]
    found: Any = processor(pictures, return_tensors="pt").pixel_values
    inputs = found.to(device=device(), dtype=dtype(model.dtype))
    if prompt.adapter.pooled:
        embeds = encoder(inputs).image_embeds
        return embeds[None], torch.zeros_like(embeds)[None]
    seen, nothing = (
        encoder(pixels, output_hidden_states=True).hidden_states[-2]
        for pixels in (inputs, torch.zeros_like(inputs))
    )
    return seen[None], nothing[None]

"""Loads LoRAs (Hu et al. 2021) into the networks of a model, by diffusers and peft.

They stay separate from the layers that they change: merging them into the weights and removing
them again would change the last bits.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from diffusers.loaders.lora_pipeline import (
    StableDiffusionLoraLoaderMixin,
    StableDiffusionXLLoraLoaderMixin,
)
from diffusers.utils.peft_utils import set_weights_and_activate_adapters

from nodes.types import Lora, Model
from nodeui.sdk import NodeError


def _reader(model: Model) -> Any:
    """Return the diffusers class that reads LoRA files for models of this family."""
    sdxl = model.family == "sdxl"
    return StableDiffusionXLLoraLoaderMixin if sdxl else StableDiffusionLoraLoaderMixin


def _read(model: Model, lora: Lora, unet_config: Any) -> tuple[dict[str, torch.Tensor], Any]:
    return _reader(model).lora_state_dict(
        lora.source, unet_config=unet_config, use_safetensors=True, local_files_only=True
    )


def _names(model: Model) -> list[str]:
    return [f"lora{number}" for number in range(len(model.loras))]


def _mismatch(lora: Lora, error: Exception) -> NodeError:
    return NodeError(f"{lora.source} does not match this model: {error}", "model")


def into_unet(unet: Any, model: Model) -> Any:
    """Load the LoRAs of a model into its UNet.

    Raises:
        NodeError: about `model`: a LoRA does not match it.
    """
    for name, lora in zip(_names(model), model.loras, strict=True):
        try:
            state, alphas = _read(model, lora, unet.config)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Already found")  # several LoRAs are allowed
                _reader(model).load_lora_into_unet(state, alphas, unet, adapter_name=name)
        except (ValueError, RuntimeError, KeyError) as error:
            raise _mismatch(lora, error) from error
    return unet


def into_text_encoder(encoder: Any, model: Model, part: str) -> Any:
    """Load the LoRAs of a model into its text encoder `part`, if they have weights for it.

    Raises:
        NodeError: about `model`: a LoRA does not match it.
    """
    for name, lora in zip(_names(model), model.loras, strict=True):
        try:
            state, alphas = _read(model, lora, None)
            _reader(model).load_lora_into_text_encoder(
                state, alphas, encoder, prefix=part, adapter_name=name
            )
        except (ValueError, RuntimeError, KeyError) as error:
            raise _mismatch(lora, error) from error
    return encoder


def set_strengths(network: Any, model: Model) -> None:
    """Set the strength of each LoRA that has weights in a network."""
    held = getattr(network, "peft_config", {})
    found = [
        (name, lora.strength)
        for name, lora in zip(_names(model), model.loras, strict=True)
        if name in held
    ]
    if found:
        names, strengths = (list(part) for part in zip(*found, strict=True))
        set_weights_and_activate_adapters(network, names, strengths)

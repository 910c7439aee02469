"""Loads the networks of handles from their folders into the pool."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from diffusers.models.autoencoders.autoencoder_dc import AutoencoderDC
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.autoencoders.autoencoder_kl_qwenimage import AutoencoderKLQwenImage
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.utils import logging as diffusers_logging
from transformers import (
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionModelWithProjection,
)
from transformers.utils import logging as transformers_logging

from nodes.diffusion import layout, untrusted
from nodes.diffusion.device import device, dtype
from nodes.diffusion.files import checkpoint
from nodes.diffusion.pool import pool
from nodes.diffusion.undrawn import Undrawn
from nodes.types import ControlNet, IpAdapter, Model, Vae
from nodeui.sdk import NodeError

M = TypeVar("M", bound=torch.nn.Module)
Autoencoder = AutoencoderKL | AutoencoderTiny | AutoencoderKLQwenImage | AutoencoderDC
_AUTOENCODERS: dict[str, type[Autoencoder]] = {
    class_.__name__: class_
    for class_ in (AutoencoderKL, AutoencoderTiny, AutoencoderKLQwenImage, AutoencoderDC)
}

# Nodes report progress and errors themselves.
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()
diffusers_logging.set_verbosity_error()


_TYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
"""Types of weights in files that are read as they are."""


def own(module: torch.nn.Module, files: Iterable[Path] = ()) -> torch.nn.Module:
    """Copy weights that may be mapped from a file into memory of their own, and switch to
    evaluation mode.

    Weights mapped from a file keep the alignment of the file, and the alignment of a matrix
    decides the order of its sums: the last bits would depend on the file. Weights that were
    converted have memory of their own already. `requires_grad` stays set: without it, torch uses
    another kernel on some processors, whose last bits differ from those of the pipelines.

    Args:
        module: The network.
        files: The safetensors files that it was read from; without any, all weights are copied.
    """
    stored = {entry.dtype for file in files for entry in untrusted.read_header(file).values()}
    converted = {kind for name, kind in _TYPES.items() if stored and name not in stored}
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.dtype not in converted:
            tensor.data = tensor.data.clone()
    return module.eval()


def _load(
    kind: str,
    folder: Path,
    class_: type[M],
    precision: torch.dtype,
    parameter: str,
) -> M:
    """Return the network in a folder, from the pool or from disk; errors name `parameter`."""
    encoder = kind.startswith(("text_encoder", "image_encoder"))
    stem = layout.TRANSFORMERS_WEIGHTS if encoder else layout.DIFFUSERS_WEIGHTS
    try:
        weights = layout.weights(folder, stem)
    except NodeError as error:
        raise NodeError(str(error), parameter) from error

    def read() -> M:
        found = checkpoint.inside(folder)
        if found is not None:
            from nodes.diffusion.files import convert

            keep = kind == "transformer" and keeps(found.checkpoint)
            module = convert.network(found.checkpoint, found.place, class_, precision, keep)
            files = () if found.checkpoint.is_gguf else (found.checkpoint.path,)
            return cast(M, own(module.to(device()), files))
        options: dict[str, Any] = {
            "use_safetensors": True,
            "local_files_only": True,
            "variant": weights.variant,
        }
        if encoder:
            options["config"] = untrusted.encoder_config(folder, class_)
        try:
            with Undrawn():
                module = cast(Any, class_).from_pretrained(folder, dtype=precision, **options)
        except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
            raise NodeError(f"{folder} cannot be loaded: {error}", parameter) from error
        return cast(M, own(module.to(device()), weights.files))

    # file states instead of the handle's digest: two handles may share one VAE
    states = layout.states(folder, weights.files)
    return pool.get((kind, str(folder), states, precision, device()), read)


def keeps(file: checkpoint.Checkpoint) -> bool:
    """True if the weights of a transformer stay in memory as they are in its file.

    Processors compute slowly with float8, so there such weights are converted once.
    """
    return file.is_gguf or device().type != "cpu"


def unet(model: Model) -> UNet2DConditionModel:
    """Load the UNet of a model, without its LoRAs."""
    folder = Path(model.source) / "unet"
    return _load("unet", folder, UNet2DConditionModel, dtype(model.dtype), "model")


def controlnet(handle: ControlNet, model: Model) -> ControlNetModel:
    """Load a ControlNet in the precision of the model that it controls."""
    folder = Path(handle.source)
    return _load("controlnet", folder, ControlNetModel, dtype(model.dtype), "control")


def vae(handle: Vae) -> Autoencoder:
    """Load a VAE; in float32 if it overflows in float16 (`layout.upcasts`)."""
    folder, precision = Path(handle.source), dtype(handle.dtype)
    config = layout.read_json(folder / "config.json")
    if precision == torch.float16 and layout.upcasts(folder, config):
        precision = torch.float32
    return _load("vae", folder, _AUTOENCODERS[config["_class_name"]], precision, "vae")


def part(model: Model, name: str, class_: Any) -> Any:
    """Load a network or text encoder of a model, given its folder name and class."""
    return _load(name, model.place(name), class_, dtype(model.dtype), "model")


def text_encoder(model: Model, number: int) -> CLIPTextModel | CLIPTextModelWithProjection:
    """Load text encoder 1 or 2 (SDXL) of a model, without its LoRAs."""
    class_: Any = CLIPTextModel if number == 1 else CLIPTextModelWithProjection
    return part(model, "text_encoder" if number == 1 else "text_encoder_2", class_)


def image_encoder(handle: IpAdapter, model: Model) -> CLIPVisionModelWithProjection:
    """Load the image encoder of an IP-Adapter in the precision of the model."""
    folder, class_ = Path(handle.encoder), CLIPVisionModelWithProjection
    return _load("image_encoder", folder, class_, dtype(model.dtype), "control")


@lru_cache(maxsize=8)
def _tokenizer(folder: str, digest: str, class_: Any) -> Any:
    found = checkpoint.inside(Path(folder))
    if found is not None:
        from nodes.diffusion.files import tokens

        return tokens.tokenizer(found.checkpoint, found.place)
    try:
        return class_.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, TypeError) as error:
        raise NodeError(f"{folder} cannot be loaded: {error}", "model") from error


def tokenizer(model: Model, number: int) -> CLIPTokenizer:
    """Load the tokenizer of text encoder 1 or 2 (SDXL) of a model."""
    suffix = "" if number == 1 else "_2"
    found: CLIPTokenizer = tokenizer_part(model, f"tokenizer{suffix}", CLIPTokenizer)
    # transformers sets 10**30 if the tokenizer's config lacks it
    config = model.place(f"text_encoder{suffix}") / "config.json"
    positions = layout.read_json(config).get("max_position_embeddings", 77)
    found.model_max_length = min(found.model_max_length, positions)
    return found


def tokenizer_part(model: Model, name: str, class_: Any) -> Any:
    """Load a tokenizer of a model, given its folder name and class."""
    return _tokenizer(str(model.place(name)), model.digest, class_)

"""Reads the networks of single files under their names in diffusers and transformers.

The renaming is that of diffusers' single-file loader.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import torch
from diffusers.loaders import single_file_utils as names
from safetensors import safe_open

from nodes.diffusion import untrusted
from nodes.diffusion.files import ldm
from nodes.diffusion.files.checkpoint import Checkpoint
from nodes.diffusion.undrawn import Undrawn

M = TypeVar("M", bound=torch.nn.Module)
Tensors = dict[str, torch.Tensor]

_EMA = "model_ema."
_FEWEST_EMA = 100  # tensors under that name, from which on they are a whole UNet


def shapes(checkpoint: Checkpoint, part: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a network's weights by their names in diffusers; reads no weights."""
    header = untrusted.read_header(checkpoint.path)
    found = {
        name: torch.empty(header[name].shape, device="meta")
        for name in _wanted(checkpoint, part, header)
    }
    return {name: tuple(tensor.shape) for name, tensor in _renamed(checkpoint, part, found).items()}


def network(checkpoint: Checkpoint, part: str, class_: type[M], precision: torch.dtype) -> M:
    """Load a network; its weights lie in memory of their own.

    Args:
        checkpoint: The file.
        part: "unet", "vae", "text_encoder" or "text_encoder_2".
        class_: Its class of diffusers or transformers.
        precision: Data type of its weights.
    """
    weights = {name: tensor.to(precision) for name, tensor in _read(checkpoint, part).items()}
    config = checkpoint.configs[f"{part}/config.json"]
    made: Any = class_
    with Undrawn():
        if part.startswith("text_encoder"):
            options = untrusted.without_code(made.config_class.from_dict(config))
            return cast(
                M, made.from_pretrained(None, config=options, state_dict=weights, dtype=precision)
            )
        with torch.device("meta"):
            module = made.from_config(config)
    module._fix_state_dict_keys_on_load(weights)
    module.load_state_dict(weights, assign=True)
    return cast(M, module)


def _read(checkpoint: Checkpoint, part: str) -> Tensors:
    with safe_open(checkpoint.path, "pt") as file:
        wanted = _wanted(checkpoint, part, file.keys())
        return _renamed(checkpoint, part, {name: file.get_tensor(name) for name in wanted})


def _wanted(checkpoint: Checkpoint, part: str, found: Iterable[str]) -> list[str]:
    """Return the names of the tensors of a network; EMA weights come with those of training."""
    found, prefix = list(found), checkpoint.prefixes[part]
    wanted = [name for name in found if name.startswith(prefix)]
    if part == "unet":
        averaged = [name for name in found if name.startswith(_EMA)]
        wanted += averaged if len(averaged) > _FEWEST_EMA else []
    return wanted


def _renamed(checkpoint: Checkpoint, part: str, tensors: Tensors) -> Tensors:
    config, prefix = checkpoint.configs[f"{part}/config.json"], checkpoint.prefixes[part]
    if part == "unet":
        averaged = any(name.startswith(_EMA) for name in tensors)
        return names.convert_ldm_unet_checkpoint(tensors, config, extract_ema=averaged)
    if part == "vae":
        return names.convert_ldm_vae_checkpoint(tensors, config)
    if prefix in (ldm.OPEN_CLIP, ldm.SDXL_SECOND):
        return _open_clip(tensors, config, prefix)
    renamed = names.convert_ldm_clip_checkpoint(tensors, remove_prefix=prefix)
    return {name: t for name, t in renamed.items() if not name.endswith("position_ids")}


def _open_clip(tensors: Tensors, config: dict[str, Any], prefix: str) -> Tensors:
    """Rename the tensors of an OpenCLIP text encoder, without a last layer that is not read."""
    stand_in = SimpleNamespace(config=SimpleNamespace(hidden_size=config["hidden_size"]))
    renamed = names.convert_open_clip_checkpoint(stand_in, tensors, prefix=prefix)
    unread = f".layers.{config['num_hidden_layers']}."
    projects = prefix == ldm.SDXL_SECOND
    return {
        name: tensor
        for name, tensor in renamed.items()
        if unread not in name and (projects or not name.startswith("text_projection"))
    }

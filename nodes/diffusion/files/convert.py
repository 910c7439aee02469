"""Reads the networks of single files under their names in diffusers and transformers.

The renaming of UNets, VAEs, OpenCLIP and Z-Image is that of diffusers' single-file loader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import torch
from accelerate import init_empty_weights
from diffusers.loaders import single_file_utils as names
from safetensors import safe_open

from nodes.diffusion import untrusted
from nodes.diffusion.files import (
    controlnets,
    diffusers_unet,
    dit,
    encoders,
    kept,
    ldm,
    renames,
    vaes,
)
from nodes.diffusion.files.checkpoint import Checkpoint
from nodes.diffusion.files.facts import Config
from nodes.diffusion.undrawn import Undrawn
from nodeui.sdk import NodeError

M = TypeVar("M", bound=torch.nn.Module)
Tensors = dict[str, torch.Tensor]

_EMA = "model_ema."
_FEWEST_EMA = 100  # tensors under that name, from which on they are a whole UNet
_FLOAT8 = {"F8_E4M3": torch.float8_e4m3fn, "F8_E5M2": torch.float8_e5m2}


def shapes(checkpoint: Checkpoint, part: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a network's weights by their names in diffusers; reads no weights."""
    header = checkpoint.header
    found = {
        name: torch.empty(header[name].shape, device="meta")
        for name in _wanted(checkpoint, part, header)
    }
    return {name: tuple(tensor.shape) for name, tensor in _renamed(checkpoint, part, found).items()}


def network(
    checkpoint: Checkpoint, part: str, class_: type[M], precision: torch.dtype, keep: bool
) -> M:
    """Load a network.

    Args:
        checkpoint: The file.
        part: "unet", "transformer", "vae", "text_encoder", ...
        class_: Its class of diffusers or transformers.
        precision: Data type of its weights and of computation.
        keep: Layers keep weights that are float8 or quantised in the file; see `kept`.
    """
    config = checkpoint.configs[f"{part}/config.json"]
    made: Any = class_
    weights = _read(checkpoint, part, None if keep else precision)
    if part.startswith("text_encoder"):
        weights = {name: tensor.to(precision) for name, tensor in weights.items()}
        options = untrusted.without_code(made.config_class.from_dict(config))
        with Undrawn():
            return cast(
                M, made.from_pretrained(None, config=options, state_dict=weights, dtype=precision)
            )
    with Undrawn(), init_empty_weights():  # not on "meta": Qwen-Image holds tensors of its own
        module = made.from_config(config)
    module._fix_state_dict_keys_on_load(weights)
    scales = _row_scales(checkpoint, part) if keep else {}
    weights = kept.prepare(module, weights, scales, precision, keep)
    module.load_state_dict(weights, assign=True)
    return cast(M, module)


def _read(checkpoint: Checkpoint, part: str, precision: torch.dtype | None) -> Tensors:
    """Read a network; scaled weights are multiplied unless `precision` is None."""
    if checkpoint.is_gguf:
        wanted = _wanted(checkpoint, part, checkpoint.header)
        return _renamed(checkpoint, part, kept.read_gguf(checkpoint, wanted))
    stored = checkpoint.stored
    with safe_open(checkpoint.path, "pt") as file:

        def tensor(name: str) -> torch.Tensor:
            found = file.get_tensor(name)
            if name in stored.floats:
                found = found.view(_FLOAT8[stored.floats[name]])
            if name not in stored.scales or precision is None:
                return found
            return kept.scaled(found, _rows(file.get_tensor(stored.scales[name]), found), precision)

        wanted = _wanted(checkpoint, part, file.keys())
        return _renamed(checkpoint, part, {name: tensor(name) for name in wanted})


def _row_scales(checkpoint: Checkpoint, part: str) -> Tensors:
    """Return the scales of weights, (rows,) float32, by the weight's name in diffusers.

    Renaming cuts and joins rows, so it does the same to the scales.
    """
    stored, header = checkpoint.stored, checkpoint.header
    wanted = [name for name in _wanted(checkpoint, part, header) if name in stored.scales]
    if not wanted:
        return {}
    with safe_open(checkpoint.path, "pt") as file:
        rows = {
            name: _rows(file.get_tensor(stored.scales[name]), torch.empty(header[name].shape[:1]))
            for name in wanted
        }
    return _renamed(checkpoint, part, rows)


def _rows(scale: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return a scale as (rows,) float32."""
    return scale.float().reshape(-1).expand(weight.shape[0])


def _wanted(checkpoint: Checkpoint, part: str, found: Iterable[str]) -> list[str]:
    """Return the names of the tensors of a network; EMA weights come with those of training."""
    found, prefix = list(found), checkpoint.parts[part].prefix
    left_out = {*checkpoint.stored.unread, *checkpoint.stored.scales.values()}
    others = tuple(
        one.prefix
        for one in checkpoint.parts.values()
        if one.prefix != prefix and one.prefix.startswith(prefix)
    )
    wanted = [
        name
        for name in found
        if name.startswith(prefix) and name not in left_out and not name.startswith(others or "\0")
    ]
    if checkpoint.parts[part].layout == ldm.LAYOUT:
        averaged = [name for name in found if name.startswith(_EMA)]
        wanted += averaged if len(averaged) > _FEWEST_EMA else []
    return wanted


# --- layouts --------------------------------------------------------------------------------------


def _renamed(checkpoint: Checkpoint, part: str, tensors: Tensors) -> Tensors:
    source, config = checkpoint.parts[part], checkpoint.configs[f"{part}/config.json"]
    try:
        return LAYOUTS[source.layout](tensors, config, source.prefix)
    except (KeyError, IndexError, ValueError, RuntimeError) as error:
        raise NodeError(
            f"{checkpoint.path.name} is damaged: weights of its {part} are missing, or have the "
            "shapes of another model. Copy or download it again.",
            "source",
        ) from error


def _unet(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    named = {
        name if name.startswith(_EMA) else ldm.UNET + name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
    }
    averaged = any(name.startswith(_EMA) for name in named)
    guidance = named.get(f"{ldm.UNET}time_embed.cond_proj.weight")
    found = names.convert_ldm_unet_checkpoint(named, config, extract_ema=averaged)
    if guidance is not None:
        found["time_embedding.cond_proj.weight"] = guidance
    return found


def _controlnet(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return names.convert_controlnet_checkpoint(_without(tensors, prefix), config)


def _vae(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    named = {
        vaes.PREFIXES[0] + name.removeprefix(prefix): tensor for name, tensor in tensors.items()
    }
    return names.convert_ldm_vae_checkpoint(named, config)


def _wan_vae(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return names.convert_wan_vae_to_diffusers(_without(tensors, prefix))


def _flux(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return renames.renamed(tensors, renames.FLUX, prefix)


def _chroma(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return renames.renamed(tensors, renames.CHROMA, prefix)


def _sd3(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return renames.renamed(tensors, renames.sd3(config["num_layers"]), prefix)


def _z_image(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return names.convert_z_image_transformer_checkpoint_to_diffusers(_without(tensors, prefix))


def _without(tensors: Tensors, prefix: str) -> Tensors:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items()}


def _same(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    return _without(tensors, prefix)


def _transformers(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    """Leave out what encoders of transformers do not load: numbers of positions, other heads."""
    unread = ("position_ids", "logit_scale", "spiece_model", "tekken_model")
    found = {n: t for n, t in _without(tensors, prefix).items() if not n.endswith(unread)}
    if config["architectures"] == ["CLIPTextModelWithProjection"]:
        if "text_projection" in found:  # transposed, as OpenCLIP has it
            found["text_projection.weight"] = found.pop("text_projection").T
        elif "text_projection.weight" not in found:  # as in the reference code of SD 3
            one = next(iter(found.values()))
            eye = torch.eye(config["hidden_size"], dtype=one.dtype, device=one.device)
            found["text_projection.weight"] = eye
    elif config["model_type"] == "clip_text_model":
        found.pop("text_projection.weight", None)
    return found


def _open_clip(tensors: Tensors, config: Config, prefix: str) -> Tensors:
    """Rename the tensors of an OpenCLIP text encoder, without a last layer that is not read."""
    tensors = {n: t for n, t in tensors.items() if not n.removeprefix(prefix).startswith("visual.")}
    stand_in = SimpleNamespace(config=SimpleNamespace(hidden_size=config["hidden_size"]))
    renamed = names.convert_open_clip_checkpoint(stand_in, tensors, prefix=prefix)
    unread = f".layers.{config['num_hidden_layers']}."
    projects = config["architectures"] == ["CLIPTextModelWithProjection"]
    return {
        name: tensor
        for name, tensor in renamed.items()
        if unread not in name and (projects or not name.startswith("text_projection"))
    }


LAYOUTS: Mapping[str, Callable[[Tensors, Config, str], Tensors]] = {
    ldm.LAYOUT: _unet,
    diffusers_unet.LAYOUT: _same,
    controlnets.LDM: _controlnet,
    controlnets.DIFFUSERS: _same,
    dit.SD3: _sd3,
    dit.FLUX: _flux,
    dit.CHROMA: _chroma,
    dit.Z_IMAGE: _z_image,
    dit.QWEN_IMAGE: _same,
    vaes.LDM: _vae,
    vaes.DIFFUSERS: _same,
    vaes.WAN: _wan_vae,
    encoders.HF: _transformers,
    encoders.OPEN_CLIP: _open_clip,
}
"""Functions that rename the tensors of a network, by layout."""

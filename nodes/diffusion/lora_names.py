"""Finds the layer of a model that a LoRA file names.

Trainers name layers in many ways, with dots or with underscores, after the modules of diffusers
or after those of the original code (Rombach et al. 2022). Names are compared with underscores for
all dots, without their prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from nodes.diffusion import layout
from nodes.types import Model

# The prefix of a name, and the networks that it can mean. The first one that matches counts.
_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lora_unet_", ("unet",)),
    ("lycoris_unet_", ("unet",)),
    ("model_diffusion_model_", ("unet",)),
    ("diffusion_model_", ("unet",)),
    ("unet_", ("unet",)),
    ("lora_te1_", ("text_encoder",)),
    ("lora_te2_", ("text_encoder_2",)),
    ("lora_te3_", ("text_encoder_3",)),
    ("lora_te_", ("text_encoder",)),
    ("lycoris_te1_", ("text_encoder",)),
    ("lycoris_te2_", ("text_encoder_2",)),
    ("lycoris_te_", ("text_encoder",)),
    ("text_encoders_clip_l_transformer_", ("text_encoder",)),
    ("text_encoders_clip_g_transformer_", ("text_encoder_2",)),
    ("text_encoder_2_", ("text_encoder_2",)),
    ("text_encoder_3_", ("text_encoder_3",)),
    ("text_encoder_", ("text_encoder",)),
    ("cond_stage_model_transformer_", ("text_encoder",)),
    ("conditioner_embedders_0_transformer_", ("text_encoder",)),
    ("lycoris_", ("unet", "text_encoder")),
    ("", ("unet", "text_encoder")),
)
_WRAPPERS = re.compile(r"(?:base_model_model_|module_|_orig_mod_)+")  # of peft and torch

# Layers that files of diffusers before 0.22 named by their attention processor.
_PROCESSORS = (
    (re.compile(r"_processor_to_([qkv])$"), r"_to_\1"),
    (re.compile(r"_processor_to_out$"), "_to_out_0"),
    (re.compile(r"_self_attn_to_([qkv])$"), r"_self_attn_\1_proj"),
    (re.compile(r"_self_attn_to_out$"), "_self_attn_out_proj"),
)


class Layer(NamedTuple):
    """A layer of a model that has a weight.

    Attributes:
        part: The folder of its network: "unet", "text_encoder" or "text_encoder_2".
        path: Its path in the network; in a text encoder without "text_model." at the start.
        shape: The shape of its weight.
    """

    part: str
    path: str
    shape: tuple[int, ...]


class Layers:
    """The layers of a model by all their names, read from the headers of its weights.

    Args:
        model: A model with a UNet.

    Raises:
        NodeError: about `source`: weights are missing or damaged.
    """

    def __init__(self, model: Model) -> None:
        self._found: dict[tuple[str, str], Layer] = {}
        encoders = (
            ("text_encoder", "text_encoder_2") if model.family == "sdxl" else ("text_encoder",)
        )
        for part in ("unet", *encoders):
            layers = list(_layers(model.place(part), part))
            for layer in layers:
                self._found[part, _underscored(layer.path)] = layer
            if part == "unet":
                original = _OriginalNames(layer.path for layer in layers)
                for layer in layers:
                    self._found.setdefault((part, _underscored(original(layer.path))), layer)

    def find(self, name: str) -> Layer | None:
        """Return the layer that a file names, or None if the model does not have it."""
        plain, parts = _split(name)
        for part in parts:
            path = plain.removeprefix("text_model_") if part != "unet" else plain
            if (part, path) in self._found:
                return self._found[part, path]
        return None


def names_text_encoder(name: str) -> bool:
    """True if the name of a layer is that of a text encoder's, of this model or another."""
    plain, parts = _split(name)
    return "unet" not in parts or plain.startswith("text_model_")


def _split(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its prefix, and the networks that it can mean."""
    plain = _unwrapped(_underscored(name))
    prefix, parts = next(entry for entry in _PREFIXES if plain.startswith(entry[0]))
    plain = _unwrapped(plain.removeprefix(prefix))
    for pattern, replacement in _PROCESSORS:
        plain = pattern.sub(replacement, plain)
    return plain, parts


def _unwrapped(name: str) -> str:
    match = _WRAPPERS.match(name)
    return name[match.end() :] if match else name


def _underscored(name: str) -> str:
    return name.replace(".", "_")


def _layers(folder: Path, part: str) -> Iterator[Layer]:
    """Yield the layers of a network, from the headers of its weights."""
    encoder = part.startswith("text_encoder")
    stem = layout.TRANSFORMERS_WEIGHTS if encoder else layout.DIFFUSERS_WEIGHTS
    for name, shape in layout.shapes(folder, stem).items():
        if name.endswith(".weight"):
            path = name.removesuffix(".weight")
            path = path.removeprefix("text_model.") if encoder else path
            yield Layer(part, path, shape)


# --- the names of the original code ---------------------------------------------------------------

_OUTER = {
    "conv_in": "input_blocks.0.0",
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "add_embedding.linear_1": "label_emb.0.0",
    "add_embedding.linear_2": "label_emb.0.2",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}
_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_BLOCK = re.compile(
    r"(?:(down|up)_blocks\.(\d+)|(mid)_block)\."
    r"(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)"
)


class _OriginalNames:
    """Maps paths of a diffusers UNet to the names of the original code.

    Args:
        paths: All paths of the UNet.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        paths = list(paths)
        first = {path.split(".")[3] for path in paths if path.startswith("down_blocks.0.resnets.")}
        self._per_block = len(first) + 1  # residual blocks, and one to change the size
        attentions = re.compile(r"up_blocks\.(\d+)\.attentions\.")
        self._attended = {match[1] for path in paths if (match := attentions.match(path))}

    def __call__(self, path: str) -> str:
        match = _BLOCK.fullmatch(path)
        if match is None:
            return _OUTER.get(path, path)
        side, block, middle, kind, index, rest = match.groups()
        rest = _RESNET.get(rest, rest) if kind == "resnets" else rest
        if middle:
            return f"middle_block.{1 if kind == 'attentions' else 2 * int(index)}.{rest}"
        first = int(block) * self._per_block
        if kind == "downsamplers":
            return f"input_blocks.{first + self._per_block}.0.op"
        if kind == "upsamplers":
            place = 2 if block in self._attended else 1
            return f"output_blocks.{first + self._per_block - 1}.{place}.conv"
        inside = 1 if kind == "attentions" else 0
        if side == "down":
            return f"input_blocks.{first + 1 + int(index)}.{inside}.{rest}"
        return f"output_blocks.{first + int(index)}.{inside}.{rest}"

"""ControlNets for UNets alone in a file, in the layouts of the original code and of diffusers."""

from __future__ import annotations

import re

from nodes.diffusion.files import ldm
from nodes.diffusion.files.facts import (
    Config,
    Contents,
    Found,
    Part,
    Shapes,
    Unsupported,
    count,
    prefix_of,
    within,
)

LDM, DIFFUSERS = "ldm controlnet", "diffusers controlnet"
PART = "controlnet"

_PREFIXES = ("control_model.", "")
_UNION = ("task_embedding", "control_add_embedding.linear_1.weight")


def recognise(contents: Contents) -> Found | None:
    """Return the ControlNet in a file, or None if it holds none.

    Raises:
        Unsupported: it is of a kind that is not supported.
    """
    shapes = contents.shapes
    if any(name in shapes for name in _UNION):
        raise Unsupported("is a ControlNet Union, which is not supported. Choose one for one kind.")
    prefix = prefix_of(shapes, "zero_convs.0.0.weight", _PREFIXES)
    if prefix is not None:
        return _found(_of_original(within(shapes, prefix)), Part(prefix, LDM))
    if "controlnet_down_blocks.0.weight" in shapes:
        return _found(_of_diffusers(shapes), Part("", DIFFUSERS))
    return None


def _found(config: Config, part: Part) -> Found:
    return Found("ControlNet", {f"{PART}/config.json": config}, {PART: part})


def _of_original(shapes: Shapes) -> Config:
    levels: list[list[int]] = [[]]
    for block in range(1, count(shapes, r"input_blocks\.(\d+)\.")):
        if f"input_blocks.{block}.0.op.weight" in shapes:
            levels.append([])
        else:
            levels[-1].append(block)
    widths = [shapes[f"input_blocks.{level[0]}.0.out_layers.3.weight"][0] for level in levels]
    depths = [ldm.depth(shapes, f"input_blocks.{level[0]}.1.") for level in levels]
    hints = range(0, count(shapes, r"input_hint_block\.(\d+)\."), 2)
    hint = [shapes[f"input_hint_block.{i}.weight"] for i in hints]
    return {
        **_config(shapes, widths, depths, len(levels[0]), "label_emb.0.0.weight"),
        "in_channels": shapes["input_blocks.0.0.weight"][1],
        "conditioning_channels": hint[0][1],
        "conditioning_embedding_out_channels": [shape[0] for shape in hint[:-1:2]],
    }


def _of_diffusers(shapes: Shapes) -> Config:
    levels = count(shapes, r"down_blocks\.(\d+)\.")
    widths = [shapes[f"down_blocks.{i}.resnets.0.conv1.weight"][0] for i in range(levels)]
    depths = [ldm.depth(shapes, f"down_blocks.{i}.attentions.0.") for i in range(levels)]
    start = "controlnet_cond_embedding."
    blocks = count(shapes, rf"{re.escape(start)}blocks\.(\d+)\.")
    hint = [shapes[f"{start}blocks.{i}.weight"][1] for i in range(0, blocks, 2)]
    return {
        **_config(
            shapes, widths, depths, count(shapes, r"down_blocks\.0\.resnets\.(\d+)\."),
            "add_embedding.linear_1.weight",
        ),
        "in_channels": shapes["conv_in.weight"][1],
        "conditioning_channels": shapes[f"{start}conv_in.weight"][1],
        "conditioning_embedding_out_channels": [*hint, shapes[f"{start}conv_out.weight"][1]],
    }  # fmt: skip


def _config(
    shapes: Shapes, widths: list[int], depths: list[int], layers: int, label: str
) -> Config:
    """Return the entries of a config that both layouts share."""
    attended = next(n for n in shapes if n.endswith("transformer_blocks.0.attn2.to_k.weight"))
    linear = ldm.projects_linearly(shapes)
    by_width = linear or label in shapes
    config: Config = {
        "_class_name": "ControlNetModel",
        "block_out_channels": widths,
        "layers_per_block": layers,
        "down_block_types": [f"{'CrossAttn' if d else ''}DownBlock2D" for d in depths],
        "cross_attention_dim": shapes[attended][1],
        "use_linear_projection": linear,
        "attention_head_dim": [max(1, width // ldm.HEAD) for width in widths] if by_width else 8,
        "transformer_layers_per_block": [depth or 1 for depth in depths],
    }
    if label in shapes:
        config["addition_embed_type"] = "text_time"
        config["addition_time_embed_dim"] = 256
        config["projection_class_embeddings_input_dim"] = shapes[label][1]
    return config

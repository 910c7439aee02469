"""UNets alone in a file, with the names of diffusers, such as those of SDXL Lightning."""

from __future__ import annotations

import re

from nodes.diffusion.files import ldm
from nodes.diffusion.files.facts import Config, Contents, Found, Part, Shapes, count, template

LAYOUT = "diffusers unet"

_MARKS = ("conv_in.weight", "conv_out.weight", "down_blocks.0.resnets.0.conv1.weight")


def recognise(contents: Contents) -> Found | None:
    """Return the UNet in a file, or None if it holds none.

    Raises:
        Unsupported: it is one that is not sampled here.
    """
    shapes = contents.shapes
    if not all(mark in shapes for mark in _MARKS):
        return None
    labels = shapes.get("add_embedding.linear_1.weight", (0, 0))[1]
    ldm.refuse_variant(shapes["conv_in.weight"][1], labels)
    kind = ldm.SDXL if labels else ldm.SD2 if ldm.projects_linearly(shapes) else ldm.SD1
    configs = template(ldm.TEMPLATES[kind])
    configs["unet/config.json"] |= _config(shapes, kind)
    scheduler = configs["scheduler/scheduler_config.json"]
    scheduler |= ldm.prediction(kind, shapes, contents.metadata, contents.values)
    guided = "time_embedding.cond_proj.weight" in shapes
    if guided:
        ldm.use_lcm(configs)
    remarks = ldm.remarks(contents.metadata, guided)
    return Found(kind, configs, {"unet": Part("", LAYOUT)}, ldm.encoders_of(kind), remarks)


def _config(shapes: Shapes, kind: str) -> Config:
    levels = count(shapes, r"down_blocks\.(\d+)\.")
    channels = [shapes[f"down_blocks.{i}.resnets.0.conv1.weight"][0] for i in range(levels)]
    down = [_depths(shapes, f"down_blocks.{i}.") for i in range(levels)]
    up = [_depths(shapes, f"up_blocks.{i}.") for i in range(levels)]
    kinds = ["CrossAttn" if depths[0] else "" for depths in down]
    attended = next(n for n in shapes if n.endswith("transformer_blocks.0.attn2.to_k.weight"))
    config: Config = {
        "in_channels": shapes["conv_in.weight"][1],
        "out_channels": shapes["conv_out.weight"][0],
        "block_out_channels": channels,
        "layers_per_block": len(down[0]),
        "down_block_types": [f"{kind}DownBlock2D" for kind in kinds],
        "up_block_types": [f"{kind}UpBlock2D" for kind in reversed(kinds)],
        "cross_attention_dim": shapes[attended][1],
        "use_linear_projection": ldm.projects_linearly(shapes),
        **ldm.depth_entries(down, up, ldm.middle(shapes, "mid_block.", "attentions.0.")),
    }
    if kind != ldm.SD1:
        config["attention_head_dim"] = [max(1, channel // ldm.HEAD) for channel in channels]
    if kind == ldm.SDXL:
        width = shapes["add_embedding.linear_1.weight"][1]
        config["projection_class_embeddings_input_dim"] = width
    if "time_embedding.cond_proj.weight" in shapes:
        config["time_cond_proj_dim"] = shapes["time_embedding.cond_proj.weight"][1]
    return config


def _depths(shapes: Shapes, level: str) -> list[int]:
    """Return the number of transformer blocks behind each residual block of a level."""
    blocks = count(shapes, rf"{re.escape(level)}resnets\.(\d+)\.")
    return [ldm.depth(shapes, f"{level}attentions.{i}.") for i in range(blocks)]

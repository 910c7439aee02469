"""The VAEs of single files: AutoencoderKL in the original layout, and the VAE of Qwen-Image."""

from __future__ import annotations

from nodes.diffusion.files.facts import Config, Found, Part, Shapes, count, template, within

PREFIXES = ("first_stage_model.", "vae.")
"""Prefixes of the VAE in whole models."""

LDM = "ldm vae"
DIFFUSERS = "diffusers"
WAN = "wan vae"

FAMILIES = {"sd": "sd-1", "sdxl": "sdxl", "sd3": "sd-3", "flux": "flux"}
"""Families with an AutoencoderKL, and their files in resources/models/."""

_OF_CHANNELS = {4: ("sd", "sdxl"), 16: ("sd3", "flux")}
"""Families by latent channels; only the scale of their latents differs."""


def found_in(shapes: Shapes) -> Part | None:
    """Return the VAE of a whole model, or None if the file holds none."""
    for prefix in PREFIXES:
        if prefix + _DECODER in shapes and prefix + _ENCODER in shapes:
            return Part(prefix, LDM)
        if prefix + _WAN in shapes:
            return Part(prefix, WAN)
    return None


_ENCODER, _DECODER = "encoder.conv_in.weight", "decoder.conv_in.weight"
_WAN = "decoder.middle.0.residual.0.gamma"


def recognise(shapes: Shapes) -> Found | None:
    """Return the VAE that a file holds alone, or None if it holds none.

    Its parts are named "vae_" and a family, one for each family whose VAEs have its shapes;
    the part is "vae" if there is only one.
    """
    if _WAN in shapes:
        return Found("a VAE of Qwen-Image", {"vae/config.json": qwen_config(shapes)},
                     {"vae": Part("", WAN)})  # fmt: skip
    if _ENCODER not in shapes or _DECODER not in shapes:
        return None
    layout = LDM if "encoder.down.0.block.0.conv1.weight" in shapes else DIFFUSERS
    channels = shapes[_DECODER][1]
    families = _OF_CHANNELS.get(channels)
    if families is None:
        return None
    configs = {
        f"vae_{family}/config.json": template(FAMILIES[family])["vae/config.json"] | config(shapes)
        for family in families
    }
    parts = {f"vae_{family}": Part("", layout) for family in families}
    return Found(f"a VAE with {channels} latent channels", configs, parts)


def entries(shapes: Shapes, part: Part) -> Config:
    """Return the entries of the config of a whole model's VAE that its shapes determine."""
    own = within(shapes, part.prefix)
    return qwen_config(own) if part.layout == WAN else config(own)


def config(shapes: Shapes) -> Config:
    """Return the entries of the config of an AutoencoderKL that its shapes determine."""
    down, block = r"encoder\.down\.", "encoder.down.{}.block.0.conv1.weight"
    per_block = rf"{down}0\.block\.(\d+)\."
    if block.format(0) not in shapes:  # the names of diffusers
        down, block = r"encoder\.down_blocks\.", "encoder.down_blocks.{}.resnets.0.conv1.weight"
        per_block = rf"{down}0\.resnets\.(\d+)\."
    levels = count(shapes, rf"{down}(\d+)\.")
    return {
        "in_channels": shapes[_ENCODER][1],
        "out_channels": shapes["decoder.conv_out.weight"][0],
        "latent_channels": shapes[_DECODER][1],
        "block_out_channels": [shapes[block.format(level)][0] for level in range(levels)],
        "layers_per_block": count(shapes, per_block),
        "down_block_types": ["DownEncoderBlock2D"] * levels,
        "up_block_types": ["UpDecoderBlock2D"] * levels,
        "use_quant_conv": "quant_conv.weight" in shapes,
        "use_post_quant_conv": "post_quant_conv.weight" in shapes,
    }


def qwen_config(shapes: Shapes) -> Config:
    """Return the config of the VAE of Qwen-Image, which is that of Wan 2.1."""
    width = shapes["encoder.conv1.weight"][0]
    return template("qwen-image")["vae/config.json"] | {"base_dim": width}

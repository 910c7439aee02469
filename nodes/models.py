"""Models: which networks to use. These nodes make handles; weights are loaded when needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from nodes.diffusion import layout
from nodes.types import ControlNet, Model, Vae
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, node

Precision = Literal["auto", "float32", "float16", "bfloat16"]
ModelPath = Annotated[str, MODEL_PATH]

# All that sampling and text encoding read; the VAE is a value of its own.
_MODEL_PARTS = (
    "model_index.json", "unet", "scheduler",
    "tokenizer", "text_encoder", "tokenizer_2", "text_encoder_2",
)  # fmt: skip
_VAE_CLASSES = ("AutoencoderKL", "AutoencoderTiny")


class Loaded(NamedTuple):
    """What a model folder holds.

    Attributes:
        model: What prompts are encoded and latents are sampled with.
        vae: What turns pictures into latents and back.
    """

    model: Model
    vae: Vae


def _vae(folder: Path, dtype: str, files: Files) -> Vae:
    config = layout.component_config(folder, _VAE_CLASSES)
    blocks = config.get("block_out_channels") or config.get("encoder_block_out_channels")
    return Vae(
        source=str(folder),
        digest=files.digest(folder),
        dtype=dtype,
        latent_channels=int(config.get("latent_channels", 4)),
        latent_factor=2 ** (len(blocks or (0,) * 4) - 1),
    )


def _family(folder: Path, unet: dict[str, Any]) -> Literal["sd", "sdxl"]:
    """Which of the two families a folder holds, its text encoders checked."""
    index = layout.read_json(folder / "model_index.json")
    parts = {name: entry[1] for name, entry in index.items() if isinstance(entry, list) and entry}
    kind = unet.get("addition_embed_type")
    two = parts.get("text_encoder_2") == "CLIPTextModelWithProjection"
    if (
        parts.get("text_encoder") != "CLIPTextModel"
        or (kind == "text_time") != two
        or kind
        not in (
            None,
            "text_time",
        )
    ):
        raise NodeError(
            f"{folder} is a {index.get('_class_name')}; Stable Diffusion 1.x, 2.x and SDXL (base) "
            "models can be loaded.",
            "source",
        )
    for number in ("", "_2") if two else ("",):
        if not (folder / f"tokenizer{number}").is_dir():
            raise NodeError(f"The folder {folder / f'tokenizer{number}'} is missing.", "source")
        encoder = folder / f"text_encoder{number}"
        if not encoder.is_dir():
            raise NodeError(f"The folder {encoder} is missing.", "source")
        layout.read_json(encoder / "config.json")
        layout.weights(encoder, layout.TRANSFORMERS_WEIGHTS)
    return "sdxl" if two else "sd"


@node("model.load", title="Load model", category="Models")
def load(ctx: Context, source: ModelPath = "starter", dtype: Precision = "auto") -> Loaded:
    """Choose a Stable Diffusion 1.x, 2.x or SDXL model.

    Only the folder is read and checked here; weights are loaded when a step needs them.

    Args:
        source: "starter" for the model that ships, a folder in the diffusers layout, or a hub id
            such as "owner/name", taken from the hub cache or downloaded into it.
        dtype: Precision of weights and computation; auto is float32 on a CPU, else float16.

    Returns:
        model: The networks that sample and read prompts.
        vae: The model's own image autoencoder.
    """
    folder = layout.folder_of(source, ctx.files)
    unet = layout.component_config(folder / "unet", ("UNet2DConditionModel",))
    family = _family(folder, unet)
    layout.read_json(folder / "scheduler" / "scheduler_config.json")
    vae = _vae(folder / "vae", dtype, ctx.files)
    side = unet.get("sample_size") or 64
    side = side if isinstance(side, int) else side[0]
    model = Model(
        source=str(folder),
        digest=layout.digest_of(folder, _MODEL_PARTS, ctx.files),
        family=family,
        dtype=dtype,
        latent_channels=int(unet.get("out_channels", 4)),
        latent_factor=vae.latent_factor,
        size=side * vae.latent_factor,
    )
    return Loaded(model, vae)


@node("model.vae", title="Load VAE", category="Models")
def vae(ctx: Context, source: ModelPath = "starter", dtype: Precision = "auto") -> Vae:
    """Choose an image autoencoder other than the model's own.

    Args:
        source: A folder with the config.json and weights of an AutoencoderKL or AutoencoderTiny,
            a model's folder (its VAE is used), "starter", or a hub id.
        dtype: Precision of weights and computation; auto is float32 on a CPU, else float16.
    """
    folder = layout.folder_of(source, ctx.files)
    return _vae(folder if (folder / "config.json").exists() else folder / "vae", dtype, ctx.files)


@node("model.controlnet", title="Load ControlNet", category="Models")
def controlnet(ctx: Context, source: ModelPath = "starter/depth") -> ControlNet:
    """Choose a ControlNet; it runs in the precision of the model that it controls.

    Args:
        source: "starter/depth", "starter/canny" or "starter/sketch" for those that ship, a folder
            with config.json and weights, or a hub id.
    """
    folder = layout.folder_of(source, ctx.files)
    layout.component_config(folder, ("ControlNetModel",))
    return ControlNet(source=str(folder), digest=ctx.files.digest(folder), dtype="auto")


@load.fingerprint
def _model_state(source: str, files: Files) -> str:
    folder = layout.cached_folder(source, files)
    return layout.digest_of(folder, (*_MODEL_PARTS, "vae"), files) if folder else "not here"


@vae.fingerprint
@controlnet.fingerprint
def _folder_state(source: str, files: Files) -> str:
    folder = layout.cached_folder(source, files)
    return files.digest(folder) if folder else "not here"

"""Nodes that choose models. They return handles; weights are loaded when a step needs them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, cast

from nodes.diffusion import layout, scheduler_config
from nodes.diffusion.pipelines.families import FAMILIES, PIPELINES, family_of
from nodes.types import ControlNet, Model, Vae
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, node

Precision = Literal["auto", "float32", "float16", "bfloat16"]
ModelPath = Annotated[str, MODEL_PATH]

# Everything that sampling and text encoding read; the VAE is a separate value.
_MODEL_PARTS = (
    "model_index.json", "unet", "transformer", "scheduler",
    "tokenizer", "text_encoder", "tokenizer_2", "text_encoder_2", "tokenizer_3", "text_encoder_3",
)  # fmt: skip
_VAE_CLASSES = ("AutoencoderKL", "AutoencoderTiny", "AutoencoderKLQwenImage", "AutoencoderDC")


class Loaded(NamedTuple):
    """The contents of a model folder.

    Attributes:
        model: Encodes prompts and samples latents.
        vae: Turns pictures into latents and back.
    """

    model: Model
    vae: Vae


def _whole(folder: Path, config: dict[str, Any], name: str, standard: int) -> int:
    """Return a positive whole number of a config; `standard` if it is missing or null."""
    value = config.get(name)
    if value is None:
        return standard
    if type(value) is not int or not 0 < value <= 1 << 20:
        raise _odd(folder, name, value)
    return value


def _length(folder: Path, name: str, value: Any) -> int:
    """Return the length of a list in a config."""
    if not isinstance(value, list) or not 0 < len(cast("list[Any]", value)) <= 64:
        raise _odd(folder, name, value)
    return len(cast("list[Any]", value))


def _odd(folder: Path, name: str, value: Any) -> NodeError:
    shown = repr(value)
    shown = f"{shown[:40]}…" if len(shown) > 40 else shown
    return NodeError(f"{folder / 'config.json'} has the {name} {shown}.", "source")


def _vae(folder: Path, dtype: str, ctx: Context) -> Vae:
    config = layout.component_config(folder, _VAE_CLASSES)
    name = "latent_channels" if "latent_channels" in config else "z_dim"
    channels = _whole(folder, config, name, 4)
    _check_scales(folder, config, channels)
    blocks = config.get("block_out_channels") or config.get("encoder_block_out_channels")
    halvings = _length(folder, "block_out_channels", blocks or [0] * 4) - 1
    if config["_class_name"] == "AutoencoderKLQwenImage":
        name = "temperal_downsample"  # spelled like this
        halvings = _length(folder, name, config.get(name, [0] * 3))
    from nodes.diffusion import completeness

    _warn(ctx, completeness.check_network(folder, config["_class_name"], ctx))
    # whether it upcasts may depend on the model that it is a part of
    whole = folder.parent
    digest = ctx.files.digest(whole if whole.is_file() else folder)
    if "force_upcast" not in config and layout.upcasts(folder, config):
        digest += " upcast"
    return Vae(
        source=str(folder),
        digest=digest,
        dtype=dtype,
        latent_channels=channels,
        latent_factor=2**halvings,
    )


def _check_scales(folder: Path, config: dict[str, Any], channels: int) -> None:
    """Check the numbers that scale latents between VAE and sampler."""
    for name, count in _SCALES.items():
        value = config.get(name)
        if name not in config or (value is None and name != "scaling_factor"):
            continue
        numbers = value if count and isinstance(value, list) else [value]
        right = len(numbers) == (channels if count else 1) and all(
            isinstance(number, int | float) and abs(number) < _MOST_SCALE for number in numbers
        )
        if not right or (name in _DIVISORS and not all(numbers)):
            raise _odd(folder, name, value)


_SCALES = {"scaling_factor": 0, "shift_factor": 0, "latents_mean": 1, "latents_std": 1}
"""Entries, and 1 for those with a number for each channel."""

_DIVISORS = ("scaling_factor", "latents_std")
_MOST_SCALE = 1e9


def _warn(ctx: Context, message: str | None) -> None:
    if message is not None:
        ctx.warn(message)


def _unet_model(folder: Path, vae: Vae, files: Files) -> Model:
    """Return the handle of a Stable Diffusion model."""
    index = layout.read_json(folder / "model_index.json")
    if "unet" not in index:
        raise _unknown(folder, index)
    unet = layout.component_config(folder / "unet", ("UNet2DConditionModel",))
    for name in ("class_embed_type", "num_class_embeds", "encoder_hid_dim_type"):
        if unet.get(name) is not None:
            raise NodeError(
                f"{folder / 'unet'} needs more than a prompt ({name} {unet[name]!r} in its "
                "config.json), which is not supported.",
                "source",
            )
    side = unet.get("sample_size") or 64
    side = side[0] if isinstance(side, list) and side else side
    if type(side) is not int:
        raise NodeError(
            f"{folder / 'unet' / 'config.json'} has the sample_size {side!r}.", "source"
        )
    return Model(
        source=str(folder),
        digest=layout.digest_of(folder, _MODEL_PARTS, files),
        family=_family(folder, index, unet),
        dtype=vae.dtype,
        latent_channels=_whole(folder / "unet", unet, "out_channels", 4),
        latent_factor=vae.latent_factor,
        size=side * vae.latent_factor,
    )


def _pipeline_model(folder: Path, family: str, vae: Vae, files: Files) -> Model:
    """Return the handle of a model that is sampled by the pipeline of its family."""
    kind = FAMILIES[family]
    network = layout.component_config(folder / "transformer", kind.networks)
    layout.check_text_parts(folder, layout.text_parts(folder))
    return Model(
        source=str(folder),
        digest=layout.digest_of(folder, _MODEL_PARTS, files),
        family=family,
        dtype=vae.dtype,
        latent_channels=vae.latent_channels,
        latent_factor=vae.latent_factor,
        size=_whole(folder / "transformer", network, "sample_size", kind.sample_size)
        * vae.latent_factor,
    )


def _unknown(folder: Path, index: dict[str, Any]) -> NodeError:
    return NodeError(
        f"{folder} is a {index.get('_class_name')}, which is not supported. Supported are Stable "
        f"Diffusion 1.x, 2.x and SDXL (base), and models of {', '.join(PIPELINES)}.",
        "source",
    )


def _family(folder: Path, index: dict[str, Any], unet: dict[str, Any]) -> Literal["sd", "sdxl"]:
    """Return the family of a Stable Diffusion folder, and check its text encoders."""
    parts = {name: entry[-1] for name, entry in index.items() if isinstance(entry, list) and entry}
    kind = unet.get("addition_embed_type")
    sdxl = parts.get("text_encoder_2") == "CLIPTextModelWithProjection"
    expected = "text_time" if sdxl else None
    if parts.get("text_encoder") != "CLIPTextModel" or kind != expected:
        raise _unknown(folder, index)
    suffixes = ("", "_2") if sdxl else ("",)
    names = (f"{part}{suffix}" for suffix in suffixes for part in ("tokenizer", "text_encoder"))
    layout.check_text_parts(folder, names)
    return "sdxl" if sdxl else "sd"


def _is_local(source: str, files: Files) -> bool:
    """True if nothing has to be downloaded."""
    return layout.cached_folder(source, files) is not None


@node(
    "model.load",
    title="Load model",
    category="Models",
    light=_is_local,
    version=4,
    aliases=("checkpoint", "load checkpoint", "main model"),
    facts={"model": ("source",)},
)
def load(ctx: Context, source: ModelPath = "starter", dtype: Precision = "auto") -> Loaded:
    """Choose a model: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image, PixArt.

    This only reads and checks the folder; weights are loaded when a step needs them. A folder that
    lacks a weight or a vocabulary is refused, and so is one whose scheduler is of another kind than
    such models are sampled with.

    Args:
        source: "starter" for the model included with NodeUI, a folder in the diffusers layout, a
            safetensors file with a whole model of Stable Diffusion 1, 2 or XL, or a hub id such
            as "owner/name", which is downloaded if it is not in the hub cache.
        dtype: Precision of weights and computation. auto is float32 on a CPU; elsewhere it is
            float16 for Stable Diffusion 1.x, 2.x and XL, and bfloat16 for other models.

    Returns:
        model: Encodes prompts and samples latents.
        vae: The model's own VAE, which turns pictures into latents and back.
    """
    folder = layout.source_of(source, ctx)
    layout.check_whole(folder)
    index = layout.read_json(folder / "model_index.json")
    family = family_of(str(index.get("_class_name")))
    if family is None and "unet" not in index:
        raise _unknown(folder, index)
    # float16 overflows in some pipeline families
    precision = "auto-bfloat16" if family is not None and dtype == "auto" else dtype
    flow = family is not None and FAMILIES[family].flow
    scheduler_config.check(folder, flow, edm=family is None)
    _warn(ctx, scheduler_config.assumed(folder) if family is None else None)
    vae = _vae(folder / "vae", precision, ctx)
    make = (
        partial(_unet_model, folder) if family is None else partial(_pipeline_model, folder, family)
    )
    model = make(vae, ctx.files)
    _check_complete(folder, family, ctx)
    return Loaded(model, vae)


def _check_complete(folder: Path, family: str | None, ctx: Context) -> None:
    """Check that a model lacks no weight and no vocabulary; see `completeness`."""
    from nodes.diffusion import completeness

    if family is None:
        part, class_name = "unet", "UNet2DConditionModel"
    else:
        part, class_name = "transformer", FAMILIES[family].networks[0]
    _warn(ctx, completeness.check_network(folder / part, class_name, ctx))
    for name, class_name in _text_parts(folder, family).items():
        if name.startswith("text_encoder"):
            _warn(ctx, completeness.check_encoder(folder / name, class_name, ctx))
        elif not folder.is_file():  # such a model has the vocabulary of CLIP
            encoder = folder / name.replace("tokenizer", "text_encoder")
            completeness.check_tokenizer(folder / name, class_name, encoder)


def _text_parts(folder: Path, family: str | None) -> dict[str, str]:
    """Return the classes of text encoders and tokenizers, by folder name."""
    found = layout.text_parts(folder)
    if family is not None:
        return found
    # the loaders of the UNet families read these whatever model_index.json says
    suffixes = [name.removeprefix("text_encoder") for name in found if "encoder" in name]
    return {**{f"tokenizer{suffix}": "CLIPTokenizer" for suffix in suffixes}, **found}


@node(
    "model.vae",
    title="Load VAE",
    category="Models",
    light=_is_local,
    version=3,
    aliases=("vae loader",),
)
def vae(ctx: Context, source: ModelPath = "starter", dtype: Precision = "auto") -> Vae:
    """Choose a VAE (image autoencoder) other than the model's own.

    Args:
        source: A folder with the config.json and weights of an AutoencoderKL or AutoencoderTiny,
            a model folder or file (its VAE is used), "starter", or a hub id.
        dtype: Precision of weights and computation. auto is float32 on a CPU, else float16.
    """
    folder = layout.source_of(source, ctx)
    if folder.is_file():
        return _vae(folder / "vae", dtype, ctx)
    if (folder / "vae").is_dir() and not (folder / "config.json").exists():
        folder /= "vae"
    layout.check_config(folder)
    return _vae(folder, dtype, ctx)


@node(
    "model.controlnet",
    title="Load ControlNet",
    category="Models",
    light=_is_local,
    version=3,
    aliases=("controlnet loader",),
)
def controlnet(ctx: Context, source: ModelPath = "starter/depth") -> ControlNet:
    """Choose a ControlNet. It runs in the precision of the model that it controls.

    Args:
        source: "starter/depth", "starter/canny" or "starter/sketch" for those included with
            NodeUI, a folder with config.json and weights, or a hub id.
    """
    from nodes.diffusion import completeness

    folder = layout.folder_of(source, ctx)
    layout.check_config(folder)
    layout.component_config(folder, ("ControlNetModel",))
    _warn(ctx, completeness.check_network(folder, "ControlNetModel", ctx))
    return ControlNet(source=str(folder), digest=ctx.files.digest(folder), dtype="auto")


@load.fingerprint
def _model_state(source: str, files: Files) -> str:
    folder = layout.cached_folder(source, files)
    return layout.digest_of(folder, (*_MODEL_PARTS, "vae"), files) if folder else layout.ABSENT


vae.fingerprint(layout.folder_digest)
controlnet.fingerprint(layout.folder_digest)

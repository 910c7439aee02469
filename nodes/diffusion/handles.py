"""Makes the handles of models and VAEs from their configs, and checks their files.

Weights are not read, but for a check of their numbers the first time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from nodes.diffusion import layout, scheduler_config
from nodes.diffusion.files import checkpoint
from nodes.diffusion.pipelines.families import FAMILIES, PIPELINES, family_of
from nodes.types import Model, Vae
from nodeui.sdk import Context, NodeError

MODEL_PARTS = (
    "model_index.json", "unet", "transformer", "scheduler",
    "tokenizer", "text_encoder", "tokenizer_2", "text_encoder_2", "tokenizer_3", "text_encoder_3",
)  # fmt: skip
"""Everything that sampling and text encoding read; the VAE is a separate value."""

_FACTOR = 8  # pixels per latent of all VAEs that are published with these families
_VAE_CLASSES = ("AutoencoderKL", "AutoencoderTiny", "AutoencoderKLQwenImage", "AutoencoderDC")


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


def vae(folder: Path, dtype: str, ctx: Context) -> Vae:
    """Return the handle of the VAE in a folder.

    Raises:
        NodeError: about `source`: a file is missing or damaged, or an entry of the config is odd.
    """
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
    found = checkpoint.inside(folder)
    digest = ctx.files.digest(folder if found is None else found.checkpoint.path)
    if found is not None and found.place != "vae":
        digest += f" {found.place}"
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


def model(
    folder: Path,
    dtype: str,
    own_vae: Vae | None,
    parts: Mapping[str, str],
    digest: str,
    ctx: Context,
) -> Model:
    """Return the handle of a model, and check that its files are complete.

    Args:
        folder: A folder in the diffusers layout, or a single file.
        dtype: Precision as the nodes take it.
        own_vae: Its VAE, or None if it is not known.
        parts: The folders of parts that lie elsewhere.
        digest: Hash of all its files.
        ctx: Receives warnings.

    Raises:
        NodeError: about `source`: a file is missing or damaged, or the model is not supported.
    """
    family = family_of_folder(folder)
    check_scheduler(folder, family, ctx)
    make = _unet_model if family is None else _pipeline_model
    made = make(folder, precision(dtype, family), own_vae, parts, digest)
    _check_complete(made, family, ctx)
    _warn(ctx, _converted(made))
    return made


def _converted(model: Model) -> str | None:
    """Return a warning if weights in fp8 take more memory than their file; None if not."""
    found = checkpoint.inside(Path(model.source))
    part = "transformer" if model.family in FAMILIES else "unet"
    if found is None or not _FLOAT8 & checkpoint.weight_types(found.checkpoint, part):
        return None
    from nodes.diffusion import load
    from nodes.diffusion.device import dtype

    if part == "transformer" and load.keeps(found.checkpoint):
        return None
    size = dtype(model.dtype).itemsize
    where = "a UNet's are" if part == "unet" else "a CPU's are"
    return (
        f"{found.checkpoint.path.name} stores its weights in fp8; {where} converted when they are "
        f"loaded, and take {size} times the memory of the file."
    )


_FLOAT8 = {"F8_E4M3", "F8_E5M2"}


def family_of_folder(folder: Path) -> str | None:
    """Return the pipeline family of a model; None for one with a UNet.

    Raises:
        NodeError: about `source`: it is of another kind.
    """
    index = layout.read_json(folder / "model_index.json")
    family = family_of(str(index.get("_class_name")))
    if family is None and "unet" not in index:
        raise _unknown(folder, index)
    return family


def precision(dtype: str, family: str | None) -> str:
    """Return the dtype of handles; float16 overflows in some pipeline families."""
    return "auto-bfloat16" if family is not None and dtype == "auto" else dtype


def check_scheduler(folder: Path, family: str | None, ctx: Context) -> None:
    """Check the scheduler of a model; see `scheduler_config`."""
    flow = family is not None and FAMILIES[family].flow
    scheduler_config.check(folder, flow, edm=family is None)
    _warn(ctx, scheduler_config.assumed(folder) if family is None else None)


def _unet_model(
    folder: Path, dtype: str, own_vae: Vae | None, parts: Mapping[str, str], digest: str
) -> Model:
    """Return the handle of a Stable Diffusion model."""
    index = layout.read_json(folder / "model_index.json")
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
    factor = _FACTOR if own_vae is None else own_vae.latent_factor
    return Model(
        source=str(folder),
        digest=digest,
        family=_family(folder, index, unet, parts),
        dtype=dtype,
        latent_channels=_whole(folder / "unet", unet, "out_channels", 4),
        latent_factor=factor,
        size=side * factor,
        parts=tuple(sorted(parts.items())),
    )


def _pipeline_model(
    folder: Path, dtype: str, own_vae: Vae | None, parts: Mapping[str, str], digest: str
) -> Model:
    """Return the handle of a model that is sampled by the pipeline of its family."""
    family = family_of_folder(folder)
    assert family is not None
    kind = FAMILIES[family]
    network = layout.component_config(folder / "transformer", kind.networks)
    layout.check_text_parts(folder, layout.text_parts(folder, parts), parts)
    factor = _FACTOR if own_vae is None else own_vae.latent_factor
    channels = _whole(folder / "transformer", network, "in_channels", 16)
    channels = own_vae.latent_channels if own_vae else channels // (4 if kind.packed else 1)
    return Model(
        source=str(folder),
        digest=digest,
        family=family,
        dtype=dtype,
        latent_channels=channels,
        latent_factor=factor,
        size=_whole(folder / "transformer", network, "sample_size", kind.sample_size) * factor,
        parts=tuple(sorted(parts.items())),
    )


def _unknown(folder: Path, index: dict[str, Any]) -> NodeError:
    return NodeError(
        f"{folder} is a {index.get('_class_name')}, which is not supported. Supported are Stable "
        f"Diffusion 1.x, 2.x and SDXL (base), and models of {', '.join(PIPELINES)}.",
        "source",
    )


def _family(
    folder: Path, index: dict[str, Any], unet: dict[str, Any], given: Mapping[str, str]
) -> Literal["sd", "sdxl"]:
    """Return the family of a Stable Diffusion folder, and check its text encoders."""
    parts = {name: entry[-1] for name, entry in index.items() if isinstance(entry, list) and entry}
    kind = unet.get("addition_embed_type")
    sdxl = parts.get("text_encoder_2") == "CLIPTextModelWithProjection"
    expected = "text_time" if sdxl else None
    if parts.get("text_encoder") != "CLIPTextModel" or kind != expected:
        raise _unknown(folder, index)
    suffixes = ("", "_2") if sdxl else ("",)
    names = (f"{part}{suffix}" for suffix in suffixes for part in ("tokenizer", "text_encoder"))
    layout.check_text_parts(folder, names, given)
    return "sdxl" if sdxl else "sd"


def _check_complete(model: Model, family: str | None, ctx: Context) -> None:
    """Check that a model lacks no weight and no vocabulary; see `completeness`."""
    from nodes.diffusion import completeness

    folder = Path(model.source)
    if family is None:
        part, class_name = "unet", "UNet2DConditionModel"
    else:
        part, class_name = "transformer", FAMILIES[family].networks[0]
    _warn(ctx, completeness.check_network(folder / part, class_name, ctx))
    for name, class_name in _text_parts(model, family).items():
        place = model.place(name)
        if name.startswith("text_encoder"):
            _warn(ctx, completeness.check_encoder(place, class_name, ctx))
        elif checkpoint.inside(place) is None:  # files have the vocabulary of their kind
            encoder = model.place(name.replace("tokenizer", "text_encoder"))
            completeness.check_tokenizer(place, class_name, encoder)


def _text_parts(model: Model, family: str | None) -> dict[str, str]:
    """Return the classes of text encoders and tokenizers, by folder name."""
    found = layout.text_parts(Path(model.source), dict(model.parts))
    if family is not None:
        return found
    # the loaders of the UNet families read these whatever model_index.json says
    suffixes = [name.removeprefix("text_encoder") for name in found if "encoder" in name]
    return {**{f"tokenizer{suffix}": "CLIPTokenizer" for suffix in suffixes}, **found}

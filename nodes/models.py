"""Nodes that choose models. They return handles; weights are loaded when a step needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodes.diffusion import handles, layout
from nodes.diffusion.files import assembly, checkpoint, encoders
from nodes.diffusion.files.checkpoint import Checkpoint
from nodes.types import ControlNet, Model, TextEncoders, Vae
from nodeui.sdk import MODEL_PATH, Context, DownloadNeeded, Files, NodeError, node

Precision = Literal["auto", "float32", "float16", "bfloat16"]
ModelPath = Annotated[str, MODEL_PATH]


class Loaded(NamedTuple):
    """The contents of a model folder.

    Attributes:
        model: Encodes prompts and samples latents.
        vae: Turns pictures into latents and back.
    """

    model: Model
    vae: Vae


def _is_local(source: str, files: Files) -> bool:
    """True if nothing has to be downloaded."""
    return layout.cached_folder(source, files) is not None


@node(
    "model.load",
    title="Load model",
    category="Models",
    light=_is_local,
    version=5,
    aliases=("checkpoint", "load checkpoint", "main model"),
    facts={"model": ("source",)},
)
def load(
    ctx: Context,
    source: ModelPath = "starter",
    dtype: Precision = "auto",
    text_encoders: TextEncoders | None = None,
) -> Loaded:
    """Choose a model: Stable Diffusion (1, 2, XL, 3), Flux, Chroma, Qwen-Image, Z-Image, PixArt.

    This only reads and checks the folder; weights are loaded when a step needs them. A folder that
    lacks a weight or a vocabulary is refused, and so is one whose scheduler is of another kind than
    such models are sampled with.

    Args:
        source: "starter" for the model included with NodeUI, a folder in the diffusers layout, a
            safetensors file with a whole model, or a hub id such as "owner/name", which is
            downloaded if it is not in the hub cache.
        dtype: Precision of weights and computation. auto is float32 on a CPU; elsewhere it is
            float16 for Stable Diffusion 1.x, 2.x and XL, and bfloat16 for other models.
        text_encoders: Text encoders for a file that holds none, or to use in place of its own.

    Returns:
        model: Encodes prompts and samples latents.
        vae: The model's own VAE, which turns pictures into latents and back.
    """
    folder = layout.source_of(source, ctx)
    layout.check_whole(folder)
    file = _file(folder, ctx)
    if file is None:
        if text_encoders is not None:
            raise NodeError(
                "A model folder has its own text encoders. Disconnect these, or choose a file.",
                "text_encoders",
            )
        digest = layout.digest_of(folder, handles.MODEL_PARTS, ctx.files)
        parts: dict[str, str] = {}
    else:
        _check_network(file)
        if "vae" not in file.parts:
            raise NodeError(
                f"{file.path.name} ({file.kind}) holds no VAE: choose a file with the whole model, "
                "or use the nodes “Load diffusion model” and “Load VAE”.",
                "source",
            )
        parts, more = assembly.text_parts(file, text_encoders, ctx)
        digest = ctx.files.digest(file.path) + more
    family = handles.family_of_folder(folder)
    own_vae = handles.vae(folder / "vae", handles.precision(dtype, family), ctx)
    return Loaded(handles.model(folder, dtype, own_vae, parts, digest, ctx), own_vae)


def _file(folder: Path, ctx: Context) -> Checkpoint | None:
    """Return the single file that a source is, with its remarks as warnings; None for a folder."""
    found = checkpoint.inside(folder)
    if found is None:
        return None
    for remark in found.checkpoint.remarks:
        ctx.warn(remark)
    return found.checkpoint


def _check_network(file: Checkpoint) -> None:
    if not {"unet", "transformer"} & file.parts.keys():
        node = "Load VAE" if any(part.startswith("vae") for part in file.parts) else ""
        node = node or "Load text encoders"
        raise NodeError(
            f"{file.path.name} holds {file.kind}, not a diffusion model. Load it with the node "
            f"“{node}”.",
            "source",
        )


@node(
    "model.diffusion",
    title="Load diffusion model",
    category="Models",
    light=_is_local,
    version=1,
    aliases=("unet loader", "load unet", "gguf loader"),
    facts={"model": ("source",)},
)
def diffusion_model(
    ctx: Context,
    text_encoders: TextEncoders,
    vae: Vae | None = None,
    source: ModelPath = "",
    dtype: Precision = "auto",
) -> Model:
    """Choose a file with the network of a diffusion model alone, as ComfyUI keeps it.

    Weights in fp8 stay fp8 in the memory of a GPU, and those of GGUF files stay quantised. A CPU
    computes with fp8 weights as floats.

    Args:
        text_encoders: The encoders that the model was trained with, from “Load text encoders”.
        vae: The VAE that the pictures will be decoded with; live previews are made by it. Without
            one, previews show three channels of the latents.
        source: A safetensors or GGUF file with a network of Stable Diffusion 1, 2, XL or 3, Flux.1,
            Chroma, Z-Image or Qwen-Image. GGUF is read for all but the first three.
        dtype: Precision of computation, and of weights that are not kept in fp8 or GGUF.

    Returns:
        model: Encodes prompts and samples latents.
    """
    folder = layout.source_of(source, ctx)
    file = _file(folder, ctx)
    if file is None:
        raise NodeError(f"{folder} is a folder: load it with the node “Load model”.", "source")
    _check_network(file)
    parts, more = assembly.text_parts(file, text_encoders, ctx)
    digest = ctx.files.digest(file.path) + more
    if vae is not None:
        parts["vae"] = vae.source
        digest += vae.digest
    return handles.model(folder, dtype, vae, parts, digest, ctx)


@node(
    "model.text_encoders",
    title="Load text encoders",
    category="Models",
    version=1,
    aliases=("clip loader", "dual clip loader", "triple clip loader", "t5"),
)
def text_encoders(
    ctx: Context,
    clip_l: ModelPath = "",
    clip_g: ModelPath = "",
    t5: ModelPath = "",
    qwen: ModelPath = "",
    t5_tokenizer: ModelPath = assembly.T5_TOKENIZER,
) -> TextEncoders:
    """Choose text encoders from single files: those that a diffusion model needs.

    Stable Diffusion 1 needs CLIP L, Stable Diffusion 2 CLIP H, SDXL CLIP L and G, Stable Diffusion
    3 CLIP L, CLIP G and optionally T5, Flux.1 CLIP L and T5, Chroma T5, Z-Image Qwen3 4B,
    Qwen-Image Qwen2.5-VL 7B. A file may also be a whole model, whose encoder is then used.

    Args:
        clip_l: A safetensors file with CLIP ViT-L.
        clip_g: A safetensors file with OpenCLIP ViT-bigG (CLIP G), or ViT-H for Stable Diffusion 2.
        t5: A safetensors file with T5-XXL.
        qwen: A safetensors file with Qwen3 or Qwen2.5-VL.
        t5_tokenizer: The vocabulary of T5, which its file lacks: a folder with spiece.model or
            tokenizer.json, or a hub id, from which 0.8 MB are downloaded once.
    """
    given = {"clip_l": clip_l, "clip_g": clip_g, "t5": t5, "qwen": qwen}
    parts: dict[str, str] = {}
    digests: list[str] = []
    for name, source in given.items():
        if not source.strip():
            continue
        with _about(name):
            file = _encoder_file(source, ctx)
            found = _encoder_parts(file, _ENCODERS[name])
            digests.append(ctx.files.digest(file.path))
        if name == "t5":
            with _about("t5_tokenizer"):
                folder = assembly.t5_tokenizer(ctx, t5_tokenizer)
                digests.append(ctx.files.digest(folder))
            found[encoders.tokenizer_slug(encoders.T5)] = str(folder)
        parts |= found
    if not parts:
        raise NodeError("Choose at least one text encoder.", "clip_l")
    return TextEncoders(" ".join(digests), tuple(sorted(parts.items())))


_ENCODERS = {
    "clip_l": (encoders.CLIP_L, encoders.CLIP_L_PROJECTED),
    "clip_g": (encoders.CLIP_G, encoders.CLIP_H),
    "t5": (encoders.T5,),
    "qwen": (encoders.QWEN3, encoders.QWEN_VL),
}
"""The kinds of encoders that a parameter takes."""


@contextmanager
def _about(parameter: str) -> Iterator[None]:
    """Make errors about `source` errors about another parameter."""
    try:
        yield
    except DownloadNeeded as error:
        raise DownloadNeeded(error.download, parameter) from error
    except NodeError as error:
        raise NodeError(str(error), parameter) from error


def _encoder_file(source: str, ctx: Context) -> Checkpoint:
    """Return the file of a text encoder.

    Raises:
        NodeError: about `source`: it is a folder, or a file of another kind.
    """
    found = checkpoint.inside(layout.source_of(source, ctx))
    if found is None:
        raise NodeError(f"{source} is a folder: choose a safetensors file.", "source")
    return found.checkpoint


def _encoder_parts(file: Checkpoint, kinds: tuple[str, ...]) -> dict[str, str]:
    """Return the folders in a file of its encoders of some kinds, and of their tokenizers.

    Raises:
        NodeError: about `source`: it holds no such encoder.
    """
    found: dict[str, str] = {}
    for kind in kinds:
        alone = encoders.slug(kind)
        parts = (name for name, part in file.parts.items() if part.kind == kind)
        part = alone if alone in file.parts else next(parts, None)
        if part is not None:
            found[alone] = str(file.path / part)
            found[encoders.tokenizer_slug(kind)] = str(
                file.path / part.replace("text_encoder", "tokenizer")
            )
    if not found:
        raise NodeError(
            f"{file.path.name} holds {file.kind}, not {' or '.join(dict.fromkeys(kinds))}.",
            "source",
        )
    return found


Scaling = Literal["auto", "sd", "sdxl", "sd3", "flux"]


@node(
    "model.vae",
    title="Load VAE",
    category="Models",
    light=_is_local,
    version=4,
    aliases=("vae loader",),
)
def vae(
    ctx: Context,
    source: ModelPath = "starter",
    dtype: Precision = "auto",
    scaling: Scaling = "auto",
    model: Model | None = None,
) -> Vae:
    """Choose a VAE (image autoencoder) other than the model's own.

    Args:
        source: A folder with the config.json and weights of an AutoencoderKL or AutoencoderTiny,
            a safetensors file with a VAE, a model folder or file (its VAE is used), "starter", or
            a hub id.
        dtype: Precision of weights and computation. auto is float32 on a CPU, else float16.
        scaling: How the latents of a file are scaled. auto takes it from the model, or from the
            number of channels where that is enough.
        model: The model that the VAE is used with. A safetensors file with a VAE does not say how
            its latents are scaled, and those of SDXL and Stable Diffusion 1 have the same shapes.
    """
    folder = layout.source_of(source, ctx)
    found = checkpoint.inside(folder)
    if found is not None:
        return handles.vae(_vae_part(found.checkpoint, model, scaling), dtype, ctx)
    if scaling != "auto":
        raise NodeError(
            f"{folder} has a config, which says how the latents are scaled. Choose auto.", "scaling"
        )
    if (folder / "vae").is_dir() and not (folder / "config.json").exists():
        folder /= "vae"
    layout.check_config(folder)
    return handles.vae(folder, dtype, ctx)


_SCALINGS = {"zimage": "flux", "chroma": "flux"}
"""Families with the VAE of another."""


def _vae_part(file: Checkpoint, model: Model | None, scaling: str) -> Path:
    """Return the folder in a file of its VAE with the right scale of the latents.

    Raises:
        NodeError: the file holds no VAE, or the choice is missing or wrong.
    """
    choices = [part for part in file.parts if part.startswith("vae")]
    if not choices:
        raise NodeError(f"{file.path.name} holds {file.kind}, not a VAE.", "source")
    if choices == ["vae"] and scaling == "auto":
        return file.path / "vae"
    wanted = scaling
    if wanted == "auto" and model is not None:
        wanted = _SCALINGS.get(model.family, model.family)
    part = f"vae_{wanted}"
    if part in choices:
        return file.path / part
    names = " or ".join(part.removeprefix("vae_") for part in choices)
    if wanted == "auto":
        raise NodeError(
            f"{file.path.name} holds {file.kind} and does not say how they are scaled: connect the "
            f"model that it is used with, or choose {names}.",
            "scaling",
        )
    raise NodeError(
        f"{file.path.name} holds {file.kind}, which cannot be used as that of {wanted}"
        + (f": choose {names}." if names != "vae" else "."),
        "scaling" if scaling != "auto" else "source",
    )


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
            NodeUI, a folder with config.json and weights, a safetensors file, or a hub id.
    """
    from nodes.diffusion import completeness

    folder = layout.source_of(source, ctx)
    digest = ctx.files.digest(folder)
    if folder.is_file():
        folder /= "controlnet"
    else:
        layout.check_config(folder)
    layout.component_config(folder, ("ControlNetModel",))
    warning = completeness.check_network(folder, "ControlNetModel", ctx)
    if warning is not None:
        ctx.warn(warning)
    return ControlNet(source=str(folder), digest=digest, dtype="auto")


@load.fingerprint
def _model_state(source: str, files: Files) -> str:
    folder = layout.cached_folder(source, files)
    parts = (*handles.MODEL_PARTS, "vae")
    return layout.digest_of(folder, parts, files) if folder else layout.ABSENT


@text_encoders.fingerprint
def _encoders_state(
    clip_l: str, clip_g: str, t5: str, qwen: str, t5_tokenizer: str, files: Files
) -> str:
    named = (clip_l, clip_g, t5, qwen, *([t5_tokenizer] if t5.strip() else []))
    folders = [layout.cached_folder(source, files) for source in named if source.strip()]
    return " ".join(files.digest(folder) if folder else layout.ABSENT for folder in folders)


diffusion_model.fingerprint(layout.folder_digest)
vae.fingerprint(layout.folder_digest)
controlnet.fingerprint(layout.folder_digest)

"""Nodes for IP-Adapters: pictures as prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from nodes import imaging
from nodes.diffusion import layout, untrusted, weight_values
from nodes.script import SCRIPT
from nodes.types import Control, Image, ImagePrompt, IpAdapter, Mask
from nodeui.sdk import MODEL_PATH, Context, Curve, Files, NodeError, Range, node

# A tensor of the image projection that identifies the kind: plain, full-face, plus.
_PROJECTIONS = ("image_proj.proj.weight", "image_proj.proj.3.weight", "image_proj.latents")


def _is_local(source: str, name: str, files: Files) -> bool:
    """True if nothing has to be downloaded."""
    folder = layout.cached_folder(source, files)
    return folder is not None and (folder / name).is_file()


@node(
    "model.ip_adapter",
    title="Load IP-Adapter",
    category="Models",
    light=_is_local,
    aliases=("ipadapter",),
)
def load(
    ctx: Context,
    source: Annotated[str, MODEL_PATH] = "h94/IP-Adapter",
    name: str = "models/ip-adapter_sd15.safetensors",
    encoder: str = "",
) -> IpAdapter:
    """Choose an IP-Adapter (Ye et al. 2023) for Stable Diffusion 1.x or SDXL.

    This only reads and checks the folder; weights are loaded when a step needs them.

    Args:
        source: A folder in the layout of the repository h94/IP-Adapter, or a hub id, from which
            only the file and its image encoder are downloaded.
        name: The safetensors file in that folder, such as
            "sdxl_models/ip-adapter_sdxl.safetensors". The plain, "plus" and "full-face" kinds are
            supported; those for face embeddings ("faceid") are not.
        encoder: The folder of the image encoder in that folder, such as "models/image_encoder".
            Empty uses "image_encoder" next to the file.
    """
    from nodes.diffusion import completeness

    file, part = _parts(name, encoder)
    wanted = (file, f"{part}/*.json", f"{part}/*.safetensors")
    folder = layout.folder_of(source, ctx, wanted)
    entries = _entries(folder / file, ctx)
    config = folder / part / "config.json"
    if "image_size" not in layout.read_json(config):
        raise NodeError(f"{config} is not the config of a CLIP image encoder.", "encoder")
    warning = completeness.check_encoder(folder / part, "CLIPVisionModelWithProjection", ctx)
    if warning is not None:
        ctx.warn(warning)
    return IpAdapter(
        source=str(folder / file),
        encoder=str(folder / part),
        digest=layout.digest_of(folder, (file, part), ctx.files),
        width=entries["ip_adapter.1.to_k_ip.weight"].shape[1],
        pooled=_PROJECTIONS[0] in entries,
    )


@load.fingerprint
def _state(source: str, name: str, encoder: str, files: Files) -> str:
    try:
        parts = _parts(name, encoder)
    except NodeError:  # the node reports the error when it runs
        return layout.ABSENT
    folder = layout.cached_folder(source, files)
    return layout.digest_of(folder, parts, files) if folder else layout.ABSENT


def _parts(name: str, encoder: str) -> tuple[str, str]:
    """Return the paths of file and image encoder, relative to the folder of `source`.

    Raises:
        NodeError: a path leads out of that folder.
    """
    file, part = layout.inner_path(name, "name"), layout.inner_path(encoder, "encoder")
    part = part if encoder else file.parent / "image_encoder"
    return file.as_posix(), part.as_posix()


def _entries(file: Path, ctx: Context) -> dict[str, untrusted.Tensor]:
    """Return the header entries of an IP-Adapter's file, checked for a supported kind."""
    if file.suffix != ".safetensors":
        raise NodeError(
            f"{file.name} is not a safetensors file; other formats are refused.", "name"
        )
    if not file.is_file():
        raise layout.missing(file, "name")
    entries = untrusted.read_header(file)
    weight_values.check(file, ctx=ctx)
    if "ip_adapter.1.to_k_ip.weight" not in entries:
        raise NodeError(f"{file} does not contain an IP-Adapter.", "name")
    if not any(name in entries for name in _PROJECTIONS):
        raise NodeError(
            f"{file} needs face embeddings, which are not supported. Use a plain, plus or "
            "full-face IP-Adapter.",
            "name",
        )
    return entries


@node(
    "control.ip_adapter",
    title="Image prompt",
    category="Control",
    version=3,
    light=True,
    aliases=("ipadapter", "image prompt adapter"),
    swatches=("mask",),
)
def apply(
    adapter: IpAdapter,
    image: Image,
    previous: Control | None = None,
    scale: Annotated[float, Range(0, 2, 0.01)] = 0.6,
    curve: Annotated[Curve, Range(0, 2, 0.01)] = (),
    mask: Mask | None = None,
    mask_fit: imaging.Fit = "cover",
    ctx: Context = SCRIPT,
) -> Control:
    """Use a picture as a prompt, by an IP-Adapter (Ye et al. 2023).

    The result takes over content and style, but not the layout. For the layout, combine it with a
    ControlNet: connect the control of one to the previous input of the other.

    Args:
        adapter: The IP-Adapter.
        image: The picture to use; several pictures act together. Only the central square is seen.
        previous: Controls to combine with this one.
        scale: Weight of the picture relative to the text; 0 switches it off. Ignored if a curve is
            set.
        curve: Scale over the run, from 0 (start) to 1 (end).
        mask: The part of the new picture that it acts on; grey is a part of the way. Without one,
            it acts on all of it.
        mask_fit: How to fit a mask of other proportions than the new picture: "cover" crops it,
            "contain" adds borders outside the mask, and "stretch" distorts it.
    """
    if mask is not None and not mask.levels.any():
        ctx.warn("The mask is empty, so this image prompt has no effect.")
    alpha = None if mask is None else mask.alpha
    weights = curve or ((0.0, scale),)
    prompt = ImagePrompt(adapter, imaging.over(image.pixels, 1), weights, alpha, mask_fit)
    before = previous or Control()
    return replace(before, images=(*before.images, prompt))


@apply.passthrough("previous")
def _off(scale: float, curve: Curve) -> bool:
    return scale == 0 and not curve

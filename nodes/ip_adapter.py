"""IP-Adapters: pictures as prompts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from nodes import imaging
from nodes.diffusion import layout
from nodes.types import Control, Image, ImagePrompt, IpAdapter
from nodeui.sdk import MODEL_PATH, Context, Curve, Files, NodeError, Range, node

# The first tensor of the image projection of each kind: plain, full-face, plus.
_PROJECTIONS = ("image_proj.proj.weight", "image_proj.proj.3.weight", "image_proj.latents")


def _is_here(source: str, name: str, files: Files) -> bool:
    """Whether nothing has to be downloaded."""
    folder = layout.cached_folder(source, files)
    return folder is not None and (folder / name).is_file()


@node(
    "model.ip_adapter",
    title="Load IP-Adapter",
    category="Models",
    light=_is_here,
    aliases=("ipadapter",),
)
def load(
    ctx: Context,
    source: Annotated[str, MODEL_PATH] = "h94/IP-Adapter",
    name: str = "models/ip-adapter_sd15.safetensors",
    encoder: str = "",
) -> IpAdapter:
    """Choose an IP-Adapter (Ye et al. 2023) for Stable Diffusion 1.x or SDXL.

    Only the folder is read and checked here; weights are loaded when a step needs them.

    Args:
        source: A folder in the layout of the repository h94/IP-Adapter, or a hub id, from which
            only the file and its image encoder are downloaded.
        name: The safetensors file in it, such as "sdxl_models/ip-adapter_sdxl.safetensors". The
            plain, "plus" and "full-face" kinds can be used, those for face embeddings ("faceid")
            cannot.
        encoder: The folder of the image encoder in it, such as "models/image_encoder"; when empty,
            "image_encoder" beside the file.
    """
    file, part = _parts(name, encoder)
    wanted = (file, f"{part}/*.json", f"{part}/*.safetensors")
    folder = layout.folder_of(source, ctx, wanted)
    entries = _entries(folder / file)
    config = folder / part / "config.json"
    if "image_size" not in layout.read_json(config):
        raise NodeError(f"{config} is no config of a CLIP image encoder.", "encoder")
    layout.weights(folder / part, layout.TRANSFORMERS_WEIGHTS)
    return IpAdapter(
        source=str(folder / file),
        encoder=str(folder / part),
        digest=layout.digest_of(folder, (file, part), ctx.files),
        width=entries["ip_adapter.1.to_k_ip.weight"]["shape"][1],
        pooled=_PROJECTIONS[0] in entries,
    )


@load.fingerprint
def _state(source: str, name: str, encoder: str, files: Files) -> str:
    try:
        parts = _parts(name, encoder)
    except NodeError:  # the node itself says what is wrong, when it runs
        return "not here"
    folder = layout.cached_folder(source, files)
    return layout.digest_of(folder, parts, files) if folder else "not here"


def _parts(name: str, encoder: str) -> tuple[str, str]:
    """The paths of file and image encoder, which cannot leave the folder that they are in."""
    file, part = layout.inner_path(name, "name"), layout.inner_path(encoder, "encoder")
    part = part if encoder else file.parent / "image_encoder"
    return file.as_posix(), part.as_posix()


def _entries(file: Path) -> dict[str, Any]:
    """The tensors that an IP-Adapter's file tells of, checked for what can be used."""
    if file.suffix != ".safetensors":
        raise NodeError(f"{file.name} is no safetensors file, which is all that is read.", "name")
    if not file.is_file():
        raise layout.missing(file, "name")
    entries = layout.check_safetensors(file)
    if "ip_adapter.1.to_k_ip.weight" not in entries:
        raise NodeError(f"{file} holds no IP-Adapter.", "name")
    if not any(name in entries for name in _PROJECTIONS):
        raise NodeError(
            f"{file} is for face embeddings, which are not made here. Use a plain, plus or "
            "full-face IP-Adapter.",
            "name",
        )
    return entries


@node(
    "control.ip_adapter",
    title="Image prompt",
    category="Control",
    light=True,
    aliases=("ipadapter", "image prompt adapter"),
)
def apply(
    adapter: IpAdapter,
    image: Image,
    previous: Control | None = None,
    scale: Annotated[float, Range(0, 2, 0.01)] = 0.6,
    curve: Annotated[Curve, Range(0, 2, 0.01)] = (),
) -> Control:
    """Show the model a picture as a prompt, by an IP-Adapter (Ye et al. 2023).

    It takes over content and look, not the places of things; those are for a ControlNet, with
    which it may act together: give the control of one as the previous one of the next.

    Args:
        adapter: Which IP-Adapter.
        image: What to show; several pictures act together. A square is cut out of the middle.
        previous: Controls that act together with this one.
        scale: How much the picture counts beside the text; 0 switches it off. Not used where a
            curve is given.
        curve: Scale over the run, from 0 (start) to 1 (end).
    """
    prompt = ImagePrompt(adapter, imaging.over(image.pixels, 1), curve or ((0.0, scale),))
    before = previous or Control()
    return replace(before, images=(*before.images, prompt))


@apply.passthrough("previous")
def _off(scale: float, curve: Curve) -> bool:
    return scale == 0 and not curve

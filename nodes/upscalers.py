"""The node that enlarges pictures by an upscaling network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from nodes.diffusion import layout
from nodes.sends import UPSCALE
from nodes.types import Image
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, Range, node

STANDARD = "realesr-animevideov3"
_SUFFIXES = (".safetensors", ".sft")


@node(
    "image.upscale_model",
    title="Upscale with a model",
    category="Image",
    numeric=True,
    aliases=("esrgan", "super resolution", "image upscale with model", "load upscale model"),
    sends=(UPSCALE,),
)
def upscale_model(
    image: Image,
    ctx: Context,
    source: Annotated[str, MODEL_PATH] = STANDARD,
    factor: Annotated[float, Range(0.25, 8, 0.25)] | None = None,
    tile: Annotated[int, Range(0, 4096, 32, unit="px")] = 256,
    overlap: Annotated[int, Range(0, 512, 8, unit="px")] = 32,
) -> Image:
    """Enlarge a picture by a network that adds detail, such as ESRGAN, SPAN, DAT or SwinIR.

    The picture is enlarged in tiles. Where the overlap is at least as large as the neighbourhood
    that the network reads, seams do not exist; networks with attention read more, and have faint
    seams if the overlap is small.

    Args:
        image: The picture. Its transparency is enlarged with a Lanczos filter.
        source: A safetensors file, or "realesr-animevideov3", "realesrgan-x4plus" or
            "realesrgan-x4plus-anime", which enlarge four times.
        factor: Factor for width and height; a Lanczos filter resizes what the network returns.
            Empty uses the factor of the network.
        tile: Side of a tile in pixels of the picture; larger tiles take more memory. 0 enlarges the
            picture at once.
        overlap: Pixels around each tile that the network reads, too.
    """
    from nodes.diffusion import upscalers

    file = _file(source, ctx.files)
    return upscalers.upscale(image, file, factor, tile, overlap, ctx)


@upscale_model.fingerprint
def _weights(source: str, files: Files) -> str:
    try:
        return files.digest(_file(source, files))
    except NodeError:
        return layout.ABSENT


def _file(source: str, files: Files) -> Path:
    """Return the file of an upscaler.

    Raises:
        NodeError: about `source`: there is none.
    """
    from nodes.diffusion.files import ncnn

    path = files.resolve(source)
    if path.is_file():
        if path.suffix.lower() not in _SUFFIXES:
            raise NodeError(
                f"{path.name} is not a safetensors file. Other formats can contain programs and "
                "are refused.",
                "source",
            )
        return path
    if source in ncnn.SHIPPED:
        return ncnn.file_of(source)
    if path.is_dir() and source.strip():
        raise NodeError(f"{path} is a folder. Choose the file of an upscaler.", "source")
    if not source.strip():
        raise NodeError("Choose an upscaler.", "source")
    raise NodeError(f"The file {path} does not exist.", "source")

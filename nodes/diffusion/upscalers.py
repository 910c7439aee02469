"""Enlarges pictures by upscaling networks, in tiles. The networks are those of spandrel."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from nodes import imaging, picture_limits
from nodes.diffusion import finite, untrusted, weight_values
from nodes.diffusion.arrays import channels_first, channels_last
from nodes.diffusion.device import device
from nodes.diffusion.files import ncnn
from nodes.diffusion.load import own
from nodes.diffusion.pool import pool, within_memory
from nodes.types import Image
from nodeui.sdk import Context, NodeError

Array = NDArray[np.float32]
_CONVERTED = ".bin"  # the suffix of weights in the format of ncnn


class Upscaler(torch.nn.Module):
    """An upscaling network.

    Attributes:
        scale: Its factor for width and height.
        channels: Of its pictures: 1 or 3.
        tiles: False if it has to see the whole picture.
    """

    def __init__(self, descriptor: Any) -> None:
        super().__init__()
        from spandrel import ModelTiling

        self.network = descriptor.model
        self.scale: int = descriptor.scale
        self.channels: int = descriptor.input_channels
        self.tiles: bool = descriptor.tiling is not ModelTiling.INTERNAL
        self._descriptor = descriptor

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Enlarge (n, 3, height, width) in [0, 1]; sides that it cannot take are padded."""
        if self.channels == 3:
            return self._descriptor(pixels)
        grey = pixels.reshape(-1, 1, *pixels.shape[2:])
        found = self._descriptor(grey)
        return found.reshape(-1, 3, *found.shape[2:])


class Tile(NamedTuple):
    """A tile in pixels of the picture: what the network reads, and the part of it that is kept."""

    rows: slice
    columns: slice
    kept_rows: slice
    kept_columns: slice


def tiles(height: int, width: int, side: int, overlap: int) -> Iterator[Tile]:
    """Split a picture into tiles.

    Args:
        height: Of the picture.
        width: Of the picture.
        side: Side of the part of a tile that is kept; 0 for the whole picture.
        overlap: Pixels around it that the network also reads, where the picture has them.
    """
    for top in range(0, height, side or height):
        for left in range(0, width, side or width):
            bottom = min(top + (side or height), height)
            right = min(left + (side or width), width)
            yield Tile(
                slice(max(top - overlap, 0), min(bottom + overlap, height)),
                slice(max(left - overlap, 0), min(right + overlap, width)),
                slice(top, bottom),
                slice(left, right),
            )


@within_memory
@torch.inference_mode()
def upscale(
    image: Image, file: Path, factor: float | None, side: int, overlap: int, ctx: Context
) -> Image:
    """Enlarge pictures by an upscaling network.

    Args:
        image: The pictures. Their transparency is enlarged with a Lanczos filter.
        file: The network; see `load`.
        factor: Factor for width and height; None for that of the network.
        side: Side of a tile; 0 for the whole picture at once.
        overlap: Pixels that the network reads around each tile.
        ctx: Receives progress, in tiles, and cancels between tiles.

    Raises:
        NodeError: about `source`: as for `load`; about `image`: the result would be too large.
    """
    upscaler = load(file, ctx)
    n, height, width = image.levels.shape[:3]
    size = _size(width, height, upscaler.scale if factor is None else factor)
    _check_size(max(size[0], width * upscaler.scale), max(size[1], height * upscaler.scale))
    if factor is not None and factor > upscaler.scale:
        ctx.warn(f"{file.name} enlarges {upscaler.scale} times; a filter enlarges the rest.")
    if not upscaler.tiles:
        side = 0
    large = np.empty((n, size[1], size[0], 3), np.float32)
    parts = list(tiles(height, width, side, overlap))
    for i, picture in enumerate(image.levels):
        enlarged = np.empty((1, height * upscaler.scale, width * upscaler.scale, 3), np.float32)
        pixels = channels_first(imaging.from_levels(picture[None, ..., :3]))
        for done, tile in enumerate(parts):
            ctx.progress(i * len(parts) + done, n * len(parts))
            _enlarge(upscaler, pixels, tile, enlarged)
        large[i] = imaging.resample(enlarged, *size, "lanczos")[0].clip(0, 1)
    if image.levels.shape[-1] == 4:
        alpha = imaging.resample(image.levels[..., [3, 3, 3]], *size, "lanczos")
        large = np.concatenate([large, imaging.from_levels(alpha)[..., :1]], -1)
    large.flags.writeable = False
    return Image(large)


def _size(width: int, height: int, factor: float) -> tuple[int, int]:
    return max(1, round(width * factor)), max(1, round(height * factor))


def _check_size(width: int, height: int) -> None:
    limit = picture_limits.most_pixels()
    if width * height > limit:
        raise NodeError(
            f"The result would have {width} x {height} pixels; the limit is {limit / 1e6:g} "
            "million. Make the picture smaller, or raise the limit in the preferences or by "
            "NODEUI_MAX_PIXELS.",
            "image",
        )


def _enlarge(upscaler: Upscaler, pixels: torch.Tensor, tile: Tile, out: Array) -> None:
    """Enlarge one tile of a picture (1, 3, height, width) into the result."""
    scale = upscaler.scale
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about functions of torch that some call
        found = upscaler(pixels[:, :, tile.rows, tile.columns].to(device()))
    finite.check(found, "The enlarged picture contains NaN or infinite values.", "source")
    top = (tile.kept_rows.start - tile.rows.start) * scale
    left = (tile.kept_columns.start - tile.columns.start) * scale
    rows = slice(tile.kept_rows.start * scale, tile.kept_rows.stop * scale)
    columns = slice(tile.kept_columns.start * scale, tile.kept_columns.stop * scale)
    bottom, right = top + rows.stop - rows.start, left + columns.stop - columns.start
    out[:, rows, columns] = channels_last(found[:, :, top:bottom, left:right])


def load(file: Path, ctx: Context) -> Upscaler:
    """Return an upscaling network, in float32, from the pool or from disk.

    Args:
        file: A safetensors file, or weights of `ncnn`.
        ctx: Cancels checks of the file.

    Raises:
        NodeError: about `source`: the file is damaged, or its network is not supported.
    """
    converted = file.suffix == _CONVERTED
    if not converted:
        untrusted.read_header(file)
        weight_values.check(file, ctx=ctx)

    def build() -> Upscaler:
        if converted:
            weights = {name: torch.from_numpy(w) for name, w in ncnn.read(file).items()}
        else:
            weights = load_file(file)
        upscaler = Upscaler(_descriptor(file, weights))
        own(upscaler.to(device()))
        return upscaler

    state = file.stat()
    key = ("upscaler", str(file), state.st_mtime_ns, state.st_size, device())
    return pool.get(key, build)


def _descriptor(file: Path, weights: dict[str, torch.Tensor]) -> Any:
    from spandrel import MAIN_REGISTRY, ImageModelDescriptor, UnsupportedModelError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about initial values, which are replaced
            found = MAIN_REGISTRY.load(weights)
    except UnsupportedModelError:
        raise NodeError(f"{file.name} is not an upscaler of a known kind.", "source") from None
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # spandrel reads sizes from any names and shapes
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise NodeError(f"{file.name} cannot be loaded: {reason}", "source") from error
    usable = isinstance(found, ImageModelDescriptor) and found.purpose in ("SR", "Restoration")
    channels = found.input_channels, found.output_channels
    if not usable or channels not in ((1, 1), (3, 3)):
        raise NodeError(
            f"{file.name} is a network of the kind {found.architecture.name} "
            f"({found.purpose}, {channels[0]} channels to {channels[1]}), which does not enlarge "
            "pictures.",
            "source",
        )
    return found.to(torch.float32)

"""Prompts and controls that act in parts of the picture.

docs/regions.md has the formulas. Masks are brought to the latents once a run, and from there to the
levels of the network, whose sides are halved from one to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from diffusers.models.attention_processor import Attention
from numpy.typing import NDArray
from torch.nn.functional import adaptive_avg_pool2d, interpolate

from nodes import imaging
from nodes.diffusion import layout, masks
from nodes.diffusion.arrays import to_array, to_tensor
from nodes.diffusion.mixture import Mixture
from nodes.types import ControlUnit, ImagePrompt, Mask, Model, Region

Array = NDArray[np.float32]
Size = tuple[int, int]

ROUNDING = np.float32(1e-4)
"""A smaller rest is a rounding error of masks that add up to 1."""


class PartMasks:
    """The masks of regions, ControlNets and image prompts; each is scaled once a run.

    Args:
        model: The model.
        rows: Rows of the latents.
        columns: Columns of the latents.
    """

    def __init__(self, model: Model, rows: int, columns: int) -> None:
        self._model, self._size = model, (rows, columns)
        # cached per instance: caches on the class would keep every run alive
        self.of_region = cache(self._of_region)
        self.of_unit = cache(self._of_unit)
        self.of_image = cache(self._of_image)

    @cached_property
    def levels(self) -> list[Size]:
        """The sizes of the levels of the UNet that attend to the prompt."""
        network = layout.read_json(Path(self._model.source) / "unet" / "config.json")
        return attending_levels(network, *self._size)

    def _of_region(self, region: Region) -> Array:
        """Return the mask of a region for the latents, (n, 1, rows, columns): means of pixels."""
        return self._latent(region.mask, region.fit)

    def _of_unit(self, unit: ControlUnit) -> Array | None:
        """Return the same of a ControlNet; None where it is 1 everywhere."""
        if unit.mask is None:
            return None
        found = self._latent(unit.mask, unit.fit)
        return None if (found == 1).all() else found

    def _of_image(self, prompt: ImagePrompt) -> list[Array] | None:
        """Return `image_masks` for all levels; None where they are 1 everywhere."""
        if prompt.mask is None:
            return None
        rows, columns = (side * self._model.latent_factor for side in self._size)
        found = image_masks(prompt, (rows, columns), self.levels)
        return None if all((mask == 1).all() for mask in found) else found

    def _latent(self, mask: Array, fit: imaging.Fit) -> Array:
        return masks.latent_mask(Mask(mask), *self._size, "soft", fit)


class Acting(NamedTuple):
    """A region in one step.

    Attributes:
        region: The region.
        weight: Its weight, which is not 0.
        prompt: Its prompt in that step.
    """

    region: Region
    weight: float
    prompt: Mixture


@dataclass(frozen=True, eq=False)
class Part:
    """A prompt for which the network is evaluated.

    Attributes:
        prompt: The prompt.
        attended: The regions that some pixels attend to in that evaluation.
        share: Its share of the composed prediction, (1 or n, 1, rows, columns); None for all of it.
    """

    prompt: Mixture
    attended: tuple[Acting, ...] = ()
    share: Array | None = None


def parts(
    prompt: Mixture, regions: Sequence[Acting], cells: Callable[[Region], Array]
) -> tuple[Part, ...]:
    """Return the prompts to evaluate in one step, those without a share left out.

    Args:
        prompt: The prompt of the rest of the picture.
        regions: The regions, each with an area.
        cells: Returns the mask of a region for the latents.
    """
    attended = tuple(one for one in regions if one.region.method == "attention")
    apart = [one for one in regions if one.region.method == "predictions"]
    if not apart:
        return (Part(prompt, attended),)
    found = shares([np.float32(one.weight) * cells(one.region) for one in apart])
    base = Part(prompt, attended, found[0])
    every = [base, *(Part(one.prompt, (), s) for one, s in zip(apart, found[1:], strict=True))]
    acting = [part for part in every if part.share is not None and part.share.any()]
    if len(acting) == 1:
        return (Part(acting[0].prompt, acting[0].attended),)
    return tuple(acting)


def shares(weighted: Sequence[Array]) -> list[Array]:
    """Return the share of the base, max(0, 1 - sum), then those of the regions; they add up to 1.

    Args:
        weighted: The masks of the regions times their weights, (1 or n, 1, rows, columns).
    """
    total = np.add.reduce(np.broadcast_arrays(*weighted))
    rest = 1 - total
    rest[rest < ROUNDING] = 0
    whole = rest + total
    return [np.asarray(part / whole, np.float32) for part in (rest, *weighted)]


def composed(predictions: Sequence[torch.Tensor], weights: Sequence[torch.Tensor]) -> torch.Tensor:
    """Return the sum of predictions (n, channels, rows, columns) times their shares."""
    total = weights[0] * predictions[0]
    for weight, prediction in zip(weights[1:], predictions[1:], strict=True):
        total = total + weight * prediction
    return total


# --- levels of the network -------------------------------------------------------------------


def levels(rows: int, columns: int, count: int) -> list[Size]:
    """Return the sizes of the levels of a UNet, from that of the latents on."""
    sizes = [(rows, columns)]
    while len(sizes) < count:
        rows, columns = (rows + 1) // 2, (columns + 1) // 2
        sizes.append((rows, columns))
    return sizes


def attending_levels(network: Mapping[str, Any], rows: int, columns: int) -> list[Size]:
    """Return the sizes of the levels of a UNet that attend to the prompt, from its config."""
    down, up = network["down_block_types"], network["up_block_types"][::-1]
    crossing = ["CrossAttn" in one + other for one, other in zip(down, up, strict=True)]
    crossing[-1] = True  # the middle block
    sizes = levels(rows, columns, len(down))
    return [size for size, attends in zip(sizes, crossing, strict=True) if attends]


def residual_levels(network: Mapping[str, Any], rows: int, columns: int) -> list[Size]:
    """Return the sizes of the residuals of a ControlNet for the down blocks, from its config."""
    sizes = levels(rows, columns, len(network["down_block_types"]))
    found = [sizes[0]]
    for size, below in zip(sizes, [*sizes[1:], None], strict=True):
        found += [size] * network["layers_per_block"] + ([below] if below else [])
    return found


def pooled(cells: torch.Tensor, size: Size) -> torch.Tensor:
    """Return masks of latents (n, 1, rows, columns) at a level: the means of its cells."""
    return cells if cells.shape[2:] == size else adaptive_avg_pool2d(cells, size)


def biases(weighted: Sequence[Array], tokens: Sequence[int], size: Size) -> torch.Tensor:
    """Return what is added to the attention logits: the logarithm of the shares.

    Args:
        weighted: The masks of the regions times their weights, (1 or n, 1, rows, columns).
        tokens: Number of tokens of the base prompt, then of each region.
        size: The size of a level.

    Returns:
        (n, pixels, tokens) float32; negative infinity where a pixel does not attend.
    """
    if not weighted:
        return torch.zeros(1, size[0] * size[1], sum(tokens))
    pooled_masks = [to_array(pooled(to_tensor(mask), size)) for mask in weighted]
    found = np.concatenate(np.broadcast_arrays(*shares(pooled_masks)), axis=1)
    logs = torch.log(torch.tensor(found)).flatten(2).transpose(1, 2)
    which = torch.arange(len(tokens)).repeat_interleave(torch.tensor(tokens))
    return logs[:, :, which]


def image_masks(prompt: ImagePrompt, pixels: Size, sizes: Sequence[Size]) -> list[Array]:
    """Return the masks of an image prompt for levels, each (n, 1, rows, columns).

    As `IPAdapterMaskProcessor.downsample` of diffusers, which interpolates by bicubics; but its
    `preprocess` makes masks binary by default, these stay grey.

    Args:
        prompt: An image prompt with a mask.
        pixels: Height and width of the pictures.
        sizes: The sizes of the levels.
    """
    assert prompt.mask is not None
    framed = imaging.framed(prompt.mask, pixels[1], pixels[0], prompt.fit)
    mask = to_tensor(framed).unsqueeze(1)
    if mask.shape[2:] != pixels:
        mask = interpolate(mask, size=pixels, mode="bilinear", antialias=True)
    return [to_array(interpolate(mask, size=size, mode="bicubic")) for size in sizes]


# --- in the network --------------------------------------------------------------------------


class Limits(NamedTuple):
    """Tensors that limit the attention of a network to parts of the picture, level by level.

    Attributes:
        biases: Added to the logits of the text, (n, pixels, tokens) at each level; empty for none.
        images: By the number of an image prompt, as text: its masks (n, images, rows, columns) at
            each level.
        prompts: Number of image prompts.
    """

    biases: list[torch.Tensor]
    images: dict[str, list[torch.Tensor]]
    prompts: int

    def __bool__(self) -> bool:
        return bool(self.biases or self.images)


@contextmanager
def limited(network: torch.nn.Module, limits: Limits) -> Iterator[None]:
    """Limit the cross-attention of a UNet or ControlNet while the context lasts."""
    by_pixels: dict[int, dict[str, Any]] = {}
    for bias in limits.biases:
        by_pixels.setdefault(bias.shape[1], {})["attention_mask"] = bias
    for number, scaled in limits.images.items():
        for mask in scaled:
            level = by_pixels.setdefault(mask.shape[2] * mask.shape[3], {})
            level.setdefault("ip_adapter_masks", [None] * limits.prompts)[int(number)] = mask
    hooks = [
        layer.register_forward_pre_hook(partial(_limit, by_pixels), with_kwargs=True)
        for name, layer in network.named_modules()
        if limits and isinstance(layer, Attention) and name.endswith("attn2")
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _limit(
    by_pixels: Mapping[int, dict[str, Any]], _layer: Any, args: tuple[Any, ...], more: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The hook before a cross-attention layer, whose level follows from its number of pixels."""
    return args, {**more, **by_pixels[args[0].shape[1]]}

"""Brings masks and hints, which have pixels, to pictures and their latents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import adaptive_avg_pool2d, adaptive_max_pool2d, interpolate, pad

from nodes import imaging
from nodes.diffusion.arrays import channels_first, to_array, to_tensor
from nodes.types import ControlUnit, Mask

if TYPE_CHECKING:
    from nodes.diffusion.trajectory import SamplingTask

Array = NDArray[np.float32]

FAINTEST = np.float32(0.5 / 255)
"""The least value of a pixel inside a mask: lower ones are black when shown with 8 bits."""


def latent_mask(
    mask: Mask, rows: int, columns: int, method: imaging.Reach, fit: imaging.Fit
) -> Array:
    """Return masks of latents: (n, 1, rows, columns), 1 where to paint and 0 elsewhere; if soft,
    everything between.

    Args:
        mask: Masks with pixels.
        rows: Rows of the latents.
        columns: Columns of the latents.
        method: "any pixel" paints each cell that contains a pixel of at least `FAINTEST`.
            "nearest" paints each cell whose pixel at the upper left is at least 0.5, as the
            inpainting pipelines of diffusers do. "soft" is the mean of the cell's pixels.
        fit: What to do with masks of other proportions.
    """
    alpha = to_tensor(imaging.framed(mask.alpha, columns, rows, fit)).unsqueeze(1)
    if method == "soft":
        return to_array(adaptive_avg_pool2d(alpha, (rows, columns)).clamp(0, 1))
    if method == "any pixel":
        cells = adaptive_max_pool2d(alpha, (rows, columns)) >= float(FAINTEST)
    else:
        cells = interpolate((alpha >= 0.5).to(torch.float32), size=(rows, columns)) > 0
    return to_array(cells.to(torch.float32))


def changing(cells: Array, index: int, count: int) -> Array:
    """Return the cells that a soft mask lets a step change: 1 there, 0 where the picture stays.

    Differential Diffusion (Levin & Fried 2023): before step i of n, the picture, noised to that
    step, stays where 1 - mask > i / n. The map of the paper is the inverse of the mask. After the
    last step it stays where the mask is 0.

    Args:
        cells: A soft mask of latents.
        index: Number of the step from 0; `count` for the end.
        count: Number of steps.
    """
    kept = 1 - cells.astype(np.float64)
    stays = kept == 1 if index == count else kept > index / count
    return np.asarray(~stays, np.float32)


def fitted_hint(unit: ControlUnit, height: int, width: int) -> torch.Tensor:
    """Return the hint of a ControlNet (n, 3, height, width), scaled to pictures of this size."""
    hint = channels_first(imaging.framed(unit.hint, width, height, _cropping(unit.fit)))
    rows, columns = hint.shape[2:]
    size = (height, width)
    if unit.fit == "contain":
        size = imaging.scaled(columns, rows, (width, height), cover=False)[::-1]
    if (rows, columns) != size:
        hint = interpolate(hint, size=size, mode="bilinear", antialias=True)
    left, top = (width - size[1]) // 2, (height - size[0]) // 2
    return pad(hint, (left, width - size[1] - left, top, height - size[0] - top))


def _cropping(fit: imaging.Fit) -> imaging.Fit:
    return "cover" if fit == "cover" else "stretch"


def notes(task: SamplingTask, count: int) -> Iterator[str]:
    """Yield warnings about masks and hints that do not reach the picture as they are.

    Args:
        task: The inputs of the sampler.
        count: Number of steps.
    """
    _, _, rows, columns = task.latents.samples.shape
    factor = task.model.latent_factor
    width, height = columns * factor, rows * factor
    for unit in task.control.units if task.control else ():
        if unit.fit == "cover":
            yield from _cropped("control picture", unit.hint, width, height, "fit")
    if task.mask is None or task.latent_mask is None:
        return
    if task.mask_fit == "cover":
        yield from _cropped("mask", task.mask.alpha, width, height, "mask_fit")
    for number, (alpha, cells) in enumerate(
        zip(task.mask.alpha, task.latent_mask, strict=True), start=1
    ):
        which = "The mask" if len(task.mask.alpha) == 1 else f"Mask {number}"
        if not alpha.any():
            yield f"{which} is empty, so nothing of the picture changes."
        elif task.mask_method == "soft":
            if count and not changing(cells, count - 1, count).any():
                yield (
                    f"{which} is too faint: with {count} steps, nothing below 1 / {count} changes "
                    "the picture."
                )
        elif not cells.any():
            help_ = 'Set mask_method to "any pixel", or grow it.'
            if task.mask_method == "any pixel":
                help_ = "Its pixels are too faint."
            yield (
                f"{which} reaches no latents, so nothing of the picture changes: they have "
                f"cells of {factor} x {factor} pixels. {help_}"
            )


def _cropped(what: str, array: Array, width: int, height: int, parameter: str) -> Iterator[str]:
    old, new = array.shape[1:3], imaging.framed(array, width, height, "cover").shape[1:3]
    if old != new:
        yield (
            f"The {what} is {old[1]} x {old[0]} pixels, the picture {width} x {height}: only the "
            f"middle {new[1]} x {new[0]} of the {what} are used. {parameter} can change that."
        )

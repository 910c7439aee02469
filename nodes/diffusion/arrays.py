"""Converts between read-only NumPy arrays, as in socket values, and tensors on a device."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.diffusion.streams import upload


def to_tensor(
    array: NDArray[np.float32], device: torch.device | None = None, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Copy an array to a tensor of the given dtype on the given device."""
    return upload(torch.tensor(array), device, dtype)


def to_array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """Copy a tensor to a read-only float32 array."""
    array = tensor.detach().to("cpu", torch.float32).contiguous().numpy().copy()
    array.flags.writeable = False
    return array


def channels_first(pixels: NDArray[np.float32]) -> torch.Tensor:
    """Copy pixels (n, height, width, c) to a tensor (n, c, height, width)."""
    return torch.tensor(pixels).permute(0, 3, 1, 2).contiguous()


def channels_last(pixels: torch.Tensor) -> NDArray[np.float32]:
    """Copy a tensor (n, c, height, width) to read-only pixels (n, height, width, c)."""
    return to_array(pixels.permute(0, 2, 3, 1))

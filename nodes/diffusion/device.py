"""Chooses the device, the dtype and the number of threads."""

from __future__ import annotations

import os
from functools import cache

import torch

from nodes.environment import chosen_dtype, device_name, threads
from nodeui.sdk import NodeError

DTYPES = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}


@cache
def device() -> torch.device:
    """Return the device that models run on: NODEUI_DEVICE, else cuda, else mps, else cpu.

    The first call also sets the number of threads, which the last bits of sums depend on.

    Raises:
        NodeError: NODEUI_DEVICE names a device that torch cannot use.
    """
    torch.set_num_threads(threads())
    name = device_name()
    try:
        found = torch.device(name)
        torch.empty(1, device=found)
    except (RuntimeError, AssertionError) as error:  # a build without CUDA raises the latter
        if "NODEUI_DEVICE" in os.environ:
            raise NodeError(
                f"NODEUI_DEVICE is {name!r}, which torch cannot use: {error}"
            ) from error
        return torch.device("cpu")
    return found


def dtype(name: str) -> torch.dtype:
    """Return the torch dtype for the dtype name of a handle.

    "auto" is float32 on the CPU and float16 elsewhere; "auto-bfloat16" is float32 and bfloat16.
    NODEUI_DTYPE replaces both if set.

    Raises:
        NodeError: NODEUI_DTYPE is not one of `DTYPES`.
    """
    if name.startswith("auto"):
        if chosen := chosen_dtype():
            if chosen not in DTYPES:
                raise NodeError(f"NODEUI_DTYPE is {chosen!r}; it can be {', '.join(DTYPES)}")
            return DTYPES[chosen]
        half = torch.bfloat16 if name == "auto-bfloat16" else torch.float16
        return torch.float32 if device().type == "cpu" else half
    return DTYPES[name]

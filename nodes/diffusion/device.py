"""Chooses device, dtype and thread count. Where noise is drawn and values are kept and computed:

Drawn
    All noise comes from CPU generators, one a picture. The first noise is drawn in float32 and
    cast (`noise.py`); the noise of a solver's steps is drawn by its `step` of diffusers, on the
    CPU in the dtype of the prediction, and copied to the device. So a seed means the same picture
    on every device, up to rounding.
Kept
    Values on wires are float32 NumPy arrays on the CPU (`arrays.py`, the one way in and out).
    A sampler's latents, the networks and what conditions them stay on the device in the dtype of
    the model from the first step to the last; float32 latents where the family's pipeline has
    them (Z-Image, Sana). A scheduler's tables and timesteps are on the CPU, where reading one
    costs nothing: numbers from there enter the arithmetic on the device as scalars. Pipelines of
    diffusers that put them on the device keep them there. Snapshots and previews are on the CPU.
Computed
    Networks, guidance and solver steps run on the device in the dtype of the model. A VAE whose
    config says `force_upcast` runs in float32 where the model is float16. Hints and masks are
    resized in float32 on the CPU, once a run; embeddings are blended in float32 on the CPU, once
    for each mixture. Depth estimators and other annotators run in float32.
Waited for
    Nothing in a step of the UNet sampler waits for the device, except the noise and the tables
    that diffusers copies there for solvers that draw noise, for UniPC and for masks. Some
    pipelines of diffusers copy up to five small tensors a step. The copy of a state to the host
    runs beside the next step (`arrival`). A preview waits, and is made only where one is due.
"""

from __future__ import annotations

import os
from collections.abc import Callable
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
    """The device that models run on: NODEUI_DEVICE, else cuda, else mps, else cpu.

    The first call also pins the number of threads, on which the last bits of sums depend.

    Raises:
        NodeError: NODEUI_DEVICE names a device that torch does not have.
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
    if found.type == "cuda":
        # equal keys mean equal bits: no kernels whose sums depend on the order of threads
        torch.backends.cudnn.deterministic = True
    return found


def arrival(device: torch.device) -> Callable[[], None]:
    """Return a function that waits until the copies that were begun on a device have arrived.

    It does not wait for work that is queued after this call.
    """
    if device.type != "cuda":
        return lambda: None
    event = torch.cuda.Event()
    event.record(torch.cuda.current_stream(device))
    return event.synchronize


def dtype(name: str) -> torch.dtype:
    """The torch dtype of a handle: "auto" is float32 on the CPU and float16 elsewhere,
    "auto-bfloat16" float32 and bfloat16; both are NODEUI_DTYPE where that is set.

    Raises:
        NodeError: NODEUI_DTYPE is none of `DTYPES`.
    """
    if name.startswith("auto"):
        if chosen := chosen_dtype():
            if chosen not in DTYPES:
                raise NodeError(f"NODEUI_DTYPE is {chosen!r}; it can be {', '.join(DTYPES)}")
            return DTYPES[chosen]
        half = torch.bfloat16 if name == "auto-bfloat16" else torch.float16
        return torch.float32 if device().type == "cpu" else half
    return DTYPES[name]

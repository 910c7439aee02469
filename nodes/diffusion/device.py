"""Chooses the device, the dtype and the number of threads.

Noise
    CPU generators draw all noise, one generator per picture. The first noise is drawn in float32
    and cast (`noise.py`). A solver's `step` in diffusers draws its noise on the CPU, in the dtype
    of the prediction, and copies it to the device. A seed therefore gives the same picture on
    every device, up to rounding.
Storage
    Socket values are read-only float32 NumPy arrays on the CPU (`arrays.py` converts them). The
    latents of a sampler, its networks and their conditions stay on the device for the whole run,
    in the dtype of the model; latents are float32 if those of the pipeline are (Z-Image, Sana).
    The tables and timesteps of a scheduler are on the CPU, where reading a value needs no wait;
    such values enter the arithmetic on the device as scalars. Pipelines of diffusers that set
    their timesteps on the device keep them there. Snapshots and previews are on the CPU.
Computation
    Networks, guidance and solver steps run on the device in the dtype of the model. A VAE with
    `force_upcast` in its config runs in float32 instead of float16. Hints and masks are resized
    in float32 on the CPU, once per run; embeddings are blended in float32 on the CPU, once per
    mixture. Depth estimators and other annotators run in float32.
Synchronisation
    A step of the UNet sampler does not wait for the device, with two exceptions: noise that a
    solver draws, and tables that diffusers copies to the device for UniPC and for masks. Some
    pipelines of diffusers copy up to five small tensors per step. A snapshot is copied to the
    host during the next step (`arrival`). A preview waits, and is only made when one is due.
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
    if found.type == "cuda":
        # equal keys mean equal bits, so no kernels whose sums depend on the order of threads
        torch.backends.cudnn.deterministic = True
    return found


def arrival(device: torch.device) -> Callable[[], None]:
    """Return a function that waits for the copies that were started on a device so far.

    It does not wait for work that is queued later.
    """
    if device.type != "cuda":
        return lambda: None
    event = torch.cuda.Event()
    event.record(torch.cuda.current_stream(device))
    return event.synchronize


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

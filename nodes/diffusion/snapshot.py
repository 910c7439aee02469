"""Serialises what a step adds to the state of a run: the prediction of the network.

A snapshot is a safetensors file with one tensor. The solver computes everything else from the
predictions; `baseline` and `reset` take its scheduler back to the start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import torch
from safetensors.torch import load

from nodes.diffusion.device import arrival

FORMAT = 3
"""Version of the format; raising it makes older snapshots unused."""

_NAME = "prediction"
_DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
}  # fmt: skip
"""Names of dtypes in safetensors."""


def baseline(scheduler: Any) -> dict[str, Any]:
    """Return the attributes of a scheduler, without its config, for `reset`."""
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in vars(scheduler).items()
        if name != "_internal_dict"
    }


def reset(scheduler: Any, before: Mapping[str, Any]) -> None:
    """Take a scheduler back to its baseline."""
    for name in set(vars(scheduler)) - set(before) - {"_internal_dict"}:
        delattr(scheduler, name)
    for name, value in before.items():
        setattr(scheduler, name, list(value) if isinstance(value, list) else value)


def dump(prediction: torch.Tensor) -> bytes:
    """Serialise a prediction, a tensor of a floating dtype."""
    return begin(prediction)()


def begin(prediction: torch.Tensor) -> Callable[[], bytes]:
    """Start to copy a prediction to the host, and return a function that serialises it.

    On a GPU the copy runs at the same time as work that is queued later, to pinned memory; the
    function waits for the copy only.
    """
    there = prediction.detach().contiguous()
    here = there.to("cpu", non_blocking=there.is_cuda, copy=True)
    arrived = arrival(prediction.device)

    def finish() -> bytes:
        arrived()
        return _file(here)

    return finish


def _file(tensor: torch.Tensor) -> bytes:
    """Return the bytes of the safetensors file."""
    data = tensor.reshape(-1).view(torch.uint8).numpy().tobytes()
    entry = {"dtype": _DTYPES[tensor.dtype], "shape": list(tensor.shape)}
    header = json.dumps({_NAME: {**entry, "data_offsets": [0, len(data)]}}).encode()
    return b"".join([len(header).to_bytes(8, "little"), header, data])


def parse(data: bytes, device: torch.device) -> torch.Tensor:
    """Return the prediction that `dump` serialised, on a device."""
    return load(data)[_NAME].to(device)

"""The whole state of a run between two steps, as bytes: data only, no pickle.

A snapshot is a safetensors file. Tensors are stored as such; everything else is JSON in its
metadata, floats in hexadecimal so that no bit is lost. Of a scheduler it holds the attributes that
differ from those right after `set_timesteps`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from safetensors.torch import load

from nodes.diffusion.device import arrival

State = dict[str, Any]

FORMAT = 2
"""Raised whenever the states of a run hold something else: those of before are not used then."""

_DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
"""What safetensors calls them."""


def _same(a: Any, b: Any) -> bool:
    """Whether two attribute values are the same, tensors and arrays by content."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        alike = a.dtype == b.dtype and a.shape == b.shape and a.device == b.device
        return alike and torch.equal(a, b)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b)


def baseline(scheduler: Any) -> State:
    """The attributes of a scheduler, to compare with later; its config is left out."""
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in vars(scheduler).items()
        if name != "_internal_dict"
    }


def changes(scheduler: Any, before: Mapping[str, Any]) -> State:
    """The attributes that differ from the baseline."""
    return {
        name: value
        for name, value in baseline(scheduler).items()
        if name not in before or not _same(value, before[name])
    }


def apply(scheduler: Any, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Give a scheduler the state that `changes` told of."""
    for name in set(vars(scheduler)) - set(before) - {"_internal_dict"}:
        delattr(scheduler, name)
    for name, value in {**before, **changed}.items():
        setattr(scheduler, name, list(value) if isinstance(value, list) else value)


def _pack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """The value as JSON, its tensors put aside under running numbers."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        # from a GPU: into pinned memory, without waiting
        tensors[name] = value.detach().contiguous().to("cpu", non_blocking=value.is_cuda, copy=True)
        return {"tensor": name, "host": value.device.type == "cpu"}
    if isinstance(value, np.ndarray):
        return {"array": _pack(torch.tensor(value), tensors)}
    if isinstance(value, np.generic):
        return {"scalar": _pack(value.item(), tensors), "dtype": value.dtype.str}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, list):
        return [_pack(item, tensors) for item in value]
    if isinstance(value, tuple):
        return {"tuple": _pack(list(value), tensors)}
    if isinstance(value, dict):
        return {"dict": {name: _pack(item, tensors) for name, item in value.items()}}
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"a state cannot hold {type(value).__name__}")


def _unpack(value: Any, tensors: Mapping[str, torch.Tensor], device: torch.device) -> Any:
    if isinstance(value, list):
        return [_unpack(item, tensors, device) for item in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        tensor = tensors[value["tensor"]]
        return tensor if value["host"] else tensor.to(device)
    if "array" in value:
        return _unpack(value["array"], tensors, torch.device("cpu")).numpy()
    if "scalar" in value:
        return np.dtype(value["dtype"]).type(_unpack(value["scalar"], tensors, device))
    if "float" in value:
        return float.fromhex(value["float"])
    if "tuple" in value:
        return tuple(_unpack(value["tuple"], tensors, device))
    return {name: _unpack(item, tensors, device) for name, item in value["dict"].items()}


def dump(state: State) -> bytes:
    """The state (tensors, arrays, numbers, texts, None; lists, tuples and dictionaries of them)."""
    return begin(state, torch.device("cpu"))()


def begin(state: State, device: torch.device) -> Callable[[], bytes]:
    """Copy a state to the host and return a function that dumps it.

    On a GPU the copies run beside the work that is queued next; the function waits for the copies
    only, not for that work.

    Args:
        state: As for `dump`.
        device: The device that its tensors are on.
    """
    tensors: dict[str, torch.Tensor] = {}
    layout = json.dumps(_pack(state, tensors))
    arrived = arrival(device)

    def finish() -> bytes:
        arrived()
        return _written(layout, tensors)

    return finish


def _written(layout: str, tensors: Mapping[str, torch.Tensor]) -> bytes:
    header: State = {"__metadata__": {"state": layout}}
    parts: list[bytes] = []
    end = 0
    for name, tensor in tensors.items():
        part = tensor.reshape(-1).view(torch.uint8).numpy().tobytes()
        start, end = end, end + len(part)
        kind = _DTYPES[tensor.dtype]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [start, end]}
        parts.append(part)
    text = json.dumps(header).encode()
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def parse(data: bytes, device: torch.device) -> State:
    """The state that `dump` wrote; tensors that were on a device go to the given one."""
    length = int.from_bytes(data[:8], "little")
    layout = json.loads(data[8 : 8 + length])["__metadata__"]["state"]
    return _unpack(json.loads(layout), load(data), device)

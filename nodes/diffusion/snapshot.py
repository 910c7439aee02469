"""Serialises the complete state of a run between two steps, without pickle.

A snapshot is a safetensors file. Its metadata holds everything that is not a tensor as JSON, with
floats in hexadecimal so that no bit is lost. Of a scheduler, a snapshot holds the attributes that
have changed since `set_timesteps`.
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
"""Version of the format; raising it makes older snapshots unused."""

_DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
"""Names of dtypes in safetensors."""


def _same(a: Any, b: Any) -> bool:
    """True if two attribute values are equal; tensors and arrays are compared by content."""
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
    """Return the attributes of a scheduler, without its config, for a later comparison."""
    return {
        name: list(value) if isinstance(value, list) else value
        for name, value in vars(scheduler).items()
        if name != "_internal_dict"
    }


def changes(scheduler: Any, before: Mapping[str, Any]) -> State:
    """Return the attributes that differ from the baseline."""
    return {
        name: value
        for name, value in baseline(scheduler).items()
        if name not in before or not _same(value, before[name])
    }


def apply(scheduler: Any, before: Mapping[str, Any], changed: Mapping[str, Any]) -> None:
    """Restore a scheduler to its baseline with the changes that `changes` returned."""
    for name in set(vars(scheduler)) - set(before) - {"_internal_dict"}:
        delattr(scheduler, name)
    for name, value in {**before, **changed}.items():
        setattr(scheduler, name, list(value) if isinstance(value, list) else value)


def _pack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """Turn a value into JSON; its tensors are added to `tensors` under consecutive numbers."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        # a copy from a GPU goes to pinned memory and does not wait
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
    raise TypeError(f"a state cannot contain {type(value).__name__}")


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
    """Serialise a state.

    It may consist of tensors, arrays, numbers, strings and None, in lists, tuples and dicts.
    """
    return begin(state, torch.device("cpu"))()


def begin(state: State, device: torch.device) -> Callable[[], bytes]:
    """Start to copy a state to the host, and return a function that serialises it.

    On a GPU the copies run at the same time as work that is queued later; the function waits for
    the copies only.

    Args:
        state: As for `dump`.
        device: The device of its tensors.
    """
    tensors: dict[str, torch.Tensor] = {}
    layout = json.dumps(_pack(state, tensors))
    arrived = arrival(device)

    def finish() -> bytes:
        arrived()
        return _file(layout, tensors)

    return finish


def _file(layout: str, tensors: Mapping[str, torch.Tensor]) -> bytes:
    """Return the bytes of the safetensors file."""
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
    """Read the bytes that `dump` wrote; tensors that were not on the CPU go to `device`."""
    length = int.from_bytes(data[:8], "little")
    layout = json.loads(data[8 : 8 + length])["__metadata__"]["state"]
    return _unpack(json.loads(layout), load(data), device)

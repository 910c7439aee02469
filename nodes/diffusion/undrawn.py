"""Builds networks without drawing their first weights, which are loaded or not needed."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class Undrawn(TorchFunctionMode):
    """While active, `torch.nn.init.normal_` leaves tensors without memory ("meta") alone.

    It has no effect on them, but torch imports its compiler for it, which takes a second.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is torch.nn.init.normal_:
            tensor = args[0] if args else (kwargs or {})["tensor"]
            if tensor.is_meta:
                return tensor
        return func(*args, **(kwargs or {}))

"""Keeps loaded networks within a memory limit."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import torch

from nodes.diffusion.device import device

M = TypeVar("M", bound=torch.nn.Module)


def _bytes_of(module: torch.nn.Module) -> int:
    tensors = [*module.parameters(), *module.buffers()]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _default_limit() -> int:
    """Return NODEUI_POOL_GB in bytes, else 3/4 of the GPU's memory, else half of the machine's."""
    asked = os.environ.get("NODEUI_POOL_GB")
    if asked:
        return int(float(asked) * 2**30)
    if device().type == "cuda":
        return torch.cuda.get_device_properties(device()).total_memory * 3 // 4
    if hasattr(os, "sysconf"):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return 8 * 2**30


class Pool:
    """The most recently used networks, up to a number of bytes.

    The last requested network always stays, even if it is larger than the limit.

    Args:
        limit: Limit in bytes; None for a fraction of the device's memory.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._held: OrderedDict[Hashable, torch.nn.Module] = OrderedDict()

    @property
    def size(self) -> int:
        """Bytes of all networks in the pool."""
        return sum(_bytes_of(module) for module in self._held.values())

    def get(self, key: Hashable, build: Callable[[], M]) -> M:
        """Return the network of a key; build it if it is not in the pool."""
        if key in self._held:
            self._held.move_to_end(key)
            return cast(M, self._held[key])
        module = build()
        self._held[key] = module
        if self._limit is None:
            self._limit = _default_limit()
        while self.size > self._limit and len(self._held) > 1:
            self._held.popitem(last=False)
        return module

    def free(self) -> None:
        """Drop all networks, and release the memory that torch caches."""
        self._held.clear()
        if device().type == "cuda":
            torch.cuda.empty_cache()


pool = Pool()
"""The pool of this process."""

"""Keeps loaded networks within a memory limit."""

from __future__ import annotations

import gc
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import torch

from nodes.diffusion.device import device
from nodeui.sdk import NodeError

M = TypeVar("M", bound=torch.nn.Module)
P = ParamSpec("P")
R = TypeVar("R")


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
        module = self._build(build)
        self._held[key] = module
        if self._limit is None:
            self._limit = _default_limit()
        full = self.size > self._limit and len(self._held) > 1
        while self.size > self._limit and len(self._held) > 1:
            self._held.popitem(last=False)
        if full:
            collect()
        return module

    def _build(self, build: Callable[[], M]) -> M:
        """Build a network; if memory runs out, drop all others and try again."""
        try:
            return build()
        except torch.OutOfMemoryError:
            pass  # try again outside this block: the frames of the error hold memory
        self.free()
        return build()

    def free(self) -> None:
        """Drop all networks, and release the memory that torch caches."""
        self._held.clear()
        collect()


def collect() -> None:
    """Release GPU memory of networks that are no longer used.

    A sampler is part of reference cycles, so Python's garbage collector has to run first.
    """
    if device().type == "cuda":
        gc.collect()
        torch.cuda.empty_cache()


pool = Pool()
"""The pool of this process."""


def within_memory(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function that computes on the device.

    If it runs out of memory, the pool is freed, so that the next run has all of the memory, and a
    NodeError is raised.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except torch.OutOfMemoryError as error:
            message = _shortage(str(error))
        # outside the block above: the frames of the error hold memory
        pool.free()
        raise NodeError(message)

    return run


_SHORTAGE = re.compile(
    r"Tried to allocate (\S+ \w+).*capacity of (\S+ \w+) of which (\S+ \w+) is free", re.S
)


def _shortage(reason: str) -> str:
    """Return the user-facing line for an out-of-memory error of torch."""
    found = _SHORTAGE.search(reason)
    facts = ": {} more needed, {} of {} free".format(*found.group(1, 3, 2)) if found else ""
    return (
        f"Out of memory on the device{facts}. Make the pictures smaller or fewer, encode and "
        "decode tiled, or load the model in float16 or bfloat16."
    )

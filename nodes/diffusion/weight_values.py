"""Finds weights that are not finite in safetensors files, without torch and in little memory."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from nodes.diffusion import untrusted
from nodeui.sdk import Context, NodeError

_CHUNK = 1 << 22  # bytes that are read at a time
_MOST_FILES = 64

_found: dict[tuple[str, int, int], tuple[str, ...]] = {}
"""The weights that are not finite, by path, mtime (ns) and size of their file."""

# The integer type of the bits, and the bits that are all set in NaN and in infinity.
_BITS: dict[str, tuple[str, int]] = {
    "F64": ("<u8", 0x7FF0_0000_0000_0000),
    "F32": ("<u4", 0x7F80_0000),
    "F16": ("<u2", 0x7C00),
    "BF16": ("<u2", 0x7F80),
    "F8_E5M2": ("u1", 0x7C),
    "F8_E4M3": ("u1", 0x7F),  # without infinity
}


def check(file: Path, names: Collection[str] | None = None, ctx: Context | None = None) -> None:
    """Check that the weights in a file are finite. A file is read once while it is unchanged.

    Args:
        file: A safetensors file.
        names: The tensors to check; None for all.
        ctx: The run, which can be cancelled while the file is read; None if it cannot be.

    Raises:
        NodeError: about `source`: a weight contains NaN or an infinite value.
    """
    stat = file.stat()
    state = str(file), stat.st_mtime_ns, stat.st_size
    if state not in _found:
        while len(_found) >= _MOST_FILES:
            del _found[next(iter(_found))]
        _found[state] = _not_finite(file, ctx)
    for name in _found[state]:
        if names is None or name in names:
            raise NodeError(
                f"{file} is damaged: its weight {name} contains NaN or infinite values. Copy or "
                "download it again.",
                "source",
            )


def _not_finite(path: Path, ctx: Context | None) -> tuple[str, ...]:
    """Return the names of the weights with a value that is not finite."""
    tensors = untrusted.read_header(path)
    ordered = sorted(tensors.items(), key=lambda item: item[1].data_offsets)
    with path.open("rb") as file:
        begin = 8 + int.from_bytes(file.read(8), "little")
        return tuple(name for name, tensor in ordered if not _is_finite(file, begin, tensor, ctx))


def _is_finite(file: BinaryIO, begin: int, tensor: untrusted.Tensor, ctx: Context | None) -> bool:
    import numpy as np

    if tensor.dtype not in _BITS:  # integers
        return True
    kind, bits = _BITS[tensor.dtype]
    start, end = tensor.data_offsets
    file.seek(begin + start)
    for position in range(start, end, _CHUNK):
        if ctx is not None:
            ctx.check()
        values = np.frombuffer(file.read(min(_CHUNK, end - position)), kind)
        mask = values.dtype.type(bits)
        if ((values & mask) == mask).any():
            return False
    return True

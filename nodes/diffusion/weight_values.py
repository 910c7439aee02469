"""Finds weights that are not finite in safetensors files, without torch and in little memory."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from nodes.diffusion import untrusted
from nodeui.sdk import NodeError

_CHUNK = 1 << 22  # bytes that are read at a time

# The integer type of the bits, and the bits that are all set in NaN and in infinity.
_BITS: dict[str, tuple[str, int]] = {
    "F64": ("<u8", 0x7FF0_0000_0000_0000),
    "F32": ("<u4", 0x7F80_0000),
    "F16": ("<u2", 0x7C00),
    "BF16": ("<u2", 0x7F80),
    "F8_E5M2": ("u1", 0x7C),
    "F8_E4M3": ("u1", 0x7F),  # without infinity
}


def check(file: Path, names: Collection[str] | None = None) -> None:
    """Check that the weights in a file are finite. A file is read once while it is unchanged.

    Args:
        file: A safetensors file.
        names: The tensors to check; None for all.

    Raises:
        NodeError: about `source`: a weight contains NaN or an infinite value.
    """
    stat = file.stat()
    for name in _not_finite(str(file), stat.st_mtime_ns, stat.st_size):
        if names is None or name in names:
            raise NodeError(
                f"{file} is damaged: its weight {name} contains NaN or infinite values. Copy or "
                "download it again.",
                "source",
            )


@lru_cache(maxsize=64)
def _not_finite(path: str, mtime: int, size: int) -> tuple[str, ...]:
    """Return the names of the weights with a value that is not finite."""
    tensors = untrusted.read_header(Path(path))
    ordered = sorted(tensors.items(), key=lambda item: item[1].data_offsets)
    with open(path, "rb") as file:
        begin = 8 + int.from_bytes(file.read(8), "little")
        return tuple(name for name, tensor in ordered if not _is_finite(file, begin, tensor))


def _is_finite(file: BinaryIO, begin: int, tensor: untrusted.Tensor) -> bool:
    import numpy as np

    if tensor.dtype not in _BITS:  # integers
        return True
    kind, bits = _BITS[tensor.dtype]
    start, end = tensor.data_offsets
    file.seek(begin + start)
    for position in range(start, end, _CHUNK):
        values = np.frombuffer(file.read(min(_CHUNK, end - position)), kind)
        mask = values.dtype.type(bits)
        if ((values & mask) == mask).any():
            return False
    return True

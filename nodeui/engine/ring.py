"""A ring of pictures in shared memory: the way of previews from the worker to the editor.

The editor makes it and removes it; a worker that is killed leaves nothing behind. One process
writes and never waits. A reader that is too slow finds the slot written over and drops the picture.
"""

from __future__ import annotations

import math
import struct
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple, cast

_SERIAL = struct.Struct("<Q")
"""What a slot starts with: the serial of its picture, 0 while it is being written."""


class Place(NamedTuple):
    """Where a ring is to be found; what a worker needs to attach to it."""

    name: str
    slots: int
    slot_bytes: int


class Written(NamedTuple):
    """A picture in the ring: its RGB bytes start at `offset` and are `width * height * 3`."""

    offset: int
    width: int
    height: int
    serial: int


class Ring:
    """One side of the ring; see `create` and `attach`."""

    def __init__(self, memory: SharedMemory, slots: int, slot_bytes: int) -> None:
        self._memory = memory
        self._buffer = cast("memoryview", memory.buf)  # None only once it is closed
        self._slots = slots
        self._slot_bytes = slot_bytes
        self._serial = 0

    @classmethod
    def create(cls, slots: int = 4, slot_bytes: int = 1024 * 1024 * 3) -> Ring:
        """A new ring, whose owner has to `remove` it. A slot takes 1024 x 1024 pixels."""
        memory = SharedMemory(create=True, size=slots * (_SERIAL.size + slot_bytes))
        return cls(memory, slots, slot_bytes)

    @classmethod
    def attach(cls, place: Place) -> Ring:
        """The ring at `place`. Raises `FileNotFoundError` where it was removed."""
        return cls(SharedMemory(place.name), place.slots, place.slot_bytes)

    @property
    def place(self) -> Place:
        return Place(self._memory.name, self._slots, self._slot_bytes)

    def write(self, width: int, height: int, pixels: bytes) -> Written:
        """Put an RGB picture into the next slot; one too large is thinned out until it fits."""
        width, height, pixels = _thinned(width, height, pixels, self._slot_bytes)
        start = self._serial % self._slots * (_SERIAL.size + self._slot_bytes)
        offset = start + _SERIAL.size
        self._serial += 1
        _SERIAL.pack_into(self._buffer, start, 0)
        self._buffer[offset : offset + len(pixels)] = pixels
        _SERIAL.pack_into(self._buffer, start, self._serial)
        return Written(offset, width, height, self._serial)

    def read(self, written: Written) -> bytes | None:
        """A copy of the RGB bytes, or None where another picture has taken the slot."""
        buffer, (offset, width, height, serial) = self._buffer, written
        start = offset - _SERIAL.size
        if _SERIAL.unpack_from(buffer, start) != (serial,):
            return None
        pixels = bytes(buffer[offset : offset + width * height * 3])
        return pixels if _SERIAL.unpack_from(buffer, start) == (serial,) else None

    def close(self) -> None:
        """Let go of the memory; it stays for others."""
        self._memory.close()

    def remove(self) -> None:
        """Let go of the memory and give it back to the system."""
        self._memory.close()
        self._memory.unlink()


def _thinned(width: int, height: int, pixels: bytes, limit: int) -> tuple[int, int, bytes]:
    """The picture, or every k-th row and column of it, in at most `limit` bytes."""
    if len(pixels) <= limit:
        return width, height, pixels
    # Only workers come here, and they have NumPy; the editor starts faster without.
    import numpy as np

    stride = math.ceil(math.sqrt(len(pixels) / limit))
    picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[::stride, ::stride]
    while picture.nbytes > limit:  # Rounding up may leave a row too many.
        stride += 1
        picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[::stride, ::stride]
    return picture.shape[1], picture.shape[0], picture.tobytes()

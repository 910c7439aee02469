"""A ring buffer of pictures in shared memory, for previews from the worker to the editor.

The editor creates and removes it, so a killed worker leaves nothing behind. One process writes and
never waits. A reader that is too slow finds its slot overwritten and drops the picture.
"""

from __future__ import annotations

import math
import struct
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple, cast

_SERIAL = struct.Struct("<Q")
"""Header of a slot: the serial of its picture, 0 while it is being written."""


class Place(NamedTuple):
    """Name and size of a ring, for `Ring.attach`."""

    name: str
    slots: int
    slot_bytes: int


class Written(NamedTuple):
    """A picture in the ring: `width * height * 3` RGB bytes that start at `offset`."""

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
        """Create a ring, which its owner has to `remove`. By default a slot holds 1024 x 1024
        pixels."""
        memory = SharedMemory(create=True, size=slots * (_SERIAL.size + slot_bytes))
        return cls(memory, slots, slot_bytes)

    @classmethod
    def attach(cls, place: Place) -> Ring:
        """Open an existing ring.

        Raises:
            FileNotFoundError: it was removed.
        """
        return cls(SharedMemory(place.name), place.slots, place.slot_bytes)

    @property
    def place(self) -> Place:
        return Place(self._memory.name, self._slots, self._slot_bytes)

    def write(self, width: int, height: int, pixels: bytes) -> Written:
        """Write an RGB picture to the next slot; one that is too large is scaled down."""
        width, height, pixels = _scale_to_fit(width, height, pixels, self._slot_bytes)
        start = self._serial % self._slots * (_SERIAL.size + self._slot_bytes)
        offset = start + _SERIAL.size
        self._serial += 1
        _SERIAL.pack_into(self._buffer, start, 0)
        self._buffer[offset : offset + len(pixels)] = pixels
        _SERIAL.pack_into(self._buffer, start, self._serial)
        return Written(offset, width, height, self._serial)

    def read(self, written: Written) -> bytes | None:
        """Return a copy of the RGB bytes, or None if the slot was overwritten."""
        buffer, (offset, width, height, serial) = self._buffer, written
        start = offset - _SERIAL.size
        if _SERIAL.unpack_from(buffer, start) != (serial,):
            return None
        pixels = bytes(buffer[offset : offset + width * height * 3])
        return pixels if _SERIAL.unpack_from(buffer, start) == (serial,) else None

    def close(self) -> None:
        """Detach from the memory; other processes keep it."""
        self._memory.close()

    def remove(self) -> None:
        """Detach from the memory and delete it."""
        self._memory.close()
        self._memory.unlink()


def _scale_to_fit(width: int, height: int, pixels: bytes, limit: int) -> tuple[int, int, bytes]:
    """Return a picture of at most `limit` bytes: every k-th row and column if necessary."""
    if len(pixels) <= limit:
        return width, height, pixels
    # Only workers get here, and they have NumPy; the editor starts faster without it.
    import numpy as np

    stride = math.ceil(math.sqrt(len(pixels) / limit))
    picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[::stride, ::stride]
    while picture.nbytes > limit:  # rounding up may leave one row too many
        stride += 1
        picture = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)[::stride, ::stride]
    return picture.shape[1], picture.shape[0], picture.tobytes()

"""A ring buffer of pictures in shared memory, from the worker to the editor.

The editor creates and removes it, so a killed worker leaves nothing behind. One process writes, in
any thread, and never waits. A reader that is too slow finds the slot of a preview overwritten and
drops it. The slot of a picture that is kept is written again only after it was read.
"""

from __future__ import annotations

import math
import struct
import threading
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import NamedTuple, cast

_HEADER = struct.Struct("<QQ")
"""Header of a slot: the serial of its picture, 0 while it is being written; 1 if it is kept until
it is read."""
_EMPTY = _HEADER.pack(0, 0)


class Place(NamedTuple):
    """Name and size of a ring, for `Ring.attach`."""

    name: str
    slots: int
    slot_bytes: int


class Written(NamedTuple):
    """A picture in the ring: `width * height * channels` bytes that start at `offset`."""

    offset: int
    width: int
    height: int
    serial: int
    channels: int = 3


class Ring:
    """One side of the ring; see `create` and `attach`."""

    def __init__(self, memory: SharedMemory, slots: int, slot_bytes: int) -> None:
        self._memory = memory
        self._buffer = cast("memoryview", memory.buf)  # None only once it is closed
        self._slots = slots
        self._slot_bytes = slot_bytes
        self._serial = 0
        self._next = 0
        self._lock = threading.Lock()  # guards the two numbers above

    @classmethod
    def create(cls, slots: int = 4, slot_bytes: int = 1024 * 1024 * 3) -> Ring:
        """Create a ring, which its owner has to `remove`. By default a slot holds 1024 x 1024
        pixels."""
        memory = SharedMemory(create=True, size=slots * (_HEADER.size + slot_bytes))
        return cls(memory, slots, slot_bytes)

    @classmethod
    def attach(cls, place: Place) -> Ring:
        """Open an existing ring to write to it; what it contains is dropped.

        Raises:
            FileNotFoundError: it was removed.
        """
        ring = cls(SharedMemory(place.name), place.slots, place.slot_bytes)
        for slot in range(place.slots):
            start = ring._start(slot)
            ring._buffer[start : start + _HEADER.size] = _EMPTY
        return ring

    @property
    def place(self) -> Place:
        return Place(self._memory.name, self._slots, self._slot_bytes)

    def files(self) -> list[Path]:
        """Return the file that the memory is on Linux, which a confined worker has to open."""
        file = Path("/dev/shm", self._memory.name)
        return [file] if file.exists() else []

    def write(self, width: int, height: int, pixels: bytes, count: int = 1) -> Written:
        """Write previews, RGB, to the next slot; what is too large is scaled down.

        Args:
            width, height: Of each picture.
            pixels: The pictures, one after the other.
            count: Number of pictures.

        Returns:
            The place of the pictures, as one of `count` times the height.
        """
        width, height, pixels = _scale_to_fit(width, height, pixels, self._slot_bytes, count)
        with self._lock:
            offset = self._put(pixels, kept=False)
            return Written(offset, width, count * height, self._serial)

    def keep(self, width: int, height: int, channels: int, pixels: bytes) -> Written | None:
        """Write a picture that is kept until it is read.

        Returns:
            None if it is larger than a slot, or half of the slots were not read yet.
        """
        with self._lock:
            unread = sum(map(self._is_kept, range(self._slots)))
            if len(pixels) > self._slot_bytes or unread >= self._slots // 2:
                return None
            offset = self._put(pixels, kept=True)
            return Written(offset, width, height, self._serial, channels)

    def _put(self, pixels: bytes, *, kept: bool) -> int:
        """Write to the next slot that is not kept; return the offset of the pixels."""
        while self._is_kept(self._next):
            self._next = (self._next + 1) % self._slots
        start = self._start(self._next)
        offset = start + _HEADER.size
        self._next = (self._next + 1) % self._slots
        self._serial += 1
        _HEADER.pack_into(self._buffer, start, 0, 0)
        self._buffer[offset : offset + len(pixels)] = pixels
        _HEADER.pack_into(self._buffer, start, self._serial, kept)
        return offset

    def _start(self, slot: int) -> int:
        return slot * (_HEADER.size + self._slot_bytes)

    def _is_kept(self, slot: int) -> bool:
        return _HEADER.unpack_from(self._buffer, self._start(slot))[1] == 1

    def read(self, written: Written) -> bytes | None:
        """Return a copy of a picture's bytes, or None if its slot was overwritten.

        The slot of a picture that is kept is free again afterwards.

        Raises:
            ValueError: it does not fit into a slot, so the writer is not NodeUI's.
        """
        buffer, (offset, width, height, serial, channels) = self._buffer, written
        start = offset - _HEADER.size
        sized = min(width, height, channels) > 0 and width * height * channels <= self._slot_bytes
        if not sized or start not in map(self._start, range(self._slots)):
            raise ValueError("a picture outside of the ring")
        if _HEADER.unpack_from(buffer, start)[0] != serial:
            return None
        pixels = bytes(buffer[offset : offset + width * height * channels])
        found, kept = _HEADER.unpack_from(buffer, start)
        if found != serial:
            return None
        if kept:
            _HEADER.pack_into(buffer, start, serial, 0)
        return pixels

    def close(self) -> None:
        """Detach from the memory; other processes keep it."""
        self._memory.close()

    def remove(self) -> None:
        """Detach from the memory and delete it."""
        self._memory.close()
        self._memory.unlink()


def _scale_to_fit(
    width: int, height: int, pixels: bytes, limit: int, count: int
) -> tuple[int, int, bytes]:
    """Return pictures of at most `limit` bytes: every k-th row and column of each if necessary."""
    if len(pixels) <= limit:
        return width, height, pixels
    # Only workers get here, and they have NumPy; the editor starts faster without it.
    import numpy as np

    pictures = np.frombuffer(pixels, np.uint8).reshape(count, height, width, 3)
    stride = math.ceil(math.sqrt(len(pixels) / limit))
    scaled = pictures[:, ::stride, ::stride]
    while scaled.nbytes > limit:  # rounding up may leave one row too many
        stride += 1
        scaled = pictures[:, ::stride, ::stride]
    return scaled.shape[2], scaled.shape[1], scaled.tobytes()

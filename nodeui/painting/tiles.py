"""Remembers the pixels of layers before a change, so that its undo costs its own area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodeui.painting.coverage import NOTHING, Box

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.sheet import Sheet

    Array = NDArray[np.float32]

_SIDE = 128
"""Side of a tile in pixels."""


class Tiles:
    """Parts of some layers as they were.

    Args:
        sheet: The pixels.
        ids: Ids of the layers that change.
    """

    def __init__(self, sheet: Sheet, ids: Iterable[str]) -> None:
        self._sheet = sheet
        self._ids = tuple(ids)
        self._tiles: dict[tuple[int, int], dict[str, Array]] = {}
        self.bytes = 0

    def save(self, box: Box) -> None:
        """Copy what is within a box, and not copied yet, before it changes."""
        box &= self._sheet.box
        if not box:
            return
        layers = [(id, self._sheet.layers[id]) for id in self._ids if id in self._sheet.layers]
        for row in range(box.top // _SIDE, -(-box.bottom // _SIDE)):
            for column in range(box.left // _SIDE, -(-box.right // _SIDE)):
                if (row, column) not in self._tiles:
                    part = _tile(row, column).slices
                    kept = {id: pixels[:, *part].copy() for id, pixels in layers}
                    self._tiles[row, column] = kept
                    self.bytes += sum(array.nbytes for array in kept.values())

    def restore(self) -> Box:
        """Put the copies back; return the pixels that may have changed."""
        touched = NOTHING
        for (row, column), kept in self._tiles.items():
            box = _tile(row, column) & self._sheet.box
            for id, array in kept.items():
                if id in self._sheet.layers:
                    self._sheet.layers[id][:, *box.slices] = array
            touched |= box
        return touched


def _tile(row: int, column: int) -> Box:
    return Box(column * _SIDE, row * _SIDE, (column + 1) * _SIDE, (row + 1) * _SIDE)

"""Boxes in arrays: what lies in a part of the canvas is one comparison over all of them.

Ten thousand boxes take some tens of microseconds to search, with nothing to keep in balance while
nodes move; QGraphicsScene's index does it per item, through Python.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF

K = TypeVar("K", bound=Hashable)

Rows = NDArray[np.intp]


class Table(Generic[K]):
    """Rows of numbers by key; the first four are left, top, right, bottom.

    Args:
        columns: Numbers a row, from 4 on.

    Attributes:
        row: The row of each key.
        keys: The key of each row, None where it is free.
        data: (rows, columns) float64; NaN in free rows, so that no search finds them.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self.clear()

    def clear(self) -> None:
        """Remove all rows."""
        self.row: dict[K, int] = {}
        self.keys: list[K | None] = []
        self._free: list[int] = []
        self.data = np.full((16, self._columns), np.nan)

    def __len__(self) -> int:
        return len(self.row)

    def fill(self, keys: Sequence[K], data: ArrayLike) -> None:
        """Replace all rows at once."""
        self.clear()
        self.keys = list(keys)
        self.row = {key: row for row, key in enumerate(keys)}
        if keys:
            self.data = np.asarray(data, dtype=np.float64).reshape(len(keys), self._columns)

    def put(self, key: K, values: ArrayLike) -> None:
        """Write the row of `key`, new or not."""
        row = self.row.get(key)
        if row is None:
            row = self.row[key] = self._take(key)
        self.data[row] = values

    def _take(self, key: K) -> int:
        if self._free:
            row = self._free.pop()
            self.keys[row] = key
            return row
        row = len(self.keys)
        if row == len(self.data):
            self.data = np.concatenate([self.data, np.full_like(self.data, np.nan)])
        self.keys.append(key)
        return row

    def drop(self, key: K) -> None:
        """Remove the row of `key`."""
        row = self.row.pop(key)
        self.keys[row] = None
        self.data[row] = np.nan
        self._free.append(row)

    def rows_of(self, keys: Iterable[K]) -> Rows:
        """The rows of these keys."""
        return np.fromiter((self.row[key] for key in keys), dtype=np.intp)

    def keys_of(self, rows: Rows) -> list[K]:
        """The keys of these rows."""
        numbers: list[int] = rows.tolist()
        found = (self.keys[row] for row in numbers)
        return [key for key in found if key is not None]

    def rect(self, key: K) -> QRectF:
        """The box of `key`."""
        left, top, right, bottom = self.data[self.row[key], :4].tolist()
        return QRectF(left, top, right - left, bottom - top)

    def touching(self, rect: QRectF) -> Rows:
        """The rows whose boxes share a point with `rect`."""
        return np.flatnonzero(touching(self.data[: len(self.keys)], rect))

    def inside(self, rect: QRectF) -> Rows:
        """The rows whose boxes lie wholly in `rect`."""
        box = self.data[: len(self.keys)].T
        found = (box[0] >= rect.left()) & (box[2] <= rect.right())
        found &= (box[1] >= rect.top()) & (box[3] <= rect.bottom())
        return np.flatnonzero(found)

    def bounds(self, reach: float = np.inf) -> QRectF:
        """What all boxes lie within, or those in reach of the one in the middle; empty where
        there are none."""
        if not self.row:
            return QRectF()
        box = self.data[: len(self.keys)]
        if np.isfinite(reach):
            middle = np.nanpercentile(box[:, :2], 50, axis=0, method="lower")
            near = (np.abs(box[:, :2] - middle) <= reach).all(axis=1)
            box = box[near] if near.any() else box
        left, top = np.nanmin(box[:, :2], axis=0).tolist()
        right, bottom = np.nanmax(box[:, 2:4], axis=0).tolist()
        return QRectF(left, top, right - left, bottom - top)


def touching(boxes: NDArray[np.float64], rect: QRectF) -> NDArray[np.bool_]:
    """Which of k boxes (k, 4 or more) share a point with `rect`."""
    left, top, right, bottom = boxes[:, :4].T
    found = (left <= rect.right()) & (right >= rect.left())
    found &= (top <= rect.bottom()) & (bottom >= rect.top())
    return found


def different(values: NDArray[np.float64]) -> list[int]:
    """The whole numbers that occur, each once."""
    found: list[int] = np.unique(values).astype(int).tolist()
    return found

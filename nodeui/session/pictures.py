"""Pictures of values as Qt images."""

from __future__ import annotations

import itertools
import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from nodeui.engine.pictures import WHOLE, Levels, Pictures
from nodeui.engine.protocol import PictureFields, Preview, StepShown

_KEPT = 128 << 20
"""Bytes of pictures that a batch keeps after they were fetched in full."""

_SMALL_SIDE = 384
"""The longer side of picture files of a large batch, in pixels."""

_keys = itertools.count(1)


class PictureBatch:
    """The pictures of a value: one, or those of a batch.

    The pictures of a large batch are small at first; those that are looked at closely are fetched
    in full, and the last few of these are kept.

    Args:
        images: The pictures, all in full or all small.
        size: Their size in full; by default, that of the first one.
        paths: The files that they were read from, if any.

    Attributes:
        key: A number that no other batch has.
    """

    def __init__(
        self,
        images: Sequence[QImage],
        size: QSize | None = None,
        paths: Sequence[Path] = (),
    ) -> None:
        self.key = next(_keys)
        self.images = tuple(images)
        self.size = self.images[0].size() if size is None else size
        self._paths = tuple(paths)
        self._fetched: OrderedDict[int, QImage] = OrderedDict()

    @property
    def count(self) -> int:
        """The number of pictures, at least 1."""
        return len(self.images)

    @property
    def aspect(self) -> float:
        """Width / height of each picture."""
        return self.size.width() / max(1, self.size.height())

    @property
    def nbytes(self) -> int:
        """The memory that the pictures take."""
        images = (*self.images, *self._fetched.values())
        return sum(image.sizeInBytes() for image in images)

    def image(self, index: int) -> QImage:
        """Return a picture, counted from 0; the small one until it is fetched in full."""
        return self._fetched.get(index, self.images[index])

    def path(self, index: int) -> Path | None:
        """Return the file that a picture was read from; None without one."""
        return self._paths[index] if self._paths else None

    def is_full(self, index: int) -> bool:
        """True if a picture is there in full."""
        image = self.images[index]
        return index in self._fetched or image.isNull() or self.size == image.size()

    def keep(self, index: int, image: QImage) -> None:
        """Keep a picture that was fetched in full."""
        self._fetched[index] = image
        while len(self._fetched) > 1 and self.nbytes > _KEPT:
            self._fetched.popitem(last=False)

    def same_pixels(self, other: PictureBatch) -> bool:
        """True if another batch has the same pictures."""
        return self.size == other.size and self.images == other.images


def batch_of(shown: PictureFields) -> PictureBatch | None:
    """Return the pictures of a message, as images that own their bytes; None if it has none."""
    images = _images(shown.pixels, shown.columns, shown.rows, shown.channels, shown.count)
    return PictureBatch(images, QSize(shown.width, shown.height)) if images else None


def previews_of(shown: Preview | StepShown) -> PictureBatch | None:
    """Return the pictures of a preview or a step, as images that own their bytes."""
    images = _images(shown.pixels, shown.width, shown.height, 3, shown.count)
    return PictureBatch(images) if images else None


def to_batch(pictures: Pictures) -> PictureBatch | None:
    """Return pictures as images that own their bytes; None if no file is readable."""
    if not isinstance(pictures, Levels):
        return read_files(pictures)
    count, rows, columns, channels = pictures.pixels.shape
    images = _images(pictures.pixels.data.cast("B"), columns, rows, channels, count)
    return PictureBatch(images, QSize(pictures.width, pictures.height)) if images else None


def read_files(paths: Sequence[Path]) -> PictureBatch | None:
    """Read picture files: in full, or small if they are too many; None if none is readable."""
    regular = [str(path) if os.path.isfile(path) else "" for path in paths]  # not a pipe, a device
    readers = [QImageReader(name) for name in regular]
    for reader in readers:
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
    sizes = [_upright_size(reader) for reader in readers]
    full = len(paths) == 1 or sum(4 * s.width() * s.height() for s in sizes) <= WHOLE
    for reader, size in zip(readers, sizes, strict=True):
        if not full and max(size.width(), size.height()) > _SMALL_SIDE:
            side = QSize(_SMALL_SIDE, _SMALL_SIDE)
            small = reader.size().scaled(side, Qt.AspectRatioMode.KeepAspectRatio)
            reader.setScaledSize(small.expandedTo(QSize(1, 1)))
    images = [reader.read() for reader in readers]
    read = [place for place, image in enumerate(images) if not image.isNull()]
    if not read:
        return None
    size = images[read[0]].size() if full else sizes[read[0]]
    return PictureBatch(images, size, paths)


def _upright_size(reader: QImageReader) -> QSize:
    """Return the size of a picture after it is turned upright."""
    turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
    return reader.size().transposed() if turned else reader.size()


def to_image(levels: NDArray[Any]) -> QImage:
    """Return an image of uint8 levels (height, width, 1, 3 or 4), which owns its bytes."""
    height, width, channels = levels.shape
    images = _images(np.ascontiguousarray(levels).data.cast("B"), width, height, channels, 1)
    return images[0] if images else QImage()


_FORMATS = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBA8888,
}
"""By number of channels."""


def _images(
    pixels: bytes | memoryview, width: int, height: int, channels: int, count: int
) -> list[QImage]:
    """Return images of pictures that follow each other; none if there are not enough bytes."""
    size = width * height * channels
    format = _FORMATS.get(channels)
    if format is None or min(size, count) < 1 or len(pixels) != size * count:
        return []  # Qt would read beyond their end
    view = memoryview(pixels)
    parts = (view[place * size : (place + 1) * size] for place in range(count))
    return [QImage(part, width, height, channels * width, format).copy() for part in parts]

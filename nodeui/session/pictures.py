"""Pictures of values as Qt images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from nodeui.engine.pictures import Picture
from nodeui.engine.protocol import Preview, StepShown, ValuePicture


def to_image(picture: Picture) -> QImage:
    """Return a picture as an image that owns its bytes; a null image if its file is unreadable."""
    return from_levels(picture) if isinstance(picture, np.ndarray) else QImage(str(picture))


def from_levels(levels: NDArray[Any]) -> QImage:
    """Return an image of uint8 levels (height, width, 1, 3 or 4)."""
    height, width, channels = levels.shape
    return _image(levels.data, width, height, channels)


def from_bytes(shown: ValuePicture) -> QImage:
    """Return the picture of a run's value as an image that owns its bytes."""
    return _image(shown.pixels, shown.width, shown.height, shown.channels)


def _image(pixels: bytes | memoryview, width: int, height: int, channels: int) -> QImage:
    formats = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}
    format = formats.get(channels, QImage.Format.Format_RGBA8888)
    return QImage(pixels, width, height, channels * width, format).copy()


def from_rgb(shown: Preview | StepShown) -> QImage:
    """Return a picture from the worker as an image that owns its bytes."""
    format = QImage.Format.Format_RGB888
    return QImage(shown.pixels, shown.width, shown.height, 3 * shown.width, format).copy()

"""Values as pictures. Values are known by the name of their socket type alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

PICTURES = ("image", "mask", "files")
"""Socket types whose values can be shown, the most telling first."""


def picture_of(values: Iterable[tuple[str, Any]], folder: Path) -> QImage | None:
    """The picture of a node's values, or None where none of them can be shown.

    Args:
        values: Socket type and value of each output.
        folder: Where written files lie.
    """
    by_type = {type: value for type, value in values if value is not None}
    if "image" in by_type:
        return from_pixels(by_type["image"].pixels[0])
    if "mask" in by_type:
        return from_pixels(by_type["mask"].alpha[0])
    if "files" in by_type and by_type["files"].files:
        image = QImage(str(folder / by_type["files"].files[0].path))
        return None if image.isNull() else image
    return None


def from_pixels(pixels: NDArray[np.float32]) -> QImage:
    """An image of floats in [0, 1], of shape (height, width) or (height, width, 3 or 4)."""
    levels = np.ascontiguousarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))
    formats = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888}
    channels = levels.shape[2] if levels.ndim == 3 else 1
    height, width = levels.shape[:2]
    format = formats.get(channels, QImage.Format.Format_RGBA8888)
    return QImage(levels.data, width, height, channels * width, format).copy()

"""The sheet as it is seen: its pixels in 8 bits, and the looks of masks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from nodeui.engine.pictures import levels
from nodeui.painting.coverage import Box
from nodeui.painting.rasteriser import Rasteriser
from nodeui.painting.sheet import Kind

Bytes = NDArray[np.uint8]

_TINTS: Mapping[str, str] = {"red": "#ff2e2e", "green": "#23d160"}
"""Colours of masks, by look."""

_DASH = 4
"""Length of a dash of the marching ants, in pixels of the pane."""


def seen_levels(rasteriser: Rasteriser, box: Box) -> Bytes:
    """Return what is seen of a painting within a box, without the picture below a mask or regions.

    Returns:
        A mask: (height, width). Otherwise (height, width, 4): blue, green, red and alpha; alpha of
        regions is premultiplied.
    """
    if rasteriser.sheet.kind == "mask":
        return levels(rasteriser.pixels(box)[..., 0])
    if rasteriser.sheet.kind == "regions":
        pixels = _regions(rasteriser, box)
    else:
        pixels = rasteriser.pixels(box)
    found = np.full((box.height, box.width, 4), 255, np.uint8)
    found[..., 2::-1] = levels(pixels[..., :3])
    if pixels.shape[-1] == 4:
        found[..., 3] = levels(pixels[..., 3])
    return found


def _regions(rasteriser: Rasteriser, box: Box) -> NDArray[np.float32]:
    """Return the visible regions in their colours, RGBA, premultiplied."""
    seen = np.zeros((box.height, box.width, 4), np.float32)
    for layer in rasteriser.painting.layers:
        if not layer.hidden and layer.id in rasteriser.sheet.layers:
            area = rasteriser.sheet.layers[layer.id][-1][box.slices][..., None]
            red, green, blue = bytes.fromhex(layer.colour[1:])
            seen += area * np.array((red / 255, green / 255, blue / 255, 1), np.float32)
    return seen


class Seen:
    """The pixels of a sheet as an image that is changed in place.

    Args:
        width: In pixels.
        height: In pixels.
        kind: Kind of the sheet.

    Attributes:
        levels: Of a mask, (height, width) uint8; else (height, width, 4), see `seen_levels`.
        image: What is painted over the picture below.
    """

    def __init__(self, width: int, height: int, kind: Kind) -> None:
        self.kind: Kind = kind
        shape = (height, width) if kind == "mask" else (height, width, 4)
        self.levels: Bytes = np.zeros(shape, np.uint8)
        self._look = "grey"
        self._table = _table(self._look)
        self._tinted = np.zeros((height, width, 4), np.uint8) if kind == "mask" else self.levels
        format = QImage.Format.Format_ARGB32_Premultiplied
        if kind == "colour":
            format = QImage.Format.Format_ARGB32
        self.image = QImage(self._tinted.data, width, height, 4 * width, format)

    def put(self, box: Box, found: Bytes) -> None:
        """Replace the pixels within a box, as `seen_levels` returns them."""
        self.levels[box.slices] = found
        if self.kind == "mask":
            self._tinted[box.slices] = self._table[found]

    def colour(self, column: int, row: int) -> str:
        """Return the colour of a pixel of the painting, "#rrggbb"; of a mask, a grey."""
        found = self.levels[row, column]
        if self.kind == "mask":
            return "#" + 3 * f"{found:02x}"
        blue, green, red, _ = found.tolist()
        return f"#{red:02x}{green:02x}{blue:02x}"

    def look(self, look: str) -> None:
        """Show a mask in another look; see `EaselState.look`."""
        if look != self._look and self.kind == "mask":
            self._look = look
            self._table = _table(look)
            self._tinted[...] = self._table[self.levels]

    def picture(self) -> QImage:
        """Return a copy of the painting as the node returns it; regions lie on black."""
        height, width = self.levels.shape[:2]
        if self.kind == "mask":
            format = QImage.Format.Format_Grayscale8
            return QImage(self.levels.data, width, height, width, format).copy()
        if self.kind == "regions":
            return self.image.convertToFormat(QImage.Format.Format_RGB32)
        return self.image.copy()

    def paint(self, painter: QPainter, box: QRectF, veil: float, strokes: float = 1.0) -> None:
        """Paint the sheet over the picture below.

        Args:
            painter: The painter; its smoothness counts.
            box: The place of the sheet.
            veil: Opacity of tints and regions.
            strokes: Opacity of all.
        """
        opaque = self.kind == "colour" or (self.kind == "mask" and self._look == "grey")
        painter.setOpacity(strokes if opaque else strokes * veil)
        if self.kind != "mask" or self._look != "ants":
            painter.drawImage(box, self.image, QRectF(self.image.rect()))
        painter.setOpacity(1.0)

    def paint_ants(self, painter: QPainter, box: QRectF, part: QRect, phase: int) -> None:
        """Paint the outline of a mask: where it crosses one half.

        Args:
            painter: The painter.
            box: The place of the sheet in the pane.
            part: The pixels of the pane to paint.
            phase: How far the ants have marched, in device pixels.
        """
        ratio = painter.device().devicePixelRatioF()
        part = part.adjusted(-1, -1, 1, 1).intersected(box.toAlignedRect().adjusted(-1, -1, 1, 1))
        if part.isEmpty():
            return
        columns = (np.arange(round(part.width() * ratio)) + 0.5) / ratio + part.left()
        rows = (np.arange(round(part.height() * ratio)) + 0.5) / ratio + part.top()
        height, width = self.levels.shape
        x = np.floor((columns - box.left()) / box.width() * width).astype(np.intp)
        y = np.floor((rows - box.top()) / box.height() * height).astype(np.intp)
        inside = self.levels[y.clip(0, height - 1)[:, None], x.clip(0, width - 1)[None]] > 127
        inside &= ((y >= 0) & (y < height))[:, None] & ((x >= 0) & (x < width))[None]
        edge = np.zeros_like(inside)
        edge[:, 1:] |= inside[:, 1:] != inside[:, :-1]
        edge[1:] |= inside[1:] != inside[:-1]
        along = np.add.outer(
            np.floor(rows * ratio).astype(np.intp), np.floor(columns * ratio).astype(np.intp)
        )
        pixels = np.zeros((*edge.shape, 4), np.uint8)
        pixels[edge] = 255
        pixels[edge & ((along + phase) // round(_DASH * ratio) % 2 == 0), :3] = 0
        format = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(pixels.data, edge.shape[1], edge.shape[0], 4 * edge.shape[1], format)
        image.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(part.topLeft()), image)


def _table(look: str) -> Bytes:
    """Return the colour of each level, (256, 4): blue, green, red and alpha, premultiplied."""
    level = np.arange(256)
    if look not in _TINTS:
        return np.stack([level, level, level, np.full(256, 255)], -1).astype(np.uint8)
    tint = QColor(_TINTS[look])
    channels = (tint.blue(), tint.green(), tint.red(), 255)
    return np.stack([(level * channel + 127) // 255 for channel in channels], -1).astype(np.uint8)


def floats_of(image: QImage) -> NDArray[np.float32]:
    """Return the pixels of an image, (height, width, 3 or 4) float32 in [0, 1]."""
    return np.divide(bytes_of(image), np.float32(255), dtype=np.float32)


def bytes_of(image: QImage) -> Bytes:
    """Return the pixels of an image, (height, width, 3 or 4) uint8."""
    channels = 4 if image.hasAlphaChannel() else 3
    format = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGBX8888
    image = image.convertToFormat(format)
    size = image.height(), image.bytesPerLine() // 4, 4
    found = np.frombuffer(image.constBits(), np.uint8).reshape(size)
    return found[:, : image.width(), :channels].copy()

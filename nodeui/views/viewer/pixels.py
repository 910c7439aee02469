"""Texts about the pixel under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage


def pixel_text(pixel: tuple[int, int], size: QSize, images: Sequence[QImage]) -> str:
    """Return the place and colour of a pixel.

    Args:
        pixel: The pixel (x, y).
        size: The size that pixels are counted in; pictures of other sizes are scaled to it.
        images: One picture, or two that are compared.
    """
    x, y = pixel[0] / size.width(), pixel[1] / size.height()
    colours = [_colour(image, x, y) for image in images]
    text = f"{_levels(colours[0], 'R {} G {} B {}', ' A {}')}  {colours[0].name()}"
    if len(colours) > 1:
        text = f"A  {_levels(colours[0])}   B  {_levels(colours[1])}"
    return f"{pixel[0]}, {pixel[1]}   {text}"


def _colour(image: QImage, x: float, y: float) -> QColor:
    """Return the colour at a point of a picture, in fractions [0, 1)."""
    return image.pixelColor(int(x * image.width()), int(y * image.height()))


def _levels(colour: QColor, form: str = "{} {} {}", alpha: str = " {}") -> str:
    """Format the channels of a colour; alpha only if it is not opaque."""
    text = form.format(colour.red(), colour.green(), colour.blue())
    return text + (alpha.format(colour.alpha()) if colour.alpha() < 255 else "")

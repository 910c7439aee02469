"""Places pictures on a sheet by an affine transform, with smooth edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nodeui.painting.coverage import NOTHING, Box, around, polygon
from nodeui.painting.sheet import BRIGHTNESS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Exact = NDArray[np.float64]
    Picture = NDArray[Any]

Place = tuple[float, ...]
"""An affine matrix, as `marks.Layer.place`."""

_NEAR = 1e-3
"""Distance from whole pixels, in pixels, at which a picture is copied without resampling."""

_PAD = 2
"""Pixels that bicubic interpolation needs around a picture."""


def fitted(width: int, height: int, sheet: Box) -> Place:
    """Return the place of a picture in the middle of a sheet, as large as fits.

    Args:
        width: Width of the picture in pixels.
        height: Height of the picture.
        sheet: All pixels of the sheet.
    """
    scale = min(sheet.width / width, sheet.height / height)
    across, down = scale * width / sheet.width, scale * height / sheet.height
    return across, 0.0, 0.0, down, (1 - across) / 2, (1 - down) / 2


def at(left: float, top: float, width: float, height: float, sheet: Box) -> Place:
    """Return the place of a picture in an upright rectangle of pixels."""
    wide, high = sheet.width, sheet.height
    return width / wide, 0.0, 0.0, height / high, left / wide, top / high


def placed(picture: Picture, place: Place, channels: int, sheet: Box) -> tuple[Box, Array]:
    """Return a picture on a sheet.

    A picture that lies on whole pixels at its own size is copied; else it is reduced by area and
    interpolated bicubically, and a pixel at its edge is covered by its area.

    Args:
        picture: (height, width, 1, 3 or 4): float32 in [0, 1], uint8 or uint16, alpha not
            premultiplied.
        place: Where it is; see `fitted` for an empty one.
        channels: Colour channels of the result: 3, or 1 for its brightness (ITU-R BT.709).
        sheet: All pixels of the sheet.

    Returns:
        The pixels that it may cover, and its part there, (channels + 1, height, width) float32 in
        [0, 1], alpha last, premultiplied.
    """
    import numpy as np

    height, width = picture.shape[:2]
    a, b, c, d, e, f = place or fitted(width, height, sheet)
    wide, high = sheet.width, sheet.height
    matrix = np.array(  # from pixels of the picture to those of the sheet
        [[a * wide / width, c * wide / height, e * wide],
         [b * high / width, d * high / height, f * high]]
    )  # fmt: skip
    corners = _moved(matrix, [(0, 0), (width, 0), (width, height), (0, height)])
    box = around(corners.round(3)) & sheet
    if not box:
        return NOTHING, np.zeros((channels + 1, 0, 0), np.float32)
    offset = matrix[:, 2].round()
    if np.abs(corners - offset - _upright(width, height)).max() < _NEAR:
        left, top = int(offset[0]), int(offset[1])
        return box, _premultiplied(picture[box.inside(Box(left, top, 0, 0))], channels)
    layer = _premultiplied(picture, channels)
    layer, matrix = _reduced(layer, matrix)
    warped = _warped(layer, matrix, box)
    inner, covered = polygon(corners, box)
    share = np.zeros((box.height, box.width), np.float32)
    share[inner.inside(box)] = covered
    warped[-1] = (warped[-1].clip(0, 1) * share).astype(np.float32)
    warped[:-1] = np.minimum((warped[:-1] * share).clip(0), warped[-1])
    return box, warped


def _upright(width: int, height: int) -> Exact:
    import numpy as np

    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)


def _moved(matrix: Exact, points: Sequence[tuple[float, float]]) -> Exact:
    import numpy as np

    return np.asarray(np.array(points, np.float64) @ matrix[:, :2].T + matrix[:, 2])


def _premultiplied(picture: Picture, channels: int) -> Array:
    """Return a picture as (channels + 1, height, width) float32, alpha last, premultiplied."""
    import numpy as np

    levels = np.moveaxis(picture, -1, 0).astype(np.float32)
    if picture.dtype.kind == "u":
        levels /= np.float32(np.iinfo(picture.dtype).max)
    layer = np.ones((channels + 1, *picture.shape[:2]), np.float32)
    colour = levels[:3]
    if channels == 1 and len(colour) == 3:
        red, green, blue = colour  # of greys, exactly their level
        colour = green + BRIGHTNESS[0] * (red - green) + BRIGHTNESS[2] * (blue - green)
    layer[:-1] = colour
    if len(levels) == 4:
        layer[-1] = levels[3]
        layer[:-1] *= levels[3]
    return layer


def _reduced(layer: Array, matrix: Exact) -> tuple[Array, Exact]:
    """Reduce a picture to the size at which it is seen; return it and its matrix."""
    import numpy as np
    from PIL import Image

    height, width = layer.shape[1:]
    across, down = np.hypot(matrix[0, :2], matrix[1, :2])
    wide = min(width, max(1, math.ceil(width * across - _NEAR)))
    high = min(height, max(1, math.ceil(height * down - _NEAR)))
    if (wide, high) == (width, height):
        return layer, matrix
    parts = [
        np.asarray(Image.fromarray(part).resize((wide, high), Image.Resampling.BOX))
        for part in layer
    ]
    scale = np.array((width / wide, height / high, 1.0))
    return np.stack(parts), matrix * scale


def _warped(layer: Array, matrix: Exact, box: Box) -> Array:
    """Return the pixels of a box of the sheet; the edges of the picture continue outside of it."""
    import numpy as np
    from PIL import Image

    linear = np.linalg.inv(matrix[:, :2])
    shift = linear @ (np.array((box.left, box.top)) - matrix[:, 2]) + _PAD
    back = (*linear[0], shift[0], *linear[1], shift[1])
    padded = np.pad(layer, ((0, 0), (_PAD, _PAD), (_PAD, _PAD)), "edge")
    parts: list[Array] = []
    for part in padded:
        picture = Image.fromarray(part)
        warped = picture.transform(
            (box.width, box.height), Image.Transform.AFFINE, back, Image.Resampling.BICUBIC
        )
        parts.append(np.asarray(warped))
    return np.stack(parts)

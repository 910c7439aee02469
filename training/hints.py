"""Makes the hints of the three ControlNets from renders.

All are grey pictures in three channels, in [0, 1]:

depth   0 is sky; the rest runs from 0.1 (the farthest thing seen) to 1 (the nearest), linear in
        the logarithm of the distance, normalised per picture (`render.depth_hint`)
canny   white edges on black, as `cv2.Canny` finds them in the picture, thresholds about 100 / 200
sketch  white lines on black: skyline, shores and outlines, shaky, thick and partly missing, as if
        drawn by hand
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from training.dataset import Renders
from training.render import SKY, THING, WATER

KINDS = ("depth", "canny", "sketch")


def depth_hint(depth: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
    """Return the depth, exact or slightly distorted and blurred like estimated depth maps."""
    hint = depth.astype(np.float32) / 255.0
    if rng is None:
        return hint
    solid = hint > 0.03
    if rng.random() < 0.5:
        hint = np.where(
            solid, 0.1 + 0.9 * np.clip((hint - 0.1) / 0.9, 0, 1) ** rng.uniform(0.6, 1.7), hint
        )
    if rng.random() < 0.3:
        hint = np.where(
            solid, (hint - 0.1) * rng.uniform(0.85, 1.1) + rng.uniform(0.02, 0.15), hint
        )
    if rng.random() < 0.4:
        hint = cv2.GaussianBlur(hint, (0, 0), rng.uniform(0.5, 2.0))
    return np.clip(hint, 0, 1).astype(np.float32)


def canny_hint(rgb: np.ndarray, rng: np.random.Generator | None = None) -> np.ndarray:
    """Return the edges of the picture."""
    low, high = 100.0, 200.0
    if rng is not None:
        low = rng.uniform(50, 120)
        high = low * rng.uniform(1.6, 2.4)
    return cv2.Canny(np.ascontiguousarray(rgb), low, high).astype(np.float32) / 255.0


def sketch_hint(depth: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw outlines as if by hand."""
    size = depth.shape[0]
    level = depth.astype(np.int16)
    ground = np.where(kind == SKY, 0, np.where(kind == WATER, 2, 1))
    style = rng.random()
    if style < 0.25:  # the skyline only, trees and houses left out where they stand before land
        layer = (kind == SKY).astype(np.int16)
        jump = 99.0
    else:
        layer = ground if style < 0.6 else np.where(kind == THING, 3, ground)
        jump = rng.uniform(14, 40)
    lines = np.zeros(depth.shape, bool)
    for axis in (0, 1):
        differs = np.diff(layer, axis=axis) != 0
        if jump < 99.0:
            differs |= np.abs(np.diff(level, axis=axis)) > jump
        lines |= np.pad(differs, [(0, 1) if a == axis else (0, 0) for a in (0, 1)])
    ink = lines.astype(np.float32)

    # a shaky hand: displace everything by a smooth random field
    def field(cells: int, reach: float) -> np.ndarray:
        grid = rng.standard_normal((cells, cells)).astype(np.float32) * reach
        return cv2.resize(grid, (size, size), interpolation=cv2.INTER_CUBIC)

    coarse, fine = rng.uniform(0.0, 1.6), rng.uniform(0.0, 0.6)
    shift = [field(5, coarse) + field(14, fine) for _ in range(2)]
    ys, xs = np.mgrid[0:size, 0:size].astype(np.float32)
    ink = cv2.dilate(ink, np.ones((2, 2), np.uint8))
    ink = cv2.remap(ink, xs + shift[0], ys + shift[1], cv2.INTER_LINEAR)

    if rng.random() < 0.6:  # lines that were not finished
        gaps = rng.random((9, 9)).astype(np.float32)
        gaps = cv2.resize(gaps, (size, size), interpolation=cv2.INTER_CUBIC)
        ink = ink * (gaps > rng.uniform(0.1, 0.45))
    thick = int(rng.integers(1, 4))
    if thick > 1:
        ink = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thick, thick)))
    ink = (ink > 0.35).astype(np.float32)
    return cv2.GaussianBlur(ink, (3, 3), 0) if rng.random() < 0.5 else ink


def make_hint(
    which: str, data: Renders, i: int, rng: np.random.Generator, plain: bool = False
) -> np.ndarray:
    """Return the hint of render number `i`; `plain` omits the variations of depth and canny."""
    vary = None if plain else rng
    if which == "depth":
        return depth_hint(data.depth[i], vary)
    if which == "canny":
        return canny_hint(data.rgb[i], vary)
    return sketch_hint(data.depth[i], data.kind[i], rng)


def plain_hints(which: str, data: Renders, indices: Iterable[int]) -> np.ndarray:
    """Return reproducible hints of some renders, without variations: (n, 128, 128)."""
    rng = np.random.default_rng
    return np.stack([make_hint(which, data, i, rng(i), plain=True) for i in indices])

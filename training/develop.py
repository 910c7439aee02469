"""Turns linear light into the finished picture: downscaling, bloom, tone curve and colours."""

from __future__ import annotations

import numpy as np

from training.light import tone
from training.terrain import jit


def shrink(x: np.ndarray, over: int) -> np.ndarray:
    """Average every `over` by `over` samples."""
    h, w = x.shape[0] // over, x.shape[1] // over
    return x.reshape(h, over, w, over, -1).mean((1, 3)).squeeze()


@jit
def _tone_all(canvas: np.ndarray) -> np.ndarray:
    out = np.empty_like(canvas)
    for r in range(canvas.shape[0]):
        for c in range(canvas.shape[1]):
            for i in range(3):
                out[r, c, i] = tone(canvas[r, c, i])
    return out


def develop(canvas: np.ndarray, over: int) -> np.ndarray:
    """Turn linear light into the picture: bloom, tone curve, slightly more saturation."""
    small = shrink(canvas, over)
    bright = np.clip(small - 0.9, 0.0, 2.5)
    bloom = sum(_blur(bright, s) * w for s, w in ((2, 0.25), (6, 0.2), (14, 0.12)))
    rgb = _tone_all(np.minimum(small, 6.0) + bloom)
    grey = rgb.mean(-1, keepdims=True)
    rgb = grey + (rgb - grey) * 1.12
    return np.round(np.clip(rgb, 0, 1) * 255).astype(np.uint8)


def _blur(x: np.ndarray, radius: int) -> np.ndarray:
    """Blur by two box filters per axis, which approximates a Gaussian."""
    for axis in (0, 1):
        for _ in range(2):
            pad = [(0, 0)] * x.ndim
            pad[axis] = (radius + 1, radius)
            total = np.cumsum(np.pad(x, pad, mode="edge"), axis=axis)
            n = total.shape[axis]
            width = 2 * radius + 1
            ahead = np.take(total, range(width, n), axis=axis)
            x = (ahead - np.take(total, range(n - width), axis=axis)) / width
    return x

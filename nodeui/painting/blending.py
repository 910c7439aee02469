"""Blend modes (W3C, Compositing and Blending Level 1, sections 5.1, 9 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

Mode = Literal[
    "normal", "multiply", "screen", "overlay", "soft light", "add", "difference", "luminosity"
]
"""Blend modes. "add" saturates at white; the others are those of the W3C."""


def composite(base: Array, top: Array, mode: Mode, opacity: Array | float = 1.0) -> Array:
    """Blend pictures over others.

    Args:
        base: The backdrop, (..., 3 or 4) float32 in [0, 1], alpha not premultiplied.
        top: The source, likewise.
        mode: The blend mode.
        opacity: Factor for the alpha of `top`: a number, or (...) in [0, 1].

    Returns:
        Pictures with as many channels as `base`.
    """
    import numpy as np

    cb, cs = base[..., :3], top[..., :3]
    blended = blend(cb, cs, mode)
    source = np.asarray(opacity, np.float32)[..., None]
    if top.shape[-1] == 4:
        source = source * top[..., 3:]
    if base.shape[-1] == 3:
        return (cb + source * (blended - cb)).clip(0, 1).astype(np.float32)
    back = base[..., 3:]
    alpha = source + back - source * back
    light = (1 - source) * back * cb + (1 - back) * source * cs + source * back * blended
    colour = np.divide(light, alpha, out=np.zeros_like(light), where=alpha > 0)
    return np.concatenate([colour, alpha], -1).clip(0, 1).astype(np.float32)


def blend(cb: Array, cs: Array, mode: Mode) -> Array:
    """Return the blend function B of opaque colours.

    Args:
        cb: Colours of the backdrop, (..., 3 or 1) float32 in [0, 1].
        cs: Colours of the source, likewise.
        mode: The blend mode.
    """
    import numpy as np

    match mode:
        case "normal":
            return cs
        case "multiply":
            return cb * cs
        case "screen":
            return np.asarray(cb + cs - cb * cs, np.float32)
        case "overlay":
            lighter = 1 - 2 * (1 - cb) * (1 - cs)
            return np.asarray(np.where(cb <= 0.5, 2 * cb * cs, lighter), np.float32)
        case "soft light":
            return _soft_light(cb, cs)
        case "add":
            return np.asarray(np.minimum(cb + cs, 1), np.float32)
        case "difference":
            return np.abs(cb - cs)
        case "luminosity":
            return _with_luminosity(cb, _luminosity(cs))


def _soft_light(cb: Array, cs: Array) -> Array:
    import numpy as np

    lighter = np.where(cb <= 0.25, ((16 * cb - 12) * cb + 4) * cb, np.sqrt(cb))
    dark = cb - (1 - 2 * cs) * cb * (1 - cb)
    return np.where(cs <= 0.5, dark, cb + (2 * cs - 1) * (lighter - cb))


def _luminosity(colour: Array) -> Array:
    """Return the luminosity of colours, (..., 1); that of greys is their level."""
    import numpy as np

    if colour.shape[-1] == 1:
        return colour
    return (colour @ np.array((0.3, 0.59, 0.11), np.float32))[..., None]


def _with_luminosity(colour: Array, wanted: Array) -> Array:
    """Return colours of another luminosity (`SetLum` and `ClipColor`, section 10.2)."""
    import numpy as np

    shifted = colour + (wanted - _luminosity(colour))
    low, high = shifted.min(-1, keepdims=True), shifted.max(-1, keepdims=True)
    away = shifted - wanted
    below = wanted + away * wanted / np.maximum(wanted - low, 1e-12)
    shifted = np.where(low < 0, below, shifted)
    away = shifted - wanted
    above = wanted + away * (1 - wanted) / np.maximum(high - wanted, 1e-12)
    return np.where(high > 1, above, shifted)

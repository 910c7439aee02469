"""Blend modes against the formulas of the W3C, written out for single colours."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.painting.blending import Mode, blend, composite

Colour = tuple[float, float, float]

LEVELS = st.floats(0, 1, width=32)
COLOURS = st.tuples(LEVELS, LEVELS, LEVELS)


def soft_light(cb: float, cs: float) -> float:
    if cs <= 0.5:
        return cb - (1 - 2 * cs) * cb * (1 - cb)
    d = ((16 * cb - 12) * cb + 4) * cb if cb <= 0.25 else math.sqrt(cb)
    return cb + (2 * cs - 1) * (d - cb)


def hard_light(cb: float, cs: float) -> float:
    return cb * 2 * cs if cs <= 0.5 else cb + (2 * cs - 1) - cb * (2 * cs - 1)


SEPARABLE: dict[str, Callable[[float, float], float]] = {
    "normal": lambda cb, cs: cs,
    "multiply": lambda cb, cs: cb * cs,
    "screen": lambda cb, cs: cb + cs - cb * cs,
    "overlay": lambda cb, cs: hard_light(cs, cb),
    "soft light": soft_light,
    "add": lambda cb, cs: min(1, cb + cs),
    "difference": lambda cb, cs: abs(cb - cs),
}


def lum(c: Colour) -> float:
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def clip_colour(c: Colour) -> list[float]:
    light, low, high = lum(c), min(c), max(c)
    found = list(c)
    if low < 0:
        found = [light + (x - light) * light / (light - low) for x in found]
    if high > 1:
        found = [light + (x - light) * (1 - light) / (high - light) for x in found]
    return found


def luminosity(cb: Colour, cs: Colour) -> list[float]:
    d = lum(cs) - lum(cb)
    return clip_colour((cb[0] + d, cb[1] + d, cb[2] + d))


def test_all_modes_are_tested():
    assert {*SEPARABLE, "luminosity"} == set(get_args(Mode))


def array(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


@pytest.mark.parametrize("mode", SEPARABLE)
@given(cb=COLOURS, cs=COLOURS)
def test_separable_modes(mode: Mode, cb: Colour, cs: Colour):
    expected = [SEPARABLE[mode](b, s) for b, s in zip(cb, cs, strict=True)]
    np.testing.assert_allclose(blend(array(*cb), array(*cs), mode), expected, atol=2e-6)


@given(cb=COLOURS, cs=COLOURS)
def test_luminosity(cb: Colour, cs: Colour):
    found = blend(array(*cb), array(*cs), "luminosity")
    np.testing.assert_allclose(found, luminosity(cb, cs), atol=2e-4)
    assert lum(tuple(found.tolist())) == pytest.approx(lum(cs), abs=2e-4)


@pytest.mark.parametrize("mode", get_args(Mode))
@given(cb=COLOURS, cs=COLOURS, ab=LEVELS, as_=LEVELS)
def test_compositing(mode: Mode, cb: Colour, cs: Colour, ab: float, as_: float):
    """Co = as (1 - ab) Cs + as ab B(Cb, Cs) + (1 - as) ab Cb, section 5.1 (8)."""
    found = composite(array(*cb, ab), array(*cs, as_), mode)
    alpha = as_ + ab * (1 - as_)
    assert found[3] == pytest.approx(alpha, abs=1e-6)
    mixed = blend(array(*cb), array(*cs), mode)
    for channel in range(3):
        light = (
            as_ * (1 - ab) * cs[channel] + as_ * ab * mixed[channel] + (1 - as_) * ab * cb[channel]
        )
        assert found[channel] * found[3] == pytest.approx(light, abs=1e-5)


@given(cb=COLOURS, cs=COLOURS)
def test_nothing_on_top_keeps_the_bits(cb: Colour, cs: Colour):
    below = array(*cb)
    np.testing.assert_array_equal(composite(below, array(*cs), "screen", 0.0), below)

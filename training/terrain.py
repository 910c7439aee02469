"""Noise and the height of the land, compiled with numba."""

from __future__ import annotations

from math import exp, floor, sin, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit

MOUNTAINS, HILLS, MEADOW, DUNES, CANYON, ISLANDS, CLIFFS = range(7)
NO_WATER, LAKE, RIVER, SEA = range(4)

jit = njit(cache=True, fastmath=True)


class Land(NamedTuple):
    """Parameters of the ground."""

    terrain: int
    water: int
    seed: int
    amplitude: float
    scale: float
    level: float  # height of the water surface
    side: float  # -1 or 1: which side the coast, the headland lies on
    phase: float
    centre_x: float  # of the lake
    centre_z: float
    radius_x: float
    radius_z: float


@jit
def lattice(ix: int, iy: int, seed: int) -> float:
    """Return the random number in [-1, 1) of a lattice point."""
    n = (ix * 374761393 + iy * 668265263 + seed * 1442695041) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    n = ((n ^ (n >> 16)) * 461845907) & 0xFFFFFFFF
    return ((n >> 8) & 0xFFFF) / 32768.0 - 1.0


@jit
def noise(x: float, y: float, seed: int) -> float:
    """Return smooth value noise in [-1, 1]."""
    fx, fy = floor(x), floor(y)
    ix, iy = int(fx), int(fy)
    u, v = x - fx, y - fy
    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0)
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0)
    a, b = lattice(ix, iy, seed), lattice(ix + 1, iy, seed)
    c, d = lattice(ix, iy + 1, seed), lattice(ix + 1, iy + 1, seed)
    return (a + u * (b - a)) * (1.0 - v) + (c + u * (d - c)) * v


@jit
def fbm(x: float, y: float, octaves: int, seed: int) -> float:
    """Return fractal noise; each octave is slightly rotated to hide the grid."""
    total, weight = 0.0, 0.5
    for k in range(octaves):
        total += weight * noise(x, y, seed + k)
        x, y = 1.62 * x - 1.17 * y + 3.1, 1.17 * x + 1.62 * y - 1.7
        weight *= 0.5
    return total


@jit
def ridged(x: float, y: float, octaves: int, seed: int) -> float:
    """Return ridged noise, sharp crests and smooth valleys, about 0 to 1."""
    total, weight, gain = 0.0, 0.55, 1.0
    for k in range(octaves):
        n = 1.0 - abs(noise(x, y, seed + k))
        n *= n
        total += weight * n * gain
        gain = min(1.0, n * 1.6)
        x, y = 1.62 * x - 1.17 * y + 3.1, 1.17 * x + 1.62 * y - 1.7
        weight *= 0.47
    return total


@jit
def smoothstep(a: float, b: float, x: float) -> float:
    """Return 0 below a, 1 above b, and a smooth step between."""
    t = min(1.0, max(0.0, (x - a) / (b - a)))
    return t * t * (3.0 - 2.0 * t)


@jit
def mix(a: float, b: float, t: float) -> float:
    """Interpolate from a to b."""
    return a + (b - a) * t


@jit
def _islands(land: Land, x: float, z: float, octaves: int) -> float:
    height = -1.2
    rough = fbm(x * 0.22, z * 0.22, octaves, land.seed)
    for k in range(4):
        a = lattice(k, 11, land.seed)
        b = lattice(k, 12, land.seed) * 0.5 + 0.5
        c = lattice(k, 13, land.seed) * 0.5 + 0.5
        cz = 12.0 + 34.0 * (0.25 * k + 0.2 * b)
        cx = a * cz * 0.5
        radius = 2.6 + 3.6 * c + 0.06 * cz
        dx, dz = (x - cx) / radius, (z - cz) / (radius * 0.8)
        r2 = dx * dx + dz * dz
        if r2 < 6.0:
            bump = exp(-1.4 * r2) * (1.3 + land.amplitude * (1.2 + 2.6 * b))
            height = max(height, bump * (0.85 + 1.1 * rough) - 0.55)
    return height


@jit
def _canyon(land: Land, x: float, z: float, octaves: int) -> float:
    warp = fbm(x * 0.09, z * 0.09, octaves, land.seed)
    middle = 2.2 * sin(z * 0.11 + land.phase) + 0.06 * z * land.side
    wall = (abs(x - middle) - 2.2 - 0.05 * z) / (6.0 + 0.1 * z) + 0.55 * warp
    mesa = smoothstep(
        0.12, 0.3, fbm(x * 0.045, z * 0.045, 3, land.seed + 40) * smoothstep(14, 30, z)
    )
    rise = max(smoothstep(0.0, 0.9, wall), 0.75 * mesa) * 8.5 * land.amplitude
    step = 1.7
    level = rise / step
    base = floor(level)
    part = level - base
    rise = (base + smoothstep(0.55, 0.95, part) * 0.85 + 0.15 * part) * step
    return rise + 0.25 * warp


@jit
def _dunes(land: Land, x: float, z: float, octaves: int) -> float:
    warp = 0.55 * fbm(x * 0.07, z * 0.07, min(octaves, 3), land.seed)
    height = 0.0
    for k in range(2):
        f = (0.06 + 0.05 * k) * land.scale
        q = x * f * 0.8 * land.side + z * f * 0.75 + warp * (2.2 - k) + land.phase + 0.37 * k
        t = q - floor(q)
        crest = t / 0.72 if t < 0.72 else (1.0 - t) / 0.28
        height += (2.5 - 1.5 * k) * crest * sqrt(crest) * (0.75 + warp)
    return height * land.amplitude * (0.35 + 0.65 * smoothstep(2.0, 16.0, z))


@jit
def _dry(land: Land, x: float, z: float, octaves: int) -> float:
    """Return the height of the land before water has cut into it."""
    s, seed = land.scale, land.seed
    if land.terrain == MOUNTAINS:
        near = 0.5 * fbm(x * 0.16, z * 0.16, octaves, seed + 20)
        rise = smoothstep(9.0, 34.0, z + 0.5 * abs(x))
        warp = 1.5 * fbm(x * 0.05, z * 0.05, 2, seed + 30)
        ridge = ridged(x * 0.045 * s + warp, z * 0.045 * s, octaves, seed)
        return near + rise * (16.0 * land.amplitude * ridge * sqrt(ridge) - 0.8)
    if land.terrain == HILLS:
        roll = fbm(x * 0.075 * s, z * 0.075 * s, min(octaves, 4), seed)
        far = fbm(x * 0.03, z * 0.03, min(octaves, 4), seed + 20)
        rise = smoothstep(2.0, 16.0, z)
        back = smoothstep(22.0, 55.0, z)
        return land.amplitude * (3.4 * roll * rise + back * (4.0 + 7.0 * far))
    if land.terrain == MEADOW:
        far = 0.5 + fbm(x * 0.035, z * 0.035, min(octaves, 4), seed + 20)
        back = smoothstep(26.0, 70.0, z)
        return 0.4 * fbm(x * 0.12, z * 0.12, octaves, seed) + back * 4.5 * land.amplitude * far
    if land.terrain == DUNES:
        return _dunes(land, x, z, octaves)
    if land.terrain == CANYON:
        return _canyon(land, x, z, octaves)
    if land.terrain == ISLANDS:
        return _islands(land, x, z, octaves)
    bend = 2.6 * sin(z * 0.16 + land.phase) + 2.2 * fbm(x * 0.1, z * 0.12, octaves, seed)
    inland = x * land.side + bend - 1.5 + 0.06 * z * sin(land.phase)
    top = (4.2 + 1.5 * fbm(x * 0.05, z * 0.05, 3, seed + 20)) * land.amplitude
    face = smoothstep(0.0, 1.5, inland) * 0.75 + 0.25 * smoothstep(0.0, 6.0, inland)
    return -1.4 + face * (top + 1.4) + 0.15 * fbm(x * 0.6, z * 0.6, min(octaves, 3), seed + 5)


@jit
def ground(land: Land, x: float, z: float, octaves: int) -> float:
    """Return the height of the ground at a place, including lake and river beds."""
    h = _dry(land, x, z, octaves)
    level = land.level
    if land.water == LAKE:
        dx, dz = (x - land.centre_x) / land.radius_x, (z - land.centre_z) / land.radius_z
        r = sqrt(dx * dx + dz * dz) + 0.3 * fbm(x * 0.25, z * 0.25, min(octaves, 4), land.seed + 50)
        h = mix(h, level + 0.18 + 0.15 * h, 1.0 - smoothstep(1.05, 2.2, r))
        h = mix(h, level - 0.5, 1.0 - smoothstep(0.8, 1.1, r))
        h = max(h, level - 0.5 + 0.7 * smoothstep(0.95, 1.05, r))
    elif land.water == RIVER:
        bend = sin(z * 0.23 + land.phase) + 0.5 * sin(z * 0.11 + 2.0 * land.phase)
        middle = 2.4 * bend if land.terrain != CANYON else 2.2 * sin(z * 0.11 + land.phase)
        middle += 0.06 * z * land.side
        r = abs(x - middle) / (0.95 + 0.035 * z)
        r += 0.3 * fbm(x * 0.4, z * 0.4, min(octaves, 3), land.seed + 50)
        r += 6.0 * smoothstep(32.0, 48.0, z)
        h = mix(h, level + 0.15 + 0.12 * h, 1.0 - smoothstep(1.2, 4.5, r))
        h = mix(h, level - 0.5, 1.0 - smoothstep(0.8, 1.3, r))
        h = max(h, level - 0.5 + 0.7 * smoothstep(1.0, 1.2, r))
    elif land.water == SEA and land.terrain < DUNES + 1:
        shore = land.centre_z + 0.35 * x * land.side
        shore += 2.0 * fbm(x * 0.15, z * 0.1, min(octaves, 4), land.seed + 50)
        wet = smoothstep(shore - 3.5, shore + 1.5, z)
        if land.terrain == MOUNTAINS:
            wet *= 1.0 - smoothstep(24.0, 36.0, z + 0.45 * abs(x))
        else:
            wet *= 1.0 - smoothstep(0.0, 9.0, x * land.side - 3.0 - 0.1 * z)
        h = mix(h, level - 0.9, wet)
    return h


def make_land(terrain: int, water: int, rng: np.random.Generator, seed: int) -> Land:
    """Draw the parameters that the words do not decide."""
    u = rng.uniform
    return Land(
        terrain=terrain,
        water=water,
        seed=seed % 100_003 * 97,
        amplitude=u(0.75, 1.2),
        scale=u(0.85, 1.25),
        level=0.0 if terrain in (ISLANDS, CLIFFS) else -0.25,
        side=1.0 if u() < 0.5 else -1.0,
        phase=u(0.0, 6.28),
        centre_x=u(-2.0, 2.0),
        centre_z=u(8.5, 11.5) if water == LAKE else u(5.5, 9.0),
        radius_x=u(4.0, 7.0),
        radius_z=u(4.2, 6.5),
    )

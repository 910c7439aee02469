"""Renders a scene to a picture and its exact depth.

The land is sampled on a grid that fans out from the camera: columns of equal screen width, rows of
equal ratio of distance. So cells are as fine as the pixels they cover, and one sweep from front to
back per column finds what is visible. A second sweep, from a camera mirrored in the water, finds
what the water reflects. Trees and houses are sprites, drawn into both.
"""

from __future__ import annotations

from math import exp, sqrt
from typing import NamedTuple

import numpy as np

from training import light as lights
from training import scene as scenes
from training import sprites
from training.camera import (
    COLS,
    FAR,
    FOCAL,
    MARGIN,
    NEAR,
    OVER,
    ROWS,
    STEPS,
    Camera,
    distance,
)
from training.develop import develop, shrink
from training.light import Light, make_light, material, ripple, shade, sky, soil, through_air
from training.places import place
from training.scene import Scene
from training.terrain import Land, ground, jit, lattice, make_land, smoothstep

SKY, GROUND, WATER, THING = 0, 1, 2, 3
SKY_DEPTH = 1e9


class Picture(NamedTuple):
    """A finished render."""

    rgb: np.ndarray  # (128, 128, 3) uint8
    depth: np.ndarray  # (128, 128) uint8: the depth hint, near = 255, sky = 0
    kind: np.ndarray  # (128, 128) uint8: sky, ground, water or thing


@jit
def _heights(land: Land, camera: Camera) -> np.ndarray:
    grid = np.empty((STEPS, COLS + 2 * MARGIN))
    for j in range(STEPS):
        z = distance(j)
        octaves = 7 if z < 20.0 else (6 if z < 50.0 else 5)
        for c in range(COLS + 2 * MARGIN):
            x = (c - MARGIN - 0.5 * COLS + 0.5) / camera.focal * z
            grid[j, c] = ground(land, x, z, octaves)
    return grid


@jit
def _height_at(grid: np.ndarray, camera: Camera, x: float, z: float) -> float:
    """Return the height from the grid; far below outside it."""
    if z <= NEAR or z >= FAR:
        return -99.0
    j = np.log(z / NEAR) / np.log(FAR / NEAR) * STEPS
    c = x / z * camera.focal + 0.5 * COLS - 0.5 + MARGIN
    j0, c0 = int(j), int(c)
    if j0 >= STEPS - 1 or c0 < 0 or c0 >= COLS + 2 * MARGIN - 1:
        return -99.0
    fj, fc = j - j0, c - c0
    a = grid[j0, c0] * (1 - fc) + grid[j0, c0 + 1] * fc
    b = grid[j0 + 1, c0] * (1 - fc) + grid[j0 + 1, c0 + 1] * fc
    return a * (1 - fj) + b * fj


@jit
def _sweep(grid: np.ndarray, land: Land, camera: Camera) -> np.ndarray:
    """Return the visible grid step per sample of the picture: negative for water, 0 for sky."""
    seen = np.zeros((ROWS, COLS))
    for c in range(COLS):
        top, below = ROWS, 0.0
        for j in range(1, STEPS):
            z = distance(j)
            h = max(grid[j, c + MARGIN], land.level) if land.water > 0 else grid[j, c + MARGIN]
            row = camera.horizon + camera.focal * (camera.height - h) / z
            first = max(0, int(np.ceil(row)))
            if first < top:
                wet = land.water > 0 and grid[j, c + MARGIN] <= land.level
                for r in range(first, top):
                    span = max(1e-6, below - row)
                    back = min(1.0, (r - row) / span) if j > 1 else 0.0
                    step = max(0.5, j - back)
                    seen[r, c] = -step if wet else step
                top = first
            below = row
    return seen


@jit
def _mirror_sweep(grid: np.ndarray, land: Land, camera: Camera) -> np.ndarray:
    """Return the grid step that the water reflects per sample below the horizon, 0 for sky."""
    seen = np.zeros((ROWS, COLS))
    a = camera.height - land.level
    for c in range(COLS):
        for j in range(1, STEPS):
            b = grid[j, c + MARGIN] - land.level
            if b > 0.0:
                z = distance(j)
                first = int(camera.focal * a / z)
                last = min(ROWS - 1, int(camera.focal * (a + b) / z))
                for r in range(max(0, first), last + 1):
                    if seen[r, c] == 0.0:
                        seen[r, c] = j
    return seen


@jit
def _shadow(grid: np.ndarray, camera: Camera, light: Light, x: float, y: float, z: float) -> float:
    """Return the fraction of sunlight that arrives, by marching toward the sun."""
    sx, sy, sz = light.toward
    clear, step = 1.0, 0.22 + 0.03 * z
    t = step
    for _ in range(14):
        rise = _height_at(grid, camera, x + sx * t, z + sz * t) - (y + sy * t)
        clear = min(clear, 1.0 - (rise + 0.02 * t) / (0.09 * t))
        if clear <= 0.0:
            return 0.0
        t *= 1.32
    return max(0.0, clear)


@jit
def _land_color(
    grid: np.ndarray, land: Land, light: Light, camera: Camera, step: float, c: int, simple: int
) -> lights.Color:
    """Return the lit ground at a grid step and picture column, without air."""
    z = distance(step)
    j = min(STEPS - 2, max(1, int(step + 0.5)))
    k = c + MARGIN
    x = (c - 0.5 * COLS + 0.5) / camera.focal * z
    dz = distance(j + 1) - distance(j - 1)
    gx = (grid[j, k + 1] - grid[j, k - 1]) / (2.0 * distance(j) / camera.focal)
    gz = (grid[j + 1, k] - grid[j - 1, k]) / dz
    # moving along a grid row of steps also moves sideways with x / z
    gz -= gx * x / z
    norm = 1.0 / sqrt(gx * gx + gz * gz + 1.0)
    y = grid[j, k]
    albedo = soil(land, light, x, y, z, norm)
    clear = _shadow(grid, camera, light, x, y + 0.02, z) if simple == 0 else 0.8
    return shade(light, albedo, -gx * norm, norm, -gz * norm, clear)


@jit
def _draw(
    canvas: np.ndarray, depth: np.ndarray, things: np.ndarray, land: Land, light: Light,
    camera: Camera, mirror: int,
) -> None:  # fmt: skip
    """Paint the sprites, far ones first; `mirror` paints their reflections."""
    for n in range(things.shape[0]):
        kind, seed, bare = int(things[n, 0]), int(things[n, 5]), int(things[n, 6])
        x, y, z, tall = things[n, 1], things[n, 2], things[n, 3], things[n, 4]
        scale = camera.focal * tall / z
        wide = sprites.half_width(kind)
        middle = x / z * camera.focal + 0.5 * COLS - 0.5
        if mirror == 1:
            foot = camera.focal * (camera.height - 2.0 * land.level + y) / z
        else:
            foot = camera.horizon + camera.focal * (camera.height - y) / z
        way = 1.0 if mirror == 1 else -1.0
        low = int(min(foot, foot + way * scale))
        high = int(max(foot, foot + way * scale)) + 1
        spread = lattice(seed, 9, 1) * 0.5 + 0.5
        for r in range(max(0, low), min(ROWS, high + 1)):
            v = (r - foot) * way / scale
            if v < -0.02 or v >= 1.0:
                continue
            for c in range(
                max(0, int(middle - wide * scale)), min(COLS, int(middle + wide * scale) + 2)
            ):
                if depth[r, c] < z:
                    continue
                m, nx, ny, nz, dark = sprites.sprite(
                    kind, (c - middle) / scale, max(0.0, v), seed, bare
                )
                if m < 0:
                    continue
                if m == 1 and light.snow > 0.5 and ny > 0.1 and dark > 0.85:
                    spread = 1.0
                albedo = material(light, m, spread)
                r0, g0, b0 = shade(light, albedo, nx, ny, nz, 0.95)
                dark *= 0.72 + 0.28 * smoothstep(0.0, 0.25, v)
                color = (r0 * dark, g0 * dark, b0 * dark)
                if (m == sprites.WINDOW or m == sprites.LAMP) and light.ambient[1] < 0.3:
                    color = (2.2, 1.3, 0.42)  # lamps are lit from dusk on
                up = (camera.horizon - r) / camera.focal if mirror == 0 else r / camera.focal
                color = through_air(light, color, x / z, up, z, y + v * tall - land.level)
                canvas[r, c, 0], canvas[r, c, 1], canvas[r, c, 2] = color
                depth[r, c] = z - 0.2 * tall * max(0.0, -nz) * 0.5


@jit
def _ground_shadows(
    canvas: np.ndarray, depth: np.ndarray, things: np.ndarray, camera: Camera, light: Light
) -> None:
    """Darken the ground around the foot of every sprite."""
    for n in range(things.shape[0]):
        x, y, z, tall = things[n, 1], things[n, 2], things[n, 3], things[n, 4]
        scale = camera.focal * tall / z
        wide = 0.32 if things[n, 0] < sprites.HOUSE else 0.75
        middle = x / z * camera.focal + 0.5 * COLS - 0.5 - 0.18 * light.toward[0] * scale
        foot = camera.horizon + camera.focal * (camera.height - y) / z
        flat = max(1.5, wide * scale * camera.height / z * 0.8)
        for r in range(max(0, int(foot - flat)), min(ROWS, int(foot + flat) + 1)):
            for c in range(
                max(0, int(middle - wide * scale)), min(COLS, int(middle + wide * scale) + 1)
            ):
                d = ((c - middle) / (wide * scale)) ** 2 + ((r - foot) / flat) ** 2
                if d < 1.0 and abs(depth[r, c] - z) < 0.25 * z:
                    k = 1.0 - 0.5 * (1.0 - d)
                    for i in range(3):
                        canvas[r, c, i] *= k


@jit
def _paint(
    grid: np.ndarray, land: Land, light: Light, camera: Camera, things: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compute linear colour, depth and kind of every sample."""
    canvas = np.zeros((ROWS, COLS, 3))
    depth = np.full((ROWS, COLS), SKY_DEPTH)
    kind = np.zeros((ROWS, COLS), np.uint8)
    seen = _sweep(grid, land, camera)
    glass = np.zeros((ROWS, COLS, 3))  # reflections
    if land.water > 0:
        under = _mirror_sweep(grid, land, camera)
        far = np.full((ROWS, COLS), SKY_DEPTH)
        for r in range(min(ROWS, int(ROWS - camera.horizon) + 24)):
            up = r / camera.focal
            for c in range(COLS):
                x = (c - 0.5 * COLS + 0.5) / camera.focal
                if under[r, c] > 0.0:
                    far[r, c] = distance(under[r, c])
                    color = _land_color(grid, land, light, camera, under[r, c], c, 1)
                    high = up * far[r, c] - camera.height
                    color = through_air(light, color, x, up, far[r, c], max(0.0, high))
                else:
                    color = sky(light, x, up, 1)
                glass[r, c, 0], glass[r, c, 1], glass[r, c, 2] = color
        _draw(glass, far, things, land, light, camera, 1)

    rough = (0.055 if land.water == 3 else 0.022) * camera.focal
    for r in range(ROWS):
        up = (camera.horizon - r) / camera.focal
        for c in range(COLS):
            x = (c - 0.5 * COLS + 0.5) / camera.focal
            step = seen[r, c]
            if step == 0.0:
                canvas[r, c, 0], canvas[r, c, 1], canvas[r, c, 2] = sky(light, x, up, 1)
                continue
            z = distance(abs(step))
            if step > 0.0:
                depth[r, c], kind[r, c] = z, GROUND
                color = _land_color(grid, land, light, camera, step, c, 0)
                color = through_air(light, color, x, up, z, camera.height + up * z - land.level)
            else:
                z = (camera.height - land.level) / max(1e-3, -up)
                depth[r, c], kind[r, c] = z, WATER
                tilt = ripple(x * z, z, light.seed + 31, rough)
                at = int(min(ROWS - 1.0, max(0.0, r - camera.horizon + tilt)))
                side = int(min(COLS - 1.0, max(0.0, c + 0.35 * tilt)))
                fresnel = 0.28 + 0.62 * exp(up * 2.6) + 0.05 * tilt / rough
                lit = light.ambient[1] + 0.35 * light.sun[1]
                sea = (0.018 * lit, 0.085 * lit, 0.12 * lit)
                bed = grid[min(STEPS - 1, int(abs(step))), c + MARGIN] - land.level
                shallow = smoothstep(-0.45, 0.0, bed) * (0.7 if land.water == 3 else 0.35)
                sea = lights.blend(sea, (0.10 * lit, 0.30 * lit, 0.30 * lit), shallow)
                mirror = (glass[at, side, 0], glass[at, side, 1], glass[at, side, 2])
                color = lights.blend(sea, mirror, min(1.0, max(0.0, fresnel)))
                foam = smoothstep(-0.09, -0.02, bed + 0.03 * tilt / rough) * (land.water == 3)
                white = 0.5 * lit + 0.1
                color = lights.blend(color, (white, white, white), 0.6 * foam)
                color = through_air(light, color, x, 0.0, 0.7 * z, 0.0)
            canvas[r, c, 0], canvas[r, c, 1], canvas[r, c, 2] = color
    _ground_shadows(canvas, depth, things, camera, light)
    before = depth.copy()
    _draw(canvas, depth, things, land, light, camera, 0)
    for r in range(ROWS):
        for c in range(COLS):
            if depth[r, c] != before[r, c]:
                kind[r, c] = THING
    return canvas, depth, kind


def depth_hint(depth: np.ndarray) -> np.ndarray:
    """Convert distances to the depth hint of the networks, in [0, 1].

    0 is sky. Everything else is between 0.1 (the farthest thing seen) and 1 (the nearest),
    linear in the logarithm of the distance.
    """
    solid = depth < SKY_DEPTH
    if not solid.any():
        return np.zeros(depth.shape)
    logs = np.log(np.where(solid, np.maximum(depth, NEAR), NEAR))
    low, high = logs[solid].min(), logs[solid].max()
    return np.where(solid, 0.1 + 0.9 * (high - logs) / max(1e-6, high - low), 0.0)


def render(scene: Scene) -> Picture:
    """Paint the scene."""
    rng = np.random.default_rng([scene.seed, 1])
    terrain = scenes.TERRAINS.index(scene.terrain)
    land = make_land(terrain, scenes.WATERS.index(scene.water), rng, scene.seed)
    light = make_light(scene, rng)
    eye = max(ground(land, x, z, 4) for x in (-0.5, 0.0, 0.5) for z in (0.5, 1.5, 2.5, 4.0))
    if land.water:
        eye = max(eye, land.level)
    lift = rng.uniform(1.7, 2.7) + (1.2 if scene.water in ("lake", "river") else 0.0)
    horizon = ROWS * rng.uniform(0.42, 0.6)
    camera = Camera(eye + lift, horizon, FOCAL * COLS)
    grid = _heights(land, camera)
    things = place(grid, _sweep(grid, land, camera), land, camera, scene, rng)
    canvas, depth, kind = _paint(grid, land, light, camera, things)
    hint = np.round(shrink(depth_hint(depth), OVER) * 255).astype(np.uint8)
    return Picture(develop(canvas, OVER), hint, kind[::OVER, ::OVER].copy())

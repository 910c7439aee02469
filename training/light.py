"""Colours of the sky, the ground and the air.

Colours are linear until `tone`. The palettes decide the look of the pictures: watch a grid of
renders when you change them.
"""

from __future__ import annotations

from math import cos, exp, floor, sin, sqrt
from typing import NamedTuple

import numpy as np

from training.scene import Scene
from training.terrain import (
    CANYON,
    CLIFFS,
    DUNES,
    ISLANDS,
    SEA,
    Land,
    fbm,
    jit,
    lattice,
    mix,
    noise,
    smoothstep,
)

Color = tuple[float, float, float]


class Light(NamedTuple):
    """Parameters of light, air and the colours of a season."""

    toward: Color  # unit vector to the sun or moon: x right, y up, z ahead
    sun: Color
    zenith: Color
    horizon: Color
    ambient: Color
    glow: Color
    haze: float  # distance at which the air absorbs most light
    mist: float  # ground fog
    cover: float  # clouds, 0 to 1
    disc: float  # angular radius of sun or moon
    night: float
    seed: int
    grass: Color
    grass_too: Color
    leaf: Color
    leaf_too: Color
    rock: Color
    flower: Color
    bloom: float  # density of flowers
    growth: float  # density of grass on sand and bare rock
    snow: float  # 0 none .. 1 everything is white
    snowline: float


PALETTES: dict[str, dict[str, Color]] = {
    "dawn": {
        "sun": (2.15, 1.15, 0.74), "zenith": (0.15, 0.29, 0.64), "horizon": (0.98, 0.55, 0.47),
        "ambient": (0.27, 0.27, 0.38), "glow": (0.95, 0.55, 0.34),
    },
    "noon": {
        "sun": (2.35, 2.15, 1.85), "zenith": (0.07, 0.22, 0.60), "horizon": (0.50, 0.70, 0.92),
        "ambient": (0.34, 0.44, 0.60), "glow": (0.40, 0.36, 0.26),
    },
    "sunset": {
        "sun": (2.3, 0.92, 0.32), "zenith": (0.11, 0.12, 0.34), "horizon": (0.98, 0.40, 0.13),
        "ambient": (0.27, 0.19, 0.29), "glow": (1.35, 0.50, 0.10),
    },
    "night": {
        "sun": (0.58, 0.66, 0.84), "zenith": (0.004, 0.009, 0.036), "horizon": (0.035, 0.065, 0.15),
        "ambient": (0.066, 0.086, 0.150), "glow": (0.06, 0.08, 0.13),
    },
}  # fmt: skip

# grass, a second grass, leaves, second leaves, flowers
SEASON_COLORS: dict[str, tuple[Color, Color, Color, Color, Color]] = {
    "spring": ((0.18, 0.42, 0.06), (0.32, 0.52, 0.10), (0.17, 0.38, 0.06), (0.30, 0.50, 0.11),
               (0.90, 0.42, 0.66)),
    "summer": ((0.05, 0.15, 0.03), (0.10, 0.20, 0.04), (0.03, 0.12, 0.025), (0.06, 0.17, 0.035),
               (0.85, 0.62, 0.08)),
    "autumn": ((0.36, 0.17, 0.03), (0.46, 0.25, 0.04), (0.58, 0.13, 0.02), (0.76, 0.34, 0.03),
               (0.5, 0.2, 0.05)),
    "winter": ((0.72, 0.77, 0.86), (0.62, 0.66, 0.74), (0.16, 0.19, 0.17), (0.30, 0.32, 0.33),
               (0.9, 0.9, 0.9)),
}  # fmt: skip


def make_light(scene: Scene, rng: np.random.Generator) -> Light:
    """Draw sun and air for the scene at random."""
    u = rng.uniform
    night, noon = scene.time == "night", scene.time == "noon"
    low = not (night or noon)
    if noon:
        elevation, azimuth = u(0.7, 1.1), u(1.0, 2.3) * (1 if u() < 0.5 else -1)
    elif night:
        elevation, azimuth = u(0.2, 0.42), u(-0.42, 0.42)
    else:
        elevation = u(0.05, 0.2)
        azimuth = u(-0.45, 0.45) if u() < 0.7 else u(0.8, 1.7) * (1 if u() < 0.5 else -1)
    toward = (
        float(np.cos(elevation) * np.sin(azimuth)),
        float(np.sin(elevation)),
        float(np.cos(elevation) * np.cos(azimuth)),
    )
    palette = {}
    warm = 0.04 * rng.standard_normal()
    for name, color in PALETTES[scene.time].items():
        shade = 1.0 + 0.05 * rng.standard_normal()
        tint = np.array([1 + warm, 1.0, 1 - warm]) * shade * (1 + 0.03 * rng.standard_normal(3))
        palette[name] = tuple(float(c) for c in np.array(color) * tint)
    foggy, cloudy = scene.weather == "foggy", scene.weather == "cloudy"
    if foggy:  # the sun is veiled, the light is soft
        palette["sun"] = tuple(0.6 * c for c in palette["sun"])
        palette["ambient"] = tuple(1.25 * c for c in palette["ambient"])
    grass, grass_too, leaf, leaf_too, flower = SEASON_COLORS[scene.season]
    if scene.trees == "pine":
        winter = scene.season == "winter"
        leaf = (0.035, 0.10, 0.05) if not winter else (0.20, 0.27, 0.27)
        leaf_too = (0.05, 0.14, 0.06) if not winter else (0.62, 0.68, 0.75)
    elif scene.trees == "blossom":
        leaf, leaf_too = (0.85, 0.36, 0.50), (0.95, 0.58, 0.68)
    elif scene.trees in ("palm", "cactus"):
        leaf, leaf_too = (0.06, 0.20, 0.05), (0.11, 0.27, 0.08)
    dry = scene.terrain in ("dunes", "canyon")
    white = scene.season == "winter"
    return Light(
        toward=toward,
        haze=u(34.0, 54.0) if foggy else u(60.0, 110.0) * (0.75 if low else 1.0),
        mist=u(0.61, 0.72) if foggy else (u(0.1, 0.4) if scene.time == "dawn" else 0.0),
        cover=u(0.5, 0.72) if cloudy else (0.2 if scene.weather == "clear" else 0.35),
        disc=0.05 if night else 0.042,
        night=float(night),
        seed=scene.seed % 99_991 * 89 + 7,
        grass=grass,
        grass_too=grass_too,
        leaf=leaf,
        leaf_too=leaf_too,
        rock=(0.46, 0.19, 0.09) if scene.terrain == "canyon" else (0.23, 0.21, 0.20),
        flower=flower,
        bloom=0.7 if scene.season == "spring" and not dry else 0.0,
        growth={"spring": 0.85, "autumn": 0.85}.get(scene.season, 0.0) * dry,
        snow=(0.55 if dry else 1.0) if white else 0.0,
        snowline={"spring": 7.5, "summer": 9.5, "autumn": 8.0, "winter": -9.0}[scene.season],
        **palette,
    )


@jit
def blend(a: Color, b: Color, t: float) -> Color:
    """Interpolate from a to b."""
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t


@jit
def sky(light: Light, x: float, y: float, detail: int) -> Color:
    """Return the colour of the sky in direction (x, y, 1); `detail` 0 omits the disc.

    y is the height above the horizon.
    """
    length = sqrt(x * x + y * y + 1.0)
    up = max(0.0, y) / length
    near = (x * light.toward[0] + y * light.toward[1] + light.toward[2]) / length
    color = blend(light.horizon, light.zenith, 1.0 - exp(-up * 3.6))
    near = max(0.0, near)
    halo = 0.42 * near**10 + 0.5 * near**80
    r = color[0] + light.glow[0] * halo
    g = color[1] + light.glow[1] * halo
    b = color[2] + light.glow[2] * halo
    if light.night > 0.0 and detail == 1:  # stars
        cx, cy = floor(x * 34.0), floor(y * 34.0)
        if lattice(int(cx), int(cy), light.seed + 3) > 0.78:
            sx = cx + 0.5 + 0.3 * lattice(int(cx), int(cy), light.seed + 4)
            sy = cy + 0.5 + 0.3 * lattice(int(cx), int(cy), light.seed + 5)
            d2 = (x * 34.0 - sx) ** 2 + (y * 34.0 - sy) ** 2
            star = exp(-d2 * 34.0) * (0.7 + 0.5 * lattice(int(cx), int(cy), light.seed + 6))
            star *= smoothstep(0.02, 0.25, up)
            r, g, b = r + 0.9 * star, g + 0.95 * star, b + 1.0 * star
    if detail == 1:  # the disc, or the moon with its seas
        angle = sqrt(max(0.0, 2.0 - 2.0 * min(1.0, near)))
        disc = 1.0 - smoothstep(light.disc * 0.92, light.disc * 1.06, angle)
        if disc > 0.0:
            if light.night > 0.0:
                face = 0.85 - 0.25 * smoothstep(0.0, 0.4, fbm(x * 30.0, y * 30.0, 3, light.seed))
                r, g, b = mix(r, face, disc), mix(g, face * 0.98, disc), mix(b, face * 0.88, disc)
            else:
                r, g, b = r + 2.6 * disc, g + 1.9 * disc, b + 1.1 * disc
    # clouds: a sheet seen in soft perspective, its edges lit from the side of the sun
    if up > 0.012:
        s = 1.0 / (y + 0.3)
        px, py = x * s * 1.15, s * 1.9
        warp = fbm(px * 1.1 + 7.0, py * 1.1, 3, light.seed + 11)
        body = fbm(px * 1.25 + 0.7 * warp, py * 1.9 + 0.4 * warp, 5, light.seed + 12) * 0.5 + 0.5
        edge = 1.02 - light.cover
        dense = smoothstep(edge * 0.62, edge * 0.62 + 0.17, body)
        if dense > 0.0:
            qx, qy = px + 0.22 * light.toward[0], py - 0.32 * light.toward[1] - 0.09
            toward = (
                fbm(qx * 1.25 + 0.7 * warp, qy * 1.9 + 0.4 * warp, 4, light.seed + 12) * 0.5 + 0.5
            )
            lit = smoothstep(-0.14, 0.16, body - toward + 0.05)
            thin = 1.0 - 0.55 * smoothstep(0.35, 1.0, dense)
            ray = (0.30 + 0.55 * lit) * (0.5 + 0.5 * thin) * (0.62 + 0.9 * near**6)
            ar, ag, ab = light.ambient[0] * 0.72, light.ambient[1] * 0.72, light.ambient[2] * 0.72
            cr = ar + 0.40 * light.sun[0] * ray + 0.12 * light.horizon[0]
            cg = ag + 0.40 * light.sun[1] * ray + 0.12 * light.horizon[1]
            cb = ab + 0.40 * light.sun[2] * ray + 0.12 * light.horizon[2]
            cover = dense * 0.92 * smoothstep(0.012, 0.13, up)
            r, g, b = mix(r, cr, cover), mix(g, cg, cover), mix(b, cb, cover)
    if light.mist > 0.6:  # fog covers the sky from below
        veil = light.mist * (0.85 - 0.65 * smoothstep(0.03, 0.5, up))
        fr, fg, fb = air(light, x, y)
        r, g, b = mix(r, fr, veil), mix(g, fg, veil), mix(b, fb, veil)
    return r, g, b


@jit
def air(light: Light, x: float, y: float) -> Color:
    """Return the colour of distant haze in direction (x, y, 1)."""
    length = sqrt(x * x + y * y + 1.0)
    near = (x * light.toward[0] + y * light.toward[1] + light.toward[2]) / length
    halo = 0.35 * max(0.0, near) ** 8
    base = blend(light.horizon, light.zenith, 0.22)
    k = 0.86
    return (
        k * base[0] + light.glow[0] * halo,
        k * base[1] + light.glow[1] * halo,
        k * base[2] + light.glow[2] * halo,
    )


@jit
def through_air(light: Light, color: Color, x: float, y: float, z: float, height: float) -> Color:
    """Attenuate a colour seen from distance `z` at `height` above the water."""
    far = z / light.haze
    t = 1.0 - exp(-far * sqrt(far) * 1.3)
    low = exp(-max(0.0, height) * 0.42) * light.mist
    t = 1.0 - (1.0 - t) * (1.0 - low * (1.0 - exp(-max(0.0, z - 3.0) * 0.045)))
    return blend(color, air(light, x, max(0.0, y)), t)


@jit
def shade(light: Light, albedo: Color, nx: float, ny: float, nz: float, shadow: float) -> Color:
    """Light a surface by sun, sky and some light from the ground."""
    dot = nx * light.toward[0] + ny * light.toward[1] + nz * light.toward[2]
    direct = max(0.0, 0.92 * dot + 0.08) * shadow
    sky_part = 0.62 + 0.38 * ny
    return (
        albedo[0] * (light.sun[0] * direct + light.ambient[0] * sky_part),
        albedo[1] * (light.sun[1] * direct + light.ambient[1] * sky_part),
        albedo[2] * (light.sun[2] * direct + light.ambient[2] * sky_part),
    )


@jit
def soil(land: Land, light: Light, x: float, y: float, z: float, ny: float) -> Color:
    """Return the ground colour at a place: grass, flowers, sand, rock, strata, snow."""
    rough = fbm(x * 0.9, z * 0.9, 3, light.seed + 21)
    patch = smoothstep(-0.25, 0.3, fbm(x * 0.23, z * 0.23, 3, light.seed + 22))
    fine = noise(x * 7.0, z * 7.0 / (1.0 + 0.08 * z), light.seed + 23)
    if land.terrain == DUNES:
        ripple = 0.05 * sin(z * 9.0 + x * 4.0 + 5.0 * rough) / (1.0 + 0.15 * z)
        k = 1.0 + 0.12 * rough + ripple
        color = blend((0.62 * k, 0.40 * k, 0.19 * k), (0.72 * k, 0.50 * k, 0.27 * k), patch)
        color = blend(color, blend(light.grass, light.grass_too, fine), light.growth * patch)
    elif land.terrain == CANYON:
        band = noise(y * 1.7 + 0.5 * rough, 3.3, light.seed + 24)
        thin = noise(y * 6.0 + 0.8 * rough, 5.3, light.seed + 25)
        k = 1.0 + 0.22 * band + 0.14 * thin + 0.2 * rough
        wall = (light.rock[0] * k, light.rock[1] * k * (1.0 - 0.1 * band), light.rock[2] * k)
        flat = smoothstep(0.75, 0.95, ny) * 0.6
        color = blend(wall, (0.50 * k, 0.30 * k, 0.16 * k), flat)
        flat = smoothstep(0.7, 0.9, ny) * patch
        color = blend(color, blend(light.grass, light.grass_too, fine), light.growth * flat)
    else:
        k = 1.0 + 0.28 * rough + 0.12 * fine
        grass = blend(light.grass, light.grass_too, patch)
        color = (grass[0] * k, grass[1] * k, grass[2] * k)
        if light.bloom > 0.0 and z < 22.0:
            fx, fz = floor(x * 6.5), floor(z * 5.0)
            spot = lattice(int(fx), int(fz), light.seed + 26)
            if spot > 1.0 - 0.75 * light.bloom * (0.3 + patch):
                d2 = (x * 6.5 - fx - 0.5) ** 2 + (z * 5.0 - fz - 0.5) ** 2
                color = blend(color, light.flower, 0.9 * smoothstep(0.22, 0.1, d2))
        k = 1.0 + 0.45 * rough + 0.2 * fine
        stone = (light.rock[0] * k, light.rock[1] * k, light.rock[2] * k)
        start = 0.9 if land.terrain >= ISLANDS else 0.84
        bare = smoothstep(start, start - 0.2, ny + 0.12 * rough)
        if land.terrain == 0:
            bare = max(bare, smoothstep(3.0, 7.0, y + 2.5 * rough))
        color = blend(color, stone, bare)
    above = y - land.level
    if land.water > 0 and land.terrain != CANYON:  # a beach, a bank
        wide = 0.55 if land.water == SEA and land.terrain != CLIFFS else 0.16
        sand = (0.62, 0.50, 0.32) if land.water == SEA else (0.27, 0.22, 0.15)
        color = blend(
            color, sand, smoothstep(wide, 0.4 * wide, above + 0.15 * rough) * (1 - 0.7 * light.snow)
        )
        wet = 1.0 - 0.45 * smoothstep(0.14, 0.0, above)
        color = (color[0] * wet, color[1] * wet, color[2] * wet)
    cold = light.snow * smoothstep(0.55, 0.8, ny + 0.2 * rough)
    if land.terrain == 0:
        high = smoothstep(light.snowline - 1.2, light.snowline + 1.2, y + 2.4 * rough)
        cold = max(cold, high * smoothstep(0.5, 0.72, ny + 0.25 * rough))
    k = 1.0 + 0.06 * rough
    return blend(color, (0.80 * k, 0.84 * k, 0.90 * k), cold)


@jit
def material(light: Light, kind: int, spread: float) -> Color:
    """Return the albedo of a sprite's material; `spread` in 0..1 varies it between trees."""
    if kind == 0:
        return 0.16, 0.10, 0.06
    if kind == 1:
        return blend(light.leaf, light.leaf_too, spread)
    if kind == 2:
        return 0.78, 0.72, 0.62
    if kind == 3:
        if light.snow > 0.0:
            return 0.78, 0.82, 0.88
        return blend((0.42, 0.12, 0.07), (0.26, 0.16, 0.12), spread)
    if kind == 5:
        return 0.20, 0.09, 0.04
    if kind == 7:
        return 0.62, 0.07, 0.05
    if kind == 8:
        return 0.30, 0.17, 0.09
    if kind == 9:
        return 0.42, 0.39, 0.35
    return 0.10, 0.13, 0.17


@jit
def tone(value: float) -> float:
    """Map linear light to 0..1 by a filmic curve and the display's gamma."""
    x = max(0.0, value) * 0.92
    y = x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)
    return min(1.0, y) ** (1.0 / 2.2)


@jit
def ripple(x: float, z: float, seed: int, rough: float) -> float:
    """Return the tilt of the water surface."""
    a = noise(x * 1.1, z * 2.6, seed) + 0.6 * noise(x * 2.9, z * 6.1, seed + 1)
    return rough * (a + 0.35 * cos(z * 3.1 + 2.0 * a)) / (1.0 + 0.05 * z)

"""Trees and buildings: each a small function from a point in its box to a material.

A sprite lives in a box one unit high: `v` runs from the foot (0) to the top (1), `u` sideways from
the middle. It returns a material, a normal (x right, y up, z away from the viewer) and a
shade; `NOTHING` lets the background through.
"""

from __future__ import annotations

from math import cos, floor, sin, sqrt

from training.terrain import jit, lattice, noise

PINE, ROUND, BLOSSOM, PALM, CACTUS, HOUSE, CABIN, TOWER, LIGHTHOUSE = range(1, 10)
NOTHING, WOOD, LEAF, WALL, ROOF, WINDOW, DOOR, LAMP, STRIPE, LOGS, STONE = range(-1, 10)

Hit = tuple[int, float, float, float, float]


@jit
def miss() -> Hit:
    """Return a miss: no part of the sprite is here."""
    return -1, 0.0, 0.0, 0.0, 1.0


@jit
def column(u: float, radius: float, material: int) -> Hit:
    """The round front of a cylinder."""
    n = u / radius
    return material, n, 0.0, -sqrt(max(0.0, 1.0 - n * n)), 1.0


@jit
def pine(u: float, v: float, seed: int) -> Hit:
    """Layers of drooping branches."""
    layers = 5.0
    t = (v - 0.1) / 0.9
    if t >= 0.0:
        part = t * layers - floor(t * layers)
        width = (1.0 - t) * (0.34 - 0.11 * part) + 0.008
        width *= 1.0 + 0.35 * noise(u * 14.0, v * 22.0, seed)
        if abs(u) < width:
            n = u / width
            shade = 0.6 + 0.5 * (1.0 - part) + 0.25 * noise(u * 25.0, v * 30.0, seed + 1)
            return LEAF, 0.9 * n, 0.45, -0.6, shade
    if v < 0.16 and abs(u) < 0.03:
        return column(u, 0.03, WOOD)
    return miss()


@jit
def crown(u: float, v: float, seed: int, bare: int) -> Hit:
    """A round crown out of a few balls; `bare` leaves mostly twigs."""
    best = -1.0
    nx, ny = 0.0, 0.0
    for k in range(7):
        cu = 0.21 * lattice(k, 1, seed)
        cv = 0.66 + 0.16 * lattice(k, 2, seed)
        r = 0.17 + 0.05 * lattice(k, 3, seed)
        du, dv = u - cu, v - cv
        edge = r * (1.0 + 0.22 * noise(u * 18.0, v * 18.0, seed + 4))
        depth = edge * edge - du * du - dv * dv
        if depth > 0.0:
            front = sqrt(depth) + 0.05 * lattice(k, 5, seed)
            if front > best:
                best, nx, ny = front, du / edge, dv / edge
    if best >= 0.0 and (bare == 0 or noise(u * 24.0, v * 24.0, seed + 7) > 0.12):
        shade = 0.85 + 0.35 * noise(u * 26.0, v * 26.0, seed + 6) + 0.25 * (v - 0.6)
        return (LEAF if bare == 0 else WOOD), nx, ny, -sqrt(max(0.05, 1 - nx * nx - ny * ny)), shade
    thick = 0.032 - 0.02 * v
    if v < 0.62 and abs(u - 0.02 * sin(v * 7.0)) < thick:
        return column(u - 0.02 * sin(v * 7.0), thick, WOOD)
    if bare == 1 and 0.4 < v < 0.85 and abs(abs(u) - (v - 0.4) * 0.45) < 0.014:
        return WOOD, 0.0, 0.0, -1.0, 1.0
    return miss()


@jit
def palm(u: float, v: float, seed: int) -> Hit:
    """A curved trunk under seven fronds."""
    lean = 0.16 * lattice(1, 1, seed)
    top = 0.8
    for k in range(7):
        side = -1.0 if k % 2 == 0 else 1.0
        length = 0.36 + 0.07 * lattice(k, 2, seed)
        t = (u - lean) * side / length
        if 0.0 <= t <= 1.0:
            rise = 0.55 - 0.17 * k
            arc = top + length * (rise * t - (0.55 + 0.1 * k) * t * t)
            thick = 0.05 * (1.0 - t) + 0.012
            d = (v - arc) / thick
            if abs(d) < 1.0 and noise(u * 60.0, v * 20.0, seed) > -0.75:
                return LEAF, 0.4 * side * t, 0.6 * d + 0.3, -0.6, 0.9 + 0.35 * d
    bend = lean * (v / top) * (v / top)
    thick = 0.034 - 0.012 * v
    if v < top and abs(u - bend) < thick:
        kind, nx, ny, nz, _ = column(u - bend, thick, WOOD)
        return kind, nx, ny, nz, 0.85 + 0.25 * sin(v * 90.0)
    return miss()


@jit
def cactus(u: float, v: float, seed: int) -> Hit:
    """A saguaro with two arms."""
    r = 0.09
    if abs(u) < r and (v < 0.9 or (v - 0.9) ** 2 + u * u < r * r):
        kind, nx, ny, nz, _ = column(u, r, LEAF)
        return kind, nx, ny, nz, 0.9 + 0.2 * cos(u * 180.0)
    for k in range(2):
        side = -1.0 if k == 0 else 1.0
        low = 0.38 + 0.12 * lattice(k, 1, seed)
        high = low + 0.26 + 0.08 * lattice(k, 2, seed)
        reach, arm = 0.24, 0.062
        su = u * side
        if 0.0 < su < reach and abs(v - low) < arm:
            return LEAF, 0.0, (v - low) / arm, -0.7, 0.9
        du = su - reach
        if abs(du) < arm and low <= v and (v < high or (v - high) ** 2 + du * du < arm * arm):
            return column(du * side, arm, LEAF)
        if du * du + (v - low) ** 2 < arm * arm:
            return column(du * side, arm, LEAF)
    return miss()


@jit
def cottage(u: float, v: float, seed: int, wall: int) -> Hit:
    """A gabled house seen from a corner: `wall` is its material."""
    split = 0.02 + 0.1 * lattice(1, 1, seed)
    flip = 1.0 if lattice(2, 1, seed) > 0.0 else -1.0
    x = u * flip
    left, right = -0.48, 0.62
    eave, ridge = 0.46, 0.86
    peak = 0.5 * (left + split)
    chimney = right - 0.2
    if abs(x - chimney) < 0.045 and 0.7 < v < 1.0:
        return STONE, 0.0, 0.0, -1.0, 0.9
    if v < eave:
        if left < x < split:  # the gable front
            if abs(x - peak) < 0.075 and v < 0.27:
                return DOOR, 0.0, 0.0, -1.0, 1.0
            if abs(abs(x - peak) - 0.155) < 0.045 and 0.18 < v < 0.33:
                return WINDOW, 0.0, 0.0, -1.0, 1.0
            return wall, -0.45 * flip, 0.0, -0.9, 0.92 + 0.12 * sin(v * 75.0) * (wall == LOGS)
        if split <= x < right:  # the long side
            t = (x - split) / (right - split)
            if (abs(t - 0.3) < 0.1 or abs(t - 0.72) < 0.1) and 0.18 < v < 0.33:
                return WINDOW, 0.0, 0.0, -1.0, 1.0
            return wall, 0.75 * flip, 0.0, -0.66, 0.85 + 0.12 * sin(v * 75.0) * (wall == LOGS)
        return miss()
    half = 0.5 * (split - left)
    slope = (ridge - eave) / half
    if abs(x - peak) < half + 0.035 and v < ridge - slope * abs(x - peak) + 0.05:
        if v < ridge - slope * abs(x - peak) - 0.035:
            if (x - peak) ** 2 + (v - 0.58) ** 2 < 0.0022:
                return WINDOW, 0.0, 0.0, -1.0, 1.0
            return wall, -0.45 * flip, 0.0, -0.9, 0.95
        return ROOF, 0.0, 0.4, -0.8, 0.75
    t = (v - eave + 0.04) / (ridge - eave + 0.04)  # the roof's long side
    if v < ridge + 0.02 and x > peak and x < right + 0.05 - 0.1 * t and x > split - half * t:
        return ROOF, 0.55 * flip, 0.75, -0.35, 0.95 + 0.1 * sin(v * 110.0)
    return miss()


@jit
def tower(u: float, v: float, seed: int) -> Hit:
    """A round stone tower with battlements."""
    r = 0.15 if v < 0.82 else 0.185
    if abs(u) > r or (v > 0.93 and sin(u * 78.0) > 0.1):
        return miss()
    lit = lattice(3, 1, seed) * 0.05
    if abs(u - lit) < 0.028 and (0.34 < v < 0.44 or 0.62 < v < 0.72):
        return WINDOW, 0.0, 0.0, -1.0, 1.0
    if abs(u) < 0.05 and v < 0.14:
        return DOOR, 0.0, 0.0, -1.0, 1.0
    kind, nx, ny, nz, _ = column(u, r, STONE)
    return kind, nx, ny, nz, 0.9 + 0.3 * noise(u * 26.0, v * 40.0, seed)


@jit
def lighthouse(u: float, v: float, seed: int) -> Hit:
    """Red and white bands, a gallery and a lamp."""
    if v < 0.76:
        r = 0.135 - 0.07 * v
        if abs(u) > r:
            return miss()
        if abs(u) < 0.03 and v < 0.1:
            return DOOR, 0.0, 0.0, -1.0, 1.0
        return column(u, r, STRIPE if floor(v / 0.76 * 5.0) % 2 == 1 else WALL)
    if v < 0.8:
        return column(u, 0.115, STONE) if abs(u) < 0.115 else miss()
    if v < 0.91:
        return column(u, 0.066, LAMP) if abs(u) < 0.066 else miss()
    r = 0.09 * sqrt(max(0.0, (1.0 - v) / 0.09))
    return column(u, r, STRIPE) if abs(u) < r else miss()


@jit
def sprite(kind: int, u: float, v: float, seed: int, bare: int) -> Hit:
    """Return what the sprite `kind` shows at (u, v)."""
    if kind == PINE:
        return pine(u, v, seed)
    if kind in (ROUND, BLOSSOM):
        return crown(u, v, seed, bare)
    if kind == PALM:
        return palm(u, v, seed)
    if kind == CACTUS:
        return cactus(u, v, seed)
    if kind == HOUSE:
        return cottage(u, v, seed, WALL)
    if kind == CABIN:
        return cottage(u, v, seed, LOGS)
    if kind == TOWER:
        return tower(u, v, seed)
    return lighthouse(u, v, seed)


@jit
def half_width(kind: int) -> float:
    """Return half the width of a sprite, relative to its height."""
    if kind in (HOUSE, CABIN):
        return 0.7
    if kind in (TOWER, LIGHTHOUSE):
        return 0.2
    return 0.46

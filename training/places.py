"""Places the building and the trees of a scene.

Everything that a caption names must be visible: near places are tried first, then farther and
steeper ones, and the tallest tree is always large enough to be recognised.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from training import scene as scenes
from training import sprites
from training.camera import COLS, MARGIN, OVER, Camera, distance
from training.scene import Scene
from training.terrain import Land

SMALLEST_TREE = 20  # pixels: minimum height of the tallest tree


class Thing(NamedTuple):
    """A building or a tree, as a row of the renderer's table."""

    kind: float
    x: float
    y: float
    z: float
    tall: float
    seed: float
    bare: float  # 1 for a tree without leaves


class Places:
    """Finds places for things: dry, not too steep, in plain sight."""

    def __init__(
        self,
        grid: np.ndarray,
        seen: np.ndarray,
        land: Land,
        camera: Camera,
        rng: np.random.Generator,
    ) -> None:
        self.grid, self.seen, self.land, self.camera, self.rng = grid, seen, land, camera, rng
        self.rows, self.cols = np.nonzero(seen > 0)

    def spot(
        self, near: float, far: float, edge: float, steep: float
    ) -> tuple[float, float, float] | None:
        """Draw a suitable ground point between two distances; None if none is found."""
        if not len(self.rows):
            return None
        for _ in range(160):
            i = int(self.rng.integers(len(self.rows)))
            step, c = self.seen[self.rows[i], self.cols[i]], int(self.cols[i])
            z = float(distance(step))
            if not near <= z <= far or abs(c / COLS - 0.5) > edge:
                continue
            j, k = round(step), c + MARGIN
            y = float(self.grid[j, k])
            wide = max(1, int(0.4 / z * self.camera.focal))
            patch = self.grid[max(0, j - 4) : j + 5, max(0, k - wide) : k + wide + 1]
            flat = np.ptp(patch) < steep * (1.0 + 0.03 * z)
            if flat and y > self.land.level + 0.12:
                return (c - 0.5 * COLS + 0.5) / self.camera.focal * z, y, z
        return None

    def height_of(self, pixels: float, z: float) -> float:
        """Return the height of a thing at distance `z` that covers this many pixels."""
        return pixels * OVER / self.camera.focal * z

    def building(self, scene: Scene) -> list[Thing]:
        """Place the building, if the scene has one."""
        if scene.building == "none":
            return []
        rng, spot = self.rng, self.spot
        tower = scene.building in ("tower", "lighthouse")
        found = (
            spot(6.0, 24.0, 0.36, 0.7) or spot(4.0, 45.0, 0.42, 2.0) or spot(2.5, 90.0, 0.48, 9.0)
        )
        if found is None:
            return []
        x, y, z = found
        tall = self.height_of(rng.uniform(44, 66) if tower else rng.uniform(28, 44), z)
        tall = min(tall, 6.5 if tower else 4.0)
        tall = max(tall, self.height_of(30 if tower else 20, z))
        kind = sprites.HOUSE + scenes.BUILDINGS.index(scene.building) - 1
        return [Thing(kind, x, y - 0.02 * tall, z, tall, float(rng.integers(1 << 20)), 0.0)]

    def trees(self, scene: Scene, house: Thing | None) -> list[Thing]:
        """Place the trees; none hides the house, and the tallest is recognisable."""
        if scene.trees == "none":
            return []
        rng = self.rng
        kind = scenes.TREES.index(scene.trees)
        bare = float(scene.season == "winter" and scene.trees == "round")
        dense = scene.trees in ("pine", "round", "blossom")
        count = int(rng.integers(6, 20)) if dense else int(rng.integers(3, 8))
        size = rng.uniform(1.3, 2.0)
        out: list[Thing] = []

        def plant(found: tuple[float, float, float] | None) -> None:
            if found is None:
                return
            x, y, z = found
            tall = size * rng.uniform(0.7, 1.3) * (1.0 + 0.02 * z)
            tall = min(tall, self.height_of(62, z))
            if house and z < house.z and abs(x / z - house.x / house.z) < 0.09:
                return
            seed = float(rng.integers(1 << 20))
            out.append(Thing(kind, x, y - 0.03 * tall, z, tall, seed, bare))

        for n in range(count):
            close = (3.5, 9.0) if n < 3 else ((6.0, 16.0) if n < count // 2 else (8.0, 28.0))
            plant(self.spot(*close, 0.5, 0.9))
        if not out:  # all the near ground is water, or too steep
            for n in range(24):
                if len(out) < 3:
                    plant(self.spot(3.5, 70.0, 0.46, 0.9 + 0.3 * n))
        tallest = max((t.tall / self.height_of(1.0, t.z) for t in out), default=SMALLEST_TREE)
        grow = max(1.0, SMALLEST_TREE / tallest)
        return [t._replace(tall=t.tall * grow) for t in out]


def place(
    grid: np.ndarray,
    seen: np.ndarray,
    land: Land,
    camera: Camera,
    scene: Scene,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return building and trees, far ones first, as rows of `Thing` (n, 7).

    `grid` has the heights of the land, and `seen` the visible grid step per sample of the picture,
    positive for ground.
    """
    places = Places(grid, seen, land, camera, rng)
    building = places.building(scene)
    things = building + places.trees(scene, building[0] if building else None)
    return np.array(sorted(things, key=lambda thing: -thing.z)).reshape(-1, 7)

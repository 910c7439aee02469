"""The camera, and the grid that fans out from it, for the renderer and for placing things."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from training.terrain import jit

SIZE = 128
OVER = 2  # samples per pixel and direction
ROWS = COLS = SIZE * OVER
STEPS = 300
NEAR, FAR = 1.1, 130.0
MARGIN = 40  # grid columns beyond each side of the picture, for shadows
FOCAL = 1.15  # of the camera, in picture widths


class Camera(NamedTuple):
    """Position of the camera."""

    height: float
    horizon: float  # row of the horizon, in samples
    focal: float  # in samples


@jit
def distance(step: float) -> float:
    """Return the distance of a grid step from the camera."""
    return NEAR * exp(step / STEPS * np.log(FAR / NEAR))

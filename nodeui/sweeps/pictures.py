"""Finds the picture of a sweep's cell among the values of its targets."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nodeui.engine.cache import Cache
from nodeui.engine.plan import Plan
from nodeui.engine.runner import values_of

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width, 3)"""

_BACKGROUND = "#26282c"  # behind transparency


def affected_targets(plan: Plan, varied: Collection[str]) -> list[str]:
    """Return the targets that depend on one of the varied nodes."""
    tasks = plan.known.tasks
    found: list[str] = []
    for target in plan.targets:
        waiting, seen = [target], {target}
        while waiting and seen.isdisjoint(varied):
            above = {source for source, _ in tasks[waiting.pop()].sources.values()} - seen
            seen |= above
            waiting += above
        if not seen.isdisjoint(varied):
            found.append(target)
    return found


def picture_of(
    plan: Plan, cache: Cache, node: str, folder: Path, side: int | None = None
) -> Pixels | None:
    """Return the picture of a node: its image, its mask, or the file that it wrote.

    Args:
        plan: The plan that was run.
        cache: The cache it was run with.
        node: Id of a node in the plan.
        folder: Contains written files.
        side: Limit for the longer side, in pixels.

    Returns:
        The first picture of a batch; None if there is no picture.
    """
    spec, values = plan.known.tasks[node].spec, values_of(plan, cache, node)
    if spec is None or values is None:
        return None
    types = {spec.outputs[name].type: value for name, value in values.items() if value is not None}
    image = _image(types, folder)
    if image is None:
        return None
    if side is not None:
        image.thumbnail((side, side))
    return np.asarray(_flatten(image))


def _image(values: dict[str, Any], folder: Path) -> Image | None:
    """Return the first picture among values, which are given by socket type."""
    from PIL import Image

    if "image" in values:
        return Image.fromarray(_levels(values["image"].pixels[0]))
    if "mask" in values:
        return Image.fromarray(_levels(values["mask"].alpha[0]))
    if "files" in values and values["files"].files:
        try:
            with Image.open(folder / values["files"].files[0].path, formats=("PNG",)) as image:
                image.load()
                return image
        except OSError:
            return None
    return None


def _levels(pixels: NDArray[np.float32]) -> Pixels:
    return (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)


def _flatten(image: Image) -> Image:
    """Return the image as RGB, with its transparency over a uniform colour."""
    from PIL import Image as images

    if image.mode != "RGBA":
        return image.convert("RGB")
    return images.alpha_composite(images.new("RGBA", image.size, _BACKGROUND), image).convert("RGB")

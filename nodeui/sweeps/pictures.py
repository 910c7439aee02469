"""Finds the picture of a sweep's cell among the values of its targets."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nodeui.engine import pictures
from nodeui.engine.cache import Cache
from nodeui.engine.plan import Plan
from nodeui.engine.runner import values_of

if TYPE_CHECKING:
    from PIL.Image import Image

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width, 3)"""

_BACKGROUND = "#26282c"  # behind transparency
_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "TIFF")  # of written files


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
    """Return the picture of a node's values.

    Args:
        plan: The plan that was run.
        cache: The cache it was run with.
        node: Id of a node in the plan.
        folder: Contains written files.
        side: Limit for the longer side, in pixels; None for full size.

    Returns:
        The first picture of a batch; None if the node has no value, or none that can be shown.

    Raises:
        PictureError: a value cannot be shown as its type declares.
    """
    spec, values = plan.known.tasks[node].spec, values_of(plan, cache, node)
    picture = None if spec is None or values is None else pictures.picture_of(spec, values, folder)
    return None if picture is None else scaled(picture, side)


def scaled(picture: pictures.Picture, side: int | None = None) -> Pixels | None:
    """Return a picture without transparency, its longer side at most `side`; None if its file
    cannot be read."""
    image = _image(picture)
    if image is None:
        return None
    if side is not None:
        image.thumbnail((side, side))
    return np.asarray(_flatten(image))


def _image(picture: pictures.Picture) -> Image | None:
    """Return a picture in memory; None if its file cannot be read."""
    from PIL import Image

    if isinstance(picture, np.ndarray):
        grey = picture.shape[2] == 1
        return Image.fromarray(picture[..., 0] if grey else picture)
    try:
        with Image.open(picture, formats=_FORMATS) as image:
            image.load()
            return image
    except Exception:  # a damaged file can raise anything
        return None


def _flatten(image: Image) -> Image:
    """Return the image as RGB, with its transparency over a uniform colour."""
    from PIL import Image as images

    if image.mode != "RGBA":
        return image.convert("RGB")
    return images.alpha_composite(images.new("RGBA", image.size, _BACKGROUND), image).convert("RGB")

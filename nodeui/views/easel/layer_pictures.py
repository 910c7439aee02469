"""The pictures that layers of a painting start with: from the graph, and from bitmap files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from nodeui.graph import bitmaps
from nodeui.painting.bitmaps import decode
from nodeui.painting.document import Lines, read
from nodeui.painting.points import PaintingError
from nodeui.views.easel.looks import bytes_of
from nodeui.views.easel.subject import Subject


def pictures_of(subject: Subject, lines: Lines) -> dict[str | int, NDArray[Any]]:
    """Return the pictures of a painting's layers; those that cannot be had are left out, as in the
    node's output.

    Args:
        subject: The sheet.
        lines: The painting.

    Raises:
        PaintingError: it is no painting.
    """
    pictures: dict[str | int, NDArray[Any]] = {
        number: bytes_of(image) for number, image in subject.linked if not image.isNull()
    }
    for layer in read(lines).layers:
        picture = _bitmap(layer.bitmap, subject.folder) if layer.bitmap and subject.folder else None
        if picture is not None:
            pictures[layer.bitmap] = picture
    return pictures


def _bitmap(name: str, folder: Path) -> NDArray[Any] | None:
    try:
        return _decoded(name, folder)
    except (bitmaps.BitmapError, PaintingError):  # a warning on the node says why
        return None


@lru_cache(maxsize=16)
def _decoded(name: str, folder: Path) -> NDArray[Any]:
    return decode(bitmaps.read(name, folder))

"""Refuses pictures that would take too much memory, by their headers alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nodeui.sdk import NodeError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

STANDARD = 100_000_000
"""Pixels of 8 bits per channel that decode into less than a gigabyte."""

_DEFLATE = 1032  # largest ratio at which deflate packs
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of the colour types of PNG


def most_pixels() -> int:
    """Return the limit: NODEUI_MAX_PIXELS, or `STANDARD`.

    Raises:
        NodeError: the variable is not a number of pixels.
    """
    text = os.environ.get("NODEUI_MAX_PIXELS", "")
    if not text:
        return STANDARD
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 16 and int(text)):
        raise NodeError(f"NODEUI_MAX_PIXELS is {text[:40]!r}, which is not a number of pixels.")
    return int(text)


def too_large(path: Path, pixels: str) -> NodeError:
    """Return the error about a picture above the limit.

    Args:
        path: The file.
        pixels: Its size in words.
    """
    limit = f"{most_pixels() / 1e6:g} million pixels of 8 bits"
    return NodeError(
        f"{path} is too large: it has {pixels}, and the limit is {limit}. Reduce the picture, or "
        "raise the limit in the preferences or by NODEUI_MAX_PIXELS.",
        "path",
    )


def check(path: Path, picture: Picture) -> None:
    """Refuse a picture before its pixels are decoded.

    Args:
        path: Its file.
        picture: The opened file, of which only the header was read.

    Raises:
        NodeError: about `path`: it is above the limit, or the file cannot hold so many pixels.
    """
    width, height = picture.size
    depth, channels = 8, len(picture.getbands())
    if picture.format == "PNG":
        with path.open("rb") as file:
            header = file.read(26)  # the IHDR chunk always comes first
        depth, channels = header[24], _CHANNELS.get(header[25], 1)
        if width * height * channels * depth // 8 > _DEFLATE * (path.stat().st_size + 1000):
            raise NodeError(
                f"{path} is damaged: a file of this size cannot hold {width} x {height} pixels.",
                "path",
            )
    elif picture.format == "TIFF":
        tags = getattr(picture, "tag_v2", {})
        depth, channels = max(tags.get(258, (8,))), tags.get(277, channels)
    elif picture.mode.startswith("I;16"):
        depth = 16
    elif picture.mode in ("I", "F"):
        depth = 32
    if width * height * max(depth, 8) // 8 * max(channels, 4) // 4 > most_pixels():
        raise too_large(path, f"{width} x {height} pixels of {depth} bits in {channels} channels")

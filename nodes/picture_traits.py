"""Properties of picture files that Pillow hides, misreads or drops."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodeui.sdk import NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image as Picture

_HEAD = 65536
"""Bytes at the start of a file that are searched for marks."""

# tags of TIFF files, and some of their values
_WIDTHS, _COLOURS, _PLANES, _KIND = 258, 262, 284, 339
_WHITE_IS_ZERO, _CMYK, _APART, _UNSIGNED, _SIGNED = 0, 5, 2, 1, 2

_OTHERS = (
    (rb"\s*(<!doctype html|<html)", "a web page; download the picture itself"),
    (rb"version https://git-lfs", "a Git LFS pointer; fetch the file itself with git lfs pull"),
    (rb"<\?xml|<svg", "an SVG or XML file; export it as PNG"),
    (rb"v/1\x01", "an OpenEXR file; save it as a float TIFF or a 16-bit PNG"),
    (rb"#\?RADIANCE|#\?RGBE", "a Radiance HDR file; save it as a 16-bit PNG"),
    (rb"8BPS", "a Photoshop file; export it as PNG or TIFF"),
    (rb"....ftyp(heic|heix|mif1|msf1)", "a HEIF picture; save it as PNG, JPEG or AVIF"),
    (rb"\xff\x0a|....JXL ", "a JPEG XL picture; save it as PNG"),
    (rb"%PDF", "a PDF file; export a page as PNG"),
    (rb"....ftypavi[fs]", "damaged"),
    (rb"....ftyp|\x1aE\xdf\xa3", "a film; export a frame as PNG"),
    (rb"P7\s", "a PAM file; save it as PPM or PNG"),
    (rb"PF\s", "a colour PFM file; save it as a 16-bit PNG"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "a TIFF file of an unusual kind; save it with 8 or 16 bits"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM", "damaged, as its header cannot be read"),
)
"""Files that are not read, by how they begin."""


def unreadable(path: Path) -> str | None:
    """Return what a file is that Pillow cannot open, with advice; None if it is unknown."""
    head = _head(path)
    if not head:
        return "empty"
    found = (text for mark, text in _OTHERS if re.match(mark, head, re.DOTALL | re.IGNORECASE))
    return next(found, None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def check(path: Path, picture: Picture) -> None:
    """Refuse TIFFs that the libraries would read as other pixels.

    Raises:
        NodeError: about `path`.
    """
    tags = _tags(picture)
    if tags is None:
        return
    bits, kinds = max(tags.get(_WIDTHS, (1,))), tags.get(_KIND, (_UNSIGNED,))
    reason = None
    if bits == 8 and _SIGNED in kinds:
        reason = "signed values of 8 bits"
    elif bits > 8 and tags.get(_COLOURS) == _CMYK:
        reason = f"CMYK colours of {bits} bits"
    elif bits > 8 and tags.get(_PLANES) == _APART and len(tags.get(_WIDTHS, ())) > 1:
        reason = f"separate colour planes of {bits} bits"
    if reason:
        raise NodeError(
            f"{path} has {reason}, which cannot be read. Save it as a 16-bit PNG.", "path"
        )


def _tags(picture: Picture) -> Any:
    from PIL.TiffImagePlugin import TiffImageFile

    return picture.tag_v2 if isinstance(picture, TiffImageFile) else None


def grey_levels(picture: Picture) -> NDArray[np.float32]:
    """Return the levels of a grey picture of 12, 16 or 32 bits, or of floats.

    Returns:
        (height, width) float32. Integers are divided by the highest value of their bits, or by
        65535 if they have 32; floats stay as they are. Black is 0 in every file.
    """
    import numpy as np

    tags = _tags(picture) or {}
    stored = np.asarray(picture)
    bits, kind = max(tags.get(_WIDTHS, (16,))), tags.get(_KIND, (_UNSIGNED,))[0]
    if picture.mode == "F":
        levels = stored.astype(np.float32)
    else:
        if bits == 32 and kind == _UNSIGNED:
            stored = stored.view(np.uint32)
        levels = stored.astype(np.float32) / np.float32(2**bits - 1 if bits < 16 else 65535)
    return 1 - levels if tags.get(_COLOURS) == _WHITE_IS_ZERO else levels


def scale_key(picture: Picture, bits: int) -> None:
    """Scale the transparent level of a grey PNG of 2 or 4 bits as Pillow scales its pixels."""
    key = picture.info.get("transparency")
    if picture.mode == "L" and bits < 8 and isinstance(key, int):
        picture.info["transparency"] = key * 255 // (2**bits - 1)


def remarks(path: Path, picture: Picture) -> Iterator[str]:
    """Yield what is lost on reading a picture as 8- or 16-bit sRGB."""
    count = getattr(picture, "n_frames", 1)
    if count > 1 and picture.format != "MPO":  # cameras store previews in these
        kind = "pages" if picture.format == "TIFF" else "frames"
        yield f"{path.name} has {count} {kind}; only the first is read."
    if "icc_profile" in picture.info:
        return
    if picture.mode == "CMYK":
        yield f"{path.name} has CMYK colours without a profile, so its colours are approximate."
    yield from map(f"{path.name} {{}}".format, _colour_data(_head(path), picture))


def _colour_data(head: bytes, picture: Picture) -> Iterator[str]:
    """Yield how the colours or depth of a picture without a profile differ from 8-bit sRGB."""
    found = _coding_of(head, picture.format)
    if found is not None:
        if (found[0] not in _SRGB_PRIMARIES) or (found[1] not in _SRGB_TRANSFERS):
            yield "has colours other than sRGB (HDR or wide gamut), which are read as if sRGB."
    elif picture.format == "PNG" and "srgb" not in picture.info:
        gamma, primaries = picture.info.get("gamma"), picture.info.get("chromaticity")
        if gamma and abs(gamma - 1 / 2.2) > 0.02:
            yield f"has a gamma of {gamma:.3g} instead of 0.455, which is ignored."
        if primaries and max(map(_distance, primaries, _PRIMARIES)) > 0.01:
            yield "has primary colours other than sRGB, which are ignored."
    bits = _bits_of(head, picture.format)
    if bits > 8 and picture.mode in ("RGB", "RGBA"):
        yield f"has {bits} bits per channel, of which 8 are read."


_SRGB_PRIMARIES = (1, 2)
_SRGB_TRANSFERS = (1, 2, 4, 6, 13, 14, 15)
"""Numbers of ITU-T H.273: BT.709 and unspecified; curves that are close to that of sRGB."""
_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)


def _distance(one: float, other: float) -> float:
    return abs(one - other)


def _coding_of(head: bytes, kind: str | None) -> tuple[int, int] | None:
    """Return primaries and transfer function by H.273; None if the file does not name them."""
    if kind == "PNG" and (found := re.search(rb"\x00\x00\x00\x04cICP(..)", head, re.DOTALL)):
        return found[1][0], found[1][1]
    if kind == "AVIF" and (found := re.search(rb"colrnclx(....)", head, re.DOTALL)):
        primaries, transfer = struct.unpack(">HH", found[1])
        return primaries, transfer
    return None


def _bits_of(head: bytes, kind: str | None) -> int:
    """Return the bits per channel of an AVIF or JPEG 2000 file; 8 for other formats."""
    if kind == "AVIF":  # alpha is an item of its own
        items = re.findall(rb"pixi\x00{4}[\x01-\x04](.)", head, re.DOTALL)
        return max((item[0] for item in items), default=8)
    if kind == "JPEG2000" and (found := re.search(rb"\xff\x4f\xff\x51.{38}(.)", head, re.DOTALL)):
        return (found[1][0] & 0x7F) + 1
    return 8

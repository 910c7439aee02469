"""Reads and writes OpenRaster files (.ora, version 0.0.6), which Krita and GIMP exchange.

A file is a ZIP archive: `mimetype`, stored and first; `stack.xml`, the layers from the topmost to
the lowest; a PNG for each layer; `mergedimage.png` and a thumbnail. Files come from strangers, so
all that they claim is bounded before memory is allocated.
"""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from nodeui.painting import bitmaps
from nodeui.painting.blending import Mode
from nodeui.painting.document import MOST_LAYERS
from nodeui.painting.points import PaintingError
from nodeui.painting.sheet import CHANNELS, LONGEST_SIDE, MOST_BYTES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

SUFFIX = ".ora"

MOST_FILE = 1 << 30
"""Bytes of the largest file."""

_MIMETYPE = b"image/openraster"
_MOST_DIRECTORY = 4 << 20  # bytes of the list of files in the archive
_MOST_XML = 4 << 20
_MOST_DEPTH = 32  # of groups in each other
_THUMBNAIL = 256  # pixels of its longest side

_OPERATIONS: Mapping[Mode, str] = {
    "normal": "svg:src-over",
    "multiply": "svg:multiply",
    "screen": "svg:screen",
    "overlay": "svg:overlay",
    "soft light": "svg:soft-light",
    "add": "svg:plus",
    "difference": "svg:difference",
    "luminosity": "svg:luminosity",
}
_MODES: Mapping[str, Mode] = {operation: mode for mode, operation in _OPERATIONS.items()}


@dataclass(frozen=True, eq=False)
class OraLayer:
    """A layer of an OpenRaster file.

    Attributes:
        name: Its name.
        pixels: (height, width, 3 or 4) uint8, sRGB, alpha not premultiplied.
        x: Its left edge in the picture.
        y: Its upper edge.
        opacity: In [0, 1].
        mode: Its blend mode.
        hidden: It is not shown.
    """

    name: str
    pixels: Bytes
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    mode: Mode = "normal"
    hidden: bool = False


class OraPicture(NamedTuple):
    """The content of an OpenRaster file.

    Attributes:
        width: In pixels.
        height: In pixels.
        layers: Its layers, lowest first.
        warnings: A sentence about each detail that was changed on the way.
    """

    width: int
    height: int
    layers: tuple[OraLayer, ...]
    warnings: tuple[str, ...]


# --- reading ---------------------------------------------------------------------------------


def read(path: Path, progress: Callable[[int, int], None] = lambda done, total: None) -> OraPicture:
    """Read an OpenRaster file.

    Args:
        path: The file.
        progress: Called with the numbers of layers that are read and of all; may raise to stop.

    Raises:
        OSError: it cannot be read.
        PaintingError: it is no OpenRaster file, is damaged, or too large.
    """
    if path.stat().st_size > MOST_FILE:
        raise PaintingError(f"it has more than {MOST_FILE >> 30} GiB")
    with path.open("rb") as file:
        _check_directory(file)
        try:
            with ZipFile(file) as archive:
                return _read(archive, progress)
        except (BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise PaintingError(f"it is a damaged archive: {error}") from None


def _check_directory(file: BinaryIO) -> None:
    """Refuse archives whose list of files would take much memory."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - (1 << 16) - 64))
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) < place + 22:
        raise PaintingError("it is no OpenRaster file")
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    if length > _MOST_DIRECTORY or tail[max(0, place - 20) : place].startswith(b"PK\6\7"):
        raise PaintingError("it holds too many files")
    file.seek(0)


def _read(archive: ZipFile, progress: Callable[[int, int], None]) -> OraPicture:
    if _member(archive, "mimetype", 100).strip() != _MIMETYPE:
        raise PaintingError("it is no OpenRaster file")
    image = _xml(_member(archive, "stack.xml", _MOST_XML))
    width, height = (_whole(image, side, "the picture") for side in ("w", "h"))
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise PaintingError(f"a picture of {width} x {height} pixels is not possible")
    stack = image.find("stack")
    if stack is None:
        raise PaintingError("it has no layers")
    warnings: list[str] = []
    found = list(_flattened(stack, _Group(), warnings))
    needed = 4 * (CHANNELS["colour"] + 1) * width * height * len(found)
    if len(found) > MOST_LAYERS:
        raise PaintingError(f"it has {len(found):,} layers; {MOST_LAYERS} are allowed")
    if needed > MOST_BYTES:
        raise PaintingError(
            f"{len(found)} layers of {width} x {height} pixels need {needed / 1e9:.1f} GB; "
            f"{MOST_BYTES / 1e9:.1f} GB are allowed"
        )
    layers: list[OraLayer] = []
    for done, (element, group) in enumerate(found):
        progress(done, len(found))
        layers.append(_layer(archive, element, group, warnings))
    return OraPicture(width, height, tuple(reversed(layers)), tuple(warnings))


def _member(archive: ZipFile, name: str, most: int) -> bytes:
    """Return the content of a file in an archive."""
    if name.startswith(("/", "\\")) or ".." in name.split("/"):
        raise PaintingError(f"it names a file outside of itself: {name[:60]!r}")
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise PaintingError(f"the file {name[:60]!r} is missing in it") from None
    if info.file_size > most:
        raise PaintingError(f"the file {name[:60]!r} in it is too large")
    with archive.open(info) as file:
        return file.read(most)


def _xml(text: bytes) -> Element:
    if b"<!" in text.replace(b"<!--", b""):  # entities can expand to any length
        raise PaintingError("its stack.xml declares types, which is not allowed")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise PaintingError(f"its stack.xml is damaged: {error}") from None
    if root.tag != "image":
        raise PaintingError("its stack.xml holds no image")
    return root


class _Group(NamedTuple):
    """The groups around a layer.

    Attributes:
        x: Distance to move it to the right.
        y: Distance to move it down.
        opacity: Product of their opacities.
        hidden: One of them is.
        depth: Number of groups.
    """

    x: int = 0
    y: int = 0
    opacity: float = 1.0
    hidden: bool = False
    depth: int = 0


def _flattened(
    stack: Element, group: _Group, warnings: list[str]
) -> Iterator[tuple[Element, _Group]]:
    """Yield the layers in a stack, topmost first, each with the groups around it."""
    if group.depth > _MOST_DEPTH:
        raise PaintingError(f"its groups lie in each other more than {_MOST_DEPTH} deep")
    for element in stack:
        if element.tag == "layer":
            yield element, group
        elif element.tag == "stack":
            inner = _inner(element, group)
            own = inner.opacity / group.opacity if group.opacity else 1.0
            if own < 1 or _operation(element) != "svg:src-over":
                name = element.get("name", "")
                warnings.append(
                    f"The group {name!r} is resolved into its layers, which may look different "
                    "where they overlap."
                )
            yield from _flattened(element, inner, warnings)
        else:
            warnings.append(f"A part of the kind {element.tag!r} is left out.")


def _inner(element: Element, group: _Group) -> _Group:
    what = f"the group {element.get('name', '')!r}"
    return _Group(
        group.x + _whole(element, "x", what, 0),
        group.y + _whole(element, "y", what, 0),
        group.opacity * _share(element, what),
        group.hidden or element.get("visibility") == "hidden",
        group.depth + 1,
    )


def _layer(archive: ZipFile, element: Element, group: _Group, warnings: list[str]) -> OraLayer:
    name = element.get("name", "")
    what = f"the layer {name!r}"
    operation = _operation(element)
    if operation not in _MODES:
        warnings.append(
            f"The layer {name!r} has the blend mode {operation!r}, which is not known; "
            "it is blended normally."
        )
    source = element.get("src")
    if not source:
        raise PaintingError(f"{what} has no file")
    data = _member(archive, source, bitmaps.MOST_BYTES)
    try:
        pixels = bitmaps.decode(data)
    except PaintingError as error:
        raise PaintingError(f"{what}: {error}") from None
    return OraLayer(
        name,
        pixels,
        group.x + _whole(element, "x", what, 0),
        group.y + _whole(element, "y", what, 0),
        group.opacity * _share(element, what),
        _MODES.get(operation, "normal"),
        group.hidden or element.get("visibility") == "hidden",
    )


def _operation(element: Element) -> str:
    return element.get("composite-op", "svg:src-over")


def _whole(element: Element, key: str, what: str, default: int | None = None) -> int:
    """Return an attribute that is a whole number of pixels."""
    text = element.get(key)
    if text is None and default is not None:
        return default
    try:
        number = int(text or "")
    except ValueError:
        raise PaintingError(
            f"{key} of {what} is not a whole number: {(text or '')[:30]!r}"
        ) from None
    if abs(number) > 4 * LONGEST_SIDE:
        raise PaintingError(f"{key} of {what} is too large: {number}")
    return number


def _share(element: Element, what: str) -> float:
    """Return an opacity."""
    text = element.get("opacity", "1")
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise PaintingError(f"the opacity of {what} is not a number: {text[:30]!r}")
    return min(max(number, 0.0), 1.0)


# --- writing ---------------------------------------------------------------------------------


def write(
    width: int,
    height: int,
    layers: Sequence[OraLayer],
    merged: Bytes,
    check: Callable[[], None] = lambda: None,
) -> bytes:
    """Return a picture as the content of an OpenRaster file.

    Args:
        width: In pixels.
        height: In pixels.
        layers: Its layers, lowest first.
        merged: What is seen, (height, width, 3 or 4) uint8.
        check: Called before each layer; may raise to stop.
    """
    image = Element("image", {"version": "0.0.6", "w": str(width), "h": str(height)})
    stack = ElementTree.SubElement(image, "stack")
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        _put(archive, "mimetype", _MIMETYPE)
        for number in reversed(range(len(layers))):
            check()
            layer = layers[number]
            source = f"data/layer{number:03}.png"
            attributes = {
                "name": _printable(layer.name),
                "src": source,
                "x": str(layer.x),
                "y": str(layer.y),
                "opacity": f"{layer.opacity:.6g}",
                "visibility": "hidden" if layer.hidden else "visible",
                "composite-op": _OPERATIONS[layer.mode],
            }
            ElementTree.SubElement(stack, "layer", attributes)
            _put(archive, source, bitmaps.encode(layer.pixels))
        _put(archive, "stack.xml", ElementTree.tostring(image, "UTF-8", xml_declaration=True))
        check()
        _put(archive, "mergedimage.png", bitmaps.encode(merged))
        _put(archive, "Thumbnails/thumbnail.png", _thumbnail(merged))
    return file.getvalue()


def _put(archive: ZipFile, name: str, data: bytes) -> None:
    """Add a file; PNGs are compressed already, and equal pictures have equal files."""
    archive.writestr(ZipInfo(name), data, ZIP_STORED)


def _printable(name: str) -> str:
    """Return a name without the characters that XML cannot hold."""
    return "".join(sign for sign in name if sign.isprintable())


def _thumbnail(merged: Bytes) -> bytes:
    from PIL import Image

    picture = Image.fromarray(merged)
    picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()

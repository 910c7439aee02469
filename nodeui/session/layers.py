"""Takes pictures and OpenRaster files as layers of paintings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageReader

from nodeui.graph import bitmaps
from nodeui.graph.registry import Registry
from nodeui.graph.spec import Parameter
from nodeui.graph.wording import tr
from nodeui.painting import openraster, placing
from nodeui.painting.bitmaps import MOST_PIXELS, encode
from nodeui.painting.coverage import Box
from nodeui.painting.document import adding
from nodeui.painting.marks import Layer
from nodeui.painting.points import PaintingError
from nodeui.sdk import NodeError


class LayersError(Exception):
    """Layers that cannot be taken; the message is one user-facing line."""


@dataclass(frozen=True)
class Document:
    """A node that holds the layers of a file.

    Attributes:
        type: Its type.
        params: Its parameters.
        warnings: A sentence about each detail that was changed on the way.
    """

    type: str
    params: Mapping[str, Any]
    warnings: tuple[str, ...]


def read_openraster(
    path: Path, specs: Registry, store: Path, progress: Callable[[int, int], None]
) -> Document:
    """Read an OpenRaster file, and keep its layers as bitmaps.

    Args:
        path: The file.
        specs: The node types.
        store: The folder of bitmaps.
        progress: Called with the numbers of layers that are read and of all; may raise to stop.

    Raises:
        LayersError: it cannot be read or kept, or no node type holds layers.
    """
    spec = next((spec for spec in specs.values() if _layered(spec.parameters.values())), None)
    if spec is None:
        raise LayersError(tr("No node type reads {0}.", path.name))
    painting = next(p for p in spec.parameters.values() if p.sheet.inputs)
    try:
        picture = openraster.read(path, progress)
        sheet = Box(0, 0, picture.width, picture.height)
        layers: list[Layer] = []
        for number, layer in enumerate(picture.layers, 1):
            height, width = layer.pixels.shape[:2]
            layers.append(
                Layer(
                    id=str(number),
                    name=layer.name,
                    opacity=layer.opacity,
                    mode=layer.mode,
                    hidden=layer.hidden,
                    bitmap=bitmaps.add(encode(layer.pixels), store),
                    place=placing.at(layer.x, layer.y, width, height, sheet),
                )
            )
        params = {
            painting.name: adding((), *layers).lines,
            painting.sheet.width: picture.width,
            painting.sheet.height: picture.height,
        }
        for name, value in params.items():
            spec.parameters[name].check(value)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LayersError(tr("{0} cannot be loaded: {1}.", path.name, reason)) from None
    except (PaintingError, NodeError) as error:
        reason = str(error).rstrip(".")
        raise LayersError(tr("{0} cannot be loaded: {1}.", path.name, reason)) from None
    return Document(spec.id, params, picture.warnings)


def _layered(parameters: Iterable[Parameter]) -> bool:
    sheets = [parameter.sheet for parameter in parameters]
    return any(sheet.inputs and sheet.width and sheet.height for sheet in sheets)


def read_picture(path: Path) -> QImage:
    """Read a picture file, upright.

    Raises:
        LayersError: it is no picture, damaged or too large.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and size.width() * size.height() > MOST_PIXELS:
        raise LayersError(tr("{0} is too large.", path.name))
    image = reader.read()
    if image.isNull():
        raise LayersError(tr("{0} cannot be loaded: {1}.", path.name, reader.errorString()))
    return image


def keep(image: QImage, store: Path) -> str:
    """Keep a picture as a bitmap; return its name.

    Raises:
        LayersError: it is empty or too large, or cannot be written.
    """
    if image.isNull() or image.width() * image.height() > MOST_PIXELS:
        raise LayersError(tr("The picture is empty or too large."))
    plain = image.convertToFormat(
        QImage.Format.Format_RGBA8888 if image.hasAlphaChannel() else QImage.Format.Format_RGB888
    )
    for key in plain.textKeys():  # texts of a stranger are none of the picture
        plain.setText(key, "")
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    plain.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    try:
        return bitmaps.add(bytes(buffer.data().data()), store)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LayersError(tr("The picture cannot be kept: {0}.", reason)) from None


def place_of(image: QImage, width: int, height: int) -> tuple[float, ...]:
    """Return where a new picture is placed on a sheet: in the middle, at its own size if it fits;
    an empty place fits it into the sheet."""
    wide, high = image.width(), image.height()
    if wide > width or high > height:
        return ()
    sheet = Box(0, 0, width, height)
    return placing.at((width - wide) // 2, (height - high) // 2, wide, high, sheet)

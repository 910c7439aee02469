"""Keeps pictures without a file, such as those on the clipboard, as files beside the workflow."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from nodeui.graph.document import SUFFIX
from nodeui.graph.wording import tr
from nodeui.sdk import create_file

MOST_PIXELS = 2**27
"""Larger pictures from elsewhere are refused: they take more than 512 MB."""


class PasteError(Exception):
    """A picture cannot be kept; the message is the reason."""


def pasted_folder(workflow: Path | None, output: Path) -> Path:
    """Return the folder of pasted pictures.

    Args:
        workflow: The file of the workflow; None if it has none yet.
        output: The output folder.

    Returns:
        "NAME.files" beside the workflow NAME, else "pasted" in the output folder.
    """
    if workflow is None:
        return output / "pasted"
    return workflow.with_name(f"{workflow.name.removesuffix(SUFFIX)}.files")


def keep_picture(image: QImage, folder: Path) -> Path:
    """Write a picture as a PNG that is named after its content, unless it is there.

    Args:
        image: The picture.
        folder: The folder, which is made if it is missing.

    Raises:
        PasteError: the picture is too large or empty, or cannot be written.
    """
    if image.isNull():
        raise PasteError(tr("The picture cannot be read."))
    if image.width() * image.height() > MOST_PIXELS:
        size = f"{image.width()} × {image.height()}"
        raise PasteError(tr("The picture is too large: {0} pixels", size))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    plain = image.copy()
    for key in plain.textKeys():  # texts of a stranger are none of the picture
        plain.setText(key, "")
    if not plain.save(buffer, "PNG"):  # pyright: ignore[reportArgumentType, reportCallIssue]
        raise PasteError(tr("The picture cannot be read."))
    content = bytes(buffer.data().data())
    path = folder / f"{sha256(content).hexdigest()[:16]}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        create_file(path, content)  # it is there already if the picture was pasted before
    except OSError as error:
        reason = error.strerror or str(error)
        raise PasteError(tr("{0} cannot be written: {1}", str(path), reason)) from error
    return path

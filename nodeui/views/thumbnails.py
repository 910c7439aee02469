"""Thumbnails of picture files, decoded in threads and cached in memory and on disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

if TYPE_CHECKING:
    from nodeui.views.thumbnail_store import ThumbnailStore

SIDE = 192
"""The longer side of a thumbnail, in pixels."""

_KEPT = 600  # 600 * 192 * 192 * 4 bytes: 90 MB at most
_THREADS = 2
_MOST_WAITING = 200


class Thumbnails(QObject):
    """A cache of thumbnails; the latest request is decoded first.

    Use the instance that `thumbnails()` returns: it outlives every widget, so no thread signals
    to a deleted widget.
    """

    loaded = Signal(str, QImage)
    """The path of a file and its thumbnail; a null image if the file is not readable."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._waiting: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._under_way: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._store: ThumbnailStore | None = None
        self._threads = ThreadPoolExecutor(_THREADS, "thumbnails")
        self._decoded.connect(self._keep)
        app = QCoreApplication.instance()
        if app is not None:  # Python waits for its threads: let them end early
            app.aboutToQuit.connect(self._forget_waiting)

    _decoded = Signal(object, QImage)  # key (an object, as its stamp has 64 bits) and thumbnail

    def keep_in(self, folder: Path) -> None:
        """Keep thumbnails of files with a stamp in a folder, besides those in memory."""
        from nodeui.views.thumbnail_store import ThumbnailStore

        if self._store is not None:
            self._store.close()
        self._store = ThumbnailStore(folder / "thumbnails.sqlite")

    def get(self, path: str, stamp: int = 0) -> QImage | None:
        """Return a thumbnail from the cache; otherwise return None, and `loaded` follows.

        Beyond 200 waiting requests, the oldest are dropped; widgets that still show such a file
        request it again when they paint.

        Args:
            path: The path of the file.
            stamp: A number that changes with the file, such as its modification time.
        """
        key = (path, stamp)
        image = self._kept.get(key)
        if image is not None:
            self._kept.move_to_end(key)
            return image
        with self._lock:
            if key in self._under_way:
                return None
            new = key not in self._waiting
            self._waiting[key] = None
            self._waiting.move_to_end(key)
            if len(self._waiting) > _MOST_WAITING:  # the oldest were scrolled out of view
                self._waiting.popitem(last=False)
        if new:
            self._threads.submit(self._decode_last)
        return None

    def _forget_waiting(self) -> None:
        with self._lock:
            self._waiting.clear()

    def _decode_last(self) -> None:
        """Decode the latest request; runs in a thread."""
        with self._lock:
            if not self._waiting:
                return
            key, _ = self._waiting.popitem()
            self._under_way.add(key)
        self._decoded.emit(key, self._read(*key))

    def _read(self, path: str, stamp: int) -> QImage:
        store = self._store if stamp else None
        image = store.get(path, stamp) if store is not None else None
        if image is None:
            image = read_image(path, SIDE)
            if store is not None and not image.isNull():
                store.put(path, stamp, image)
        return image

    def _keep(self, key: tuple[str, int], image: QImage) -> None:
        self._kept[key] = image
        with self._lock:
            self._under_way.discard(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(key[0], image)


@cache
def thumbnails() -> Thumbnails:
    """Return the thumbnail cache of the application."""
    return Thumbnails()


def read_image(path: str, side: int | None = None) -> QImage:
    """Decode a picture file, scaled down if its longer side exceeds `side`; null on failure."""
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if not reader.canRead():
        return _read_by_pillow(path, side)
    if side is None:
        return reader.read()
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(
            size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(
                QSize(1, 1)
            )
        )
    image = reader.read()
    if max(image.width(), image.height()) > side:  # formats whose header lacks the size
        image = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image


def _read_by_pillow(path: str, side: int | None) -> QImage:
    """Decode a file in a format that Qt does not know: AVIF."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path, formats=("AVIF",)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # a damaged file can raise anything
        return QImage()
    if side is not None:
        upright.thumbnail((side, side))
    form = QImage.Format.Format_RGBA8888
    return QImage(upright.tobytes(), *upright.size, 4 * upright.width, form).copy()

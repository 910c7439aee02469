"""Small pictures of files, decoded in threads and kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from PySide6.QtCore import QCoreApplication, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

SIDE = 192
"""The longer side of a thumbnail, in pixels."""

_KEPT = 600  # 600 * 192 * 192 * 4 bytes: 90 MB at most
_THREADS = 2
_MOST_WAITING = 200


class Thumbnails(QObject):
    """Gives thumbnails; what is asked for last is decoded first.

    Use `thumbnails()`: there is one for the whole application, which outlives every widget, so
    that a thread never signals into a widget that is gone.
    """

    loaded = Signal(str, QImage)
    """A file's path and its thumbnail; a null image where the file is no readable picture."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._waiting: OrderedDict[tuple[str, int], None] = OrderedDict()
        self._under_way: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "thumbnails")
        self._decoded.connect(self._keep)
        app = QCoreApplication.instance()
        if app is not None:  # Python waits for its threads: let them end at once
            app.aboutToQuit.connect(self._forget_waiting)

    _decoded = Signal(object, QImage)  # the key, of 64 bits, and the thumbnail

    def get(self, path: str, stamp: int = 0) -> QImage | None:
        """The thumbnail if it is there; otherwise None, and `loaded` follows.

        Of very many requests at once the first ones are dropped; whoever still shows such a file
        asks again when it paints.

        Args:
            path: Of the file.
            stamp: Something that changes when the file does, such as its modification time.
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
            if len(self._waiting) > _MOST_WAITING:  # the first ones were scrolled away long ago
                self._waiting.popitem(last=False)
        if new:
            self._threads.submit(self._decode_last)
        return None

    def _forget_waiting(self) -> None:
        with self._lock:
            self._waiting.clear()

    def _decode_last(self) -> None:
        """In a thread: decode what was asked for last."""
        with self._lock:
            if not self._waiting:
                return
            key, _ = self._waiting.popitem()
            self._under_way.add(key)
        self._decoded.emit(key, read_scaled(key[0], SIDE))

    def _keep(self, key: tuple[str, int], image: QImage) -> None:
        self._kept[key] = image
        with self._lock:
            self._under_way.discard(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.loaded.emit(key[0], image)


@cache
def thumbnails() -> Thumbnails:
    """The thumbnails of the application."""
    return Thumbnails()


def read_scaled(path: str, side: int) -> QImage:
    """Decode a picture so that its longer side is at most `side`; null where that fails."""
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        reader.setScaledSize(
            size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(
                QSize(1, 1)
            )
        )
    image = reader.read()
    if max(image.width(), image.height()) > side:  # formats that do not tell their size first
        image = image.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image

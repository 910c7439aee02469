"""The recent pictures of nodes and files, which the viewer can show and compare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPixmap

from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch

ICON = QSize(48, 48)
"""Size of the thumbnails in lists."""

_MOST_COUNT = 60
_MOST_FILES = 12  # of these, those opened from files
_MOST_BYTES = 400 * 2**20


@dataclass(frozen=True, eq=False)
class RecentPicture:
    """A picture, or the pictures of a batch, in the viewer's lists.

    Attributes:
        source: The id of the node, or the path of the file.
        title: User-facing name of the source.
        batch: The pictures.
        number: Tells pictures of the same title apart: 1 is the first one.
    """

    source: str
    title: str
    batch: PictureBatch
    number: int = 1

    @property
    def image(self) -> QImage:
        """The first picture."""
        return self.batch.image(0)

    @property
    def label(self) -> str:
        """Name in a list."""
        return self.title if self.number == 1 else f"{self.title}  ·  {self.number}"

    @cached_property
    def icon(self) -> QIcon:
        """Thumbnail in a list."""
        return thumbnail(self.image)


@dataclass(frozen=True)
class Shot:
    """One picture of those in the lists."""

    picture: RecentPicture
    index: int = 0

    @property
    def image(self) -> QImage:
        """The picture."""
        return self.picture.batch.image(self.index)

    @property
    def label(self) -> str:
        """Name in a list."""
        return placed(self.picture.label, self.index, self.picture.batch)


def placed(label: str, index: int, batch: PictureBatch) -> str:
    """Return a label with the place of the picture in its batch."""
    place = tr("{0} of {1}", index + 1, batch.count)
    return f"{label}  ·  {place}" if batch.count > 1 else label


def thumbnail(image: QImage) -> QIcon:
    """Return a small picture for a list."""
    if image.isNull():
        return QIcon()
    aspect = Qt.AspectRatioMode.KeepAspectRatio
    coarse = image.scaled(ICON * 2, aspect)  # fast, as the lists have many pictures
    smooth = Qt.TransformationMode.SmoothTransformation
    return QIcon(QPixmap.fromImage(coarse.scaled(ICON, aspect, smooth)))


class RecentPictures:
    """The recent pictures, newest first, limited in number and memory."""

    def __init__(self) -> None:
        self.items: list[RecentPicture] = []
        self._numbers: dict[str, int] = {}

    def add(self, source: str, title: str, batch: PictureBatch) -> RecentPicture:
        """Add pictures, unless they equal the last ones of their source."""
        last = self.last_of(source)
        if last is not None and last.batch.same_pixels(batch):
            return last
        number = self._numbers[title] = self._numbers.get(title, 0) + 1
        picture = RecentPicture(source, title, batch, number)
        self.items.insert(0, picture)
        self._forget()
        return picture

    def last_of(self, source: str) -> RecentPicture | None:
        """Return the newest picture of a node or file."""
        return next((item for item in self.items if item.source == source), None)

    def shots(self) -> list[Shot]:
        """Return all pictures, also those of batches, newest first."""
        return [Shot(item, index) for item in self.items for index in range(item.batch.count)]

    def _forget(self) -> None:
        """Drop the oldest pictures beyond the limits, but never the newest."""
        files = [item for item in self.items if item.batch.path(0) == Path(item.source)]
        for item in files[_MOST_FILES:]:  # going through a gallery must not drop all results
            self.items.remove(item)
        size = 0
        for count, item in enumerate(self.items):
            size += item.batch.nbytes
            if count and (count >= _MOST_COUNT or size > _MOST_BYTES):
                del self.items[count:]
                return

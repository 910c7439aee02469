"""The recent pictures of nodes and files, which the viewer can show and compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtGui import QImage

_MOST_COUNT = 60
_MOST_BYTES = 400 * 2**20


@dataclass(frozen=True, eq=False)
class RecentPicture:
    """A picture in the viewer's lists.

    Attributes:
        source: The id of the node, or the path of the file.
        title: User-facing name of the source.
        image: The pixels.
        time: Time of arrival.
    """

    source: str
    title: str
    image: QImage
    time: datetime = field(default_factory=datetime.now)

    @property
    def label(self) -> str:
        """Name in a list; the time distinguishes pictures of the same node."""
        return f"{self.title}  ·  {self.time:%H:%M:%S}"


class RecentPictures:
    """The recent pictures, newest first, limited in number and memory."""

    def __init__(self) -> None:
        self.items: list[RecentPicture] = []

    def add(self, source: str, title: str, image: QImage) -> RecentPicture:
        """Add a picture, unless it equals the last one of its source."""
        last = self.last_of(source)
        if last is not None and last.image == image:
            return last
        picture = RecentPicture(source, title, image)
        self.items.insert(0, picture)
        self._forget()
        return picture

    def last_of(self, source: str) -> RecentPicture | None:
        """Return the newest picture of a node or file."""
        return next((item for item in self.items if item.source == source), None)

    def _forget(self) -> None:
        """Drop the oldest pictures beyond the limits, but never the newest."""
        size = 0
        for count, item in enumerate(self.items):
            size += item.image.sizeInBytes()
            if count and (count >= _MOST_COUNT or size > _MOST_BYTES):
                del self.items[count:]
                return

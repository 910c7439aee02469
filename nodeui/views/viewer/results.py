"""The pictures that can be shown and compared: each node's last ones, and opened files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtGui import QImage

_MOST = 60
_MOST_BYTES = 400 * 2**20


@dataclass(frozen=True, eq=False)
class Result:
    """A picture.

    Attributes:
        source: Id of the node that gave it, or the path of its file.
        title: For people: of what it is.
        image: Its pixels.
        time: When it came.
    """

    source: str
    title: str
    image: QImage
    time: datetime = field(default_factory=datetime.now)

    @property
    def label(self) -> str:
        """What a list calls it: two results of one node differ by their time."""
        return f"{self.title}  ·  {self.time:%H:%M:%S}"


class Results:
    """The latest pictures, newest first, within bounds of number and memory."""

    def __init__(self) -> None:
        self.items: list[Result] = []

    def add(self, source: str, title: str, image: QImage) -> Result:
        """Note a picture; one that a source gave before already stays where it is."""
        last = self.last_of(source)
        if last is not None and last.image == image:
            return last
        result = Result(source, title, image)
        self.items.insert(0, result)
        self._forget()
        return result

    def last_of(self, source: str) -> Result | None:
        """The newest picture of a node or file."""
        return next((item for item in self.items if item.source == source), None)

    def _forget(self) -> None:
        """Drop the oldest beyond the bounds; the newest stays, however large."""
        size = 0
        for count, item in enumerate(self.items):
            size += item.image.sizeInBytes()
            if count and (count >= _MOST or size > _MOST_BYTES):
                del self.items[count:]
                return

"""The pictures that layers of the painting on the easel start with."""

from __future__ import annotations

from typing import Any

from nodeui.graph import bitmaps
from nodeui.graph.bitmaps import BitmapError
from nodeui.painting.bitmaps import decode, names_in
from nodeui.painting.document import Lines
from nodeui.painting.points import PaintingError
from nodeui.views.easel.looks import floats_of
from nodeui.views.easel.subject import Subject


class Pictures:
    """Reads bitmaps and converts linked pictures, each once; used in the background."""

    def __init__(self) -> None:
        self._bitmaps: dict[str, Any] = {}
        self._linked: dict[int, Any] = {}

    def of(self, subject: Subject, lines: Lines) -> dict[str | int, Any]:
        """Return the pictures that are there, as `Rasteriser` takes them.

        Args:
            subject: The sheet.
            lines: Its painting.
        """
        layers = (line for line in lines if line.startswith("layer "))
        names = {name for line in layers for name in names_in(line)}
        found = {name: array for name, array in self._bitmaps.items() if name in names}
        for name in names - found.keys() if subject.folder is not None else ():
            assert subject.folder is not None
            try:
                found[name] = decode(bitmaps.read(name, subject.folder))
            except (BitmapError, PaintingError):
                continue  # the node warns of it
        self._bitmaps = found
        images = {each.number: each.picture for each in subject.linked}
        known, self._linked = self._linked, {}
        shown: dict[str | int, Any] = {**found}
        for number, image in images.items():
            if not image.isNull():
                key = image.cacheKey()
                self._linked[key] = known[key] if key in known else floats_of(image)
                shown[number] = self._linked[key]
        return shown

"""Undo of the last changes of a painting by the pixels before them."""

from __future__ import annotations

from typing import NamedTuple

from nodeui.painting import extent
from nodeui.painting.coverage import Box
from nodeui.painting.document import Lines, read
from nodeui.painting.marks import Mark
from nodeui.painting.rasteriser import Rasteriser
from nodeui.painting.tiles import Tiles

_MOST_BYTES = 256 << 20
"""Memory of the pixels before the last changes."""

_FEW = 8
"""Marks that are undone together by their pixels before."""


class Step(NamedTuple):
    """A change at the end of a painting.

    Attributes:
        before: The painting before.
        after: The painting with it.
        tiles: The pixels before.
    """

    before: Lines
    after: Lines
    tiles: Tiles


class Steps:
    """The last changes of a painting, as many as memory allows."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def clear(self) -> None:
        """Forget all."""
        self._steps.clear()

    def remember(self, step: Step) -> None:
        """Add the latest change."""
        self._steps.append(step)
        while sum(step.tiles.bytes for step in self._steps) > _MOST_BYTES:
            self._steps.pop(0)

    def back(self, rasteriser: Rasteriser, lines: Lines) -> Box | None:
        """Undo the last change, if this leads to a painting; return the pixels that changed."""
        step = self._steps[-1] if self._steps else None
        if step is None or step.after != rasteriser.painting.lines or step.before != lines:
            return None
        self._steps.pop()
        box = step.tiles.restore()
        rasteriser.step_back(lines)
        return box


def step_to(rasteriser: Rasteriser, lines: Lines) -> Step | None:
    """Return the change to a painting, before it is drawn; None if it is not a few marks at the
    end."""
    before = rasteriser.painting.lines
    added = read(lines).entries[len(rasteriser.painting.entries) :]
    marks = [entry for entry in added if isinstance(entry, Mark)]
    layers = rasteriser.sheet.layers
    if not (lines[: len(before)] == before and 0 < len(marks) == len(added) <= _FEW):
        return None
    if any(mark.layer not in layers for mark in marks):
        return None
    ids = layers if rasteriser.sheet.kind == "regions" else {mark.layer for mark in marks}
    tiles = Tiles(rasteriser.sheet, ids)
    for mark in marks:
        tiles.save(extent.changed(mark, rasteriser.box))
    return Step(before, lines, tiles)

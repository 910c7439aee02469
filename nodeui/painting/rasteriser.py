"""Draws a painting, and redraws only what a change touches.

The pixels are the same whether a painting is drawn at once, stroke by stroke while the hand moves,
or after any number of changes: every pixel sees the same operations in the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nodeui.painting import coverage, extent, placing, warping
from nodeui.painting.adjusting import adjusted
from nodeui.painting.blending import composite
from nodeui.painting.brush import Pen
from nodeui.painting.coverage import NOTHING, Box
from nodeui.painting.document import Lines, Painting, adding, read, spliced
from nodeui.painting.marks import Layer, Mark, entry_of, line_of
from nodeui.painting.points import (
    UNIT,
    PaintingError,
    decode_pressures,
    encode_pressures,
    points_of,
    unit_of,
)
from nodeui.painting.sheet import BRIGHTNESS, CHANNELS, Kind, Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodeui.painting.placing import Picture, Place

    Array = NDArray[np.float32]
    Pictures = Mapping[str | int, Picture]


@dataclass(eq=False)
class _Drawn:
    """Facts about a line that was drawn.

    Attributes:
        box: The pixels that it may change.
        flooded: For a mark that floods: the box and the pixels that it found.
    """

    box: Box = NOTHING
    flooded: tuple[Box, NDArray[np.bool_]] | None = None


@dataclass(frozen=True, eq=False)
class _Start:
    """The picture that a layer starts with.

    Attributes:
        source: Its key in `Rasteriser.pictures`.
        place: Where it is; see `Layer.place`.
        picture: The picture.
    """

    source: str | int
    place: Place
    picture: Picture

    def same(self, other: _Start | None) -> bool:
        """True if the layer starts with the same pixels."""
        if other is None or (self.source, self.place) != (other.source, other.place):
            return False
        return isinstance(self.source, str) or _equal(self.picture, other.picture)


class Rasteriser:
    """The pixels of a painting of one size.

    Args:
        width: Width of the sheet in pixels.
        height: Height of the sheet.
        kind: Kind of the sheet.
        base: The picture below, (height, width, 3 or 4) float32 in [0, 1], alpha not
            premultiplied; None for paper. Fills look at it; on a mask it is not shown.
        paper: "#rrggbb" of the paper.
        pictures: The pictures that layers start with, by `Layer.bitmap` or `Layer.input`, as
            `placing.placed` takes them. A linked picture that no layer names is a layer of its own
            below the others.

    Attributes:
        painting: The painting as it is drawn.
        layers: Its layers as they are drawn, lowest first, and before them those of the linked
            pictures that no layer names.

    Raises:
        PaintingError: the size is not allowed.
    """

    def __init__(
        self,
        width: int,
        height: int,
        kind: Kind = "colour",
        base: Array | None = None,
        paper: str = "#ffffff",
        pictures: Pictures | None = None,
    ) -> None:
        self.sheet = Sheet(width, height, kind)
        self.base = base
        self.paper = paper
        self.pictures: Pictures = pictures or {}
        self.painting: Painting = read(())
        self.layers: tuple[Layer, ...] = ()
        self._started: dict[str, _Start] = {}
        self._drawn: list[_Drawn] = []

    @property
    def box(self) -> Box:
        """All pixels."""
        return self.sheet.box

    def fits(
        self, width: int, height: int, kind: Kind, base: Array | None, paper: str, lines: Lines
    ) -> bool:
        """True if `update` with these lines leads to the pixels of a new rasteriser.

        The picture below may be another one where no mark looks at it; set `base` then. Other
        `pictures` always fit.
        """
        mine = (self.box.width, self.box.height, self.sheet.kind, self.paper)
        if mine != (width, height, kind, paper):
            return False
        entries = (*self.painting.entries, *read(lines).entries)
        return not any(map(extent.looks_below, entries)) or _equal(self.base, base)

    def shared(self, lines: Lines) -> int:
        """Return how many lines at the beginning are those that are drawn."""
        return _common(self.painting.lines, lines)[0]

    # --- documents -------------------------------------------------------------------------------

    def update(self, lines: Lines, check: Callable[[], None] | None = None) -> Box:
        """Draw another version of the painting.

        Args:
            lines: The lines of the painting.
            check: Called before each mark and each part of one; what it raises ends the
                drawing, which then starts from the beginning in the next call.

        Returns:
            The pixels that may have changed.

        Raises:
            PaintingError: it is no painting, or its layers need too much memory.
        """
        after = read(lines)
        before, stack_before = self.painting, self.layers
        stack = _stacked(after.layers, self.pictures)
        restarted = self._start(stack)
        self.sheet.keep([layer.id for layer in stack])
        first, left = _common(before.lines[1:], after.lines[1:])
        end, new_end = len(before.entries) - left, len(after.entries) - left
        changed = [*before.entries[first:end], *after.entries[first:new_end]]
        fresh = [_Drawn(extent.changed(entry, self.box)) for entry in after.entries[first:new_end]]
        box = NOTHING
        for drawn in (*self._drawn[first:end], *fresh):
            box |= drawn.box
        for entry in after.entries[new_end:]:
            box = extent.spread(entry, box, self.box)
        appended = not left and end == first
        stale = any(drawn.flooded for drawn in self._drawn[first:])
        if stale:
            box = self.box
            for drawn in self._drawn[first:]:
                drawn.flooded = None
        self.painting = read(())
        self._drawn[first:end] = fresh
        try:
            if appended:
                box = self._draw(after, first, self.box, check)
            elif box:
                self._draw_again(after, box, check)
            if restarted:
                self._redraw_layers(after, restarted, check)
        except BaseException:
            self._drawn.clear()
            self.sheet.keep([])
            self.layers = ()
            raise
        self.painting, self.layers = after, stack
        relaid = stack_before != stack or any(isinstance(entry, Layer) for entry in changed)
        return self.box if relaid or restarted else box

    def _start(self, stack: Sequence[Layer]) -> list[str]:
        """Place the pictures of layers; return the layers that are there but start differently.

        Raises:
            PaintingError: the sheet cannot have such layers, or they need too much memory.
        """
        wanted = {
            layer.id: _Start(source, layer.place, self.pictures[source])
            for layer in stack
            if (source := layer.source) is not None and source in self.pictures
        }
        if self.sheet.kind == "regions" and any(layer.source or layer.mask_of for layer in stack):
            raise PaintingError("regions have no pictures and no masks")
        self.sheet.check_memory(len(stack) + len(wanted))
        before, self._started = self._started, wanted
        changed = [
            id
            for id in {**before, **wanted}
            if (old := before.get(id)) is None or not old.same(wanted.get(id))
        ]
        origins = {id: each for id, each in self.sheet.origins.items() if id in wanted}
        for id in changed:
            if id in wanted:
                start, channels = wanted[id], CHANNELS[self.sheet.kind]
                origins[id] = placing.placed(start.picture, start.place, channels, self.box)
        self.sheet.start(origins)
        ids = {layer.id for layer in stack}
        return [id for id in changed if id in self.sheet.layers and id in ids]

    def _redraw_layers(
        self, painting: Painting, ids: Sequence[str], check: Callable[[], None] | None
    ) -> None:
        """Draw layers from the beginning."""
        self.sheet.clear(self.box, ids)
        for entry, drawn in zip(painting.entries, self._drawn, strict=True):
            if isinstance(entry, Mark) and entry.layer in ids:
                if check is not None:
                    check()
                drawn.flooded = None
                self._draw_mark(entry, drawn, self.box, check)

    def _draw(
        self, painting: Painting, first: int, clip: Box, check: Callable[[], None] | None
    ) -> Box:
        """Draw the marks from a line on; return the pixels that they changed.

        Args:
            painting: The painting.
            first: The line.
            clip: The pixels that are right in the end; those around them that operations read
                must be there, too, and are not right afterwards.
            check: See `update`.
        """
        entries = painting.entries[first:]
        clips = [clip]
        for entry in reversed(entries[1:]):
            clips.append(extent.needed(entry, clips[-1], self.box))
        touched = NOTHING
        for entry, drawn, part in zip(entries, self._drawn[first:], reversed(clips), strict=False):
            if isinstance(entry, Mark) and (extent.floods(entry) or drawn.box & part):
                if check is not None:
                    check()
                touched |= self._draw_mark(entry, drawn, part, check)
        return touched

    def _draw_again(self, painting: Painting, box: Box, check: Callable[[], None] | None) -> None:
        """Draw the whole painting within a box."""
        room = box
        for entry in reversed(painting.entries):
            room = extent.needed(entry, room, self.box)
        before = self.sheet.copied(room) if room != box else {}
        self.sheet.clear(room)
        self._draw(painting, 0, box, check)
        self.sheet.restore(before, room, box)

    def _draw_mark(
        self, mark: Mark, drawn: _Drawn, clip: Box, check: Callable[[], None] | None
    ) -> Box:
        """Draw a mark within a box; return the pixels that it changed."""
        if mark.kind == "brush":
            return self._draw_stroke(mark, clip, check)
        if mark.kind == "transform":
            return self._transform(mark, drawn.box & clip)
        if mark.kind == "adjust" and not extent.floods(mark):
            return self._adjust(mark, clip)
        box, covered = self._coverage(mark, drawn, clip, check)
        part = box & clip
        if not part:
            return NOTHING
        share = covered[part.inside(box)]
        if mark.opacity != 1:
            share = share * mark.opacity
        self.sheet.cover(mark.layer, part, share, mark.colour, mark.erase)
        return part

    def _adjust(self, mark: Mark, clip: Box) -> Box:
        """Apply an operation to the layer of a mark within a box; return the box."""
        radius = extent.amount(mark, self.box)
        room = extent.needed(mark, clip, self.box)
        pixels = self.sheet.layers[mark.layer][:, *room.slices]
        result = adjusted(pixels, self.sheet.kind, mark.operation, radius)
        self.sheet.put(mark.layer, clip, result[:, *clip.inside(room)])
        return clip

    def _transform(self, mark: Mark, clip: Box) -> Box:
        """Move what lies in the polygon of a mark, within a box; return the box."""
        import numpy as np

        if not clip:
            return clip
        layer = self.sheet.layers[mark.layer]
        source = extent.lifted(mark, self.box)
        points = extent.places(mark, self.box)
        inside = np.ones((source.height, source.width), np.float32)
        if len(points):
            inside[:] = 0
            box, covered = coverage.polygon(points, self.box)
            inside[box.inside(source)] = covered
        pixels = layer[:, *source.slices] * inside
        matrix = warping.in_pixels(mark.matrix, self.box.width, self.box.height)
        over = warping.warped(pixels, source, matrix, clip)
        left = layer[:, *clip.slices].copy()
        common = source & clip
        if common:
            left[:, *common.inside(clip)] *= 1 - inside[common.inside(source)]
        left *= 1 - over[-1:]
        left += over
        self.sheet.put(mark.layer, clip, left)
        return clip

    def _draw_stroke(self, mark: Mark, clip: Box, check: Callable[[], None] | None) -> Box:
        pen = Pen(mark, self.box.width, self.box.height, clip, self.sheet.reached)
        touched = NOTHING
        places = extent.places(mark, self.box).tolist()
        pressures = mark.pressures.tolist() or [255] * len(places)
        try:
            for (x, y), pressure in zip(places, pressures, strict=True):
                if check is not None:
                    check()
                for box, share in pen.to(x, y, pressure):
                    self.sheet.cover(mark.layer, box, share, mark.colour, mark.erase)
                    touched |= box
        finally:
            pen.lift()
        return touched

    def _coverage(
        self, mark: Mark, drawn: _Drawn, clip: Box, check: Callable[[], None] | None
    ) -> tuple[Box, Array]:
        """Return the coverage of a shape and its box, at least within `clip`."""
        import numpy as np

        places = extent.places(mark, self.box)
        match mark.kind:
            case "rectangle":
                return coverage.polygon(coverage.rectangle(places), self.box)
            case "ellipse":
                return coverage.polygon(coverage.ellipse(places), self.box)
            case "polygon":
                return coverage.polygon(places, self.box, check)
            case "gradient":
                return drawn.box, coverage.gradient(places, mark.radial, drawn.box)
            case "range":
                seen = self._seen(mark, clip)
                return clip, coverage.within(seen, mark.low, mark.high, mark.softness)
            case _:
                if drawn.flooded is None:
                    drawn.flooded = self._flood(mark)
                    drawn.box = drawn.flooded[0]
                box, area = drawn.flooded
                return box, area.astype(np.float32)

    def _flood(self, mark: Mark) -> tuple[Box, NDArray[np.bool_]]:
        """Return the area that a mark floods."""
        import numpy as np

        if mark.kind == "adjust":
            pixels = self.sheet.layers[mark.layer]
            return coverage.holes(pixels[0 if self.sheet.kind == "mask" else -1])
        x, y = (int(place) for place in np.floor(extent.places(mark, self.box)[0]))
        if not Box(x, y, x + 1, y + 1) & self.box:
            return NOTHING, np.zeros((0, 0), np.bool_)
        return coverage.flood(self._seen(mark, self.box), x, y, mark.tolerance, mark.everywhere)

    def _seen(self, mark: Mark, box: Box) -> Array:
        """Return the pixels that a mark looks at: of its layer over what is below.

        On masks and regions it is the picture below, if there is one.
        """
        import numpy as np

        if self.sheet.kind != "colour" and self.base is not None:
            return self.base[box.slices]
        if self.sheet.kind == "regions":
            return np.stack([layer[-1][box.slices] for layer in self.sheet.layers.values()], -1)
        pixels = self.sheet.layers[mark.layer][:, *box.slices]
        below = np.moveaxis(self._below(box), -1, 0)
        over = pixels[:-1] + below[: len(pixels) - 1] * (1 - pixels[-1:])
        return np.moveaxis(np.asarray(over, np.float32), 0, -1)

    # --- the hand --------------------------------------------------------------------------------

    def start(self, mark: Mark) -> Stroke:
        """Begin a brush stroke by hand.

        Args:
            mark: The brush and its layer; its points do not matter.

        Raises:
            PaintingError: the painting has no such layer.
        """
        if mark.layer not in self.sheet.layers:
            if mark.layer:
                raise PaintingError(f"there is no layer {mark.layer!r}")
            self.layers = _stacked((Layer(), *self.painting.layers), self.pictures)
            self.sheet.keep([layer.id for layer in self.layers])
        return Stroke(self, mark)

    def finish(self, lines: Lines, box: Box) -> None:
        """Take the painting with one more line, which has been drawn by hand within `box`."""
        self.painting = read(lines)
        self.layers = _stacked(self.painting.layers, self.pictures)
        self._drawn.append(_Drawn(box))

    def step_back(self, lines: Lines) -> None:
        """Take the painting without its last lines, whose pixels have been restored."""
        self.painting = read(lines)
        self.layers = _stacked(self.painting.layers, self.pictures)
        del self._drawn[len(self.painting.entries) :]

    def redraw(self, box: Box) -> None:
        """Draw what is within a box again, without a stroke that was given up."""
        self._draw_again(self.painting, box, None)

    # --- pixels ----------------------------------------------------------------------------------

    def pixels(self, box: Box | None = None) -> Array:
        """Return what is seen within a box, by default everywhere.

        Returns:
            (height, width, channels) float32 in [0, 1]: 3 channels in colour, or 4 if the picture
            below has alpha; 1 of a mask.
        """
        import numpy as np

        box = box or self.box
        seen: Array = self._below(box)
        masks = self._masks(box)
        for layer in self.layers or (Layer(),):
            pixels = self.sheet.layers.get(layer.id)
            if layer.hidden or layer.mask_of or pixels is None:
                continue
            part = np.moveaxis(pixels[:, *box.slices], 0, -1)
            if layer.id in masks:
                part = part * masks[layer.id][..., None]
            if layer.mode == "normal" and layer.opacity == 1 and seen.shape[-1] < 4:
                seen = np.asarray(part[..., :-1] + seen * (1 - part[..., -1:]), np.float32)
            else:
                seen = _blended(seen, part, layer)
        return np.ascontiguousarray(seen.clip(0, 1))

    def alpha(self, box: Box | None = None) -> Array:
        """Return how much of each pixel the visible layers cover, (height, width) float32."""
        import numpy as np

        box = box or self.box
        free = np.ones((box.height, box.width), np.float32)
        masks = self._masks(box)
        for layer in self.layers:
            if not layer.hidden and not layer.mask_of:
                alpha = self.sheet.layers[layer.id][-1][box.slices]
                free *= 1 - layer.opacity * alpha * masks.get(layer.id, 1)
        return 1 - free

    def layer(self, id: str, box: Box | None = None) -> Array:
        """Return the pixels of a layer with its masks, but without its opacity and mode.

        Returns:
            (height, width, 4) float32 in [0, 1], alpha not premultiplied; 2 channels on a mask.
        """
        import numpy as np

        box = box or self.box
        part = np.moveaxis(self.sheet.layers[id][:, *box.slices], 0, -1)
        alpha, masks = part[..., -1:], self._masks(box)
        if id in masks:
            alpha = alpha * masks[id][..., None]
        return np.concatenate([_colour(part), alpha], -1)

    def _masks(self, box: Box) -> dict[str, Array]:
        """Return the shares of layers that their masks leave, by id, (height, width) in [0, 1]."""
        import numpy as np

        masks: dict[str, Array] = {}
        for mask in self.layers:
            if not mask.mask_of or mask.hidden or mask.id not in self.sheet.layers:
                continue
            pixels = self.sheet.layers[mask.id][:, *box.slices]
            dark = pixels[-1] - pixels[:-1]  # exactly 0 where it is white
            weights = BRIGHTNESS if len(dark) == 3 else (1.0,)
            hidden = np.zeros(dark.shape[1:], np.float32)
            for weight, channel in zip(weights, dark, strict=True):
                hidden += np.float32(mask.opacity * weight) * channel
            left: Array = (1 - hidden).clip(0, 1)
            masks[mask.mask_of] = left * masks.get(mask.mask_of, 1)
        return masks

    def _below(self, box: Box) -> Array:
        """Return the picture or paper below the layers."""
        import numpy as np

        if self.sheet.kind == "colour" and self.base is not None:
            return self.base[box.slices]
        ink = self.sheet.ink(self.paper)[:-1] if self.sheet.kind == "colour" else (0.0,)
        return np.broadcast_to(np.array(ink, np.float32), (box.height, box.width, len(ink)))


class Stroke:
    """A brush stroke that is drawn by hand.

    Args:
        rasteriser: The painting.
        mark: The brush and its layer.
    """

    def __init__(self, rasteriser: Rasteriser, mark: Mark) -> None:
        self._rasteriser = rasteriser
        self._mark = mark = _as_read(mark)
        box, sheet = rasteriser.box, rasteriser.sheet
        self._pen = Pen(mark, box.width, box.height, box, sheet.reached)
        self._points: list[tuple[int, int]] = []
        self._pressures: list[int] = []
        self._box = NOTHING

    def to(self, x: float, y: float, pressure: float = 1.0) -> Box:
        """Move to a point.

        Args:
            x: Distance from the left edge, in widths of the sheet.
            y: Distance from the upper edge, in heights of the sheet.
            pressure: In [0, 1].

        Returns:
            The pixels that changed.

        Raises:
            PaintingError: the point is not finite, or far outside of the sheet.
        """
        point = unit_of(x, y)
        level = round(255 * min(max(pressure, 0.0), 1.0))
        sheet, mark = self._rasteriser.sheet, self._mark
        self._points.append(point)
        self._pressures.append(level)
        place = (point[0] * (sheet.box.width / UNIT), point[1] * (sheet.box.height / UNIT))
        changed = NOTHING
        for box, share in self._pen.to(*place, level):
            sheet.cover(mark.layer, box, share, mark.colour, mark.erase)
            changed |= box
        self._box |= changed
        return changed

    def lift(self) -> Lines:
        """End the stroke; return the lines of the painting with it."""
        self._pen.lift()
        pressures = self._pressures if any(level != 255 for level in self._pressures) else []
        mark = replace(
            self._mark,
            points=points_of(self._points),
            pressures=decode_pressures(encode_pressures(pressures)),
        )
        before = self._rasteriser.painting.lines
        lines = spliced(before, adding(before, mark))
        self._rasteriser.finish(lines, self._box)
        return lines

    def drop(self) -> None:
        """Give the stroke up; its pixels will be restored."""
        self._pen.lift()

    def cancel(self) -> Box:
        """Give the stroke up; return the pixels that changed."""
        self._pen.lift()
        self._rasteriser.redraw(self._box)
        return self._box


def _as_read(mark: Mark) -> Mark:
    """Return a mark with its numbers as they are read back from its line."""
    dot = replace(mark, points=points_of([(0, 0)]), pressures=decode_pressures(""))
    read_back = entry_of(line_of(dot))
    assert isinstance(read_back, Mark)
    return read_back


def _equal(one: Array | None, other: Array | None) -> bool:
    import numpy as np

    if one is None or other is None:
        return one is other
    return one is other or np.array_equal(one, other)


def _common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many lines two paintings share at the beginning, and then at the end."""
    shortest = min(len(before), len(after))
    first = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    left = 0
    while left < shortest - first and before[-1 - left] == after[-1 - left]:
        left += 1
    return first, left


def _blended(below: Array, part: Array, layer: Layer) -> Array:
    """Return a layer blended over what is below it."""
    import numpy as np

    colour = _colour(part)
    opacity = part[..., -1] * np.float32(layer.opacity)
    if colour.shape[-1] == 3:
        return composite(below, colour, layer.mode, opacity)
    grey = composite(np.repeat(below, 3, -1), np.repeat(colour, 3, -1), layer.mode, opacity)
    return grey[..., :1]


def _colour(part: Array) -> Array:
    """Return colours that are not premultiplied, of pixels whose alpha is last."""
    import numpy as np

    colour, alpha = part[..., :-1], part[..., -1:]
    return np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)


def _stacked(layers: Sequence[Layer], sources: Iterable[str | int]) -> tuple[Layer, ...]:
    """Return layers, and below them those of linked pictures that none of them names."""
    named = {layer.input for layer in layers}
    ids = {layer.id for layer in layers}
    inputs = sorted(source for source in sources if isinstance(source, int))
    free = [number for number in inputs if number not in named and f"image_{number}" not in ids]
    return (*(Layer(id=f"image_{number}", input=number) for number in free), *layers)

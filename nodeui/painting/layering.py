"""Changes of the layers of a painting, each one splice of its lines."""

from __future__ import annotations

import colorsys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from nodeui.painting.document import HEADER, MOST_LAYERS, Lines, Painting, Splice, read
from nodeui.painting.marks import Entry, Layer, Mark, line_of
from nodeui.painting.points import PaintingError

_HUES = 24
"""Hues among which the colour of a new region is chosen."""


def with_layer(lines: Lines, layer: Layer, above: str | None = None) -> Splice:
    """Return the change that adds a layer.

    Args:
        lines: The painting.
        layer: The layer; `free_id` returns an id for it.
        above: Id of the layer below it; None for the highest.

    Raises:
        PaintingError: there are too many layers, or a value is not allowed.
    """
    painting = read(lines)
    if len(painting.layers) >= MOST_LAYERS:
        raise PaintingError(f"a painting has up to {MOST_LAYERS} layers")
    if not lines:
        return Splice(0, 0, (HEADER, line_of(layer)))
    places = _places(painting)
    below = len(lines) - 1 if above is None else places.get(above, 0)
    return Splice(below + 1, 0, (line_of(layer),))


def changed_layer(lines: Lines, id: str, **values: Any) -> Splice:
    """Return the change that replaces attributes of a layer.

    Raises:
        PaintingError: there is no such layer, or a value is not allowed.
    """
    painting = read(lines)
    line = line_of(replace(_layer(painting, id), **values))
    at = _places(painting).get(id)
    if at is not None:
        return Splice(at, 1, (line,))
    return Splice(1, 0, (line,)) if lines else Splice(0, 0, (HEADER, line))


def ordered(lines: Lines, ids: Sequence[str]) -> Splice:
    """Return the change that puts layers into another order.

    Args:
        lines: The painting.
        ids: The ids of all layers, lowest first.
    """
    painting = read(lines)
    places = sorted(_places(painting).values())
    first, last = (places[0], places[-1] + 1) if places else (1, 1)
    taken = set(places)
    marks = [lines[at] for at in range(first, last) if at not in taken]
    layers = [line_of(_layer(painting, id)) for id in ids]
    return Splice(first, last - first, (*layers, *marks))


def without_layer(lines: Lines, id: str) -> Splice:
    """Return the change that removes a layer, its marks, and the layers that mask it."""
    painting = read(lines)
    gone = {id, *(layer.id for layer in painting.layers if layer.mask_of == id and id)}
    return _without(painting, lambda entry: _id_of(entry) in gone)


def cleared(lines: Lines, id: str) -> Splice:
    """Return the change that removes the marks of a layer."""
    return _without(read(lines), lambda entry: isinstance(entry, Mark) and entry.layer == id)


def free_id(layers: Iterable[Layer]) -> str:
    """Return the id of a new layer."""
    taken = {layer.id for layer in layers}
    return next(id for id in map(str, range(1, MOST_LAYERS + 2)) if id not in taken)


def free_name(layers: Iterable[Layer], pattern: str) -> str:
    """Return the name of a new layer.

    Args:
        layers: The other layers.
        pattern: The name with "{0}" for its number.
    """
    taken = {layer.name.casefold() for layer in layers}
    names = (pattern.format(number) for number in range(1, MOST_LAYERS + 2))
    return next(name for name in names if name.casefold() not in taken)


def free_colour(layers: Iterable[Layer]) -> str:
    """Return a colour for a new region, as far from those of the others as possible."""
    taken = [_channels(layer.colour) for layer in layers]
    bright = [colorsys.hsv_to_rgb(number / _HUES, 0.65, 0.9) for number in range(_HUES)]
    offered = bright[14:] + bright[:14]  # the first one is blue

    def distance(colour: tuple[float, float, float]) -> float:
        return min((_apart(colour, other) for other in taken), default=0.0)

    red, green, blue = max(offered, key=distance)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(level / 255 for level in bytes.fromhex(colour[1:]))


def _apart(one: Iterable[float], other: Iterable[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _places(painting: Painting) -> dict[str, int]:
    """Return the numbers of the lines of layers, by id."""
    entries = enumerate(painting.entries, 1)
    return {entry.id: at for at, entry in entries if isinstance(entry, Layer)}


def _layer(painting: Painting, id: str) -> Layer:
    for layer in painting.layers:
        if layer.id == id:
            return layer
    if not id and not painting.layers:
        return Layer()
    raise PaintingError(f"there is no layer {id!r}")


def _id_of(entry: Entry) -> str:
    return entry.id if isinstance(entry, Layer) else entry.layer


def _without(painting: Painting, gone: Callable[[Entry], bool]) -> Splice:
    """Return the change that removes entries."""
    left = [not gone(entry) for entry in painting.entries]
    if all(left):
        return Splice(len(painting.lines), 0, ())
    first = left.index(False)
    last = len(left) - left[::-1].index(False)
    kept = [painting.lines[at + 1] for at in range(first, last) if left[at]]
    return Splice(first + 1, last - first, tuple(kept))

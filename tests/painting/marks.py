"""Marks for tests, and strategies that draw them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from nodeui.painting.document import Lines, Splice, adding, spliced
from nodeui.painting.marks import KINDS, Entry, Layer, Mark
from nodeui.painting.points import decode_pressures, encode_pressures, points_of, unit_of


def mark(kind: Any, *points: tuple[float, float], **values: Any) -> Mark:
    """Return a mark through points in shares of the sheet; `pressures` are integers."""
    if "pressures" in values:
        values["pressures"] = decode_pressures(encode_pressures(values["pressures"]))
    return Mark(kind=kind, points=points_of([unit_of(*point) for point in points]), **values)


def painting(*entries: Entry) -> Lines:
    """Return a painting of these layers and marks."""
    return spliced((), adding((), *entries))


SHARES = st.floats(0, 1).map(lambda x: round(x, 3))
PLACES = st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5))
COLOURS = st.sampled_from(["#000000", "#ffffff", "#ff8800", "#3366ff"])
LAYERS = (
    Layer(id="a", name="Sky and sea", colour="#3366ff"),
    Layer(id="b", name="Öl=100 %", colour="#ff8800", opacity=0.5, mode="soft light"),
)


@st.composite
def marks(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> Mark:
    """Draw any mark on one of `LAYERS`."""
    kind = draw(st.sampled_from(kinds))
    count = {"fill": (1, 1), "brush": (1, 6), "polygon": (3, 8)}.get(kind, (2, 2))
    points = draw(st.lists(PLACES, min_size=count[0], max_size=count[1]))
    values: dict[str, Any] = {
        "layer": draw(st.sampled_from(["a", "b"])),
        "colour": draw(COLOURS),
        "opacity": draw(SHARES),
        "erase": draw(st.booleans()),
    }
    if kind == "brush":
        values |= {
            "size": draw(st.floats(0.01, 0.5)),
            "hardness": draw(SHARES),
            "flow": draw(st.sampled_from([0.1, 0.5, 1.0])),
            "pressure": draw(st.sampled_from(["size", "opacity", "both", "none"])),
        }
        if draw(st.booleans()):
            levels = st.lists(st.integers(0, 255), min_size=len(points), max_size=len(points))
            values["pressures"] = draw(levels)
    if kind == "fill":
        values["tolerance"] = draw(SHARES)
    if kind == "gradient":
        values["radial"] = draw(st.booleans())
    return mark(kind, *points, **values)


@st.composite
def splices(draw: st.DrawFn, lines: Lines) -> Splice:
    """Draw a change of the marks of a painting that begins with `LAYERS`."""
    first = 1 + len(LAYERS)
    at = draw(st.integers(first, len(lines)))
    removed = draw(st.integers(0, min(2, len(lines) - at)))
    added = painting(*LAYERS, *draw(st.lists(marks(), max_size=2)))[first:]
    return Splice(at, removed, added)

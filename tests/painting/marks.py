"""Marks for tests, and strategies that draw them."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from nodeui.painting.document import Lines, Splice, adding, spliced
from nodeui.painting.marks import KINDS, LARGEST_AMOUNT, Entry, Layer, Mark, Operation
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
MATRICES = st.tuples(
    st.sampled_from([1.0, 0.5, -1.25, 3.0]), st.sampled_from([0.0, 0.3]),
    st.sampled_from([0.0, -0.4]), st.sampled_from([1.0, 0.25, 2.0]),
    st.sampled_from([0.0, 0.125, -0.35]), st.sampled_from([0.0, 0.125, 0.6]),
)  # fmt: skip
COLOURS = st.sampled_from(["#000000", "#ffffff", "#ff8800", "#3366ff"])
LAYERS = (
    Layer(id="a", name="Sky and sea", colour="#3366ff"),
    Layer(id="b", name="Öl=100 %", colour="#ff8800", opacity=0.5, mode="soft light"),
)


@st.composite
def marks(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> Mark:
    """Draw any mark on one of `LAYERS`."""
    kind = draw(st.sampled_from(kinds))
    counts = {
        "fill": (1, 1), "brush": (1, 6), "polygon": (3, 8), "transform": (0, 5),
        "range": (0, 0), "adjust": (0, 0),
    }  # fmt: skip
    count = counts.get(kind, (2, 2))
    points = draw(st.lists(PLACES, min_size=count[0], max_size=count[1]))
    values: dict[str, Any] = {"layer": draw(st.sampled_from(["a", "b"]))}
    if kind not in ("adjust", "transform"):
        values |= {"opacity": draw(SHARES), "erase": draw(st.booleans())}
    if kind != "transform":
        values["colour"] = draw(COLOURS)
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
        values |= {"tolerance": draw(SHARES), "everywhere": draw(st.booleans())}
    if kind == "gradient":
        values["radial"] = draw(st.booleans())
    if kind == "range":
        low, high = sorted((draw(SHARES), draw(SHARES)))
        values |= {"low": low, "high": high, "softness": draw(SHARES)}
    if kind == "adjust":
        values |= {
            "operation": draw(st.sampled_from(get_args(Operation))),
            "amount": round(draw(st.floats(0, LARGEST_AMOUNT)), 3),
        }
    if kind == "transform":
        values["matrix"] = draw(MATRICES)
    return mark(kind, *points, **values)


@st.composite
def splices(draw: st.DrawFn, lines: Lines) -> Splice:
    """Draw a change of the marks of a painting that begins with `LAYERS`."""
    first = 1 + len(LAYERS)
    at = draw(st.integers(first, len(lines)))
    removed = draw(st.integers(0, min(2, len(lines) - at)))
    added = painting(*LAYERS, *draw(st.lists(marks(), max_size=2)))[first:]
    return Splice(at, removed, added)

"""Changes of layers: what they leave, and that they are undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.painting.document import MOST_LAYERS, Lines, Splice, inverse, read, spliced
from nodeui.painting.layering import (
    changed_layer,
    cleared,
    free_colour,
    free_id,
    free_name,
    ordered,
    with_layer,
    without_layer,
)
from nodeui.painting.marks import Layer, Mark
from nodeui.painting.points import PaintingError
from tests.painting.marks import LAYERS, mark, marks, painting


def after(lines: Lines, splice: Splice) -> Lines:
    """Return the lines after a change that is a painting and can be undone."""
    changed = spliced(lines, splice)
    read(changed)
    assert spliced(changed, inverse(lines, splice)) == lines
    return changed


def ids(lines: Lines) -> list[str]:
    return [layer.id for layer in read(lines).layers]


def strokes(lines: Lines, layer: str) -> int:
    entries = read(lines).entries
    return sum(isinstance(entry, Mark) and entry.layer == layer for entry in entries)


DOT = mark("brush", (0.5, 0.5))
A, B = mark("brush", (0, 0), layer="a"), mark("brush", (1, 1), layer="b")
MIXED = painting(DOT, LAYERS[0], A, LAYERS[1], B, A, DOT)


def test_a_layer_is_added_above_another():
    assert ids(after((), with_layer((), Layer(id="1")))) == ["1"]
    assert ids(after(MIXED, with_layer(MIXED, Layer(id="1")))) == ["", "a", "b", "1"]
    assert ids(after(MIXED, with_layer(MIXED, Layer(id="1"), "a"))) == ["", "a", "1", "b"]
    assert ids(after(MIXED, with_layer(MIXED, Layer(id="1"), ""))) == ["", "1", "a", "b"]


def test_there_is_a_most_number_of_layers():
    lines = painting(*[Layer(id=f"l{n}") for n in range(MOST_LAYERS)])
    with pytest.raises(PaintingError, match="up to 64 layers"):
        with_layer(lines, Layer(id=free_id(read(lines).layers)))


@pytest.mark.parametrize("id", ["", "a", "b"])
def test_a_layer_is_changed(id: str):
    lines = after(MIXED, changed_layer(MIXED, id, name="Hut", opacity=0.25, hidden=True))
    assert ids(lines) == ["", "a", "b"] and strokes(lines, id) == strokes(MIXED, id)
    (layer,) = [layer for layer in read(lines).layers if layer.id == id]
    assert (layer.name, layer.opacity, layer.hidden) == ("Hut", 0.25, True)


def test_the_layer_of_an_empty_sheet_is_changed():
    assert ids(after((), changed_layer((), "", opacity=0.5))) == [""]
    with pytest.raises(PaintingError, match="no layer 'x'"):
        changed_layer((), "x", opacity=0.5)


@given(st.permutations(["", "a", "b"]))
def test_layers_are_ordered(order: list[str]):
    lines = after(MIXED, ordered(MIXED, order))
    assert ids(lines) == order
    assert [entry.layer for entry in read(lines).entries if isinstance(entry, Mark)] == [
        entry.layer for entry in read(MIXED).entries if isinstance(entry, Mark)
    ]


@pytest.mark.parametrize("id", ["", "a", "b"])
def test_a_layer_is_removed_with_its_marks(id: str):
    lines = after(MIXED, without_layer(MIXED, id))
    assert ids(lines) == [other for other in ["", "a", "b"] if other != id]
    assert strokes(lines, id) == 0
    assert all(strokes(lines, other) == strokes(MIXED, other) for other in ids(lines))


def test_the_masks_of_a_layer_are_removed_with_it():
    lines = painting(Layer(id="a"), Layer(id="m", mask_of="a"), Layer(id="b"))
    assert ids(after(lines, without_layer(lines, "a"))) == ["b"]


@given(st.lists(marks(), max_size=5))
def test_a_layer_is_cleared(many: list[Mark]):
    lines = painting(*LAYERS, *many)
    empty = after(lines, cleared(lines, "a"))
    assert ids(empty) == ["a", "b"] and strokes(empty, "a") == 0
    assert strokes(empty, "b") == strokes(lines, "b")


def test_new_layers_are_distinct():
    layers: list[Layer] = []
    for _ in range(MOST_LAYERS):
        layers.append(
            Layer(
                id=free_id(layers), name=free_name(layers, "Region {0}"), colour=free_colour(layers)
            )
        )
    assert len({layer.id for layer in layers}) == len({layer.name for layer in layers}) == 64
    assert layers[1].name == "Region 2"
    assert len({layer.colour for layer in layers[:12]}) == 12
    assert free_name([Layer(name="region 1")], "Region {0}") == "Region 2"

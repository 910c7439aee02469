"""Places of the pictures of a lineage."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodeui.views.gallery.tree_layout import place_nodes


def test_a_parent_stands_before_the_middle_of_its_children() -> None:
    places = place_nodes([("a", "b"), ("a", "c"), ("a", "d")], list("abcd"))
    assert (places["a"].column, places["a"].lane) == (0, 1.0)
    assert [(places[node].column, places[node].lane) for node in "bcd"] == [(1, 0), (1, 1), (1, 2)]


def test_a_second_parent_stands_beside_its_child() -> None:
    places = place_nodes([("a", "b"), ("b", "c"), ("hint", "c")], ["a", "b", "c", "hint"])
    assert places["hint"].column == places["b"].column == 1
    assert places["hint"].lane != places["b"].lane


def test_a_circle_is_cut() -> None:
    places = place_nodes([("a", "b"), ("b", "a")], ["a", "b"])
    assert places["a"].column < places["b"].column


def test_a_long_line_of_pictures() -> None:
    edges = [(number, number + 1) for number in range(3000)]
    places = place_nodes(edges, list(range(3001)))
    assert places[3000].column == 3000 and {place.lane for place in places.values()} == {0.0}


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_no_two_pictures_share_a_place(pairs: list[tuple[int, int]]) -> None:
    edges = [(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]]
    places = place_nodes(edges, list(range(13)))
    assert len({(place.column, place.lane) for place in places.values()}) == 13
    assert all(places[parent].column < places[child].column for parent, child in edges)

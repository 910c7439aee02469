"""The query line: what it means, its errors, and its suggestions."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.pictures.query import (
    FIELDS,
    NUMBERS,
    STATES,
    Query,
    QueryError,
    Term,
    parse,
    suggest,
    written,
)

TODAY = dt.date(2026, 11, 30)
DAY = dt.date(2026, 11, 1).toordinal()


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("lighthouse", (Term("", "lighthouse"),)),
        ('-"night sky"', (Term("", "night sky", negated=True, whole=True),)),
        ("model:starter", (Term("model", "starter"),)),
        ("MODEL:starter", (Term("model", "starter"),)),
        ('tag:"night sky"', (Term("tag", "night sky", whole=True),)),
        ("rating:>=3", (Term("rating", low=3, high=2**64),)),
        ("rating:<3", (Term("rating", low=-(2**64), high=3),)),
        ("rating:<=3", (Term("rating", low=-(2**64), high=4),)),
        ("rating:>3", (Term("rating", low=4, high=2**64),)),
        ("rating:2..4", (Term("rating", low=2, high=5),)),
        ("seed:18446744073709551615", (Term("seed", low=2**64 - 1, high=2**64),)),
        ("date:2026-11-01", (Term("date", low=DAY, high=DAY + 1),)),
        ("date:>=2026-11", (Term("date", low=DAY, high=2**64),)),
        ("date:2026-11", (Term("date", low=DAY, high=DAY + 30),)),
        ("date:today", (Term("date", low=DAY + 29, high=DAY + 30),)),
        ("-is:rejected", (Term("is", "rejected", negated=True),)),
        ('say "un\\"quoted"', (Term("", "say"), Term("", 'un"quoted', whole=True))),
        ('"not closed', (Term("", "not closed", whole=True),)),
        ("12:30", (Term("", "12:30"),)),
    ],
)
def test_meaning(text: str, terms: Query) -> None:
    assert parse(text, TODAY) == terms


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("colour:red", 'There is no field "colour"'),
        ("rating:", 'Enter a value after "rating:"'),
        ("rating:good", '"good" is no value for rating'),
        ("rating:>=", '">=" is no value for rating'),
        ("date:2026-13", '"2026-13" is no value for date'),
        ("date:0000", '"0000" is no value for date'),
        ("date:tomorrow", '"tomorrow" is no value for date'),
        ("is:nice", 'There is no state "nice"'),
        ("-", "Enter a word"),
        ('""', "Enter a word"),
        ("seed:" + "9" * 5000, "is no value for seed"),
    ],
)
def test_errors_are_one_line_and_point_to_the_term(text: str, part: str) -> None:
    with pytest.raises(QueryError) as error:
        parse(f"lake {text}", TODAY)
    assert part in str(error.value)
    assert "\n" not in str(error.value)
    assert (error.value.start, error.value.end) == (5, 5 + len(text))


values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
numbers = st.integers(0, 2**64 - 1)
days = st.integers(dt.date(1, 1, 1).toordinal(), dt.date(9999, 12, 30).toordinal())


def ranges(field: st.SearchStrategy[str], bounds: st.SearchStrategy[int]):
    def term(name: str, one: int, other: int, kind: int, negated: bool) -> Term:
        low, high = sorted((one, other))
        open_low = -(2**64) if kind == 1 else low
        return Term(name, "", open_low, 2**64 if kind == 2 else high + 1, negated)

    return st.builds(term, field, bounds, bounds, st.integers(0, 2), st.booleans())


texts = st.sampled_from([name for name in FIELDS if name not in (*NUMBERS, "date", "is")])
terms = st.one_of(
    st.builds(lambda text, negated: Term("", text, 0, 0, negated, True), values, st.booleans()),
    st.builds(lambda name, text: Term(name, text, whole=True), texts, values),
    st.builds(lambda text: Term("is", text), st.sampled_from(STATES)),
    ranges(st.sampled_from(NUMBERS), numbers),
    ranges(st.just("date"), days),
)


@given(st.lists(terms).map(tuple))
def test_written_queries_are_read_as_they_were(query: Query) -> None:
    assert parse(written(query), TODAY) == query


@given(st.text())
def test_any_text_is_a_query_or_an_error(text: str) -> None:
    try:
        query = parse(text, TODAY)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(text)
    else:
        assert parse(written(query), TODAY) == query
    for cursor in (0, len(text) // 2, len(text)):
        for found in suggest(text, cursor, {"tag": ["a"]}):
            assert 0 <= found.start <= found.end <= len(text)


KNOWN = {"tag": ["sunset", "night sky", "skyline"], "model": ["starter"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ra", ["rating:"]),
        ("lake -ta", ["-tag:"]),
        ("tag:sk", ["tag:skyline ", 'tag:"night sky" ']),
        ("tag:", ["tag:sunset ", 'tag:"night sky" ', "tag:skyline "]),
        ("model:St", ["model:starter "]),
        ("is:r", ["is:rejected ", "is:rated ", "is:workflow "]),
        ("lake", []),
        ("", []),
        ("tag:sunset", []),
    ],
)
def test_suggestions(text: str, found: list[str]) -> None:
    assert [one.text for one in suggest(text, len(text), KNOWN)] == found


def test_a_suggestion_replaces_the_term_at_the_cursor() -> None:
    (found,) = suggest("lake mod night", 8, KNOWN)
    assert (found.text, found.start, found.end) == ("model:", 5, 8)

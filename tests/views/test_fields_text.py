"""Values as text, typed values and drags."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeui.graph.spec import Parameter
from nodeui.views.fields import drag_value, edit_text, parse, share, text_of
from nodeui.views.fields.expression import evaluate
from nodeui.views.fields.weighting import reweight, weights

STEPS = Parameter("steps", "integer", default=20, low=1, high=150)
WIDTH = Parameter("width", "integer", default=512, low=64, high=4096, step=8, unit="px")
STRENGTH = Parameter("strength", "number", default=1.0, low=0, high=1)
SCALE = Parameter("scale", "number", default=7.5, low=0, high=30, step=0.1)
SEED = Parameter("seed", "integer", default=0, low=0, high=2**63 - 1, widget="seed")
CURVE = Parameter("curve", "curve", default=(), low=0, high=30)
CLIP = Parameter("clip", "integer", low=0, high=4, nullable=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("512*1.5", 768),
        (" 2 + 3*4 ", 14),
        ("(1+2)**3", 27),
        ("-7 // 2", -4),
        ("10 % 4", 2),
        ("1e3", 1000),
        ("pi", math.pi),
        ("2**-1", 0.5),
        ("9007199254740993", 9007199254740993),
    ],
)
def test_arithmetic(text: str, number: float) -> None:
    assert evaluate(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "1/0", "9**9**9", "2.0**5000", "(-1)**.5", "__import__('os')", "[1]*9",
        "1 if 1 else 2", "'a'*3", "True", "(" * 150, "1" * 300, "1e999", "0x",
        "min(1, 2)", "1\n2", "1,5", "*".join(["9**40"] * 33),
    ],
)  # fmt: skip
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        evaluate(text)


@given(st.text(max_size=40))
def test_no_text_does_more_than_give_a_number_or_a_clear_error(text: str) -> None:
    try:
        number = evaluate(text)
    except ValueError as error:
        assert str(error)
    else:
        assert math.isfinite(number)


@given(st.integers(1, 150))
def test_whole_numbers_survive_editing(value: int) -> None:
    assert parse(STEPS, edit_text(STEPS, value)) == parse(STEPS, text_of(STEPS, value)) == value


@given(st.integers(0, 2**63 - 1))
def test_seeds_of_64_bits_survive_editing(value: int) -> None:
    assert parse(SEED, edit_text(SEED, value)) == value
    assert drag_value(SEED, value, 0, False) == value


@given(st.floats(0, 30))
def test_numbers_survive_editing_to_the_last_bit(value: float) -> None:
    assert parse(SCALE, edit_text(SCALE, value)) == value


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 30)), unique_by=lambda point: point[0]).map(
        lambda points: tuple(sorted(points))
    )
)
def test_curves_survive_editing(points: tuple[tuple[float, float], ...]) -> None:
    assert parse(CURVE, edit_text(CURVE, points)) == points


def test_how_values_read() -> None:
    assert text_of(WIDTH, 512) == "512 px"
    assert text_of(STRENGTH, 0.7) == "0.70"
    assert text_of(STRENGTH, 0.701) == "0.701"
    assert text_of(SCALE, 7.0) == "7.0"
    assert text_of(CLIP, None) == "auto"
    assert text_of(CURVE, ()) == "not set"
    assert text_of(CURVE, ((0.0, 7.5), (1.0, 3.0))) == "7.5 → 3"
    assert text_of(Parameter("on", "boolean"), True) == "On"
    prompt = Parameter("prompt", "text", widget="multiline")
    assert text_of(prompt, "a lake,\n dusk") == "a lake, dusk"
    picture = Parameter("path", "text", widget="image-file")
    assert text_of(picture, "/far/away/hill.png") == "hill.png"
    assert text_of(picture, "") == "not chosen"


def test_typed_whole_numbers_come_to_lie_on_the_grid() -> None:
    assert parse(WIDTH, "500") == 504
    assert parse(WIDTH, "512*1.5 px") == 768
    assert parse(WIDTH, "512/3") == 168
    assert parse(STEPS, "20.4") == 20


def test_typed_values_out_of_range_are_refused_with_the_range() -> None:
    with pytest.raises(ValueError, match="between 1 and 150"):
        parse(STEPS, "151")
    with pytest.raises(ValueError, match="between 0 and 1"):
        parse(STRENGTH, "1.2")
    with pytest.raises(ValueError, match="is not a point"):
        parse(CURVE, "0: 1, 7")


def test_an_empty_field_is_none_only_where_none_is_a_value() -> None:
    assert parse(CLIP, " ") is None
    with pytest.raises(ValueError, match="not a number"):
        parse(STEPS, " ")


@given(
    st.sampled_from([STEPS, WIDTH, STRENGTH, SCALE, SEED, CLIP]),
    st.floats(-1e5, 1e5),
    st.booleans(),
    st.data(),
)
def test_a_drag_always_gives_a_valid_value(
    parameter: Parameter, dx: float, fine: bool, data: st.DataObject
) -> None:
    assert parameter.low is not None and parameter.high is not None
    start = data.draw(st.integers(int(parameter.low), int(parameter.high)))
    value = parameter.check(drag_value(parameter, parse(parameter, str(start)), dx, fine))
    if dx:
        further = drag_value(parameter, value, math.copysign(1e9, dx), fine)
        assert (further >= value) if dx > 0 else (further <= value)


def test_shift_drags_ten_times_finer() -> None:
    coarse = drag_value(STRENGTH, 0.5, 40, False) - 0.5
    fine = drag_value(STRENGTH, 0.5, 40, True) - 0.5
    assert coarse == pytest.approx(10 * fine)
    assert fine > 0


def test_a_drag_without_movement_keeps_an_odd_value() -> None:
    assert drag_value(STRENGTH, 0.123456, 0, False) == 0.123456


def test_the_share_of_the_range_that_the_bar_fills() -> None:
    assert share(STRENGTH, 0.25) == 0.25
    assert share(STEPS, 1) == 0
    assert share(SEED, 5) is None
    assert share(CLIP, None) is None


@pytest.mark.parametrize(
    ("text", "selected", "change", "new"),
    [
        ("a red house", "red", 0.1, "a (red:1.1) house"),
        ("a (red:1.1) house", "red", 0.1, "a (red:1.2) house"),
        ("a (red:1.1) house", "red", -0.1, "a red house"),
        ("a red house", "red ", -0.1, "a (red:0.9) house"),
        ("a (red) house", "red", 0.1, "a (red:1.2) house"),
        ("a [red] house", "red", 0.1, "a red house"),
        ("a (red:2) house", "red", 0.1, "a (red:2) house"),
        (r"a \(red\) house", "red", 0.1, r"a \((red:1.1)\) house"),
        ("a (big red house:1.3)", "red", 0.1, "a (big red house:1.4)"),
    ],
)
def test_weighting_words(text: str, selected: str, change: float, new: str) -> None:
    start = text.index(selected)
    result, first, last = reweight(text, start, start + len(selected), change)
    assert result == new
    assert selected.strip() in result[first:last]


def test_where_a_prompt_is_weighted() -> None:
    assert weights("a (big (red:0.5) house:1.3) [far] \\(no\\) (open") == [
        (7, 16, 0.5),
        (2, 27, 1.3),
        (28, 33, 0.9),
    ]


def test_weighting_takes_the_word_at_the_cursor() -> None:
    assert reweight("a red house", 3, 3, 0.1)[0] == "a (red:1.1) house"
    assert reweight("", 0, 0, 0.1) == ("", 0, 0)


@given(st.text("ab ,()[]:1.\\", max_size=30), st.data())
def test_weighting_never_fails_and_keeps_the_selection_inside(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result, first, last = reweight(text, start, end, 0.1)
    assert 0 <= first <= last <= len(result)


# --- as languages write numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameter", "text", "point", "value"),
    [
        (SCALE, "2,5", ",", 2.5),
        (SCALE, "2.5", ",", 2.5),
        (SCALE, "2,5*2", ",", 5.0),
        (SCALE, "2٫5", "٫", 2.5),
        (SCALE, "٣", ".", 3.0),
        (SCALE, "\u22120 + 1", ".", 1.0),
        (WIDTH, "1.024", ",", 1024),
        (WIDTH, "1,024", ".", 1024),
        (WIDTH, "1.024 px", ",", 1024),
        (WIDTH, "512,0", ",", 512),
        (SEED, "12.345.678", ",", 12345678),
        (CURVE, "2,5", ",", ((0.0, 2.5),)),
        (CURVE, "0: 7,5; 1: 3", ",", ((0.0, 7.5), (1.0, 3.0))),
        (CURVE, "0: 7,5, 1: 3", ",", ((0.0, 7.5), (1.0, 3.0))),
        (CURVE, "0: 7,5, 0,5: 4, 1: 3,25", ",", ((0.0, 7.5), (0.5, 4.0), (1.0, 3.25))),
        (CURVE, "0:2,1:3", ",", ((0.0, 2.0), (1.0, 3.0))),
        (CURVE, "0: 7.5; 1: 3", ".", ((0.0, 7.5), (1.0, 3.0))),
    ],
)
def test_numbers_as_the_language_writes_them(
    parameter: Parameter, text: str, point: str, value: object
) -> None:
    assert parse(parameter, text, point) == value


@pytest.mark.parametrize(
    ("parameter", "text", "point"),
    [(SCALE, "2,5", "."), (WIDTH, "1,02", "."), (CURVE, "0: 7,5", "."), (SCALE, "2,5,1", ",")],
)
def test_numbers_as_no_one_writes_them(parameter: Parameter, text: str, point: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(parameter, text, point)

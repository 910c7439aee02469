"""Node functions that would not work, or whose declarations would be ignored, are refused."""

# pyright: reportInvalidTypeForm=false

from __future__ import annotations

import inspect
import re
from collections import namedtuple
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, cast

import pytest

from nodeui.graph.registry import Registry
from nodeui.graph.signature import SpecError, spec_of
from nodeui.sdk import (
    COLOUR,
    MULTILINE,
    SEED,
    Check,
    Context,
    Curve,
    Files,
    Lazy,
    NodeError,
    NodeFunction,
    NoKey,
    Range,
    Steps,
    node,
    value,
)
from tests.graph.toys import Area, Picture

if TYPE_CHECKING:
    from pathlib import Path as Unresolved

Untyped = namedtuple("Untyped", ["left", "right"])


class Halves(NamedTuple):
    """Two halves.

    Attributes:
        left: The left one.
        middle: There is none.
    """

    left: Picture
    right: Picture


class Wrong(NamedTuple):
    """One field is no value."""

    picture: Picture
    raw: bytes


class Print(Picture):
    """A subclass is not declared by its base."""


@dataclass(frozen=True)
class Plain:
    size: int


def no_slash(name: str) -> None:
    if "/" in name:
        raise NodeError("it has a slash")


PICTURE = Picture(8)
POINTS = cast(Any, [(0.0, 1.0)])  # a list, where a tuple is asked for


# --- signatures --------------------------------------------------------------------------------


def no_return(size: int = 1): ...


def several_values(*sizes: int) -> Picture: ...
def any_names(**sizes: int) -> Picture: ...
def by_position(size: int, /) -> Picture: ...
def two_contexts(ctx: Context, other: Context) -> Picture: ...
def unresolved(path: Unresolved) -> Picture: ...
async def awaited() -> Picture: ...
def generated() -> Iterator[Picture]:
    yield PICTURE


async def both() -> AsyncIterator[Picture]:
    yield PICTURE


def misspelt(size: int = 1) -> Picture:
    """Paint.

    Args:
        sise: How large.
    """
    ...


def bare(size=1) -> Picture: ...


# --- arguments ---------------------------------------------------------------------------------


def raw(x: bytes) -> Picture: ...
def undeclared(x: Plain) -> Picture: ...
def derived(x: Print) -> Picture: ...
def mixed(x: int | str = 1) -> Picture: ...
def optional(x: Picture | None) -> Picture: ...
def given(x: Picture | None = PICTURE) -> Picture: ...
def lazy_choice(x: Lazy[Literal["a"]]) -> Picture: ...
def bounded_input(x: Annotated[Picture, Range(0, 1)]) -> Picture: ...
def unkeyed_input(x: Annotated[Picture, NoKey]) -> Picture: ...
def above(x: Annotated[float, Range(0, 1)] = 2.0) -> Picture: ...
def off_grid(x: Annotated[int, Range(0, 64, 8)] = 12) -> Picture: ...
def wrong_type(x: int = cast(Any, "1")) -> Picture: ...
def wrong_choice(x: Literal["a", "b"] = cast(Any, "c")) -> Picture: ...
def against_check(x: Annotated[str, Check(no_slash)] = "a/b") -> Picture: ...
def broken_check(x: Annotated[str, Check(int)] = "a") -> Picture: ...
def not_nullable(x: int = cast(Any, None)) -> Picture: ...
def numbers(x: Literal[1, 2] = 1) -> Picture: ...
def null_choice(x: Literal["a", None] = None) -> Picture: ...
def bounded_text(x: Annotated[str, Range(0, 1)] = "") -> Picture: ...
def bounded_switch(x: Annotated[bool, Range(0, 1)] = True) -> Picture: ...
def empty_range(x: Annotated[int, Range(4, 1)] = 2) -> Picture: ...
def endless(x: Annotated[float, Range(0, float("inf"))] = 2) -> Picture: ...
def no_step(x: Annotated[int, Range(0, 4, 0)] = 2) -> Picture: ...
def half_step(x: Annotated[int, Range(0, 4, 0.5)] = 2) -> Picture: ...
def two_ranges(x: Annotated[int, Range(0, 4), Range(0, 8)] = 2) -> Picture: ...
def bare_range(x: Annotated[int, Range] = 2) -> Picture: ...
def text_seed(x: Annotated[str, SEED] = "") -> Picture: ...
def number_lines(x: Annotated[int, MULTILINE] = 2) -> Picture: ...
def colour_number(x: Annotated[float, COLOUR] = 2) -> Picture: ...
def list_default(x: Curve = POINTS) -> Picture: ...


# --- outputs -----------------------------------------------------------------------------------


def pair() -> tuple[Picture, Picture]: ...
def pictures() -> list[Picture]: ...
def nothing() -> None: ...
def untyped() -> Untyped: ...
def unknown_field() -> Halves: ...
def wrong_field() -> Wrong: ...
def plain() -> Plain: ...
def curve() -> Curve: ...
def bare_steps() -> Steps: ...


REFUSED = [
    (no_return, "return type is not annotated"),
    (several_values, r"\*sizes: .* fixed list"),
    (any_names, r"\*\*sizes: .* fixed list"),
    (by_position, "size is positional-only"),
    (two_contexts, "ctx and other"),
    (unresolved, "'Unresolved' is not defined; .* TYPE_CHECKING"),
    (awaited, "async"),
    (both, "async"),
    (generated, "generator"),
    (misspelt, "describes 'sise'"),
    (bare, "size has no annotation"),
    (raw, "x: bytes is neither"),
    (undeclared, "x: Plain is neither a socket type .* @value"),
    (derived, "x: Print is neither a socket type"),
    (mixed, "x: int | str mixes types"),
    (optional, r"x: X \| None = None"),
    (given, r"x: X \| None = None"),
    (lazy_choice, r"x: Lazy takes a socket type, not Literal\['a'\]"),
    (bounded_input, "x is an input; Range applies to parameters"),
    (unkeyed_input, "x is an input; NoKey applies to parameters"),
    (above, "x: the default is refused: x must be between 0 and 1"),
    (off_grid, "x: the default is refused: x must be in steps of 8"),
    (wrong_type, "x: the default is refused: x takes a whole number"),
    (wrong_choice, "x: the default is refused: x must be one of a, b"),
    (against_check, "x: the default is refused: it has a slash"),
    (broken_check, "x: its Check fails on the default: ValueError"),
    (not_nullable, r"x: X \| None = None"),
    (numbers, 'x: choices are texts; write Literal\\["1", "2"\\]'),
    (null_choice, r"x: None is not a choice; write Literal\[...\] \| None"),
    (bounded_text, "x: a Range applies to numbers"),
    (bounded_switch, "x: a Range applies to numbers"),
    (empty_range, r"x: Range\(4, 1\)"),
    (endless, r"x: Range\(0, inf\)"),
    (no_step, "x: the step 0"),
    (half_step, "x is a whole number; so are"),
    (two_ranges, "x has 2 marks of the kind Range"),
    (bare_range, r"x: Range needs arguments: Range\(...\)"),
    (text_seed, "x: 'seed' edits integer parameters only"),
    (number_lines, "x: 'multiline' edits text parameters only"),
    (colour_number, "x: 'colour' edits text parameters only"),
    (list_default, "x: the default is mutable"),
    (pair, "return type: .*: for several outputs, use a NamedTuple"),
    (pictures, "return type: .*: return one value"),
    (nothing, "output=True"),
    (untyped, "fields of Untyped have no types"),
    (unknown_field, "describes 'middle', but Halves has no such field"),
    (wrong_field, "the output raw: bytes is not a socket type"),
    (plain, "return type: Plain is not a socket type"),
    (curve, "a curve cannot be an output"),
    (bare_steps, r"Steps needs the type of its result"),
]


@pytest.mark.parametrize(("function", "said"), REFUSED, ids=lambda it: getattr(it, "__name__", ""))
def test_a_function_that_would_not_work_is_refused(function: Callable[..., Any], said: str):
    bad = node("bad.one", title="Bad", category="Bad")(function)
    with pytest.raises(SpecError, match=said) as error:
        spec_of(bad)
    line = inspect.getsourcelines(function)[1]
    assert str(error.value).startswith(f"bad.one ({__file__}:{line}): ")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"id": ""}, "'' is not a node id"),
        ({"id": "my pack.blur"}, "'my pack.blur' is not a node id"),
        ({"aliases": "ksampler"}, re.escape("aliases=('ksampler',)")),
        ({"version": 0}, "version is a whole number"),
        ({"version": "2"}, "version is a whole number"),
    ],
)
def test_a_declaration_that_would_not_work_is_refused(declared: dict[str, Any], said: str):
    def paint() -> Picture:
        return PICTURE

    whole: dict[str, Any] = {"id": "bad.one", "title": "Bad", "category": "Bad", **declared}
    bad = node(**whole)(paint)
    with pytest.raises(SpecError, match=said):
        spec_of(bad)


# --- functions beside the node -----------------------------------------------------------------


def painter(files: str | None = None) -> NodeFunction[..., Any]:
    def paint(picture: Picture, area: Area | None = None, size: int = 1) -> Picture:
        return picture

    def store(picture: Picture, files: str = "") -> Picture:
        return picture

    function: Callable[..., Any] = paint if files is None else store
    return node("bad.one", title="Bad", category="Bad")(function)


def test_a_passthrough_names_an_input_of_the_type_of_the_output():
    for source, said in [
        ("pictur", r"passthrough\('pictur'\): it has no such input, only picture, area"),
        ("size", r"passthrough\('size'\): it has no such input"),
        ("area", "the input is of type area; the output is of type picture"),
    ]:
        bad = painter()
        bad.passthrough(source)(lambda size: size == 0)
        with pytest.raises(SpecError, match=said):
            spec_of(bad)


def test_predicates_read_parameters_only():
    for register, said in [
        (lambda bad: bad.passthrough("picture")(lambda area: True), "the passthrough of 'picture'"),
        (lambda bad: bad.passthrough("picture")(lambda files: True), "can read size$"),
        (lambda bad: bad.fingerprint(lambda picture: ""), "'picture', which is an input"),
        (lambda bad: bad.fingerprint(lambda seize: ""), "'seize', which is not a parameter"),
        (lambda bad: bad.fingerprint(lambda size, *more: ""), "'more', which is not a parameter"),
        (lambda bad: setattr(bad, "light", lambda area: True), "the light predicate reads 'area'"),
        (lambda bad: bad.valid(lambda value: True), r"valid: .* \(value, ctx\)"),
        (lambda bad: bad.migrate(lambda params: params), r"migrate: .* \(parameters, version\)"),
    ]:
        bad = painter()
        register(bad)
        with pytest.raises(SpecError, match=said):
            spec_of(bad)


def test_a_fingerprint_may_read_files_and_parameters():
    good = painter()
    good.fingerprint(lambda size, files: "")
    assert spec_of(good).id == "bad.one"


def test_a_parameter_called_files_hides_the_files():
    bad = painter("files")

    @bad.fingerprint
    def _state(files: Files) -> str:
        return ""

    with pytest.raises(SpecError, match="rename the parameter of that name"):
        spec_of(bad)


# --- values ------------------------------------------------------------------------------------


def test_a_value_class_is_a_frozen_dataclass():
    class NoDataclass:
        size: int

    @dataclass
    class Mutable:
        size: int

    class Inherits(Picture):
        more: int

    for cls in (NoDataclass, Mutable, Inherits):
        with pytest.raises(TypeError, match=rf"{cls.__name__}: .* @dataclass\(frozen=True\)"):
            value("thing")(cls)


@pytest.mark.parametrize("name", ["", "Depth map", "depth-map", "my..map", "integer", "curve"])
def test_a_socket_type_has_a_name_of_its_own(name: str):
    with pytest.raises(TypeError, match="Plain"):
        value(name)(Plain)


def test_two_classes_cannot_share_a_socket_type():
    @value("picture")
    @dataclass(frozen=True)
    class Photo:
        size: int

    def shoot() -> Photo: ...
    def paint() -> Picture: ...

    shoot.__annotations__["return"] = Photo
    nodes = [node(f"toy.{f.__name__}", title="", category="")(f) for f in (paint, shoot)]
    with pytest.raises(
        SpecError, match=r"toy\.shoot: the socket type 'picture' is .*toys\.Picture"
    ):
        Registry(nodes)

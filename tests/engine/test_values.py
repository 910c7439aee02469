"""Tests values: immutable, hashed, and unchanged after serialisation."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from safetensors.numpy import load

from nodeui.engine.values import decode, digest, encode, freeze, nbytes
from nodeui.sdk import value


@dataclass(frozen=True)
class Part:
    name: str
    weights: NDArray[np.float32] | None


Parts = tuple[Part, ...]


@value("whole")
@dataclass(frozen=True)
class Whole:
    """A value with every kind of part."""

    array: NDArray[Any]
    raw: bytes
    parts: Parts
    table: Mapping[str, Any]
    scalar: float | str | int | bool | None


@value("twin")
@dataclass(frozen=True)
class Twin:
    """Like `Whole`, with another name."""

    array: NDArray[Any]
    raw: bytes
    parts: Parts
    table: Mapping[str, Any]
    scalar: float | str | int | bool | None


def same(a: Any, b: Any) -> bool:
    """True if type and bits are equal, except for the bits of NaN."""
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if is_dataclass(a) and not isinstance(a, type):
        pairs = ((getattr(a, f.name), getattr(b, f.name)) for f in fields(a))
        return type(a) is type(b) and all(same(x, y) for x, y in pairs)
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(same(a[name], b[name]) for name in a)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and repr(a) == repr(b)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
dtypes = st.sampled_from(
    ["<f8", "<f4", "<f2", "|b1", "<i8", "<i4", "<i2", "|i1", "<u8", "<u4", "<u2", "|u1", "<c8"]
)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(np.dtype(dtype), hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
)
parts = st.builds(Part, st.text(), st.none() | arrays)
tables = st.recursive(
    scalars | arrays | st.binary(),
    lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner).map(tuple),
    max_leaves=8,
)
wholes = st.builds(
    Whole,
    arrays,
    st.binary(),
    st.lists(parts, max_size=3).map(tuple),
    st.dictionaries(st.text(), tables, max_size=3),
    scalars,
)


@given(scalars)
def test_scalars_survive_bytes(scalar: Any) -> None:
    assert same(decode(encode(scalar), type(scalar)), scalar)


@given(wholes)
def test_values_survive_bytes(whole: Whole) -> None:
    frozen = freeze(whole)
    again = decode(encode(frozen), Whole)
    assert same(again, frozen)
    assert digest(again) == digest(frozen)
    assert not again.array.flags.writeable


@given(wholes, wholes)
def test_equal_digests_mean_equal_values(a: Whole, b: Whole) -> None:
    a, b = freeze(a), freeze(b)
    assert (digest(a) == digest(b)) == same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, True),
        (1, 1.0),
        (1, "1"),
        (0.0, -0.0),
        (None, "null"),
        (np.zeros(2, np.float32), np.zeros(2, np.int32)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        ((), MappingProxyType({})),
        (b"", np.zeros(0, np.uint8)),
    ],
)
def test_what_looks_alike_has_another_digest(a: Any, b: Any) -> None:
    def whole(item: Any) -> Whole:
        return freeze(Whole(np.zeros(1), b"", (), {"item": item}, None))

    assert digest(whole(a)) != digest(whole(b))


def test_the_socket_type_is_part_of_the_digest() -> None:
    contents = (np.zeros(1), b"", (), MappingProxyType({}), None)
    assert digest(Whole(*contents)) != digest(Twin(*contents))


def test_a_value_with_arrays_is_a_safetensors_file() -> None:
    array = np.arange(6, dtype=np.float16).reshape(2, 3)
    tensors = load(encode(freeze(Whole(array, b"ab", (), {}, math.nan))))
    assert np.array_equal(tensors["0"], array)
    assert tensors["1"].tobytes() == b"ab"


def test_freezing_a_view_copies_it() -> None:
    base = np.zeros((4, 4), np.float32)
    frozen = freeze(Whole(base[1:], b"", (), {}, None))
    base[:] = 1
    assert not frozen.array.any()
    assert base.flags.writeable


def test_freezing_an_array_that_owns_its_memory_copies_nothing() -> None:
    array = np.zeros(4)
    frozen = freeze(Whole(array, b"", (), {}, None))
    assert frozen.array is array
    assert not array.flags.writeable


def test_a_read_only_view_of_a_writable_array_is_copied() -> None:
    base = np.zeros(4)
    view = base[:]
    view.flags.writeable = False
    frozen = freeze(Whole(view, b"", (), {}, None))
    base[:] = 1
    assert not frozen.array.any()


def test_parts_of_a_frozen_value_are_shared() -> None:
    first = freeze(Whole(np.zeros((4, 4)), b"", (), {}, None))
    second = freeze(Whole(first.array[1:], b"", (), first.table, None))
    assert second.array.base is first.array
    assert second.table is first.table


def test_freezing_makes_lists_and_tables_immutable() -> None:
    config = {"betas": [0.1, 0.2], "n": np.float32(0.5)}
    frozen = freeze(Whole(np.zeros(1), b"", (), config, None))
    config["betas"] = []
    assert frozen.table["betas"] == (0.1, 0.2)
    assert frozen.table["n"] == 0.5
    with pytest.raises(TypeError):
        frozen.table["more"] = 1


@pytest.mark.parametrize("odd", [object(), {1, 2}, np.array(["a"]), np.array([None])])
def test_what_cannot_be_stored_is_refused(odd: Any) -> None:
    with pytest.raises(TypeError, match="cannot be part of a value"):
        freeze(Whole(np.zeros(1), b"", (), {"odd": odd}, None))


def test_a_class_that_no_annotation_names_is_refused() -> None:
    stray = freeze(Whole(np.zeros(1), b"", (), {"part": Part("a", None)}, None))
    with pytest.raises(TypeError, match="Part is not named"):
        digest(stray)


@given(wholes, st.data())
def test_damaged_bytes_give_a_value_error_or_a_value(whole: Whole, data: st.DataObject) -> None:
    encoded = bytearray(encode(freeze(whole)))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(0, len(encoded)))
    with contextlib.suppress(ValueError):
        decode(bytes(encoded[:length]), Whole)


def test_the_size_is_about_that_of_the_arrays() -> None:
    whole = Whole(
        np.zeros(10_000), bytes(5000), (Part("a", np.zeros(200, np.float32)),), {}, "x" * 50
    )
    assert 85_850 <= nbytes(whole) <= 87_000

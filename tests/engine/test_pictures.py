"""Pictures of values, as their types declare them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from nodeui.engine.pictures import WHOLE, Levels, Picture, PictureError, picture_of, pictures_of
from nodeui.graph.registry import Registry
from nodeui.sdk import node, value


@value("shown", picture=lambda shown: shown.content)
@dataclass(frozen=True)
class Shown:
    content: Any


@value("unseen")
@dataclass(frozen=True)
class Unseen:
    content: Any


class Both(NamedTuple):
    """Two values.

    Attributes:
        unseen: The first one.
        first: May be shown.
        second: May be shown, too.
    """

    unseen: Unseen
    first: Shown | None
    second: Shown


@node("toy.both", title="Both", category="Toys")
def both() -> Both:
    """Return values."""
    raise NotImplementedError


@node("toy.unseen", title="Unseen", category="Toys")
def unseen() -> Unseen:
    """Return a value."""
    raise NotImplementedError


SPECS = Registry([both, unseen])
FOLDER = Path("output")


def pixels(found: Picture | None) -> NDArray[np.uint8]:
    assert isinstance(found, np.ndarray)
    return found


def picture(content: object) -> Picture | None:
    values = {"unseen": Unseen(1), "first": Shown(None), "second": Shown(content)}
    return picture_of(SPECS["toy.both"], values, FOLDER)


def pictures(content: object) -> Levels:
    values = {"unseen": Unseen(1), "first": Shown(None), "second": Shown(content)}
    found = pictures_of(SPECS["toy.both"], values, FOLDER)
    assert isinstance(found, Levels)
    return found


def test_the_first_output_with_a_picture_counts():
    assert SPECS["toy.both"].pictured and not SPECS["toy.unseen"].pictured
    black, white = (np.full((2, 3, 3), level, np.uint8) for level in (0, 255))
    values = {"unseen": Unseen(white), "first": Shown(black), "second": Shown(white)}
    both = SPECS["toy.both"]
    assert np.array_equal(pixels(picture_of(both, values, FOLDER)), black)
    assert np.array_equal(pixels(picture_of(both, {**values, "first": None}, FOLDER)), white)
    assert picture_of(SPECS["toy.unseen"], {"unseen": Unseen(white)}, FOLDER) is None


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_pixels_become_8_bits(channels: int, batch: tuple[int, ...]):
    floats = np.zeros((*batch, 2, 3, channels), np.float32)
    floats[..., 0, :, :] = [[-1.0], [0.5], [2.0]]
    found = pixels(picture(floats))
    assert found.dtype == np.uint8 and found.shape == (2, 3, channels)
    assert found[0, :, 0].tolist() == [0, 128, 255]
    assert np.array_equal(pixels(picture(found)), found)


def test_files_start_at_the_output_folder():
    assert picture(Path("a/b.png")) == FOLDER / "a/b.png"


def test_an_empty_batch_has_no_picture():
    assert picture(np.zeros((0, 4, 4, 3), np.float32)) is None
    assert picture(None) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (np.zeros((4, 4), np.uint8), "has the shape (4, 4)"),
        (np.zeros((4, 4, 2), np.uint8), "has the shape (4, 4, 2)"),
        (np.zeros((4, 4, 3)), "is of type float64"),
        ([1, 2], "is no array, but list"),
    ],
)
def test_what_breaks_the_contract_is_named(content: object, why: str):
    with pytest.raises(PictureError, match=re.escape(f"a value of type shown {why}")):
        picture(content)


def test_a_function_that_fails_is_named():
    values = {"unseen": None, "first": object(), "second": None}
    with pytest.raises(PictureError, match="type shown failed: AttributeError"):
        picture_of(SPECS["toy.both"], values, FOLDER)


def test_all_pictures_of_a_batch_are_shown_with_their_bits():
    batch = np.random.default_rng(0).integers(0, 256, (5, 6, 4, 3), np.uint8)
    found = pictures(batch)
    assert np.array_equal(found.pixels, batch)
    assert (found.width, found.height, found.stride) == (4, 6, 1)
    assert np.array_equal(pictures(batch[2]).pixels, batch[2:3])
    values = {"unseen": None, "first": None, "second": Shown(batch)}
    for index in range(5):
        one = pixels(picture_of(SPECS["toy.both"], values, FOLDER, index))
        assert np.array_equal(one, batch[index])
    assert picture_of(SPECS["toy.both"], values, FOLDER, 5) is None


def test_a_large_batch_is_made_small():
    side, count = 1001, WHOLE // 3_000_000 + 2
    batch = np.broadcast_to(np.arange(side, dtype=np.uint16)[:, None, None], (side, side, 3))
    found = pictures(np.broadcast_to(batch, (count, side, side, 3)))
    assert found.stride > 1 and found.pixels.nbytes < WHOLE / 2
    assert (found.width, found.height) == (side, side)
    rows = -(-side // found.stride)
    assert found.pixels.shape == (count, rows, rows, 3)
    alone = pictures(np.broadcast_to(np.uint8(7), (1, 4000, 4000, 3)))
    assert alone.stride == 1 and alone.pixels.nbytes > WHOLE


def test_a_value_may_have_several_files():
    values = {"unseen": None, "first": None, "second": Shown((Path("a.png"), Path("b.png")))}
    both = SPECS["toy.both"]
    assert pictures_of(both, values, FOLDER) == (FOLDER / "a.png", FOLDER / "b.png")
    assert picture_of(both, values, FOLDER, 1) == FOLDER / "b.png"
    assert pictures_of(both, {**values, "second": Shown(())}, FOLDER) is None

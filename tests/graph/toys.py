"""A few node types to build graphs of."""

from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import numpy as np

from nodeui.graph.registry import Registry
from nodeui.sdk import (
    MULTILINE,
    SEED,
    Context,
    Curve,
    Lazy,
    NoKey,
    Range,
    Steps,
    node,
    value,
)


@value("picture", picture=lambda picture: np.zeros((picture.size, picture.size, 1), np.uint8))
@dataclass(frozen=True)
class Picture:
    size: int


@value("area")
@dataclass(frozen=True)
class Area:
    size: int


class Parts(NamedTuple):
    """The parts of a picture.

    Attributes:
        left: The left half.
        share: How much it is of the whole.
    """

    left: Picture
    share: float


@node("toy.paint", title="Paint", category="Toys")
def paint(
    text: Annotated[str, MULTILINE] = "",
    size: Annotated[int, Range(8, 64, 8, "px")] = 16,
    seed: Annotated[int, Range(0, 2**63), SEED] = 0,
) -> Picture:
    """Paint something.

    It takes a second line to say what.

    Args:
        text: What to paint,
            in many words.
        size: Side of the picture.
        seed: Another seed, another picture.
    """
    return Picture(size)


@node("toy.mix", title="Mix", category="Toys", version=3)
def mix(
    base: Picture,
    over: Lazy[Picture],
    area: Area | None = None,
    amount: Annotated[float, Range(0, 1)] = 0.5,
    how: Literal["over", "under"] = "over",
    fade: Curve = (),
    limit: int | None = None,
    every: Annotated[int, Range(1, 100), NoKey] = 1,
    loud: bool = False,
    *,
    ctx: Context,
) -> Picture:
    """Mix two pictures.

    Args:
        base: Below.
        over: Above.
        area: Where.
        amount: How much.
        how: Which way.
        fade: Over the run.
        limit: At most.
        every: Preview interval.
        loud: With noise.

    Returns:
        The mixture.
    """
    return base


@mix.migrate
def _(params: dict[str, object], version: int) -> dict[str, object]:
    if version < 2 and "strength" in params:
        params["amount"] = params.pop("strength")
    return params


@node("toy.split", title="Split", category="Toys")
def split(picture: Picture) -> Parts:
    """Split a picture.

    Args:
        picture: Which one.
    """
    return Parts(picture, 0.5)


@node("toy.walk", title="Walk", category="Toys")
def walk(picture: Picture) -> Steps[Area]:
    """Walk over it in steps.

    Args:
        picture: Where.
    """
    raise AssertionError("never called")


@node("toy.tell", title="Tell", category="Toys", output=True)
def tell(what: str) -> None:
    """Say it.

    Args:
        what: The words.
    """


TOYS = Registry([paint, mix, split, walk, tell])

"""A node pack that the editor knows nothing about: its own value type, sampler and branches."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from nodeui.graph.edits import AddNode, Connect, Edit
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import (
    SEED,
    BranchKind,
    BranchNode,
    Curve,
    Range,
    Span,
    Steps,
    curve_at,
    node,
    value,
)

SIDE = 4


def look(lattice: Lattice) -> NDArray[np.uint8]:
    """Grey pixels, one a cell."""
    return lattice.cells[..., None]


@value("crystal.lattice", picture=look)
@dataclass(frozen=True, eq=False)
class Lattice:
    """Cells of a crystal.

    Attributes:
        cells: (SIDE, SIDE) uint8.
    """

    cells: NDArray[np.uint8]


@value("crystal.salt")
@dataclass(frozen=True)
class Salt:
    """The salt that a crystal grows from; it has no picture.

    Attributes:
        weights: How much a round adds, over the run.
    """

    weights: tuple[tuple[float, float], ...]


@node("crystal.dissolve", title="Dissolve", category="Crystals", light=True)
def dissolve(weight: Annotated[float, Range(0, 20)] = 4.0) -> Salt:
    """Dissolve a salt.

    Args:
        weight: How much each round adds.
    """
    return Salt(((0.0, weight),))


@node("crystal.swap", title="Swap salts", category="Crystals", light=True)
def swap(early: Salt, late: Salt, when: Annotated[float, Range(0, 1)] = 0.5) -> Salt:
    """Change the salt on the way.

    Args:
        early: The salt at first.
        late: The salt afterwards.
        when: Fraction of the run at which it changes.
    """
    first, second = early.weights[0][1], late.weights[0][1]
    return Salt(((0.0, first), (when, first), (when, second)))


class Growth(Steps[Lattice]):
    """Cells that become brighter: by the salt, the heat, and a random number."""

    def __init__(
        self, salt: Salt, rounds: int, begin: int, heat: Curve, shaken: int | None, luck: int
    ) -> None:
        self._done = 0
        self._cells = np.zeros((SIDE, SIDE), np.float32)
        self._rounds = [
            (
                curve_at(salt.weights, index / rounds),
                curve_at(heat, index / rounds) if heat else 1.0,
                luck if shaken is not None and index >= shaken else 0,
            )
            for index in range(begin, rounds)
        ]
        self.keys = [json.dumps(each) for each in self._rounds]
        self.span = Span(before=begin)
        self.draws_noise = True

    def step(self) -> None:
        weight, heat, luck = self._rounds[self._done]
        self._cells = self._cells + np.float32(weight * heat + luck % 7)
        self._done += 1

    def snapshot(self) -> bytes:
        return self._cells.tobytes()

    def restore(self, done: int, state: bytes) -> None:
        self._done = done
        self._cells = np.frombuffer(state, np.float32).reshape(SIDE, SIDE)

    def result(self) -> Lattice:
        return Lattice(self._cells.astype(np.uint8))

    def pictures(self, before: bytes | None, after: bytes) -> dict[str, NDArray[np.uint8]]:
        cells = np.frombuffer(after, np.float32).reshape(SIDE, SIDE).astype(np.uint8)
        return {"x0": np.repeat(cells[..., None], 3, axis=2)}


SALT = BranchKind(
    name="salt",
    title="Other salt",
    icon="no-such-icon",
    nodes=(
        BranchNode(
            name="swap",
            type="crystal.swap",
            params={"when": "share"},
            links={"early": "salt", "late": "other.salt"},
        ),
        BranchNode(name="other", type="crystal.dissolve", copies="salt"),
    ),
    links={"salt": "swap.salt"},
    change="other",
    needs={"salt": "There is no salt yet."},
)
HEAT = BranchKind(name="heat", title="Other heat", params={"heat": "curve", "warmth": "level"})
LUCK = BranchKind(name="luck", title="Other luck", params={"shaken": "step", "luck": "seed"})


@node(
    "crystal.grow",
    title="Grow",
    category="Crystals",
    step_count="rounds",
    branches=(SALT, HEAT, LUCK),
)
def grow(
    salt: Salt,
    rounds: Annotated[int, Range(1, 50)] = 8,
    begin: Annotated[int, Range(0, 49)] = 0,
    heat: Annotated[Curve, Range(0, 10)] = (),
    warmth: Annotated[float, Range(0, 10)] = 1.0,
    shaken: Annotated[int, Range(0, 50)] | None = None,
    luck: Annotated[int, Range(0, 2**32), SEED] = 0,
) -> Steps[Lattice]:
    """Grow a crystal, round by round.

    Args:
        salt: What it grows from.
        rounds: Number of rounds.
        begin: Rounds that are left out at the start.
        heat: Factor over the run.
        warmth: Factor over the whole run; not used where a curve is given.
        shaken: Round from which on it is shaken.
        luck: How it is shaken.
    """
    return Growth(salt, rounds, begin, heat or ((0.0, warmth),), shaken, luck)


@node("crystal.show", title="Show", category="Crystals", output=True)
def show(lattice: Lattice) -> Lattice:
    """Show a crystal, upside down.

    Args:
        lattice: The crystal.
    """
    return Lattice(np.ascontiguousarray(lattice.cells[::-1]))


def registry() -> Registry:
    """The nodes of the pack, and no others."""
    return Registry([dissolve, swap, grow, show], lambda: "crystal")


def fill(apply: Callable[[Edit], object]) -> None:
    """Apply the edits that make a crystal that is shown."""
    apply(AddNode(Node("salt", "crystal.dissolve", params={"weight": 10.0})))
    apply(AddNode(Node("grow", "crystal.grow", pos=(300, 0))))
    apply(AddNode(Node("show", "crystal.show", pos=(600, 0))))
    apply(Connect(Link("salt", "salt", "grow", "salt")))
    apply(Connect(Link("grow", "lattice", "show", "lattice")))

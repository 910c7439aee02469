"""Declarations of branches: plain data, checked against the node types that they name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from nodeui.graph.branches import branch_kinds, branch_problems, missing_types
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import BranchKind, BranchNode
from tests import crystal

SPECS = crystal.registry()
GROW = SPECS["crystal.grow"]
SWAP, OTHER = crystal.SALT.nodes


def problems(
    *kinds: BranchKind, specs: Mapping[str, NodeSpec] = SPECS, **changes: Any
) -> list[str]:
    spec = replace(GROW, branches=kinds, **changes)
    return branch_problems(spec, specs)


@pytest.mark.parametrize("kind", GROW.branches, ids=lambda kind: kind.name)
def test_declarations_are_plain_data(kind: BranchKind):
    assert msgspec.json.decode(msgspec.json.encode(kind), type=BranchKind) == kind


def test_the_kinds_of_all_node_types_are_listed_once():
    assert list(branch_kinds(SPECS)) == ["salt", "heat", "luck"]


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (
            replace(crystal.SALT, nodes=(replace(SWAP, type="crystal.swop"), OTHER)),
            "there is no node type crystal.swop",
        ),
        (replace(crystal.SALT, nodes=(SWAP, OTHER, OTHER)), "two of its nodes have one name"),
        (replace(crystal.SALT, change="nothing"), "change names none of its nodes: nothing"),
        (replace(crystal.SALT, needs={"sugar": "Sweeter."}), "there is no input sugar"),
        (
            replace(crystal.SALT, nodes=(SWAP, replace(OTHER, copies="sugar"))),
            "other copies from an input that is not there: sugar",
        ),
        (
            replace(crystal.SALT, nodes=(SWAP, replace(OTHER, copies="salt", only=("taste",)))),
            "crystal.dissolve has neither input nor parameter taste",
        ),
        (
            replace(crystal.SALT, nodes=(SWAP, replace(OTHER, own={"weight": "mass"}))),
            "other takes over a parameter that is not there: weight = mass",
        ),
        (replace(crystal.HEAT, params={"cold": "curve"}), "crystal.grow has no parameter cold"),
        (
            replace(crystal.HEAT, params={"warmth": "curve"}),
            "crystal.grow.warmth cannot hold a curve: it is of type number",
        ),
        (
            replace(crystal.SALT, links={"sugar": "swap.salt"}),
            "crystal.grow has no input sugar",
        ),
        (
            replace(crystal.SALT, links={"salt": "swap.sugar"}),
            "swap.sugar is neither an output of its nodes nor an input of crystal.grow",
        ),
        (
            replace(crystal.SALT, links={"salt": "rounds"}),
            "rounds is of type integer, and crystal.grow.salt takes crystal.salt",
        ),
    ],
)
def test_what_is_wrong_with_a_kind_is_named(kind: BranchKind, problem: str):
    assert problems(kind) == [f"crystal.grow, branch {kind.name}: {problem}"]


def test_what_is_wrong_with_a_node_is_named():
    assert problems(crystal.HEAT, crystal.HEAT) == ["crystal.grow: two branches are named heat"]
    assert problems(step_count="steps") == ["crystal.grow: step_count names no parameter: steps"]
    plain = replace(GROW, stepwise=False)
    assert branch_problems(plain, SPECS) == [
        "crystal.grow: only nodes that return Steps have branches"
    ]


def test_node_types_that_are_missing_are_named():
    kind = BranchKind(name="x", title="X", nodes=(SWAP, BranchNode(name="y", type="else.where")))
    assert missing_types(kind, SPECS) == ["else.where"]

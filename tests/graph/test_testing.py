"""`nodeui.testing.check_package` finds what is wrong with a pack, all of it at once."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from nodeui.sdk import NodePackage
from nodeui.testing import check_package
from tests.graph.packs import GOOD, write_module

Load = Callable[[str], NodePackage]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Imports a source as the module `pack_t`."""
    monkeypatch.syspath_prepend(tmp_path)

    def load(source: str) -> NodePackage:
        write_module(tmp_path, "pack_t", source)
        importlib.invalidate_caches()
        return cast(NodePackage, importlib.import_module("pack_t"))

    yield load
    sys.modules.pop("pack_t")


def faults(package: NodePackage) -> list[str]:
    with pytest.raises(AssertionError) as error:
        check_package(package)
    return str(error.value).splitlines()


def test_numbers_without_bounds_are_found(load: Load):
    assert faults(load(GOOD)) == ["pack_t.double: x has no Range"]


RANGED = GOOD.replace("import node", "import Range, node\nfrom typing import Annotated").replace(
    "x: int", "x: Annotated[int, Range(0, 9)]"
)


def test_a_good_pack_passes(load: Load):
    check_package(load(RANGED + "preload = ['json']\ndef environment(): return ''\n"))


def test_all_faults_are_told_at_once(load: Load):
    source = '''
import decimal
from typing import NamedTuple
import sqlite3 as cv2, sys
sys.modules["cv2"] = cv2
from nodeui.sdk import node

class Both(NamedTuple):
    """Two.

    Attributes:
        a: One.
    """
    a: str
    b: str

@node("t.bare", title="", category="", aliases=("KSampler",))
def bare(text: str = "") -> Both: ...

@node("t.short", title="Short", category="Test")
def short(text: str = "") -> str:
    """Do it

    Args:
        text: A text.
    """

@node("t.short", title="Short", category="Test")
def again() -> str: ...

@node("t.untyped", title="Short", category="Test")
def untyped(): ...

nodes = [bare, short, again, untyped]
preload = ["there_is_none"]
def environment(): return 3
'''
    load(source)
    module = sys.modules["pack_t"]
    file = module.__file__
    line = source[: source.index('@node("t.untyped"')].count("\n") + 1
    assert faults(cast(NodePackage, module)) == [
        "t.bare has no title",
        "t.bare has no category",
        "t.bare has no docstring",
        "t.bare: the alias 'KSampler' is not written in lower case",
        "t.bare: text is not described in the docstring's Args",
        "t.bare: the output b is not described in its NamedTuple",
        "t.short: the docstring does not end with a full stop",
        "there are two nodes called t.short",
        f"t.untyped ({file}:{line}): the return type is not annotated; write -> Image and the "
        "like, or -> None for a node without outputs",
        "environment() returns 3, not a text",
        "preload names 'there_is_none'; there is no such module",
    ]


def test_heavy_imports_are_found(load: Load):
    source = "import sys, json\nsys.modules['cv2'] = json\n" + RANGED
    assert faults(load(source)) == [
        "importing pack_t imports cv2: import them inside the functions"
    ]
    sys.modules.pop("cv2")


def test_a_module_without_nodes_is_found(load: Load):
    assert faults(load("x = 1")) == ["pack_t has no `nodes`, a list of its node functions"]


def test_branches_that_cannot_be_made_are_found(load: Load):
    source = RANGED.replace("import Range", "import BranchKind, BranchNode, Range").replace(
        "output=True",
        'branches=[BranchKind(name="b", title="B", nodes=[BranchNode(name="c", type="t.none")])]',
    )
    assert faults(load(source)) == [
        "pack_t.double: only nodes that return Steps have branches",
        "pack_t.double, branch b: there is no node type t.none",
    ]

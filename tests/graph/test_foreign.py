"""Declarations: all of a pack that can be known without its code."""

from __future__ import annotations

import sys
from dataclasses import fields, replace
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, cast

import pytest

from nodeui.graph import foreign
from nodeui.graph.foreign import EditorRegistry, declare, read_declaration
from nodeui.graph.packs import GROUP, Pack
from nodeui.graph.registry import Registry, installed
from nodeui.graph.source import stamp_of
from nodeui.graph.spec import NodeSpec
from tests import crystal
from tests.graph.packs import GOOD, write_module


def without_code(spec: NodeSpec) -> dict[str, object]:
    facts = {field.name: getattr(spec, field.name) for field in fields(spec)}
    parameters = {name: replace(one, condition=None) for name, one in spec.parameters.items()}
    return facts | {"node": None, "parameters": parameters}


def test_a_declaration_keeps_all_but_the_code():
    own = installed().packs[0]
    read = read_declaration(declare(own), foreign._classes_of(own))
    assert list(map(without_code, own.specs)) == list(map(without_code, read.specs))
    assert not any(spec.node for spec in read.specs)
    assert replace(read, specs=()) == replace(own, model_files=None, specs=(), environment=None)


def test_classes_of_other_packs_are_unknown():
    pack = crystal.registry().packs[0]
    read = {spec.id: spec for spec in read_declaration(declare(pack), {"integer": int}).specs}
    lattice = read["crystal.grow"].outputs["lattice"]
    assert lattice.cls is None and lattice.picture is None and lattice.has_picture
    assert not read["crystal.grow"].decodable and read["crystal.grow"].pictured
    assert read["crystal.grow"].defaults["heat"] == ()  # a curve is a tuple again


def test_what_is_no_data_is_a_problem_of_the_pack():
    kind = replace(crystal.HEAT, params={"heat": cast(Any, object())})
    specs = tuple(replace(spec, branches=(kind,)) for spec in crystal.registry().values())
    read = read_declaration(declare(Pack("odd", specs)), {})
    assert not read.specs and "is not plain data" in read.problems[0].reason


# --- stamps --------------------------------------------------------------------------------------


def stamp(value: str) -> str:
    return stamp_of.__wrapped__(EntryPoint("mine", value, GROUP))


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("stamped_a", "stamped_a.py"),
        ("stamped_b", "stamped_b/__init__.py"),
        ("stamped_c.nodes:all", "stamped_c/__init__.py"),
        ("stamped_d.inner.nodes", "stamped_d/inner/__init__.py"),
        ("stamped_e.nodes", "stamped_e/nodes.py"),
    ],
)
def test_a_stamp_follows_the_files_and_imports_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, file: str
):
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("raise Exception('it was imported')")
    first = stamp(value)
    assert stamp(value) == first
    path.write_text("raise Exception('it was imported again')")
    assert stamp(value) != first
    assert not any(name.startswith("stamped_") for name in sys.modules)


def test_a_module_that_is_not_there_has_a_stamp():
    assert stamp("there_is_none.nodes") != stamp("there_is_none.other")


# --- the registry of the editor ------------------------------------------------------------------


def entry(name: str) -> EntryPoint:
    return EntryPoint(name, name, GROUP)


def test_declarations_are_stored_until_the_files_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(tmp_path)
    write_module(tmp_path, "pack_q", GOOD)
    stamp_of.cache_clear()
    own, store = Pack("", tuple(crystal.registry().values())), tmp_path / "store"
    registry = EditorRegistry(own, [entry("pack_q")], store)
    told: list[int] = []
    registry.changed.append(lambda: told.append(len(registry)))
    assert registry.waiting == ("pack_q",) and len(registry) == 4
    spec = replace(crystal.registry()["crystal.show"], id="pack_q.show", pack="pack_q", node=None)
    data = declare(Pack("pack_q", (spec,), stamp=stamp_of(entry("pack_q"))))
    registry.take_declarations([data])
    shown = registry["pack_q.show"]
    assert told == [5] and not registry.waiting and shown.outputs["lattice"].cls is crystal.Lattice
    registry.take_declarations([data])
    assert told == [5] and registry["pack_q.show"] is shown
    again = EditorRegistry(own, [entry("pack_q")], store)
    assert list(again) == list(registry) and not again.waiting
    write_module(tmp_path, "pack_q", GOOD + "# changed")
    stamp_of.cache_clear()
    assert EditorRegistry(own, [entry("pack_q")], store).waiting == ("pack_q",)
    assert "pack_q" not in sys.modules


def test_a_snapshot_does_not_change():
    registry = Registry([crystal.show])
    before = registry.snapshot()
    registry.take([Pack("", tuple(crystal.registry().values()))])
    assert len(before) == 1 and len(registry) == 4
    assert before["crystal.show"] is not registry["crystal.show"]


def test_a_pack_changes_no_keys_of_others():
    packs = [Pack("", (), lambda: "ours"), Pack("a", (), lambda: "theirs"), Pack("b")]
    registry = Registry.of(packs)
    assert registry.environment() == registry.environment("b") == "ours"
    assert registry.environment("a") == "ours\ntheirs"

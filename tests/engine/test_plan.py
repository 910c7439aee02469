"""Tests plans: decisions and reasons before anything runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nodeui.engine.plan import Planner
from nodeui.graph.edits import (
    AddNode,
    Batch,
    ClearParam,
    Connect,
    Disconnect,
    MoveNodes,
    RemoveNode,
    SetTitle,
)  # fmt: skip
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.registry import Registry
from nodeui.sdk import node
from tests.engine.toys import CALLS, NODES, Workbench


@pytest.fixture
def line(bench: Workbench) -> Workbench:
    """A number, its half, and the sum of that with 1, which have been run."""
    bench.add("n", "number", value=8)
    bench.add("h", "half", a="@n")
    bench.add("s", "add", a="@h", b=1)
    assert bench.outlook() == {"n": "runs", "h": "waits", "s": "waits"}
    bench.run()
    return bench


def test_what_was_run_is_cached(line: Workbench) -> None:
    assert line.outlook() == {"n": "cached", "h": "cached", "s": "cached"}


def test_reasons(line: Workbench) -> None:
    line.set("s", b=2)
    assert line.reason("s") == "b changed from 1 to 2"
    line.set("n", value=4)
    assert line.reason("n", "s") == "value changed from 8 to 4"
    assert line.reason("h", "s") == "depends on n"
    assert line.reason("s") == "depends on h"


def test_a_new_node(line: Workbench) -> None:
    line.add("more", "add", a="@s")
    assert line.reason("more") == "new"


def test_links_as_reasons(line: Workbench) -> None:
    line.add("m", "number", value=9)
    line.run("m")
    line.link("m", "s", "b")
    assert line.reason("s") == "b was connected"
    line.run("s")
    line.link("n", "s", "b")
    assert line.reason("s") == "b changed"
    line.run("s")
    line.graph.apply(Disconnect("s", "b"))
    line.set("s", b=77)
    assert line.reason("s") == "b changed from nothing to 77"


def test_the_reason_compares_with_what_was_last_seen(line: Workbench) -> None:
    line.set("s", b=2)
    line.run()
    line.set("s", b=1)
    assert line.outlook()["s"] == "cached"
    line.set("s", b=3)
    assert line.reason("s") == "b changed from 1 to 3"


def test_reasons_survive_a_restart(bench: Workbench, tmp_path: Path) -> None:
    bench.reopen(tmp_path / "cache")
    bench.add("s", "add", b=1)
    bench.run()
    bench.reopen(tmp_path / "cache")
    bench.set("s", b=2)
    assert bench.reason("s") == "b changed from 1 to 2"
    bench.cache.close()


def test_a_newer_version_of_a_node(line: Workbench) -> None:
    @node("toy.half", title="Half", category="Toys", version=2)
    def half(a: int = 0) -> int:
        """Half, rounded up."""
        return -(-a // 2)

    nodes = [n for n in NODES if n.id != "toy.half"]
    graph = Graph(Registry([*nodes, half]))
    for n in line.graph.nodes.values():
        graph.apply(AddNode(n))
    for link in list(line.graph.links()):
        graph.apply(Connect(link))
    plan = line.planner.plan(graph, folder=line.folder)
    assert plan.nodes["h"].reason == "version 2 of the node, was 1"
    assert plan.nodes["n"].outlook == "cached"


def test_what_only_moves_or_renames_changes_nothing(line: Workbench) -> None:
    line.plan()
    line.graph.apply(MoveNodes({"n": (5, 5)}))
    line.graph.apply(SetTitle("n", "Another"))
    assert set(line.outlook().values()) == {"cached"}


def test_clearing_a_parameter(line: Workbench) -> None:
    line.graph.apply(ClearParam("s", "b"))
    assert line.reason("s") == "b changed from 1 to 0"


def test_a_plan_does_not_follow_later_edits(line: Workbench) -> None:
    plan = line.plan()
    line.set("n", value=2)
    line.graph.apply(RemoveNode("h"))
    assert plan.nodes["s"].outlook == "cached"
    assert "h" in plan.nodes


def test_removing_a_node_in_the_middle(line: Workbench) -> None:
    line.graph.apply(RemoveNode("h"))
    assert line.value("s") == 1


def test_replacing_a_node_by_another_of_the_same_name(line: Workbench) -> None:
    line.graph.apply(
        Batch(
            (
                RemoveNode("n"),
                AddNode(Node("n", "toy.add", params={"a": 3, "b": 3})),
                Connect(Link("n", "integer", "h", "a")),
            )
        )
    )
    assert line.value("s") == 4


def test_undoing_a_removal(line: Workbench) -> None:
    undo = line.graph.apply(RemoveNode("h"))
    line.plan()
    line.graph.apply(undo)
    assert set(line.outlook().values()) == {"cached"}


def test_another_graph_keeps_what_is_equal(line: Workbench) -> None:
    line.plan()
    graph = Graph(line.graph.specs)
    for n in line.graph.nodes.values():
        graph.apply(AddNode(Node(n.id, n.type, params=dict(n.params), pos=(9, 9))))
    for link in list(line.graph.links()):
        graph.apply(Connect(link))
    line.graph.apply(RemoveNode("n"))
    plan = line.planner.plan(graph, folder=line.folder)
    assert {decision.outlook for decision in plan.nodes.values()} == {"cached"}
    assert not line.graph.changed  # the planner has let the old graph go


def test_targets_that_are_not_there(line: Workbench) -> None:
    with pytest.raises(GraphError, match="'nobody'"):
        line.plan("nobody")


def test_without_targets_all_output_nodes_are_wanted(line: Workbench) -> None:
    line.add("more", "add")
    assert line.plan().targets == ("s", "more")


def test_the_environment_is_asked_for_numeric_nodes_only(bench: Workbench) -> None:
    asked: list[int] = []
    planner = Planner(bench.cache, lambda pack: asked.append(1) or "here")
    bench.add("n", "number")
    planner.plan(bench.graph, ["n"])
    assert not asked
    bench.add("m", "numeric")
    planner.plan(bench.graph, ["m"])
    assert asked


def test_a_skipped_node_says_why(bench: Workbench) -> None:
    bench.add("n", "number")
    bench.add("s", "add", a="@n")
    bench.mode("n", "muted")
    plan = bench.plan()
    assert plan.nodes["n"].reason == "muted"
    assert plan.nodes["s"].outlook == "skipped" and plan.nodes["s"].reason == "needs n"
    assert not plan.problems
    bench.mode("n", "active")
    assert bench.outlook() == {"n": "runs", "s": "waits"}


def test_another_folder_means_other_files(bench: Workbench, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    bench.add("r", "read", path="a.txt")
    bench.folder = tmp_path / "one"
    assert bench.value("r") == "one"
    bench.folder = tmp_path / "two"
    assert bench.value("r") == "two"
    bench.folder = tmp_path / "one"
    assert bench.value("r") == "one"
    assert not CALLS


# --- nodes whose code is in another process ------------------------------------------------------


def without_code(bench: Workbench) -> Graph:
    """The graph as the editor has it: the node types are data."""
    specs = {id: replace(spec, node=None) for id, spec in bench.graph.specs.items()}
    graph = Graph(specs)
    for each in bench.graph.nodes.values():
        graph.apply(AddNode(each))
    for link in bench.graph.links():
        graph.apply(Connect(link))
    return graph


def test_data_is_enough_for_nodes_without_hooks(bench: Workbench) -> None:
    bench.add("g", "grid")
    bench.add("t", "total", image="@g")
    bench.add("n1", "number")
    bench.add("n2", "number")
    bench.add("c", "choose", yes="@n1", no="@n2")
    bench.run()
    planner = Planner(bench.cache, str)
    plan = planner.plan(without_code(bench), folder=bench.folder)
    assert not plan.asks and set(plan.foreign) == {"g", "t", "c", "n1", "n2"}
    assert {id: one.outlook for id, one in plan.nodes.items()} == bench.outlook()
    assert plan.nodes["t"].outlook == plan.nodes["c"].outlook == "cached"


def test_nodes_that_need_their_code_are_undecided(bench: Workbench) -> None:
    (bench.folder / "a.txt").write_text("1")
    bench.add("g", "grid")
    bench.add("b", "brighten", image="@g", amount=2.0)
    bench.add("t", "total", image="@b")
    bench.add("p", "parse", path="a.txt")
    bench.add("s", "add", a="@p")
    bench.add("c", "choose", which=True)
    bench.add("m", "numeric")
    bench.link("m", "c", "yes")
    bench.link("s", "c", "no")
    bench.run()
    plan = Planner(bench.cache, str).plan(without_code(bench), folder=bench.folder)
    outlook = {id: one.outlook for id, one in plan.nodes.items()}
    assert outlook.pop("g") == "cached"
    assert outlook == dict.fromkeys(("b", "t", "p", "s", "c"), "asks")
    assert plan.asks and plan.undecided("t") and not plan.undecided("g")
    assert dict(bench.plan().of_nodes())["t"].digests is not None

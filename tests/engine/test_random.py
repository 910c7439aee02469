"""Random graphs and edits: the engine with its cache returns the values of plain recursion."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodeui.engine.cache import Cache, open_cache
from nodeui.engine.plan import Planner
from nodeui.engine.runner import run, values_of
from nodeui.graph.edits import (
    AddNode,
    ClearParam,
    Connect,
    Disconnect,
    Edit,
    RemoveNode,
    SetMode,
    SetParam,
)  # fmt: skip
from nodeui.graph.model import Graph
from nodeui.graph.parts import GraphError, Link, Node
from nodeui.graph.registry import Registry
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import NodeError
from tests.engine.toys import NODES, Grid

NAMES = "abcdefgh"
KINDS = {
    "toy.number": ("value", ()),
    "toy.add": ("b", ("a", "b")),
    "toy.half": ("a", ("a",)),
    "toy.choose": ("which", ("yes", "no")),
    "toy.deeper": ("", ("a",)),
    "toy.fail": ("a", ("a",)),
    "toy.grid": ("fill", ("fill",)),
    "toy.brighten": ("amount", ("image", "amount")),
    "toy.blend": ("amount", ("image", "other", "amount")),
    "toy.total": ("", ("image",)),
    "toy.fleeting": ("a", ("a",)),
}
INPUTS = sorted({name for _, names in KINDS.values() for name in names})
OUTPUTS = ("integer", "number", "grid")

names = st.sampled_from(NAMES)
values = st.integers(-2, 2) | st.booleans() | st.sampled_from([0.0, 0.5])
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(AddNode, st.builds(Node, id=names, type=st.sampled_from(sorted(KINDS)))),
    st.builds(SetParam, names, st.sampled_from(["value", "a", "b", "fill", "amount"]), values),
    st.builds(SetParam, names, st.just("which"), st.booleans()),
    st.builds(
        Connect,
        st.builds(Link, names, st.sampled_from(OUTPUTS), names, st.sampled_from(INPUTS)),
    ),
    st.builds(Disconnect, names, st.sampled_from(INPUTS)),
    st.builds(RemoveNode, names),
    st.builds(ClearParam, names, st.sampled_from(["value", "b", "amount"])),
    st.builds(SetMode, names, st.sampled_from(["active", "active", "bypassed", "muted"])),
)


def wired(kinds: list[str], links: list[tuple[int, int, str]]) -> list[Edit]:
    """Return edits that make a graph; links that do not fit are refused later."""
    made: list[Edit] = [AddNode(Node(NAMES[i], kind)) for i, kind in enumerate(kinds)]
    for source, target, name in links:
        for output in OUTPUTS:
            link = Link(NAMES[source % len(kinds)], output, NAMES[target % len(kinds)], name)
            made.append(Connect(link))
    return made


starts = st.builds(
    wired,
    st.lists(st.sampled_from(sorted(KINDS)), min_size=3, max_size=len(NAMES)),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(INPUTS)), max_size=20),
)


def apply(graph: Graph, edit: Edit) -> None:
    with contextlib.suppress(GraphError):
        graph.apply(edit)


class Unavailable(Exception):
    """A node has no value."""


def evaluate(graph: Graph, id: str, output: str, memo: dict[str, dict[str, Any]]) -> Any:
    """Return the value of an output, computed by plain recursion without the engine."""
    node, spec, links = graph.nodes[id], graph.specs[graph.nodes[id].type], graph.links_in(id)

    def given(name: str) -> Any:
        link = links.get(name)
        return None if link is None else evaluate(graph, link.source, link.output, memo)

    if node.mode == "muted":
        raise Unavailable
    if node.mode == "bypassed":
        wanted = spec.outputs[output].type
        same = [n for n in (*spec.inputs, *spec.parameters) if spec.input_type(n) == wanted]
        if not same:
            raise Unavailable
        return next((given(name) for name in same if name in links), None)
    if id not in memo:
        try:
            memo[id] = {next(iter(spec.outputs)): _call(spec, node, links, given)}
        except (NodeError, Unavailable):
            memo[id] = {}
    if output not in memo[id]:
        raise Unavailable
    return memo[id][output]


def _call(spec: NodeSpec, node: Node, links: Any, given: Callable[[str], Any]) -> Any:
    missing = [s for s in spec.inputs.values() if s.name not in links and not s.optional]
    if missing:
        raise Unavailable
    arguments = {}
    for name, parameter in spec.parameters.items():
        known = given(name) if name in links else node.params.get(name, parameter.default)
        arguments[name] = parameter.check(known)
    for source, predicate in spec.code.passes:
        if predicate(arguments["amount"]):
            return given(source)
    for name, socket in spec.inputs.items():
        if name in links:
            arguments[name] = partial(given, name) if socket.lazy else given(name)
            if arguments[name] is None and not socket.optional:
                raise Unavailable
    return spec.code(**arguments)


def oracle(graph: Graph) -> dict[str, Any]:
    """Return the value of each node, or None."""
    memo: dict[str, dict[str, Any]] = {}
    found: dict[str, Any] = {}
    for id, node in graph.nodes.items():
        output = next(iter(graph.specs[node.type].outputs))
        try:
            found[id] = _plain(evaluate(graph, id, output, memo))
        except Unavailable:
            found[id] = None
    return found


def engine(graph: Graph, planner: Planner, cache: Cache) -> dict[str, Any]:
    """Return the same from the engine; checks that a second run computes no node again."""
    plan = planner.plan(graph, list(graph.nodes))
    report = run(plan, cache, Path())
    again = run(planner.plan(graph, list(graph.nodes)), cache, Path())
    assert not any(node.status == "executed" for node in again.nodes)
    assert {failure.node for failure in again.failures} == {f.node for f in report.failures}
    found: dict[str, Any] = {}
    for id in graph.nodes:
        values = values_of(plan, cache, id)
        found[id] = None if values is None else _plain(next(iter(values.values())))
    return found


def _plain(value: Any) -> Any:
    return value.cells.tolist() if isinstance(value, Grid) else value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(starts, st.lists(st.lists(edits, max_size=4), min_size=1, max_size=4), st.booleans())
def test_the_engine_gives_what_plain_recursion_gives(
    start: list[Edit], rounds: list[list[Edit]], restarts: bool
) -> None:
    graph = Graph(Registry(NODES))
    for edit in start:
        apply(graph, edit)
    with tempfile.TemporaryDirectory() as folder:
        cache = open_cache(Path(folder) if restarts else None)
        planner = Planner(cache, str)
        for round in rounds:
            for edit in round:
                apply(graph, edit)
            assert engine(graph, planner, cache) == oracle(graph)
            if restarts:
                cache.close()
                cache = open_cache(Path(folder))
                planner = Planner(cache, str)
        cache.close()

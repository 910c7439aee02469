"""Quick runs: a copy of the graph whose step-wise nodes take less time, as they declare."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from nodeui.graph.branches import wrong_links
from nodeui.graph.edits import AddNode, Connect, Disconnect, Edit, SetParam
from nodeui.graph.facts import facts_in
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.spec import NodeSpec
from nodeui.sdk import QuickRun

LEAST_SHARE = 0.05
"""Smallest share of the steps that the number of steps is divided by."""


@dataclass(frozen=True)
class QuickChoice:
    """The user's choice for quick runs that leave it open.

    Attributes:
        steps: Number of steps.
        solver: Name of the solver; "" for that of the graph.
    """

    steps: int = 6
    solver: str = ""


@dataclass(frozen=True)
class QuickGraph:
    """The changes that make a graph quick.

    Attributes:
        edits: Makes them.
        nodes: The nodes of the graph whose values differ from those of the full run.
    """

    edits: tuple[Edit, ...]
    nodes: frozenset[str]


def quick_graph(
    graph: Graph, choice: QuickChoice, changed: Callable[[str], bool]
) -> QuickGraph | None:
    """Return the changes that make a graph quick; None if none of its nodes can be quicker.

    Args:
        graph: The graph.
        choice: What the user has chosen.
        changed: Returns True for a node whose value has changed since the last full run; only
            such nodes are made quick.
    """
    edits: list[Edit] = []
    nodes: list[str] = []
    for id, node in graph.nodes.items():
        spec = graph.spec(id)
        if spec is None or node.mode != "active" or not spec.quick or not changed(id):
            continue
        fitting = (quick for quick in spec.quick if _fits(graph, node, spec, quick))
        quick = next(fitting, None)
        made = _edits(graph, node, spec, quick, choice, edits) if quick is not None else []
        if made:
            edits += made
            nodes.append(id)
    for id in nodes:
        nodes += (link.target for link in graph.links_out(id) if link.target not in nodes)
    return QuickGraph(tuple(edits), frozenset(nodes)) if edits else None


def _fits(graph: Graph, node: Node, spec: NodeSpec, quick: QuickRun) -> bool:
    if any(part.type not in graph.specs for part in quick.nodes):
        return False
    links = graph.links_in(node.id)
    if spec.step_count in links:
        return False
    for name in quick.plain:
        if name in links or node.params.get(name, spec.defaults[name]) != spec.defaults[name]:
            return False
    known = facts_in(graph, node.id) if quick.facts else {}
    return all(known.get(name, "") == value for name, value in quick.facts.items())


def _edits(
    graph: Graph,
    node: Node,
    spec: NodeSpec,
    quick: QuickRun,
    choice: QuickChoice,
    before: Collection[Edit],
) -> list[Edit]:
    """Return the edits that make a node quick; none if it takes as few steps already."""
    values = {**spec.defaults, **node.params}
    steps = quick.steps or choice.steps
    if quick.share and quick.share not in graph.links_in(node.id):
        steps = math.ceil(steps / max(LEAST_SHARE, float(values[quick.share])))
    if int(values[spec.step_count]) <= steps:
        return []
    params = {**quick.params, spec.step_count: steps}
    if quick.solver and choice.solver and quick.solver not in quick.params:
        params[quick.solver] = choice.solver
    links = graph.links_in(node.id)
    ids = {part.name: _free_id(graph, f"quick-{part.name}", before) for part in quick.nodes}
    edits: list[Edit] = [Disconnect(node.id, name) for name in params if name in links]
    edits += (SetParam(node.id, name, value) for name, value in params.items())

    def connect(source: str, target: str, input: str) -> Iterator[Edit]:
        name, dot, output = source.partition(".")
        if dot:
            yield Connect(Link(ids[name], output, target, input))
        elif name in links:
            yield Connect(Link(links[name].source, links[name].output, target, input))

    for part in quick.nodes:
        id = ids[part.name]
        edits.append(AddNode(Node(id, part.type, graph.specs[part.type].version, {**part.values})))
        for input, source in part.links.items():
            edits += connect(source, id, input)
    for input, source in quick.links.items():
        if source:
            edits += connect(source, node.id, input)
        elif input in links:
            edits.append(Disconnect(node.id, input))
    return edits


def _free_id(graph: Graph, like: str, before: Collection[Edit]) -> str:
    return graph.free_id(like, {edit.node.id for edit in before if isinstance(edit, AddNode)})


# --- checks --------------------------------------------------------------------------------------


def quick_problems(spec: NodeSpec, specs: Mapping[str, NodeSpec]) -> list[str]:
    """Return what is wrong with the quick runs of a node type, one line each.

    Args:
        spec: The node type.
        specs: All node types, also those of the nodes that quick runs add.
    """
    problems: list[str] = []
    if spec.quick and (not spec.stepwise or spec.step_count not in spec.parameters):
        problems.append(f"{spec.id}: only nodes that return Steps and have a step_count are quick")
    for number, quick in enumerate(spec.quick, 1):
        name = f"{spec.id}, quick run {number}"
        problems += (f"{name}: {text}" for text in _wrong(quick, spec, specs))
    return problems


def _wrong(quick: QuickRun, spec: NodeSpec, specs: Mapping[str, NodeSpec]) -> Iterator[str]:
    if any(node.type not in specs for node in quick.nodes):  # it is not used
        return
    types = {node.name: specs[node.type] for node in quick.nodes}

    def type_of(source: str) -> str | None:
        name, dot, output = source.partition(".")
        if not dot:
            return spec.input_type(name)
        socket = types[name].outputs.get(output) if name in types else None
        return socket.type if socket else None

    named = (*quick.params, *quick.plain, *filter(None, (quick.share, quick.solver)))
    yield from (f"there is no parameter {name}" for name in named if name not in spec.parameters)
    for node in quick.nodes:
        own = types[node.name]
        wrong = (name for name in node.values if name not in own.parameters)
        yield from (f"{node.type} has no parameter {name}" for name in wrong)
        yield from wrong_links(node.links, own, spec, type_of)
    links = {input: source for input, source in quick.links.items() if source}
    yield from wrong_links(links, spec, spec, type_of)
    yield from (f"there is no input {name}" for name in quick.links if name not in spec.inputs)

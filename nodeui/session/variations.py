"""Vary this: the ways to vary the pictures of a step-wise node, and the seed that makes others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from nodeui.engine.protocol import Trajectory
from nodeui.graph.model import Graph
from nodeui.graph.wording import tr
from nodeui.sdk import BranchKind
from nodeui.session.branch import Branch, branch, kinds_of, obstacle, template_of
from nodeui.session.placing import Box
from nodeui.session.samplers import planned_steps
from nodeui.session.seeds import roll

VARIATIONS = ("near", "medium", "far")
"""The variations, by their distance from the original."""


def variation_of(graph: Graph, sampler: str, name: str) -> BranchKind | None:
    """Return the branch kind for one of `VARIATIONS`; None if the node offers none."""
    return next((kind for kind in kinds_of(graph, sampler) if kind.variation == name), None)


def why_not_vary(graph: Graph, sampler: str, name: str, known: Trajectory | None) -> str:
    """Return the message why the pictures of a node cannot be varied in a way; "" if they can.

    Args:
        graph: The graph.
        sampler: Id of the step-wise node.
        name: One of `VARIATIONS`.
        known: Its steps; None while they are unknown.
    """
    kind = variation_of(graph, sampler, name)
    if kind is None:
        return tr("This sampler does not vary its pictures in this way.")
    steps = known or _planned(graph, sampler)
    if kind.at_step and steps is not None and steps.total < 2:
        return tr("A run of one step has no middle.")
    return obstacle(graph, sampler, kind, steps)


def vary(
    graph: Graph,
    sampler: str,
    name: str,
    known: Trajectory | None,
    box_of: Callable[[str], Box],
) -> Branch:
    """Vary the pictures of a node, where `why_not_vary` finds no obstacle.

    Args:
        graph: The graph; the returned edit changes it.
        sampler: Id of the step-wise node.
        name: One of `VARIATIONS`.
        known: Its steps; None while they are unknown.
        box_of: Returns the box of a node of the graph.
    """
    kind = variation_of(graph, sampler, name)
    assert kind is not None
    steps = known or _planned(graph, sampler)
    middle = (steps.total + 1) // 2 if steps is not None else 0
    made = branch(graph, sampler, middle, steps, kind, box_of)
    return replace(made, edit=msgspec.structs.replace(made.edit, label=tr("Vary a picture")))


def targets_of(graph: Graph, made: Branch) -> tuple[str, ...]:
    """Return the nodes of a branch to run: its output nodes, else those at its ends."""
    specs = {id: graph.spec(id) for id in made.nodes}
    outputs = tuple(id for id, spec in specs.items() if spec is not None and spec.output)
    return outputs or tuple(id for id in made.nodes if not graph.links_out(id))


def seed_of(graph: Graph, sampler: str) -> tuple[str, str] | None:
    """Return the node and parameter of the seed that makes other pictures of a step-wise node."""
    kind = variation_of(graph, sampler, "far")
    for part in kind.nodes if kind is not None else ():
        template = template_of(graph, sampler, part)
        for name, what in part.params.items():
            if what == "seed" and template is not None:
                return template, name
            if what == "seed" and name in part.own:
                return sampler, part.own[name]
    spec = graph.spec(sampler)
    parameters = spec.parameters.values() if spec is not None else ()
    return next(((sampler, p.name) for p in parameters if p.widget == "seed"), None)


def new_seeds(graph: Graph, node: str, name: str, count: int) -> list[int]:
    """Return different random values of a seed, none of which is its present one."""
    spec = graph.spec(node)
    assert spec is not None
    parameter = spec.parameters[name]
    found = {graph.nodes[node].params.get(name, parameter.default)}
    values: list[int] = []
    while len(values) < count:
        value = roll(parameter)
        if value not in found:
            found.add(value)
            values.append(value)
    return values


def _planned(graph: Graph, sampler: str) -> Trajectory | None:
    """Return the steps that a node's parameter gives; None if it gives none."""
    total = planned_steps(graph, sampler)
    return Trajectory(total, 0, (False,) * total) if total else None

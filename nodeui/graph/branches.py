"""The branch kinds that node types declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nodeui.graph.spec import NodeSpec, connectable
from nodeui.sdk import BranchKind, BranchNode, NodeError

Specs = Mapping[str, NodeSpec]


def branch_kinds(specs: Specs) -> dict[str, BranchKind]:
    """Return the branch kinds of all node types by name; the first one with a name counts."""
    kinds: dict[str, BranchKind] = {}
    for spec in specs.values():
        for kind in spec.branches:
            kinds.setdefault(kind.name, kind)
    return kinds


def missing_types(kind: BranchKind, specs: Specs) -> list[str]:
    """Return the ids of the node types that a branch needs and that are not installed."""
    return [node.type for node in kind.nodes if node.type not in specs]


def branch_problems(spec: NodeSpec, specs: Specs) -> list[str]:
    """Return what is wrong with the branch declarations of a node type, one line each.

    Args:
        spec: The node type.
        specs: All node types, also those of the nodes that its branches add.
    """
    problems: list[str] = []
    if spec.step_count and spec.step_count not in spec.parameters:
        problems.append(f"{spec.id}: step_count names no parameter: {spec.step_count}")
    if spec.branches and not spec.stepwise:
        problems.append(f"{spec.id}: only nodes that return Steps have branches")
    names = [kind.name for kind in spec.branches]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(f"{spec.id}: two branches are named {name}")
    for kind in spec.branches:
        problems += (f"{spec.id}, branch {kind.name}: {text}" for text in _wrong(kind, spec, specs))
    return problems


def _wrong(kind: BranchKind, spec: NodeSpec, specs: Specs) -> Iterator[str]:
    missing = missing_types(kind, specs)
    if missing:
        yield f"there is no node type {missing[0]}"
        return
    nodes = {node.name: node for node in kind.nodes}
    if len(nodes) < len(kind.nodes):
        yield "two of its nodes have one name"
    if kind.change and kind.change not in nodes:
        yield f"change names none of its nodes: {kind.change}"
    yield from (f"there is no input {name}" for name in kind.needs if name not in spec.inputs)
    yield from _wrong_params(kind.params, spec)
    yield from wrong_links(kind.links, spec, spec, lambda x: _type_of(x, spec, nodes, specs))
    for node in kind.nodes:
        yield from _wrong_node(node, spec, nodes, specs)


def _wrong_node(
    node: BranchNode, spec: NodeSpec, nodes: Mapping[str, BranchNode], specs: Specs
) -> Iterator[str]:
    own = specs[node.type]
    if node.copies and node.copies not in spec.inputs:
        yield f"{node.name} copies from an input that is not there: {node.copies}"
    for name in node.only:
        if own.input_type(name) is None:
            yield f"{node.type} has neither input nor parameter {name}"
    for name, other in node.own.items():
        if name not in own.parameters or other not in spec.parameters:
            yield f"{node.name} takes over a parameter that is not there: {name} = {other}"
    yield from _wrong_params(node.params, own)
    yield from _wrong_values(node.values, own)
    yield from wrong_links(node.links, own, spec, lambda x: _type_of(x, spec, nodes, specs))


def _wrong_params(params: Mapping[str, str], spec: NodeSpec) -> Iterator[str]:
    fitting = {
        "share": ("number",),
        "level": ("number",),
        "step": ("integer",),
        "seed": ("integer",),
        "curve": ("curve",),
    }
    for name, value in params.items():
        parameter = spec.parameters.get(name)
        if parameter is None:
            yield f"{spec.id} has no parameter {name}"
        elif parameter.type not in fitting[value]:
            yield f"{spec.id}.{name} cannot hold a {value}: it is of type {parameter.type}"


def _wrong_values(values: Mapping[str, Any], spec: NodeSpec) -> Iterator[str]:
    for name, value in values.items():
        parameter = spec.parameters.get(name)
        if parameter is None:
            yield f"{spec.id} has no parameter {name}"
            continue
        try:
            parameter.check(value)
        except NodeError as error:
            yield f"{spec.id}.{name}: {error}"


def wrong_links(
    links: Mapping[str, str],
    target: NodeSpec,
    spec: NodeSpec,
    type_of: Callable[[str], str | None],
) -> Iterator[str]:
    """Check the links of a recipe.

    Args:
        links: Sources by input of `target`.
        target: The node type that they lead into.
        spec: The node type that declares the recipe.
        type_of: Returns the type of a source; None if there is no such source.
    """
    for input, source in links.items():
        wanted = target.input_type(input)
        if wanted is None:
            yield f"{target.id} has no input {input}"
            continue
        given = type_of(source)
        if given is None:
            yield f"{source} is neither an output of its nodes nor an input of {spec.id}"
        elif not connectable(given, wanted):
            yield f"{source} is of type {given}, and {target.id}.{input} takes {wanted}"


def _type_of(
    source: str, spec: NodeSpec, nodes: Mapping[str, BranchNode], specs: Specs
) -> str | None:
    name, dot, output = source.partition(".")
    if not dot:
        return spec.input_type(name)
    socket = specs[nodes[name].type].outputs.get(output) if name in nodes else None
    return socket.type if socket else None

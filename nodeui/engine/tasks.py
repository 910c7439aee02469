"""Nodes made ready to run: parameters checked, links sorted by what they are for.

A `Task` depends on the node, its type and its links alone; nothing of the cache is in it. Where a
pass-through or a fingerprint looks at *linked* parameters, these are its `guards`: only when
their values are known can the rest be said (`settled`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeAlias, cast

import msgspec

from nodeui.engine import keys
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.graph.spec import NodeSpec, Parameter
from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError

Source: TypeAlias = tuple[str, int]
"""A node's id and the number of one of its outputs."""

Alias: TypeAlias = Mapping[int, Source | None]
"""What the outputs of a node stand for that hands inputs through: a source, or None where nothing
is connected. An output that is missing has no input that it could stand for."""


class Wire(NamedTuple):
    """A link as its target sees it.

    Attributes:
        name: The input.
        source: Where the value comes from, before pass-throughs are followed.
        parameter: The parameter that it sets, or None for an input proper.
        required: The function does not take None.
    """

    name: str
    source: Source
    parameter: Parameter | None
    required: bool

    def check(self, value: Any) -> Any:
        """The value as the function gets it.

        Raises:
            NodeError: it does not take it.
        """
        if value is None and self.required:
            raise NodeError(tr("{0} has no value", named(self.name)), self.name)
        return value if self.parameter is None else self.parameter.check(value)


class Task(msgspec.Struct, frozen=True, gc=False):
    """A node, ready to run.

    Attributes:
        node: The node as it is in the graph.
        spec: What is known of its type; None for a placeholder.
        sources: Where its incoming links start, by input.
        params: The parameters that are not linked, checked, defaults included.
        keyed: Those of them that its value depends on.
        wires: What has to be computed before it.
        lazies: What is computed when the function calls for it.
        names: Of the wires and the lazies.
        head: See `keys.head`.
        guards: Those of `wires` whose values are needed before its key can be made.
        given: The values of the guards, once they are known.
        alias: Set when the node hands inputs through.
        errors: Why it cannot run.
        plain: It runs, and its key depends on the head and the values of the wires alone.
    """

    node: Node
    spec: NodeSpec | None
    sources: Mapping[str, Source]
    params: Mapping[str, Any] = {}
    keyed: Mapping[str, Any] = {}
    wires: tuple[Wire, ...] = ()
    lazies: tuple[Wire, ...] = ()
    names: tuple[str, ...] = ()
    head: bytes = b""
    guards: tuple[Wire, ...] = ()
    given: Mapping[str, Any] = {}
    alias: Alias | None = None
    errors: tuple[NodeError, ...] = ()
    plain: bool = False

    @property
    def muted(self) -> bool:
        return self.node.mode == "muted"

    def matches(self, node: Node, spec: NodeSpec | None, sources: Mapping[str, Source]) -> bool:
        """True if compiling `node` would return an equal task."""
        mine = self.node
        return (
            self.spec is spec
            and mine.params == node.params
            and mine.mode == node.mode
            and self.sources == sources
        )


class Form(NamedTuple):
    """What the engine needs to know of a node type, worked out once.

    Attributes:
        defaults: Of the parameters that have one, in canonical form.
        required: The parameters that have none.
        unkeyed: The parameters that the value does not depend on.
        early: The parameters that pass-throughs, the fingerprint and `light` look at.
        numbers: Of the outputs, by name.
        kinds: The outputs' socket types, by number.
        classes: Of the outputs' values, by number.
        plain: It has no pass-throughs, and no value of it depends on more than the graph.
    """

    defaults: Mapping[str, Any]
    required: tuple[str, ...]
    unkeyed: frozenset[str]
    early: frozenset[str]
    numbers: Mapping[str, int]
    kinds: tuple[str, ...]
    classes: tuple[type, ...]
    plain: bool


@cache
def form_of(spec: NodeSpec) -> Form:
    """The form of a node type."""
    parameters = spec.parameters.values()
    functions: list[Callable[..., Any]] = [predicate for _, predicate in spec.node.passes]
    if spec.node.fingerprinter is not None:
        functions.append(spec.node.fingerprinter)
    if not isinstance(spec.node.light, bool):
        functions.append(spec.node.light)
    return Form(
        defaults={p.name: p.check(p.default) for p in parameters if not p.required},
        required=tuple(p.name for p in parameters if p.required),
        unkeyed=frozenset(p.name for p in parameters if not p.keyed),
        early=frozenset(name for function in functions for name in arguments(function)),
        numbers={name: number for number, name in enumerate(spec.outputs)},
        kinds=tuple(socket.type for socket in spec.outputs.values()),
        classes=tuple(socket.cls for socket in spec.outputs.values()),
        plain=not functions and not spec.node.numeric,
    )


@cache
def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's arguments."""
    return tuple(inspect.signature(function).parameters)


def sources_of(graph: Graph, id: str) -> Mapping[str, Source]:
    """Where the links into a node of `graph` start, by input."""
    sources: dict[str, Source] = {}
    for name, link in graph.links_in(id).items():
        spec = graph.spec(link.source)
        sources[name] = (link.source, form_of(spec).numbers[link.output] if spec else 0)
    return sources


def compile_task(node: Node, spec: NodeSpec | None, sources: Mapping[str, Source]) -> Task:
    """Make a node ready to run, or say why it cannot.

    Args:
        node: The node.
        spec: What is known of its type.
        sources: Where its incoming links start, by input.
    """
    if node.mode == "muted":
        return Task(node, spec, sources)
    if spec is None:
        error = NodeError(tr("the node type {0} is not installed", node.type))
        return Task(node, spec, sources, errors=(error,))
    if node.mode == "bypassed":
        return Task(node, spec, sources, alias=_bypass(spec, sources))
    form = form_of(spec)
    errors: list[NodeError] = []
    params = _params(node, spec, form, sources, errors)
    keyed = params
    if form.unkeyed:
        keyed = {name: value for name, value in params.items() if name not in form.unkeyed}
    wires: list[Wire] = []
    lazies: list[Wire] = []
    for name, socket in spec.inputs.items():
        if name in sources:
            wire = Wire(name, sources[name], None, not socket.optional)
            (lazies if socket.lazy else wires).append(wire)
        elif not socket.optional:
            errors.append(NodeError(tr("{0} is not connected", named(name)), name))
    for name, source in sources.items():
        if name in spec.parameters:
            parameter = spec.parameters[name]
            wires.append(Wire(name, source, parameter, not parameter.nullable))
    names = tuple([wire.name for wire in wires] + [wire.name for wire in lazies])
    guards = tuple(wire for wire in wires if wire.name in form.early) if form.early else ()
    plain = form.plain and not lazies and not errors
    task = Task(
        node, spec, sources, params, keyed, tuple(wires), tuple(lazies), names,
        keys.head(spec.id, spec.version, keyed, names), guards,
        errors=tuple(errors), plain=plain,
    )  # fmt: skip
    return task if guards or errors or not spec.node.passes else settled(task, {})


def _params(
    node: Node,
    spec: NodeSpec,
    form: Form,
    sources: Mapping[str, Source],
    errors: list[NodeError],
) -> dict[str, Any]:
    """The values of the parameters that are not linked; what is wrong is added to `errors`."""
    params = dict(form.defaults)
    for name, value in node.params.items():
        if name in spec.parameters and name not in sources:
            try:
                params[name] = spec.parameters[name].check(value)
            except NodeError as error:
                errors.append(error)
    for name in sources:
        params.pop(name, None)
    for name in form.required:
        if name not in node.params and name not in sources:
            errors.append(NodeError(tr("{0} is not set", named(name)), name))
    return params


def _bypass(spec: NodeSpec, sources: Mapping[str, Source]) -> Alias:
    """Each output stands for the first connected input of its type."""
    alias: dict[int, Source | None] = {}
    for number, output in enumerate(spec.outputs.values()):
        inputs = (*spec.inputs, *spec.parameters)
        same = [name for name in inputs if spec.input_type(name) == output.type]
        if same:
            alias[number] = next((sources[name] for name in same if name in sources), None)
    return alias


def settled(task: Task, values: Mapping[str, Any]) -> Task:
    """The task once the values of its guards are known: pass-throughs decided.

    Args:
        task: With `guards`, or none.
        values: What the guards get, by name.
    """
    spec = cast("NodeSpec", task.spec)
    try:
        given = {name: spec.parameters[name].check(value) for name, value in values.items()}
        alias = _passed(task, spec, {**task.params, **given})
    except Exception as error:
        told = error if isinstance(error, NodeError) else NodeError(f"{error!r} in a pass-through")
        return msgspec.structs.replace(task, guards=(), errors=(told,))
    return msgspec.structs.replace(task, guards=(), given=given, alias=alias)


def _passed(task: Task, spec: NodeSpec, params: Mapping[str, Any]) -> Alias | None:
    """What the node's output stands for when one of its pass-throughs holds."""
    for name, predicate in spec.node.passes:
        if predicate(**{argument: params[argument] for argument in arguments(predicate)}):
            return {0: task.sources.get(name)}
    return None

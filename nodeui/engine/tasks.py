"""Compiles nodes to tasks: parameters are checked, links sorted by their purpose.

A `Task` depends only on the node, its type and its links, not on the cache. If a pass-through or a
fingerprint depends on *linked* parameters, these are the task's `guards`: once their values are
known, the task is `settled`.
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
from nodeui.graph.registry import why_missing
from nodeui.graph.spec import NodeSpec, Parameter
from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError

Source: TypeAlias = tuple[str, int]
"""A node's id and the number of one of its outputs."""

Alias: TypeAlias = Mapping[int, Source | None]
"""The sources that the outputs of a pass-through node forward; None if nothing is connected. An
output without an entry has no matching input."""


class Wire(NamedTuple):
    """A link, seen from its target.

    Attributes:
        name: Name of the input or parameter.
        source: The linked output, before pass-throughs are followed.
        parameter: The parameter that it sets, or None for an input.
        required: The function does not accept None.
    """

    name: str
    source: Source
    parameter: Parameter | None
    required: bool

    def check(self, value: Any) -> Any:
        """Return the value that is passed to the function.

        Raises:
            NodeError: the value is not valid for this input.
        """
        if value is None and self.required:
            raise NodeError(tr("{0} has no value", named(self.name)), self.name)
        return value if self.parameter is None else self.parameter.check(value)


class Task(msgspec.Struct, frozen=True, gc=False):
    """A node that is ready to run.

    Attributes:
        node: The node in the graph.
        spec: Its type; None for a placeholder.
        sources: The sources of its incoming links, by input.
        params: The unlinked parameters, checked, defaults included.
        keyed: The parameters in `params` that its value depends on.
        wires: Inputs that are computed before it.
        lazies: Inputs that are computed when the function asks for them.
        names: Names of the wires and lazies.
        head: See `keys.head`.
        guards: The wires whose values are needed to compute its key.
        given: The values of the guards, once they are known.
        alias: Set if the node passes inputs through.
        errors: Why it cannot run.
        plain: It can run, and its key depends only on the head and the values of the wires.
        asks: Planning it takes code that is not in this process.
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
    asks: bool = False

    @property
    def muted(self) -> bool:
        return self.node.mode == "muted"

    def matches(self, node: Node, spec: NodeSpec | None, sources: Mapping[str, Source]) -> bool:
        """True if compiling `node` would return an equal task."""
        mine = self.node
        return (
            self.spec is spec
            and mine.params == node.params
            and mine.version == node.version
            and mine.mode == node.mode
            and self.sources == sources
        )


class Form(NamedTuple):
    """Facts about a node type that the engine uses, computed once per type.

    Attributes:
        defaults: Default values in canonical form, by parameter.
        required: The parameters without a default.
        unkeyed: The parameters that the value does not depend on.
        early: The parameters that pass-throughs, the fingerprint and `light` depend on.
        numbers: Numbers of the outputs, by name.
        kinds: Socket types of the outputs, by number.
        classes: Classes of the outputs' values, by number; None if not in this process.
        plain: It has no pass-throughs, and its values depend only on the graph.
    """

    defaults: Mapping[str, Any]
    required: tuple[str, ...]
    unkeyed: frozenset[str]
    early: frozenset[str]
    numbers: Mapping[str, int]
    kinds: tuple[str, ...]
    classes: tuple[type | None, ...]
    plain: bool


@cache
def form_of(spec: NodeSpec) -> Form:
    """Return the form of a node type."""
    parameters, node = spec.parameters.values(), spec.node
    functions: list[Callable[..., Any]] = []
    if node is not None:
        functions += [predicate for _, predicate in node.passes]
        if node.fingerprinter is not None:
            functions.append(node.fingerprinter)
        if not isinstance(node.light, bool):
            functions.append(node.light)
    return Form(
        defaults={p.name: p.check(p.default) for p in parameters if not p.required},
        required=tuple(p.name for p in parameters if p.required),
        unkeyed=frozenset(p.name for p in parameters if not p.keyed),
        early=frozenset(name for function in functions for name in arguments(function)),
        numbers={name: number for number, name in enumerate(spec.outputs)},
        kinds=tuple(socket.type for socket in spec.outputs.values()),
        classes=tuple(socket.cls for socket in spec.outputs.values()),
        plain=not functions and not spec.numeric and not spec.asks,
    )


@cache
def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a function's arguments."""
    return tuple(inspect.signature(function).parameters)


def sources_of(graph: Graph, id: str) -> Mapping[str, Source]:
    """Return the sources of a node's incoming links, by input."""
    sources: dict[str, Source] = {}
    for name, link in graph.links_in(id).items():
        spec = graph.spec(link.source)
        sources[name] = (link.source, form_of(spec).numbers[link.output] if spec else 0)
    return sources


def compile_task(node: Node, specs: Mapping[str, NodeSpec], sources: Mapping[str, Source]) -> Task:
    """Compile a node to a task; `errors` of the task state why it cannot run.

    Args:
        node: The node.
        specs: The known node types.
        sources: The sources of its incoming links, by input.
    """
    spec = specs.get(node.type)
    if node.mode == "muted":
        return Task(node, spec, sources)
    if spec is None:
        error = NodeError(why_missing(specs, node.type))
        return Task(node, spec, sources, errors=(error,))
    if node.mode == "bypassed":
        return Task(node, spec, sources, alias=_bypass(spec, sources))
    form = form_of(spec)
    outdated = spec.node is None and node.version < spec.version  # its migration may need code
    params, errors = _params(node, spec, form, sources)
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
    if outdated:
        errors.clear()
    plain = form.plain and not lazies and not errors and not outdated
    task = Task(
        node, spec, sources, params, keyed, tuple(wires), tuple(lazies), names,
        keys.head(spec.id, spec.edition, keyed, names), guards,
        errors=tuple(errors), plain=plain, asks=spec.asks or outdated,
    )  # fmt: skip
    if spec.node is None or guards or errors or not spec.node.passes:
        return task
    return settled(task, {})


def _params(
    node: Node, spec: NodeSpec, form: Form, sources: Mapping[str, Source]
) -> tuple[dict[str, Any], list[NodeError]]:
    """Return the values of the unlinked parameters, and the mistakes in them."""
    params, errors = dict(form.defaults), list[NodeError]()
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
    return params, errors


def _bypass(spec: NodeSpec, sources: Mapping[str, Source]) -> Alias:
    """Return the alias of a bypassed node: each output forwards the first connected input of its
    type."""
    alias: dict[int, Source | None] = {}
    for number, output in enumerate(spec.outputs.values()):
        inputs = (*spec.inputs, *spec.parameters)
        same = [name for name in inputs if spec.input_type(name) == output.type]
        if same:
            alias[number] = next((sources[name] for name in same if name in sources), None)
    return alias


def settled(task: Task, values: Mapping[str, Any]) -> Task:
    """Return the task with its pass-throughs decided.

    Args:
        task: With or without `guards`.
        values: The values of the guards, by name.
    """
    spec = cast("NodeSpec", task.spec)
    try:
        given = {name: spec.parameters[name].check(value) for name, value in values.items()}
        alias = _passed(task, spec, {**task.params, **given})
    except Exception as error:
        if not isinstance(error, NodeError):
            error = NodeError(tr("{0} in a pass-through", repr(error)))
        return msgspec.structs.replace(task, guards=(), errors=(error,))
    return msgspec.structs.replace(task, guards=(), given=given, alias=alias)


def _passed(task: Task, spec: NodeSpec, params: Mapping[str, Any]) -> Alias | None:
    """Return the alias if a pass-through of the node applies, else None."""
    for name, predicate in spec.code.passes:
        if predicate(**{argument: params[argument] for argument in arguments(predicate)}):
            return {0: task.sources.get(name)}
    return None

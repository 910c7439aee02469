"""What a node type is: its sockets, its parameters and their JSON Schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from nodeui.graph.wording import named, tr
from nodeui.sdk import NodeError, NodeFunction


class SpecError(Exception):
    """A node function that breaks the conventions of `nodeui.sdk`."""


CONVERSIONS: Mapping[str, frozenset[str]] = {"integer": frozenset({"number"})}
"""Socket types whose values other sockets take as they are."""


def connectable(output: str, input: str) -> bool:
    """Whether a value of socket type `output` may run into a socket of type `input`."""
    return output == input or input in CONVERSIONS.get(output, ())


@dataclass(frozen=True, slots=True)
class Socket:
    """An input or output whose values run along wires.

    Attributes:
        name: As in the function's signature.
        type: The socket type, such as "latents".
        optional: May stay unconnected; the function then gets None.
        lazy: Computed only when the function calls it.
        help: From the docstring.
        cls: The Python class of its values; for an output, `optional` says that None is one too.
    """

    name: str
    type: str
    optional: bool = False
    lazy: bool = False
    help: str = ""
    cls: type = object


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is set on the node itself.

    Attributes:
        name: As in the function's signature.
        type: "integer", "number", "boolean", "text" or "curve"; its type as an input, too.
        default: Value where none is set; meaningless when `required`.
        required: Has no default.
        nullable: None is a value.
        low, high: Bounds of a number, both included, or None.
        step: Grid of an integer; notch of a drag.
        unit: Such as "px".
        choices: The texts it may be, or empty for any.
        widget: Editor hint such as "multiline", "seed", "image-file", or "".
        keyed: Whether the node's value depends on it.
        condition: See `sdk.Check`.
        help: From the docstring.
    """

    name: str
    type: str
    default: Any = None
    required: bool = False
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    widget: str = ""
    keyed: bool = True
    condition: Callable[[Any], object] | None = None
    help: str = ""

    def check(self, value: Any) -> Any:
        """The value in its canonical form (an integral float for an integer becomes one, ...).

        Raises:
            NodeError: it is of another type, out of range, or against the condition.
        """
        if value is None and self.nullable:
            return None
        canonical = _CHECKS[self.type](value)
        if canonical is None:
            raise self._error(tr("{0} takes {1}, not {2!r}"), self._wanted(), value)
        if self.choices and canonical not in self.choices:
            raise self._error(tr("{0} is one of {1}, not {2!r}"), ", ".join(self.choices), value)
        if self.low is not None and self.high is not None:
            numbers = [y for _, y in canonical] if self.type == "curve" else [canonical]
            if any(not self.low <= number <= self.high for number in numbers):
                text = tr("{0} lies between {1:g} and {2:g}, not {3!r}")
                raise self._error(text, self.low, self.high, value)
        if (
            self.step
            and self.type == "integer"
            and (canonical - int(self.low or 0)) % int(self.step)
        ):
            raise self._error(tr("{0} goes in steps of {1:g}, not {2!r}"), self.step, value)
        if self.condition is not None:
            self.condition(canonical)
        return canonical

    def _error(self, text: str, *values: object) -> NodeError:
        return NodeError(text.format(named(self.name), *values), self.name)

    def _wanted(self) -> str:
        wanted = {
            "integer": tr("a whole number"),
            "number": tr("a number"),
            "boolean": tr("true or false"),
            "text": tr("a text"),
            "curve": tr("a list of [fraction, value] pairs by rising fraction in [0, 1]"),
        }[self.type]
        return tr("{0} or null", wanted) if self.nullable else wanted

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        schema: dict[str, Any] = {
            "type": {"text": "string", "curve": "array"}.get(self.type, self.type)
        }
        if self.type == "curve":
            pair = {
                "type": "array",
                "prefixItems": [{"type": "number"}] * 2,
                "minItems": 2,
                "maxItems": 2,
            }
            schema["items"] = pair
        elif self.low is not None:
            schema |= {"minimum": self.low, "maximum": self.high}
        if self.type == "integer" and self.step and not (self.low or 0) % self.step:
            schema["multipleOf"] = self.step
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.nullable:
            schema = {"anyOf": [schema, {"type": "null"}]}
        if not self.required:
            schema["default"] = self.default
        return schema | {"description": self.help}


@dataclass(frozen=True, eq=False)
class NodeSpec:
    """All that the graph, the engine and the views know of a node type; compared by identity.

    Attributes:
        node: The node function.
        id, category, version, aliases, output: As in `NodeFunction`.
        title: What the node's header shows.
        help: The docstring up to its sections.
        inputs: Sockets that take values.
        parameters: By name, in the order of the signature.
        outputs: Sockets that give values; one without a NamedTuple is named after its type.
        context: Name of the argument that takes the `Context`, or None.
        several: The function returns a NamedTuple.
        stepwise: The function returns `Steps`.
    """

    node: NodeFunction[..., Any]
    title: str
    help: str
    inputs: Mapping[str, Socket]
    parameters: Mapping[str, Parameter]
    outputs: Mapping[str, Socket]
    several: bool
    context: str | None
    stepwise: bool = False

    @property
    def id(self) -> str:
        return self.node.id

    @property
    def category(self) -> str:
        return self.node.category

    @property
    def version(self) -> int:
        return self.node.version

    @property
    def aliases(self) -> Sequence[str]:
        return self.node.aliases

    @property
    def output(self) -> bool:
        return self.node.output

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The parameters' defaults, by name; without the required ones."""
        return {p.name: p.default for p in self.parameters.values() if not p.required}

    def input_type(self, name: str) -> str | None:
        """The socket type of an input or of a parameter turned into one; None: no such name."""
        socket = self.inputs.get(name) or self.parameters.get(name)
        return socket.type if socket else None

    def translated(self) -> NodeSpec:
        """The same with title and help in the language of the process."""
        return replace(
            self,
            title=tr(self.title),
            help=tr(self.help),
            inputs={k: replace(v, help=tr(v.help)) for k, v in self.inputs.items()},
            parameters={k: replace(v, help=tr(v.help)) for k, v in self.parameters.items()},
            outputs={k: replace(v, help=tr(v.help)) for k, v in self.outputs.items()},
        )

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the node's parameters in a workflow file."""
        return {
            "type": "object",
            "title": self.title,
            "description": self.help,
            "properties": {p.name: p.schema() for p in self.parameters.values()},
            "required": [p.name for p in self.parameters.values() if p.required],
        }


# --- checking values ---------------------------------------------------------------------------


def _integer(value: Any) -> int | None:
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _curve(value: Any) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(value, list | tuple):
        return None
    points: list[tuple[float, float]] = []
    for pair in cast("list[Any]", value):
        if not isinstance(pair, list | tuple) or len(cast("list[Any]", pair)) != 2:
            return None
        x, y = (_number(number) for number in cast("list[Any]", pair))
        if x is None or y is None or not 0 <= x <= 1 or (points and x < points[-1][0]):
            return None
        points.append((x, y))
    return tuple(points)


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "text": _text,
    "curve": _curve,
}
"""Per parameter type: the value in canonical form, or None when it is of another type."""

"""Specs of node types: sockets, parameters and their JSON Schema."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias, cast

from nodeui.graph.wording import named, plain, shown, tr
from nodeui.painting.document import read
from nodeui.painting.points import PaintingError
from nodeui.sdk import BranchKind, Frame, NodeError, NodeFunction, QuickRun, SendKind, Sheet


class SpecError(Exception):
    """A node function that breaks the conventions of `nodeui.sdk`."""


CONVERSIONS: Mapping[str, frozenset[str]] = {"integer": frozenset({"number"})}
"""For each socket type, the other types whose sockets take its values unchanged."""


def connectable(output: str, input: str) -> bool:
    """Return True if a socket of type `input` takes values of socket type `output`."""
    return output == input or input in CONVERSIONS.get(output, ())


_Class: TypeAlias = type[Any]  # inside of `Socket`, `type` is a field


@dataclass(frozen=True, slots=True)
class Socket:
    """An input or output whose values run along wires.

    Attributes:
        name: As in the function's signature.
        type: The socket type, such as "latents".
        optional: For an input: may stay unconnected; the function then gets None. For an output:
            its value may be None.
        lazy: Computed only when the function calls it.
        help: From the docstring.
        cls: The Python class of its values; None if its code is not in this process.
        class_name: Module and name of that class; "" for scalars.
        has_picture: Its class declares a picture.
    """

    name: str
    type: str
    optional: bool = False
    lazy: bool = False
    help: str = ""
    cls: _Class | None = None
    class_name: str = ""
    has_picture: bool = False

    @property
    def picture(self) -> Callable[[Any], Any] | None:
        """The function that returns the picture of a value; None if values have no picture."""
        return getattr(self.cls, "__picture__", None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that is set on the node itself.

    Attributes:
        name: As in the function's signature.
        type: "integer", "number", "boolean", "text", "curve" or "painting"; also its socket type as
            an input.
        default: Value while none is set; meaningless if `required`.
        required: Has no default.
        nullable: May be None.
        low, high: Bounds of a number, both included, or None.
        step: Grid of an integer; notch of a drag.
        unit: Such as "px".
        choices: The allowed texts; empty if any text is allowed.
        widget: Kind of field editor, such as "multiline", "seed", "image-file", or "".
        keyed: The node's value depends on it.
        condition: See `sdk.Check`; None if there is none, or if its code is not in this process.
        conditioned: It has a condition.
        sheet: Of a painting: what it is drawn on.
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
    conditioned: bool = False
    sheet: Sheet = field(default_factory=Sheet)
    help: str = ""

    def check(self, value: Any) -> Any:
        """Return the value in canonical form: for an integer, 3.0 becomes 3.

        Raises:
            NodeError: it is of another type, out of range, or refused by the condition.
        """
        if value is None and self.nullable:
            return None
        if self.type == "painting":
            return self._painting(value)
        canonical = _CHECKS[self.type](value)
        if canonical is None:
            raise self._error(tr("{0} takes {1}, not {2}"), self._wanted(), shown(value))
        if self.choices and canonical not in self.choices:
            raise self._error(
                tr("{0} must be one of {1}, not {2}"), ", ".join(self.choices), shown(value)
            )
        if self.low is not None and self.high is not None:
            numbers = [y for _, y in canonical] if self.type == "curve" else [canonical]
            if any(not self.low <= number <= self.high for number in numbers):
                text = tr("{0} must be between {1} and {2}, not {3}")
                raise self._error(text, plain(self.low), plain(self.high), shown(value))
        if self.type == "integer" and not _LEAST <= canonical <= _MOST:
            text = tr("{0} takes whole numbers of at most 64 bits, not {1}")
            raise self._error(text, shown(value))
        if self.type == "number" and not math.isfinite(canonical):
            raise self._error(tr("{0} is too large: {1}"), shown(value))
        if (
            self.step
            and self.type == "integer"
            and (canonical - int(self.low or 0)) % int(self.step)
        ):
            text = tr("{0} must be in steps of {1}, not {2}")
            raise self._error(text, plain(self.step), shown(value))
        if self.condition is not None:
            self.condition(canonical)
        return canonical

    def _painting(self, value: Any) -> tuple[str, ...]:
        try:
            lines = read(value).lines
        except PaintingError as error:
            raise self._error(tr("{0} cannot be used: {1}"), str(error)) from None
        if self.condition is not None:
            self.condition(lines)
        return lines

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
        """Return the JSON Schema of its values."""
        schema: dict[str, Any] = {
            "type": {"text": "string", "curve": "array", "painting": "array"}.get(
                self.type, self.type
            )
        }
        if self.type == "painting":
            schema["items"] = {"type": "string"}
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


Hook: TypeAlias = Literal["passthrough", "fingerprint", "valid", "migrate"]
"""A kind of function registered beside a node function; see `sdk.NodeFunction`."""


@dataclass(frozen=True, eq=False)
class NodeSpec:
    """A node type as seen by graph, engine and views; compared by identity.

    All of it is data but `node`, and the classes and conditions of sockets and parameters. These
    are None where the node's pack is not imported; see `nodeui.graph.foreign`.

    Attributes:
        id, category, version, edition, aliases, output, numeric: As in `NodeFunction`.
        title: Shown in the node's header.
        name: The title as declared, in English.
        help: The docstring up to its sections.
        inputs: Inputs by name, in the order of the signature.
        parameters: Parameters by name, in the order of the signature.
        outputs: Outputs by name. A single output is named after its socket type: "palette" for
            "my_pack.palette".
        several: The function returns a NamedTuple.
        context: Name of the argument that takes the `Context`, or None.
        stepwise: The function returns `Steps`.
        step_count: Name of the parameter that is the number of steps, or "".
        branches: Ways to branch a step-wise node.
        sends, quick, frame, facts, swatches: As in `NodeFunction`.
        hooks: The kinds of functions registered beside the node function.
        pack: Name of its pack's entry point; "" for NodeUI's own.
        node: The node function; None if it is not in this process.
    """

    id: str
    title: str
    name: str
    category: str
    help: str
    inputs: Mapping[str, Socket]
    parameters: Mapping[str, Parameter]
    outputs: Mapping[str, Socket]
    several: bool
    context: str | None
    stepwise: bool
    version: int
    edition: int | str
    aliases: tuple[str, ...]
    output: bool
    numeric: bool
    step_count: str
    branches: tuple[BranchKind, ...]
    hooks: tuple[Hook, ...]
    sends: tuple[SendKind, ...] = ()
    quick: tuple[QuickRun, ...] = ()
    frame: Frame | None = None
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    swatches: tuple[str, ...] = ()
    pack: str = ""
    node: NodeFunction[..., Any] | None = None

    @property
    def code(self) -> NodeFunction[..., Any]:
        """The node function, in a process that has imported the pack."""
        assert self.node is not None, f"the code of {self.id} is not in this process"
        return self.node

    @cached_property
    def asks(self) -> bool:
        """True if planning a node of this type takes code that is not in this process."""
        return self.node is None and (
            self.numeric
            or "passthrough" in self.hooks
            or "fingerprint" in self.hooks
            or any(parameter.conditioned for parameter in self.parameters.values())
        )

    @cached_property
    def decodable(self) -> bool:
        """True if the classes of all outputs are in this process."""
        return all(socket.cls is not None for socket in self.outputs.values())

    @cached_property
    def pictured(self) -> bool:
        """True if an output's value can be shown as a picture."""
        return any(socket.has_picture for socket in self.outputs.values())

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """Defaults by parameter name, without the required parameters."""
        return {p.name: p.default for p in self.parameters.values() if not p.required}

    def input_type(self, name: str) -> str | None:
        """Return the socket type of an input or of a parameter used as one; None if unknown."""
        socket = self.inputs.get(name) or self.parameters.get(name)
        return socket.type if socket else None

    def translated(self) -> NodeSpec:
        """Return the spec with title and help in the language of the process."""
        return replace(
            self,
            title=tr(self.title),
            help=tr(self.help),
            inputs={k: replace(v, help=tr(v.help)) for k, v in self.inputs.items()},
            parameters={k: replace(v, help=tr(v.help)) for k, v in self.parameters.items()},
            outputs={k: replace(v, help=tr(v.help)) for k, v in self.outputs.items()},
        )

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the node's parameters in a workflow file."""
        return {
            "type": "object",
            "title": self.title,
            "description": self.help,
            "properties": {p.name: p.schema() for p in self.parameters.values()},
            "required": [p.name for p in self.parameters.values() if p.required],
        }


# --- checking values ---------------------------------------------------------------------------

_LEAST, _MOST = -(2**63), 2**64 - 1
"""Bounds of all integers; keys hold no larger ones."""


def _integer(value: Any) -> int | None:
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _number(value: Any) -> float | None:
    """Return a finite number, or the infinity of its sign for an integer too large for a float."""
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value if isinstance(value, float) and math.isfinite(value) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    """Return a text that UTF-8 can hold; undecodable file names are none."""
    if not isinstance(value, str) or any("\ud800" <= sign <= "\udfff" for sign in value):
        return None
    return value


def _curve(value: Any) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(value, list | tuple):
        return None
    points: list[tuple[float, float]] = []
    for pair in cast("list[Any]", value):
        if not isinstance(pair, list | tuple) or len(cast("list[Any]", pair)) != 2:
            return None
        x, y = (_number(number) for number in cast("list[Any]", pair))
        if x is None or y is None or not math.isfinite(y) or not 0 <= x <= 1:
            return None
        if points and x < points[-1][0]:
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
"""Functions by parameter type: return the value in canonical form, or None if it is of another
type."""

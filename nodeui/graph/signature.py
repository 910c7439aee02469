"""Reads what a node type is from the signature and docstring of its function."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from nodeui.graph.spec import NodeSpec, Parameter, Socket
from nodeui.sdk import (
    Check,
    Context,
    CurveMarker,
    LazyMarker,
    NodeFunction,
    NoKey,
    Range,
    Steps,
    Widget,
)

SCALARS: Mapping[type, str] = {int: "integer", float: "number", bool: "boolean", str: "text"}
"""Python types that are parameters, and the socket type each has when turned into an input."""


class SpecError(Exception):
    """A node function that does not follow the conventions of `nodeui.sdk`."""


def spec_of(node: NodeFunction[..., Any]) -> NodeSpec:
    """Read a node function's signature and docstring.

    Raises:
        SpecError: it does not follow the conventions; names the node and the argument.
    """
    hints = get_type_hints(node.function, include_extras=True)
    text, documented = _parse_docstring(inspect.getdoc(node.function) or "")
    inputs: dict[str, Socket] = {}
    parameters: dict[str, Parameter] = {}
    context: str | None = None
    for name, argument in inspect.signature(node.function).parameters.items():
        if name not in hints:
            raise SpecError(f"{node.id}: {name} has no annotation")
        if hints[name] is Context:
            context = name
            continue
        required = argument.default is inspect.Parameter.empty
        help = documented.get(name, "")
        socket = _socket(node, name, hints[name], required, help)
        if socket is not None:
            inputs[name] = socket
        else:
            parameters[name] = _parameter(node, name, hints[name], argument.default, required, help)
    outputs, several = _outputs(node, hints.get("return"), documented)
    stepwise = get_origin(hints.get("return")) is Steps
    return NodeSpec(node, node.title, text, inputs, parameters, outputs, several, context, stepwise)


# --- reading annotations ---------------------------------------------------------------------


def _strip(annotation: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """An annotation without `Annotated` and `| None`: (type, marks, whether None is allowed)."""
    marks: tuple[Any, ...] = ()
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *found = get_args(annotation)
            marks += tuple(found)
        elif origin in (Union, types.UnionType):
            rest = [a for a in get_args(annotation) if a is not type(None)]
            nullable = nullable or len(rest) < len(get_args(annotation))
            if len(rest) != 1:
                return annotation, marks, nullable
            annotation = rest[0]
        else:
            return annotation, marks, nullable


def _socket_type(annotation: Any) -> str | None:
    return cast("str | None", getattr(annotation, "__socket__", None))


def _socket(
    node: NodeFunction[..., Any], name: str, annotation: Any, required: bool, help: str
) -> Socket | None:
    """The input that an annotation declares, or None when it declares a parameter."""
    kind, marks, nullable = _strip(annotation)
    lazy = LazyMarker in marks
    if lazy:
        # Callable[[], X]: what it gives is the socket's type.
        kind, _, nullable_inside = _strip(get_args(kind)[1])
        nullable = nullable or nullable_inside
    type_name = _socket_type(kind) or (SCALARS.get(kind) if lazy else None)
    if type_name is None:
        return None
    if required == nullable:
        raise SpecError(f"{node.id}: an optional input is written {name}: X | None = None")
    return Socket(name, type_name, optional=nullable, lazy=lazy, help=help, cls=kind)


def _parameter(
    node: NodeFunction[..., Any],
    name: str,
    annotation: Any,
    default: Any,
    required: bool,
    help: str,
) -> Parameter:
    kind, marks, nullable = _strip(annotation)
    choices: tuple[str, ...] = ()
    if get_origin(kind) is Literal:
        choices = cast("tuple[str, ...]", get_args(kind))
        kind = str
    type_name = "curve" if CurveMarker in marks else SCALARS.get(kind)
    if type_name is None:
        raise SpecError(f"{node.id}: {name} is neither a socket type nor a parameter: {kind!r}")
    span = next((m for m in marks if isinstance(m, Range)), None)
    widget = next((m.kind for m in marks if isinstance(m, Widget)), "")
    condition = next((m.condition for m in marks if isinstance(m, Check)), None)
    return Parameter(
        name,
        type_name,
        default=None if required else default,
        required=required,
        nullable=nullable,
        low=span.low if span else None,
        high=span.high if span else None,
        step=span.step if span else None,
        unit=span.unit if span else "",
        choices=choices,
        widget=widget,
        keyed=NoKey not in marks,
        condition=condition,
        help=help,
    )


def _outputs(
    node: NodeFunction[..., Any], annotation: Any, documented: Mapping[str, str]
) -> tuple[dict[str, Socket], bool]:
    if annotation is None or annotation is type(None):
        return {}, False
    if get_origin(annotation) is Steps:
        (annotation,) = get_args(annotation)
    if isinstance(annotation, type) and hasattr(annotation, "_fields"):
        fields = get_type_hints(annotation, include_extras=True)
        _, helps = _parse_docstring(inspect.getdoc(annotation) or "")
        return {name: _output(node, name, kind, helps) for name, kind in fields.items()}, True
    only = _output(node, "", annotation, {"": documented.get("returns", "")})
    return {only.name: only}, False


def _output(
    node: NodeFunction[..., Any], name: str, annotation: Any, documented: Mapping[str, str]
) -> Socket:
    kind, _, nullable = _strip(annotation)
    type_name = _socket_type(kind) or SCALARS.get(kind)
    if type_name is None:
        raise SpecError(f"{node.id}: {annotation!r} is not a socket type")
    help = documented.get(name, "")
    return Socket(name or type_name, type_name, optional=nullable, help=help, cls=kind)


_SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Source|Note|Notes):\s*$")
_ENTRY = re.compile(r"^ {4}(\w+(?:, \w+)*):\s*(.*)$")


def _parse_docstring(text: str) -> tuple[str, dict[str, str]]:
    """The text before the sections, and what Args, Attributes and Returns say (Google style)."""
    about: list[str] = []
    entries: dict[str, list[str]] = {}
    section, names = "", []
    for line in text.splitlines():
        if match := _SECTION.match(line):
            section, names = match[1], []
        elif not section:
            about.append(line)
        elif section in ("Args", "Attributes") and (match := _ENTRY.match(line)):
            names = match[1].split(", ")
            entries |= {name: [match[2]] for name in names}
        elif section == "Returns":
            entries.setdefault("returns", []).append(line.strip())
        else:
            for name in names:
                entries[name].append(line.strip())
    return "\n".join(about).strip(), {
        name: " ".join(lines).strip() for name, lines in entries.items()
    }

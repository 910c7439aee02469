"""Reads the spec of a node type from its function: signature, annotations and docstring.

Anything that would not work, or would silently be ignored, is refused with a `SpecError`.
"""

from __future__ import annotations

import inspect
import math
import re
import types
from collections.abc import Callable, Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from nodeui.graph.docstring import Docstring, read_docstring
from nodeui.graph.hooks import check_hooks
from nodeui.graph.spec import Hook, NodeSpec, Parameter, Socket, SpecError
from nodeui.sdk import (
    Check,
    Context,
    CurveMarker,
    LazyMarker,
    NodeError,
    NodeFunction,
    NoKey,
    PaintingMarker,
    Range,
    Sheet,
    Steps,
    Widget,
)

SCALARS: Mapping[type, str] = {int: "integer", float: "number", bool: "boolean", str: "text"}
"""Python types that are parameters, and the socket type of each when turned into an input."""

_MARKED: Mapping[object, str] = {CurveMarker: "curve", PaintingMarker: "painting"}
"""Types of parameters by the marker that declares them."""

_WIDGET_TYPES: Mapping[str, str] = {
    "multiline": "text",
    "seed": "integer",
    "colour": "text",
    "image-file": "text",
    "model-path": "text",
    "folder": "text",
    "batch-index": "integer",
}
"""The parameter types that the sdk's widgets edit."""


def spec_of(node: NodeFunction[..., Any], pack: str = "") -> NodeSpec:
    """Read a node function's signature and docstring.

    Args:
        node: The node function.
        pack: Name of its pack's entry point; "" for NodeUI's own.

    Raises:
        SpecError: it breaks the conventions of `nodeui.sdk`; names node, file, line and argument.
    """
    try:
        return _read(node, pack)
    except SpecError as error:
        code = inspect.unwrap(node.function).__code__
        place = f"{code.co_filename}:{code.co_firstlineno}"
        raise SpecError(f"{node.id} ({place}): {error}") from None


def _read(node: NodeFunction[..., Any], pack: str) -> NodeSpec:
    _check_declaration(node)
    _check_kind(node.function)
    hints = _hints(node.function)
    documentation = read_docstring(inspect.getdoc(node.function) or "")
    arguments = inspect.signature(node.function).parameters
    _check_documented(documentation.arguments, arguments, "the function has no such argument")
    inputs: dict[str, Socket] = {}
    parameters: dict[str, Parameter] = {}
    context: str | None = None
    for name, argument in arguments.items():
        _check_argument(argument)
        if name not in hints:
            raise SpecError(f"{name} has no annotation")
        if hints[name] is Context:
            if context:
                raise SpecError(f"{context} and {name} are both the Context; one is enough")
            context = name
            continue
        declared = _Declared(name, argument, _strip(hints[name]), documentation.arguments)
        socket = _input(declared)
        if socket is not None:
            inputs[name] = socket
        else:
            parameters[name] = _parameter(declared)
    outputs, several = _outputs(node, hints["return"], documentation)
    spec = NodeSpec(
        id=node.id,
        title=node.title,
        name=node.title,
        category=node.category,
        help=documentation.about,
        inputs=inputs,
        parameters=parameters,
        outputs=outputs,
        several=several,
        context=context,
        stepwise=get_origin(hints["return"]) is Steps,
        version=node.version,
        edition=node.edition,
        aliases=tuple(node.aliases),
        output=node.output,
        numeric=node.numeric,
        step_count=node.step_count,
        branches=node.branches,
        sends=node.sends,
        quick=node.quick,
        frame=node.frame,
        facts=node.facts,
        swatches=node.swatches,
        hooks=_hooks(node),
        pack=pack,
        node=node,
    )
    check_hooks(spec)
    _check_sheets(spec)
    _check_frame(spec)
    return spec


def _hooks(node: NodeFunction[..., Any]) -> tuple[Hook, ...]:
    registered: dict[Hook, object] = {
        "passthrough": node.passes,
        "fingerprint": node.fingerprinter,
        "valid": node.validator,
        "migrate": node.migrator,
    }
    return tuple(hook for hook, function in registered.items() if function)


# --- the function as a whole -------------------------------------------------------------------


def _check_declaration(node: NodeFunction[..., Any]) -> None:
    if not node.id or any(not part.replace("-", "_").isidentifier() for part in node.id.split(".")):
        raise SpecError(f'{node.id!r} is not a node id; an id is written like "my_pack.blur"')
    if isinstance(node.aliases, str):
        raise SpecError(f"aliases is a tuple of texts: aliases=({node.aliases!r},)")
    if type(node.version) is not int or node.version < 1:
        raise SpecError(f"version is a whole number from 1 on, not {node.version!r}")


def _check_kind(function: Callable[..., Any]) -> None:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise SpecError("an async function cannot be a node; write a plain def")
    if inspect.isgeneratorfunction(function):
        raise SpecError("a generator cannot be a node; return the value, or Steps[...]")


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a function, evaluated."""
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise SpecError(
            f"an annotation cannot be resolved: {error}; "
            "import the types of a node's signature at run time, not under TYPE_CHECKING"
        ) from None
    if "return" not in hints:
        raise SpecError(
            "the return type is not annotated; write -> Image and the like, or -> None for a node "
            "without outputs"
        )
    return hints


def _check_argument(argument: inspect.Parameter) -> None:
    match argument.kind:
        case inspect.Parameter.VAR_POSITIONAL:
            raise SpecError(f"*{argument.name}: a node has a fixed list of named arguments")
        case inspect.Parameter.VAR_KEYWORD:
            raise SpecError(f"**{argument.name}: a node has a fixed list of named arguments")
        case inspect.Parameter.POSITIONAL_ONLY:
            raise SpecError(
                f"{argument.name} is positional-only; arguments are passed by name: remove the /"
            )
        case _:
            pass


def _check_documented(documented: Mapping[str, str], known: Mapping[str, Any], why: str) -> None:
    for name in documented:
        if name not in known:
            raise SpecError(f"the docstring describes {name!r}, but {why}")


# --- arguments ---------------------------------------------------------------------------------


class _Stripped(NamedTuple):
    """An annotation without `Annotated` and `| None`."""

    type: Any
    marks: tuple[Any, ...]
    nullable: bool


class _Declared:
    """An argument as declared.

    Attributes:
        name: Its name.
        type: Its type without marks and `| None`.
        marks: The marks of its `Annotated`.
        nullable: None is allowed.
        required: It has no default.
        default: Its default, or None.
        help: Its description in the docstring.
    """

    def __init__(
        self,
        name: str,
        argument: inspect.Parameter,
        stripped: _Stripped,
        documented: Mapping[str, str],
    ) -> None:
        self.name = name
        self.type, self.marks, self.nullable = stripped
        self.required = argument.default is inspect.Parameter.empty
        self.default = None if self.required else argument.default
        self.help = documented.get(name, "")

    def mark(self, kind: type[Any]) -> Any:
        """The only mark of a kind, or None."""
        found = [mark for mark in self.marks if isinstance(mark, kind)]
        if len(found) > 1:
            raise SpecError(f"{self.name} has {len(found)} marks of the kind {kind.__name__}")
        if kind in self.marks:
            raise SpecError(f"{self.name}: {kind.__name__} needs arguments: {kind.__name__}(...)")
        return found[0] if found else None


def _strip(annotation: Any) -> _Stripped:
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
                return _Stripped(annotation, marks, nullable)
            annotation = rest[0]
        else:
            return _Stripped(annotation, marks, nullable)


def _socket_type(annotation: Any) -> str | None:
    """The socket type that a class declares, or None. Subclasses do not inherit it."""
    return vars(annotation).get("__socket__") if isinstance(annotation, type) else None


def _input(declared: _Declared) -> Socket | None:
    """The input that an argument declares, or None if it declares a parameter."""
    kind, nullable = declared.type, declared.nullable
    lazy = LazyMarker in declared.marks
    if lazy:
        # Callable[[], X]: the socket's type is X.
        kind, _, nullable_inside = _strip(get_args(kind)[1])
        nullable = nullable or nullable_inside
    type_name = _socket_type(kind) or (SCALARS.get(kind) if lazy else None)
    name = declared.name
    if type_name is None:
        if lazy:
            raise SpecError(f"{name}: Lazy takes a socket type, not {_show(kind)}")
        return None
    if declared.required == nullable or declared.default is not None:
        raise SpecError(f"{name}: an optional input is written {name}: X | None = None")
    for mark in declared.marks:
        if isinstance(mark, Range | Widget | Check | Sheet) or mark is NoKey:
            raise SpecError(f"{name} is an input; {_show_mark(mark)} applies to parameters only")
    return Socket(
        name, type_name, nullable, lazy, declared.help, kind, _class_name(kind), _has_picture(kind)
    )


def _class_name(kind: type) -> str:
    return "" if kind in SCALARS else f"{kind.__module__}.{kind.__qualname__}"


def _has_picture(kind: type) -> bool:
    return getattr(kind, "__picture__", None) is not None


def _parameter(declared: _Declared) -> Parameter:
    name, kind = declared.name, declared.type
    choices: tuple[str, ...] = ()
    if get_origin(kind) is Literal:
        choices = _choices(name, get_args(kind))
        kind = str
    type_name = _marked(declared.marks) or SCALARS.get(kind)
    if type_name is None:
        raise SpecError(f"{name}: {_wrong_type(kind)}")
    span: Range | None = declared.mark(Range)
    widget: Widget | None = declared.mark(Widget)
    check: Check | None = declared.mark(Check)
    sheet: Sheet | None = declared.mark(Sheet)
    if sheet is not None and type_name != "painting":
        raise SpecError(f"{name}: a Sheet applies to paintings, not to {type_name} parameters")
    if span is not None:
        _check_range(name, type_name, span)
    edited = _WIDGET_TYPES.get(widget.kind, type_name) if widget else type_name
    if widget is not None and edited != type_name:
        raise SpecError(f"{name}: {widget.kind!r} edits {edited} parameters only")
    parameter = Parameter(
        name,
        type_name,
        default=declared.default,
        required=declared.required,
        nullable=declared.nullable,
        low=span.low if span else None,
        high=span.high if span else None,
        step=span.step if span else None,
        unit=span.unit if span else "",
        choices=choices,
        widget=widget.kind if widget else "",
        keyed=NoKey not in declared.marks,
        condition=check.condition if check else None,
        conditioned=check is not None,
        sheet=sheet or Sheet(),
        help=declared.help,
    )
    _check_default(parameter)
    return parameter


def _marked(marks: tuple[Any, ...]) -> str | None:
    """Return the type of a parameter that is declared by a marker, or None."""
    return next((name for marker, name in _MARKED.items() if marker in marks), None)


def _choices(name: str, values: tuple[Any, ...]) -> tuple[str, ...]:
    if None in values:
        raise SpecError(f"{name}: None is not a choice; write Literal[...] | None")
    if any(not isinstance(value, str) for value in values):
        texts = ", ".join(f'"{value}"' for value in values)
        raise SpecError(f"{name}: choices are texts; write Literal[{texts}], or int with a Range")
    return cast("tuple[str, ...]", values)


def _check_range(name: str, type: str, span: Range) -> None:
    if type not in ("integer", "number", "curve"):
        raise SpecError(f"{name}: a Range applies to numbers and curves, not to a {type}")
    if not (math.isfinite(span.low) and math.isfinite(span.high) and span.low < span.high):
        raise SpecError(f"{name}: Range({span.low}, {span.high}) holds no numbers to choose from")
    if span.step is not None and not 0 < span.step <= span.high - span.low:
        raise SpecError(f"{name}: the step {span.step} does not fit into its Range")
    numbers = [span.low, span.high, *([] if span.step is None else [span.step])]
    if type == "integer" and any(number != int(number) for number in numbers):
        raise SpecError(f"{name} is a whole number; so are the bounds and the step of its Range")


_TUPLES: Mapping[str, str] = {
    "curve": "write a tuple of (fraction, value) pairs",
    "painting": "write a tuple of texts",
}


def _check_default(parameter: Parameter) -> None:
    name, default = parameter.name, parameter.default
    if parameter.required:
        return
    if default is None and not parameter.nullable:
        raise SpecError(f"{name}: a parameter that may be None is written {name}: X | None = None")
    try:
        parameter.check(default)
    except NodeError as error:
        raise SpecError(f"{name}: the default is refused: {error}") from None
    except Exception as error:
        raise SpecError(f"{name}: its Check fails on the default: {error!r}") from error
    if isinstance(default, list):
        raise SpecError(f"{name}: the default is mutable; {_TUPLES[parameter.type]}")


def _check_sheets(spec: NodeSpec) -> None:
    """Check that sheets name inputs and parameters of the node."""
    for name, parameter in spec.parameters.items():
        sheet = parameter.sheet
        if sheet.over and sheet.over not in spec.inputs:
            raise SpecError(f"{name}: its Sheet is over {sheet.over!r}, which is no input")
        for each in sheet.inputs:
            if each not in spec.inputs:
                raise SpecError(f"{name}: layers of its Sheet start with {each!r}, no input")
        for side in filter(None, (sheet.width, sheet.height)):
            if side not in spec.parameters or spec.parameters[side].type != "integer":
                raise SpecError(f"{name}: a side of its Sheet is {side!r}, which is no integer")
        paper = spec.parameters.get(sheet.paper)
        if not re.fullmatch("#[0-9a-f]{6}", sheet.paper) and not (paper and paper.type == "text"):
            raise SpecError(f"{name}: the paper {sheet.paper!r} is neither #rrggbb nor a parameter")


def _check_frame(spec: NodeSpec) -> None:
    """Check that a frame names an input and whole numbers of the node."""
    frame = spec.frame
    if frame is None:
        return
    if frame.over not in spec.inputs:
        raise SpecError(f"its Frame is over {frame.over!r}, which is no input")
    for side in (frame.left, frame.top, frame.right, frame.bottom):
        if side not in spec.parameters or spec.parameters[side].type != "integer":
            raise SpecError(f"a side of its Frame is {side!r}, which is no integer")


# --- outputs -----------------------------------------------------------------------------------


def _outputs(
    node: NodeFunction[..., Any], annotation: Any, documentation: Docstring
) -> tuple[dict[str, Socket], bool]:
    """The outputs by name, and whether the function returns a NamedTuple."""
    if annotation is type(None):
        if not node.output:
            raise SpecError("it returns nothing and is never run; declare it with output=True")
        return {}, False
    if get_origin(annotation) is Steps:
        (annotation,) = get_args(annotation)
    if not (isinstance(annotation, type) and hasattr(annotation, "_fields")):
        only = _output("", annotation, {"": documentation.returns})
        return {only.name: only}, False
    fields = get_type_hints(annotation, include_extras=True)
    if not fields:
        raise SpecError(
            f"the fields of {annotation.__name__} have no types; declare it with typing.NamedTuple"
        )
    described = read_docstring(inspect.getdoc(annotation) or "").attributes
    _check_documented(described, fields, f"{annotation.__name__} has no such field")
    return {name: _output(name, kind, described) for name, kind in fields.items()}, True


def _output(name: str, annotation: Any, described: Mapping[str, str]) -> Socket:
    kind, marks, nullable = _strip(annotation)
    type_name = _socket_type(kind) or SCALARS.get(kind)
    if type_name is None:
        where = f"the output {name}" if name else "the return type"
        marked = _marked(marks)
        reason = f"a {marked} cannot be an output" if marked else _wrong_output(kind)
        raise SpecError(f"{where}: {reason}")
    help = described.get(name, "")
    name = name or type_name.rpartition(".")[2]
    return Socket(
        name, type_name, nullable, False, help, kind, _class_name(kind), _has_picture(kind)
    )


# --- messages ----------------------------------------------------------------------------------


def _show(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind).replace("typing.", "")


def _show_mark(mark: Any) -> str:
    return repr(mark) if mark is NoKey else type(mark).__name__


def _wrong_type(kind: Any) -> str:
    if get_origin(kind) in (Union, types.UnionType):
        return f"{_show(kind)} mixes types; an argument has one type"
    return (
        f"{_show(kind)} is neither a socket type (declare the class with @value) "
        'nor int, float, bool, str, Literal["a", "b"], Curve or Painting'
    )


def _wrong_output(kind: Any) -> str:
    if (get_origin(kind) or kind) is tuple:
        return f"{_show(kind)}: for several outputs, use a NamedTuple"
    if (get_origin(kind) or kind) in (list, set, dict):
        return f"{_show(kind)}: return one value; a batch of pictures is one Image"
    if kind is Steps:
        return "Steps needs the type of its result: Steps[Latents]"
    return f"{_show(kind)} is not a socket type; declare the class with @value"

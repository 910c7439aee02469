"""Shapes of nodes: sockets, fields and buttons, in pixels from the node's upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QRectF

from nodeui.graph.spec import NodeSpec, Parameter
from nodeui.graph.wording import heading, words
from nodeui.sdk import NodeError
from nodeui.views import theme

WIDTH = 220.0
WIDE = 240.0  # nodes with a prompt
HEADER = 28.0
STRIP = 3.0
"""Height of the category's colour at a node's top."""
ROW = float(theme.ROW)
GAP = 2.0  # between fields
PAD = float(theme.RHYTHM)
LINE = 15.0  # of small text
PROMPT_LINES = 5
CARD_LINES = 6
CARD_FOOT = 24.0
"""Height of the row with the copy button in an error card."""
SHOWN = 8
"""Number of parameters that a node shows; the others are in the inspector, unless linked."""
DICE = 20.0
"""Width of the dice in a seed's field."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A socket's place.

    Attributes:
        name: The input, parameter or output.
        type: Its socket type; None on a placeholder.
        output: True for an output.
        parameter: True for a parameter that a link can set.
        x, y: Its centre.
        label: Its text on the node.
        also: Further inputs of a group at the same place, all fed by one output.
    """

    name: str
    type: str | None
    output: bool
    parameter: bool
    x: float
    y: float
    label: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldSpot:
    """A parameter's place.

    Attributes:
        parameter: The parameter; on a group, its name is the label there.
        rect: The area of its field.
        name: The parameter's name; on a group, "node.parameter".
    """

    parameter: Parameter
    rect: QRectF
    name: str

    @property
    def label(self) -> str:
        """Its text on the node."""
        return heading(self.parameter.name)

    @property
    def dice(self) -> QRectF:
        """The dice that rolls a seed."""
        rect = self.rect
        return QRectF(rect.right() - DICE, rect.top(), DICE, rect.height())

    def accepts(self, value: Any) -> bool:
        """True if a value is valid for the parameter; files may contain others."""
        if value is None:
            return self.parameter.required or self.parameter.nullable
        try:
            self.parameter.check(value)
        except NodeError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A socket or parameter of a node that its group shows.

    Attributes:
        name: "node.socket" or "node.parameter".
        label: Its text on the group.
        type: Its socket type; None on a placeholder.
        output: True for an output.
        parameter: The parameter, or None for a socket.
        also: Further inputs that share the row.
    """

    name: str
    label: str
    type: str | None
    output: bool
    parameter: Parameter | None
    also: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The shape shared by all nodes of one type with the same linked parameters.

    Attributes:
        width, height: Size of the body, without picture and error card.
        spots: The sockets of inputs, then parameters, then outputs.
        fields: The visible parameters.
        hidden: Number of parameters that are not visible.
        collapsed: True if only the header is visible.
        by_name: The sockets by direction (True for outputs) and name.
    """

    width: float
    height: float
    spots: tuple[Spot, ...]
    fields: tuple[FieldSpot, ...] = ()
    hidden: int = 0
    collapsed: bool = False
    by_name: dict[tuple[bool, str], Spot] = field(init=False)

    def __post_init__(self) -> None:
        index = {(s.output, name): s for s in self.spots for name in (s.name, *s.also)}
        object.__setattr__(self, "by_name", index)

    @property
    def chevron(self) -> QRectF:
        """The button that collapses and expands the node."""
        return QRectF(2, STRIP, 20, HEADER - STRIP)

    @property
    def hidden_row(self) -> QRectF:
        """The line with the number of hidden parameters."""
        return QRectF(PAD, self.height - PAD - LINE, self.width - 2 * PAD, LINE)


def _lines(parameter: Parameter) -> int:
    """Return the number of text lines in a parameter's field."""
    return PROMPT_LINES if parameter.widget == "multiline" else 1


def shape_of(spec: NodeSpec, linked: frozenset[str]) -> Shape:
    """Return the shape of a node.

    Args:
        spec: Its type.
        linked: The parameters set by links; they are always visible.
    """
    parameters = list(spec.parameters.values())
    if len(parameters) > SHOWN:
        shown = [p for i, p in enumerate(parameters) if i < SHOWN - 1 or p.name in linked]
    else:
        shown = parameters
    width = WIDE if any(_lines(p) > 1 for p in shown) else WIDTH
    y = HEADER + PAD / 2
    inputs, outputs = spec.inputs.values(), spec.outputs.values()
    spots = [
        Spot(s.name, s.type, False, False, 0.0, y + ROW * (i + 0.5), words(s.name))
        for i, s in enumerate(inputs)
    ]
    given = [
        Spot(s.name, s.type, True, False, width, y + ROW * (i + 0.5), words(s.name))
        for i, s in enumerate(outputs)
    ]
    y += ROW * max(len(inputs), len(outputs))
    fields, y = _fields([(p.name, p) for p in shown], width, y)
    spots += [_socket_beside(spot) for spot in fields]
    hidden = len(parameters) - len(shown)
    height = y + PAD + (LINE if hidden else 0.0)
    return Shape(width, height, (*spots, *given), tuple(fields), hidden)


def _fields(
    parameters: Sequence[tuple[str, Parameter]], width: float, y: float
) -> tuple[list[FieldSpot], float]:
    """Return the fields of named parameters, from `y` downwards, and their lower end."""
    fields: list[FieldSpot] = []
    for name, parameter in parameters:
        lines = _lines(parameter)
        height = ROW if lines == 1 else lines * LINE + PAD
        rect = QRectF(PAD, y + GAP / 2, width - 2 * PAD, height - GAP)
        fields.append(FieldSpot(parameter, rect, name))
        y += height
    return fields, y


def _socket_beside(field: FieldSpot) -> Spot:
    """Return the socket of a parameter."""
    y = field.rect.top() - GAP / 2 + ROW / 2
    return Spot(field.name, field.parameter.type, False, True, 0.0, y)


def group_shape(rows: Sequence[GroupRow]) -> Shape:
    """Return the shape of a group."""
    parameters = [(row.name, row.parameter) for row in rows if row.parameter is not None]
    width = WIDE if any(_lines(p) > 1 for _, p in parameters) else WIDTH
    y = HEADER + PAD / 2
    spots: list[Spot] = []
    count = {True: 0, False: 0}
    for row in rows:
        if row.parameter is None:
            x, place = width if row.output else 0.0, y + ROW * (count[row.output] + 0.5)
            spots.append(Spot(row.name, row.type, row.output, False, x, place, row.label, row.also))
            count[row.output] += 1
    fields, bottom = _fields(parameters, width, y + ROW * max(*count.values(), not parameters))
    spots += [_socket_beside(spot) for spot in fields]
    return Shape(width, bottom + PAD, tuple(spots), tuple(fields))


def placeholder_shape(inputs: Sequence[str], outputs: Sequence[str]) -> Shape:
    """Return the shape of a node of an unknown type, with the sockets named by its links."""
    y = HEADER + PAD / 2
    spots = [
        Spot(name, None, False, False, 0.0, y + ROW * (i + 0.5), words(name))
        for i, name in enumerate(inputs)
    ]
    spots += [
        Spot(name, None, True, False, WIDTH, y + ROW * (i + 0.5), words(name))
        for i, name in enumerate(outputs)
    ]
    height = y + ROW * max(len(inputs), len(outputs), 1) + PAD
    return Shape(WIDTH, height, tuple(spots))


def collapse(shape: Shape) -> Shape:
    """Return the shape of the same node collapsed; all sockets are at the ends of the header."""
    spots = tuple(
        replace(spot, x=shape.width if spot.output else 0.0, y=HEADER / 2) for spot in shape.spots
    )
    return Shape(shape.width, HEADER, spots, hidden=shape.hidden, collapsed=True)

"""Where everything on a node lies: pure layout, in pixels from the node's upper left corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from nodeui.graph.spec import NodeSpec, Parameter
from nodeui.graph.wording import words
from nodeui.views import theme

WIDTH = 220.0
WIDE = 240.0  # nodes with a prompt
HEADER = 28.0
ROW = float(theme.ROW)
GAP = 2.0  # between fields
PAD = float(theme.RHYTHM)
LINE = 15.0  # of small text
PROMPT_LINES = 5
CARD_LINES = 6
SHOWN = 8
"""How many parameters a node shows; the others are in the inspector, unless they are linked."""

PICTURE_RATIO = 1.25  # the tallest picture, as a multiple of its width
CARD_FOOT = 24.0  # with the copy button

_NEAR, _FAR = 24.0, 180.0  # how far a link runs level at its ends
_SAMPLES = np.linspace(0.0, 1.0, 25)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A socket's place.

    Attributes:
        name: Of the input, parameter or output.
        type: Its socket type; None on a placeholder.
        output: It gives values.
        parameter: It is a parameter that may be turned into an input.
        x, y: Its centre.
        label: What it is called on the node.
        also: Names of other sockets of a group in the same place, which one output feeds.
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
        parameter: What it is; on a group, it is called as it is labelled there.
        rect: Where its field lies.
        name: Of the parameter; on a group, "node.parameter".
    """

    parameter: Parameter
    rect: QRectF
    name: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What a group shows of a node in it.

    Attributes:
        name: "node.socket" or "node.parameter".
        label: What it is called.
        type: Its socket type; None on a placeholder.
        output: It gives values.
        parameter: What it is where it is one.
        also: Names of other inputs that have the same row.
    """

    name: str
    label: str
    type: str | None
    output: bool
    parameter: Parameter | None
    also: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The layout that all nodes of one type, linked alike, share.

    Attributes:
        width, height: Of the body, without picture and error card.
        spots: The sockets; those of inputs, parameters, then outputs.
        fields: The parameters that are shown.
        hidden: How many are not.
        collapsed: Only the header is there.
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
    def hidden_row(self) -> QRectF:
        """Where the number of hidden parameters stands."""
        return QRectF(PAD, self.height - PAD - LINE, self.width - 2 * PAD, LINE)


def lines_of(parameter: Parameter) -> int:
    """How many lines of text a parameter's field has."""
    return PROMPT_LINES if parameter.widget == "multiline" else 1


def shape_of(spec: NodeSpec, linked: frozenset[str]) -> Shape:
    """The layout of a node.

    Args:
        spec: Its type.
        linked: The parameters that have links; they are always shown.
    """
    parameters = list(spec.parameters.values())
    if len(parameters) > SHOWN:
        shown = [p for i, p in enumerate(parameters) if i < SHOWN - 1 or p.name in linked]
    else:
        shown = parameters
    width = WIDE if any(lines_of(p) > 1 for p in shown) else WIDTH
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
    spots += [_beside(spot) for spot in fields]
    hidden = len(parameters) - len(shown)
    height = y + PAD + (LINE if hidden else 0.0)
    return Shape(width, height, (*spots, *given), tuple(fields), hidden)


def _fields(
    parameters: Sequence[tuple[str, Parameter]], width: float, y: float
) -> tuple[list[FieldSpot], float]:
    """The fields of parameters, by name, from `y` on; and where they end."""
    fields: list[FieldSpot] = []
    for name, parameter in parameters:
        lines = lines_of(parameter)
        height = ROW if lines == 1 else lines * LINE + PAD
        rect = QRectF(PAD, y + GAP / 2, width - 2 * PAD, height - GAP)
        fields.append(FieldSpot(parameter, rect, name))
        y += height
    return fields, y


def _beside(field: FieldSpot) -> Spot:
    """The socket of a parameter."""
    y = field.rect.top() - GAP / 2 + ROW / 2
    return Spot(field.name, field.parameter.type, False, True, 0.0, y)


def group_shape(rows: Sequence[GroupRow]) -> Shape:
    """The layout of a group."""
    parameters = [(row.name, row.parameter) for row in rows if row.parameter is not None]
    width = WIDE if any(lines_of(p) > 1 for _, p in parameters) else WIDTH
    y = HEADER + PAD / 2
    spots: list[Spot] = []
    count = {True: 0, False: 0}
    for row in rows:
        if row.parameter is None:
            x, place = width if row.output else 0.0, y + ROW * (count[row.output] + 0.5)
            spots.append(Spot(row.name, row.type, row.output, False, x, place, row.label, row.also))
            count[row.output] += 1
    fields, bottom = _fields(parameters, width, y + ROW * max(*count.values(), not parameters))
    spots += [_beside(spot) for spot in fields]
    return Shape(width, bottom + PAD, tuple(spots), tuple(fields))


def placeholder_shape(inputs: Sequence[str], outputs: Sequence[str]) -> Shape:
    """The layout of a node of an unknown type: the sockets that its links name."""
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


def collapsed(shape: Shape) -> Shape:
    """The same node as its header only: all its sockets lie at the header's ends."""
    spots = tuple(
        replace(spot, x=shape.width if spot.output else 0.0, y=HEADER / 2) for spot in shape.spots
    )
    return Shape(shape.width, HEADER, spots, hidden=shape.hidden, collapsed=True)


# --- links ---


def reach(ends: Points) -> Points:
    """How far the control points of links lie from their ends: (k,) for ends (k, 4)."""
    dx, dy = np.abs(ends[:, 2] - ends[:, 0]), np.abs(ends[:, 3] - ends[:, 1])
    return np.clip(dx * 0.5 + dy * 0.1, _NEAR, _FAR)


def link_boxes(ends: Points) -> Points:
    """What links lie within: (k, 4) left, top, right, bottom for ends (k, 4) x1, y1, x2, y2."""
    far = reach(ends)
    return np.column_stack(
        [
            np.minimum(ends[:, 0], ends[:, 2] - far),
            np.minimum(ends[:, 1], ends[:, 3]),
            np.maximum(ends[:, 2], ends[:, 0] + far),
            np.maximum(ends[:, 1], ends[:, 3]),
        ]
    )


def link_points(ends: Points) -> NDArray[np.float64]:
    """Points along links: (k, 25, 2) for ends (k, 4)."""
    far = reach(ends)[:, None]
    t = _SAMPLES[None, :]
    x1, y1, x2, y2 = (ends[:, i, None] for i in range(4))
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    x = a * x1 + b * (x1 + far) + c * (x2 - far) + d * x2
    return np.stack([x, (a + b) * y1 + (c + d) * y2], axis=2)


def link_path(x1: float, y1: float, x2: float, y2: float) -> QPainterPath:
    """The curve of a link."""
    far = min(max(abs(x2 - x1) * 0.5 + abs(y2 - y1) * 0.1, _NEAR), _FAR)
    path = QPainterPath(QPointF(x1, y1))
    path.cubicTo(x1 + far, y1, x2 - far, y2, x2, y2)
    return path


def distances(points: NDArray[np.float64], x: float, y: float) -> Points:
    """How far (x, y) is from each of k polylines: (k,) for points (k, n, 2)."""
    start, step = points[:, :-1], np.diff(points, axis=1)
    offset = np.array([x, y]) - start
    length = np.maximum((step**2).sum(axis=2), 1e-9)
    t = np.clip((offset * step).sum(axis=2) / length, 0.0, 1.0)
    return np.sqrt(((offset - t[..., None] * step) ** 2).sum(axis=2)).min(axis=1)


def crossings(points: NDArray[np.float64], a: QPointF, b: QPointF) -> NDArray[np.bool_]:
    """Which of k polylines the segment from `a` to `b` crosses: (k,) for points (k, n, 2)."""
    p, q = points[:, :-1], points[:, 1:]
    first, second = np.array([a.x(), a.y()]), np.array([b.x(), b.y()])
    # Half-open, so that a stroke through a point between two segments crosses one of them.
    apart = (_side(p, q, first) < 0) != (_side(p, q, second) < 0)
    across = (_side(first, second, p) < 0) != (_side(first, second, q) < 0)
    crossed: NDArray[np.bool_] = np.any(apart & across, axis=1)
    return crossed


def _side(
    a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]
) -> NDArray[np.float64]:
    """On which side of the line from `a` to `b` a point lies, by sign."""
    along, off = b - a, point - a
    return along[..., 0] * off[..., 1] - along[..., 1] * off[..., 0]

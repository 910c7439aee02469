"""Layers and marks of a painting, and the lines of text that hold them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args
from urllib.parse import quote, unquote

from nodeui.painting.blending import Mode
from nodeui.painting.points import (
    PaintingError,
    decode,
    decode_pressures,
    encode,
    encode_pressures,
    points_of,
)
from nodeui.painting.warping import IDENTITY, Matrix

if TYPE_CHECKING:
    from nodeui.painting.points import Points

Kind = Literal[
    "brush", "rectangle", "ellipse", "polygon", "fill", "gradient", "range", "adjust", "transform"
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Pressure = Literal["size", "opacity", "both", "none"]

Operation = Literal["grow", "shrink", "feather", "invert", "holes"]

LARGEST_AMOUNT = 0.125
"""Largest radius of an operation, in lengths of the sheet's shorter side."""

LONGEST = 1 << 18
"""Letters of the longest line."""

MOST_INPUTS = 8
"""Number of linked pictures that layers can start with."""

_FARTHEST = 65536.0
"""Largest number in the matrix that places a picture."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer, or a region of a sheet of regions. Later ones are above.

    Attributes:
        id: What marks name it by: letters, digits and "_"; "" for the layer of marks that name
            none.
        name: Shown to the user.
        colour: "#rrggbb" of a region.
        opacity: In [0, 1].
        mode: Blend mode over the layers below.
        hidden: It is not shown.
        bitmap: Name of the picture that it starts with, as `graph.bitmaps` names it: 32
            hexadecimal digits. Marks paint over it.
        input: Number of the linked picture that it starts with, from 1; 0 for none.
        place: Where that picture is: the affine matrix (a, b, c, d, e, f) that takes its unit
            square to the sheet's, x' = a x + c y + e, y' = b x + d y + f. Empty: fitted into the
            sheet, with its own proportions, in the middle.
        mask_of: Id of the layer that it masks, which is seen where the mask is white or empty; ""
            for a layer that is seen itself.
    """

    id: str = ""
    name: str = ""
    colour: str = "#ffffff"
    opacity: float = 1.0
    mode: Mode = "normal"
    hidden: bool = False
    bitmap: str = ""
    input: int = 0
    place: tuple[float, ...] = ()
    mask_of: str = ""

    @property
    def source(self) -> str | int | None:
        """The bitmap or input that it starts with, if any."""
        return self.bitmap or self.input or None


@dataclass(frozen=True, kw_only=True, eq=False)
class Mark:
    """A stroke or a shape.

    Attributes:
        kind: "brush"; "rectangle" and "ellipse" within two opposite corners; "polygon", which is
            also a lasso; "fill", which floods the area of like colour around a point; "gradient"
            from the first point, where it is full, to the second, where it is nothing; "range",
            all pixels of a brightness; "adjust", an operation on its layer; "transform", which
            moves what lies in a polygon, or without points the whole layer.
        points: (n, 2) integers in units of 1 / `points.UNIT` of the sheet.
        pressures: (n,) integers from 0 to 255, one for each point; empty if all are 255.
        layer: Id of its layer.
        colour: "#rrggbb"; on a mask, its brightness counts.
        opacity: In [0, 1]; a stroke never covers more, even where it crosses itself.
        erase: It removes what it covers from its layer.
        size: Diameter of a brush, in lengths of the sheet's shorter side.
        hardness: Share of a brush's radius that is full; the rest fades out.
        flow: Share of the way to full coverage that each dab of a brush goes, above 0 up to 1.
        pressure: What the pressures of a brush change.
        tolerance: Largest difference of a channel that a fill crosses, in [0, 1].
        everywhere: A fill of all pixels of like colour, connected or not.
        radial: A gradient around its first point.
        low: Lowest brightness of a range, in [0, 1].
        high: Highest brightness of a range, in [0, 1].
        softness: Further distance over which a range fades out at both ends, in [0, 1].
        operation: "grow" and "shrink" by a disc; "feather" by a Gaussian; "invert" what is
            covered, or the colours of a sheet in colour; "holes" paints what is enclosed.
        amount: Radius of the disc, or standard deviation of the Gaussian, in lengths of the
            sheet's shorter side, in [0, `LARGEST_AMOUNT`].
        matrix: Map of a transform, in shares of the sheet's width and height; see `warping`.
    """

    kind: Kind
    points: Points = field(default_factory=lambda: points_of([]))
    pressures: Points = field(default_factory=lambda: decode_pressures(""))
    layer: str = ""
    colour: str = "#000000"
    opacity: float = 1.0
    erase: bool = False
    size: float = 0.02
    hardness: float = 0.8
    flow: float = 1.0
    pressure: Pressure = "size"
    tolerance: float = 0.1
    everywhere: bool = False
    radial: bool = False
    low: float = 0.0
    high: float = 1.0
    softness: float = 0.0
    operation: Operation = "grow"
    amount: float = 0.0
    matrix: Matrix = IDENTITY


Entry: TypeAlias = Layer | Mark

_ANY = frozenset({"points", "layer", "colour", "opacity", "erase"})
_KEYS: Mapping[str, frozenset[str]] = {
    "layer": frozenset(each.name for each in fields(Layer)),
    "brush": _ANY | {"pressures", "size", "hardness", "flow", "pressure"},
    "rectangle": _ANY,
    "ellipse": _ANY,
    "polygon": _ANY,
    "fill": _ANY | {"tolerance", "everywhere"},
    "gradient": _ANY | {"radial"},
    "range": (_ANY | {"low", "high", "softness"}) - {"points"},
    "adjust": frozenset({"layer", "colour", "operation", "amount"}),
    "transform": frozenset({"points", "layer", "matrix"}),
}
"""The keys of each kind of line."""

_COUNTS: Mapping[str, tuple[int, float]] = {
    "brush": (1, math.inf),
    "rectangle": (2, 2),
    "ellipse": (2, 2),
    "polygon": (3, math.inf),
    "fill": (1, 1),
    "gradient": (2, 2),
    "range": (0, 0),
    "adjust": (0, 0),
    "transform": (0, math.inf),
}
"""Least and largest number of points of each kind of mark."""


# --- reading ---------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 15)
def entry_of(line: str) -> Entry:
    """Return the layer or mark of a line.

    Raises:
        PaintingError: the line is malformed, or has a kind or a value that is not known.
    """
    if len(line) > LONGEST:
        raise PaintingError(f"a line of {len(line):,} letters is too long; {LONGEST:,} are allowed")
    kind, *words = line.split(" ")
    keys = _KEYS.get(kind)
    if keys is None:
        raise PaintingError(f"{_short(kind)} is no kind of mark")
    values: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if key not in keys or not equals:
            raise PaintingError(f"a {kind} has no {_short(key)}")
        values[key] = _READ[key](key, text)
    if kind == "layer":
        return _sourced(Layer(**values))
    if "points" not in values and _COUNTS[kind][0]:
        raise PaintingError(f"a {kind} has no points")
    return _counted(Mark(kind=cast("Kind", kind), **values))


def _sourced(layer: Layer) -> Layer:
    """Return a layer if it starts with one picture at most; else raise `PaintingError`."""
    if layer.bitmap and layer.input:
        raise PaintingError("a layer starts with a bitmap or an input, not with both")
    if layer.mask_of and layer.mask_of == layer.id:
        raise PaintingError(f"the layer {layer.id!r} masks itself")
    return layer


def _counted(mark: Mark) -> Mark:
    """Return a mark if its number of points and pressures fits; else raise `PaintingError`."""
    least, most = _COUNTS[mark.kind]
    if not least <= len(mark.points) <= most:
        raise PaintingError(f"a {mark.kind} cannot have {len(mark.points)} points")
    if len(mark.pressures) not in (0, len(mark.points)):
        raise PaintingError("a brush has one pressure for each point")
    if mark.low > mark.high:
        raise PaintingError("the lower end of a range is above its upper end")
    return mark


def _number(low: float, high: float, *, above: bool = False) -> Callable[[str, str], float]:
    """Return the reader of a number; with `above`, it is larger than `low`."""

    def read(key: str, text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high or (above and number == low):
            between = (
                f"above {low:g} and at most {high:g}" if above else f"from {low:g} to {high:g}"
            )
            raise PaintingError(f"{key} is a number {between}, not {_short(text)}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str, str], str]:
    def read(key: str, text: str) -> str:
        if text not in choices:
            raise PaintingError(f"{key} is one of {', '.join(choices)}, not {_short(text)}")
        return text

    return read


def _flag(key: str, text: str) -> bool:
    if text != "1":
        raise PaintingError(f"{key} is 1 or left out, not {_short(text)}")
    return True


def _colour(key: str, text: str) -> str:
    if not re.fullmatch("#[0-9a-f]{6}", text):
        raise PaintingError(f"{key} is written like #ff8800, not {_short(text)}")
    return text


def _place(key: str, text: str) -> tuple[float, ...]:
    words = text.split(",")
    matrix = tuple(_number(-_FARTHEST, _FARTHEST)(key, word) for word in words)
    if len(matrix) != 6:
        raise PaintingError(f"{key} is a matrix of 6 numbers, not {_short(text)}")
    if abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) < 1e-9:
        raise PaintingError(f"{key} leaves no area: {_short(text)}")
    return matrix


def _input(key: str, text: str) -> int:
    if not re.fullmatch("[1-9]", text) or int(text) > MOST_INPUTS:
        raise PaintingError(f"{key} is a number from 1 to {MOST_INPUTS}, not {_short(text)}")
    return int(text)


def _bitmap(key: str, text: str) -> str:
    if not re.fullmatch("[0-9a-f]{32}", text):
        raise PaintingError(f"{key} is a name of 32 hexadecimal digits, not {_short(text)}")
    return text


def _id(key: str, text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9_]{0,32}", text):
        raise PaintingError(f"{key} is made of letters, digits and _, not {_short(text)}")
    return text


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else f"{text[:29]}…")


_SHARE = _number(0, 1)
_READ: Mapping[str, Callable[[str, str], Any]] = {
    "id": _id,
    "layer": _id,
    "mask_of": _id,
    "bitmap": _bitmap,
    "input": _input,
    "place": _place,
    "name": lambda key, text: unquote(text),
    "colour": _colour,
    "opacity": _SHARE,
    "mode": lambda key, text: _one_of(*get_args(Mode))(key, unquote(text)),
    "hidden": _flag,
    "erase": _flag,
    "radial": _flag,
    "everywhere": _flag,
    "low": _SHARE,
    "high": _SHARE,
    "softness": _SHARE,
    "operation": _one_of(*get_args(Operation)),
    "amount": _number(0, LARGEST_AMOUNT),
    "matrix": _place,
    "size": _number(0, 2, above=True),
    "hardness": _SHARE,
    "flow": _number(0, 1, above=True),
    "pressure": _one_of(*get_args(Pressure)),
    "tolerance": _SHARE,
    "points": lambda key, text: decode(text),
    "pressures": lambda key, text: decode_pressures(text),
}
"""Readers of values, by key."""


# --- writing ---------------------------------------------------------------------------------


def line_of(entry: Entry) -> str:
    """Return the line of a layer or mark; `entry_of` inverts it, up to the sixth digit of numbers.

    Raises:
        PaintingError: a value is not allowed, such as a size that is not a number.
    """
    kind = entry.kind if isinstance(entry, Mark) else "layer"
    words = [kind]
    for each in fields(entry):
        value = getattr(entry, each.name)
        if each.name in _KEYS[kind] and not _is_default(each.name, value, each.default):
            words.append(f"{each.name}={_written(each.name, value)}")
    line = " ".join(words)
    entry_of(line)
    return line


def _is_default(name: str, value: Any, default: Any) -> bool:
    return not len(value) if name in ("points", "pressures") else value == default


def _written(name: str, value: Any) -> str:
    match name:
        case "points":
            return encode(value.tolist())
        case "pressures":
            return encode_pressures(value.tolist())
        case "name" | "mode":
            return quote(value, safe="")
        case "place" | "matrix":
            return ",".join(f"{number:.9g}" for number in value)
        case _ if isinstance(value, bool):
            return "1"
        case _ if isinstance(value, float):
            return f"{value:.6g}"
        case _:
            return str(value)

"""Converts parameter values to text and back, and drags to values; uses no widgets."""

from __future__ import annotations

import contextlib
import math
import re
import unicodedata
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from nodeui.graph.spec import Parameter
from nodeui.graph.wording import counted, tr
from nodeui.painting.document import read
from nodeui.sdk import NodeError
from nodeui.views.fields.expression import evaluate

_PIXELS_PER_NOTCH = 4
_PIXELS_PER_SPAN = 400
_FINE = 10  # a drag with Shift is this much slower and finer
_MOST_DECIMALS = 6
_MOST_STEPS = 2000  # of a run, including the evaluations of second-order solvers


def text_of(parameter: Parameter, value: Any) -> str:
    """Return a value as shown in a field: "512 px", "0.70", "On", "sunset.png".

    Args:
        parameter: The parameter.
        value: Its value; invalid values, which files may contain, are shown unformatted.
    """
    if problem_of(parameter, value):
        if parameter.type == "painting":
            return tr("damaged")
        return tr("not set") if value is None else str(value)
    if value is None:
        return tr("auto")
    match parameter.type:
        case "boolean":
            return tr("On") if value else tr("Off")
        case "integer" | "number":
            return _with_unit(parameter, _number_text(parameter, value))
        case "curve":
            return _curve_text(parameter, value)
        case "painting":
            marks = read(value).marks
            return counted("%n strokes", marks) if marks else tr("empty")
        case _:
            return _plain_text(parameter, str(value))


def edit_text(parameter: Parameter, value: Any) -> str:
    """Return the exact text of a value, without its unit; `parse` inverts this."""
    if value is None:
        return ""
    if parameter.type == "curve":
        return ", ".join(f"{_fraction(x)}: {_exact(y)}" for x, y in value)
    if parameter.type == "number":
        return _exact(value)
    return str(value)


def problem_of(parameter: Parameter, value: Any) -> str:
    """Return a user-facing message about an invalid value; "" if it is valid."""
    try:
        parameter.check(value)
    except NodeError as error:
        return str(error)
    return ""


def valid_value(parameter: Parameter, value: Any) -> Any:
    """Return the value if it is valid, else the default, else the least valid value."""
    if not problem_of(parameter, value):
        return value
    if not parameter.required:
        return parameter.default
    if parameter.choices:
        return parameter.choices[0]
    return {
        "integer": int(parameter.low or 0),
        "number": float(parameter.low or 0),
        "boolean": False,
        "curve": (),
        "painting": (),
    }.get(parameter.type, "")


def parse(parameter: Parameter, text: str, point: str = ".") -> Any:
    """Return the value of a typed text.

    Numbers may be arithmetic (`512*1.5`) and may include the unit; integers are rounded to the
    grid of the parameter. A curve is one number, or pairs such as `0: 7.5, 1: 3`.

    Args:
        parameter: The parameter.
        text: The text.
        point: The decimal point of the language, which may stand beside "."; if it is a comma,
            points of a curve are separated by semicolons, or by commas followed by a blank.

    Raises:
        ValueError: The value is malformed or out of range; the message is user-facing.
    """
    if parameter.type in ("integer", "number", "curve"):
        text = ascii_number(text)
        if parameter.type == "integer":
            text = _ungrouped(text, point)
        if point != "." and point in text:
            with contextlib.suppress(ValueError):
                return _valid(parameter, text)  # "0: 2,1: 3" is a curve in any language
            text = with_points(text, point)
    return _valid(parameter, text)


def ascii_number(text: str) -> str:
    """Return a number as it is written in ASCII: with digits from 0 to 9 and the minus sign "-"."""
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return "".join(digits).replace("\u2212", "-")


def with_points(text: str, point: str) -> str:
    """Return numbers with "." in place of the language's decimal point, separated by ";".

    A comma is a decimal point if a digit follows, else it separates.
    """
    if point == ",":
        text = re.sub(r",(?!\d)", ";", text)
    return text.replace(point, ".")


def _ungrouped(text: str, point: str) -> str:
    """Return an integer without marks between its thousands: "1,024", or "1.024" where the decimal
    point is a comma."""
    mark = "," if point == "." else "."
    grouped = re.fullmatch(rf"\s*[-+]?\d{{1,3}}(\{mark}\d{{3}})+\s*\D*", text)
    return text.replace(mark, "") if grouped else text


def _valid(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.check(_parsed(parameter, text))
    except NodeError as error:
        raise ValueError(str(error)) from None


def _parsed(parameter: Parameter, text: str) -> Any:
    stripped = text.strip()
    if parameter.nullable and not stripped:
        return None
    match parameter.type:
        case "integer":
            return _on_grid(parameter, evaluate(_without_unit(parameter, stripped)))
        case "number":
            return float(evaluate(_without_unit(parameter, stripped)))
        case "boolean":
            return _truth(stripped)
        case "curve":
            return _parsed_curve(stripped)
        case "painting":
            raise ValueError(tr("A painting cannot be typed."))
        case _:
            return text


def drag_value(parameter: Parameter, start_value: Any, dx_pixels: float, fine: bool) -> Any:
    """Return the number that a horizontal drag leads to.

    Large numbers change faster than small ones; the result lies on the parameter's grid and
    within its range.

    Args:
        parameter: A parameter of type "number" or "integer".
        start_value: Its value when the drag began; None counts as the default.
        dx_pixels: Distance of the drag, in pixels to the right.
        fine: Drag ten times slower (Shift).
    """
    start = _start(parameter, start_value)
    step = notch(parameter)
    speed = max(
        step / _PIXELS_PER_NOTCH, min(_span(parameter) / _PIXELS_PER_SPAN, abs(start) / 100)
    )
    if fine:
        speed /= _FINE
    if parameter.type == "integer":
        value = _on_grid(parameter, start + round(dx_pixels * speed))
        top = _on_grid(parameter, parameter.high if parameter.high is not None else math.inf)
        return _within(parameter, value, top)
    if fine:
        step /= _FINE
    # Round to the grid, but keep a start value off the grid as long as nothing moved.
    value = start if dx_pixels == 0 else round(round((start + dx_pixels * speed) / step) * step, 9)
    return _within(parameter, value, parameter.high)


def notch(parameter: Parameter) -> float:
    """Return the change made by one notch of the wheel, an arrow key or a drag."""
    if parameter.step:
        return parameter.step
    if parameter.type == "integer":
        return 1
    span = _span(parameter)
    return 10.0 ** (math.floor(math.log10(span)) - 2) if math.isfinite(span) and span else 0.01


def share(parameter: Parameter, value: Any) -> float | None:
    """Return the position of a number in its range, in [0, 1]; None without a usable range."""
    if value is None or parameter.low is None or parameter.high is None:
        return None
    if not 0 < parameter.high - parameter.low <= 10_000:
        return None
    return min(1.0, max(0.0, (value - parameter.low) / (parameter.high - parameter.low)))


# --- numbers -------------------------------------------------------------------------------------


def _start(parameter: Parameter, value: Any) -> int | float:
    for candidate in (valid_value(parameter, value), parameter.default, parameter.low):
        if candidate is not None:
            return candidate
    return 0


def _span(parameter: Parameter) -> float:
    if parameter.low is None or parameter.high is None:
        return math.inf
    return parameter.high - parameter.low


def _on_grid(parameter: Parameter, number: float) -> int | float:
    """Round to an integer on the parameter's grid; infinities are returned as they are."""
    if isinstance(number, float) and not math.isfinite(number):
        return number
    step, low = int(parameter.step or 1), int(parameter.low or 0)
    if isinstance(number, int) and (number - low) % step == 0:
        return number  # 64-bit integers do not survive a conversion to float
    value = low + math.floor((number - low) / step + 0.5) * step
    if parameter.high is not None and value > parameter.high >= number:
        value -= step  # the range may end between two grid points
    return value


def _within(parameter: Parameter, value: float, high: float | None) -> Any:
    if parameter.low is not None and value < parameter.low:
        value = parameter.low
    if high is not None and value > high:
        value = high
    return int(value) if parameter.type == "integer" else float(value)


def _number_text(parameter: Parameter, value: float) -> str:
    if parameter.type == "integer":
        return str(value)
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        return f"{value:.4g}"
    decimals = min(_MOST_DECIMALS, max(1, -math.floor(math.log10(notch(parameter)) + 1e-9)))
    needed = f"{value:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2]
    return f"{value:.{max(decimals, len(needed))}f}"


def _exact(value: float) -> str:
    text = repr(float(value))
    return text.removesuffix(".0")


def _fraction(value: float) -> str:
    """Return a fraction of the run, exact and short: 7/30, not 0.23333333333333334."""
    text = _exact(value)
    ratio = Fraction(value).limit_denominator(_MOST_STEPS)
    if len(text) > 6 and ratio.numerator / ratio.denominator == value:
        return f"{ratio.numerator}/{ratio.denominator}"
    return text


def _with_unit(parameter: Parameter, text: str) -> str:
    if not parameter.unit:
        return text
    return text + parameter.unit if parameter.unit in ("°", "%") else f"{text} {parameter.unit}"


def _without_unit(parameter: Parameter, text: str) -> str:
    return text.removesuffix(parameter.unit).strip() if parameter.unit else text


# --- the other types -----------------------------------------------------------------------------


def _truth(text: str) -> bool:
    word = text.lower()
    if word in ("on", "true", "yes", "1"):
        return True
    if word in ("off", "false", "no", "0"):
        return False
    raise ValueError(tr("{0!r} is neither on nor off", text))


def _curve_text(parameter: Parameter, value: Any) -> str:
    if not value:
        return tr("not set")
    texts = [_with_unit(parameter, f"{y:.4g}") for _, y in value]
    return " → ".join(dict.fromkeys((texts[0], texts[-1]))) if len(texts) > 1 else texts[0]


def _parsed_curve(text: str) -> tuple[tuple[float, float], ...]:
    if not text:
        return ()
    if ":" not in text:
        return ((0.0, float(evaluate(text))),)
    points: list[tuple[float, float]] = []
    for part in re.split("[,;]", text):
        x, colon, y = part.partition(":")
        if not colon:
            raise ValueError(tr("{0!r} is not a point; write 0: 7.5, 1: 3", part.strip()))
        points.append((float(evaluate(x)), float(evaluate(y))))
    return tuple(sorted(points, key=lambda point: point[0]))  # stable: keeps the order of a jump


def _plain_text(parameter: Parameter, value: str) -> str:
    if parameter.widget in ("image-file", "model-path", "folder"):
        if not value:
            return tr("not chosen")
        path = PurePath(value)
        return path.name if path.is_absolute() and path.name else value
    return " ".join(value.split())

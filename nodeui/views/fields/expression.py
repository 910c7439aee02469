"""Evaluates arithmetic typed into a number field, such as `512*1.5`; never runs code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from nodeui.graph.wording import tr

_LONGEST = 200
_MOST_BITS = 128

_BINARY: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: lambda a: +a,
    ast.USub: lambda a: -a,
}
_NAMES: Mapping[str, float] = {"pi": math.pi, "tau": math.tau, "e": math.e}


def evaluate(text: str) -> int | float:
    """Return the value of an arithmetic expression.

    Expressions consist of numbers, `+ - * / // % **`, parentheses, and the names pi, tau and e.

    Raises:
        ValueError: `text` is not such an expression, divides by zero, or is not finite.
    """
    if len(text) > _LONGEST:
        raise ValueError(tr("this is too long for a number"))
    try:
        number = _value(ast.parse(text.strip(), mode="eval").body, text)
    except SyntaxError:
        raise ValueError(tr("{0!r} is not a number", text.strip())) from None
    except ZeroDivisionError:
        raise ValueError(tr("{0!r} divides by zero", text.strip())) from None
    except OverflowError:
        raise ValueError(tr("{0!r} is too large", text.strip())) from None
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        raise ValueError(tr("{0!r} is too large", text.strip()))
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(tr("{0!r} is not finite", text.strip()))
    return number


def _value(tree: ast.expr, text: str) -> int | float:
    match tree:
        case ast.Constant(value=value) if type(value) in (int, float):
            return value  # pyright: ignore[reportReturnType]
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand, text))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, text), _value(right, text))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, text), _value(right, text))
        case _:
            raise ValueError(tr("{0!r} is not a number", text.strip()))


def _power(base: int | float, exponent: int | float) -> int | float:
    """Raise to a power; huge integers, which Python would compute for hours, overflow."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent >= 0:
        if base.bit_length() * exponent > _MOST_BITS:
            raise OverflowError
        return base**exponent
    power = float(base) ** float(exponent)
    if isinstance(power, complex):
        raise ValueError(tr("the root of a negative number is not a real number"))
    return power
